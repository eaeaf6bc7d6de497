"""Contracts side by side: nothing on a desk changes, and its board is that of the stress tests."""

import pandas as pd
import pytest

import annolib as al
from annolib.contracts.forms import Binary, Flat
from annolib.schemes.trials.stress import STATED, stress_test

PROBLEM = al.Problem(al.CARA(0.01), al.PowerCost(50, 2), value=lambda e: 60 * e * (2 - e), floor=-10.0)
REPEATS = al.schemes.Kind("repeat", 0.05, al.SelfConsistency(0.15), "a pilot")
GOLDEN = al.schemes.Kind("golden", 0.4, al.Golden(0.45), "the seller")
CHEATS = {
    "left": (0.1, 0.5),
    "rule": (0.1, pd.Series({"repeat": 1.0, "golden": 0.5})),
    "some": (0.1, {"repeat": 0.55, "golden": 0.5}),
}
BONUS = Binary(32, -10.0, 24.0, n=60)


@pytest.fixture
def desk():
    return al.Desk(PROBLEM, [REPEATS, GOLDEN], CHEATS)


def test_a_try_leaves_the_desk_as_it_was(desk):
    signed = desk.sign("one", "repeat", BONUS)
    assert desk.tries == () and [one.name for one in signed.tries] == ["one"]
    again = signed.sign("one", "repeat", Flat(1.0, n=60))
    assert [one.name for one in again.tries] == ["one"] and signed.tries[0].test.contract == BONUS
    assert again.tries[0].test.contract == Flat(1.0, n=60)


def test_the_board_is_the_stress_test(desk):
    board = desk.sign("r", "repeat", BONUS).sign("g", "golden", Binary(8, -5.0, 46.0, n=10)).board()
    alone = stress_test(
        BONUS, PROBLEM, REPEATS.evidence, {"left": 0.5, "rule": 1.0, "some": 0.55}, price=0.05
    )
    assert board.loc["r", "honest"] == pytest.approx(alone.worst)
    nets = alone.frame.set_index("agent")["net"]
    mean = 0.7 * nets[STATED] + 0.1 * (nets["left"] + nets["rule"] + nets["some"])
    assert board.loc["r", "crowd"] == pytest.approx(mean)
    assert board.loc["r", "breaks_at"] == alone.breaks_at
    assert board["crowd"].is_monotonic_decreasing
    assert board["checks"].to_dict() == {"r": 60, "g": 10}


def test_an_agent_is_another_with_another_kind_of_check(desk):
    frame = desk.test("golden", Binary(8, -5.0, 46.0, n=10)).frame.set_index("agent")
    assert frame.loc["rule", "wage"] == pytest.approx(frame.loc["left", "wage"])


def test_flat_pay_needs_no_checks(desk):
    board = desk.sign("flat", "repeat", Flat(2.0, n=60)).board()
    assert board.loc["flat", "checks"] == 0 and board.loc["flat", "crowd"] == pytest.approx(-2)


def test_the_shares_are_all_of_the_crowd(desk):
    assert desk.shares == pytest.approx({STATED: 0.7, "left": 0.1, "rule": 0.1, "some": 0.1})


@pytest.mark.parametrize(
    ("kinds", "agents", "error", "message"),
    [
        ([], {}, TypeError, "kinds must be"),
        ([REPEATS, REPEATS], {}, ValueError, "names of their own"),
        ([REPEATS], {"x": 0.5}, TypeError, "a pair"),
        ([REPEATS], {"x": (0.6, 0.5), "y": (0.6, 0.5)}, ValueError, "at most 1"),
        ([REPEATS], {"x": (-0.1, 0.5)}, ValueError, "share"),
    ],
)
def test_a_desk_that_is_none_is_told(kinds, agents, error, message):
    with pytest.raises(error, match=message):
        al.Desk(PROBLEM, kinds, agents)


def test_bad_tries_are_told(desk):
    with pytest.raises(KeyError, match="no kind of check on this desk"):
        desk.sign("x", "peer", BONUS)
    with pytest.raises(TypeError, match="pay must be a contract"):
        desk.sign("x", "repeat", 5)
    lacking = al.Desk(PROBLEM, [GOLDEN], {"x": (0.1, {"repeat": 0.5})})
    with pytest.raises(ValueError, match="how often a 'golden' check passes"):
        lacking.sign("x", "golden", BONUS)


def test_it_shows_itself(desk):
    signed = desk.sign("one", "repeat", BONUS)
    assert "1 tries" in repr(signed) and "<table" in signed._repr_html_()
    assert signed.to_frame().equals(signed.board())


def test_a_contract_over_the_budget_is_not_signed(desk):
    held = al.Desk(PROBLEM, [REPEATS, GOLDEN], CHEATS, budget=3.0)
    signed = held.sign("all of it", "repeat", BONUS)
    assert signed.board()["spent"].to_dict() == pytest.approx({"all of it": 3.0})
    with pytest.raises(
        ValueError, match=r"61 checks at 0.05, which cost 3.05 .* budget of 3. At most 60 checks"
    ):
        signed.sign("over", "repeat", Binary(33, -10.0, 24.0, n=61))
    with pytest.raises(ValueError, match="At most 7 checks of kind 'golden'"):
        signed.sign("over", "golden", Binary(6, -10.0, 24.0, n=8))
    assert [one.name for one in signed.sign("g", "golden", Binary(6, -10.0, 24.0, n=7)).tries][-1] == "g"
    assert signed.sign("flat", "repeat", Flat(2.0, n=600)).board().loc["flat", "spent"] == 0
    assert held.test("repeat", Binary(33, -10.0, 24.0, n=61)).price == pytest.approx(3.05)
    assert "budget 3" in repr(signed) and "budget" not in repr(desk)


def test_what_was_signed_must_be_in_the_budget_too(desk):
    signed = desk.sign("one", "repeat", BONUS)
    with pytest.raises(ValueError, match="more than the budget of 1"):
        al.Desk(PROBLEM, [REPEATS, GOLDEN], CHEATS, signed.tries, budget=1)


@pytest.mark.parametrize("budget", [-1, [1, 2], float("nan")])
def test_a_budget_that_is_none_is_told(budget):
    with pytest.raises((TypeError, ValueError), match="budget"):
        al.Desk(PROBLEM, [REPEATS], {}, budget=budget)
