"""Lines without a floor by formulas: against sums over counts, and bounds against random lines."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.robust.family import Kinds, Strengths
from annolib.contracts.robust.lines.uncut import UncutLines, _bounds, bound_lines, is_explicit


def lines(n=60, low=0.14, high=0.16, monitor=al.SelfConsistency, expected=False, **problem):
    source = Strengths(reference_problem(floor=None, **problem), al.MonitorRange(monitor(low), monitor(high)))
    kinds = Kinds((source.at(0), source.at(1)), expected)
    return UncutLines(kinds, n), source


@pytest.mark.parametrize("monitor", [al.SelfConsistency, al.Expert])
@pytest.mark.parametrize("power", [2.0, 3.0])
def test_answers_are_best_answers(monitor, power):
    family, source = lines(monitor=monitor, power=power)
    slopes, wages = np.array([0.6, 1.5, 3.0]), np.array([0.1, 0.3, 0.9])
    efforts, profits, rents = family.answers(slopes, wages)
    for j in range(3):
        contract = al.contracts.Linear(wages[j] - slopes[j] * family.share, slopes[j], None, 60)
        for i, share in enumerate((0.0, 1.0)):
            answer = al.best_answer(source.problem, source.strengths.at(share), contract)
            assert efforts[i, j] == pytest.approx(answer.effort, abs=1e-6)
            assert rents[i, j] == pytest.approx(answer.rent, abs=1e-11)
            if answer.accepts:
                assert profits[i, j] == pytest.approx(answer.profit, abs=1e-5)


def test_the_least_wage_leaves_no_rent():
    family, _ = lines()
    slopes = np.geomspace(0.2, 6, 9)
    rents = family.answers(slopes, family.least_wage(slopes))[2]
    assert rents.min(axis=0) == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize("monitor, expected", [(al.SelfConsistency, False), (al.Expert, True)])
def test_bounds_hold_for_random_lines_in_boxes(monitor, expected):
    family, _ = lines(n=40, low=0.1, high=0.2, monitor=monitor, expected=expected)
    rng = np.random.default_rng(2)
    b_low, y_low = rng.uniform(0, 5, 400), rng.uniform(-1, 2, 400)
    width = 10.0 ** rng.uniform(-4, 0, (2, 400))
    box = np.array([b_low, b_low + width[0], y_low, y_low + width[1]])
    with np.errstate(all="ignore"):
        bounds = _bounds(family, box)
        for _ in range(20):
            share = rng.uniform(0, 1, (2, 400))
            worth = family.aim(b_low + width[0] * share[0], y_low + width[1] * share[1])
            assert np.all(worth <= bounds + 1e-12)
        small = np.array([b_low, b_low + 1e-6, y_low, y_low + 1e-6])
        worth, bounds = family.aim(b_low, y_low), _bounds(family, small)
        known = np.isfinite(worth)
        assert known.sum() > 50 and np.all(bounds[known] - worth[known] < 1e-4)


def test_a_bound_closes_on_the_best():
    family, _ = lines(n=100)
    bound, looked = bound_lines(family, 0.2856676, 1e-7, 1.9)
    assert bound == pytest.approx(0.2856676, abs=2e-7) and looked < 50_000
    assert bound_lines(family, 0.2, 1e-3, 1.9)[0] > 0.28  # less known, more left open


def test_which_problems():
    assert is_explicit(lines()[0].kinds)
    assert not is_explicit(lines(power=1.5)[0].kinds)
    assert is_explicit(lines(power=1.5, monitor=al.Expert)[0].kinds)
