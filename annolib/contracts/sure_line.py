"""Linear pay at full effort where a check then passes for certain: no risk is left, so only shirking and the floor matter.

The wage of a perfect record is paid for certain. All other wages only deter: the steeper the line, the better, up to the one
that pays the floor for anything less than perfect. Against it the agent prefers full effort iff
v_n − v_floor ≥ max over e < 1 of (c(1) − c(e))/(1 − q(e)ⁿ).
"""

from __future__ import annotations

import numpy as np

from annolib.contracts.line_equations import LineBatch
from annolib.contracts.temptation import tempting


def sure_line(family):
    """The line for full effort where q(1) = 1; None if q(1) < 1 or none deters shirking."""
    problem, evidence, best = family.problem, family.evidence, family.best
    wanted = float(problem.reservation(1.0))
    if float(evidence.miss(1.0)) > 0 or not wanted < problem.utility.highest:
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


def _line(top, slope, gap=np.nan, rent=0.0):
    return LineBatch(1.0, gap, rent, top, slope, 0.0, 0, np.nan)


def _least_bonus(problem, evidence, n):
    """max over e < 1 of (c(1) − c(e))/(1 − q(e)ⁿ), by zooming grids; its limit at 1 is c′(1)/(n q′(1))."""
    low, high, most = 0.0, 1.0, float(problem.cost.slope(1.0) / (n * evidence.slope(1.0)))
    for _ in range(12):
        e = np.linspace(low, high, 201)[:-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            bonus = (problem.cost.cost(1.0) - problem.cost.cost(e)) / -np.expm1(
                n * np.log1p(-evidence.miss(e))
            )
        i = int(np.nanargmax(bonus))
        most = max(most, float(bonus[i]))
        low, high = e[max(i - 1, 0)], e[min(i + 1, e.size - 1)]
        if high - low < 1e-9:
            break
    return most


def _gentlest(family, top, rent):
    """The smallest slope (to three digits) that deters shirking; None if no slope that the utility bears does."""
    floor, lowest = family.problem.floor, family.problem.utility.lowest_wage
    if floor is not None:
        steepest = family.n * (top - floor)
    else:
        steepest = (top - lowest) * (1 - 1e-9) if np.isfinite(lowest) else np.inf
    enough = float(family.problem.cost.slope(1.0) / family.evidence.slope(1.0))

    def deters(slope):
        line = _line(top, slope)
        pulls = family.moment(line, np.array([1.0]), 1)[0] >= enough * (1 - 1e-12)  # close by
        return pulls and tempting(lambda x: family.payoff(line, x), 1.0)[1] <= 1e-12

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
