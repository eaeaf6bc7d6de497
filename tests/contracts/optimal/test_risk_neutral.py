"""Risk-neutral agents: the bound against linear programmes, and where a bonus or a line attains it."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.risk_neutral import most_profit

EFFORTS, GRID = np.linspace(0.02, 1, 50), np.linspace(0, 1, 101)


def by_programmes(problem, monitor, n):
    """The best profit over a grid of efforts, each a linear programme over the n + 1 wages against a grid of other efforts."""
    k, best = np.arange(n + 1), -np.inf
    laws = np.array([binom.pmf(k, n, monitor.pass_probability(e)) for e in GRID])
    for effort in EFFORTS:
        law, cost = binom.pmf(k, n, monitor.pass_probability(effort)), problem.cost.cost
        found = linprog(
            law,
            A_ub=np.concatenate([laws - law, -law[None]]),
            b_ub=np.append(cost(GRID) - cost(effort), -problem.outside - cost(effort)),
            bounds=(problem.floor, None),
        )
        if found.status == 0:
            best = max(best, float(problem.value(effort)) - found.fun)
    return best


CASES = [
    (al.SelfConsistency(0.15), 10, 2, 0.0, 0.0),
    (al.SelfConsistency(0.2), 6, 3, 0.0, -0.1),
    (al.Expert(0.2), 8, 3, 0.1, 0.1),
    (al.Golden(0.4), 5, 1.5, 0.0, 0.0),
]


@pytest.mark.parametrize(("monitor", "n", "power", "outside", "floor"), CASES)
def test_no_programme_earns_more_than_the_bound(monitor, n, power, outside, floor):
    problem = al.Problem(
        al.RiskNeutral(), al.PowerCost(0.4, power), lambda e: 0.6 * e * (2 - e), outside, floor
    )
    pay = al.second_best(problem, monitor, n, "optimal")
    best = by_programmes(problem, monitor, n)
    assert best <= pay.profit + pay.suboptimality + 1e-9
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(pay.profit, abs=1e-8)
    if pay.converged:
        assert pay.suboptimality <= max(1e-9 * pay.gap, 1e-11)


def test_pay_for_a_perfect_record_is_best_where_more_effort_does_not_tempt():
    """c grows faster than qⁿ, so that the reward for ten of ten buys every effort at the least rent: c′q/(nq′)."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.3, 12), lambda e: e, 0.0, 0.0)
    monitor, n = al.Expert(0.1), 6
    pay = al.second_best(problem, monitor, n, "optimal")
    assert pay.converged and pay.message.startswith("solved") and pay.family == "optimal"

    def earns(e):
        q, slope = monitor.pass_probability(e), monitor.slope(e)
        return e - np.maximum(problem.cost.cost(e), problem.cost.slope(e) * q / (n * slope))

    efforts = np.linspace(0.5, 1, 100_001)
    most = earns(efforts).max()
    assert pay.profit == pytest.approx(most, abs=1e-8)
    assert most - 1e-9 <= most_profit(problem, PassLaw.from_monitor(monitor), n, most - 1e-5) <= most + 1e-6


def test_a_deposit_reaches_the_first_best(reference):
    problem, monitor = reference
    problem = al.Problem(al.RiskNeutral(), problem.cost, problem.value, 0.0, -0.5)
    pay = al.second_best(problem, monitor, 50, "optimal")
    assert pay.converged and pay.gap < 1e-12


def test_the_bound_is_at_least_the_goal_and_what_bonuses_earn():
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.4, 2), lambda e: 0.6 * e * (2 - e), 0.0, 0.0)
    law = PassLaw.from_monitor(al.Expert(0.2))
    bonus = al.second_best(problem, al.Expert(0.2), 12, "binary")
    assert most_profit(problem, law, 12, -1.0) >= bonus.profit
    assert most_profit(problem, law, 12, 2.0) == 2.0
