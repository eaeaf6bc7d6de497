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

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.polynomial import chebyshev

from annolib.agency.costs import PowerCost
from annolib.numerics.binomials import log_density, tails
from annolib.numerics.intervals import middle, minus, product, total

_FRACTIONS = 2.0 ** -np.arange(
    0.5, 11
)  # by how much other efforts fall short of an effort, when the most tempting is looked for
_SHARES = np.linspace(0, 1, 10)[1:-1]
_LEAST = 1e-13  # efforts below it are as good as none: their value differs by less than rounding


@dataclass(frozen=True)
class Boxes:
    """Boxes of thresholds `first` … `last` and efforts `low` … `high`; `full` ones hold full effort alone. Arrays of one length."""

    first: np.ndarray
    last: np.ndarray
    low: np.ndarray
    high: np.ndarray
    full: np.ndarray

    @property
    def size(self):
        return self.first.size

    def take(self, index):
        return Boxes(*(getattr(self, field.name)[index] for field in fields(self)))

    @staticmethod
    def join(*parts):
        return Boxes(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Boxes)))


@dataclass(frozen=True)
class Form:
    """A function on boxes: its value at the centre, and intervals for its derivative in effort and its step per threshold."""

    value: np.ndarray
    slope: tuple
    step: tuple

    def take(self, index):
        return Form(self.value[index], _take(self.slope, index), _take(self.step, index))

    def times(self, weight):
        """The form times weights ≥ 0; nothing where the weight is 0."""
        with np.errstate(invalid="ignore"):
            scaled = [np.where(weight == 0, 0.0, x * weight) for x in (self.value, *self.slope, *self.step)]
        return Form(scaled[0], tuple(scaled[1:3]), tuple(scaled[3:5]))

    def plus(self, other):
        return Form(self.value + other.value, total(self.slope, other.slope), total(self.step, other.step))

    def less(self, other):
        return Form(
            self.value - other.value,
            total(self.slope, minus(other.slope)),
            total(self.step, minus(other.step)),
        )


def _take(pair, index):
    return pair[0][index], pair[1][index]


class GapBounds:
    """Lower bounds of the gap on boxes, for one problem, evidence and n."""

    def __init__(self, problem, evidence, n, best, deviations=(0.0,)):
        self.problem, self.evidence, self.n, self.best = problem, evidence, n, best
        self.floor = problem.floor_utility
        self.deviations = tuple(dict.fromkeys(float(e) for e in deviations))
        self.power_cost = isinstance(problem.cost, PowerCost)
        self.bends = None if self.power_cost else _bends(problem.cost)

    def lower(self, boxes, goal, thorough=False):
        """A lower bound of the gap of all contracts in each box; the costlier bounds only where the quick ones stay below `goal`."""
        with np.errstate(all="ignore"):
            sure = boxes.full & (float(self.evidence.failure(1.0)) == 0)
            # full effort passes every check: only asking for all n may do, and there densities of other thresholds vanish
            boxes = replace(boxes, first=np.where(sure & (boxes.last == self.n), boxes.last, boxes.first))
            s = self._surroundings(boxes)
            forms, plain = self._cost_forms(
                s, s["bonus"], s["bonus_range"], s["bonus_growth"], s["bonus_step"], s["slack"]
            )
            bound = np.fmax(s["least_loss"], s["least_loss"] + plain)
            bound = np.fmax(bound, self._weighed(forms, (), s))
            left = np.flatnonzero(bound < goal)
            if left.size:
                s, forms = _pick(s, left), [form.take(left) for form in forms]
                bound[left] = np.fmax(
                    bound[left], self._with_deviations(s, forms, boxes.full[left], thorough)
                )
            bound[sure & (boxes.last < self.n)] = np.inf  # a little less effort would do as well
        return bound

    # ------------------------------------------------------------------ what is known of a box

    def _odds(self, t, effort):
        return tails(t, self.n, self.evidence.success(effort), self.evidence.failure(effort))

    def _surroundings(self, boxes):
        """Values at the centre and intervals on the box of everything the bounds are made of, as a dict of arrays and pairs."""
        ev, n, cost, problem = self.evidence, self.n, self.problem.cost, self.problem
        t1, t2, a, b = boxes.first, boxes.last, boxes.low, boxes.high
        t, x = np.floor((t1 + t2) / 2), (a + b) / 2
        x = np.where((x <= a) | (x >= b), a, x)
        dx, dt = (a - x, b - x), (t1 - t, t2 - t)
        one = t1 == t2
        success, fail = self._odds(t, x)
        (least_success, most_fail), (most_success, least_fail) = self._odds(t2, a), self._odds(t1, b)
        hits, misses, hit_slope = (
            (ev.success(a), ev.success(b)),
            (ev.failure(b), ev.failure(a)),
            (ev.slope(a), ev.slope(b)),
        )
        log_density_x = log_density(t, n, ev.success(x), ev.failure(x))
        score, density_step = self._density_changes(t1, t2, hits, misses, one)
        change = total(product(product(score, hit_slope), dx), product(density_step, dt))
        density = np.exp(log_density_x + change[0]), np.exp(log_density_x + change[1])
        log_marginal, bend, more, cost_slope = self._marginal_cost(a, b, x)
        log_bonus = log_marginal - np.log(ev.slope(x)) - log_density_x
        # d log D/dη = c″/c′ − q″/q′ − q′ · d log density/dq, and −log of the ratio of two densities per threshold
        growth = total(bend, ((1 - ev.power) / a, (1 - ev.power) / b), minus(product(score, hit_slope)))
        step = minus(density_step)
        change = total(product(growth, dx), product(step, dt))
        least = np.minimum.reduce(
            [log_density(k, n, ev.success(e), ev.failure(e)) for k in (t1, t2) for e in (a, b)]
        )  # concave in each
        most_ratio = np.maximum(cost_slope[1], 0.0) / np.minimum(*hit_slope)
        if self.power_cost:
            k = cost.power - ev.power
            most_ratio = cost.scale * cost.power / (ev.power * ev.gain) * np.where(k >= 0, b, a) ** k
        probability = (
            np.where(one, 0.0, density[0] * hits[0] / t2),
            np.where(one, 0.0, density[1] * hits[1] / t1),
        )
        # c′ − DP′, where c′(a) stands for c′
        rough = not self.power_cost and self.bends is None
        slack = 0.0 * x, np.maximum(cost_slope[1] - cost_slope[0], 0.0) if rough else 0.0 * x
        loss, slope = problem.loss(x, self.best), -problem.flat_slope(x)
        return {
            "first": t1, "last": t2, "low": a, "high": b, "t": t, "x": x, "dx": dx, "dt": dt, "one": one,
            "success": success, "fail": fail, "successes": (least_success, most_success), "fails": (least_fail, most_fail),
            "probability": (np.minimum(probability[0], 1.0), np.minimum(probability[1], 1.0)),
            "steepness": product(density, hit_slope), "cost": cost.cost(x), "costs": (cost.cost(a), cost.cost(b)),
            "cost_slope": cost_slope, "slack": slack, "log_bonus": log_bonus, "bonus": np.exp(log_bonus), "more": more,
            "bonus_range": (np.exp(log_bonus + change[0]), np.fmin(np.exp(log_bonus + change[1]), most_ratio * np.exp(-least))),
            "bonus_growth": growth, "bonus_step": step, "loss": loss, "loss_slope": slope,
            "least_loss": np.maximum(loss + np.minimum(slope * dx[0], slope * dx[1]), 0.0),
        }  # fmt: skip

    def _density_changes(self, t1, t2, hits, misses, one):
        """Intervals of d log density/dq, and of the change of the log density of P(X ≥ t) in q from one threshold to the next.

        The first is (t − 1)/q − (n − t)/r, which rises with t and falls with q; the second is log((n − t) q/(t r)), which falls with
        t and rises with q.
        """
        n = self.n
        score = (
            (t1 - 1) / hits[1] - np.where(n > t1, (n - t1) / misses[0], 0.0),
            (t2 - 1) / hits[0] - np.where(n > t2, (n - t2) / misses[1], 0.0),
        )
        last = np.maximum(t2 - 1, t1)
        step = (
            np.log((n - last) * hits[0] / (last * misses[1])),
            np.log((n - t1) * hits[1] / (t1 * misses[0])),
        )
        return score, tuple(np.where(one, 0.0, end) for end in step)

    def _marginal_cost(self, a, b, x):
        """log c′ at x; c″/c′ on [a, b]; by how much log c′ may be larger than that says; c′ on [a, b].

        For costs that are not smooth c′(a) stands for all of [a, b]: it is the smallest, so the bonus is never said to be too large.
        """
        cost = self.problem.cost
        slopes = cost.slope(a), cost.slope(b)
        if self.power_cost:
            k = cost.power - 1
            return np.log(cost.scale * cost.power) + k * np.log(x), (k / b, k / a), 0.0 * x, slopes
        if self.bends is not None:
            first, second, third = self.bends(x)
            slopes = first(a), first(b)
            spread, at = third * (b - a) / 2, second(x)
            bend = np.maximum(at - spread, 0.0) / slopes[1], (at + spread) / slopes[0]
            return np.log(first(x)), bend, self._jump_at(b, slopes[1]), slopes
        slopes = slopes[0], cost.slope(np.minimum(b + 1e-12, 1.0))
        none = 0.0 * x
        return np.log(slopes[0]), (none, none), np.log(slopes[1]) - np.log(slopes[0]), slopes

    def _jump_at(self, b, slope):
        """By how much log c′ jumps at the right ends of boxes: an effort at a kink may have a larger bonus than D says."""
        at_kink = np.isin(b, self.problem.cost.kinks)
        return np.where(
            at_kink, np.log(self.problem.cost.slope(np.minimum(b + 1e-9, 1.0))) - np.log(slope), 0.0
        )

    # ------------------------------------------------------------------ the gap, in its two forms

    def _cost_forms(self, s, bonus, bonus_range, growth, step, slack):
        """The two forms of the gap at bonuses in `bonus_range`, and a plain lower bound of C.

        `growth` and `step` are the derivatives of the log of the bonus; `slack` is c′ − ΔP′, 0 at the bonus that makes the effort stationary.
        dC/dη = c′(h̄′ − h′(ū)) + (c′ − ΔP′)·X + C_Δ·dΔ/dη and dC = Δ·X·dF + C_Δ·dΔ from one threshold to the next, where h̄′ is the mean
        of h′ on [L, H], and at the floor X = −h̄′, C_Δ = P h′(H), else X = F h′(L) + P h′(H) − h̄′, C_Δ = FP(h′(H) − h′(L)).
        """
        floor, top = self.floor, self.problem.utility.highest
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
        return forms, self._plain(s, lo, hi, means, highs_floor=floor + lo, top=top)

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

    def _plain(self, s, lo, hi, means, highs_floor, top):
        """A bound of C by monotone parts alone, good where boxes are large.

        The mean is at least f + ΔP; and failing wastes at least what falling from ū does: by c(η) or to the floor, since ΔP ≥ c(η).
        """
        utility, floor, fails, successes = self.problem.utility, self.floor, s["fails"], s["successes"]
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
        risk = np.nan_to_num(risk, nan=0.0, posinf=np.inf) + fails[0] * self._waste_of_falling(means, fall)
        # both where the floor is what the agent just accepts: both bounds hold
        never_binds, always_binds = (
            means[0] - hi * successes[1] >= floor,
            means[1] - lo * successes[0] <= floor,
        )
        rent, risk = (
            np.where(never_binds & ~always_binds, np.inf, np.nan_to_num(rent, posinf=np.inf)),
            np.where(always_binds & ~never_binds, np.inf, risk),
        )
        plain = np.maximum(np.minimum(rent, risk), 0.0)
        fall = np.minimum(s["costs"][0], room)
        plain = np.maximum(plain, fails[0] * self._waste_of_falling(means, fall))
        out_of_reach = np.maximum(highs_floor, means[0] + rise) >= top
        return np.where(out_of_reach, np.inf, plain)

    def _waste_of_falling(self, means, fall):
        waste = self.problem.utility.waste
        return np.nan_to_num(np.fmin(waste(means[0], -fall), waste(means[1], -fall)), nan=0.0, posinf=np.inf)

    # ------------------------------------------------------------------ weights

    def _weighed(self, forms, limits, s):
        """The best of the bounds by averages of `forms`, less multiples of the `limits` (Form, where it holds), each ≥ 0."""
        bound = np.full(s["x"].shape, -np.inf)
        for form in forms:
            bound = np.fmax(bound, _mean_value(form, s))
        if len(forms) == 2:
            share = _balance(middle(forms[0].slope), middle(forms[1].slope))
            bound = np.fmax(bound, _mean_value(forms[0].times(share).plus(forms[1].times(1 - share)), s))
        for limit, holds in limits:
            for form in forms:
                price = _at_least_zero(middle(form.slope) / middle(limit.slope))
                held = _mean_value(form.less(limit.times(price)), s)
                bound = np.fmax(bound, np.where(holds & (price > 0), held, -np.inf))
            if len(forms) == 2:
                share, price = _two_weights(*forms, limit)
                mixed = forms[0].times(share).plus(forms[1].times(1 - share)).less(limit.times(price))
                bound = np.fmax(bound, np.where(holds, _mean_value(mixed, s), -np.inf))
        return bound

    # ------------------------------------------------------------------ what other efforts ask for

    def _with_deviations(self, s, forms, full, thorough):
        """Bounds that use the other efforts e that must not pay."""
        bound = np.full(s["x"].shape, -np.inf)
        steepest, flattest = (
            np.full(bound.shape, -np.inf),
            np.full(bound.shape, np.inf),
        )  # chords to lower, to higher efforts
        others = [np.full(bound.shape, e) for e in self.deviations]
        if thorough:
            others += [self._most_tempting(s, True), self._most_tempting(s, False), np.ones(bound.shape)]
        for e in others:
            below, above = e < s["low"], e > s["high"]
            rise, rises, rise_step = self._rise(s, e, below)
            cost_rise = s["cost"] - self.problem.cost.cost(e)
            cost_rises = tuple(c - self.problem.cost.cost(e) for c in s["costs"])
            log_cost_rise, cost_ratio = self._log_cost_rise(s, e, cost_rise, cost_rises)
            known = np.where(below, rises[0] > 0, above & (rises[1] < 0)) & np.isfinite(log_cost_rise)
            known &= np.isfinite(cost_ratio[0]) & np.isfinite(cost_ratio[1])
            per_rise = 1 / rises[1], 1 / rises[0]
            steep = product(s["steepness"], per_rise)
            log_chord = log_cost_rise - np.log(np.abs(rise))
            chord_slope, chord_step = total(cost_ratio, minus(steep)), minus(product(rise_step, per_rise))
            change = total(product(chord_slope, s["dx"]), product(chord_step, s["dt"]))
            steepest = np.where(known & below, np.fmax(steepest, log_chord + change[0]), steepest)
            flattest = np.where(known & above, np.fmin(flattest, log_chord + change[1]), flattest)
            sign = np.where(below, 1.0, -1.0)
            value = sign * (s["log_bonus"] + np.log(np.abs(rise)) - log_cost_rise) + np.where(
                below, s["more"], 0.0
            )
            slope = total(s["bonus_growth"], steep, minus(cost_ratio))
            step = total(s["bonus_step"], product(rise_step, per_rise))
            limit = Form(value, _signed(slope, below), _signed(step, below))
            most = np.log(s["bonus_range"][1]) + s["more"] + np.log(rises[1]) - np.log(cost_rises[0])
            least = np.log(s["bonus_range"][0]) + np.log(-rises[1]) - np.log(-cost_rises[0])
            plainly_not = known & ~full & (np.where(below, most, -least) < -1e-9)
            bound[plainly_not] = np.inf
            holds = known & ~full
            most = value + product(limit.slope, s["dx"])[1] + product(limit.step, s["dt"])[1]
            bound = np.fmax(bound, np.where(holds & (most < -1e-12), np.inf, -np.inf))
            bound = np.fmax(bound, self._weighed(forms, [(limit, holds)], s))
            chord = known & below & (full | (s["more"] > 0))
            if chord.any():
                held = self._chord(
                    s, log_cost_rise - np.log(rise), cost_ratio, cost_rises, rises, rise_step, per_rise
                )
                bound = np.fmax(bound, np.where(chord, held, -np.inf))
        # above a chord from a lower to a higher effort, and so off the hull, whatever the bonus
        return np.where(steepest > flattest + 1e-12, np.inf, bound)

    def _rise(self, s, e, below):
        """P(η) − P(e): at the centre, its interval on the box, and the interval of its change from one threshold to the next."""
        n, ev = self.n, self.evidence
        (at, fails), (most, least_fail), (least, most_fail) = (
            self._odds(s[t], e) for t in ("t", "first", "last")
        )
        # the difference of the smaller ones
        rise = np.where(s["fail"] < 0.5, fails - s["fail"], s["success"] - at)
        hit, miss = ev.success(e), ev.failure(e)
        _, density_step = self._density_changes(s["first"], s["last"], (hit, hit), (miss, miss), s["one"])
        log_at, moved = log_density(s["t"], n, hit, miss), product(density_step, s["dt"])
        seen = np.exp(log_at + moved[0]) * hit / s["last"], np.exp(log_at + moved[1]) * hit / s["first"]
        seen = tuple(np.where(s["one"], 0.0, np.minimum(end, 1.0)) for end in seen)
        step = total(minus(s["probability"]), seen)
        change = total(product(s["steepness"], s["dx"]), product(step, s["dt"]))
        rare = s["fails"][1] < 0.5
        plain_low = np.where(rare, least_fail - s["fails"][1], s["successes"][0] - most)
        plain_high = np.where(rare, most_fail - s["fails"][0], s["successes"][1] - least)
        return rise, (np.fmax(rise + change[0], plain_low), np.fmin(rise + change[1], plain_high)), step

    def _log_cost_rise(self, s, e, cost_rise, cost_rises):
        """log|c(η) − c(e)| at the centre, and c′/(c(η) − c(e)) on the box."""
        cost = self.problem.cost
        if self.power_cost:
            m = cost.power
            log_rise = np.log(cost.scale) + m * np.log(s["x"]) + np.log(np.abs(1 - (e / s["x"]) ** m))
            return log_rise, tuple(m / (y * (1 - (e / y) ** m)) for y in (s["high"], s["low"]))
        return np.log(np.abs(cost_rise)), product(s["cost_slope"], (1 / cost_rises[1], 1 / cost_rises[0]))

    def _chord(self, s, log_bonus, cost_ratio, cost_rises, rises, rise_step, per_rise):
        """The bound for the bonus that just keeps the agent from a lower effort."""
        growth = total(cost_ratio, minus(product(s["steepness"], per_rise)))
        step = minus(product(rise_step, per_rise))
        change = total(product(growth, s["dx"]), product(step, s["dt"]))
        lo = np.fmax(np.exp(log_bonus + change[0]), cost_rises[0] / rises[1])
        hi = np.fmin(np.exp(log_bonus + change[1]), np.where(rises[0] > 0, cost_rises[1] / rises[0], np.inf))
        slack = total(s["cost_slope"], minus(product((lo, hi), s["steepness"])))
        forms, plain = self._cost_forms(s, np.exp(log_bonus), (lo, hi), growth, step, slack)
        return np.fmax(self._weighed(forms, (), s), s["least_loss"] + plain)

    def _most_tempting(self, s, lower):
        """Of some lower (or higher) efforts the one that tempts most at the centre of each box."""
        x, edge = s["x"], (s["low"] if lower else s["high"])
        far = np.zeros(x.shape) if lower else np.ones(x.shape)
        e = far[:, None] + (edge - far)[:, None] * (1 - np.append(1.0, _FRACTIONS))
        for _ in range(2):
            gain = self._gain(s, e)
            best = np.argmax(gain, axis=1)[:, None]
            around = [np.take_along_axis(e, np.clip(best + i, 0, e.shape[1] - 1), axis=1) for i in (-1, 1)]
            e = np.sort(
                np.append(
                    around[0] + (around[1] - around[0]) * _SHARES, np.take_along_axis(e, best, axis=1), axis=1
                )
            )
        return np.take_along_axis(e, np.argmax(self._gain(s, e), axis=1)[:, None], axis=1)[:, 0]

    def _gain(self, s, e):
        """What efforts e (a row for each box) gain over the centre of the box, at its bonus."""
        success, fail = self._odds(s["t"][:, None], e)
        rise = np.where(s["fail"][:, None] < 0.5, s["fail"][:, None] - fail, success - s["success"][:, None])
        gain = s["bonus"][:, None] * rise - (self.problem.cost.cost(e) - s["cost"][:, None])
        inside = (e >= s["low"][:, None]) & (e <= s["high"][:, None])
        return np.where(inside | np.isnan(gain), -np.inf, gain)


def _bends(cost):
    """c′, c″ and a bound of |c‴| where c′ is smooth enough to be a polynomial to rounding between its kinks; else None."""
    edges = np.array([cost.free_effort, *(k for k in cost.kinks if k > cost.free_effort), 1.0])
    if cost.free_effort == 1:
        return None
    pieces = [_polynomial(cost.slope, low, high) for low, high in zip(edges[:-1], edges[1:], strict=True)]
    if any(piece is None for piece in pieces):
        return None
    third = np.array([np.sum(np.abs(piece.deriv(2).coef)) for piece in pieces])

    def at(x):
        where = np.clip(np.searchsorted(edges, x) - 1, 0, len(pieces) - 1)
        inside = [where == i for i in range(len(pieces))]

        def derivative(order):
            return lambda y: np.select(inside, [piece.deriv(order)(y) for piece in pieces])

        return derivative(0), derivative(1), third[where]

    return at


def _polynomial(slope, low, high):
    for degree in (8, 16, 32, 64, 128):
        fit = chebyshev.Chebyshev.interpolate(slope, degree, domain=[low, high])
        if np.max(np.abs(fit.coef[-4:])) <= 1e-13 * np.max(np.abs(fit.coef)):
            return fit
    return None


def _pick(s, index):
    return {name: _take(x, index) if isinstance(x, tuple) else x[index] for name, x in s.items()}


def _mean_value(form, s):
    """The value at the centre less what the gradient can take away on the box."""
    bound = form.value + product(form.slope, s["dx"])[0] + product(form.step, s["dt"])[0]
    return np.where(np.isnan(bound), -np.inf, bound)


def _signed(pair, plus):
    return np.where(plus, pair[0], -pair[1]), np.where(plus, pair[1], -pair[0])


def _at_least_zero(x):
    return np.where(np.isfinite(x) & (x > 0), x, 0.0)


def _balance(first, second):
    """The share λ in [0, 1] for which λ·first + (1 − λ)·second is nearest 0."""
    share = -second / (first - second)
    return np.clip(np.where(np.isfinite(share), share, 0.0), 0.0, 1.0)


def _two_weights(first, second, limit):
    """λ in [0, 1] and μ ≥ 0 with λ∇first + (1 − λ)∇second = μ∇limit, if there are such; else the nearest allowed."""
    a, b, k = (middle(form.slope) for form in (first, second, limit))
    c, d, l = (middle(form.step) for form in (first, second, limit))  # noqa: E741
    determinant = (a - b) * -l + k * (c - d)
    share, price = (b * l - k * d) / determinant, (-(a - b) * d + (c - d) * b) / determinant
    good = np.isfinite(share) & np.isfinite(price)
    return np.clip(np.where(good, share, 0.0), 0.0, 1.0), _at_least_zero(np.where(good, price, 0.0))


# ---------------------------------------------------------------------- branch and bound


@dataclass(frozen=True)
class Proof:
    """How far a branch and bound has come.

    Attributes
    ----------
    bound : float
        No contract has a gap below this.
    boxes, bounds : Boxes, numpy.ndarray
        What is open, and the bounds there.
    closed : float
        The lowest bound of the boxes that are closed.
    tried, turns : int
        Boxes looked at, and how often they were cut.
    """

    boxes: Boxes
    bounds: np.ndarray
    closed: float = np.inf
    tried: int = 0
    turns: int = 0

    @property
    def bound(self):
        return min(self.closed, self.bounds.min(initial=np.inf))


def start(bounds, gap):
    """The boxes to begin with: all thresholds, and all efforts that a contract with a gap below `gap` can have."""
    boxes = _first_boxes(bounds, gap)
    return Proof(boxes, np.full(boxes.size, -np.inf))


def prove(bounds, proof, goal, limit, threshold=np.nan, effort=np.nan, rounds=80):
    """Go on until no gap is below `goal`, or `limit` more boxes have been looked at (about), or `rounds` cuts made.

    The goal may fall from call to call, as better contracts are found, never rise. `threshold` and `effort`: of the contract at hand,
    if it is a bonus; boxes are cut small around it.
    """
    boxes, left, closed, tried, turns = proof.boxes, proof.bounds, proof.closed, 0, proof.turns
    while boxes.size and tried < limit and turns < rounds:
        if turns:
            boxes = _cut_around(bounds, boxes, threshold, effort) if turns == 1 else _cut(bounds, boxes)
        tried, turns = tried + boxes.size, turns + 1
        left = bounds.lower(boxes, goal, thorough=turns > 3)
        closed = min(closed, left[left >= goal].min(initial=np.inf))
        boxes, left = boxes.take(left < goal), left[left < goal]
    return Proof(boxes, left, closed, proof.tried + tried, turns)


def _first_boxes(bounds, gap):
    """Boxes about as wide as half a standard deviation of the count, where that matters; never more than some hundreds."""
    problem, ev, n, best = bounds.problem, bounds.evidence, bounds.n, bounds.best
    low, high = _efforts_not_ruled_out(problem, best, gap)
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
    efforts = efforts[np.r_[True, np.diff(efforts) > 1e-15]]
    thresholds = _threshold_cuts(n, n * q[0], n * q[1], spread)
    first, last = thresholds[:-1], thresholds[1:] - 1
    i, j = (x.ravel() for x in np.meshgrid(np.arange(first.size), np.arange(efforts.size - 1)))
    boxes = Boxes(first[i], last[i], efforts[j], efforts[j + 1], np.zeros(i.size, bool))
    if high == 1:
        one = np.ones(first.size)
        boxes = Boxes.join(boxes, Boxes(first, last, one, one, one.astype(bool)))
    return boxes


def _threshold_cuts(n, bottom, top, spread):
    """First thresholds of the blocks, n + 1 at the end."""
    if n <= 24:
        return np.arange(1.0, n + 2)
    cuts = [[1, n + 1], bottom - spread * np.linspace(8, 0, 17), top + spread * np.linspace(0, 6, 7)]
    cuts.append(np.linspace(bottom, top, int(np.clip((top - bottom) / (0.5 * spread), 2, 24))))
    return np.unique(np.clip(np.round(np.concatenate(cuts)), 1, n + 1))


def _cut_around(bounds, boxes, threshold, effort):
    """Cut boxes where a grid that gets finer towards the contract at hand meets them: far from it a wide box does."""
    if np.isnan(effort):
        return _cut(bounds, boxes)
    ev, n = bounds.evidence, bounds.n
    q = float(ev.success(effort))
    spread = float(np.sqrt(n * q * (1 - q))) + 1e-3
    rate = max(
        float(ev.slope(max(effort, 0.05))) * n / spread, 1.0
    )  # standard deviations of the count per effort
    near = np.geomspace(1e-6, 2.0, 16) / rate
    efforts = np.sort(np.concatenate([[effort], effort - near, effort + near]))
    steps = np.unique(np.round(np.geomspace(1, max(2 * spread, 2), 12)))
    thresholds = np.sort(
        np.concatenate([[threshold, threshold + 1], threshold - steps, threshold + 1 + steps])
    )
    pieces = []
    for i in range(boxes.size):
        e = _between(efforts, boxes.low[i], boxes.high[i])
        t = _between(thresholds, boxes.first[i], boxes.last[i] + 1)
        a, b = (x.ravel() for x in np.meshgrid(np.arange(t.size - 1), np.arange(max(e.size - 1, 1))))
        ends = (e[b], e[b + 1]) if e.size > 1 else (e[b], e[b])
        pieces.append(Boxes(t[a], t[a + 1] - 1, *ends, np.full(a.size, boxes.full[i])))
    return Boxes.join(*pieces)


def _between(cuts, low, high):
    if low == high:
        return np.array([low])
    return np.concatenate([[low], cuts[(cuts > low) & (cuts < high)], [high]])


def _efforts_not_ruled_out(problem, best, gap):
    """The efforts whose loss alone does not exceed the gap (the loss is convex), a little more than that."""

    def edge(outer):
        inner = best.effort
        if float(problem.loss(outer, best)) < gap:
            return outer
        for _ in range(12):
            half = (outer + inner) / 2
            outer, inner = (outer, half) if float(problem.loss(half, best)) < gap else (half, inner)
        return outer

    free = problem.cost.free_effort
    return max(edge(free + _LEAST), free + _LEAST), edge(1.0)


def _cut(bounds, boxes):
    """Cut boxes along what is longer, thresholds or efforts, into 2 if many are open, else into more."""
    pieces = 2 if boxes.size > 400 else 4 if boxes.size > 40 else 8
    ev, n = bounds.evidence, bounds.n
    counts = boxes.last - boxes.first + 1
    width = n * (ev.success(boxes.high) - ev.success(boxes.low))
    by_count = (counts > 1) & ((counts >= width) | boxes.full)
    shares = np.linspace(0, 1, pieces + 1)[:, None]
    at = np.round(boxes.first + counts * shares)
    efforts = boxes.low + (boxes.high - boxes.low) * shares
    wide, far = boxes.high > 4 * boxes.low, 1 - boxes.low > 4 * (1 - boxes.high)
    efforts[1:-1] = np.where(wide, boxes.low * (boxes.high / boxes.low) ** shares[1:-1], efforts[1:-1])
    short, shorter = np.maximum(1 - boxes.low, 1e-300), np.maximum(1 - boxes.high, 1e-3 * (1 - boxes.low))
    near_one = 1 - short * (shorter / short) ** shares[1:-1]
    efforts[1:-1] = np.where(far & ~wide & (ev.failure(1.0) == 0), near_one, efforts[1:-1])
    efforts[0], efforts[-1] = boxes.low, boxes.high
    parts = []
    for i in range(pieces):
        part = Boxes(
            np.where(by_count, at[i], boxes.first), np.where(by_count, at[i + 1] - 1, boxes.last),
            np.where(by_count, boxes.low, efforts[i]), np.where(by_count, boxes.high, efforts[i + 1]), boxes.full,
        )  # fmt: skip
        keep = (part.last >= part.first) & ((part.high > part.low) | by_count | ((i == 0) & ~by_count))
        parts.append(part.take(keep))
    return Boxes.join(*parts)
