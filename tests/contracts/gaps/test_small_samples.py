"""Formulas for few checks and for no floor, against the exact solution."""

import numpy as np
import pytest
from scipy.optimize import minimize

import annolib as al
from annolib.agency.reference import reference_problem

REPEATS = al.SelfConsistency(0.15)


def test_the_crossing_works_from_twenty_checks_on():
    numbers = [20, 30, 50, 100, 200, 300, 500, 1000]
    exact = np.array([al.second_best(reference_problem(), REPEATS, n, "binary").gap for n in numbers])
    off = 100 * (al.rates.crossing_gap(reference_problem(), REPEATS, numbers) / exact - 1)
    np.testing.assert_allclose(off, [1.2, -0.9, 0.4, -0.2, 0.2, -0.7, 0.0, 0.1], atol=0.0501)


def test_the_crossing_tends_to_the_law_of_many_checks():
    for n in (10**5, 10**7):
        assert al.rates.crossing_gap(reference_problem(), REPEATS, n) == pytest.approx(
            al.rates.binary_gap(reference_problem(), REPEATS, n), rel=0.01
        )


def test_the_crossing_of_another_agent():
    problem = al.Problem(al.CARA(2.0), al.PowerCost(0.2, 3), value=lambda e: 0.6 * e * (2 - e), outside=0.1)
    floor = float(problem.utility.wage(0.1))
    for monitor, n in ((al.Golden(), 300), (al.Expert(-0.2), 1000)):
        exact = al.second_best(problem, monitor, n, "binary", floor=floor).gap
        assert al.rates.crossing_gap(problem, monitor, n) == pytest.approx(exact, rel=0.03)


def test_no_bonus_is_worth_paying_for_very_few_checks():
    assert al.rates.crossing_gap(reference_problem(), REPEATS, 2) == pytest.approx(0.31662103434, abs=1e-9)


def test_deposits_by_the_rule():
    rule = al.rates.deposit_rule(reference_problem(), REPEATS, [20, 30, 50, 71, 100, 200, 300])
    np.testing.assert_allclose(rule, [0.2835, 0.2162, 0.1524, 0.1190, 0.0930, 0.0552, 0.0401], atol=5e-5)
    assert al.rates.deposit_rule(reference_problem(), REPEATS, 10**9) < 0.001


def test_a_fine_that_grows_without_limit():
    """Best bonus with the lowest threshold for ever lower floors: n·gap falls towards h′c′r/q′, and below no value of it."""
    constant = al.rates.fine_constant(reference_problem(), REPEATS)
    assert constant == pytest.approx(0.80834, abs=5e-6)
    best = al.first_best(reference_problem())
    n = 200

    def gap(
        z,
    ):  # threshold at one pass: low − fine with probability r^n; the fine's utility makes the effort stationary
        effort = float(z[0])
        q = REPEATS.pass_probability(effort)
        lost = effort * (1 - q) / (n * REPEATS.slope(effort))  # chance of the fine times the fine, in utility
        return (
            0.6 * best.effort * (2 - best.effort)
            - best.wage
            - (0.6 * effort * (2 - effort) + np.log(1 - effort**2 / 2 - lost))
        )

    found = minimize(gap, [best.effort], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-16})
    assert n * found.fun == pytest.approx(constant, rel=0.01)


def test_a_line_and_a_fine_beat_the_line():
    """h(u) of a fine that is never paid costs nothing: minimised over effort and the fine by hand, n = 1,000."""
    problem, n = reference_problem().with_floor(None), 1000
    best = al.first_best(problem)

    def gap(z):
        effort, lost = float(z[0]), max(float(z[1]), 0.0) / n
        q, slope = REPEATS.pass_probability(effort), REPEATS.slope(effort)
        room = 1 - (effort**2 / 2 + lost)
        y = (effort - lost * n * slope / (1 - q)) / (n * slope * room)
        risk = -n * ((1 - q) * np.log1p(q * y) + q * np.log1p(-(1 - q) * y))
        return n * (best.profit - 0.6 * effort * (2 - effort) - np.log(room) + risk)

    found = minimize(
        gap,
        [best.effort, 0.1],
        method="Nelder-Mead",
        options={"xatol": 1e-11, "fatol": 1e-15, "maxiter": 4000},
    )
    assert found.fun == pytest.approx(0.443609, abs=2e-6)
    assert n * al.second_best(problem, REPEATS, n, "linear").gap == pytest.approx(0.447782, abs=1e-6)
    assert al.rates.line_and_fine_constant(problem, REPEATS) == pytest.approx(found.fun, rel=2e-4)


def test_a_fine_is_worth_nothing_beside_a_line_that_costs_little():
    mild = al.Problem(al.CARA(0.1), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    best = al.first_best(mild)
    line = al.rates.linear_constant(mild) / REPEATS.fisher_information(best.effort)
    assert al.rates.line_and_fine_constant(mild, REPEATS) == pytest.approx(line, rel=1e-12)


@pytest.mark.parametrize("name", ["crossing_gap", "deposit_rule"])
def test_bad_input(name):
    with pytest.raises(ValueError, match="says nothing about effort"):
        getattr(al.rates, name)(reference_problem(), al.Golden(0.0), 100)
    with pytest.raises(ValueError, match="n must"):
        getattr(al.rates, name)(reference_problem(), REPEATS, 0)
