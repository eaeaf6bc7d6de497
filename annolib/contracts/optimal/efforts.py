"""The effort that the best contract of all asks for, and the proof that no other effort earns more.

`Search` solves the programme of a few efforts. Each hands over prices, and with them

- the slope of the best profit in effort (envelope theorem), so that the best effort is a root, found in a handful of solves;
- price lines (`annolib.contracts.optimal.price_lines`), which bound what every other effort earns.

The proof cuts the efforts that could earn more at all into boxes. A box whose bound stays above the best profit known is cut into three; where
even the value at its middle does, its effort is solved as well: that either gives prices with a lower bound, or a better contract.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.contracts.optimal.price_lines import (
    all_on_rows,
    ceilings_of,
    line_between,
    lines_from,
    values_of,
)
from annolib.numerics.binomials import ALL
from annolib.numerics.minimise import climb

_ROUNDS, _BOXES = 60, 4_000
_AT_ONCE = 4
_AT_A_GLANCE, _LOWEST = 60_000, 2  # boxes × lines × counts looked at in one go; lines for each box
_TIED = 1e-7
_CLEARLY = 1.05  # times the gap
_DEEP, _LITTLE = 1e10, 8  # floors so far below the outside option, and what is spent on a proof there
_CLOSE = 0.2  # standard deviations of the count
_APART = (
    0.7  # standard deviations of the count between efforts solved at first, where many may be worth having
)
_SAME = 0.1  # standard deviations of the count between efforts that are as good as one
_AT_KINK = 1e-13  # of effort
_SHORT = 0.5  # standard deviations of the count within which prices change little
_FIRST = 9
_FURTHER = (0.3, 0.2, 0.14, 0.1, 0.07, 0.05, 0.035, 0.025)
_AROUND = np.array([-0.7, -0.4, -0.2, -0.08, 0.08, 0.2, 0.4, 0.7])
_GRID, _STEPS = np.linspace(0, 1, 257), np.geomspace(1e-12, 0.2, 64)


@dataclass(frozen=True, eq=False)
class Solved:
    """One effort's programme: its least gap against the deviations known (inf if there is none worth having), and what its prices say.

    `priced` gives the price lines and the slope of the gap, asked for only where they are needed; `dear` says that the prices already show
    that no contract for this effort is worth having.
    """

    effort: float
    gap: float
    found: object
    priced: object
    dear: bool = False

    @cached_property
    def lines(self):
        """Price lines that start here."""
        with np.errstate(all="ignore"):
            return self.priced.lines()

    @cached_property
    def slope(self):
        """The derivative of the least gap in effort (envelope theorem)."""
        with np.errstate(all="ignore"):
            return self.priced.slope()


@dataclass(frozen=True)
class Prices:
    """The prices of one effort's programme."""

    family: object
    effort: float
    prices: np.ndarray
    deviations: tuple
    fined: float = 0.0

    def lines(self):
        return lines_from(self.family, self.effort, self.prices, self.deviations, fined=self.fined)

    def slope(self):
        first = lines_from(self.family, self.effort, self.prices, self.deviations, True, self.fined)[0]
        return -first.slope(self.effort)


class Search:
    """The best effort for one `AnyWage`: `gap` and `found`, the best contract known; `solved`, how many programmes it took.

    Parameters
    ----------
    family : AnyWage
    flat_gap, gap : float
        Of flat pay, and of the best contract known.
    little : float
        Profit that is next to nothing.
    """

    budget = 150  # programmes for one proof

    def __init__(self, family, flat_gap, gap=None, little=0.0):
        self.family, self.best, self.problem = family, family.best, family.problem
        self.gap, self.flat_gap, self.found = flat_gap if gap is None else gap, flat_gap, None
        self.little = little
        self.known, self.deviations, self.prices, self.solved, self.spared = [], (0.0,), None, 0, 0
        if (
            -np.inf
            < self.problem.floor_utility
            < self.problem.outside - _DEEP * (1 + abs(self.problem.outside))
        ):
            self.budget = _LITTLE  # Newton's method seldom ends there

    # one effort

    def solve(self, effort):
        """The programme of one effort against the deviations known; None if not even prices came of it."""
        effort = next((x for x in self.problem.cost.kinks if abs(x - effort) < _AT_KINK), effort)
        solved = None
        for prices in dict.fromkeys((self._prices_near(effort), None)):
            solved, deviations, last = self._programme(effort, self.deviations, prices)
            if solved is None or np.isfinite(solved.gap) or solved.dear:
                break
        if solved is not None and np.isfinite(solved.gap) and len(deviations) == len(self.deviations):
            self.prices = tuple(last)
        return solved

    def _prices_near(self, effort):
        """Prices to begin with: the last ones, unless these are of an effort far away and another that was solved is nearer."""
        same = [s for s in self.known if np.isfinite(s.gap) and s.priced.deviations == self.deviations]
        if self.prices is None or not same:
            return self.prices
        if abs(same[-1].effort - effort) < _SHORT * self.deviation_of_count(effort):
            return self.prices
        return tuple(min(same, key=lambda s: abs(s.effort - effort)).priced.prices)

    def exclude(self, effort):
        """`solve`, if the two prices of participation and local incentive alone do not show that the effort earns less."""
        alone, *_ = self._programme(effort, (), None)
        if alone is not None and alone.gap > _CLEARLY * self.gap:
            return alone
        new = self.solve(effort)
        if new is not None and np.isfinite(new.gap) and new.gap > self.gap:
            self._price_another(new)
        return new

    def _price_another(self, solved):
        """Prices of a deviation so close by hold for few other efforts: is one further away enough to show that this one earns less?

        The furthest that is, to either side, is left among `known`.
        """
        effort, line = solved.effort, solved.lines[0]
        close = min(
            (abs(d - effort) for d, nu in zip(line.deviations, line.shirking, strict=True) if nu > 0),
            default=1.0,
        )
        before, known, kept = self.solved, len(self.known), list(self.known)
        for apart in _FURTHER:
            if apart <= 1.5 * close or len(kept) > known:
                break
            for other in (effort - apart, effort + apart):
                if 0 < other <= 1:
                    new, *_ = self._programme(effort, (0.0, other), None)
                    if new is not None and np.isfinite(new.gap) and new.gap > self.gap:
                        kept.append(new)
        self.known = kept
        self.spared += self.solved - before

    def _programme(self, effort, deviations, prices):
        family, found, dear = self.family, None, False
        self.solved += 1
        family.last.clear()
        with np.errstate(all="ignore"), contextlib.suppress(dual.Unsolved):
            found = family.implement(effort, deviations, _array(prices), search=False)
            dear = found is None
        if not family.last or not np.all(np.isfinite(family.last[0][1])):
            return None, (), None
        deviations, prices, fined = family.last[0]
        gap = found.gap if found is not None else np.inf
        solved = Solved(effort, gap, found, Prices(family, effort, prices, deviations, fined), dear)
        self.known.append(solved)
        return solved, deviations, prices

    def deviation_of_count(self, effort):
        """The change of effort that moves the mean count by one standard deviation."""
        with np.errstate(divide="ignore"):
            return float(1 / np.sqrt(self.family.n * float(self.family.evidence.information(effort))))

    def climb(self, start):
        """From an effort with a finite gap to the nearest where the gap is least."""
        step = 0.3 * min(self.deviation_of_count(start.effort), 1.0)
        return climb(self.solve, start, step, others=self._apart(self.known), smooth=True)

    def accept(self, solved):
        """Hold a better contract against every other effort; what then tempts joins the deviations. Did any?"""
        if not solved.gap < self.gap:
            return False
        pay, full = solved.found.pay, None
        close = _SAME * min(self.deviation_of_count(solved.effort), 1.0)
        starts = [pay]
        if self.found is not None and abs(self.found.effort - solved.effort) < close:
            starts.insert(0, self.found.pay)  # what deters all others there will do here, nearly
        for start in starts:
            with np.errstate(all="ignore"), contextlib.suppress(dual.Unsolved):
                full = self.family.implement(solved.effort, start.deviations, start.prices, exact=True)
            if full is not None:
                break
        if full is None:  # perhaps no pay implements it: what tempts will show
            with np.errstate(all="ignore"):
                return self._join(self.family.best_other(pay, solved.effort)[0])
        if full.gap < self.gap:
            self.gap, self.found = full.gap, full
        if not full.gap > solved.gap + max(1e-10 * solved.gap, self.little):
            return False
        prices = dict(zip(full.pay.deviations, full.lottery.prices[2:], strict=True))
        tempting = {0.0, *(d for d, price in prices.items() if price > 0 or d < 0)}
        if (
            min(tempting) < 0
        ):  # deviations so close that derivatives stand for them: at a distance they price other efforts too
            step = _CLOSE * self.deviation_of_count(solved.effort)
            tempting |= {solved.effort + step * i for i in (-2, -1, 1, 2)}
        new = tuple(sorted(d for d in tempting if 0 <= d <= 1))
        changed = new != self.deviations
        self.deviations, self.prices = new, None
        return changed

    def _join(self, deviation):
        if min(abs(deviation - d) for d in (*self.deviations, np.inf)) < 1e-9:
            return False
        self.deviations, self.prices = tuple(sorted((*self.deviations, float(deviation)))), None
        return True

    def run(self):
        """Find the best effort."""
        top = self._first()
        for _ in range(5):
            if top is None:
                break
            top = self.climb(top)
            more = self.accept(top)
            self.known = [] if more else self.known
            if not more:
                break
            top = self.solve(top.effort)
            if top is None or not np.isfinite(top.gap):
                break
        return self

    def _first(self):
        """The best of a few efforts to begin with."""
        centre = self.best.effort
        found = self.solve(centre) if 0 < centre <= 1 else None
        sure = found is not None and self.problem.loss(1.0, self.best) > found.gap
        if sure:
            return found
        for effort in (0.9, 0.75, 0.5, 0.25):
            if self.problem.loss(effort, self.best) < self.gap:
                self.solve(effort)
        finite = [s for s in self.known if np.isfinite(s.gap)]
        return min(finite, key=lambda s: s.gap, default=None)

    # the proof

    def prove(self, relative, absolute):
        """An upper bound of what any contract earns more than the best one known.

        It is at most the larger of `relative` times the gap and `absolute` where that can be shown.
        """
        self._tolerance = relative, absolute
        low, high = self._worth_a_look()
        if not low < high:
            return self.tolerance
        self.known = self._apart(self.known)
        at_points = np.inf  # efforts of their own: their local incentive may be more than enough
        for point in (*self.problem.cost.kinks, *(() if self.family.evidence.failure(1.0) == 0 else (1.0,))):
            if low <= point <= high:
                at_points = min(at_points, self._least_gap_at(point))
        self._spread(low, high)
        a, b = self._boxes(low, high)
        budget, closed, seen = self.solved - self.spared + self.budget, -np.inf, set()
        for _ in range(_ROUNDS):
            top, middle = self._ceilings(a, b)
            lowest = self._goal(self.tolerance)
            open_ = ~(top <= lowest)
            closed = max(closed, top[~open_].max(initial=-np.inf))
            a, b, top, middle = a[open_], b[open_], top[open_], middle[open_]
            if not a.size or a.size > _BOXES:
                break
            stuck = ~(middle <= lowest)
            if stuck.any() and self.solved - self.spared >= budget:
                break
            for i in self._worst_ones(a, b, np.where(stuck, middle, -np.inf)):
                self._look_closer((a[i] + b[i]) / 2)
                seen.add((a[i], b[i]))
            cut = ~stuck | np.array([box in seen for box in zip(a, b, strict=True)])
            if np.any((b - a)[cut] < 1e-13):
                break
            edges = np.linspace(a[cut], b[cut], 4)
            a = np.concatenate([a[~cut], *edges[:-1]])
            b = np.concatenate([b[~cut], *edges[1:]])
        if a.size:
            closed = max(closed, np.max(np.where(np.isnan(top), np.inf, top)))
        return max(self.tolerance, self.gap - at_points, closed - (self.best.profit - self.gap))

    def _apart(self, known):
        """Of efforts so close that the lines of one do for both, the better one; of one effort solved twice the last."""
        kept = []
        for one in sorted(known[::-1], key=lambda s: s.gap):
            apart = _SAME * min(self.deviation_of_count(one.effort), 1.0)
            if all(abs(one.effort - other.effort) > apart for other in kept):
                kept.append(one)
        return kept

    @property
    def tolerance(self):
        """How much more profit is none."""
        return max(self._tolerance[0] * self.gap, self._tolerance[1])

    def _goal(self, tolerance):
        return self.best.profit - self.gap + tolerance

    def _worst_ones(self, a, b, height):
        """The box that stands highest, and the highest ones far from it: their indices."""
        middle, chosen = (a + b) / 2, []
        height = height.copy()
        for _ in range(_AT_ONCE):
            i = int(np.argmax(height))
            if not height[i] > -np.inf:
                break
            chosen.append(i)
            apart = np.minimum(_APART * min(self.deviation_of_count(middle[i]), 1.0), 0.3 * middle[i])
            height[np.abs(middle - middle[i]) < apart] = -np.inf
        return chosen

    def _look_closer(self, effort):
        new = self.exclude(effort)
        if new is not None and new.gap < self.gap * (1 - 1e-10):
            old = self.deviations
            self.accept(self.climb(new))
            if self.deviations != old:
                self.solve(effort)

    def _least_gap_at(self, effort):
        """The least gap that full effort, or that of a kink of the cost, can have, after it was tried; −inf where that stays open."""
        for _ in range(3):
            point = self.solve(effort)
            if point is None or not (np.isfinite(point.gap) or point.dear):
                return -np.inf
            if not point.gap < self.gap:
                break
            self.accept(point)
        return point.gap

    def _cap(self, effort):
        """What an effort earns if it were paid for without risk: concave in effort."""
        wanted = np.maximum(self.problem.reservation(effort), self.problem.floor_utility)
        with np.errstate(all="ignore"):
            return np.nan_to_num(self.problem._value(effort) - self.problem.utility.wage(wanted), nan=-np.inf)

    def _worth_a_look(self):
        """The efforts that could earn more: an interval, as the cap is concave. Below it flat pay earns as much, nearly."""
        goal = self._goal(self.tolerance)
        value = self.problem._value
        flat = self.best.profit - self.flat_gap

        near = self.best.effort + np.concatenate([-_STEPS, _STEPS])
        grid = np.unique(np.clip(np.concatenate([_GRID, near, _STEPS]), _STEPS[0], 1.0))
        rise = value(grid) - value(0.0)
        inside = np.flatnonzero((self._cap(grid) > goal) & (rise + flat > goal))
        if not inside.size:
            return self.best.effort, self.best.effort
        low, high = grid[max(inside[0] - 1, 0)], grid[min(inside[-1] + 1, grid.size - 1)]
        return low, high

    def _spread(self, low, high):
        """Solve efforts here and there, so that none is far from one that has prices."""
        at = np.sort([s.effort for s in self.known])
        step = _APART * min(self.deviation_of_count((low + high) / 2), 1.0)
        count = min(int((high - low) / step), _FIRST)
        for effort in np.linspace(low, high, count + 2)[1:-1]:
            if at.size == 0 or np.min(np.abs(at - effort)) > 0.4 * step:
                self._look_closer(float(effort))

    def _boxes(self, low, high):
        parts = [np.linspace(low, high, 17)]
        if low < high / 8:
            parts.append(np.geomspace(low, high / 8, int(np.log(high / low) / np.log(1.6)) + 1))
        edges = np.concatenate(parts)
        if self.found is not None:  # the best effort is the middle of a box: there the slope is 0
            centre = self.found.effort
            around = centre + min(self.deviation_of_count(centre), 1.0) * _AROUND
            edges = np.concatenate([edges[(edges < around[0]) | (edges > around[-1])], around])
        edges = np.unique(np.clip(np.append(edges, self.problem.cost.kinks), low, high))
        edges = edges[np.concatenate([[True], np.diff(edges) > 1e-13])]
        return edges[:-1], edges[1:]

    def _ceilings(self, a, b):
        """The least upper bound on each box that a price line gives, and the least value at its middle.

        First the lines of the best effort are tried, then those of the efforts solved next to the box, then the lines between these.
        """
        goal = self._goal(self.tolerance)
        with np.errstate(all="ignore"):
            top = self._cap_on(a, b)
            least = top.copy()
            known = sorted(self.known, key=lambda s: s.effort)
            if not known:
                return top, least
            efforts, index = np.unique([s.effort for s in known], return_inverse=True)
            place = np.searchsorted(efforts, (a + b) / 2)
            centre = min(known, key=lambda s: s.gap).effort if self.found is None else self.found.effort
            best = efforts[np.argmin(np.abs(efforts - centre))]
            everywhere = np.ones(a.size, dtype=bool)
            own = [(line, everywhere) for s in known if s.effort == best for line in s.lines]
            nearby = [
                (line, (place == i) | (place == i + 1))
                for i, s in zip(index, known, strict=True)
                for line in s.lines
            ]
            known = list({s.effort: s for s in known}.values())
            between = [
                (self._between(one, other), place == i + 1)
                for i, (one, other) in enumerate(zip(known, known[1:], strict=False))
                if other.effort - one.effort > 1e-12
            ]
            between = [(line, near) for line, near in between if line is not None]
            open_ = ~(top <= goal)
            if len({line.kind[1] for line, _ in own + nearby + between}) == 1 and self.family.n <= ALL:
                some = [(line, near & open_) for line, near in own + nearby + between]
                if sum(map(np.count_nonzero, (near for _, near in some))) * self.family.n <= _AT_A_GLANCE:
                    self._lower_at_once(top, least, a, b, some)
                    return top, least
            few = self.family.n <= ALL  # rows of boxes are then quicker than one line after the other
            for lines in [own] if few else [[one] for one in own]:
                self._lower(top, least, a, b, lines, ~(top <= goal), all_of_them=True)
            self._lower(top, least, a, b, nearby + between, ~(top <= goal))
        return top, least

    def _between(self, one, other):
        """The price line between those of two efforts."""
        return line_between(one.lines[0], other.lines[0])

    @staticmethod
    def _lower_at_once(top, least, a, b, lines):
        """Lower `top` and `least` on each box by the ceilings of the few lines that are lowest at its middle, all in one go."""
        which, box = np.nonzero([near for _, near in lines])
        if not which.size:
            return
        line = all_on_rows([line for line, _ in lines], which)
        fair = line.allowed(a[box]) & line.allowed(b[box])
        box, line = box[fair], line._part(fair)
        value = line.value(((a + b) / 2)[box])
        order = np.lexsort((value, box))
        rank = np.arange(order.size) - np.searchsorted(box[order], box[order])
        lowest = np.full(a.size, np.inf)
        np.minimum.at(lowest, box, value)
        tied = value <= lowest[box] + _TIED * (
            1 + np.abs(lowest[box])
        )  # all touch at the best effort: there the bends tell
        chosen = order[(rank < _LOWEST) | tied[order]]
        box, line = box[chosen], line._part(chosen)
        bound, at = line.ceilings(a[box], b[box])
        np.fmin.at(top, box, bound)
        np.fmin.at(least, box, at)

    @staticmethod
    def _lower(top, least, a, b, lines, boxes, all_of_them=False):
        """Lower `top` on these boxes by the ceiling of the line that is lowest at each middle, and `least` by that value.

        With `all_of_them`, by the ceilings of every line.
        """
        rows = [np.flatnonzero(boxes & near & line.allowed(a) & line.allowed(b)) for line, near in lines]
        which = np.repeat(np.arange(len(rows)), [row.size for row in rows])
        if not which.size:
            return
        box, lines = np.concatenate(rows), [line for line, _ in lines]
        order = np.argsort(box, kind="stable")  # neighbours beside each other
        box, which = box[order], which[order]
        if not all_of_them:
            several = np.bincount(box, minlength=a.size)[box] > 1
            value = np.full(box.size, -np.inf)
            value[several] = values_of(lines, which[several], ((a + b) / 2)[box[several]])
            value[np.isnan(value)] = np.inf
            lowest = np.full(a.size, np.inf)
            np.minimum.at(lowest, box, value)
            _, first = np.unique(box[value == lowest[box]], return_index=True)
            chosen = np.flatnonzero(value == lowest[box])[first]
            chosen = chosen[value[chosen] < np.inf]
            box, which = box[chosen], which[chosen]
        bound, at = ceilings_of(lines, which, a[box], b[box])
        for known, new in ((top, bound), (least, at)):
            lowest = np.full(a.size, np.inf)
            np.fmin.at(lowest, box, new)
            known[:] = np.fmin(known, lowest)

    def _cap_on(self, a, b):
        """An upper bound of the cap on each box, as it is concave: chords, extended beyond their ends, lie above it.

        Those over the first and the last fiftieth of a box bound what is between, those over the next ones the fiftieths themselves.
        """
        width = (b - a) / 50
        first, second, last, before = (
            self._cap(x) for x in (a + width, a + 2 * width, b - width, b - 2 * width)
        )
        at_a, at_b = self._cap(a), self._cap(b)
        with np.errstate(invalid="ignore"):
            between = np.minimum(
                at_a + 50 * np.maximum(first - at_a, 0), at_b + 50 * np.maximum(last - at_b, 0)
            )
            outside = [first + np.maximum(first - second, 0), last + np.maximum(last - before, 0)]
        known = np.isfinite(at_a) & np.isfinite(at_b) & np.isfinite(first) & np.isfinite(last)
        top = np.maximum.reduce([between, *outside, at_a, at_b])
        plain = self.problem._value(b) - self.problem.utility.wage(
            np.maximum(self.problem.reservation(a), self.problem.floor_utility)
        )
        return np.where(known & np.isfinite(top), top, plain)


def _array(prices):
    return None if prices is None else np.array(prices)
