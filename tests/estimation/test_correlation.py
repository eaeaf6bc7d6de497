"""Rank correlation against scipy's, and its interval against scipy's bootstrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap, spearmanr

from annolib import Correlation, rank_correlation


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=30))
def test_estimate_is_spearman(points):
    x, y = np.array(points, dtype=float).T
    found = rank_correlation(x, y, rng=0, resamples=100)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(found.estimate) and "constant" in found.message
    else:
        assert found.estimate == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)
        assert -1 - 1e-9 <= found.low <= found.high <= 1 + 1e-9


def test_interval_agrees_with_scipy_bootstrap():
    rng = np.random.default_rng(5)
    x = rng.normal(size=40)
    y = x + rng.normal(size=40)
    ours = rank_correlation(x, y, rng=1, resamples=20_000)
    theirs = bootstrap(
        (x, y),
        lambda a, b: spearmanr(a, b).statistic,
        paired=True,
        vectorized=False,
        n_resamples=4_000,
        method="percentile",
        rng=np.random.default_rng(2),
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_order_by_rank_only_and_same_seed_same_answer():
    x, y = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 3.0, 5.0, 4.0]
    assert rank_correlation(x, y, rng=3) == rank_correlation(np.exp(x), y, rng=3)


def test_unknown_pairs_are_left_out():
    found = rank_correlation([1, 2, np.nan, 3, 4], [1, 2, 9, np.nan, 5], rng=0)
    assert (found.pairs, found.estimate) == (3, 1.0)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="same length; saw shapes"):
        rank_correlation([1, 2, 3], [1, 2], rng=0)
    with pytest.raises(ValueError, match="confidence"):
        rank_correlation([1, 2, 3], [1, 2, 3], rng=0, confidence=2)
    with pytest.raises(TypeError, match="rng"):
        rank_correlation([1, 2, 3], [1, 2, 3], rng=None)


def test_too_few_pairs_is_an_explicit_outcome():
    found = rank_correlation([1, 2], [1, 2], rng=0)
    assert isinstance(found, Correlation) and found.message == "fewer than 3 pairs"
    assert "not defined" in repr(found)
