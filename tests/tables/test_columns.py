"""Each column of a table of judgements: what is read from it and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.tables.columns import LABELS, read_ids, read_labels
from annolib.tables.judgements import read_judgements
from annolib.tables.refusals.faults import TableError
from tests.tables.small import SIDES, refused, tidy


@pytest.mark.parametrize("name", ["task", "worker", "label", "left", "right", "time", "judgement"])
def test_empty_entries(name):
    columns = {"time": [1.0, 2, 3, 4], "judgement": ["a", "b", "c", "d"]} | SIDES
    table = tidy(**columns)
    table.loc[2, name] = None
    refused(table, f"column '{name}'", "empty", "row 2", "Fill or drop")


def test_unknown_label_names_rows_and_mend():
    labels = ["left", "Left", "right", "Left"]
    refused(tidy(label=labels), "'label'", "unknown label 'Left'", "rows 1, 3", "map(")
    refused(tidy(winner=[0, 1, 2, 0], label=None), "'winner'", "unknown label 0", "table['winner'].map")


@pytest.mark.parametrize(
    "mixture", [["a", 1, "b", "c"], [1, "1", 1, 1], [True, 1, 1, 1], [(1,), "a", (1,), (1,)]]
)
def test_mixed_types(mixture):
    refused(tidy(task=pd.Series(mixture, dtype=object)), "'task'", "mixed types", "table['task'].map(")


def test_numbers_of_one_family_are_no_mixture():
    assert (
        len(read_judgements(tidy(worker=pd.Series([1, np.int64(1), np.int32(2), 2], dtype=object))).workers)
        == 2
    )


def test_sides_of_different_types():
    refused(tidy(left=[1, 2, 3, 3], right=["a", "b", "c", "c"]), "'left'", "'right'", "mixed types")


def test_entries_that_cannot_be_ids():
    refused(tidy(task=[["a"], ["b"], ["c"], ["d"]]), "'task'", "list", "cannot be told apart", ".map(str)")


def test_another_pair_of_contents_in_a_task():
    refused(tidy(left=["x", "y", "p", "p"], right=["y", "z", "q", "q"]), "'left'", "another pair", "row 1")


def test_ids_of_any_hashable_type():
    for ids in ([1, 2, 1, 1], [1.5, 2.5, 1.5, 1.5], [(1, 2), (3,), (1, 2), (1, 2)], [b"a", b"b", b"a", b"a"]):
        read = read_judgements(tidy(worker=ids))
        assert [read.workers[code] for code in read.worker] == ids
    stamps = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-01", "2024-01-01"])
    assert len(read_judgements(tidy(worker=stamps)).workers) == 2


def test_categories_are_read_by_value():
    worker = pd.Categorical(["ann", "bob", "ann", "ann"], categories=["zoe", "bob", "ann"])
    read = read_judgements(tidy(worker=worker, label=pd.Categorical(["left", "right", "tie", "left"])))
    assert read.workers.tolist() == ["ann", "bob"] and read.label.tolist() == [0, 1, 2, 0]


def test_ids_that_cannot_be_sorted_stay_in_order():
    class Id:
        pass

    ids = [Id(), Id()]
    values, codes = read_ids(pd.Series([ids[1], ids[0], ids[1]]), ordered=True)
    assert list(values) == [ids[1], ids[0]] and codes.tolist() == [0, 1, 0]


def test_expert_is_a_truth_or_a_number_or_named():
    wanted = [False, True, False, False]
    for marks in (wanted, [0, 1, 0, 0], [0.0, 1.0, 0.0, 0.0], pd.Series(wanted, dtype=object)):
        assert read_judgements(tidy(expert=marks)).expert.tolist() == wanted
    told = tidy(expert=["no", "yes", "no", "no"])
    assert read_judgements(told, expert="yes").expert.tolist() == wanted
    refused(told, "'expert'", "not True or False", "seen: 'no', 'yes'", ".isin(['yes'])")
    refused(tidy(expert=[True, None, None, None]), "'expert'", "isin([True])")
    refused(tidy(expert=[2, 0, 0, 0]), "expert=2")
    with pytest.raises(TableError, match="no entry 'maybe'.*seen: 'no', 'yes'"):
        read_judgements(told, expert="maybe")
    with pytest.raises(
        TableError, match="expert is about a column 'expert', which the table has not.*expert=None"
    ):
        read_judgements(tidy(), expert="yes")


def test_nobody_is_expert_and_worker():
    refused(
        tidy(expert=[True, False, False, False]),
        "'ann'",
        "rows 2, 3",
        "of their own",
        "'expert ' if row['expert']",
    )


def test_the_same_judgement_id_twice():
    refused(tidy(judgement=[1, 2, 1, 3]), "'judgement'", "row 2", "seen before")


@given(st.lists(st.sampled_from(LABELS)))
def test_labels_are_their_position(labels):
    assert read_labels(pd.Series(labels, dtype=object)).tolist() == [LABELS.index(label) for label in labels]


@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=2), min_size=1))
def test_ids_and_positions_give_the_column_back(values):
    for ordered in (False, True):
        ids, position = read_ids(pd.Series(values, dtype=object), ordered)
        assert [ids[place] for place in position] == values
        assert not ordered or list(ids) == sorted(set(values))


def test_blank_ids_lost_digits_and_broken_text_are_refused():
    refused(tidy(worker=["ann", "bob", " ", "\t"]), "'worker'", "blank", "rows 2, 3")
    refused(tidy(task=[1.0, 2.0, 2.0**53 + 2, 2.0]), "'task'", "2⁵³", "row 2", "dtype={'task': str}")
    refused(
        tidy(worker=pd.Series(["ann", "b\ud800", "ann", "ann"], dtype=object)),
        "'worker'",
        "Unicode",
        "row 1",
        "backslashreplace",
    )
    assert len(read_judgements(tidy(task=[2**53 + 1, 2**53, 2**60, 1])).tasks) == 4


def test_a_label_of_lone_surrogates_is_refused_beside_sides_of_text():
    label = pd.Series(["\ud800", "left"], dtype=object, name="label")
    sides = [pd.Series(["x", "x"], name="left"), pd.Series(["y", "y"], name="right")]
    with pytest.raises(TableError, match="label"):
        read_labels(label, sides)
