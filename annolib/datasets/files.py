"""Read the files of a data set and refuse what does not look like them, naming the file."""

from __future__ import annotations

import pandas as pd

from annolib.datasets.registry import DataError


def read_csv(path, columns, allowed=None):
    """A CSV file as a DataFrame, after a check of its columns and of the values of some.

    Parameters
    ----------
    path : path-like
    columns : list of str
        Columns that must be there.
    allowed : dict, optional
        Column → set of the values that it may have.

    Raises
    ------
    DataError
        If the file is missing, is no CSV, lacks a column or has other values.
    """
    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:  # pandas' own errors are ValueErrors
        raise DataError(f"{path} cannot be read as CSV: {error}. Fetch it again.") from error
    return _check(frame, path, columns, allowed or {})


def read_lines(path, columns):
    """A file of one JSON object a line as a DataFrame, after a check of its keys. Raises as `read_csv`."""
    return _check(_read_json(path, lines=True), path, columns, {})


def read_json(path, columns, allowed=None):
    """A file of one JSON list of objects as a DataFrame, after a check of its keys. Raises as `read_csv`."""
    return _check(_read_json(path, lines=False), path, columns, allowed or {})


def _read_json(path, lines):
    try:
        with open(path, encoding="utf-8") as source:
            return pd.read_json(source, lines=lines)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as JSON: {error}. Fetch it again.") from error


def _check(frame, path, columns, allowed):
    missing = [column for column in columns if column not in frame]
    if missing:
        raise DataError(
            f"{path} has no column {missing[0]!r}; saw {list(frame.columns)}. It is another version."
        )
    for column, values in allowed.items():
        strange = frame[column][~frame[column].isin(values)]
        if len(strange):
            raise DataError(
                f"{path}: column {column!r} has {strange.tolist()[0]!r} in row {strange.index[0]}."
            )
    return frame
