"""More than two judgements of an item, without resampling: how many independent checks are the pairs worth?

The pairs of one item are dependent. Their number is divided by the design effect, the factor by which the
variance of the pass rate between items exceeds that of independent pairs, and Wilson's interval is made for
that many checks.

References
----------
L. Kish, *Survey Sampling* (1965), section 8.2 (design effect). E. L. Korn, B. I. Graubard, "Confidence
intervals for proportions with small expected number of positive counts estimated from survey data", Survey
Methodology 24 (1998) 193-201 (effective sample size, with its degrees of freedom).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

from annolib.estimation.effort import NO_CHECKS, OK, EffortEstimate, estimate_effort, estimate_message
from annolib.estimation.intervals import counts_by_item, wilson_ends
from annolib.monitors.base import require_monitor
from annolib.validation import error_rate, generator, one_whole

EFFECTIVE_CHECKS = "effective checks"


def estimate_effort_from_repeats(agreements, pairs, monitor, confidence=0.95):
    """Effort of one annotator from all pairs of repeats, with an interval for as many checks as they are worth.

    Parameters
    ----------
    agreements, pairs : int array_like, shape (items,)
        Of each item: how many pairs of its judgements there are, and how many of them agree; see
        `annolib.pair_counts`. Items without a pair are left out.
    monitor : Monitor
        What a pair is, e.g. `annolib.SelfConsistency(kappa=0.2)`.
    confidence : float
        In (0, 1).

    Returns
    -------
    EffortEstimate
        `passes` and `checks` are pairs; method "effective checks"; the standard error is that between items,
        by the delta method.

    Notes
    -----
    With pass rate r and n items of m_i pairs, x_i of them agreeing, the variance of r between items is

        v = n/(n − 1) · Σ(x_i − r·m_i)² / (Σm_i)²

    and the pairs are worth r(1 − r)/v · (z/t)² checks, z and t being the quantiles of the normal law and of
    Student's with n − 1 degrees of freedom: but never more than there are pairs, nor fewer than
    (Σm_i)²/Σm_i², what they are worth if the pairs of an item always go together. The latter is taken if all
    pairs agree, or none, or there is one item only. What it keeps, beside `annolib.bootstrap_effort` and one
    pair per item, exactly and for many designs: `tests/benchmarks/results/coverage.md`. Prefer it to the
    bootstrap below 100 items or so; below 10 take one pair per item. Where some items come twice and others six
    times it keeps a little less: .92 with 10 items, .93 with 20 at efforts of .7 and more (3,000 simulated runs).

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> agreements, pairs = [3, 1, 3, 3, 3, 1, 1, 3, 3, 1, 3, 3], [3] * 12
    >>> found = estimate_effort_from_repeats(agreements, pairs, SelfConsistency(kappa=0.2))
    >>> found  # doctest: +NORMALIZE_WHITESPACE
    EffortEstimate(effort=0.833, low=0.261, high=1.000, 28 of 36 passed,
    0.95 interval, effective checks; ok)
    >>> found.message
    'The pass rate lies between chance and the ceiling. The 36 pairs are worth 15.3 independent checks.'
    """
    require_monitor(monitor)
    level = error_rate("confidence", confidence, high=1 - 1e-15)
    hits, total = counts_by_item(agreements, pairs)
    plain = estimate_effort(int(hits.sum()), int(total.sum()), monitor, confidence)
    low, high, error, message = plain.low, plain.high, plain.standard_error, plain.message
    if plain.status != NO_CHECKS and np.isfinite(plain.effort):
        rate, variance = plain.passes / plain.checks, _variance(hits, total)
        worth = _worth(rate, variance, total, level)
        ends = monitor.effort(np.clip(wilson_ends(rate * worth, worth, (1 - level) / 2), 0, 1))
        low, high = (float(end) for end in sorted(ends))
        error = np.sqrt(variance) / abs(monitor.slope(plain.effort)) if plain.status == OK else np.nan
        note = f" The {plain.checks} pairs are worth {worth:.1f} independent checks."
        message = estimate_message(np.asarray(plain.status), low == high) + note
    return EffortEstimate(
        plain.effort,
        low,
        high,
        float(error),
        plain.passes,
        plain.checks,
        level,
        EFFECTIVE_CHECKS,
        plain.status,
        message,
    )


def _variance(hits, total):
    """Variance of the pass rate between items; NaN of a single item."""
    size = hits.size
    if size == 1:
        return np.nan
    off = hits - hits.sum() / total.sum() * total
    return size / (size - 1) * float((off**2).sum()) / float(total.sum()) ** 2


def _worth(rate, variance, total, level):
    """How many independent checks the pairs are worth."""
    most = float(total.sum())
    least = most**2 / float((total.astype(float) ** 2).sum())
    if not 0 < rate < 1 or total.size == 1:
        return least
    tail = (1 + level) / 2
    shrink = (ndtri(tail) / stdtrit(total.size - 1, tail)) ** 2
    worth = rate * (1 - rate) / variance * shrink if variance > 0 else np.inf
    return float(np.clip(worth, least, most))


BOOTSTRAP = "cluster bootstrap"
RESAMPLES = 2_000
_FEW = 30
_FEW_ITEMS = (
    f" With fewer than {_FEW} items such an interval is too narrow: see estimate_effort_from_repeats."
)


def bootstrap_effort(agreements, pairs, monitor, *, rng, confidence=0.95, resamples=RESAMPLES):
    """Effort of one annotator from all pairs of repeats, with a cluster bootstrap interval by item.

    Parameters
    ----------
    agreements, pairs : int array_like, shape (items,)
        Of each item: how many pairs of its judgements there are, and how many of them agree. Items without a
        pair are left out.
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


def pair_counts(labels):
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
