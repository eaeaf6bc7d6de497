"""More than two judgements of an item: their pairs, and an interval by resampling items with all of their pairs.

References
----------
B. Efron, R. Tibshirani, *An Introduction to the Bootstrap* (1993), section 13.3 (percentile interval).
A. C. Davison, D. V. Hinkley, *Bootstrap Methods and their Application* (1997), section 3.8 (clusters).
"""

from __future__ import annotations

import numpy as np

from annolib.estimation.effort import NO_CHECKS, OK, EffortEstimate, estimate_effort, estimate_message
from annolib.estimation.intervals import counts_by_item
from annolib.monitors.base import require_monitor
from annolib.validation import error_rate, generator, one_whole

BOOTSTRAP = "cluster bootstrap"
RESAMPLES = 2_000
_FEW = 30
_FEW_ITEMS = (
    f" With fewer than {_FEW} items such an interval is too narrow: see estimate_effort_from_repeats."
)


def bootstrap_effort(
    agreements, pairs, monitor, *, rng, confidence=0.95, resamples=RESAMPLES
) -> EffortEstimate:
    """Effort of one annotator from all pairs of repeats, with a cluster bootstrap interval by item.

    Parameters
    ----------
    agreements, pairs : int array_like, shape (items,)
        Of each item: how many pairs of its judgements there are, and how many of them agree. Items without a
        pair are left out. Where several items were judged at one sight, of each cluster of `Tally.clusters`:
        the interval then knows that the pairs of one screen go together.
    monitor : Monitor
        What a pair is, e.g. `annolib.SelfConsistency(kappa=0.2)`.
    rng : numpy.random.Generator or int
    confidence : float
    resamples : int

    Returns
    -------
    EffortEstimate
        `passes` and `checks` are pairs; method "cluster bootstrap". The standard error is the spread of the
        resampled efforts.

    Notes
    -----
    Items are drawn with replacement, each with all of its pairs; the ends are quantiles of the pass rate,
    mapped through the monitor's inverse. It keeps too little with few items (the least over all efforts, exactly:
    .73 for 10 items judged 4 times, .91 for 20, .92 for 30, .94 for 100), and has no width at all (low = high)
    if all pairs agree: prefer `annolib.estimate_effort_from_repeats`.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> agreements, pairs = [3, 1, 3, 3, 3, 1, 1, 3, 3, 1, 3, 3], [3] * 12
    >>> bootstrap_effort(agreements, pairs, SelfConsistency(kappa=0.2), rng=1)
    ... # doctest: +NORMALIZE_WHITESPACE
    EffortEstimate(effort=0.833, low=0.527, high=1.000, 28 of 36 passed,
    0.95 interval, cluster bootstrap; ok)
    """
    require_monitor(monitor)
    level = error_rate("confidence", confidence, high=1 - 1e-15)
    draws = one_whole("resamples", resamples, 100, "Fewer say little about the ends of an interval.")
    hits, total = counts_by_item(agreements, pairs)
    plain = estimate_effort(int(hits.sum()), int(total.sum()), monitor, confidence)
    low, high, error, message = plain.low, plain.high, plain.standard_error, plain.message
    if plain.status != NO_CHECKS and np.isfinite(plain.effort):
        rates = _resampled_rates(hits, total, draws, generator(rng))
        ends = monitor.effort(np.quantile(rates, [(1 - level) / 2, (1 + level) / 2]))
        low, high = (float(end) for end in sorted(ends))
        error = float(np.std(monitor.effort(rates), ddof=1)) if plain.status == OK else np.nan
        message = estimate_message(np.asarray(plain.status), False) + (_FEW_ITEMS if hits.size < _FEW else "")
    return EffortEstimate(
        plain.effort, low, high, error, plain.passes, plain.checks, level, BOOTSTRAP, plain.status, message
    )


def pair_counts(labels) -> tuple[np.ndarray, np.ndarray]:
    """Pairs and agreements of each item from an annotator's labels.

    Parameters
    ----------
    labels : array_like, shape (items, repeats)
        What was said of each item each time, about its content. A missing label is -1.

    Returns
    -------
    agreements, pairs : ndarray of int (items,)

    Examples
    --------
    >>> [counts.tolist() for counts in pair_counts([[0, 0, 1], [1, 1, 1], [0, 1, -1]])]
    [[1, 3, 0], [3, 3, 1]]
    """
    said = np.asarray(labels)
    if said.ndim != 2 or said.dtype.kind not in "iu":
        seen = f"shape {said.shape}, {said.dtype}"
        raise ValueError(f"labels must hold whole numbers, items by repeats; saw {seen}.")
    size = (said >= 0).sum(axis=1)
    same = [(said == code).sum(axis=1) for code in np.unique(said[said >= 0])]
    agreements = sum((number * (number - 1) // 2 for number in same), np.zeros(len(said), int))
    return agreements, size * (size - 1) // 2


def _resampled_rates(hits, total, draws, draw):
    """Pass rates of resamples of items: how often each sort of item was drawn, times its counts."""
    sorts, number = np.unique(np.stack([hits, total]), axis=1, return_counts=True)
    drawn = draw.multinomial(hits.size, number / hits.size, size=draws)
    return (drawn @ sorts[0]) / (drawn @ sorts[1])
