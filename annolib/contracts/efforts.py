"""Choose the effort: minimise a gap that is known effort by effort."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

SCAN = np.concatenate([[0.02], np.linspace(0.1, 1, 10)])


def best_effort(gap_at, centre, scan=SCAN):
    """Minimise `gap_at(effort)` (inf where the effort cannot be had) on (0, 1]: (effort, gap, evaluations).

    A scan, with extra points around `centre` (the first-best effort), finds the basin; Brent's method the bottom. The gap is
    flat there: an error of 1e-5·√gap in effort costs about 1e-10 of it.
    """
    near = centre + np.array([-0.03, -0.01, -0.003, 0.0, 0.003, 0.01])
    points = np.unique(np.clip(np.concatenate([scan, near]), 1e-6, 1.0))
    values = np.array([gap_at(x) for x in points])
    count = points.size
    if not np.isfinite(values).any():
        return np.nan, np.inf, count
    best = (np.inf, np.nan)
    padded = np.concatenate([[np.inf], values, [np.inf]])
    basins = np.flatnonzero((values <= padded[:-2]) & (values <= padded[2:]) & np.isfinite(values))
    for i in basins[np.argsort(values[basins])][:2]:
        low, high = points[max(i - 1, 0)], points[min(i + 1, points.size - 1)]
        options = {"xatol": max(1e-5 * np.sqrt(values[i]), 1e-12), "maxiter": 80}
        found = minimize_scalar(gap_at, bounds=(low, high), method="bounded", options=options)
        count += found.nfev
        best = min(best, (values[i], points[i]), (found.fun, float(found.x)))
        # once more, closer: the tolerance follows the gap
        width = max(2e-3 * np.sqrt(max(best[0], 1e-300)), 1e-9)
        low, high = max(best[1] - width, 1e-9), min(best[1] + width, 1.0)
        options["xatol"] = max(1e-5 * np.sqrt(best[0]), 1e-12)
        found = _from(best[1], gap_at, low, high, options)
        count += found.nfev
        best = min(best, (found.fun, best[1] + float(found.x)))
    if best[0] < 1e299:
        best, more = _at_a_kink(gap_at, best)
        count += more
    return best[1], best[0], count


def _from(start, gap_at, low, high, options):
    """Brent's method on the distance from `start`: on the effort itself it stops at 1e-8 of it, which shows at 10^8 checks."""
    bounds = (low - start, high - start)
    return minimize_scalar(
        lambda step: gap_at(start + step), bounds=bounds, method="bounded", options=options
    )


def _at_a_kink(gap_at, best):
    """Where two constraints trade places the gap has a corner: there the effort itself must be exact."""
    gap, effort = best
    step = 1e-6
    sides = [gap_at(x) for x in (max(effort - step, 1e-9), min(effort + step, 1.0))]
    best = min(best, (sides[0], effort - step), (sides[1], effort + step)) if effort + step <= 1 else best
    if max(sides) - gap <= 1e-9 * gap + 1e-16:
        return best, 2
    bounds = (max(effort - 2 * step, 1e-9), min(effort + 2 * step, 1.0))
    found = _from(effort, gap_at, *bounds, {"xatol": 1e-13, "maxiter": 60})
    return min(best, (found.fun, effort + float(found.x))), 2 + found.nfev
