"""Effort from all pairs of repeats, without resampling: how many independent checks are the pairs worth?

The pairs of one item are dependent. Each item's rate has a largest variance V_i(η) (`annolib.estimation.repeats.item_variance`);
weighted by 1/V_i, the best there is for it, the mean rate R has variance 1/W, W = Σ1/V_i. Independent checks would
need N = q(1 − q)·W of them for the same: so many the pairs are worth, and R·N of N passed is tested like a binomial.

References
----------
L. Kish, *Survey Sampling* (1965), section 8.2 (design effect). E. L. Korn, B. I. Graubard, "Confidence intervals for
proportions with small expected number of positive counts estimated from survey data", Survey Methodology 24 (1998)
193-201 (a binomial with the effective number of checks). H. O. Lancaster, "Significance tests in discrete
distributions", JASA 56 (1961), doi:10.1080/01621459.1961.10482105 (mid-p).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc

from annolib.estimation.effort import (
    AT_CEILING,
    AT_CHANCE,
    OK,
    EffortEstimate,
    estimate_effort,
    estimate_message,
)
from annolib.estimation.intervals import counts_by_item
from annolib.estimation.repeats.item_variance import rate_variance
from annolib.monitors.base import require_monitor
from annolib.validation import error_rate

EFFECTIVE_CHECKS = "effective checks"
_EFFORTS = np.linspace(0, 1, 201)
_FULL = 1 - 1e-9  # full effort may pass every check: then the weights exist only as a limit


def estimate_effort_from_repeats(agreements, pairs, monitor, confidence=0.95) -> EffortEstimate:
    """Effort of one annotator from all pairs of repeats, with an interval for as many checks as they are worth.

    Parameters
    ----------
    agreements, pairs : int array_like, shape (items,)
        Of each item: how many pairs of its judgements there are, and how many of them agree; see
        `annolib.pair_counts`. Items without a pair are left out. For a monitor that compares with an expert, a peer or
        a golden answer: the passes and the checks of each item.
    monitor : Monitor
        What a pair is, e.g. `annolib.SelfConsistency(kappa=0.2)`.
    confidence : float
        In (0, 1).

    Returns
    -------
    EffortEstimate
        `passes` and `checks` are pairs; method "effective checks". Where items have different numbers of pairs, the
        estimate weighs the items by what they are worth, and is not q⁻¹(passes/checks). The standard error is
        1/(q′√W).

    Notes
    -----
    An effort belongs to the interval if the mid-p value of R·N passes in N checks lies between both tails. The weights
    1/V_i are those of the least favourable items, some certain and the others torn: an item that came 20 times is then
    worth a few checks and not 190 pairs, and one item cannot drown the others. With one pair of each item N is their
    number, whatever the items are. Nothing is estimated but the effort: there are no degrees of freedom to lose, and ten
    items are enough.

    What 95 % intervals keep at least (2,000 simulated annotators for each of six efforts from 0 to 1, p equally spaced in
    [.02, .98], κ known), beside Wilson's interval for one pair of each item:

    ===============================  ================  =================
    judgements of the items          effective checks  one pair per item
    ===============================  ================  =================
    10 items: half 2, half 6         0.953             0.946
    20 items: half 2, half 6         0.961             0.958
    8, 7, 4, 3, 3, 3, eight times 2  0.955             0.937
    one 12 times, 49 twice           0.953             0.949
    one 20 times, 29 twice           0.957             0.942
    ===============================  ================  =================

    Equal numbers with every outcome summed, real designs, certain and torn items, three labels:
    `tests/benchmarks/results/coverage.md`.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> agreements, pairs = [3, 1, 3, 3, 3, 1, 1, 3, 3, 1, 3, 3], [3] * 12
    >>> found = estimate_effort_from_repeats(agreements, pairs, SelfConsistency(kappa=0.2))
    >>> found  # doctest: +NORMALIZE_WHITESPACE
    EffortEstimate(effort=0.833, low=0.487, high=1.000, 28 of 36 passed,
    0.95 interval, effective checks; ok)
    >>> found.message
    'The pass rate lies between chance and the ceiling. The 36 pairs of 12 items are worth 21.0 independent checks.'
    """
    require_monitor(monitor)
    level = error_rate("confidence", confidence, high=1 - 1e-15)
    hits, total = counts_by_item(agreements, pairs)
    if hits.size == 0 or monitor.gain == 0:
        return _unknown(hits, total, monitor, level)
    rates = ItemRates(hits, total, monitor)
    effort, status = _best(rates)
    low, high = _ends(rates, (1 - level) / 2)
    error = np.nan
    if status == OK:
        error = 1 / (abs(monitor.slope(effort)) * np.sqrt(float(rates.weight(effort))))
    worth = float(rates.worth(effort))
    words = estimate_message(np.asarray(status), misfit=low == high)
    words += f" The {total.sum()} pairs of {hits.size} items are worth {worth:.1f} independent checks."
    counted = int(hits.sum()), int(total.sum())
    return EffortEstimate(effort, low, high, error, *counted, level, EFFECTIVE_CHECKS, status, words)


class ItemRates:
    """The pass rates of items, and what they say about each effort; failures count where effort makes passes rarer."""

    def __init__(self, hits, total, monitor):
        won = total - hits if monitor.gain < 0 else hits
        self.monitor = monitor
        self.checks, kind = np.unique(total, return_inverse=True)
        self.items = np.bincount(kind)
        self.rates = np.bincount(kind, won / total) / self.items

    def success(self, effort):
        """q(η), or 1 − q(η)."""
        q = self.monitor.pass_probability(effort)
        return 1 - q if self.monitor.gain < 0 else q

    def _weights(self, effort):
        eta = np.minimum(np.asarray(effort, dtype=float), _FULL)[..., None]
        return self.items / np.maximum(rate_variance(self.monitor, eta, self.checks), 1e-300)

    def weight(self, effort):
        """W = Σ1/V_i."""
        return self._weights(effort).sum(axis=-1)

    def mean(self, effort):
        """R, the weighted mean of the items' rates."""
        weights = self._weights(effort)
        return (weights * self.rates).sum(axis=-1) / weights.sum(axis=-1)

    def worth(self, effort):
        """N, how many independent checks have the same variance."""
        q = self.success(np.minimum(effort, _FULL))
        return q * (1 - q) * self.weight(effort)

    def mid_p(self, effort):
        """P(more than R·N of N checks succeed) + ½ P(just as many), continued to counts that are not whole."""
        q, number = self.success(np.minimum(effort, _FULL)), self.worth(effort)
        won = self.mean(effort) * number
        lost = number - won
        some, not_all = won > 1e-9, lost > 1e-9
        least = np.where(some, betainc(np.where(some, won, 1), np.maximum(lost, 0) + 1, q), 1.0)
        more = np.where(not_all, betainc(np.maximum(won, 0) + 1, np.where(not_all, lost, 1), q), 0.0)
        return (least + more) / 2


def _best(rates):
    """The effort whose pass probability is the weighted mean rate, and its status."""
    from scipy.optimize import brentq  # slow to import

    def above(eta):
        return float(rates.mean(eta) - rates.success(eta))

    values = rates.mean(_EFFORTS) - rates.success(_EFFORTS)
    if values[0] <= 1e-12:
        return 0.0, AT_CHANCE
    if values[-1] >= -1e-12:
        return 1.0, AT_CEILING
    place = int(np.flatnonzero(values > 0)[-1])
    return float(brentq(above, _EFFORTS[place], _EFFORTS[place + 1], xtol=1e-12)), OK


def _ends(rates, tail):
    """The outermost efforts whose mid-p value lies between the tails."""
    values = rates.mid_p(_EFFORTS)
    if (values < tail).all():
        return 1.0, 1.0
    if (values > 1 - tail).all():
        return 0.0, 0.0
    low = high = None
    if values[0] >= tail:
        low = 0.0
    if values[-1] <= 1 - tail:
        high = 1.0
    if low is None:
        place = int(np.argmax(values >= tail))
        low = _cross(rates, tail, _EFFORTS[place - 1], _EFFORTS[place])
    if high is None:
        place = int(np.flatnonzero(values <= 1 - tail)[-1])
        high = _cross(rates, 1 - tail, _EFFORTS[place], _EFFORTS[place + 1])
    return low, high


def _cross(rates, level, left, right):
    from scipy.optimize import brentq

    return float(brentq(lambda eta: float(rates.mid_p(eta)) - level, left, right, xtol=1e-12))


def _unknown(hits, total, monitor, level):
    """Without a pair, or with a monitor of strength zero: as `estimate_effort` says it."""
    plain = estimate_effort(int(hits.sum()), int(total.sum()), monitor, level)
    return EffortEstimate(
        np.nan,
        0.0,
        1.0,
        np.nan,
        plain.passes,
        plain.checks,
        level,
        EFFECTIVE_CHECKS,
        plain.status,
        plain.message,
    )
