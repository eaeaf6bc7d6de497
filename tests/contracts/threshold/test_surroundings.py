"""What is said of boxes of thresholds and efforts holds for all that is sampled in them, and monotone parts are not wider."""

from collections import Counter

import numpy as np
import pytest
from scipy import special, stats

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.boxes import mean_value
from annolib.contracts.threshold.surroundings import Surroundings
from annolib.numerics.intervals import product
from tests.contracts.kinked_costs import dipped
from tests.contracts.threshold import sampled
from tests.contracts.threshold.sampled import one, sampled_boxes


class Tally:
    """Holds samples against intervals and counts them by name: a check of nothing would always hold."""

    def __init__(self):
        self.label, self.count, self.wrong = (), Counter(), []

    def hold(self, name, values, interval, error=0.0):
        known = np.isfinite(values) & (np.isfinite(interval[0]) | np.isfinite(interval[1]))
        self.count[name] += int(known.sum())
        bad = sampled.outside(values, interval, error)
        if bad.size:
            self.wrong.append((name, *self.label, bad[:3].tolist(), *(float(end) for end in interval)))


def basic_intervals(tally, bounds, truth, i):
    """Tails, densities, costs, and the bonus that makes an effort stationary."""
    s, error, more = bounds.around, truth.log_error, bounds.around["more"][i]
    tally.hold("tails", truth.success, one(s["successes"], i))
    tally.hold("tails", truth.fail, one(s["fails"], i))
    tally.hold("steepness", truth.steepness, one(s["steepness"], i), error * truth.steepness)
    tally.hold("cost slope", truth.slope, one(s["cost_slope"], i))
    with np.errstate(all="ignore"):
        low, high = np.log(one(s["bonus_range"], i))
    tally.hold("bonus", truth.log_used, (low, high), error)
    tally.hold("bonus", truth.log_bonus, (low, high + more), error)
    tally.hold("bonus by effort", *truth.by_effort(truth.log_used, error, one(s["bonus_growth"], i)))
    tally.hold("bonus by threshold", *truth.by_threshold(truth.log_used, error, one(s["bonus_step"], i)))
    if truth.next.any():
        count = stats.binom.pmf(truth.t[:-1][truth.next], truth.n, truth.hit)
        tally.hold("one count", count, one(s["probability"], i), 1e-15 * truth.n * count)
    loss = bounds.problem.loss(truth.effort, bounds.best)
    tally.hold("loss", loss, (s["least_loss"][i], np.inf), 1e-14)


def costs_of_a_bonus(tally, bounds, truth, log_bonus, error, costs, j, name):
    """Both forms of the gap, their derivatives and steps, and what the gradient leaves."""
    _, s, (at, bonus_range, growth, step, *_), forms = costs
    with np.errstate(all="ignore"):
        bonus = np.exp(log_bonus)
        tally.hold(name, log_bonus, np.log(one(bonus_range, j)), error)
        middle = bonus[truth.centre]
        tally.hold(name, middle, (at[j], at[j]), error[truth.centre] * middle + 1e-300)
    tally.hold(name + " by effort", *truth.by_effort(log_bonus, error, one(growth, j)))
    tally.hold(name + " by threshold", *truth.by_threshold(log_bonus, error, one(step, j)))
    loss = bounds.problem.loss(truth.effort + 0 * bonus, bounds.best)
    for binds, form in zip((True, False)[2 - len(forms) :], forms, strict=True):
        if np.isnan(form.value[j]):
            continue  # wages that the utility does not know: the form is not used
        kind = f"{name}, {'at the floor' if binds else 'just taking part'}"
        value, rounding = truth.extra_cost(bonus, binds, error)
        slope = tuple(end[j] - s["loss_slope"][j] for end in form.slope)
        tally.hold(kind + ", by effort", *truth.by_effort(value, rounding, slope))
        tally.hold(kind + ", by threshold", *truth.by_threshold(value, rounding, one(form.step, j)))
        left = mean_value(form, s)[j]
        tally.hold(kind + ", whole", loss + value, (left, np.inf), rounding)


def plain_bound_of_a_bonus(tally, truth, log_bonus, error, plain, name):
    """No bonus for which the agent would not rather do nothing costs less than the bound by monotone parts."""
    with np.errstate(all="ignore"):
        bonus = np.exp(log_bonus)
        value, rounding = truth.cheapest(bonus, error)
        pays = np.where(bonus * truth.success >= truth.cost, value, np.inf)
        tally.hold(name + ", plain", pays, (plain, np.inf), rounding)


def another_effort(tally, bounds, truth, e, found, cost_found, limit, j):
    """How far success and cost at another effort are off, and the limit K that it sets."""
    (_, s, _, (rise, rises, rise_step)), (_, _, _, (_, cost_ratio)) = found, cost_found
    real, away = truth.rise(e), truth.cost - bounds.problem.cost.cost(e)
    tally.hold("rise", real, one(rises, j), 1e-14)
    tally.hold("rise", real[truth.centre], (rise[j], rise[j]), 1e-13)
    tally.hold("rise by threshold", *truth.by_threshold(real, 1e-13, one(rise_step, j)))
    if s["low"][j] <= e <= s["high"][j]:
        return
    with np.errstate(all="ignore"):
        off = 1e-15 * (1 + np.abs(truth.cost / away))
        tally.hold("cost ratio", *truth.by_effort(np.log(np.abs(away)), off, one(cost_ratio, j)))
        sign, log_ratio, error = truth.ratio(e)
        known, holds = limit[3]
        if not holds[j]:
            return
        used = sign * (truth.log_used + log_ratio)
        tally.hold("limit by effort", *truth.by_effort(used, error, one(known.slope, j)))
        tally.hold("limit by threshold", *truth.by_threshold(used, error, one(known.step, j)))
        most = known.value + product(known.slope, s["dx"])[1] + product(known.step, s["dt"])[1]
        tally.hold("limit", sign * (truth.log_bonus + log_ratio), (-1e300, most[j]), error)


QUANTITIES = (
    "tails", "steepness", "cost slope", "bonus", "bonus by effort", "bonus by threshold", "one count", "rise",
    "rise by threshold", "cost ratio", "limit by effort", "limit by threshold", "limit",
    *(
        f"{bonus}, {form}, {what}"
        for bonus in ("stationary", "chord")
        for form in ("at the floor", "just taking part")
        for what in ("by effort", "by threshold", "whole")
    ),
    "stationary, plain", "chord, plain",
)  # fmt: skip


def hold_everything(tally, bounds, boxes, truths):
    """Every interval that the last call of `lower` computed, against what was sampled."""
    with np.errstate(all="ignore"):
        for i, truth in enumerate(truths):
            basic_intervals(tally, bounds, truth, i)
        steps = iter(enumerate(bounds.steps))
        e = rises = None
        for k, step in steps:
            kind, s, *_ = step
            if kind == "rise":
                e, rises = step[2], step[3][1]
            for j, i in enumerate(s["index"]):
                truth = truths[i]
                if kind == "rise":
                    another_effort(tally, bounds, truth, float(e[j]), *bounds.steps[k : k + 3], j)
                if kind not in ("costs", "plain"):
                    continue
                bonus, error, name = truth.log_used, truth.log_error, "stationary"
                if e is not None:
                    at = s["place"][j]
                    assert e[at] < s["low"][j] and rises[0][at] > 0
                    _, log_ratio, error = truth.ratio(float(e[at]))
                    bonus, name = -log_ratio, "chord"
                if kind == "costs":
                    costs_of_a_bonus(tally, bounds, truth, bonus, error, step, j, name)
                else:
                    plain_bound_of_a_bonus(tally, truth, bonus, error, step[3][j], name)


@pytest.mark.parametrize("seed", range(6))
def test_intervals_hold_all_that_is_sampled_in_a_box(seed):
    """Tails, densities, bonuses, both forms of the gap, other efforts: values, derivatives, steps from threshold to threshold."""
    tally = Tally()
    for k in range(10):
        tally.label = (4000 + 10 * seed + k,)
        bounds, boxes, truths = sampled_boxes(*tally.label)
        bounds.try_all_chords = True
        bounds.lower(boxes, np.inf, thorough=k % 3 == 0)
        hold_everything(tally, bounds, boxes, truths)
    assert not tally.wrong, tally.wrong[:5]
    assert min(tally.count[name] for name in QUANTITIES) > 100, tally.count


@pytest.mark.parametrize("seed", range(2))
def test_monotone_parts_are_hulls(seed):
    """Where ends are attained at corners no interval is wider than the samples: one that says too little would hold, too."""
    compared = 0
    for k in range(10):
        bounds, boxes, truths = sampled_boxes(6000 + 10 * seed + k)
        waste, lowest = bounds.problem.utility.waste, bounds.problem.utility.lowest
        ev, n = bounds.evidence, bounds.n
        hits, misses = (
            (ev.success(boxes.low), ev.success(boxes.high)),
            (ev.failure(boxes.high), ev.failure(boxes.low)),
        )
        with np.errstate(all="ignore"):
            s = bounds._surroundings(boxes)
            score, step = bounds._density_changes(n, boxes.first, boxes.last, hits, misses, s["one"])
            means = tuple(bounds.problem.outside + cost for cost in s["costs"])
            fall = boxes.high * np.minimum(means[0] - lowest, 1.0)
            least_waste = bounds._waste_of_falling(means, fall)
        for i in range(len(truths)):
            t = np.arange(boxes.first[i], boxes.last[i] + 1)[:, None]
            effort = np.linspace(boxes.low[i], boxes.high[i], 9)
            q, r = ev.success(effort), ev.failure(effort)
            if r.min() == 0 or t.size > 2000:
                continue
            hull(one(score, i), (t - 1) / q - (n - t) / r)
            hull(one(s["successes"], i), special.betainc(t, n - t + 1, q))
            hull(one(s["fails"], i), special.betainc(n - t + 1, t, r))
            if t.size > 1:
                hull(one(step, i), np.log((n - t[:-1]) * q / (t[:-1] * r)))
                compared += 1
            with np.errstate(all="ignore"):
                wasted = waste(bounds.problem.outside + bounds.problem.cost.cost(effort), -fall[i])
            if np.all(np.isfinite(wasted)):
                assert least_waste[i] == pytest.approx(wasted.min(), rel=1e-7, abs=1e-15)
    assert compared > 30


def hull(interval, values):
    assert interval == pytest.approx((values.min(), values.max()), rel=1e-9, abs=1e-9)


_STAIRS = 2.0**22
FUNCTIONS = {
    "exponential": al.ConvexCost(lambda e: np.expm1(3 * e) / 30, lambda e: np.exp(3 * e) / 10),
    "a dip": dipped(0.5342, 0.001).cost,
    "a quick turn": al.ConvexCost(
        lambda e: e**2 / 2 + (np.logaddexp(0, 80 * (e - 0.6)) - np.logaddexp(0, -48)) / 80,
        lambda e: e + 1 / (1 + np.exp(-80 * (e - 0.6))),
    ),
    "a kink": al.ConvexCost(lambda e: e**2 + np.maximum(e - 0.55, 0), lambda e: 2 * e + (e > 0.55)),
    "stairs": al.ConvexCost(
        lambda e: e**2 / 2, lambda e: (np.floor(np.asarray(e) * _STAIRS) + 0.5) / _STAIRS
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_said_of_marginal_costs_holds_in_all_of_a_box(name):
    """log c′ at every effort of a box follows from that at the centre, c″/c′ and what may be more; boxes end at kinks."""
    cost, rng = FUNCTIONS[name], np.random.default_rng(11)
    problem = al.Problem(al.CARA(1.0), cost, lambda e: e * (2 - e), outside=0.0, floor=0.0)
    bounds = Surroundings(problem, PassLaw.from_monitor(al.Expert(0.2)), 9, al.first_best(problem))
    a = np.concatenate([[0.5, 0.53, 0.5341, 0.4], rng.uniform(0.3, 0.9, 60)])
    b = np.concatenate([[0.55, 0.54, 0.5344, 0.55], a[4:] + 10 ** rng.uniform(-6, -1.3, 60)])
    for kink in cost.kinks:
        inside = (a < kink) & (kink < b)
        b = np.where(inside, kink, b)
    x = (a + b) / 2
    level, growth, more, slopes, _ = bounds._marginal_cost(a, b, x)
    y = np.linspace(a, b, 401, axis=1)
    true, step = np.log(cost.slope(y)), y - x[:, None]
    ends = growth[0][:, None] * step, growth[1][:, None] * step
    rounding = 1e-11
    assert (level[:, None] + np.minimum(*ends) <= true + rounding).all()
    assert (true <= level[:, None] + np.maximum(*ends) + more[:, None] + rounding).all()
    assert (slopes[0][:, None] <= cost.slope(y)).all() and (cost.slope(y) <= slopes[1][:, None]).all()
