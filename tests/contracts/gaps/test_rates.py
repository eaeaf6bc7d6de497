"""Rate constants against the theory's own numbers and against solved gaps."""

import numpy as np
import pytest

import annolib as al


@pytest.fixture
def reference():
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    return problem, al.SelfConsistency(kappa=0.15)


def test_constants_of_the_reference_problem(reference):
    problem, monitor = reference
    # at the exact root of the first-order condition, η* = 0.51065309444
    assert al.rates.information(problem, monitor) == pytest.approx(0.3849267774572590, rel=1e-13)
    assert al.rates.failure_waste(problem) == pytest.approx(0.01022917767538213, rel=1e-13)
    assert al.rates.binary_constant(problem, monitor) == pytest.approx(0.04006311833535653, rel=1e-13)
    assert al.rates.linear_constant(problem, monitor) == pytest.approx(0.17241148366821068, rel=1e-13)


@pytest.mark.parametrize("utility", [al.CARA(1.5), al.CRRA(0.5), al.CRRA(1), al.CRRA(3)], ids=repr)
@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.2), al.Expert(0.12)], ids=repr)
def test_gaps_approach_their_constants(utility, monitor):
    outside = float(utility.utility(0.8))
    unit = 1 / float(utility.marginal_wage(outside))
    problem = al.Problem(
        utility, al.PowerCost(0.3 * unit, 2), lambda e: 0.6 * e * (2 - e), outside, floor=0.8
    )
    n = [10**6, 10**9]
    binary = al.second_best(problem, monitor, n, "binary")
    np.testing.assert_allclose(binary.gap / al.rates.binary_gap(problem, monitor, n), 1, atol=0.02)
    line = al.second_best(problem, monitor, 10**9, "linear")
    assert line.gap / al.rates.linear_gap(problem, monitor, 10**9) == pytest.approx(1, abs=1e-5)


def test_the_budget_minimises_the_total_loss(reference):
    problem, monitor = reference
    price = 1e-6
    budget = al.rates.monitoring_budget(problem, monitor, price)
    n = budget.checks * np.linspace(0.5, 2, 4001)
    loss = al.rates.linear_gap(problem, monitor, n) + price * n
    assert loss.min() == pytest.approx(budget.loss, rel=1e-7)
    assert n[np.argmin(loss)] == pytest.approx(budget.checks, rel=1e-3)


def test_fits_find_exponents():
    n = np.array([10, 100, 1000])
    assert al.rates.fit_power(n, 3 / n).exponent == pytest.approx(1)
    assert al.rates.fit_exponential(n, 2 - 0.3 * n).exponent == pytest.approx(0.3)


def test_bad_input(reference):
    problem, monitor = reference
    lazy = al.Problem(al.CARA(1.0), al.PowerCost(1.0, 1), lambda e: 0.1 * e)
    with pytest.raises(ValueError, match="inside"):
        al.rates.linear_constant(lazy)
    with pytest.raises(ValueError, match="price"):
        al.rates.monitoring_budget(problem, monitor, 0)
    with pytest.raises(ValueError, match="no information"):
        al.rates.monitoring_budget(problem, al.SelfConsistency(0.0), 1e-3)
    with pytest.raises(ValueError, match="two or more"):
        al.rates.fit_power([1], [1])


def test_levels_of_effort_from_a_few_to_a_continuum(reference):
    """Against the exact answer: 9 % with the count's own tails, and the normal law in its range; more levels are the continuum."""
    problem, monitor = reference
    checks = np.array([3_000, 10_000, 30_000, 100_000])
    for number in (9, 33):
        levels = np.linspace(0, al.first_best(problem).effort, number)
        exact = al.discrete_actions(problem, monitor, checks, levels, "binary").gap
        assert al.rates.level_gap(problem, monitor, checks, levels, tails="binomial") == pytest.approx(
            exact, rel=0.09
        )
    assert al.rates.level_gap(problem, monitor, checks[:3], levels) == pytest.approx(exact[:3], rel=0.13)
    fine = np.linspace(0, al.first_best(problem).effort, 20_001)
    assert al.rates.level_gap(problem, monitor, checks, fine) == pytest.approx(
        al.rates.binary_gap(problem, monitor, checks), rel=2e-2
    )
    assert np.isnan(al.rates.level_gap(problem, monitor, 100, levels))
    assert np.isnan(al.rates.level_gap(problem, monitor, 100, levels, tails="binomial"))


@pytest.mark.parametrize(
    "change, words",
    [
        ({"efforts": [0, 0.25, 0.5]}, "must end at the first best"),
        ({"efforts": [0, 0.51]}, "three or more"),
        ({"tails": "student"}, "tails must be"),
    ],
)
def test_levels_that_the_formula_does_not_know(reference, change, words):
    problem, monitor = reference
    given = {"n": 1_000, "efforts": np.linspace(0, al.first_best(problem).effort, 5), "tails": "normal"}
    with pytest.raises(ValueError, match=words):
        al.rates.level_gap(problem, monitor, **{**given, **change})
    with pytest.raises(ValueError, match="efforts that fill"):
        al.rates.binary_gap(problem.with_efforts([0, 0.5]), monitor, 1_000)


def test_a_pair_of_kinds_is_not_read_as_two_numbers_of_checks():
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    for formula in (al.rates.linear_gap, al.rates.binary_gap):
        with pytest.raises(TypeError, match="one kind of checks"):
            formula(problem, al.Joint(al.SelfConsistency(0.15), al.Golden(0.5)), (500, 500))
