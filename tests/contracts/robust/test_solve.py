"""second_best for an agent who knows more than the firm: values, certificates, adversaries, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

import annolib as al
from annolib.agency import reference_problem

EFFORTS = np.linspace(0, 1, 501)


def kappas(low, high):
    return al.MonitorRange(al.SelfConsistency(low), al.SelfConsistency(high))


def worst(problem, wages, strengths, tie=1e-10):
    """The worst profit of wages for 0 … n passes over strengths; indifferent agents do what the firm likes least; −inf if one refuses."""
    n = len(wages) - 1
    left = []
    for kappa in strengths:
        pmf = stats.binom.pmf(np.arange(n + 1), n, (0.5 + 2 * kappa * EFFORTS**2)[:, None])
        payoff = pmf @ problem.utility.utility(wages) - problem.cost.cost(EFFORTS)
        if payoff.max() < problem.outside:
            return -np.inf
        left.append((problem.value(EFFORTS) - pmf @ wages)[payoff >= payoff.max() - tie].min())
    return min(left)


@pytest.fixture(scope="module")
def robust():
    return al.second_best(reference_problem(), kappas(0.14, 0.16), 100, "binary")


def test_the_result_tells_all(robust):
    assert robust.converged and robust.suboptimality < 1e-10 and robust.message == "solved"
    assert robust.profit == pytest.approx(0.2431339, abs=5.1e-8)
    assert robust.contract.high == pytest.approx(0.3113593, abs=5.1e-8)
    assert robust.worst == pytest.approx(0.16) and robust.aim == "worst case" and robust.effort > 0
    frame = robust.to_frame()
    assert frame.index.name == "kappa" and frame.index[0] == 0.14 and len(frame) == 11
    assert frame["profit"].min() == pytest.approx(robust.profit, abs=1e-9) and frame["rent"].min() >= 0
    assert robust.certificate.gain_bound < 1e-11 and "worst case profit=0.243134 at kappa 0.16" in repr(
        robust
    )


def test_strengths_between_leave_no_less(robust):
    problem = reference_problem()
    wages = robust.contract.wage(np.arange(101))
    rng = np.random.default_rng(3)
    for kappa in rng.uniform(0.14, 0.16, 12):
        answer = al.best_answer(problem, al.SelfConsistency(kappa), robust.contract)
        assert answer.accepts and answer.profit >= robust.profit - 1e-12
    assert worst(problem, wages, rng.uniform(0.14, 0.16, 12), tie=1e-13) >= robust.profit - 1e-9


def test_ties_are_not_counted_on(robust):
    """Even a kind a little weaker than the range works: no agent of the range is indifferent."""
    below = al.best_answer(reference_problem(), al.SelfConsistency(0.14 * (1 - 1e-12)), robust.contract)
    assert below.effort > 0.4


def test_random_bonuses_never_win(robust):
    problem, rng = reference_problem(), np.random.default_rng(11)
    best = -np.inf
    for _ in range(80):
        t = int(np.clip(robust.contract.threshold + np.round(rng.normal(0, 3)), 1, 100))
        low = max(rng.normal(0, 0.02), 0.0)
        high = low + robust.contract.high * np.exp(rng.normal(0, 0.15))
        wages = np.where(np.arange(101) >= t, high, low)
        best = max(best, worst(problem, wages, (0.14, 0.15, 0.16)))
    assert 0.2 < best <= robust.profit + 1e-4  # a grid of efforts puts answers off by 2e-3


def test_one_strength_is_what_pay_for_it_earns():
    """A range that shrinks to a point comes to the best contract for it."""
    problem = reference_problem()
    narrow = al.second_best(problem, kappas(0.15, 0.15 * (1 + 1e-9)), 100, "binary")
    assert narrow.profit == pytest.approx(
        al.second_best(problem, al.SelfConsistency(0.15), 100, "binary").profit, abs=1e-8
    )


@settings(max_examples=5, deadline=None)
@example(
    0.09375, 0.03125, 22, -0.1
)  # nobody works for less than all there is to win: half a million boxes, and not closed
@given(st.floats(0.08, 0.2), st.floats(0.005, 0.05), st.integers(5, 60), st.sampled_from([0.0, -0.1, -0.3]))
def test_robust_pay_is_bounded_by_what_knowledge_would_earn(low, width, n, floor):
    problem, strengths = reference_problem(floor=floor), kappas(low, low + width)
    pay = al.second_best(problem, strengths, n, "binary")
    assert pay.suboptimality < 1e-9 and pay.rent >= 0
    for share in (0.0, 0.5, 1.0):
        known = al.second_best(problem, strengths.at(share), n, "binary")
        assert pay.profit <= known.profit + 1e-9
    assert pay.profit >= al.second_best(problem, strengths, n, "flat").profit


def test_a_wider_range_earns_less():
    problem = reference_problem(floor=-0.1)
    profits = [
        al.second_best(problem, kappas(0.15 - w, 0.15 + w), 60, "binary").profit for w in (0.01, 0.02, 0.04)
    ]
    assert profits[0] > profits[1] > profits[2]


def test_chances():
    problem, monitors = reference_problem(), [al.SelfConsistency(k) for k in (0.12, 0.15, 0.18)]
    weights = [0.25, 0.5, 0.25]
    pay = al.second_best(problem, al.MonitorPrior(monitors, weights), 100, "binary")
    assert pay.converged and pay.aim == "expected"
    own = [al.best_answer(problem, monitor, pay.contract).profit for monitor in monitors]
    assert pay.profit == pytest.approx(np.dot(weights, own), abs=1e-9)
    for monitor in monitors:  # pay made for one of them earns no more on average
        contract = al.second_best(problem, monitor, 100, "binary").contract
        others = [al.best_answer(problem, other, contract).profit for other in monitors]
        assert np.dot(weights, others) <= pay.profit + 1e-9
    worst_case = al.second_best(problem, kappas(0.12, 0.18), 100, "binary")
    assert (
        pay.profit
        >= np.dot(weights, [al.best_answer(problem, m, worst_case.contract).profit for m in monitors]) - 1e-9
    )


def test_all_the_weight_on_one():
    problem = reference_problem()
    prior = al.MonitorPrior([al.SelfConsistency(0.15)], [1.0])
    pay = al.second_best(problem, prior, 100, "binary")
    assert pay.profit == pytest.approx(
        al.second_best(problem, al.SelfConsistency(0.15), 100, "binary").profit, abs=1e-10
    )


def test_a_cost_that_is_not_known():
    agent = al.AgentRange(dear=reference_problem(scale=0.55), cheap=reference_problem(scale=0.45))
    pay = al.second_best(agent, al.SelfConsistency(0.15), 1000, "binary")
    assert pay.profit == pytest.approx(0.3008981, abs=5.1e-8) and pay.contract.threshold == 553
    assert pay.worst == 0.55 and pay.converged and pay.to_frame().index.name == "cost"
    dear = al.second_best(agent.dear, al.SelfConsistency(0.15), 1000, "binary")
    assert pay.profit == pytest.approx(dear.profit, abs=1e-9)  # the best for the dearest type


def test_two_types_and_one_threshold():
    types = al.AgentTypes([reference_problem(scale=c) for c in (0.55, 0.45)], [0.5, 0.5])
    pay = al.second_best(types, al.SelfConsistency(0.15), 1000, "binary")
    assert pay.profit == pytest.approx(0.301258, abs=5.1e-7) and pay.converged
    assert pay.to_frame().index.tolist() == [0, 1]


def test_passes_that_fall_with_effort():
    """Opposed tastes: the same as agreeing tastes, counted from the other side."""
    problem = reference_problem()
    pays = [
        al.second_best(problem, al.MonitorRange(al.Expert(s * 0.14), al.Expert(s * 0.16)), 60, "binary")
        for s in (1, -1)
    ]
    assert pays[0].profit == pytest.approx(pays[1].profit, abs=1e-12)
    assert pays[1].contract.counts == "failures" and pays[1].worst == pytest.approx(-0.16)


def test_flat_pay():
    problem = reference_problem()
    flat = al.second_best(problem, kappas(0.14, 0.16), 10, "flat")
    assert flat.profit == 0 and flat.suboptimality == 0 and flat.family == "flat"
    none = al.second_best(problem, kappas(0.0, 0.16), 1000, "binary")
    assert none.family == "flat" and none.converged
    few = al.second_best(problem, kappas(0.12, 0.18), 30, "binary")
    assert few.family == "flat" and few.converged and "flat pay" in few.message


def test_several_n():
    pays = al.second_best(reference_problem(), kappas(0.14, 0.16), [30, 60], "binary")
    assert pays.profit[0] < pays.profit[1] and pays.to_frame().index.tolist() == [30, 60]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"family": "optimal"}, "family must be one of"),
        ({"problem": 3}, "problem must be a Problem"),
        ({"problem": reference_problem().with_efforts([0, 0.5, 1])}, r"efforts that fill \[0, 1\]"),
        ({"n": 0}, "n must be a whole number"),
        ({"floor": None}, "Give a floor"),
        (
            {"problem": al.AgentTypes([reference_problem()], [1.0])},
            "problem and monitor must not both be unknown",
        ),
        (
            {"problem": al.AgentTypes([reference_problem()], [1.0]), "monitor": 0.15},
            "monitor must be a monitor",
        ),
        (
            {"monitor": al.MonitorPrior([al.SelfConsistency(0.0), al.SelfConsistency(0.1)], [0.5, 0.5])},
            "such as 1e-4",
        ),
    ],
)
def test_refused(change, words):
    given = {"problem": reference_problem(), "monitor": kappas(0.14, 0.16), "n": 20, "family": "binary"}
    with pytest.raises((TypeError, ValueError), match=words):
        al.second_best(**{**given, **change})


@pytest.mark.parametrize("n, profit", [(1, 0.88154747), (2, 0.87803280)])
@pytest.mark.parametrize("power", [1.0, 1.2, 1.5, 2.0])
def test_where_full_effort_is_all_there_is(power, n, profit):
    """Where the bridge of the hull ends at full effort, or is all of it, the best bonus is at the cliff, above D(1): the same for all powers.

    By hand: all pass or none do by work alone, so the weakest is indifferent to idling, Δ(P_weak − P₀) = c(1), and just comes.
    """
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, power), lambda e: e, 0.0, -0.5)
    pay = al.second_best(problem, kappas(0.2, 0.22), n, "binary")
    idle, weak, strong = 0.5**n, 0.9**n, 0.94**n
    bonus = 0.1 / (weak - idle)
    low, high = (-np.log1p(-u) for u in (-bonus * idle, bonus - bonus * idle))
    assert 1 - low - (high - low) * strong == pytest.approx(profit, abs=5e-9)
    assert pay.converged and pay.profit == pytest.approx(profit, abs=5e-9) and pay.contract.threshold == n
    for kappa in (0.2, 0.207, 0.22):
        answer = al.best_answer(problem, al.SelfConsistency(kappa), pay.contract)
        assert answer.effort == 1 and answer.profit >= pay.profit - 1e-11


@pytest.mark.parametrize("unknown", ["prior", "cost", "types"])
def test_a_few_checks_of_agents_who_are_not_known(unknown):
    """Against a grid of bonuses, each judged by the proved best answers: nothing on it earns more, something nearly as much."""
    cost, repeats = al.PowerCost(0.1, 1.2), al.SelfConsistency(0.2)
    dear, cheap = (
        al.Problem(al.CARA(1.0), al.PowerCost(s, 1.2), lambda e: e, 0.0, -0.5) for s in (0.12, 0.1)
    )
    problem = replace(cheap, cost=cost)
    given, monitor = {
        "prior": (problem, al.MonitorPrior([repeats, al.SelfConsistency(0.23)], [0.4, 0.6])),
        "cost": (al.AgentRange(dear=dear, cheap=cheap), repeats),
        "types": (al.AgentTypes([dear, cheap], [0.4, 0.6]), repeats),
    }[unknown]
    kinds = (
        [(problem, repeats), (problem, al.SelfConsistency(0.23))]
        if unknown == "prior"
        else [(dear, repeats), (cheap, repeats)]
    )
    pay, best = al.second_best(given, monitor, 2, "binary"), -np.inf
    for threshold in (1, 2):
        for low in np.linspace(-0.2, 0, 9):
            for bonus in np.linspace(0.05, 0.4, 15):
                contract = al.contracts.Binary(threshold, low, low + bonus, 2)
                answers = [al.best_answer(*kind, contract) for kind in kinds]
                if all(answer.accepts for answer in answers):
                    profits = [answer.profit for answer in answers]
                    best = max(best, min(profits) if unknown == "cost" else np.dot([0.4, 0.6], profits))
    assert pay.converged and best - 1e-9 <= pay.profit <= best + 0.03
