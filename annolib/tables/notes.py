"""What is no error in a table of judgements and should be looked at, in one sentence each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from annolib.tables.columns import WHITE
from annolib.tables.refusals.faults import MOST_LISTED

FEW_VALUES = 20  # a turn, a criterion, a dimension has so many values at most
_HEAD = 1_000  # rows that are looked at before a whole column is


def look_alikes(name, ids):
    """Ids that differ in spaces, capitals or leading zeros only.

    Parameters
    ----------
    name : str
        "worker" or "task".
    ids : pandas.Index
        Distinct ids.

    Returns
    -------
    list of str

    Examples
    --------
    >>> look_alikes("worker", pd.Index(["ann", "bob", "ANN"]))
    ["worker ids differ only in spaces, capitals or leading zeros and are taken for different: 'ANN' and 'ann'"]
    """
    if not len(ids) or not isinstance(ids[0], str):
        return []
    plain = folded(pd.Series(ids, dtype="str"))
    if plain.is_unique:
        return []
    alike = pd.DataFrame({"id": list(ids), "plain": plain})[plain.duplicated(keep=False)]
    groups = [" and ".join(map(repr, sorted(group))) for _, group in alike.groupby("plain", sort=True)["id"]]
    more = f" and {len(groups) - 3:,} more" if len(groups) > 3 else ""
    what = "differ only in spaces, capitals or leading zeros and are taken for different"
    return [f"{name} ids {what}: {', '.join(groups[:3])}{more}"]


def folded(texts):
    """Texts without what `look_alikes` overlooks."""
    plain = texts.str.strip(WHITE).str.lower()
    digits = plain.str.fullmatch("[0-9]+").astype(bool)
    return plain.where(~digits, plain.str.lstrip("0"))


def columns_inside_tasks(table, left_over, task, worker):
    """The columns that are not read, vary inside a task, are no property of the worker, and have few values.

    Parameters
    ----------
    table : pandas.DataFrame
    left_over : list
        Names of columns.
    task, worker : ndarray of int64

    Returns
    -------
    list of str
    """
    found = varying_columns(table, left_over, task, worker)
    return [inside_tasks(found)] if found else []


def varying_columns(table, left_over, task, worker):
    """The same columns, with the number of their values: a dict."""
    found = {}
    for name in left_over:
        if _values(table[name].iloc[:_HEAD]) is not None and (counted := _values(table[name])) is not None:
            code, values = counted
            if values > 1 and _varies(code, task) and _varies(code, worker):
                found[name] = values
    return found


def _values(column):
    """Codes of the values and how many there are; None if they are many or cannot be counted."""
    try:
        codes, values = pd.factorize(column, use_na_sentinel=False)
    except Exception:  # lists, dicts, nested Arrow types …
        return None
    return (codes, len(values)) if len(values) <= FEW_VALUES else None


def _varies(code, group):
    """Whether a group has several codes."""
    first = np.zeros(group.max(initial=-1) + 1, code.dtype)
    first[group[::-1]] = code[::-1]
    return bool((first[group] != code).any())


def inside_tasks(counts):
    """The note about columns, given how many values each has.

    Examples
    --------
    >>> inside_tasks({"turn": 2})
    "column 'turn' (2 values) varies inside tasks and is not read; by=['turn'] makes it part of the item"
    """
    names = [f"{name!r} ({count} values)" for name, count in sorted(counts.items(), key=lambda pair: pair[1])]
    several = len(names) > 1
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return (
        f"column{'s' if several else ''} {', '.join(names[:MOST_LISTED])}{more} "
        f"var{'y' if several else 'ies'} inside tasks and {'are' if several else 'is'} not read; "
        f"by={[min(counts, key=counts.get)]!r} makes it part of the item"
    )


def one_sight(worker, task, time, contents):
    """Whether items share a worker, a time and a content: then they may have been judged at one sight.

    Parameters
    ----------
    worker, task, time : ndarray (rows,)
    contents : pair of ndarray (rows,)
        The two contents of the row's task.

    Returns
    -------
    list of str
    """
    moments = pd.DataFrame({"worker": worker, "time": time})
    several = moments.duplicated(keep=False).to_numpy()
    if not several.any():
        return []
    rows = moments[several].assign(task=task[several])
    sides = pd.concat([rows.assign(content=side[several]) for side in contents])
    sides = sides.drop_duplicates()
    shared = sides.duplicated(["worker", "time", "content"], keep=False)
    count = sides[shared].groupby(["worker", "time"]).ngroups
    return [at_one_sight(count)] if count else []


def at_one_sight(count):
    """The note about moments at which items with a common content were judged."""
    times = "once" if count == 1 else f"{count:,} times"
    return (
        f"items that share a content were judged by one worker at the same time ({times}): if that was one sight, "
        "say so in a column 'screen', for their labels are not independent"
    )


def count(found):
    """How many notes there are, for a repr.

    Examples
    --------
    >>> count(()), count(("a",)), count(("a", "b"))
    ('', '; 1 note', '; 2 notes')
    """
    return f"; {len(found)} note{'s' if len(found) > 1 else ''}" if found else ""
