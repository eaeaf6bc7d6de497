"""Exact tails of the binomial law, elementwise for whole tables."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, bdtrc


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
