"""Textbook principals and agents: published wages, to the printed digits."""

import itertools

import numpy as np
import pytest

import annolib as al
from tests.contracts.discrete import naive

KREPS = [[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]]
THIRDS = [[2 / 3, 1 / 3], [1 / 3, 2 / 3]]


def test_kreps_chapter_16():
    """u = √w, outside 9, cost 5; here u = 2√w, so both are doubled."""
    problem = al.Problem(al.CRRA(0.5), cost=[0, 10], outside=18)
    pay = al.second_best(problem, al.Outcomes(KREPS, [0, 100, 500]), family="optimal")
    assert [f"{w:.3f}" for w in pay.contract.wages] == ["29.469", "196.000", "238.041"]
    assert pay.n == 1 and pay.converged and pay.rent == pytest.approx(0, abs=1e-12)
    assert pay.suboptimality <= 1e-9 * pay.gap and pay.certificate.gain == pytest.approx(0, abs=1e-11)
    answer = al.best_answer(problem, al.Outcomes(KREPS, [0, 100, 500]), pay.contract)
    assert answer.effort == 1 and answer.profit == pytest.approx(pay.profit, rel=1e-12)


def test_mas_colell_whinston_green_14_b_4():
    """u = 2√w, success 1/3 or 2/3, outside 8/3, cost 2/3."""
    problem = al.Problem(al.CRRA(0.5), cost=[0, 2 / 3], outside=8 / 3)
    pay = al.second_best(problem, al.Outcomes(THIRDS, [0, 100]), family="optimal")
    assert pay.contract.wages == pytest.approx((1, 4), rel=1e-12) and pay.converged


def test_milgrom_roberts_chapter_6():
    problem = al.Problem(al.CRRA(0.5), cost=[0, 2], outside=2)
    for family in ("optimal", "binary", "tiered(2)"):
        pay = al.second_best(problem, al.Outcomes(THIRDS, [10, 100]), family=family)
        assert pay.contract.wages == pytest.approx((0, 9), abs=1e-12) and pay.converged
    flat = al.second_best(problem, al.Outcomes(THIRDS, [10, 100]), family="flat")
    assert flat.contract.wages == pytest.approx((1, 1)) and flat.profit == pytest.approx(39)


@pytest.mark.parametrize("liability", [0, 0.3, 0.9, 1.0, 2.5])
@pytest.mark.parametrize("low, high", [(0.4, 0.8), (0.1, 0.9)])
def test_laffont_martimort_4_2(liability, low, high):
    """Risk neutral, wages at least −l: the rent is max(0, q_L·c/(q_H − q_L) − l)."""
    cost = 1.3
    problem = al.Problem(al.RiskNeutral(), cost=[0, cost], outside=0, floor=-liability)
    pay = al.second_best(problem, al.Outcomes([[1 - low, low], [1 - high, high]], [0, 50]), family="optimal")
    assert pay.rent == pytest.approx(max(0, low * cost / (high - low) - liability), abs=1e-12)
    assert pay.converged and pay.effort == 1


@pytest.mark.parametrize("seed", range(8))
def test_random_matrices_against_a_conic_solver(seed):
    rng = np.random.default_rng(seed)
    actions, states = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    law = rng.dirichlet(np.ones(states), actions)
    utility = (al.CARA(1.0), al.CRRA(0.5), al.CRRA(1))[seed % 3]
    outside = float(utility.utility(0.5))
    cost = rng.uniform(0, 0.2, actions) / float(utility.marginal_wage(outside))
    floor = (None, 0.3)[seed % 2] if seed % 3 else 0.2
    problem = al.Problem(utility, cost, None, outside, floor)
    outcomes = al.Outcomes(law, np.sort(rng.uniform(0, 2, states)))
    pay = al.second_best(problem, outcomes, family="optimal")
    valued = al.Problem(utility, cost, outcomes.worth(), outside, floor)
    assert pay.converged and pay.profit == pytest.approx(naive.best_lottery(valued, law), abs=2e-6)
    steps = al.second_best(problem, outcomes, family="binary")
    if floor is not None:
        best = max(
            naive.best_lottery(valued, law, (np.arange(states) >= t).astype(int)) for t in range(1, states)
        )
        assert steps.profit == pytest.approx(best, abs=2e-6)


def test_two_draws_are_one_draw_of_the_counts():
    problem = al.Problem(al.CRRA(0.5), cost=[0, 10], outside=18)
    outcomes = al.Outcomes(KREPS, [0, 100, 500])
    twice = al.second_best(problem, outcomes, 2, "optimal")
    p = np.array(KREPS)
    by_hand = np.array([np.multiply.outer(row, row).ravel() for row in p])
    problem_by_hand = al.Problem(al.CRRA(0.5), [0, 10], 2 * outcomes.worth(), 18)
    assert twice.profit == pytest.approx(naive.best_lottery(problem_by_hand, by_hand) - 0, abs=1e-4)
    once = al.second_best(problem, outcomes, [1, 2], "optimal")
    assert once[1].gap < once[0].gap and len(twice.contract.wages) == len(twice.contract.counts_of) == 6
    pairs = {tuple(np.bincount(pair, minlength=3)) for pair in itertools.product(range(3), repeat=2)}
    assert set(twice.contract.counts_of) == pairs


def test_refusals():
    three = al.Problem(al.CRRA(0.5), cost=[0, 1, 2], outside=4)
    with pytest.raises(ValueError, match="one effort for each row of the matrix, 2; saw 3"):
        al.second_best(three, al.Outcomes(KREPS, [0, 1, 2]), family="optimal")
    endless = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: e)
    with pytest.raises(ValueError, match="list its 2 actions"):
        al.second_best(endless, al.Outcomes(KREPS, [0, 1, 2]), family="optimal")
    two = al.Problem(al.CRRA(0.5), cost=[0, 1], outside=4)
    with pytest.raises(ValueError, match="value is missing"):
        al.second_best(two, al.Outcomes(KREPS), family="optimal")
    with pytest.raises(ValueError, match="'linear' needs counts"):
        al.second_best(two, al.Outcomes(KREPS, [0, 1, 2]), family="linear")
    with pytest.raises(ValueError, match="order"):
        al.second_best(two, al.Outcomes(KREPS, [0, 1, 2]), 2, family="binary")
    with pytest.raises(ValueError, match="each of 3 outcomes"):
        al.best_answer(two, al.Outcomes(KREPS, [0, 1, 2]), al.contracts.Flat(1.0, 1))
