"""What the command prints: text for people, JSON for programs, progress for those who wait."""

from __future__ import annotations

import sys
from contextlib import contextmanager


def add_json(parser):
    """The option `--json`."""
    parser.add_argument(
        "--json", action="store_true", help="print all numbers as JSON (what is no number is null)"
    )


def print_json(value):
    """Print a value as JSON, see `annolib.reports.records.plain`."""
    from annolib.reports.records import to_json

    print_text(to_json(value))


def print_text(*lines):
    """Print lines; signs that the terminal does not have are written as Python writes them."""
    coding = sys.stdout.encoding or "utf-8"
    for line in lines:
        print(line.encode(coding, "backslashreplace").decode(coding))


@contextmanager
def progress(steps, delay=1):
    """A function that says which of so many steps begins; shown on a terminal, and only if it takes long.

    Examples
    --------
    >>> with progress(2) as begin:
    ...     begin("read")
    ...     begin("count")
    """
    from tqdm import tqdm

    with tqdm(
        total=steps, file=sys.stderr, disable=None, delay=delay, leave=False, bar_format="{desc} [{n_fmt}/{total_fmt}, {elapsed}]"
    ) as bar:  # fmt: skip
        started = []

        def begin(words):
            bar.update(len(started) - bar.n)
            bar.set_description_str(words)
            started.append(words)

        yield begin


def columns(rows):
    """Rows of text in columns that stand below each other, as lines.

    Examples
    --------
    >>> columns([("ann", "4 of 9"), ("christopher", "no checks")])
    ['ann          4 of 9', 'christopher  no checks']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
