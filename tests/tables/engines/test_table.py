"""A table in an engine: opened, told from pandas, refused where it is none."""

import sys

import pandas as pd
import pytest

import annolib as al
from annolib.tables.engines.table import in_engine, unwrap

nw = pytest.importorskip(
    "narwhals.stable.v2", reason="narwhals is not installed: pip install 'annolib[scale]'"
)


ORDERED = ("polars", "polars lazy", "pyarrow")


LIGHT = (*ORDERED, "duckdb")


GOOD = {
    "task": ["i", "i", "j", "j"],
    "worker": ["ann", "bob", "ann", "ann"],
    "label": ["left", "right", "tie", "left"],
}


SIDES = {"left": ["x", "y", "p", "p"], "right": ["y", "x", "q", "q"]}


@pytest.mark.parametrize("engine", LIGHT)
def test_no_rows(put, engine):
    table = pd.DataFrame(GOOD | SIDES).iloc[:0]
    found = al.tally(put(table, engine))
    assert len(found) == 0 and found.totals["items"] == 0 and found.totals["repeat_pairs"] == 0


def test_categories_are_read_by_value(same):
    pl = pytest.importorskip("polars", reason="polars is not installed")
    table = pd.DataFrame(GOOD | SIDES)
    categories = pl.DataFrame(table.to_dict("list")).with_columns(pl.all().cast(pl.Categorical))
    same(al.tally(categories), al.tally(table))
    enum = pl.DataFrame(table.to_dict("list")).with_columns(
        pl.col("label").cast(pl.Enum(["tie", "right", "left"]))
    )
    same(al.tally(enum), al.tally(table))
    with pytest.raises(
        al.TableError,
        match="column 'task': entries of type List, which cannot be told apart. Make them text:",
    ):
        al.tally(pl.DataFrame(GOOD).with_columns(pl.col("task").reshape((-1, 1)).arr.to_list()))


def test_narwhals_around_pandas_is_pandas(same):
    table = pd.DataFrame(GOOD)
    for wrapped in (nw.from_native(table), pytest.importorskip("narwhals").from_native(table)):
        assert in_engine(wrapped) and unwrap(wrapped) is table and not in_engine(table)
        same(al.tally(wrapped), al.tally(table))


def test_no_table_of_an_engine():
    pl = pytest.importorskip("polars", reason="polars is not installed")
    with pytest.raises(al.TableError, match="saw polars Series"):
        al.tally(pl.Series([1]))


def test_without_narwhals_the_way_is_shown(monkeypatch):
    pl = pytest.importorskip("polars", reason="polars is not installed")
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    with pytest.raises(ModuleNotFoundError, match=r"annolib\[scale\]"):
        al.tally(pl.DataFrame(GOOD))
    al.tally(pd.DataFrame(GOOD))  # pandas needs no narwhals
