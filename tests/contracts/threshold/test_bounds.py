"""Proved bounds of threshold pay: no contract lies below the bound of a box that it is in."""

import mpmath
import numpy as np
import pytest
from scipy import special
from scipy.optimize import brentq

import annolib as al
from annolib.contracts import Binary
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.bounds import GapBounds
from annolib.contracts.threshold.boxes import Boxes
from tests.contracts import adversary
from tests.contracts.threshold.sampled import in_leaning_box, leaning_boxes, sampled_boxes


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


def least_gap(bounds, truth, i):
    """The lowest gap among the samples of a box that no other effort which the bounds looked at makes untrue."""
    others = [float(e) for step in bounds.steps if step[0] == "rise" for e in step[2][step[1]["index"] == i]]
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


def test_full_effort_that_passes_every_check_costs_its_loss_alone():
    """Asking for all n never fails, so nobody bears risk; the floor is just what the agent accepts, so both forms meet."""
    problem = al.Problem(al.CRRA(0.3), al.PowerCost(0.26, 8), lambda e: e * (2 - e), outside=1.2, floor=None)
    problem = problem.with_floor(float(problem.utility.wage(1.2)))
    best = al.first_best(problem)
    bounds = GapBounds(problem, PassLaw.from_monitor(al.Golden(0.5)), 533, best)
    box = Boxes(*(np.array(x) for x in ([533.0, 500.0], [533.0] * 2, [1.0] * 2, [1.0] * 2, [True] * 2)))
    assert bounds.lower(box, np.inf, True) == pytest.approx([float(problem.loss(1.0, best))] * 2, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_no_sample_of_a_leaning_box_has_a_gap_below_its_bound(seed):
    """With many checks boxes lean: whole thresholds and efforts along the ridge, with the efforts that must not pay."""
    close = 0
    for k in range(10):
        bounds, boxes, rng = leaning_boxes(8000 + 10 * seed + k)
        for thorough in (False, True) if boxes.size else ():
            found = bounds.lower(boxes, np.inf, thorough)
            for i in range(boxes.size):
                samples = in_leaning_box(bounds, boxes.take([i]), rng)
                least = min((least_gap(bounds, truth, i) for truth in samples), default=np.inf)
                assert found[i] <= least, (seed, k, i, found[i] - least)
                close += bool(np.isfinite(least) and found[i] > 0.5 * least)
    assert close > 30
