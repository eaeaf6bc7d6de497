"""No line without a floor earns more: ranges of efforts are cut until none can.

What lines for an effort lose at least is known (`cara`, `crra`), and so is a lower bound for all efforts of a range. The first ranges grow in
powers of their distance from the best line found and from the first best: there the gap is flat, and elsewhere it is clearly above the gap to
beat. Ranges that may hold a better line are cut into four.
"""

from __future__ import annotations

import numpy as np

from annolib.agency.utilities import CRRA
from annolib.contracts.linear.bound import LineBound, tolerance
from annolib.contracts.linear.uncut.cara import ConstantAversion
from annolib.contracts.linear.uncut.crra import ConstantRelativeAversion

_ROUNDS = 30  # of cutting at most: below rounding
_ENOUGH = 1.02  # times what better lines are known to earn more
_QUARTERS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
_AWAY = np.geomspace(1e-6, 1.0, 34)  # from where the gap is flat, the ends of the first ranges
_EVENLY = np.linspace(0, 1, 33)
_AT, _AFTER = 1e-12, 1e-15  # so close to a kink of the cost is the kink; the range to its right begins there


def frontier_of(problem, evidence, n, best, deviations=(0.0,)):
    """What lines without a floor cost this agent, by the effort that they buy; None for CRRA agents with γ < 1."""
    if not isinstance(problem.utility, CRRA):
        return ConstantAversion(problem, evidence, n, best, tuple(deviations))
    if problem.utility.aversion < 1:
        return None
    return ConstantRelativeAversion(problem, evidence, n, best, tuple(deviations))


def bound_uncut(problem, evidence, n, best, profit, deviations=(0.0,), near=None):
    """How much more than `profit` can a line without a floor earn? A `LineBound`; the agent is CARA, risk neutral, or CRRA from 1 on.

    `profit` is at least that of flat pay; `near` is the effort of the line that earns it.
    """
    return bound_frontier(frontier_of(problem, evidence, n, best, deviations), profit, near)


def bound_frontier(frontier, profit, near=None):
    """How much more than `profit` can a line earn whose gap is no smaller than the frontier's? A `LineBound`.

    `better` is an effort for which there is a better line, if one was met on the way; how much better the best is, is then known to 2 %.
    """
    best, problem = frontier.best, frontier.problem
    gap, slack = best.profit - profit, tolerance(problem, best, profit)
    least = float(np.min(frontier.points()[1], initial=np.inf))
    low, high = first_ranges(problem, best.effort, near, slack)
    total, settled, reached, better = 0, np.inf, np.inf, None
    for _ in range(_ROUNDS):
        bound = frontier.loss_between(low, high)
        opened = bound <= gap - slack
        bound[opened] = np.fmax(bound[opened], frontier.between(low[opened], high[opened]))
        total += np.count_nonzero(opened)
        opened = bound <= gap - slack
        settled = min(settled, float(np.min(bound[~opened], initial=np.inf)))
        if not opened.any() or total > frontier.most_ranges:
            break
        i = int(np.argmin(bound))
        middle = float(low[i] + high[i]) / 2
        there = float(frontier.reach(np.array([middle]))[0])
        if there < min(reached, gap - slack):
            reached, better = there, middle
        if gap - bound[i] < _ENOUGH * (gap - reached):
            break
        low, high = quartered(low[opened], high[opened])
    if opened.any():
        settled = min(settled, float(np.min(bound)))
    return LineBound(max(gap - min(least, settled), 0.0), better, total)


def quartered(low, high):
    """Each range cut into four."""
    ends = low[:, None] + (high - low)[:, None] * _QUARTERS
    ends[:, -1] = high
    return ends[:, :-1].ravel(), ends[:, 1:].ravel()


def first_ranges(problem, *places):
    """Ranges (low, high) of all efforts but those next to 0; the last of `places` is how much profit does not matter.

    An effort so small that its value is above that of none by less than a quarter of that is no better than flat pay.
    """
    *places, slack = places
    places = np.array([x for x in places if x is not None])
    small = max(min(0.25 * slack / max(float(problem._value_slope(0.0)), 1e-300), 1e-3), 1e-300)
    around = np.concatenate([(places[:, None] + side * _AWAY).ravel() for side in (-1, 1)])
    ends = np.concatenate([_EVENLY, np.geomspace(small, _EVENLY[1], 16), around, places])
    ends = ends[(ends >= small) & (ends <= 1)]
    kinks = np.array([x for x in problem.cost.kinks if x > small])
    if kinks.size:
        ends = ends[np.abs(ends[:, None] - kinks).min(axis=1) > _AT]
    ends = np.unique(np.concatenate([ends, kinks, [small, 1.0]]))
    ends = ends[np.append(True, np.diff(ends) > 1e-14)]
    return ends[:-1] + _AFTER * np.isin(ends[:-1], kinks), ends[1:]
