"""What no contract can earn, whatever effort it asks for: weak duality with prices that move with the effort.

Write P_k(η) for the law of the count and q = q(η), r = 1 − q. A contract v that makes η a best answer satisfies

    E v ≥ u₀ + c(η),     d/dη E v = c′(η),     E v − E_d v ≥ c(η) − c(d)  for every other effort d.

Put prices λ ≥ 0, μ, ν_d ≥ 0 on these. With h* the convex conjugate of h on utilities above the floor, every such contract earns at most

    U(η) = V(η) − λ(u₀ + c(η)) − μ c′(η) − Σ ν_d (c(η) − c(d)) + Σ_k P_k h*(x_k),
    x_k  = λ + β(k − nq) + Σ ν_d (1 − P_k(d)/P_k(η)),   μ = β·qr/q′(η).

*Whatever the prices*, and they may change with η. Here λ, β and ν_d are affine in q: a *price line*. Where it starts at the prices that
solve the programme of one effort η°, U touches there the most that η° can earn, and has its slope too (envelope theorem). The lines of
`lines_from` do so: with λ = λ° + βn(q − q°) and β, ν fixed, pay x_k(η) is that of the contract for η° at every count that no deviation prices.

**Proof on a box** of efforts. In z = η^power, in which q is linear, V is concave and lies below its tangent; the terms with the cost are sums of
powers of z, whose second derivatives are monotone; and the second derivative of the sum over counts is

    d²/dq² Σ P h*(x) = Σ P [ (s² + s′)(v g − h(v)) + v(g″ + 2 s g′) + v′(x) x′² ],     s = d log P_k/dq,  g = λ + β(k − nq) + Σ ν,

bounded term by term by interval arithmetic, after a straight line in k (whose sum over P has no second derivative) is taken off v g − h(v): what
is left is small, and so is the error. Then U(z) ≤ U + U′(z − z₀) + ½ M (z − z₀)² on the box, M the bound of the second derivative. Around
the best effort M < 0, and the bound is U° to rounding.

References
----------
B. Holmström, Bell Journal of Economics 10 (1979), doi:10.2307/3003320 (the prices). R. E. Moore, Interval Analysis (1966).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.numerics.binomials import ALL, counts_near, log_pmf

_EVERY = 20_000  # checks up to which every count is summed
_WIDTH, _MARGIN = 11.0, 40  # standard deviations, and counts, of a window
_TERMS = 200_000  # boxes × counts held at once
_ROUNDING = 4e-16  # of each term
_HIGHEST = 690.0  # e^690 is a number
_FEW_FAIL, _MUCH_LESS = 1.0, 0.8  # failures, and how much fewer at one end: boxes next to certainty
_SMALL, _FIRM = (
    1e-6,
    1e8,
)  # of the largest x, that of a count whose fine is as harsh as rare; how firmly it is held
_RAREST = 1e-13  # of the terms that x is a sum of: what it is kept above
_DEEP = 30.0  # floors that far below the outside option are no level to measure utilities from: what is summed would be large
_DEEP_IN_WINDOWS = 1e4  # the same where many counts are left out, which earn the floor


def product(*sums):
    """The product of sums of powers, each a list of (coefficient, exponent)."""
    out = [(1.0, 0.0)]
    for terms in sums:
        out = [(c * d, a + b) for c, a in out for d, b in terms]
    return out


def power_sum(terms, z, order=0):
    """Σ c z^a, or its first derivative."""
    total = np.zeros(np.shape(z))
    for c, a in terms:
        factor = a if order else 1.0
        if factor != 0:
            total = total + factor * c * z ** (a - order)
    return total


def size(terms, z):
    """Σ |c| z^a: what rounding is measured by."""
    return sum((np.abs(c) * z**a for c, a in terms), np.zeros(np.shape(z)))


def highest_bend(terms, low, high):
    """An upper bound of the second derivative of Σ c z^a on [low, high]: each term has a monotone one."""
    total = np.zeros(np.shape(low))
    for c, a in terms:
        factor = a * (a - 1) * c
        if a not in (0, 1):
            total = total + np.maximum(factor * low ** (a - 2), factor * high ** (a - 2))
    return total


@dataclass(frozen=True, eq=False)
class PriceLine:
    """Prices affine in q, and what no contract earns under them.

    All of `effort`, the prices and their slopes may have one more axis in front: then there is a line for each row of what its
    methods are given (`on_rows`), so that many lines are evaluated at once.

    Attributes
    ----------
    family : AnyWage
        Problem, evidence and n.
    effort : float
        Where the line starts.
    participation, incentive : (price, its slope in q)
        λ and β at that effort.
    shirking, shirking_slopes : (D,)
        ν_d and their slopes.
    deviations : tuple of float
        The efforts d.
    fined : float
        Mass P·|v| of fines that are as harsh as they are rare, 0 if there are none: see `_lifted`.
    least : float
        What x is at least, on the boxes looked at.
    """

    family: object
    effort: float
    participation: tuple
    incentive: tuple
    shirking: np.ndarray
    shirking_slopes: np.ndarray
    deviations: tuple
    fined: float = field(default=0.0, kw_only=True)
    least: object = field(default=0.0, kw_only=True)

    @cached_property
    def _q0(self):
        return self.family.evidence.success(self.effort)

    def _part(self, rows):
        """The lines of these rows; the line itself where it is one for all."""
        if np.ndim(self.effort) == 0:
            return self
        pairs = [tuple(x[rows] for x in pair) for pair in (self.participation, self.incentive)]
        return replace(
            self, effort=self.effort[rows], participation=pairs[0], incentive=pairs[1], shirking=self.shirking[rows],
            shirking_slopes=self.shirking_slopes[rows], fined=_rows_of(self.fined, rows), least=_rows_of(self.least, rows),
        )  # fmt: skip

    def _lifted(self, low, high):
        """The line with λ raised, on each box of efforts, by what keeps x above some ε > 0 at every count.

        Where a fine is as harsh as it is rare, x is almost 0 there, and below 0 without a floor no price is a bound. λ may be raised
        by any number; that costs it times the mass of the fine, so that on a box it is of second order in the width, as the slopes
        hold x at such a count (`_closest`). x is concave in the count, as every 1 − R is: it is least at one of the ends, where

            R = (r_d/r)ⁿ for no pass, (q_d/q)ⁿ for n passes,  R′ = −s R,  R″ = n(n + 1) R/r² or n(n + 1) R/q²,

        all monotone in q. The smaller ε, the larger the second derivative v′(ε) x′² of a count of probability P; so it is chosen by both.
        """
        ev, n = self.family.evidence, self.family.n
        q_low, q_high = ev.success(low), ev.success(high)
        r_low, r_high = ev.failure(low), ev.failure(high)
        q, r, half = (q_low + q_high) / 2, (r_low + r_high) / 2, (q_high - q_low) / 2
        participation, beta, shirking = self.prices(q)
        most = np.maximum(*(np.maximum(self.prices(x)[2], 0.0) for x in (q_low, q_high)))
        turn, turn_of_beta = self.shirking_slopes, self.incentive[1]
        size = np.abs(participation) + n * np.abs(beta) + most.sum(axis=-1)
        depth, bend_of_u = np.full(low.size, np.inf), np.zeros(low.size)
        for passes, share, at, steep, chance in (
            (0, ev.failure, r, r_high, r_low),
            (n, ev.success, q, q_low, q_high),
        ):
            others = np.array([float(share(d)) for d in self.deviations])
            ratio, largest = ((others / x[:, None]) ** n for x in (at, steep))
            growth, fastest = (n / x[:, None] * (1 if passes == 0 else -1) for x in (at, steep))
            x = (
                participation
                + shirking.sum(axis=-1)
                + beta * (passes - n * q)
                - (shirking * ratio).sum(axis=-1)
            )
            slope = self.participation[1] + turn.sum(axis=-1) + turn_of_beta * (passes - n * q) - n * beta
            slope = np.abs(slope - ((turn + shirking * growth) * ratio).sum(axis=-1))
            bends = 2 * np.abs(turn * fastest) + most * n * (n + 1) / steep[:, None] ** 2
            bend = 2 * n * np.abs(turn_of_beta) + (bends * largest).sum(axis=-1)
            x_least = x - slope * half - bend / 2 * half**2
            moved = (slope + bend * half) * half
            with np.errstate(divide="ignore"):
                felt = np.where(x_least < 0.1 * participation, np.exp(n * np.log(chance)) * moved**2, 0.0)
            depth, bend_of_u = np.minimum(depth, x_least), np.maximum(bend_of_u, felt)
            size = size + (most * largest).sum(axis=-1)
        least = np.maximum(_RAREST * size, (bend_of_u / self.fined) ** (1 / 3))
        lift = np.maximum(least - depth, 0.0)
        rows = np.zeros(low.size)
        return replace(
            self, effort=self.effort + rows, participation=(self.participation[0] + lift, self.participation[1] + rows),
            incentive=tuple(x + rows for x in self.incentive), shirking=self.shirking + rows[:, None],
            shirking_slopes=self.shirking_slopes + rows[:, None], fined=np.zeros(low.size), least=least / 2,
        )  # fmt: skip

    @cached_property
    def _level(self):
        """The utility v₀ from which utilities are measured: the floor, unless it is deep."""
        problem = self.family.problem
        floor, outside = problem.floor_utility, problem.outside
        deep = _DEEP if self.family.n <= ALL else _DEEP_IN_WINDOWS
        return floor if floor > outside - deep * (1 + abs(outside)) else outside

    @cached_property
    def _level_wage(self):
        return float(self.family.problem.utility.wage(self._level))

    @property
    def kind(self):
        """Lines of one kind may be evaluated together."""
        return self.deviations, bool(np.any(self.fined > 0))

    def prices(self, q):
        """λ, β (…,) and ν (…, D) at pass probabilities q."""
        step = np.asarray(q, dtype=float) - self._q0
        return (
            self.participation[0] + self.participation[1] * step,
            self.incentive[0] + self.incentive[1] * step,
            self.shirking + self.shirking_slopes * step[..., None],
        )

    def allowed(self, effort):
        """Are λ and ν not negative there?"""
        participation, _, shirking = self.prices(self.family.evidence.success(effort))
        return (participation >= 0) & np.all(shirking >= 0, axis=-1)

    def value(self, effort):
        """U at an array of efforts (E,)."""
        if np.any(self.fined > 0):
            return self._lifted(effort, effort).value(effort)
        e = np.asarray(effort, dtype=float)
        problem, ev, n = self.family.problem, self.family.evidence, self.family.n
        total = power_sum(self._costs(e)[0], e**ev.power) + problem._value(e)
        for part, k, weights in self._pieces(e, e):
            q, r = ev.success(e[part])[:, None], ev.failure(e[part])[:, None]
            log_p = _log_laws_at(k, n, q, r)
            g, ratio, _ = self._part(part)._terms(k, q, log_p)
            v = self._utility(g - ratio)
            p = weights * np.exp(log_p)
            total[part] += np.where(p > 0, p * self._rise(v, g - ratio), 0.0).sum(axis=1)
        return total

    def ceilings(self, low, high):
        """An upper bound of U on each box of efforts [low, high], and U at its middle: arrays (B,)."""
        if np.any(self.fined > 0):
            return self._lifted(low, high).ceilings(low, high)
        power = self.family.evidence.power
        value, slope, bend, rounding = self._taylor(low, high)
        value = value + rounding
        middle = ((low + high) / 2) ** power
        left, right = low**power - middle, high**power - middle
        ends = [value + slope * step + bend / 2 * step * step for step in (left, right)]
        with np.errstate(all="ignore"):
            top = np.where(bend < 0, -slope / bend, np.nan)
            inside = (top > left) & (top < right)
            bound = np.where(inside, value - slope * slope / (2 * bend), np.maximum(*ends))
        unknown = np.flatnonzero(~np.isfinite(bound))
        if unknown.size:
            bound[unknown] = self._part(unknown)._plain(low[unknown], high[unknown])
        few = self.family.n * self.family.evidence.failure(low) < _FEW_FAIL
        near = np.flatnonzero(
            few & (self.family.evidence.failure(high) < _MUCH_LESS * self.family.evidence.failure(low))
        )
        if near.size:
            bound[near] = np.fmin(bound[near], self._part(near)._near_certainty(low[near], high[near]))
        return bound, value

    def _near_certainty(self, low, high):
        """An upper bound of U on each box next to the effort at which every check is passed, under prices that follow the failures.

        There one failure, of probability n r, tells so much that the price of the local incentive goes like 1/r: β = b/r + b₁. With
        b = −Σ ν (q_d)ⁿ⁻¹ r_d what grows without limit cancels at one failure: with m failures, k = n − m,

            x_k = λ + Σ ν + b n + b₁ (n r − m) − y_m,      y_0 = Σ ν (q_d/q)ⁿ,      y_1 = Σ ν (q_d)ⁿ⁻¹ r_d ((1 − r)^−(n−1) − 1)/r,
            y_m = b m/r + Σ ν (q_d)ᵏ (r_d)ᵐ/(qᵏ rᵐ) ≥ b m/r + S_m/rᵐ,      S_m = Σ ν (q_d)ᵏ (r_d)ᵐ,

        the last being least at r = (S_m/|b|)^(1/(m−1)). P and h* grow with P and with x, so that the largest of each bounds the sum.
        """
        problem, ev, n = self.family.problem, self.family.evidence, self.family.n
        start = ev.failure(self.effort)
        if self._level != problem.floor_utility or n > ALL or np.any(start <= 0):
            return np.full(low.shape, np.inf)
        q_high, r_low, r_high = (x[:, None] for x in (ev.success(high), ev.failure(high), ev.failure(low)))
        participation, beta, shirking = (
            np.atleast_1d(x) for x in (self.participation[0], self.incentive[0], self.shirking)
        )
        shirking = np.atleast_2d(shirking)
        hits, misses = (
            np.array([float(share(d)) for d in self.deviations]) for share in (ev.success, ev.failure)
        )
        steep = -(shirking * hits ** (n - 1) * misses).sum(axis=1)
        level = (beta - steep / np.atleast_1d(start))[:, None]
        k = np.arange(n + 1.0)[None]
        m, steep = n - k, steep[:, None]
        laws = hits[:, None] ** k * misses[:, None] ** m
        seen = shirking @ laws
        with np.errstate(all="ignore"):
            at = np.clip((seen / -steep) ** (1 / (m - 1)), r_low, r_high)
            owed = np.where(at > 0, steep * m / at + seen / at**m, -np.inf)
            owed = np.where(steep < 0, owed, 0.0)
            one = np.where(r_low > 0, np.expm1(-(n - 1) * np.log1p(-r_low)) / r_low, n - 1.0)
            owed = np.where(
                m == 1, -steep * one, np.where(m == 0, shirking @ hits[:, None] ** n / q_high**n, owed)
            )
            slope = np.maximum(level * (n * r_low - m), level * (n * r_high - m))
            x = (participation + shirking.sum(axis=1))[:, None] + steep * n + slope - owed
            p = np.exp(_log_choose(n)) * q_high**k * r_high**m
            paid = np.where(x <= self._lowest_price, 0.0, p * self._rise(self._utility(x), x)).sum(axis=1)
        cost, least = problem.cost, max(problem.outside, problem.floor_utility)
        asked = [
            ev.success(a) * cost.slope(a) / np.maximum(*(ev.slope(x) for x in (low, high))) for a in (low,)
        ]
        asked += [ev.success(high) * cost.slope(high) / np.minimum(*(ev.slope(x) for x in (low, high)))]
        priced = [(steep + level * r)[:, 0] for r in (r_low, r_high)]
        local = np.minimum.reduce([a * b for a in asked for b in priced])
        total = (
            problem._value(high)
            - self._level_wage
            - participation * (least + cost.cost(low) - self._level)
            - local
        )
        for nu, other in zip(shirking.T, self.deviations, strict=True):
            total = total - nu * (cost.cost(low) - float(cost.cost(other)))
        rounding = (
            _ROUNDING
            * n
            * (participation + shirking.sum(axis=1) + np.abs(priced[0]) + np.abs(paid) + np.abs(local))
        )
        return np.where(np.isnan(paid), np.inf, total + paid + 10 * rounding)

    def _plain(self, low, high):
        """An upper bound of U on each box by monotone parts alone; infinite where they do not tell.

        For boxes at whose end every check is passed for certain: there scores, and so second derivatives, have no bound.
        """
        problem, ev, n = self.family.problem, self.family.evidence, self.family.n
        if self._level != problem.floor_utility or n > _EVERY:
            return np.full(low.shape, np.inf)
        z_low, z, z_high = (x**ev.power for x in (low, (low + high) / 2, high))
        terms, bends, lost = self._costs((low + high) / 2, low, high)
        total = problem._value(high) + lost + bends / 2 * np.maximum(z - z_low, z_high - z) ** 2
        for c, a in terms:
            total = total + np.maximum(c * z_low**a, c * z_high**a)
        total = total + _ROUNDING * size(terms, z_high)
        for part, k, weights in self._pieces(low, high):
            ends = [(ev.success(x[part])[:, None], ev.failure(x[part])[:, None]) for x in (low, high)]
            q = ends[0][0], ends[1][0]
            logs = _log_range(k, n, *q, *(log_pmf(k, n, *end) for end in ends))
            (_, g), (ratio, _), _ = self._part(part)._ranges(k, q, logs)
            rise = self._rise(self._utility(g - ratio), g - ratio)  # increasing in g − ratio
            p_high, p_low = (weights * np.exp(x) for x in logs)
            most = np.where(p_high > 0, np.where(rise > 0, p_high, p_low) * rise, 0.0)
            total[part] += most.sum(axis=1) + _ROUNDING * np.abs(most).sum(axis=1)
        return np.where(np.isnan(total), np.inf, total)

    def slope(self, effort):
        """dU/dη at one effort."""
        at, power = np.array([float(effort)]), self.family.evidence.power
        line = self._lifted(at, at) if np.any(self.fined > 0) else self
        return float(line._taylor(at, at, bent=False)[1][0] * power * at[0] ** (power - 1))

    def _taylor(self, low, high, bent=True):
        """U and its derivative in z = η^power at the middle of each box, an upper bound of the second one on it, and U's rounding.

        The bound is left out if not `bent`.
        """
        problem, ev = self.family.problem, self.family.evidence
        middle = (low + high) / 2
        z, z_low, z_high = (x**ev.power for x in (middle, low, high))
        terms, bends, lost = self._costs(middle, low, high)
        value = power_sum(terms, z) + problem._value(middle)
        slope = power_sum(terms, z, 1) + problem._value_slope(middle) * middle ** (1 - ev.power) / ev.power
        bend = highest_bend(terms, z_low, z_high) + bends
        rounding = _ROUNDING * size(terms, z) + lost
        for part, k, weights in self._pieces(low, high):
            line = self._part(part)
            f, df, ddf, magnitude = line._sums(low[part], middle[part], high[part], k, weights, bent)
            value[part] += f
            rounding[part] += _ROUNDING * magnitude
            slope[part] += ev.gain * df
            bend[part] += ev.gain**2 * ddf
        return value, slope, bend, rounding

    def _costs(self, middle, low=None, high=None):
        """The terms without V and without sums over counts, as powers of z; and what they leave out.

        That is twofold: a constant, and a bound of the second derivative. A cost given as a function is replaced by its tangent (below it: the
        bound stays one), its slope by a straight line, from which it is no further than ½(η − η₀)²·max|c‴| (`PowerCost.bends`); or, where that
        is less, by its value at η₀, as it rises and so lies between its ends.
        """
        problem, ev = self.family.problem, self.family.evidence
        power, gain, cost = ev.power, ev.gain, problem.cost
        back = ev.at_no_effort - self._q0

        def in_z(price, slope):
            return [(price + slope * back, 0.0), (slope * gain, 1.0)]

        participation, incentive = in_z(*self.participation), in_z(*self.incentive)
        shirking = [in_z(v, s) for v, s in zip(self.shirking.T, self.shirking_slopes.T, strict=True)]
        wage = self._level_wage
        least = max(problem.outside, problem.floor_utility)  # nobody who idles earns less than the floor
        terms = [(-wage, 0.0), *((c * (self._level - least), a) for c, a in participation)]
        for prices, other in zip(shirking, self.deviations, strict=True):
            terms += [(c * float(cost.cost(other)), a) for c, a in prices]
        paid = sum(shirking, participation)
        variance = product(
            [(ev.at_no_effort, 0.0), (gain, 1.0)], [(float(ev.failure(0.0)), 0.0), (-gain, 1.0)]
        )
        if isinstance(cost, PowerCost):
            steep = cost.scale * cost.power / (power * gain)
            terms += product(paid, [(-cost.scale, cost.power / power)])
            terms += product(incentive, variance, [(-steep, (cost.power - power) / power)])
            return terms, 0.0, 0.0
        boxed = low is not None and bool(np.any(high > low))
        c, slope = cost.cost(middle), cost.slope(middle)
        bend, turn, lost = cost.curvature(middle), 0.0, 0.0
        if boxed:
            bend, turn, lost = _off_its_line(cost, slope, low, high)
        terms += product(paid, [(-(c - slope * middle), 0.0), (-slope, 1 / power)])
        weight = product(incentive, variance, [(1 / (power * gain), (1 - power) / power)])
        terms += product(weight, [(-(slope - bend * middle), 0.0), (-bend, 1 / power)])
        if not boxed:
            return terms, 0.0, 0.0
        q, r = zip(*((ev.success(x), ev.failure(x)) for x in (low, high)), strict=True)
        widest = np.where((q[0] < 0.5) & (q[1] > 0.5), 0.25, np.maximum(q[0] * r[0], q[1] * r[1]))
        steepest = np.maximum(low ** (1 - power), high ** (1 - power)) / power  # dη/dz
        largest = np.maximum(*(np.abs(power_sum(incentive, x**power)) for x in (low, high)))
        largest = largest * widest * steepest / gain
        return terms, largest * turn * steepest**2, largest * lost

    def _pieces(self, low, high):
        """The boxes a few at a time, with counts that carry all their probability: (which, counts, weights)."""
        ev, n, problem = self.family.evidence, self.family.n, self.family.problem
        if n > _EVERY:
            for i in range(low.size):
                part = slice(i, i + 1)
                counts = self._part(part)._counts((low[i] + high[i]) / 2)
                yield part, counts.nodes[None], counts.weights[None]
            return
        first, last = n * ev.success(low), n * ev.success(high)
        spread = _WIDTH * np.sqrt(np.maximum(first * ev.failure(low), last * ev.failure(high)))
        spread = np.where((first < n / 2) & (last > n / 2), _WIDTH * np.sqrt(n) / 2, spread) + _MARGIN
        first, last = np.maximum(np.floor(first - spread), 0), np.minimum(np.ceil(last + spread), n)
        if self._level != problem.floor_utility:
            first, last = np.zeros(low.size), np.full(low.size, float(n))
        start = 0
        while start < low.size:
            stop, a, b = start + 1, first[start], last[start]
            while stop < low.size:
                c, d = min(a, first[stop]), max(b, last[stop])
                if d - c > 1.5 * (b - a) + 60 or (stop - start) * (d - c) > _TERMS:
                    break
                a, b, stop = c, d, stop + 1
            k = np.arange(a, b + 1)[None]
            yield slice(start, stop), k, np.ones(k.shape)
            start = stop

    def _counts(self, effort):
        """Nodes for sums over the counts of one effort, with breaks where pay leaves the floor."""
        ev, n = self.family.evidence, self.family.n
        q, r = float(ev.success(effort)), float(ev.failure(effort))
        others = ()
        if self._level != self.family.problem.floor_utility:
            others = tuple((float(ev.success(d)), float(ev.failure(d))) for d in self.deviations)
        plain = counts_near(n, q, r, (), others)
        lowest = self._lowest_price

        def paid(k):
            g, ratio, _ = self._terms(k[None], np.array([[q]]), log_pmf(k[None], n, q, r))
            return (g - ratio)[0] > lowest

        nodes = np.sort(plain.nodes)
        above = paid(nodes)
        kinks = []
        for i in np.flatnonzero(above[1:] != above[:-1]):
            left, right = nodes[i], nodes[i + 1]
            while right - left > 0.25:
                inner = np.linspace(left, right, 17)
                j = int(np.argmax(paid(inner) == above[i + 1]))
                left, right = inner[max(j - 1, 0)], inner[max(j, 1)]
            kinks.append(float(right))
        return counts_near(n, q, r, tuple(kinks), others) if kinks else plain

    @cached_property
    def _lowest_price(self):
        problem = self.family.problem
        floor = problem.floor_utility
        return float(problem.utility.marginal_wage(floor)) if np.isfinite(floor) else 0.0

    def _utility(self, x):
        return dual.utilities_at(self.family.problem.utility, self.family.problem.floor_utility, x)[0]

    def _rise(self, v, x):
        """x (v − v₀) − (h(v) − h(v₀))."""
        wage = self.family.problem.utility.wage
        return x * (v - self._level) - (wage(v) - self._level_wage)

    def _log_laws(self, k):
        ev, n = self.family.evidence, self.family.n
        if n > _EVERY:
            return [log_pmf(k, n, float(ev.success(d)), float(ev.failure(d))) for d in self.deviations]
        return [log_p[:, int(k[0, 0]) : int(k[0, -1]) + 1] for log_p in self._every_log_law]

    @cached_property
    def _every_log_law(self):
        return [_log_law(self.family.evidence, self.family.n, d) for d in self.deviations]

    def _terms(self, k, q, log_p):
        """g, Σ ν R and Σ ν′ R at counts (1 or B, K) for one q a row."""
        participation, incentive, shirking = self.prices(q[:, 0])
        g = (participation + shirking.sum(axis=-1))[:, None] + incentive[:, None] * (k - self.family.n * q)
        ratio, turn = np.zeros(g.shape), np.zeros(g.shape)
        for j, log_other in enumerate(self._log_laws(k)):
            likelihood = np.exp(np.minimum(log_other - log_p, _HIGHEST))
            ratio = ratio + shirking[:, j, None] * likelihood
            turn = turn + self.shirking_slopes[..., j, None] * likelihood
        return g, ratio, turn

    def _ranges(self, k, ends, logs):
        """Intervals of g, Σ ν R and Σ ν′ R on each box from the laws at its ends and the largest and smallest log P on it."""
        n = self.family.n
        at = [self.prices(q[:, 0]) for q in ends]
        g = [
            (a + v.sum(axis=-1))[:, None] + b[:, None] * (k - n * q)
            for (a, b, v), q in zip(at, ends, strict=True)
        ]
        bow = _column(abs(self.incentive[1])) * n * (ends[1] - ends[0]) ** 2 / 4
        ratio = [np.zeros(g[0].shape), np.zeros(g[0].shape)]
        turn = [np.zeros(g[0].shape), np.zeros(g[0].shape)]
        for j, log_other in enumerate(self._log_laws(k)):
            small, large = (np.exp(np.minimum(log_other - log_p, _HIGHEST)) for log_p in logs)
            prices = np.array([v[:, j] for _, _, v in at])[..., None]
            ratio[0] += np.maximum(prices.min(axis=0), 0) * small
            ratio[1] += np.maximum(prices.max(axis=0), 0) * large
            slope = self.shirking_slopes[..., j, None]
            falls, rises = np.minimum(slope, 0), np.maximum(slope, 0)
            turn[0] += falls * large + rises * small
            turn[1] += rises * large + falls * small
        return (np.minimum(*g) - bow, np.maximum(*g) + bow), ratio, turn

    def _sums(self, low, middle, high, k, weights, bent=True):
        """Σ P h* at the middle of each box, its slope in q, and an upper bound of its second derivative in q on the box.

        Measured from v₀: what that leaves out, λ v₀ − h(v₀), is with the terms of the cost.
        """
        ev, n = self.family.evidence, self.family.n
        efforts = np.concatenate([low, middle, high])[:, None]
        if not bent:
            efforts = middle[:, None]
        all_q, all_r = ev.success(efforts), ev.failure(efforts)
        all_logs = _log_laws_at(k, n, all_q, all_r)
        (q_low, q, q_high), (r_low, r, r_high), logs = (
            np.split(x, 3) if bent else [x] * 3 for x in (all_q, all_r, all_logs)
        )
        p = weights * np.exp(logs[1])

        g, ratio, turn = self._terms(k, q, logs[1])
        v = self._utility(g - ratio)
        score = k / q - (n - k) / r
        beta, turn_of_beta = (_column(x) for x in self.incentive)
        fixed = _column(
            self.participation[1] + self.shirking_slopes.sum(axis=-1)
        )  # of g′ = fixed + β′(k − nq) − nβ
        betas = [self.prices(x[:, 0])[1][:, None] for x in (q_low, q, q_high)]
        moves = [
            fixed + turn_of_beta * (k - n * x) - n * b for x, b in zip((q_low, q, q_high), betas, strict=True)
        ]
        change = moves[1] - turn + score * ratio  # x′
        conjugate = self._rise(v, g - ratio)
        # a straight line in the count is taken off, whose mean is known: P is felt by the rest alone
        start, tilt = self._line_of(k - n * q, p, conjugate, n * q * r)
        rest = np.where(p > 0, conjugate - start - tilt * (k - n * q), 0.0)
        risen = v - self._level
        terms = (np.abs(g) + ratio) * np.abs(risen)
        value = start[:, 0] + (p * rest).sum(axis=1)
        moved = np.where(p > 0, risen * change, 0.0)
        scored = score * rest
        slope = n * tilt[:, 0] + (p * (scored + moved)).sum(axis=1)
        reach = np.maximum(q_high - q, q - q_low) if bent else 0.0
        felt = np.abs(rest) + reach * (np.abs(scored) + np.abs(moved))
        magnitude = np.where(p > 0, p * (terms + self._blur(k, q, r) * felt), 0.0).sum(axis=1)
        if not bent:
            return value, slope, np.zeros(low.size), magnitude

        # intervals on the box
        log_top, log_bottom = _log_range(k, n, q_low, q_high, logs[0], logs[2])
        p_low, p_high = (weights * np.exp(x) for x in (log_bottom, log_top))
        (g_low, g_high), (ratio_low, ratio_high), (turn_low, turn_high) = self._ranges(
            k, (q_low, q_high), (log_top, log_bottom)
        )
        x_low, x_high = g_low - ratio_high, g_high - ratio_low
        x_low, x_high = (np.maximum(x, _column(self.least)) for x in (x_low, x_high))
        v_low, v_high = self._utility(x_low), self._utility(x_high)
        start, tilt = self._line_of(k - n * q, p, self._rise(v, g), n * q * r)
        line = start + tilt * (k - n * q)
        heights = [self._rise(np.clip(self._utility(x), v_low, v_high), x) for x in (g_low, g_high)]
        depths = [self._rise(u, x) for u in (v_low, v_high) for x in (g_low, g_high)]
        rest = np.minimum.reduce(depths) - line, np.maximum(*heights) - line
        scores = k / q_high - (n - k) / r_high, k / q_low - (n - k) / r_low
        squares = np.minimum(*(s * s for s in scores)), np.maximum(*(s * s for s in scores))
        squares = np.where((scores[0] < 0) & (scores[1] > 0), 0.0, squares[0]), squares[1]
        curved = (
            squares[0] - k / q_low**2 - (n - k) / r_high**2,
            squares[1] - k / q_high**2 - (n - k) / r_low**2,
        )
        bend = _highest(p_low, p_high, curved, rest)
        still = (turn_of_beta == 0) & (np.abs(fixed - n * beta) <= 1e-12 * n * np.abs(beta))  # g′ is 0
        if still.all():
            moving = 0.0, 0.0
        else:
            moving = np.minimum(moves[0], moves[2]), np.maximum(moves[0], moves[2])
            moving = tuple(np.where(still, 0.0, end) for end in moving)
            mean = np.where(p > 0, p * v, 0.0).sum(
                axis=1, keepdims=True
            )  # any constant: Σ P (g″ + 2 s g′) = 0
            pull = [2 * x - 2 * n * turn_of_beta for x in _products(scores, moving)]
            bend = bend + _highest(p_low, p_high, pull, (v_low - mean, v_high - mean))
        pushed = _products(scores, (ratio_low, ratio_high))
        changes = moving[0] - turn_high + pushed[0], moving[1] - turn_low + pushed[1]
        steep = np.where(
            x_high > self._lowest_price, np.maximum(*(self._steepness(x) for x in (x_low, x_high))), 0.0
        )
        with np.errstate(invalid="ignore", over="ignore"):
            last = p_high * steep * np.maximum(changes[0] ** 2, changes[1] ** 2)
        bend = bend + np.where((p_high > 0) & (steep > 0), last, 0.0)
        return value, slope, np.where(p_high > 0, bend, 0.0).sum(axis=1), magnitude

    @staticmethod
    def _line_of(step, p, rest, variance):
        """The straight line in the count that fits best: its height at the mean and its slope, a column each."""
        rest = np.where(p > 0, p * rest, 0.0)
        return rest.sum(axis=1, keepdims=True), (rest * step).sum(axis=1, keepdims=True) / variance

    def _blur(self, k, q, r):
        """How far off P is relatively, by rounding, in units of `_ROUNDING`; at least 1.

        Of k log q and (n − k) log r where these are taken (`_log_laws_at`). Else of the deviances: those of a mean nq that is off by its
        last digit, and of a node k that is, change log P by that times the score; and log P itself has a last digit.
        """
        n = self.family.n
        if n <= ALL:
            return 2.0 * n
        step = k - n * q
        return 20 + 2 * np.abs(step) / np.minimum(q, r) + step * step / (n * q * r)

    def _steepness(self, x):
        """v′(x) = 1/h″(v(x)) at one end of an interval; between its ends it is monotone, and 0 at the floor."""
        utility = self.family.problem.utility
        x = np.maximum(x, self._lowest_price)
        live = x > 0
        v = utility.utility_at(np.where(live, x, 1.0))
        with np.errstate(all="ignore"):
            return np.where(live, 1 / utility.wage_curvature(v), np.inf)


@lru_cache(maxsize=64)
def _log_choose(n):
    """log of the binomial coefficients of n, a row."""
    k = np.arange(n + 1.0)[None]
    return log_pmf(k, n, 0.5, 0.5) + n * np.log(2.0)


def _log_laws_at(k, n, q, r):
    """`log_pmf` of whole counts k (1, K) beside each other, for q a column: as k log q + (n − k) log r where n is small."""
    if n > ALL or not (np.all(q > 0) and np.all(r > 0)):
        return log_pmf(k, n, q, r)
    first = int(k[0, 0])
    return _log_choose(n)[:, first : first + k.shape[1]] + k * np.log(q) + (n - k) * np.log(r)


@lru_cache(maxsize=64)
def _log_law(evidence, n, effort):
    """log P of every count at this effort, a row."""
    return log_pmf(
        np.arange(n + 1.0)[None], n, float(evidence.success(effort)), float(evidence.failure(effort))
    )


def _off_its_line(cost, slope, low, high):
    """A straight line through c′ = `slope` in the middle of each box, and how far c′ is off it: (steepness, turn, lost), arrays (B,).

    |c′(η) − c′(η₀) − steepness·(η − η₀)| ≤ ½ turn (η − η₀)² + lost.
    """
    bends, half = cost.bends(low, high), (high - low) / 2
    turn = np.maximum(np.abs(bends.second[0]), np.abs(bends.second[1]))
    rise = np.maximum(cost.slope(high) - slope, slope - cost.slope(low))
    flat = ~(half**2 / 2 * turn + bends.error <= rise)
    return (
        np.where(flat, 0.0, bends.middle),
        np.where(flat, 0.0, turn),
        np.where(flat, np.maximum(rise, 0.0), bends.error),
    )


def _log_range(k, n, q_low, q_high, *logs):
    """The largest and the smallest log P(X = k) for pass probabilities from `q_low` to `q_high`, from those at the ends."""
    top, bottom = np.maximum(*logs), np.minimum(*logs)
    peaks = (k > n * q_low) & (k < n * q_high)  # there the probability is largest inside
    if peaks.any():
        inner = np.broadcast_to(k, peaks.shape)[peaks]
        top[peaks] = log_pmf(inner, n, inner / n, 1 - inner / n)
    return top, bottom


def _rows_of(x, rows):
    return x if np.ndim(x) == 0 else x[rows]


def _column(x):
    """A number for all rows, or one for each, against an axis of counts."""
    return np.asarray(x, dtype=float)[..., None]


def on_rows(lines, which):
    """One line for each row: the lines of these numbers, which share their deviations."""
    effort, participation, turn, incentive, turn_of_beta = np.array(
        [(line.effort, *line.participation, *line.incentive) for line in lines]
    )[which].T
    shirking, slopes, fined, least = (
        np.array([getattr(line, name) for line in lines])[which]
        for name in ("shirking", "shirking_slopes", "fined", "least")
    )
    return replace(
        lines[0], effort=effort, participation=(participation, turn), incentive=(incentive, turn_of_beta), shirking=shirking,
        shirking_slopes=slopes, fined=fined, least=least,
    )  # fmt: skip


def values_of(lines, which, efforts):
    """`PriceLine.value` of line number which[i] at efforts[i], as many lines at once as share their deviations."""
    out = np.empty(which.size)
    for line, rows in _together(lines, which):
        out[rows] = line.value(efforts[rows])
    return out


def ceilings_of(lines, which, low, high):
    """`PriceLine.ceilings` of line number which[i] on box i."""
    top, value = np.empty(which.size), np.empty(which.size)
    for line, rows in _together(lines, which):
        top[rows], value[rows] = line.ceilings(low[rows], high[rows])
    return top, value


def all_on_rows(lines, which):
    """One line for each row, as `on_rows`, of lines whose deviations may differ: a deviation that a line does not price has the price 0."""
    deviations = tuple(dict.fromkeys(d for line in lines for d in line.deviations))
    return on_rows([_with_deviations(line, deviations) for line in lines], which)


def _with_deviations(line, deviations):
    """The same line with these deviations, those that it has and more."""
    if line.deviations == deviations:
        return line
    known = [deviations.index(d) for d in line.deviations]
    shirking, slopes = np.zeros(len(deviations)), np.zeros(len(deviations))
    shirking[known], slopes[known] = line.shirking, line.shirking_slopes
    return replace(line, shirking=shirking, shirking_slopes=slopes, deviations=deviations)


def _together(lines, which):
    """Lines as few as may be, and the rows that each is for."""
    groups = {}
    for i in np.unique(which):
        groups.setdefault(lines[i].kind, []).append(i)
    for some in groups.values():
        rows = np.flatnonzero(np.isin(which, some))
        line = lines[some[0]]
        if len(some) > 1:
            line = on_rows([lines[i] for i in some], np.searchsorted(some, which[rows]))
        yield line, rows


def _products(a, b):
    """The interval of a product of two intervals."""
    corners = [x * y for x in a for y in b]
    return np.minimum.reduce(corners), np.maximum.reduce(corners)


def _highest(p_low, p_high, a, b):
    """The largest p·a·b for p ≥ 0 in [p_low, p_high]."""
    with np.errstate(invalid="ignore", over="ignore"):
        top = _products(a, b)[1]
        return np.where(p_high > 0, np.where(top > 0, p_high, p_low) * top, 0.0)


def lines_from(family, effort, prices, deviations, straight=False, fined=0.0):
    """Price lines that start at the prices (λ, μ·scale, ν_d …) of one effort's programme; those of efforts only.

    Where a deviation has a price, the last of them follows the prices of the programmes of the efforts next to it; with `straight`
    β stays as it is. `fined` is the mass of fines as harsh as they are rare.
    """
    ev, n = family.evidence, family.n
    deviation = np.sqrt(n * float(ev.success(effort)) * float(ev.failure(effort)))
    participation, incentive = float(prices[0]), float(prices[1]) / deviation
    keep = [j for j, price in enumerate(prices[2:]) if price > 0]
    others, shirking = (
        tuple(deviations[j] for j in keep),
        np.array([prices[2 + j] for j in keep], dtype=float),
    )
    still = np.zeros(shirking.size)

    def line(slope, slopes):
        known = (participation, slope), (incentive, 0.0), shirking, slopes, others
        return PriceLine(family, effort, *known, fined=fined)

    same_contract, no_rent_priced = line(incentive * n, still), line(0.0, still)
    if not shirking.size:
        return [same_contract, no_rent_priced] if participation > 0 else [no_rent_priced]
    closest = None if straight else _closest(no_rent_priced)
    more = [] if closest is None else [closest]
    if participation > 0:
        return [same_contract, no_rent_priced, *more]
    most = np.where(np.arange(shirking.size) == np.argmax(shirking), incentive * n, 0.0)
    return [line(0.0, most), no_rent_priced, *more]


def _closest(line):
    """The price line with the least second derivative where it starts; None if numbers do not give one.

    With θ = (λ, β, ν …), those at 0 left out, U has the second derivative U_qq + 2 θ′·U_θq + θ′·U_θθ θ′: the best slopes are
    θ′ = −U_θθ⁻¹ U_θq. They are those of the prices of the neighbouring programmes (implicit function theorem).
    """
    family, at = line.family, np.array([line.effort])
    problem, ev, n, e = family.problem, family.evidence, family.n, line.effort
    q, r, per_effort = float(ev.success(e)), float(ev.failure(e)), float(ev.slope(e))
    _, k, weights = next(line._pieces(at, at))
    log_p = log_pmf(k, n, np.array([[q]]), np.array([[r]]))
    g, ratio, _ = line._terms(k, np.array([[q]]), log_p)
    x, v = g - ratio, line._utility(g - ratio)
    p, step = (weights * np.exp(log_p))[0], (k - n * q)[0]
    live = (x[0] > line._lowest_price) & (p > 0)
    held = np.zeros(p.size, dtype=bool)
    if line.fined > 0:  # at such a count x stays
        held = x[0] < _SMALL * np.max(x[0][p > 0])
        live = (live & (p > 0)) | held
    rows = [
        np.ones(step.size),
        step,
        *(1 - np.exp(np.minimum(y - log_p, _HIGHEST))[0] for y in line._log_laws(k)),
    ]
    rows, weight = np.array(rows)[:, live], (p * line._steepness(x)[0])[live]
    if held.any():
        weight = np.where(held[live], _FIRM * np.max(weight[~held[live]], initial=0.0), weight)
    moves = -n * line.incentive[0] + step[live] / (q * r) * ratio[0, live]
    target = (rows * weight) @ moves
    first = float(problem.cost.slope(e)) / per_effort  # dc/dq, and d²c/dq²
    second = (
        float(problem.cost.curvature(e)) - float(problem.cost.slope(e)) * (ev.power - 1) / e
    ) / per_effort**2
    if held.any():
        v = np.where(held, 0.0, v)
        v = np.where(held & (p == np.max(p[held])), -line.fined / p, v)
    mean = float(p @ v[0])
    target[1] += p @ ((step**2 / (q * r) - n) * (v[0] - mean)) - second * q * r - first * (r - q)
    free = [0] * (line.participation[0] > 0) + list(range(1, len(rows)))
    matrix = (rows[free] * weight) @ rows[free].T
    size = np.sqrt(np.diag(matrix))
    if not (np.all(np.isfinite(matrix)) and np.all(np.isfinite(target)) and np.all(size > 0)):
        return None
    slopes = np.zeros(len(rows))
    slopes[free] = -np.linalg.lstsq(matrix / np.outer(size, size), target[free] / size, rcond=1e-14)[0] / size
    return replace(
        line, participation=(line.participation[0], float(slopes[0])), incentive=(line.incentive[0], float(slopes[1])),
        shirking_slopes=slopes[2:],
    )  # fmt: skip


def line_between(one, other):
    """The line through the prices of two others at the efforts where they start."""
    others = tuple(dict.fromkeys((*one.deviations, *other.deviations)))

    def spread(line):
        known = dict(zip(line.deviations, line.shirking, strict=True))
        return np.array([known.get(d, 0.0) for d in others])

    step = other._q0 - one._q0
    start, end = spread(one), spread(other)
    slopes = [
        (getattr(other, name)[0] - getattr(one, name)[0]) / step for name in ("participation", "incentive")
    ]
    return PriceLine(
        one.family, one.effort, (one.participation[0], slopes[0]), (one.incentive[0], slopes[1]), start,
        (end - start) / step, others, fined=max(one.fined, other.fined),
    )  # fmt: skip
