"""What a refused column probably means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.tables.proposals import nearest, propose_formats, propose_labels, propose_truths

LEFT, RIGHT, TIE = "left", "right", "tie"


@pytest.mark.parametrize(
    ("seen", "labels"),
    [
        (["Left", "RIGHT ", "Tie"], [LEFT, RIGHT, TIE]),
        (["A", "B"], [LEFT, RIGHT]),
        (["model_a", "model_b", "tie", "tie (bothbad)"], [LEFT, RIGHT, TIE, TIE]),
        (["response 1", "response2", "neither"], [LEFT, RIGHT, TIE]),
        (["A>>B", "A>B", "A=B", "B>A", "A<B", "B<A"], [LEFT, LEFT, TIE, RIGHT, RIGHT, LEFT]),
        ([1, 2], [LEFT, RIGHT]),
        ([0, 1, 2], [LEFT, RIGHT, TIE]),
        (["1", "2", "3"], [LEFT, RIGHT, TIE]),
        ([-2, -1, 0, 1, 2], [LEFT, LEFT, TIE, RIGHT, RIGHT]),
        ([1, 2, 3, 4, 5], [LEFT, LEFT, TIE, RIGHT, RIGHT]),
        ([1.0, 7.0, 4.0], [LEFT, RIGHT, TIE]),
        (["strongly agree", "neither agree nor disagree", "disagree"], [LEFT, TIE, RIGHT]),
        (["left is much better", "right is slightly better", "about the same", "left is worse"], [LEFT, RIGHT, TIE, RIGHT]),
        ([b"left", "b'right'"], [LEFT, RIGHT]),
        ([True, False], [LEFT, RIGHT]),
        (["foo", "bar", "baz"], [LEFT, RIGHT, TIE]),
    ],
)  # fmt: skip
def test_labels(seen, labels):
    assert propose_labels(seen) == dict(zip(seen, labels, strict=True))


def test_labels_of_which_nothing_can_be_read_are_left_out():
    assert propose_labels(["A", "B", "banana"]) == {"A": LEFT, "B": RIGHT}
    assert propose_labels(["k", "m", "n", "o"]) == {}


@given(
    st.lists(
        st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.binary(), st.none()),
        unique_by=repr,
    )
)
def test_any_entries_give_labels_and_truths(seen):
    assert set(propose_labels(seen).values()) <= {LEFT, RIGHT, TIE}
    assert set(propose_truths(seen).values()) <= {True, False}
    assert set(map(repr, propose_labels(seen))) <= set(map(repr, seen))


def test_truths():
    assert propose_truths(["Yes", "NO", 1, "t", "maybe"]) == {"Yes": True, "NO": False, 1: True, "t": True}


@pytest.mark.parametrize(
    ("seen", "form"),
    [
        (["9:58", "10:02"], "%H:%M"),
        (["9:58 am", "10:02 PM"], "%I:%M %p"),
        (["25/12/2024 9:58"], "%d/%m/%Y %H:%M"),
        (["12/25/2024"], "%m/%d/%Y"),
        (["Jan 05, 2024 11:00:07"], "%b %d, %Y %H:%M:%S"),
        (["Mon, 01 Jan 2024 10:00:00 +0000"], "%a, %d %b %Y %H:%M:%S %z"),
    ],
)
def test_formats(seen, form):
    assert propose_formats(seen)[0] == form


def test_no_format_for_words_or_nothing():
    assert propose_formats(["9:58", "noon"]) == propose_formats([]) == propose_formats([None]) == []


def test_nearest_counts_words_and_letters():
    assert nearest("task", ["x", "Task", "multitasking", "the task"], most=2) == ["Task", "the task"]
    assert nearest("worker", ["a", "Annotator ID"], ["annotator"])[0] == "Annotator ID"
