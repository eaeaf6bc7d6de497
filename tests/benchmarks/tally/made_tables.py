"""Tables of judgements for the benchmark, made in each engine's own form.

Every worker judges 150 items, 50 of them twice: 200 judgements. An item is judged by 15 workers on average,
and no worker judges an item more than twice, so that a query by hand may compare the first with the last.
"""

import numpy as np
import pandas as pd

ITEMS, TWICE = 150, 50  # of a worker; the judgements are 200
STRIDE = 7919
LABELS = np.array(["left", "right", "tie"], object)


def make_columns(rows, sides, rng):
    """The columns of a table in a random order: name → ndarray (rows,); `rows` is a multiple of 4,000.

    >>> columns = make_columns(4000, True, np.random.default_rng(1))
    >>> sorted(columns), columns["worker"].max(), columns["task"].max()
    (['label', 'left', 'right', 'task', 'worker'], np.int64(19), np.int64(199))
    """
    workers, tasks = rows // (ITEMS + TWICE), rows // 20
    cell = rng.permutation(rows)
    twice = cell >= workers * (ITEMS - TWICE)
    cell[twice] = (cell[twice] + workers * (ITEMS - TWICE)) // 2
    worker = cell % workers
    task = (worker * STRIDE + cell // workers * (tasks // ITEMS)) % tasks
    columns = {"task": task, "worker": worker, "label": LABELS[rng.integers(0, 3, rows)]}
    if sides:
        swapped = rng.random(rows) < 0.5
        columns |= {"left": 2 * task + swapped, "right": 2 * task + ~swapped}
    return columns


def make_table(rows, sides, engine, rng):
    """The table in the memory of an engine: pandas, polars, pyarrow, duckdb or dask."""
    table = pd.DataFrame(make_columns(rows, sides, rng))
    return ENGINES[engine](table)


def make_text_table(rows, rng):
    """The table as exports have it, pandas: ids of text, sides, a time for each row and a column of experts.

    Most of a tally's time then goes into its validation. 5,000 workers at 10^6 rows.
    """
    table = pd.DataFrame(make_columns(rows, True, rng))
    for name, letter in {"task": "t", "worker": "w", "left": "c", "right": "c"}.items():
        table[name] = letter + table[name].astype(str)
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.permutation(rows), unit="s")
    return table.assign(time=times, expert=False)


def _polars(table):
    import polars as pl

    return pl.from_arrow(_pyarrow(table))


def _pyarrow(table):
    import pyarrow as pa

    schema = {name: pa.string() if name == "label" else pa.int64() for name in table}
    return pa.Table.from_pandas(table, pa.schema(schema), preserve_index=False)


def _duckdb(table):
    import duckdb

    connection = duckdb.connect()
    connection.register("given", table)
    connection.execute("create table judgements as select * from given")
    connection.unregister("given")
    return connection.table("judgements")


def _dask(table):
    import dask.dataframe as dd

    return dd.from_pandas(table, npartitions=4)


ENGINES = {
    "pandas": lambda table: table,
    "polars": _polars,
    "pyarrow": _pyarrow,
    "duckdb": _duckdb,
    "dask": _dask,
}

# The same design made inside DuckDB, row by row, so that no table need fit into memory.
SQL = f"""
    create table judgements as
    with
        places as (select (i * 1_000_003) % {{rows}} as i from range({{rows}}) as made(i)),
        cells as (
            select i, if(i < {{rows}} // 2, i, (i + {{rows}} // 2) // 2) as cell, {{rows}} // 200 as workers
            from places
        ),
        items as (
            select
                cell % workers as worker,
                (cell % workers * {STRIDE} + cell // workers * ({{rows}} // 20 // {ITEMS})) % ({{rows}} // 20) as task,
                ['left', 'right', 'tie'][(1 + hash(i) % 3)::bigint] as label,
                (hash(i + {{rows}}) % 2)::bigint as swapped
            from cells
        )
    select task, worker, label, 2 * task + swapped as "left", 2 * task + 1 - swapped as "right" from items
"""
