"""Votes: counts against collections.Counter, majorities with split votes kept split."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al

maybe = st.sampled_from(("left", "right", "tie", None))
matrices = st.integers(1, 7).flatmap(
    lambda raters: st.lists(st.lists(maybe, min_size=raters, max_size=raters), min_size=1, max_size=20)
)


@given(matrices)
def test_counts_and_majorities_by_counter(matrix):
    counts = al.label_counts(matrix)
    result = al.majority(counts)
    for place, row in enumerate(matrix):
        votes = Counter(label for label in row if label is not None)
        assert counts.iloc[place][lambda seen: seen > 0].to_dict() == votes
        top = [label for label, number in votes.items() if number == max(votes.values())]
        assert result.label[place] == (top[0] if len(top) == 1 else None)
        assert result.split[place] == (len(top) > 1)
        assert result.votes[place] == max(votes.values(), default=0)
        assert result.total[place] == votes.total()
        share = result.votes[place] / votes.total() if votes else np.nan
        np.testing.assert_equal(result.share[place], share)


def test_counts_of_a_tidy_table_need_no_helper():
    table = pd.DataFrame({"task": ["x", "x", "y"], "label": ["left", "tie", "tie"]})
    result = al.majority(pd.crosstab(table.task, table.label))
    assert result.to_frame().label["y"] == "tie" and result.to_frame().label.isna().tolist() == [True, False]
    assert result.to_frame().loc["x", ["votes", "total", "share", "split"]].tolist() == [1, 2, 0.5, True]


def test_counts_of_a_tidy_table_are_taken_by_content():
    """150 items, three workers who each say the true content with .9, sides swapped at random."""
    rng = np.random.default_rng(7)
    task = np.repeat(np.arange(150), 3)
    true, swapped = rng.random(150) < 0.5, rng.random(450) < 0.5
    said = np.where(rng.random(450) < 0.9, true[task], ~true[task])
    names = np.array(["a", "b"])
    table = pd.DataFrame({"task": task, "worker": np.tile(["x", "y", "z"], 150)})
    table["left"], table["right"] = names[swapped.astype(int)], names[1 - swapped]
    table["label"] = np.where(said != swapped, "left", "right")
    frame = al.read_judgements(table).to_frame()
    by_content = al.krippendorff_alpha(pd.crosstab(frame.task, frame.content))
    plain = al.krippendorff_alpha(al.label_counts(said.reshape(150, 3).astype(int)))
    assert by_content == pytest.approx(plain) and by_content > 0.6  # the truth: (2·.9 − 1)² = .64
    assert abs(al.krippendorff_alpha(pd.crosstab(table.task, table.label))) < 0.15
    with pytest.raises(ValueError, match="saw a tidy table.*read_judgements.*frame.content"):
        al.label_counts(table)


@pytest.mark.parametrize("ratings", [[["left", 1]], [[True, 1]], [[["left"], ["tie"]]], [[{"a": 1}, None]]])
def test_labels_of_several_types_or_none_are_refused(ratings):
    with pytest.raises(ValueError, match="labels of one type that can be compared; saw .*Make them text"):
        al.label_counts(ratings)


def test_names_of_items_show_as_they_stand():
    html = al.majority(pd.DataFrame({"<b>": [1, 0]}, index=["$a$", "<i>"]))._repr_html_()
    assert "mathjax_ignore" in html and "&lt;i&gt;" in html and "&lt;b&gt;" in html


def test_plain_counts_name_labels_by_position():
    result = al.majority([[0, 2, 1], [1, 1, 0], [0, 0, 0]])
    assert result.label.tolist() == [1, None, None]
    assert repr(result) == "Majority(3 items, 1 split votes, 1 without votes)"
    assert len(result) == 3 and "<table" in result._repr_html_()


def test_nothing_to_count():
    empty = al.label_counts([[None, None], [np.nan, None]])
    assert empty.shape == (2, 0)
    assert al.majority(empty).label.tolist() == [None, None]
    assert len(al.majority(np.zeros((0, 3), int))) == 0


def test_counts_keep_the_index_and_sort_labels():
    ratings = pd.DataFrame({"ann": ["tie", "left"], "bob": ["left", None]}, index=["x", "y"])
    counts = al.label_counts(ratings)
    assert counts.index.tolist() == ["x", "y"] and counts.columns.tolist() == ["left", "tie"]
    assert counts.to_numpy().tolist() == [[1, 1], [1, 0]]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([1, 2], r"counts must have shape \(items, categories\)"),
        ([[-1]], "counts must be a whole number"),
        ([[np.nan]], "counts"),
    ],
)
def test_bad_counts_are_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        al.majority(counts)


def test_results_are_frozen():
    result = al.majority([[1, 0]])
    with pytest.raises(AttributeError):
        result.label = None
    for name in ("label", "votes", "total", "share", "split"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(result, name)[0] = 0
