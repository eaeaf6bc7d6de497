"""The door: what is read, what is refused, and with which words."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.tables.columns import LABELS, read_ids, read_labels
from annolib.tables.judgements import ALIASES, read_judgements
from annolib.tables.refusals import TableError


def tidy(**columns):
    """A good table of four rows, with some columns replaced, added or (None) taken away."""
    good = {
        "task": ["i", "i", "j", "j"],
        "worker": ["ann", "bob", "ann", "ann"],
        "label": ["left", "right", "tie", "left"],
    }
    return pd.DataFrame({name: values for name, values in (good | columns).items() if values is not None})


SIDES = {"left": ["x", "y", "p", "p"], "right": ["y", "x", "q", "q"]}


def refused(table, *words):
    with pytest.raises(TableError) as caught:
        read_judgements(table)
    for word in words:
        assert word in str(caught.value), f"{word!r} is not in: {caught.value}"
    assert "\n" not in str(caught.value)


def test_reads_codes_and_sides():
    read = read_judgements(tidy(**SIDES))
    assert read.workers.tolist() == ["ann", "bob"] and read.tasks.tolist() == ["i", "j"]
    assert read.label.tolist() == [0, 1, 2, 0]
    assert read.swapped[0] != read.swapped[1] and read.swapped[2] == read.swapped[3]
    assert read.content[0] == read.content[1]  # left, and after the swap right: the same content
    assert read.sided and read.same_content == 0 and not read.expert.any() and read.time is None
    frame = read.to_frame()
    assert frame["label"].tolist() == ["left", "right", "tie", "left"]
    assert frame["content"].iloc[2] == "tie" and len(read) == len(frame) == 4


def test_table_is_left_as_it_is():
    table = tidy(**SIDES, time=[4, 3, 2, 1])
    before = table.copy(deep=True)
    read_judgements(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("name", ALIASES)
@pytest.mark.parametrize("position", [0, -1])
def test_aliases_are_taken_and_named(name, position):
    alias = ALIASES[name][position]
    table = tidy(judgement=[1, 2, 3, 4]).rename(columns={name: alias})
    assert read_judgements(table).aliases == {name: alias}


def test_the_proper_name_comes_before_an_alias():
    assert read_judgements(tidy(item=[1, 2, 3, 4])).tasks.tolist() == ["i", "j"]


def test_two_aliases_are_ambiguous():
    refused(tidy(worker=None, rater=[1, 2, 3, 4], annotator=[1, 2, 3, 4]), "annotator", "rater", "'worker'")


@pytest.mark.parametrize("name", ["task", "worker", "label"])
def test_missing_column(name):
    refused(tidy(**{name: None}), f"column '{name}'", "missing", "Rename")


def test_half_of_the_sides():
    refused(tidy(left=["x"] * 4), "'right'", "missing", "both or neither")


def test_column_twice():
    table = tidy()
    table.insert(0, "task", table["task"], allow_duplicates=True)
    refused(table, "'task'", "twice")


@pytest.mark.parametrize("table", [None, [], {"task": []}, np.zeros((2, 3))])
def test_no_frame(table):
    refused(table, "DataFrame", type(table).__name__)


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


def test_only_the_first_bad_rows_are_listed():
    table = pd.concat([tidy(label=["left", "?", "?", "?"])] * 9, ignore_index=True)
    refused(table, "rows 1, 2, 3 and 24 more")


def test_rows_are_named_by_the_index():
    table = tidy(label=["left", "left", "?", "left"]).set_index(pd.Index([10, 20, 30, 40]))
    refused(table, "row 30")


@pytest.mark.parametrize(
    "mixture", [["a", 1, "b", "c"], [1, "1", 1, 1], [True, 1, 1, 1], [(1,), "a", (1,), (1,)]]
)
def test_mixed_types(mixture):
    refused(tidy(task=pd.Series(mixture, dtype=object)), "'task'", "mixed types", "astype(str)")


def test_numbers_of_one_family_are_no_mixture():
    assert (
        len(read_judgements(tidy(worker=pd.Series([1, np.int64(1), np.int32(2), 2], dtype=object))).workers)
        == 2
    )


def test_sides_of_different_types():
    refused(tidy(left=[1, 2, 3, 3], right=["a", "b", "c", "c"]), "'left'", "'right'", "mixed types")


def test_entries_that_cannot_be_ids():
    refused(tidy(task=[["a"], ["b"], ["c"], ["d"]]), "'task'", "list", "cannot be ids")


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


def test_expert_must_be_true_or_false():
    refused(tidy(expert=[1, 0, 0, 0]), "'expert'", "not True or False")
    refused(tidy(expert=[True, None, None, None]), "'expert'", "fillna(False)")
    read = read_judgements(tidy(expert=pd.Series([False, True, False, False], dtype=object)))
    assert read.expert.tolist() == [False, True, False, False]


def test_nobody_is_expert_and_worker():
    refused(tidy(expert=[True, False, False, False]), "'ann'", "rows 2, 3", "of their own")


def test_equal_rows_are_repeats_without_time():
    table = pd.concat([tidy(), tidy()], ignore_index=True)
    assert len(read_judgements(table)) == 8


def test_equal_rows_are_one_record_with_time():
    table = pd.concat([tidy(time=[1, 2, 3, 4])] * 2, ignore_index=True)
    refused(table, "'time'", "recorded before", "rows 4, 5, 6 and 1 more", "judgement")
    assert len(read_judgements(table.assign(judgement=range(8)))) == 8


def test_the_same_time_with_another_label_is_no_copy():
    assert (
        len(
            read_judgements(
                tidy(
                    task=["i"] * 4, worker=["a"] * 4, label=["left", "tie", "right", "tie"], time=[1, 1, 1, 2]
                )
            )
        )
        == 4
    )


def test_the_same_judgement_id_twice():
    refused(tidy(judgement=[1, 2, 1, 3]), "'judgement'", "row 2", "seen before")


def test_time_is_ranked():
    assert read_judgements(tidy(time=["b", "a", "d", "c"])).time.tolist() == [1, 0, 3, 2]


def test_same_content_on_both_sides_is_compared_as_shown():
    read = read_judgements(tidy(left=["x", "x", "p", "q"], right=["x", "x", "q", "p"]))
    assert read.same_content == 1 and not read.swapped[:2].any()
    assert read.content[:2].tolist() == read.label[:2].tolist()


def test_no_rows_is_a_table():
    assert len(read_judgements(tidy(**SIDES).iloc[:0])) == 0


def test_empty_frame_misses_columns():
    refused(pd.DataFrame(), "'task'", "missing")


@given(st.lists(st.sampled_from(LABELS)))
def test_labels_are_their_position(labels):
    assert read_labels(pd.Series(labels, dtype=object)).tolist() == [LABELS.index(label) for label in labels]


@given(st.lists(st.text(max_size=2), min_size=1))
def test_ids_and_positions_give_the_column_back(values):
    for ordered in (False, True):
        ids, position = read_ids(pd.Series(values, dtype=object), ordered)
        assert [ids[place] for place in position] == values
        assert not ordered or list(ids) == sorted(set(values))


def test_messages_close_with_a_mend():
    for table in (tidy(label=["?"] * 4), tidy(task=None), tidy(expert=[1] * 4), tidy(judgement=[1] * 4)):
        with pytest.raises(TableError) as caught:
            read_judgements(table)
        assert re.search(r"\. [A-Z].*\.$", str(caught.value))
