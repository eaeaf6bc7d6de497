"""`annolib convert`: from a file of another tool to the tidy table."""

from __future__ import annotations

import argparse

from annolib.cli.output import columns, print_text
from annolib.cli.reading import add_reading, read_table, refuse_empty, warnings_in_lines

HELP = "write the tidy table of a file: task, worker, label and the rest under their proper names"
EXAMPLES = (
    "annolib convert --formats",
    "annolib convert votes.jsonl --format arena -o tidy.csv",
    "annolib convert own.csv --columns worker=annotator label=answer --values A=left B=right same=tie -o tidy.csv",
)


class _Formats(argparse.Action):
    """List the formats and stop, as --help does."""

    def __init__(self, **options):
        super().__init__(nargs=0, **options)

    def __call__(self, parser, *_):
        from annolib.imports import FORMATS

        rows = [("FORMAT", "WHAT", "SAY", "NOT IN IT")]
        rows += [
            (entry.name, entry.what, entry.needs or "nothing", entry.lacks) for entry in FORMATS.values()
        ]
        print_text(*columns(rows))
        parser.exit()


def add_arguments(parser):
    add_reading(parser)
    parser.add_argument(
        "--formats", action=_Formats, help="list the formats, what each needs and what it lacks"
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="TIDY.csv", help="where the table goes, as CSV"
    )
    parser.add_argument(
        "--raw", action="store_true",
        help="write texts that a spreadsheet takes for formulas as they are, without an apostrophe before them",
    )  # fmt: skip


def run(chosen):
    """Read, check and write the table; returns 0."""
    from annolib import read_judgements
    from annolib.reports.spreadsheets import guarded
    from annolib.tables.names import NAMES

    with warnings_in_lines(chosen.command):
        table, reading = read_table(chosen)
        judgements = read_judgements(
            table[[name for name in table if name in NAMES or name in reading["by"]]], **reading
        )
    refuse_empty(len(judgements.label), chosen.file)
    safe, changed = (table, 0) if chosen.raw else guarded(table)
    safe.to_csv(chosen.output, index=False, lineterminator="\r\n", encoding="utf-8")
    print_text(f"{judgements!r} written to {chosen.output}")
    if changed:
        print_text(
            f"{changed:,} entries have an apostrophe before them, since a spreadsheet would run them; --raw leaves it out."
        )
    return 0
