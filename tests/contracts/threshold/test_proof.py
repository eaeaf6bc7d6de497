"""Branch and bound over threshold pay: it closes, on every corner, and a random search never wins."""

from dataclasses import replace

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold import proof as proofs
from annolib.contracts.threshold.bounds import GapBounds
from annolib.contracts.threshold.boxes import Boxes
from annolib.contracts.threshold.proof import prove, start
from tests.contracts import adversary


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


@pytest.mark.parametrize("seed", range(8))
def test_problems_from_every_corner_are_proved(seed):
    """Fresh problems, up to a million checks: every one is proved, and pays what its contract is said to."""
    for k in range(5):
        rng = np.random.default_rng(700_000 + 5 * seed + k)
        problem, monitor, n = adversary.corner_problem(rng, largest=6.0 if k == 0 else 3.0)
        try:
            pay = al.second_best(problem, monitor, n, "binary")
        except al.NoBestContract:  # no floor, and a fine that would be all but never paid
            assert problem.floor is None or not np.isfinite(problem.floor_utility)
            continue
        assert pay.converged, (seed, k, pay)
        if n < 3_000:
            assert adversary.earns(problem, monitor, pay.contract) == pytest.approx(pay.profit, abs=2e-6)


def held(boxes, t, effort):
    """Is this threshold and effort in one of the boxes?"""
    rise = boxes.lean * (effort - boxes.low)
    inside = (boxes.low <= effort) & (effort <= boxes.high) & ~boxes.full
    return bool((inside & (boxes.first + rise <= t) & (t <= boxes.last + rise)).any())


@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.15), al.Expert(0.2)])
def test_leaning_boxes_and_their_pieces_hold_all_that_the_boxes_before_did(monitor):
    """Whole thresholds and efforts, drawn from upright boxes on the ridge, through all cuts until boxes stand upright again."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)
    evidence, rng = PassLaw.from_monitor(monitor), np.random.default_rng(3)
    n, effort = 10**8, 0.5
    bounds = GapBounds(problem, evidence, n, al.first_best(problem))
    q = float(evidence.success(effort))
    spread = np.sqrt(n * q * (1 - q))
    threshold, rate = np.round(n * q - 3 * spread), n * float(evidence.slope(effort)) / spread
    low = effort + np.repeat([-2.0, -1.0, 0.0, 1.5], 2) / rate
    high = low + np.repeat([1.0, 1.0, 1.5, 0.01], 2) / rate
    first = np.floor(n * evidence.success(low) - spread * np.tile([3.0, 2.0], 4))
    last = first + np.floor(spread)
    boxes = Boxes(first, last, low, high, np.zeros(8, bool))
    points = []
    for i in rng.integers(8, size=300):
        points.append((rng.integers(first[i], last[i] + 1), rng.uniform(low[i], high[i])))
    corners = [(t[i], x[i]) for i in range(8) for t in (first, last) for x in (low, high)]
    cut = proofs._cut_again(bounds, boxes, np.array([threshold]), np.array([effort]))
    assert np.any(cut.lean > 0)
    for t, x in points + corners:
        assert held(cut, t, x)
    for t, x in points[:12]:
        around = cut
        for _ in range(60):
            near = (
                (around.low <= x)
                & (x <= around.high)
                & (np.abs(around.first + around.lean * (x - around.low) - t) < 2 * spread)
            )
            around = around.take(near)
            if not np.any(around.lean > 0):
                break
            around = proofs._cut(bounds, around)
            assert held(around, t, x)
        assert not np.any(around.lean > 0)
    upright = around.lean == 0
    assert np.all(around.first[upright] == np.round(around.first[upright])) and np.all(
        around.last >= around.first
    )


def test_boxes_lean_only_where_they_are_sized_for_it():
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)
    bounds = GapBounds(problem, PassLaw.from_monitor(al.SelfConsistency(0.15)), 10**8, al.first_best(problem))
    # on the ridge; full effort; close to no threshold; far too wide; too narrow to rise
    first, low = np.array([57e6, 57e6, 30.0, 1e6, 57e6]), np.array([0.5, 1.0, 0.5, 0.1, 0.5])
    last, high = first + 1000, np.array([0.5005, 1.0, 0.5005, 0.9, 0.5 + 1e-9])
    boxes = Boxes(first, last, low, high, low == 1)
    assert proofs._on_ridge(bounds, boxes).tolist() == [True, False, False, False, False]
    rough = replace(problem, cost=al.ConvexCost(lambda e: e**2 / 2, lambda e: e))
    bounds = GapBounds(rough, PassLaw.from_monitor(al.SelfConsistency(0.15)), 10**8, al.first_best(problem))
    assert not proofs._on_ridge(bounds, boxes).any()
