"""What no contract with m thresholds can earn more: branch and bound over thresholds and efforts, with prices of a few tuples.

Blocks of thresholds times boxes of effort cover every contract of the class. What a block earns at most on a box is read off the price line that
is lowest there (`annolib.contracts.tiered.blocks`). A block or a box whose bound stays above the best profit known is cut, whichever of the two adds
more to the bound; where even the tuple in the middle is valued above it, that tuple's programme is solved at that effort: that either gives
prices with a lower bound, or a better contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from annolib.contracts.optimal.efforts import Search
from annolib.contracts.tiered.prices import MANY, Pool
from annolib.contracts.tiered.search import _best_effort

MOST = 400  # tuples that are listed from the start
_PLACES = {  # where the first blocks end, in standard deviations of the count from what is expected
    2: (-8.0, -5.0, -3.5, -2.5, -1.75, -1.0, -0.4, 0.2, 0.8, 1.5, 2.5, 4.0),
    3: (-5.0, -2.5, -1.0, 0.2, 1.5),
    4: (-4.0, -1.2, 0.5),
}
_FEW = (-1.0,)  # with still more thresholds
_ROUNDS, _WORK = (
    60,
    24_000,
)  # cuts; rows looked at with many lines, shared among the thresholds beyond the first
_AT_ONCE, _BUDGET = 4, 150
_TEMPTED, _LAST = (
    12,
    2,
)  # deviations for one effort; programmes with them whose prices are kept, beside the first
_SPARE = 0.02  # of the gap: what prices have to spare at least
_ASIDE, _CLOSER = 1e-6, 3  # standard deviations of the count; deviations that may join there
_FINE, _CUTS = (
    0.03,
    7,
)  # standard deviations of the count: boxes of effort held against any pay, and how often these are cut
_SEVERAL = 3  # thresholds with which that pays
_APART = 0.5  # standard deviations of the count


@dataclass(frozen=True)
class Cover:
    """Blocks of thresholds, (rows, m) each end, times boxes of effort; `full` marks full effort alone, and that of a kink of
    the cost: where more than the marginal cost from below will do."""

    first: np.ndarray
    last: np.ndarray
    low: np.ndarray
    high: np.ndarray
    full: np.ndarray

    @property
    def size(self):
        return self.low.size

    @property
    def middle(self):
        return (self.low + self.high) / 2

    @property
    def wide(self):
        return (self.last > self.first).any(axis=1)

    def take(self, rows):
        return Cover(*(x[rows] for x in (self.first, self.last, self.low, self.high, self.full)))

    @staticmethod
    def join(*parts):
        names = ("first", "last", "low", "high", "full")
        return Cover(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def centres(self):
        """A tuple in the middle of each block."""
        m = self.first.shape[1]
        shared = np.concatenate(
            [np.zeros((self.size, 1), bool), self.first[:, 1:] == self.first[:, :-1]], axis=1
        )
        group = np.cumsum(~shared, axis=1)
        out = np.empty(self.first.shape)
        for j in range(m):
            same = group == group[:, j : j + 1]
            copies, place = same.sum(axis=1), same[:, :j].sum(axis=1)
            size = self.last[:, j] - self.first[:, j] + 1
            out[:, j] = self.first[:, j] + np.floor((place + 0.5) * size / copies)
        return out

    def halves_of_blocks(self, excess):
        """The place of each block with the largest excess cut in two: every way to share its thresholds among the halves."""
        m, size = self.first.shape[1], self.last - self.first
        weight = np.where(size > 0, np.where(np.isnan(excess), np.inf, excess), -1.0)
        j = np.argmax(weight, axis=1)  # the first of those that share it
        rows = np.arange(self.size)
        a, b = self.first[rows, j], self.last[rows, j]
        same = (self.first == a[:, None]) & (self.last == b[:, None])
        copies = same.sum(axis=1)
        cut = np.floor((a + b) / 2)  # left: a … cut
        parts = []
        for left in range(m + 1):
            some = np.flatnonzero((left <= copies) & (left <= cut - a + 1) & (copies - left <= b - cut))
            part = self.take(some)
            order = np.cumsum(same[some], axis=1)
            to_left, to_right = same[some] & (order <= left), same[some] & (order > left)
            first = np.where(to_right, (cut + 1)[some, None], part.first)
            last = np.where(to_left, cut[some, None], part.last)
            parts.append(Cover(first, last, part.low, part.high, part.full))
        return Cover.join(*parts)

    def thirds_of_efforts(self):
        """Each box of effort cut in three."""
        edges = np.linspace(self.low, self.high, 4)
        return Cover.join(
            *(Cover(self.first, self.last, a, b, self.full) for a, b in zip(edges, edges[1:], strict=False))
        )


class Proof:
    """The branch and bound of one `Tiers` family: `gap` and `found`, a better contract if one turns up."""

    def __init__(self, family, tiers, gap, flat_gap, relative, absolute):
        self.family, self.tiers, self.gap, self.found = family, tiers, gap, None
        self.best, self.relative, self.absolute = family.best, relative, absolute
        self.pool, self.deviations, self.solved = Pool(family, tiers), (0.0,), 0
        self.efforts = Search(family, flat_gap, gap)
        self.efforts._tolerance = relative, absolute

    @property
    def tolerance(self):
        return max(self.relative * self.gap, self.absolute)

    @property
    def goal(self):
        return self.best.profit - self.gap + self.tolerance

    def begin(self, thresholds, effort, deviations=()):
        """Prices of the best contract known."""
        self._look(thresholds, effort, deviations)
        self._balance(thresholds, effort)

    def _balance(self, thresholds, effort):
        """Where one more deviation tempts below an effort, prices between those on both sides: of all that touch there, those without slope.

        The best effort for given thresholds is often the last one that they can buy.
        """
        family = self.family
        aside = _ASIDE / np.sqrt(family.n * float(family.evidence.information(effort)))
        if not 0 < effort - aside < effort + aside < 1:
            return
        with np.errstate(all="ignore"):
            above = family.implement(thresholds, effort + aside, self.deviations)
            below, known = family.implement(thresholds, effort - aside, self.deviations), self.deviations
            for _ in range(_CLOSER):
                if above is None or below is None:
                    return
                other, gain = family.most_tempting_deviation(below)
                if gain < 1e-13:
                    break
                known = (*known, float(other))
                below = family.implement(thresholds, effort - aside, known)
            if below is None or len(below.lottery.prices) <= len(above.lottery.prices):
                return
            rises, falls = family.slope(above), family.slope(below)
            if not (rises > 0 and falls < 0):
                return
            share = rises / (rises - falls)
            more = np.zeros(len(below.lottery.prices) - len(above.lottery.prices))
            prices = (1 - share) * np.append(above.lottery.prices, more) + share * below.lottery.prices
            self.solved += 2
            self.pool.add(thresholds, effort, prices, known)

    def run(self, thresholds, effort, any_pay=None):
        """What contracts of the class may earn more than the best one known."""
        low, high = self.efforts._worth_a_look()
        if not low < high:  # even pay without risk earns no more at any effort
            return self.tolerance
        left = None if any_pay is None or self.tiers < _SEVERAL else self._left_by(any_pay, low, high)
        if high >= 1 and float(self.family.evidence.failure(1.0)) == 0:
            self.pool.add_certain()
        cover = self._first(low, high, thresholds, effort, left)
        closed, seen, work = -np.inf, set(), 0
        top = np.full(cover.size, np.inf)
        for _ in range(_ROUNDS):
            top, excess, parts, stuck = self._bounds(cover)
            open_ = ~(top <= self.goal)
            closed = max(closed, top[~open_].max(initial=-np.inf))
            cover, top, excess, parts, stuck = (
                cover.take(open_),
                top[open_],
                excess[open_],
                parts[open_],
                stuck[open_],
            )
            work += cover.size * min(self.pool.size / MANY, 1.0)
            if (
                not cover.size
                or work > _WORK / max(self.tiers - 1, 1) ** 0.6
                or np.max(top) <= self.goal + self.tolerance / 2
            ):
                break
            if (stuck > -np.inf).any() and self.solved >= _BUDGET:
                break
            centres = cover.centres()
            keys = [(*c, a, b) for c, a, b in zip(centres, cover.low, cover.high, strict=True)]
            for i in self._worst(cover, stuck, centres):
                self._look(tuple(centres[i]), float(cover.middle[i]), over=stuck[i] - self.goal)
                seen.add(keys[i])
            cut = ~(stuck > -np.inf) | np.array([key in seen for key in keys])
            parts_of_block = cut & parts & cover.wide
            by_effort = cut & ~parts_of_block & (cover.high > cover.low)
            if np.any((cover.high - cover.low)[by_effort] < 1e-13) or np.any(
                cut & ~parts_of_block & ~by_effort & ~(stuck > -np.inf)
            ):
                break
            kept = cover.take(~(parts_of_block | by_effort))
            cover = Cover.join(
                kept,
                cover.take(parts_of_block).halves_of_blocks(excess[parts_of_block]),
                cover.take(by_effort).thirds_of_efforts(),
            )
        if cover.size:
            closed = max(closed, np.max(np.where(np.isnan(top), np.inf, top)))
        return max(self.tolerance, closed - (self.best.profit - self.gap))

    def _left_by(self, any_pay, low, high):
        """Boxes of the efforts at which any pay at all may earn more: no tiers do elsewhere. `any_pay` is a `Search` that has run."""
        search = Search(any_pay.family, any_pay.flat_gap, self.gap)
        search.known, search.deviations, search.found = list(any_pay.known), any_pay.deviations, any_pay.found
        search._tolerance = self.relative, self.absolute
        a, b = search._boxes(low, high)
        left, right, width = [], [], _FINE * min(search.deviation_of_count(self.best.effort), 0.05)
        for _ in range(_CUTS):
            top, middle = search._ceilings(a, b)
            open_ = ~(top <= self.goal)
            done = open_ & (b - a <= width)
            left, right = [*left, *a[done]], [*right, *b[done]]
            a, b, middle = (x[open_ & ~done] for x in (a, b, middle))
            if not a.size:
                break
            for i in search._worst_ones(a, b, np.where(middle > self.goal, middle, -np.inf)):
                search.exclude((a[i] + b[i]) / 2)
            edges = np.linspace(a, b, 4)
            a, b = np.concatenate(edges[:-1]), np.concatenate(edges[1:])
        left, right = np.array([*left, *a]), np.array([*right, *b])
        order = np.argsort(left)
        return left[order], right[order]

    def _first(self, low, high, thresholds, effort, left=None):
        """Blocks and boxes to begin with; of efforts those in the boxes `left`, if these are given, and kinks and full effort."""
        n, m, ev = self.family.n, self.tiers, self.family.evidence
        if comb(n, m) <= MOST:
            tuples = np.array(list(combinations(range(1, n + 1), m)), dtype=float)
            first = last = tuples
        else:
            q = float(ev.success(effort if effort else self.best.effort))
            spread = np.sqrt(n * q * (1 - q))
            places = np.array(_PLACES[2] if m < 2 else _PLACES.get(m, _FEW))
            ends = np.unique(np.clip(np.round(n * q + spread * places), 1, n))
            starts = np.unique(np.concatenate([[1.0], ends]))
            stops = np.append(starts[1:] - 1, n)
            places = [
                p
                for p in _with_repetition(starts.size, m)
                if all(p.count(i) <= stops[i] - starts[i] + 1 for i in p)
            ]
            first, last = starts[np.array(places)], stops[np.array(places)]
        if effort and 0 < effort <= 1:
            self.efforts.found = _At(effort)
        a, b = self.efforts._boxes(low, high)
        cuts = [k for k in self.family.problem.cost.kinks if low <= k <= min(high, 1 - 1e-15)]
        if cuts:
            edges = np.unique(np.concatenate([a, b, cuts]))
            edges = edges[np.r_[True, np.diff(edges) > 1e-12] | np.isin(edges, cuts)]
            a, b = edges[:-1], edges[1:]
        if left is not None:
            a, b = _within(a, b, *left)
        i, j = (x.ravel() for x in np.meshgrid(np.arange(len(first)), np.arange(a.size), indexing="ij"))
        cover = Cover(first[i], last[i], a[j], b[j], np.zeros(i.size, bool))
        points = [float(k) for k in cuts] + ([1.0] if high >= 1 and float(ev.failure(1.0)) > 0 else [])
        for point in points:  # there an incentive that is too strong will do
            at = np.full(len(first), point)
            cover = Cover.join(cover, Cover(first, last, at, at, np.ones(len(first), bool)))
        return cover

    def _bounds(self, cover):
        """Of each row an upper bound, the excess of each of its places, whether to cut these and not the box, and the value in the middle where
        that is too high with any prices, else −inf.
        """
        with np.errstate(all="ignore"):
            top = self.efforts._cap_on(cover.low, cover.high)
            blocks, stuck = np.zeros(cover.size, bool), np.full(cover.size, -np.inf)
            places = np.zeros(cover.first.shape)
            live = np.flatnonzero(~(top <= self.goal))
            if not live.size:
                return top, places, blocks, stuck
            some = cover.take(live)
            which, *_ = self.pool.lowest(some.first, some.last, some.low, some.high, some.full, self.goal)
            bound, value, excess = self._with_lines(which, some)
            top[live] = np.fmin(top[live], np.where(np.isnan(bound), np.inf, bound))
            left = np.flatnonzero(~(top[live] <= self.goal))
            if left.size:
                rows, rest = live[left], some.take(left)
                centres = rest.centres()
                near, middle, least = self.pool.lowest(
                    centres, centres, rest.low, rest.high, rest.full, self.goal
                )
                stuck[rows] = np.where(least > self.goal, least, -np.inf)
                value, excess, own = value[left], excess[left], np.full(left.size, np.inf)
                has = which[left] >= 0
                if has.any():
                    lines = self.pool.rows(which[left][has], centres[has], centres[has])
                    own[has] = lines.value(rest.middle[has])
                narrow = np.flatnonzero((near >= 0) & rest.wide & ~(middle > self.goal))
                if narrow.size:
                    part = rest.take(narrow)
                    lines = self.pool.rows(near[narrow], part.first, part.last)
                    bound, corner, bows = lines.corners(part.low, part.high, self.goal - middle[narrow])
                    closer = bound < top[rows[narrow]]
                    narrow = narrow[closer]
                    top[rows[narrow]], value[narrow] = bound[closer], corner[closer]
                    excess[narrow], own[narrow] = bows[closer], middle[narrow]
                all_places = excess.sum(axis=1)
                by_box = top[rows] - value - all_places
                by_places = all_places + value - own
                blocks[rows] = ~((by_places < by_box) & (own <= self.goal))
                places[rows] = excess
        return top, places, blocks, stuck

    def _with_lines(self, which, cover):
        """`ceilings` of line which[i] for row i; infinite where there is none."""
        bound, value = np.full(cover.size, np.inf), np.full(cover.size, np.inf)
        excess, has = np.zeros(cover.first.shape), which >= 0
        if has.any():
            own = cover.take(has)
            lines = self.pool.rows(which[has], own.first, own.last)
            bound[has], value[has], excess[has] = lines.ceilings(own.low, own.high)
        return bound, value, excess

    def _worst(self, cover, stuck, centres):
        """The rows that stand highest, far from each other: their indices."""
        height, chosen, n = stuck.copy(), [], self.family.n
        middle, ev = cover.middle, self.family.evidence
        for _ in range(_AT_ONCE):
            i = int(np.argmax(height))
            if not height[i] > -np.inf:
                break
            chosen.append(i)
            q = float(ev.success(middle[i]))
            spread = max(np.sqrt(n * q * (1 - q)), 1e-9)
            apart = np.abs(ev.success(middle) - q) * n / spread
            away = np.maximum(apart, np.abs(centres - centres[i]).max(axis=1) / spread)
            height[away < _APART] = -np.inf
        return chosen

    def _look(self, thresholds, effort, deviations=(), over=0.0):
        """The programme of one tuple and effort: its prices join the pool; what earns more is kept.

        `over` says how far above the goal it was valued: prices that bring it as far below have something to spare nearby.
        """
        family = self.family
        thresholds = tuple(int(t) for t in thresholds)
        known = tuple(dict.fromkeys((*self.deviations, *deviations, *self.pool.tempting(thresholds, effort))))
        enough, found, good = self.goal - max(_SPARE * self.gap, min(over, self.gap / 2)), [], None
        with np.errstate(all="ignore"):
            for _ in range(_TEMPTED):
                others = tuple(d for d in known if abs(d - effort) > 1e-9)
                self.solved += 1
                pay = family.implement(thresholds, effort, others)
                if family.last and np.all(np.isfinite(family.last[0][1])):
                    found.append(family.last[0])
                if pay is None or not pay.gap < self.gap * (1 + 1e-6):
                    break
                other, gain = family.most_tempting_deviation(pay)
                if gain < 1e-12:
                    good = pay
                    break
                known = (*known, float(other))
            for deviations, prices in (
                found[:1] + found[1:][-_LAST:]
            ):  # those between hold for no more efforts
                self.pool.add(thresholds, effort, prices, deviations, enough)
        if good is not None:
            self._accept(good)

    def _accept(self, pay):
        """A contract that may earn more than the best one known, at its best effort."""
        if not pay.gap < self.gap * (1 - 1e-12):
            return
        with np.errstate(all="ignore"):
            held = self.family.implement_everywhere(pay)
            if held is None:
                return
            better, _ = _best_effort(self.family, held)
        held = better if better is not None and better.gap < held.gap else held
        if held.gap < self.gap:
            self.gap, self.found = held.gap, held
            self.efforts.gap = held.gap
            self._look(held.thresholds, held.effort, held.deviations)


def _within(a, b, left, right):
    """What of each box [a, b] lies in the boxes [left, right], from the first to the last of it."""
    low, high = np.maximum(a[:, None], left), np.minimum(b[:, None], right)
    some = low < high
    first, last = (
        np.where(some, low, np.inf).min(axis=1, initial=np.inf),
        np.where(some, high, 0.0).max(axis=1, initial=0.0),
    )
    return first[some.any(axis=1)], last[some.any(axis=1)]


@dataclass(frozen=True)
class _At:
    effort: float


def _with_repetition(count, m):
    """Non-decreasing m-tuples of 0 … count − 1."""
    if m == 0:
        return [()]
    return [
        (*rest, i) for rest in _with_repetition(count, m - 1) for i in range(rest[-1] if rest else 0, count)
    ]


def prove(family, tiers, known, gap, flat_gap, relative, absolute, any_pay=None):
    """What contracts with so many thresholds may earn more than `gap` says: (bound, better pay or None).

    `known` is (thresholds, effort) of the best contract found so far; `any_pay` a `Search` for the best pay of all that has run.
    """
    proof = Proof(family, tiers, gap, flat_gap, relative, absolute)
    thresholds, effort = known
    if thresholds and effort:
        proof.begin(_filled(thresholds, tiers, family.n), effort)
    left = proof.run(thresholds, effort, any_pay)
    return left, proof.found


def _filled(thresholds, tiers, n):
    """These thresholds and others beside them, until there are enough."""
    chosen = sorted(int(t) for t in thresholds)
    while len(chosen) < tiers:
        free = [t for t in (chosen[-1] + 1, chosen[0] - 1) if 1 <= t <= n]
        chosen = sorted([*chosen, free[0]])
    return tuple(chosen)
