"""Arithmetic of intervals, held as pairs (low, high) of arrays; 0 times infinity is 0, an unknown end is infinite.

References
----------
R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis (2009), doi:10.1137/1.9780898717716.
"""

from __future__ import annotations

import numpy as np


def product(a, b):
    """All products of a number in `a` and one in `b`.

    Examples
    --------
    >>> low, high = product((np.array([-1.0]), np.array([2.0])), (np.array([3.0]), np.array([4.0])))
    >>> low.tolist(), high.tolist()
    ([-4.0], [8.0])
    """
    with np.errstate(invalid="ignore", over="ignore"):
        ends = [x * y for x in a for y in b]
    low = np.minimum(np.minimum(ends[0], ends[1]), np.minimum(ends[2], ends[3]))
    if np.isnan(low).any():
        ends = np.nan_to_num(np.broadcast_arrays(*ends), nan=0.0, posinf=np.inf, neginf=-np.inf)
        return ends.min(axis=0), ends.max(axis=0)
    return low, np.maximum(np.maximum(ends[0], ends[1]), np.maximum(ends[2], ends[3]))


def total(*terms):
    """All sums of one number from each interval; an end that is not known becomes infinite."""
    low, high = terms[0]
    with np.errstate(invalid="ignore"):
        for term in terms[1:]:
            low, high = low + term[0], high + term[1]
    return np.fmax(low, -np.inf), np.fmin(high, np.inf)


def minus(a):
    """All −x for x in `a`."""
    return -a[1], -a[0]


def middle(a):
    """The middle of an interval."""
    return (a[0] + a[1]) / 2
