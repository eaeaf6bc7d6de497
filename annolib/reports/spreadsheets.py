"""Tables as CSV that a spreadsheet shows and does not execute.

A cell that begins with =, +, -, @, a tab or a line break is taken for a formula by spreadsheets, and a formula can send the
table away. So a text that begins like one gets an apostrophe before it; so does a text that begins with an apostrophe,
and therefore nothing is lost: `unguard` gives back what was there. Numbers are left as they are.

References
----------
OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import pandas as pd

MARK = "'"
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", MARK)


def guard(entry):
    """A text that no spreadsheet takes for a formula; anything else as it is.

    Spaces before it make a formula no safer, and are looked through.

    Examples
    --------
    >>> [guard(entry) for entry in ("=1+1", "ann", " @SUM(A1)", "'quoted", -1.5, None)]
    ["'=1+1", 'ann', "' @SUM(A1)", "''quoted", -1.5, None]
    """
    if isinstance(entry, str) and (entry.startswith(STARTS) or entry.lstrip().startswith(STARTS)):
        return MARK + entry
    return entry


def unguard(entry):
    """What `guard` was given.

    Examples
    --------
    >>> [unguard(guard(entry)) for entry in ("=1+1", "ann", "'quoted", 2)]
    ['=1+1', 'ann', "'quoted", 2]
    """
    if isinstance(entry, str) and entry.startswith(MARK):
        return entry[len(MARK) :]
    return entry


def guarded(frame):
    """The table with its texts guarded, also in index and column names; and how many entries that changed.

    Parameters
    ----------
    frame : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame, int

    Examples
    --------
    >>> safe, changed = guarded(pd.DataFrame({"n": [1]}, index=pd.Index(["=x"], name="worker")))
    >>> safe.index[0], changed
    ("'=x", 1)
    """
    changed, columns = 0, {}
    for place in range(frame.shape[1]):
        columns[place], more = _column(frame.iloc[:, place])
        changed += more
    safe = pd.DataFrame(columns, index=frame.index)
    safe.columns = [guard(name) for name in frame.columns]
    levels = []
    for level in range(frame.index.nlevels):
        entries, more = _column(frame.index.get_level_values(level).to_series())
        levels.append(entries)
        changed += more
    names = [guard(name) for name in frame.index.names]
    if len(levels) == 1:
        safe.index = pd.Index(levels[0].to_numpy(), name=names[0])
    else:
        safe.index = pd.MultiIndex.from_arrays(levels, names=names)
    return safe, changed + sum(a != b for a, b in zip(safe.columns, frame.columns, strict=True))


def _column(entries):
    """One column with its texts guarded, and how many were changed."""
    if entries.dtype.kind in "biufcM":
        return entries, 0
    values = entries.astype(object)
    unique = {}
    for entry in values.unique():
        safe = guard(entry)
        if safe is not entry:
            unique[entry] = safe
    if not unique:
        return entries, 0
    hit = values.isin(unique)
    values[hit] = values[hit].map(unique)
    return values, int(hit.sum())


def to_csv(frame, path=None, index=True):
    """Write a table as CSV, guarded: as text, or to a file.

    Parameters
    ----------
    frame : pandas.DataFrame
    path : str or path, optional
    index : bool
        Whether the index is a column, as in `DataFrame.to_csv`.

    Returns
    -------
    str, or None if it is written to a file (UTF-8). Lines end in CR LF (RFC 4180): so entries with either are quoted.

    Examples
    --------
    >>> to_csv(pd.DataFrame({"passes": [3]}, index=pd.Index(["=1+1"], name="worker"))).splitlines()
    ['worker,passes', "'=1+1,3"]
    """
    return guarded(frame)[0].to_csv(path, index=index, lineterminator="\r\n", encoding="utf-8")
