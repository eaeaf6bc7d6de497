"""Tiers lie between one threshold and any wage; for few checks all thresholds can be tried."""

from itertools import combinations

import numpy as np
import pytest

import annolib as al
from annolib.contracts.efforts import best_effort
from annolib.contracts.evidence import Evidence
from annolib.contracts.tiers import Tiers


def test_one_tier_is_binary_and_many_approach_the_optimal(reference):
    n = 1000
    gaps = [al.second_best(*reference, n, "tiered", tiers=m).gap for m in (1, 2, 4)]
    binary, optimal = (al.second_best(*reference, n, family).gap for family in ("binary", "optimal"))
    assert gaps[0] == binary
    assert gaps[0] > gaps[1] > gaps[2] > optimal


def test_two_tiers_against_all_pairs_of_thresholds(reference):
    problem, monitor, n = reference[0], al.Golden(0.4), 12
    best = al.first_best(problem)
    pay = al.second_best(problem, monitor, n, "tiered(2)")
    family = Tiers(problem, Evidence.from_monitor(monitor), n, best, -np.inf)
    lowest = np.inf
    for pair in combinations(range(4, n + 1), 2):

        def gap_at(effort, pair=pair):
            with np.errstate(all="ignore"):
                solved = family.implement(pair, effort)
                solved = solved and family.settle(solved)
            return 1e300 if solved is None else solved.gap

        lowest = min(lowest, best_effort(gap_at, best.effort, np.linspace(0.1, 0.9, 5))[1])
    assert pay.gap == pytest.approx(lowest, rel=1e-6)


def test_bad_input(reference):
    with pytest.raises(ValueError, match="tiers"):
        al.second_best(*reference, 10, "tiered")
    with pytest.raises(ValueError, match="thresholds"):
        al.second_best(*reference, 2, "tiered", tiers=3)
    with pytest.raises(ValueError, match="belongs"):
        al.second_best(*reference, 10, "binary", tiers=3)
    with pytest.raises(al.NoBestContract, match="floor"):
        al.second_best(*reference, 10, "tiered", tiers=2, floor=None)
