"""Two kinds of checks in one contract: the laws of their counts, and what no effort can exceed.

With n₁ checks of one kind and n₂ of another, independent given effort η, the counts X₁, X₂ have the law

    P(k₁, k₂ | η) = P₁(k₁ | η)·P₂(k₂ | η),   P_i = Binomial(n_i, q_i(η)),   q_i = chance_i + gain_i·η^power_i.

A contract pays w(X₁, X₂), in utilities v = u(w). The agent gets W(η) = U(η) − c(η), U = Σ P v, and the firm V(η) − Σ P h(v). The classes:

    linear     w = base + β₁X₁/n₁ + β₂X₂/n₂, as is or cut at the floor      `annolib.contracts.joint.uncut`, `…cut`
    binary     high if X₁ + ωX₂ ≥ t, else low                               `annolib.contracts.joint.threshold`
    optimal    any w(X₁, X₂)                                                `annolib.contracts.joint.any_pay`

The score of effort is s = s₁ + s₂, s_i = q_i′/(q_i r_i)·(X_i − n_i q_i), r = 1 − q: a pass of kind i weighs q_i′/(q_i r_i), and the information is
n₁𝓘₁ + n₂𝓘₂. So every constant of one kind of checks holds with n𝓘 replaced by the sum: gap ≈ C_lin/(n₁𝓘₁ + n₂𝓘₂).

**The agent's best effort, proved.** U is a polynomial in q₁ and q₂. For |v − v̄| ≤ R/2 and X ~ P,

    |∂₁^a ∂₂^b U| ≤ R/2 · f_a(n₁, q₁)·f_b(n₂, q₂),     f_m(n, q) = min( √(m!·n(n−1)…(n−m+1)/(qr)^m),  2^m·n(n−1)…(n−m+1) ),

since ∂^m P/P is the Krawtchouk polynomial of degree m, whose norm that root is; and since ∂^m U = n(n−1)…(n−m+1)·E Δ^m v. That bounds U‴ in η,
so on a box of efforts of half-width d around m

    W(e) ≤ max over |x| ≤ d of [W(m) + W′(m)x + ½(U″(m) − min c″)x²] + d³/6 · max|U‴|.

Boxes whose bound exceeds the best value found are cut until none does (`proved_answer`). Nothing is asked of the shape of the pay.

References
----------
B. Holmström, "Moral hazard and observability", Bell Journal of Economics 10 (1979), doi:10.2307/3003320 (any pay depends on the likelihoods
alone: the informativeness principle). The bounds are derived in this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import factorial

import numpy as np

from annolib.contracts.incentives.deviations import ProvedOptimum
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.numerics.binomials import log_pmf

_ROUNDS, _MOST = 60, 40_000
_AT_ONCE = 2_000_000  # numbers held at once
_CUTS = np.array([[1 / 6], [0.5], [5 / 6]])
_TIES = 1e-13
_FEW, _SURE = 20_000, 1e-3


@dataclass(frozen=True, eq=False)
class CountLaw:
    """One kind: the law of its count, in effort.

    Parameters
    ----------
    evidence : PassLaw
    n : int
    """

    evidence: PassLaw
    n: int

    def slopes(self, efforts):
        """q′, q″ and q‴ in effort, as an array (3, …)."""
        power, gain = self.evidence.power, self.evidence.gain
        out, factor = [], gain
        with np.errstate(divide="ignore"):
            for m in range(1, 4):
                factor = factor * (power - m + 1)
                out.append(factor * efforts ** (power - m) if factor else np.zeros_like(efforts))
        return np.array(out)

    def log_law(self, effort):
        """log P(k) for k = 0 … n at one effort."""
        q, r = float(self.evidence.success(effort)), float(self.evidence.failure(effort))
        return _log_binomial(self.n, q, r)

    def law(self, efforts, orders=2):
        """P(k) and its first derivatives in effort: a list of arrays (efforts, n + 1)."""
        efforts = np.asarray(efforts, dtype=float)
        q, r = (x[:, None] for x in (self.evidence.success(efforts), self.evidence.failure(efforts)))
        if self.n <= _FEW and np.min(q * r) > _SURE:
            in_q = self._by_score(q, r, orders)
        else:
            in_q = [_falling(self.n, m) * _differences(self.n, m, q, r) for m in range(orders + 1)]
        slope, bend, _ = (x[:, None] for x in self.slopes(efforts))
        out = in_q[:1]
        if orders > 0:
            out.append(slope * in_q[1])
        if orders > 1:
            out.append(slope**2 * in_q[2] + bend * in_q[1])
        return out

    def _by_score(self, q, r, orders):
        """The same in q, from the law itself: P′ = sP, P″ = (s² + s′)P, s = (k − nq)/(qr)."""
        k = np.arange(self.n + 1.0)
        p = np.exp(self._ways + k * np.log(q) + (self.n - k) * np.log(r))
        p /= p.sum(axis=1, keepdims=True)
        s = (k - self.n * q) / (q * r)
        out = [p, s * p]
        if orders > 1:
            out.append((s**2 - self.n / (q * r) - (1 - 2 * q) / (q * r) * s) * p)
        return out

    @cached_property
    def _ways(self):
        """log of the number of ways to pass k of n."""
        return _log_binomial(self.n, 0.5, 0.5) + self.n * np.log(2)

    def norms(self, low, high):
        """Bounds of ‖∂^m P/P‖ in effort for m = 0 … 3 on boxes of efforts [low, high]: (4, boxes)."""
        ends = np.stack([low, high])
        product = np.min(self.evidence.success(ends) * self.evidence.failure(ends), axis=0)
        factors = []
        for m in range(4):
            ways = _falling(self.n, m)
            with np.errstate(divide="ignore", invalid="ignore"):
                factors.append(np.fmin(np.sqrt(factorial(m) * ways / product**m), 2.0**m * ways))
        one, two, three = np.max(np.abs(self.slopes(ends)), axis=1)  # each a power of effort: monotone
        return np.stack([
            np.ones_like(low),
            one * factors[1],
            one**2 * factors[2] + two * factors[1],
            one**3 * factors[3] + 3 * one * two * factors[2] + three * factors[1],
        ])  # fmt: skip


@dataclass(frozen=True, eq=False)
class JointLaw:
    """The law of both counts."""

    first: CountLaw
    second: CountLaw

    @classmethod
    def of(cls, monitor, checks):
        """From a `Joint` and the numbers of checks."""
        laws = (PassLaw.from_monitor(kind) for kind in monitor.kinds)
        return cls(*(CountLaw(law, int(n)) for law, n in zip(laws, checks, strict=True)))

    @property
    def kinds(self):
        return self.first, self.second

    @property
    def shape(self):
        return self.first.n + 1, self.second.n + 1

    @property
    def counts(self):
        """Which counts rise with effort, "passes" or "failures", for each kind."""
        return tuple(kind.evidence.counts for kind in self.kinds)

    @property
    def power(self):
        """The smaller power of effort in which the chances move."""
        return min((kind.evidence.power for kind in self.kinds if kind.evidence.gain > 0), default=1)

    def information(self, effort):
        """n₁𝓘₁ + n₂𝓘₂ at one effort (or an array)."""
        return sum(
            (kind.n * kind.evidence.information(effort) for kind in self.kinds if kind.evidence.gain > 0), 0.0
        )

    def weights(self, effort):
        """What a pass of each kind weighs in the score, q′/(qr)."""
        out = []
        for kind in self.kinds:
            law = kind.evidence
            with np.errstate(divide="ignore", invalid="ignore"):
                out.append(
                    float(law.slope(effort) / (law.success(effort) * law.failure(effort)))
                    if law.gain
                    else 0.0
                )
        return tuple(out)

    def score_range(self, low, high):
        """Between which two no state's score is left, for efforts in [low, high]: (highest, lowest), of no failure and of no pass."""
        highest, lowest = 0.0, 0.0
        for kind in self.kinds:
            steep = max(float(kind.evidence.slope(x)) for x in (low, high))
            with np.errstate(divide="ignore"):
                highest += kind.n * steep / kind.evidence.success(low)
                lowest -= kind.n * steep / kind.evidence.failure(high) if kind.evidence.gain else 0.0
        return float(highest), float(lowest)

    def log_law(self, effort):
        """log P at one effort, (n₁ + 1, n₂ + 1) flat."""
        one, two = (kind.log_law(effort) for kind in self.kinds)
        return (one[:, None] + two).ravel()

    def law(self, effort):
        """P and dP/dη at one effort, flat."""
        (p, dp), (q, dq) = (
            tuple(x[0] for x in kind.law(np.array([effort]), orders=1)) for kind in self.kinds
        )
        return np.outer(p, q).ravel(), (np.outer(dp, q) + np.outer(p, dq)).ravel()

    def expected(self, values, efforts, orders=2):
        """Σ P·values and its derivatives in effort, for values of every pair of counts (flat or not)."""
        values = np.reshape(values, self.shape)
        efforts = np.asarray(efforts, dtype=float)
        out = np.empty((orders + 1, efforts.size))
        block = max(_AT_ONCE // (sum(self.shape)), 1)
        for start in range(0, efforts.size, block):
            part = slice(start, start + block)
            first, second = (kind.law(efforts[part], orders) for kind in self.kinds)
            mixed = [p @ values for p in first]
            for m in range(orders + 1):
                pairs = [((1, 2, 1)[i] if m == 2 else 1, i, m - i) for i in range(m + 1)]
                out[m, part] = sum(c * np.einsum("ek,ek->e", mixed[i], second[j]) for c, i, j in pairs)
        return out

    def norms(self, low, high):
        """Bounds of ‖∂^m P/P‖ in effort, m = 0 … 3, on boxes [low, high]."""
        one, two = (kind.norms(low, high) for kind in self.kinds)
        binomials = ((1,), (1, 1), (1, 2, 1), (1, 3, 3, 1))
        return np.stack([
            sum(c * one[i] * two[m - i] for i, c in enumerate(row)) for m, row in enumerate(binomials)
        ])  # fmt: skip


@dataclass(frozen=True, eq=False)
class PayTable:
    """Expected utility of a table of utilities, one for each pair of counts."""

    law: object
    utilities: np.ndarray

    def expected(self, efforts):
        """U, U′, U″: (3, efforts)."""
        return self.law.expected(self.utilities, efforts)

    def third(self, low, high):
        """A bound of |U‴| on boxes of efforts."""
        return self.spread / 2 * self.law.norms(low, high)[3]

    @cached_property
    def spread(self):
        """R, the highest utility minus the lowest."""
        return float(np.max(self.utilities) - np.min(self.utilities))


def proved_answer(problem, pay, guesses=(), tolerance=_TIES):
    """The best effort in [0, 1] against a pay, with a bound on its payoff: a `ProvedOptimum`.

    `pay` gives `expected(efforts)` = U, U′, U″ and `third(low, high)`, a bound of |U‴|.
    """
    ends = np.unique(np.concatenate([np.linspace(0, 1, 25), np.clip(np.asarray(guesses, float), 0, 1)]))
    payoff = pay.expected(ends)[0] - problem.cost.cost(ends)
    best_effort, best = float(ends[np.argmax(payoff)]), float(np.max(payoff))
    low, high, total, settled = ends[:-1], ends[1:], ends.size, -np.inf
    for _ in range(_ROUNDS):
        middle, half = (low + high) / 2, (high - low) / 2
        utility, slope, bend = pay.expected(middle)
        value = utility - problem.cost.cost(middle)
        total += middle.size
        i = int(np.argmax(value))
        if value[i] > best:
            best, best_effort = float(value[i]), float(middle[i])
        bends = problem.cost.bends(low, high)
        bound = _quadratic_bound(value, slope - problem.cost.slope(middle), bend - bends.first[0], half)
        bound = bound + pay.third(low, high) * half**3 / 6 + 2 * bends.error * half
        open_ = (bound > best + tolerance) & (half > 1e-16)
        settled = max(settled, float(np.max(bound[~open_], initial=-np.inf)))
        if not open_.any():
            break
        if total > _MOST:
            settled = max(settled, float(np.max(bound[open_])))
            break
        low, high = low[open_], high[open_]
        third = (high - low) / 3
        low, high = (
            np.concatenate([low, low + third, high - third]),
            np.concatenate([low + third, high - third, high]),
        )
    else:
        settled = max(settled, float(np.max(bound[open_])))
    return ProvedOptimum(best_effort, best, max(best, settled), total)


def other_peak(problem, pay, effort, apart=0.02):
    """The highest peak of the payoff away from an effort, and what it gains; (NaN, NaN) where there is none."""
    x = np.unique(np.concatenate([np.linspace(0, 1, 201), [effort]]))
    payoff = pay.expected(x)[0] - problem.cost.cost(x)
    inner = np.r_[-np.inf, payoff, -np.inf]
    peaks = np.flatnonzero((payoff >= inner[:-2]) & (payoff >= inner[2:]))
    peaks = peaks[np.abs(x[peaks] - effort) > apart]
    if not peaks.size:
        return np.nan, np.nan
    i = peaks[np.argmax(payoff[peaks])]
    low, high = x[max(i - 1, 0)], x[min(i + 1, x.size - 1)]
    for _ in range(8):
        inner = np.linspace(low, high, 17)
        values = pay.expected(inner)[0] - problem.cost.cost(inner)
        j = int(np.argmax(values))
        low, high = inner[max(j - 1, 0)], inner[min(j + 1, 16)]
    return float(inner[j]), float(values[j] - payoff[np.searchsorted(x, effort)])


def _quadratic_bound(value, slope, bend, half):
    """max over |x| ≤ half of value + slope·x + ½ bend·x²."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(bend < 0, -slope / bend, np.inf)
        top = np.where(np.abs(inside) <= half, value - slope**2 / (2 * bend), -np.inf)
    return np.maximum(top, value + np.abs(slope) * half + bend * half**2 / 2)


def _falling(n, m):
    """n(n − 1)…(n − m + 1)."""
    return float(np.prod([n - i for i in range(m)])) if m <= n else 0.0


def _log_binomial(n, q, r):
    if n == 0:
        return np.zeros(np.shape(q)[:-1] + (1,) if np.ndim(q) else (1,))
    with np.errstate(divide="ignore"):
        return log_pmf(np.arange(n + 1.0), n, q, r)


def _differences(n, m, q, r):
    """d^m/dq^m P(k; n) / (n)_m: the m-th backward difference of the law of n − m checks, for k = 0 … n."""
    if n < m:
        return np.zeros((q.shape[0], n + 1))
    p = np.exp(_log_binomial(n - m, q, r))
    p = np.broadcast_to(p, (q.shape[0], n - m + 1))
    padded = np.pad(p, ((0, 0), (m, m)))
    if m == 0:
        return p
    return -np.diff(padded, axis=1) if m == 1 else np.diff(padded, n=m, axis=1) * (-1) ** m
