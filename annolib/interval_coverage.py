"""How often an interval for effort holds the true effort, computed exactly."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr

from annolib.estimation import effort_interval
from annolib.intervals import METHODS
from annolib.pass_curve import require_monitor
from annolib.validation import as_given, whole, within


def coverage(monitor, effort, checks, confidence=0.95, method="wilson"):
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


def coverage_table(monitor, efforts, checks, confidence=0.95, methods=METHODS):
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
