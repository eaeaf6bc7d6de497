"""The cheapest line for one effort: what it pays and what it asks, summed by hand, and no cheaper line on a grid."""

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.family import Lines

N = 25


def payoffs(problem, monitor, base, slope, efforts):
    """The agent's payoff and the expected wage of cut lines, lines along the first axis."""
    k = np.arange(N + 1)
    law = stats.binom.pmf(k, N, monitor.pass_probability(efforts)[:, None])
    wage = np.maximum(np.asarray(base)[..., None] + np.asarray(slope)[..., None] * k / N, problem.floor)
    return problem.utility.utility(wage) @ law.T - problem.cost.cost(efforts), wage @ law.T


@pytest.mark.parametrize("effort", [0.3, 0.6, 0.9])
def test_the_gap_is_the_first_best_less_what_the_line_earns(reference, effort):
    problem, monitor = reference
    best = al.first_best(problem)
    with np.errstate(all="ignore"):
        found = Lines(problem, PassLaw.from_monitor(monitor), N, best).cheapest(np.array([effort]))
    slope = float(found.slope[0])
    base = float(found.centre[0]) - slope * float(monitor.pass_probability(effort))
    efforts = np.r_[effort, np.linspace(0, 1, 2001)]
    payoff, paid = payoffs(problem, monitor, base, slope, efforts)
    assert found.gap[0] == pytest.approx(best.profit - problem.value(effort) + paid[0], abs=1e-12)
    assert payoff[0] >= problem.outside - 1e-12
    near = np.abs(efforts - effort) < 0.05
    assert payoff[near].max() <= payoff[0] + 1e-7, "the effort is level"
    assert payoff[1] <= payoff[0] + 1e-11, "no effort at all does not tempt"


@pytest.mark.parametrize("effort", [0.3, 0.6])
def test_no_line_of_a_grid_is_cheaper(reference, effort):
    """Lines that make the effort best among nine around it and none at all, on a grid of bases and slopes."""
    problem, monitor = reference
    best = al.first_best(problem)
    with np.errstate(all="ignore"):
        found = Lines(problem, PassLaw.from_monitor(monitor), N, best).cheapest(np.array([effort]))
    base, slope = np.meshgrid(np.linspace(-6, 0.5, 300), np.linspace(0, 12, 300), indexing="ij")
    near = np.r_[effort, 0.0, effort + np.array([-0.02, -0.01, 0.01, 0.02])]
    payoff, paid = payoffs(problem, monitor, base, slope, near)
    holds = (payoff[..., 0] >= problem.outside) & np.all(payoff[..., :1] >= payoff[..., 1:], axis=-1)
    assert holds.any()
    cheapest = best.profit - problem.value(effort) + paid[..., 0][holds].min()
    assert found.gap[0] <= cheapest + 1e-9


def test_efforts_that_lose_too_much_are_left_alone(reference):
    problem, monitor = reference
    best, evidence = al.first_best(problem), PassLaw.from_monitor(monitor)
    for effort, loses in ((0.1, True), (0.6, False)):
        at = np.array([effort])
        with np.errstate(all="ignore"):
            free = Lines(problem, evidence, N, best).cheapest(at).gap[0]
            bound = Lines(problem, evidence, N, best, ceiling=0.2).cheapest(at).gap[0]
        assert (problem.loss(effort, best) > 0.2) == loses and np.isfinite(free)
        assert np.isinf(bound) == loses and (loses or bound == pytest.approx(free, rel=1e-12))
