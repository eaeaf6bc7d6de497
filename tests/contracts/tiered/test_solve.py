"""Tiers lie between one threshold and any wage; for few checks all thresholds can be tried."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.solve import binary_best
from annolib.contracts.tiered.family import Tiers
from annolib.contracts.tiered.solve import looked_at_again
from annolib.numerics.minimise import best_effort


def test_one_tier_is_binary_and_many_approach_the_optimal(reference):
    n = 1000
    gaps = [al.second_best(*reference, n, "tiered", tiers=m).gap for m in (1, 2, 4)]
    binary, optimal = (al.second_best(*reference, n, family).gap for family in ("binary", "optimal"))
    assert gaps[0] == binary
    assert gaps[0] > gaps[1] > gaps[2] > optimal


def test_two_tiers_against_all_pairs_of_thresholds(reference):
    problem, monitor, n = reference[0], al.Golden(0.4), 7
    best = al.first_best(problem)
    pay = al.second_best(problem, monitor, n, "tiered(2)")
    family = Tiers(problem, PassLaw.from_monitor(monitor), n, best, -np.inf)
    lowest = np.inf
    for pair in combinations(range(3, n + 1), 2):

        def gap_at(effort, pair=pair):
            with np.errstate(all="ignore"):
                solved = family.implement(pair, effort)
                solved = solved and family.implement_everywhere(solved)
            return 1e300 if solved is None else solved.gap

        lowest = min(lowest, best_effort(gap_at, best.effort, np.array([0.2, 0.4, 0.6]))[1])
    assert pay.gap == pytest.approx(lowest, rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_more_tiers_never_earn_less_and_all_of_them_are_optimal(naive, seed):
    problem, monitor = naive.random_problem(np.random.default_rng(4500 + seed), neutral=False)
    n = 4 + seed % 3
    optimal = al.second_best(problem, monitor, n, "optimal")
    gaps = [al.second_best(problem, monitor, n, "tiered", tiers=m).gap for m in range(1, n + 1)]
    assert optimal.converged
    assert np.all(np.diff(gaps) <= 0)
    assert gaps[0] == al.second_best(problem, monitor, n, "binary").gap
    assert gaps[-1] == pytest.approx(optimal.gap, rel=1e-8)


@pytest.mark.parametrize(("seed", "n", "most"), [(30, 1088, 2), (57, 1505, 2)])
def test_many_checks(naive, seed, n, most):
    """Deviations close to the effort tempt here: descents that only knew the one to no effort found nothing, or little."""
    rng = np.random.default_rng(50_000 + seed)
    problem, monitor = naive.random_problem(rng, neutral=False)
    pays = [al.second_best(problem, monitor, n, "tiered", tiers=m) for m in range(1, most + 1)]
    optimal = al.second_best(problem, monitor, n, "optimal")
    assert all(pay.certificate.gain_bound < 1e-9 for pay in pays) and pays[0].converged and optimal.converged
    assert pays[1].converged and pays[1].suboptimality <= 1e-9 * pays[1].gap + 1e-12
    gaps = [pay.gap for pay in pays]
    assert gaps[0] > 2 * gaps[1] and np.all(np.diff(gaps) < 0)
    assert optimal.gap < gaps[-1] < 1.6 * optimal.gap


def test_what_the_solver_leaves_over_is_no_gain(naive):
    """At full effort no second tier gains here; an incentive short by 5e-10 once looked as if it did."""
    problem, monitor = naive.random_problem(np.random.default_rng(50_009), neutral=False)
    gaps = [al.second_best(problem, monitor, 3, family).gap for family in ("binary", "tiered(2)", "optimal")]
    assert gaps[1] >= gaps[2] * (1 - 1e-9) and gaps[1] <= gaps[0]


def test_a_bonus_that_its_own_proof_leaves_open(reference):
    """A kinked cost, CRRA(2), a rent: boxes of thresholds and efforts alone stop some percent short; the proof for tiers closes."""
    at, scale, start = 0.48, 0.45, 0.85
    cost = al.ConvexCost(
        lambda e: scale * (0.3 * e + np.maximum(e - at, 0)), lambda e: scale * (0.3 + (e > at) * 1.0)
    )
    problem = al.Problem(
        al.CRRA(2), cost, value=lambda e: 0.44 * np.minimum(e, 0.9), outside=-1 / start, floor=0.9
    )
    best, evidence = al.first_best(problem), PassLaw.from_monitor(al.Expert(0.037))
    alone = binary_best(problem, evidence, 172, best)
    again = looked_at_again(problem, evidence, 172, best, replace(alone, converged=False))
    assert again.converged and again.gap == alone.gap and again.suboptimality <= 1e-9 * again.gap
    worse = binary_best(problem, evidence, 171, best)  # no such proof for a contract that can be beaten
    fake = replace(worse, converged=False, gap=worse.gap * 1.001)
    assert not looked_at_again(problem, evidence, 171, best, fake).converged
    problem, evidence = (
        reference[0],
        PassLaw.from_monitor(reference[1]),
    )  # and none where that proof stays open
    best = al.first_best(problem)
    alone = replace(binary_best(problem, evidence, 1000, best), converged=False)
    assert looked_at_again(problem, evidence, 1000, best, alone) is alone


def test_bad_input(reference):
    with pytest.raises(ValueError, match="tiers"):
        al.second_best(*reference, 10, "tiered")
    with pytest.raises(ValueError, match="thresholds"):
        al.second_best(*reference, 2, "tiered", tiers=3)
    with pytest.raises(ValueError, match="belongs"):
        al.second_best(*reference, 10, "binary", tiers=3)
    with pytest.raises(al.NoBestContract, match="floor"):
        al.second_best(*reference, 10, "tiered", tiers=2, floor=None)


def test_a_contract_that_other_efforts_tempt_from_is_not_taken_for_the_best():
    """Steep cost, level near no effort: an effort one standard deviation below tempted, was missed, and the best pair came out as a bonus."""
    problem = al.Problem(
        al.CARA(1.0),
        al.PowerCost(0.1137, 8.0),
        value=lambda e: 0.5 * e * (2 - e),
        outside=0.5524,
        floor=0.525,
    )
    pay, bonus = (al.second_best(problem, al.SelfConsistency(0.25), 3338, f) for f in ("tiered(2)", "binary"))
    assert pay.converged and pay.certificate.gain_bound < 1e-9
    assert pay.gap < 0.6 * bonus.gap


def test_an_effort_at_the_first_of_two_kinks_close_together():
    """The value is that of a convex programme with the agent's conditions on either side of the first kink, all pairs of thresholds tried."""
    first, second = 0.6, 0.6015
    cost = al.ConvexCost(
        lambda e: 0.1 * (e**2 + np.maximum(e - first, 0) + 8 * np.maximum(e - second, 0)),
        lambda e: 0.1 * (2 * e + 1.0 * (e > first) + 8.0 * (e > second)),
    )
    problem, monitor = al.Problem(al.CARA(1.0), cost, lambda e: 0.8 * e, 0.0, -0.1), al.Golden(0.45)
    pay = al.second_best(problem, monitor, 6, "tiered(2)")
    assert pay.converged
    assert pay.effort == pytest.approx(first, abs=1e-9)
    assert pay.profit == pytest.approx(0.4420356, abs=2e-7)
    plan = al.contracts.Tiered((4, 5), (-0.06211769, 0.00628379 + 1e-9, 0.07707122 + 2e-9), 6)
    assert al.best_answer(problem, monitor, plan).profit <= pay.profit + 1e-8


def test_tiers_where_effort_is_free_up_to_a_kink():
    """Flat pay is best, and no programme's prices need be numbers."""
    cost = al.ConvexCost(lambda e: 0.4 * np.maximum(e - 0.43, 0), lambda e: 0.4 * (e > 0.43))
    problem = al.Problem(
        al.CRRA(5.0), cost, lambda e: 0.48 * np.minimum(e, 0.446), -0.3576, 0.01, lambda e: 0.48 * (e < 0.446)
    )
    pay = al.second_best(problem, al.Golden(0.124), 2, "tiered(2)")
    assert pay.effort == pytest.approx(0.43, abs=1e-9)
    assert np.isfinite(pay.suboptimality) and pay.suboptimality < 1e-9
