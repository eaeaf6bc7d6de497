"""What is pointed out about a table that is read, and what is not."""

import pandas as pd

import annolib as al
from annolib.tables.judgements import read_judgements

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
