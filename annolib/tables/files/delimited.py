"""CSV and TSV as tables of text: every cell as it is written, every row whole, or one error that says what is wrong."""

from __future__ import annotations

import csv
import gzip
import re
import sys
import warnings
import zlib

import pandas as pd

from annolib.tables.refusals.faults import MOST_LISTED, TableError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OTHERS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "bars"}


def encoding_of(path):
    """The encoding that the first bytes of a file name; UTF-8 if they name none."""
    with open_bytes(path) as file:
        head = file.read(4)
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8")


def open_bytes(path):
    """A file as bytes, unpacked if its name ends in .gz."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else open(path, "rb")


def read_delimited(path, separator=","):
    """A file of separated values as a pandas table of text, see `annolib.tables.files.opening.read_file`."""
    try:
        encoding = encoding_of(path)
        names = read_names(path, separator, encoding)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = _read(path, separator, encoding, names=names, header=0, index_col=False, low_memory=False)
    except UnicodeError as error:
        raise not_utf8(path, separator, error) from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _unreadable(path, separator, encoding, len(names), error) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise TableError(f"{path.name!r} cannot be unpacked: {error}.") from None
    if (
        len(names) > 1 and frame.iloc[:, -1].isna().any()
    ):  # a row that is too short lacks at least the last cell
        ragged = _ragged(path, separator, encoding, len(names))
        if ragged:
            raise _wrong_length(path, ragged, len(names))
    return frame


def read_names(path, separator, encoding):
    """The names in the first line of a file; a blank one is named by its place.

    Raises
    ------
    TableError
        If the file is empty or a name occurs twice.
    """
    try:
        first = _read(path, separator, encoding, header=None, nrows=1)
    except pd.errors.EmptyDataError:
        raise TableError(f"{path.name!r} is empty. Export it again, with a line of names.") from None
    except pd.errors.ParserError as error:
        raise _unreadable(path, separator, encoding, 0, error) from None
    cells = ["" if pd.isna(cell) else cell for cell in first.iloc[0]]
    names = [cell if cell.strip() else f"column {place + 1}" for place, cell in enumerate(cells)]
    seen = set()
    twice = [name for name in names if name in seen or seen.add(name)]
    if twice:
        raise TableError(
            f"{path.name!r} has the column {twice[0]!r} twice. Rename one of the two in the file's first line."
        )
    others = [other for other in _OTHERS if other != separator and other in names[0]]
    if len(names) == 1 and others:
        raise TableError(
            f"{path.name!r} has one column, {names[0][:60]!r}: its cells seem to be separated by {_OTHERS[others[0]]}. "
            "Read it so and give the table:",
            _reading(path, others[0], encoding),
        )
    return names


def _read(path, separator, encoding, **how):
    return pd.read_csv(
        path, sep=separator, encoding=encoding, dtype=str, keep_default_na=False, na_values=[""],
        compression="infer", **how,
    )  # fmt: skip


def not_utf8(path, separator, error):
    """The error for a file in another encoding."""
    with open_bytes(path) as file:
        first = file.readline().decode("latin-1")
    separator = (
        separator if separator in first else next((mark for mark in _OTHERS if mark in first), separator)
    )
    return TableError(
        f"{path.name!r} is not in the encoding UTF-8: {str(error)[:80]}. Save it as UTF-8, or, if it comes from "
        "Excel on Windows, read it so and give the table:",
        _reading(path, separator, "cp1252"),
    )


def _reading(path, separator, encoding):
    """A statement that reads the file with pandas."""
    with open_bytes(path) as file:
        try:
            file.read().decode(encoding)
        except UnicodeError:
            encoding = "cp1252"
    known = "" if encoding == "utf-8" else f", encoding={encoding!r}"
    return f"table = pd.read_csv({str(path)!r}, sep={separator!r}, dtype=str{known})"


def _unreadable(path, separator, encoding, width, error):
    """The error for a file on which pandas has given up."""
    quote = re.search(r"EOF inside string starting at row (\d+)", str(error))
    if quote:
        row = int(quote[1]) - 1
        where = f"row {row}" if width else "the line of names"
        return TableError(
            f"{path.name!r}: a quote that opens in {where} is never closed (rows count from 0, below the names). "
            "Close it, or double each quote inside a quoted cell."
        )
    ragged = _ragged(path, separator, encoding, width)
    return (
        _wrong_length(path, ragged, width)
        if ragged
        else TableError(f"{path.name!r} cannot be read: {error}.")
    )


def _ragged(path, separator, encoding, width):
    """The rows (from 0, below the names) whose number of cells is another, with that number."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        opening = gzip.open if path.suffix.lower() == ".gz" else open
        with opening(path, "rt", encoding=encoding, newline="") as file:
            rows = (row for row in csv.reader(file, delimiter=separator) if row)
            next(rows, None)
            return [(place, len(row)) for place, row in enumerate(rows) if len(row) != width]
    except csv.Error as error:
        raise TableError(f"{path.name!r} cannot be read: {error}.") from None
    finally:
        csv.field_size_limit(limit)


def _wrong_length(path, ragged, width):
    shown = listed_rows([f"row {row} has {cells}" for row, cells in ragged])
    return TableError(
        f"{path.name!r}: {len(ragged):,} row{'s' if len(ragged) > 1 else ''} with another number of cells than the "
        f"line of names, which has {width}: {shown} (rows count from 0, below the names). Correct them: a cell with "
        "the separator in it stands in quotes."
    )


def listed_rows(texts):
    """At most ten of the texts, and how many more there are.

    Examples
    --------
    >>> listed_rows(["row 1", "row 4"])
    'row 1; row 4'
    """
    more = len(texts) - MOST_LISTED
    return "; ".join(texts[:MOST_LISTED]) + (f"; and {more:,} more" if more > 0 else "")
