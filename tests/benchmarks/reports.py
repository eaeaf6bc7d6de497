"""Time and memory from a table to verdicts and to the report, beside counts by a query written by hand.

    python tests/benchmarks/reports.py [ROWS] [--large ROWS] [--rounds N] [--write]

A table of 10^6 rows in pandas, with text ids and times as exports have them: counts by hand (`tally/by_hand.py`, nothing
checked), the audit, the page. `--large 1e7` also makes a CSV of so many rows and audits it through DuckDB. Every table is
measured in a process of its own. `--write` puts all into `tests/benchmarks/results/reports.md`.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "tally"))
import by_hand  # noqa: E402
import made_tables  # noqa: E402
import measuring  # noqa: E402
import numpy as np  # noqa: E402
import report  # noqa: E402

RESULTS = HERE / "results" / "reports.md"
HEAD = """# From a table to verdicts and a report

Made by `{command}`; run it again to renew it.

{machine}.

Half of the judgements are repeats in pairs; a worker has 200, an item 20 of 15 workers. Time is the median of {rounds}
runs in turns, in seconds of the clock and of the processor; the peak is the memory above the table.
"""


def warm(al):
    """Import and draw once, so that no later time pays for it."""
    audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    audit.to_html()


def in_pandas(rows, rounds):
    """In this process: name → {wall, cpu, mb} for a pandas table with text ids."""
    import annolib as al

    warm(al)
    table, monitor = (
        made_tables.make_text_table(rows, np.random.default_rng(1)),
        al.SelfConsistencyLabels(2 / 3),
    )
    audit = al.audit(table, monitor, strength="range")
    calls = {
        "counts by hand, sides kept and swapped": lambda: by_hand.pandas_sides(table),
        "al.audit": lambda: al.audit(table, monitor, strength="range"),
        "audit.to_html": audit.to_html,
    }
    times = measuring.seconds(calls, rounds)
    found = {}
    for name, pairs in times.items():
        wall, cpu = (statistics.median(values) for values in zip(*pairs, strict=True))
        found[name] = {"wall": wall, "cpu": cpu, "mb": measuring.peak_above(calls[name])[0]}
    return found


def in_duckdb(rows):
    """In this process: the same for a CSV that DuckDB reads piece by piece, once."""
    import time

    import duckdb

    import annolib as al
    from annolib.tables.files import open_file

    warm(al)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "judgements.csv")
        connection = duckdb.connect(str(Path(folder, "made.duckdb")), config={"memory_limit": "1GB"})
        connection.execute(made_tables.SQL.format(rows=rows))
        texts = """'t' || task as task, 'w' || worker as worker, label, 'c' || "left" as "left", 'c' || "right" as "right" """
        connection.execute(f"copy (select {texts} from judgements) to '{path}' (header)")
        connection.close()

        def timed(call):
            wall, cpu = time.perf_counter(), time.process_time()
            mb, answer = measuring.peak_above(call)
            return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "mb": mb}, answer

        monitor = al.SelfConsistencyLabels(2 / 3)
        size = path.stat().st_size / 1e6
        found = {}
        found["open the file"], table = timed(lambda: open_file(path, large=True))
        found["al.audit"], audit = timed(lambda: al.audit(table, monitor, strength="range"))
        found["audit.to_html"], _ = timed(audit.to_html)
    return {"methods": found, "mb": size, "audit": repr(audit)}


def apart(function, *arguments):
    """The answer of a function of this file, called in a process of its own."""
    command = [sys.executable, __file__, "--call", json.dumps([function, *arguments])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def section(title, methods):
    """A table of Markdown, one line a method."""
    lines = [f"## {title}", "", "| what | clock s | processor s | peak MB |", "|---|---:|---:|---:|"]
    lines += [
        f"| {name} | {one['wall']:.2f} | {one['cpu']:.2f} | {one['mb']:,.0f} |"
        for name, one in methods.items()
    ]
    return "\n".join(lines)


def whole_rows(text):
    rows = round(float(text))
    if rows < 4000 or rows % 4000:
        raise argparse.ArgumentTypeError(f"rows must be a multiple of 4,000; saw {text}")
    return rows


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="?", type=whole_rows, default=10**6)
    parser.add_argument("--large", type=whole_rows, metavar="ROWS")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--call", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.call:
        name, *arguments = json.loads(chosen.call)
        print(json.dumps(globals()[name](*arguments)))
        return
    command = " ".join(["python tests/benchmarks/reports.py", *sys.argv[1:]])
    machine = report.machine(("numpy", "pandas", "duckdb", "matplotlib", "jinja2"))
    parts = [HEAD.format(command=command, machine=machine, rounds=chosen.rounds).rstrip()]
    parts.append(section(f"{chosen.rows:,} rows in pandas", apart("in_pandas", chosen.rows, chosen.rounds)))
    if chosen.large:
        found = apart("in_duckdb", chosen.large)
        parts.append(
            section(
                f"{chosen.large:,} rows in a CSV of {found['mb']:,.0f} MB, through DuckDB", found["methods"]
            )
        )
        parts.append(f"One run each. `{found['audit']}`")
    text = "\n\n".join(parts) + "\n"
    print(text)
    if chosen.write:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
