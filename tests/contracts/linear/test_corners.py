"""Uncut lines where the utility knows no wage below 0: no wage below it, and where the line of base 0 is the poorest."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.corners import excess, last_count_line, lines_with_zero_base, stops_short
from annolib.contracts.linear.family import Lines


def family(naive, seed, n):
    problem, monitor = naive.random_problem(np.random.default_rng(seed), floor=False)
    return Lines(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))


@pytest.mark.parametrize(
    ("seed", "n"), [(30, 626_609), (30, 700), (54, 2_543_177), (99, 163), (20_072, 352_592)]
)
def test_no_pass_at_all_earns_a_wage_that_exists(naive, seed, n):
    """With many checks no pass at all has no weight in any sum, and yet its wage must not be negative."""
    problem, monitor = naive.random_problem(np.random.default_rng(seed), floor=False)
    pay = al.second_best(problem, monitor, n, "linear")
    assert pay.family == "linear" and problem.utility.lowest_wage == 0
    assert pay.contract.wage(0) >= 0 and pay.residual < 1e-12


@pytest.mark.parametrize(("seed", "n"), [(30, 626_609), (99, 163), (78, 9)])
def test_beyond_the_edge_the_line_of_base_0_is_the_poorest(naive, seed, n):
    """Where it leaves a rent, no line just pays for the effort, and lines of higher base leave more and cost more."""
    lines = family(naive, seed, n)
    efforts = np.linspace(0.05, 0.95, 31)
    short = stops_short(lines, efforts)
    assert short.any() and not short.all()
    np.testing.assert_array_equal(short, excess(lines, efforts) < 0)
    with np.errstate(all="ignore"):
        just_paid = lines.solve(efforts, ("local", 0.0), ("mean", lines.problem.reservation(efforts)))
        poorest = lines_with_zero_base(lines, efforts[short])
        np.testing.assert_array_equal(np.isfinite(just_paid.gap), ~short)
        assert np.all(poorest.rent > 0)
        known = np.isfinite(poorest.gap)
        wanted = lines.problem.reservation(poorest.effort) + poorest.rent
        start = (poorest.centre * 1.02, poorest.slope * 1.01)
        richer = lines.solve(poorest.effort, ("local", 0.0), ("mean", wanted * 1.01), start)
        poorer = lines.solve(poorest.effort, ("local", 0.0), ("mean", wanted * 0.99), start)
    assert np.all(np.isfinite(richer.gap[known])) and not np.isfinite(poorer.gap).any()
    assert np.all(richer.gap[known] > poorest.gap[known]) and np.all(richer.slope > poorest.slope)


def test_a_start_below_the_least_wage_finds_no_line_there(naive):
    """Newton's method may begin from a neighbour's line, which can lie below wage 0 where this effort has no line at all."""
    lines, effort = family(naive, 30, 626_609), np.array([0.5984375])
    start = 0.7 * lines.evidence.success(effort) - 0.03, np.array([0.7])
    with np.errstate(all="ignore"):
        found = lines.solve(effort, ("local", 0.0), ("mean", lines.problem.reservation(effort)), start)
    assert found.residual[0] < 1e-12 and not np.isfinite(found.gap[0])


@pytest.mark.parametrize("gamma", [0.45, 0.47, 0.49])
def test_a_bonus_for_the_last_count_is_a_line(gamma):
    """Full effort from ten golden questions: only as steep a line as a bonus for ten of ten can be buys it."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: e, floor=0.0)
    last = al.second_best(problem, al.Golden(gamma), 10, "binary")
    line = al.second_best(problem, al.Golden(gamma), 10, "linear")
    if last.contract.threshold == 10 and last.contract.low == 0:
        assert line.profit >= last.profit - 1e-12
    steep = last_count_line(
        Lines(problem, PassLaw.from_monitor(al.Golden(gamma)), 10, al.first_best(problem))
    )
    assert steep is not None and line.gap <= float(steep.gap) * (1 + 1e-9)
    wages = al.contracts.Linear(
        float(steep.centre - steep.slope * (0.5 + gamma * steep.effort)), float(steep.slope), 0.0, 10
    ).wage(np.arange(11))
    assert np.all(wages[:10] < 1e-12) and wages[10] > 0
