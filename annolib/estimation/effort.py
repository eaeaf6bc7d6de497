"""From passes in checks back to effort: an estimate and an interval, for one annotator or for many.

The pass rate and the ends of its interval are mapped through the monitor's inverse q⁻¹, which is monotone
and clipped to [0, 1], so an interval for q that holds q(η) becomes one for effort that holds η.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from annolib.estimation.intervals import binomial_interval, counts
from annolib.markup import html_table, html_words
from annolib.monitors.base import require_monitor
from annolib.validation import as_given

OK = "ok"
AT_CHANCE = "at or below chance"
AT_CEILING = "at the ceiling"
NO_CHECKS = "no checks"
NOT_IDENTIFIED = "not identified"
STATUSES = (OK, AT_CHANCE, AT_CEILING, NO_CHECKS, NOT_IDENTIFIED)

_SENTENCES = {
    OK: "The pass rate lies between chance and the ceiling.",
    AT_CHANCE: "The pass rate is no better than chance: effort 0 explains it best.",
    AT_CEILING: "The pass rate is as high as full effort gives: effort 1 explains it best.",
    NO_CHECKS: "Without a check nothing is known about effort.",
    NOT_IDENTIFIED: "This monitor has strength zero: its pass rate says nothing about effort.",
}
_MISFIT = (
    " Even the whole interval lies beyond what any effort explains: check the monitor's strength, "
    "and whether this annotator follows a rule."
)
_ROUNDING = 1e-12  # a pass rate this near the chance or the ceiling counts as there


@dataclass(frozen=True, eq=False)
class EffortEstimate:
    """Estimated effort, one number or one entry per annotator.

    Attributes
    ----------
    effort : float or numpy.ndarray
        q⁻¹(passes/checks), clipped to [0, 1]; NaN without checks or where effort is not identified.
    low, high : float or numpy.ndarray
        Ends of the confidence interval; [0, 1] where nothing is known.
    standard_error : float or numpy.ndarray
        1/√(checks · 𝓘(effort)) where the status is "ok"; NaN at the edges, where no such error exists. For
        self-consistency it grows without limit towards effort 0: there, read the interval.
    passes, checks : int or numpy.ndarray
    confidence : float
    method : str
        "wilson" or "clopper-pearson".
    status : str or numpy.ndarray of str
        "ok", "at or below chance", "at the ceiling", "no checks" or "not identified".
    message : str
        The status in a sentence, or how many annotators have which status.
    index : pandas.Index or None
        The labels of `passes`, if it was a pandas Series; the index of `to_frame()`.
    """

    effort: float | np.ndarray
    low: float | np.ndarray
    high: float | np.ndarray
    standard_error: float | np.ndarray
    passes: int | np.ndarray
    checks: int | np.ndarray
    confidence: float
    method: str
    status: str | np.ndarray
    message: str
    index: object = field(default=None, repr=False)

    def to_frame(self):
        """A pandas table with one row per annotator."""
        import pandas as pd

        names = ("passes", "checks", "effort", "low", "high", "standard_error", "status")
        columns = {name: np.ravel(getattr(self, name)) for name in names}
        return pd.DataFrame(columns, index=self.index)

    def __repr__(self):
        kind = f"{self.confidence:.6g} interval, {self.method}"
        if np.ndim(self.effort):
            return f"EffortEstimate({np.size(self.effort)} annotators, {kind}; {self.message})"
        return (
            f"EffortEstimate(effort={self.effort:.3f}, low={self.low:.3f}, high={self.high:.3f}, "
            f"{self.passes} of {self.checks} passed, {kind}; {self.status})"
        )

    def _repr_html_(self):
        note = f"Effort with a {self.confidence:.6g} interval ({self.method}). {self.message}"
        return html_table(self.to_frame()) + html_words(note)


def estimate_effort(passes, checks, monitor, confidence=0.95, method="wilson") -> EffortEstimate:
    """Estimate effort from how many of an annotator's checks passed.

    Parameters
    ----------
    passes, checks : int or array_like
        Counts, broadcast against each other; pandas Series keep their index in `to_frame()`.
    monitor : Monitor
        What a check is, e.g. `annolib.SelfConsistency(kappa=0.2)`.
    confidence : float
        What the interval promises, in (0, 1). See `coverage` for what it keeps.
    method : {"wilson", "clopper-pearson"}
        Interval for the pass probability, mapped through the monitor's inverse.

    Returns
    -------
    EffortEstimate

    Notes
    -----
    A pass rate at or below chance gives effort 0, one at or above the monitor's ceiling effort 1; the status
    says so. If even the whole interval for q lies beyond the ceiling (or below chance), low = high and the
    message says that the monitor's strength does not fit this annotator. A monitor of strength zero says
    nothing: effort NaN, interval [0, 1], "not identified". Checks are taken as independent: of k repeats of
    one item use one pair, not all k(k − 1)/2, or `annolib.estimate_effort_from_repeats`.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> estimate_effort(passes=45, checks=60, monitor=SelfConsistency(kappa=0.2), confidence=0.95)
    EffortEstimate(effort=0.791, low=0.565, high=0.925, 45 of 60 passed, 0.95 interval, wilson; ok)
    >>> estimate_effort([30, 60, 0], [60, 60, 0], SelfConsistency(kappa=0.2)).status.tolist()
    ['at or below chance', 'at the ceiling', 'no checks']
    """
    require_monitor(monitor)
    index = common_index(passes, checks)
    hits, total = counts(passes, checks)
    rate = hits / np.maximum(total, 1)
    status = _status(rate, total, monitor)
    known = (status != NO_CHECKS) & (status != NOT_IDENTIFIED)
    effort = np.where(known, monitor.effort(rate), np.nan)
    low, high = effort_interval(hits, total, monitor, confidence, method)
    error = np.full(effort.shape, np.nan)
    fine = status == OK
    error[fine] = 1 / np.sqrt(total[fine] * monitor.fisher_information(effort[fine]))
    message = estimate_message(status, misfit=known & (low == high))
    low, high = np.where(known, low, 0.0), np.where(known, high, 1.0)
    columns = [as_frozen(column, passes, checks) for column in (effort, low, high, error, hits, total)]
    status = as_frozen(status, passes, checks)
    return EffortEstimate(*columns, float(confidence), method, status, message, index)


def effort_interval(hits, total, monitor, confidence, method):
    """Interval for effort: both ends of the one for q through q⁻¹, swapped where q falls with effort."""
    ends = [monitor.effort(end) for end in binomial_interval(hits, total, confidence, method)]
    return ends if monitor.ceiling >= monitor.chance else ends[::-1]


def _status(rate, total, monitor):
    upwards = np.sign(monitor.ceiling - monitor.chance)
    status = np.full(rate.shape, OK, dtype=f"<U{max(map(len, STATUSES))}")
    status[upwards * (rate - monitor.ceiling) >= -_ROUNDING] = AT_CEILING
    status[upwards * (rate - monitor.chance) <= _ROUNDING] = AT_CHANCE
    if upwards == 0:
        status[...] = NOT_IDENTIFIED
    status[total == 0] = NO_CHECKS
    return status


def estimate_message(status, misfit):
    """The sentence for one status, or the counts for an array of them; `misfit` marks rates that no effort explains."""
    if status.ndim == 0:
        return _SENTENCES[str(status)] + (_MISFIT if misfit else "")
    parts = [f"{(status == name).sum()} {name}" for name in STATUSES if (status == name).any()]
    if misfit.any():
        parts.append(f"{misfit.sum()} with a pass rate beyond what any effort explains (low = high)")
    return ", ".join(parts) if parts else "nobody to estimate"


def as_frozen(column, *inputs):
    """A column in the kind of its inputs, read-only where it is an array."""
    value = as_given(column, *inputs)
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    return value


def common_index(*columns):
    """The index of the pandas Series among passes, checks and what goes with them, or None."""
    indices = [given.index for given in columns if hasattr(given, "iloc")]
    if any(not index.equals(indices[0]) for index in indices[1:]):
        raise ValueError(
            "passes and checks must have the same index; saw two different ones. Align them first."
        )
    return indices[0] if indices else None
