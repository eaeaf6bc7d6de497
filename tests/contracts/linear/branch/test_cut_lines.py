"""What the agent asks of a line: the right sides of the constraints, and utility along it, by differences."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.unknown_agent import MixedCost
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch.cut_lines import (
    LOCAL,
    PARTICIPATION,
    CutLines,
    incentive_bends,
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


COSTS = [
    *(al.PowerCost(0.5, power) for power in (1.0, 1.5, 2.0, 3.0, 8.0)),
    al.ConvexCost(lambda e: np.expm1(2 * e) / 4, lambda e: np.exp(2 * e) / 2),
    al.ConvexCost(
        lambda e: e**2 / 2 + np.logaddexp(0, 60 * (e - 0.6)) / 60,
        lambda e: e + 1 / (1 + np.exp(-60 * (e - 0.6))),
    ),
    MixedCost(al.PowerCost(0.4, 2.5), al.ConvexCost(np.expm1, np.exp), 0.3),
]


@pytest.mark.parametrize("monitor", MONITORS)
@pytest.mark.parametrize("cost", COSTS, ids=range(len(COSTS)))
def test_how_the_incentive_bends_in_a_box_holds_all_of_the_box(monitor, cost):
    evidence, rng = PassLaw.from_monitor(monitor), np.random.default_rng(7)
    low = rng.uniform(0.01, 0.99, 40)
    high = np.minimum(low + 10 ** rng.uniform(-3, -0.3, 40), 1.0)
    found = incentive_bends(cost, evidence, low, high)
    m, half = (low + high)[:, None] / 2, (high - low)[:, None] / 2
    x = m + half * np.linspace(-1, 1, 101)

    def incentive(e):
        return cost.slope(e) / evidence.slope(e)

    size, step = incentive(x).max(axis=1)[:, None], np.diff(x, axis=1)
    secants = np.diff(incentive(x), axis=1) / step
    least, most = (end[:, None] for end in found.slopes)
    rounding = 4e-16 * size / step + 1e-9 * size
    assert (least <= secants + rounding).all() and (secants <= most + rounding).all()
    rest = incentive(x) - incentive(m) - found.middle[:, None] * (x - m)
    assert (
        np.abs(rest) <= found.turn[:, None] * (x - m) ** 2 / 2 + found.error[:, None] + 2e-15 * size
    ).all()
    rest = cost.cost(x) - cost.cost(m) - cost.slope(m) * (x - m)
    assert (np.abs(rest) <= found.cost_turn[:, None] * (x - m) ** 2 / 2 + 1e-15 * cost.cost(x)).all()
    tight = (half[:, 0] < 0.002) & (low > 0.05)
    true = np.ptp(secants, axis=1)[tight] + 1e-7 * size[tight, 0]
    wide = (half[:, 0] / low**2 * size[:, 0])[tight]  # intervals of factors that move together
    assert (np.ptp(np.array(found.slopes), axis=0)[tight] < 12 * true + 12 * wide).all()


def test_where_nothing_is_known_of_the_bend_the_incentive_is_between_its_ends():
    """Stairs instead of a smooth c′: a cell has a bound all the same, and lines in it keep it."""
    stairs = 2.0**22
    cost = al.ConvexCost(lambda e: e**2 / 2, lambda e: (np.floor(np.asarray(e) * stairs) + 0.5) / stairs)
    found = incentive_bends(cost, PassLaw.from_monitor(al.Expert(0.2)), np.array([0.3]), np.array([0.4]))
    assert np.isinf(found.slopes[1]) and np.isinf(found.turn) and np.isinf(found.cost_turn)
    smooth = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)
    rough = al.Problem(al.CARA(1.0), cost, lambda e: 0.6 * e * (2 - e), floor=0.0)
    one, other = (al.second_best(problem, al.Expert(0.2), 30, "linear") for problem in (smooth, rough))
    assert other.profit == pytest.approx(one.profit, abs=1e-5)
    assert one.profit <= other.profit + other.suboptimality + 1e-6
    assert other.suboptimality < 0.2 * other.gap
