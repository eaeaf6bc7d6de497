"""Tiers for one effort: slopes of the gap against differences."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.tiered.family import Tiers


def family_of(reference, n):
    problem, monitor = reference
    return Tiers(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), -1.0)


@pytest.mark.parametrize("n", [30, 1000])
def test_slopes_are_those_of_differences(reference, n):
    family = family_of(reference, n)
    thresholds, effort = ((18.0, 24.0), 0.6) if n == 30 else ((551.0, 580.0), 0.512)
    with np.errstate(all="ignore"):
        pay = family.implement(thresholds, effort)
        steps = [family.implement(thresholds, effort + h).gap for h in (-1e-5, 1e-5)]
        assert family.slope(pay) == pytest.approx((steps[1] - steps[0]) / 2e-5, rel=1e-4, abs=1e-9)
        if n < 1000:
            return  # between whole counts the slope holds to the order of 1/variance only
        for i, slope in enumerate(family.threshold_slopes(pay)):
            h, gaps = 0.05, []
            for side in (-h, h):
                moved = list(thresholds)
                moved[i] += side
                gaps.append(family.implement(tuple(moved), effort).gap)
            assert slope == pytest.approx((gaps[1] - gaps[0]) / (2 * h), rel=2e-2, abs=1e-9)


def test_a_deviation_to_a_kink_of_the_cost_is_exact(reference):
    """Payoffs have a corner there: a search by zooming stops next to it."""
    kink = 1 / 3 + 1e-5
    cost = al.ConvexCost(
        lambda e: 0.2 * e + 0.3 * np.maximum(e - kink, 0), lambda e: 0.2 + 0.3 * (np.asarray(e) > kink)
    )
    problem = al.Problem(al.CARA(1.0), cost, value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    family = Tiers(problem, PassLaw.from_monitor(reference[1]), 30, al.first_best(problem), -1.0)
    with np.errstate(all="ignore"):
        pay = family.implement((16, 22), 0.55)
        other, gain = family.most_tempting_deviation(pay)
    own = family.cells((16, 22), np.array([kink, 0.55]))[0] @ pay.lottery.utilities - cost.cost(
        np.array([kink, 0.55])
    )
    assert abs(other - kink) < 1e-9  # of `cost.kinks`
    assert gain == pytest.approx(own[0] - own[1], abs=1e-9) and gain > 0
