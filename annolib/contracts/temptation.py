"""Which other effort tempts the agent most, by a search that is quick and not proved; the proof is `deviations.best_answer`."""

from __future__ import annotations

import numpy as np

_GRID = np.concatenate([[0.0], np.geomspace(1e-3, 0.05, 5), np.linspace(0.075, 1, 38)])
_NEAR = np.array([0.03, 0.02, 0.012, 0.006, 0.002])
_DEVIATIONS = np.array([0.5, 1, 2, 4, 6, 8, 10, 12, 14, 16, 20])
_PEAKS = 3  # peaks that are looked at more closely


def tempting(payoff, effort, scale=np.inf):
    """The effort, other than `effort`, at a peak of the payoff with the largest gain, and that gain.

    `payoff` takes an array of efforts. The highest peaks of a grid, denser around `effort`, are refined by zooming between their
    neighbours. `scale`: the change of effort by which pay may turn (a standard deviation of the counts), looked at where small.
    """
    near = _NEAR if 16 * scale > _NEAR[0] else np.concatenate([_NEAR, scale * _DEVIATIONS])
    points = np.clip(np.concatenate([_GRID, effort - near, effort + near, [effort]]), 0, 1)
    x = np.unique(points)
    gains = payoff(x)
    here = int(np.searchsorted(x, effort))
    gains = gains - gains[here]
    padded = np.concatenate([[-np.inf], gains, [-np.inf]])
    peaks = np.flatnonzero((gains >= padded[:-2]) & (gains >= padded[2:]))
    peaks = peaks[peaks != here]
    if not peaks.size:  # the payoff only falls: the nearest other effort stands for all
        peaks = np.array([here - 1 if here else here + 1])
    peaks = peaks[np.argsort(-gains[peaks], kind="stable")][:_PEAKS]
    other, gain = float(x[peaks[0]]), float(gains[peaks[0]])
    close = peaks[gains[peaks] > -1e-3 * (1 + abs(gain))]
    left, right = x[np.maximum(close - 1, 0)], x[np.minimum(close + 1, x.size - 1)]
    own = float(payoff(np.array([effort]))[0]) if close.size else 0.0
    for _ in range(6 if close.size else 0):
        inner = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, 17)
        values = payoff(inner.ravel()).reshape(inner.shape) - own
        values = np.where(np.abs(inner - effort) < 1e-9, -np.inf, values)
        j = np.argmax(values, axis=1)
        rows = np.arange(close.size)
        left, right = inner[rows, np.maximum(j - 1, 0)], inner[rows, np.minimum(j + 1, 16)]
        best = int(np.argmax(values[rows, j]))
        if values[best, j[best]] > gain:
            other, gain = float(inner[best, j[best]]), float(values[best, j[best]])
    return other, gain
