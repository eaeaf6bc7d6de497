"""Stress tests of contracts, against sums over counts and a grid of efforts that know nothing of the library's solvers."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al
from annolib.contracts.forms import Binary, Flat, Linear, Tiered
from annolib.schemes.trials.stress import STATED, StressTest, breaking_chance, stress_test

PROBLEM = al.Problem(al.CARA(0.01), al.PowerCost(50, 2), value=lambda e: 60 * e * (2 - e), floor=-10.0)
REPEATS = al.SelfConsistency(0.15)
BONUS = Binary(32, -10.0, 24.0, n=60)


def law(n, q):
    return np.array([comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)])


def utility(w, a=0.01):
    return (1 - np.exp(-a * np.asarray(w, dtype=float))) / a


def by_hand(contract, kappa, scale=50.0):
    """(effort, payoff, wage) of the best effort of 2,001."""
    wages = np.array([contract.wage(k) for k in range(contract.n + 1)])
    efforts = np.linspace(0, 1, 2001)
    payoffs = np.array(
        [law(contract.n, 0.5 + 2 * kappa * e * e) @ utility(wages) - scale * e * e for e in efforts]
    )
    e = efforts[payoffs.argmax()]
    return e, payoffs.max(), law(contract.n, 0.5 + 2 * kappa * e * e) @ wages


@pytest.mark.parametrize("kappa", [0.15, 0.2])
def test_an_honest_agent_is_the_best_effort_of_a_grid(kappa):
    test = stress_test(BONUS, PROBLEM, al.SelfConsistency(kappa), price=0.05)
    row = test.frame.iloc[0]
    effort, payoff, wage = by_hand(BONUS, kappa)
    assert row["agent"] == STATED and row["honest"] and row["accepts"]
    assert row["effort"] == pytest.approx(effort, abs=1e-3)
    assert row["payoff"] == pytest.approx(payoff, abs=1e-4)
    assert row["net"] == pytest.approx(60 * effort * (2 - effort) - wage - 3, abs=0.05)
    assert test.worst == row["net"] and test.price == 3


def test_who_games_is_paid_by_the_law_of_the_trick():
    test = stress_test(BONUS, PROBLEM, REPEATS, {"left": 0.5, "rule": 1.0, "never": 0.0}, price=0.05)
    rows = test.frame.set_index("agent")
    chance = law(60, 0.5)[32:].sum()
    assert rows.loc["left", "wage"] == pytest.approx(-10 + 34 * chance)
    assert rows.loc["left", "paid"] == pytest.approx(chance)
    assert rows.loc["left", "payoff"] == pytest.approx(chance * utility(24) + (1 - chance) * utility(-10))
    assert rows.loc["rule", "net"] == pytest.approx(-24 - 3) and rows.loc["rule", "tempting"]
    never = rows.loc["never"]  # loses the deposit for sure: refuses, and costs nothing, not even checks
    assert not never["accepts"] and never["net"] == 0 and np.isnan(never["effort"]) and not never["tempting"]


def test_the_pay_that_is_best_for_one_strength_buys_nothing_a_hair_below():
    pay = al.second_best(PROBLEM, REPEATS, 60, "binary").contract
    tests = [stress_test(pay, PROBLEM, al.SelfConsistency(kappa)) for kappa in (0.15, 0.1495)]
    assert tests[0].worst > 29 and tests[1].worst == 0
    assert "refused by as stated" in repr(tests[1])


def test_worst_is_over_strengths_and_costs_and_tricks_do_not_count():
    dearer = replace(PROBLEM, cost=al.PowerCost(55, 2))
    strengths = al.MonitorRange(al.SelfConsistency(0.14), al.SelfConsistency(0.18))
    test = stress_test(
        Binary(32, -10, 27, n=60), PROBLEM, strengths, {"dearer": dearer, "rule": 1.0}, price=0.05
    )
    assert sorted(test.frame["strength"].unique()) == pytest.approx([0.14, 0.15, 0.16, 0.17, 0.18])
    honest = test.frame[test.frame["agent"] != "rule"]
    assert test.worst == honest["net"].min() > test.frame["net"].min()
    summary = test.summary()
    assert summary.loc["rule", "tempting"] and not summary.loc["dearer", "tempting"]
    assert summary.loc["dearer", "least effort"] < summary.loc[STATED, "least effort"]


def test_a_dearer_agent_is_worth_what_the_problem_says_of_effort():
    """Another value in the agent's own problem changes nothing: the firm's is the problem's."""
    other = replace(PROBLEM, value=lambda e: 1000 * e)
    frame = stress_test(BONUS, PROBLEM, REPEATS, {"same": other}).frame
    assert frame["net"].iloc[0] == pytest.approx(frame["net"].iloc[1])


@pytest.mark.parametrize(
    ("contract", "price"),
    [
        (Flat(5.0, n=60), 0.0),
        (Linear(-80.0, 180.0, None, n=60), 3.0),
        (Tiered((31, 40), (-10.0, 15.0, 22.0), n=60), 3.0),
    ],
)
def test_every_form_of_pay(contract, price):
    test = stress_test(contract, PROBLEM, REPEATS, {"rule": 1.0}, price=0.05)
    rule = test.frame[test.frame["agent"] == "rule"].iloc[0]
    assert test.price == price
    assert rule["wage"] == pytest.approx(float(contract.wage(60)))


def test_breaks_at_is_where_a_trick_is_as_good_as_work():
    test = stress_test(BONUS, PROBLEM, REPEATS)
    work = test.frame["payoff"].min()
    chance = law(60, test.breaks_at)[32:].sum()
    assert chance * utility(24) + (1 - chance) * utility(-10) == pytest.approx(work, abs=1e-9)
    for step, tempting in ((-1e-3, False), (1e-3, True)):
        trick = stress_test(BONUS, PROBLEM, REPEATS, {"trick": test.breaks_at + step}).frame.iloc[1]
        assert bool(trick["tempting"]) is tempting


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.floats(0.01, 0.99), st.data())
def test_the_breaking_chance_turns_the_law_round(n, g, data):
    t = data.draw(st.integers(1, n))
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(5, 2), value=lambda e: 20 * e, floor=0.0)
    chance = law(n, g)[t:].sum()
    if 1e-9 < chance < 1 - 1e-9:
        found = breaking_chance(problem, Binary(t, 0.0, 10.0, n=n), 10 * chance)
        assert law(n, found)[t:].sum() == pytest.approx(chance, abs=1e-9)


def test_no_trick_beats_work_that_is_worth_the_bonus_and_any_beats_nothing():
    assert np.isnan(breaking_chance(PROBLEM, BONUS, 24.0))
    assert breaking_chance(PROBLEM, Flat(5.0, n=10), 1.0) == 0


def test_the_crowd_is_the_mean_by_shares_at_one_strength():
    strengths = [al.SelfConsistency(k) for k in (0.15, 0.2)]
    test = stress_test(BONUS, PROBLEM, strengths, {"rule": 1.0}, price=0.05)
    by = test.frame.pivot(index="strength", columns="agent", values="net")
    assert test.crowd({STATED: 0.9, "rule": 0.1}) == pytest.approx(
        (0.9 * by[STATED] + 0.1 * by["rule"]).min()
    )
    with pytest.raises(ValueError, match="must name each of"):
        test.crowd({STATED: 1.0})
    with pytest.raises(ValueError, match="sum to 1"):
        test.crowd({STATED: 0.9, "rule": 0.2})


def test_a_pay_plan_is_its_contract(report, terms):
    plan = al.design_pay(report, checks=40, families="binary", **terms)
    test = stress_test(plan, plan.problem, plan.kind.evidence)
    assert isinstance(test, StressTest) and test.contract == plan.contract
    assert test.worst == pytest.approx(float(plan.strengths["profit"].min()))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"pay": 5}, TypeError, "pay must be a contract on one kind of checks"),
        ({"problem": 5}, TypeError, "problem must be a Problem"),
        ({"monitors": []}, TypeError, "monitors must be"),
        ({"monitors": [REPEATS, REPEATS]}, ValueError, "monitors must differ"),
        ({"agents": {"x": 1.2}}, ValueError, r"agents\['x'\]"),
        ({"agents": {"x": [0.5, 0.6]}}, TypeError, "a Problem or one number"),
        ({"agents": {STATED: 0.5}}, ValueError, "must not be called"),
        ({"price": -1}, ValueError, "price"),
        ({"price": [1, 2]}, ValueError, "one finite number"),
    ],
)
def test_bad_input_is_told(change, error, message):
    given = {"pay": BONUS, "problem": PROBLEM, "monitors": REPEATS} | change
    with pytest.raises(error, match=message):
        stress_test(**given)


def test_a_wage_that_the_utility_does_not_know_is_told():
    problem = al.Problem(al.CRRA(0.5), al.PowerCost(5, 2), value=lambda e: 60 * e)
    with pytest.raises(ValueError, match="Raise"):
        stress_test(Binary(5, -1.0, 10.0, n=10), problem, REPEATS, {"left": 0.5})
    with pytest.raises(ValueError, match="Raise the lowest wage"):
        breaking_chance(problem, Binary(5, -1.0, 10.0, n=10), 1.0)


def test_it_shows_itself():
    test = stress_test(BONUS, PROBLEM, REPEATS, {"rule": 1.0})
    assert "pays as well as work" in repr(test) and "<table" in test._repr_html_()
    assert test.to_frame() is not test.frame
    idle = stress_test(Binary(40, 0.0, 10.0, n=60), PROBLEM, REPEATS)
    assert "no work from as stated" in repr(idle)
