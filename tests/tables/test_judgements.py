"""The door: what is read, what is refused, and with which words."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al
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
    table = tidy(judgement=[1, 2, 3, 4], screen=[1, 1, 2, 2]).rename(columns={name: alias})
    assert read_judgements(table).aliases == {name: alias}


def test_the_proper_name_comes_before_an_alias():
    assert read_judgements(tidy(item=[1, 2, 3, 4])).tasks.tolist() == ["i", "j"]


def test_two_aliases_are_ambiguous():
    refused(tidy(worker=None, rater=[1, 2, 3, 4], annotator=[1, 2, 3, 4]), "annotator", "rater", "'worker'")


@pytest.mark.parametrize("name", ["task", "worker", "label"])
def test_missing_column(name):
    refused(tidy(**{name: None}), f"column '{name}'", "missing", "Add it")
    refused(
        tidy(**{name: None}, other=[1, 2, 3, 4]), "missing", f"table.rename(columns={{'other': '{name}'}})"
    )


def test_half_of_the_sides():
    refused(tidy(left=["x"] * 4), "'right'", "missing", "both, or neither", "drop(columns=['left'])")


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


def test_a_table_of_experts_alone_is_refused():
    refused(
        tidy(expert=[True] * 4), "an expert's verdict in rows 0, 1, 2 and 1 more", "Nobody is left to assess"
    )


def test_nobody_is_expert_and_worker():
    refused(
        tidy(expert=[True, False, False, False]),
        "'ann'",
        "rows 2, 3",
        "of their own",
        "'expert ' if row['expert']",
    )


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


def test_time_orders_the_rows():
    for time in ([2, 1, 4, 3], ["10", "9", "12", "11"], ["2.5", "-1", "12", "11"], [2.5, 1.5, np.inf, 3.5]):
        assert np.argsort(read_judgements(tidy(time=time)).time).tolist() == [1, 0, 3, 2]


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


@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=2), min_size=1))
def test_ids_and_positions_give_the_column_back(values):
    for ordered in (False, True):
        ids, position = read_ids(pd.Series(values, dtype=object), ordered)
        assert [ids[place] for place in position] == values
        assert not ordered or list(ids) == sorted(set(values))


def test_messages_close_with_a_fix():
    for table in (
        tidy(label=["?"] * 4),
        tidy(task=None, x=1),
        tidy(expert=["?"] * 4),
        tidy(judgement=[1] * 4),
    ):
        with pytest.raises(TableError) as caught:
            read_judgements(table)
        assert caught.value.fix and str(caught.value).endswith(f" {caught.value.fix}")


def test_an_error_can_be_pickled():
    error = pickle.loads(pickle.dumps(TableError("wrong.", "table = 1")))
    assert (str(error), error.fix) == ("wrong. table = 1", "table = 1")


# What counts as one item, and what is only pointed out


TURNS = pd.DataFrame(
    {
        **{"task": 81, "worker": "a", "left": ["m1", "m1", "m2", "m2"], "right": ["m2", "m2", "m1", "m1"]},
        **{"label": ["left", "tie", "right", "left"], "turn": [1, 2, 1, 2]},
    }
)


def test_a_column_that_varies_inside_a_task_is_named_and_can_be_part_of_the_item():
    without, by_turn = al.tally(TURNS), al.tally(TURNS, by="turn")
    assert without.totals["repeat_pairs"] == 6 and "'turn' (2 values)" in without.treatment
    assert "by=['turn']" in without.notes[0] and repr(without).endswith("; 1 note)")
    assert by_turn.totals["repeat_pairs"] == 2 and by_turn.totals["repeat_agreement"] == 0.5
    assert not by_turn.notes and "an item is a task and its 'turn'" in by_turn.treatment
    assert read_judgements(TURNS, by=["turn"]).tasks.tolist() == [(81, 1), (81, 2)]


def test_columns_of_workers_or_of_many_values_are_not_named():
    table = pd.concat([TURNS, TURNS.assign(worker="b")], ignore_index=True).drop(columns="turn")
    assert "'seconds' (8 values)" in al.tally(table.assign(seconds=range(8))).treatment
    assert al.tally(table.assign(country=table["worker"] + "land")).notes == ()
    many = pd.concat([table] * 3, ignore_index=True)
    assert al.tally(many.assign(seconds=range(24), remarks=[[1]] * 24)).notes == ()


@pytest.mark.parametrize(
    ("by", "words"),
    [("worker", "read as it is"), ("tern", "no column; saw 'turn'"), (["turn", "turn"], "twice")],
)
def test_parts_of_an_item_must_be_columns_of_their_own(by, words):
    with pytest.raises(TableError, match=words) as caught:
        read_judgements(TURNS, by=by)
    read_judgements(TURNS, **eval(f"dict({caught.value.fix})"))


def test_ids_that_look_alike_are_pointed_out():
    table = pd.DataFrame(
        {"task": ["i", "j", "k", "l", "m"], "worker": ["ann", "ann ", "ANN", "007", "7"], "label": "left"}
    )
    (note,) = al.tally(table).notes
    assert (
        "'007' and '7'" in note and "'ANN' and 'ann' and 'ann '" in note and note in al.tally(table).treatment
    )
    (note,) = al.tally(table.assign(task=["a", "A", "b", "c", "d"], worker="w")).notes
    assert note.startswith("task ids differ")


def test_items_judged_at_one_sight_are_pointed_out_without_screens():
    pairs = [("x", "y"), ("y", "z"), ("x", "z")]
    table = pd.DataFrame(pairs, columns=["left", "right"]).assign(
        task=[1, 2, 3], worker="w", label="left", time=[5, 5, 6]
    )
    (note,) = al.tally(table).notes
    assert "share a content" in note and "(once)" in note
    assert not al.tally(table.assign(screen=[1, 1, 2])).notes
    assert not al.tally(table.assign(time=[5, 6, 7])).notes
    assert not al.tally(table.assign(right=["1", "2", "3"], left=["4", "5", "6"])).notes


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


def test_digits_that_were_lost_are_read_again_as_text(tmp_path):
    """The one fix that is no code about the table: read the source again, as the message says."""
    file = tmp_path / "judgements.csv"
    file.write_text("task,worker,label\n9007199254740993,ann,left\n,ann,tie\n9007199254740993,ann,left\n")
    with pytest.raises(TableError, match="empty"):
        al.tally(pd.read_csv(file))
    with pytest.raises(TableError, match=r"pd.read_csv\(source, dtype={'task': str}\)"):
        al.tally(pd.read_csv(file).dropna())
    assert al.tally(pd.read_csv(file, dtype={"task": str}).dropna()).totals["repeat_pairs"] == 1


def test_a_missing_column_lists_ten_names_and_the_nearest_first():
    table = pd.DataFrame(
        0, index=[0], columns=[f"column {place}" for place in range(724)] + ["Worker", "task_number"]
    )
    with pytest.raises(TableError, match="column 'task'.*saw 'task_number', .*and 716 more") as caught:
        read_judgements(table)
    assert len(str(caught.value)) < 500 and "'Worker'" not in str(caught.value).split("Rename")[1]
    assert caught.value.fix == "table = table.rename(columns={'task_number': 'task'})"


@pytest.mark.parametrize(
    "given", [{"task": [1], "worker": ["a"], "label": ["tie"]}, [{"task": 1, "worker": "a", "label": "tie"}]]
)
def test_what_can_become_a_table_says_how(given):
    with pytest.raises(TableError) as caught:
        al.tally(given)
    space = {"table": given, "pd": pd}
    exec(caught.value.fix, space)
    assert len(al.tally(space["table"])) == 1


def test_judgements_are_not_read_twice():
    with pytest.raises(TableError, match="by says how a table is read.*read_judgements"):
        al.tally(read_judgements(TURNS), by="turn")
