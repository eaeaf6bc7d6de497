"""Threshold pay for costs of any shape, by the hull: against the closed forms for powers, and against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.family import Thresholds
from annolib.contracts.threshold.hull import cheapest_on_hull, lower_hull


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=1, max_size=12))
def test_the_hull_lies_below_all_points_and_bends_upwards(points):
    points = sorted(points)
    x, y = (np.array(side, dtype=float) for side in zip(*points, strict=True))
    corner = lower_hull(x, y)
    below = np.interp(x, x[corner], y[corner])
    assert np.all(below <= y + 1e-9)
    assert np.all(np.diff(x[corner]) > 0)
    slopes = np.diff(y[corner]) / np.diff(x[corner])
    assert np.all(np.diff(slopes) > 0)


@pytest.mark.parametrize("n, t", [(30, 18), (100, 57), (1000, 559), (1000, 590)])
def test_against_the_closed_forms_for_a_power(reference, n, t):
    problem, monitor = reference
    family = Thresholds(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    exact = family.cheapest(np.array([float(t)]))
    found = cheapest_on_hull(family, float(t))
    assert found["gap"] == pytest.approx(float(exact["gap"][0]), rel=1e-10)
    assert found["effort"] == pytest.approx(float(exact["effort"][0]), abs=1e-7)


def test_a_kinked_cost_and_one_that_is_free_at_first():
    """Efforts at a kink are had by a range of bonuses; the least of them is paid."""
    kinked = al.ConvexCost(lambda e: 0.1 * e + 0.4 * np.maximum(e - 0.5, 0), lambda e: 0.1 + 0.4 * (e > 0.5))
    free = al.ConvexCost(lambda e: np.maximum(e - 0.3, 0) ** 2, lambda e: 2 * np.maximum(e - 0.3, 0))
    for cost in (kinked, free):
        problem = al.Problem(al.CARA(1.0), cost, lambda e: 0.6 * e * (2 - e), floor=0.0)
        pay = al.second_best(problem, al.SelfConsistency(0.2), 60, "binary")
        answer = al.best_answer(problem, al.SelfConsistency(0.2), pay.contract)
        assert pay.converged and pay.family == "binary"
        assert answer.effort == pytest.approx(pay.effort, abs=1e-5)
        assert answer.profit == pytest.approx(pay.profit, abs=1e-6)


def test_a_first_best_just_above_a_kink_of_the_cost_ends():
    """The gap is flat to its rounding there, and the search for where it is level had nowhere left to go."""
    at = 0.5226699693538133
    cost = al.ConvexCost(
        lambda e: 0.2 * (0.3 * e + np.maximum(e - at, 0)), lambda e: 0.2 * (0.3 + (e > at) * 1.0)
    )
    problem = al.Problem(al.RiskNeutral(), cost, lambda e: 0.5 * e, 0.82, -0.18)
    pay = al.second_best(problem, al.Expert(0.12), 7, "binary")
    assert pay.converged and pay.gap < 1e-12 and abs(pay.effort - al.first_best(problem).effort) < 1e-9


@pytest.mark.parametrize(("wide", "at", "profit"), [(8e-4, 0.7765, 0.714864169), (4e-4, 0.7765, 0.714781071)])
def test_an_effort_in_a_narrow_bend_of_the_cost_is_found_and_proved(wide, at, profit):
    """c′ rises everywhere, but on a stretch so narrow first hardly, then fast: a bonus for effort there earns more than for any other.

    The profits are those of `best_answer` to the bonus, and of the hull of 24,000 efforts.
    """

    def bump(e):
        return np.exp(-(((np.asarray(e) - at) / wide) ** 2))

    cost = al.ConvexCost(
        lambda e: 0.4 * (np.asarray(e) ** 2 / 2 - wide**2 * (bump(e) - bump(0.0))),
        lambda e: 0.4 * (np.asarray(e) + 2.0 * (np.asarray(e) - at) * bump(e)),
    )
    problem, monitor = al.Problem(al.CARA(1.0), cost, lambda e: e * (2 - e), 0.0, 0.0), al.Golden(0.45)
    pay = al.second_best(problem, monitor, 3, "binary")
    assert pay.profit == pytest.approx(profit, abs=1e-9) and pay.converged
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(pay.profit, abs=1e-8)
