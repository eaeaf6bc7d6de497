"""The optimal contract: against cvxpy at one effort, the first-order approach's mistake, order of the classes."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.family import AnyWage
from tests.contracts.kinked_costs import dipped


@pytest.mark.parametrize("n", [30, 1000, 10**6])
def test_no_class_beats_the_optimal_one(reference, n):
    gaps = {
        family: al.second_best(*reference, n, family).gap
        for family in ("flat", "binary", "linear", "optimal")
    }
    assert gaps["optimal"] <= min(gaps.values()) * (1 + 1e-9)


def test_with_log_utility_the_optimal_wage_is_linear_above_the_floor():
    problem = al.Problem(al.CRRA(1), al.PowerCost(0.5, 2), lambda e: 0.8 * e * (2 - e), 0.0, floor=0.05)
    pay = al.second_best(problem, al.Expert(0.2), 200, "optimal")
    k = np.arange(201)
    wages = pay.contract.wage(k)
    inside = wages[wages > 0.05 + 1e-9]
    np.testing.assert_allclose(np.diff(inside, 2), 0, atol=1e-10)


def test_all_integers_and_few_nodes_agree(reference, monkeypatch):
    import annolib.numerics.binomials as binomials

    few = al.second_best(*reference, 2000, "optimal")
    monkeypatch.setattr(binomials, "ALL", 10_000)
    every = al.second_best(*reference, 2000, "optimal")
    assert few.gap == pytest.approx(every.gap, rel=1e-9)


def test_refusals(reference):
    problem, monitor = reference
    with pytest.raises(al.NoBestContract, match="Mirrlees"):
        al.second_best(problem, monitor, 200, "optimal", floor=None)


@pytest.mark.parametrize("seed", [21, 42])
def test_more_than_one_deviation_tempts(naive, seed):
    """Here the binding deviation is not where a grid first looks: another peak, or one close to the effort itself."""
    rng = np.random.default_rng(7000 + seed)
    problem, monitor = naive.random_problem(rng, neutral=False)
    pay = al.second_best(problem, monitor, int(rng.integers(2, 60)), "optimal")
    assert pay.converged and pay.certificate.gain_bound < 1e-11


@pytest.mark.parametrize(("n", "at", "wide"), [(12, 0.48949171, 0.00115159), (12, 0.48750973, 0.00059015)])
def test_a_dip_of_the_cost_that_few_points_see_is_seen(n, at, wide):
    """An effort in the dip earns more than its neighbours; a proof from samples of c″ said that none does."""
    problem, monitor = dipped(at, wide), al.Expert(0.2)
    pay = al.second_best(problem, monitor, n, "optimal")
    family = AnyWage(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    with np.errstate(all="ignore"):
        inside = family.implement(at)
    profit = family.best.profit - inside.gap
    assert inside.gain < 1e-10 and al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(
        pay.profit, abs=1e-8
    )
    assert profit <= pay.profit + pay.suboptimality + 1e-10
    assert pay.converged and abs(pay.effort - at) < wide
