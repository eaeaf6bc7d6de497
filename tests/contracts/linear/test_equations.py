"""Which equations can be solved is told before Newton's method, or soon: nothing is lost, and little work wasted."""

from dataclasses import replace

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.family import Lines

EFFORTS = np.linspace(0.02, 0.98, 49)


def family(naive, seed, n, floor):
    problem, monitor = naive.random_problem(np.random.default_rng(seed), floor=floor)
    return Lines(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))


@pytest.mark.parametrize("n", [2, 3, 7])
def test_no_line_just_pays_where_none_is_said_to(naive, n):
    """Newton's method from the usual and from perfect-record lines finds none; and somewhere else it does."""
    said = []
    for seed in range(12):
        lines = family(naive, seed, n, True)
        possible = lines._just_payable(EFFORTS)
        record = lines._perfect_record(EFFORTS)
        wanted = lines.problem.reservation(EFFORTS)
        with np.errstate(all="ignore"):
            for start in (None, (record.centre, record.slope)):
                found = lines.solve(EFFORTS, ("local", 0.0), ("mean", wanted), start)
                assert not np.isfinite(found.gap[~possible]).any()
        # what a perfect record must earn for the local incentive leaves a rent exactly there
        known = np.isfinite(record.gap)
        np.testing.assert_array_equal(record.rent[known] <= 1e-9, possible[known])
        said.extend(possible)
    assert 0 < np.mean(said) < 1


def test_equations_that_do_not_differ_are_given_up(reference):
    """Log utility, uncut: a line in proportion gives the same incentives, so none changes the gain from shirking."""
    problem = replace(reference[0], utility=al.CRRA(1), floor=None, outside=0.0)
    efforts = EFFORTS[:15]
    lines = Lines(problem, PassLaw.from_monitor(reference[1]), 10**6, al.first_best(problem))
    with np.errstate(all="ignore"):
        paid = lines.solve(efforts, ("local", 0.0), ("mean", problem.reservation(efforts)))
        found = lines.solve(efforts, ("local", 0.0), ("shirk", 0.0), (paid.centre, paid.slope))
    assert np.isfinite(paid.gap).all() and not np.isfinite(found.gap).any()
    assert found.steps.max() <= 3


def test_a_wall_is_not_run_against_thirty_times(naive):
    """Beyond the edge of what the utility bears a step is cut to nothing: the solver stops before its 30 steps."""
    lines = family(naive, 30, 626_609, False)
    effort = np.array([0.7, 0.9])
    with np.errstate(all="ignore"):
        found = lines.solve(effort, ("local", 0.0), ("mean", lines.problem.reservation(effort)))
    assert not np.isfinite(found.gap).any() and found.steps.max() < 25


def test_a_slow_start_is_not_taken_for_rounding(naive):
    """Newton's method first gains little here; stopping at the first small residual would lose the line that leaves no rent."""
    problem, monitor = naive.random_problem(np.random.default_rng(40_077))
    pay = al.second_best(problem, monitor, 3, "linear")
    assert pay.gap == pytest.approx(0.31207717177, rel=1e-9) and pay.rent == 0 and pay.residual < 1e-14
