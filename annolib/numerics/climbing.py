"""The nearest minimum of a function of one variable whose slope comes with its value."""

from __future__ import annotations

import numpy as np

_STEPS = 40
_SHARP = 1e-11  # of the value: what may be left above the minimum


def climb(evaluate, start, step, low=0.0, high=1.0):
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
    best = now = start
    falls, rises = None, None  # the ends of an interval with the minimum inside
    dear = [low, high]  # beyond these there is no value
    for turn in range(_STEPS):
        if np.isfinite(now.gap):
            best = min(best, now, key=lambda point: point.gap)
            if now.slope < 0 and (falls is None or now.effort > falls.effort):
                falls = now
            elif now.slope >= 0 and (rises is None or now.effort < rises.effort):
                rises = now
        else:
            dear[int(now.effort > best.effort)] = now.effort
        if falls is not None and rises is not None:
            effort = _inside(falls, rises, best.gap, turn)
        else:
            effort = _outside(best, now, step, dear, high)
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
    bend = max((rises.slope - falls.slope) / width, 1e-300)
    if min(falls.slope**2, rises.slope**2) / bend < _SHARP * gap + 1e-18:
        return None
    share = falls.slope / (falls.slope - rises.slope) if turn % 4 != 3 else 0.5
    return falls.effort + min(max(share, 1e-3), 1 - 1e-3) * width


def _outside(best, now, step, dear, high):
    """The next point where the value still falls; None at the end."""
    side = int(best.slope < 0)
    effort = best.effort + (step if side else -step)
    if dear[0] < effort < dear[1]:
        return effort
    if side and dear[1] == high:
        return high if best.effort < high - 1e-9 and now.effort < high else None
    return (best.effort + dear[side]) / 2
