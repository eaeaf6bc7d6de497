"""What is known of all functions that bounds are made of, on boxes of thresholds and efforts: values at the centre, and ranges.

With X ~ Binomial(n, q(η)), the probability P = P(X ≥ t) has the density in q of a Beta(t, n − t + 1) variable, and the density's log has the slope
(t − 1)/q − (n − t)/(1 − q) in q and the step log((n − t) q/(t (1 − q))) from t to t + 1: each monotone in t and q, so that ends of a box give ranges.
The bonus at which an effort is stationary is D = c′/P′ (`annolib.contracts.threshold.bounds`).
"""

from __future__ import annotations

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.numerics.binomials import log_density, tails
from annolib.numerics.calculus import log1pmx
from annolib.numerics.intervals import minus, product, total

_BESIDE = 2.0  # thresholds beside a leaning box that the stairs of its proof may touch
_SAME = 1e-12  # of c′: what is next to nothing in a bonus


class Surroundings:
    """One problem, its evidence and n, and what can be said of them on boxes.

    Parameters
    ----------
    n : int or sequence of int
        The number of checks; several are the cases that boxes are for.
    deviations : sequence of float, or of a sequence for each case
        Efforts that tempt.
    """

    def __init__(self, problem, evidence, n, best, deviations=(0.0,)):
        self.problem, self.evidence, self.n, self.best = problem, evidence, n, best
        self.checks = np.atleast_1d(np.asarray(n, dtype=float))
        self.floor = problem.floor_utility
        cases = [deviations] * self.checks.size if np.ndim(deviations[0]) == 0 else deviations
        self.deviations = _columns(cases)
        self.power_cost = isinstance(problem.cost, PowerCost)

    def _n(self, case):
        """The number of checks of each box; one number where it is the same for all."""
        return self.checks[0] if self.checks.size == 1 else self.checks[case]

    def _rise_slope(self, s, seen):
        """The derivative of P(η) − P(e) in η."""
        return s["steepness"]

    def _odds(self, t, n, effort):
        return tails(t, n, self.evidence.success(effort), self.evidence.failure(effort))

    def _surroundings(self, boxes):
        """Values at the centre and intervals on the box of everything the bounds are made of, as a dict of arrays and pairs."""
        ev, n, cost, problem = self.evidence, self._n(boxes.case), self.problem.cost, self.problem
        t1, t2, a, b = boxes.first, boxes.last, boxes.low, boxes.high
        t, x = np.floor((t1 + t2) / 2), (a + b) / 2
        x = np.where((x <= a) | (x >= b), a, x)
        dx, dt = (a - x, b - x), (t1 - t, t2 - t)
        one = t1 == t2
        efforts = np.concatenate([x, a, b])
        q, r, q_slope = (f(efforts).reshape(3, -1) for f in (ev.success, ev.failure, ev.slope))
        odds = tails(np.concatenate([t, t2, t1]), times(n, 3), q.ravel(), r.ravel())
        (success, least_success, most_success), (fail, most_fail, least_fail) = (
            side.reshape(3, -1) for side in odds
        )
        hits, misses, hit_slope = (q[1], q[2]), (r[2], r[1]), (q_slope[1], q_slope[2])
        densities = log_density(
            np.concatenate([t, t1, t1, t2, t2]),
            times(n, 5),
            np.concatenate([*q, *q[1:]]),
            np.concatenate([*r, *r[1:]]),
        )
        log_density_x, *corners = densities.reshape(5, -1)
        score, density_step = self._density_changes(n, t1, t2, hits, misses, one)
        change = total(product(product(score, hit_slope), dx), product(density_step, dt))
        density = np.exp(log_density_x + change[0]), np.exp(log_density_x + change[1])
        log_marginal, bend, more, cost_slope, rough = self._marginal_cost(a, b, x)
        log_bonus = log_marginal - np.log(q_slope[0]) - log_density_x
        # d log D/dη = c″/c′ − q″/q′ − q′ · d log density/dq, and −log of the ratio of two densities per threshold
        growth = total(bend, ((1 - ev.power) / a, (1 - ev.power) / b), minus(product(score, hit_slope)))
        step = minus(density_step)
        change = total(product(growth, dx), product(step, dt))
        least = np.minimum.reduce(corners)  # concave in each
        most_ratio = np.maximum(cost_slope[1], 0.0) / np.minimum(*hit_slope)
        # beside the peak of the density, which rises towards it in both
        below, above = t2 - 1 <= (n - 1) * hits[0], t1 - 1 >= (n - 1) * hits[1]
        most = np.where(below, corners[2], np.where(above, corners[1], np.inf))
        least_ratio = np.maximum(cost_slope[0], 0.0) / np.maximum(*hit_slope)
        if self.power_cost:
            k = cost.power - ev.power
            unit = cost.scale * cost.power / (ev.power * ev.gain)
            most_ratio, least_ratio = (unit * np.where(up, b, a) ** k for up in (k >= 0, k < 0))
        probability = (
            np.where(one, 0.0, density[0] * hits[0] / t2),
            np.where(one, 0.0, density[1] * hits[1] / t1),
        )
        # c′ − DP′, where c′(a) stands for c′
        slack = 0.0 * x, np.where(rough, np.maximum(cost_slope[1] - cost_slope[0], 0.0), 0.0)
        loss, slope = problem.loss(x, self.best), -problem.flat_slope(x)
        return {
            "case": boxes.case, "first": t1, "last": t2, "low": a, "high": b, "t": t, "x": x, "dx": dx, "dt": dt, "reach": dt, "one": one,
            "success": success, "fail": fail, "successes": (least_success, most_success), "fails": (least_fail, most_fail),
            "probability": (np.minimum(probability[0], 1.0), np.minimum(probability[1], 1.0)),
            "steepness": product(density, hit_slope), "cost": cost.cost(x), "costs": (cost.cost(a), cost.cost(b)),
            "cost_slope": cost_slope, "slack": slack, "log_bonus": log_bonus, "bonus": np.exp(log_bonus), "more": more,
            "bonus_range": (
                np.fmax(np.exp(log_bonus + change[0]), least_ratio * np.exp(-most)),
                np.fmin(np.exp(log_bonus + change[1]), most_ratio * np.exp(-least)),
            ),
            "bonus_growth": growth, "bonus_step": step, "loss": loss, "loss_slope": slope,
            "least_loss": np.maximum(loss + np.minimum(slope * dx[0], slope * dx[1]), 0.0),
        }  # fmt: skip

    @staticmethod
    def _density_changes(n, t1, t2, hits, misses, one):
        """Intervals of d log density/dq, and of the change of the log density of P(X ≥ t) in q from one threshold to the next.

        The first is (t − 1)/q − (n − t)/r, which rises with t and falls with q; the second is log((n − t) q/(t r)), which falls with
        t and rises with q.
        """
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
        """log c′ at x; c″/c′ on [a, b]; by how much log c′ may be larger than that says; c′ on [a, b]; and where it is rough.

        That is where nothing is known of c″: there c′(a) stands for all of [a, b]: it is the smallest, so the bonus is never said to be too large.
        """
        cost = self.problem.cost
        slopes = cost.slope(a), cost.slope(b)
        if self.power_cost:
            k = cost.power - 1
            return np.log(cost.scale * cost.power) + k * np.log(x), (k / b, k / a), 0.0 * x, slopes, False
        bends = cost.bends(a, b)
        rough = ~(np.isfinite(bends.first[1]) & (bends.error <= _SAME * slopes[0]))
        growth = bends.first[0] / slopes[1], bends.first[1] / slopes[0]
        more = self._jump_at(b, slopes[1])
        if rough.any():
            beyond = np.where(rough, cost.slope(np.minimum(b + 1e-12, 1.0)), slopes[1])
            slopes, growth = (slopes[0], beyond), tuple(np.where(rough, 0.0, end) for end in growth)
            more = np.where(rough, np.log(beyond) - np.log(slopes[0]), more)
        return np.log(np.where(rough, slopes[0], cost.slope(x))), growth, more, slopes, rough

    def _jump_at(self, b, slope):
        """By how much log c′ jumps at the right ends of boxes: an effort at a kink may have a larger bonus than D says."""
        at_kink = np.isin(b, self.problem.cost.kinks)
        return np.where(
            at_kink, np.log(self.problem.cost.slope(np.minimum(b + 1e-9, 1.0))) - np.log(slope), 0.0
        )


class LeaningSurroundings(Surroundings):
    """The same on boxes that lean: with many checks the contracts that matter lie on a ridge on which P stays the same.

    Let σ = t − nq(η). On a box σ is in a short interval, however many efforts it holds. To the right end of an edge that rises by ℓ
    thresholds per unit of effort everything changes by (its derivative in η) + ℓ·(its change per threshold), where most cancels:

    - log of the density f, continued to all t by gamma functions: its derivative in t is the step log((n − t)q/(tr)) and up to 1/t + 1/(n − t) more
      (log x − 1/x < ψ(x) < log x), and step = log(1 − σ/(nr)) − log(1 + σ/(nq)) = −σ/(nqr) + R. As d log f/dq = (σ − r)/(qr),
      along the edge it changes by (q′ − ℓ/n)σ/(qr) − q′/q + ℓ(R + [0, 1/t + 1/(n − t)]);
    - P: thresholds are whole, so one goes up stairs near the edge. On the way P gains fq′ per unit of effort and loses f·q/t at each stair. Between
      a stair and the efforts that belong to it log f differs by ρ at most (one threshold, and efforts worth one), so P changes by
      f(q′ − ℓ(q/t)·[e^−ρ, e^ρ]). What is left of the way to t are whole steps at one effort, all to one side: none is taken back.

    The stairs stay within one threshold of the box and its centre; `_BESIDE` leaves room for that and for rounding.
    """

    def _surroundings(self, boxes):
        ev, n, cost, problem = self.evidence, self._n(boxes.case), self.problem.cost, self.problem
        a, b, lean, zero = boxes.low, boxes.high, boxes.lean, 0.0 * boxes.low
        x = (a + b) / 2
        x = np.where((x <= a) | (x >= b), a, x)
        rise = lean * (x - a)
        t = np.round((boxes.first + boxes.last) / 2 + rise)
        dx, dt = (a - x, b - x), (boxes.first + rise - t, boxes.last + rise - t)
        way = np.minimum(dt[0], 0.0) - _BESIDE, np.maximum(dt[1], 0.0) + _BESIDE
        first, last = boxes.first - _BESIDE, boxes.last + lean * (b - a) + _BESIDE
        first, last = np.floor(np.minimum(first, t - _BESIDE)), np.ceil(np.maximum(last, t + _BESIDE))
        efforts = np.concatenate([x, a, b])
        q, r, q_slope = (f(efforts).reshape(3, -1) for f in (ev.success, ev.failure, ev.slope))
        success, fail = tails(t, n, q[0], r[0])
        log_density_x = log_density(t, n, q[0], r[0])
        hits, misses, hit_slope = (q[1], q[2]), (r[2], r[1]), (q_slope[1], q_slope[2])
        off = self._off_the_mean(boxes, n, x, t, way)
        share = (off[0] / n, off[1] / n)
        by_hits, by_misses = (
            product(share, (1 / hits[1], 1 / hits[0])),
            product(share, (1 / misses[1], 1 / misses[0])),
        )
        step = np.log1p(-by_misses[1]) - np.log1p(by_hits[1]), np.log1p(-by_misses[0]) - np.log1p(by_hits[0])
        # log(1 + y) − y is largest, 0, at 0 and falls to either side: an interval of it for each of the two parts of R
        bent_hits, bent_misses = _log_bend(by_hits), _log_bend(minus(by_misses))
        more = zero, 1 / first + 1 / (n - last)
        step_on = total(step, more)
        spread = (
            np.minimum(q[1] * r[1], q[2] * r[2]),
            np.where((q[1] < 0.5) & (q[2] > 0.5), 0.25, np.maximum(q[1] * r[1], q[2] * r[2])),
        )
        pull = product(off, (1 / spread[1], 1 / spread[0]))
        edge = lean, lean
        left = hit_slope[0] - lean / n, hit_slope[1] - lean / n
        along = total(
            product(left, pull),
            minus(product(hit_slope, (1 / hits[1], 1 / hits[0]))),
            product(edge, total(bent_misses, minus(bent_hits), more)),
        )
        change = total(product(along, dx), product(step_on, way))
        density = np.exp(log_density_x + change[0]), np.exp(log_density_x + change[1])
        per_threshold = 1 / (n * (1 + by_hits[1])), 1 / (n * (1 + by_hits[0]))  # q/t
        score = product(total(off, (-misses[1], -misses[0])), (1 / spread[1], 1 / spread[0]))
        stair = _size(product(score, hit_slope)) / lean + _size(step_on)
        paired = product(product(edge, per_threshold), (np.exp(-stair), np.exp(stair)))
        steepness = product(density, total(hit_slope, minus(paired)))
        probability = product(density, per_threshold)
        probability = np.minimum(probability[0], 1.0), np.minimum(probability[1], 1.0)
        gained = total(product(steepness, dx), minus(product(probability, dt)))
        successes = np.maximum(success + gained[0], 0.0), np.minimum(success + gained[1], 1.0)
        fails = np.maximum(fail - gained[1], 0.0), np.minimum(fail - gained[0], 1.0)
        log_marginal, bend, above, cost_slope, _ = self._marginal_cost(a, b, x)
        log_bonus = log_marginal - np.log(q_slope[0]) - log_density_x
        growth = total(bend, ((1 - ev.power) / a, (1 - ev.power) / b), minus(along))
        bonus_step = minus(step_on)
        change = total(product(growth, dx), product(bonus_step, dt))
        bonus_range = np.exp(log_bonus + change[0]), np.exp(log_bonus + change[1])
        loss, slope = problem.loss(x, self.best), -problem.flat_slope(x)
        return {
            "case": boxes.case, "first": first, "last": last, "low": a, "high": b, "t": t, "x": x, "dx": dx, "dt": dt,
            "reach": (first - t, last - t), "one": np.zeros(x.shape, bool), "lean": lean,
            "success": success, "fail": fail, "successes": successes, "fails": fails, "probability": probability,
            "steepness": steepness, "cost": cost.cost(x), "costs": (cost.cost(a), cost.cost(b)), "cost_slope": cost_slope,
            "slack": total(cost_slope, minus(product(bonus_range, steepness))), "log_bonus": log_bonus, "bonus": np.exp(log_bonus),
            "more": above, "bonus_range": bonus_range, "bonus_growth": growth, "bonus_step": bonus_step, "loss": loss,
            "loss_slope": slope, "least_loss": np.maximum(loss + np.minimum(slope * dx[0], slope * dx[1]), 0.0),
        }  # fmt: skip

    def _off_the_mean(self, boxes, n, x, t, way):
        """The interval of σ = t − nq(η) on the box, and where stairs lead: at the centre, and how ℓ·dη and nq(η) differ beside it."""
        rises = edge_above_mean(self.evidence, n, boxes.low, boxes.high, boxes.lean, x)
        centre = t - n * self.evidence.success(x)
        return centre + way[0] + rises[0], centre + way[1] + rises[1]

    def _rise_slope(self, s, seen):
        """How P(η) − P(e) changes along an edge of the box: at e each threshold takes away what is seen there."""
        return total(s["steepness"], product((s["lean"], s["lean"]), seen))


def edge_above_mean(evidence, n, low, high, lean, x):
    """The interval of ℓ(η − x) − n(q(η) − q(x)), concave in η, on boxes: smallest at an end, largest there or where ℓ = nq′."""
    at = evidence.success(x)
    ends = [lean * (e - x) - n * (evidence.success(e) - at) for e in (low, high)]
    most = np.maximum(*ends)
    if evidence.power > 1:
        level = (lean / (n * evidence.gain * evidence.power)) ** (1 / (evidence.power - 1))
        level = np.clip(level, low, high)
        most = np.maximum(most, lean * (level - x) - n * (evidence.success(level) - at))
    return np.minimum(*ends), most


def _log_bend(pair):
    """Interval of log(1 + y) − y for y in `pair`."""
    ends = log1pmx(pair[0]), log1pmx(pair[1])
    inside = (pair[0] <= 0) & (pair[1] >= 0)
    return np.minimum(*ends), np.where(inside, 0.0, np.maximum(*ends))


def _size(pair):
    return np.maximum(np.abs(pair[0]), np.abs(pair[1]))


def times(n, count):
    """The number of checks for arrays put together of so many alike."""
    return np.tile(n, count) if np.ndim(n) else n


def _columns(cases):
    """The efforts of each case as columns, the first of a case again where it has fewer than another."""
    rows = [list(dict.fromkeys(float(e) for e in case)) for case in cases]
    longest = max(map(len, rows))
    return np.array([row + [row[0]] * (longest - len(row)) for row in rows]).T
