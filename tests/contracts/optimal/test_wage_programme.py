"""Programmes of wages: prices are a bound at every effort near by, and x_k never exceeds what a box says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.wage_programme import Agent, _Search, best_wages, cheapest_wages

FINE = np.linspace(0, 1, 2001)


def agent_of(power, n, monitor=None, scale=0.4, outside=0.1, floor=0.05):
    problem = al.Problem(
        al.RiskNeutral(), al.PowerCost(scale, power), lambda e: 0.6 * e * (2 - e), outside, floor
    )
    monitor = al.Golden(0.35) if monitor is None else monitor
    return Agent(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))


def law(agent, efforts, n):
    return binom.pmf(np.arange(n + 1), n, np.asarray(agent.evidence.success(np.asarray(efforts)))[..., None])


def cheapest_by_linprog(agent, effort):
    """The least mean above the floor against every effort of a fine grid: too low by what the grid misses."""
    own, others, cost = law(agent, effort, agent.n), law(agent, FINE, agent.n), agent.problem.cost.cost
    found = linprog(
        own,
        A_ub=np.concatenate([others - own, -own[None]]),
        b_ub=np.append(cost(FINE) - cost(effort), -agent.need - cost(effort)),
        bounds=(0, None),
    )
    return found.fun if found.status == 0 else np.inf


@pytest.mark.parametrize(("power", "n"), [(1.2, 5), (1.5, 9), (2.0, 6), (3.0, 12)])
@pytest.mark.parametrize("effort", [0.3, 0.6, 0.85])
def test_the_cheapest_pay_is_that_of_a_fine_grid_and_no_effort_gains(power, n, effort):
    agent = agent_of(power, n)
    found = cheapest_wages(agent, effort)
    naive = cheapest_by_linprog(agent, effort)
    assert naive - 1e-9 <= found.mean <= naive + 2e-4 * (1 + naive)
    assert found.least == pytest.approx(found.mean, abs=1e-9)
    v = found.utilities() - agent.problem.floor_utility
    assert np.all(v >= 0)
    payoff = law(agent, FINE, n) @ v - agent.problem.cost.cost(FINE)
    assert payoff.max() <= law(agent, effort, n) @ v - agent.problem.cost.cost(effort) + 1e-9


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([1.2, 1.5, 2.0, 3.0]), st.integers(2, 14), st.floats(0.1, 0.9), st.floats(1e-4, 0.1), st.booleans()
)  # fmt: skip
def test_on_a_box_no_count_is_worth_more_than_the_bound_and_no_effort_earns_more(
    power, n, effort, half, squared
):
    agent = agent_of(power, n, al.SelfConsistency(0.2) if squared else None)
    line = cheapest_wages(agent, effort).line()
    low, high = np.array([max(effort - half, 1e-3)]), np.array([min(effort + half, 1.0 - 1e-3)])
    if not (line.allowed(low)[0] and line.allowed(high)[0]):  # prices below 0 bound nothing, and are not used
        assert line.ceilings(low, high)[0][0] == np.inf
        return
    top = line.highest(low, high)[0]
    inner = np.linspace(low[0], high[0], 41)
    for e in inner:
        q = np.float64(agent.evidence.success(e))
        a, b, nu = line.prices(q)
        ratios = [law(agent, d, n) / law(agent, e, n) for d in line.deviations]
        x = (
            a
            + b * (np.arange(n + 1) - n * q)
            + sum((v * (1 - r) for v, r in zip(nu, ratios, strict=True)), 0.0)
        )
        assert np.max(x) <= top + 1e-9 * (1 + abs(top))
    bound, _ = line.ceilings(low, high)
    if np.isfinite(bound[0]):
        for e in inner[::20]:
            earned = (
                float(agent.problem.value(e))
                - agent.problem.floor
                - cheapest_wages(agent, e, line.deviations or (0.0,)).mean
            )
            assert earned <= bound[0] + 1e-9


def test_prices_follow_the_effort_so_that_a_box_costs_a_square_of_its_width():
    agent = agent_of(1.5, 9, al.SelfConsistency(0.2))
    line = cheapest_wages(agent, 0.6).line()
    over = [line.highest(np.array([0.6 - h]), np.array([0.6 + h]))[0] - 1 for h in (1e-2, 1e-3)]
    assert over[0] < 0.05 and over[1] < over[0] / 30


def test_an_effort_that_no_pay_implements_is_too_dear():
    """One check is linear in q; the cost is concave there: nothing implements an effort inside."""
    agent = agent_of(1.2, 1, al.SelfConsistency(0.2))
    found = cheapest_wages(agent, 0.5)
    assert sum(found.short) > 0 and not found.fair and found.least > 10


def test_the_search_closes_or_says_how_far_it_is():
    agent = agent_of(1.5, 7, al.SelfConsistency(0.2))
    found, bound = best_wages(agent, -1.0, lambda profit: 1e-10)
    earned = float(agent.problem.value(found.effort)) - agent.problem.floor - found.mean
    assert earned <= bound <= earned + 1e-10
    for effort in np.linspace(0.2, 1, 17)[:-1]:
        one = cheapest_wages(agent, effort)
        assert float(agent.problem.value(effort)) - agent.problem.floor - one.mean <= bound
    nothing, same = best_wages(agent, earned + 0.01, lambda profit: 1e-10)
    assert nothing is None and same == pytest.approx(earned + 0.01, abs=1e-9)


def test_full_effort_is_a_point_of_its_own():
    """More than c′ will do there, so that prices of other efforts are no bound: it earns .0064 more than any effort below."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.479, 1.5), lambda e: 0.8 * e * (2 - e), 0.36, 0.43)
    monitor = al.Golden(0.295)
    bonus = al.second_best(problem, monitor, 4, "binary")
    assert bonus.effort == 1 and bonus.profit == pytest.approx(-0.2081760817, abs=1e-9)
    pay = al.second_best(problem, monitor, 4, "optimal")
    assert pay.profit + pay.suboptimality >= bonus.profit - 1e-12
    agent = Agent(problem, PassLaw.from_monitor(monitor), 4, al.first_best(problem))
    full = cheapest_wages(agent, 1.0)
    assert full.fair and 0.8 - 0.43 - full.mean == pytest.approx(bonus.profit, abs=1e-9)
    search = _Search(agent, -1.0, lambda profit: 1e-9, None)
    search.points(None)
    assert search.at_points == pytest.approx(bonus.profit, abs=1e-9) and search.found.effort == 1
