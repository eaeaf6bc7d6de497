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


def test_a_cost_in_money_is_paid_out_of_the_wage():
    """u(w − c): the reservation wage is h(u₀) + c, and CARA scales utility by e^(ac)."""
    cost, a = al.PowerCost(0.3, 2), 2.0
    problem = al.Problem(al.CARA(a), al.MoneyCost(cost), lambda e: e, outside=0.1)
    e, w = 0.6, 0.4
    assert problem.utility.wage(problem.reservation(e)) == pytest.approx(-np.log(0.8) / a + 0.108, rel=1e-13)
    u, grown = float(problem.utility.utility(w)), np.exp(a * 0.108)
    assert problem.payoff(w, e) == pytest.approx(grown * u - (grown - 1) / a, rel=1e-13)
    best = al.first_best(problem)
    assert best.effort == 1.0 and best.profit == pytest.approx(1 - 0.3 + np.log(0.8) / a, rel=1e-13)
    inside = al.first_best(al.Problem(al.CARA(a), al.MoneyCost(al.PowerCost(1.0, 2)), lambda e: e))
    assert inside.effort == pytest.approx(0.5, rel=1e-12)
    with pytest.raises(TypeError, match="spent must be"):
        al.MoneyCost(0.3)


def test_costs_and_values_of_efforts_beyond_one():
    """[0, 2] with half the slope is [0, 1]: the same problem in another unit."""
    unit = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e))
    wide = al.Problem(al.CARA(1.0), al.PowerCost(0.125, 2), lambda e: 0.3 * e * (2 - e / 2), effort_max=2.0)
    one, two = al.first_best(unit), al.first_best(wide)
    assert two.effort == pytest.approx(2 * one.effort, rel=1e-12) and two.profit == pytest.approx(
        one.profit, rel=1e-14
    )
    for cost in (al.PowerCost(0.5, 3), al.ConvexCost(np.expm1, np.exp), al.MoneyCost(al.PowerCost(0.5, 3))):
        longer = cost.stretched(0.5)
        assert longer.cost(0.8) == pytest.approx(cost.cost(0.4), rel=1e-14)
        assert longer.slope(0.8) == pytest.approx(0.5 * cost.slope(0.4), rel=1e-14)
    with pytest.raises(ValueError, match="effort_max must be above 0"):
        al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: e, effort_max=0.0)
    with pytest.raises(ValueError, match="value must increase.*at effort 0.9961"):
        al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: e * (2 - e), effort_max=1.5)
