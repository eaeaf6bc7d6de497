"""The benchmark's measurements as Markdown. Nothing in the file is typed by hand."""

import datetime
import os
import platform
import sys
from importlib import metadata

WHAT = {
    "annolib": "`al.tally`: checks the table and counts everything that a tally has",
    "repeats": "by hand, repeat pairs and agreements only: at most two judgements a cell taken for granted, "
    "labels as shown, nothing checked",
    "sides": "by hand, as *repeats*, but by content, with the sides kept and swapped apart; nothing checked",
    "whole": "by hand, all counts and checks of a tally, for a table of this kind",
}
_HEAD = """# The tally beside queries written by hand

Made by `{command}`; run it again to renew it.

{machine}.

Half of the judgements are repeats in pairs; a worker has 200, an item 20 of 15 workers; ids are whole numbers,
labels text. Every table is in the memory of its engine. Time is the median of {rounds} runs in turns, in seconds
of the clock and of the processor (both cores together); the peak is the memory above the table, in a process of
its own. *Ratio* is the processor time of annolib over that of the query by hand: the median over the turns, on
the same table in the same engine.

{what}
"""


def machine(names):
    """What the figures were measured on, in words."""
    versions = [f"Python {platform.python_version()}"]
    for name in names:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    today = datetime.date.today().isoformat()
    kind = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{today}, {kind}, {', '.join(versions)}"


def table(rows, results):
    """One row per measurement, for one number of rows."""
    lines = [f"## {rows:,} rows", "", "| engine | table | method | clock s | processor s | ratio | peak MB |"]
    lines.append("|---|---|---|---:|---:|---:|---:|")
    for found in results:
        kind = "with sides" if found["sides"] else "plain"
        for name, values in found["methods"].items():
            ratio = "" if name == "annolib" else f"{values['ratio']:.2f}"
            times = f"{values['wall']:.2f} | {values['cpu']:.2f}"
            lines.append(f"| {found['engine']} | {kind} | {name} | {times} | {ratio} | {values['mb']:,.0f} |")
    return "\n".join(lines)


def large(rows, found):
    """The table that does not fit into the memory allowed."""
    lines = [
        f"## {rows:,} rows out of core",
        "",
        f"DuckDB with a memory limit of {found['memory']}; the table, with sides, is a file of {found['file_mb']:,.0f} MB.",
        "One run each. The peak is that of the whole process, with what Python and DuckDB take by themselves.",
        "",
        "| method | clock s | processor s | peak MB |",
        "|---|---:|---:|---:|",
    ]
    for name in ("annolib", "whole"):
        values = found[name]
        lines.append(f"| {name} | {values['wall']:.0f} | {values['cpu']:.0f} | {values['peak']:,.0f} |")
    lines += ["", f"`{found['tally']}`", ""]
    lines.append(f"Equal for every worker, to the query by hand: {', '.join(found['compared'])}.")
    return "\n".join(lines)


def whole(sections, rounds):
    """The whole file."""
    names = ("numpy", "pandas", "narwhals", "polars", "duckdb", "pyarrow", "dask")
    what = "\n".join(f"- *{name}*: {words}" for name, words in WHAT.items())
    command = " ".join(["python tests/benchmarks/tally", *sys.argv[1:]])
    head = _HEAD.format(command=command, machine=machine(names), rounds=rounds, what=what)
    return "\n\n".join([head.rstrip(), *sections]) + "\n"
