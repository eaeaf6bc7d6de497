"""The plan: what people would have got, and its parts as a section of a report."""

import numpy as np
import pytest

import annolib as al
from annolib.schemes.clauses import for_checks


@pytest.fixture(scope="module")
def plan(report, terms):
    return al.design_pay(report, **terms, checks=30, families="binary", currency="euros")


def test_everybody_is_paid_by_the_same_clause(plan, report):
    frame = report.to_frame()
    for worker in frame.index:
        passes, checks = int(frame.loc[worker, "passes"]), int(frame.loc[worker, "checks"])
        pay = plan.earnings.loc[worker, "pay"]
        if checks == 0:
            assert np.isnan(pay)
        else:
            share = plan.contract.threshold / plan.contract.n
            bonus = passes >= share * checks - 1e-9
            assert pay == plan.wage(passes, checks) == (plan.contract.high if bonus else plan.contract.low)
    assert for_checks(plan.contract, 30) == plan.contract


def test_the_section_says_what_the_plan_says(plan):
    section = plan.report_section()
    text = " ".join(section.sentences)
    assert "Buy 30 repeat checks" in text and plan.clause[0] in text and plan.notice in text
    assert len(section.tables) == 4 and section.tables[1][1].index.name == "if"
    words, shown = section.tables[3]
    assert "20 with the most checks" in words and len(shown) == 20
    assert (
        shown["checks"].min() >= plan.earnings["checks"].drop(shown.index).max()
        and shown["checks"].is_monotonic_decreasing
    )


def test_repr_and_page(plan):
    assert "30 repeat checks a batch, binary pay" in repr(plan)
    assert "euros" in plan._repr_html_() and plan.to_frame().equals(plan.earnings)
