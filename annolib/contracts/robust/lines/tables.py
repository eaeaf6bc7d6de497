"""Best answers to many lines at once, from one table of the law of the checks.

A kind with effort η passes k of n checks with probability P(k | η). At D + 1 Chebyshev points η_j the table P(k | η_j) is made once. Then for M lines
with utilities u(w(k)) and wages w(k)

    E u(w | η_j) = Σ_k u(w(k))·P(k | η_j),        E w(η_j) = Σ_k w(k)·P(k | η_j)

are two products of matrices, and between the points both are the Chebyshev interpolants: analytic functions of η, whose width √n sets D
(L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapter 8, doi:10.1137/1.9781611975949). Of the payoff E u − c(η) the two
highest peaks among the points and the ends are climbed by Newton's method, kinks of c are looked at, and the highest is the best answer. So a line at which somebody
is about to give up is told from its neighbours to rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import chebyshev
from scipy.fft import dct

from annolib.numerics.binomials import log_pmf

MOST = 4_000  # checks up to which the table is made
_LEAST, _PER_WIDTH = 48, 9
_NEWTON, _DIGITS, _HAIR = 20, 1e-13, 1e-3


class LineTable:
    """The law of one kind's checks at Chebyshev points of effort.

    Attributes
    ----------
    efforts : array, shape (D + 1,)
        From 1 down to 0.
    law : array, shape (n + 1, D + 1)
    """

    def __init__(self, kind, n):
        self.kind = kind
        widths = kind.evidence.gain * np.sqrt(n)
        degree = _LEAST + int(_PER_WIDTH * widths)
        self.efforts = (1 + np.cos(np.pi * np.arange(degree + 1) / degree)) / 2
        q, r = kind.evidence.success(self.efforts), kind.evidence.failure(self.efforts)
        self.law = np.exp(log_pmf(np.arange(n + 1.0)[:, None], float(n), q, r))

    def answers(self, wages, utilities):
        """Best efforts, profits and payoffs (M,) of lines with these wages and utilities (M, n + 1)."""
        expected, cost = utilities @ self.law, self.kind.problem.cost
        pay, at_points = _series(expected), expected - cost.cost(self.efforts)
        best, payoff = np.zeros(len(wages)), np.full(len(wages), -np.inf)
        rows = np.arange(len(wages))
        for start in _peaks(at_points).T:
            effort = self._climbed(pay, start)
            worth, at_start = _at(effort, pay)[0] - cost.cost(effort), at_points[rows, start]
            effort, worth = np.where(worth > at_start, (effort, worth), (self.efforts[start], at_start))
            best, payoff = np.where(worth > payoff, (effort, worth), (best, payoff))
        for kink in cost.kinks:
            effort = np.full(len(wages), kink)
            worth = _at(effort, pay)[0] - cost.cost(effort)
            best, payoff = np.where(worth > payoff, (effort, worth), (best, payoff))
        profit = self.kind.problem._value(best) - _at(best, _series(wages @ self.law))[0]
        return best, profit, payoff

    def _climbed(self, pay, start):
        """The peak between the neighbours of the points with these places: Newton's method, kept between by halving."""
        cost, last = self.kind.problem.cost, self.efforts.size - 1
        # on [0, 1] the variable of the series is 2η − 1
        first, second = 2 * chebyshev.chebder(pay), 4 * chebyshev.chebder(pay, 2)
        low, high = self.efforts[np.minimum(start + 1, last)], self.efforts[np.maximum(start - 1, 0)]
        near_end = np.select(
            [start == 0, start == last], [1.0, _HAIR * self.efforts[-2]], self.efforts[start]
        )
        outwards = _at(near_end, first)[0] - cost.slope(near_end)
        end = ((start == 0) & (outwards >= 0)) | ((start == last) & (outwards <= 0))
        effort = np.where((start == 0) | (start == last), (low + high) / 2, self.efforts[start])
        for _ in range(_NEWTON):
            slope, bend = _at(effort, first, second)
            slope, bend = slope - cost.slope(effort), bend - cost.curvature(effort)
            low, high = np.where(slope > 0, effort, low), np.where(slope < 0, effort, high)
            moved = effort - slope / bend
            moved = np.where((bend < 0) & (moved >= low) & (moved <= high), moved, (low + high) / 2)
            if np.all((np.abs(moved - effort) <= _DIGITS) | end):
                break
            effort = moved
        return np.where(end, self.efforts[start], effort)


def _series(values):
    """Chebyshev coefficients (D + 1, M) of values (M, D + 1) at cos(πj/D)."""
    degree = values.shape[1] - 1
    coefficients = dct(values, type=1, axis=1).T / degree
    coefficients[[0, -1]] /= 2
    return coefficients


def _at(effort, *series):
    """Each series (D + 1, M) at the effort (M,) beside it: Σ c_j cos(jt) with cos t = 2η − 1."""
    angles = np.arccos(np.clip(2 * effort - 1, -1, 1))
    waves = np.cos(np.arange(len(series[0]))[:, None] * angles)
    return [np.einsum("jm,jm->m", waves[: len(one)], one) for one in series]


def _peaks(values):
    """The places of the two highest peaks of each line (M, 2), ends included; the same one twice where there is only one."""
    padded = np.pad(values, ((0, 0), (1, 1)), constant_values=-np.inf)
    peak = (values >= padded[:, :-2]) & (values >= padded[:, 2:])
    heights = np.where(peak, values, -np.inf)
    order = np.argsort(-heights, axis=1)[:, :2]
    found = np.isfinite(np.take_along_axis(heights, order, axis=1))
    return np.where(found, order, order[:, :1])
