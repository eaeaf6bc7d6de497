"""Slow and plain ways to the same numbers, shared by several test files."""

import math

import mpmath


def exact_log_upper_tail(k, n, q):
    """log P(X ≥ k) for X ~ Binomial(n, q), k above the mean, summed with 50 digits."""
    with mpmath.workdps(50):
        q = mpmath.mpf(q)
        first = mpmath.loggamma(n + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(n - k + 1)
        first += k * mpmath.log(q) + (n - k) * mpmath.log(1 - q)
        term = total = mpmath.mpf(1)
        for j in range(k, n):
            term *= (n - j) * q / ((j + 1) * (1 - q))
            total += term
            if term < total * mpmath.mpf(10) ** -30:
                break
        return first + mpmath.log(total)


def exact_binomial_law(n, q):
    """P(X = 0), …, P(X = n) for X ~ Binomial(n, q), each with 50 digits."""
    with mpmath.workdps(50):
        q = mpmath.mpf(q)
        return [math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
