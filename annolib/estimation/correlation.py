"""Do two numbers go together across annotators? Rank correlation with a bootstrap interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.validation import generator, paired, whole, within

RESAMPLES = 4_000


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation over annotators with a percentile bootstrap interval.

    Attributes
    ----------
    estimate, low, high : float
        In [-1, 1]; NaN if fewer than three pairs are known or one side is constant.
    pairs : int
        Annotators that entered, after those with a NaN on either side were left out.
    confidence : float
    message : str
        Empty, or why there is no estimate.
    """

    estimate: float
    low: float
    high: float
    pairs: int
    confidence: float
    message: str = ""

    def __repr__(self):
        if self.message:
            return f"Correlation(not defined, {self.pairs} pairs: {self.message})"
        return (
            f"Correlation(estimate={self.estimate:.3f}, low={self.low:.3f}, high={self.high:.3f}, "
            f"{self.pairs} pairs, {self.confidence:.6g} interval, percentile bootstrap)"
        )


def rank_correlation(x, y, *, rng, confidence=0.95, resamples=RESAMPLES) -> Correlation:
    """Spearman's rank correlation of x and y with a percentile bootstrap interval over the pairs.

    Ties get their mean rank. Annotators are resampled with both of their numbers together; a resample in
    which one side is constant has no correlation and does not count.

    Parameters
    ----------
    x, y : array_like of float, shape (annotators,)
        Pairs with a NaN on either side are left out. Two pandas Series are paired by their index, anything else by
        position.
    rng : numpy.random.Generator or int
    confidence : float in (0, 1)
    resamples : int

    Returns
    -------
    Correlation

    Raises
    ------
    ValueError
        If the lengths differ.

    References
    ----------
    C. Spearman (1904), doi:10.2307/1412159. B. Efron, R. Tibshirani, *An Introduction to the Bootstrap*
    (1993), section 13.3. With few annotators such an interval is somewhat too narrow.

    Examples
    --------
    >>> rank_correlation([1, 2, 3, 4, 5, 6], [1, 3, 2, 5, 4, 6], rng=1).estimate
    0.8857142857142857
    >>> rank_correlation([1, 1, 1], [1, 2, 3], rng=1)
    Correlation(not defined, 3 pairs: x is constant)
    """
    x, y = _pairs(x, y)
    level = float(within("confidence", confidence, 0, 1, "Give it as a share, such as 0.95."))
    draws = int(whole("resamples", resamples, 100, "Fewer say little about the ends of an interval."))
    reason = _undefined(x, y)
    if reason:
        return Correlation(np.nan, np.nan, np.nan, x.size, level, reason)
    drawn = generator(rng).integers(0, x.size, size=(draws, x.size))
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.nanquantile(_spearman(x[drawn], y[drawn]), tails)
    return Correlation(float(_spearman(x, y)), float(low), float(high), x.size, level)


def _pairs(x, y):
    x, y = paired(x, y, ("x", "y"))
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            f"x and y must be two lists of the same length; saw shapes {x.shape} and {y.shape}. "
            "Give one number of each for every annotator."
        )
    known = ~(np.isnan(x) | np.isnan(y))
    return x[known], y[known]


def _undefined(x, y):
    if x.size < 3:
        return "fewer than 3 pairs"
    for name, side in (("x", x), ("y", y)):
        if np.ptp(side) == 0:
            return f"{name} is constant"
    return ""


def _spearman(x, y):
    """Pearson's correlation of the ranks along the last axis; NaN where a side is constant."""
    from scipy.stats import rankdata

    a, b = (rankdata(side, axis=-1) for side in (x, y))
    a, b = a - a.mean(axis=-1, keepdims=True), b - b.mean(axis=-1, keepdims=True)
    scale = np.sqrt((a**2).sum(axis=-1) * (b**2).sum(axis=-1))
    return (a * b).sum(axis=-1) / np.where(scale > 0, scale, np.nan)
