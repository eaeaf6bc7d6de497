"""Tables in other engines: the tally of the same table in pandas is the oracle, and the door says the same."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import annolib as al

ORDERED = ("polars", "polars lazy", "pyarrow")
LIGHT = (*ORDERED, "duckdb")
OTHER = {"left": "right", "right": "left", "tie": "tie"}


@st.composite
def tables(draw):
    """Small crowded tables with or without sides, experts and time."""
    row = st.tuples(
        st.integers(0, 3), st.integers(0, 4), st.sampled_from(list(OTHER)), st.booleans(), st.integers(0, 99)
    )
    rows = pd.DataFrame(
        draw(st.lists(row, min_size=1, max_size=40)), columns=["worker", "task", "label", "swap", "time"]
    )
    same_content = draw(st.sets(st.integers(0, 4), max_size=2))
    if draw(st.booleans()):
        first = rows["task"].astype(str) + "a"
        second = first.where(rows["task"].isin(same_content), rows["task"].astype(str) + "b")
        rows["left"], rows["right"] = first.where(~rows["swap"], second), second.where(~rows["swap"], first)
    if draw(st.booleans()):
        rows["expert"] = (rows["worker"] == 3) & (rows["worker"] != 3).any()
    rows["time"] = np.argsort(np.argsort(rows["time"], kind="stable"), kind="stable")
    if draw(st.booleans()):
        rows["worker"] = rows["worker"].map("w{}".format)
    return rows.drop(columns=["swap", *draw(st.sampled_from([[], ["time"]]))])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("engine", LIGHT)
@given(tables(), st.sampled_from(["all", "one"]))
def test_every_table_is_tallied_as_in_pandas(put, same, engine, table, pairs):
    if pairs == "one" and engine not in ORDERED and "time" not in table:
        pairs = "all"
    same(al.tally(put(table, engine), pairs), al.tally(table, pairs))


@pytest.mark.parametrize("pairs", ["all", "one"])
@pytest.mark.parametrize("engine", [*LIGHT, "dask"])
def test_the_twin(put, same, engine, pairs, twin, expected):
    same(al.tally(put(twin, engine), pairs), expected[pairs])


@pytest.mark.parametrize("engine", ORDERED)
def test_rows_of_an_ordered_table_are_in_time(put, same, engine, twin):
    table = twin.drop(columns="time")
    same(al.tally(put(table, engine), "one"), al.tally(table, "one"))


@pytest.mark.parametrize("pairs", ["all", "one"])
def test_spark_counts_as_pandas(same, pairs, spark, twin):
    table = twin.sample(600, random_state=3) if pairs == "one" else twin
    same(al.tally(spark(table), pairs), al.tally(table, pairs))
