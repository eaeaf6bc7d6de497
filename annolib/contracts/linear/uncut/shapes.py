"""Sums over the passes for lines of an agent of constant relative risk aversion: what they are worth, and how that changes.

A line is β·(θ + X/n): its size β and its shape θ = base/slope > 0. With z = θ + X/n, γ = 1 + p ≥ 1 and f(z) = z^(−p)/p, −log z at p = 0,
so that u(β·z) = −β^(−p)·f(z), less log β at p = 0, and X counts n checks, Y n − 1 of them and Z n − 2,

    M  = E z^(−p),                               L = log(M)/p,  −E log z at p = 0,
    G  = n·E[f(z_Y) − f(z_{Y+1})]                = −∂(M/p)/∂q, the incentive of the shape,
    θM₁ = θ·E z^(−p−1)                           = −∂(M/p)/∂log θ,
    θG₁ = θ·n·E[z_Y^(−p−1) − z_{Y+1}^(−p−1)]     = −∂G/∂log θ,
    G₂ = n(n − 1)·E[f(z_Z) − 2f(z_{Z+1}) + f(z_{Z+2})] = −∂G/∂q.

All are positive; M, G, M₁, G₁ and G₂ fall with θ and with q, because z^(−p), and its differences over 1/n of either sign that makes them positive, are
falling, convex functions of z, and z rises with θ and, in the sense of first-order dominance, with q.

**No pass at all.** The first term of each sum, with wage β·θ, is unlike the others: θ may be far too small for a float, and yet count, since u has no
bottom. So log θ stands for θ, and the chance rⁿ of no pass is multiplied in logs.

**Counts that are left out.** Beyond 600 checks the sums run over the counts within 12 standard deviations of the mean, and over 0. `left_out`
bounds what the others add to M relative to what M is at least, 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from annolib.numerics.binomials import ALL, WIDTH, log_tails
from annolib.numerics.count_sums import Rows


@dataclass(frozen=True, eq=False)
class Sums:
    """L, M, θM₁, G, θG₁ and G₂ of the file's top; arrays (rows,)."""

    level: np.ndarray
    mean: np.ndarray
    mean_by_shape: np.ndarray
    pull: np.ndarray
    pull_by_shape: np.ndarray
    pull_by_q: np.ndarray

    def part(self, index):
        """Some of the rows."""
        return Sums(**{name: value[index] for name, value in self.__dict__.items()})


def sums(n, p, log_theta, q, r):
    """The sums for shapes exp(log_theta) at pass probabilities q = 1 − r, arrays (rows,)."""
    return _with_no_pass(n, p, np.exp(log_theta), q, r, _no_pass(n, p, log_theta, r))


def straight_sums(n, p, q, r):
    """The same for θ = 0, but with f(0) as if f went on from 1/n to 0 in a straight line through f(2/n).

    So f stays convex and falling, and L, M and G fall with q; the other sums are not made.
    """
    one, two = _value(1 / n, p), _value(2 / n, p)
    chance = np.exp(xlogy(n, r))
    zero, level = np.zeros(q.shape), chance * (2 * one - two)
    none = Sums(level, p * level, zero, n * np.exp(xlogy(n - 1, r)) * (one - two), zero, zero)
    return _with_no_pass(n, p, np.zeros(q.shape), q, r, none)


def _value(z, p):
    """f(z)."""
    return z**-p / p if p else -np.log(z)


def _with_no_pass(n, p, theta, q, r, none):
    """The sums over all counts, the terms of no pass at all given.

    Counts of n − 1 checks are those of n, weighed: n·P(Y = k − 1) = k·P(X = k)/q.
    """
    law = Rows.at(n, q, r).plain[0]
    k, chance = law.nodes[:, 1:], law.p[:, 1:]
    theta = theta[:, None]
    z = theta + np.maximum(k, 1) / n
    once = np.where(k >= 2, chance * k, 0.0) / q[:, None]  # Y ≥ 1; Y = 0 has a term of its own
    twice = np.where(k >= 3, chance * k * (k - 1), 0.0) / q[:, None] ** 2
    before, before2 = theta + np.maximum(k - 1, 1) / n, theta + np.maximum(k - 2, 1) / n
    drop = _drop(before, z, p)
    chance = np.where(k >= 1, chance, 0.0)
    if p:
        power = z**-p
        mean = (chance * power).sum(axis=1) + none.mean
        level, mean_by_shape = np.log(mean) / p, (chance * power / z * theta).sum(axis=1) + none.mean_by_shape
    else:
        mean, level = np.ones(q.shape), none.level - (chance * np.log(z)).sum(axis=1)
        mean_by_shape = (chance / z * theta).sum(axis=1) + none.mean_by_shape
    return Sums(
        level,
        mean,
        mean_by_shape,
        (once * drop).sum(axis=1) + none.pull,
        (once * theta * (p + 1) * _drop(before, z, p + 1)).sum(axis=1) + none.pull_by_shape,
        (twice * (_drop(before2, before, p) - drop)).sum(axis=1) + none.pull_by_q,
    )


def _drop(a, b, p):
    """f(a) − f(b) for a < b, without cancellation."""
    log = np.log1p((b - a) / a)
    return b**-p * np.expm1(p * log) / p if p else log


def _no_pass(n, p, log_theta, r):
    """The terms of no pass at all, of none of n − 1 and of none of n − 2 checks."""
    t = np.exp(log_theta)
    chances = [np.exp(xlogy(n - i, r) - p * log_theta) * w for i, w in enumerate((1, n, n * (n - 1)))]
    first, second = np.logaddexp(0, -log_theta - np.log(n)), np.logaddexp(0, np.log(2 / n) - log_theta)
    fall, fall2 = -np.expm1(-p * first), -np.expm1(-p * second)  # 1 − (z₁/z₀)^(−p), 1 − (z₂/z₀)^(−p)
    if n == 1:
        chances[2] = 0.0 * t
    by_shape = chances[1] * -np.expm1(-(p + 1) * first)
    if p:
        return Sums(
            None, chances[0], chances[0], chances[1] * fall / p, by_shape, chances[2] * (2 * fall - fall2) / p
        )
    return Sums(
        -chances[0] * log_theta,
        None,
        chances[0],
        chances[1] * first,
        by_shape,
        chances[2] * (2 * first - second),
    )


def left_out(n, p, q):
    """A bound of Σ P(X = k)·(k/n)^(−p) over counts k ≥ 1 that are in no sum: those up to √n and the others apart."""
    if n <= ALL:
        return np.zeros(np.shape(q))
    q = np.asarray(q, dtype=float)
    low = np.maximum(np.floor(n * q - (WIDTH - 0.5) * np.sqrt(n * q * (1 - q))), 1.0)
    root = np.minimum(np.ceil(np.sqrt(n)), low)
    few, more = log_tails(root, n, q, 1 - q)[1], log_tails(low, n, q, 1 - q)[1]
    return np.exp(few + p * np.log(n)) + np.exp(more + p * np.log(n / root))
