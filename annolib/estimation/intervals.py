"""Confidence intervals for a pass probability from counts: Wilson's and Clopper and Pearson's.

References
----------
E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927),
doi:10.1080/01621459.1927.10502953.
C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934), doi:10.1093/biomet/26.4.404.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainccinv, betaincinv, ndtri

from annolib.validation import as_given, whole, within

METHODS = ("wilson", "clopper-pearson")


def binomial_interval(passes, checks, confidence=0.95, method="wilson"):
    """Interval for the probability that a check passes.

    Parameters
    ----------
    passes, checks : int or array_like
        Counts, broadcast against each other.
    confidence : float
        In (0, 1).
    method : {"wilson", "clopper-pearson"}
        Wilson's score interval keeps its promise on average over q; Clopper and Pearson's keeps it
        for every q and is wider for it.

    Returns
    -------
    low, high : float or numpy.ndarray
        [0, 1] without checks; low is 0 if nothing passed and high is 1 if everything did.

    Examples
    --------
    >>> low, high = binomial_interval(45, 60)
    >>> f"{low:.3f} to {high:.3f}"
    '0.628 to 0.842'
    """
    hits, total = counts(passes, checks)
    level = within("confidence", confidence, 0, 1, "Give it as a share, such as 0.95.")
    if level.ndim != 0 or not 0 < level < 1:
        raise ValueError(
            f"confidence must be one number between 0 and 1; saw {confidence!r}. Give 0.95, say."
        )
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}; saw {method!r}.")
    ends = wilson_ends if method == "wilson" else _clopper_pearson
    low, high = ends(hits, total, (1 - level) / 2)
    low, high = np.where(hits == 0, 0.0, low), np.where(hits == total, 1.0, high)
    return as_given(low, passes, checks), as_given(high, passes, checks)


def counts(passes, checks):
    """Return both counts as int arrays of one shape, or raise if some passes exceed their checks."""
    hits = whole("passes", passes, 0, "Count the checks that passed.")
    total = whole("checks", checks, 0, "Count the checks.")
    try:
        hits, total = np.broadcast_arrays(hits, total)
    except ValueError:
        raise ValueError(
            f"passes and checks must have matching shapes; saw {hits.shape} and {total.shape}. "
            "Give one count of each for every annotator."
        ) from None
    if (hits > total).any():
        worst = np.argmax(hits > total)
        raise ValueError(
            f"passes must not exceed checks; saw {hits.flat[worst]} passes in {total.flat[worst]} checks. "
            "Give passes first, then checks."
        )
    return hits, total


def counts_by_item(agreements, pairs):
    """Agreements and pairs of each item that has any, as arrays."""
    hits, total = counts(agreements, pairs)
    if hits.ndim != 1:
        raise ValueError(f"agreements must have one entry for each item; saw shape {hits.shape}.")
    return hits[total > 0], total[total > 0]


def wilson_ends(hits, total, tail):
    """Ends of Wilson's score interval."""
    z2 = ndtri(tail) ** 2
    middle = hits + z2 / 2
    reach = np.sqrt(z2 * (hits * (total - hits) / np.maximum(total, 1) + z2 / 4))
    return np.maximum(middle - reach, 0) / (total + z2), np.minimum((middle + reach) / (total + z2), 1)


def _clopper_pearson(hits, total, tail):
    """Ends of Clopper and Pearson's exact interval: quantiles of beta laws."""
    fails = total - hits
    low = betaincinv(np.maximum(hits, 1), fails + 1, tail)
    high = betainccinv(hits + 1, np.maximum(fails, 1), tail)
    return low, high
