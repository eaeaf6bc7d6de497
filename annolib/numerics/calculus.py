"""Small numerical tools that keep digits: differences without cancellation, slopes of callables, quadrature.

References
----------
C. Loader, "Fast and accurate computation of binomial probabilities" (2000): deviance form of the binomial law.
W. Squire, G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40
(1998), doi:10.1137/S003614459631241X.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import chebyshev

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
UNIT_NODES, UNIT_WEIGHTS = (1 + _NODES) / 2, _WEIGHTS / 2  # Gauss-Legendre on [0, 1]


def log1pmx(x):
    """log(1 + x) − x without cancellation near 0; −inf at x = −1, NaN below.

    Examples
    --------
    >>> print(f"{log1pmx(1e-9):.12e}")
    -4.999999996667e-19
    """
    x = np.asarray(x, dtype=float)
    small = np.abs(x) < 0.3
    if small.all():
        return _log1pmx_near_zero(x)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.array(np.log1p(x) - x)
    if small.any():
        value[small] = _log1pmx_near_zero(x[small])
    return value


def _log1pmx_near_zero(x):
    """By the series of log((1 + r)/(1 − r)) with r = x/(2 + x); |x| < 0.3."""
    ratio = x / (2 + x)
    square = ratio * ratio
    series = np.full_like(square, 1 / 21)
    for k in range(8, -1, -1):
        series *= square
        series += 1 / (2 * k + 3)
    return ratio * (2 * square * series - x)


def curved_rise(second_derivative, x, d):
    """f(x + d) − f(x) − f′(x)·d by quadrature of f″: exact to rounding for small d, never cancelling."""
    x, d = np.asarray(x, dtype=float), np.asarray(d, dtype=float)
    inner = second_derivative(x[..., None] + d[..., None] * UNIT_NODES)
    return d * d * (inner * ((1 - UNIT_NODES) * UNIT_WEIGHTS)).sum(axis=-1)


def integral(function, low, high):
    """∫ f from `low` to `high` (arrays broadcast) by 16 Gauss-Legendre nodes; for short, smooth stretches."""
    low, high = np.broadcast_arrays(np.asarray(low, dtype=float), np.asarray(high, dtype=float))
    width = high - low
    return width * (function(low[..., None] + width[..., None] * UNIT_NODES) * UNIT_WEIGHTS).sum(axis=-1)


def on_arrays(name, function):
    """`function` of one number as a function of arrays of floats; used as it is where it already is one."""
    probe = np.array([0.25, 0.5, 0.75])
    try:
        together = np.asarray(function(probe), dtype=float)
        one_by_one = np.array([float(function(x)) for x in probe])
        direct = together.shape in ((), probe.shape) and np.array_equal(
            np.broadcast_to(together, probe.shape), one_by_one, equal_nan=True
        )
    except Exception:
        direct = False
    if direct:
        return lambda x: _in_shape(function(np.asarray(x, dtype=float)), np.shape(x))
    try:
        float(function(0.5))
    except Exception as error:
        raise TypeError(
            f"{name} must be a function of effort that returns a number; calling it at 0.5 gave {error!r}."
        ) from error
    return np.vectorize(lambda x: float(function(x)), otypes=[float])


def _in_shape(values, shape):
    """New floats in this shape."""
    return (values if np.shape(values) == shape else np.broadcast_to(values, shape)) + 0.0


def slope_of(name, function):
    """The derivative of a smooth function on [0, 1], to about rounding.

    The complex step where the function accepts complex arrays, else the derivative of its Chebyshev interpolant.

    Raises
    ------
    ValueError
        If neither works (a kink, say): the message asks for the derivative.
    """
    plain = on_arrays(name, function)
    inside = np.linspace(0.03, 0.97, 33)
    rough = (plain(inside + 1e-6) - plain(inside - 1e-6)) / 2e-6
    scale = np.max(np.abs(rough)) + np.max(np.abs(plain(inside))) * 1e-3 + 1e-300

    def agrees(slope):
        try:
            return bool(np.all(np.abs(slope(inside) - rough) <= 1e-6 * scale))
        except Exception:
            return False

    def complex_step(x):
        x = np.asarray(x, dtype=float)
        return _in_shape(np.imag(function(x + 1e-30j)) / 1e-30, x.shape)

    if agrees(complex_step):
        return complex_step
    for degree in (32, 64, 128, 256):
        fit = chebyshev.Chebyshev.interpolate(plain, degree, domain=[0, 1])
        if np.max(np.abs(fit.coef[-4:])) <= 1e-14 * np.max(np.abs(fit.coef)):
            slope = fit.deriv()
            if agrees(slope):
                return slope
    raise ValueError(
        f"{name} is not smooth enough to differentiate to rounding; give its derivative as {name}_slope."
    )
