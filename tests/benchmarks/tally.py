"""Time and memory of the tally beside a groupby written by hand: `python tests/benchmarks/tally.py [ROWS …]`.

Every method runs in a process of its own on the same table (10^6 and 10^7 rows by default): read the table, count
repeat pairs and agreements per worker. `annolib` also checks the table, understands swapped sides and counts everything
else that a tally counts. Peak memory is that of the process, less what it has with the table made.
polars and duckdb take part where they are installed.
"""

import argparse
import importlib.util
import json
import pathlib
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

LABELS = np.array(["left", "right", "tie"], object)


def make_table(rows, sides):
    """Half of the rows are repeats; 200 judgements a worker, 20 an item."""
    rng = np.random.default_rng(1)
    worker, task = rng.integers(0, rows // 200, rows), rng.integers(0, rows // 20, rows)
    half = rows // 2
    worker[half : 2 * half], task[half : 2 * half] = worker[:half], task[:half]
    table = pd.DataFrame({"worker": worker, "task": task, "label": LABELS[rng.integers(0, 3, rows)]})
    if sides:
        swapped = rng.random(rows) < 0.5
        table["left"], table["right"] = 2 * task + swapped, 2 * task + ~swapped
    return table


def with_annolib(table):
    import annolib as al

    counts = al.tally(table)
    return int(counts["repeat_pairs"].sum()), int(counts["repeat_agreements"].sum())


def with_pandas(table):
    cells = table.groupby(["worker", "task", "label"], sort=False).size().rename("n").reset_index()
    cells["agreements"] = cells["n"] * (cells["n"] - 1) // 2
    per_cell = cells.groupby(["worker", "task"], sort=False)[["n", "agreements"]].sum()
    per_cell["pairs"] = per_cell["n"] * (per_cell["n"] - 1) // 2
    counts = per_cell.groupby("worker")[["pairs", "agreements"]].sum()
    return int(counts["pairs"].sum()), int(counts["agreements"].sum())


def with_polars(table):
    import polars as pl

    def choose_two(name):
        return pl.col(name).cast(pl.Int64) * (pl.col(name).cast(pl.Int64) - 1) // 2

    cells = table.lazy().group_by("worker", "task", "label").agg(n=pl.len())
    cells = cells.with_columns(agreements=choose_two("n"))
    cells = cells.group_by("worker", "task").agg(pl.col("n").sum(), pl.col("agreements").sum())
    counts = (
        cells.group_by("worker")
        .agg(choose_two("n").sum().alias("pairs"), pl.col("agreements").sum())
        .collect()
    )
    return int(counts["pairs"].sum()), int(counts["agreements"].sum())


def with_duckdb(table):
    import duckdb

    query = """
        select sum(n * (n - 1) // 2), sum(agreements) from (
            select worker, task, sum(n) as n, sum(n * (n - 1) // 2) as agreements from (
                select worker, task, label, count(*) as n from judgements group by all
            ) group by all
        )
    """
    connection = duckdb.connect()
    connection.register("judgements", table)
    ((pairs, agreements),) = connection.sql(query).fetchall()
    return int(pairs), int(agreements)


def as_polars(table):
    import polars as pl

    codes, labels = pd.factorize(table["label"])
    ids = {name: table[name].to_numpy() for name in ("worker", "task")}
    return pl.DataFrame(ids | {"label": pl.Series(list(labels)).gather(codes)})


METHODS = {
    "annolib": with_annolib,
    "annolib, sides": with_annolib,
    "pandas": with_pandas,
    "polars": with_polars,
    "duckdb": with_duckdb,
}


def measure(method, rows):
    """In this process: seconds, MB above the table, MB of the table, and the answer."""
    table = make_table(rows, sides="sides" in method)
    run, megabytes = METHODS[method], float(table.memory_usage().sum() / 1e6)
    if method == "polars":
        table = as_polars(table)
    run(table[:1000])  # imports
    _forget_peak()
    before = _peak()
    start = time.perf_counter()
    answer = run(table)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "mb": _peak() - before,
        "table": megabytes,
        "answer": answer,
    }


def _forget_peak():
    """On Linux, let the peak start anew at what is in use now; elsewhere the table's making counts too."""
    path = pathlib.Path("/proc/self/clear_refs")
    if path.exists():
        path.write_text("5")


def _peak():
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=lambda text: int(float(text)), default=[10**6, 10**7])
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.method:
        print(json.dumps(measure(chosen.method, chosen.rows[0])))
        return
    print(f"{'rows':>12}  {'method':<16}{'seconds':>8}{'peak MB above the table':>26}{'table MB':>10}")
    for rows in chosen.rows:
        answers = set()
        for method in METHODS:
            if method in ("polars", "duckdb") and importlib.util.find_spec(method) is None:
                continue
            command = [sys.executable, __file__, str(rows), "--method", method]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found = json.loads(done.stdout.splitlines()[-1])
            answers |= {tuple(found["answer"])} if "sides" not in method else set()
            print(
                f"{rows:>12,}  {method:<16}{found['seconds']:>8.2f}{found['mb']:>26,.0f}{found['table']:>10,.0f}"
            )
        assert len(answers) == 1, f"the methods do not agree: {answers}"


if __name__ == "__main__":
    main()
