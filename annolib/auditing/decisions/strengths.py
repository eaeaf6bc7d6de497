"""For which strengths of the checks the verdicts hold: how many are careless and careful at each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from annolib.auditing.decisions.priorities import pass_rate
from annolib.auditing.strength import largest_strength
from annolib.validation import whole


def verdicts_by_strength(audit, points=101):
    """How many would be called careless, and how many careful, if the checks were known to have each strength.

    Parameters
    ----------
    audit : annolib.Audit
    points : int
        So many strengths from 0 to the largest there is.

    Returns
    -------
    pandas.DataFrame
        Index `strength`; full_effort: how often a fully careful annotator then passes; careless, careful, as numbers of
        annotators, read off the audit's `careless_above` and `careful_below`.

    Examples
    --------
    >>> import annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    >>> verdicts_by_strength(audit, 3).round(3).to_numpy().tolist()
    [[0.333, 0.0, 15.0], [0.667, 0.0, 13.0], [1.0, 0.0, 9.0]]
    """
    frame = audit.to_frame()
    strengths = np.linspace(0, 1, int(whole("points", points, 2))) * largest_strength_of(audit.monitor)
    sizes = np.abs(strengths)[:, None]
    slack = 1e-12 * sizes[-1]  # the ends count: there a p-value is the error rate
    careless = (np.abs(frame["careless_above"].to_numpy()) <= sizes + slack).sum(axis=1)
    careful = (np.abs(frame["careful_below"].to_numpy()) >= sizes - slack).sum(axis=1)
    full = [pass_rate(audit.monitor, float(strength), 1.0) for strength in strengths]
    columns = {"full_effort": full, "careless": careless, "careful": careful}
    return pd.DataFrame(columns, index=pd.Index(strengths, name="strength"))


def largest_strength_of(monitor):
    """The strength at which full effort always passes; 0 for a monitor that tells nothing."""
    return largest_strength(monitor) if monitor.gain else 0.0
