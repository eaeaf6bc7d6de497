"""Wilson's and Clopper and Pearson's intervals: against statsmodels."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from annolib.estimation.intervals import METHODS, binomial_interval

STATSMODELS = {"wilson": "wilson", "clopper-pearson": "beta"}


both = pytest.mark.parametrize("method", METHODS)


counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@both
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
def test_binomial_intervals_are_those_of_statsmodels(method, confidence):
    for checks in (1, 2, 7, 60, 1000):
        passes = np.unique(np.linspace(0, checks, 25).astype(int))
        low, high = binomial_interval(passes, checks, confidence, method)
        expected = proportion_confint(passes, checks, 1 - confidence, STATSMODELS[method])
        np.testing.assert_allclose(low, expected[0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(high, expected[1], rtol=1e-9, atol=1e-12)


@both
@given(counts)
def test_intervals_hold_the_rate_and_mirror(method, count):
    passes, checks = count
    low, high = binomial_interval(passes, checks, method=method)
    assert 0 <= low <= passes / checks <= high <= 1
    assert (low == 0) == (passes == 0) and (high == 1) == (passes == checks)
    mirrored = binomial_interval(checks - passes, checks, method=method)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)
    wider = binomial_interval(passes, checks, 0.99, method=method)
    assert wider[0] <= low and high <= wider[1]


@both
def test_without_checks_the_interval_is_everything(method):
    assert binomial_interval(0, 0, method=method) == (0.0, 1.0)


@both
def test_extreme_confidence_and_counts_stay_finite(method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for passes in (0, 1, 10**9 - 1, 10**9):
            low, high = binomial_interval(passes, 10**9, 1 - 1e-12, method)
            assert 0 <= low < high <= 1 and high - low < 3e-4
