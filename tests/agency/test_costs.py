"""The cost of effort: closed forms, slopes against differences, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al


@given(st.floats(0.05, 5), st.floats(1.05, 8), st.floats(0.01, 0.99))
def test_a_power_and_its_slope(scale, power, effort):
    cost = al.PowerCost(scale, power)
    assert cost.cost(effort) == pytest.approx(scale * effort**power, rel=1e-12)
    step = 1e-6 * effort
    difference = (cost.cost(effort + step) - cost.cost(effort - step)) / (2 * step)
    assert cost.slope(effort) == pytest.approx(difference, rel=1e-5)


def test_no_effort_costs_nothing_and_more_costs_more():
    efforts = np.linspace(0, 1, 101)
    for cost in (al.PowerCost(0.5, 2), al.ConvexCost(lambda e: np.exp(e) - 1, np.exp)):
        values = cost.cost(efforts)
        assert values[0] == 0
        assert (np.diff(values) > 0).all() and (np.diff(values, 2) > -1e-12).all()


def test_any_convex_cost_is_the_power_it_equals():
    ours, theirs = al.PowerCost(0.5, 2), al.ConvexCost(lambda e: 0.5 * e**2, lambda e: e)
    efforts = np.linspace(0, 1, 11)
    assert theirs.cost(efforts) == pytest.approx(ours.cost(efforts), abs=1e-15)
    assert theirs.slope(efforts) == pytest.approx(ours.slope(efforts), abs=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: al.PowerCost(-1, 2), "scale"),
        (lambda: al.PowerCost(1, 0.5), "power"),
        (lambda: al.ConvexCost(lambda e: -e, lambda e: -1 + 0 * e), "cost"),
    ],
)
def test_bad_costs_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
