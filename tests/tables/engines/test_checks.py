"""The door says of a table in an engine what it says of the same table in pandas."""

import re

import pandas as pd
import pytest

import annolib as al

ORDERED = ("polars", "polars lazy", "pyarrow")


GOOD = {
    "task": ["i", "i", "j", "j"],
    "worker": ["ann", "bob", "ann", "ann"],
    "label": ["left", "right", "tie", "left"],
}


SIDES = {"left": ["x", "y", "p", "p"], "right": ["y", "x", "q", "q"]}


BAD = {
    "missing": {"task": None},
    "two aliases": {"worker": None, "rater": ["a"] * 4, "annotator": ["a"] * 4},
    "half of the sides": {"left": ["x"] * 4},
    "empty task": {"task": ["i", None, "j", "j"]},
    "empty worker": {"worker": ["ann", "bob", None, None]},
    "empty label": {"label": ["left", None, None, "tie"]},
    "unknown": {"label": ["left", "Left", "right", "Left"]},
    "many unknown": {"label": ["?", "!", "?", "?"]},
    "numbers": {"label": None, "winner": [0, 1, 2, 0]},
    "number ids": {"worker": [1.0, float("nan"), 2.0, 2.0]},
    "expert": {"expert": [1, 0, 0, 0]},
    "expert and worker": {"expert": [True, False, False, False]},
    "empty side": SIDES | {"right": ["y", "x", None, "q"]},
    "sides of two types": {"left": [1, 2, 3, 3], "right": ["a", "b", "c", "c"]},
    "other content": {"left": ["x", "y", "p", "p"], "right": ["y", "z", "q", "q"]},
    "other greater content": {"left": ["x", "x", "p", "p"], "right": ["y", "z", "q", "q"]},
    "other smaller content": {"left": ["y", "y", "p", "p"], "right": ["x", "w", "q", "q"]},
    "empty time": {"time": [1.0, 2.0, None, 3.0]},
    "judgement twice": {"judgement": [1, 2, 1, 3]},
    "recorded twice": {"worker": ["ann"] * 4, "task": ["i"] * 4, "label": ["left", "left", "tie", "tie"], "time": [1, 1, 2, 2]},
    "recorded twice with sides": SIDES | {"worker": ["ann"] * 4, "time": [1, 1, 2, 2], "label": ["tie"] * 4},
}  # fmt: skip


IN_EVERY_ENGINE = (
    *("missing", "two aliases", "half of the sides", "unknown", "empty task", "empty worker"),
    *("expert and worker", "other content", "other greater content", "recorded twice"),
)


def bad_table(fault):
    return pd.DataFrame({name: values for name, values in (GOOD | BAD[fault]).items() if values is not None})


def message(table):
    with pytest.raises(al.TableError) as caught:
        al.tally(table)
    return str(caught.value).removesuffix(caught.value.fix)  # which is in the dialect of the engine


@pytest.mark.parametrize("engine", ORDERED)
@pytest.mark.parametrize("fault", BAD)
def test_the_door_says_what_it_says_in_pandas(put, fault, engine):
    table = bad_table(fault)
    try:
        expected = message(table)
    except pytest.fail.Exception:  # nothing is wrong with it in pandas
        al.tally(put(table, engine))
        return
    assert message(put(table, engine)) == expected


def same_but_for_the_rows(here, there):
    """Two messages, of a table with an order of rows and of one without, where the second can only count."""
    assert here.split(":")[0] == there.split(":")[0] and here.split(". ")[-1] == there.split(". ")[-1]
    if " in row" in here:
        assert here.split(" in row")[0] == re.split(r" in \d+ (?:row|task)", there)[0]
        assert re.search(r" in [12] (rows?|task)\.", there)
    else:
        assert here == there


@pytest.mark.parametrize("engine", ["duckdb", "dask"])
@pytest.mark.parametrize("fault", IN_EVERY_ENGINE)
def test_without_an_order_the_door_counts(put, fault, engine):
    table = bad_table(fault)
    same_but_for_the_rows(message(table), message(put(table, engine)))


@pytest.mark.parametrize("fault", IN_EVERY_ENGINE)
def test_spark_refuses_as_pandas(fault, spark):
    table = bad_table(fault)
    same_but_for_the_rows(message(table), message(spark(table)))
