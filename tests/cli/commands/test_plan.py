"""`annolib plan` says what `annolib.plan_checks` says."""

import json

import annolib as al

LINE = [
    "plan",
    "--check",
    "golden",
    "--labels",
    "3",
    "--full-care",
    "0.9",
    "--careless",
    "0.4",
    "--careful",
    "0.9",
]


def test_numbers_and_words_are_those_of_the_plan(run):
    plan = al.plan_checks(al.GoldenLabels(0.9 - 1 / 3), 0.4, 0.9, alpha=0.01)
    code, said, wrong = run(*LINE, "--alpha", "0.01", "--json")
    found = json.loads(said)
    assert (code, wrong) == (0, "") and (found["checks"], found["critical"]) == (plan.checks, plan.critical)
    assert abs(found["power"] - plan.power) < 1e-9 and found["monitor"].startswith("GoldenLabels")
    words = run(*LINE, "--alpha", "1%")[1]
    assert words.startswith(
        f"{plan.checks} checks for each annotator: careful from {plan.critical} passes on."
    )
