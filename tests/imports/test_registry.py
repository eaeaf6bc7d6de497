"""The formats by name: every reader is there, says what it lacks, and is suggested where a file looks like it."""

import inspect

import pandas as pd
import pytest

import annolib as al
from annolib.imports.registry import FORMATS, named, sniff, suggestion


def test_every_format_is_a_public_reader_with_one_line_of_what_it_is_and_lacks():
    assert list(FORMATS) == [entry.name for entry in FORMATS.values()]
    for name, entry in FORMATS.items():
        assert getattr(al.imports, name) is entry.reader
        assert entry.what and entry.lacks and "\n" not in entry.what + entry.lacks + entry.needs
        first, *others = inspect.signature(entry.reader).parameters.values()
        assert first.name == "source"
        assert all(other.kind is other.KEYWORD_ONLY and other.default is not other.empty for other in others)
        assert "skip" in [other.name for other in others]
        doc = inspect.getdoc(entry.reader)
        for part in ("Parameters", "Returns", "Raises", "Notes", "Lacks", "Examples"):
            assert part in doc, (name, part)


def test_a_format_reads():
    votes = [{"question_id": 1, "model_a": "m", "model_b": "n", "winner": "model_a", "judge": "u"}]
    pd.testing.assert_frame_equal(FORMATS["arena"](votes), al.imports.arena(votes))


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
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_record_of_a_format_is_known(name):
    assert sniff(SIGNS[name])[0] == name
    assert named(name).name == name
    assert f"annolib.imports.{name}" in suggestion(SIGNS[name])


def test_what_is_not_known_is_not_guessed():
    assert sniff([{"a": 1}]) == [] and suggestion([{"a": 1}]) == ""
    assert suggestion("no such file.csv") == "" and suggestion("no_ending") == ""


def test_names_of_formats_are_found_as_people_write_them():
    assert named("LabelStudio").name == "label_studio" and named("mt-bench").name == "mt_bench"
    with pytest.raises(al.TableError, match="no format 'doccano'; known are 'tidy'"):
        named("doccano")
