"""`annolib design` prints and writes the plan that `annolib.design_pay` makes."""

import json

import pytest

import annolib as al
from annolib.reports.spreadsheets import to_csv

LINE = ["design", "judgements.csv", "--full-care", "0.9", "--labels", "3", "--value", "60", "--cost", "15"]
LINE += ["--price", "0.2", "--outside", "20", "--floor", "10", "--checks", "20"]


@pytest.fixture
def plan(table):
    gamma = 0.9 - 1 / 3
    audit = al.audit(table, al.SelfConsistencyLabels(gamma), strength=gamma)
    return al.design_pay(
        audit,
        value=60,
        cost=15,
        prices=0.2,
        outside=20,
        floor=10,
        checks=20,
        currency="euros",
        progress=False,
    )


def test_the_plan_is_that_of_the_library(run, folder, plan):
    code, said, wrong = run(*LINE, "--currency", "euros", "--json", "--csv", "pay.csv")
    found = json.loads(said)
    assert (code, wrong) == (0, "") and found["clause"] == list(plan.clause) and found["checks"] == 20
    assert found["profit"] == pytest.approx(plan.net, rel=1e-6) and len(found["earnings"]) == 6
    assert (folder / "pay.csv").read_text(encoding="utf-8").splitlines()[0] == to_csv(
        plan.earnings
    ).splitlines()[0]


def test_words_and_report(run, folder, plan):
    code, said, _ = run(*LINE, "--currency", "euros", "--report", "pay.html")
    assert code == 0 and "The clause:" in said and plan.clause[0] in said and "Written: pay.html" in said
    page = (folder / "pay.html").read_text(encoding="utf-8")
    assert "How to pay" in page and plan.clause[0] in page and "how to learn it" in page


def test_what_cannot_be_designed_is_one_line(run):
    code, said, wrong = run(*LINE[:-2], "--cost", "-1", "--checks", "20")
    assert (code, said) == (2, "") and "cost must be above 0" in wrong and wrong.count("\n") == 1
