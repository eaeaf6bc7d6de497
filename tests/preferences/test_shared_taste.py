"""The two tests of one taste: level by simulation at the border of the null, power, and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import annolib as al

SIZES = np.array(
    [257, 130, 124, 100, 249, 71, 89, 62, 93, 138, 83, 113, 65, 106, 141]
)  # choices of real workers


def test_one_taste_keeps_its_level_where_it_is_hardest():
    """One worker far on one side, all others coins: the border of the null that the bound is for."""
    draw = np.random.default_rng(5)
    rates = np.full(SIZES.size, 0.5)
    rates[0] = 0.95
    p = np.array([al.taste_test(draw.binomial(SIZES, rates), SIZES).opposite_p_value for _ in range(1_500)])
    for level in (0.01, 0.05, 0.1):
        assert np.mean(p <= level) <= level + 3 * np.sqrt(level * (1 - level) / p.size)
    assert np.mean(p <= 0.1) > 0.05, "and it is not idle"


def test_unequal_care_is_no_second_taste():
    draw = np.random.default_rng(6)
    efforts = draw.uniform(0, 1, SIZES.size)
    found = al.taste_test(draw.binomial(SIZES, 0.5 + efforts * 0.4), SIZES)
    assert found.p_value < 1e-6 and found.opposite_p_value > 0.05


def test_two_tastes_are_seen():
    rates = np.where(np.arange(SIZES.size) % 2, 0.65, 0.35)
    found = al.taste_test(np.random.default_rng(7).binomial(SIZES, rates), SIZES)
    assert found.opposite_p_value < 1e-6
    assert found.spread == pytest.approx(0.15, abs=0.03)
    assert found.mean == pytest.approx(0.5, abs=0.05)


def test_one_share_for_all_keeps_its_level():
    draw = np.random.default_rng(8)
    p = np.array([al.taste_test(draw.binomial(SIZES, 0.4), SIZES).p_value for _ in range(400)])
    assert np.mean(p <= 0.05) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / p.size)
    assert 0.3 < np.mean(p == 1) < 0.75, "half of the time no scatter beyond luck is found"


def test_beta_binomial_against_scipy_on_a_grid():
    draw = np.random.default_rng(9)
    taken = draw.binomial(SIZES, draw.beta(3, 4, SIZES.size))
    found = al.taste_test(taken, SIZES)

    def twice(mean, spread):
        rho = spread**2 / (mean * (1 - mean))
        size = 1 / rho - 1
        law = stats.betabinom.logpmf(taken, SIZES, mean * size, (1 - mean) * size).sum()
        return 2 * (law - stats.binom.logpmf(taken, SIZES, taken.sum() / SIZES.sum()).sum())

    assert found.likelihood_ratio == pytest.approx(twice(found.mean, found.spread), rel=1e-6)
    assert found.p_value == pytest.approx(0.5 * stats.chi2.sf(found.likelihood_ratio, 1))
    grid = [twice(m, s) for m in np.linspace(0.25, 0.65, 41) for s in np.linspace(0.02, 0.4, 77)]
    assert max(grid) <= found.likelihood_ratio + 1e-6
    assert max(grid) > found.likelihood_ratio - 0.3


def test_the_bound_for_two_workers_is_half_a_chi_square():
    """W = 2: one term, ½ P(χ²₁ > c)."""
    found = al.taste_test([70, 35], [100, 100])
    assert found.opposite_p_value == pytest.approx(0.5 * stats.chi2.sf(min(found.above, found.below), 1))
    deviance = 200 * (0.7 * np.log(1.4) + 0.3 * np.log(0.6))
    assert found.above == pytest.approx(deviance)


def test_the_bound_for_four_workers_is_the_sum_of_the_definition():
    """Who stands at one half exactly, and who chose nothing, adds to neither side; only the first is counted."""
    found = al.taste_test([70, 35, 25, 48, 0], [100, 100, 50, 80, 0])
    small = min(found.above, found.below)
    bound = sum(stats.binom.pmf(h, 3, 0.5) * stats.chi2.sf(small, h) for h in (1, 2, 3))
    assert found.workers == 4 and found.opposite_p_value == pytest.approx(bound)
    assert found.below == pytest.approx(200 * (0.35 * np.log(0.7) + 0.65 * np.log(1.3)))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_names_of_the_kinds_do_not_matter(pairs):
    taken, rest = np.array(pairs).T
    if (taken + rest > 0).sum() < 2:
        return
    one, other = al.taste_test(taken, taken + rest), al.taste_test(rest, taken + rest)
    assert one.opposite_p_value == pytest.approx(other.opposite_p_value)
    assert (one.above, one.below) == pytest.approx((other.below, other.above))
    assert one.mean == pytest.approx(1 - other.mean, abs=1e-4)
    assert one.likelihood_ratio == pytest.approx(other.likelihood_ratio, abs=1e-5)
    assert 0 <= one.opposite_p_value <= 1 and 0 <= one.p_value <= 1


def test_everybody_on_one_side():
    assert al.taste_test([9, 8, 10], [10, 10, 10]).opposite_p_value == 1
    extreme = al.taste_test([10, 20], [10, 20])
    assert (extreme.mean, extreme.spread, extreme.p_value) == (1, 0, 1)


@pytest.mark.parametrize(
    "taken, choices, message",
    [
        ([1, 2], [3], "taken and choices must have one entry for each worker"),
        ([4, 1], [3, 2], "taken must not exceed choices; saw 4 of 3 in entry 0"),
        ([1, 0], [3, 0], "choices must be above 0 for two workers or more; saw 1"),
        ([0.5, 1], [3, 2], "taken must be a whole number"),
    ],
)
def test_bad_counts(taken, choices, message):
    with pytest.raises(ValueError, match=message):
        al.taste_test(taken, choices)
