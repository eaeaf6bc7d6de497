"""Tails for whole tables: against mpmath with 50 digits."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.numerics.binomials import log_pmf
from annolib.numerics.tails import log_lower_tail, log_upper_tail, lower_tail, upper_tail
from tests.oracles import exact_binomial_law, exact_log_upper_tail


@pytest.mark.parametrize(
    ("k", "n", "q"),
    [
        (70, 100, 0.55),
        (400, 400, 0.1),
        (399, 400, 1e-3),
        (9_000, 10_000, 0.55),
        (552_000, 1_000_000, 0.55),
        (569_000, 1_000_000, 0.545),
        (600_000, 1_000_000, 0.55),
        (999_999, 1_000_000, 0.55),
    ],
)
def test_log_tails_keep_twelve_digits_down_to_the_far_end(k, n, q):
    exact = exact_log_upper_tail(k, n, q)
    assert abs(log_upper_tail(k, n, q) - exact) < 1e-12 * max(abs(exact), 10)
    assert log_lower_tail(n - k, n, 1 - q) == pytest.approx(float(exact), rel=1e-11)
    assert log_pmf(k, n, q, 1 - q) <= log_upper_tail(k, n, q)


def hold_tails_against_exact_sums(n, q, k):
    law = exact_binomial_law(n, q)
    assert log_pmf(k, n, q, 1 - q) == pytest.approx(float(mpmath.log(law[k])), rel=1e-9, abs=1e-12)
    assert upper_tail(k, n, q) == pytest.approx(float(mpmath.fsum(law[k:])), rel=1e-9, abs=1e-300)
    assert lower_tail(k, n, q) == pytest.approx(float(mpmath.fsum(law[: k + 1])), rel=1e-9, abs=1e-300)
    assert upper_tail(n + 1, n, q) == 0 == lower_tail(-1, n, q)
    assert math.exp(log_upper_tail(k, n, q)) == pytest.approx(float(upper_tail(k, n, q)), rel=1e-9)


@given(st.integers(0, 300), st.floats(0.001, 0.999), st.data())
def test_tails_are_those_of_exact_sums(n, q, data):
    hold_tails_against_exact_sums(n, q, data.draw(st.integers(0, n)))


def test_a_tail_that_scipy_misses_by_3e_7_of_it():
    hold_tails_against_exact_sums(288, 0.9296875, 14)


def test_the_edges_of_the_tails():
    assert log_pmf([0, 1, 5], 5, [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]).tolist() == [0, -np.inf, 0]
    assert log_upper_tail([0, 1, 6], [5, 5, 5], [0.0, 0.0, 0.5]).tolist() == [0, -np.inf, -np.inf]
    assert log_lower_tail(5, 5, 1.0) == 0
