"""What it costs not to know the strength of the checks, to leading order, and how large a pilot should be.

The agent knows the strength g of a check (q = q₀ + g·η^p), the firm that it lies between g_lo and g_hi. With many checks a threshold asks for
q = q₀ + g_lo·η^p; all strengths meet it, the strong ones with less effort, η·(g_lo/g)^(1/p), for the same wage:

    worst profit → max over η of V(η·(g_lo/g_hi)^(1/p)) − h(u₀ + c(η)),                    `robust_threshold_limit`

which falls short of the first best by h′(ū)c′(η*)η*·(width/g)/p to first order in the width, as V′(η*) = h′c′ there: `price_of_not_knowing`. The
place of the threshold falls by n·(g − g_lo)·η*^p, what the weakest passes less than the middle one: `robust_margin`.

A pilot of m checks of people who are known to care shows the share q₀ + g, and g up to σ = √(q(1 − q)/m). Pay designed for ĝ − ζσ loses
aσζ, a = h′c′η*/(pg), if that is below the truth, and the whole profit Π if it is not, with chance Φ(−ζ). The best ζ is at φ(ζ) = aσ/Π:
`pilot`; and the best m at price k a check, m* = (aσ₁ζ/2k)^(2/3), σ₁ = σ√m: `pilot_size`. Derived in this project.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from annolib.agency.costs import PowerCost
from annolib.agency.problem import first_best
from annolib.monitors.base import require_monitor
from annolib.monitors.evidence.unknown_strength import MonitorRange
from annolib.numerics.roots import bracketed_root
from annolib.validation import as_given, within

_ROOT = float(np.sqrt(2 * np.pi))
_KINDS, _SECTIONS, _LEVELS = 9, 33, 12


def price_of_not_knowing(problem, strengths):
    """h′(ū)c′(η*)η*·(width/g)/p: what a range of strengths costs a threshold, to first order in its width, with many checks.

    A check passes with q₀ + g·η^p: g is the strength (2κ, 2ρ or γ), p is 2 for repeats and 1 else, width = g_hi − g_lo. η* is the first-best effort,
    ū = u₀ + c(η*) the utility that its wage gives, h′ the price of utility in money there, c′ the marginal cost of effort.
    It is a little low: by .14 % against `robust_threshold_limit` at ±7 % in the reference problem, by .8 % at ±33 %.

    Parameters
    ----------
    problem : Problem
        With a first best inside (0, 1).
    strengths : MonitorRange

    Examples
    --------
    >>> from annolib import MonitorRange, SelfConsistency
    >>> from annolib.agency import reference_problem
    >>> strengths = MonitorRange(SelfConsistency(0.14), SelfConsistency(0.16))
    >>> exact = first_best(reference_problem()).profit - robust_threshold_limit(reference_problem(), strengths)
    >>> print(f"{price_of_not_knowing(reference_problem(), strengths):.5f} {exact:.5f}")
    0.01999 0.02002
    """
    low, high, power = _ends(strengths)
    return float(_effort_at_stake(problem) * 2 * (high - low) / (high + low) / power)


def robust_margin(problem, strengths, n):
    """n·(g − g_lo)·η*^p: how many passes lower a robust threshold is than one for the middle strength; n may be an array.

    To leading order in n and in the width; from about 1,000 checks on, where the threshold is where the first best puts it.
    """
    checks = within("n", n, 1, np.inf, "Give the number of checks.")
    low, high, power = _ends(strengths)
    return as_given(checks * (high - low) / 2 * _interior(problem).effort ** power, n)


def robust_threshold_limit(problem, strengths):
    """The worst profit of the best threshold as n grows without limit: max of V(η·(g_lo/g_hi)^(1/p)) − h(u₀ + c(η)). Exact.

    Examples
    --------
    >>> from annolib import MonitorRange, SelfConsistency
    >>> from annolib.agency import reference_problem
    >>> print(f"{robust_threshold_limit(reference_problem(), MonitorRange(SelfConsistency(0.12), SelfConsistency(0.18))):.7f}")
    0.2563820
    """
    low, high, power = _ends(strengths)
    share = (low / high) ** (1 / power)
    outside = max(problem.outside, problem.floor_utility)
    slope = lambda e: share * problem._value_slope(share * e)  # noqa: E731
    eased = replace(problem, value=lambda e: problem._value(share * e), value_slope=slope, outside=outside)
    return first_best(eased).profit


def robust_line_limit(problem, strengths):
    """The worst profit of the best line without a floor as n grows without limit, when it pays a + b·q for certain.

    For utilities that bear every wage and power costs with a power no less than that of the check, where an agent's payoff has one peak; NaN for
    others. Along b, at the least a that the weakest accepts, by search; the worst of nine strengths.

    Examples
    --------
    >>> from annolib import MonitorRange, SelfConsistency
    >>> from annolib.agency import reference_problem
    >>> print(f"{robust_line_limit(reference_problem(), MonitorRange(SelfConsistency(0.14), SelfConsistency(0.16))):.7f}")
    0.2904170
    """
    low, high, power = _ends(strengths)
    utility, cost = problem.utility, problem.cost
    if np.isfinite(utility.lowest_wage) or not isinstance(cost, PowerCost) or cost.power < power:
        return float("nan")
    gains = np.linspace(low, high, _KINDS)[:, None]

    def effort(base, slope, gain):
        """The root of u′(wage)·b·q′ = c′."""

        def lead(e):
            wage = utility.utility(base + slope * gain * e**power)
            return cost.slope(e) * utility.marginal_wage(wage) - slope * gain * power * e ** (power - 1)

        shape = np.broadcast_shapes(np.shape(base), np.shape(gain))
        root = bracketed_root(lead, np.full(shape, 1e-12), np.ones(shape), 1e-14)
        return np.where(root <= 1e-12, 0.0, root)

    def worst(slope):
        def rent(base):
            e = effort(base, slope, low)
            return utility.utility(base + slope * low * e**power) - cost.cost(e) - problem.outside

        flat = float(utility.wage(problem.outside))
        base = bracketed_root(rent, flat - slope - 1.0, np.full(slope.shape, flat), 1e-14)
        e = effort(base[None], slope[None], gains)
        return (problem._value(e) - base - slope * gains * e**power).min(axis=0)

    best = _interior(problem)
    usual = float(cost.slope(best.effort) * utility.marginal_wage(best.utility))
    slopes, value = usual / (low * power * best.effort ** (power - 1)) * np.geomspace(0.05, 20, 81), -np.inf
    with np.errstate(all="ignore"):
        for _ in range(_LEVELS):
            profits = worst(slopes)
            i = int(np.argmax(np.where(np.isnan(profits), -np.inf, profits)))
            value = max(value, float(profits[i]))
            slopes = np.linspace(slopes[max(i - 1, 0)], slopes[min(i + 1, slopes.size - 1)], _SECTIONS)
    return value


@dataclass(frozen=True)
class Pilot:
    """What a pilot of so many checks is worth.

    Attributes
    ----------
    checks : float
    error : float
        σ/g, the standard error of the strength over the strength.
    caution : float
        ζ: design for the strength seen less ζ standard errors; NaN where the pilot is too small for the formula.
    loss : float
        aσζ + ΠΦ(−ζ), in money, beside the pilot's own price; NaN as `caution`.
    """

    checks: float
    error: float
    caution: float
    loss: float

    def __repr__(self):
        return f"Pilot(checks={self.checks:.6g}, error={self.error:.4g}, caution={self.caution:.4g}, loss={self.loss:.4g})"


def pilot(problem, monitor, checks) -> Pilot:
    """How cautious to be after a pilot, and what is lost: ζ = √(2 log(Π/(aσ√(2π)))), loss ≈ aσζ + ΠΦ(−ζ).

    σ is the error of the strength that the pilot finds, ζ by how many of them the pay is designed below it, a = h′(ū)c′(η*)η*/(pg) what a unit of
    strength costs (see `price_of_not_knowing`), Π the first-best profit: all that is lost if the truth lies lower still.
    To leading order in the error, for a threshold with many checks. It is low, since pay designed for a strength that is not there loses more
    than in proportion: against the exact loss with the best caution for normal errors by 14, 5 and 2 % at 100, 1,000 and 10,000 checks in the
    reference problem. NaN where aσ√(2π) ≥ Π: then the error is as large as the strength.

    Parameters
    ----------
    problem : Problem
    monitor : Monitor
        The check, at the strength that is expected.
    checks : float
        Checks of people who are known to care, ≥ 1.

    Examples
    --------
    >>> from annolib import SelfConsistency
    >>> from annolib.agency import reference_problem
    >>> pilot(reference_problem(), SelfConsistency(0.15), 1000)
    Pilot(checks=1000, error=0.04216, caution=2.447, loss=0.01775)
    """
    number = within("checks", checks, 1, np.inf, "Give the number of checks of the pilot.")
    if number.ndim != 0:
        raise TypeError(f"checks must be one number; saw {checks!r}.")
    price, whole, spread = _pilot_terms(problem, monitor)
    error = spread / float(np.sqrt(number))
    inside = whole / (price * error * _ROOT) if error > 0 else np.inf
    caution = (
        float(np.sqrt(2 * np.log(inside))) if 1 < inside < np.inf else (0.0 if error == 0 else float("nan"))
    )
    loss = price * error * caution + whole * float(ndtr(-caution)) if error > 0 else 0.0
    return Pilot(float(number), error, caution, loss)


def pilot_size(problem, monitor, price) -> Pilot:
    """The best size of a pilot at this price a check: m* = (aσ₁ζ/2k)^(2/3), ζ that of m* itself.

    It is where loss + k·checks is least, the loss as in `pilot` (as ζ is at its best, its own change with the size does not matter), so it holds
    where that does. NaN where so few checks would be bought that it does not exist.

    Examples
    --------
    >>> from annolib import SelfConsistency
    >>> from annolib.agency import reference_problem
    >>> pilot_size(reference_problem(), SelfConsistency(0.15), 1e-6)
    Pilot(checks=4201.8, error=0.02057, caution=2.725, loss=0.009422)
    """
    k = within("price", price, 0, np.inf, "It is the price of one check.")
    if k.ndim != 0 or not 0 < k < np.inf:
        raise ValueError(f"price must be one finite number above 0; saw {price!r}.")
    a, whole, spread = _pilot_terms(problem, monitor)
    caution = 2.0
    for _ in range(200):
        number = (a * spread * caution / (2 * float(k))) ** (2 / 3)
        inside = whole * np.sqrt(number) / (a * spread * _ROOT)
        if not inside > 1:
            return Pilot(float("nan"), float("nan"), float("nan"), float("nan"))
        caution = float(np.sqrt(2 * np.log(inside)))
    return pilot(problem, monitor, max(number, 1.0))


def _pilot_terms(problem, monitor):
    """a·g, Π, and σ₁/g."""
    require_monitor(monitor)
    gain = abs(monitor.gain)
    if gain == 0:
        raise ValueError(f"monitor must say something of effort; {monitor!r} does not.")
    q = float(monitor.ceiling)
    spread = float(np.sqrt(max(q * (1 - q), 0.0))) / gain
    return _effort_at_stake(problem) / monitor.power, _interior(problem).profit, spread


def _effort_at_stake(problem):
    """h′(ū)c′(η*)η*."""
    best = _interior(problem)
    return float(problem.utility.marginal_wage(best.utility) * problem.cost.slope(best.effort) * best.effort)


def _ends(strengths):
    if not isinstance(strengths, MonitorRange):
        raise TypeError(f"strengths must be a MonitorRange; saw {strengths!r}.")
    low, high = abs(strengths.low.gain), abs(strengths.high.gain)
    return low, high, strengths.low.power


def _interior(problem):
    problem.require_plain("for what not knowing costs")
    best = first_best(problem)
    if best.corner:
        raise ValueError(f"the rates need a first-best effort inside (0, 1); here {best.corner}.")
    return best
