"""The model with finitely many efforts: payoffs in one form for both kinds of cost, flat pay, laws of the checks."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.discrete.family import Actions, CheckLaw, flat_pay


@pytest.mark.parametrize("money", [False, True])
def test_payoffs_are_u_of_the_wage_and_the_cost(money):
    cost = al.PowerCost(0.4, 2)
    problem = al.Problem(
        al.CARA(1.3), al.MoneyCost(cost) if money else cost, lambda e: e, 0.1, efforts=[0, 0.5, 1]
    )
    actions = Actions.of(problem)
    wages, chances = np.array([-0.2, 0.4, 0.9]), np.array([[0.5, 0.3, 0.2], [0.3, 0.3, 0.4], [0.1, 0.3, 0.6]])
    want = [chances[i] @ problem.payoff(wages, e) - 0.1 for i, e in enumerate(problem.efforts)]
    assert actions.payoffs(chances @ problem.utility.utility(wages)) == pytest.approx(want, rel=1e-13)
    at_reservation = problem.payoff(problem.utility.wage(actions.reservation), np.array(problem.efforts))
    assert at_reservation == pytest.approx(np.full(3, 0.1), rel=1e-13)


def test_flat_pay_buys_the_cheapest_effort_and_of_equals_the_best():
    problem = al.Problem(al.CARA(1.0), [0.1, 0.0, 0.0], [5.0, 0.2, 0.3], 0.05, efforts=[0.1, 0.4, 0.7])
    flat = flat_pay(Actions.of(problem), 10)
    wage = float(problem.utility.wage(0.05))
    assert (
        flat.effort == 0.7 and flat.profit == pytest.approx(0.3 - wage, rel=1e-13) and flat.suboptimality == 0
    )
    rich = flat_pay(Actions.of(problem.with_floor(0.4)), 10)
    assert rich.profit == pytest.approx(0.3 - 0.4, rel=1e-13) and rich.rent == pytest.approx(
        float(problem.utility.utility(0.4)) - 0.05
    )


def test_the_laws_of_checks():
    problem = al.Problem(
        al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: e, efforts=[0, 0.5, 1.5], effort_max=2.0
    )
    law = CheckLaw.of(problem, al.Expert(-0.1))
    assert law.counts == "failures" and law.success == pytest.approx([0.5, 0.6, 0.8]) and not law.silent
    curve = CheckLaw.of(problem, al.PassCurve(lambda e: 0.5 + 0.2 * np.sqrt(1 + e) - 0.2))
    assert curve.success == pytest.approx(0.3 + 0.2 * np.sqrt([1, 1.5, 2.5]))
    assert curve.success + curve.failure == pytest.approx(np.ones(3), abs=0)
    with pytest.raises(ValueError, match="too much for these checks"):
        CheckLaw.of(problem, al.Golden(0.5))
    with pytest.raises(ValueError, match="q must be a probability; saw 1.1"):
        CheckLaw.of(problem, al.PassCurve(lambda e: 0.5 + 0.4 * e))
    numbered = al.Problem(al.CARA(1.0), [0, 0.1, 0.2], [0, 1, 2])
    with pytest.raises(ValueError, match="efforts must lie in .0, 1."):
        CheckLaw.of(numbered, al.Expert(0.1))


def test_cost_in_money_of_other_utilities_is_refused():
    problem = al.Problem(al.CRRA(0.5), al.MoneyCost(al.PowerCost(0.1, 2)), lambda e: e, 1.0, efforts=[0, 1])
    with pytest.raises(ValueError, match="CARA and RiskNeutral"):
        Actions.of(problem)
