"""`annolib convert`: the tidy table reads back as what it was, and no spreadsheet runs it."""

import csv

import pandas as pd
import pytest

import annolib as al
from annolib.imports import FORMATS


def test_an_export_becomes_the_tidy_table(run, folder, table):
    code, said, wrong = run("convert", "votes.jsonl", "--format", "arena", "-o", "tidy.csv")
    assert (code, wrong) == (0, "") and said.startswith("Judgements(") and "written to tidy.csv" in said
    pd.testing.assert_frame_equal(
        al.tally("tidy.csv").to_frame(), al.tally(table).to_frame(), check_index_type=False
    )


def test_names_of_ones_own_become_the_proper_ones(run, folder, table):
    line = [
        "--columns",
        "worker=annotator",
        "label=answer",
        "--values",
        "A=left",
        "B=right",
        "same=tie",
        "-o",
        "tidy.csv",
    ]
    assert run("convert", "own.csv", *line)[0] == 0
    read = pd.read_csv("tidy.csv")
    assert (
        list(read) == ["task", "worker", "label", "left", "right"]
        and read["label"].tolist() == table["label"].tolist()
    )


def test_formulas_are_guarded_unless_told(run, folder, table):
    table.assign(worker=table["worker"].replace("ann", "=1+1")).to_csv("judgements.csv", index=False)
    count = int((table["worker"] == "ann").sum())
    code, said, _ = run("convert", "judgements.csv", "-o", "safe.csv")
    assert code == 0 and f"{count:,} entries have an apostrophe" in said
    run("convert", "judgements.csv", "-o", "raw.csv", "--raw")
    for name, expected in (("safe.csv", "'=1+1"), ("raw.csv", "=1+1")):
        with open(name, newline="", encoding="utf-8") as file:
            assert {row[1] for row in csv.reader(file)} >= {expected, "bob"}


@pytest.mark.parametrize("name", FORMATS)
def test_the_formats_are_listed(run, name):
    code, said, _ = run("convert", "--formats")
    assert code == 0 and any(
        line.startswith(f"{name} ") and FORMATS[name].what in line for line in said.splitlines()
    )


def test_a_table_that_is_refused_is_not_written(run, folder, table):
    table.assign(label="maybe").to_csv("judgements.csv", index=False)
    assert run("convert", "judgements.csv", "-o", "tidy.csv")[0] == 2 and not (folder / "tidy.csv").exists()


@pytest.mark.parametrize(
    "text, more", [("task,worker,label\n", ()), ("[]", ("--format", "label_studio", "--skip"))]
)
def test_a_file_without_a_judgement_is_refused_and_leaves_what_stood_there(run, folder, text, more):
    file = "none.json" if more else "none.csv"
    (folder / file).write_text(text)
    (folder / "tidy.csv").write_text("precious")
    code, said, wrong = run("convert", file, *more, "-o", "tidy.csv")
    assert (code, said) == (2, "")
    assert wrong == f"annolib convert: no judgement was found in {file!r}. Export it again, with its rows.\n"
    assert (folder / "tidy.csv").read_text() == "precious"
