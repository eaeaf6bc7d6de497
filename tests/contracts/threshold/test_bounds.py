"""Proved bounds of threshold pay: no contract lies below them, they close, and a random search never wins."""

import importlib.util
from collections import Counter
from dataclasses import replace
from pathlib import Path

import mpmath
import numpy as np
import pytest
from scipy import special, stats
from scipy.optimize import brentq

import annolib as al
from annolib.contracts import Binary
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.bounds import Boxes, GapBounds, _mean_value, prove, start
from annolib.numerics.intervals import product


def _beside(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


adversary = _beside(Path(__file__).parents[1] / "adversary.py")
sampled = _beside(Path(__file__).parent / "sampled.py")


def a_contract(rng, problem, monitor, n):
    """A random threshold bonus that makes the agent work, its effort and gap; None if it does not."""
    best = al.first_best(problem)
    q = float(monitor.pass_probability(rng.uniform(0.2, 1)))
    q = q if monitor.gain >= 0 else 1 - q
    t = int(np.clip(np.round(n * q - np.sqrt(n * q * (1 - q)) * rng.uniform(-1, 3)), 1, n))
    bonus = float(problem.cost.cost(1.0)) * 10 ** rng.uniform(-1, 1)
    low = max(problem.floor_utility, problem.outside - bonus * rng.uniform(0, 1))
    if low + bonus >= problem.utility.highest:
        return None
    wages = problem.utility.wage(np.array([low, low + bonus]))
    counts = "passes" if monitor.gain >= 0 else "failures"
    answer = al.best_answer(problem, monitor, Binary(t, float(wages[0]), float(wages[1]), n, counts))
    if not answer.accepts or answer.effort <= problem.cost.free_effort + 1e-6:
        return None
    effort, lost = sharp_effort(problem, monitor, n, t, bonus)
    assert lost(answer.effort) < 1e-9 * (
        1 + bonus
    )  # the efforts may differ where the payoff is flat, the payoff may not
    if effort <= problem.cost.free_effort + 1e-6:
        return None
    success, fail = odds(monitor, n, t, effort)
    mean = problem.outside + float(problem.cost.cost(effort))
    # the same bonus, with the lowest wage that is accepted at the effort with all its digits
    low = max(problem.floor_utility, mean - bonus * success)
    wages = problem.utility.wage(np.array([low, low + bonus, mean]))
    gap = float(problem.loss(effort, best)) + fail * wages[0] + success * wages[1] - wages[2]
    return t, effort, float(gap)


def odds(monitor, n, t, effort):
    evidence = PassLaw.from_monitor(monitor)
    hit, miss = evidence.success(effort), evidence.failure(effort)
    return float(special.betainc(t, n - t + 1, hit)), float(special.betainc(n - t + 1, t, miss))


def sharp_effort(problem, monitor, n, t, bonus):
    """The best answer with all its digits, however flat the payoff, and what an effort loses against it.

    Where marginal success and marginal cost cross is told by their logs; of several such efforts mpmath tells the best.
    """
    evidence, cost = PassLaw.from_monitor(monitor), problem.cost

    def pull(e):
        """log ΔP′ − log c′: the agent works harder where it is positive."""
        hit, miss = evidence.success(e), evidence.failure(e)
        density = special.xlogy(t - 1, hit) + special.xlogy(n - t, miss) - special.betaln(t, n - t + 1)
        with np.errstate(divide="ignore"):
            return np.log(bonus) + density + np.log(evidence.slope(e)) - np.log(cost.slope(e))

    start = max(cost.free_effort, 1e-9)
    grid = np.unique(
        np.concatenate([start + 1e-12 + np.geomspace(1e-9, 1 - start, 200), np.linspace(start, 1, 400)])
    )
    grid = grid[(grid > start) & (grid <= 1)]
    signs = pull(grid)
    tops = [
        brentq(pull, a, b, xtol=1e-16, rtol=1e-15)
        for a, b, s, e in zip(grid[:-1], grid[1:], signs[:-1], signs[1:], strict=True)
        if s > 0 >= e
    ]
    tops += [cost.free_effort] * bool(signs[0] <= 0) + [1.0] * bool(signs[-1] > 0)

    def payoff(e):
        with mpmath.workdps(30):
            success = mpmath.betainc(
                t, n - t + 1, 0, mpmath.mpf(float(evidence.success(e))), regularized=True
            )
            return bonus * success - mpmath.mpf(float(cost.cost(e)))

    best = max(tops, key=payoff) if len(tops) > 1 else tops[0]
    best = next((k for k in cost.kinks if abs(best - k) < 1e-12), best)
    return best, lambda e: float(payoff(best) - payoff(e))


@pytest.mark.parametrize("seed", range(20))
def test_no_contract_lies_below_the_bound_of_a_box_it_is_in(seed):
    """Boxes of every size around contracts drawn at random, efforts by `best_answer`: the proof that bounds are bounds."""
    rng = np.random.default_rng(seed)
    problem, monitor, n = adversary.corner_problem(rng)
    best = al.first_best(problem)
    bounds = GapBounds(problem, PassLaw.from_monitor(monitor), n, best, (0.0, problem.cost.free_effort))
    for _ in range(6):
        found = a_contract(rng, problem, monitor, n)
        if found is None:
            continue
        t, effort, gap = found
        size = 10 ** rng.uniform(-6, 0, 12)
        counts = np.floor(np.sqrt(n) * 10 ** rng.uniform(-1.5, 0.5, 12))  # up to some standard deviations
        first, last = np.clip(t - counts, 1, n), np.clip(t + np.floor(counts * rng.random(12)), 1, n)
        low = np.clip(effort - 1e-12 - size * rng.random(12), problem.cost.free_effort + 1e-13, 1)
        high = np.clip(effort + 1e-12 + size * rng.random(12), 0, 1)
        if effort in problem.cost.kinks:  # held by the box that ends there
            high = np.full(12, effort)
        if effort == 1:
            low, high = np.ones(12), np.ones(12)
        kinks = np.array([k for k in problem.cost.kinks])
        inside = (
            ((kinks > low[:, None]) & (kinks < high[:, None])).any(axis=1)
            if kinks.size
            else np.zeros(12, bool)
        )
        boxes = Boxes(first, last, low, high, np.full(12, effort == 1.0)).take(~inside)
        for thorough in (False, True):
            assert np.all(bounds.lower(boxes, np.inf, thorough) <= gap + 1e-9 * (1 + abs(gap)))


@pytest.mark.parametrize("n", [30, 300, 100_000])
def test_the_bound_closes_on_the_optimum(reference, n):
    """A small box around the best contract has a bound near its gap: bounds that say nothing would pass the test above."""
    problem, monitor = reference
    pay = al.second_best(problem, monitor, n, "binary")
    bounds = GapBounds(
        problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), (0.0, pay.certificate.deviation)
    )
    t = float(pay.contract.threshold)
    for width, share in ((1e-4, 0.9), (1e-6, 0.9999)):
        box = Boxes(*(np.array([x]) for x in (t, t, pay.effort - width, pay.effort + width, False)))
        bound = bounds.lower(box, np.inf, thorough=True)[0]
        assert share * pay.gap < bound <= pay.gap * (1 + 1e-9)


def test_other_thresholds_are_ruled_out_in_blocks(reference):
    problem, monitor = reference
    pay = al.second_best(problem, monitor, 10**6, "binary")
    bounds = GapBounds(problem, PassLaw.from_monitor(monitor), 10**6, al.first_best(problem))
    place = float(pay.contract.threshold), pay.effort
    proof = prove(bounds, start(bounds, pay.gap), pay.gap * (1 - 1e-9), 20_000, *place)
    assert proof.tried < 20_000 and proof.bound >= pay.gap * (1 - 1e-9) and not proof.boxes.size


@pytest.mark.parametrize("n", [2, 10, 100, 10_000])
def test_reference_problem_is_proved(reference, n):
    problem, monitor = reference
    pay = al.second_best(problem, monitor, n, "binary")
    assert pay.converged and pay.suboptimality <= proof_tolerance(problem, al.first_best(problem), pay.gap)


def capped(cap):
    return {"value": lambda e: np.minimum(e, cap), "value_slope": lambda e: 1.0 * (e < cap)}


def quadratic(gain):
    return {"value": lambda e: gain * e * (2 - e)}


CASES = {  # problem, monitor, n, least profit or greatest gap known from outside
    "cost power 8": (
        dict(utility=al.CRRA(0.3), cost=al.PowerCost(0.2, 8), value=lambda e: 0.6 * e, floor=0.0),
        al.Golden(0.45), 12, 0.487926601, None,
    ),
    "value capped": (
        dict(utility=al.CRRA(0.3), cost=al.PowerCost(0.067, 2), outside=1 / 0.7, floor=0.5, **capped(0.5)),
        al.SelfConsistency(0.25), 1000, None, 2.61025789e-6,
    ),
    "steep cost": (
        dict(utility=al.CARA(1.0), cost=al.PowerCost(0.3, 200), floor=0.0, **quadratic(0.6)),
        al.SelfConsistency(0.15), 300, 0.598784545, None,
    ),
    "tiny effort": (
        dict(utility=al.CRRA(2), cost=al.PowerCost(0.858, 3), outside=-1.0, floor=1.0, **quadratic(1.25)),
        al.SelfConsistency(0.073), 2, -0.9989979721, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_contracts_that_a_search_once_missed(name):
    made, monitor, n, profit, gap = CASES[name]
    pay = al.second_best(al.Problem(**made), monitor, n, "binary")
    assert pay.converged
    assert profit is None or pay.profit >= profit
    assert gap is None or pay.gap <= gap


@pytest.mark.parametrize("seed", range(16))
def test_problems_with_every_corner_are_proved(seed):
    rng = np.random.default_rng(1000 + seed)
    problem, monitor, n = adversary.corner_problem(rng)
    pay, flat = (al.second_best(problem, monitor, n, family) for family in ("binary", "flat"))
    assert pay.converged, pay.message
    assert pay.suboptimality <= proof_tolerance(problem, al.first_best(problem), pay.gap)
    assert pay.gap <= flat.gap and pay.certificate.gain_bound < 1e-9
    assert adversary.earns(problem, monitor, pay.contract) == pytest.approx(pay.profit, abs=2e-6)


@pytest.mark.parametrize("seed", range(8))
def test_a_random_search_never_wins(seed):
    rng = np.random.default_rng(2000 + seed)
    problem, monitor, n = adversary.corner_problem(rng, largest=1.8)
    pay = al.second_best(problem, monitor, n, "binary")
    earned, contract = adversary.search(problem, monitor, n, "binary", rng)
    assert earned <= pay.profit + max(pay.suboptimality, 1e-9), contract


@pytest.mark.parametrize("seed", range(6))
def test_more_freedom_never_hurts(seed):
    """A lower floor, more checks: what could be done before still can."""
    rng = np.random.default_rng(3000 + seed)
    problem, monitor, n = adversary.corner_problem(rng, largest=2)
    pay = al.second_best(problem, monitor, n, "binary")
    start_wage = float(problem.utility.wage(problem.outside))
    lower = max(problem.floor - 0.1 * start_wage, problem.utility.lowest_wage + 1e-3)
    if lower < problem.floor:
        freer = al.second_best(problem.with_floor(lower), monitor, n, "binary")
        assert freer.gap <= pay.gap + freer.suboptimality


def test_without_a_floor_few_checks_have_an_answer_and_it_says_so(reference):
    problem = reference[0].with_floor(None)
    pay = al.second_best(problem, al.Expert(0.25), 1, "binary")
    line = al.second_best(problem, al.Expert(0.25), 1, "linear")
    assert pay.converged and pay.gap == pytest.approx(
        line.gap, rel=1e-8
    )  # with one check every contract is a line
    assert "without a floor" in pay.message and "probability" in pay.message


@pytest.mark.parametrize("n", [100, 1000])
def test_the_refusal_without_a_floor_says_what_is_true(reference, n):
    problem, monitor = reference
    with pytest.raises(al.NoBestContract, match="Mirrlees.*Give a floor") as refused:
        al.second_best(problem, monitor, n, "binary", floor=None)
    assert ("lower thresholds earn more" in str(refused.value)) <= (
        " t = 1 " not in str(refused.value).split("earn more")[0]
    )


# ---------------------------------------------------------------------- intervals against samples


def sampled_boxes(seed, size=12):
    """A random problem, its recorded bounds, boxes, and the truth in each of them."""
    rng = np.random.default_rng(seed)
    problem, monitor, n = adversary.corner_problem(rng)
    kind = rng.integers(6)
    if kind == 0:
        problem = replace(problem, cost=sampled.rough_cost(float(problem.cost.cost(1.0))))
    if kind == 1:
        n = int(10 ** rng.uniform(3.5, 6))
    evidence = PassLaw.from_monitor(monitor)
    free = problem.cost.free_effort
    others = (0.0, free) if kind < 3 else (0.0, free, *rng.uniform(free, 1, 2))
    bounds = sampled.Recorded(problem, evidence, n, al.first_best(problem), others)
    rough = not bounds.power_cost and bounds.bends is None
    boxes = sampled.random_boxes(rng, problem, evidence, n, size)
    # full effort that passes every check asks for all n of them
    sure = boxes.full & (evidence.failure(1.0) == 0) & (boxes.last == n)
    corners = zip(np.where(sure, n, boxes.first), boxes.last, boxes.low, boxes.high, strict=True)
    return bounds, boxes, [sampled.Truth(problem, evidence, n, box, rng, rough) for box in corners]


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


def one(pair, i):
    return pair[0][i], pair[1][i]


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
    """Both forms of the gap, their derivatives and steps, what the gradient leaves, and the plain bound."""
    _, s, (at, bonus_range, growth, step, *_), (forms, plain) = costs
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
        left = _mean_value(form, s)[j]
        tally.hold(kind + ", whole", loss + value, (left, np.inf), rounding)
    value, rounding = truth.cheapest(bonus, error)
    pays = np.where(
        bonus * truth.success >= truth.cost, value, np.inf
    )  # or the agent would rather do nothing
    tally.hold(name + ", plain", pays, (plain[j], np.inf), rounding)


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
                elif kind == "costs" and e is None:
                    costs_of_a_bonus(
                        tally, bounds, truth, truth.log_used, truth.log_error, step, j, "stationary"
                    )
                elif kind == "costs" and e[j] < s["low"][j] and rises[0][j] > 0:
                    _, log_ratio, error = truth.ratio(float(e[j]))
                    costs_of_a_bonus(tally, bounds, truth, -log_ratio, error, step, j, "chord")


@pytest.mark.parametrize("seed", range(6))
def test_intervals_hold_all_that_is_sampled_in_a_box(seed):
    """Tails, densities, bonuses, both forms of the gap, other efforts: values, derivatives, steps from threshold to threshold."""
    tally = Tally()
    for k in range(10):
        tally.label = (4000 + 10 * seed + k,)
        bounds, boxes, truths = sampled_boxes(*tally.label)
        bounds.lower(boxes, np.inf, thorough=k % 3 == 0)
        hold_everything(tally, bounds, boxes, truths)
    assert not tally.wrong, tally.wrong[:5]
    assert min(tally.count[name] for name in QUANTITIES) > 100, tally.count


def least_gap(bounds, truth, i):
    """The lowest gap among the samples of a box that no other effort which the bounds looked at makes untrue."""
    others = [
        float(step[2][list(step[1]["index"]).index(i)])
        for step in bounds.steps
        if step[0] == "rise" and i in step[1]["index"]
    ]
    low, high, full = truth.box[2], truth.box[3], truth.box[2] == 1
    with np.errstate(all="ignore"):
        ratios = [truth.ratio(e) for e in others if e < low or e > high]
        if full:
            least = np.maximum.reduce([truth.log_bonus, *(-ratio for _, ratio, _ in ratios)])
            if truth.evidence.failure(1.0) == 0:
                least = np.where(truth.t == truth.n, least, np.inf)
            tried = [least, least + 0.1]
        else:
            tried = [truth.log_bonus]
            if high in bounds.problem.cost.kinks:  # any bonus between both slopes
                jump = np.log(
                    bounds.problem.cost.slope(high + 1e-9) / bounds.problem.cost.slope(high - 1e-12)
                )
                tried += [
                    np.where(truth.effort == high, truth.log_bonus + jump * x, np.inf) for x in (0.3, 0.6, 1)
                ]
        least = np.inf
        for log_bonus in tried:
            gap, error = truth.gap(np.exp(log_bonus), bounds.best)
            allowed = np.ones(gap.shape, bool)
            for sign, ratio, rounding in ratios:
                allowed &= full | (sign * (log_bonus + ratio) >= 1e-9 + rounding)
            least = min(least, np.where(allowed, gap + error, np.inf).min())
    return least


@pytest.mark.parametrize("seed", range(6))
def test_no_sample_of_a_box_has_a_gap_below_its_bound(seed):
    """Blocks of thresholds and whole ranges of efforts, with the efforts that must not pay: the most profitable sample."""
    close = 0
    for k in range(10):
        bounds, boxes, truths = sampled_boxes(5000 + 10 * seed + k)
        for thorough in (False, True):
            found = bounds.lower(boxes, np.inf, thorough)
            least = np.array([least_gap(bounds, truth, i) for i, truth in enumerate(truths)])
            assert np.all(found <= least), (seed, k, found - least)
            close += int(np.sum(np.isfinite(least) & (found > 0.5 * least)))
    assert close > 60


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
            score, step = bounds._density_changes(boxes.first, boxes.last, hits, misses, s["one"])
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


def test_full_effort_that_passes_every_check_costs_its_loss_alone():
    """Asking for all n never fails, so nobody bears risk; the floor is just what the agent accepts, so both forms meet."""
    problem = al.Problem(al.CRRA(0.3), al.PowerCost(0.26, 8), lambda e: e * (2 - e), outside=1.2, floor=None)
    problem = problem.with_floor(float(problem.utility.wage(1.2)))
    best = al.first_best(problem)
    bounds = GapBounds(problem, PassLaw.from_monitor(al.Golden(0.5)), 533, best)
    box = Boxes(*(np.array(x) for x in ([533.0, 500.0], [533.0] * 2, [1.0] * 2, [1.0] * 2, [True] * 2)))
    assert bounds.lower(box, np.inf, True) == pytest.approx([float(problem.loss(1.0, best))] * 2, rel=1e-9)
