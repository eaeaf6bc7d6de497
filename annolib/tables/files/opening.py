"""Which kind of file a path names, and the file as a table: small ones in pandas, large ones in DuckDB."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from annolib.tables.files import large as engine
from annolib.tables.files.delimited import read_delimited
from annolib.tables.files.records import frame_of, read_json
from annolib.tables.refusals.faults import TableError

KINDS = {
    # ending: kind
    **{".csv": "csv", ".tsv": "tsv", ".tab": "tsv"},
    **{".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"},
    **{".parquet": "parquet", ".pq": "parquet"},
}
LARGE = {
    "csv": 500_000_000,
    "tsv": 500_000_000,
    "json": 200_000_000,
    "jsonl": 500_000_000,
    "parquet": 100_000_000,
}


def is_path(source):
    """Whether `source` names a file.

    Examples
    --------
    >>> is_path("judgements.csv"), is_path(Path("judgements.csv")), is_path([])
    (True, True, False)
    """
    return isinstance(source, (str, os.PathLike))


def kind_of(path):
    """The kind of a file, by its ending; one more ending `.gz` says that it is compressed.

    Examples
    --------
    >>> kind_of("a/b.CSV"), kind_of("b.jsonl.gz")
    ('csv', 'jsonl')
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending == ".gz":
        ending = path.with_suffix("").suffix.lower()
    if ending in KINDS:
        return KINDS[ending]
    excel = " Save the sheet as CSV." if ending in (".xls", ".xlsx", ".ods") else ""
    known = ", ".join(KINDS)
    raise TableError(
        f"{path.name!r} is no file that can be read: its name ends in {ending!r}, known endings are {known} "
        f"(and .gz after them).{excel or ' Give the file its true ending.'}"
    )


def read_file(path):
    """A file as a pandas table.

    Parameters
    ----------
    path : str or path-like
        Ending in .csv, .tsv, .json, .jsonl or .parquet (see `KINDS`), perhaps with .gz after it. A CSV has commas,
        a TSV has tabs, both a line of names and the encoding UTF-8 (or UTF-16 with its mark). JSON is a list of
        objects, JSON Lines one object a line.

    Returns
    -------
    pandas.DataFrame
        Rows numbered from 0. Cells of CSV and TSV are text as it is written, so that "007" stays; empty ones are
        missing. Entries of JSON are what they are in JSON.

    Raises
    ------
    TableError
        If the file cannot be read as what its ending says, or anything in it would be lost: rows that are longer or
        shorter than the line of names, names that occur twice, a quote that is never closed.
    OSError
        If there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = path.write_text("worker,label\\n007,left\\n")
    >>> read_file(path).to_dict("records")
    [{'worker': '007', 'label': 'left'}]
    """
    path, kind = Path(path), kind_of(path)
    if kind in ("csv", "tsv"):
        return read_delimited(path, "," if kind == "csv" else "\t")
    if kind == "parquet":
        return _read_parquet(path)
    return frame_of(read_json(path), path.name)


def open_file(path, large=None, number=True, memory=engine.MEMORY):
    """A file as a table in pandas, or where it is large as a relation of DuckDB, which need not fit into memory.

    A large file is copied once into a database in a temporary folder. The folder goes when the relation and all that
    were made of it have gone, at the latest when Python ends.

    Parameters
    ----------
    path : str or path-like
        As for `read_file`.
    large : bool, optional
        True for DuckDB, False for pandas. By default DuckDB is for files of more bytes than `LARGE` says for the kind.
    number : bool
        Whether a relation gets a column `time` with the number of the row, if there is none: its rows have no order.
    memory : str
        What DuckDB may hold in memory, such as "500MB" or "4GB"; what is more it puts into the temporary folder. Python
        itself and the results come on top.

    Returns
    -------
    pandas.DataFrame or duckdb.DuckDBPyRelation
        In the relation every entry is text.

    Raises
    ------
    TableError
        As for `read_file`.
    ModuleNotFoundError
        If the file is large and DuckDB is not installed.
    ValueError
        If the file is large and `memory` is no size.
    """
    kind = kind_of(path)
    if large is None:
        large = os.path.getsize(path) > LARGE[kind]
    if not large:
        return read_file(path)
    return engine.open_large(Path(path), kind, number, memory)


def from_file(path, table, read, *arguments):
    """`read(table, *arguments)`; a fix that it proposes for the table begins with reading the file.

    Raises
    ------
    TableError
        As `read` does, with a fix that can be pasted and run.
    """
    try:
        return read(table, *arguments)
    except TableError as error:
        if not error.fix.startswith("table = "):
            raise
        message = str(error).removesuffix(error.fix).rstrip()
        small = isinstance(table, pd.DataFrame)
        opening = f"read_file({str(path)!r})" if small else f"open_file({str(path)!r}, large=True)"
        first = f"from annolib.tables.files import {opening.partition('(')[0]}; table = {opening}"
        raise TableError(message, f"{first}; {error.fix}") from None


def _read_parquet(path):
    """A Parquet file in pandas; whole numbers stay whole where some are missing."""
    try:
        from pyarrow import ArrowException, parquet
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "a Parquet file is read with pyarrow, which is not installed. Install it (pip install 'annolib[files]')."
        ) from None
    with open(path, "rb") as file:
        try:
            table = parquet.read_table(file)
            twice = [
                name for place, name in enumerate(table.column_names) if name in table.column_names[:place]
            ]
            frame = None if twice else table.to_pandas(integer_object_nulls=True, ignore_metadata=True)
        except (ArrowException, OSError, ValueError) as error:
            raise TableError(f"{path.name!r} is no Parquet file that can be read: {error}") from None
    if twice:
        raise TableError(
            f"{path.name!r} has the column {twice[0]!r} twice. Rename one of the two in the source."
        )
    return frame.reset_index(drop=True) if isinstance(frame, pd.DataFrame) else frame
