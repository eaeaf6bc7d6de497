"""Tiers of a risk-neutral agent: more than any bonus earns, against programmes of every pair of thresholds, and never more than any pay."""

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.cheapest_lottery import Programme
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.tiered.risk_neutral import NeutralTiers, _of_any_pay

MONITOR = al.SelfConsistencyLabels(concentration=0.3, labels=3)


def problem(floor=0.39, **given):
    """An agent who would rather work fully: pay has to be less convex than a bonus for a perfect record."""
    cost = given.pop("cost", al.PowerCost(0.245, 1.5))
    outside = given.pop("outside", 0.55)
    return al.Problem(
        al.RiskNeutral(), cost, lambda e: 0.37 * e * (2 - e), floor=floor, outside=outside, **given
    )


def of_failures():
    """A worker who is held against an expert less often right than wrong: failures are counted."""
    return problem(floor=0.88, cost=al.PowerCost(0.28, 1.5), outside=0.88), al.Expert(rho=-0.156), 54


def most_by_programmes(agent, monitor, n, efforts):
    """The best profit over every pair of thresholds and these efforts; deviations on a grid."""
    others = np.linspace(0, 1, 101)
    best = -np.inf
    at_others = binom.pmf(np.arange(n + 1), n, monitor.pass_probability(others)[:, None])
    for effort in efforts:
        q = monitor.pass_probability(effort)
        p = binom.pmf(np.arange(n + 1), n, q)
        rise = p * (np.arange(n + 1) - n * q) / (q * (1 - q)) * monitor.slope(effort)
        cost = float(agent.cost.cost(effort))
        for pair in combinations(range(1, n + 1), 2):
            cells = np.searchsorted(pair, np.arange(n + 1), side="right")
            sums = [np.bincount(cells, row, minlength=3) for row in (p, rise)]
            away = np.array([np.bincount(cells, row, minlength=3) for row in p - at_others])
            solved = linprog(
                sums[0],
                A_ub=-np.vstack([sums[0], away]),
                b_ub=-np.r_[agent.outside + cost, cost - agent.cost.cost(others)],
                A_eq=sums[1][None],
                b_eq=[float(agent.cost.slope(effort))],
                bounds=(agent.floor, None),
            )
            if solved.status == 0:
                best = max(best, float(agent.value(effort)) - solved.fun)
    return best


def test_two_tiers_earn_what_the_best_pair_of_thresholds_does():
    bonus = al.second_best(problem(), MONITOR, 5, "binary")
    two = al.second_best(problem(), MONITOR, 5, "tiered(2)")
    assert two.profit > bonus.profit + 0.01
    near = two.effort + np.array([-0.05, -0.02, -0.01, 0.0, 0.01, 0.02, 0.05])
    assert most_by_programmes(problem(), MONITOR, 5, near) == pytest.approx(two.profit, abs=2e-6)
    answer = al.best_answer(problem(), MONITOR, two.contract)
    assert answer.profit == pytest.approx(two.profit, abs=1e-8) and answer.accepts


@pytest.mark.parametrize(
    "agent, monitor, n",
    [
        (problem(), MONITOR, 7),
        (problem(floor=None), MONITOR, 4),
        (problem(cost=al.ConvexCost(lambda e: 0.3 * e**2, lambda e: 0.6 * e)), al.Golden(gamma=0.5), 6),
        of_failures(),
    ],
    ids=["labels", "no floor", "cost as a function", "failures"],
)
def test_every_tier_more_earns_no_less_and_no_more_than_any_pay(agent, monitor, n):
    any_pay = al.second_best(agent, monitor, n, "optimal")
    earned = [al.second_best(agent, monitor, n, "tiered", tiers=m) for m in (1, 2, 3)]
    for fewer, more in zip(earned, earned[1:], strict=False):
        assert more.profit >= fewer.profit - 1e-12
    for pay in earned[1:]:
        assert pay.profit <= any_pay.profit + any_pay.suboptimality + 1e-11
        assert pay.profit + pay.suboptimality >= any_pay.profit - 1e-11
        answer = al.best_answer(agent, monitor, pay.contract)
        assert answer.profit == pytest.approx(pay.profit, abs=1e-8) and answer.accepts


def test_pay_with_no_more_steps_than_asked_for_is_the_answer_and_proved():
    agent = problem(cost=al.PowerCost(0.46, 2))
    any_pay = al.second_best(agent, MONITOR, 5, "optimal")
    steps = np.flatnonzero(np.diff(any_pay.contract.wage(np.arange(6)))) + 1
    assert steps.size > 1
    pay = al.second_best(agent, MONITOR, 5, "tiered", tiers=int(steps.size))
    assert pay.converged and pay.message == "solved"
    assert pay.profit == pytest.approx(any_pay.profit, abs=1e-10)


def test_thresholds_are_those_of_what_is_counted():
    agent, monitor, n = of_failures()
    any_pay = al.second_best(agent, monitor, n, "optimal")
    thresholds = _of_any_pay(any_pay, n, 3)[0]
    pay = al.second_best(agent, monitor, n, "tiered(3)")
    assert pay.contract.counts == "failures" and min(thresholds) > 27
    assert pay.contract.thresholds == thresholds == (38, 39, 40) and pay.converged
    assert pay.profit == pytest.approx(any_pay.profit, abs=1e-9)
    assert pay.profit > al.second_best(agent, monitor, n, "binary").profit + 1e-3


def test_a_programme_without_an_answer_is_given_up():
    family = NeutralTiers(problem(), PassLaw.from_monitor(MONITOR), 5, al.first_best(problem()), -np.inf)
    p = np.array([0.5, 0.5])
    programme = Programme(
        p, np.ones((2, 2)), np.array([p, p]), np.array([1.0, 2.0]), np.array([False, False]), al.RiskNeutral(), 0.0
    )  # fmt: skip
    assert not family.cheapest(programme, None).converged


def test_the_prices_of_a_programme_add_up_to_what_it_costs():
    """Expected 1, and a success 1 more than a failure: wages .5 and 1.5, or the floor .8 and 1.8."""
    family = NeutralTiers(problem(), PassLaw.from_monitor(MONITOR), 5, al.first_best(problem()), -np.inf)
    p, difference = np.array([0.5, 0.5]), np.array([-1.0, 1.0])
    for floor, wages, prices in ((0.0, (0.5, 1.5), (1.0, 0.0)), (0.8, (0.8, 1.8), (0.0, 0.5)), (-np.inf, (0.5, 1.5), (1.0, 0.0))):  # fmt: skip
        lottery = family.cheapest(
            Programme(
                p, np.array([[1, 1], difference / p]), np.array([p, difference]), np.array([1.0, 1.0]), np.array([True, floor > 0]),
                al.RiskNeutral(), floor,
            ), None,
        )  # fmt: skip
        assert lottery.utilities == pytest.approx(wages) and lottery.prices == pytest.approx(prices)
        assert lottery.bound == pytest.approx(p @ wages)


def test_more_tiers_than_checks_are_refused():
    with pytest.raises(ValueError, match="tiers must not exceed n"):
        al.second_best(problem(), MONITOR, 2, "tiered(3)")
