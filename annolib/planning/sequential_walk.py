"""Where a sequential test stops, computed exactly: the walk of the number of successes inside a moving band.

After n checks with k successes the log likelihood ratio is k·up − (n − k)·down. It lies between the bounds
iff k lies in a band of constant width, lost(n) < k < won(n), whose ends rise with n. The law of k inside the
band is carried from n to n + 1; what leaves it is the probability of a verdict at that n. Nothing is
simulated.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

NEGLIGIBLE = 1e-12
LONGEST = 2_000_000
_ROUNDING = 1e-9
STRIDE = 32
_BLOCK = 4_096  # checks between two steps of the progress bar
WIDEST = 3_000  # a wider band takes too much memory for its leaps


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


def walk(band, q, maximum=None) -> Stops:
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
    end = LONGEST if maximum is None else maximum
    inside, first = np.ones((q.shape[0], 1)), 0  # after 0 checks: 0 successes, for certain
    won, lost, mean = np.zeros((3, q.shape[0]))
    left, n, leaps = np.ones(q.shape[0]), 0, Leaps(q)
    with _progress(maximum) as bar:
        while n < end and left.max() > (NEGLIGIBLE if maximum is None else 0):
            falls, rises = band.counts(np.arange(n + 1, min(n + STRIDE, end) + 1))
            leap = leaps.find(inside.shape[1], falls - first, rises - first)
            if leap is None:
                inside, moved, *more = _steps(inside, falls - first, rises - first, q)
            else:
                inside, moved, *more = leap.carry(inside)
            for total, part in zip((won, lost, mean), more, strict=True):
                total += part
            first, n, left = first + moved, n + falls.size, inside.sum(axis=1)
            if n % _BLOCK < STRIDE:
                bar(n, left.max(initial=0))
    if maximum is None and left.max() > NEGLIGIBLE:
        raise ValueError(
            f"the sequential test may take more than {LONGEST:,} checks. Give maximum, or a larger difference."
        )
    return Stops(won, lost, left, mean, n, inside, first + np.arange(inside.shape[1]))


def _steps(inside, falls, rises, q):
    """One check after the other: what is inside, the first place of it, and what was won, lost and spent."""
    first = 0
    won, lost, spent = np.zeros((3, q.shape[0]))
    for low, high in zip(falls.tolist(), rises.tolist(), strict=True):
        spent += inside.sum(axis=1)
        stepped = np.zeros((q.shape[0], inside.shape[1] + 1))
        stepped[:, :-1] = inside * (1 - q)
        stepped[:, 1:] += inside * q
        cut, keep = max(low + 1 - first, 0), min(high - first, stepped.shape[1])
        keep = max(keep, cut)
        lost += stepped[:, :cut].sum(axis=1)
        won += stepped[:, keep:].sum(axis=1)
        inside, first = stepped[:, cut:keep], first + cut
    return inside, first, won, lost, spent


class Leaps:
    """Whole strides at once, for the shapes of the band that come again.

    The ends of the band rise by 0 or 1 with every check, as the whole parts of a line: a stride of n checks meets few
    different shapes (a line has n + 1, two of one slope about twice as many), and each is worked out once for every
    place to start from.
    """

    def __init__(self, q):
        self.q, self.known = q[:, :, None], {}

    def find(self, width, falls, rises):
        """The leap over this stretch of the band, or None at its first sight (most never come again)."""
        shape = (width, falls.tobytes(), rises.tobytes())
        if shape not in self.known or not 0 < width <= WIDEST:
            self.known[shape] = None
            return None
        if self.known[shape] is None:
            self.known[shape] = _Leap(width, falls, rises, self.q)
        return self.known[shape]


class _Leap:
    """From every place in the band at once: where a stride leads, and what is won, lost and spent on the way."""

    def __init__(self, width, falls, rises, q):
        place = np.arange(width)[:, None] + np.arange(falls.size + 1)  # start + successes so far
        inside = np.zeros((q.shape[0], *place.shape))
        inside[:, :, 0] = 1
        self.totals = np.zeros((3, q.shape[0], width))  # won, lost, spent
        won, lost, spent = self.totals
        for low, high in zip(falls.tolist(), rises.tolist(), strict=True):
            spent += inside.sum(axis=2)
            stepped = inside * (1 - q)
            stepped[:, :, 1:] += inside[:, :, :-1] * q
            for total, gone in ((lost, place <= low), (won, place >= high)):
                total += (stepped * gone).sum(axis=2)
                stepped[:, gone] = 0
            inside = stepped
        self.stride, self.width = falls.size, width
        self.first = max(int(falls[-1]) + 1, 0)
        end = max(min(int(rises[-1]), width + falls.size), self.first)
        successes = np.arange(falls.size, -1, -1)
        start = np.arange(self.first, end)[:, None] - successes
        known = (start >= 0) & (start < width)
        self.chance = np.where(known, inside[:, np.clip(start, 0, width - 1), successes], 0.0)

    def carry(self, inside):
        """As `_steps`: a moving sum over the last stride + 1 places, each with its chance to lead here."""
        size = self.chance.shape[1]
        padded = np.zeros((inside.shape[0], self.stride + max(self.width, self.first + size)))
        padded[:, self.stride : self.stride + self.width] = inside
        before = sliding_window_view(padded, self.stride + 1, axis=1)[:, self.first : self.first + size]
        there = np.einsum("qjk,qjk->qj", before, self.chance)
        return there, self.first, *np.einsum("tqw,qw->tq", self.totals, inside)


@contextmanager
def _progress(maximum):
    """A bar that appears after a second: of the checks up to the maximum, else of the logarithm of what is left."""
    from tqdm import tqdm

    total = maximum or float(-np.log(NEGLIGIBLE))
    with tqdm(
        total=total,
        desc="sequential test",
        leave=False,
        delay=1,
        bar_format="{desc}: {percentage:3.0f}%|{bar}|",
    ) as bar:

        def show(checks, left):
            done = checks if maximum else min(-np.log(max(left, NEGLIGIBLE)), total)
            bar.update(done - bar.n)

        yield show


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
