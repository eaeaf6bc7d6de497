"""What it costs to be wrong."""

import pytest

import annolib as al
from annolib.contracts.forms import Binary
from annolib.schemes.clauses import for_checks
from annolib.schemes.kinds import Kind
from annolib.schemes.what_if import by_checks, cost_of_error

PROBLEM = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
KIND = Kind("repeat", 1e-4, al.SelfConsistency(0.15), "given")


def test_nothing_is_lost_where_the_plan_is_right_and_never_less_than_nothing():
    pay = al.second_best(PROBLEM, KIND.evidence, 300, "binary")
    frame = cost_of_error(PROBLEM, KIND, pay.contract, "binary")
    assert frame["lost"].iloc[0] == pytest.approx(0, abs=1e-9)
    assert (frame["lost"] > -1e-9).all()
    dear = frame.loc["effort is a quarter dearer"]
    assert dear["lost"] > 0.01, "a threshold that is right at the margin buys nothing from a dearer agent"
    truth = al.Problem(al.CARA(1.0), al.PowerCost(0.625, 2), value=PROBLEM.value, floor=0.0)
    assert dear["profit"] == al.best_answer(truth, KIND.evidence, pay.contract).profit


def test_other_numbers_of_checks_are_best_answers():
    contract = Binary(60, 0.0, 0.3, 100)
    frame = by_checks(PROBLEM, KIND, contract, [50, 100], for_checks)
    answer = al.best_answer(PROBLEM, KIND.evidence, Binary(30, 0.0, 0.3, 50))
    assert (
        frame.loc[50, "effort, weakest"] == answer.effort
        and frame.loc[50, "profit, strongest"] == answer.profit
    )
