"""Floors so low that no line is cut at them."""

import numpy as np

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.uncut.refused import cut_lines_are_refused


def test_floors_that_no_line_can_touch(reference):
    problem, monitor = reference
    evidence, best = PassLaw.from_monitor(monitor), al.first_best(problem)
    assert cut_lines_are_refused(problem.with_floor(-100.0), evidence, 50, best, best.profit - 0.01)
    assert not cut_lines_are_refused(problem.with_floor(-0.2), evidence, 50, best, best.profit - 0.01)
    assert not cut_lines_are_refused(problem.with_floor(-1.0), evidence, 2, best, 0.0)
    # the bound behind it: a line cut at −100 that leaves the principal so much is refused
    rng = np.random.default_rng(1)
    for _ in range(50):
        share = rng.uniform(0, 0.6)
        line = al.contracts.Linear(-100 - (slope := np.exp(rng.uniform(4, 6))) * share, slope, -100.0, 50)
        answer = al.best_answer(problem.with_floor(-100.0), monitor, line)
        assert not (answer.accepts and answer.profit > best.profit - 0.01)


def test_what_refuses_is_the_chance_of_few_passes():
    """One check, full effort wanted by all: a line cut at the floor pays it for no pass, and at most W/q for one; u by hand."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.01, 2), lambda e: 10 * e, outside=-0.5)
    evidence, best = PassLaw.from_monitor(al.Expert(0.125)), al.first_best(problem)
    profit = best.profit - 1e-3
    flips = []
    for floor in np.linspace(-6, -0.5, 221):
        flips.append(cut_lines_are_refused(problem.with_floor(floor), evidence, 1, best, profit))
    last = np.linspace(-6, -0.5, 221)[np.flatnonzero(flips)[-1]]
    assert flips[0] and not flips[-1] and np.all(np.diff(np.array(flips).astype(int)) <= 0)
    # chance 1/4 of no pass at full effort: ¼·u(f) + ¾·sup u = u₀
    by_hand = -np.log1p(-problem.utility.aversion * (problem.outside - 0.75) / 0.25)
    assert abs(last - by_hand) < 0.1
