"""The best contract of all: any wage for any number of passes.

For one effort: the dual of `annolib.contracts.dual` on a window of counts, deviations η_j added until no effort gains. Over
efforts: a scan, then Brent's method on the gap.

References
----------
Theory as in `annolib.contracts.dual`; cutting planes: J. E. Kelley, SIAM J. 8 (1960), doi:10.1137/0108053.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annolib.binomials import at_certainty, counts_near
from annolib.contracts import dual, money
from annolib.contracts.line_sums import Rows, derivatives

_GRID = np.concatenate([[0.0], np.geomspace(1e-3, 0.05, 5), np.linspace(0.075, 1, 38)])
_NEAR = np.array([0.03, 0.02, 0.012, 0.006, 0.002])
_PEAKS = 3  # peaks that are looked at more closely
_ROUNDS = 30
_BLOCK = 0.75  # standard deviations: with deviations in it pay changes quickly beyond its kink


def tempting(payoff, effort):
    """The effort, other than `effort`, at a peak of the payoff with the largest gain, and that gain.

    `payoff` takes an array of efforts. The highest peaks of a grid, denser around `effort`, are refined by zooming between their
    neighbours.
    """
    points = np.clip(np.concatenate([_GRID, effort - _NEAR, effort + _NEAR, [effort]]), 0, 1)
    x = np.unique(points)
    gains = payoff(x)
    here = int(np.searchsorted(x, effort))
    gains = gains - gains[here]
    padded = np.concatenate([[-np.inf], gains, [-np.inf]])
    peaks = np.flatnonzero((gains >= padded[:-2]) & (gains >= padded[2:]))
    peaks = peaks[peaks != here]
    if not peaks.size:  # the payoff only falls: the nearest other effort stands for all
        peaks = np.array([here - 1 if here else here + 1])
    peaks = peaks[np.argsort(-gains[peaks], kind="stable")][:_PEAKS]
    other, gain = float(x[peaks[0]]), float(gains[peaks[0]])
    close = peaks[gains[peaks] > -1e-3 * (1 + abs(gain))]
    left, right = x[np.maximum(close - 1, 0)], x[np.minimum(close + 1, x.size - 1)]
    own = float(payoff(np.array([effort]))[0]) if close.size else 0.0
    for _ in range(6 if close.size else 0):
        inner = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, 17)
        values = payoff(inner.ravel()).reshape(inner.shape) - own
        values = np.where(np.abs(inner - effort) < 1e-9, -np.inf, values)
        j = np.argmax(values, axis=1)
        rows = np.arange(close.size)
        left, right = inner[rows, np.maximum(j - 1, 0)], inner[rows, np.minimum(j + 1, 16)]
        best = int(np.argmax(values[rows, j]))
        if values[best, j[best]] > gain:
            other, gain = float(inner[best, j[best]]), float(values[best, j[best]])
    return other, gain


def likelihood_ratio(evidence, n, effort, other, k):
    """P_k(other)/P_k(effort), capped at e^600."""
    up = np.log(float(evidence.hit(other)) / float(evidence.hit(effort)))
    down = np.log(max(float(evidence.miss(other)), 1e-300) / float(evidence.miss(effort)))
    return np.exp(np.minimum(k * up + (n - k) * down, 600.0))


@dataclass(frozen=True, eq=False)
class Pay:
    """Utility v(k) of the optimal contract for any real count k, and where it leaves the floor."""

    family: object
    effort: float
    prices: np.ndarray
    deviations: tuple

    def rows(self, k):
        """1, score/scale, 1 − R_j at counts k, shape (constraints, …)."""
        ev, n = self.family.evidence, self.family.n
        q, r = float(ev.hit(self.effort)), float(ev.miss(self.effort))
        k = np.asarray(k, dtype=float)
        score = (k - n * q) / np.sqrt(n * q * r)
        rows = [np.ones_like(k), score]
        rows += [1 - likelihood_ratio(ev, n, self.effort, other, k) for other in self.deviations]
        return np.array(rows)

    def x(self, k):
        """λ + μ s + Σ ν (1 − R)."""
        return np.tensordot(self.prices, self.rows(k), axes=(0, 0))

    def utility(self, k):
        """v(k)."""
        return dual.utilities_at(self.family.problem.utility, self.family.problem.floor_utility, self.x(k))[0]

    def wage(self, k):
        """h(v(k))."""
        return self.family.problem.utility.wage(self.utility(k))

    @cached_property
    def kink(self):
        """The real count at which pay leaves the floor, NaN if it never does inside (0, n)."""
        problem, n = self.family.problem, self.family.n
        if not np.isfinite(problem.floor_utility):
            return np.nan
        lowest = float(problem.utility.marginal_wage(problem.floor_utility))
        low, high = 0.0, float(n)
        if not self.x(low) < lowest < self.x(high):
            return np.nan
        while high - low > 1e-9 * max(1.0, 1e-6 * n):
            inner = np.linspace(low, high, 33)
            i = int(np.argmax(self.x(inner) >= lowest))
            if i == 0 or inner[i - 1] == low and inner[i] == high:
                break
            low, high = inner[i - 1], inner[i]
        return high


@dataclass(frozen=True, eq=False)
class Implementation:
    """The cheapest contract for one effort."""

    effort: float
    gap: float
    rent: float
    mean: float
    pay: Pay
    lottery: dual.Lottery
    gain: float
    left_out: float
    rounds: int


@dataclass(frozen=True, eq=False)
class AnyWage:
    """The class of all contracts for one problem, evidence and n."""

    problem: object
    evidence: object
    n: int
    best: object
    worth: float = -np.inf  # profit below which a contract is of no interest

    def implement(self, effort, deviations=(0.0,), prices=None, tolerance=1e-12, search=True):
        """The cheapest contract under which `effort` is a global best answer, or None if none is worth paying.

        Raises `dual.Unsolved` where that stays open.
        """
        deviations, prices = tuple(deviations), prices
        for round_ in range(_ROUNDS):  # noqa: B007
            solved = self._fixed(effort, deviations, prices)
            if solved is None:
                return None
            pay, lottery, counts, probabilities = solved
            if not search:
                gain = np.nan
                break
            other, gain = self.best_other(pay, effort)
            prices = lottery.prices
            if gain <= tolerance:
                break
            keep = [j for j, nu in enumerate(prices[2:]) if nu > 0 and abs(deviations[j] - other) > 1e-9]
            deviations = (*(deviations[j] for j in keep), other)
            prices = np.concatenate([prices[:2], prices[2:][keep], [0.0]])
        return self._implementation(effort, pay, lottery, probabilities, counts, gain, round_ + 1)

    def _fixed(self, effort, deviations, prices):
        """Solve with these deviations; the window is broken at the kink once that is known."""
        problem, ev, n = self.problem, self.evidence, self.n
        q, r = float(ev.hit(effort)), float(ev.miss(effort))
        if q * r == 0:
            return None
        cost, slope = float(problem.cost.cost(effort)), float(problem.cost.slope(effort))
        wanted = float(problem.reservation(effort))
        if not wanted < problem.utility.highest:
            return None
        scale = float(ev.slope(effort)) * np.sqrt(n / (q * r))
        targets = np.array(
            [wanted, slope / scale, *(cost - problem.cost.cost(np.array(deviations)) if deviations else ())]
        )
        if prices is None:
            v = max(wanted, problem.floor_utility)
            curve = float(problem.utility.wage_curvature(v))
            prices = np.array([float(problem.utility.marginal_wage(v)), curve * slope / scale])
            prices = np.concatenate([prices, np.zeros(len(deviations))])
        signed = np.array([True, effort >= 1, *([True] * len(deviations))])
        ceiling = float(problem._value(effort)) - self.worth
        kink = np.nan
        for _ in range(12):
            others = tuple((float(ev.hit(other)), float(ev.miss(other))) for other in deviations)
            counts = counts_near(n, q, r, () if np.isnan(kink) else (kink,), others)
            probabilities = _normalised(counts, q, r)
            rows = Pay(self, effort, prices, deviations).rows(counts.nodes)
            tempting = [probabilities - _normalised(counts, *other) for other in others]
            weights = np.array([*(rows[:2] * probabilities), *tempting])
            programme = dual.Programme(
                probabilities, rows, weights, targets, signed, problem.utility, problem.floor_utility
            )
            lottery = dual.solve(programme, prices, ceiling)
            if not lottery.converged:
                if lottery.bound <= ceiling:
                    raise dual.Unsolved(effort, lottery.bound)
                return None
            pay = Pay(self, effort, lottery.prices, deviations)
            prices, old, kink = lottery.prices, kink, pay.kink
            if counts.weights.max() == 1 or _same_break(old, kink, counts):
                break
        return pay, lottery, counts, probabilities

    def best_other(self, pay, effort):
        """The effort that tempts most, other than the one asked for, and what it gains."""
        return tempting(lambda x: self.expected(pay, x) - self.problem.cost.cost(x), effort)

    def expected(self, pay, efforts, order=0):
        """E v at efforts of any shape (order 0), or its first or second derivative in q."""
        efforts = np.asarray(efforts, dtype=float)
        hit, miss = self.evidence.hit(efforts.ravel()), self.evidence.miss(efforts.ravel())
        rows, kink = Rows.at(self.n, hit, miss), pay.kink
        law = rows.law(np.full(hit.shape, kink), _BLOCK)
        at_floor = np.isnan(law.nodes)
        lumped = bool(np.any(law.p[:, 0] > 0))
        base = self.problem.floor_utility if lumped else 0.0
        rise = np.where(at_floor, 0.0, pay.utility(np.where(at_floor, 0.0, law.nodes)) - base)
        if order == 0:
            return ((law.p * rise).sum(axis=1) + base).reshape(efforts.shape)
        if not lumped:  # any constant may be taken off: the one that leaves the least to cancel
            rise = np.where(at_floor, 0.0, rise - (law.p * rise).sum(axis=1, keepdims=True))
        value = derivatives(rows, law, rise)[order - 1]
        sure = miss == 0
        if sure.any():
            value[sure] = at_certainty(self.n, pay.utility, order)
        return value.reshape(efforts.shape)

    def _implementation(self, effort, pay, lottery, probabilities, counts, gain, rounds):
        wanted = float(self.problem.reservation(effort))
        raw = float(probabilities @ lottery.utilities)
        rent = 0.0 if lottery.prices[0] > 0 else max(raw - wanted, 0.0)
        offsets = lottery.utilities - raw
        gap = money.gap(
            self.problem,
            self.best,
            np.float64(effort),
            rent,
            np.float64(wanted + rent),
            probabilities,
            offsets,
        )
        return Implementation(
            float(effort), float(gap), rent, raw, pay, lottery, gain, counts.left_out, rounds
        )


def _normalised(counts, q, r):
    probabilities = counts.probabilities(q, r)
    return probabilities / probabilities.sum()


def _same_break(old, new, counts):
    inside = counts.nodes[0] <= new < counts.nodes[-1] if not np.isnan(new) else False
    was = counts.nodes[0] <= old < counts.nodes[-1] if not np.isnan(old) else False
    return (not inside and not was) or (inside and was and np.floor(old) == np.floor(new))
