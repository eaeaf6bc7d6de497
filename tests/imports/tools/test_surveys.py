"""Qualtrics: headings are no rows, previews are no people, and questions are items only where somebody says so."""

from pathlib import Path

import pandas as pd
import pytest

import annolib as al

FILE = Path(__file__).parents[1] / "files" / "qualtrics.csv"
LABELS = {"Answer A": "left", "Answer B": "right"}
ITEMS = {"Q1": ("i1", "x", "y"), "Q2": ("i1", "y", "x")}
qualtrics = al.imports.qualtrics


def person(**more):
    return {"ResponseId": "R_1", "PROLIFIC_PID": "5f", "Status": "IP Address", "Q1": "left"} | more


def test_headings_are_left_out_and_ids_keep_their_zeros():
    table = qualtrics(FILE, items=ITEMS, labels=LABELS)
    assert table["worker"].tolist() == ["5f00", "5f00", "0060"]
    assert table["judgement"].tolist() == ["R_1 Q1", "R_1 Q2", "R_2 Q1"]
    frame = pd.read_csv(FILE, dtype=str)
    pd.testing.assert_frame_equal(qualtrics(frame, items=ITEMS, labels=LABELS), table)
    short = frame.drop(index=1)  # an older export, with the questions' texts alone
    pd.testing.assert_frame_equal(qualtrics(short, items=ITEMS, labels=LABELS), table)


def test_repeats_in_one_survey_are_no_duplicates():
    table = qualtrics(FILE, items=ITEMS, labels=LABELS)
    assert al.tally(table).totals["swapped_agreements"] == 1


def test_a_preview_is_named_and_with_skip_counted():
    people = [person(), person(ResponseId="R_2", Status="Survey Preview")]
    with pytest.raises(al.TableError, match="row 1: its status is 'Survey Preview'"):
        qualtrics(people, items={"Q1": "i"})
    with pytest.warns(al.imports.SkippedRows):
        assert len(qualtrics(people, items={"Q1": "i"}, skip=True)) == 1


REFUSED = {
    "no items": ({}, "say which question is about which item; saw 'Q1'"),
    "no such question": ({"items": {"Q7": "i"}}, "column 'Q7' .items=. is missing; saw 'Q1'"),
    "uneven items": ({"items": {"Q1": ("i", "x")}}, "an item, or an item and both contents"),
    "empty items": ({"items": {}}, "an item, or an item and both contents"),
    "another answer": ({"items": {"Q1": "i"}, "labels": {"A": "left"}}, "row 0, Q1: unknown label 'left'"),
    "winners without contents": ({"items": {"Q1": "i"}, "labels": "content"}, "Give left and right in items"),
    "no worker": (
        {"items": {"Q1": "i"}, "worker": "PID"},
        "embedded data of the survey.*worker='ResponseId'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_said_is_asked_for(case):
    options, message = REFUSED[case]
    with pytest.raises(al.TableError, match=message):
        qualtrics([person()], **options)


def test_a_table_of_items_must_be_one():
    with pytest.raises(al.TableError, match="'Q1' twice"):
        qualtrics([person()], items=pd.DataFrame({"column": ["Q1", "Q1"], "task": ["i", "j"]}))
    with pytest.raises(al.TableError, match="Give both, or neither"):
        qualtrics([person()], items=pd.DataFrame({"column": ["Q1"], "task": ["i"], "left": ["x"]}))
    with pytest.raises(al.TableError, match="column 'task' is missing"):
        qualtrics([person()], items=pd.DataFrame({"column": ["Q1"]}))


def test_the_winner_may_be_named():
    people = [person(Q1="y"), person(ResponseId="R_2", Q1="tie")]
    assert qualtrics(people, items={"Q1": ITEMS["Q1"]}, labels="content")["label"].tolist() == ["right", "tie"]  # fmt: skip
