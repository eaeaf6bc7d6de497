"""What a file looks like: suggested in messages, never chosen."""

import contextlib
from pathlib import Path

import pytest

import annolib as al
from annolib.imports.registry import FORMATS
from annolib.imports.signs import label_columns, sniff, suggestion

FILES = Path(__file__).parent / "files"
SIGNS = {
    "tidy": [{"item": 1, "annotator": 2, "choice": "left"}],
    "label_studio": [{"id": 1, "data": {}, "annotations": []}],
    "argilla": [{"id": 1, "fields": {}, "responses": {}}],
    "prodigy": [{"_input_hash": 1, "_task_hash": 2, "answer": "accept"}],
    "potato": [{"instance_id": 1, "user_id": 2}],
    "mturk": [{"HITId": 1, "AssignmentId": 2, "WorkerId": 3}],
    "qualtrics": [{"StartDate": 1, "ResponseId": 2}],
    "mt_bench": [{"model_a": 1, "model_b": 2, "winner": 3, "turn": 1}],
    "arena": [{"model_a": 1, "model_b": 2, "winner": 3}],
    "chosen_rejected": [{"prompt": 1, "chosen": 2, "rejected": 3}],
    "best_worst": [{"best": 1, "worst": 2}],
    "rankings": [{"ranking": 1}],
    "wide": [{"item": 1, "ann": "left", "bob": "tie"}, {"item": 2, "ann": "right", "bob": None}],
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_record_of_a_format_is_known(name):
    assert sniff(SIGNS[name])[0] == name
    assert f"annolib.imports.{name}" in suggestion(SIGNS[name])


def test_what_is_not_known_is_not_guessed():
    assert sniff([{"a": 1}]) == [] and suggestion([{"a": 1}]) == ""
    assert suggestion("no such file.csv") == "" and suggestion("no_ending") == ""


def test_one_column_of_labels_makes_no_wide_table_and_neither_does_a_file_of_nothing(tmp_path):
    assert label_columns([{"item": "a", "ann": "left", "note": "x"}]) == []
    for name, text in (("none.csv", ""), ("lists.json", "[[1]]"), ("odd.csv", "a,b\n1,2,3\n")):
        path = tmp_path / name
        path.write_text(text)
        with contextlib.suppress(al.TableError):  # the file itself is told about
            assert sniff(path) == []


def test_every_file_of_the_tests_is_known_but_those_whose_columns_have_any_names():
    strangers = []
    for file in sorted(FILES.iterdir()):
        if not any(file.name.startswith(name) for name in sniff(file)):
            strangers.append(file.name)
    assert strangers == [
        "likert.csv",
        "potato_items.jsonl",
        "qualtrics_items.csv",
        "rankings.csv",
        "wide.csv",
    ]


@pytest.mark.parametrize(
    "name", ["arena", "mturk", "label_studio", "argilla", "prodigy", "potato", "mt_bench"]
)
def test_a_reader_that_is_given_another_format_says_which_it_may_be(name):
    file = FILES / ("mturk.csv" if name != "mturk" else "arena.json")
    other = "mturk" if name != "mturk" else "arena"
    with pytest.raises(al.TableError, match=f"It looks like .*annolib.imports.{other}"):
        FORMATS[name](file)
