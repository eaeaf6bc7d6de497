"""The laws of two counts and the proof of the agent's best answer, against scipy, differences and dense grids."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.joint.family import CountLaw, JointLaw, PayTable, other_peak, proved_answer

BOTH = al.Joint(al.SelfConsistency(0.15), al.Golden())


@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.2), al.Golden(), al.Expert(-0.2)])
@pytest.mark.parametrize("n", [0, 1, 2, 40])
def test_the_law_and_its_derivatives(monitor, n):
    law = CountLaw(PassLaw.from_monitor(monitor), n)
    efforts, step = np.array([0.2, 0.6, 0.95]), 1e-5
    p, slope, bend = law.law(efforts)
    chance = np.abs(monitor.pass_probability(efforts) - (monitor.gain < 0))
    np.testing.assert_allclose(
        p, stats.binom.pmf(np.arange(n + 1), n, chance[:, None]), rtol=1e-11, atol=1e-300
    )
    up, down = law.law(efforts + step, 1), law.law(efforts - step, 1)
    np.testing.assert_allclose(slope, (up[0] - down[0]) / (2 * step), atol=1e-7)
    np.testing.assert_allclose(bend, (up[1] - down[1]) / (2 * step), atol=1e-5)
    np.testing.assert_allclose(np.exp(law.log_law(0.6)), p[1], rtol=1e-11, atol=1e-300)


def test_certain_checks_have_a_law_too():
    law = CountLaw(PassLaw.from_monitor(al.Golden()), 5)
    p, slope, _ = law.law(np.array([1.0]))
    assert p[0].tolist() == [0, 0, 0, 0, 0, 1] and slope[0, 5] == pytest.approx(5 * 0.5)
    assert np.isfinite(law.norms(np.array([0.9]), np.array([1.0]))).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_third_derivative_exceeds_its_bound(seed):
    draws = np.random.default_rng(seed)
    law = JointLaw.of(BOTH, draws.integers(1, 25, 2))
    pay = PayTable(law, draws.random(law.shape))
    middle, half = draws.uniform(0.05, 0.95), 0.02
    step, at = 1e-4, np.linspace(middle - half, middle + half, 9)
    third = (pay.expected(at + step)[2] - pay.expected(at - step)[2]) / (2 * step)
    bound = pay.third(np.array([middle - half - step]), np.array([middle + half + step]))[0]
    assert np.max(np.abs(third)) <= bound * (1 + 1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_effort_has_a_payoff_above_the_bound(seed):
    draws = np.random.default_rng(seed)
    problem, law = reference_problem(), JointLaw.of(BOTH, draws.integers(1, 30, 2))
    pay = PayTable(law, draws.random(law.shape) * draws.choice([0.1, 1.0]))
    found = proved_answer(problem, pay)
    grid = np.linspace(0, 1, 4001)
    payoff = pay.expected(grid)[0] - problem.cost.cost(grid)
    assert payoff.max() <= found.bound + 1e-14
    assert found.bound - found.payoff <= 1e-12 and found.payoff >= payoff.max() - 1e-12


def test_another_peak_is_found():
    law = JointLaw.of(BOTH, (60, 60))
    table = np.where(np.add.outer(np.arange(61), np.arange(61)) >= 85, 0.2, 0.0)
    effort = proved_answer(reference_problem(), PayTable(law, table)).effort
    other, gain = other_peak(reference_problem(), PayTable(law, table), effort)
    assert abs(other - effort) > 0.02 and gain < 0


def test_scores_stay_in_their_range():
    law = JointLaw.of(BOTH, (7, 9))
    for effort in (0.3, 0.35, 0.4):
        p, slope = law.law(effort)
        highest, lowest = law.score_range(0.3, 0.4)
        assert np.max(slope / p) <= highest and np.min(slope / p) >= lowest
