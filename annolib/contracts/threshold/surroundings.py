"""What is known of all functions that bounds are made of, on boxes of thresholds and efforts: values at the centre, and ranges.

With X ~ Binomial(n, q(η)), the probability P = P(X ≥ t) has the density in q of a Beta(t, n − t + 1) variable, and the density's log has the slope
(t − 1)/q − (n − t)/(1 − q) in q and the step log((n − t) q/(t (1 − q))) from t to t + 1: each monotone in t and q, so that ends of a box give ranges.
The bonus at which an effort is stationary is D = c′/P′ (`annolib.contracts.threshold.bounds`).
"""

from __future__ import annotations

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.numerics.binomials import log_density, tails
from annolib.numerics.intervals import minus, product, total

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
            "case": boxes.case, "first": t1, "last": t2, "low": a, "high": b, "t": t, "x": x, "dx": dx, "dt": dt, "one": one,
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


def times(n, count):
    """The number of checks for arrays put together of so many alike."""
    return np.tile(n, count) if np.ndim(n) else n


def _columns(cases):
    """The efforts of each case as columns, the first of a case again where it has fewer than another."""
    rows = [list(dict.fromkeys(float(e) for e in case)) for case in cases]
    longest = max(map(len, rows))
    return np.array([row + [row[0]] * (longest - len(row)) for row in rows]).T
