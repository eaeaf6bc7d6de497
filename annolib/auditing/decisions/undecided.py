"""What is undecided, and what would settle it: more checks, knowing how clear the items are, or other checks."""

from __future__ import annotations

import pandas as pd

from annolib.auditing import reasons as why
from annolib.auditing.decisions.priorities import has_reason
from annolib.auditing.decisions.words import REASON_WORDS
from annolib.estimation.effort import NO_CHECKS
from annolib.planning.hypotheses import UNDECIDED

CHECKS, STRENGTH, DESIGN = "more checks", "how clear the items are", "other checks"
NEAR = "too close to the required effort"
SETTLED_BY = {
    # reason, the one that stands first where several hold: what settles it
    NO_CHECKS: CHECKS,
    why.NOT_IDENTIFIED: DESIGN,
    why.HARD_ITEMS: STRENGTH,
    why.CLEAR_ITEMS: STRENGTH,
    why.OWN_CHANCE: DESIGN,
    why.TOO_FEW: CHECKS,
    why.TOO_FEW_FOR_CAREFUL: CHECKS,
    why.TOO_FEW_FOR_CARELESS: CHECKS,
    NEAR: CHECKS,
}
_NEAR_WORDS = (
    "Their checks point neither way: the effort is close to what is required, or the checks are few."
)


def open_cases(audit):
    """The undecided, counted by the first reason that keeps them open.

    Parameters
    ----------
    audit : annolib.Audit

    Returns
    -------
    pandas.DataFrame
        Index `reason`, those that hold for somebody, in the order of `SETTLED_BY`; annotators; checks: how many one of them
        has, the median; settled_by: "more checks", "how clear the items are" or "other checks"; meaning.

    Examples
    --------
    >>> import annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    >>> cases = open_cases(audit)
    >>> int(cases["annotators"].sum()) == audit.counts["undecided"], cases.index[0]
    (True, 'no checks')
    """
    frame = audit.to_frame()
    frame = frame[frame["verdict"] == UNDECIDED]
    main = pd.Series(NEAR, index=frame.index, dtype=object)
    for name in reversed([name for name in SETTLED_BY if name != NEAR]):
        main[has_reason(frame, name)] = name
    rows = []
    for name, settled in SETTLED_BY.items():
        some = frame[(main == name).to_numpy()]
        if len(some):
            meaning = _NEAR_WORDS if name == NEAR else REASON_WORDS[name].meaning
            rows.append((name, len(some), float(some["checks"].median()), settled, meaning))
    columns = ["reason", "annotators", "checks", "settled_by", "meaning"]
    return pd.DataFrame(rows, columns=columns).set_index("reason")
