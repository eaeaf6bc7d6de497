"""Two pass rates above chance and the ratio of their excesses: profile likelihood and exact intervals.

References
----------
E. C. Fieller, "Some problems in interval estimation", JRSS B 16 (1954): such a set may be unbounded.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, xlog1py, xlogy

from annolib.estimation import common_index
from annolib.intervals import binomial_interval, counts
from annolib.validation import within

METHODS = ("profile", "bonferroni")
_HALVINGS = 45


class TwoRates:
    """Two binomials whose pass probabilities are chance + r·(sin φ, cos φ): the tangent of φ is the ratio."""

    def __init__(self, passes, checks, other_passes, other_checks, chance, power):
        if power not in (1, 2):
            raise ValueError(f"power must be 1 or 2; saw {power!r}. Take 2 for self-consistency, else 1.")
        if np.ndim(chance) != 0 or not 0 < float(within("chance", chance, 0, 1, "")) < 1:
            raise ValueError(
                f"chance must be one number between 0 and 1; saw {chance!r}. Give 1/K for K labels."
            )
        self.given, self.chance = (passes, checks, other_passes, other_checks), float(chance)
        self.index = common_index(*self.given)
        both = [counts(passes, checks), counts(other_passes, other_checks)]
        hits, total, other_hits, other_total = np.broadcast_arrays(*both[0], *both[1])
        self.passes, self.checks = np.stack([hits, other_hits]), np.stack([total, other_total])
        self.fails, self.shape = self.checks - self.passes, hits.shape

    def best(self):
        """Excess of both pass rates over chance, not below 0."""
        return np.maximum(self.passes / np.maximum(self.checks, 1) - self.chance, 0)

    def log_likelihood(self, excess):
        q = np.clip(self.chance + excess, 0, 1)
        return (xlogy(self.passes, q) + xlog1py(self.fails, -q)).sum(axis=0)

    def top(self):
        return self.log_likelihood(self.best())

    def profile(self, angle):
        """The best log likelihood in the direction `angle`; its slope in r falls, halving finds the zero."""
        way = np.stack([np.sin(angle), np.cos(angle)])
        near = np.zeros(angle.shape)
        far = (1 - self.chance) / way.max(axis=0)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            q = np.clip(self.chance + middle * way, 1e-300, 1)
            with np.errstate(divide="ignore", invalid="ignore"):
                up = self.passes * way / q
                down = np.where(self.fails > 0, self.fails * way / (1 - q), 0.0)
            rises = (up - down).sum(axis=0) > 0
            near, far = np.where(rises, middle, near), np.where(rises, far, middle)
        return self.log_likelihood((near + far) / 2 * way)


def ratio_interval(problem, level, method):
    """Ends of the interval for the ratio of the excesses."""
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}; saw {method!r}.")
    if method == "bonferroni":
        ends = binomial_interval(problem.passes, problem.checks, (1 + level) / 2, "clopper-pearson")
        low, high = (np.maximum(end - problem.chance, 0) for end in ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            bottom = np.where(high[1] > 0, low[0] / high[1], 0.0)
            return bottom, np.where(low[1] > 0, high[0] / low[1], np.inf)
    floor = problem.top() - ndtri((1 + level) / 2) ** 2 / 2
    zero, right = np.zeros(problem.shape), np.full(problem.shape, np.pi / 2)
    middle = np.arctan2(*problem.best())
    corner = problem.log_likelihood(np.zeros((2, *problem.shape))) >= floor
    low, high = _end(problem, floor, middle, zero), _end(problem, floor, middle, right)
    low = np.where(corner | (problem.profile(zero) >= floor), 0.0, np.tan(low))
    high = np.where(corner | (problem.profile(right) >= floor), np.inf, np.tan(high))
    return low, high


def _end(problem, floor, inside, outside):
    """The direction between `inside` and `outside` at which the profile falls below the floor."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        holds = problem.profile(middle) >= floor
        inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
    return inside
