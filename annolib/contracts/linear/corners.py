"""Corners of linear pay: three kinds of line that the pairs of equations in `annolib.contracts.linear.family` do not describe.

**Uncut lines of base 0**, w(x) = β·x/n, where the utility knows no wage below 0 and bears that (CRRA, u(w) = w^(1−γ)/(1−γ), γ < 1; from 1 on
see `annolib.contracts.linear.uncut`). A steeper
line of the same expected utility would ask for wages that nobody can pay. u is homogeneous, so the slope is explicit: with z_k = k/n

    β^(1−γ) Σ P_k u(z_k) = ū    (it just pays for the effort),
    β^(1−γ) Σ P_k s_k u(z_k) = c′/√(n𝓘)    (it has the local incentive).

`excess` is the local incentive of the line that just pays, less c′/√(n𝓘). Where it is negative, every line leaves a rent (`stops_short`).

**Full effort seen with certainty**, q(1) = 1: then X = n is sure, the wage carries no risk, and only shirking must be deterred (`sure_line`).

**A bonus for the last count**, ℓ(n − 1) = w_floor: a line that is as steep as lines for X = n alone can be (`last_count_line`).

"""

from __future__ import annotations

import numpy as np

from annolib.contracts.incentives.deviations import most_tempting_deviation
from annolib.contracts.linear.equations import LineBatch
from annolib.contracts.threshold.family import Thresholds
from annolib.numerics.roots import bracketed_root

_RARE = 25.0  # −log of the chance of a perfect record under full effort
_GRID = np.linspace(1e-4, 1, 201)  # efforts between which turns are sought


def lines_with_zero_base(family, effort):
    """Lines of base 0 that keep the local incentive, whatever they leave the agent (γ < 1: u is homogeneous, so the slope is explicit)."""
    rows, utility = family.rows(effort), family.problem.utility
    unit = utility.utility(_shares(family, rows))
    slope = (_local_goal(family, effort, rows) / (rows.plain[0].scored * unit).sum(axis=1)) ** (
        1 / (1 - utility.aversion)
    )
    return _batch(family, effort, rows, slope)


def edge_lines(family):
    """The lines of base 0 that just pay for an effort and implement it: one for each such effort, a LineBatch; None if there is none."""
    value = excess(family, _GRID)
    known = np.isfinite(value)
    turns = np.flatnonzero(known[1:] & known[:-1] & (value[1:] * value[:-1] < 0))
    if not turns.size:
        return None
    sign = np.where(value[turns] < 0, 1.0, -1.0)
    effort = bracketed_root(lambda x: sign * excess(family, x), _GRID[turns], _GRID[turns + 1], 1e-15)
    rows = family.rows(effort)
    return _batch(family, effort, rows, _paying_slope(family, effort, rows))


def stops_short(family, effort):
    """Efforts for which every line that keeps the local incentive leaves a rent, the line of base 0 (`lines_with_zero_base`) the least.

    Of the lines that just pay, the one of base 0 is the steepest and so has the most
    incentive: a steeper line of the same expected utility moves utility from few passes to many. It falls short here. Along the
    lines that keep the local incentive base and slope rise together, and with them rent and expected wage.
    """
    problem = family.problem
    if problem.floor is not None or not np.isfinite(problem.utility.lowest_wage):
        return np.zeros(effort.shape, bool)
    return excess(family, effort) < 0


def _shares(family, rows):
    """z_k: wages of the line of slope 1 at the nodes of each row."""
    return np.nan_to_num(rows.plain[0].nodes) / family.n


def _local_goal(family, effort, rows):
    """c′/√(n𝓘)."""
    return family.problem.cost.slope(effort) / (
        family.evidence.slope(effort) * np.sqrt(family.n / (rows.q * rows.r))
    )


def _paying_slope(family, effort, rows):
    """The slope at which the line of base 0 gives the reservation utility."""
    utility, wanted = family.problem.utility, family.problem.reservation(effort)
    unit = (rows.plain[0].p * utility.utility(_shares(family, rows))).sum(axis=1)
    return (wanted / unit) ** (1 / (1 - utility.aversion))


def excess(family, effort):
    """Σ P s u(w) − c′/√(n𝓘) for the line of base 0 that just pays for the effort: what its local incentive is beyond the need."""
    rows = family.rows(effort)
    wages = _paying_slope(family, effort, rows)[:, None] * _shares(family, rows)
    incentive = (rows.plain[0].scored * family.problem.utility.utility(wages)).sum(axis=1)
    return incentive - _local_goal(family, effort, rows)


def _batch(family, effort, rows, slope):
    """What lines of base 0 and these slopes earn."""
    problem, law = family.problem, rows.plain[0]
    values = problem.utility.utility(slope[:, None] * _shares(family, rows))
    mean, wanted = (law.p * values).sum(axis=1), problem.reservation(effort)
    rent = np.where(np.abs(mean - wanted) < 1e-12, 0.0, mean - wanted)
    paid, none = np.maximum(rent, 0.0), np.full(effort.shape, np.nan)
    gap = problem.gap(family.best, effort, paid, wanted + paid, law.p, values - mean[:, None])
    centre = slope * rows.q
    return LineBatch(effort, gap, rent, centre, slope, 0 * rows.q, np.zeros(effort.shape, int), none)


def sure_line(family):
    """The line for full effort where q(1) = 1; None if q(1) < 1 or none deters shirking.

    Who works passes all n checks and earns ℓ(n) for sure. With a floor the most that a line can hold against an effort e < 1 is the bonus
    B = u(ℓ(n)) − u(w_floor) for a perfect record, and it deters e iff B·(1 − q(e)ⁿ) ≥ c(1) − c(e): hence the rent.
    """
    problem, evidence, best = family.problem, family.evidence, family.best
    wanted = float(problem.reservation(1.0))
    if float(evidence.failure(1.0)) > 0 or not wanted < problem.utility.highest:
        return None
    rent = 0.0
    if problem.floor is not None:
        rent = max(problem.floor_utility + _least_bonus(problem, evidence, family.n) - wanted, 0.0)
    if not wanted + rent < problem.utility.highest:
        return None
    top = float(problem.utility.wage(wanted + rent))
    slope = _gentlest(family, top, rent)
    if slope is None:
        return None
    gap = float(problem.loss(1.0, best) + problem.utility.wage_rise(wanted, rent))
    return _line(top, slope, gap, rent)


def last_count_line(family):
    """The best bonus for n passes of n on top of the floor, as a line; None if there is none, or a perfect record is too rare."""
    problem, n = family.problem, family.n
    if problem.floor is None or -n * np.log(float(family.evidence.success(1.0))) > _RARE:
        return None
    bonuses = Thresholds(problem, family.evidence, n, family.best)
    t = np.array([float(n)])
    option = {name: x[0] for name, x in bonuses.cheapest(t).items()}
    if not np.isfinite(option["gap"]):
        return None
    terms = bonuses.terms(n, option["effort"], option["log_bonus"])
    if not terms["reachable"] or terms["low"] > problem.floor_utility + 1e-12:
        return None
    effort = np.array([option["effort"]])
    slope = n * problem.utility.wage_rise(problem.floor_utility, np.array([float(terms["bonus"])]))
    centre = problem.floor + slope * (family.evidence.success(effort) - (n - 1) / n)
    line = family.described(effort, centre, slope)
    return line.take(0) if line.rent[0] >= -1e-12 and np.isfinite(line.gap[0]) else None


def _line(top, slope, gap=np.nan, rent=0.0):
    return LineBatch(1.0, gap, rent, top, slope, 0.0, 0, np.nan)


def _least_bonus(problem, evidence, n):
    """max over e < 1 of (c(1) − c(e))/(1 − q(e)ⁿ), by zooming grids; its limit at 1 is c′(1)/(n q′(1))."""
    low, high, most = 0.0, 1.0, float(problem.cost.slope(1.0) / (n * evidence.slope(1.0)))
    for _ in range(12):
        e = np.linspace(low, high, 201)[:-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            bonus = (problem.cost.cost(1.0) - problem.cost.cost(e)) / -np.expm1(
                n * np.log1p(-evidence.failure(e))
            )
        i = int(np.nanargmax(bonus))
        most = max(most, float(bonus[i]))
        low, high = e[max(i - 1, 0)], e[min(i + 1, e.size - 1)]
        if high - low < 1e-9:
            break
    return most


def _gentlest(family, top, rent):
    """The smallest slope (to three digits) that deters shirking; None if no slope that the utility bears does.

    All that deter cost the same, as ℓ(n) = `top` is sure. With a rent only the steepest does: it meets the floor at n − 1.
    """
    floor, lowest = family.problem.floor, family.problem.utility.lowest_wage
    if floor is not None:
        steepest = family.n * (top - floor)
    else:
        steepest = (top - lowest) * (1 - 1e-9) if np.isfinite(lowest) else np.inf
    enough = float(family.problem.cost.slope(1.0) / family.evidence.slope(1.0))

    def deters(slope):
        line = _line(top, slope)
        pulls = family.moment(line, np.array([1.0]), 1)[0] >= enough * (1 - 1e-12)  # close by
        return pulls and most_tempting_deviation(lambda x: family.payoff(line, x), 1.0)[1] <= 1e-12

    if rent > 0:
        return steepest
    low, high = 0.0, float(family.problem.cost.slope(1.0) / family.evidence.slope(1.0))
    high = min(high * float(family.problem.utility.marginal_wage(family.problem.reservation(1.0))), steepest)
    while not deters(high):
        if high >= min(steepest, 1e9 * (1 + abs(top))):
            return None
        low, high = high, min(2 * high, steepest)
    while high - low > 1e-3 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if deters(middle) else (middle, high)
    return high
