"""Tables in other engines: the tally of the same table in pandas is the oracle, and the door says the same."""

import re
import shutil
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import annolib as al
from annolib.tables.engines.table import in_engine, unwrap

nw = pytest.importorskip(
    "narwhals.stable.v2", reason="narwhals is not installed: pip install 'annolib[scale]'"
)

pytestmark = [
    pytest.mark.filterwarnings("error:::narwhals"),  # a cast inside agg() would be one: a thousandfold slower
    pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),  # PySpark's
    pytest.mark.filterwarnings("ignore:Data type alias:DeprecationWarning"),  # Dask's
]
ORDERED = ("polars", "polars lazy", "pyarrow")
LIGHT = (*ORDERED, "duckdb")
OTHER = {"left": "right", "right": "left", "tie": "tie"}


def put(table, engine):
    """The table in an engine, with types where an empty column has none."""
    if engine.startswith("polars"):
        pl = pytest.importorskip("polars", reason="polars is not installed")
        columns = {
            name: pl.Series(_plain(column), dtype=_dtype(pl, column)) for name, column in table.items()
        }
        frame = pl.DataFrame(columns)
        return frame.lazy() if engine == "polars lazy" else frame
    if engine == "pyarrow":
        pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        return pa.Table.from_pandas(table, preserve_index=False)
    if engine == "duckdb":
        duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
        return duckdb.connect().from_df(table)
    dd = pytest.importorskip("dask.dataframe", reason="dask is not installed")
    return dd.from_pandas(table, npartitions=2)


def _plain(column):
    """The entries, with None for an empty one."""
    return [
        None if entry is None or (entry != entry and column.dtype.kind != "f") else entry for entry in column
    ]


def _dtype(pl, column):
    kinds = {"i": pl.Int64, "f": pl.Float64, "b": pl.Boolean}
    return kinds.get(getattr(column.dtype, "kind", "O"), pl.String)


def same(found, expected):
    """Tables, totals, words and aliases of two tallies."""
    left, right = found.to_frame(), expected.to_frame()
    pd.testing.assert_frame_equal(left, right, rtol=1e-12, check_index_type=False, check_names=False)
    assert found.treatment == expected.treatment and found.aliases == expected.aliases
    assert found.totals == pytest.approx(expected.totals, nan_ok=True, rel=1e-12)


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
def test_every_table_is_tallied_as_in_pandas(engine, table, pairs):
    if pairs == "one" and engine not in ORDERED and "time" not in table:
        pairs = "all"
    same(al.tally(put(table, engine), pairs), al.tally(table, pairs))


@pytest.fixture(scope="module")
def twin():
    """The twin with a time, and verdicts of two experts who do not always agree."""
    table = al.datasets.load("twin")
    verdicts = [
        table.sample(400, random_state=seed).assign(worker=f"e{seed}", expert=True) for seed in (1, 2)
    ]
    table = pd.concat([table.assign(expert=False), *verdicts], ignore_index=True)
    return table.assign(time=np.random.default_rng(1).permutation(len(table)))


@pytest.fixture(scope="module")
def expected(twin):
    return {pairs: al.tally(twin, pairs) for pairs in ("all", "one")}


@pytest.mark.parametrize("pairs", ["all", "one"])
@pytest.mark.parametrize("engine", [*LIGHT, "dask"])
def test_the_twin(engine, pairs, twin, expected):
    same(al.tally(put(twin, engine), pairs), expected[pairs])


@pytest.mark.parametrize("engine", ORDERED)
def test_rows_of_an_ordered_table_are_in_time(engine, twin):
    table = twin.drop(columns="time")
    same(al.tally(put(table, engine), "one"), al.tally(table, "one"))


@pytest.fixture(scope="module")
def spark():
    """A function that puts a table into Spark, in one process of this machine."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: pip install 'annolib[spark]'")
    if java_version() < 17:
        pytest.skip("pyspark needs Java 17 or newer, which is not on PATH")
    builder = sql.SparkSession.builder.master("local[1]")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")

    def put_into_spark(table):
        rows = zip(*(_plain(column) for _, column in table.astype(object).items()), strict=True)
        return session.createDataFrame(list(rows), list(table.columns))

    yield put_into_spark
    session.stop()


def java_version():
    """The first number of Java's version (1 for the old ones); 0 where there is no Java."""
    if not shutil.which("java"):
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True)
    number = re.search(r'version "(\d+)', told.stderr + told.stdout)
    return int(number[1]) if number else 0


@pytest.mark.parametrize("pairs", ["all", "one"])
def test_spark_counts_as_pandas(pairs, spark, twin):
    table = twin.sample(600, random_state=3) if pairs == "one" else twin
    same(al.tally(spark(table), pairs), al.tally(table, pairs))


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
def test_the_door_says_what_it_says_in_pandas(fault, engine):
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
def test_without_an_order_the_door_counts(fault, engine):
    table = bad_table(fault)
    same_but_for_the_rows(message(table), message(put(table, engine)))


@pytest.mark.parametrize("fault", IN_EVERY_ENGINE)
def test_spark_refuses_as_pandas(fault, spark):
    table = bad_table(fault)
    same_but_for_the_rows(message(table), message(spark(table)))


def test_one_pair_needs_an_order():
    table = pd.DataFrame(GOOD)
    with pytest.raises(al.TableError, match="no order. Give a column 'time', or take all pairs: pairs='all'"):
        al.tally(put(table, "duckdb"), "one")
    timed = table.assign(time=[1, 1, 1, 1], judgement=range(4))
    with pytest.raises(al.TableError, match="column 'time': the same time .* in 1 item. Give exact times"):
        al.tally(put(timed, "duckdb"), "one")


@pytest.mark.parametrize("engine", ORDERED)
def test_equal_times_are_in_the_order_of_rows(engine):
    table = pd.DataFrame(
        {
            "task": "i",
            "worker": "w",
            "label": ["tie", "left", "left"],
            "time": [2, 1, 2],
            "judgement": [1, 2, 3],
        }
    )
    same(al.tally(put(table, engine), "one"), al.tally(table, "one"))


@pytest.mark.parametrize("engine", LIGHT)
def test_no_rows(engine):
    table = pd.DataFrame(GOOD | SIDES).iloc[:0]
    found = al.tally(put(table, engine))
    assert len(found) == 0 and found.totals["items"] == 0 and found.totals["repeat_pairs"] == 0


def test_categories_are_read_by_value():
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


def test_many_repeats_are_counted_exactly():
    """k(k-1) of a big cell leaves 32 bits, and sums leave those of small marks."""
    table = pd.DataFrame({"task": "i", "worker": "w", "label": ["left"] * 60_000 + ["tie"] * 40_000})
    for engine in LIGHT:
        same(al.tally(put(table, engine)), al.tally(table))


@pytest.mark.parametrize("engine", LIGHT)
@pytest.mark.parametrize(
    "labels",
    [{"left": 2**17}, {"right": 2**17 + 1}, {"left": 3, "right": 2**17, "tie": 2}, {"tie": 2**19 + 3}],
)
def test_cells_too_large_to_be_packed_are_counted_exactly(labels, engine):
    """Where a digit of a packed number has no room: see `annolib.tables.engines.cells`."""
    label = [name for name, times in labels.items() for _ in range(times)]
    table = pd.DataFrame({"task": "i", "worker": "w", "label": label})
    few = pd.DataFrame({"task": ["i", "j", "j"], "worker": ["w", "v", "v"], "label": ["tie", "left", "left"]})
    table = pd.concat([table, few.iloc[1:], few.assign(worker="u")], ignore_index=True)
    same(al.tally(put(table, engine)), al.tally(table))


def test_narwhals_around_pandas_is_pandas():
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
