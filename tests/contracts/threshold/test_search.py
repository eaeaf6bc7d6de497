"""The search for likely thresholds: it finds the best of all, each number of checks by itself or many together."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.family import Thresholds
from annolib.contracts.threshold.search import likely_thresholds


def family(problem, monitor, *numbers):
    checks = np.array(numbers, dtype=float)
    return Thresholds(problem, PassLaw.from_monitor(monitor), checks, al.first_best(problem))


@pytest.mark.parametrize(
    "monitor", [al.SelfConsistency(0.15), al.Golden(0.4), al.Expert(0.1)], ids=repr
)
@pytest.mark.parametrize("cost", [al.PowerCost(0.5, 2), al.PowerCost(0.3, 1.5), al.PowerCost(0.2, 8)], ids=repr)
def test_the_best_of_every_threshold_is_among_the_likely_ones(monitor, cost):
    problem = al.Problem(al.CARA(1.0), cost, value=lambda e: 0.6 * e * (2 - e), floor=-0.1)
    numbers = (60, 333)
    likely, case, tried = likely_thresholds(family(problem, monitor, *numbers), 10)
    for i, n in enumerate(numbers):
        gaps = family(problem, monitor, n).at(np.zeros(n, int)).cheapest(np.arange(1.0, n + 1))["gap"]
        if np.isfinite(gaps).any():
            assert 1 + int(np.nanargmin(gaps)) in likely[case == i]
        assert tried[i] < n or n < 100


def test_few_checks_have_every_threshold_and_together_is_one_by_one(reference):
    problem, monitor = reference
    numbers = (5, 40, 47, 48, 700, 10**6)
    likely, case, _ = likely_thresholds(family(problem, monitor, *numbers), 47)
    for i, n in enumerate(numbers):
        own = likely[case == i]
        alone, zero, _ = likely_thresholds(family(problem, monitor, n), 47)
        assert np.array_equal(own, alone) and not zero.any()
        assert n > 47 or np.array_equal(own, np.arange(1, n + 1))


def test_no_threshold_worth_having_is_an_answer_too():
    """A bonus out of reach for all thresholds: nothing is likely, and the answer is flat pay."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(5.0, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.9)
    likely, _, _ = likely_thresholds(family(problem, al.SelfConsistency(0.02), 60), 47)
    assert likely.size <= 10
    assert al.second_best(problem, al.SelfConsistency(0.02), [60, 70], "binary").gap[0] > 0
