"""What the tests of tables in engines share: a table put into an engine, and two tallies that must be the same."""

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import annolib as al

MARKS = [
    pytest.mark.filterwarnings("error:::narwhals"),  # a cast inside agg() would be one: a thousandfold slower
    pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),  # PySpark's
    pytest.mark.filterwarnings("ignore:Data type alias:DeprecationWarning"),  # Dask's
]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in MARKS:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def put():
    """The table in an engine: put(table, engine)."""
    pytest.importorskip(
        "narwhals.stable.v2", reason="narwhals is not installed: pip install 'annolib[scale]'"
    )
    return put_into


@pytest.fixture(scope="session")
def same():
    """same(found, expected) fails where two tallies differ."""
    return assert_same


_OPEN = []  # connections of DuckDB: before version 1.5 a table does not keep its own open


def put_into(table, engine):
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
        _OPEN.append(duckdb.connect())
        return _OPEN[-1].from_df(table)
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


def assert_same(found, expected):
    """Tables, totals, words and aliases of two tallies."""
    left, right = found.to_frame(), expected.to_frame()
    pd.testing.assert_frame_equal(left, right, rtol=1e-12, check_index_type=False, check_names=False)
    assert found.treatment == expected.treatment and found.aliases == expected.aliases
    assert found.totals == pytest.approx(expected.totals, nan_ok=True, rel=1e-12)


@pytest.fixture(scope="session")
def spark():
    """A function that puts a table into Spark, in one process of this machine."""
    pytest.importorskip(
        "narwhals.stable.v2", reason="narwhals is not installed: pip install 'annolib[scale]'"
    )
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


@pytest.fixture(scope="session")
def twin():
    """The twin with a time, and verdicts of two experts who do not always agree."""
    table = al.datasets.load("twin")
    verdicts = [
        table.sample(400, random_state=seed).assign(worker=f"e{seed}", expert=True) for seed in (1, 2)
    ]
    table = pd.concat([table.assign(expert=False), *verdicts], ignore_index=True)
    return table.assign(time=np.random.default_rng(1).permutation(len(table)))


@pytest.fixture(scope="session")
def expected(twin):
    return {pairs: al.tally(twin, pairs) for pairs in ("all", "one")}
