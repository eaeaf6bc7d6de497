"""The threshold bonus for one effort: wages and gap summed by hand, slopes by differences, the best effort by a grid."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.family import Thresholds

CASES = [(30, 18, 0.7), (100, 58, 0.6), (5, 4, 0.9)]


@pytest.fixture
def family(reference):
    def of(n):
        return Thresholds(reference[0], PassLaw.from_monitor(reference[1]), n, al.first_best(reference[0]))

    return of


@pytest.mark.parametrize(("n", "t", "effort"), CASES)
def test_the_gap_is_what_the_two_wages_cost(reference, family, n, t, effort):
    problem, monitor = reference
    terms = family(n).terms_and_gap(np.float64(t), np.float64(effort))
    low, bonus = float(terms["low"]), float(terms["bonus"])
    chance = stats.binom.sf(t - 1, n, monitor.pass_probability(effort))
    assert low >= problem.floor_utility - 1e-14
    assert low + chance * bonus - problem.cost.cost(effort) == pytest.approx(
        problem.outside + float(terms["rent"]), abs=1e-13
    )
    assert terms["rent"] == pytest.approx(0, abs=1e-13) or low == pytest.approx(problem.floor_utility)
    paid = (1 - chance) * problem.utility.wage(low) + chance * problem.utility.wage(low + bonus)
    best = al.first_best(problem).profit
    assert terms["gap"] == pytest.approx(best - problem.value(effort) + paid, rel=1e-10)


@pytest.mark.parametrize(("n", "t", "effort"), CASES)
def test_slopes_are_those_of_differences(family, n, t, effort):
    own, t, h = family(n), np.float64(t), 1e-6
    sides = [own.terms_and_gap(t, np.float64(effort + step))["gap"] for step in (-h, h)]
    assert own.gap_slope(t, np.float64(effort)) == pytest.approx((sides[1] - sides[0]) / (2 * h), rel=1e-6)


@pytest.mark.parametrize(("n", "t", "effort"), CASES[:2])
def test_slopes_where_the_agent_is_left_nothing(reference, n, t, effort):
    """A floor far below the outside option: no rent, and the low wage moves with the effort."""
    problem, h = replace(reference[0], floor=-2.0), 1e-6
    own = Thresholds(problem, PassLaw.from_monitor(reference[1]), n, al.first_best(problem))
    at = np.float64(t), np.float64(effort)
    assert own.terms_and_gap(*at)["rent"] == 0
    sides = [own.terms_and_gap(at[0], at[1] + step)["gap"] for step in (-h, h)]
    assert own.gap_slope(*at) == pytest.approx((sides[1] - sides[0]) / (2 * h), rel=1e-6)


def test_a_wage_out_of_reach_has_no_finite_gap(family):
    """CARA utility ends at 1: what asks for more cannot be paid."""
    priced = family(100).terms_and_gap(np.array([90.0, 60.0]), np.array([0.3, 0.6]))
    assert priced["reachable"].tolist() == [False, True]
    assert np.isinf(priced["gap"][0]) and np.isfinite(priced["gap"][1])


@pytest.mark.parametrize(("n", "t"), [(30, 18), (100, 58)])
@pytest.mark.parametrize("exact", [True, False])
def test_no_effort_on_the_branches_is_cheaper(family, n, t, exact):
    own, at = family(n), np.array([float(t)])
    with np.errstate(all="ignore"):
        found = own.cheapest(at, exact)
        lower, start, _ = (float(end[0]) for end in own.branches(at))
        assert 0 < start < 1
        efforts = np.r_[np.linspace(1e-6, max(lower, 1e-6), 400), np.linspace(start, 1, 4000)]
        gaps = own.terms_and_gap(at, efforts)["gap"]
    assert found["gap"][0] <= np.nanmin(gaps) + (1e-12 if exact else 1e-4)
    assert found["gap"][0] >= np.nanmin(gaps) - 1e-4
    assert not lower + 1e-9 < found["effort"][0] < start - 1e-9


def test_where_only_full_effort_is_left_the_bonus_beats_every_other_effort(family):
    """Four of five: the bonus that makes full effort level is too small; the least that is enough comes from a grid."""
    own, at = family(5), np.array([4.0])
    with np.errstate(all="ignore"):
        found = own.cheapest(at)
    efforts = np.linspace(0, 1, 20_001)[:-1]
    rise = own.tails(4, 1.0)[0] - own.tails(4, efforts)[0]
    least = np.max((own.problem.cost.cost(1.0) - own.problem.cost.cost(efforts)) / rise)
    assert found["effort"][0] == 1 and found["log_bonus"][0] > own.log_bonus(4, 1.0)
    assert np.exp(found["log_bonus"][0]) == pytest.approx(least, rel=1e-8)
    assert found["gap"][0] == pytest.approx(
        own.terms_and_gap(at, np.ones(1), np.log([least]))["gap"][0], rel=1e-7
    )
