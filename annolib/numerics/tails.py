"""Binomial tails elementwise for whole tables, plain and in logs; where a double underflows, the log goes on.

A tail that a double can hold is the regularised incomplete beta function; the log of a smaller one is
`annolib.numerics.binomials.log_tails`.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc

from annolib.numerics.binomials import log_tails
from annolib.validation import as_given

_DEEP = 1e-280  # below this the plain tail is left for its logarithm


def log_upper_tail(passes, checks, q):
    """log P(X ≥ passes) for X ~ Binomial(checks, q), exact also where the probability underflows.

    Examples
    --------
    >>> round(log_upper_tail(9_000, 10_000, 0.5), 3)
    -3684.845
    """
    k, n, p = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (passes, checks, q)))
    plain, below = upper_tail(k, n, p), lower_tail(k - 1, n, p)
    with np.errstate(divide="ignore"):
        result = np.where(plain > 0.5, np.log1p(-np.minimum(below, 0.5)), np.log(plain))
    deep = (k > 0) & (k <= n) & (plain < _DEEP) & (p > 0)
    if deep.any():
        result[deep] = log_tails(k[deep], n[deep], p[deep], 1 - p[deep])[0]
    return as_given(result, passes, checks, q)


def log_lower_tail(passes, checks, q):
    """log P(X ≤ passes) for X ~ Binomial(checks, q): the upper tail of the failures."""
    return log_upper_tail(np.subtract(checks, passes), checks, np.subtract(1, q))


def upper_tail(passes, checks, q):
    """P(X ≥ passes) for X ~ Binomial(checks, q), as an array; whole `passes`, also below 0 and above checks.

    Examples
    --------
    >>> upper_tail([0, 2], [2, 2], 0.5).tolist()
    [1.0, 0.25]
    """
    k, n = np.asarray(passes), np.asarray(checks)
    inside = (k > 0) & (k <= n)
    tail = betainc(np.where(inside, k, 1), np.where(inside, n - k, 0) + 1, q)
    return np.where(inside, tail, np.where(k <= 0, 1.0, 0.0))


def lower_tail(passes, checks, q):
    """P(X ≤ passes) for X ~ Binomial(checks, q), as an array; small ones keep all their digits.

    Examples
    --------
    >>> lower_tail([0, 2], [2, 2], 0.5).tolist()
    [0.25, 1.0]
    """
    k, n = np.asarray(passes) + 1, np.asarray(checks)
    inside = (k > 0) & (k <= n)
    tail = betaincc(np.where(inside, k, 1), np.where(inside, n - k, 0) + 1, q)
    return np.where(inside, tail, np.where(k <= 0, 0.0, 1.0))
