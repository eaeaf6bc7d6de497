"""Thresholds on the score of two counts: one kind as a special case, every half-plane of a small lattice, the best weight."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.joint.family import JointLaw
from annolib.contracts.joint.threshold import Prices, best_threshold, chances, steps_of

REPEATS = al.SelfConsistency(0.15)


@pytest.mark.parametrize(("n", "gap"), [((15, 15), 0.159254429), ((500, 500), 1.20136607e-3)])
def test_two_kinds_alike_are_one_kind(n, gap):
    pay = al.second_best(reference_problem(), al.Joint(REPEATS, REPEATS, weights=(1, 1)), n, "binary")
    assert pay.gap == pytest.approx(gap, rel=2e-8)
    assert pay.certificate.gain_bound < 1e-9


def test_a_kind_that_is_not_bought_changes_nothing():
    one = al.second_best(reference_problem(), REPEATS, 80, "binary")
    for joint, n in ((al.Joint(REPEATS, al.Golden()), (80, 0)), (al.Joint(al.Golden(), REPEATS), (0, 80))):
        pay = al.second_best(reference_problem(), joint, n, "binary")
        assert pay.gap == pytest.approx(one.gap, rel=1e-8)


def test_chances_are_sums_over_the_lattice():
    law = JointLaw.of(al.Joint(REPEATS, al.Golden()), (14, 11))
    steps = steps_of(law, 1.7, 16.25)
    reached = (np.arange(15)[:, None] + 1.7 * np.arange(12) >= 16.25).astype(float)
    assert (np.arange(12) >= steps[:, None]).astype(float).tolist() == reached.tolist()
    at = np.array([0.2, 0.7])
    np.testing.assert_allclose(chances(law, steps, at), law.expected(reached, at), rtol=1e-12, atol=1e-14)


def test_every_half_plane_of_a_small_lattice():
    """All thresholds of many weights, priced exactly: none earns clearly more than the search finds."""
    problem, joint = reference_problem().with_floor(-0.1), al.Joint(REPEATS, al.Golden())
    law, best = JointLaw.of(joint, (8, 6)), al.first_best(problem)
    prices, least, seen = Prices(problem, law, best), np.inf, set()
    for ratio in np.geomspace(0.3, 10, 10):
        score = np.unique(np.arange(9)[:, None] + ratio * np.arange(7))
        for t in (score[1:] + score[:-1]) / 2:
            steps = steps_of(law, ratio, t)
            if steps.tobytes() not in seen:
                seen.add(steps.tobytes())
                gap, effort = prices.rough(steps)
                if np.isfinite(gap):
                    one = prices.exactly(ratio, t, effort)
                    least = min(least, np.inf if one is None else one.gap)
    pay = al.second_best(problem, joint, (8, 6), "binary")
    assert len(seen) > 80
    assert pay.gap <= least * 1.02


def test_the_weight_of_the_score_is_the_best_where_checks_are_many():
    problem, joint = reference_problem(), al.Joint(REPEATS, al.Golden())
    law, best = JointLaw.of(joint, (500, 500)), al.first_best(problem)
    with np.errstate(all="ignore"):
        free = best_threshold(problem, law, best)[0]
        score = best_threshold(problem, law, best, law.weights(best.effort))[0]
        off = [best_threshold(problem, law, best, (1, ratio))[0].gap for ratio in (1.0, 5.0)]
    assert free.gap == pytest.approx(score.gap, rel=2e-3)
    assert min(off) > 1.03 * score.gap
