"""What a box of thresholds and efforts holds, by plain formulas at many points: the truth that intervals are held against.

Nothing here uses the intervals' own formulas: tails are incomplete beta functions, derivatives are chords between neighbouring
efforts (by the mean value theorem each is the derivative somewhere between), steps are differences of neighbouring thresholds.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.bounds import GapBounds
from annolib.contracts.threshold.boxes import Boxes
from tests.contracts import adversary


class Recorded(GapBounds):
    """Bounds that keep what they computed on the way, in order, as (kind, what is known of the boxes, …).

    `try_all_chords`: compute what fixes a bonus above D for every box, though it need not be one there; then only the steps hold.
    """

    try_all_chords = False

    def lower(self, boxes, goal, thorough=False, quick=False):
        self.steps = []
        return super().lower(boxes, goal, thorough, quick)

    def _surroundings(self, boxes):
        self.around = super()._surroundings(boxes) | {"index": np.arange(boxes.size)}
        return self.around

    def _cost_forms(self, s, *numbers):
        found = super()._cost_forms(s, *numbers)
        self.steps.append(("costs", s, numbers, found))
        return found

    def _plain(self, s, lo, hi):
        found = super()._plain(s, lo, hi)
        self.steps.append(("plain", s, (lo, hi), found))
        return found

    def _rise(self, s, e, below):
        s["place"] = np.arange(e.size)  # in the arrays of this step, where some are taken from them later
        found = super()._rise(s, e, below)
        self.steps.append(("rise", s, e, found))
        return found

    def _may_exceed(self, s, full):
        return np.ones(full.shape, bool) if self.try_all_chords else super()._may_exceed(s, full)

    def _log_cost_rise(self, s, e, *numbers):
        found = super()._log_cost_rise(s, e, *numbers)
        self.steps.append(("cost rise", s, e, found))
        return found

    def _weighed(self, forms, limits, s):
        if limits:
            self.steps.append(("limit", s, None, limits[0]))
        return super()._weighed(forms, limits, s)


def rough_cost(scale):
    """A cost whose slope no polynomial follows, as it climbs in tiny steps: bounds know its slope at the ends of a box alone."""
    stairs = 2.0**24  # one rises by less than what counts as a kink

    def cost(e):
        u = np.asarray(e, dtype=float) * stairs
        k = np.floor(u)
        return scale * (k**2 / 2 + (k + 0.5) * (u - k)) / stairs**2

    return al.ConvexCost(cost, lambda e: scale * (np.floor(np.asarray(e) * stairs) + 0.5) / stairs)


def random_boxes(rng, problem, evidence, n, size):
    """Boxes of all sizes where contracts live: thresholds within a few standard deviations of the count, no kink inside."""
    free = problem.cost.free_effort
    edges = np.array([free + 1e-13, *(k for k in problem.cost.kinks if free < k < 1), 1.0])
    piece = rng.integers(edges.size - 1, size=size)
    left, right = edges[piece], edges[piece + 1]
    at = left + (right - left) * rng.random(size) ** rng.choice([1, 3], size)
    width = np.where(
        rng.random(size) < 0.4, 1e-6, 10 ** rng.uniform(-4, 0, size)
    )  # some are blocks of thresholds alone
    low = np.maximum(at - width * rng.random(size), left)
    high = np.minimum(at + width * rng.random(size), right)
    high = np.where(rng.random(size) < 0.15, right, high)
    full = rng.random(size) < 0.1
    low, high = np.where(full, 1.0, low), np.where(full, 1.0, np.maximum(high, low + 1e-6 * (right - low)))
    q = evidence.success((low + high) / 2)
    spread = np.sqrt(n * q * (1 - q)) + 0.5
    t = np.round(n * q + spread * rng.uniform(-3, 2, size))
    block = np.floor(spread * 10 ** rng.uniform(-1.5, 0.3, size)) + (rng.random(size) < 0.5)
    first = np.clip(t - np.floor(block * rng.random(size)), 1, n)
    last = np.clip(np.maximum(first, t + block), first, n)
    return Boxes(first, last, low, high, full)


@dataclass
class Truth:
    """One box at thresholds t (a column; neighbours where `next` says so) and efforts η (a row)."""

    problem: object
    evidence: object
    n: int
    box: tuple
    rng: object
    rough: bool

    def __post_init__(self):
        first, last, low, high = self.box
        if last - first <= 40:
            t = np.arange(first, last + 1)
        else:
            some = self.rng.integers(first, last, 12)
            middle = np.floor((first + last) / 2)
            ends = [first, first + 1, last - 1, last, middle, middle + 1]
            t = np.unique(np.concatenate([ends, some, some + 1]))
        inner = np.append(low + (high - low) * np.append(1e-7, np.linspace(0, 1, 13)[1:]), (low + high) / 2)
        if high > 4 * low:
            inner = np.append(inner, np.geomspace(low * (1 + 1e-7), high, 12))
        self.effort = np.unique(inner)[
            None, :
        ]  # the lower end may be a kink: what is said holds to the right of it
        self.t, self.next = t[:, None], np.diff(t) == 1
        self.hit, self.miss = self.evidence.success(self.effort), self.evidence.failure(self.effort)
        self.success, self.fail = self.odds(self.hit, self.miss)
        self.log_density = self.density(self.hit, self.miss)
        self.steepness = np.exp(self.log_density) * self.evidence.slope(self.effort)
        left = self.effort - 1e-12 * np.isin(
            self.effort, self.problem.cost.kinks
        )  # at a kink the slope before it
        self.cost, self.slope = self.problem.cost.cost(self.effort), self.problem.cost.slope(left)
        used = self.problem.cost.slope(low) if self.rough else self.slope
        with np.errstate(all="ignore"):
            self.log_used = np.log(used) - np.log(self.evidence.slope(self.effort)) - self.log_density
            self.log_bonus = np.log(self.slope) - np.log(self.evidence.slope(self.effort)) - self.log_density
        size = self.n + special.gammaln(self.n + 1) + np.abs(self.log_bonus) + np.abs(self.log_density)
        self.log_error = 4e-16 * (4 + size)  # logs of factorials are sums of large terms
        x = (low + high) / 2
        self.centre = (
            np.flatnonzero(t == np.floor((first + last) / 2))[:1, None],
            np.flatnonzero(self.effort[0] == (low if x in (low, high) else x)),
        )

    def odds(self, hit, miss):
        t = self.t + 0 * hit
        return special.betainc(t, self.n - t + 1, hit + 0 * t), special.betainc(
            self.n - t + 1, t, miss + 0 * t
        )

    def density(self, hit, miss):
        n, t = self.n, self.t
        return special.xlogy(t - 1, hit) + special.xlogy(n - t, miss) - special.betaln(t, n - t + 1)

    def rise(self, e):
        """P(η) − P(e)."""
        at, fails = self.odds(self.evidence.success(e), self.evidence.failure(e))
        return np.where(self.fail < 0.5, fails - self.fail, self.success - at)

    def extra_cost(self, bonus, binds, error=0.0):
        """C of a bonus with the low wage at the floor, or where the agent just takes part; and what rounding makes of it.

        `error`: of the log of the bonus.
        """
        utility, mean = self.problem.utility, self.problem.outside + self.cost
        with np.errstate(all="ignore"):
            low = self.problem.floor_utility + 0 * bonus if binds else mean - bonus * self.success
            high = low + bonus
            good = np.isfinite(bonus) & (low >= utility.lowest) & (high < utility.highest)
            wages = [utility.wage(np.where(good, v, mean)) for v in (low, high, mean + 0 * bonus)]
            parts = self.fail * wages[0], self.success * wages[1], wages[2]
            size = 1e-15 * (10 + self.n**0.5) * sum(np.abs(p) for p in parts)
            pull = self.success * bonus * utility.marginal_wage(np.where(good, high, mean))
            return np.where(good, parts[0] + parts[1] - parts[2], np.nan), size + 2 * (error + 1e-15) * pull

    def cheapest(self, bonus, error=0.0):
        """C with the lowest wage that the floor and the agent accept; infinite if such wages cannot be had."""
        value, rounding = self.extra_cost(bonus, False, error)
        if np.isfinite(self.problem.floor_utility):
            with np.errstate(all="ignore"):
                binds = self.problem.floor_utility > self.problem.outside + self.cost - bonus * self.success
            floor = self.extra_cost(bonus, True, error)
            value, rounding = np.where(binds, floor[0], value), np.where(binds, floor[1], rounding)
        return np.where(np.isnan(value), np.inf, value), rounding

    def gap(self, bonus, best):
        """The gap of the cheapest contract with this bonus; infinite if its wages cannot be had."""
        extra, error = self.cheapest(bonus)
        value = self.problem.loss(self.effort + 0 * self.t, best) + extra
        return value, error + 1e-12 * np.abs(np.where(np.isinf(value), 0, value))

    def ratio(self, e):
        """± for a lower or a higher effort e, log|P(η) − P(e)| − log|c(η) − c(e)|, and its rounding error."""
        sign = 1.0 if e < self.box[2] else -1.0
        rise, away = self.rise(e), self.cost - self.problem.cost.cost(e)
        with np.errstate(all="ignore"):
            error = self.log_error + 1e-14 * np.minimum(self.success, self.fail) / np.abs(rise)
            error = error + 1e-15 * np.abs(self.cost / away)
            return sign, np.log(np.abs(rise)) - np.log(np.abs(away)), error

    def by_effort(self, values, error, interval):
        """Chords between neighbouring efforts, where they ought to be, and what rounding makes of them."""
        with np.errstate(all="ignore"):
            step = np.diff(self.effort, axis=1)
            error = np.broadcast_to(error, values.shape) + 2e-16 * np.abs(values)
            return np.diff(values, axis=1) / step, interval, (error[:, 1:] + error[:, :-1]) / step

    def by_threshold(self, values, error, interval):
        """Changes from each threshold to the next, where they ought to be, and their rounding."""
        with np.errstate(all="ignore"):
            error = np.broadcast_to(error, values.shape) + 2e-16 * np.abs(values)
            return np.diff(values, axis=0)[self.next], interval, (error[1:] + error[:-1])[self.next]


def outside(values, interval, error=0.0):
    """Values that are not in the interval, beyond rounding; an end that is NaN says nothing."""
    low, high = interval
    error = np.broadcast_to(error, np.shape(values))
    with np.errstate(invalid="ignore"):
        slack = error + 1e-10 * np.abs(values)
        wrong = np.isfinite(values) & ((values < low - slack) | (values > high + slack))
    return values[wrong]


def sampled_boxes(seed, size=12):
    """A random problem, its recorded bounds, boxes, and the truth in each of them."""
    rng = np.random.default_rng(seed)
    problem, monitor, n = adversary.corner_problem(rng)
    kind = rng.integers(6)
    if kind == 0:
        problem = replace(problem, cost=rough_cost(float(problem.cost.cost(1.0))))
    if kind == 1:
        n = int(10 ** rng.uniform(3.5, 6))
    evidence = PassLaw.from_monitor(monitor)
    free = problem.cost.free_effort
    others = (0.0, free) if kind < 3 else (0.0, free, *rng.uniform(free, 1, 2))
    bounds = Recorded(problem, evidence, n, al.first_best(problem), others)
    boxes = random_boxes(rng, problem, evidence, n, size)
    rough = bounds._marginal_cost(boxes.low, boxes.high, boxes.low)[4] | np.zeros(size, bool)
    # full effort that passes every check asks for all n of them
    sure = boxes.full & (evidence.failure(1.0) == 0) & (boxes.last == n)
    corners = zip(np.where(sure, n, boxes.first), boxes.last, boxes.low, boxes.high, strict=True)
    return (
        bounds,
        boxes,
        [Truth(problem, evidence, n, box, rng, one) for box, one in zip(corners, rough, strict=True)],
    )


def one(pair, i):
    return pair[0][i], pair[1][i]
