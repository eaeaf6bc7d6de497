"""`annolib audit` says what `annolib.audit` says, in words, JSON, a page and a table."""

import json

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.auditing.decisions.decision import decide


def numbers(run, *arguments):
    code, said, wrong = run("audit", "judgements.csv", "--json", *arguments)
    assert (code, wrong) == (0, "")

    def refuse(word):
        raise AssertionError(word)

    return json.loads(said, parse_constant=refuse)


OPTIONS = [
    ([], al.SelfConsistencyLabels(2 / 3), {"strength": "range"}),
    (["--full-care", "0.8"], al.SelfConsistencyLabels(0.8 - 1 / 3), {"strength": 0.8 - 1 / 3}),
    (["--full-care", "60%:90%"], al.SelfConsistencyLabels(0.9 - 1 / 3), {"strength": (0.6 - 1 / 3, 0.9 - 1 / 3)}),
    (["--full-care-at-most", "0.9"], al.SelfConsistencyLabels(0.9 - 1 / 3), {"strength": None}),
    (["--trusted", "cy", "dee"], al.SelfConsistencyLabels(2 / 3), {"strength": "pool", "trusted": ["cy", "dee"]}),
    (["--false-discovery", "--required", "0.8", "--error-rate", "0.1"], al.SelfConsistencyLabels(2 / 3),
     {"strength": "range", "required": 0.8, "error_rate": 0.1, "false_discovery": True}),
]  # fmt: skip


@pytest.mark.parametrize("arguments, monitor, options", OPTIONS)
def test_options_mean_what_the_arguments_mean(run, table, arguments, monitor, options):
    frame = al.audit(table, monitor, **options).to_frame()
    rows = pd.DataFrame(numbers(run, *arguments)["annotators"]).set_index("worker")
    assert rows["verdict"].tolist() == frame["verdict"].tolist()
    for name in ("effort", "low", "high", "careless_p", "careful_p"):
        np.testing.assert_allclose(rows[name].to_numpy(float), frame[name], rtol=1e-9, atol=1e-9)


def test_text_says_the_decision(run, audited):
    code, said, wrong = run("audit", "judgements.csv")
    decision = decide(audited)
    assert (code, wrong) == (0, "")
    for sentence in (*decision.headline, *decision.steps, audited.meaning):
        assert sentence in said
    assert "All 280 choices are left." in said and "ann" in said


def test_report_and_table_are_written_and_named(run, folder, audited):
    code, said, _ = run("audit", "judgements.csv", "--report", "r.html", "--csv", "v.csv", "--most", "2")
    assert code == 0 and said.rstrip().endswith("Written: r.html, v.csv")
    assert (folder / "r.html").read_text(encoding="utf-8") == audited.to_html(source="judgements.csv", most=2)
    assert pd.read_csv("v.csv")["verdict"].tolist() == audited.to_frame()["verdict"].tolist()


@pytest.mark.parametrize("found, expected", [("careless", 0), ("undecided", 1), ("habit", 1)])
def test_fail_on_what_is_found(run, found, expected):
    assert run("audit", "judgements.csv", "--fail-on", found)[0] == expected
    assert run("audit", "judgements.csv")[0] == 0


def test_fail_on_careless(run, table):
    worse = table.assign(label=np.where(table.duplicated(["worker", "task"]), "left", "right"))
    worse.drop(columns=["left", "right"]).to_csv("worse.csv", index=False)
    code, said, _ = run("audit", "worse.csv", "--fail-on", "careless", "--fail-on", "undecided")
    assert code == 1 and "two labels are taken" in said and "less care than required" in said


def test_two_labels_are_taken_where_nobody_says_tie_and_three_if_told(run, table):
    table[table["label"] != "tie"].to_csv("judgements.csv", index=False)
    assert numbers(run)["settings"]["monitor"] == "SelfConsistency(kappa=0.25)"
    assert numbers(run, "--labels", "3")["settings"]["monitor"].startswith("SelfConsistencyLabels")


def test_experts_are_asked_about(run, table):
    key = table.drop_duplicates("task").assign(worker="key", expert="yes")
    pd.concat([table.assign(expert="no"), key]).to_csv("judgements.csv", index=False)
    found = numbers(run, "--check", "golden", "--expert", "yes", "--full-care", "0.9")
    assert found["settings"]["monitor"].startswith("GoldenLabels")
    assert sum(row["checks"] for row in found["annotators"]) > len(table) / 2


def test_hostile_names_are_printed_without_their_signs(run, table):
    table.assign(worker=table["worker"].map(lambda name: "\x1b[31m" + name)).to_csv(
        "judgements.csv", index=False
    )
    code, said, _ = run("audit", "judgements.csv")
    assert code == 0 and "\x1b" not in said and "\\x1b[31mann" in said
