"""The question behind every test of effort: H0: η ≤ null against H1: η ≥ alternative, as pass probabilities.

Where more effort means fewer passes, failures are counted instead: "successes" are what care makes likelier.

Whatever is asked how, the answer is one of three words: careful, careless or undecided.
"""

from __future__ import annotations

import numpy as np

from annolib.monitors.base import require_monitor
from annolib.validation import one_effort

CAREFUL, CARELESS, UNDECIDED = "careful", "careless", "undecided"
VERDICTS = (CARELESS, CAREFUL, UNDECIDED)


def pass_probabilities(monitor, null, alternative):
    """Success probabilities q₀ < q₁ of the null and the alternative, or raise.

    Examples
    --------
    >>> from annolib.monitors import Expert
    >>> pass_probabilities(Expert(rho=-0.2), null=0.5, alternative=1)
    (0.7, 0.9)
    """
    require_monitor(monitor)
    low, high = one_effort("null", null), one_effort("alternative", alternative)
    if not low < high:
        raise ValueError(
            f"null must be below alternative; saw {low:g} and {high:g}. "
            "Give the effort of a careless annotator first, then that of a careful one."
        )
    q0, q1 = (float(success_probability(monitor, effort)) for effort in (low, high))
    if not q0 < q1:
        raise ValueError(
            f"monitor must have a strength above zero; saw {monitor!r}. "
            "Its pass rate is the same for both efforts, so no number of checks can tell them apart."
        )
    return q0, q1


def success_probability(monitor, effort):
    """Pass probability, or the probability of a failure if the monitor's passes become rarer with effort."""
    q = np.asarray(monitor.pass_probability(effort))
    return 1 - q if monitor.gain < 0 else q
