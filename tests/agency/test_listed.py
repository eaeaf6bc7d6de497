"""Finite lists of efforts: what they allow that a continuum does not, and what they refuse."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.listed import ListedCost


def test_nothing_need_be_convex_or_concave():
    """The value rises faster and faster, the cost jumps down: the first best is found by trying all."""
    problem = al.Problem(
        al.CARA(2.0), cost=[0.0, 0.3, 0.1], value=[0.0, 0.1, 1.0], outside=0.05, efforts=[0, 0.4, 0.9]
    )
    best = al.first_best(problem)
    profits = np.array([0.0, 0.1, 1.0]) + np.log1p(-2 * (0.05 + np.array([0.0, 0.3, 0.1]))) / 2
    assert best.effort == 0.9 and best.profit == pytest.approx(profits.max(), rel=1e-14)
    assert problem.loss(np.array(problem.efforts), best) == pytest.approx(profits.max() - profits, abs=1e-15)
    curve = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), value=lambda e: e**3, efforts=[0, 0.5, 1])
    assert al.first_best(curve).effort == 1.0


def test_efforts_are_numbered_where_only_costs_are_listed():
    problem = al.Problem(al.CRRA(0.5), cost=[0, 10, 12], value=[1, 2, 300], outside=18)
    assert problem.efforts == (0.0, 1.0, 2.0) and problem.with_floor(1.0).efforts == problem.efforts
    assert al.first_best(problem).effort == 2.0


def test_with_efforts_and_back():
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)
    listed = problem.with_efforts([0, 0.5, 1])
    assert listed.efforts == (0.0, 0.5, 1.0) and al.first_best(listed).effort == 0.5
    assert al.first_best(listed.with_efforts(None)) == al.first_best(problem)


def test_the_value_may_come_with_the_evidence():
    problem = al.Problem(al.CRRA(0.5), cost=[0, 10], outside=18)
    with pytest.raises(ValueError, match="value is missing"):
        al.first_best(problem)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"efforts": [0.5]}, "efforts must be two or more.*nothing to choose"),
        ({"efforts": [0.5, 0.2]}, "efforts must increase; saw 0.5 before 0.2"),
        ({"efforts": [0.5, 0.5]}, "efforts must increase"),
        ({"efforts": [0, 1.5]}, "efforts must lie in .0, 1.; saw 1.5"),
        ({"efforts": "all"}, "efforts must be a number"),
        ({"cost": [0.0]}, "two or more"),
        ({"cost": [0.0, 0.1], "efforts": [0, 0.5, 1]}, "cost must have one entry for each of 3 efforts"),
        ({"cost": [0.0, np.inf]}, "cost must be finite"),
        ({"value": [0.0, 0.1, 0.2], "efforts": [0, 1]}, "value must have one entry for each of 2 efforts"),
    ],
)
def test_refusals(change, words):
    given = {"utility": al.CARA(1.0), "cost": al.PowerCost(0.5, 2), "value": lambda e: e}
    with pytest.raises((TypeError, ValueError), match=words):
        al.Problem(**{**given, **change})


def test_a_list_knows_no_effort_between_and_no_slope():
    cost = ListedCost((0.0, 0.5, 1.0), (0.0, 0.1, 0.3))
    assert cost.cost([1.0, 0.5]) == pytest.approx([0.3, 0.1], abs=0)
    with pytest.raises(ValueError, match="saw 0.25"):
        cost.cost([0.5, 0.25])
    with pytest.raises(TypeError, match="no slope"):
        cost.slope(0.5)
    problem = al.Problem(al.CARA(1.0), cost=[0.0, 0.1], value=[0.0, 1.0])
    with pytest.raises(ValueError, match="saw 0.5"):
        problem.with_efforts([0, 0.5])
