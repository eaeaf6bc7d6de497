"""What more checks would buy: the chance of a verdict by the number of checks, and how many are enough.

An audit accuses by the weakest checks there may be and clears by the strongest. So what more checks buy depends on how
well their strength is known; both are computed, and a gap between them is what knowing the strength is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.auditing.decisions.priorities import pass_rate
from annolib.auditing.verdicts import success_at
from annolib.numerics.tails import lower_tail, upper_tail
from annolib.planning.hypotheses import UNDECIDED
from annolib.planning.sample_size import critical_count, normal_size, smallest_size
from annolib.validation import error_rate, whole

SIZES = (5, 10, 20, 40, 80, 160, 320)
MOST = 100_000  # more checks of one annotator are not thought of


@dataclass(frozen=True, eq=False)
class MoreChecks:
    """The chance of a verdict by the number of checks of one annotator; and how many are enough.

    Attributes
    ----------
    chances : pandas.DataFrame
        Index `checks`; cleared_weakest, cleared_strongest: the chance that full effort is called careful, if the checks
        are as weak, or as strong, as the audit allows for; accused: that answers at random are called careless.
    enough : pandas.DataFrame
        Index `strength`: the weakest, the middle and the strongest that the audit allows for, or the one that is known;
        full_effort: how often full effort then passes; clear_now and clear_known: the smallest number of checks from which
        on full effort is called careful with chance 1 − miss, by what is known now and if this strength were known;
        accuse_now, accuse_known: the same for calling random answers careless. NaN where 100,000 are not enough.
    miss : float
    open_annotators, open_checks : int
        The undecided, and the checks that they have together.
    """

    chances: pd.DataFrame
    enough: pd.DataFrame
    miss: float
    open_annotators: int
    open_checks: int

    def to_reach(self, column="clear_now"):
        """The most that a column of `enough` asks for; None where 100,000 checks are not enough."""
        numbers = self.enough[column]
        return None if numbers.isna().any() else int(numbers.max())


def more_checks(audit, sizes=SIZES, miss=0.1):
    """What checks would decide, for one annotator of full effort and one who answers at random.

    The error rate is that of each annotator; if the audit controls false discoveries, some more checks are needed. Checks
    are taken for independent, and annotators for such whose labels are mixed.

    Parameters
    ----------
    audit : annolib.Audit
    sizes : sequence of int
        Numbers of checks, at least 1.
    miss : float
        The chance of no verdict that is put up with, in (0, ½].

    Returns
    -------
    MoreChecks

    Examples
    --------
    >>> import annolib as al
    >>> table = al.datasets.load("twin")
    >>> known = al.audit(table, al.SelfConsistencyLabels(0.4), strength=0.4)
    >>> more_checks(known, [20, 80]).chances.round(3).to_numpy().tolist()
    [[0.862, 0.862, 0.152], [1.0, 1.0, 0.49]]
    >>> more_checks(known).enough.round(3).iloc[0].tolist()
    [0.733, 26.0, 219.0, 26.0, 219.0]
    """
    miss, limits = error_rate("miss", miss), audit.strength
    chances, tests = verdict_chances(audit, sizes), _Rules(audit, limits.low, limits.high)
    ends = [limits.low, (limits.low + limits.high) / 2, limits.high]
    rows = [_enough(audit, tests, end, miss) for end in (ends if limits.low != limits.high else ends[:1])]
    names = ["strength", "full_effort", "clear_now", "accuse_now", "clear_known", "accuse_known"]
    frame = audit.to_frame()
    open_ = frame[frame["verdict"] == UNDECIDED]
    return MoreChecks(
        chances,
        pd.DataFrame(rows, columns=names).set_index("strength"),
        miss,
        len(open_),
        int(open_["checks"].sum()),
    )


def verdict_chances(audit, sizes=SIZES):
    """The table `MoreChecks.chances` for these numbers of checks.

    Examples
    --------
    >>> import annolib as al
    >>> known = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(0.4), strength=0.4)
    >>> verdict_chances(known, [40])["accused"].round(3).to_dict()
    {40: 0.274}
    """
    n = np.atleast_1d(whole("sizes", list(sizes), 1, "Count the checks."))
    limits = audit.strength
    tests = _Rules(audit, limits.low, limits.high)
    columns = {
        "cleared_weakest": tests.cleared(n, limits.low),
        "cleared_strongest": tests.cleared(n, limits.high),
        "accused": tests.accused(n),
    }
    return pd.DataFrame(columns, index=pd.Index(n, name="checks"))


class _Rules:
    """An audit's two rules for one annotator with n checks: accuse at strength `low`, clear at strength `high`."""

    def __init__(self, audit, low, high):
        self.monitor, limits = audit.monitor, audit.strength
        self.levels = audit.error_rate - limits.low_error, audit.error_rate - limits.high_error
        self.accuse_at, self.clear_at = (success_at(self.monitor, end, audit.required) for end in (low, high))

    def cleared(self, n, strength):
        """Chance that full effort is called careful."""
        if self.monitor.gain == 0:
            return np.zeros(n.shape)
        least = critical_count(n, self.clear_at, self.levels[1])
        return upper_tail(least, n, success_at(self.monitor, strength, 1.0))

    def accused(self, n):
        """Chance that random answers are called careless; their pass rate does not depend on the strength."""
        if self.monitor.gain == 0:
            return np.zeros(n.shape)
        failures = critical_count(n, 1 - self.accuse_at, self.levels[0])  # n + 1 where no count is enough
        return lower_tail(n - failures, n, success_at(self.monitor, 0, 0.0))

    def enough_to_clear(self, strength, miss):
        return _smallest(self.clear_at, success_at(self.monitor, strength, 1.0), self.levels[1], miss)

    def enough_to_accuse(self, miss):
        return _smallest(1 - self.accuse_at, 1 - success_at(self.monitor, 0, 0.0), self.levels[0], miss)


def _enough(audit, now, strength, miss):
    """One row of `MoreChecks.enough`."""
    known = _Rules(audit, strength, strength)
    row = (strength, pass_rate(audit.monitor, strength, 1.0))
    row += (now.enough_to_clear(strength, miss), now.enough_to_accuse(miss))
    return (*row, known.enough_to_clear(strength, miss), known.enough_to_accuse(miss))


def _smallest(q0, q1, level, miss):
    """The number of checks from which on the test has power 1 − miss; NaN where there is none up to `MOST`."""
    if not q0 < q1 or normal_size(q0, q1, level, miss) > MOST:
        return np.nan
    found = smallest_size(q0, q1, level, miss).checks
    return float(found) if found <= MOST else np.nan
