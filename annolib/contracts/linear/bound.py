"""Is there a better line? Branch and bound over all of them.

Efforts that lose more than the profit to beat leaves are out at once. What is left, a rectangle of efforts and of shares at which a line may
leave the floor, is cut into cells about half a standard deviation of the passes wide. A cell whose bound (`cells.CutLines.bounds`) does not
exceed the profit to beat is done; the others are cut on, along the side to which the bound owes more. Near the best line the bounds close in
with the square of the size, so few cells are left on every level, and the search ends.

If the centre of a cell looks better than the profit to beat, its line is offered to the agent. Either the agent takes it as hoped, and a
better line is found; or the agent prefers another effort: then that deviation is looked at from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.linear.cells import Cells, CutLines

_STEP = 0.5  # first width of a cell, in standard deviations of the share of passes
_HAIR = 1e-13  # of the slope: a base that stands for ever smaller ones where a wage of 0 is unbearable
_FEW = 8  # ranges of efforts and of shares at least
_ROUNDS = 70
_PIECES, _MANY = 2, 32  # of a side, up to so many open cells
_RINGS = 5  # around the line to beat, in one cut
_CELLS = 25_000  # cells looked at before giving up
_ASKED, _GAINS = 12, 1e-7  # lines that are asked in every round what tempts, and what gain counts
_LOOKS = 3  # lines that are offered to the agent in one round, in these rounds
_WHEN = (2, 4, 6, 9, 13, 18, 24, 32, 45)
_WORTH = 1e-7  # of the gap: a line that earns so much more is a better one
_SAMPLE, _HELPS, _VAIN = (
    16,
    0.1,
    3,
)  # cells on which another deviation is tried, how many of them it must close, and how often it may fail to
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


def bound_lines(problem, evidence, n, best, profit, bottom, agent, deviations=(), near=None):
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
        (effort, share) of the line that earns `profit`: cells are cut there.

    Returns
    -------
    LineBound
    """
    known = [bottom, *(x for x in deviations if abs(x - bottom) > _APART)][:_DEVIATIONS]
    lines = CutLines(problem, evidence, n, known)
    slack = tolerance(problem, best, profit)
    efforts = _efforts(problem, evidence, n, best, profit, bottom, slack, near)
    if efforts is None:
        return LineBound(0.0, None, 0)
    with np.errstate(all="ignore"):
        low, high = efforts[:-1], efforts[1:]
        if efforts[-1] < 1 and evidence.failure(1.0) == 0 and efforts[-1] > 1 - 1e-6:
            low, high = np.append(low, efforts[-1]), np.append(high, 1.0)
        elif efforts[-1] == 1:  # full effort itself: there the local incentive may be more than needed
            low, high = np.append(low, 1.0), np.append(high, 1.0)
        most = _most(lines, low, high)
        open_ = most > profit + slack
        total, settled = 0, float(np.max(most[~open_], initial=-np.inf)) - profit
        if not open_.any():
            return LineBound(max(settled, 0.0), None, 0)
        cells = _first_cells(lines, low[open_], high[open_], _shares(lines, efforts, profit, near), profit)
    in_vain = 0
    for round_ in range(_ROUNDS):
        total += cells.size
        found = lines.bounds(cells, profit)
        open_, tempts = found.bound > profit + slack, None
        settled = max(settled, float(np.max(found.bound[~open_], initial=-np.inf)) - profit)
        if not open_.any():
            return LineBound(max(settled, 0.0), None, total)
        if agent is not None and round_ in _WHEN:
            worth = max(4 * slack, _WORTH * (best.profit - profit))
            better, tempting = _looks_better(cells, found, profit, worth, agent, lines.deviations)
            if better is not None:
                return LineBound(float(np.max(found.bound)) - profit, better, total)
            tempts = tempting[0] if tempting else None
        if tempts is None and in_vain < _VAIN:
            tempts = _most_tempting(lines, cells, found, profit)
        if tempts is not None and in_vain < _VAIN and len(lines.deviations) < _DEVIATIONS:
            richer = CutLines(problem, evidence, n, [*lines.deviations, tempts])
            opened = np.flatnonzero(open_)
            few = cells.take(opened[:: max(opened.size // _SAMPLE, 1)])
            total += few.size
            if np.mean(richer.bounds(few, profit).bound <= profit + slack) >= _HELPS:
                lines = richer
            else:
                in_vain += 1
        if total > _CELLS:
            break
        cells = _cut(cells.take(open_), found, open_, near)
    return LineBound(max(float(np.max(found.bound)) - profit, settled), None, total)


def _efforts(problem, evidence, n, best, profit, bottom, slack, near):
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
    number = max(int(np.ceil((passes[1] - passes[0]) / (_STEP * deviation))), _FEW)
    ends = evidence.effort(np.linspace(*passes, number + 1))
    ends[0], ends[-1] = low, high
    if small:  # down to next to nothing in powers
        ends = np.append(ends, bottom + np.geomspace(least - bottom, ends[1] - bottom, 20))
    if high == 1 and evidence.failure(1.0) == 0:  # towards certainty in powers; `_most` knows the rest
        marginal = problem.utility.marginal_wage(problem.reservation(1.0))
        last = 0.25 * slack / float(problem._value_slope(1.0) + marginal * problem.cost.slope(1.0) + 1)
        if 1 - low <= 2 * last:
            return np.array([low])
        before = np.append(low, ends[(ends > low) & (ends < 1 - 1e-9)])
        ends = np.append(before, 1 - np.geomspace(1 - before[-1], max(last, 1e-15), 60))
        high = float(ends.max())
    cuts = [best.effort] if near is None else [best.effort, near[0]]
    return _ends(ends, [cut for cut in cuts if low < cut < high])


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
    utility = np.maximum(problem.reservation(low), lines.floor_utility + (0.0 if lines.unbearable else most))
    worth = problem._value(high) - problem.utility.wage(utility)
    return np.where(np.isnan(worth) | (utility >= problem.utility.highest), -np.inf, worth)


def _deviation(evidence, n, effort):
    q = float(evidence.success(effort))
    return np.sqrt(max(q * (1 - q), 1 / n) / n)


def _ends(ends, cuts):
    ends = np.unique(np.concatenate([ends, cuts]))
    keep = np.append(True, np.diff(ends) > 1e-14 * np.abs(ends[1:]))
    return ends[keep]


def _shares(lines, efforts, profit, near):
    """Ends of the ranges of shares at which a line may leave the floor.

    Beyond (n − 1)/n only a perfect record is paid, as at (n − 1)/n. Far below 0 all wages are nearly the same: the incentive is at most
    b·u′(wage for no pass), too little for all efforts where the lowest wage, −b·share, is as high as a profit allows. It is at least half of
    the wage that pays for coming, once the share is below −1 and so no wage more than twice the lowest.
    """
    n, floor, evidence = lines.n, lines.floor, lines.evidence
    top = (n - 1) / n if lines.problem.floor is not None else -_HAIR * lines.unbearable
    wage = float(lines.problem._value(efforts[-1])) - profit - floor
    paid = float(lines.problem.utility.wage(max(lines.problem.outside, lines.floor_utility))) - floor
    base = np.geomspace(np.clip(0.5 * paid / wage, 1e-9, 0.9), 1.0, 400) * wage
    asked = lines.needed_incentive(np.concatenate([efforts, np.linspace(efforts[0], efforts[-1], 50)])).min()
    lowest = float(np.max(base * lines.marginal(base)) / asked) * 1.05
    lowest = max(lowest, 1.0)
    ends = [0.0, *-np.append(0.125 * 2.0 ** np.arange(np.ceil(np.log2(lowest / 0.125))), lowest)]
    if lines.unbearable:
        ends = [*ends, *-np.geomspace(_HAIR, 0.125, 26)]
    if top > 0:
        passes = evidence.success(efforts[[0, -1]])
        deviation = _deviation(evidence, n, (efforts[0] + efforts[-1]) / 2)
        low = max(passes[0] - 8 * deviation, 0.0)
        high = min(passes[1] + 8 * deviation, top)
        between = np.arange(low, high, _STEP * deviation)
        ends = np.concatenate([ends, np.linspace(0, low, 4), between, np.linspace(high, top, 4)])
        if n > 60:  # no count inside a cell longer than need be
            ends = np.where(ends > 0, np.round(ends * n) / n, ends)
    cuts = [] if near is None or not -lowest < near[1] < top else [near[1]]
    return _ends(np.append(np.asarray(ends)[np.asarray(ends) <= top], top), cuts)


def _first_cells(lines, efforts_low, efforts_high, shares, profit):
    low, below = (a.ravel() for a in np.meshgrid(efforts_low, shares[:-1], indexing="ij"))
    high, above = (a.ravel() for a in np.meshgrid(efforts_high, shares[1:], indexing="ij"))
    wage = float(lines.problem._value(efforts_high[-1])) - profit - lines.floor
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
    effort, gain = lines.tempting(cells.take(promising), found.slope[promising])
    new = np.abs(effort[:, None] - np.array(lines.deviations)).min(axis=1) > _APART
    gain = np.where(new, gain, 0.0)
    best = int(np.argmax(gain))
    return float(effort[best]) if gain[best] > _GAINS else None


def _cut(cells, found, open_, near=None):
    """Open cells cut along the side to which the bound owes more, along both where both matter: in two, or in four where few are open.

    Those with a corner at the line to beat are cut towards it.
    """
    by_effort, by_share, slope = found.effort_part[open_], found.share_part[open_], found.slope[open_]
    if near is not None and cells.size <= _MANY:
        at_near = ((cells.effort_low == near[0]) | (cells.effort_high == near[0])) & (
            (cells.share_low == near[1]) | (cells.share_high == near[1])
        )
        at_near &= np.minimum(
            cells.effort_high - cells.effort_low,
            (cells.share_high - cells.share_low) / max(abs(near[1]), 1e-3),
        ) > (1e-14 * 2.0**_RINGS)
        if at_near.any():
            rest = ~at_near
            towards = _towards(cells.take(at_near), near, slope[at_near])
            if not rest.any():
                return towards
            return Cells.joined(
                [towards, _evenly(cells.take(rest), by_effort[rest], by_share[rest], slope[rest])]
            )
    return _evenly(cells, by_effort, by_share, slope)


def _towards(cells, near, slope):
    """Cells with a corner at `near` cut into rings around it, each half as wide as the one before: three cells each, and what is left."""
    corner = [
        np.where(low == at, 1.0, -1.0)
        for low, at in ((cells.effort_low, near[0]), (cells.share_low, near[1]))
    ]

    def part(low, high, place, inner, outer):
        """The part between two fractions of the way from the corner."""
        at, width = near[place], (high - low) * corner[place]
        near_end, far = at + width * inner, at + width * outer
        if outer == 1:
            far = np.where(corner[place] > 0, high, low)
        return np.minimum(near_end, far), np.maximum(near_end, far)

    parts = []
    for k in range(_RINGS + 1):
        inner, outer = (0.5 ** (k + 1), 0.5**k) if k < _RINGS else (0.0, 0.5**k)
        pieces = [
            ((inner, outer), (inner, outer)),
            ((inner, outer), (0.0, inner)),
            ((0.0, inner), (inner, outer)),
        ]
        for effort, share in pieces if k < _RINGS else pieces[:1]:
            e = part(cells.effort_low, cells.effort_high, 0, *effort)
            x = part(cells.share_low, cells.share_high, 1, *share)
            parts.append(Cells(*e, *x, slope))
    return Cells.joined(parts)


def _evenly(cells, by_effort, by_share, slope):
    """Cells cut into parts of one size."""
    wide = cells.effort_high - cells.effort_low > 1e-15
    along_share = ((by_share > 0.5 * by_effort) | ~wide) & (
        cells.share_high - cells.share_low > 1e-15 * np.maximum(np.abs(cells.share_low), 1e-3)
    )
    along_effort = ((by_effort > 0.5 * by_share) | ~along_share) & wide
    pieces = _PIECES if cells.size <= _MANY else 2
    ends = np.arange(pieces + 1) / pieces
    efforts = _between(cells.effort_low, cells.effort_high, ends)
    shares = _between(cells.share_low, cells.share_high, ends)
    parts = []
    for i in range(pieces):
        for j in range(pieces):
            keep = (along_effort | (i == 0)) & (along_share | (j == 0))
            parts.append(
                Cells(
                    np.where(along_effort, efforts[i], cells.effort_low),
                    np.where(along_effort, efforts[i + 1], cells.effort_high),
                    np.where(along_share, shares[j], cells.share_low),
                    np.where(along_share, shares[j + 1], cells.share_high),
                    slope,
                ).take(keep)
            )
    return Cells.joined(parts)


def _between(low, high, shares):
    """Places between two ends, the ends themselves exactly."""
    return [low, *(low + (high - low) * share for share in shares[1:-1]), high]
