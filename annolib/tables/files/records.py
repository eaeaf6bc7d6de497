"""JSON and JSON Lines as records, and records as a table whose entries are what they are in JSON."""

from __future__ import annotations

import json
import zlib

import pandas as pd

from annolib.tables.files.delimited import encoding_of, open_bytes
from annolib.tables.refusals.faults import TableError


class _Twice(ValueError):
    pass


def read_json(path):
    """What stands in a JSON file; of JSON Lines, and of a .json file of several documents, the list of them.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    object
        As `json.loads` gives it, NaN as None.

    Raises
    ------
    TableError
        If it is no JSON, or an object has a name twice, of which one entry would be lost.
    """
    text = _text_of(path)
    if not text.strip():
        raise TableError(f"{path.name!r} is empty. Export it again.")
    lines = path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    if not lines:
        try:
            return _parse(text)
        except _Twice as error:
            raise TableError(f"{path.name!r}: {error}") from None
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Extra data"):
                where = f"line {error.lineno}, column {error.colno}"
                raise TableError(
                    f"{path.name!r} is no JSON: {error.msg} in {where}. Export it again."
                ) from None
        except (ValueError, RecursionError) as error:
            raise TableError(f"{path.name!r} is no JSON that can be read: {error}.") from None
    return _read_lines(text, path.name)


def _text_of(path):
    try:
        encoding = encoding_of(path)
        with open_bytes(path) as file:
            return file.read().decode(encoding)
    except UnicodeError as error:
        raise TableError(
            f"{path.name!r} is not in the encoding UTF-8: {str(error)[:80]}. Save it as UTF-8."
        ) from None
    except (EOFError, OSError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise TableError(f"{path.name!r} cannot be unpacked: {error}.") from None


def _read_lines(text, name):
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append(_parse(line))
        except (ValueError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise TableError(
                f"{name!r} is no JSON with one object a line: {what} in line {number:,}. Export it again."
            ) from None
    return records


def _parse(text):
    return json.loads(text, object_pairs_hook=_distinct, parse_constant=_constant)


def _distinct(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise _Twice(f"an object has the name {twice!r} twice. Rename one of the two.")
    return found


def _constant(name):
    return None if name == "NaN" else float(name)


def frame_of(records, name="the list"):
    """Records as a table: a column for each name, missing where a record lacks it; whole numbers stay whole.

    Parameters
    ----------
    records : list of dict
    name : str
        What to call them in a message.

    Examples
    --------
    >>> frame_of([{"worker": 7}, {"worker": 8, "time": 1.5}])["worker"].tolist()
    [7, 8]
    """
    if not isinstance(records, list):
        seen = f"an object with the names {', '.join(map(repr, list(records)[:5]))}" if isinstance(records, dict) else type(records).__name__  # fmt: skip
        raise TableError(f"{name!r} must be a list of objects, one a row; saw {seen}.")
    for place, record in enumerate(records):
        if not isinstance(record, dict):
            raise TableError(
                f"{name!r} must be a list of objects; saw {type(record).__name__} in row {place}."
            )
    names = dict.fromkeys(key for record in records for key in record)
    columns = {key: pd.Series([record.get(key) for record in records], dtype=object) for key in names}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(records)))
    return frame.apply(_plain) if len(frame) else frame


def _plain(column):
    """A column of one plain type as such; all else stays as it is."""
    kinds = set(map(type, column))
    if kinds == {str}:
        try:
            return column.astype("str")
        except UnicodeEncodeError:  # lone surrogates
            return column
    if kinds in ({int}, {float}, {bool}):
        return column.infer_objects()
    return column
