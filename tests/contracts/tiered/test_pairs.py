"""Pairs of thresholds priced by arrays: the programme of `Tiers` says the same, and what they find earns more than slopes alone found."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.tiered.family import Tiers
from annolib.contracts.tiered.pairs import Pairs

REFERENCE = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
MONITOR = al.SelfConsistency(kappa=0.15)


def tiers(problem, monitor, n):
    return Tiers(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), 0.0)


@pytest.mark.parametrize(
    ("floor", "monitor", "n", "thresholds", "effort"),
    [
        (0.0, MONITOR, 100, (58, 67), 0.57),
        (0.0, MONITOR, 1000, (551, 580), 0.512),
        (-0.2, MONITOR, 300, (160, 175), 0.5),  # the agent just takes part
        (-0.05, al.Expert(0.15), 200, (105, 118), 0.5),
        (0.0, al.Golden(0.4), 60, (34, 44), 0.55),
    ],
)
def test_a_pair_costs_what_the_programme_says(floor, monitor, n, thresholds, effort):
    """Against every other effort, at the effort that `Pairs` finds, and at no effort beside it is it less."""
    family = tiers(REFERENCE.with_floor(floor), monitor, n)
    with np.errstate(all="ignore"):
        gap, at, _ = Pairs(family).least_gap(thresholds, effort)
        pay = family.implement_everywhere(family.implement_on_grid(thresholds, at))
        assert gap == pytest.approx(pay.gap, rel=1e-6)
        for aside in (-0.02, -0.005, 0.005, 0.02):
            beside = family.implement_on_grid(thresholds, at + aside)
            beside = None if beside is None else family.implement_everywhere(beside)
            assert beside is None or beside.gap > gap * (1 - 1e-6)


def test_pairs_that_cannot_be_had_cost_without_limit():
    pairs = Pairs(tiers(REFERENCE, MONITOR, 100))
    assert pairs.least_gap((67, 58), 0.5)[0] == np.inf
    assert pairs.least_gap((0, 58), 0.5)[0] == np.inf
    assert pairs.least_gap((58, 101), 0.5)[0] == np.inf


def test_the_simplex_finds_the_best_pair_from_one_nearby():
    """(551, 580) is the best pair at n = 1,000, by other programs too."""
    pairs = Pairs(tiers(REFERENCE, MONITOR, 1000))
    thresholds, effort, _, gap = pairs.best_near((545, 589), 0.52)
    assert thresholds == (551, 580)
    assert gap == pytest.approx(7.734650446e-4, rel=1e-6)
    assert pairs.priced > 10


@pytest.mark.parametrize(
    ("n", "most"),
    [
        (10**5, 7.3658e-6),
        (10**6, 7.545e-7),
    ],  # found by a finer search over pairs, each held against all efforts
)
def test_two_tiers_on_many_checks(n, most):
    pay = al.second_best(REFERENCE, MONITOR, n, "tiered(2)")
    assert pay.gap < most
    assert pay.certificate.gain_bound < 1e-9
