"""Formulas that hold from a few checks on, or without a floor: the crossing, the deposit of a line, fines (lessons 12, 13).

With φ, Φ of the normal law, ū = u₀ + c(η), h′ = h′(ū), h″ = h″(ū), q₀ = q(0), r = 1 − q and all else at the first-best effort η*:

- a threshold with the floor at the outside option pays h(u₀) or h(u₀ + Δ) and lies z standard deviations below the passes expected. The local
  incentive gives Δ = c′/(φ(z)√(n𝓘)), and z is the smallest at which the agent does not prefer to idle (`crossing_gap`);
- a line cut at a floor D below the outside option leaves the idle agent a rent while D is too small: where E of what the cut adds to the idle's pay,
  sd·G((w₀ + D)/sd), G(x) = φ(x) − xΦ(−x), is what the idle lacks (`deposit_rule`);
- without a floor a threshold is a fine that is all but never applied: gap·n → h′c′r/q′ (`fine_constant`); a fine for no pass at all beside a line
  beats the line where h″c′q/q′ > h′ (`line_and_fine_constant`).

All of it is derived in this project; the tests hold each against the exact solution.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from annolib.agency.problem import first_best
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.validation import as_given, within

_LENIENCY = np.linspace(-1.0, 12.0, 1301)
_AT_ONCE = 100  # of them: most agents are willing long before the last
_BISECTIONS = 50
_SPREADS = np.linspace(-4.0, 4.0, 161)


def crossing_gap(problem, monitor, n) -> float | np.ndarray:
    """The gap of threshold pay with the floor at the outside option, from about 20 checks on.

    On the reference problem within 1.3 % of the exact gap from n = 20, within .3 % from 200 on but for .7 % at 300 (thresholds are whole
    numbers, the formula is smooth). `annolib.rates.binary_gap` is its limit for many checks.

    Parameters
    ----------
    problem : Problem
        Its floor is taken to be the wage of the outside option, h(u₀), whatever it is.
    n : int or array_like
        At least 1. Where no bonus is worth paying, the gap of flat pay.

    Returns
    -------
    float or numpy.ndarray

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> repeats = al.SelfConsistency(0.15)
    >>> round(crossing_gap(problem, repeats, 1000) / al.second_best(problem, repeats, 1000, "binary").gap, 3)
    1.001
    """
    checks = within("n", n, 1, np.inf, "Give the number of checks.")
    problem.require_plain("for the gap from a few checks on")
    evidence, best = _evidence(monitor), first_best(problem)
    return as_given(
        np.array([_crossing(problem, evidence, best, float(x)) for x in checks.ravel()]).reshape(
            checks.shape
        ),
        n,
    )


def _crossing(problem, evidence, best, n):
    spread = 1 / np.sqrt(n * float(evidence.information(max(best.effort, 1e-3))))
    efforts = np.unique(
        np.concatenate([np.linspace(0.005, 1, 200), np.clip(best.effort + spread * _SPREADS, 0.005, 1)])
    )
    flat = float(problem.loss(problem.cost.free_effort, best))
    gaps = _at_the_crossing(problem, evidence, best, n, efforts)
    i = int(np.argmin(gaps))
    low, high = efforts[max(i - 1, 0)], efforts[min(i + 1, efforts.size - 1)]
    for _ in range(4):
        inner = np.linspace(low, high, 21)
        gaps_inside = _at_the_crossing(problem, evidence, best, n, inner)
        j = int(np.argmin(gaps_inside))
        low, high = inner[max(j - 1, 0)], inner[min(j + 1, 20)]
    return min(flat, float(gaps_inside[j]), float(gaps[i]))


@np.errstate(all="ignore")
def _at_the_crossing(problem, evidence, best, n, efforts):
    cost, utility = problem.cost, problem.utility
    q, r = evidence.success(efforts)[:, None], evidence.failure(efforts)[:, None]
    asked, spent = cost.slope(efforts)[:, None], cost.cost(efforts)[:, None]
    strength = np.sqrt(n) * evidence.slope(efforts)[:, None] / np.sqrt(q * r)
    idle = np.sqrt(n * evidence.at_no_effort * (1 - evidence.at_no_effort))
    noise = np.sqrt(n * q * r)

    def lead(z, rows=slice(None)):
        bonus = asked[rows] / (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * strength[rows])
        luck = (n * q[rows] - z * noise[rows] - n * evidence.at_no_effort) / idle
        return bonus, bonus * (ndtr(z) - ndtr(-luck)) - spent[rows]

    first = np.zeros(efforts.size, dtype=int)
    searched = np.arange(efforts.size)  # those of whom no leniency tried so far is enough
    for start in range(0, _LENIENCY.size, _AT_ONCE):
        willing = lead(_LENIENCY[start : start + _AT_ONCE], searched)[1] >= 0
        found = willing.any(axis=1)
        first[searched[found]] = start + np.argmax(willing[found], axis=1)
        searched = searched[~found]
        if not searched.size:
            break
    reached = np.ones(efforts.size, dtype=bool)
    reached[searched] = False
    high = _LENIENCY[first][:, None]
    low = _LENIENCY[np.maximum(first - 1, 0)][:, None]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        enough = lead(middle)[1] >= 0
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    z, bonus = high[:, 0], lead(high)[0][:, 0]
    pay = float(utility.wage(problem.outside)) + utility.wage_rise(problem.outside, bonus) * ndtr(z)
    gap = best.profit - problem._value(efforts) + pay
    reach = reached & (problem.outside + bonus < utility.highest)
    return np.where(reach & np.isfinite(gap), gap, np.inf)


def deposit_rule(problem, monitor, n) -> float | np.ndarray:
    """D: how far below the outside option the floor of a line should be, in money; about one standard deviation of pay.

    To leading order, for lines that the floor cuts seldom (n ≥ 20 on the reference problem, where a larger deposit gains less than 1 % from n = 50
    on and a clearly smaller one loses more than half). 0 where the idle agent earns no less than the outside option anyway.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> deposit_rule(problem, al.SelfConsistency(0.15), [20, 30, 50, 71, 100, 200, 300]).round(4)
    array([0.2835, 0.2162, 0.1524, 0.119 , 0.093 , 0.0552, 0.0401])
    """
    checks = within("n", n, 1, np.inf, "Give the number of checks.")
    evidence, best = _evidence(monitor), _inside(problem)
    effort, utility = best.effort, problem.utility
    marginal = float(utility.marginal_wage(best.utility))
    slope = (
        marginal * float(problem.cost.slope(effort)) / float(evidence.slope(effort))
    )  # money for one more share of passes
    start = evidence.at_no_effort
    idle_wage = best.wage - slope * (float(evidence.success(effort)) - start)
    outside = float(utility.wage(problem.outside))
    lacking = outside - idle_wage
    with np.errstate(all="ignore"):
        short = float(problem.outside - utility.utility(idle_wage))
    short = short * float(utility.marginal_wage(problem.outside)) if np.isfinite(short) else lacking

    def rule(n):
        sd = slope * np.sqrt(start * (1 - start) / n)
        if short <= 0 or not 0 < short / sd < _added(-30.0):
            return 0.0
        x = brentq(lambda x: _added(x) - short / sd, -30.0, 30.0, xtol=1e-14)
        return max(sd * x - (idle_wage - outside), 0.0)

    return as_given(np.array([rule(x) for x in checks.ravel()]).reshape(checks.shape), n)


def fine_constant(problem, monitor) -> float:
    """h′c′r/q′: gap · n of threshold pay without a floor tends to it, by a fine that grows without limit and is all but never paid.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> round(fine_constant(problem, al.SelfConsistency(0.15)), 5)
    0.80834
    """
    evidence, best = _evidence(monitor), _inside(problem)
    marginal = float(problem.utility.marginal_wage(best.utility))
    ask = float(problem.cost.slope(best.effort) / evidence.slope(best.effort))
    return marginal * ask * float(evidence.failure(best.effort))


def line_and_fine_constant(problem, monitor):
    """gap · n in the limit, of the best line with a huge fine for no pass at all: below C_lin/𝓘 where h″c′q/q′ > h′.

    So C_lin/(n𝓘) bounds gaps only where utilities of pay are bounded below.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> round(line_and_fine_constant(problem, al.SelfConsistency(0.15)), 5)
    0.44364
    """
    evidence, best = _evidence(monitor), _inside(problem)
    utility, effort = problem.utility, best.effort
    marginal, bend = (float(f(best.utility)) for f in (utility.marginal_wage, utility.wage_curvature))
    q, r = float(evidence.success(effort)), float(evidence.failure(effort))
    asked, slope = float(problem.cost.slope(effort)), float(evidence.slope(effort))
    line = 0.5 * bend * asked**2 / float(evidence.information(effort))
    if bend == 0:
        return line
    won = max(bend * asked * q / slope - marginal, 0.0)
    return line - won**2 / (2 * bend * q / r)


def _added(x):
    """G(x) = φ(x) − xΦ(−x): what a cut at −x adds to the mean of a standard normal."""
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) - x * ndtr(-x)


def _evidence(monitor):
    evidence = PassLaw.from_monitor(monitor)
    if evidence.gain == 0:
        raise ValueError(f"monitor {monitor} says nothing about effort: no number of checks helps.")
    return evidence


def _inside(problem):
    problem.require_plain("for a formula of a few checks")
    best = first_best(problem)
    if best.corner:
        raise ValueError(f"the rates need a first-best effort inside (0, 1); here {best.corner}.")
    return best
