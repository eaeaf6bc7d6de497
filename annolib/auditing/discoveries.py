"""Many annotators at once: whose effort is shown below (or above) a boundary, with few false names among them.

References
----------
Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995),
doi:10.1111/j.2517-6161.1995.tb02031.x. Y. Benjamini, D. Yekutieli, Ann. Statist. 29 (2001),
doi:10.1214/aos/1013699998 (any dependence).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from annolib.estimation.effort import common_index
from annolib.estimation.intervals import counts
from annolib.markup import html_table, html_words
from annolib.monitors.base import require_monitor
from annolib.numerics.tails import lower_tail, upper_tail
from annolib.planning.hypotheses import success_probability
from annolib.validation import error_rate, one_effort

CLAIMS = ("below", "above")
METHODS = ("bh", "by")


@dataclass(frozen=True, eq=False)
class Discoveries:
    """Annotators whose effort is shown below (or above) the boundary, one entry each.

    Attributes
    ----------
    found : ndarray of bool
        Named, with a false discovery rate of at most `rate` among the named.
    p_value, adjusted : ndarray of float
        Exact p-values, and after the adjustment: the smallest rate at which this annotator would be named.
    passes, checks : ndarray of int
    claim, effort, rate, method : what was asked
    index : pandas.Index or None
    """

    found: np.ndarray
    p_value: np.ndarray
    adjusted: np.ndarray
    passes: np.ndarray
    checks: np.ndarray
    claim: str
    effort: float
    rate: float
    method: str
    index: object = field(default=None, repr=False)

    def to_frame(self):
        """A pandas table with one row per annotator."""
        import pandas as pd

        names = ("passes", "checks", "p_value", "adjusted", "found")
        return pd.DataFrame({name: getattr(self, name) for name in names}, index=self.index)

    def __repr__(self):
        return (
            f"Discoveries({self.found.sum()} of {self.found.size} annotators {self.claim} effort {self.effort:g}, "
            f"false discovery rate {self.rate:g}, {self.method})"
        )

    def _repr_html_(self):
        return html_table(self.to_frame()) + html_words(repr(self))


def find_annotators(passes, checks, monitor, effort, claim="below", rate=0.1, method="bh") -> Discoveries:
    """Name the annotators whose effort is shown below (or above) `effort`, at a false discovery rate.

    Each annotator gets the exact binomial p-value of the hypothesis that the effort is at least (at most)
    `effort`; these go through `scipy.stats.false_discovery_control`.

    Parameters
    ----------
    passes, checks : int array_like, shape (annotators,)
        pandas Series keep their index in `to_frame()`.
    monitor : Monitor
    effort : float
        The boundary, in [0, 1].
    claim : {"below", "above"}
        What is to be shown of the effort: below, or above, the boundary. Nothing is said about who is not named.
    rate : float
        Largest expected share of wrong names among the named, in (0, 0.5].
    method : {"bh", "by"}
        Benjamini-Hochberg, for independent annotators; Benjamini-Yekutieli for any dependence, such as checks
        against the same peers.

    Returns
    -------
    Discoveries

    Notes
    -----
    Counts are discrete, so a p-value is mostly larger than a uniform number would be: P(p ≤ x) ≤ x, often
    well below. The rate is kept with room to spare, and with few checks nobody can be named: with n checks no
    p-value of "below" is smaller than (1 − q)ⁿ. An annotator without checks has p-value 1.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> find_annotators([31, 52, 45, 29], 60, SelfConsistency(kappa=0.2), effort=0.6)
    Discoveries(2 of 4 annotators below effort 0.6, false discovery rate 0.1, bh)
    """
    from scipy.stats import false_discovery_control

    require_monitor(monitor)
    limit, share = one_effort("effort", effort), error_rate("rate", rate)
    for name, value, known in (("claim", claim, CLAIMS), ("method", method, METHODS)):
        if value not in known:
            raise ValueError(f"{name} must be one of {known}; saw {value!r}.")
    index = common_index(passes, checks)
    hits, total = (np.atleast_1d(column) for column in counts(passes, checks))
    q = success_probability(monitor, limit)
    won = total - hits if monitor.gain < 0 else hits
    p = lower_tail(won, total, q) if claim == "below" else upper_tail(won, total, q)
    p = np.where(total == 0, 1.0, np.clip(p, 0, 1))
    adjusted = false_discovery_control(p, method=method) if p.size else p
    return Discoveries(adjusted <= share, p, adjusted, hits, total, claim, limit, share, method, index)
