"""Wages below a cap: brute force for bonuses, cvxpy for any pay, caps that do not bind, caps that cannot be."""

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.agency.reference import reference_problem

REPEATS = al.SelfConsistency(0.15)


@pytest.mark.parametrize("family", ["flat", "binary", "tiered(2)", "optimal"])
def test_a_cap_that_does_not_bind_changes_nothing(family):
    free = al.second_best(reference_problem(), REPEATS, 60, family)
    assert al.second_best(reference_problem(), REPEATS, 60, family, cap=5.0) == free


def test_a_line_below_the_cap_is_not_proved_against_those_cut_there():
    """A line cut at .3498 earns .05 more than the best whole one, whose highest wage is 1.1661: nothing is said to be solved."""
    problem, n = reference_problem(), 100
    whole, below, cut = (
        al.second_best(problem, REPEATS, n, "linear", cap=cap) for cap in (None, 1.1662, 0.3498)
    )
    assert whole.converged and below.contract == whole.contract and below.gap == whole.gap
    assert cut.gap < 0.06 < 0.1 < below.gap and not below.converged and not cut.converged
    for pay in (
        below,
        cut,
    ):  # what is left open holds every other capped line, and is no more than any pay leaves
        assert pay.suboptimality >= pay.gap - 0.0418 and "may earn up to" in pay.message
    every = al.second_best(problem, REPEATS, n, "optimal")
    assert below.suboptimality == pytest.approx(below.gap - every.gap, abs=1e-9)
    assert al.best_answer(problem, REPEATS, cut.contract).profit == pytest.approx(cut.profit, abs=1e-7)


def test_a_line_that_loses_nothing_is_proved_below_any_cap():
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e))
    pay = al.second_best(problem, REPEATS, 30, "linear", cap=20.0)
    assert pay.converged and pay.gap < 1e-12


@pytest.mark.parametrize("cap", [0.28, 0.26])
def test_bonuses_against_every_threshold_and_effort(cap):
    n, problem = 100, reference_problem()
    pay = al.second_best(problem, REPEATS, n, "binary", cap=cap)
    efforts = np.linspace(0, 1, 1001)
    q, k = REPEATS.pass_probability(efforts), np.arange(n + 1)
    law, cost, ceiling = stats.binom.pmf(k, n, q[:, None]), efforts**2 / 2, 1 - np.exp(-cap)
    best = 0.0
    for t in range(45, 65):
        chance = law[:, t:].sum(axis=1)
        for bonus in np.linspace(0.1, ceiling, 300):
            payoff = bonus * chance - cost
            i = int(np.flatnonzero(payoff >= payoff.max() - 1e-9)[-1])
            best = max(best, float(problem.value(efforts[i]) + np.log(1 - bonus) * chance[i]))
    assert pay.profit == pytest.approx(best, abs=2e-3) and pay.profit >= best - 1e-4
    assert best > 0.2
    assert pay.contract.high <= cap + 1e-9 and pay.certificate.gain_bound < 1e-9
    answer = al.best_answer(problem, REPEATS, pay.contract)
    assert answer.profit == pytest.approx(pay.profit, abs=1e-6)


def test_any_pay_below_a_cap_is_no_cheaper_for_cvxpy():
    cvxpy = pytest.importorskip("cvxpy")
    problem, n = reference_problem().with_floor(-0.1), 30
    free = al.second_best(problem, REPEATS, n, "optimal")
    cap = 0.95 * float(np.max(free.contract.wage(np.arange(n + 1))))
    pay = al.second_best(problem, REPEATS, n, "optimal", cap=cap)
    assert (
        free.gap < pay.gap
        and pay.suboptimality <= pay.gap - free.gap + 1e-9
        and np.max(pay.contract.wage(np.arange(n + 1))) == pytest.approx(cap, abs=1e-12)
    )
    q, slope, k = REPEATS.pass_probability(pay.effort), REPEATS.slope(pay.effort), np.arange(n + 1)
    p = stats.binom.pmf(k, n, q)
    v, d = cvxpy.Variable(n + 1), p * (k - n * q) / (q * (1 - q)) * slope
    demands = [
        p @ v >= pay.effort**2 / 2,
        d @ v == pay.effort,
        v >= problem.floor_utility,
        v <= 1 - np.exp(-cap),
    ]
    for e in np.linspace(0, 1, 81):
        if abs(e - pay.effort) > 0.02:
            demands.append(
                (p - stats.binom.pmf(k, n, REPEATS.pass_probability(e))) @ v >= (pay.effort**2 - e**2) / 2
            )
    programme = cvxpy.Problem(cvxpy.Minimize(-(p @ cvxpy.log(1 - v))), demands)
    programme.solve(solver="CLARABEL")
    assert pay.expected_wage == pytest.approx(programme.value, abs=1e-6)


def test_lines_are_cut_at_both_ends():
    problem = reference_problem().with_floor(-0.1)
    free = al.second_best(problem, REPEATS, 40, "linear")
    cap = 0.5 * (free.contract.wage(40) + free.expected_wage)
    pay = al.second_best(problem, REPEATS, 40, "linear", cap=cap)
    assert pay.contract.wage(40) <= cap and pay.certificate.gain_bound < 1e-9
    assert (
        pay.gap < free.gap
    )  # a line that stops rising wastes less on luck: the cut line is no special case of the whole one
    assert al.best_answer(problem, REPEATS, pay.contract).profit == pytest.approx(pay.profit, abs=1e-7)


def test_two_kinds_of_checks_have_caps_too():
    problem, joint = reference_problem().with_floor(-0.1), al.Joint(REPEATS, al.Golden())
    free = al.second_best(problem, joint, (12, 8), "binary")
    pay = al.second_best(problem, joint, (12, 8), "binary", cap=0.8 * free.contract.high)
    assert pay.contract.high <= 0.8 * free.contract.high + 1e-9 and pay.gap > free.gap


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"cap": -0.5}, "cap must not be below the floor 0"),
        ({"cap": -0.05, "floor": -0.1}, "cap must be at least 0, what the outside option is worth"),
        ({"cap": np.inf}, "cap must be one finite wage"),
        ({"cap": (1, 2)}, "cap must be one finite wage"),
        ({"cap": 0.01, "family": "tiered(2)", "floor": -0.2}, "where a cap binds"),
    ],
)
def test_caps_that_cannot_be(how, message):
    how = {"family": "binary", **how}
    with pytest.raises(ValueError, match=message):
        al.second_best(reference_problem(), REPEATS, 60, **how)
