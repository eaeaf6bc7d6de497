"""Mechanical Turk: answers in all three forms, times in the platform's words, pages of several pairs."""

import pandas as pd
import pytest

import annolib as al

HEAD = {"HITId": "h", "AssignmentId": "a", "WorkerId": "w"}
mturk = al.imports.mturk


def test_radio_buttons_and_pages_say_the_same_as_a_column():
    rows = [
        {"Answer.choice": "left"},
        {"Answer.choice.left": "true", "Answer.choice.right": "false"},
        {"Answer.choice.left.on": "true", "Answer.choice.right.on": "false"},
        {"Answer.choice.left": True, "Answer.choice.right": False},
        {"Answer.taskAnswers": '[{"choice":{"left":true,"right":false}}]'},
        {"Answer.taskAnswers": '[{"choice":{"label":"left"}}]'},
        {"Answer.taskAnswers": '[{"choice":"left"}]'},
    ]
    for row in rows:
        assert mturk([HEAD | row], label="choice").values.tolist() == [["h", "w", "left", "a"]]
        assert mturk(pd.DataFrame([HEAD | row]), label="choice").values.tolist() == [["h", "w", "left", "a"]]
    assert mturk([HEAD | rows[0]], label="Answer.choice")["label"].tolist() == ["left"]


TIMES = {
    "Wed Jan 02 11:54:58 PST 2019": "2019-01-02T11:54:58-08:00",
    "Mon Jul 1 01:02:03 PDT 2024": "2024-07-01T01:02:03-07:00",
    "Thu Oct 09 09:00:00 UTC 2025": "2025-10-09T09:00:00Z",
    "2019-12-01T13:04:59Z": "2019-12-01T13:04:59Z",
}


@pytest.mark.parametrize("written", TIMES)
def test_times_are_moments(written):
    table = mturk([HEAD | {"SubmitTime": written, "Answer.c": "tie"}], label="c")
    assert table["time"].tolist() == [TIMES[written]]
    assert len(al.read_judgements(table)) == 1


def test_an_hour_that_comes_twice_in_autumn_has_an_order():
    rows = [HEAD | {"AssignmentId": n, "SubmitTime": f"Sun Nov 03 01:30:00 {zone} 2024", "Answer.c": "left"} for n, zone in enumerate(("PST", "PDT"))]  # fmt: skip
    assert al.read_judgements(mturk(rows, label="c")).time.argsort().tolist() == [1, 0]


def test_a_page_of_several_pairs_is_one_screen():
    row = HEAD | {"Input.l1": "x", "Input.r1": "y", "Input.l2": "u", "Input.r2": "v", "Answer.c1": "x", "Answer.c2": "v", "Answer.c10": "x"}  # fmt: skip
    row |= {"Input.l10": "x", "Input.r10": "y"}
    table = mturk([row, row | {"AssignmentId": "b"}], label="c{}", left="l{}", right="r{}", labels="content")
    assert table["task"].tolist() == ["h 1", "h 2", "h 10"] * 2
    assert table["label"].tolist() == ["left", "right", "left"] * 2
    assert table["screen"].tolist() == ["a"] * 3 + ["b"] * 3 and table["judgement"].tolist()[:2] == [
        "a 1",
        "a 2",
    ]
    page = HEAD | {"Answer.taskAnswers": '[{"c1": "left", "c2": "tie"}]'}
    assert mturk([page], label="c{}")["label"].tolist() == ["left", "tie"]


REFUSED = {
    "no label": ({}, HEAD | {"Answer.c": "left"}, "say with label= .*saw 'Answer.c'"),
    "no such answer": ({"label": "d"}, HEAD | {"Answer.c": "left"}, "no answer 'd' .label=.; saw 'Answer.c'"),
    "no worker": ({"label": "c"}, {"HITId": 1, "Answer.c": "left"}, "column 'WorkerId' is missing.*Download"),
    "no such input": ({"label": "c", "left": "x", "right": "y"}, HEAD | {"Answer.c": "left", "Input.t": 1}, "column 'x' .left=. is missing; saw 'Input.t'"),
    "two buttons": ({"label": "c"}, HEAD | {"Answer.c.a": "true", "Answer.c.b": "true"}, "row 0: 2 buttons pressed"),
    "no button": ({"label": "c"}, HEAD | {"Answer.c.a": "false", "Answer.c.b": ""}, "row 0: 0 buttons pressed"),
    "a broken page": ({"label": "c"}, HEAD | {"Answer.taskAnswers": "[{"}, "no answer 'c'"),
    "no numbered answer": ({"label": "c{}"}, HEAD | {"Answer.d1": "left"}, "no answer fits label='c{}'"),
    "winners without contents": ({"label": "c", "labels": "content"}, HEAD | {"Answer.c": "x"}, "Name the inputs"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_named(case):
    options, row, message = REFUSED[case]
    with pytest.raises(al.TableError, match=message):
        mturk([row], **options)


def test_a_broken_page_among_others_is_one_row():
    pages = ['[{"c": "left"}]', "[{"]
    rows = [HEAD | {"AssignmentId": n, "Answer.taskAnswers": page} for n, page in enumerate(pages)]
    with pytest.raises(
        al.TableError, match="1 of 2 rows cannot be read: row 1: its Answer.taskAnswers is no JSON"
    ):
        mturk(rows, label="c")
