"""Utilities, costs, problems and the first best, against closed forms, high precision and dense grids."""

from dataclasses import replace

import numpy as np
import pytest

import annolib as al

mpmath = pytest.importorskip("mpmath")
UTILITIES = [
    al.CARA(0.7),
    al.CARA(2.0),
    al.CRRA(0.3),
    al.CRRA(0.5),
    al.CRRA(1),
    al.CRRA(2.5),
    al.RiskNeutral(),
]


def test_first_best_of_the_reference_problem(reference_problem):
    best = al.first_best(reference_problem)
    with mpmath.workdps(40):
        eta = mpmath.findroot(lambda e: mpmath.mpf("1.2") * (1 - e) - e / (1 - e * e / 2), 0.5)
        profit = mpmath.mpf("0.6") * eta * (2 - eta) + mpmath.log(1 - eta**2 / 2)
    assert best.effort == pytest.approx(float(eta), rel=1e-14)
    assert f"{best.profit:.9f}" == "0.316621034" == f"{float(profit):.9f}"


@pytest.mark.parametrize("seed", range(12))
def test_first_best_beats_a_dense_grid(seed):
    rng = np.random.default_rng(seed)
    utility = UTILITIES[seed % len(UTILITIES)]
    outside = float(utility.utility(0.6))
    scale = rng.uniform(0.05, 0.5) / float(utility.marginal_wage(outside))
    gain = rng.uniform(0.2, 2)
    problem = al.Problem(
        utility, al.PowerCost(scale, rng.uniform(1, 4)), lambda e: gain * np.sqrt(e + 0.01), outside
    )
    best = al.first_best(problem)
    efforts = np.linspace(0, 1, 20001)
    profits = problem.flat_profit(efforts)
    assert best.profit >= profits.max() - 1e-14
    assert best.profit <= profits.max() + 1e-7
    losses = problem.loss(efforts, best)
    np.testing.assert_allclose(losses, best.profit - profits, rtol=1e-9, atol=1e-13)
    assert np.all(losses >= 0)


def test_the_loss_near_the_first_best_does_not_cancel(reference_problem):
    best = al.first_best(reference_problem)
    for step in (1e-3, 1e-6, 1e-9):
        with mpmath.workdps(60):
            eta = mpmath.mpf(best.effort + step)
            top = mpmath.findroot(lambda e: mpmath.mpf("1.2") * (1 - e) - e / (1 - e * e / 2), 0.5)

            def profit(e):
                return mpmath.mpf(0.6) * e * (2 - e) + mpmath.log(1 - e * e / 2)

            want = float(profit(top) - profit(eta))
        assert float(reference_problem.loss(best.effort + step, best)) == pytest.approx(want, rel=1e-6)


def test_corners_say_so():
    lazy = al.first_best(al.Problem(al.RiskNeutral(), al.PowerCost(1.0, 1), lambda e: 0.5 * e))
    keen = al.first_best(al.Problem(al.RiskNeutral(), al.PowerCost(0.1, 2), lambda e: 5 * e))
    assert (lazy.effort, keen.effort) == (0.0, 1.0)
    assert "no effort" in lazy.corner and "full effort" in keen.corner


def test_value_without_a_complex_step_is_differentiated_too():
    import math

    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: math.log1p(e))
    smooth = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=np.log1p)
    assert al.first_best(problem).effort == pytest.approx(al.first_best(smooth).effort, abs=1e-11)


def make(**changes):
    given = {
        "utility": al.CARA(1.0),
        "cost": al.PowerCost(0.5, 2),
        "value": lambda e: e,
        "outside": 0.0,
        "floor": 0.0,
    }
    return al.Problem(**{**given, **changes})


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: make(utility="log"), "utility must be CARA"),
        (lambda: make(cost=lambda e: e), "cost must be PowerCost"),
        (lambda: make(value=3.0), "value must be a function"),
        (lambda: make(value=lambda e: e * e), "concave"),
        (lambda: make(value=lambda e: -e), "increase"),
        (lambda: make(value=lambda e: np.minimum(e, 0.5)), "value_slope"),
        (lambda: make(outside=1.5), "outside must be a utility"),
        (lambda: make(outside=np.inf), "outside must be one finite"),
        (lambda: make(utility=al.CRRA(1), floor=0.0), "unbearable"),
        (lambda: make(utility=al.CRRA(0.5), floor=-1.0), "floor must be at least 0"),
        (lambda: al.PowerCost(0.5, 0.5), "convex"),
        (lambda: al.PowerCost(-1.0), "scale"),
        (lambda: al.CARA(0), "aversion"),
        (lambda: al.CRRA([1, 2]), "aversion"),
        (lambda: al.ConvexCost(lambda e: e + 1, lambda e: e * 0 + 1), "0 at effort 0"),
        (lambda: al.ConvexCost(lambda e: np.sqrt(e), lambda e: 0.5 / np.sqrt(e + 1e-9)), "convex"),
        (lambda: al.ConvexCost(lambda e: e**2, lambda e: e), "does not belong"),
    ],
)
def test_bad_input_is_one_clear_error(build, words):
    with pytest.raises((TypeError, ValueError), match=words):
        build()


@pytest.fixture
def reference_problem():
    return make(value=lambda e: 0.6 * e * (2 - e))


@pytest.mark.parametrize("power", [1.05, 1.2, 1.5, 1.9])
def test_flat_pay_loses_all_of_a_small_first_best(power):
    """η* near 0 and a cost without a second derivative there: the loss is the whole profit, to all digits."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(50.0, power), lambda e: 0.6 * e * (2 - e), floor=0.0)
    flat = al.second_best(problem, al.SelfConsistency(0.15), 100, "flat")
    assert flat.profit == pytest.approx(0.0, abs=1e-15)


def test_first_best_and_loss_at_a_capped_value():
    problem = al.Problem(
        al.CRRA(0.3),
        al.PowerCost(0.067, 2),
        lambda e: np.minimum(e, 0.5),
        1 / 0.7,
        0.5,
        lambda e: 1.0 * (e < 0.5),
    )
    best = al.first_best(problem)
    assert best.effort == pytest.approx(0.5, abs=1e-15)
    for effort in (0.49, 0.499, 0.501, 0.51):
        plain = best.profit - problem.flat_profit(effort)
        assert float(problem.loss(effort, best)) == pytest.approx(plain, rel=1e-9, abs=1e-15)


def test_steep_and_free_costs():
    steep = al.first_best(al.Problem(al.CARA(1.0), al.PowerCost(0.3, 200), lambda e: 0.6 * e * (2 - e)))
    slope = 1.2 * (1 - steep.effort) - 60 * steep.effort**199 / (1 - 0.3 * steep.effort**200)
    assert 0.9 < steep.effort < 1 and slope == pytest.approx(0, abs=1e-12)
    free = al.ConvexCost(lambda e: np.maximum(e - 0.3, 0) ** 2, lambda e: 2 * np.maximum(e - 0.3, 0))
    assert free.free_effort == pytest.approx(0.3, abs=1e-15) and free.kinks == ()
    capped = al.Problem(al.CARA(1.0), free, lambda e: np.minimum(e, 0.2), 0.0, 0.0, lambda e: 1.0 * (e < 0.2))
    assert al.first_best(capped).profit == pytest.approx(0.2, abs=1e-15)


def test_a_kinked_cost_needs_no_further_parameter():
    cost = al.ConvexCost(lambda e: 0.1 * e + 0.4 * np.maximum(e - 0.37, 0), lambda e: 0.1 + 0.4 * (e > 0.37))
    assert cost.kinks == pytest.approx((0.37,), abs=1e-15)
    best = al.first_best(al.Problem(al.CARA(1.0), cost, lambda e: 0.3 * e))
    assert best.effort == pytest.approx(0.37, abs=1e-14)


OTHER_AGENTS = {
    "3 listed efforts": lambda one: one.with_efforts([0.0, 0.5, 1.0]),
    "effort_max=0.8": lambda one: replace(one, effort_max=0.8),
    "a cost in money": lambda one: replace(one, cost=al.MoneyCost(one.cost)),
}
ASKED = {
    "two kinds": lambda one: al.second_best(
        one, al.Joint(al.SelfConsistency(0.15), al.Golden(0.4)), (5, 5), "linear"
    ),
    "a cap": lambda one: al.second_best(one, al.SelfConsistency(0.15), 20, "linear", cap=2.0),
    "sensitivity": lambda one: al.sensitivity(one, al.SelfConsistency(0.15), 20, "linear"),
    "rates": lambda one: al.rates.linear_gap(one, al.SelfConsistency(0.15), 20),
    "from a few checks on": lambda one: al.rates.crossing_gap(one, al.SelfConsistency(0.15), 20),
    "not knowing": lambda one: al.rates.robust_margin(
        one, al.MonitorRange(al.SelfConsistency(0.14), al.SelfConsistency(0.16)), 100
    ),
    "first-order wages": lambda one: al.contracts.first_order_wages(one, al.SelfConsistency(0.15), 20, 0.4),
    "a range of strengths": lambda one: al.second_best(
        one, al.MonitorRange(al.SelfConsistency(0.14), al.SelfConsistency(0.16)), 20, "binary"
    ),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("other", OTHER_AGENTS.values(), ids=OTHER_AGENTS)
def test_what_is_not_solved_for_another_agent_is_refused(asked, other):
    """An answer for efforts that fill [0, 1] with cost in utility would be the answer to another question."""
    problem = other(
        al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    )
    with pytest.raises(ValueError, match="efforts that fill .0, 1."):
        asked(problem)


LIES_ABOUT_VALUE = {
    "half": (lambda e: e, lambda e: 0.5 + 0 * e),
    "twice": (lambda e: e, lambda e: 2.0 + 0 * e),
    "a little off": (lambda e: e * (2 - e), lambda e: 2.0001 * (1 - e)),
    "no kink": (lambda e: np.minimum(e, 0.5), lambda e: 1.0 + 0 * e),
    "not a number": (lambda e: e, lambda e: np.nan * e),
}


@pytest.mark.parametrize("name", LIES_ABOUT_VALUE)
def test_a_slope_of_another_value_is_refused(name):
    value, slope = LIES_ABOUT_VALUE[name]
    for top in (1.0, 2.0):
        stretched = (lambda e: value(e / top)), (lambda e: slope(e / top) / top)  # noqa: B023
        with pytest.raises(ValueError, match="^value_slope does not belong to value"):
            al.Problem(
                al.CARA(1.0), al.PowerCost(0.5, 2), stretched[0], value_slope=stretched[1], effort_max=top
            )


def test_a_value_that_curves_upwards_where_no_old_grid_looks_is_refused():
    """A dent of V a thousandth wide: its slope falls and rises again."""
    with pytest.raises(ValueError, match="value"):
        al.Problem(
            al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: e - 1e-4 * np.exp(-(((np.real(e) - 0.504) / 1e-3) ** 2)),
            value_slope=lambda e: 1 + 0.2 * ((e - 0.504) / 1e-3) * np.exp(-(((e - 0.504) / 1e-3) ** 2)),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "slope"),
    [
        (np.sqrt, lambda e: 0.5 / np.sqrt(e)),
        (lambda e: np.minimum(e, 0.5), lambda e: 1.0 * (e < 0.5)),
        (lambda e: 3 + 0 * e, None),
        (lambda e: 1e-9 * e * (2 - e), None),
        (lambda e: 1e9 + e * (2 - e), lambda e: 2 * (1 - e)),
        (lambda e: 0.6 * e * (2 - e), None),
        (lambda e: np.log1p(50 * e), None),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_true_slopes_of_values_pass(value, slope):
    al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value, value_slope=slope)
