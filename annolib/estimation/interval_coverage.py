"""How often an interval for effort holds the true effort, computed exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, ndtri

from annolib.estimation.effort import (
    effort_interval,
    estimate_effort,
)
from annolib.estimation.intervals import METHODS
from annolib.estimation.repeats import (
    BOOTSTRAP,
    EFFECTIVE_CHECKS,
    bootstrap_effort,
    estimate_effort_from_repeats,
)
from annolib.estimation.unknown_strength import TwoRates, ratio_interval
from annolib.monitors.base import require_monitor
from annolib.monitors.two_labels import SelfConsistency
from annolib.preferences.models import label_law
from annolib.validation import as_given, error_rate, generator, one_whole, whole, within

if TYPE_CHECKING:
    import pandas as pd


def coverage(monitor, effort, checks, confidence=0.95, method="wilson") -> float | np.ndarray:
    """Exact probability that the interval of `estimate_effort` holds the true effort.

    The sum of the binomial probabilities of all pass counts whose interval holds it; no simulation.

    Parameters
    ----------
    monitor : Monitor
    effort : float or array_like
        True effort.
    checks : int
        Number of checks.
    confidence, method : as in `estimate_effort`

    Returns
    -------
    float or numpy.ndarray, in [0, 1]

    Notes
    -----
    What the 95 % intervals keep over the whole range of effort, for self-consistency with κ = 0.2, on 20,001
    equally spaced efforts (lowest to highest coverage; Wilson's mean is .950 to .957 throughout):

    ======  ==============  ===============
    checks  wilson          clopper-pearson
    ======  ==============  ===============
    10      .916 to .989    .961 to .996
    30      .921 to .979    .950 to .992
    60      .931 to .974    .950 to .986
    100     .933 to .972    .950 to .982
    1,000   .945 to .973    .950 to .978
    ======  ==============  ===============

    Clopper-Pearson never keeps less than it promises, and pays with width. Wilson keeps it on average and
    oscillates. At efforts 0 and 1 clipping leaves only one side to miss, so that coverage tends to 97.5 %
    (.974 and .966 for Wilson at 60 checks, but .930 at effort 1 with 10 checks).

    **Poor**: where full effort passes every check (κ = ¼, or golden questions with γ = ½) Wilson's coverage
    falls to .835-.840 just below effort 1, for 10 to 1,000 checks. The strip is narrow: at 60 checks and κ = ¼
    the lowest, .838, is at effort .997, and half a percent of all efforts are under .93. There use
    Clopper-Pearson.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> coverage(SelfConsistency(kappa=0.2), [0, 0.5, 1], checks=60).round(3)
    array([0.974, 0.953, 0.966])
    """
    require_monitor(monitor)
    eta = within("effort", effort, 0, 1, "Effort is a share: 0 is careless, 1 is full care.")
    if np.ndim(checks) != 0:
        raise TypeError(f"checks must be one whole number; saw {checks!r}. For several, use coverage_table.")
    number = int(whole("checks", checks, 0, "Count the checks."))
    if number == 0 or monitor.ceiling == monitor.chance:
        return as_given(np.ones(eta.shape), effort)
    low, high = effort_interval(np.arange(number + 1), number, monitor, confidence, method)
    q = monitor.pass_probability(eta)
    if monitor.ceiling < monitor.chance:  # count failures instead: then both ends rise with the count
        low, high, q = low[::-1], high[::-1], 1 - q
    first = np.searchsorted(high, eta, side="left")  # counts before it have an interval below effort
    last = np.searchsorted(low, eta, side="right") - 1  # counts after it have an interval above effort
    missed = np.where(first > 0, bdtr(np.maximum(first - 1, 0), number, q), 0.0)
    return as_given(np.clip(bdtr(last, number, q) - missed, 0, 1), effort)


def coverage_table(monitor, efforts, checks, confidence=0.95, methods=METHODS) -> pd.DataFrame:
    """Exact coverage for each effort, number of checks and method, as a pandas table.

    Parameters
    ----------
    monitor : Monitor
    efforts : array_like
        True efforts; the rows.
    checks : array_like of int
        Numbers of checks; the upper level of the columns, above the methods.

    Returns
    -------
    pandas.DataFrame with index `effort` and column levels `checks`, `method`.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> coverage_table(SelfConsistency(kappa=0.2), [0, 0.5, 1], [60]).round(3)[60]
    ... # doctest: +NORMALIZE_WHITESPACE
    method  wilson  clopper-pearson
    effort
    0.0      0.974            0.986
    0.5      0.953            0.965
    1.0      0.966            0.985
    """
    import pandas as pd

    eta = np.atleast_1d(within("efforts", efforts, 0, 1, "Effort is a share."))
    numbers = np.atleast_1d(whole("checks", checks, 0, "Count the checks."))
    columns = {
        (int(number), method): coverage(monitor, eta, number, confidence, method)
        for number in numbers
        for method in methods
    }
    table = pd.DataFrame(columns, index=pd.Index(eta, name="effort"))
    return table.rename_axis(columns=["checks", "method"])


def repeat_coverage(
    p, effort, items, repeats, *, rng, runs=1_000, confidence=0.95, resamples=500
) -> pd.DataFrame:
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
    .921 at every effort; `tests/benchmarks/results/coverage.md`).

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
    by_effective_checks = [
        estimate_effort_from_repeats(row, pairs, monitor, confidence) for row in agreements
    ]
    by_bootstrap = [
        bootstrap_effort(row, pairs, monitor, rng=draw, confidence=confidence, resamples=resamples)
        for row in agreements
    ]
    rows = {name: _kept(one.low, one.high, one.effort, eta) for name, one in found.items()}
    for name, many in ((EFFECTIVE_CHECKS, by_effective_checks), (BOOTSTRAP, by_bootstrap)):
        ends = [np.array([getattr(one, end) for one in many]) for end in ("low", "high", "effort")]
        rows[name] = _kept(*ends, eta)
    return pd.DataFrame(rows, index=["coverage", "width", "rmse"]).T.rename_axis("treatment")


def _kept(low, high, effort, truth):
    holds = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    return [holds.mean(), (high - low).mean(), np.sqrt(((effort - truth) ** 2).mean())]


def ratio_coverage(
    effort, other_effort, gain, checks, other_checks, chance=0.5, power=2, confidence=0.95, method="profile"
) -> float:
    """Exact probability that the interval of `relative_effort` holds the true ratio; no simulation.

    The sum of the probabilities of all pairs of counts whose interval holds it.

    Parameters
    ----------
    effort, other_effort : float
        True efforts, not both 0.
    gain : float
        q(1) − q(0): 2κ for self-consistency, 2ρ for an expert.
    checks, other_checks : int

    Returns
    -------
    float

    Notes
    -----
    Lowest to highest coverage of 95 % intervals over 36 efforts from 0 to 1, denser towards 1, self-consistency,
    against 400 checks of a pool of effort 1 (`tests/benchmarks/results/coverage.md` has more):

    =====  ======  =============  =============
    κ      checks  profile        bonferroni
    =====  ======  =============  =============
    0.03   20      .969 to .979   .990 to .997
    0.03   200     .951 to .977   .985 to .999
    0.15   20      .938 to .982   .985 to .998
    0.15   60      .947 to .978   .981 to .998
    0.15   200     .948 to .977   .979 to .999
    0.2    20      .891 to .982   .982 to .999
    0.2    60      .946 to .981   .980 to .998
    0.25   20      .823 to 1      .977 to 1
    0.25   60      .878 to 1      .980 to 1
    0.25   200     .875 to 1      .981 to 1
    =====  ======  =============  =============

    **Poor**: where full effort passes nearly every check (κ near ¼) "profile" keeps too little just below effort
    1, with few checks in a broad strip and with many in a narrow one. There take "bonferroni", which never keeps
    less than it promises.

    Examples
    --------
    >>> round(ratio_coverage(0.6, 1.0, gain=0.3, checks=60, other_checks=400), 3)
    0.95
    """
    eta, other = (
        float(within(n, v, 0, 1, "")) for n, v in (("effort", effort), ("other_effort", other_effort))
    )
    if eta == other == 0:
        raise ValueError("effort and other_effort must not both be 0; saw 0 and 0. Their ratio has no value.")
    q, s = (chance + float(within("gain", gain, 0, 1 - chance, "")) * x**power for x in (eta, other))
    first, second = np.arange(checks + 1)[:, None], np.arange(other_checks + 1)
    problem = TwoRates(first, checks, second, other_checks, chance, power)
    angle = np.arctan2(q - chance, s - chance)
    if method == "profile":
        drop = ndtri((1 + error_rate("confidence", confidence, high=1 - 1e-15)) / 2) ** 2 / 2
        holds = problem.top() - problem.profile(np.full(problem.shape, angle)) <= drop
    else:
        low, high = ratio_interval(problem, confidence, method)
        holds = (np.arctan(low) <= angle + 1e-12) & (angle <= np.arctan(high) + 1e-12)
    from scipy.stats import binom

    weight = binom.pmf(first, checks, q) * binom.pmf(second, other_checks, s)
    return float((weight * holds).sum())
