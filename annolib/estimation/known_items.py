"""Effort by maximum likelihood over items of known strength, with an interval from the likelihood.

The log likelihood Σ x_i log q_i + (m_i − x_i) log(1 − q_i) is concave in t = η^power, since each q_i is a
straight line in t. So one halving finds its top and two more the ends of the interval, for all annotators at
once.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, xlog1py, xlogy

from annolib.estimation.effort import (
    AT_CEILING,
    AT_CHANCE,
    NO_CHECKS,
    NOT_IDENTIFIED,
    OK,
    STATUSES,
    EffortEstimate,
    as_frozen,
    common_index,
    estimate_message,
)
from annolib.estimation.intervals import counts
from annolib.monitors.known_items import ItemChecks
from annolib.validation import error_rate

METHOD = "item likelihood"
_HALVINGS = 60


def estimate_effort_by_item(passes, items, checks=1, annotator=None, confidence=0.95) -> EffortEstimate:
    """Estimate effort from which checks passed, on items of known strength.

    Parameters
    ----------
    passes : array_like of int or bool, shape (rows,)
        How many checks of each row passed.
    items : ItemChecks
        The item of each row.
    checks : int or array_like
        How many checks each row stands for.
    annotator : array_like, optional
        Whose row it is; then one estimate for each annotator, in sorted order. Without it all rows are one's.
    confidence : float
        What the interval promises, in (0, 1).

    Returns
    -------
    EffortEstimate
        `method` is "item likelihood"; `passes` and `checks` are the totals. The interval holds every effort
        whose log likelihood is within half the chi-square quantile (one degree of freedom) of the best; the
        standard error is 1/√(Σ m_i 𝓘_i(η̂)).

    Notes
    -----
    Status "at or below chance": the likelihood falls from effort 0 on; "at the ceiling": it rises up to 1.
    "not identified": no item of this annotator has any strength.

    Coverage and mean width of 95 % intervals, 8,000 simulated annotators with 60 self-consistency checks on
    items with uniform p, beside `estimate_effort` with the mean strength (Wilson); last, how many plainly
    counted checks one check is worth (`annolib.information_gain`):

    ======  =================  =================  ============
    effort  likelihood         plain count        one check is
    ======  =================  =================  ============
    0       .972, width .78    .975, width .83    —
    0.3     .973, width .80    .949, width .86    1.9 checks
    0.5     .966, width .84    .949, width .89    1.9
    0.7     .952, width .81    .950, width .88    2.1
    0.9     .976, width .59    .957, width .77    2.7
    0.99    .977, width .42    .951, width .66    3.7
    ======  =================  =================  ============

    Golden questions with p uniform above ½: .946 (at 0.7) to .979. Towards the edges the interval is cut at 0
    and 1 and keeps more than it promises. All this holds if the p_i are right; nothing here tells whether
    they are.

    **Poor**: where an attentive annotator never fails some items (p_i exactly 0 or 1). One failure there ends the
    likelihood at effort 1, and just below it the interval keeps too little: at worst .83 to .86 if all items are
    such, .89 if a third of 120 self checks are, .91 for golden questions (exact, every outcome summed, in
    `tests/benchmarks/results/coverage.md`). There take `estimate_effort` with `items.monitor` and the method
    "clopper-pearson", which kept .95 in every case.

    Examples
    --------
    >>> items = ItemChecks.golden([0.99, 0.9, 0.8, 0.6])
    >>> estimate_effort_by_item([18, 16, 11, 9], items, checks=20)
    ... # doctest: +NORMALIZE_WHITESPACE
    EffortEstimate(effort=0.691, low=0.395, high=0.914, 54 of 80 passed, 0.95 interval, item likelihood; ok)
    """
    if not isinstance(items, ItemChecks):
        raise TypeError(f"items must be ItemChecks, e.g. ItemChecks.golden(p); saw {items!r}.")
    tail = error_rate("confidence", confidence, high=1 - 1e-15)
    won = np.asarray(passes)
    hits, total = counts(won.astype(int) if won.dtype == bool else won, checks)
    if hits.shape != items.gain.shape:
        raise ValueError(
            f"passes must have one entry for each item; saw shape {hits.shape} for {len(items)} items."
        )
    common_index(passes, checks, annotator)
    names, owner = _owners(annotator, len(items))
    rows = _Rows(hits, total, items.chance, items.gain, owner, 1 if names is None else len(names))
    columns = _estimate(rows, items.power, ndtri((1 + tail) / 2) ** 2 / 2)
    status, misfit = columns[-1], np.zeros(rows.size, bool)
    if names is None:
        columns, misfit = [column[0] for column in columns], misfit[0]
        status = np.asarray(columns[-1])
    frozen = [as_frozen(column, 0 if names is None else column) for column in columns]
    return EffortEstimate(
        *frozen[:-1], float(confidence), METHOD, frozen[-1], estimate_message(status, misfit), _index(names)
    )


class _Rows:
    """Rows of checks and what they say about t = η^power of their annotators."""

    def __init__(self, hits, total, chance, gain, owner, size):
        self.hits, self.fails, self.chance, self.gain = hits, total - hits, chance, gain
        self.owner, self.size = owner, size

    def total(self, values):
        return np.bincount(self.owner, values, self.size)

    def curve(self, t):
        return np.clip(self.chance + self.gain * t[self.owner], 0, 1)

    def log_likelihood(self, t):
        q = self.curve(t)
        return self.total(xlogy(self.hits, q) + xlog1py(self.fails, -q))

    def score(self, t):
        """Derivative of the log likelihood in t; −∞ or ∞ where a certain check surprised."""
        q = self.curve(t)
        with np.errstate(divide="ignore", invalid="ignore"):
            up = np.where(self.hits > 0, self.hits * self.gain / q, 0.0)
            down = np.where(self.fails > 0, self.fails * self.gain / (1 - q), 0.0)
        return self.total(np.where(self.gain == 0, 0.0, up - down))

    def information(self, effort, power):
        """Fisher information about effort of all checks of each annotator."""
        q = self.curve(effort**power)
        slope = power * self.gain * (effort ** (power - 1))[self.owner]
        terms = np.full(q.shape, np.inf)
        np.divide(slope**2, q * (1 - q), out=terms, where=q * (1 - q) > 0)
        return self.total((self.hits + self.fails) * terms)


def _estimate(rows, power, drop):
    """Effort, low, high, standard error, passes, checks and status of every annotator."""
    zero, one = np.zeros(rows.size), np.ones(rows.size)
    hits, checks = rows.total(rows.hits), rows.total(rows.hits + rows.fails)
    status = np.full(rows.size, OK, dtype=f"<U{max(map(len, STATUSES))}")
    status[rows.score(one) >= 0] = AT_CEILING
    status[rows.score(zero) <= 0] = AT_CHANCE
    status[rows.total((rows.hits + rows.fails) * np.abs(rows.gain)) == 0] = NOT_IDENTIFIED
    status[checks == 0] = NO_CHECKS
    top = _halve(lambda t: rows.score(t) > 0, zero, one)
    top = np.where(status == AT_CHANCE, 0.0, np.where(status == AT_CEILING, 1.0, top))
    floor = rows.log_likelihood(top) - drop
    low = np.where(
        rows.log_likelihood(zero) >= floor, 0.0, _halve(lambda t: rows.log_likelihood(t) < floor, zero, top)
    )
    high = np.where(
        rows.log_likelihood(one) >= floor, 1.0, _halve(lambda t: rows.log_likelihood(t) >= floor, top, one)
    )
    known = (status != NO_CHECKS) & (status != NOT_IDENTIFIED)
    effort, low, high = (
        np.where(known, end, spare) ** (1 / power) for end, spare in ((top, np.nan), (low, 0), (high, 1))
    )
    error = np.full(rows.size, np.nan)
    fine = status == OK
    error[fine] = 1 / np.sqrt(rows.information(np.where(fine, effort, 0.5), power)[fine])
    return [effort, low, high, error, hits.astype(int), checks.astype(int), status]


def _halve(goes_on, low, high):
    """The place in [low, high] where `goes_on`, true at first, ends; for all entries at once."""
    low, high = low.copy(), high.copy()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        right = goes_on(middle)
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    return (low + high) / 2


def _owners(annotator, rows):
    if annotator is None:
        return None, np.zeros(rows, dtype=np.int64)
    import pandas as pd

    codes, names = pd.factorize(pd.Series(annotator), sort=True)
    if codes.shape != (rows,) or (codes < 0).any():
        raise ValueError(
            f"annotator must name whose each of the {rows} rows is; saw {codes.size} names"
            f"{', some missing' if (codes < 0).any() else ''}."
        )
    return names, codes


def _index(names):
    if names is None:
        return None
    import pandas as pd

    return pd.Index(names, name="annotator")
