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
