"""An audit and its decision as plain numbers, lists and words: what JSON can hold."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pandas as pd

import annolib
from annolib.auditing.decisions.decision import decide


def audit_record(audit, decision=None):
    """All that the report of an audit says, for a program.

    Parameters
    ----------
    audit : annolib.Audit
    decision : Decision, optional
        If it is at hand; made otherwise.

    Returns
    -------
    dict
        annolib (version), settings, read (totals, treatment, notes, aliases), verdicts, headline, steps, talk, signs, open,
        strengths, more_checks, annotators: of plain Python values, a table as a list of rows, NaN as None.

    Examples
    --------
    >>> import annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    >>> record = audit_record(audit)
    >>> record["verdicts"], record["annotators"][0]["worker"]
    ({'careless': 0, 'careful': 9, 'undecided': 115}, 't001')
    """
    decision = decide(audit) if decision is None else decision
    return plain(
        {
            "annolib": annolib.__version__,
            "settings": {
                "monitor": repr(audit.monitor),
                "required": audit.required,
                "error_rate": audit.error_rate,
                "false_discovery": audit.false_discovery,
                "strength": dataclasses.asdict(audit.strength),
            },
            "read": {
                "totals": audit.tally.totals,
                "treatment": audit.treatment,
                "notes": audit.tally.notes,
                "aliases": audit.aliases,
            },
            "meaning": audit.meaning,
            "verdicts": audit.counts,
            "headline": decision.headline,
            "steps": decision.steps,
            "talk": decision.talk,
            "signs": decision.signs,
            "open": decision.open,
            "strengths": decision.strengths,
            "more_checks": {
                "miss": decision.more.miss,
                "chances": decision.more.chances,
                "enough": decision.more.enough,
            },
            "annotators": audit.to_frame(),
        }
    )


def plain(value):
    """The same in dicts, lists, texts, whole numbers, floats, truths and None; what is no number is None.

    A table becomes a list of rows, its index first. What is nothing of that kind becomes its text.

    Examples
    --------
    >>> plain({"n": np.int64(3), "rate": float("nan"), "ids": ("a", np.str_("b"))})
    {'n': 3, 'rate': None, 'ids': ['a', 'b']}
    >>> plain(pd.DataFrame({"passes": [1]}, index=pd.Index(["ann"], name="worker")))
    [{'worker': 'ann', 'passes': 1}]
    """
    if isinstance(value, pd.DataFrame):
        rows = value.reset_index() if value.index.name is not None else value
        columns = [[plain(entry) for entry in rows[name].tolist()] for name in rows]
        return [dict(zip(map(str, rows.columns), row, strict=True)) for row in zip(*columns, strict=True)]
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if value is None or isinstance(value, (bool, str)):
        return value if not isinstance(value, str) else str(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is pd.NaT or value is pd.NA:
        return None
    return str(value)


def to_json(value, indent=2):
    """JSON of `plain(value)`: no NaN, no infinity, every sign as it stands.

    Examples
    --------
    >>> to_json({"rate": float("inf")}, indent=None)
    '{"rate": null}'
    """
    return json.dumps(plain(value), indent=indent, allow_nan=False, ensure_ascii=False)
