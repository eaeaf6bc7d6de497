"""Tiers: price lines over cells, slopes of the gap, and what is proved."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.tiered.family import Tiers
from annolib.contracts.tiered.proof import TupleSearch


def family_of(reference, n):
    problem, monitor = reference
    return Tiers(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), -1.0)


@pytest.mark.parametrize(
    ("n", "thresholds", "gap"),
    [
        (100, (58, 67), 3.964339828e-2),
        (100, (57, 58, 67), 3.934064157e-2),
        (100, (57, 58, 59, 67), 3.903254352e-2),
        (1000, (551, 580), 7.734650446e-4),
        (1000, (550, 569, 588), 7.096597423e-4),
        (1000, (550, 561, 577, 593), 6.849761916e-4),
    ],
)
def test_reference_values(reference, n, thresholds, gap):
    pay = al.second_best(*reference, n, "tiered", tiers=len(thresholds))
    assert f"{pay.gap:.9e}" == f"{gap:.9e}"
    assert pay.contract.thresholds == thresholds
    optimal = al.second_best(*reference, n, "optimal")
    assert pay.gap - optimal.gap - 1e-12 <= pay.suboptimality < pay.gap


def test_a_million_checks(reference):
    """The second threshold takes the gap from 2.0e-5 to less than 9.25e-7."""
    pay = al.second_best(*reference, 10**6, "tiered(2)")
    assert pay.gap < 7.6e-7 and pay.certificate.gain_bound < 1e-9


@pytest.mark.parametrize(("n", "thresholds", "effort"), [(30, (18, 24), 0.6), (12, (7, 9, 10), 0.8)])
def test_cell_lines_bound_the_tuple(reference, n, thresholds, effort):
    family = family_of(reference, n)
    search = TupleSearch(family, thresholds, 1.0, 1.0)
    with np.errstate(all="ignore"):
        solved = search.solve(effort)
        profit = family.best.profit
        for line in solved.lines:
            assert line.value(np.array([effort]))[0] == pytest.approx(profit - solved.gap, abs=1e-12)
            for other in effort + np.array([-0.05, 0.03]):
                pay = family.implement(thresholds, float(other), solved.found.deviations)
                if pay is not None and line.allowed(np.array([other]))[0]:
                    assert line.value(np.array([other]))[0] >= profit - pay.gap - 1e-12
            low = effort + np.array([-0.1, -0.02, 0.01])
            high = low + 0.02
            top, _ = line.ceilings(low, high)
            dense = np.array(
                [line.value(np.linspace(a, b, 17)).max() for a, b in zip(low, high, strict=True)]
            )
            assert np.all(top >= dense - 1e-13) and np.all(top - dense < 2e-3)


def test_few_tuples_are_proved(reference):
    pay = al.second_best(reference[0], al.Golden(0.4), 5, "tiered(2)")
    assert pay.converged and pay.suboptimality <= max(1e-9 * pay.gap, 1e-12)
