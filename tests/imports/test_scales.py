"""Scales: the cut is the caller's, and every value falls on one side of it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al

likert = al.imports.likert


def table(*values, **more):
    return pd.DataFrame(
        {"task": [f"i{n}" for n in range(len(values))], "who": "ann", "v": list(values)} | more
    )


@pytest.mark.parametrize(
    "higher, wanted", [("right", ["left", "tie", "tie", "right"]), ("left", ["right", "tie", "tie", "left"])]
)
def test_the_cut_is_closed_on_both_sides(higher, wanted):
    read = likert(table("2.9", 3, "4", 4.1), worker="who", value="v", tie=(3, 4), higher=higher)
    assert read["label"].tolist() == wanted


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=1, max_size=9), st.integers(0, 6))
def test_two_scores_are_their_difference(scores, margin):
    one, two = zip(*scores, strict=True)
    frame = table(*[b - a for a, b in scores], one=one, two=two)
    cut = {"worker": "who", "tie": (-margin, margin)}
    by_scores = likert(frame, scores=("one", "two"), scale=(1, 7), **cut)["label"].tolist()
    assert by_scores == likert(frame, value="v", **cut)["label"].tolist()
    assert by_scores == [
        "left" if a - b > margin else "right" if b - a > margin else "tie" for a, b in scores
    ]


def test_a_scale_in_words_is_mapped():
    words = {"Much rather A": "left", "No difference": "tie", "Much rather B": "right"}
    assert likert(table(*words), worker="who", value="v", labels=words)["label"].tolist() == [
        "left",
        "tie",
        "right",
    ]


REFUSED = {
    "no cut": ({"value": "v"}, "tie must be two numbers; saw None.*tie=.4, 4."),
    "a cut upside down": ({"value": "v", "tie": (5, 3)}, "the lower first"),
    "a cut in words": ({"value": "v", "tie": "middle"}, "tie must be two numbers"),
    "value and scores": ({"value": "v", "scores": ("v", "v"), "tie": (4, 4)}, "not both"),
    "neither": ({"tie": (4, 4)}, "say with value= which column holds it"),
    "one score": ({"scores": "v", "tie": (0, 0)}, "scores must be two columns"),
    "another side": ({"value": "v", "tie": (4, 4), "higher": "up"}, "higher must be 'left' or 'right'"),
    "beyond": (
        {"value": "v", "tie": (4, 4), "scale": (1, 5)},
        "row 1: 'v' is 7, beyond the scale from 1 to 5",
    ),
    "one side": ({"value": "v", "tie": (4, 4), "left": "v"}, "name both sides"),
    "no worker": ({"value": "v", "tie": (4, 4), "worker": None}, "say with worker="),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_said_is_asked_for(case):
    options, message = REFUSED[case]
    with pytest.raises(al.TableError, match=message):
        likert(table(1, 7), **({"worker": "who"} | options))


@pytest.mark.parametrize(
    "value, message",
    [
        ("x", "'x', which is no number"),
        (None, "no entry in 'v'"),
        (True, "no number"),
        (float("inf"), "no number"),
        ([1], "no number"),
    ],
)
def test_a_value_that_is_none_is_named(value, message):
    with pytest.raises(al.TableError, match=f"1 of 2 rows cannot be read: row 1: .*{message}"):
        likert(table(1, value), worker="who", value="v", tie=(4, 4))
