"""Lines in both counts cut at the floor: one kind as a special case, and a dense search that does not win."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.joint.family import JointLaw

REPEATS = al.SelfConsistency(0.15)


@pytest.mark.parametrize(("floor", "n"), [(0.0, 100), (-0.1, 100), (-0.05, 40)])
def test_two_kinds_alike_are_one_kind(floor, n):
    problem = reference_problem().with_floor(floor)
    two = al.second_best(problem, al.Joint(REPEATS, REPEATS), (n // 2, n // 2), "linear")
    one = al.second_best(problem, REPEATS, n, "linear")
    assert two.gap == pytest.approx(one.gap, rel=1e-7)
    assert two.certificate.gain_bound < 1e-9 and two.rent == pytest.approx(one.rent, abs=1e-6)
    assert 0 < two.suboptimality < two.gap and "another line may earn" in two.message


def test_no_sampled_line_earns_more():
    problem, joint = reference_problem().with_floor(-0.02), al.Joint(REPEATS, al.Golden())
    pay = al.second_best(problem, joint, (20, 20), "linear")
    law = JointLaw.of(joint, (20, 20))
    efforts = np.linspace(0, 1, 401)
    first, second = (kind.law(efforts, 0)[0] for kind in law.kinds)
    share = np.arange(21) / 20
    draws, best = np.random.default_rng(1), -np.inf
    centre = np.array([pay.contract.base, *pay.contract.slopes])
    for size in np.geomspace(1e-3, 0.3, 400):
        base, *slopes = centre * (1 + size * draws.normal(size=3))
        wage = np.maximum(base + slopes[0] * share[:, None] + slopes[1] * share, -0.02)
        payoff = np.einsum("ei,ij,ej->e", first, problem.utility.utility(wage), second) - problem.cost.cost(
            efforts
        )
        i = int(np.argmax(payoff))
        if payoff[i] >= 0:
            best = max(best, float(problem.value(efforts[i]) - first[i] @ wage @ second[i]))
    assert (
        best <= pay.profit + 2e-5 and best > pay.profit - 5e-3
    )  # the grid of efforts lets the agent miss by 1/800


def test_weights_given_are_kept():
    problem = reference_problem().with_floor(-0.1)
    pay = al.second_best(problem, al.Joint(REPEATS, al.Golden(), weights=(1, 2)), (60, 30), "linear")
    assert pay.contract.slopes[0] / 60 == pytest.approx(pay.contract.slopes[1] / 30 / 2, rel=1e-6)
    free = al.second_best(problem, al.Joint(REPEATS, al.Golden()), (60, 30), "linear")
    assert free.gap <= pay.gap


def test_a_floor_that_never_binds_changes_nothing():
    joint = al.Joint(REPEATS, al.Golden())
    without = al.second_best(reference_problem().with_floor(None), joint, (200, 200), "linear")
    low = al.second_best(reference_problem().with_floor(-0.4), joint, (200, 200), "linear")
    assert low.gap == pytest.approx(without.gap, rel=1e-10)
