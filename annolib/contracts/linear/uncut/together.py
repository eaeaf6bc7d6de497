"""The best lines for several numbers of checks at once: arrays hold what is looked at for all of them.

Only for agents whose frontier is a closed form (`cara`). A number of checks whose best line is not found and proved in this way, because another
effort tempts, say, is left to `uncut_best`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.contracts.incentives.certificates import flat_best, proof_tolerance
from annolib.contracts.linear.uncut.cara import ConstantAversion
from annolib.contracts.linear.uncut.ranges import first_ranges, quartered
from annolib.contracts.linear.uncut.solve import FLAT, finished, uncut_best
from annolib.numerics.minimise import usual_scan

_SHARES = np.linspace(0, 1, 17)
_ZOOMS = 10  # each to an eighth, about a place that is known to 0.05 at first: to rounding
_ROUNDS, _MOST = 12, 4_000  # of cutting ranges, and ranges in one round


def uncut_bests(problem, evidence, numbers, best):
    """`uncut_best` for several numbers of checks; a CARA or risk-neutral agent without a floor. One result for each."""
    numbers = np.array([int(n) for n in numbers])
    frontier = ConstantAversion(problem, evidence, numbers[:, None], best)
    flat = [flat_best(problem, evidence, int(n), best, FLAT) for n in numbers]
    with np.errstate(all="ignore"):
        effort, gap = _lowest(frontier)
        found = gap < flat[0].gap
        effort, gap = np.where(found, effort, flat[0].effort), np.where(found, gap, flat[0].gap)
        slack = np.array([proof_tolerance(problem, best, x) for x in gap])
        excess = _excess(frontier, effort, gap, slack)
        results = []
        for i in np.arange(numbers.size):
            one, pay = replace(frontier, n=int(numbers[i])), None
            if excess[i] <= slack[i] < gap[i]:
                pay = finished(one, float(effort[i]), float(gap[i])) if found[i] else flat[i]
            results.append(
                uncut_best(problem, evidence, int(numbers[i]), best)
                if pay is None
                else replace(pay, suboptimality=float(excess[i]))
            )
    return results


def _lowest(frontier):
    """The effort with the least gap for each number of checks, and that gap: a scan, and zooming between the neighbours of the lowest."""
    scan = np.concatenate([usual_scan(frontier.best.effort), frontier.problem.cost.kinks])
    x = np.repeat(np.unique(np.clip(scan, 1e-6, 1.0))[None, :], frontier.n.size, axis=0)
    rows = np.arange(frontier.n.size)
    effort, gap = np.full(rows.size, np.nan), np.full(rows.size, np.inf)
    for _ in range(_ZOOMS):
        value = frontier.at(x)
        i = np.argmin(value, axis=1)
        better = value[rows, i] < gap
        effort, gap = np.where(better, x[rows, i], effort), np.where(better, value[rows, i], gap)
        low, high = x[rows, np.maximum(i - 1, 0)], x[rows, np.minimum(i + 1, x.shape[1] - 1)]
        x = low[:, None] + (high - low)[:, None] * _SHARES
    return effort, gap


def _excess(frontier, effort, gap, slack):
    """What other lines earn more than these at most, for each number of checks; infinite where that is not settled."""
    problem, checks = frontier.problem, frontier.n.ravel()
    parts = [first_ranges(problem, frontier.best.effort, *at) for at in zip(effort, slack, strict=True)]
    low, high = (np.concatenate(each) for each in zip(*parts, strict=True))
    row = np.repeat(np.arange(checks.size), [part[0].size for part in parts])
    points = frontier.points()[1]
    settled = np.array(np.min(np.broadcast_to(points, (checks.size, points.shape[-1])), axis=1))
    for _ in range(_ROUNDS):
        bound = frontier.loss_between(low, high)
        opened = bound <= (gap - slack)[row]
        some = replace(frontier, n=checks[row[opened]])
        bound[opened] = np.fmax(bound[opened], some.between(low[opened], high[opened]))
        opened = bound <= (gap - slack)[row]
        np.minimum.at(settled, row[~opened], bound[~opened])
        if not opened.any() or np.count_nonzero(opened) > _MOST:
            break
        low, high = quartered(low[opened], high[opened])
        row = np.repeat(row[opened], 4)
    excess = np.maximum(gap - settled, 0.0)
    excess[row[opened]] = np.inf
    return excess
