"""Pay of the optimal form, for any real count k:

    h′(v(k)) = max(h′(u_f), x(k)),    x(k) = λ + μ s(k) + Σ_j ν_j ρ_j(k),    u_f = u(w_floor),

with s(k) = (k − nq)/√(nq(1 − q)) the score in standard deviations. For another effort η_j the row is ρ_j = 1 − P_k(η_j)/P_k(η): counts that
shirking makes likely are paid less. A *negative* deviation −m is no effort: it stands for the m-th derivative of the agent's payoff at η itself,
with the row (d/dq)^m P_k/P_k · (q(1 − q)/n)^(m/2), taken with a minus sign for even m (at a maximum the first even derivative is not positive).

Where x crosses h′(u_f), pay leaves the floor: the `kink`. E v at other efforts is summed by blocks of counts above it.

References
----------
The form: B. Holmström (1979), as in `annolib.contracts.incentives.cheapest_lottery`. The derivatives of a binomial law: R. Koekoek, P. A. Lesky,
R. F. Swarttouw, Hypergeometric Orthogonal Polynomials (2010), section 9.11 (Krawtchouk), doi:10.1007/978-3-642-05014-5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.contracts.incentives import parts as any_pay
from annolib.numerics.binomials import ALL, at_certainty, window
from annolib.numerics.count_sums import Rows, derivatives

# Among the deviations, −j stands for the j-th derivative of the payoff at the effort itself.
SECOND_ORDER = -2.0
_BLOCK = 0.75  # standard deviations: with deviations in it pay changes quickly beyond its kink
_LISTED = 20_000  # checks up to which the utility of every count is kept


def likelihood_ratio(evidence, n, effort, other, k):
    """P_k(other)/P_k(effort), capped at e^600."""
    up = np.log(float(evidence.success(other)) / float(evidence.success(effort)))
    down = np.log(max(float(evidence.failure(other)), 1e-300) / float(evidence.failure(effort)))
    return np.exp(np.minimum(k * up + (n - k) * down, 600.0))


def derivative_rows(score, n, asymmetry, most):
    """d_j = (d/dq)^j P_k / P_k · (q(1 − q)/n)^(j/2) for j = 0 … most: Krawtchouk polynomials of the count, by their recurrence

    d_{j+1} = (s − j·asymmetry) d_j − j (1 − (j − 1)/n) d_{j−1},    s the score, asymmetry = (1 − 2q)/√(nq(1 − q)).
    """
    rows = [np.ones_like(score), score]
    for j in range(1, int(most)):
        rows.append((score - j * asymmetry) * rows[j] - j * (1 - (j - 1) / n) * rows[j - 1])
    return rows


@dataclass(frozen=True, eq=False)
class Pay:
    """Utility v(k) of the optimal contract for any real count k, and where it leaves the floor.

    `forfeit` and `cap` bound what is paid at counts that the wanted effort practically never shows: they cost nothing, and stop efforts
    far away.

    Attributes
    ----------
    family : AnyWage
    effort : float
    prices : (C,)
        λ, μ, and one for each deviation.
    deviations : tuple of float
        Other efforts, and derivatives at this one.
    forfeit, cap : int or None
        Below `forfeit` the floor is paid, above `cap` no more than at it.
    fines : tuple of (count, utility)
        Counts so rare that the prices do not tell their utility in floating point.
    """

    family: object
    effort: float
    prices: np.ndarray
    deviations: tuple
    forfeit: int | None = None
    cap: int | None = None
    fines: tuple = ()

    def rows(self, k):
        """What x is a sum of: 1, s(k), ρ_j(k) at counts k, shape (constraints, …)."""
        ev, n = self.family.evidence, self.family.n
        q, r = float(ev.success(self.effort)), float(ev.failure(self.effort))
        k, deviation = np.asarray(k, dtype=float), np.sqrt(n * q * r)
        score = (k - n * q) / deviation
        orders = derivative_rows(score, n, (r - q) / deviation, -min(self.deviations, default=0))
        rows = [np.ones_like(k), score]
        for other in self.deviations:
            if other < 0:  # at a maximum the first even derivative that is not 0 is negative
                rows.append(orders[int(-other)] * (1 if other % 2 else -1))
            else:
                rows.append(1 - likelihood_ratio(ev, n, self.effort, other, k))
        return np.array(rows)

    def x(self, k):
        """x(k) = λ + μ s + Σ ν ρ."""
        return np.tensordot(self.prices, self.rows(k), axes=(0, 0))

    def utility(self, k):
        """v(k)."""
        v = self.without_cap(k)
        return v if self.cap is None else np.where(k > self.cap, np.minimum(v, self.highest), v)

    def without_cap(self, k):
        """v(k), but for the cap."""
        if self.family.n <= _LISTED:
            index = np.asarray(k).astype(int)
            if np.all(index == k):
                return self._uncapped_utilities[index]
        return self._formula(k)

    @cached_property
    def _utilities(self):
        """v(0) … v(n)."""
        return self.utility(np.arange(self.family.n + 1.0))

    @cached_property
    def _uncapped_utilities(self):
        """v(0) … v(n), but for the cap."""
        return self._formula(np.arange(self.family.n + 1.0))

    def _formula(self, k):
        floor = self.family.problem.floor_utility
        v = dual.utilities_at(self.family.problem.utility, floor, self.x(k))[0]
        for count, utility in self.fines:
            v = np.where(np.asarray(k) == count, utility, v)
        return v if self.forfeit is None else np.where(k < self.forfeit, floor, v)

    @cached_property
    def highest(self):
        """v at the cap."""
        return float(self.without_cap(np.array(float(self.cap))))

    def expected(self, efforts, order=0):
        """E v at efforts of any shape (order 0), or its first or second derivative in q."""
        efforts = np.asarray(efforts, dtype=float)
        hit, miss = (
            self.family.evidence.success(efforts.ravel()),
            self.family.evidence.failure(efforts.ravel()),
        )
        falls = any(
            x > self.effort and nu > 0 for x, nu in zip(self.deviations, self.prices[2:], strict=True)
        )
        if (
            order == 0 and falls and ALL < self.family.n <= any_pay.MOST
        ):  # so steeply that blocks of counts lose it
            every = any_pay.expected(self.family.n, hit, miss, self._utilities)
            return every.reshape(efforts.shape)
        rows = Rows.at(self.family.n, hit, miss)
        value = _expected(rows, self.without_cap, self.kink, self.family.problem.floor_utility, order)
        if self.cap is not None:  # less what the cap takes away

            def above(k):
                return np.where(k > self.cap, np.maximum(self.without_cap(k) - self.highest, 0.0), 0.0)

            value = value - _expected(rows, above, self.cap + 0.5, 0.0, order)
        sure = miss == 0
        if order and sure.any():
            value[sure] = at_certainty(self.family.n, self.utility, order)
        return value.reshape(efforts.shape)

    def wage(self, k):
        """h(v(k))."""
        return self.family.problem.utility.wage(self.utility(k))

    @cached_property
    def kink(self):
        """The real count at which pay leaves the floor, NaN if it never does inside (0, n)."""
        first = [kink for kink, rises in self._crossings if rises][:1]
        ends = first + ([] if self.forfeit is None else [self.forfeit - 0.5])
        return float(max(ends, default=np.nan))

    @cached_property
    def floor_ends(self):
        """All real counts at which the formula leaves the floor or returns to it."""
        return tuple(kink for kink, _ in self._crossings)

    @cached_property
    def _crossings(self):
        """Where x crosses h′ of the floor: (count, does it rise there?), in order."""
        problem, n, ev = self.family.problem, self.family.n, self.family.evidence
        if not np.isfinite(problem.floor_utility):
            return ()
        lowest = float(problem.utility.marginal_wage(problem.floor_utility))
        low, high = 0, n
        first, last, _ = window(n, float(ev.success(self.effort)), float(ev.failure(self.effort)))
        if min(self.deviations, default=0) < 0 and n > ALL:  # beyond the likely counts derivatives run wild
            low, high = first, last
        low, high = max(low, self.forfeit or 0), min(high, n if self.cap is None else self.cap)
        points = np.unique([*np.linspace(low, high, 65), *np.clip(np.linspace(first, last, 33), low, high)])
        inside = self.x(points) > lowest
        found = []
        for i in np.flatnonzero(inside[1:] != inside[:-1]):
            left, right = points[i], points[i + 1]
            while right - left > 1e-9 * max(1.0, 1e-6 * n):
                inner = np.linspace(left, right, 33)
                j = int(np.argmax((self.x(inner) > lowest) == inside[i + 1]))
                if j == 0 or inner[j - 1] == left and inner[j] == right:
                    break
                left, right = inner[j - 1], inner[j]
            found.append((float(right), bool(inside[i + 1])))
        return tuple(found)


def _expected(rows, utility, kink, base, order):
    """E of a function that is `base` up to the kink, or a derivative of it, for each row."""
    law = rows.law(np.full(rows.q.shape, kink), _BLOCK)
    lump = np.isnan(law.nodes)
    lumped = bool(np.any(law.p[:, 0] > 0))
    base = base if lumped else 0.0
    rise = np.where(lump, 0.0, utility(np.where(lump, 0.0, law.nodes)) - base)
    if order == 0:
        return (law.p * rise).sum(axis=1) + base
    if not lumped:  # any constant may be taken off: the one that leaves the least to cancel
        rise = np.where(lump, 0.0, rise - (law.p * rise).sum(axis=1, keepdims=True))
    return derivatives(rows, law, rise)[order - 1]
