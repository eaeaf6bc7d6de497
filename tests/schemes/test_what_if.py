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


@pytest.mark.parametrize("power", [2, 3])
def test_strength_and_cost_that_are_wrong_together_leave_passes_and_pay_as_planned(power):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, power), value=lambda e: e, floor=-0.2)
    kind = Kind("repeat", 1e-4, al.MonitorRange(al.SelfConsistency(0.14), al.SelfConsistency(0.16)), "given")
    contract = Binary(165, 0.0, 0.5, 300)
    frame = cost_of_error(problem, kind, contract, "binary")
    planned = frame.loc["all is as assumed, checks of middle strength"]
    pay = float(planned["effort"] - planned["profit"])
    assert 0.3 < planned["effort"] < 0.9
    for words, kappa in (("weakest", 0.14), ("strongest", 0.16)):
        row = frame.loc[f"the checks are the {words}, cost learnt through them"]
        assert row["effort"] == pytest.approx(planned["effort"] * (0.15 / kappa) ** 0.5, rel=1e-6)
        assert row["effort"] - row["profit"] == pytest.approx(pay, rel=1e-8), "an effort is found to 1e-8"
        assert frame.loc[f"the checks are the {words}", "effort"] != pytest.approx(row["effort"], rel=1e-3)


def test_a_strength_that_is_taken_as_known_may_be_a_tenth_off():
    gold = Kind("golden", 1e-4, al.Golden(0.48), "given")
    frame = cost_of_error(PROBLEM, gold, Binary(170, 0.0, 0.3, 300), "binary")
    words = "the checks are a tenth weaker"
    answer = al.best_answer(PROBLEM, al.Golden(0.432), Binary(170, 0.0, 0.3, 300))
    assert frame.loc[words, "effort"] == answer.effort
    assert (
        "the checks are as strong as they can be" in frame.index
        and "the checks are a tenth stronger" not in frame.index
    )
    gold = Kind("golden", 1e-4, al.Golden(0.5), "given")
    assert not any(
        "strong" in one for one in cost_of_error(PROBLEM, gold, Binary(170, 0.0, 0.3, 300), "binary").index
    )


def test_other_numbers_of_checks_are_best_answers():
    contract = Binary(60, 0.0, 0.3, 100)
    frame = by_checks(PROBLEM, KIND, contract, [50, 100], for_checks)
    answer = al.best_answer(PROBLEM, KIND.evidence, Binary(30, 0.0, 0.3, 50))
    assert (
        frame.loc[50, "effort, weakest"] == answer.effort
        and frame.loc[50, "profit, strongest"] == answer.profit
    )
