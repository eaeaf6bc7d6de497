"""Where a sequential test stops, computed exactly: the walk of the number of successes inside a moving band.

After n checks with k successes the log likelihood ratio is k·up − (n − k)·down. It lies between the bounds
iff k lies in a band of constant width, lost(n) < k < won(n), whose ends rise with n. The law of k inside the
band is carried from n to n + 1; what leaves it is the probability of a verdict at that n. Nothing is
simulated.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

NEGLIGIBLE = 1e-12
LONGEST = 2_000_000
_ROUNDING = 1e-9
_BLOCK = 4_096


class Band(NamedTuple):
    """Steps and bounds of the log likelihood ratio, all positive: stop at ≥ upper or ≤ −lower."""

    up: float
    down: float
    upper: float
    lower: float

    def counts(self, n):
        """Successes after n checks that stop the test: (at most lost, at least won)."""
        n = np.asarray(n, dtype=np.int64)
        if np.isinf(self.down):  # one failure decides
            return n - 1, np.full(n.shape, int(np.ceil(self.upper / self.up - _ROUNDING)))
        both = self.up + self.down
        lost = np.floor((n * self.down - self.lower) / both + _ROUNDING)
        won = np.ceil((n * self.down + self.upper) / both - _ROUNDING)
        return lost.astype(np.int64), won.astype(np.int64)


class Stops(NamedTuple):
    """What the walk came to, one entry for each success probability."""

    won: np.ndarray
    lost: np.ndarray
    unfinished: np.ndarray
    mean: np.ndarray
    checks: int  # the last number of checks that was computed
    inside: np.ndarray  # what is unfinished, by number of successes
    inside_counts: np.ndarray


def walk(band, q, maximum=None):
    """Carry the law of the successes until at most 10⁻¹² of it is left in the band, or to `maximum` checks.

    Parameters
    ----------
    band : Band
    q : ndarray (m,)
        Success probabilities.
    maximum : int, optional
        The test is cut there; what is still inside is `unfinished` and has cost `maximum` checks.

    Returns
    -------
    Stops
        Without a maximum, `mean` leaves out what the last 10⁻¹² of the runs take beyond `checks`: less than
        10⁻¹² times the mean length of a run that starts inside the band.
    """
    q = np.asarray(q, dtype=float)[:, None]
    inside, first = np.ones((q.shape[0], 1)), 0  # after 0 checks: 0 successes, for certain
    won, lost, mean = np.zeros(q.shape[0]), np.zeros(q.shape[0]), np.zeros(q.shape[0])
    left, n, end = np.ones(q.shape[0]), 0, LONGEST if maximum is None else maximum
    while n < end:
        falls, rises = band.counts(np.arange(n + 1, min(n + _BLOCK, end) + 1))
        for low, high in zip(falls.tolist(), rises.tolist(), strict=True):
            mean += left
            stepped = np.zeros((q.shape[0], inside.shape[1] + 1))
            stepped[:, :-1] = inside * (1 - q)
            stepped[:, 1:] += inside * q
            cut, keep = max(low + 1 - first, 0), min(high - first, stepped.shape[1])
            lost += stepped[:, :cut].sum(axis=1)
            won += stepped[:, max(keep, cut) :].sum(axis=1)
            inside, first, n = stepped[:, cut : max(keep, cut)], first + cut, n + 1
            left = inside.sum(axis=1)
            if maximum is None and left.max() <= NEGLIGIBLE:
                break
        else:
            continue
        break
    else:
        if maximum is None:
            raise ValueError(
                f"the sequential test may take more than {LONGEST:,} checks. "
                "Give maximum, or a larger difference."
            )
    return Stops(won, lost, left, mean, n, inside, first + np.arange(inside.shape[1]))


def verdicts(band, q, maximum):
    """Probabilities of careful, careless and of being cut at the maximum, and the mean number of checks."""
    stops = walk(band, q, maximum)
    if maximum is None:
        return stops.won, stops.lost, stops.unfinished, stops.mean
    ahead = log_ratio(band, stops.inside_counts, maximum) > 0
    return (
        stops.won + stops.inside[:, ahead].sum(axis=1),
        stops.lost + stops.inside[:, ~ahead].sum(axis=1),
        stops.unfinished,
        stops.mean,
    )


def log_ratio(band, successes, checks):
    """Log likelihood ratio after so many successes in so many checks."""
    failures = checks - successes
    fallen = np.where(failures > 0, band.down, 0.0) * np.maximum(failures, 1)
    return successes * band.up - fallen
