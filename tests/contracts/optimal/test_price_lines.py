"""What no contract can earn: price lines against contracts, against dense sampling, and against slopes by differences."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.costs import ConvexCost
from annolib.contracts.incentives.evidence import Evidence
from annolib.contracts.optimal.family import AnyWage
from annolib.contracts.optimal.price_lines import (
    highest_bend,
    line_between,
    lines_from,
    power_sum,
    product,
)


def solved(problem, monitor, n, effort, deviations=(0.0,)):
    best = al.first_best(problem)
    family = AnyWage(problem, Evidence.from_monitor(monitor), n, best)
    with np.errstate(all="ignore"):
        found = family.implement(effort, deviations, search=False)
    return best, family, found


def lines_of(problem, monitor, n, effort):
    best, family, found = solved(problem, monitor, n, effort)
    lines = lines_from(family, effort, found.lottery.prices, found.pay.deviations)
    _, _, other = solved(problem, monitor, n, effort + 0.02)
    next_line = lines_from(family, effort + 0.02, other.lottery.prices, other.pay.deviations)[0]
    return best, family, found, [*lines, line_between(lines[0], next_line)]


CASES = [(30, 0.6), (300, 0.53), (1000, 0.51), (30_000, 0.511)]


@pytest.mark.parametrize(("n", "effort"), CASES)
def test_a_line_touches_what_its_effort_can_earn(reference, n, effort):
    best, _, found, lines = lines_of(*reference, n, effort)
    for line in lines:
        assert line.value(np.array([effort]))[0] == pytest.approx(best.profit - found.gap, abs=1e-13)


@pytest.mark.parametrize(("n", "effort"), CASES)
def test_no_solved_effort_earns_more_than_a_line_says(reference, n, effort):
    best, family, _, lines = lines_of(*reference, n, effort)
    for other in effort + np.array([-0.03, -0.01, 0.005, 0.03]):
        with np.errstate(all="ignore"):
            earned = best.profit - family.implement(float(other)).gap
        for line in lines:
            if line.allowed(np.array([other]))[0]:
                assert line.value(np.array([other]))[0] >= earned - 1e-13


@pytest.mark.parametrize("cost", ["power", "function"])
@pytest.mark.parametrize(("n", "effort"), CASES)
def test_ceilings_hold_and_are_close_on_small_boxes(reference, n, effort, cost):
    problem, monitor = reference
    if cost == "function":
        convex = ConvexCost(lambda e: 0.5 * e**2, lambda e: 1.0 * e)
        problem = al.Problem(problem.utility, convex, problem.value, problem.outside, problem.floor)
    _, family, found, lines = lines_of(problem, monitor, n, effort)
    unit = 1 / np.sqrt(n * float(family.evidence.information(effort)))
    for half in (0.2, 0.02):
        low = np.clip(effort + unit * np.array([-0.6, -0.1, 0.3]), 0.02, 0.95)
        high = np.minimum(low + 2 * half * unit, 1.0)
        for line in lines:
            with np.errstate(all="ignore"):
                top, middle = line.ceilings(low, high)
                dense = np.array([line.value(np.linspace(a, b, 17)) for a, b in zip(low, high, strict=True)])
            assert np.all(top >= dense.max(axis=1) - 1e-14)
            np.testing.assert_allclose(middle, dense[:, 8], atol=1e-12)
            if half == 0.02:
                assert np.all(top - dense.max(axis=1) < 0.02 * found.gap)


@pytest.mark.parametrize(("n", "effort"), CASES)
def test_slopes_are_those_of_differences(reference, n, effort):
    for line in lines_of(*reference, n, effort)[3]:
        step = 1e-5
        values = line.value(np.array([effort - step, effort + step]))
        assert line.slope(effort) == pytest.approx((values[1] - values[0]) / (2 * step), abs=2e-6)


def test_the_slope_of_a_line_is_that_of_the_best_profit(reference):
    """Envelope theorem."""
    _, family, _, lines = lines_of(*reference, 300, 0.53)
    gaps = [family.implement(0.53 + step, search=False).gap for step in (-1e-5, 1e-5)]
    assert lines[0].slope(0.53) == pytest.approx(-(gaps[1] - gaps[0]) / 2e-5, rel=1e-5)


def test_sums_of_powers():
    rng = np.random.default_rng(3)
    one, other = (
        [(c, a) for c, a in zip(rng.normal(size=3), (0.0, 1.0, 1.5), strict=True)] for _ in range(2)
    )
    z = np.linspace(0.2, 0.9, 7)
    np.testing.assert_allclose(power_sum(product(one, other), z), power_sum(one, z) * power_sum(other, z))
    bends = [sum(a * (a - 1) * c * x ** (a - 2) for c, a in one) for x in np.linspace(0.3, 0.4, 50)]
    assert max(bends) <= highest_bend(one, np.array([0.3]), np.array([0.4]))[0] + 1e-12
