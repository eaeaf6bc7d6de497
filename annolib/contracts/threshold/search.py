"""Which thresholds are likely to be the best, for several numbers of checks at once: a scan, then closing in on the lowest places.

Nothing rests on it: what a scan misses the proof finds (`annolib.contracts.threshold.proof`).
"""

from __future__ import annotations

import numpy as np

_EVERYWHERE = np.linspace(0, 1, 9)
_LENIENCY = np.linspace(-1.5, 9, 15)  # standard deviations of the count below its mean at the first-best effort
_INNER = np.linspace(0, 1, 9)[1:-1]
_CLOSE = np.array([-0.2, -0.04, 0.0, 0.04, 0.2])
_BASINS, _HOPELESS = 2, 1.2  # places to close in on, and times the lowest gap from which a place is none
_NARROW, _LEVEL, _ROUNDS = 4, 1e-11, 40
_BESIDE = np.arange(-2.0, 3.0)


def likely_thresholds(family, few):
    """Thresholds to price to all digits.

    Parameters
    ----------
    family : Thresholds
        With an array of numbers of checks.
    few : int
        Up to so many checks every threshold is likely.

    Returns
    -------
    (thresholds, case, looked_at) : arrays; `case` says which number of checks a threshold is for, and for each number `looked_at` says
    how many thresholds were tried.
    """
    n, looked_at = family.n, np.zeros(family.n.size, int)
    small, large = np.flatnonzero(n <= few), np.flatnonzero(n > few)
    thresholds = [np.arange(1, n[i] + 1) for i in small]
    case = [np.full(each.size, i) for each, i in zip(thresholds, small, strict=True)]
    looked_at[small] = n[small]
    if large.size:
        found, rows, tried = _closed_in(family.at(large))
        looked_at[large] = tried
        beside = np.clip(found[:, None] + _BESIDE, 1, n[large][rows][:, None])
        pairs = np.unique(np.column_stack([np.repeat(large[rows], _BESIDE.size), beside.ravel()]), axis=0)
        thresholds, case = [*thresholds, pairs[:, 1]], [*case, pairs[:, 0].astype(int)]
    return np.concatenate(thresholds), np.concatenate(case), looked_at


def _closed_in(family):
    """The lowest place in each of a few basins: thresholds, the row (number of checks) each is for, and how many were tried by row."""
    x = _scan(family)
    y = _gaps(family, np.arange(family.n.size), x)
    tried = np.full(family.n.size, x.shape[1])
    rows, at = _basins(x, y)
    last = x.shape[1] - 1
    low, high = x[rows, np.maximum(at - 1, 0)], x[rows, np.minimum(at + 1, last)]
    best = x[rows, at]
    ends = y[rows, np.maximum(at - 1, 0)], y[rows, at], y[rows, np.minimum(at + 1, last)]
    left, lowest, right = (np.array(each) for each in ends)
    live, share = np.arange(rows.size), 1.0
    for _ in range(_ROUNDS):
        level = np.maximum(left, right)[live] - lowest[live] <= _LEVEL * lowest[live]
        live = live[(high[live] - low[live] > _NARROW) & ~level]
        if not live.size:
            break
        a, m, b = low[live], best[live], high[live]
        width = (b - a)[:, None]
        bottom = _bottom(a, m, b, left[live], lowest[live], right[live])[:, None]
        points = np.concatenate([a[:, None] + width * _INNER, bottom + share * width * _CLOSE], axis=1)
        points = np.clip(np.round(points), a[:, None], b[:, None])
        values = _gaps(family, rows[live], points)
        np.add.at(tried, rows[live], points.shape[1])
        points = np.column_stack([a, m, b, points])
        values = np.column_stack([left[live], lowest[live], right[live], values])
        i = np.argmin(values, axis=1)[:, None]
        best[live], lowest[live] = (np.take_along_axis(z, i, axis=1)[:, 0] for z in (points, values))
        low[live], left[live] = _nearest(points, values, best[live], -1)
        high[live], right[live] = _nearest(points, values, best[live], 1)
        share = max(share / 4, 1e-3)
    return best, rows, tried


def _scan(family):
    """Thresholds to look at first, a row for each number of checks: everywhere, and where theory puts the best."""
    n, q = family.n[:, None], float(family.evidence.success(family.best.effort))
    expected = n * q - np.sqrt(n * q * (1 - q)) * _LENIENCY
    spread = 1 + (n - 1) * _EVERYWHERE
    return np.sort(np.clip(np.round(np.concatenate([spread, expected], axis=1)), 1, n), axis=1)


def _gaps(family, rows, thresholds):
    """The least gap of each threshold, to some digits; infinite where there is none."""
    case = np.repeat(rows, thresholds.shape[1])
    gaps = family.at(case).cheapest(thresholds.ravel(), exact=False)["gap"].reshape(thresholds.shape)
    return np.where(np.isnan(gaps), np.inf, gaps)


def _basins(x, y):
    """Rows and columns of the lowest places of each row that no neighbour is below."""
    wall = np.full((y.shape[0], 1), np.inf)
    lower = (y <= np.hstack([wall, y[:, :-1]])) & (y < np.hstack([y[:, 1:], wall])) & np.isfinite(y)
    height = np.where(lower, y, np.inf)
    order = np.argsort(height, axis=1)[:, :_BASINS]
    heights = np.take_along_axis(height, order, axis=1)
    rows, k = np.nonzero(np.isfinite(heights) & (heights <= _HOPELESS * heights[:, :1]))
    return rows, order[rows, k]


def _bottom(a, m, b, u, v, w):
    """Where the parabola through three points is lowest; the middle one where there is none."""
    with np.errstate(all="ignore"):
        left, right = (v - u) / (m - a), (w - v) / (b - m)
        bottom = (a + m) / 2 - left * (b - a) / (2 * (right - left))
    return np.where((bottom > a) & (bottom < b), bottom, m)


def _nearest(points, values, best, side):
    """The nearest point of each row on one side of the best one, and its value; the best itself where there is none."""
    far = np.where(side * (points - best[:, None]) > 0, np.abs(points - best[:, None]), np.inf)
    i = np.argmin(far, axis=1)[:, None]
    some = np.isfinite(np.take_along_axis(far, i, axis=1)[:, 0])
    point, value = (np.take_along_axis(z, i, axis=1)[:, 0] for z in (points, values))
    own = values[np.arange(best.size), np.argmin(values, axis=1)]
    return np.where(some, point, best), np.where(some, value, own)
