"""No threshold contract earns more: proved lower bounds of the gap, by branch and bound over thresholds and efforts.

Model. A bonus Δ (in utility) for X ≥ t on top of a low wage of utility L. With P(η) = P(X ≥ t | η), F = 1 − P, ū = u₀ + c(η) and f the
utility of the floor, the agent takes part and the floor holds iff L ≥ max(f, ū − ΔP): so the low wage is fixed by the rest, and the gap is

    G = [loss of agreeing on η] + C,    C = F h(L) + P h(L + Δ) − h(ū),    L = max(f, ū − ΔP).

C rises with L and with Δ, so it is the larger of its two forms, L = f (the floor binds) and L = ū − ΔP (participation binds).

What an effort must satisfy to be the agent's best answer gives its bonus and its limits:

- no small step down pays: Δ ≥ D(η) = c′(η)/P′(η), with equality where 0 < η < 1 and c has no kink;
- no other effort e pays: K_e = ± [log D(η) + log|P(η) − P(e)| − log|c(η) − c(e)|] ≥ 0 (+ for e < η, − for e > η);
- no mixture of a lower and a higher effort pays: chords of the points (P, c) to lower efforts are not steeper than those to higher ones;
- for full effort, where Δ may exceed D: Δ ≥ (c(1) − c(e))/(P(1) − P(e)).

Bound on a box of thresholds t₁ … t₂ and efforts a … b. The derivatives of all these functions in η, and their differences from
one threshold to the next, are explicit (the law of X is binomial), and each factor of them is monotone; so intervals that hold on the
whole box are known, and with them G(t, η) ≥ G(centre) − (what the gradient can take away). Not only for G: any average of the two forms of G,
minus a multiple μ ≥ 0 of K_e, lies below the gap of every contract in the box. Weights that make the gradient vanish (Lagrange's) give
bounds whose error is of second order in the size of the box, also where the optimum lies on an edge of what can be had. Where numbers are too
large for derivatives, monotone bounds do: failing costs F times the waste of falling from ū, and E v ≥ f + ΔP.

Boxes whose bound is not above the goal are cut. When none is left, no threshold, effort and wages whatever earn more than the goal allows.

References
----------
R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis (2009), doi:10.1137/1.9780898717716 (mean value form).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import product as product_of

import numpy as np

from annolib.contracts.threshold.boxes import (
    Form,
    at_least_zero,
    balance,
    mean_value,
    pick,
    signed,
    take,
    two_weights,
)
from annolib.contracts.threshold.surroundings import LeaningSurroundings, Surroundings, times
from annolib.numerics.binomials import log_density
from annolib.numerics.intervals import middle, minus, product, total

# by how much other efforts fall short of an effort, when the most tempting is looked for
_FRACTIONS = np.sort(np.append(2.0 ** -np.arange(0.5, 11), [0.78, 0.85, 0.9, 0.95, 0.98]))[::-1]
_SHARES = np.linspace(0, 1, 10)[1:-1]


class GapBounds(Surroundings):
    """Lower bounds of the gap on boxes, for one problem and evidence, and one n or several."""

    _ways = ("slope",)  # what weights make vanish

    def lower(self, boxes, goal, thorough=False, quick=False):
        """A lower bound of the gap of all contracts in each box; the costlier bounds only where the quick ones stay below `goal`.

        `goal` is one number, or one for each box.
        """
        leans = boxes.lean > 0
        if not leans.any():
            return self._lower(boxes, goal, thorough, quick)
        goal, bound = np.broadcast_to(goal, leans.shape), np.empty(leans.shape)
        for some, bounds in ((leans, self._leaning), (~leans, self)):
            if some.any():
                bound[some] = bounds._lower(boxes.take(some), goal[some], thorough, quick)
        return bound

    @cached_property
    def _leaning(self):
        return LeaningGapBounds(self.problem, self.evidence, self.n, self.best, list(self.deviations.T))

    def _lower(self, boxes, goal, thorough, quick):
        with np.errstate(all="ignore"):
            sure, n = boxes.full & (float(self.evidence.failure(1.0)) == 0), self._n(boxes.case)
            # full effort passes every check: only asking for all n may do, and there densities of other thresholds vanish
            boxes = replace(boxes, first=np.where(sure & (boxes.last == n), boxes.last, boxes.first))
            s = self._surroundings(boxes)
            bound = np.fmax(s["least_loss"], s["least_loss"] + self._plain(s, *s["bonus_range"]))
            bound = np.fmax(bound, self._paid_to_idle(s))
            left = np.flatnonzero(bound < goal)
            if left.size and not quick:
                full = boxes.full[left]
                if left.size < bound.size:
                    s = pick(s, left)
                forms = self._cost_forms(
                    s, s["bonus"], s["bonus_range"], s["bonus_growth"], s["bonus_step"], s["slack"]
                )
                bound[left] = np.fmax(bound[left], self._with_deviations(s, forms, full, thorough))
            bound[sure & (boxes.last < n)] = np.inf  # a little less effort would do as well
        return bound

    # ------------------------------------------------------------------ the gap, in its two forms

    def _cost_forms(self, s, bonus, bonus_range, growth, step, slack):
        """The two forms of the gap at bonuses in `bonus_range`.

        `growth` and `step` are the derivatives of the log of the bonus; `slack` is c′ − ΔP′, 0 at the bonus that makes the effort stationary.
        dC/dη = c′(h̄′ − h′(ū)) + (c′ − ΔP′)·X + C_Δ·dΔ/dη and dC = Δ·X·dF + C_Δ·dΔ from one threshold to the next, where h̄′ is the mean
        of h′ on [L, H], and at the floor X = −h̄′, C_Δ = P h′(H), else X = F h′(L) + P h′(H) − h̄′, C_Δ = FP(h′(H) − h′(L)).
        """
        floor = self.floor
        fails, successes, (lo, hi) = s["fails"], s["successes"], bonus_range
        mean, means = self.problem.outside + s["cost"], tuple(self.problem.outside + c for c in s["costs"])
        marginal = self._marginal(means[0]), self._marginal(means[1])
        by_effort, by_threshold = product(bonus_range, growth), product(bonus_range, step)
        forms = []
        for binds in (True, False) if np.isfinite(floor) else (False,):
            if binds:
                lows, highs, at = (
                    (floor + 0 * lo, floor + 0 * lo),
                    (floor + lo, floor + hi),
                    floor + bonus * s["success"],
                )
            else:
                lows = means[0] - hi * successes[1], means[1] - lo * successes[0]
                highs, at = (means[0] + lo * fails[0], means[1] + hi * fails[1]), mean
            h_low, h_high = tuple(map(self._marginal, lows)), tuple(map(self._marginal, highs))
            average = tuple(
                self._mean_marginal(low, high, end)
                for low, high, end in zip(lows, highs, (lows[0], highs[1]), strict=True)
            )
            if binds:
                per_bonus, spread = (successes[0] * h_high[0], successes[1] * h_high[1]), minus(average)
            else:
                both = fails[0] * successes[0], fails[1] * successes[1]
                per_bonus = product(both, (np.maximum(h_high[0] - h_low[1], 0.0), h_high[1] - h_low[0]))
                ends = [
                    [f * low + p * high for f, p in zip(fails, successes[::-1], strict=True)]
                    for low, high in zip(h_low, h_high, strict=True)
                ]
                spread = total((np.minimum(*ends[0]), np.maximum(*ends[1])), minus(average))
            slope = total(
                product(s["cost_slope"], total(average, minus(marginal))),
                product(per_bonus, by_effort),
                product(slack, spread),
            )
            change = total(
                product(product(bonus_range, spread), s["probability"]), product(per_bonus, by_threshold)
            )
            value = s["loss"] + self._extra_cost(s, bonus, mean, at)
            known = lows[0] >= self.problem.utility.lowest
            value = np.where(known, value, np.nan)
            forms.append(Form(value, total((s["loss_slope"],) * 2, slope), change))
        return forms

    def _marginal(self, v):
        """h′, infinite from the supremum of utility on."""
        top = self.problem.utility.highest
        return np.where(v < top, self.problem.utility.marginal_wage(np.minimum(v, top)), np.inf)

    def _mean_marginal(self, low, high, end):
        """The mean of h′ on [low, high]; h′(end) where that is too short to tell."""
        utility = self.problem.utility
        width = high - low
        wide = width > 1e-9 * (1 + np.abs(low))
        mean = utility.wage_rise(low, np.where(wide, width, 0.0)) / np.where(wide, width, 1.0)
        return np.where(wide, np.where(high < utility.highest, mean, np.inf), self._marginal(end))

    def _extra_cost(self, s, bonus, mean, at):
        """h(at) − h(mean) and the price of risk of the lottery with mean `at`."""
        utility, success, fail = self.problem.utility, s["success"], s["fail"]
        reach = np.isfinite(bonus) & (at + bonus * fail < utility.highest)
        at, bonus = np.where(reach, at, mean), np.where(reach, bonus, 0.0)
        up, down = utility.waste(at, bonus * fail), utility.waste(at, -bonus * success)
        risk = np.where(success > 0, success * up, 0.0) + np.where(fail > 0, fail * down, 0.0)
        return np.where(reach, utility.wage_rise(mean, at - mean) + risk, np.inf)

    def _plain(self, s, lo, hi):
        """A bound of C at bonuses from `lo` to `hi` by monotone parts alone, good where boxes are large.

        The mean is at least f + ΔP; and failing wastes at least what falling from ū does: by c(η) or to the floor, since ΔP ≥ c(η).
        """
        utility, floor, fails, successes = self.problem.utility, self.floor, s["fails"], s["successes"]
        means, highs_floor, top = (
            tuple(self.problem.outside + c for c in s["costs"]),
            floor + lo,
            utility.highest,
        )
        mean = np.maximum(floor + lo * successes[0], means[0])
        rent = np.where(mean < top, utility.wage(mean) - utility.wage(means[1]), np.inf)
        if np.isfinite(floor):
            paid = fails[1] * utility.wage(floor) + successes[0] * np.where(
                highs_floor < top, utility.wage(highs_floor), np.inf
            )
            rent = np.fmax(rent, paid - utility.wage(means[1]))
        rise = lo * fails[0]
        risk = successes[0] * np.fmin(utility.waste(means[0], rise), utility.waste(means[1], rise))
        room = np.maximum(means[0] - floor, 0.0)
        fall = np.minimum(lo * successes[0], room)
        risk = np.where(np.isnan(risk), 0.0, risk) + fails[0] * self._waste_of_falling(means, fall)
        # both where the floor is what the agent just accepts: both bounds hold
        never_binds, always_binds = (
            means[0] - hi * successes[1] >= floor,
            means[1] - lo * successes[0] <= floor,
        )
        rent, risk = (
            np.where(never_binds & ~always_binds, np.inf, np.where(np.isnan(rent), 0.0, rent)),
            np.where(always_binds & ~never_binds, np.inf, risk),
        )
        plain = np.maximum(np.minimum(rent, risk), 0.0)
        fall = np.minimum(s["costs"][0], room)
        plain = np.maximum(plain, fails[0] * self._waste_of_falling(means, fall))
        out_of_reach = np.maximum(highs_floor, means[0] + rise) >= top
        return np.where(out_of_reach, np.inf, plain)

    def _paid_to_idle(self, s):
        """A bound of the gap where the floor is above the outside option; −inf elsewhere.

        Who idles has f or more, so who works has f + c(η): the gap is at least V* − V(η) + h(f + c(η)), a convex function, above its tangent.
        """
        utility, idle = self.problem.utility, self.floor - self.problem.outside
        if not idle > 0:
            return np.full(s["x"].shape, -np.inf)
        mean, top = self.problem.outside + s["cost"], utility.highest
        known = mean + idle < top
        more = np.where(known, idle, 0.0)
        steep = utility.marginal_wage(mean + more) - utility.marginal_wage(mean)
        slope = s["loss_slope"] + self.problem.cost.slope(s["x"]) * steep
        least = s["loss"] + utility.wage_rise(mean, more) + np.minimum(slope * s["dx"][0], slope * s["dx"][1])
        least = np.where(known & ~np.isnan(least), least, -np.inf)
        return np.where(self.floor + s["costs"][0] >= top, np.inf, least)

    def _waste_of_falling(self, means, fall):
        waste = self.problem.utility.waste
        least = np.fmin(waste(means[0], -fall), waste(means[1], -fall))
        return np.where(np.isnan(least), 0.0, least)

    # ------------------------------------------------------------------ weights

    def _weighed(self, forms, limits, s):
        """The best of the bounds by averages of `forms`, less multiples of the `limits` (Form, where it holds), each ≥ 0."""
        bound = np.full(s["x"].shape, -np.inf)
        for form in forms:
            bound = np.fmax(bound, mean_value(form, s))
        if len(forms) == 2:
            for way in self._ways:
                share = balance(*(middle(getattr(form, way)) for form in forms))
                bound = np.fmax(bound, mean_value(forms[0].times(share).plus(forms[1].times(1 - share)), s))
        for limit, holds in limits:
            for form, way in product_of(forms, self._ways):
                price = at_least_zero(middle(getattr(form, way)) / middle(getattr(limit, way)))
                held = mean_value(form.less(limit.times(price)), s)
                bound = np.fmax(bound, np.where(holds & (price > 0), held, -np.inf))
            if len(forms) == 2:
                share, price = two_weights(*forms, limit)
                mixed = forms[0].times(share).plus(forms[1].times(1 - share)).less(limit.times(price))
                bound = np.fmax(bound, np.where(holds, mean_value(mixed, s), -np.inf))
        return bound

    # ------------------------------------------------------------------ what other efforts ask for

    def _with_deviations(self, s, forms, full, thorough):
        """Bounds that use the other efforts e that must not pay: all of them at once, a stretch of the arrays for each."""
        size = s["x"].size
        others = [row[s["case"]] for row in self.deviations]
        if thorough:
            others += [self._most_tempting(s, True), self._most_tempting(s, False), np.ones(size)]
        e, again = np.concatenate(others), np.tile(np.arange(size), len(others))
        s, forms, full = pick(s, again), [form.take(again) for form in forms], full[again]
        below, above = e < s["low"], e > s["high"]
        rise, rises, rise_slope, rise_step = self._rise(s, e, below)
        cost_rise = s["cost"] - self.problem.cost.cost(e)
        cost_rises = tuple(c - self.problem.cost.cost(e) for c in s["costs"])
        log_cost_rise, cost_ratio = self._log_cost_rise(s, e, cost_rise, cost_rises)
        known = np.where(below, rises[0] > 0, above & (rises[1] < 0)) & np.isfinite(log_cost_rise)
        known &= np.isfinite(cost_ratio[0]) & np.isfinite(cost_ratio[1])
        per_rise = 1 / rises[1], 1 / rises[0]
        steep = product(rise_slope, per_rise)
        log_rise = np.log(np.abs(rise))
        log_chord = log_cost_rise - log_rise
        rise_change, growth = product(rise_step, per_rise), total(cost_ratio, minus(steep))
        change = total(product(growth, s["dx"]), product(minus(rise_change), s["dt"]))
        sign = np.where(below, 1.0, -1.0)
        value = sign * (s["log_bonus"] - log_chord) + np.where(below, s["more"], 0.0)
        slope = total(s["bonus_growth"], minus(growth))
        limit = Form(value, signed(slope, below), signed(total(s["bonus_step"], rise_change), below))
        most = np.log(s["bonus_range"][1]) + s["more"] + np.log(rises[1]) - np.log(cost_rises[0])
        least = np.log(s["bonus_range"][0]) + np.log(-rises[1]) - np.log(-cost_rises[0])
        holds = known & ~full
        largest = value + product(limit.slope, s["dx"])[1] + product(limit.step, s["dt"])[1]
        not_best = holds & ((np.where(below, most, -least) < -1e-9) | (largest < -1e-12))
        bound = np.fmax(np.where(not_best, np.inf, -np.inf), self._weighed(forms, [(limit, holds)], s))
        chord = np.flatnonzero(known & below & self._may_exceed(s, full))
        if chord.size:
            rises, per_rise, cost_rises, cost_ratio = (
                take(pair, chord) for pair in (rises, per_rise, cost_rises, cost_ratio)
            )
            held = self._chord(
                pick(s, chord),
                log_chord[chord],
                cost_ratio,
                cost_rises,
                rises,
                take(rise_slope, chord),
                take(rise_step, chord),
                per_rise,
            )
            bound[chord] = np.fmax(bound[chord], held)
        # above a chord from a lower to a higher effort, and so off the hull, whatever the bonus
        steepest = np.where(known & below, log_chord + change[0], -np.inf).reshape(-1, size)
        flattest = np.where(known & above, log_chord + change[1], np.inf).reshape(-1, size)
        off = np.fmax.reduce(steepest) > np.fmin.reduce(flattest) + 1e-12
        return np.where(off, np.inf, np.fmax.reduce(bound.reshape(-1, size)))

    def _may_exceed(self, s, full):
        """Where the bonus may be larger than D, so that the chord to a lower effort may be what fixes it."""
        return full | (s["more"] > 0)

    def _rise(self, s, e, below):
        """P(η) − P(e): at the centre, its interval on the box, and those of its derivative and of its change from one threshold to the next."""
        n, ev = self._n(s["case"]), self.evidence
        odds = self._odds(np.concatenate([s["t"], s["first"], s["last"]]), times(n, 3), np.tile(e, 3))
        (at, most, least), (fails, least_fail, most_fail) = (side.reshape(3, -1) for side in odds)
        # the difference of the smaller ones
        rise = np.where(s["fail"] < 0.5, fails - s["fail"], s["success"] - at)
        hit, miss = ev.success(e), ev.failure(e)
        _, density_step = self._density_changes(n, s["first"], s["last"], (hit, hit), (miss, miss), s["one"])
        log_at, moved = log_density(s["t"], n, hit, miss), product(density_step, s["reach"])
        seen = np.exp(log_at + moved[0]) * hit / s["last"], np.exp(log_at + moved[1]) * hit / s["first"]
        seen = tuple(np.where(s["one"], 0.0, np.minimum(end, 1.0)) for end in seen)
        step = total(minus(s["probability"]), seen)
        slope = self._rise_slope(s, seen)
        change = total(product(slope, s["dx"]), product(step, s["dt"]))
        rare = s["fails"][1] < 0.5
        plain_low = np.where(rare, least_fail - s["fails"][1], s["successes"][0] - most)
        plain_high = np.where(rare, most_fail - s["fails"][0], s["successes"][1] - least)
        return (
            rise,
            (np.fmax(rise + change[0], plain_low), np.fmin(rise + change[1], plain_high)),
            slope,
            step,
        )

    def _log_cost_rise(self, s, e, cost_rise, cost_rises):
        """log|c(η) − c(e)| at the centre, and c′/(c(η) − c(e)) on the box."""
        cost = self.problem.cost
        if self.power_cost:
            m = cost.power
            log_rise = np.log(cost.scale) + m * np.log(s["x"]) + np.log(np.abs(1 - (e / s["x"]) ** m))
            return log_rise, tuple(m / (y * (1 - (e / y) ** m)) for y in (s["high"], s["low"]))
        return np.log(np.abs(cost_rise)), product(s["cost_slope"], (1 / cost_rises[1], 1 / cost_rises[0]))

    def _chord(self, s, log_bonus, cost_ratio, cost_rises, rises, rise_slope, rise_step, per_rise):
        """The bound for the bonus that just keeps the agent from a lower effort."""
        growth = total(cost_ratio, minus(product(rise_slope, per_rise)))
        step = minus(product(rise_step, per_rise))
        change = total(product(growth, s["dx"]), product(step, s["dt"]))
        lo = np.fmax(np.exp(log_bonus + change[0]), cost_rises[0] / rises[1])
        hi = np.fmin(np.exp(log_bonus + change[1]), np.where(rises[0] > 0, cost_rises[1] / rises[0], np.inf))
        slack = total(s["cost_slope"], minus(product((lo, hi), s["steepness"])))
        forms = self._cost_forms(s, np.exp(log_bonus), (lo, hi), growth, step, slack)
        return np.fmax(self._weighed(forms, (), s), s["least_loss"] + self._plain(s, lo, hi))

    def _most_tempting(self, s, lower):
        """Of some lower (or higher) efforts the one that tempts most at the centre of each box."""
        x, edge = s["x"], (s["low"] if lower else s["high"])
        far = np.zeros(x.shape) if lower else np.ones(x.shape)
        bonus = self._least_bonus(s)
        e = far[:, None] + (edge - far)[:, None] * (1 - np.append(1.0, _FRACTIONS))
        for _ in range(2):
            gain = self._gain(s, e, bonus)
            best = np.argmax(gain, axis=1)[:, None]
            around = [np.take_along_axis(e, np.clip(best + i, 0, e.shape[1] - 1), axis=1) for i in (-1, 1)]
            e = np.sort(
                np.append(
                    around[0] + (around[1] - around[0]) * _SHARES, np.take_along_axis(e, best, axis=1), axis=1
                )
            )
        return np.take_along_axis(e, np.argmax(self._gain(s, e, bonus), axis=1)[:, None], axis=1)[:, 0]

    def _least_bonus(self, s):
        """The bonus at the centre of each box: D, or where it may be more what keeps the agent from the lower efforts known."""
        bonus, may = s["bonus"], s["more"] > 0
        for row in self.deviations if may.any() else ():
            e = row[s["case"]]
            odds, fails = self._odds(s["t"], self._n(s["case"]), e)
            rise = np.where(s["fail"] < 0.5, fails - s["fail"], s["success"] - odds)
            chord = (s["cost"] - self.problem.cost.cost(e)) / rise
            bonus = np.where(may & (e < s["low"]) & (chord < np.inf), np.fmax(bonus, chord), bonus)
        return bonus

    def _gain(self, s, e, bonus):
        """What efforts e (a row for each box) gain over the centre of the box, at this bonus."""
        n = self._n(s["case"])
        success, fail = self._odds(s["t"][:, None], n[:, None] if np.ndim(n) else n, e)
        rise = np.where(s["fail"][:, None] < 0.5, s["fail"][:, None] - fail, success - s["success"][:, None])
        gain = bonus[:, None] * rise - (self.problem.cost.cost(e) - s["cost"][:, None])
        inside = (e >= s["low"][:, None]) & (e <= s["high"][:, None])
        return np.where(inside | np.isnan(gain), -np.inf, gain)


class LeaningGapBounds(LeaningSurroundings, GapBounds):
    """The same bounds on boxes that lean: derivatives in effort become those along an edge of the box, and are small; steps count."""

    _ways = ("slope", "step")
