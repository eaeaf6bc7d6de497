"""Risk-neutral agents: the bound against linear programmes, and where a bonus or a line attains it."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.risk_neutral import _on_boxes, most_profit
from tests.contracts.kinked_costs import dipped

EFFORTS, GRID = np.linspace(0.02, 1, 50), np.linspace(0, 1, 101)
FINE = np.linspace(0, 1, 4001)


def laws_at(monitor, n, effort):
    return binom.pmf(np.arange(n + 1), n, monitor.pass_probability(effort))


def by_programmes(problem, monitor, n, efforts):
    """The best profit over these efforts, each a linear programme over the n + 1 wages; other efforts of a fine grid join as they tempt."""
    k, best = np.arange(n + 1), -np.inf
    every, cost = binom.pmf(k, n, monitor.pass_probability(FINE)[:, None]), problem.cost.cost
    for effort in efforts:
        law, others = binom.pmf(k, n, monitor.pass_probability(effort)), GRID
        for _ in range(20):
            laws = binom.pmf(k, n, monitor.pass_probability(others)[:, None])
            found = linprog(
                law,
                A_eq=((laws_at(monitor, n, effort + 1e-5) - laws_at(monitor, n, effort - 1e-5)) / 2e-5)[None]
                if effort < 1
                else None,
                b_eq=[float(problem.cost.slope(effort))] if effort < 1 else None,
                A_ub=np.concatenate([laws - law, -law[None]]),
                b_ub=np.append(cost(others) - cost(effort), -problem.outside - cost(effort)),
                bounds=(problem.floor, None),
            )
            if found.status != 0:
                break
            payoff = every @ found.x - cost(FINE)
            gain = payoff.max() - (law @ found.x - cost(effort))
            if gain < 1e-9:
                best = max(best, float(problem.value(effort)) - found.fun)
                break
            peaks = np.flatnonzero(
                (payoff >= np.r_[-np.inf, payoff[:-1]]) & (payoff >= np.r_[payoff[1:], -np.inf])
            )
            others = np.append(others, FINE[peaks])
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
    near = np.array([*EFFORTS[::7], pay.effort])
    best = by_programmes(problem, monitor, n, FINE[np.searchsorted(FINE, near - 1e-9)])
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


OPEN = [  # neither a bonus nor a line is best: profit, effort
    (al.SelfConsistency(0.179), 14, (0.484, 1.5), lambda e: 0.8 * np.minimum(e, 0.4), 0.5, 0.28),
    (al.Golden(0.417), 7, (0.416, 1.2), lambda e: 0.365 * e * (2 - e), 0.82, 0.83),
    (al.Golden(0.295), 4, (0.479, 1.5), lambda e: 0.55 * e * (2 - e), 0.36, 0.43),
]


@pytest.mark.parametrize(("monitor", "n", "cost", "value", "outside", "floor"), OPEN)
def test_where_neither_a_bonus_nor_a_line_is_best_a_programme_of_wages_is(
    monitor, n, cost, value, outside, floor
):
    slope = (lambda e: 0.8 * (e < 0.4)) if outside == 0.5 else None
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(*cost), value, outside, floor, slope)
    pay = al.second_best(problem, monitor, n, "optimal")
    assert pay.converged and pay.certificate.gain_bound < 1e-9
    simple = max(al.second_best(problem, monitor, n, name).profit for name in ("flat", "binary"))
    assert pay.profit > simple + 1e-3
    near = FINE[np.searchsorted(FINE, pay.effort) + np.array([-80, -1, 0, 80])]
    best = by_programmes(problem, monitor, n, near)
    assert pay.profit - 2e-3 <= best <= pay.profit + pay.suboptimality + 1e-9
    paid = binom.pmf(np.arange(n + 1), n, monitor.pass_probability(pay.effort)) @ pay.contract.wage(
        np.arange(n + 1)
    )
    assert value(pay.effort) - paid == pytest.approx(pay.profit, abs=1e-12)


def test_a_parabola_reaches_the_first_best_where_a_line_does_not():
    """The cost is concave in what the checks see, so that every line is answered by too little or too much effort."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.4, 1.2), lambda e: 0.4 * e * (2 - e), 0.0, None)
    monitor, n = al.SelfConsistency(0.2), 2
    pay = al.second_best(problem, monitor, n, "optimal")
    assert pay.converged and pay.gap == 0 and "parabola" in pay.message
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(
        al.first_best(problem).profit, abs=1e-9
    )
    least = float(pay.contract.wage(np.arange(n + 1)).min())
    held = al.second_best(problem, monitor, n, "optimal", floor=least + 1e-6)
    assert held.converged and "parabola" not in held.message
    million = al.second_best(problem, monitor, 10**6, "optimal")
    assert million.converged and million.gap == 0


_STAIRS = 2.0**22
FUNCTIONS = {
    "a power": al.PowerCost(0.4, 2.5),
    "exponential": al.ConvexCost(lambda e: np.expm1(3 * e) / 30, lambda e: np.exp(3 * e) / 10),
    "a dip": dipped(0.5342, 0.001).cost,
    "stairs": al.ConvexCost(
        lambda e: e**2 / 2, lambda e: (np.floor(np.asarray(e) * _STAIRS) + 0.5) / _STAIRS
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("monitor", [al.Expert(0.2), al.SelfConsistency(0.15)], ids=["expert", "repeats"])
def test_bounds_on_boxes_hold_at_a_dense_grid_of_efforts(name, monitor):
    """V − max(u₀ + c, f + c′q/(nq′)) lies below the bound in all of a box; on small boxes of a smooth cost not far below."""
    cost, evidence, n, floor = FUNCTIONS[name], PassLaw.from_monitor(monitor), 7, -0.05
    problem = al.Problem(al.RiskNeutral(), cost, lambda e: 0.6 * e * (2 - e), outside=0.0, floor=floor)
    rng = np.random.default_rng(5)
    low = np.concatenate([[0.47, 0.5, 0.53, 0.534], rng.uniform(0.05, 0.9, 20)])
    high = np.concatenate([[0.57, 0.56, 0.54, 0.5345], low[4:] + 10 ** rng.uniform(-6, -1, 20)])
    bound = _on_boxes(problem, evidence, n, low, high)
    e = np.linspace(low, high, 501, axis=1)
    mean = cost.slope(e) * evidence.success(e) / (n * evidence.slope(e))
    plain = problem._value(e) - np.maximum(problem.reservation(e), floor + mean)
    others = [_value_against(problem, evidence, n, floor, e, other) for other in np.linspace(0, 0.9, 10)]
    true = np.minimum.reduce([plain, *others]).max(axis=1)
    assert (true <= bound + 1e-14).all()
    small = high - low < 1e-3
    assert (bound[small] - true[small] < 2e-3).all()


def _value_against(problem, evidence, n, floor, e, other):
    """What is left where the effort `other` must not tempt; infinite where it is not clearly less."""
    fewer = (evidence.success(other) / evidence.success(e)) ** n
    needed = (problem.cost.cost(e) - problem.cost.cost(other)) / (1 - fewer)
    return np.where(other < e - 1e-3, problem._value(e) - floor - needed, np.inf)
