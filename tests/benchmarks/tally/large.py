"""One table larger than the memory that DuckDB may use: made, tallied and counted by hand, once."""

import shutil
import sys
import time
from pathlib import Path

MEMORY = "3GB"
BYTES = 150  # of disk for a row: the table, and what the counting puts aside


def tally_out_of_core(rows, folder, made_tables, by_hand, measuring):
    """Make the table in a file in `folder`; returns name → {wall, cpu, mb, peak}, and what was compared.

    `made_tables`, `by_hand` and `measuring` are the modules of these names (`by_hand` is `whole_by_hand`).

    Raises
    ------
    SystemExit
        If the disk has not enough room, or the counts differ.
    """
    import duckdb

    import annolib as al

    free = shutil.disk_usage(folder).free
    if free < rows * BYTES:
        sys.exit(f"{rows:,} rows need {rows * BYTES / 1e9:.0f} GB of disk; {free / 1e9:.0f} GB are free.")
    file = Path(folder, "judgements.duckdb")
    settings = {"memory_limit": MEMORY, "temp_directory": str(Path(folder, "aside"))}
    connection = duckdb.connect(str(file), config=settings)
    connection.execute("set preserve_insertion_order = false")
    connection.execute(made_tables.SQL.format(rows=rows))
    connection.execute("checkpoint")
    table = connection.table("judgements")
    found, ours = _measured(lambda: al.tally(table), measuring)
    found_too, theirs = _measured(lambda: by_hand.duckdb_whole(table), measuring)
    compared = compare(ours, theirs)
    return {
        "annolib": found,
        "whole": found_too,
        "file_mb": file.stat().st_size / 1e6,
        "memory": MEMORY,
        "compared": compared,
        "tally": repr(ours),
    }


def _measured(call, measuring):
    wall, processor = time.perf_counter(), time.process_time()
    mb, answer = measuring.peak_above(call)
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}
    return spent | {"mb": mb, "peak": measuring.peak()}, answer


def compare(tally, counts):
    """The names of the counts by hand that were compared with a tally's; they must all be equal.

    Raises
    ------
    SystemExit
        If a column differs for any worker, or a total.
    """
    frame, counts = tally.to_frame(), counts.sort_index()
    columns = [name for name in counts if name in frame]
    totals = [name for name in counts if name in tally.totals and name not in frame]
    unequal = [
        name for name in columns if not (counts[name].reindex(frame.index, fill_value=0) == frame[name]).all()
    ]
    unequal += [name for name in totals if counts[name].iloc[0] != tally.totals[name]]
    if unequal:
        sys.exit(f"the counts differ: {', '.join(unequal)}")
    return columns + totals
