"""Is there a better line? Branch and bound over all of them.

Efforts that lose more than the profit to beat leaves are out at once. What is left, a rectangle of efforts and of shares at which a line may
leave the floor, is cut into cells about half a standard deviation of the passes wide. A cell whose bound (`branch.bounds`) does not
exceed the profit to beat is done; the others are cut on, along the side to which the bound owes more. Near the best line the bounds close in
with the square of the size, so few cells are left on every level, and the search ends. A box around the line to beat is closed before that,
where second derivatives show that it can be (`core`). What is still open after so many cells is bounded by what the first best leaves.

If the centre of a cell looks better than the profit to beat, its line is offered to the agent. Either the agent takes it as hoped, and a
better line is found; or the agent prefers another effort: then that deviation is looked at from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import xlogy

from annolib.agency.utilities import CARA
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.linear.branch.bounds import bounds
from annolib.contracts.linear.branch.cells import Cells, cut
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.branch.laws import column, total
from annolib.contracts.linear.core import core
from annolib.numerics.binomials import log_pmf

_STEP = 0.5  # first width of a cell, in standard deviations of the share of passes
_NEVER = 42.0  # −log of a chance below rounding
_AT, _AFTER = (
    1e-12,
    1e-15,
)  # efforts so close to a kink of the cost are the kink; the range to its right begins there
_CLEAR = 14.0  # standard deviations below the passes expected, to where lines are not cut
_FIRST = 64  # ranges of either in the first cells at most
_FEW = 8  # ranges of efforts and of shares at least
_ROUNDS = 70  # of cutting at most
_CELLS, _CELLS_IN_BLOCKS = 25_000, 8_000  # cells looked at before giving up; with many checks each costs more
_ASKED, _GAINS = 12, 1e-7  # lines that are asked in every round what tempts, and what gain counts
_LOOKS = 3  # lines that are offered to the agent in one round, in these rounds
_WHEN = (2, 4, 6, 9, 13, 18, 24, 32, 45)
_WORTH = 1e-7  # of the gap: a line that earns so much more is a better one
_SAMPLE, _HELPS, _VAIN = (
    16,
    0.1,
    3,
)  # cells on which another deviation is tried, how many of them it must close, and how often it may fail to
# how far below and above the ridge cells are small, and beyond that the ends of large ones, in standard deviations
_NEAR = (1.0, 0.25)
_FAR = np.array([2.0, 6.0, 20.0, 60.0]), np.array([0.5, 1.5, 3.5, 7.0])
_SPARSE = 60  # checks, up to which counts are far apart
_FEWER = 0.7  # open cells, of those before: with more of them another deviation is tried
_EFFORTS = np.linspace(0, 1, 41)  # that may tempt
_STEPS = np.array([-5.0, -3.0, -2.0, -1.2, 1.2, 2.0, 3.0, 5.0])  # in standard deviations
_QUANTILES, _CHANCES = np.polynomial.hermite_e.hermegauss(6)
_CHANCES = _CHANCES / _CHANCES.sum()
_DEVIATIONS, _APART = 5, 0.02  # efforts that are looked at, and how far apart they are


@dataclass(frozen=True, eq=False)
class LineBound:
    """What is known of all other lines.

    Attributes
    ----------
    excess : float
        No line earns more than this on top of the profit to beat.
    better : tuple of float or None
        (effort, share, slope) near a line that does earn more.
    cells : int
        Cells that were looked at.
    """

    excess: float
    better: tuple | None
    cells: int


def tolerance(problem, best, profit):
    """The excess that counts as none: `proof_tolerance` of the gap that this profit leaves."""
    return proof_tolerance(problem, best, best.profit - profit)


def bound_lines(
    problem, evidence, n, best, profit, bottom, agent, deviations=(), near=None, uncut=None, ridge=None
):
    """How much more than `profit` can a line earn?

    Parameters
    ----------
    problem, evidence, n, best
        The agent, the checks, their number and the first best.
    profit : float
        The profit to beat.
    bottom : float
        The effort that flat pay buys: up to it flat pay is the best line.
    agent : callable or None
        (effort, share, slope) → what the agent does with that line and what the line earns: (best effort, gain over `effort`, profit).
    deviations : sequence of float
        Efforts known to tempt the agent, beside `bottom`.
    near : tuple of float, optional
        (effort, share, slope) of the line that earns `profit`: around it a box is closed at once, or cells are cut there.
    uncut : float, optional
        No line that is not cut at the floor earns more than this on top of the profit, to a CARA or risk-neutral agent.
    ridge : tuple of array, optional
        Efforts, in order, and the shares at which the best lines for them leave the floor, as far as known: says where cells are to be small.

    Returns
    -------
    LineBound
    """
    known = [bottom, *(x for x in deviations if abs(x - bottom) > _APART)][:_DEVIATIONS]
    lines = CutLines(problem, evidence, n, known)
    slack = tolerance(problem, best, profit)
    closed = None if near is None else core(lines, near, profit, slack)
    gap = best.profit - profit  # no contract earns more than the first best
    cuts = ([], []) if near is None else ([near[0]], [near[1]]) if closed is None else closed[:2]
    along = ridge is not None and closed is not None and ridge[0].size > 1
    efforts = _efforts(problem, evidence, n, best, profit, bottom, slack, () if along else cuts[0])
    if efforts is None:
        return LineBound(0.0, None, 0)
    with np.errstate(all="ignore"):
        low, high = _ranges(efforts, problem.cost.kinks)
        if efforts[-1] < 1 and evidence.failure(1.0) == 0 and efforts[-1] > 1 - 1e-6:
            low, high = np.append(low, efforts[-1]), np.append(high, 1.0)
        elif efforts[-1] == 1:  # full effort itself: there the local incentive may be more than needed
            low, high = np.append(low, 1.0), np.append(high, 1.0)
        most = _most(lines, low, high)
        open_ = most > profit + slack
        looked, settled = 0, float(np.max(most[~open_], initial=-np.inf)) - profit
        if not open_.any():
            return LineBound(max(settled, 0.0), None, 0)
        if along:
            cells = cells_along(
                lines, low[open_], high[open_], _shares(lines, efforts, profit, ()), profit, ridge, closed
            )
        else:
            cells = _first_cells(
                lines, low[open_], high[open_], _shares(lines, efforts, profit, cuts[1]), profit
            )
        if closed is not None:
            cells, near = cells.take(~_within(cells, closed)), None
            settled = max(settled, closed[2])
        if uncut is not None:
            cells, settled = cells.take(~_never_cut(lines, cells, profit)), max(settled, uncut)
        if not cells.size:
            return LineBound(max(settled, 0.0), None, 0)
    in_vain, known, before = 0, gap, np.inf
    for round_ in range(_ROUNDS):
        if looked + cells.size > (_CELLS if lines.every_count else _CELLS_IN_BLOCKS):
            break
        looked += cells.size
        found = bounds(lines, cells, profit)
        open_, tempts = found.bound > profit + slack, None
        settled = max(settled, float(np.max(found.bound[~open_], initial=-np.inf)) - profit)
        if not open_.any():
            return LineBound(max(settled, 0.0), None, looked)
        known = min(known, max(float(np.max(found.bound)) - profit, settled))
        if agent is not None and round_ in _WHEN:
            worth = max(4 * slack, _WORTH * (best.profit - profit))
            better, tempting = _looks_better(cells, found, profit, worth, agent, lines.deviations)
            if better is not None:
                return LineBound(known, better, looked)
            tempts = tempting[0] if tempting else None
        stuck, before = open_.sum() >= _FEWER * before, open_.sum()
        if tempts is None and in_vain < _VAIN and stuck:
            tempts = _most_tempting(lines, cells, found, profit)
        if tempts is not None and in_vain < _VAIN and len(lines.deviations) < _DEVIATIONS:
            richer = CutLines(problem, evidence, n, [*lines.deviations, tempts])
            opened = np.flatnonzero(open_)
            few = cells.take(opened[:: max(opened.size // _SAMPLE, 1)])
            looked += few.size
            if np.mean(bounds(richer, few, profit).bound <= profit + slack) >= _HELPS:
                lines = richer
            else:
                in_vain += 1
        cells = cut(cells.take(open_), found, open_, near)
    return LineBound(known, None, looked)


def _ranges(ends, kinks):
    """Ranges (low, high) between these ends, and each kink of the cost as a range of its own.

    At a kink K the incentive may be anything from c′(K−)/q′ to c′(K+)/q′. Only "at least c′(K−)/q′" is asked there (`cut_lines`), as at full effort:
    that holds for all these lines, and for more. The range to the right begins just after the kink, with c′(K+).
    """
    points = np.array([x for x in kinks if ends[0] - _AT <= x <= ends[-1] + _AT])
    if not points.size:
        return ends[:-1], ends[1:]
    away = np.abs(ends[:, None] - points).min(axis=1) > _AT
    away[[0, -1]] = True
    inner = points[(points > ends[0] + _AT) & (points < ends[-1] - _AT)]
    ends = np.unique(np.concatenate([ends[away], inner]))
    low, high = ends[:-1].copy(), ends[1:]
    low[np.isin(low, inner)] += _AFTER
    return np.append(low, points), np.append(high, points)


def _efforts(problem, evidence, n, best, profit, bottom, slack, cuts):
    """Ends of the ranges of efforts that may be worth asking for; None if there is no such effort.

    Below the first end a line earns no more than V there minus the flat wage, which is less than the tolerance more than flat pay.
    """
    gap = best.profit - profit

    def over(effort):
        return float(problem.loss(effort, best)) - gap

    if gap <= 0:
        return None
    low = bottom if over(bottom) <= 0 else brentq(over, bottom, best.effort, xtol=1e-15)
    high = 1.0 if over(1.0) <= 0 else brentq(over, best.effort, 1.0, xtol=1e-15)
    steep = max(float(problem._value_slope(bottom)), 1e-300)
    least = bottom + min(0.25 * slack / steep, 1e-3)
    if high <= least:
        return None
    small = low < least
    low = max(low, least)
    passes = evidence.success(np.array([low, high]))
    deviation = _deviation(evidence, n, best.effort)
    number = int(np.clip(np.ceil((passes[1] - passes[0]) / (_STEP * deviation)), _FEW, _FIRST))
    ends = np.clip(evidence.effort(np.linspace(*passes, number + 1)), low, high)
    ends[0], ends[-1] = low, high
    if small and least > bottom:  # down to next to nothing in powers; q may not tell such efforts apart
        first = ends[ends > low][0]
        ends = np.append(ends, bottom + np.geomspace(least - bottom, first - bottom, 20))
    if high == 1 and evidence.failure(1.0) == 0:  # towards certainty in powers; `_most` knows the rest
        marginal = problem.utility.marginal_wage(problem.reservation(1.0))
        last = 0.25 * slack / float(problem._value_slope(1.0) + marginal * problem.cost.slope(1.0) + 1)
        if 1 - low <= 2 * last:
            return np.array([low])
        before = np.append(low, ends[(ends > low) & (ends < 1 - 1e-9)])
        ends = np.append(before, 1 - np.geomspace(1 - before[-1], max(last, 1e-15), 60))
        high = float(ends.max())
    return _ends(ends, [cut for cut in (best.effort, *cuts) if low < cut < high])


def _most(lines, low, high):
    """What lines for efforts in [low, high] can earn at most, from a perfect record alone; arrays of ranges.

    Let v be the expected utility above that of the floor, at most that of a perfect record, w. Every other effort e earns at least q(e)ⁿ·w, so
    the agent works only if v·(1 − q(e)ⁿ) ≥ c(η) − c(e). Where checks pass for certain at full effort this is all there is to know near it.
    """
    problem, evidence = lines.problem, lines.evidence
    cost, most = problem.cost.cost, np.zeros(low.shape)
    left, right = np.zeros(low.shape), low.copy()
    rows = np.arange(low.size)
    for _ in range(8):  # any effort gives a valid demand; the strongest is found by zooming
        other = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, 33)
        needed = (cost(low)[:, None] - cost(other)) / -np.expm1(lines.n * np.log(evidence.success(other)))
        needed = np.where(np.isfinite(needed), needed, 0.0)
        i = np.argmax(needed, axis=1)
        most = np.maximum(most, needed[rows, i])
        left, right = other[rows, np.maximum(i - 1, 0)], other[rows, np.minimum(i + 1, 32)]
    utility = np.maximum(problem.reservation(low), lines.floor_utility + most)
    worth = problem._value(high) - problem.utility.wage(utility)
    return np.where(np.isnan(worth) | (utility >= problem.utility.highest), -np.inf, worth)


def _deviation(evidence, n, effort):
    q = float(evidence.success(effort))
    return np.sqrt(max(q * (1 - q), 1 / n) / n)


def _ends(ends, cuts):
    ends = np.unique(np.concatenate([ends, cuts]))
    keep = np.append(True, np.diff(ends) > 1e-14 * np.abs(ends[1:]))
    return ends[keep]


def _shares(lines, efforts, profit, cuts):
    """Ends of the ranges of shares at which a line may leave the floor.

    Beyond (n − 1)/n only a perfect record is paid, as at (n − 1)/n. Far below 0 all wages are nearly the same: the incentive is at most
    b·u′(wage for no pass), too little for all efforts where the lowest wage, −b·share, is as high as a profit allows. It is at least half of
    the wage that pays for coming, once the share is below −1 and so no wage more than twice the lowest.
    """
    n, evidence = lines.n, lines.evidence
    top = (n - 1) / n if lines.problem.floor is not None else 0.0
    asked = lines.needed_incentives(efforts[:-1], efforts[1:])[0].min(
        initial=float(lines.needed_incentive(efforts[-1]))
    )
    lowest = float(_reach(lines, efforts[-1], profit) / asked)
    lowest = max(lowest, 1.0)
    ends = [0.0, *-np.append(0.125 * 2.0 ** np.arange(np.ceil(np.log2(lowest / 0.125))), lowest)]
    if top > 0:
        passes = evidence.success(efforts[[0, -1]])
        deviation = _deviation(evidence, n, (efforts[0] + efforts[-1]) / 2)
        low = max(passes[0] - 8 * deviation, 0.0)
        high = min(passes[1] + 8 * deviation, top)
        between = np.arange(low, high, max(_STEP * deviation, (high - low) / _FIRST))
        clear = max(passes[0] - _CLEAR * deviation, 0.0)  # below it no line is cut
        ends = np.concatenate([ends, np.linspace(0, low, 4), [clear], between, np.linspace(high, top, 4)])
        if n > 60:  # no count inside a cell longer than need be
            ends = np.where(ends > 0, np.round(ends * n) / n, ends)
    cuts = [cut for cut in cuts if -lowest < cut < top]
    return _ends(np.append(np.asarray(ends)[np.asarray(ends) <= top], top), cuts)


def _reach(lines, effort, profit):
    """How far below 0 the shares go, times the incentive asked for: see `_shares`."""
    wage = float(lines.problem._value(effort)) - profit - lines.floor
    paid = float(lines.problem.utility.wage(max(lines.problem.outside, lines.floor_utility))) - lines.floor
    base = np.geomspace(np.clip(0.5 * paid / wage, 1e-9, 0.9), 1.0, 400) * wage
    # between two of them b is at most the next, u′ that of the last
    return float(np.max(base[1:] * lines.marginal(base[:-1])))


def _never_cut(lines, cells, profit):
    """Is the chance that a line of the cell pays the floor below rounding, so that it may as well go on below it?

    By Chernoff's bound, n·D(x‖q). Below the floor the line would fall to f − b·x at most, where utility, −e^(−aw)/a, and what that does to the
    incentive are larger by factors e^(abx) and n/(q(1 − q)); and b·(q − x) is no more than what is paid.
    """
    q, r = (of(cells.effort_low) for of in (lines.evidence.success, lines.evidence.failure))
    share = np.clip(cells.share_high, 0.0, 1.0)
    paid = lines.problem._value(cells.effort_high) - lines.floor - profit
    averse = lines.problem.utility.aversion if isinstance(lines.problem.utility, CARA) else 0.0
    divergence = lines.n * (xlogy(share, share / q) + xlogy(1 - share, (1 - share) / r))
    depth = averse * np.maximum(paid, 0) * share / (q - share) + np.log(lines.n / (q * r))
    return (cells.share_high <= 0) | ((share < q) & (divergence - depth > _NEVER))


def _within(cells, box):
    """Cells that lie in a box of efforts and shares."""
    (least, most), (low, high) = box[:2]
    inside = (cells.effort_low >= least) & (cells.effort_high <= most)
    return inside & (cells.share_low >= low) & (cells.share_high <= high)


def cells_along(lines, low, high, shares, profit, ridge, box):
    """First cells: small along the ridge of the best lines for each effort, the smaller the nearer to a closed box, and large elsewhere.

    Parameters
    ----------
    lines : CutLines
    low, high : array
        Ranges of efforts.
    shares : array
        Ends of the ranges of shares where nothing is known.
    profit : float
        The profit to beat.
    ridge : tuple of array
        Efforts, in order, and the shares at which the best lines for them leave the floor.
    box : tuple
        The closed box, as `core.core` has it.

    Returns
    -------
    Cells
    """
    n, (least, most) = lines.n, box[0]
    away = (most - least) * 3.0 ** np.arange(40)
    cuts = np.concatenate([least - away[::-1], [least, most], most + away])
    parts, reach = [], _reach(lines, high.max(), profit)
    lowest = np.maximum(shares[0], -np.maximum(reach / lines.needed_incentives(low, high)[0], 1.0))
    for e0, e1, bottom in zip(low, high, lowest, strict=True):
        if e0 == e1:
            parts.append(_ranges_at(e0, e1, np.append(bottom, shares[shares > bottom])))
            continue
        spread = _deviation(lines.evidence, n, (e0 + e1) / 2)
        places = np.interp([e0, e1], *ridge)
        near = np.clip(
            [places.min() - _NEAR[0] * spread, places.max() + _NEAR[1] * spread], bottom, shares[-1]
        )
        down, up = near[0] - _FAR[0] * spread, near[1] + _FAR[1] * spread
        outer = [bottom, *(x for x in (-4.0, -1.0, 0.0, *down) if bottom < x < near[0]), near[0]]
        parts.append(_ranges_at(e0, e1, _at_counts(np.unique(outer), n)))
        outer = np.append(near[1], np.append(up[up < shares[-1]], shares[-1]))
        parts.append(_ranges_at(e0, e1, _at_counts(np.unique(outer), n)))
        near = _at_counts(near, n)
        ends = np.concatenate([[e0], cuts[(cuts > e0) & (cuts < e1)], [e1]])
        for pair in zip(ends[:-1], ends[1:], strict=True):
            parts.append(_ranges_at(*pair, _along(lines, *pair, near, ridge, box)))
    return _as_cells(lines, *(np.concatenate(each) for each in zip(*parts, strict=True)), profit)


def _along(lines, e0, e1, near, ridge, box):
    """Ends of ranges of shares in `near`, for efforts in [e0, e1]: one around the ridge, and below it wider and wider ones."""
    n, (low, high) = lines.n, np.sort(np.interp([e0, e1], *ridge))
    inside = e0 >= box[0][0] and e1 <= box[0][1]
    if inside:
        low, high = box[1]
        wide = high - low
    else:
        wide = float(lines.evidence.success(e1) - lines.evidence.success(e0)) + high - low
        low, high = low - 0.25 * wide, high + 0.25 * (high - low) + 0.02 * wide
    ends = np.append(low - wide * 3.0 ** np.arange(30), [low, high])
    if not inside and wide * n > 2:
        ends = _at_counts(ends, n)
    counts = np.arange(np.ceil(n * low), np.floor(n * high) + 1)
    if not inside and counts.size <= 2:
        ends = np.append(ends, counts / n)
    return np.unique(np.concatenate([ends[(ends > near[0]) & (ends < near[1])], near]))


def _at_counts(ends, n):
    """The ends above 0 moved to whole counts, where these are close together: none inside a cell longer than need be."""
    return np.where(ends > 0, np.round(ends * n) / n, ends) if n > _SPARSE else ends


def _ranges_at(e0, e1, ends):
    """One range of efforts with ranges of shares between ends."""
    size = ends.size - 1
    return np.full(size, e0), np.full(size, e1), ends[:-1], ends[1:]


def _first_cells(lines, efforts_low, efforts_high, shares, profit):
    low, below = (a.ravel() for a in np.meshgrid(efforts_low, shares[:-1], indexing="ij"))
    high, above = (a.ravel() for a in np.meshgrid(efforts_high, shares[1:], indexing="ij"))
    return _as_cells(lines, low, high, below, above, profit)


def _as_cells(lines, low, high, below, above, profit):
    """Cells with a first guess of the slope."""
    wage = float(lines.problem._value(high.max())) - profit - lines.floor
    slope = lines.needed_incentive((low + high) / 2) / lines.marginal(0.1 * wage)
    return Cells(low, high, below, above, np.maximum(slope, 1e-300))


def _looks_better(cells, found, profit, worth, agent, deviations):
    """Offer the most promising lines to the agent: (a better one, None), or (None, efforts that tempt the agent instead).

    Lines under which the agent would work more than asked are looked at where that effort is asked for.
    """
    worthy = (found.relaxed > profit + worth) & (found.bound > profit + worth)
    promising = np.flatnonzero(worthy & ~found.keen)
    promising = promising[np.argsort(-found.relaxed[promising])][:_LOOKS]
    tempting = []
    for i in promising:
        effort = float((cells.effort_low[i] + cells.effort_high[i]) / 2)
        share = float((cells.share_low[i] + cells.share_high[i]) / 2)
        other, gain, earned = agent(effort, share, float(found.slope[i]))
        if earned > profit + worth:
            return (other, share, float(found.slope[i])), None
        if gain > 1e-9 and min(abs(other - x) for x in (*deviations, effort)) > _APART:
            tempting.append(other)
    return None, tempting


def _most_tempting(lines, cells, found, profit):
    """The effort that tempts most under the lines that look best, if it is none of those that are looked at; else None."""
    promising = np.flatnonzero((found.relaxed > profit) & (found.bound > profit))
    if len(lines.deviations) >= _DEVIATIONS or not promising.size:
        return None
    promising = promising[np.argsort(-found.relaxed[promising])][:_ASKED]
    effort, gain = _strongest_temptation(lines, cells.take(promising), found.slope[promising])
    new = np.abs(effort[:, None] - np.array(lines.deviations)).min(axis=1) > _APART
    gain = np.where(new, gain, 0.0)
    best = int(np.argmax(gain))
    return float(effort[best]) if gain[best] > _GAINS else None


def _strongest_temptation(lines, cells, slopes):
    """For the line in the middle of each cell the most tempting of some efforts, and what it gains; a rough look for many checks."""
    ev, n, cost = lines.evidence, lines.n, lines.problem.cost.cost
    own = column((cells.effort_low + cells.effort_high) / 2)
    share, slope = column((cells.share_low + cells.share_high) / 2), column(slopes)
    if lines.every_count:
        rise, effort = lines.rise(slope * np.maximum(lines.counts / n - share, 0)), _EFFORTS
        laws = np.exp(log_pmf(lines.counts, n, column(ev.success(effort)), column(ev.failure(effort))))
        there = rise @ laws.T
        here = total(np.exp(log_pmf(lines.counts, n, ev.success(own), ev.failure(own))), rise)
    else:  # a normal law will do
        spread = np.sqrt(ev.success(own) * ev.failure(own) / n)
        near = ev.effort(ev.success(own) + spread * _STEPS)
        effort = np.concatenate([own, near, np.broadcast_to(_EFFORTS, (cells.size, _EFFORTS.size))], axis=1)
        q = ev.success(effort)
        passes = np.clip(q[..., None] + np.sqrt(q * ev.failure(effort) / n)[..., None] * _QUANTILES, 0, 1)
        rise = lines.rise(slope[..., None] * np.maximum(passes - share[..., None], 0))
        there = rise @ _CHANCES
        here = there[:, 0]
    gain = there - cost(effort) - column(here - cost(own[:, 0]))
    best = np.argmax(np.where(np.isnan(gain), -np.inf, gain), axis=1)
    rows = np.arange(cells.size)
    return np.broadcast_to(effort, gain.shape)[rows, best], gain[rows, best]
