"""Binomial tails that do not run out of numbers: log probabilities, and the exponents behind them.

A tail that a double can hold is the regularised incomplete beta function; deeper down its logarithm is the
first term of the tail, in Loader's form, times a continued fraction.

References
----------
C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
NIST Digital Library of Mathematical Functions, §8.17.22 (continued fraction), https://dlmf.nist.gov/8.17.
H. Chernoff, "A measure of asymptotic efficiency for tests of a hypothesis based on the sum of observations",
Ann. Math. Statist. 23 (1952), doi:10.1214/aoms/1177729330.
"""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, bdtrc, betainc, betaincc, gammaln, xlog1py, xlogy

from annolib.numerics.divergences import _deviance
from annolib.validation import as_given

_DEEP = 1e-280  # below this the plain tail is left for its logarithm
_TINY = 1e-300
_TERMS = 2_000


def log_pmf(passes, checks, q):
    """log P(X = passes) for X ~ Binomial(checks, q); −inf where it cannot happen.

    Examples
    --------
    >>> round(log_pmf(1, 2, 0.5), 6)
    -0.693147
    """
    k, n, p = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (passes, checks, q)))
    middle = (k > 0) & (k < n) & (p > 0) & (p < 1)
    k_, n_, p_ = (np.where(middle, value, spare) for value, spare in ((k, 1.0), (n, 2.0), (p, 0.5)))
    inner = (
        _stirling_error(n_)
        - _stirling_error(k_)
        - _stirling_error(n_ - k_)
        - _deviance(k_, n_ * p_)
        - _deviance(n_ - k_, n_ * (1 - p_))
        + 0.5 * np.log(n_ / (2 * np.pi * k_ * (n_ - k_)))
    )
    edge = np.where(k == 0, xlog1py(n, -p), xlogy(n, p))
    result = np.where(middle, inner, np.where((k == 0) | (k == n), edge, -np.inf))
    return as_given(result, passes, checks, q)


def log_upper_tail(passes, checks, q):
    """log P(X ≥ passes) for X ~ Binomial(checks, q), exact also where the probability underflows.

    Examples
    --------
    >>> round(log_upper_tail(9_000, 10_000, 0.5), 3)
    -3684.845
    """
    k, n, p = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (passes, checks, q)))
    inside = (k > 0) & (k <= n)
    k_, rest = np.where(inside, k, 1.0), np.where(inside, n - k, 0.0)
    plain = np.where(inside, betainc(k_, rest + 1, p), np.where(k <= 0, 1.0, 0.0))
    below = np.where(inside, betaincc(k_, rest + 1, p), np.where(k <= 0, 0.0, 1.0))
    with np.errstate(divide="ignore"):
        result = np.where(plain > 0.5, np.log1p(-np.minimum(below, 0.5)), np.log(plain))
    deep = inside & (plain < _DEEP) & (p > 0)
    if deep.any():
        first = log_pmf(k[deep], n[deep], p[deep])
        fraction = _continued_fraction(k[deep], n[deep] - k[deep] + 1, p[deep])
        result[deep] = first + np.log1p(-p[deep]) + np.log(fraction)
    return as_given(result, passes, checks, q)


def log_lower_tail(passes, checks, q):
    """log P(X ≤ passes) for X ~ Binomial(checks, q): the upper tail of the failures."""
    return log_upper_tail(np.subtract(checks, passes), checks, np.subtract(1, q))


def upper_tail(passes, checks, q):
    """P(X ≥ passes) for whole `passes` from 0 to checks + 1, as an array."""
    k = np.asarray(passes)
    inside = (k > 0) & (k <= checks)
    tail = betainc(np.where(inside, k, 1), np.where(inside, checks - k, 0) + 1, q)
    return np.where(inside, tail, np.where(k <= 0, 1.0, 0.0))


def lower_tail(passes, checks, q):
    """P(X ≤ passes) for whole `passes` from −1 to checks, as an array; small ones keep all their digits."""
    k = np.asarray(passes) + 1
    inside = (k > 0) & (k <= checks)
    tail = betaincc(np.where(inside, k, 1), np.where(inside, checks - k, 0) + 1, q)
    return np.where(inside, tail, np.where(k <= 0, 0.0, 1.0))


def _stirling_error(n):
    """log n! − log(√(2πn)(n/e)ⁿ), for n ≥ 1."""
    large = np.maximum(n, 16.0)
    square = large**2
    series = (
        1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square
    ) / large
    small = np.minimum(n, 16.0)
    exact = gammaln(small + 1) - (small + 0.5) * np.log(small) + small - 0.5 * np.log(2 * np.pi)
    return np.where(n >= 16, series, exact)


def _continued_fraction(a, b, x):
    """Lentz's evaluation of the fraction in I_x(a, b) = xᵃ(1−x)ᵇ/(a B(a, b)) · fraction, x < a/(a + b)."""
    c, d = np.ones_like(x), 1 / (1 - (a + b) * x / (a + 1))
    value, settled = d.copy(), np.zeros(x.shape, bool)
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away(1 + even * d), _away(1 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d), _away(1 + odd / c)
        value *= d * c
        settled |= np.abs(d * c - 1) < 1e-15
        if settled.all():
            return value
    raise ArithmeticError(f"the continued fraction of a binomial tail did not settle in {_TERMS} terms.")


def _away(value):
    return np.where(np.abs(value) < _TINY, _TINY, value)


def at_least(count, total, probability):
    """P(X ≥ count) for X ~ Binomial(total, probability), exact; arrays.

    Examples
    --------
    >>> at_least(np.array([0, 2]), np.array([2, 2]), 0.5).tolist()
    [1.0, 0.25]
    """
    count, total = np.asarray(count), np.asarray(total)
    return np.where(count == 0, 1.0, bdtrc(np.maximum(count - 1, 0), total, probability))


def at_most(count, total, probability):
    """P(X ≤ count) for X ~ Binomial(total, probability), exact; arrays.

    Examples
    --------
    >>> at_most(np.array([0, 2]), np.array([2, 2]), 0.5).tolist()
    [0.25, 1.0]
    """
    return bdtr(np.asarray(count, float), np.asarray(total), probability)
