"""What is open: everybody undecided is counted once, under what would settle it."""

import pandas as pd
import pytest

import annolib as al
from annolib.auditing.decisions.undecided import CHECKS, DESIGN, NEAR, SETTLED_BY, STRENGTH, open_cases
from annolib.auditing.reasons import REASONS

TRIPLE = al.SelfConsistencyLabels(0.5)


def test_everybody_undecided_is_counted_once_by_the_first_reason(make_crowd, make_repeats):
    once = pd.DataFrame(
        {"task": ["a", "b"], "worker": "once", "label": ["left", "right"], "left": "x", "right": "y"}
    )
    parts = [
        make_crowd([(1, 2), (30, 60), (22, 60), (38, 60), (58, 60)]),
        make_repeats(20, 20, "ties", ties=20),
        once,
    ]
    audit = al.audit(pd.concat(parts), TRIPLE, 0.6, strength=(0.2, 0.6))
    cases = open_cases(audit)
    assert cases["annotators"].sum() == audit.counts["undecided"]
    found = cases["settled_by"].to_dict()
    assert found["no checks"] == CHECKS and found["too few checks for any verdict"] == CHECKS
    assert found["hard items would explain the failures"] == STRENGTH
    assert found["clear items would explain the passes"] == STRENGTH
    assert found["agreement explained by the own mix of labels"] == DESIGN
    assert list(cases.index) == [name for name in SETTLED_BY if name in cases.index]
    assert cases.loc["no checks", ["annotators", "checks"]].tolist() == [1, 0]
    assert cases["meaning"].str.endswith(".").all()


def test_without_any_other_reason_the_effort_is_near(make_crowd):
    cases = open_cases(al.audit(make_crowd([(30, 60)]), TRIPLE, 0.6, strength=0.5))
    assert list(cases.index) == [NEAR] and cases["settled_by"].tolist() == [CHECKS]


def test_nothing_open_is_an_empty_table(make_crowd):
    assert open_cases(al.audit(make_crowd([(58, 60)]), TRIPLE, 0.5, strength=0.5)).empty


def test_a_monitor_that_tells_nothing_is_settled_by_other_checks(make_crowd):
    cases = open_cases(al.audit(make_crowd([(5, 12)]), al.SelfConsistency(0.0)))
    assert cases["settled_by"].tolist() == [DESIGN]


@pytest.mark.parametrize("name", [name for name in SETTLED_BY if name != NEAR])
def test_the_reasons_are_those_of_an_audit(name):
    assert name in REASONS


def test_the_first_reason_counts_where_several_hold(make_crowd):
    """None of four passed: too few for a verdict, but clear items would make it one already."""
    audit = al.audit(make_crowd([(0, 4)]), TRIPLE, 0.6, strength=(0.2, 0.6))
    assert audit.to_frame()["reasons"].tolist() == [
        "too few checks for any verdict; hard items would explain the failures"
    ]
    assert list(open_cases(audit).index) == ["hard items would explain the failures"]
