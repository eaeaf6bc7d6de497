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
        found = minimize_scalar(gap_at, bounds=(low, high), method="bounded", options=options)
        count += found.nfev
        best = min(best, (found.fun, float(found.x)))
    return best[1], best[0], count
