"""The laws of two counts and the proof of the agent's best answer, against scipy, differences and dense grids."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.joint import family
from annolib.contracts.joint.family import (
    CountLaw,
    JointLaw,
    PayTable,
    other_peak,
    proved_answer,
)

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


def _third_of_each_state(law, effort):
    """P and its third derivative in effort of every pair of counts: as polynomials in q of each kind, in effort by the chain rule."""
    parts = []
    for kind in law.kinds:
        k, one = np.arange(kind.n + 1), np.array([effort])
        q = np.polynomial.Polynomial(
            [kind.evidence.at_no_effort, *([0.0] * (kind.evidence.power - 1)), kind.evidence.gain]
        )
        ways = stats.binom.pmf(k, kind.n, 0.5) * 2.0**kind.n
        some = [way * q**i * (1 - q) ** (kind.n - i) for way, i in zip(ways, k, strict=True)]
        parts.append(
            [np.array([poly.deriv(m)(one)[0] if m else poly(one)[0] for poly in some]) for m in range(4)]
        )
    first, second = parts
    third = sum(c * np.outer(first[m], second[3 - m]) for m, c in enumerate((1, 3, 3, 1)))
    return np.outer(first[0], second[0]), third


@pytest.mark.parametrize(
    "kinds", [(al.Expert(0.2), al.Golden()), (al.SelfConsistency(0.2), al.SelfConsistency(0.1))]
)
@pytest.mark.parametrize("checks", [(5, 0), (6, 4), (9, 9)])
def test_norms_are_those_of_the_law(kinds, checks):
    """Σ|P‴| from polynomials is no more; at a point √Σ(P‴)²/P neither, and it is just that where chances are straight in effort."""
    law, straight = JointLaw.of(al.Joint(*kinds), checks), kinds[1].power == 1
    for low, high in ((0.35, 0.35), (0.5, 0.5), (0.2, 0.5), (0.3, 0.9)):
        bound = law.norms(np.array([low]), np.array([high]))[3, 0]
        seen = []
        for effort in np.linspace(low, high, 7):
            p, third = _third_of_each_state(law, effort)
            seen.append(np.sqrt(np.sum(third**2 / p)))
            signs = PayTable(law, np.sign(third))  # the pay that bends the most
            assert np.sum(np.abs(third)) <= signs.third(np.array([low]), np.array([high]))[0] * (1 + 1e-9)
        if low == high:
            assert max(seen) <= bound * (1 + 1e-9)
        if low == high and min(checks) == 0 and straight:
            assert bound == pytest.approx(max(seen), rel=1e-9)


class Bent:
    """Expected pay with a peak of 0 at 0.9 of the way from the middle of a first box to its end, and a third derivative of 1 throughout."""

    half = 1 / 48
    peak = (2 * 11 + 1) / 48 + 0.9 / 48

    def expected(self, efforts):
        x, bend = np.asarray(efforts) - self.peak, 50 * self.half
        return np.stack([-bend * x**2 / 2 + x**3 / 6, -bend * x + x**2 / 2, -bend + x])

    def third(self, low, high):
        return np.ones(low.shape)


@pytest.mark.parametrize("stops", ["tolerance", "boxes", "rounds"])
def test_a_proof_that_stops_early_has_the_remainder_in_its_bound(monkeypatch, stops):
    """No effort that is looked at is the best; a remainder of d³/6 times the third derivative is just what covers it."""
    if stops != "tolerance":
        monkeypatch.setattr(family, *{"boxes": ("_MOST", 0), "rounds": ("_ROUNDS", 1)}[stops])
    problem = SimpleNamespace(cost=al.PowerCost(1e-14, 2))
    found = proved_answer(problem, Bent(), tolerance=10.0 if stops == "tolerance" else 1e-13)
    assert found.payoff < -1e-7 and 0 <= found.bound < 2e-5


def test_the_least_bend_of_a_cost_is_none_above_any():
    low, high = np.array([0.1, 0.5]), np.array([0.4, 1.0])
    inside = np.linspace(low, high, 50)
    kinked = al.ConvexCost(
        lambda e: 0.1 * e + np.maximum(e - 0.25, 0) ** 2, lambda e: 0.1 + 2 * np.maximum(e - 0.25, 0)
    )
    for cost in (*(al.PowerCost(0.4, p) for p in (1.2, 1.5, 2.0, 3.0)), kinked):
        least = cost.bends(low, high).first[0]  # what `proved_answer` takes off
        assert np.all(least <= cost.curvature(inside).min(axis=0) + 1e-12)
