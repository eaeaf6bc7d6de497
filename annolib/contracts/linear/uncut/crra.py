"""The best line without a floor for agents of constant relative risk aversion γ = 1 + p ≥ 1: one number for each effort, by Newton's method.

With the sums of `shapes`, T = c′/q′, and A = −p·ū > 0 (A = 1 at p = 0), a line of size β and shape θ for the effort η, q = q(η),

- has the local incentive where β^(−p)·G = T (at η = 1 and at a kink of the cost: at least that);
- pays enough where β^(−p)·M ≤ A; at p = 0, where log β ≥ ū + L. Together: M/G ≤ A/T.

**Steep lines are good for incentives.** M/p = ∫ e^(−θs)·ψⁿ·s^(p−1)/Γ(p+1) ds and G = ∫ e^(−θs)·ψⁿ⁻¹·n(1 − e^(−s/n))·s^(p−1)/Γ(p+1) ds over s > 0, with ψ = 1 − q(1 − e^(−s/n)), as
z^(−p) = ∫ e^(−zs)·s^(p−1) ds/Γ(p). The ratio of the integrands, n(1 − e^(−s/n))/ψ, rises with s, and the weight e^(−θs) moves to small s as θ rises: so does G/M fall
(at p = 0 M is 1 and G itself falls). So a line for η is steep enough, θ ≤ θ̂(η), where θ̂ solves M/G = A/T. At θ = 0 M/G is least, p(1 − q)/n: an effort with
more than A/T there has no line. Every other effort has one, however small θ̂ must be: no pass at all is then paid next to nothing, and threatens the more.

**Flat lines are cheap.** Participation says that the wage β·(θ + q) is at least h(ū)·ρ, with the premium log ρ = L + log(θ + q) ≥ 0, and ρ falls with θ:
its derivative is 1/(θ + q) − M₁/M, and E z^(−p) = E z^(−p−1)·z ≤ E z^(−p−1)·E z, one factor falling and one rising with z.

So no line for η earns more than P(η) = V − h(ū)·ρ(θ̂(η), q), and the line with θ̂ earns that unless the agent prefers another effort. He does not where c is convex in q,
since E u is concave in q. Elsewhere an effort e with q(e) < q, C = c(η) − c(e), is held off where

    β^(−p)·(M(q(e)) − M(q))/p ≥ C,    so with participation M(q(e))/M(q) ≥ 1 + p·C/A    (p = 0: L(q(e)) − L(q) ≥ C).

The weights ψⁿ at q(e) and q have a ratio that rises with s, so the left side falls with θ: θ ≤ θ_e. Where the local incentive is exact, it fixes the size,
β = (G/T)^(1/p) (p = 0: G = T), and the same ratio of weights says that

    (M(q(e)) − M(q))/(p·G) ≥ C/T    (p = 0: (L(q(e)) − L(q))/G),

an integral of G(x)/G(q) over x from q(e) to q, falls with θ, and rises with q. The wage then falls with θ too, as long as θ + q ≥ p(½ − q)/n: its derivative is that of
log(θ + q) + log(G)/p, and G = E ζ^(−p−1), ζ = θ + (Y + U)/n with U uniform on [0, 1], gives as above G₁/(p·G) ≥ ((p + 1)/p)/E ζ.

Over a range of efforts P′ lies between bounds: the sums fall with θ and with q, so that two corners bound them. With K = h(ū)·ρ and Φ = log(M/G) − log(A/T), 0 at θ̂,

    P′ = V′ − K·[c′·h′(ū)/h(ū) + q′·(1/(θ + q) − G/M) + θ·(1/(θ + q) − M₁/M)·(log θ̂)′],    (log θ̂)′ = −Φ_η/Φ_{log θ},
    Φ_η = q′·(G₂/G − p·G/M) + c′/(−ū) + (log T)′,    Φ_{log θ} = θ·(G₁/G − p·M₁/M) > 0    (p = 0: no c′/(−ū)).

**Wages that no number holds.** Where rⁿ, the chance of no pass, is tiny, θ̂ may be e^(−10³⁰). Such lines count in the bound; a line that can be written down needs log θ ≥ `least_shape`.
Below that θ is 0 in all terms but those of no pass, which enter by D = rⁿ·(f(θ) − f̂(0)) alone, f̂ the straight continuation of `shapes.straight_sums`: with M̂ and Ĝ,

    M = M̂ + p·D,  G = Ĝ + (n/r)·D,    so that M/G ≤ A/T says D ≥ (T·M̂ − A·Ĝ)·(r/n)/(A − p·T·r/n).
"""

from __future__ import annotations

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.contracts.incentives.deviations import Part
from annolib.contracts.incentives.parts import curve_part
from annolib.contracts.linear.uncut.frontier import Frontier, below_both, ordered
from annolib.contracts.linear.uncut.shapes import left_out, straight_sums, sums
from annolib.numerics import intervals
from annolib.numerics.count_sums import Rows

_EXPONENTS = 690.0  # −log of the smallest θ^p and θ that are written down: floats end at 745
_NEWTON, _SAME = 100, 4e-15  # steps at most; of log θ: as exact as the sums are
_SPARE = 1e-13  # of the wage: more than the rounding of its sums
_NEGLIGIBLE = 1e-18  # of M: what counts that are left out may add
_FLATTEST = 40.0  # log θ beyond which the shape does not matter
_FAR = 1e-9  # of θ̂: a shape so near is the same


class ConstantRelativeAversion(Frontier):
    """The frontier of a CRRA agent with γ ≥ 1."""

    most_ranges = 4_000

    @property
    def p(self):
        """γ − 1."""
        return self.problem.utility.aversion - 1

    @property
    def least_shape(self):
        """The least log θ of lines that are written down."""
        return -_EXPONENTS / max(self.p, 1.0)

    @property
    def convex(self):
        """Is the cost convex in q, so that no other effort tempts?"""
        cost, power = self.problem.cost, self.evidence.power
        return power == 1 or (isinstance(cost, PowerCost) and cost.power >= power)

    def at(self, effort):
        """The gap of the best line for each effort that can be written down; inf where there is none."""
        effort = np.asarray(effort, dtype=float)
        with np.errstate(all="ignore"):
            log_theta, log_size, rent = self._best(effort)
            promised = self.problem.reservation(effort)
            premium = self._premium(effort, log_theta)
            lifted = np.where(rent > 0, log_size - self._paying_size(effort, log_theta), 0.0)
            risk = self.problem.utility.wage(promised) * np.expm1(premium + np.maximum(lifted, 0.0))
            gap = self.problem.loss(effort, self.best) + np.maximum(risk, 0.0)
        return np.where(np.isnan(gap), np.inf, gap)

    def reach(self, effort):
        """The gap of the best line for each effort, whether it can be written down or not, if those that cannot count."""
        gap, effort = self.at(effort), np.asarray(effort, dtype=float)
        if not self.threats:
            return gap
        with np.errstate(all="ignore"):
            q, r = self.evidence.success(effort), self.evidence.failure(effort)
            each = np.arange(effort.size)
            premium = self._premium_of_threats(effort, *self.asked_and_promised(effort), q, r, each, each)
            threats = self.problem.loss(effort, self.best) + self.problem.utility.wage(
                self.problem.reservation(effort)
            ) * np.expm1(premium)
            return np.where(np.isneginf(self.steep_enough(effort)), threats, gap)

    @np.errstate(all="ignore")
    def line(self, effort):
        """(base, slope) of the best line for one effort, and the rent that it leaves."""
        log_theta, log_size, rent = self._best(np.array([float(effort)]))
        return float(np.exp(log_theta + log_size)[0]), float(np.exp(log_size)[0]), float(rent[0])

    def parts(self, base, slope):
        """E u(base + slope·X/n), less u at full marks: one part where u goes on in a straight line from 1 pass to none, one for what is missing there."""
        n, evidence, utility = self.n, self.evidence, self.problem.utility
        one, two, none = (float(utility.utility(base + slope * k / n)) for k in (1, 2, 0))
        missing = 2 * one - two - none

        def worth(counts):
            return np.where(
                counts >= 1, utility.utility(base + slope * np.maximum(counts, 1) / n), 2 * one - two
            )

        def lost(effort):
            return -missing * evidence.failure(effort) ** n

        def lost_slope(effort):
            return n * missing * evidence.failure(effort) ** (n - 1)

        return [curve_part(evidence, n, worth, np.nan), Part(lost, lost_slope, -1.0, -1.0)]

    @np.errstate(all="ignore")
    def _best(self, effort):
        """(log θ, log β, rent) of the best line for each effort; NaN where there is none, or none that can be written down."""
        problem, p = self.problem, self.p
        log_theta = self.steep_enough(effort)
        free = np.isin(effort, (*problem.cost.kinks, 1.0))
        tempted = np.zeros(effort.shape, bool)
        if not self.convex:
            for e in self.deviations:
                held = self._holds_off(effort, effort, e, True)
                if free.any():
                    held = np.where(free, self._holds_off(effort, effort, e, False), held)
                tempted |= held < log_theta
                log_theta = np.minimum(log_theta, held - _FAR)
        log_size = self._paying_size(effort, log_theta)
        rent = np.zeros(effort.shape)
        inner = tempted & ~free
        if inner.any():
            q, r = self.evidence.success(effort), self.evidence.failure(effort)
            ask, _ = self.asked_and_promised(effort)
            s = sums(self.n, p, log_theta, q, r)
            size = np.log(s.pull / ask) / p if p else np.full(effort.shape, np.nan)
            log_size = np.where(inner, size, log_size)
            worth = -np.exp(-p * log_size) * s.mean / p if p else np.nan
            rent = np.where(inner, np.fmax(worth - problem.reservation(effort), 0.0), 0.0)
        none = ~(log_theta >= self.least_shape) | np.isnan(log_size)
        return tuple(np.where(none, np.nan, x) for x in (log_theta, log_size, rent))

    def _paying_size(self, effort, log_theta):
        """log β of the line of this shape that just pays for the effort."""
        s = sums(self.n, self.p, log_theta, self.evidence.success(effort), self.evidence.failure(effort))
        promised = self.problem.reservation(effort)
        return s.level - np.log(-self.p * promised) / self.p if self.p else promised + s.level

    def _premium(self, effort, log_theta):
        """log ρ, without cancellation where it is small."""
        n, p, q, r = self.n, self.p, self.evidence.success(effort), self.evidence.failure(effort)
        law, theta = Rows.at(n, q, r).plain[0], np.exp(log_theta)
        chance = np.where(law.nodes[:, 1:] >= 1, law.p[:, 1:], 0.0)
        log = np.log1p((np.maximum(law.nodes[:, 1:], 1) / n - q[:, None]) / (theta + q)[:, None])
        away = log_theta - np.log(theta + q)  # of no pass at all
        if p:
            none = np.exp(n * np.log(r) - p * away) - np.exp(n * np.log(r))
            return np.log1p((chance * np.expm1(-p * log)).sum(axis=1) + np.where(r > 0, none, 0.0)) / p
        return -(chance * log).sum(axis=1) - np.where(r > 0, np.exp(n * np.log(r)) * away, 0.0)

    def asked_and_promised(self, effort):
        """T, and A, which falls with the effort."""
        ask = self.problem.cost.slope(effort) / self.evidence.slope(effort)
        return ask, (-self.p * self.problem.reservation(effort) if self.p else np.ones(np.shape(effort)))

    @np.errstate(all="ignore")
    def steep_enough(self, effort):
        """log θ̂ of each effort, kept between two bounds; −inf where it is below `least_shape`, NaN where no line is steep enough."""
        n, p, low = self.n, self.p, self.least_shape
        ask, promise = self.asked_and_promised(effort)
        q, r = self.evidence.success(effort), self.evidence.failure(effort)
        goal = promise / ask

        def off(log_theta, q=q, r=r, goal=goal):
            s = sums(n, p, log_theta, q, r)
            return np.log(s.mean / s.pull / goal), s.pull_by_shape / s.pull - p * s.mean_by_shape / s.mean

        start = np.log(np.maximum(goal - q, 0.1 * goal))
        found = _root(off, np.clip(start, low, None), low, np.log(2 * goal + 2))
        deep = off(np.full(q.shape, low))[0] > 0
        found = np.where(deep, -np.inf, found)
        return np.where((promise > 0) & (goal > p * r / n) & (ask > 0), found, np.nan)

    def _holds_off(self, low, high, other, inner):
        """log θ_e, a little above: no line of a flatter shape keeps the agent, at any effort in [low, high], from the effort `other`.

        It is ∞ where that does not tempt, −∞ where no shape that can be written down is steep enough.


        `inner`: the local incentive is exact, which fixes the size of the line; else participation bounds it.
        """
        n, p, promise, ask = self.n, self.p, self.asked_and_promised(low)[1], self.asked(low, high)[1]
        q, r, cost = self.evidence.success(high), self.evidence.failure(high), self.problem.cost.cost
        other_q, other_r = (
            np.full(q.shape, float(of(other))) for of in (self.evidence.success, self.evidence.failure)
        )
        rise = cost(low) - cost(other)
        tempts = (rise > 0) & (other_q < q)

        def off(log_theta):
            own, there = sums(n, p, log_theta, q, r), sums(n, p, log_theta, other_q, other_r)
            worth = (there.mean - own.mean) / p if p else there.level - own.level
            size = _SPARE * ((there.mean + own.mean) / p if p else np.abs(there.level) + np.abs(own.level))
            steep = (there.mean_by_shape - own.mean_by_shape) / worth
            noise = size / worth + _SPARE * cost(high) / rise
            if inner:
                short, slope = rise / ask * own.pull / worth, steep - own.pull_by_shape / own.pull
            elif p:
                short, slope = rise / promise * own.mean / worth, steep - p * own.mean_by_shape / own.mean
            else:
                short, slope = rise / worth, steep
            known = worth > size  # beyond rounding; shapes so flat count as steep enough
            return (
                np.where(known, np.log(short), -1.0),
                np.where(known, slope, 1.0),
                np.where(known, noise, 0.0),
            )

        found = _root(lambda x: off(x)[:2], np.zeros(q.shape), self.least_shape, np.full(q.shape, _FLATTEST))
        _, steep, noise = off(found)
        never = off(np.full(q.shape, self.least_shape))[0] > noise
        found = np.where(never, -np.inf, np.where(steep > 0, found + noise / steep + _FAR, np.inf))
        return np.where(tempts, found, np.inf)

    def between(self, low, high):
        """No line for an effort in [low, high] has a smaller gap than this: NaN where nothing is known."""
        with np.errstate(
            all="ignore"
        ):  # shapes beyond what floats hold give no number, which is read as no bound
            return self._between(low, high)

    def _between(self, low, high):
        ends, index = np.unique(np.concatenate([low, high]), return_inverse=True)
        first, last = np.split(index, 2)
        ask = self.asked(low, high)
        promise = self.asked_and_promised(high)[1], self.asked_and_promised(low)[1]
        loss, wage = self.loss_between(low, high), self.problem.utility.wage(self.problem.reservation(low))
        found = np.array(loss)
        # ranges for which even the steepest shape that can be written down is too flat
        q, r = self.evidence.success(ends), self.evidence.failure(ends)
        steepest = sums(self.n, self.p, np.full(q.shape, self.least_shape), q, r)
        deep = steepest.mean[last] / steepest.pull[first] > promise[1] / ask[0] * (1 + _SPARE)
        if not self.threats:
            found[deep] = np.inf
        elif deep.any():
            premium = self._premium_of_threats(
                low[deep], ask[0][deep], promise[1][deep], q, r, first[deep], last[deep]
            )
            found[deep] = loss[deep] + wage[deep] * np.fmax(np.expm1(premium - _SPARE), 0.0)
        rest = ~deep & (promise[1] > 0)
        if rest.any():
            part = [each[rest] for each in (low, high, loss, wage)]
            found[rest] = self._by_shapes(
                *part, [each[rest] for each in ask], [each[rest] for each in promise]
            )
        if not self.convex:
            for e in self.deviations:
                found = np.fmax(found, self._held_off(low, high, e, ask, wage, loss))
        known = left_out(self.n, self.p, q[first]) < _NEGLIGIBLE
        return np.where(self._no_shape(high, ask, promise), np.inf, np.where(known, found, loss))

    def _by_shapes(self, low, high, loss, wage, ask, promise):
        """The bound for ranges of efforts where the least premium or P′ is known: from shapes that θ̂ lies between."""
        n, p, size = self.n, self.p, low.size
        ends, index = np.unique(np.concatenate([low, high]), return_inverse=True)
        log_theta = np.fmax(self.steep_enough(ends), self.least_shape)  # no shape at all: as steep as can be
        shape = self._shapes_between(low, high, *np.split(log_theta[index], 2))
        q, r = ([of(e) for e in (low, high)] for of in (self.evidence.success, self.evidence.failure))
        corners = [np.concatenate(x) for x in ((shape[0], shape[0], shape[1], shape[1]), q * 2, r * 2)]
        every = sums(n, p, *corners)
        steepest, flattest = (
            every.part(slice(0, size)),
            every.part(slice(3 * size, None)),
        )  # at (θ₀, q₀) and (θ₁, q₁)
        crossed = (
            every.part(slice(size, 2 * size)),
            every.part(slice(2 * size, 3 * size)),
        )  # at (θ₀, q₁) and (θ₁, q₀)
        # for every effort of the range: is the flatter shape too flat, the steeper one steep enough?
        too_flat = flattest.mean / crossed[1].pull > promise[1] / ask[0] * (1 + _SPARE)
        enough = steepest.mean / crossed[0].pull < promise[0] / ask[1] * (1 - _SPARE)
        premium = np.where(too_flat, flattest.level + np.log(np.exp(shape[1]) + q[0]), 0.0)
        slope = self._slope((low, high), shape, q, steepest, flattest)
        wider = _SPARE * (np.abs(slope[0]) + np.abs(slope[1]))
        gaps = np.split(self._gap_at_least(ends, log_theta)[index], 2)
        by_slope = below_both(*gaps, (-slope[1] - wider, wider - slope[0]), high - low)
        found = loss + wage * np.fmax(np.expm1(premium - _SPARE), 0.0)
        return np.fmax(found, np.where(too_flat & enough, by_slope, np.nan))

    def _gap_at_least(self, effort, log_theta):
        """What P(η) loses on the first best, a little less."""
        wage = self.problem.utility.wage(self.problem.reservation(effort))
        premium = np.expm1(np.maximum(self._premium(effort, log_theta) - _SPARE, 0.0))
        return self.loss_between(effort, effort) + wage * premium

    def _no_shape(self, high, ask, promise):
        """Is M/G above A/T at every θ and every effort of the ranges that end at `high`? At θ = 0 it is least: p(1 − q)/n."""
        return (promise[1] <= 0) | (
            self.p * self.evidence.failure(high) * ask[0] > self.n * promise[1] * (1 + _SPARE)
        )

    def _premium_of_threats(self, low, ask, promise, q, r, first, last):
        """A lower bound of log ρ for shapes below `least_shape`, by the D of the file's top: M̂ and Ĝ fall with q, A with the effort.

        `first` and `last` say which of q, r are those of the ends of each range, `ask` and `promise` are the least T and the largest A.
        """
        n, p = self.n, self.p
        s, r_high = straight_sums(n, p, q, r), r[last]
        mean, level = s.mean[last], s.level[last]
        short = ask * mean - promise * s.pull[first]
        threat = np.maximum(short * (r_high / n) / (promise - p * ask * r_high / n), 0.0)
        return (np.log(mean + p * threat) / p if p else level + threat) + np.log(q[first])

    def _held_off(self, low, high, other, ask, wage, loss):
        """A lower bound of the gap from one effort that the agent must not prefer; NaN where it says nothing.

        Inside the range the local incentive is exact: β^(−p)·G = T, at p = 0 G = T.
        """
        n, p, kinks = self.n, self.p, self.problem.cost.kinks
        q, r, q_low = self.evidence.success(high), self.evidence.failure(high), self.evidence.success(low)
        found = np.full(low.shape, np.nan)
        for inner in (False, True):
            flattest = self._holds_off(low, high, other, inner)
            known, never = flattest < np.inf, np.isneginf(flattest)
            flattest = np.where(known, np.maximum(flattest, self.least_shape), 0.0)
            s, mean_wage = sums(n, p, flattest, q, r), np.log(np.exp(flattest) + q_low)
            if not inner:
                bound = loss + wage * np.fmax(np.expm1(s.level + mean_wage - _SPARE), 0.0)
            else:
                known &= (high < 1) & ~np.isin(low, kinks) & ~np.isin(high, kinks)
                if p:
                    known &= q_low >= p * (0.5 - q_low) / n
                    paid = np.exp(np.log(s.pull / ask[1]) / p + mean_wage)
                    bound = self.best.profit - self.problem._value(high) + paid * (1 - _SPARE)
                else:
                    bound = np.where(s.pull > ask[1] * (1 + _SPARE), np.inf, loss)
            if not self.threats:
                bound = np.where(never, np.inf, bound)
            found = np.where(known, np.fmax(found, bound), found)
        return found

    def _shapes_between(self, low, high, first, last):
        """Two log θ that log θ̂ most likely lies between on the whole range [low, high], from those at its ends."""
        n, p = self.n, self.p
        (ask_low, promise_low), (ask_high, promise_high) = (self.asked_and_promised(e) for e in (low, high))
        s = sums(n, p, first, self.evidence.success(low), self.evidence.failure(low))
        drift = (self.evidence.success(high) - self.evidence.success(low)) * (
            p * s.pull / s.mean + s.pull_by_q / s.pull
        )
        drift = drift + np.abs(np.log(ask_high / ask_low)) + np.abs(np.log(promise_high / promise_low))
        room = 1.5 * drift / (s.pull_by_shape / s.pull - p * s.mean_by_shape / s.mean)
        least, most = ordered(first, last)
        return np.maximum(least - room, self.least_shape), most + np.log1p(room)

    def _slope(self, efforts, shape, q, steepest, flattest):
        """Bounds (low, high) of P′ over ranges of efforts (low, high) on which log θ̂ lies between two shapes (low, high); NaN where none are known.

        M, M₁, G, G₁ and G₂ fall with θ and with q; c′, −1/ū and h rise with the effort; V′ falls.
        """
        problem, p, cost, utility = self.problem, self.p, self.problem.cost, self.problem.utility
        theta, low, high = np.exp(shape), flattest, steepest
        stretch = np.exp(shape[1] - shape[0])
        mean, pull, pull_by_q = (low.mean, high.mean), (low.pull, high.pull), (low.pull_by_q, high.pull_by_q)
        mean_by_shape = (
            low.mean_by_shape / stretch,
            high.mean_by_shape * stretch,
        )  # θ times what falls with it
        pull_by_shape = low.pull_by_shape / stretch, high.pull_by_shape * stretch
        q_slope = ordered(*(self.evidence.slope(e) for e in efforts))
        one_over = 1 / (theta[1] + q[1]), 1 / (theta[0] + q[0])
        promised = [problem.reservation(e) for e in efforts]
        marginal = [cost.slope(e) for e in efforts]
        by_promise = tuple(c / -u for c, u in zip(marginal, promised, strict=True)) if p else (0.0, 0.0)
        twice = (p, p)
        bent = _less(_over(pull_by_q, pull), intervals.product(twice, _over(pull, mean)))
        by_effort = intervals.total(intervals.product(q_slope, bent), by_promise, self.growth(*efforts))
        by_shape = _less(_over(pull_by_shape, pull), intervals.product(twice, _over(mean_by_shape, mean)))
        moves = intervals.minus(_over(by_effort, by_shape))
        wages = [utility.wage(u) for u in promised]
        by_cost = tuple(
            c * utility.marginal_wage(u) / w for c, u, w in zip(marginal, promised, wages, strict=True)
        )
        by_q = intervals.product(q_slope, _less(one_over, _over(pull, mean)))
        flatter = _less(intervals.product(theta, one_over), _over(mean_by_shape, mean))
        paid = (
            wages[0] * np.exp(low.level) * (theta[0] + q[0]),
            wages[1] * np.exp(high.level) * (theta[1] + q[1]),
        )
        rises = intervals.product(paid, intervals.total(by_cost, by_q, intervals.product(flatter, moves)))
        found = _less((problem._value_slope(efforts[1]), problem._value_slope(efforts[0])), rises)
        return tuple(np.where(by_shape[0] > 0, end, np.nan) for end in found)


def _root(off, start, low, high):
    """Where off(x) = 0, by Newton's method from `start`, kept between two bounds; `off` gives a rising function and its slope."""
    low, high, found = np.full(start.shape, low), high.copy(), start
    for _ in range(_NEWTON):
        value, slope = off(found)
        size = 1 + np.abs(found)
        low, high = np.where(value < 0, found, low), np.where(value < 0, high, found)
        moved = found - value / slope
        found, old = np.where((moved >= low) & (moved <= high), moved, (low + high) / 2), found
        if not np.any((np.abs(value) > _SAME * size) & (np.abs(found - old) > _SAME * size)):
            break
    return found


def _less(a, b):
    return intervals.total(a, intervals.minus(b))


def _over(a, b):
    """a/b for b > 0."""
    return intervals.product(a, (1 / b[1], 1 / b[0]))
