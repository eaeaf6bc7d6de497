"""Argilla and Prodigy: every record by hand; states, drafts, ignored ones are named."""

import numpy as np
import pandas as pd
import pytest

import annolib as al

argilla, prodigy = al.imports.argilla, al.imports.prodigy


def flat(values, users=("u",), status=("submitted",), **more):
    return {
        "id": "r",
        "best.responses": values,
        "best.responses.users": users,
        "best.responses.status": status,
    } | more


def test_flattened_and_nested_records_of_argilla_say_the_same():
    nested = {
        "id": "r",
        "fields": {"a": "x", "b": "y"},
        "responses": {"best": [{"value": 1, "user_id": "u"}]},
    }
    record = flat([1], ["u"], ["submitted"], a="x", b="y")
    how = {"left": "a", "right": "b", "labels": {1: "left", 2: "right"}}
    assert argilla([nested], **how).equals(argilla([record], **how))
    table = pd.DataFrame([record]).assign(**{"best.responses": [np.array([1])]})
    assert argilla(table, **how).equals(argilla([record], **how))


def test_records_without_responses_have_no_rows():
    records = [
        flat(["left"], ["u"], ["submitted"]),
        flat(None, None, None) | {"id": "s"},
        {"id": "t", "responses": {}},
    ]
    assert argilla(records)["task"].tolist() == ["r"]


LOST = {
    "a draft": (flat(["left"], ["u"], ["draft"]), "record r, response of u: its status is 'draft'"),
    "a discarded one": (flat(["left"], ["u"], ["discarded"]), "its status is 'discarded'"),
    "a ranking": (
        flat([[{"value": "a", "rank": 1}]], ["u"], ["submitted"]),
        "a list; take annolib.imports.rankings",
    ),
    "nobody": (flat(["left"], ["None"], ["submitted"]), "no entry in 'user_id'"),
    "uneven lists": (flat(["left"], ["u", "v"], ["submitted"]), "1 responses of 2 users with 1 states"),
    "no users": ({"id": "r", "best.responses": ["left"]}, "no 'best.responses.users': export who responded"),
    "no value": (flat([None], ["u"], ["submitted"]), "no entry in 'best'"),
    "responses of another kind": ({"id": "r", "responses": [1]}, "responses that are a list"),
}


@pytest.mark.parametrize("case", LOST)
def test_a_response_that_is_none_is_named(case):
    record, message = LOST[case]
    lists = {name: list(entry) if isinstance(entry, tuple) else entry for name, entry in record.items()}
    with pytest.raises(al.TableError, match=message):
        argilla([lists])
    with pytest.warns(al.imports.SkippedRows, match="left out 1 of 1"):
        assert len(argilla([lists], skip=True)) == 0


def test_what_argilla_leaves_open_is_asked_for():
    two = {"id": "r", "responses": {"best": [], "clear": []}}
    for source, options, message in (
        ([two], {}, "several questions, 'best', 'clear'"),
        ([two], {"question": "worst"}, "no question 'worst'; saw 'best', 'clear'"),
        ([{"id": 1, "a": 2}], {}, "no responses; the first record holds 'id', 'a'.*flatten=True"),
        ([flat(["left"])], {"left": "a"}, "name both sides"),
        ([flat(["left"], x=1)], {"left": "a", "right": "x"}, "no record has a field 'a'"),
    ):
        with pytest.raises(al.TableError, match=message):
            argilla(source, **options)


def choice(accept, options=((0, "x"), (1, "y")), **more):
    shown = [{"id": name, "text": text} for name, text in options]
    return {
        "_input_hash": 5,
        "options": shown,
        "accept": accept,
        "answer": "accept",
        "_annotator_id": "ann",
    } | more


def test_prodigy_reads_the_order_that_was_shown():
    records = [choice([0]), choice([0], ((1, "y"), (0, "x"))), choice([7], ((0, "x"), (7, "same"), (1, "y")))]
    table = prodigy(records, labels={"7": "tie"})
    assert table[["left", "right", "label"]].values.tolist() == [
        ["x", "y", "left"],
        ["y", "x", "right"],
        ["x", "y", "tie"],
    ]
    assert table["task"].tolist() == ["5: x | y"] * 3
    named = prodigy(records[:1], labels={0: "right", 1: "left"})
    assert named[["left", "right", "label"]].values.tolist() == [["y", "x", "right"]]


LOST_CHOICES = {
    "ignored": (choice([0], answer="ignore"), "record 0: its answer is 'ignore'"),
    "rejected": (choice([0], answer="reject"), "its answer is 'reject'"),
    "nothing": (choice([]), "nothing was chosen"),
    "two": (choice([0, 1]), "2 options were chosen"),
    "another": (choice([5]), "an option was chosen that is none"),
    "three options": (choice([0], ((0, "x"), (1, "y"), (2, "z"))), "3 options, .* say with labels= which"),
    "no options": (
        {"_input_hash": 5, "options": "x", "answer": "accept", "_annotator_id": "a"},
        "no options with ids",
    ),
}


@pytest.mark.parametrize("case", LOST_CHOICES)
def test_a_choice_that_is_none_is_named(case):
    record, message = LOST_CHOICES[case]
    with pytest.raises(al.TableError, match=message):
        prodigy([record])


def test_prodigy_without_annotators_says_what_to_do():
    record = choice([0]) | {"_annotator_id": None}
    with pytest.raises(al.TableError, match="named sessions"):
        prodigy([record])
    with pytest.raises(al.TableError, match="Take worker='_session_id'"):
        prodigy([record | {"_session_id": "s"}])
    with pytest.raises(al.TableError, match="no annotations.*db-out"):
        prodigy([{"text": "x"}])
    with pytest.raises(al.TableError, match="labels must be a dict from an option's id"):
        prodigy([choice([0])], labels="content")


def test_a_comparison_has_contents_and_no_sides():
    record = {
        "_input_hash": 5,
        "accept": {"text": "y"},
        "reject": {"text": "x"},
        "answer": "accept",
        "_annotator_id": "a",
    }
    table = prodigy([record, record | {"answer": "reject"}])
    assert table[["first", "second", "label"]].values.tolist() == [["x", "y", "right"], ["x", "y", "left"]]
    with pytest.raises(al.TableError, match="its answer is 'ignore'"):
        prodigy([record | {"answer": "ignore"}])
