"""Which efforts a threshold implements, against a search of all efforts on a dense grid."""

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.implementable import ThresholdEfforts

CASES = [(30, 18), (30, 24), (100, 62), (100, 55), (5, 4)]


def efforts_of(problem, monitor, n):
    return ThresholdEfforts(problem, PassLaw.from_monitor(monitor), n)


@pytest.mark.parametrize(("n", "t"), CASES)
@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.15), al.Golden(0.3)], ids=repr)
def test_odds_steepness_and_elasticity(reference, monitor, n, t):
    family, efforts = efforts_of(reference[0], monitor, n), np.linspace(0.1, 0.95, 9)
    q = monitor.pass_probability(efforts)
    above, below = family.tails(t, efforts)
    np.testing.assert_allclose(above, stats.binom.sf(t - 1, n, q), rtol=1e-11)
    np.testing.assert_allclose(below, stats.binom.cdf(t - 1, n, q), rtol=1e-11)
    h = 1e-6
    rise = np.log(n) + stats.binom.logpmf(t - 1, n - 1, q) + np.log(monitor.slope(efforts))
    np.testing.assert_allclose(family.log_steepness(t, efforts), rise, atol=1e-11)
    bonus = family.log_bonus(t, efforts)
    np.testing.assert_allclose(np.exp(bonus), reference[0].cost.slope(efforts) / np.exp(rise), rtol=1e-10)
    turn = efforts * (family.log_bonus(t, efforts + h) - family.log_bonus(t, efforts - h)) / (2 * h)
    np.testing.assert_allclose(family.bonus_elasticity(t, efforts), turn, atol=1e-6)


@pytest.mark.parametrize(("n", "t"), CASES)
@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
def test_where_the_bonus_falls(reference, n, t, power):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, power), value=lambda e: e, outside=0.0, floor=0.0)
    family = efforts_of(problem, reference[1], n)
    low, high = (float(end) for end in family.decreasing_interval(np.float64(t)))
    efforts = np.linspace(1e-4, 1, 20_001)
    falls = np.diff(family.log_bonus(t, efforts)) < 0
    if not falls.any():
        assert high - low < 1e-4
        return
    assert low == pytest.approx(efforts[:-1][falls][0], abs=2e-4)
    assert high == pytest.approx(efforts[1:][falls][-1], abs=2e-4)


@pytest.mark.parametrize(("n", "t"), CASES)
@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.15), al.Golden(0.3)], ids=repr)
def test_branches_are_the_efforts_that_some_bonus_makes_best(reference, monitor, n, t):
    """Thousands of bonuses, the agent's best effort on a grid: none lies between the branches, many beside them."""
    family = efforts_of(reference[0], monitor, n)
    with np.errstate(all="ignore"):
        lower, start, _ = (float(end[0]) for end in family.branches(np.array([float(t)])))
    efforts = np.linspace(0, 1, 4001)
    chance = stats.binom.sf(t - 1, n, monitor.pass_probability(efforts))
    cost = reference[0].cost.cost(efforts)
    best = np.array([efforts[np.argmax(bonus * chance - cost)] for bonus in np.geomspace(1e-3, 1e3, 4000)])
    inside = (best > lower + 1e-3) & (best < start - 1e-3)
    assert not inside.any()
    jump = np.argmax(np.diff(np.unique(best)))
    below, above = np.unique(best)[jump : jump + 2]
    if start > 0.02:
        assert start <= above + 1e-3 and lower >= below - 1e-3
        assert above - below >= start - lower - 2e-3


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 2.0])
def test_the_best_low_effort_is_the_best_on_a_grid(reference, share):
    """Where the bonus first rises: any share of the one at its peak, and twice that, which is answered at the edge."""
    problem, t = reference[0], np.array([62.0])
    family = efforts_of(problem, al.Golden(0.3), 100)
    edge = family.decreasing_interval(t)[0]
    assert edge[0] > 0.05
    bonus = family.log_bonus(t, edge) + np.log(share)
    efforts = np.linspace(0, float(edge[0]), 40_001)
    payoff = np.exp(bonus) * family.tails(t, efforts)[0] - problem.cost.cost(efforts)
    found = family.best_low_effort(t, bonus, edge)
    reached = np.exp(bonus) * family.tails(t, found)[0] - problem.cost.cost(found)
    assert reached[0] == pytest.approx(payoff.max(), rel=1e-7) and 0 < found[0] <= edge[0]
    assert (found[0] > edge[0] * (1 - 1e-12)) == (share > 1)
