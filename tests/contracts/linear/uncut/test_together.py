"""Several numbers of checks at once: the answers of one by one, and where they cannot be had together those of the other solver."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.uncut import together

KINKED = al.ConvexCost(lambda e: 0.2 * e + np.maximum(e - 0.4, 0), lambda e: 0.2 + (e > 0.4) * 1.0)
CASES = [
    (al.CARA(1.0), al.PowerCost(0.5, 2), al.SelfConsistency(0.15)),
    (al.CARA(1.0), al.PowerCost(0.2, 1.5), al.SelfConsistency(0.15)),  # no effort tempts
    (al.CARA(2.0), KINKED, al.Expert(0.2)),
    (al.RiskNeutral(), al.PowerCost(0.5, 3), al.Golden(0.5)),
    (al.RiskNeutral(), al.PowerCost(0.5, 1.5), al.SelfConsistency(0.15)),
    (al.CRRA(2.0), al.PowerCost(0.5, 2), al.Golden(0.4)),
]


@pytest.mark.parametrize("utility, cost, monitor", CASES)
def test_together_is_one_by_one(utility, cost, monitor):
    outside = float(utility.utility(0.5))
    problem, numbers = (
        al.Problem(utility, cost, lambda e: 0.6 * e * (2 - e), outside),
        [1, 2, 7, 30, 1_000, 10**6],
    )
    many = al.second_best(problem, monitor, numbers, "linear")
    for n, found in zip(numbers, many, strict=True):
        one = al.second_best(problem, monitor, n, "linear")
        assert found.family == one.family and found.converged == one.converged and found.n == n
        assert found.gap == pytest.approx(one.gap, rel=1e-9, abs=1e-13)
        assert found.suboptimality <= max(1e-9 * found.gap, 1e-12) or not found.converged
        if one.family == "linear" and one.gap > 1e-12:
            assert found.effort == pytest.approx(one.effort, abs=1e-6)


def test_what_is_not_settled_together_is_left_to_the_solver_for_one(reference, monkeypatch):
    problem, monitor = reference[0].with_floor(None), reference[1]
    evidence, best = PassLaw.from_monitor(monitor), al.first_best(reference[0])
    asked = []
    monkeypatch.setattr(together, "uncut_best", lambda problem, evidence, n, best: asked.append(n))
    together.uncut_bests(problem, evidence, [5, 50], best)
    assert asked == []
    monkeypatch.setattr(together, "_ZOOMS", 2)  # the best effort is missed, and the proof sees it
    together.uncut_bests(problem, evidence, [5, 50], best)
    assert asked == [5, 50]
