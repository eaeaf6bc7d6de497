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
        (lambda: al.ConvexCost(lambda e: -e, lambda e: -1 + 0 * e), "derivative must not be negative"),
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


def _interpolated(e):
    return np.interp(e, np.linspace(0, 1, 11), np.linspace(0, 1, 11) ** 2)


LIES = {
    "another derivative": (lambda e: e**2 / 2, lambda e: 2 * e, "derivative does not belong to function"),
    "a little off": (lambda e: e**2 / 2, lambda e: e * (1 + 1e-7), "derivative does not belong to function"),
    "a table and its formula": (_interpolated, lambda e: 2 * e, "derivative does not belong to function"),
    "jumps itself": (lambda e: np.floor(10 * e) / 10, lambda e: 0 * e, "derivative does not belong to function"),
    "not 0 at 0": (np.exp, np.exp, "function must be 0 at effort 0; saw 1"),
    "falls at first": (lambda e: np.abs(e - 0.3) - 0.3, lambda e: np.sign(e - 0.3), "derivative must not be negative"),
    "concave": (lambda e: np.log1p(e), lambda e: 1 / (1 + e), "derivative must not fall"),
    "a narrow bump": (
        lambda e: e**2 / 2, lambda e: e + 0.01 * np.exp(-(((e - 0.50195) / 1e-4) ** 2)), "derivative must not fall.*0.50"
    ),
    "not a number": (lambda e: np.where(e > 0.5, np.nan, e**2), lambda e: 2 * e, "function must be finite.*nan"),
    "slope not a number": (lambda e: e**2, lambda e: np.where(e > 0.5, np.nan, 2 * e), "derivative must be finite.*nan"),
    "infinite": (lambda e: -np.log1p(-e), lambda e: 1 / (1 - e), "function must be finite.*at effort 1 it is inf"),
    "steep at 0": (np.sqrt, lambda e: 0.5 / np.sqrt(e), "derivative must be finite.*at effort 0 it is inf"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
@pytest.mark.filterwarnings("error")
def test_a_lie_in_a_cost_is_one_error_that_names_the_argument(name):
    function, derivative, message = LIES[name]
    with pytest.raises(ValueError, match=message):
        al.ConvexCost(function, derivative)


@pytest.mark.parametrize(
    "wrong",
    [lambda e: [x**2 for x in np.atleast_1d(e)], lambda e: "much", lambda e: None, lambda e, k: e, 3, lambda e: e[0] ** 2],
)  # fmt: skip
def test_what_gives_no_number_is_refused_by_name(wrong):
    with pytest.raises(TypeError, match="^function must be a function of effort that returns a number"):
        al.ConvexCost(wrong, lambda e: 2 * e)
    with pytest.raises(TypeError, match="^derivative must be a function of effort that returns a number"):
        al.ConvexCost(lambda e: e**2, wrong)


STRANGE = {
    "one number at a time": (lambda e: e**2 if e < 0.5 else e - 0.25, lambda e: 2 * e if e < 0.5 else 1.0, ()),
    "softplus": (
        lambda e: (np.logaddexp(0, 50 * (e - 0.5)) - np.logaddexp(0, -25)) / 50, lambda e: 1 / (1 + np.exp(-50 * (e - 0.5))), ()
    ),
    "almost linear": (lambda e: e**1.01, lambda e: 1.01 * e**0.01, ()),
    "very steep": (lambda e: e**60, lambda e: 60 * e**59, ()),
    "free, then a root": (
        lambda e: np.maximum(e - 0.3, 0) ** 1.5, lambda e: 1.5 * np.sqrt(np.maximum(e - 0.3, 0)), ()
    ),
    "nothing": (lambda e: 0 * e, lambda e: 0 * e, ()),
    "tiny": (lambda e: 1e-12 * e**2, lambda e: 2e-12 * e, ()),
    "huge": (lambda e: 1e9 * e**2, lambda e: 2e9 * e, ()),
    "a table": (
        _interpolated, lambda e: np.diff(_interpolated(np.linspace(0, 1, 11)))[np.clip(np.ceil(10 * e - 1e-12).astype(int) - 1, 0, 9)] * 10,
        np.arange(1, 10) / 10,
    ),
    "two kinks side by side": (
        lambda e: e / 4 + np.maximum(e - 0.37, 0) + np.maximum(e - 0.371, 0),
        lambda e: 0.25 + 1.0 * (e > 0.37) + 1.0 * (e > 0.371), (0.37, 0.371),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_strange_costs_are_costs(name):
    function, derivative, kinks = STRANGE[name]
    cost = al.ConvexCost(function, derivative)
    assert cost.kinks == pytest.approx(kinks, abs=1e-12)
    low, high = np.linspace(0.05, 0.9, 8), np.linspace(0.05, 0.9, 8) + 0.003
    bends = cost.bends(low, high)
    inside = np.linspace(low, high, 50, axis=1)
    rise = cost.slope(inside) - cost.slope(inside[:, :1])
    most = np.minimum(bends.first[1], 1e300)[:, None] * (inside - inside[:, :1])
    assert (rise[:, 1:] <= most[:, 1:] + bends.error[:, None] + 1e-13 * cost.slope(1.0)).all()


@pytest.mark.parametrize("at", [0.25, 0.3, 0.5, 1 / 3, 0.25 + 5e-8, 0.25 - 3e-8, 1e-5, 1 - 1e-9])
def test_a_kink_is_found_wherever_it_is(at):
    for after in (np.greater, np.greater_equal):
        cost = al.ConvexCost(lambda e: e / 4 + np.maximum(e - at, 0), lambda e, f=after: 0.25 + f(e, at))
        assert cost.kinks == pytest.approx((at,), abs=1e-15)
        assert cost.bends(at - 1e-3, np.minimum(at + 1e-3, 1)).first[1] == np.inf
        assert cost.bends(np.array([at / 2]), np.array(cost.kinks)).first[1] < 1e-4


def test_the_curvature_of_a_kinked_cost_is_exact_beside_the_kink():
    cost = al.ConvexCost(
        lambda e: np.expm1(e) + np.maximum(np.abs(e) - 0.4, 0), lambda e: np.exp(e) + (np.abs(e) > 0.4)
    )
    e = np.array([0.1, 0.4 - 1e-8, 0.4, 0.4 + 1e-8, 0.9])
    assert cost.curvature(e) == pytest.approx(np.exp(e), rel=1e-9)
