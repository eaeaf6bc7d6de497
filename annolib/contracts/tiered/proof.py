"""What no contract with m thresholds can earn more: for few tuples of thresholds proved one by one, else by any pay at all.

One tuple is a law over m + 1 cells. The price lines of `annolib.contracts.optimal.price_lines` bound it as they bound any pay, with the cell
in the place of the count: with K_c = Σ k P_k and C_c = Σ ν P_c(d) over the cell, W_c = α P_c + β K_c − C_c and x_c = W_c/P_c,

    d²/dq² P_c h*(x_c) = v W_c″ − h(v) P_c″ + v′(x_c) (W_c′ − x_c P_c′)²/P_c.

Its ingredients are sums over the counts of the cell, of intervals for P_k and its derivatives. E[X | X in the cell] = K_c/P_c rises with q
(monotone likelihood ratio), so that its ends on a box are those of the box.

No contract of the class earns more than the best pay of all; that bounds what is left where the tuples are too many.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from annolib.contracts.optimal.efforts import Search, Solved
from annolib.contracts.optimal.price_lines import PriceLine, _log_range, _products, lines_from
from annolib.numerics.binomials import log_pmf

MOST = 60  # tuples that are proved one by one
_ROUNDS, _CLEARLY = 8, 1.02  # deviations for one effort, and gaps that are of interest, times the best


@dataclass(frozen=True, eq=False)
class CellLine(PriceLine):
    """A price line, with β fixed, for pay by the cells between thresholds."""

    thresholds: tuple = ()

    @property
    def kind(self):
        return id(self)

    def _plain(self, low, high):
        return np.full(low.shape, np.inf)

    def _starts(self):
        return np.array([0, *self.thresholds])

    def _pieces(self, low, high):
        k = np.arange(self.family.n + 1.0)[None]
        yield slice(0, low.size), k, np.ones(k.shape)

    def _cells(self, x):
        return np.add.reduceat(
            np.broadcast_to(x, (*x.shape[:-1], self.family.n + 1)), self._starts(), axis=-1
        )

    def _fixed(self, q):
        """α, β and ν (…, D)."""
        participation, incentive, shirking = self.prices(q)
        return participation + shirking.sum(axis=-1) - incentive * self.family.n * q, incentive, shirking

    def _weights(self, k, q, p):
        """P, K, C of each cell."""
        shirking = self._fixed(q[:, 0])[2]
        others = [self._cells(np.exp(x)) for x in self._log_laws(k)]
        given = sum((shirking[:, j, None] * x for j, x in enumerate(others)), np.zeros(1))
        return self._cells(p), self._cells(p * k), given

    def value(self, effort):
        e = np.asarray(effort, dtype=float)
        return self._taylor(e, e)[0]

    def _sums(self, low, middle, high, k, weights, bent=True):
        ev, n = self.family.evidence, self.family.n
        at = [(ev.success(x)[:, None], ev.failure(x)[:, None]) for x in (low, middle, high)]
        logs = [log_pmf(k, n, q, r) for q, r in at]
        (q_low, r_low), (q, r), (q_high, r_high) = at
        top, bottom = _log_range(k, n, q_low, q_high, logs[0], logs[2])
        p_low, p_high = np.exp(bottom), np.exp(top)
        alpha, beta, _ = self._fixed(q[:, 0])
        alpha, beta = alpha[:, None], beta[:, None]
        origin = n * q  # K is counted from here
        base = alpha + beta * origin

        # at the middle
        p = np.exp(logs[1])
        score = k / q - (n - k) / r
        chance, moment, given = self._weights(k, q, p)
        x = base + (beta * (moment - origin * chance) - given) / np.maximum(chance, 1e-300)
        v = self._utility(x)
        level = v - self._level
        wages = level * x - self._rise(v, x)  # h(v) − h(v₀)
        value = (chance * self._rise(v, x)).sum(axis=1)
        d_chance, d_moment = self._cells(p * score), self._cells(p * score * (k - origin))
        moves = sum(
            (
                s * self._cells(np.exp(y))
                for s, y in zip(self.shirking_slopes, self._log_laws(k), strict=True)
            ),
            np.zeros(1),
        )
        drift = self.participation[1] + self.shirking_slopes.sum() - n * self.incentive[0]  # α′
        d_weight = drift * chance + base * d_chance + beta * d_moment - moves
        slope = (level * d_weight - wages * d_chance).sum(axis=1)
        magnitude = (chance * (np.abs(base) + np.abs(beta) * n) + given).sum(axis=1) * np.abs(level).max(
            axis=1
        )
        if not bent:
            return value, slope, np.zeros(low.size), magnitude

        # intervals on the box
        ends = [self._weights(k, *pair) for pair in ((q_low, np.exp(logs[0])), (q_high, np.exp(logs[2])))]
        low_p, high_p = self._cells(p_low), np.minimum(self._cells(p_high), 1.0)
        mean = [m / np.maximum(c, 1e-300) - origin for c, m, _ in ends]
        gifts = np.minimum(ends[0][2], ends[1][2]), np.maximum(ends[0][2], ends[1][2])
        tilt = _products((beta, beta), (np.minimum(*mean), np.maximum(*mean)))
        aside = np.abs(drift) * (q_high - q_low) / 2
        x_low = base - aside + tilt[0] - np.maximum(gifts[1], 0) / np.maximum(low_p, 1e-300)
        x_high = base + aside + tilt[1] - np.maximum(gifts[0], 0) / np.maximum(high_p, 1e-300)
        v_low, v_high = self._utility(x_low), self._utility(x_high)
        scores = k / q_high - (n - k) / r_high, k / q_low - (n - k) / r_low
        squares = np.minimum(*(s * s for s in scores)), np.maximum(*(s * s for s in scores))
        squares = np.where((scores[0] < 0) & (scores[1] > 0), 0.0, squares[0]), squares[1]
        curved = (
            squares[0] - k / q_low**2 - (n - k) / r_high**2,
            squares[1] - k / q_high**2 - (n - k) / r_low**2,
        )
        first = [self._cells(y) for y in _products((p_low, p_high), scores)]
        first_k = [
            self._cells(y) for y in _products((p_low, p_high), _products(scores, (k - origin, k - origin)))
        ]
        second = [self._cells(y) for y in _products((p_low, p_high), curved)]
        second_k = [
            self._cells(y) for y in _products((p_low, p_high), _products(curved, (k - origin, k - origin)))
        ]
        rises = [y - self._level for y in (v_low, v_high)]
        wage = self.family.problem.utility.wage
        # v W″ − h P″ = (v α − h − c₀) P″ + (v β − c₁) K″ + 2 (v − c₂) α′ P′, whatever the constants
        heights = []
        for level_base in (base - aside, base + aside):
            turn = np.clip(self._utility(np.broadcast_to(level_base, v.shape)), v_low, v_high)
            for y in (v_low, v_high, turn):  # v α − h(v) is largest at the turn
                heights.append((y - self._level) * level_base - (wage(y) - float(wage(self._level))))
        heights = np.minimum.reduce(heights), np.maximum.reduce(heights)
        mid = chance / chance.sum(axis=1, keepdims=True)
        c0 = (mid * (level * base - wages)).sum(axis=1, keepdims=True)
        c1 = (mid * level * beta).sum(axis=1, keepdims=True)
        leans = _products((beta, beta), (rises[0], rises[1]))
        bend = _products((heights[0] - c0, heights[1] - c0), second)[1]
        bend = bend + _products((leans[0] - c1, leans[1] - c1), second_k)[1]
        if drift:
            middle_of_pay = (mid * level).sum(axis=1, keepdims=True)
            lifts = [2 * drift * (y - middle_of_pay) for y in rises]
            bend = bend + _products((np.minimum(*lifts), np.maximum(*lifts)), first)[1]
        off = _products((base - aside - x_high, base + aside - x_low), first)
        more = _products((beta, beta), first_k)
        own = _products((drift, drift), (low_p, high_p))
        change = off[0] + more[0] + own[0] - moves, off[1] + more[1] + own[1] - moves
        steep = np.maximum(*(self._steepness(y) for y in (x_low, x_high)))
        steep = np.where(x_high > self._lowest_price, steep, 0.0)
        with np.errstate(all="ignore"):
            last = steep * np.maximum(change[0] ** 2, change[1] ** 2) / low_p
        bend = bend + np.where(steep > 0, last, 0.0)
        return value, slope, bend.sum(axis=1), magnitude


@dataclass(frozen=True)
class TuplePrices:
    """The prices of one effort's programme for one tuple of thresholds."""

    search: object
    effort: float
    prices: np.ndarray
    deviations: tuple
    found: object

    def lines(self):
        plain = lines_from(self.search.family, self.effort, self.prices, self.deviations, straight=True)
        return [self.search._cell_line(line) for line in plain]

    def slope(self):
        return self.search.family.slope(self.found) if self.found is not None else 0.0


class TupleSearch(Search):
    """`Search` for one tuple of thresholds of a `Tiers` family."""

    def __init__(self, family, thresholds, flat_gap, gap):
        super().__init__(family, flat_gap, gap)
        self.thresholds = thresholds

    def begin(self, effort):
        """Solve the best contract known once more, for its prices."""
        gap, self.budget = self.gap, 400
        self.gap = gap * (1 + 1e-6)
        for _ in range(3):
            start = self.solve(effort)
            if start is None or start.found is None or not self.accept(self.climb(start)):
                break
        if self.found is not None:
            self.solve(self.found.effort)
        self.gap = min(self.gap, gap)

    def _programme(self, effort, deviations, prices):
        family = self.family
        self.solved += 1
        others = tuple(d for d in deviations if abs(d - effort) > 1e-9)
        start = np.array(prices) if prices is not None and len(others) == len(deviations) else None
        with np.errstate(all="ignore"):
            found = family.implement(self.thresholds, effort, others, start)
        if not family.last or not np.all(np.isfinite(family.last[0][1])):
            return None, (), None
        others, prices = family.last[0]
        gap = found.gap if found is not None else np.inf
        solved = Solved(effort, gap, found, TuplePrices(self, effort, prices, others, found))
        self.known.append(solved)
        return solved, others, prices

    def _look_closer(self, effort):
        """The programme of this effort against the deviations known, and then against every one that tempts there."""
        super()._look_closer(effort)
        new = next((s for s in self.known if s.effort == effort), None)
        for _ in range(_ROUNDS):
            if new is None or new.found is None or not new.gap < _CLEARLY * self.gap:
                break
            with np.errstate(all="ignore"):
                other, gain = self.family.most_tempting_deviation(new.found)
            if gain < 1e-12:
                break
            others = (*new.found.deviations, other)
            new, *_ = self._programme(effort, others, None)

    def _cell_line(self, line):
        """The same line over cells."""
        return CellLine(
            line.family, line.effort, line.participation, line.incentive, line.shirking, line.shirking_slopes,
            line.deviations, self.thresholds,
        )  # fmt: skip

    def accept(self, solved):
        if not solved.gap < self.gap:
            return False
        with np.errstate(all="ignore"):
            full = self.family.implement_everywhere(solved.found)
            if full is None:  # perhaps no wages implement it: what tempts will show
                return self._join(self.family.most_tempting_deviation(solved.found)[0])
        if full.gap < self.gap:
            self.gap, self.found = full.gap, full
        if not full.gap > solved.gap * (1 + 1e-10):
            return False
        new = tuple(
            sorted(
                {0.0, *(d for d, nu in zip(full.deviations, full.lottery.prices[2:], strict=True) if nu > 0)}
            )
        )
        changed = new != self.deviations
        self.deviations, self.prices = new, None
        return changed

    def _between(self, one, other):
        return None  # there β moves


def prove(family, tiers, known, gap, flat_gap, relative, absolute):
    """What contracts with so many thresholds may earn more than `gap` says, tuple by tuple: (bound, better pay or None).

    `known` is (thresholds, effort) of the best contract found so far.
    """
    worst, best = 0.0, None
    for thresholds in combinations(range(1, family.n + 1), tiers):
        search = TupleSearch(family, thresholds, flat_gap, gap)
        if thresholds == known[0]:
            search.begin(known[1])
        with np.errstate(all="ignore"), contextlib.suppress(ArithmeticError):
            left = search.prove(relative, absolute)
            if search.gap < gap:
                worst = max(worst - (gap - search.gap), 0.0)
                gap, best = search.gap, search.found
            worst = max(worst, left)
            continue
        worst = np.inf
    return worst, best


def few(n, tiers):
    """Are the tuples few enough to prove one by one?"""
    return comb(n, tiers) <= MOST
