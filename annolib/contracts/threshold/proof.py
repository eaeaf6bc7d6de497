"""Branch and bound over all thresholds and efforts: boxes are cut until none may hold a smaller gap.

`start` covers all thresholds and all efforts that a contract with a smaller gap can have; `prove` cuts what stays open, first where the contract at
hand is, until no bound (`annolib.contracts.threshold.bounds`) is below the goal.

With many checks what stays open is a ridge: a higher effort and as much a higher threshold, so that the agent passes as often, cost nearly the same.
Upright boxes would have to be as short along it as they are narrow across. So boxes on the ridge are made to lean
(`annolib.contracts.threshold.surroundings.LeaningSurroundings`), and stand upright again once they are about a threshold high.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.contracts.threshold.boxes import Boxes
from annolib.contracts.threshold.surroundings import edge_above_mean

_PATIENCE, _SAMPLE = 3, 24  # cuts before costlier bounds are tried, and on how many boxes first
# Around the contract at hand: cuts of effort to either side, and how fast blocks of thresholds grow. For one number of checks a look at
# its boxes costs about the same however many they are, so they are small at once; for several side by side each box costs.
_AROUND_ONE, _AROUND_MANY = (20, 1.4), (6, 4.0)
_PIECES = (
    (16, 16),
    (100, 8),
    (400, 4),
    (np.inf, 2),
)  # with up to so many boxes open, into how many a box is cut
_LEANS_FROM, _LEANS_TO = (
    250,
    10**12,
)  # standard deviations of the count from which boxes lean; n from which σ is not told well
_SHORT, _LONG = (
    20,
    4,
)  # thresholds over which a box that is made to lean rises at least; standard deviations at most
_MARGIN = 20  # thresholds between boxes that lean and the ends
_COLUMNS, _ROWS = (
    (1e-3, 2.0, 9),
    (1e-3, 2.0, 10),
)  # cuts beside the contract at hand, in standard deviations of the count
_ALONG = 0.25  # how much less a cut along the lean brings
_LITTLE = 2.0  # thresholds by which a box may lean and be replaced by an upright one
_LEAST = 1e-13  # efforts below it are as good as none: their value differs by less than rounding


@dataclass(frozen=True)
class Proof:
    """How far a branch and bound has come, for one number of checks or for several side by side.

    Attributes
    ----------
    boxes, bounds : Boxes, numpy.ndarray
        What is open, and the bounds there.
    closed : numpy.ndarray
        The lowest bound of the boxes that are closed, for each number of checks.
    tried : numpy.ndarray
        Boxes looked at, for each number of checks.
    turns : int
        How often boxes were cut.
    """

    boxes: Boxes
    bounds: np.ndarray
    closed: np.ndarray
    tried: np.ndarray
    turns: int = 0

    @property
    def bound(self):
        """No contract has a gap below this; one for each number of checks."""
        least = self.closed.copy()
        np.minimum.at(least, self.boxes.case, self.bounds)
        return least

    def of(self, case):
        """The proof for one of the numbers of checks alone."""
        own = self.boxes.case == case
        boxes = replace(self.boxes.take(own), case=None)
        one = slice(case, case + 1)
        return Proof(boxes, self.bounds[own], self.closed[one], self.tried[one], self.turns)


def start(bounds, gap):
    """The boxes to begin with: all thresholds, and all efforts that a contract with a gap below `gap` can have.

    `gap` is one number, or one for each number of checks.
    """
    cases = bounds.checks.size
    ends = _efforts_not_ruled_out(bounds.problem, bounds.best, np.broadcast_to(gap, cases))
    parts = [_first_boxes(bounds, n, *pair) for n, *pair in zip(bounds.checks, *ends, strict=True)]
    case = np.repeat(np.arange(cases), [part.size for part in parts])
    boxes = replace(Boxes.join(*parts), case=case)
    return Proof(boxes, np.full(boxes.size, -np.inf), np.full(cases, np.inf), np.zeros(cases, int))


def prove(bounds, proof, goal, limit, threshold=np.nan, effort=np.nan, rounds=80):
    """Go on until no gap is below `goal`, or `limit` more boxes have been looked at (about), or `rounds` cuts made.

    The goal may fall from call to call, as better contracts are found, never rise. `threshold` and `effort`: of the contract at hand,
    if it is a bonus; boxes are cut small around it. All three are one number, or one for each number of checks.
    """
    cases = bounds.checks.size
    goal, *place = (np.broadcast_to(x, cases) for x in (goal, threshold, effort))
    boxes, left, closed, tried = proof.boxes, proof.bounds, proof.closed.copy(), np.zeros(cases, int)
    turns, next_look, wait = proof.turns, _PATIENCE + 1, 1
    while boxes.size and tried.sum() < limit * cases and turns < rounds:
        if turns:
            boxes = _cut_around(bounds, boxes, *place) if turns == 1 else _cut_again(bounds, boxes, *place)
        tried, turns = tried + np.bincount(boxes.case, minlength=cases), turns + 1
        aim = goal[boxes.case]
        left = bounds.lower(boxes, aim, quick=turns == 1)
        if turns >= next_look:
            before, left = left, _thorough(bounds, boxes, left, aim)
            wait = 1 if np.any((before < aim) & (left >= aim)) else 2 * wait  # in vain: later again
            next_look = turns + wait
        done = left >= aim
        np.minimum.at(closed, boxes.case[done], left[done])
        boxes, left = boxes.take(~done), left[~done]
    return Proof(boxes, left, closed, proof.tried + tried, turns)


def _thorough(bounds, boxes, left, goal):
    """The bounds that look for the most tempting efforts, of boxes that are open; where they close none of a few, of no more."""
    left = left.copy()
    opened = np.flatnonzero(left < goal)
    few = opened[:: max(opened.size // _SAMPLE, 1)]
    for some in (few, np.setdiff1d(opened, few)):
        if some.size:
            left[some] = np.fmax(left[some], bounds.lower(boxes.take(some), goal[some], thorough=True))
        if not (left[some] >= goal[some]).any():
            break
    return left


def _first_boxes(bounds, n, low, high):
    """Boxes about as wide as half a standard deviation of the count, where that matters; never more than some hundreds."""
    problem, ev, best = bounds.problem, bounds.evidence, bounds.best
    q = ev.success(np.array([low, high, max(best.effort, low)]))
    spread = float(np.sqrt(n * q[2] * (1 - q[2]))) + 1e-3
    cuts = [np.array([low, high, best.effort, *problem.cost.kinks])]
    cuts.append(
        ev.effort(
            np.linspace(q[0], q[1], int(np.clip(np.ceil(n * (q[1] - q[0]) / (0.5 * spread)), 4, 16)) + 1)
        )
    )
    free = problem.cost.free_effort
    if low - free < 1e-3:
        cuts.append(free + np.geomspace(low - free, min(0.1, high - free), 14))
    if high == 1 and float(ev.failure(1.0)) == 0:
        cuts.append(1 - np.geomspace(1e-15, 0.1, 14))
    efforts = np.unique(np.clip(np.concatenate(cuts), low, high))
    efforts = _clear_of(problem.cost.kinks, efforts[np.r_[True, np.diff(efforts) > 1e-15]])
    thresholds = _threshold_cuts(n, n * q[0], n * q[1], spread)
    first, last = thresholds[:-1], thresholds[1:] - 1
    i, j = (x.ravel() for x in np.meshgrid(np.arange(first.size), np.arange(efforts.size - 1)))
    boxes = Boxes(first[i], last[i], efforts[j], efforts[j + 1], np.zeros(i.size, bool))
    if high == 1:
        one = np.ones(first.size)
        boxes = Boxes.join(boxes, Boxes(first, last, one, one, one.astype(bool)))
    return boxes


def _clear_of(kinks, efforts):
    """Kinks among these efforts take the place of what is all but they: no box may hold one inside."""
    for kink in kinks:
        near = np.abs(efforts - kink) < 1e-12
        if near.any():
            efforts = np.sort(np.append(efforts[~near], kink))
    return efforts


def _threshold_cuts(n, bottom, top, spread):
    """First thresholds of the blocks, n + 1 at the end."""
    if n <= 24:
        return np.arange(1.0, n + 2)
    cuts = [[1, n + 1], bottom - spread * np.linspace(8, 0, 17), top + spread * np.linspace(0, 6, 7)]
    cuts.append(np.linspace(bottom, top, int(np.clip((top - bottom) / (0.5 * spread), 2, 24))))
    return np.unique(np.clip(np.round(np.concatenate(cuts)), 1, n + 1))


def _cut_around(bounds, boxes, thresholds, efforts):
    """Cut boxes where a grid that gets finer towards the contract at hand meets them: far from it a wide box does."""
    parts = []
    for case in np.unique(boxes.case):
        own = boxes.take(boxes.case == case)
        place = thresholds[case], efforts[case]
        parts.append(
            _cut(bounds, own) if np.isnan(place[1]) else _cut_at(bounds, bounds.checks[case], own, *place)
        )
    return Boxes.join(*parts)


def _cut_again(bounds, boxes, thresholds, efforts):
    """Cut boxes into a few pieces each, and those on the ridge that stand upright yet into ones that lean."""
    ridge = _on_ridge(bounds, boxes) & ~np.isnan(efforts[boxes.case])
    if not ridge.any():
        return _cut(bounds, boxes)
    parts = [] if ridge.all() else [_cut(bounds, boxes.take(~ridge))]
    for case in np.unique(boxes.case[ridge]):
        own = boxes.take(ridge & (boxes.case == case))
        parts.append(_leaning_boxes(bounds, bounds.checks[case], own, thresholds[case], efforts[case]))
    return Boxes.join(*parts)


def _cut_at(bounds, n, boxes, threshold, effort):
    """The same for one number of checks: boxes on the ridge are made to lean, the others stay upright."""
    ridge = _on_ridge(bounds, boxes)
    if not ridge.any():
        return _cut_at_upright(bounds, n, boxes, threshold, effort)
    leaning = _leaning_boxes(bounds, n, boxes.take(ridge), threshold, effort)
    rest = boxes.take(~ridge)
    return Boxes.join(leaning, _cut_at_upright(bounds, n, rest, threshold, effort)) if rest.size else leaning


def _on_ridge(bounds, boxes):
    """Which boxes are to lean: upright ones of some standard deviations of the count, where these are many checks; for costs that are powers."""
    if not bounds.power_cost or bounds.checks.max() < 4 * _LEANS_FROM**2:
        return np.zeros(boxes.size, bool)
    ev, n = bounds.evidence, bounds.checks[boxes.case]
    spread = np.sqrt(n * np.minimum(*(ev.success(x) * ev.failure(x) for x in (boxes.low, boxes.high))))
    wide, high = n * (ev.success(boxes.high) - ev.success(boxes.low)), boxes.last - boxes.first
    sized = (wide > _SHORT) & (wide < _LONG * spread) & (high < _LONG * spread)
    inside = (boxes.first > 2 * wide + _MARGIN) & (boxes.last < n - 2 * wide - _MARGIN) & (n < _LEANS_TO)
    return sized & inside & (spread > _LEANS_FROM) & ~boxes.full & (boxes.lean == 0)


def _leaning_boxes(bounds, n, boxes, threshold, effort):
    """Boxes that lean and cover these, smaller the nearer the contract at hand; columns of efforts, in each all σ = t − nq(η) that are open."""
    ev = bounds.evidence
    q = float(ev.success(effort))
    spread = float(np.sqrt(n * q * (1 - q)))
    rate = float(ev.slope(effort)) * n / spread
    near = np.geomspace(*_COLUMNS) / rate
    low, high, parent = _pieces(
        boxes.low, boxes.high, np.sort(np.concatenate([[effort], effort - near, effort + near]))
    )
    columns, which = np.unique(np.column_stack([low, high]), axis=0, return_inverse=True)
    which, columns = which.ravel(), columns.T
    bottom, top = np.full(columns[0].size, np.inf), np.full(columns[0].size, -np.inf)
    np.minimum.at(bottom, which, boxes.first[parent] - n * ev.success(high))
    np.maximum.at(top, which, boxes.last[parent] - n * ev.success(low))
    steps = np.geomspace(*_ROWS) * spread
    centre = threshold - n * q
    low_off, high_off, parent = _pieces(
        bottom - 1.0, top + 1.0, np.sort(np.concatenate([centre - steps, centre + steps]))
    )
    low, high = columns[0][parent], columns[1][parent]
    lean = n * (ev.success(high) - ev.success(low)) / (high - low)
    bulge = edge_above_mean(ev, n, low, high, lean, low)[1]  # an edge is a chord of nq, which is convex
    start = n * ev.success(low)
    none = np.zeros(low.size, bool)
    case = np.full(low.size, boxes.case[0])
    return _upright_if_small(Boxes(start + low_off - bulge, start + high_off, low, high, none, case, lean), n)


def _upright_if_small(boxes, n):
    """Boxes that lean by little more than a threshold stand upright: their thresholds are whole, and nothing is lost on stairs."""
    small = (boxes.lean > 0) & (boxes.lean * (boxes.high - boxes.low) < _LITTLE)
    if not small.any():
        return boxes
    last = boxes.last + boxes.lean * (boxes.high - boxes.low)
    boxes = replace(
        boxes,
        first=np.where(small, np.maximum(np.ceil(boxes.first - 1e-6), 1.0), boxes.first),
        last=np.where(small, np.minimum(np.floor(last + 1e-6), n), boxes.last),
        lean=np.where(small, 0.0, boxes.lean),
    )
    return boxes.take(boxes.last >= boxes.first)


def _cut_at_upright(bounds, n, boxes, threshold, effort):
    ev, (cuts, growth) = bounds.evidence, _AROUND_ONE if bounds.checks.size == 1 else _AROUND_MANY
    q = float(ev.success(effort))
    spread = float(np.sqrt(n * q * (1 - q))) + 1e-3
    rate = max(
        float(ev.slope(max(effort, 0.05))) * n / spread, 1.0
    )  # standard deviations of the count per effort
    near = np.geomspace(1e-6, 2.0, cuts) / rate
    efforts = np.sort(np.concatenate([[effort], effort - near, effort + near]))
    efforts = efforts[np.isin(efforts, _clear_of(bounds.problem.cost.kinks, efforts))]
    far = max(2 * spread, 2)
    steps = np.unique(np.round(np.geomspace(1, far, int(2 + np.log(far) / np.log(growth)))))
    thresholds = np.sort(
        np.concatenate([[threshold, threshold + 1], threshold - steps, threshold + 1 + steps])
    )
    first, last, parent = _pieces(boxes.first, boxes.last + 1, thresholds)
    boxes = replace(boxes.take(parent), first=first, last=last - 1)
    low, high, parent = _pieces(boxes.low, boxes.high, efforts)
    return replace(boxes.take(parent), low=low, high=high)


def _pieces(low, high, cuts):
    """Intervals cut where `cuts` (sorted) are inside: the ends of the pieces, and which interval each is of."""
    first, last = np.searchsorted(cuts, low, "right"), np.searchsorted(cuts, high, "left")
    number = np.maximum(last - first, 0) + 1
    parent = np.repeat(np.arange(low.size), number)
    place = np.arange(parent.size) - np.repeat(np.cumsum(number) - number, number)
    inner = np.append(cuts, np.nan)
    begin = np.where(place == 0, low[parent], inner[np.minimum(first[parent] + place - 1, cuts.size)])
    is_last = place == number[parent] - 1
    return begin, np.where(is_last, high[parent], inner[np.minimum(first[parent] + place, cuts.size)]), parent


def _efforts_not_ruled_out(problem, best, gap):
    """For each gap the efforts whose loss alone does not exceed it (the loss is convex), a little more than that: arrays low, high."""
    free = problem.cost.free_effort
    outer = np.array([[free + _LEAST], [1.0]]) + 0 * gap
    inner = np.full(outer.shape, best.effort)
    shares = np.linspace(0, 1, 17)[:, None, None]
    for _ in range(3):
        at = outer + (inner - outer) * shares
        ruled_out = np.asarray(problem.loss(at, best)) >= gap
        step = np.argmin(ruled_out, axis=0)[None]  # the first that is not
        inner = np.where(ruled_out.all(axis=0), inner, np.take_along_axis(at, step, axis=0)[0])
        outer = np.take_along_axis(at, np.maximum(step - 1, 0), axis=0)[0]
    return np.maximum(outer[0], free + _LEAST), outer[1]


def _cut(bounds, boxes):
    """Cut boxes along what is longer, thresholds or efforts, into fewer pieces the more are open."""
    ev, n = bounds.evidence, bounds.checks[boxes.case]
    pieces = next(pieces for few, pieces in _PIECES if boxes.size <= few)
    counts = boxes.last - boxes.first + 1
    width = n * (ev.success(boxes.high) - ev.success(boxes.low))
    leans = boxes.lean > 0
    counts, width = np.where(leans, boxes.last - boxes.first, counts), np.where(leans, _ALONG * width, width)
    by_count = ((counts > 1) | leans) & ((counts >= width) | boxes.full)
    shares = np.linspace(0, 1, pieces + 1)[:, None]
    at = boxes.first + counts * shares
    at[:, ~leans] = np.round(at[:, ~leans])
    efforts = boxes.low + (boxes.high - boxes.low) * shares
    wide, far = boxes.high > 4 * boxes.low, 1 - boxes.low > 4 * (1 - boxes.high)
    efforts[1:-1] = np.where(wide, boxes.low * (boxes.high / boxes.low) ** shares[1:-1], efforts[1:-1])
    short, shorter = np.maximum(1 - boxes.low, 1e-300), np.maximum(1 - boxes.high, 1e-3 * (1 - boxes.low))
    near_one = 1 - short * (shorter / short) ** shares[1:-1]
    efforts[1:-1] = np.where(far & ~wide & (ev.failure(1.0) == 0), near_one, efforts[1:-1])
    efforts[0], efforts[-1] = boxes.low, boxes.high
    parts = []
    for i in range(pieces):
        rise = boxes.lean * (efforts[i] - boxes.low)
        part = Boxes(
            np.where(by_count, at[i], boxes.first + rise), np.where(by_count, at[i + 1] - ~leans, boxes.last + rise),
            np.where(by_count, boxes.low, efforts[i]), np.where(by_count, boxes.high, efforts[i + 1]), boxes.full,
            boxes.case, boxes.lean,
        )  # fmt: skip
        keep = (part.last >= part.first) & ((part.high > part.low) | by_count | ((i == 0) & ~by_count))
        parts.append(part.take(keep))
    cut = Boxes.join(*parts)
    return _upright_if_small(cut, bounds.checks[cut.case]) if leans.any() else cut
