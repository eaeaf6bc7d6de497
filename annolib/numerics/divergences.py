"""How far two pass probabilities are apart, in nats: Kullback-Leibler divergence and Chernoff information.

Both shrink with the square of the difference, so they are written with log(1 + y) − y, which does not cancel.

References
----------
H. Chernoff, "A measure of asymptotic efficiency for tests of a hypothesis based on the sum of observations",
Ann. Math. Statist. 23 (1952), doi:10.1214/aoms/1177729330.
"""

from __future__ import annotations

import numpy as np
from scipy.special import rel_entr

from annolib.numerics.calculus import log1pmx
from annolib.validation import as_given, within

_PASS_PROBABILITY = "It is a pass probability."


def bernoulli_divergence(x, q):
    """KL(x‖q) between two Bernoulli laws, relative entropy, in nats; infinite where q rules out what x allows.

    Parameters
    ----------
    x, q : float or array_like
        In [0, 1]; broadcast.

    Examples
    --------
    >>> round(bernoulli_divergence(0.75, 0.5), 6)
    0.130812
    >>> print(f"{bernoulli_divergence(0.5, 0.5 + 1e-9):.6e}")
    2.000000e-18
    """
    share = within("x", x, 0, 1, _PASS_PROBABILITY)
    other = within("q", q, 0, 1, _PASS_PROBABILITY)
    return as_given(divergence(share, other), x, q)


def divergence(x, q):
    """KL(x‖q) of numbers that need no check."""
    x, q = np.asarray(x, dtype=float), np.asarray(q, dtype=float)
    return _divergence(x, q, x - q)


def _divergence(x, q, step):
    """KL(x‖q) where x − q = step is known to full digits."""
    middle = (x > 0) & (x < 1) & (q > 0) & (q < 1)
    x_, q_, step_ = np.where(middle, x, 0.5), np.where(middle, q, 0.5), np.where(middle, step, 0.0)
    inner = _deviance(x_, q_, step_) + _deviance(1 - x_, 1 - q_, -step_)
    if middle.all():
        return inner
    return np.where(middle, inner, rel_entr(x, q) + rel_entr(1 - x, 1 - q))


def _deviance(x, mean, step):
    """x log(x/mean) + mean − x ≥ 0, where x − mean = step; by log(1 + y) − y where they are close."""
    close = np.abs(step) < 0.3 * x
    near = -x * log1pmx(np.where(close, -step / x, 0.0))
    return np.where(close, near, x * np.log(x / mean) - step)


def chernoff_information(first, second) -> float | np.ndarray:
    """Chernoff information between two pass probabilities: the exponent of the smaller of both errors.

    For Bernoulli laws it is KL(x‖first) = KL(x‖second) at the one x between them where both are equal,
    x = log((1 − first)/(1 − second)) / log(second(1 − first)/(first(1 − second))).

    Parameters
    ----------
    first, second : float or array_like
        In [0, 1]; broadcast.

    Returns
    -------
    float or numpy.ndarray, in nats per check: with n checks the best test errs with probability exp(−n·C + o(n)). 0 if
    both are equal, infinite if one is 0 and the other 1.

    Notes
    -----
    With low < high the two probabilities and N the denominator above, x − low = KL(low‖high)/N, without cancellation.

    Examples
    --------
    >>> round(chernoff_information(0.5, 0.75), 6)
    0.034688
    >>> print(f"{chernoff_information(0.5, 0.5 + 1e-9):.6e}")
    5.000000e-19
    """
    given = [
        within(name, value, 0, 1, _PASS_PROBABILITY) for name, value in (("first", first), ("second", second))
    ]
    low, high = np.broadcast_arrays(np.minimum(*given), np.maximum(*given))
    middle = (low > 0) & (high < 1) & (low < high)
    low_, high_ = np.where(middle, low, 0.25), np.where(middle, high, 0.75)
    upper = low_ > 0.5  # near 1 the other outcome, whose chance is small and exact, keeps the digits
    low_, high_ = np.where(upper, 1 - high_, low_), np.where(upper, 1 - low_, high_)
    apart = high_ - low_
    log_odds_ratio = np.log1p(apart / low_) + np.log1p(apart / (1 - high_))
    step = _divergence(low_, high_, -apart) / log_odds_ratio
    inner = _divergence(low_ + step, low_, step)
    # one side never errs; the other's chance to look the same is what is left
    with np.errstate(divide="ignore"):
        sure = -np.log(np.where(low == 0, 1 - high, 1.0) * np.where(high == 1, low, 1.0))
    result = np.where(middle, inner, np.where(low == high, 0.0, sure))
    return as_given(result, first, second)
