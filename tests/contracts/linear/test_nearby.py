"""From a rough line to the best one near it."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.family import Lines
from annolib.contracts.linear.nearby import best_nearby


@pytest.mark.parametrize(
    "problem, monitor, n, start, profit",
    [
        (al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: 1.0 * e, floor=0.0), al.SelfConsistency(0.06), 5, (1.0, 0.63, 3.4), 0.7142466),
        (al.Problem(al.CRRA(0.5), al.PowerCost(1, 3), lambda e: np.sqrt(e + 0.01), floor=0.0), al.Expert(0.05), 100, (0.55, 0.56, 6.0), 0.6445376),
    ],
)  # fmt: skip
def test_a_rough_line_becomes_the_best(problem, monitor, n, start, profit):
    family = Lines(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    with np.errstate(all="ignore"):
        line = best_nearby(family, *start, (0.0,))
    assert family.best.profit - float(line.gap) == pytest.approx(profit, abs=1e-7)
    assert float(line.rent) >= -1e-12


def test_where_no_line_holds_there_is_none(reference):
    problem, monitor = reference
    family = Lines(problem, PassLaw.from_monitor(monitor), 3, al.first_best(problem))
    with np.errstate(all="ignore"):
        assert best_nearby(family, 0.999, 0.66, 1.0, (0.0,), np.array([0.998, 0.999])) is None
