"""What a message proposes as options works when it is typed, and gives the audit of the table as it was."""

import shlex

import pandas as pd
import pytest

from annolib.cli.fixes import as_options
from annolib.tables.refusals.faults import TableError


def damage(table, kind):
    if kind == "name":
        return table.rename(columns={"worker": "annotatr"})
    if kind == "name with a space":
        return table.rename(columns={"worker": "the worker's name"})
    if kind == "labels":
        return table.assign(label=table["label"].map({"left": "A", "right": "B", "tie": "tie"}))
    if kind == "times":
        return table.assign(time=[f"{1 + n % 28:02}/12/2024 10:{n % 60:02}" for n in range(len(table))])
    return table


@pytest.mark.parametrize("kind", ["name", "name with a space", "labels", "times"])
def test_what_the_message_says_works_when_it_is_typed(run, table, kind):
    damage(table, kind).to_csv("damaged.csv", index=False)
    code, _, wrong = run("audit", "damaged.csv")
    assert code == 2
    options = shlex.split(wrong[wrong.index(" --") :].strip())
    code, said, wrong = run("audit", "damaged.csv", *options)
    assert (code, wrong) == (0, "")
    assert said.splitlines()[0] == run("audit", "judgements.csv")[1].splitlines()[0]


def test_what_has_no_option_is_said_to_be_python():
    fix = "table = table.dropna(subset=['worker'])"
    said = as_options(TableError("Empty entries. Drop these rows:", fix))
    assert said == f"Empty entries. Drop these rows (in Python, before annolib reads the table): {fix}"
    reading = "from annolib.tables.files import read_file; table = read_file('a.csv'); "
    assert as_options(TableError("No.", reading + fix)).endswith(reading + fix)
    assert (
        as_options(TableError("No.", reading + "table = table.rename(columns={'a': 'task'})"))
        == "No. --columns task=a"
    )
    assert as_options(TableError("No fix.")) == "No fix."


@pytest.mark.parametrize("fix, option", [
    ("skip=True", "--skip"),
    ("labels={'A': 'left', 'the other': 'right'}", "--values A=left 'the other=right'"),
    ("columns={'worker': 'annotatr'}", "--columns worker=annotatr"),
    ("expert='yes'", "--expert yes"),
])  # fmt: skip
def test_arguments_of_readers_are_options(fix, option):
    assert as_options(TableError("Say:", fix)) == f"Say: {option}"


def test_rows_that_cannot_be_read_are_left_out_as_it_is_said(run, folder):
    broken = pd.read_json("votes.jsonl", lines=True)
    broken.loc[3, "judge"] = None
    broken.to_json("broken.jsonl", orient="records", lines=True)
    code, _, wrong = run("audit", "broken.jsonl", "--format", "arena")
    assert code == 2 and wrong.rstrip().endswith("--skip")
    code, _, wrong = run("audit", "broken.jsonl", "--format", "arena", "--skip")
    assert code == 0 and wrong.count("\n") == 1


@pytest.mark.parametrize("labels", [{"a=b": "left"}, {1: "left"}, {"": "tie"}])
def test_labels_that_no_option_can_name_stay_python(labels):
    fix = f"table = table.assign(**{{'label': table['label'].map({labels!r})}})"
    assert "in Python" in as_options(TableError("Translate:", fix))


def test_a_file_of_a_tool_is_recognised(run, folder):
    code, _, wrong = run("audit", "votes.jsonl")
    assert code == 2 and wrong.rstrip().endswith("The file looks like arena: --format arena")
    assert run("audit", "votes.jsonl", "--format", "arena")[0] == 0


def test_a_wide_file_is_recognised_and_what_is_said_to_do_works(run, tmp_path):
    path = tmp_path / "own wide.csv"
    path.write_text("item,ann,bob\n1,left,right\n2,left,\n", encoding="utf-8")
    code, _, wrong = run("audit", path)
    assert code == 2 and "Rename" not in wrong
    options = shlex.split(wrong[wrong.index("--format") :])
    code, said, _ = run("audit", path, *options)
    assert code == 0 and said.startswith("3 judgements by 2 annotators of 2 items")


def test_what_a_reader_adds_is_written(run, tmp_path):
    path, tidy = tmp_path / "votes.csv", tmp_path / "tidy.csv"
    path.write_text(
        "question_id,model_a,model_b,winner,judge\nq,m1,m2,tie (bothbad),u\nq,m1,m2,model_a,u\n",
        encoding="utf-8",
    )
    assert run("convert", path, "--format", "arena", "-o", tidy)[0] == 0
    assert pd.read_csv(tidy)["both_bad"].tolist() == [True, False]


def test_a_wide_file_is_read_once_for_the_table_and_once_for_the_message(run, tmp_path, monkeypatch):
    from annolib.imports import signs

    (tmp_path / "wide.csv").write_text("item,rater_1,rater_2\n1,left,right\n2,tie,left\n", encoding="utf-8")
    looked, first = [], signs.first_rows
    monkeypatch.setattr(
        signs, "first_rows", lambda source: looked.append(type(source).__name__) or first(source)
    )
    code, _, wrong = run("audit", tmp_path / "wide.csv")
    assert code == 2 and "--format wide" in wrong and "annolib.imports.wide" not in wrong
    assert (
        [kind for kind in looked if kind != "DataFrame"] == ["PosixPath"]
        or looked[0] == "str"
        and looked.count("str") == 1
    )
