"""The profit at every strength: proved bounds against fine grids, also with ties and in between."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.robust.family import Costs, Kind, Strengths, listed
from annolib.contracts.robust.whole_range import Pay, check_kinds, check_range, handicapped

EFFORTS = np.linspace(0, 1, 2001)


def source(low=0.14, high=0.16, **problem):
    return Strengths(
        reference_problem(**problem), al.MonitorRange(al.SelfConsistency(low), al.SelfConsistency(high))
    )


def profits(contract, problem, strengths):
    """What each strength leaves if an agent within 1e-9 of indifference does what the firm likes least."""
    counts = np.arange(contract.n + 1)
    wages = contract.wage(counts)
    out = []
    for kappa in strengths:
        pmf = stats.binom.pmf(counts, contract.n, (0.5 + 2 * kappa * EFFORTS**2)[:, None])
        payoff = pmf @ problem.utility.utility(wages) - problem.cost.cost(EFFORTS)
        left = problem.value(EFFORTS) - pmf @ wages
        out.append(left[payoff >= payoff.max() - 1e-9].min())
    return np.array(out)


CONTRACTS = [
    al.contracts.Binary(57, 0.0, 0.3114, 100),
    al.contracts.Binary(57, 0.0, 0.35, 100),
    al.contracts.Linear(-0.95, 1.91, None, 100),
    al.contracts.Linear(-1.2, 2.4, -0.3, 100),
    al.contracts.Tiered((55, 60), (-0.02, 0.2, 0.3), 100),
]


@pytest.mark.parametrize("contract", CONTRACTS, ids=repr)
def test_the_bound_is_the_least_profit_on_a_grid(contract):
    problem = reference_problem(floor=None)
    pay = Pay(contract, problem.utility, "passes")
    assert pay.rises
    check = check_range(source(floor=None), pay, 1e-7)
    seen = profits(contract, problem, np.linspace(0.14, 0.16, 9))
    assert (
        check.bound <= seen.min() + 2e-4
    )  # so far the firm's worst within 1e-9 of payoff is from the best answer
    assert check.bound == pytest.approx(seen.min(), abs=3e-4)
    assert check.gain_bound < 1e-11


def test_an_agent_who_is_indifferent_at_the_weak_end_is_not_counted_on():
    pay = al.second_best(source().problem, source().strengths, 100, "binary")
    fair = pay.contract
    level = 1 - np.exp(-fair.high)
    for less, works in ((0.0, True), (1e-9, False)):
        contract = replace(fair, high=float(-np.log1p(-level * (1 - less))))
        check = check_range(source(), Pay(contract, source().problem.utility, "passes"), 1e-9)
        assert (check.bound > 0.24) is works  # a bonus a billionth smaller buys nothing at the weak end


def test_a_jump_inside_the_range_is_not_missed():
    """Some strengths idle, stronger ones jump to work: the bound holds, and between both it counts on nothing."""
    problem = reference_problem(floor=None)
    contract = al.contracts.Tiered((53, 64), (-0.05, 0.13, 0.45), 100)
    check = check_range(source(0.1, 0.24, floor=None), Pay(contract, problem.utility, "passes"), 1e-6)
    seen = profits(contract, problem, np.linspace(0.1, 0.24, 29))
    assert seen.min() < 0 < seen.max()
    assert check.bound <= seen.min() and check.bound > -0.45


def test_a_range_of_costs():
    agent = al.AgentRange(reference_problem(scale=0.55), reference_problem(scale=0.45))
    contract = al.contracts.Binary(57, 0.0, 0.35, 100)
    check = check_range(Costs(agent, al.SelfConsistency(0.15)), Pay(contract, al.CARA(1), "passes"), 1e-9)
    seen = [
        al.best_answer(agent.at(share), al.SelfConsistency(0.15), contract).profit
        for share in np.linspace(0, 1, 9)
    ]
    assert check.bound == pytest.approx(min(seen), abs=1e-8)


def test_some_kinds():
    problem = reference_problem()
    monitors = [al.SelfConsistency(k) for k in (0.15, 0.2)]
    kinds = listed([problem] * 2, monitors, [0.5, 0.5], [0.15, 0.2])
    contract = al.contracts.Binary(57, 0.0, 0.3, 100)
    check = check_kinds(kinds, Pay(contract, problem.utility, "passes"))
    seen = [al.best_answer(problem, monitor, contract).profit for monitor in monitors]
    assert check.bound == pytest.approx(np.mean(seen), abs=1e-9)


def test_pay_that_falls_is_seen():
    falling = al.contracts.Tiered((4, 8), (0.0, 0.5, 0.2), 10)
    assert not Pay(falling, al.CARA(1), "passes").rises


def test_a_handicap_scales_any_cost():
    cost = al.ConvexCost(lambda e: np.expm1(e) / 4, lambda e: np.exp(e) / 4)
    problem = al.Problem(al.CARA(1.0), cost, lambda e: 0.6 * e * (2 - e), floor=0.0)
    kind = Kind(problem, PassLaw.from_monitor(al.Expert(0.2)), 1.0, "x")
    more = handicapped(kind, 0.5).problem.cost
    for name in ("cost", "slope", "curvature"):
        assert getattr(more, name)(0.3) == pytest.approx(1.5 * getattr(cost, name)(0.3))
    assert more.free_effort == cost.free_effort
