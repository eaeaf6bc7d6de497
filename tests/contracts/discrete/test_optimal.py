"""Any pay for finitely many efforts: against a conic solver, nested classes, cost in money, risk-neutral agents."""

import cvxpy as cp
import numpy as np
import pytest
from scipy.optimize import linprog

import annolib as al
from annolib.contracts.discrete import optimal
from tests.contracts.discrete import naive


@pytest.mark.parametrize("seed", range(16))
def test_against_a_conic_solver(seed):
    rng = np.random.default_rng(seed)
    problem, monitor, n = naive.random_actions(rng)
    pay = al.second_best(problem, monitor, n, "optimal")
    known = naive.best_lottery(problem, naive.law(problem, monitor, n))
    assert pay.converged, pay
    assert pay.profit == pytest.approx(known, abs=2e-6)
    answer = al.best_answer(problem, monitor, pay.contract)
    assert answer.profit == pytest.approx(pay.profit, abs=1e-8)


@pytest.mark.parametrize("seed", range(8))
def test_more_freedom_never_earns_less(seed):
    rng = np.random.default_rng(50 + seed)
    problem, monitor, n = naive.random_actions(rng, n=30)
    gaps = [
        al.second_best(problem, monitor, n, f).gap
        for f in ("flat", "binary", "tiered(2)", "tiered(3)", "optimal")
    ]
    assert all(b <= a * (1 + 1e-9) + 1e-14 for a, b in zip(gaps, gaps[1:], strict=False)), gaps
    line = al.second_best(problem, monitor, n, "linear").gap
    assert gaps[-1] <= line * (1 + 1e-9) + 1e-14 and line <= gaps[0] + 1e-14


def test_cost_in_money_against_a_conic_solver():
    """y = e^(−aw) is linear in the constraints, and −E log y convex."""
    a, n = 1.5, 12
    problem = al.Problem(
        al.CARA(a), al.MoneyCost(al.PowerCost(0.4, 2)), lambda e: 0.9 * e, 0.1, -0.1, efforts=[0, 0.5, 1]
    )
    monitor = al.Expert(0.22)
    pay = al.second_best(problem, monitor, n, "optimal")
    p, cost = naive.law(problem, monitor, n), problem.cost.cost(np.array(problem.efforts))
    best = -float(problem.utility.wage(problem.outside))
    for j in range(3):
        y = cp.Variable(n + 1)
        limits = [np.exp(a * cost[j]) * p[j] @ y <= 1 - a * 0.1, y <= np.exp(a * 0.1)]
        limits += [
            np.exp(a * cost[j]) * p[j] @ y <= np.exp(a * cost[i]) * p[i] @ y for i in range(3) if i != j
        ]
        found = cp.Problem(cp.Minimize(-p[j] @ cp.log(y) / a), limits)
        found.solve(solver=cp.CLARABEL)
        if found.status == "optimal":
            best = max(best, 0.9 * problem.efforts[j] - found.value)
    assert pay.converged and pay.profit == pytest.approx(best, abs=1e-7)
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(pay.profit, abs=1e-9)


@pytest.mark.parametrize("n", [5, 40, 300])
def test_a_risk_neutral_agent_is_a_linear_programme(n):
    problem = al.Problem(
        al.RiskNeutral(),
        al.PowerCost(0.5, 2),
        lambda e: 0.6 * e * (2 - e),
        floor=0.0,
        efforts=np.linspace(0, 1, 6),
    )
    monitor = al.SelfConsistency(0.15)
    pay = al.second_best(problem, monitor, n, "optimal")
    p, efforts = naive.law(problem, monitor, n), np.array(problem.efforts)
    cost, best = problem.cost.cost(efforts), 0.0
    for j in range(6):
        rows = np.vstack([p[j], p[j] - np.delete(p, j, 0)])
        targets = np.r_[cost[j], cost[j] - np.delete(cost, j)]
        found = linprog(p[j], -rows, -targets, bounds=(0, None))
        if found.status == 0:
            best = max(best, problem.value(efforts[j]) - found.fun)
    assert pay.profit == pytest.approx(best, abs=1e-8)
    assert pay.suboptimality <= 1e-7
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(pay.profit, abs=1e-7)


def test_where_many_levels_are_a_continuum(reference):
    """65 levels at 100 checks: below the continuum's gap (fewer ways to shirk), and close to it."""
    problem, monitor = reference
    best = al.second_best(problem, monitor, 100, "optimal")
    levels = np.unique(np.append(np.linspace(0, 1, 65), best.effort))
    listed = al.discrete_actions(problem, monitor, 100, levels, "optimal")
    assert best.gap * 0.95 < listed.gap <= best.gap * (1 + 1e-9)


def test_punishments_without_limit_are_refused(reference):
    with pytest.raises(al.NoBestContract, match="floor"):
        al.discrete_actions(reference[0].with_floor(None), reference[1], 2_000, [0, 0.5], "optimal")


@pytest.mark.parametrize("n, number", [(100_000, 33), (100_000, 2)])
def test_large_n(reference, n, number):
    levels = np.linspace(0, al.first_best(reference[0]).effort, number)
    pay = al.discrete_actions(*reference, n, levels, "optimal")
    bonus = al.discrete_actions(*reference, n, levels, "binary")
    assert pay.converged and bonus.log_gap - 1 < pay.log_gap < bonus.log_gap


def test_what_the_programmes_left_open_is_said(monkeypatch):
    """Bounds below what was found, of a convex programme or of a linear one, are in the result."""
    convex = al.Problem(al.CARA(1.0), [0, 0.1], [0, 1.0], 0.0, 0.0, efforts=[0, 0.8])
    linear = al.Problem(al.RiskNeutral(), [0, 0.1], [0, 1.0], 0.0, 0.0, efforts=[0, 0.8])
    best = [al.second_best(problem, al.Expert(0.2), 6, "optimal") for problem in (convex, linear)]
    assert all(pay.converged and pay.gap > 0.005 for pay in best)
    programmes, wages = optimal.best_programmes, optimal._cheapest_wages

    def loose(actions, states, log_gap):
        solutions, bound = programmes(actions, states, log_gap)
        return solutions, bound - 0.5

    def below(*given):
        cost, paid, bound, rounds = wages(*given)
        return cost, paid, bound - 0.003, rounds

    monkeypatch.setattr(optimal, "best_programmes", loose)
    monkeypatch.setattr(optimal, "_cheapest_wages", below)
    open_ = [al.second_best(problem, al.Expert(0.2), 6, "optimal") for problem in (convex, linear)]
    assert not any(pay.converged for pay in open_)
    assert open_[0].suboptimality == pytest.approx(best[0].gap * (1 - np.exp(-0.5)), rel=1e-6)
    assert open_[1].suboptimality == pytest.approx(0.003, rel=1e-6)


def test_states_that_would_save_join_the_linear_programme():
    """Of 500 states one, not among the first that are looked at, tells most: pay belongs there."""
    rng = np.random.default_rng(0)
    law = rng.uniform(0.5, 1, (3, 500))
    law[2, 7] = 60.0
    law /= law.sum(axis=1, keepdims=True)
    need = np.array([0.0, 0.05, 0.2])
    cost, paid, bound, _ = optimal._cheapest_wages(law, need, 2, 0.0)
    rows = np.vstack([law[2], law[2] - law[:2]])
    known = linprog(law[2], -rows, -np.r_[need[2], need[2] - need[:2]], bounds=(0, None))
    assert cost == pytest.approx(known.fun, rel=1e-9) and bound == pytest.approx(cost, rel=1e-9)
    assert paid[7] > 0
