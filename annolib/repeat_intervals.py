"""More than two judgements of an item: all k(k − 1)/2 pairs, with an interval that knows they are dependent.

The pairs of one item share its preference and its labels, so counting them as independent makes an interval
too narrow. Items are independent: resample items (cluster bootstrap), take one pair of each item, or reckon
how many independent checks the pairs are worth (`annolib.effective_checks`).

References
----------
B. Efron, R. Tibshirani, *An Introduction to the Bootstrap* (1993), section 13.3 (percentile interval).
A. C. Davison, D. V. Hinkley, *Bootstrap Methods and their Application* (1997), section 3.8 (clusters).
"""

from __future__ import annotations

import numpy as np

from annolib.effective_checks import METHOD as EFFECTIVE
from annolib.effective_checks import estimate_effort_from_repeats
from annolib.estimation import NO_CHECKS, OK, EffortEstimate, estimate_effort, estimate_message
from annolib.hypotheses import error_rate, one_whole
from annolib.intervals import counts_by_item
from annolib.monitors import SelfConsistency
from annolib.pass_curve import require_monitor
from annolib.preferences import label_law
from annolib.validation import generator, within

METHOD = "cluster bootstrap"
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
        plain.effort, low, high, error, plain.passes, plain.checks, level, METHOD, plain.status, message
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


def repeat_coverage(p, effort, items, repeats, *, rng, runs=1_000, confidence=0.95, resamples=500):
    """Simulated coverage and mean width of four ways to treat repeats of one annotator.

    In every run `items` items are drawn from `p` and judged `repeats` times each.

    Parameters
    ----------
    p : array_like
        Probabilities of left of the items to draw from; their strength is taken as known.
    effort : float
    items, repeats : int
        Items of a run (at least 2), judgements of each (at least 2).
    rng : numpy.random.Generator or int
    runs, resamples : int

    Returns
    -------
    pandas.DataFrame with index `treatment` ("all pairs as if independent", "one pair per item", "effective
    checks", "cluster bootstrap") and
        columns coverage, width, rmse (of the estimate).

    Notes
    -----
    What 95 % intervals keep, and their mean width (2,000 runs, p equally spaced in [.02, .98], 500
    resamples):

    =====  =======  ======  ===============  ============  =================
    items  repeats  effort  as independent   one pair      cluster bootstrap
    =====  =======  ======  ===============  ============  =================
    10     4        0.3     .946, .82        .944, .94     .774, .74
    10     4        0.7     .884, .81        .956, .95     .918, .85
    10     4        0.95    .834, .64        .958, .94     .910, .77
    30     2        0.7     .940, .91        .940, .91     .945, .90
    30     3        0.7     .920, .81        .930, .91     .932, .84
    30     6        0.3     .940, .57        .948, .90     .915, .60
    30     6        0.7     .822, .47        .946, .91     .932, .65
    30     6        0.95    .736, .22        .941, .81     .942, .37
    100    4        0.3     .944, .55        .959, .78     .950, .57
    100    4        0.7     .871, .40        .956, .81     .938, .49
    100    4        0.95    .829, .19        .949, .52     .944, .25
    =====  =======  ======  ===============  ============  =================

    So: never count dependent pairs as independent once effort is high; one pair per item always keeps its
    promise and is wide; the bootstrap is much narrower and nearly keeps it from 30 items on, not with 10. The
    effective checks of `annolib.estimate_effort_from_repeats`, hardly wider, keep it from 10 items on (at least
    .927 at every effort; `tests/benchmarks/results/coverage.md`).

    Examples
    --------
    >>> repeat_coverage([0.05, 0.95], 0.7, items=10, repeats=4, rng=1, runs=20).shape
    (4, 3)
    """
    import pandas as pd

    left = np.atleast_1d(within("p", p, 0, 1, "Give probabilities of left."))
    number = one_whole("items", items, 2, "Give the number of items.")
    times = one_whole("repeats", repeats, 2, "One judgement of an item makes no pair.")
    draw, monitor = generator(rng), SelfConsistency.from_preferences(left)
    eta = float(within("effort", effort, 0, 1, "Effort is a share."))
    said = np.zeros((one_whole("runs", runs, 1, ""), number, times), np.int8)
    chances = label_law(draw.choice(left, size=said.shape[:2]), eta, labels=2)
    said[:] = draw.random(said.shape) < chances[:, :, None]
    ones = said.sum(axis=2, dtype=np.int64)
    agreements = (ones * (ones - 1) + (times - ones) * (times - ones - 1)) // 2
    pairs = np.full(number, times * (times - 1) // 2)
    first = (said[:, :, 0] == said[:, :, 1]).sum(axis=1)
    found = {
        "all pairs as if independent": estimate_effort(
            agreements.sum(axis=1), pairs.sum(), monitor, confidence
        ),
        "one pair per item": estimate_effort(first, number, monitor, confidence),
    }
    worth = [estimate_effort_from_repeats(row, pairs, monitor, confidence) for row in agreements]
    boots = [
        bootstrap_effort(row, pairs, monitor, rng=draw, confidence=confidence, resamples=resamples)
        for row in agreements
    ]
    rows = {name: _kept(one.low, one.high, one.effort, eta) for name, one in found.items()}
    for name, many in ((EFFECTIVE, worth), (METHOD, boots)):
        ends = [np.array([getattr(one, end) for one in many]) for end in ("low", "high", "effort")]
        rows[name] = _kept(*ends, eta)
    return pd.DataFrame(rows, index=["coverage", "width", "rmse"]).T.rename_axis("treatment")


def _resampled_rates(hits, total, draws, draw):
    """Pass rates of resamples of items: how often each sort of item was drawn, times its counts."""
    sorts, number = np.unique(np.stack([hits, total]), axis=1, return_counts=True)
    drawn = draw.multinomial(hits.size, number / hits.size, size=draws)
    return (drawn @ sorts[0]) / (drawn @ sorts[1])


def _kept(low, high, effort, truth):
    holds = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    return [holds.mean(), (high - low).mean(), np.sqrt(((effort - truth) ** 2).mean())]
