"""Ranges of efforts: they leave none out, and what they prove is not beaten."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.uncut import ranges
from annolib.contracts.linear.uncut.frontier import Frontier
from annolib.contracts.linear.uncut.ranges import bound_frontier, bound_uncut, first_ranges, frontier_of


@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("n", [1, 2, 30, 10**6])
def test_the_best_uncut_line_is_proved(reference, power, n):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, power), reference[0].value)
    pay = al.second_best(problem, reference[1], n, "linear")
    assert pay.converged and pay.suboptimality <= max(1e-9 * pay.gap, 2e-12)
    if pay.effort == 0:  # flat pay is best, and no line that buys an effort comes near it
        return
    worse = bound_uncut(
        problem, PassLaw.from_monitor(reference[1]), n, al.first_best(problem), pay.profit - 1e-5
    )
    assert worse.excess >= 1e-5 * (1 - 1e-6)


@pytest.mark.parametrize("near", [None, 0.3, 0.9])
def test_first_ranges_hold_every_effort_but_next_to_none(near):
    cost = al.ConvexCost(lambda e: 0.3 * e + np.maximum(e - 0.4, 0), lambda e: 0.3 + (e > 0.4) * 1.0)
    problem = al.Problem(al.CARA(1.0), cost, lambda e: e)
    low, high = first_ranges(problem, 0.5, near, 1e-12)
    assert low[0] < 1e-11 and high[-1] == 1 and np.all(low < high)
    np.testing.assert_allclose(low[1:], high[:-1], atol=2e-15)
    kink = problem.cost.kinks[0]
    assert (
        np.isin(kink, high) and not np.any((low < kink) & (high > kink)) and np.min(low[low > 0.399]) > kink
    )
    for place in (0.5, near):  # one range on either side of a place is no wider than a millionth
        if place is not None:
            assert np.min(high[high > place]) - place < 2e-6 and place - np.max(low[low < place]) < 2e-6


class Parabola(Frontier):
    """A frontier that is known: 0.1 + 5·(e − .4321)² above the loss, in bounds of first order."""

    most_ranges = 3_000

    def at(self, effort):
        return self.loss_between(effort, effort) + 0.01 + 5 * (effort - 0.4321) ** 2

    def between(self, low, high):
        away = np.maximum(np.maximum(low - 0.4321, 0.4321 - high), 0)
        return self.loss_between(low, high) + 0.01 + 5 * away**2


def test_what_is_left_is_what_the_frontier_has_beyond_the_gap(reference):
    problem, monitor = reference
    frontier = Parabola(problem, PassLaw.from_monitor(monitor), 10, al.first_best(problem))
    efforts = np.linspace(0.4, 0.5, 200_001)
    least = np.min(frontier.at(efforts))
    for over in (1e-3, 1e-6):
        found = bound_frontier(frontier, frontier.best.profit - least - over)
        assert over * (1 - 1e-6) <= found.excess <= over * 1.05 and found.better is not None
    found = bound_frontier(frontier, frontier.best.profit - least)
    assert found.excess < 1e-6 and found.better is None and found.cells < 20_000
    none = bound_frontier(frontier, frontier.best.profit - least + 1e-6)
    assert none.excess <= 0 and none.better is None


def test_a_search_that_is_given_up_says_what_is_left(reference, monkeypatch):
    problem, monitor = reference
    frontier = Parabola(problem, PassLaw.from_monitor(monitor), 10, al.first_best(problem))
    monkeypatch.setattr(ranges, "_ROUNDS", 2)
    least = np.min(frontier.at(np.linspace(0.4, 0.5, 200_001)))
    assert bound_frontier(frontier, frontier.best.profit - least).excess > 1e-6


def test_who_has_a_frontier(reference):
    problem, monitor = reference
    evidence, best = PassLaw.from_monitor(monitor), al.first_best(problem)
    for utility in (al.CARA(1.0), al.RiskNeutral(), al.CRRA(1.0), al.CRRA(3.0)):
        outside = float(utility.utility(1.0))
        assert (
            frontier_of(al.Problem(utility, problem.cost, problem.value, outside), evidence, 5, best)
            is not None
        )
    assert frontier_of(al.Problem(al.CRRA(0.5), problem.cost, problem.value, 1.0), evidence, 5, best) is None
