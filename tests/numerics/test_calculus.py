"""Differences, integrals and slopes against high precision and closed forms."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.numerics.calculus import curved_rise, integral, log1pmx, on_arrays, slope_of


@given(st.floats(-0.999, 50) | st.floats(-1e-3, 1e-3))
def test_log1pmx_in_high_precision(x):
    with mpmath.workdps(800):
        exact = float(mpmath.log(1 + mpmath.mpf(x)) - mpmath.mpf(x))
    assert log1pmx(x) == pytest.approx(exact, rel=1e-13, abs=1e-300)
    assert log1pmx(np.array([x, 5.0]))[0] == log1pmx(np.array([x]))[0]


def test_log1pmx_at_and_below_its_end():
    assert log1pmx(-1.0) == -np.inf and np.isnan(log1pmx(-1.5))


@given(st.floats(0.5, 3), st.floats(-0.4, 0.4))
def test_the_rise_beyond_the_tangent_keeps_its_digits(x, d):
    """f = exp: e^x (e^d − 1 − d), which cancels when it is computed as it stands."""
    with mpmath.workdps(800):
        exact = float(mpmath.exp(x) * (mpmath.expm1(mpmath.mpf(d)) - mpmath.mpf(d)))
    assert curved_rise(np.exp, x, d) == pytest.approx(exact, rel=1e-12, abs=1e-300)


def test_integrals_of_polynomials_are_exact_and_ends_broadcast():
    found = integral(lambda x: 5 * x**4, np.zeros(3), [0.0, 1.0, 2.0])
    np.testing.assert_allclose(found, [0, 1, 32], rtol=1e-13)
    assert integral(np.cos, 1.0, 0.0) == pytest.approx(-np.sin(1), rel=1e-14)


@pytest.mark.parametrize(
    "function", [lambda x: x * x, lambda x: 0.5, lambda x: 1.0 if x > 0.5 else 0.0, lambda x: [x, 0][0]]
)
def test_a_function_of_one_number_takes_arrays(function):
    x = np.array([[0.1, 0.5], [0.6, 1.0]])
    found = on_arrays("value", function)(x)
    assert found.shape == x.shape and found.dtype == float
    assert found.tolist() == [[float(function(one)) for one in row] for row in x.tolist()]


def test_what_returns_no_number_is_named():
    with pytest.raises(TypeError, match="value must be a function of effort .* at 0.5 gave"):
        on_arrays("value", lambda x: "much")


@pytest.mark.parametrize("hides", [False, True])
def test_slopes_with_and_without_the_complex_step(hides):
    """A function that takes real numbers only is differentiated by its interpolant."""

    def function(x):
        return np.exp(-2 * (np.real(x) if hides else x)) * 3

    x = np.linspace(0, 1, 7)
    np.testing.assert_allclose(slope_of("value", function)(x), -6 * np.exp(-2 * x), rtol=1e-10)


def test_a_kink_is_refused():
    with pytest.raises(ValueError, match="value is not smooth enough .* as value_slope"):
        slope_of("value", lambda x: abs(np.real(x) - 0.4))
