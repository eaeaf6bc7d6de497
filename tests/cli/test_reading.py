"""The table that the options name is the one that Python reads."""

import argparse

import pandas as pd
import pytest

import annolib as al
from annolib.cli.reading import add_reading, pair, read_source, read_table, translate, warnings_in_lines


def chosen(*arguments):
    parser = argparse.ArgumentParser()
    add_reading(parser)
    return parser.parse_args(arguments)


def same(frame, table):
    columns = ["task", "worker", "label"]
    return frame[columns].astype(str).to_numpy().tolist() == table[columns].astype(str).to_numpy().tolist()


def test_a_tidy_file_is_left_to_the_tally(folder):
    source, reading = read_source(
        chosen("judgements.csv", "--by", "turn", "day", "--time-format", "%H", "--expert", "yes")
    )
    assert source == "judgements.csv"
    assert reading == {"by": ("turn", "day"), "time_format": "%H", "expert": "yes", "columns": None}


def test_a_large_file_is_counted_by_duckdb_to_the_same_counts(folder, table):
    source, reading = read_source(chosen("judgements.csv", "--large"))
    assert "duckdb" in type(source).__module__
    pd.testing.assert_frame_equal(
        al.tally(source, "one", **reading).to_frame(), al.tally(table, "one").to_frame()
    )
    frame, _ = read_table(chosen("judgements.csv", "--large"))
    assert same(frame, table)


def test_names_and_values_of_ones_own(folder, table):
    values = ["--values", "A=left", "B=right", "same=tie"]
    source, reading = read_source(chosen("own.csv", "--columns", "worker=annotator", "label=answer", *values))
    counts = al.tally(source, "one", **reading).to_frame()
    pd.testing.assert_frame_equal(counts, al.tally(table, "one").to_frame())
    frame, _ = read_table(chosen("own.csv", "--columns", "worker=annotator", "label=answer", *values))
    assert same(frame, table) and set(frame) == {"task", "worker", "label", "left", "right"}


def test_an_export_goes_to_its_reader(folder, table):
    frame, reading = read_source(chosen("votes.jsonl", "--format", "arena"))
    assert "columns" not in reading and frame["worker"].tolist() == table["worker"].tolist()
    other, _ = read_source(
        chosen(
            "votes.jsonl", "--format", "arena", "--columns", "worker=question_id", "--set", "keep=['judge']"
        )
    )
    assert other["worker"].tolist() == table["task"].tolist() and "judge" in other


def test_rows_that_are_left_out_are_told(folder, table, capsys):
    broken = pd.read_json("votes.jsonl", lines=True)
    broken.loc[3, "winner"] = "nobody"
    broken.to_json("broken.jsonl", orient="records", lines=True)
    with warnings_in_lines("audit"):
        frame, _ = read_source(chosen("broken.jsonl", "--format", "arena", "--skip"))
    assert len(frame) == len(table) - 1
    told = capsys.readouterr().err
    assert told.startswith("annolib audit: ") and told.count("\n") == 1 and "1" in told


@pytest.mark.parametrize("arguments, words", [
    (["--set", "a=b"], "go with --format"),
    (["--skip"], "go with --format"),
    (["--large", "--values", "A=left"], "--values is for files that fit into memory"),
    (["--format", "wide", "--columns", "colour=red"], "--format wide takes no 'colour'; it takes workers, task"),
    (["--values", "left=left"], "does not say what 'right' in column 'label' means|does not say what 'tie'"),
])  # fmt: skip
def test_bad_options_are_named(folder, arguments, words):
    with pytest.raises(ValueError, match=words):
        read_source(chosen("judgements.csv", *arguments))


def test_values_without_a_label(folder):
    with pytest.raises(ValueError, match="--columns label=COLUMN"):
        translate(pd.DataFrame({"a": [1]}), {}, {"A": "left"})


def test_empty_labels_stay_empty_for_the_reader_to_refuse():
    frame = translate(pd.DataFrame({"label": ["A", None]}), {}, {"A": "left"})
    assert frame["label"].tolist()[0] == "left" and pd.isna(frame["label"].iloc[1])


@pytest.mark.parametrize("text", ["a", "=b", "a=", ""])
def test_what_is_no_pair(text):
    with pytest.raises(argparse.ArgumentTypeError, match="two names with = between"):
        pair(text)


def test_an_entry_may_hold_an_equals_sign():
    assert pair("label=a=b") == ("label", "a=b")
