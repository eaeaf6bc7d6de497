"""Divergence and Chernoff information: against 50 digits, the best exponent, and their edges."""

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import annolib as al
from annolib.numerics.divergences import bernoulli_divergence

inside = st.floats(1e-9, 1 - 1e-9)


def exact_divergence(x, q):
    with mpmath.workdps(60):
        x, q = mpmath.mpf(x), mpmath.mpf(q)
        return x * mpmath.log(x / q) + (1 - x) * mpmath.log((1 - x) / (1 - q))


def exact_chernoff(a, b):
    if a == b:
        return 0.0
    with mpmath.workdps(60):
        a, b = mpmath.mpf(a), mpmath.mpf(b)
        x = mpmath.log((1 - a) / (1 - b)) / mpmath.log(b * (1 - a) / (a * (1 - b)))
        return exact_divergence(x, a)


@given(inside, inside)
def test_divergence_keeps_its_digits(x, q):
    assert bernoulli_divergence(x, q) == pytest.approx(float(exact_divergence(x, q)), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("apart", [1e-3, 1e-6, 1e-9, 1e-12, 2.0**-52])
@pytest.mark.parametrize("q", [1e-6, 0.3, 0.5, 0.875])
def test_near_each_other_nothing_cancels(q, apart):
    other = q + apart
    assert bernoulli_divergence(q, other) == pytest.approx(
        float(exact_divergence(q, other)), rel=1e-12, abs=0
    )
    assert bernoulli_divergence(other, q) == pytest.approx(
        float(exact_divergence(other, q)), rel=1e-12, abs=0
    )
    assert al.chernoff_information(q, other) == pytest.approx(
        float(exact_chernoff(q, other)), rel=1e-12, abs=0
    )


def test_a_divergence_is_never_below_zero():
    assert bernoulli_divergence(0.5, 0.5 + 1e-9) == pytest.approx(2e-18, rel=1e-6, abs=0)
    assert al.chernoff_information(0.5, 0.5 + 1e-9) == pytest.approx(5e-19, rel=1e-6, abs=0)


@example(0.9999999850988388, 0.9999999888241291)
@given(inside, inside)
def test_chernoff_information_keeps_its_digits(a, b):
    assert al.chernoff_information(a, b) == pytest.approx(float(exact_chernoff(a, b)), rel=1e-10, abs=1e-300)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_chernoff_information_is_the_best_exponent(a, b):
    def log_overlap(s):
        return np.log(a**s * b ** (1 - s) + (1 - a) ** s * (1 - b) ** (1 - s))

    best = minimize_scalar(log_overlap, bounds=(0, 1), method="bounded", options={"xatol": 1e-10})
    assert al.chernoff_information(a, b) == pytest.approx(-best.fun, rel=1e-6, abs=1e-12)
    assert al.chernoff_information(a, b) == al.chernoff_information(b, a)


def test_chernoff_information_at_its_edges():
    assert al.chernoff_information(0.3, 0.3) == 0
    assert al.chernoff_information(0, 1) == np.inf
    assert al.chernoff_information(0.4, 1) == pytest.approx(-np.log(0.4))
    assert al.chernoff_information(0, 0.4) == pytest.approx(-np.log(0.6))
    near = [0.55, 0.55 + 1e-9]
    assert al.chernoff_information(*near) == pytest.approx(1e-18 / (8 * 0.55 * 0.45), rel=1e-5)
    assert (
        bernoulli_divergence(1.0, 0.5) == pytest.approx(np.log(2)) and bernoulli_divergence(0.5, 1) == np.inf
    )


def test_arrays_and_the_old_names():
    table = al.chernoff_information([[0.0], [0.4]], [0.4, 1.0])
    assert table.shape == (2, 2) and np.isinf(table[0, 1]) and table[1, 0] == 0
    assert table[0, 0] == al.chernoff_information(0, 0.4)
    with pytest.warns(DeprecationWarning, match=r"annolib\.numerics\.chernoff_information"):
        assert al.contracts.chernoff is al.chernoff_information
    with pytest.warns(DeprecationWarning, match=r"annolib\.numerics\.bernoulli_divergence"):
        assert al.contracts.relative_entropy is bernoulli_divergence


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="first"):
        al.chernoff_information(1.5, 0.5)
    with pytest.raises(ValueError, match="q"):
        bernoulli_divergence(0.5, -0.1)
