"""Ranges of costs and types of agents: mixtures, and what is refused."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.agency.unknown_agent import MixedCost


def test_costs_in_between():
    agent = al.AgentRange(dear=reference_problem(scale=0.6), cheap=reference_problem(scale=0.4))
    assert agent.at(0.25).cost.scale == pytest.approx(0.55)
    assert agent.with_floor(-0.1).cheap.floor == -0.1


def test_a_mixture_of_two_kinds_of_costs():
    steep = al.ConvexCost(lambda e: np.expm1(2 * e) / 4, lambda e: np.exp(2 * e) / 2)
    mild = al.PowerCost(0.2, 3)
    agent = al.AgentRange(
        al.Problem(al.CARA(1), steep, lambda e: e), al.Problem(al.CARA(1), mild, lambda e: e)
    )
    cost, x = agent.at(0.3).cost, np.linspace(0.01, 0.99, 9)
    assert isinstance(cost, MixedCost) and cost.free_effort == 0 and cost.kinks == ()
    assert cost.cost(x) == pytest.approx(0.7 * steep.cost(x) + 0.3 * mild.cost(x))
    assert cost.slope(x) == pytest.approx((cost.cost(x + 1e-6) - cost.cost(x - 1e-6)) / 2e-6, rel=1e-7)
    assert cost.curvature(x) == pytest.approx((cost.slope(x + 1e-6) - cost.slope(x - 1e-6)) / 2e-6, rel=1e-6)


@pytest.mark.parametrize(
    "dear, cheap, words",
    [
        (reference_problem(scale=0.4), reference_problem(scale=0.6), "cost that rises faster.*Exchange them"),
        (reference_problem(), reference_problem(), "must differ"),
        (reference_problem(power=2), reference_problem(power=3), "Give costs of which one rises faster"),
        (reference_problem(scale=0.6), reference_problem(floor=-1.0), "the same floor"),
        (reference_problem(scale=0.6), reference_problem(aversion=2.0), "the same utility"),
        (0.6, reference_problem(), "dear must be a Problem"),
        (
            al.Problem(al.CARA(1), al.PowerCost(0.6, 2), lambda e: e, floor=0.0),
            al.Problem(al.CARA(1), al.PowerCost(0.5, 2), lambda e: 2 * e, floor=0.0),
            "one value of effort",
        ),
    ],
)
def test_refused_ranges(dear, cheap, words):
    with pytest.raises((TypeError, ValueError), match=words):
        al.AgentRange(dear, cheap)


@pytest.mark.parametrize(
    "problems, weights, words",
    [
        ([reference_problem()] * 2, [0.5, 0.6], "weights must sum to 1.*1.1"),
        ([reference_problem()] * 2, [1.0], "one number for each problem, 2"),
        (
            [reference_problem(), reference_problem(floor=None)],
            [0.5, 0.5],
            r"problems\[1\] must have the same floor",
        ),
        ([], [], "at least one problem"),
        (reference_problem(), [1.0], "problems must be a list"),
        ([reference_problem().with_efforts([0, 0.5, 1])], [1.0], r"efforts fill \[0, 1\]"),
    ],
)
def test_refused_types(problems, weights, words):
    with pytest.raises((TypeError, ValueError), match=words):
        al.AgentTypes(problems, weights)
