"""`annolib pay` says what `annolib.second_best` says, and its clause pays what the contract pays."""

import json
import re

import pytest

import annolib as al
from annolib.cli.commands.pay import clause, record
from annolib.contracts.forms import Binary, Flat, Linear, Tiered

LINE = ["pay", "--checks", "60", "--full-care", "0.9", "--cost", "0.2", "--value", "1", "--aversion", "0.5"]


def solved(family, **options):
    problem = al.Problem(al.CARA(0.5), al.PowerCost(0.2, 2), value=lambda e: e * (2 - e), floor=0.0)
    return al.second_best(problem, al.SelfConsistency(0.2), 60, family, **options)


@pytest.mark.parametrize("family", ["binary", "linear", "tiered", "optimal", "flat"])
def test_numbers_are_those_of_the_solver(run, family):
    options = {"tiers": 2} if family == "tiered" else {}
    pay = solved(family, **options)
    extra = ["--tiers", "2"] if options else []
    code, said, wrong = run(*LINE, "--family", family, *extra, "--json")
    found = json.loads(said)
    assert (code, wrong) == (0, "")
    for name in ("effort", "profit", "expected_wage"):
        assert found[name] == pytest.approx(getattr(pay, name), rel=1e-9, abs=1e-12)
    for row in found["wages"]:
        assert row["wage"] == pytest.approx(pay.contract.wage(row["passes"]), rel=1e-9, abs=1e-12)
    words = run(*LINE, "--family", family, *extra)[1]
    assert words.startswith(clause(pay.contract)) and "Certificate(" in words
    assert record(pay)["clause"] == found["clause"]


def test_a_line_pays_what_its_clause_says():
    line = Linear(-0.5, 2.0, 0.0, n=40)
    each, less = map(
        float,
        re.match(
            r"Pay ([\d.]+) for each of 40 checks that passes, less ([\d.]+) in all", clause(line)
        ).groups(),
    )
    for passes in (0, 9, 10, 11, 40):
        assert line.wage(passes) == pytest.approx(max(0, each * passes - less))
    rising = clause(Linear(0.5, 2.0, None, n=40, counts="failures"))
    assert rising == "Pay 0.05 for each of 40 checks that fails, and 0.5 for all."


def test_other_clauses():
    assert clause(Flat(1.0, n=3)) == "Pay 1, whatever the 3 checks say."
    assert (
        clause(Binary(2, 0.1, 0.7, n=3, counts="failures"))
        == "Pay 0.7 if at least 2 of 3 checks fail, else 0.1."
    )
    assert clause(Tiered((1,), (0.0, 1.0), n=3)) == "Of 3 checks: pay 0; 1 from 1 on that pass."
    assert clause(solved("optimal").contract).startswith(
        "Pay by the number of 60 checks that pass, among others "
    )


def test_no_aversion_and_steady_value(run):
    code, said, _ = run(
        "pay",
        "--checks",
        "60",
        "--full-care",
        "0.9",
        "--cost",
        "0.2",
        "--value",
        "0.3",
        "--aversion",
        "0",
        "--steady",
        "--json",
    )
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.2, 2), value=lambda e: 0.3 * e, floor=0.0)
    pay = al.second_best(problem, al.SelfConsistency(0.2), 60, "binary")
    assert code == 0 and json.loads(said)["profit"] == pytest.approx(pay.profit)
