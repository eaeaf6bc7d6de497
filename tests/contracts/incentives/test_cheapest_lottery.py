"""The cheapest lottery against a convex programme solved elsewhere, and its dual as a bound."""

import numpy as np
import pytest
from scipy import optimize, stats

import annolib as al
from annolib.contracts.incentives import cheapest_lottery
from annolib.contracts.incentives.cheapest_lottery import Programme, _dual, _error, solve, utilities_at

N, EFFORT, OTHER = 6, 0.6, 0.1


def programme(utility, floor_utility, cost=0.4):
    """Participation, the local incentive, and one effort that must not tempt; the law is that of 6 checks, q = ½ + 0.4η."""
    k = np.arange(N + 1)
    law, other = (stats.binom.pmf(k, N, 0.5 + 0.4 * effort) for effort in (EFFORT, OTHER))
    q = 0.5 + 0.4 * EFFORT
    score = 0.4 * (k - N * q) / (q * (1 - q))
    rows = np.array([np.ones(N + 1), score, 1 - other / law])
    targets = np.array([0.1 + cost * EFFORT**2, 2 * cost * EFFORT, cost * (EFFORT**2 - OTHER**2)])
    signed = np.array([True, False, True])
    return Programme(law, rows, rows * law, targets, signed, utility, floor_utility)


def by_scipy(given, start):
    """The same programme by sequential quadratic programming over the utilities themselves."""
    equal = ~given.signed
    constraints = [
        {"type": "eq", "fun": lambda v: (given.weights @ v - given.targets)[equal]},
        {"type": "ineq", "fun": lambda v: (given.weights @ v - given.targets)[given.signed]},
    ]
    found = optimize.minimize(
        lambda v: given.probabilities @ given.utility.wage(v), start, method="SLSQP", constraints=constraints,
        bounds=[(given.floor_utility, given.utility.highest - 1e-6)] * (N + 1), options={"maxiter": 500, "ftol": 1e-14},
    )  # fmt: skip
    assert found.success, found.message
    return found.fun


CASES = [(al.CARA(1.0), 0.0), (al.CARA(1.0), -2.0), (al.CRRA(0.5), 0.05)]


@pytest.mark.parametrize(("utility", "floor"), CASES, ids=repr)
def test_against_another_solver(utility, floor):
    given = programme(utility, floor, cost=0.2)
    found = solve(given, np.array([1.0, 0.1, 0.0]))
    assert found.converged and found.residual < 1e-11 and found.suboptimality < 1e-10
    cost = given.probabilities @ utility.wage(found.utilities)
    assert cost == pytest.approx(by_scipy(given, found.utilities + 0.01), rel=1e-6)
    assert found.bound == pytest.approx(cost, rel=1e-10)
    assert found.utilities.min() >= floor and np.all(found.prices[given.signed] >= 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_dual_bounds_the_cost_wherever_it_stops(seed):
    """Any prices give a bound: stopped at once by a low ceiling, it lies below what the solution costs."""
    given = programme(al.CARA(1.0), 0.0, cost=0.2)
    best = solve(given, np.array([1.0, 0.1, 0.0]))
    start = np.abs(np.random.default_rng(seed).normal(1, 1, 3))
    stopped = solve(given, start, ceiling=-np.inf)
    assert not stopped.converged and stopped.bound < best.bound
    assert solve(given, start).bound == pytest.approx(best.bound, rel=1e-10)


def test_a_search_cut_short_says_so(monkeypatch):
    """After one step, or above its ceiling: not solved, and what is left open is the sum over all constraints."""
    given = programme(al.CARA(1.0), 0.0, cost=0.2)
    best = solve(given, np.array([1.0, 0.1, 0.0]))
    dear = solve(given, best.prices, ceiling=best.bound - 0.01)
    assert dear.residual < 1e-8 and not dear.converged and dear.bound > best.bound - 0.01
    monkeypatch.setattr(cheapest_lottery, "_STEPS", 4)
    short = solve(given, np.array([1.0, 0.1, 0.0]))
    assert 1e-8 < short.residual < 1e-2 and not short.converged
    assert short.suboptimality == pytest.approx(np.abs(short.prices * short.slacks).sum(), rel=1e-12)
    assert short.bound <= best.bound


def test_prices_that_would_reward_a_slack_are_none():
    """Below zero the price of a constraint with slack would lift the dual value above the cost."""
    given = programme(al.CARA(1.0), 0.0, cost=0.2)
    best = solve(given, np.array([1.0, 0.1, 0.0]))
    slack = given.signed & (best.slacks > 1e-6)
    assert slack.any()
    prices = np.where(slack, -0.01, best.prices)
    assert _dual(given, prices)[0] > best.bound + 1e-6
    assert solve(given, prices, ceiling=-np.inf).bound <= best.bound * (1 + 1e-12)


def test_what_the_error_counts():
    """A violated constraint counts whatever its price, one with slack only where it has a price."""
    given = programme(al.CARA(1.0), -np.inf, cost=0.2)
    scale, theta = np.array([1.0, 1.0, 2.0]), np.array([1.0, 0.1, 0.0])
    assert _error(np.array([0.0, 0.0, 0.5]), theta, given, scale) == 0.25
    assert _error(np.array([0.0, 0.0, -0.5]), theta, given, scale) == 0
    assert _error(np.array([-0.3, 0.1, -0.5]), theta, given, scale) == 0.3
    assert _dual(given, np.array([-1.0, 0.0, 0.0]))[0] == -np.inf  # no utilities have that price


def test_utilities_solve_the_first_order_condition_above_the_floor():
    utility, floor = al.CRRA(0.5), 1.0
    x = np.array([-1.0, 0.1, float(utility.marginal_wage(floor)), 2.0, 5.0])
    v, inside = utilities_at(utility, floor, x)
    assert inside.tolist() == [False, False, False, True, True] and v[:3].tolist() == [floor] * 3
    np.testing.assert_allclose(utility.marginal_wage(v[3:]), x[3:], rtol=1e-13)
    v, inside = utilities_at(al.CARA(1.0), -np.inf, np.array([0.0, 1.0]))
    assert v[0] == -np.inf and np.isfinite(v[1])
