"""Kinds, their aims, and the bound by imitation."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.robust.family import Costs, Strengths, imitation_bound, listed


def strengths(low, high, **problem):
    return Strengths(
        reference_problem(**problem), al.MonitorRange(al.SelfConsistency(low), al.SelfConsistency(high))
    )


@pytest.mark.parametrize("low, high, bound", [(0.14, 0.16, 0.3042616), (0.12, 0.18, 0.2903295)])
def test_imitation_bound_of_the_reference_problem(low, high, bound):
    source = strengths(low, high)
    assert imitation_bound(source.at(0), source.at(1)) == pytest.approx(bound, abs=5.1e-8)


def test_imitation_bound_by_grid():
    source = strengths(0.1, 0.2)
    effort = np.linspace(0, 1, 4001)
    utility = reference_problem().utility
    value, cost = 0.6 * effort * (2 - effort), effort**2 / 2
    saved = cost * (1 - 0.1 / 0.2)
    other = np.array([np.max(value - utility.wage(np.minimum(cost + s, 1 - 1e-9))) for s in saved])
    naive = np.max(np.minimum(value - utility.wage(cost), other))
    assert imitation_bound(source.at(0), source.at(1)) == pytest.approx(naive, abs=1e-4)


def test_imitation_costs_nothing_where_all_are_alike():
    source = strengths(0.14, 0.14 * (1 + 1e-12))
    assert imitation_bound(source.at(0), source.at(1)) == pytest.approx(0.31662103434, abs=1e-9)


def test_a_range_of_costs_is_named_by_its_scale_or_its_share():
    agent = al.AgentRange(reference_problem(scale=0.55), reference_problem(scale=0.45))
    costs = Costs(agent, al.SelfConsistency(0.15))
    assert costs.named == "cost" and costs.at(0).label == 0.55 and costs.at(0.5).label == pytest.approx(0.5)
    steep = al.ConvexCost(lambda e: np.expm1(2 * e) / 4, lambda e: np.exp(2 * e) / 2)
    pair = (al.Problem(al.CARA(1), cost, lambda e: e) for cost in (steep, al.PowerCost(0.2, 3)))
    mixed = Costs(al.AgentRange(*pair), al.SelfConsistency(0.15))
    assert mixed.named == "share" and mixed.at(0.5).label == 0.5


def test_aims():
    problem = reference_problem()
    monitors = [al.SelfConsistency(k) for k in (0.1, 0.2)]
    kinds = listed([problem] * 2, monitors, [0.25, 0.75], [0.1, 0.2])
    assert kinds.aim(np.array([1.0, 2.0])) == pytest.approx(1.75)
    efforts, profits, paid = kinds.flat()
    assert profits.tolist() == [0, 0] and paid == 0 and efforts.tolist() == [0, 0]
    assert kinds.low_utility(np.array([0.2, 0.1])) == 0
    assert kinds.low_utility(np.array([-0.2, -0.1])) == pytest.approx(0.2)
