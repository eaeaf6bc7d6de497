"""How far two pass probabilities are apart, in nats: divergence and Chernoff information."""

from __future__ import annotations

import numpy as np
from scipy.special import rel_entr, xlogy

from annolib.validation import as_given, within


def bernoulli_divergence(x, q):
    """KL(x‖q) between two Bernoulli laws in nats; infinite where q rules out what x allows.

    Examples
    --------
    >>> round(bernoulli_divergence(0.75, 0.5), 6)
    0.130812
    """
    share = within("x", x, 0, 1, "It is a pass probability.")
    other = within("q", q, 0, 1, "It is a pass probability.")
    return as_given(divergence(share, other), x, q)


def divergence(x, q):
    """KL(x‖q) of numbers that need no check, without cancellation where x is near q."""
    if np.ndim(x) == 0 and np.ndim(q) == 0 and 0 < x < 1 and 0 < q < 1:
        return _deviance(x, q) + _deviance(1 - x, 1 - q)
    x, q = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(q, dtype=float))
    middle = (x > 0) & (x < 1) & (q > 0) & (q < 1)
    x_, q_ = np.where(middle, x, 0.5), np.where(middle, q, 0.5)
    inner = _deviance(x_, q_) + _deviance(1 - x_, 1 - q_)
    return np.where(middle, inner, rel_entr(x, q) + rel_entr(1 - x, 1 - q))


def chernoff_information(first, second):
    """Chernoff information between two pass probabilities: the exponent of the smaller of both errors.

    For Bernoulli laws it is KL(x‖first) = KL(x‖second) at the one x between them where both are equal,
    x = log((1 − first)/(1 − second)) / log(second(1 − first)/(first(1 − second))).

    Parameters
    ----------
    first, second : float
        In [0, 1].

    Returns
    -------
    float, in nats per check: with n checks the best test errs with probability exp(−n·C + o(n)). 0 if both
    are equal, infinite if one is 0 and the other 1.

    Examples
    --------
    >>> round(chernoff_information(0.5, 0.75), 6)
    0.034688
    """
    low, high = sorted(float(within(n, v, 0, 1, "")) for n, v in (("first", first), ("second", second)))
    if low == high:
        return 0.0
    if low == 0 or high == 1:  # one side never errs; the other's chance to look the same is what is left
        alike = (1 - high if low == 0 else 1) * (low if high == 1 else 1)
        return float(-np.log(alike)) if alike > 0 else np.inf
    drop = np.log1p((high - low) / (1 - high))
    between = drop / (np.log1p((high - low) / low) + drop)
    return float(bernoulli_divergence(between, low))


def _deviance(x, mean):
    """x log(x/mean) + mean − x without cancellation."""
    step = (x - mean) / mean
    return mean * ((1 + step) * np.log1p(step) - step)


def relative_entropy(p, q):
    """KL(p‖q) between two Bernoulli laws.

    Examples
    --------
    >>> round(float(relative_entropy(0.5, 0.8)), 6)
    0.223144
    """
    return xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q))


def chernoff(p, q):
    """Chernoff information between two Bernoulli laws: KL from the law halfway, where both are equal."""
    middle = np.log((1 - p) / (1 - q)) / (np.log(q / p) + np.log((1 - p) / (1 - q)))
    return relative_entropy(middle, p)
