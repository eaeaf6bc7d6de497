"""Time and memory of the tally beside queries written by hand, each on its engine's own table.

    python tests/benchmarks/tally [ROWS ...] [--engine NAME] [--large ROWS] [--write]

10^6 and 10^7 rows by default. `--text` times only the tables whose validation costs most. `--large 1e8` also tallies one table that DuckDB cannot hold in memory.
`--write` puts all into `tests/benchmarks/results/tally.md`. Engines that are not installed are left out.
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import by_hand
import large
import made_tables
import measuring
import numpy as np
import report
import whole_by_hand

RESULTS = Path(__file__).parent.parent / "results" / "tally.md"


def methods(engine, sides):
    """name → function of a table: the tally, and what is written by hand for this engine."""
    import annolib as al

    found = {"annolib": al.tally}
    for name in ("sides", "whole") if sides else ("repeats",):
        for module in (by_hand, whole_by_hand):
            if hasattr(module, f"{engine}_{name}"):
                found[name] = getattr(module, f"{engine}_{name}")
    return found


def make(rows, engine, sides):
    return made_tables.make_table(rows, sides, engine, np.random.default_rng(1))


def time_all(engine, sides, rows, rounds):
    """In this process: medians of the times of all methods on one table, after checking that they agree."""
    table, run = make(rows, engine, sides), methods(engine, sides)
    tally = run["annolib"](table)
    for name in set(run) - {"annolib"}:
        large.compare(tally, run[name](table))
    times = measuring.seconds({name: lambda name=name: run[name](table) for name in run}, rounds)
    ours = [cpu for _, cpu in times["annolib"]]
    found = {}
    for name, pairs in times.items():
        wall, cpu = (statistics.median(values) for values in zip(*pairs, strict=True))
        ratio = statistics.median(own / pair[1] for own, pair in zip(ours, pairs, strict=True))
        found[name] = {"wall": wall, "cpu": cpu, "ratio": ratio}
    return found


def time_text(rows, rounds):
    """One line: processor seconds of reading and of tallying a table with text ids, times and experts."""
    import annolib as al

    table = made_tables.make_text_table(rows, np.random.default_rng(1))
    calls = {"read": lambda: al.read_judgements(table)}
    calls |= {f"tally, {pairs}": lambda pairs=pairs: al.tally(table, pairs) for pairs in ("all", "one")}
    times = measuring.seconds(calls, rounds)
    found = (f"{name} {statistics.median(cpu for _, cpu in pairs):.2f} s" for name, pairs in times.items())
    return f"{rows:,} rows, {table['worker'].nunique():,} workers, text ids with times: {', '.join(found)}"


def peak_of(engine, sides, rows, method):
    """In this process: megabytes above the table during one call, after a small one that imports all."""
    run, table = methods(engine, sides)[method], make(rows, engine, sides)
    run(make(4000, engine, sides))
    return measuring.peak_above(lambda: run(table))[0]


def apart(function, *arguments):
    """The answer of a function of this file, called in a process of its own."""
    command = [sys.executable, __file__, "--call", json.dumps([function, *arguments])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def tally_large(rows):
    """In this process: the table out of core."""
    with tempfile.TemporaryDirectory() as folder:
        return large.tally_out_of_core(rows, folder, made_tables, whole_by_hand, measuring)


def compare_engines(rows, engines, rounds):
    """All measurements for one number of rows, one dict per table."""
    results = []
    for engine in engines:
        for sides in (False, True):
            found = apart("time_all", engine, sides, rows, rounds)
            for method, values in found.items():
                values["mb"] = apart("peak_of", engine, sides, rows, method)
            results.append({"engine": engine, "sides": sides, "methods": found})
            print("\n".join(report.table(rows, results[-1:]).splitlines()[4:]), file=sys.stderr, flush=True)
    return results


def whole_rows(text):
    rows = round(float(text))
    if rows < 4000 or rows % 4000:
        raise argparse.ArgumentTypeError(f"rows must be a multiple of 4,000; saw {text}")
    return rows


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", type=whole_rows, default=[10**6, 10**7])
    parser.add_argument("--engine", action="append", choices=made_tables.ENGINES)
    parser.add_argument("--large", type=whole_rows, metavar="ROWS")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    parser.add_argument(
        "--text", action="store_true", help="only pandas tables with text ids, times and experts"
    )
    parser.add_argument("--call", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.call:
        warnings.simplefilter("ignore")
        name, *arguments = json.loads(chosen.call)
        print(json.dumps(globals()[name](*arguments)))
        return
    if chosen.text:
        for rows in chosen.rows:
            print(time_text(rows, chosen.rounds))
        return
    engines = [name for name in chosen.engine or made_tables.ENGINES if importlib.util.find_spec(name)]
    sections = [report.table(rows, compare_engines(rows, engines, chosen.rounds)) for rows in chosen.rows]
    if chosen.large:
        sections.append(report.large(chosen.large, apart("tally_large", chosen.large)))
    text = report.whole(sections, chosen.rounds)
    print(text)
    if chosen.write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
