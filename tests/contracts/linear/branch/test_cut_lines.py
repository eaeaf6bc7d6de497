"""What the agent asks of a line: the right sides of the constraints, and utility along it, by differences."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch.cut_lines import (
    LOCAL,
    PARTICIPATION,
    CutLines,
    incentives_between,
    level_prices,
)

MONITORS = (al.SelfConsistency(0.15), al.Expert(0.2), al.Golden(0.4))
UTILITIES = (al.CARA(1.3), al.CRRA(0.5), al.CRRA(2.0), al.CRRA(1.0), al.RiskNeutral())


@pytest.mark.parametrize("monitor", MONITORS)
@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
def test_the_incentive_asked_for_and_its_slope(monitor, power):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, power), lambda e: e, floor=0.0)
    evidence = PassLaw.from_monitor(monitor)
    lines, e, h = CutLines(problem, evidence, 7, (0.0, 0.3)), np.linspace(0.2, 0.9, 8), 1e-5
    slope_q = (evidence.success(e + h) - evidence.success(e - h)) / (2 * h)
    slope_c = (problem.cost.cost(e + h) - problem.cost.cost(e - h)) / (2 * h)
    np.testing.assert_allclose(lines.needed_incentive(e), slope_c / slope_q, rtol=1e-8)
    by_difference = (lines.needed_incentive(e + h) - lines.needed_incentive(e - h)) / (2 * h)
    np.testing.assert_allclose(lines.needed_incentive_slope(e), by_difference, rtol=1e-7, atol=1e-9)
    bend = (evidence.slope(e + h) - evidence.slope(e - h)) / (2 * h)
    np.testing.assert_allclose(lines.bend(e), bend, atol=1e-8)
    needed = lines.needed(e, lines.needed_incentive(e))
    assert needed.shape == (4, 8)
    np.testing.assert_allclose(needed[LOCAL], slope_c / slope_q, rtol=1e-8)
    np.testing.assert_allclose(
        needed[PARTICIPATION], problem.reservation(e) - problem.floor_utility, atol=1e-15
    )
    np.testing.assert_allclose(needed[3], 0.5 * (e**power - 0.3**power), rtol=1e-12)


@pytest.mark.parametrize("utility", UTILITIES)
def test_utility_along_a_line(utility):
    problem = al.Problem(utility, al.PowerCost(0.5, 2), lambda e: e, outside=float(utility.utility(0.6)))
    lines = CutLines(problem.with_floor(0.5), PassLaw.from_monitor(MONITORS[0]), 7, (0.0,))
    wage, h = np.linspace(0.1, 3, 9), 1e-4
    np.testing.assert_allclose(lines.rise(wage), utility.utility(0.5 + wage) - utility.utility(0.5))
    first = (lines.rise(wage + h) - lines.rise(wage - h)) / (2 * h)
    np.testing.assert_allclose(lines.marginal(wage), first, rtol=1e-7)
    averse, curved = (np.broadcast_to(x, wage.shape) for x in lines.aversion(wage))
    second = (lines.marginal(wage + h) - lines.marginal(wage - h)) / (2 * h)
    third = (lines.marginal(wage + h) - 2 * lines.marginal(wage) + lines.marginal(wage - h)) / h**2
    np.testing.assert_allclose(averse, -second / first, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(curved, third / first, rtol=1e-4, atol=1e-6)


def test_where_a_wage_of_nothing_is_unbearable_utility_is_measured_from_the_outside_option():
    problem = al.Problem(al.CRRA(1.0), al.PowerCost(0.3, 2), lambda e: e, outside=float(np.log(0.5)))
    lines = CutLines(problem, PassLaw.from_monitor(MONITORS[0]), 7, (0.0,))
    assert lines.unbearable and lines.rise(np.array([0.5]))[0] == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("monitor", MONITORS)
def test_the_incentive_asked_for_between_two_efforts(monitor):
    """Where q′ rises, c′/q′ of a cost like this one falls and then rises: its least value is inside."""
    evidence, e = PassLaw.from_monitor(monitor), np.linspace(0.05, 1, 400)
    dips = al.ConvexCost(
        lambda e: 0.1 * e + 0.3 * e**4 + 0.2 * np.maximum(e - 0.5, 0),
        lambda e: 0.1 + 1.2 * e**3 + 0.2 * (e > 0.5),
    )
    for cost in (dips, al.PowerCost(0.5, 2), al.PowerCost(0.5, 3), al.PowerCost(0.5, 1.5)):
        asked = cost.slope(e) / evidence.slope(e)
        for i, j in ((0, 399), (30, 200), (100, 120), (399, 399)):
            low, high = incentives_between(cost, evidence, e[i], e[j])
            within = asked[i : j + 1]
            assert low <= within.min() * (1 + 1e-12) and within.max() <= high * (1 + 1e-12)
            if isinstance(cost, al.PowerCost):
                assert (low, high) == pytest.approx((within.min(), within.max()), rel=1e-12)


def test_next_to_a_kink_the_incentive_bends_as_on_its_own_side():
    cost = al.ConvexCost(lambda e: e**2 + np.maximum(e - 0.4, 0), lambda e: 2 * e + (e > 0.4))
    problem = al.Problem(al.CARA(1.0), cost, lambda e: 3 * e, floor=0.0)
    evidence = PassLaw.from_monitor(al.Expert(0.2))
    lines = CutLines(problem, evidence, 7, (0.0,))
    found = lines.needed_incentive_slope(np.array([0.4 - 1e-7, 0.4, 0.4 + 1e-15, 0.4 + 1e-7, 0.7]))
    np.testing.assert_allclose(found, 2 / evidence.slope(0.5), rtol=1e-6)


def test_three_constraints_level_both_sides():
    """Three gradients around the origin: the mixture that cancels both is found, and it is no worse than one alone."""
    angles = np.array([0.3, 2.4, 4.5])
    by_effort, by_share = np.cos(angles)[:, None], np.sin(angles)[:, None]
    shares = level_prices(np.ones((3, 1)), by_effort, by_share, np.ones(1), np.ones(1), np.ones((3, 1)))
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose((shares * by_effort).sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose((shares * by_share).sum(axis=0), 0, atol=1e-14)


def test_shares_keep_the_sign_of_their_price():
    rng = np.random.default_rng(2)
    alone, by_effort, by_share = rng.normal(size=(3, 4, 500))
    sign = np.where(rng.random((4, 500)) < 0.7, 1.0, -1.0)
    sign[0] = 0
    shares = level_prices(alone, by_effort, by_share, np.ones(500), np.ones(500), sign)
    used = np.isfinite(shares).all(axis=0)
    assert used.mean() > 0.9 and np.all(shares[:, used] * sign[:, used] >= 0)


def test_no_mixture_that_is_tried_is_lower():
    """Against every constraint alone: the value at the centre plus what either side adds."""
    rng = np.random.default_rng(3)
    alone, by_effort, by_share = rng.normal(size=(3, 3, 300))
    wide, high = rng.uniform(0.1, 2, (2, 300))
    shares = level_prices(alone, by_effort, by_share, wide, high, np.ones((3, 300)))
    total = [(shares * each).sum(axis=0) for each in (alone, by_effort, by_share)]
    score = total[0] + wide * np.abs(total[1]) + high * np.abs(total[2])
    assert np.all(score <= (alone + wide * np.abs(by_effort) + high * np.abs(by_share)).min(axis=0) + 1e-12)
