"""Minima of functions of one variable, by what is known of them: values at many points at once, slopes, or single values.

`lowest_gap` looks everywhere and closes in on the deepest basins; `lowest_in_rows` does so over whole numbers, for many functions side by
side; `climb` finds the nearest minimum by slopes; `best_effort` scans and lets Brent's method finish.
"""

from __future__ import annotations

import numpy as np

_SCAN = np.concatenate([[1e-6, 1e-3, 0.02, 0.05], np.linspace(0.1, 1, 19)])
_NEAR = np.array([-0.03, -0.01, -0.003, 0.0, 0.003, 0.01])
_SHARES = np.linspace(0, 1, 9)[1:-1]
_CLOSE = np.array([-1.0, -0.2, 0.0, 0.2, 1.0])
_ROUNDS, _STALE = 40, 4
_STEPS = 40
_SHARPER = 1e-14  # the same where a secant alone says so
_WALL = 1e-5  # of the first step: closer to where there is no value it is not tried
_SHARP = 1e-11  # of the value: what may be left above the minimum
_CORNER = 0.2  # of the change in slope times the width; 0.5 where all of it is at one end


def usual_scan(centre):
    """Efforts to look at first."""
    return np.concatenate([_SCAN, centre + _NEAR])


def lowest_gap(gaps_at, centre, least, scan=None, ceiling=np.inf, basins=3, whole=False):
    """Minimise `gaps_at(efforts)` (inf where an effort cannot be had) on (0, 1]: (effort, gap, efforts tried, their gaps).

    A scan, denser around `centre` (the first-best effort), finds the basins. In each a few points close in: evenly spaced ones,
    which never miss; some around the bottom of the parabola through the best three, which is quick where the gap is smooth; some
    where the lines through the two points on either side meet, which is quick where it has a corner.

    Parameters
    ----------
    least : callable
        A lower bound of the gap at an effort that falls up to `centre` and rises beyond: it spares basins that cannot win.
    scan : array_like, optional
        The efforts to look at first, instead of the usual ones.
    ceiling : float
        Basins that do not look as if they went below it are left alone.
    whole : bool
        Whole numbers (thresholds, say) instead of efforts; `scan` gives them.

    Examples
    --------
    >>> effort, gap, *_ = lowest_gap(lambda e: 0.01 + (e - 0.3) ** 2, 0.5, lambda e: 0.0)
    >>> print(f"{effort:.6f} {gap:.6f}")
    0.300000 0.010000
    """
    points = usual_scan(centre) if scan is None else np.ravel(scan)
    points = np.unique(points) if whole else np.unique(np.clip(points, 1e-6, 1.0))
    values = gaps_at(points)
    tried, best = [(points, values)], (np.inf, np.nan)
    padded = np.concatenate([[np.inf], values, [np.inf]])
    lows = np.flatnonzero((values <= padded[:-2]) & (values <= padded[2:]) & np.isfinite(values))
    for i in lows[np.argsort(values[lows])][:basins]:
        low, high = points[max(i - 1, 0)], points[min(i + 1, points.size - 1)]
        rise = min(padded[i], padded[i + 2]) - values[i]
        if least(np.clip(centre, low, high)) >= best[0] or values[i] - rise > min(ceiling, best[0]):
            continue
        near = slice(max(i - 2, 0), i + 3)
        best = min(best, _close_in(gaps_at, points[near], values[near], tried, ceiling, whole))
    return best[1], best[0], *(np.concatenate(parts) for parts in zip(*tried, strict=True))


def _close_in(gaps_at, x, y, tried, ceiling, whole):
    """(gap, effort) at the bottom of the basin around the lowest of these points; all it tries is added to `tried`."""
    shrink, stale = 0.05, 0
    for _ in range(_ROUNDS):
        i = int(np.argmin(y))
        low, high = x[max(i - 1, 0)], x[min(i + 1, x.size - 1)]
        width = high - low
        guesses = [guess + width * shrink * _CLOSE for guess in _guesses(x, y, i)]
        new = np.concatenate([low + width * _SHARES, *guesses])
        new = np.unique(np.round(new) if whole else new)
        new = new[(new > low) & (new < high) & (np.abs(new[:, None] - x).min(axis=1) > 1e-6 * width)]
        if not new.size or width < 4e-16:
            break
        tried.append((new, gaps_at(new)))
        stale = 0 if np.min(tried[-1][1]) < y[i] * (1 - 1e-14) else stale + 1
        lowest, fall = np.min(tried[-1][1]), y[i] - np.min(tried[-1][1])
        if stale == _STALE or (lowest > ceiling and 10 * fall < lowest - ceiling):
            break  # a corner, hit exactly; or too high to matter
        x, y = np.concatenate([x, new]), np.concatenate([y, tried[-1][1]])
        order = np.argsort(x)
        x, y = x[order], y[order]
        j = int(np.argmin(y))
        if 0 < j < x.size - 1 and max(y[j - 1], y[j + 1]) - y[j] <= 1e-11 * y[j] + 1e-18:
            break  # level to rounding
        shrink = max(shrink / 4, 1e-3)
        keep = slice(max(j - 2, 0), j + 3)
        x, y = x[keep], y[keep]
    i = int(np.argmin(y))
    return float(y[i]), float(x[i])


def _guesses(x, y, i):
    """Bottom of the parabola through the lowest point and its neighbours; where the outer secants meet."""
    with np.errstate(all="ignore"):
        if 0 < i < x.size - 1:
            (a, b, c), (u, v, w) = x[i - 1 : i + 2], y[i - 1 : i + 2]
            left, right = (v - u) / (b - a), (w - v) / (c - b)
            bottom = (a + b) / 2 - left * (c - a) / (2 * (right - left))
            if a < bottom < c:
                yield bottom
        if 1 < i < x.size - 1 or 0 < i < x.size - 2:
            for left in (i, i - 1):
                if left >= 1 and left + 2 < x.size:
                    down = (y[left] - y[left - 1]) / (x[left] - x[left - 1])
                    up = (y[left + 2] - y[left + 1]) / (x[left + 2] - x[left + 1])
                    meet = (y[left + 1] - y[left] + down * x[left] - up * x[left + 1]) / (down - up)
                    if x[left] < meet < x[left + 1]:
                        yield meet


_INNER = np.linspace(0, 1, 9)[1:-1]
_AROUND = np.array([-0.2, -0.04, 0.0, 0.04, 0.2])
_STILL = 1.0  # the bottom of the parabola has settled where it moves by less
_HOPELESS = 1.2  # times the lowest value: from here a place is not closed in on


def lowest_in_rows(values_at, x, narrow=4, basins=2):
    """Minimise many functions of a whole number side by side: (numbers, row of each, points tried in each row).

    A few evenly spaced points and some around the bottom of the parabola through the lowest point and its neighbours close in on the
    lowest places, for all rows at once.

    Parameters
    ----------
    values_at : callable
        Row numbers, shape (k,), and points, shape (k, m), in; values (inf where there is none), shape (k, m), out.
    x : numpy.ndarray
        The points to begin with, sorted: a row for each function.
    narrow : int
        A place is left where the points on either side of the lowest are no further apart than this: the minimum is nearby.
    basins : int
        Up to so many places in each row.

    Examples
    --------
    >>> centres = np.array([40.0, 70.0])
    >>> values = lambda rows, points: 1 + (points - centres[rows][:, None]) ** 2
    >>> numbers, rows, _ = lowest_in_rows(values, np.array([[1.0, 30.0, 60.0, 100.0]] * 2))
    >>> numbers.tolist(), rows.tolist()
    ([40.0, 70.0], [0, 1])
    """
    y = values_at(np.arange(x.shape[0]), x)
    tried = np.full(x.shape[0], x.shape[1])
    rows, at = _low_places(x, y)
    order = np.argsort(y[rows, at], kind="stable")
    rank = np.array([np.count_nonzero(rows[order[:i]] == rows[k]) for i, k in enumerate(order)], int)
    kept = np.sort(order[(rank < basins) & (y[rows, at] <= _HOPELESS * y.min(axis=1)[rows])[order]])
    rows, at = rows[kept], at[kept]
    sides = np.maximum(at - 1, 0), at, np.minimum(at + 1, x.shape[1] - 1)
    places = [(x[rows, i].copy(), y[rows, i].copy()) for i in sides]  # left of the lowest, the lowest, right
    live, share, bottoms = np.arange(rows.size), 1.0, np.full(rows.size, np.nan)
    for _ in range(_ROUNDS):
        (a, u), (m, v), (b, w) = ((point[live], value[live]) for point, value in places)
        bottom = _bottom(a, m, b, u, v, w)
        settled = (np.abs(bottom - bottoms[live]) < _STILL) | (np.maximum(u, w) - v <= 1e-11 * v)
        bottoms[live] = bottom
        wide = (b - a > narrow) & ~settled
        if not wide.any():
            break
        live, a, b, bottom = (each[wide] for each in (live, a, b, bottom))
        m, u, v, w = (each[wide] for each in (m, u, v, w))
        width = (b - a)[:, None]
        near = bottom[:, None] + share * width * _AROUND
        points = np.concatenate([a[:, None] + width * _INNER, near], axis=1)
        points = np.clip(np.round(points), a[:, None], b[:, None])
        values = values_at(rows[live], points)
        np.add.at(tried, rows[live], points.shape[1])
        points, values = np.column_stack([points, a, m, b]), np.column_stack([values, u, v, w])
        for (point, value), found in zip(places, _lowest_and_beside(points, values), strict=True):
            point[live], value[live] = found
        share = max(share / 4, 1e-3)
    return np.round(bottoms), rows, tried


def _low_places(x, y):
    """Rows and columns of the points that no neighbour is below."""
    wall = np.full((y.shape[0], 1), np.inf)
    return np.nonzero(
        (y <= np.hstack([wall, y[:, :-1]])) & (y < np.hstack([y[:, 1:], wall])) & np.isfinite(y)
    )


def _bottom(a, m, b, u, v, w):
    """Where the parabola through three points is lowest; the middle one where there is none."""
    with np.errstate(all="ignore"):
        left, right = (v - u) / (m - a), (w - v) / (b - m)
        bottom = (a + m) / 2 - left * (b - a) / (2 * (right - left))
    return np.where((bottom > a) & (bottom < b), bottom, m)


def _lowest_and_beside(points, values):
    """Of each row the nearest point to the left of the lowest one, the lowest, and the nearest to the right; with their values."""
    rows = np.arange(points.shape[0])
    lowest = np.argmin(values, axis=1)
    best = points[rows, lowest]
    found = []
    for side in (-1, 0, 1):
        ahead = side * (points - best[:, None])
        i = lowest if side == 0 else np.argmin(np.where(ahead > 0, ahead, np.inf), axis=1)
        i = np.where(ahead[rows, i] > 0, i, lowest)
        found.append((points[rows, i], values[rows, i]))
    return found


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
    from scipy.optimize import minimize_scalar  # slow to import

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
    from scipy.optimize import minimize_scalar

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


def climb(evaluate, start, step, low=0.0, high=1.0, others=(), smooth=False):
    """From a point with a finite value to where the slope changes sign: a safeguarded secant method.

    Parameters
    ----------
    evaluate : callable
        A position in; out comes an object with `effort` (the position), `gap` (the value, inf where there is none) and `slope`, or
        None to stop.
    start : object
        As `evaluate` returns.
    step : float
        The first step, as long as no change of sign is in sight; steps then grow threefold.
    low, high : float
        The ends; `high` itself is tried where the value still falls towards it, `low` is not.
    others : sequence of objects
        What else `evaluate` has returned: the next one downhill of the start saves steps if the value rises there.
    smooth : bool
        Follow the secant of slopes before a change of sign is in sight too, and do not go close to where there is no value.

    Returns
    -------
    The best of the objects seen.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> def parabola(x):
    ...     return SimpleNamespace(effort=x, gap=1 + (x - 0.3) ** 2, slope=2 * (x - 0.3))
    >>> round(climb(parabola, parabola(0.8), 0.05).effort, 9)
    0.3
    """
    best, now, first = start, start, step * smooth
    falls, rises = None, None  # the ends of an interval with the minimum inside
    ahead = [x for x in others if np.isfinite(x.gap) and (x.effort - start.effort) * start.slope < 0]
    next_one = min(ahead, key=lambda x: abs(x.effort - start.effort), default=None)
    if next_one is not None and next_one.slope * start.slope < 0:
        falls, rises = (next_one, None) if next_one.slope < 0 else (None, next_one)
    before = None  # the one that was the best before, if the value falls the same way there
    dear = [low, high]  # beyond these there is no value
    for turn in range(_STEPS):
        if np.isfinite(now.gap):
            if now.gap < best.gap:
                before, best = best if smooth and best.slope * now.slope > 0 else None, now
            if now.slope < 0 and (falls is None or now.effort > falls.effort):
                falls = now
            elif now.slope >= 0 and (rises is None or now.effort < rises.effort):
                rises = now
        else:
            dear[int(now.effort > best.effort)] = now.effort
        if falls is not None and rises is not None:
            effort = _inside(falls, rises, best.gap, turn)
        else:
            effort = _outside(best, before, now, step, dear, high, first)
            step *= 3
        if effort is None or abs(effort - best.effort) < 1e-14:
            break
        now = evaluate(effort)
        if now is None:
            break
    return best


def _inside(falls, rises, gap, turn):
    """The next point between two ends; None where what is left to gain is none."""
    width = rises.effort - falls.effort
    if abs(width) < 4e-16:
        return None
    turned = rises.slope - falls.slope
    off = rises.gap - falls.gap - (rises.slope + falls.slope) / 2 * width  # by what a parabola is missed
    corner = abs(off) > _CORNER * width * turned
    meet = (falls.gap - rises.gap + rises.slope * width) / turned  # of the tangents of both ends
    if corner and 0 < meet < width and turn % 4 != 3:
        if gap - (falls.gap + falls.slope * meet) < _SHARP * gap:
            return None
        return falls.effort + min(max(meet, 1e-9 * width), width * (1 - 1e-9))
    bend = max((rises.slope - falls.slope) / width, 1e-300)
    if not corner and min(falls.slope**2, rises.slope**2) / bend < _SHARP * gap + 1e-18:
        return None
    share = falls.slope / (falls.slope - rises.slope) if turn % 4 != 3 else 0.5
    return falls.effort + min(max(share, 1e-3), 1 - 1e-3) * width


def _outside(best, before, now, step, dear, high, first):
    """The next point where the value still falls: where the slope would vanish if it were straight, at most a step away; None at the end."""
    side = int(best.slope < 0)
    if before is not None:
        bend = (best.slope - before.slope) / (best.effort - before.effort)
        if bend > 0:
            if best.slope**2 / bend < _SHARPER * best.gap + 1e-20:
                return None
            step = min(step, abs(best.slope) / bend)
    effort = best.effort + (step if side else -step)
    if dear[0] < effort < dear[1]:
        return effort
    if side and dear[1] == high:
        return high if best.effort < high - 1e-9 and now.effort < high else None
    effort = (best.effort + dear[side]) / 2
    return None if abs(effort - best.effort) < _WALL * first else effort
