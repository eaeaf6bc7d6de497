"""How a table of judgements is refused: one sentence with the column, the first bad rows and the mend.

The same words serve a pandas table (`annolib.tables.columns`) and a table in an engine (`annolib.tables.engines.checks`).
"""

from __future__ import annotations

import numpy as np

EMPTY = ("empty entries", "Fill or drop these rows.")
OTHER_CONTENT = (
    "another pair of contents than in an earlier row of the task",
    "A task is one pair of contents: give each pair a task id of its own.",
)
SEEN_BEFORE = ("ids that were seen before", "Drop these rows or give each its own id.")
RECORDED_BEFORE = (
    "a judgement recorded before (the same worker, task, sides, label and time)",
    "Drop these rows; or, if they are true repeats, give exact times or a column 'judgement' of unique ids.",
)


class TableError(ValueError):
    """A table that cannot be read: the message names the column, the first bad rows and the mend."""


def unknown_label(name, seen):
    """The words for a label that is none."""
    return (
        f"unknown label {_plain(seen)!r}",
        "Labels are 'left', 'right' and 'tie', about the side shown; translate yours, "
        f"for example table[{name!r}].map({{0: 'left', 1: 'right', 2: 'tie'}}).",
    )


def not_a_truth(name):
    """The words for experts marked with anything but True and False."""
    mend = f"Use True and False: table[{name!r}].fillna(False).astype(bool)."
    return "entries that are not True or False", mend


def expert_and_worker(who):
    """The words for a worker who is an expert in some rows only."""
    what = f"worker {_plain(who)!r}, an expert in other rows, is not one"
    return what, "Give an expert's verdicts a worker id of their own."


def mixed_sides(left, right):
    """The error for sides of two types, given their names."""
    return TableError(
        f"columns 'left' and 'right': mixed types ({left} and {right}). Make both one type: .astype(str)."
    )


def no_ids(name, kind):
    """The error for a column of entries that cannot be ids."""
    return TableError(f"column {name!r}: entries of type {kind} cannot be ids. Use text or numbers.")


def bad_rows(column, bad, what, mend):
    """The error for the rows of a pandas column where `bad` is true.

    Examples
    --------
    >>> import pandas as pd
    >>> column = pd.Series([1, 2, 3, 4, 5], name="time")
    >>> print(bad_rows(column, column > 1, "late entries", "Come earlier."))
    column 'time': late entries in rows 1, 2, 3 and 1 more. Come earlier.
    """
    rows = list(column.index[np.flatnonzero(bad)[:3]])
    return refusal(column.name, rows, int(np.count_nonzero(bad)), what, mend)


def refusal(name, rows, count, what, mend, unit="row"):
    """The error for `count` rows of which the first are `rows`; None if the rows of a table have no order.

    Examples
    --------
    >>> print(refusal("time", None, 1200, "late entries", "Come earlier."))
    column 'time': late entries in 1,200 rows. Come earlier.
    """
    if rows is None:
        where = f"1 {unit}" if count == 1 else f"{count:,} {unit}s"
    else:
        where = f"row {rows[0]}" if count == 1 else f"rows {', '.join(map(str, rows[:3]))}"
        where += f" and {count - 3:,} more" if count > 3 else ""
    return TableError(f"column {name!r}: {what} in {where}. {mend}")


def _plain(entry):
    """A numpy scalar as Python's own, for messages."""
    return entry.item() if isinstance(entry, np.generic) else entry
