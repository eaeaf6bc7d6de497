"""The tidy table in the making: ids as text, labels in words, no row lost without a word."""

import warnings

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.imports.building import Draft, as_text


def draft(**columns):
    made = Draft("arena", list(range(len(next(iter(columns.values()))))))
    for name, values in columns.items():
        made.ids(name, values, name)
    return made


def test_ids_keep_their_text_and_whole_numbers_their_digits():
    texts, empty, strange = as_text(
        ["007", 7, 7.0, 7.5, None, " ", True, [1], float("nan"), 2**70, np.int64(3)]
    )
    assert texts.tolist() == ["007", "7", "7", None, None, " ", None, None, None, str(2**70), "3"]
    assert np.flatnonzero(empty).tolist() == [4, 5, 8] and np.flatnonzero(strange).tolist() == [3, 6, 7]


def test_a_number_and_a_text_of_the_same_digits_are_no_one_id():
    texts, _, strange = as_text(["7", 7])
    assert texts.tolist() == ["7", None] and strange.tolist() == [False, True]


def test_a_row_that_cannot_be_read_is_named_and_with_skip_counted():
    made = draft(task=["i", None, "j"], worker=["a", "b", ""])
    made.labels(["left", "left", "right"], {"left": "left", "right": "right"}, "label")
    with pytest.raises(al.TableError, match="2 of 3 rows cannot be read: row 1: no entry in 'task'; row 2: no entry in 'worker'"):  # fmt: skip
        made.table()
    with pytest.warns(
        al.imports.SkippedRows, match="left out 2 of 3 rows: 1 × no entry in 'task'; 1 ×"
    ) as caught:
        table = made.table(skip=True)
    assert table.values.tolist() == [["i", "a", "left"]]
    assert caught[0].message.rows["row"].tolist() == ["row 1", "row 2"]
    assert caught[0].filename == __file__


def test_nothing_is_warned_about_where_nothing_is_left_out():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = draft(task=["i"], worker=["a"])
        made.labels(pd.Series(["left"]), {"left": "left"}, "label")
        assert len(made.table(skip=True)) == 1


def test_a_reason_is_said_once_with_its_first_rows():
    made = draft(task=["i"] * 2_000, worker=["a"] * 1_995 + [None] * 5)
    made.labels(["x"] * 1_995 + ["left"] * 5, {"left": "left"}, "pick")
    with pytest.raises(al.TableError) as caught:
        made.table()
    assert "2,000 of 2,000 rows cannot be read: row 0, row 1, row 2 and 1,992 more: unknown label 'x' in 'pick'; row 1995," in str(caught.value)  # fmt: skip
    assert len(str(caught.value)) < 500 and caught.value.fix == "labels={'left': 'left', 'x': 'left'}"


def test_labels_are_proposed_where_most_are_unknown():
    for labels, fix in (
        (["A", "B", "tie"], "labels={'tie': 'tie', 'A': 'left', 'B': 'right'}"),
        (["left", "right", "error"], "skip=True"),
    ):
        made = draft(task=["i"] * 3, worker=["a"] * 3)
        made.labels(labels, {"left": "left", "right": "right", "tie": "tie"}, "pick")
        with pytest.raises(al.TableError) as caught:
            made.table()
        assert caught.value.fix == fix


def test_many_reasons_are_counted_together():
    made = draft(task=["i"] * 30, worker=["a"] * 30)
    made.labels([f"x{n}" for n in range(30)], {"left": "left"}, "pick")
    with pytest.raises(al.TableError, match="and 20 more for other reasons"):
        made.table()
    with pytest.warns(al.imports.SkippedRows, match="; 20 × other reasons"):
        assert made.table(skip=True).empty
