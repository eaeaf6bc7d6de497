"""The smallest number of checks, searched exactly between two numbers that are proven to enclose it.

Here q₀ < q₁ are the pass probabilities of the null and the alternative, and c(n) is the critical count: the
smallest c with P(X ≥ c | n, q₀) ≤ α.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from annolib.numerics.divergences import divergence
from annolib.numerics.tails import lower_tail, upper_tail

LARGEST = 10**10
_BLOCK = 1 << 14


class Size(NamedTuple):
    """The numbers of checks of a `CheckPlan`."""

    checks: int
    first: int
    least: int
    proven_from: int


def critical_count(checks, q0, alpha):
    """The smallest c with P(X ≥ c) ≤ alpha for X ~ Binomial(checks, q0); checks + 1 if there is none.

    Halving on whole numbers: about log2(checks) evaluations of the tail for all entries at once.

    Examples
    --------
    >>> int(critical_count(10, 0.5, 0.05)), int(critical_count(3, 0.5, 0.05))
    (9, 4)
    """
    n = np.asarray(checks)
    low, high = np.zeros_like(n), n + 1  # the answer lies in (low, high]: P(X ≥ 0) = 1 > alpha
    while (high - low > 1).any():
        middle = (low + high) // 2
        fits = upper_tail(middle, n, q0) <= alpha
        low, high = np.where(fits, low, middle), np.where(fits, middle, high)
    return high


def smallest_size(q0, q1, alpha, beta) -> Size:
    """Where the power of the exact test reaches 1 − beta: at all, and for good.

    1. `least`: a test that may toss a coin at one count has a power that never falls with n, for it can
       ignore a check. Halving finds the first n where it suffices; fewer are enough for no test at all.
    2. `proven_from`: by Zubkov and Serov, Φ(s(k)) ≤ P(X ≤ k) ≤ Φ(s(k+1)) with s(k) = ±√(2n·KL(k/n‖q)). Let
       x > q₀ solve 2n·KL(x‖q₀) = z_α². The left side gives c(n) < nx + 2, the right one then a miss of at
       most Φ(−z_β) if y = x + 2/n < q₁ and 2n·KL(y‖q₁) ≥ z_β². As n grows, y falls: a condition that holds
       once holds for good.
    3. Every n between is computed; `checks` is one more than the last that fails.

    Returns
    -------
    Size
    """
    enough = _first_true(lambda n: _bound_holds(n, q0, q1, alpha, beta))
    least = _first_true(lambda n: _randomised_miss(n, q0, q1, alpha) <= beta, enough)
    last_failure, end = least - 1, enough
    while end > least:  # backwards: the last failure first
        n = np.arange(max(least, end - _BLOCK), end)
        bad = ~_holds(n, q0, q1, alpha, beta)
        if bad.any():
            last_failure = int(n[bad][-1])
            break
        end = int(n[0])
    start, first = least, last_failure + 1
    while start <= last_failure:  # forwards: the first success
        n = np.arange(start, min(start + _BLOCK, last_failure + 1))
        good = _holds(n, q0, q1, alpha, beta)
        if good.any():
            first = int(n[good][0])
            break
        start = int(n[-1]) + 1
    return Size(last_failure + 1, first, least, enough)


def normal_size(q0, q1, alpha, beta):
    """(z_α√(q₀(1−q₀)) + z_β√(q₁(1−q₁)))²/(q₁−q₀)², not rounded."""
    reach = -ndtri(alpha) * np.sqrt(q0 * (1 - q0)) - ndtri(beta) * np.sqrt(q1 * (1 - q1))
    return float((reach / (q1 - q0)) ** 2)


def chernoff_size(q0, q1, alpha, beta):
    """The n at which Chernoff's bounds exp(−n·KL(x‖q)) on both errors meet alpha and beta, not rounded."""
    if q1 == 1:
        return float(np.log(alpha) / np.log(q0))

    def balance(x):
        return np.log(alpha) * divergence(x, q1) - np.log(beta) * divergence(x, q0)

    between = brentq(balance, q0, q1, xtol=1e-15)
    return float(-np.log(alpha) / divergence(between, q0))


def _holds(n, q0, q1, alpha, beta):
    return lower_tail(critical_count(n, q0, alpha) - 1, n, q1) <= beta


def _randomised_miss(n, q0, q1, alpha):
    """Miss of the most powerful test of size exactly alpha, which tosses a coin at one count."""
    c = critical_count(n, q0, alpha)
    size, miss = upper_tail(c, n, q0), lower_tail(c - 1, n, q1)
    share = (alpha - size) / (upper_tail(c - 1, n, q0) - size)
    return (1 - share) * miss + share * lower_tail(c - 2, n, q1)


def _bound_holds(n, q0, q1, alpha, beta):
    need = max(-ndtri(alpha), 0.0) ** 2
    ceiling = -np.log(q0)  # KL(1‖q₀)
    if need >= 2 * n * ceiling:
        return False
    x = brentq(lambda x: 2 * n * divergence(x, q0) - need, q0, 1.0, xtol=1e-16) if need else q0
    y = x + 2 / n
    return y < q1 and 2 * n * divergence(y, q1) >= max(-ndtri(beta), 0.0) ** 2


def _first_true(condition, high=None):
    """The smallest n ≥ 1 that meets a condition which, once met, stays met."""
    low, high = 0, high or 1
    while not condition(high):
        low, high = high, 2 * high
        if high > LARGEST:
            raise ValueError(
                f"alternative is too close to null: more than {LARGEST:,} checks. "
                "Ask for a larger difference."
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if condition(middle) else (middle, high)
    return high
