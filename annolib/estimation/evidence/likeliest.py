"""The likeliest effort given several parts of evidence, and the interval of what is nearly as likely."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri

_GRID = np.sin(np.linspace(0, np.pi / 2, 1_201))  # efforts, denser towards 1, where pass curves end


def log_likelihood(parts, eta):
    """Sum of the parts' log likelihoods; `parts` maps a kind to its Evidence, `eta` is an array."""
    return sum((part._log_likelihood(eta) for part in parts.values()), np.zeros(np.shape(eta)))


def likeliest_effort(parts):
    """The effort with the largest log likelihood.

    On a fine grid first, since parts of both powers (η and η²) may make several hills; then polished.
    """
    return _best(parts, log_likelihood(parts, _GRID))


def effort_range(parts, level):
    """The likeliest effort, and the ends of what is within half a chi-square quantile of it."""
    values = log_likelihood(parts, _GRID)
    best = _best(parts, values)

    def above(eta):
        return float(log_likelihood(parts, np.array(eta))) - floor

    floor = 0.0
    floor = max(above(best), values.max()) - ndtri((1 + level) / 2) ** 2 / 2
    inside = np.flatnonzero(values >= floor)
    first, last = inside[[0, -1]] if inside.size else np.searchsorted(_GRID, [best, best])
    low = 0.0 if first == 0 else _crossing(above, _GRID[first - 1], min(_GRID[first], best))
    high = 1.0 if last == _GRID.size - 1 else _crossing(above, _GRID[last + 1], max(_GRID[last], best))
    return best, low, high


def _best(parts, values):
    place = int(np.argmax(values))
    bounds = _GRID[max(place - 1, 0)], _GRID[min(place + 1, _GRID.size - 1)]

    def loss(eta):
        return -float(log_likelihood(parts, np.array(eta)))

    fine = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10})
    return float(fine.x) if fine.fun < -values[place] else float(_GRID[place])


def _crossing(above, outside, inside):
    """Where the log likelihood passes the floor; −∞ outside is a wall that the search finds as well."""
    if above(inside) < 0:
        return float(inside)
    if above(outside) >= 0:
        return float(outside)
    return float(brentq(lambda eta: max(above(eta), -1e6), outside, inside, xtol=1e-12))
