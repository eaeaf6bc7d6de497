"""Roots and minima of many functions of one variable at once."""

from __future__ import annotations

import numpy as np


def bracketed_root(function, low, high, tolerance=1e-15, rounds=100):
    """Where an increasing function crosses zero between `low` and `high`, element by element.

    False position (Illinois), with a bisection every fourth round and wherever a value is infinite. The end returned is the one
    where the function is not negative; where there is no change of sign, the nearer end.

    Examples
    --------
    >>> np.round(bracketed_root(lambda x: x**2 - np.array([4.0, 9.0]), np.zeros(2), np.full(2, 10.0)), 12)
    array([2., 3.])
    """
    a, b = np.array(low, dtype=float), np.array(high, dtype=float)
    fa, fb = np.asarray(function(a), dtype=float), np.asarray(function(b), dtype=float)
    no_root_low, no_root_high = fa >= 0, fb <= 0
    end_low, end_high = a.copy(), b.copy()
    side = np.zeros(a.shape)
    before_last, last = np.full(a.shape, np.inf), np.full(a.shape, np.inf)
    for round_ in range(rounds):
        width = b - a
        open_ = (width > tolerance * np.maximum(np.abs(a), np.abs(b))) & ~no_root_low & ~no_root_high
        if not open_.any():
            break
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            x = a - fa * width / (fb - fa)
        margin = 0.25 * tolerance * np.maximum(np.abs(a), np.abs(b))
        x = np.clip(x, a + margin, b - margin)
        slow = width > 0.25 * before_last  # two rounds have not even halved it twice: a jump, say
        plain = (
            ~np.isfinite(x)
            | ~np.isfinite(fa)
            | ~np.isfinite(fb)
            | (slow & (round_ % 2 == 1))
            | (round_ % 4 == 3)
        )
        before_last, last = last, width
        x = np.where(plain, (a + b) / 2, x)
        fx = np.asarray(function(x), dtype=float)
        up = fx >= 0
        # Illinois: halve the value at an end that stays twice
        fa = np.where(open_ & up, np.where(side > 0, fa / 2, fa), np.where(open_, fx, fa))
        fb = np.where(open_ & ~up, np.where(side < 0, fb / 2, fb), np.where(open_, fx, fb))
        a, b = np.where(open_ & ~up, x, a), np.where(open_ & up, x, b)
        side = np.where(up, 1.0, -1.0)
    return np.where(no_root_low, end_low, np.where(no_root_high, end_high, b))


def whole_minimum(function, low, high, extra=(), coarse=48, fine=13, basins=3, finish=None):
    """Minimise a function of a whole number on [low, high]: look everywhere coarsely, zoom into the deepest basins.

    `function` takes an array of whole numbers. Up to `coarse` candidates it is simply tried on all of them. Beyond, the
    function must have no basin narrower than the coarse grid shows (`extra` adds points where it may change faster).
    Returns the sorted last candidates, all neighbours of the best; the caller polishes.
    """
    if high - low < coarse:
        return np.arange(low, high + 1)
    grid = np.unique(
        np.clip(np.concatenate([np.round(np.linspace(low, high, coarse)), np.round(extra)]), low, high)
    )
    values = function(grid)
    candidates = []
    for left, right in _basins(grid, values, basins):
        while right - left > fine:
            inner = np.unique(np.round(np.linspace(left, right, fine)))
            level = function(inner)
            best = int(np.argmin(level))
            left, right = inner[max(best - 1, 0)], inner[min(best + 1, inner.size - 1)]
        candidates.append(np.arange(left, right + 1))
    return np.unique(np.concatenate(candidates))


def _basins(grid, values, number):
    padded = np.concatenate([[np.inf], values, [np.inf]])
    lowest = np.flatnonzero((values <= padded[:-2]) & (values <= padded[2:]) & np.isfinite(values))
    lowest = lowest[np.argsort(values[lowest], kind="stable")][:number]
    if not lowest.size:
        return [(grid[0], grid[min(1, grid.size - 1)])]
    return [(grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]) for i in lowest]
