"""An audit for programs: valid JSON whatever the names, with the numbers of the audit."""

import datetime
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.auditing.decisions.decision import decide
from annolib.reports.records import audit_record, plain, to_json


def refuse(word):
    raise AssertionError(f"{word} is no JSON")


def test_the_record_is_json_and_says_what_the_audit_says(twin_audit, hostile_audit):
    for audit in (twin_audit, hostile_audit):
        read = json.loads(to_json(audit_record(audit)), parse_constant=refuse)
        assert read["verdicts"] == audit.counts and read["headline"] == list(decide(audit).headline)
        frame = audit.to_frame()
        assert [row["worker"] for row in read["annotators"]] == list(frame.index)
        for row, (_, own) in zip(read["annotators"], frame.iterrows(), strict=True):
            assert row["effort"] == (None if math.isnan(own["effort"]) else own["effort"])
            assert (row["passes"], row["verdict"], row["reasons"]) == (
                own["passes"],
                own["verdict"],
                own["reasons"],
            )
        assert read["read"]["totals"]["judgements"] == audit.tally.totals["judgements"]
        assert {"talk", "signs", "open", "strengths", "more_checks", "steps", "settings", "meaning"} <= set(
            read
        )


def test_a_decision_at_hand_is_taken(twin_audit):
    decision = decide(twin_audit)
    assert audit_record(twin_audit, decision) == audit_record(twin_audit)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(st.characters(exclude_categories=("Cs",))),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_value_is_valid_json_and_finite_ones_come_back(value):
    read = json.loads(to_json(value), parse_constant=refuse)
    assert read == plain(value)


@pytest.mark.parametrize(
    "value, expected",
    [
        (np.float64("nan"), None),
        (np.array([1, 2]), [1, 2]),
        (np.bool_(True), True),
        (pd.NA, None),
        (pd.NaT, None),
        (float("-inf"), None),
        ({3: (1,)}, {"3": [1]}),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (pd.DataFrame({"a": [1.5, np.nan]}), [{"a": 1.5}, {"a": None}]),
    ],
)
def test_other_types(value, expected):
    assert plain(value) == expected
