"""The cheapest pay for an effort: a convex programme of another kind, textbooks, and what the second best says."""

import numpy as np
import pytest
from scipy.optimize import minimize

import annolib as al

EFFORTS = (0.0, 0.3, 0.6)
MONITOR = al.SelfConsistency(0.2)


def problem(utility=None, floor=-1.0):
    return al.Problem(
        utility or al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=floor
    ).with_efforts(EFFORTS)


def by_slsqp(problem, n, j):
    """Utilities for each count, by sequential quadratic programmes."""
    k = np.arange(n + 1)
    q = MONITOR.pass_probability(np.array(EFFORTS))
    from scipy.stats import binom

    law = binom.pmf(k, n, q[:, None])
    cost, h = problem.cost.cost(np.array(EFFORTS)), problem.utility.wage
    rows = [{"type": "ineq", "fun": lambda v: law[j] @ v - cost[j] - problem.outside}]
    rows += [
        {"type": "ineq", "fun": lambda v, i=i: (law[j] - law[i]) @ v - cost[j] + cost[i]}
        for i in range(len(EFFORTS)) if i != j
    ]  # fmt: skip
    low = float(problem.utility.utility(problem.floor))
    start = np.linspace(low + 0.05, 0.8, n + 1)
    found = minimize(
        lambda v: law[j] @ h(v), start, bounds=[(low, 0.999)] * (n + 1), constraints=rows,
        options={"maxiter": 1000, "ftol": 1e-13},
    )  # fmt: skip
    assert found.success, found.message
    return found.fun


@pytest.mark.parametrize("j", [1, 2])
@pytest.mark.parametrize("n", [4, 9])
@pytest.mark.parametrize("floor", [-1.0, 0.0])
def test_a_programme_of_another_kind_finds_the_same_price(j, n, floor):
    asked = problem(floor=floor)
    pay = al.cheapest_pay(asked, MONITOR, n, "optimal", effort=EFFORTS[j])
    assert pay.expected_wage == pytest.approx(by_slsqp(asked, n, j), rel=2e-6)
    assert pay.seen <= pay.expected_wage and 0 <= pay.suboptimality <= 1e-9
    assert pay.price_of_not_seeing == pay.expected_wage - pay.seen


@pytest.mark.parametrize("family", ["flat", "binary", "optimal"])
def test_the_second_best_is_the_best_of_value_less_price(family):
    asked = problem()
    profits = []
    for effort in EFFORTS:
        try:
            profits.append(
                asked.value(effort) - al.cheapest_pay(asked, MONITOR, 30, family, effort=effort).expected_wage
            )
        except al.contracts.NoBestContract:
            assert family == "flat" and effort > 0
    assert al.second_best(asked, MONITOR, 30, family).profit == pytest.approx(max(profits), abs=1e-12)


def test_kreps_chapter_16():
    """u = √w, outside 9, cost 5, so u = 2√w with both doubled: 204.57 for work, 81 for idleness."""
    asked = al.Problem(al.CRRA(0.5), cost=[0, 10], outside=18)
    draws = al.Outcomes([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]], values=[0, 100, 500])
    pays = [al.cheapest_pay(asked, draws, family="optimal", effort=effort) for effort in asked.efforts]
    assert [round(pay.expected_wage, 2) for pay in pays] == [81.0, 204.57]
    assert [round(wage, 3) for wage in pays[1].contract.wages] == [29.469, 196.0, 238.041]


def test_the_value_does_not_matter():
    one = al.cheapest_pay(problem(), MONITOR, 20, "binary", effort=0.3)
    other = problem().with_efforts(None)
    other = al.Problem(other.utility, other.cost, value=lambda e: 9 * e, floor=-1.0).with_efforts(EFFORTS)
    assert al.cheapest_pay(other, MONITOR, 20, "binary", effort=0.3).contract == one.contract


def test_what_no_pay_implements_is_told():
    with pytest.raises(al.contracts.NoBestContract, match="No flat contract makes effort 0.3"):
        al.cheapest_pay(problem(), MONITOR, 20, "flat", effort=0.3)
    blind = al.Outcomes([[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(al.contracts.NoBestContract, match="looks the same"):
        al.cheapest_pay(al.Problem(al.CRRA(0.5), cost=[0, 10], outside=18), blind, family="optimal", effort=1)


def test_bad_input():
    plain = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: e)
    with pytest.raises(ValueError, match="problem must list its efforts.*with_efforts"):
        al.cheapest_pay(plain, MONITOR, 20, "binary", effort=0.3)
    with pytest.raises(ValueError, match="effort must be one of the problem's, 0, 0.3, 0.6; saw 0.4"):
        al.cheapest_pay(problem(), MONITOR, 20, "binary", effort=0.4)


def test_a_floor_may_stand_in_place_of_the_problems():
    other = al.cheapest_pay(problem(), MONITOR, 9, "optimal", effort=0.6, floor=0.0)
    assert (
        other.expected_wage
        == al.cheapest_pay(problem(floor=0.0), MONITOR, 9, "optimal", effort=0.6).expected_wage
    )
    assert (
        other.expected_wage
        > al.cheapest_pay(problem(), MONITOR, 9, "optimal", effort=0.6).expected_wage + 1e-3
    )
