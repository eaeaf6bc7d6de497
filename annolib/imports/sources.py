"""What a reader is given (a path, a table, a list of records) as a table or as records."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from annolib.imports.signs import suggestion
from annolib.tables.files.opening import is_path, kind_of, read_file
from annolib.tables.files.records import frame_of, read_json
from annolib.tables.refusals.faults import TableError, listed
from annolib.tables.refusals.proposals import nearest


def table_of(source, reader):
    """The source as a pandas table.

    Parameters
    ----------
    source : path, pandas.DataFrame, or list of dict
    reader : str
        Who asks, for the message.

    Raises
    ------
    TableError
        If it is none of these, cannot be read, or has a column twice.

    Examples
    --------
    >>> table_of([{"worker": "007"}], "wide").to_dict("records")
    [{'worker': '007'}]
    """
    if is_path(source):
        source = read_file(source)
    if isinstance(source, list):
        return frame_of(source, "source")
    if not isinstance(source, pd.DataFrame):
        raise _no_source(source, reader, "a pandas DataFrame or a list of objects")
    twice = source.columns[source.columns.duplicated()]
    if len(twice):
        raise TableError(
            f"{reader}: column {twice[0]!r} stands in the table twice. Rename one of the two, or keep the first:",
            "table = table.loc[:, ~table.columns.duplicated()]",
        )
    return source


def records_of(source, reader, single=False):
    """The source as a list of dicts.

    Parameters
    ----------
    source : path to JSON or JSON Lines, list of dict, or pandas.DataFrame
    reader : str
    single : bool
        Whether one object, which is no list, is a list of one.

    Examples
    --------
    >>> records_of({"user_id": "ann"}, "potato", single=True)
    [{'user_id': 'ann'}]
    """
    whole = is_path(source) and kind_of(source) in ("json", "jsonl")
    if is_path(source):
        source = read_json(Path(source)) if whole else read_file(source)
    if isinstance(source, pd.DataFrame):
        source = table_of(source, reader).to_dict("records")
    if single and isinstance(source, dict):
        source = [source]
    if not isinstance(source, list):
        raise _no_source(source, reader, "a list of objects or a pandas DataFrame")
    for place, record in enumerate(source):
        if not isinstance(record, dict):
            raise TableError(
                f"{reader}: a list of objects is needed; saw {type(record).__name__} in record {place}."
            )
    return source if whole else _without_missing(source)


def _without_missing(entry):
    """What other libraries write where nothing stands, at any depth, as None."""
    if isinstance(entry, dict):
        return {name: _without_missing(value) for name, value in entry.items()}
    if isinstance(entry, list):
        return [_without_missing(value) for value in entry]
    return None if _is_missing(entry) else entry


def _is_missing(entry):
    return entry is None or entry is pd.NaT or entry is pd.NA or (isinstance(entry, float) and entry != entry)


def _no_source(source, reader, kinds):
    seen = f"an object with the names {listed(list(source)[:5])}" if isinstance(source, dict) else type(source).__name__  # fmt: skip
    return TableError(f"{reader}: source must be a path to a file, {kinds}; saw {seen}.")


def need(table, reader, name, argument=None, advice="", others=()):
    """A column of the table, or the error that says what is missing and what to export.

    Parameters
    ----------
    table : pandas.DataFrame
    reader : str
    name : str or None
        The column. None where the caller did not say.
    argument : str, optional
        The argument that names it.
    advice : str
        What to export or how to say it, at the end of the message.
    others : sequence of str
        The columns to propose; by default those whose names look like it.
    """
    if name is not None and name in table.columns:
        return table[name]
    columns = list(table.columns)
    seen = list(others) or nearest(str(name if name is not None else argument), columns)
    shown = f"saw {listed(seen)}" if seen else "saw none"
    shown += f" and {len(columns) - len(seen):,} more" if seen and len(columns) > len(seen) else ""
    if name is None:
        parts = (
            f"{reader}: say with {argument}= which column holds it; {shown}.",
            advice,
            suggestion(table, reader),
        )
        message = " ".join(part for part in parts if part)
        fix = f"{argument}={seen[0]!r}" if seen and isinstance(seen[0], str) else ""
        raise TableError(f"{message} For example" if fix else message, fix)
    where = f" ({argument}=)" if argument else ""
    parts = (f"{reader}: column {name!r}{where} is missing; {shown}.", advice, suggestion(table, reader))
    raise TableError(" ".join(part for part in parts if part))
