"""A file that is too large for memory, copied once into a database of DuckDB: every entry as text."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path

from annolib.tables.engines.codes import Workshop, lend
from annolib.tables.files.delimited import encoding_of, not_utf8, read_names
from annolib.tables.refusals.faults import TableError

MEMORY = "1GB"  # what DuckDB may hold, unless the caller says otherwise
_LINE = 33_554_432  # bytes: the longest line of a CSV
_OBJECT = 134_217_728  # bytes: the longest object of JSON
_THREADS = 8  # each wants a share of the memory: DuckDB advises 125 MB at least


def open_large(path, kind, number=True, memory=MEMORY):
    """A file as a relation of DuckDB.

    Its rows are copied into a database in a folder of its own under `tempfile.gettempdir()`, which also takes what does
    not fit into memory. Nothing is read from the file again. The folder is there as long as the relation or one made
    of it, or until Python ends (a Python that is killed leaves it). It takes at most about as much room as the file,
    and again as much when the rows are counted.

    Parameters
    ----------
    path : pathlib.Path
    kind : {"csv", "tsv", "json", "jsonl", "parquet"}
    number : bool
        Whether a column `time` with the number of the row, from 1, is added where there is none.
    memory : str
        As for `annolib.tables.files.opening.open_file`.

    Returns
    -------
    duckdb.DuckDBPyRelation
        See `annolib.tables.files.opening.open_file`.

    Raises
    ------
    TableError
        If DuckDB cannot read the file.
    ModuleNotFoundError
        If DuckDB is not installed.
    ValueError
        If `memory` is no size.
    """
    duckdb = _duckdb()
    folder = Path(tempfile.mkdtemp(prefix="annolib-"))
    connection = duckdb.connect(str(folder / "table.duckdb"))
    weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
    _limit(duckdb, connection, folder, memory)
    try:
        rows = _relation(connection, path, kind)
        placed = number and "time" not in rows.columns
        place = ', row_number() over () as "time"' if placed else ""
        rows.project(f"*{place}").create("rows")
    except UnicodeError as error:
        raise not_utf8(path, "\t" if kind == "tsv" else ",", error) from None
    except duckdb.OutOfMemoryException as error:
        raise TableError(
            f"{path.name!r} needs more than the {memory} that DuckDB may hold. Give it more, such as memory='4GB': "
            f"{_first_line(error)}"
        ) from None
    except duckdb.Error as error:
        raise TableError(f"{path.name!r} cannot be read by DuckDB: {_first_line(error)}") from None
    workshop = Workshop(connection, "time" if placed else None)
    return lend(connection.table("rows"), workshop)


def _limit(duckdb, connection, folder, memory):
    """Bound what DuckDB holds in memory; what is more goes into the folder."""
    try:
        connection.execute(f"set memory_limit = {_quoted(str(memory))}")
    except duckdb.Error:
        raise ValueError(f"memory must be a size such as '1GB' or '500MB'; saw {memory!r}.") from None
    connection.execute(f"set temp_directory = {_quoted(str(folder / 'spilled'))}")
    connection.execute("set preserve_insertion_order = true")
    if (os.cpu_count() or 1) > _THREADS:
        connection.execute(f"set threads = {_THREADS}")


def _first_line(error):
    return str(error).strip().split("\n")[0]


def _duckdb():
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "a file of this size is read with DuckDB, which is not installed. Install it "
            "(pip install 'annolib[files]'), or give a smaller file."
        ) from None
    return duckdb


def _relation(connection, path, kind):
    file = _quoted(str(path))
    if kind in ("csv", "tsv"):
        separator = "," if kind == "csv" else "\t"
        encoding = encoding_of(path)
        if encoding not in ("utf-8", "utf-8-sig"):
            raise not_utf8(path, separator, f"it begins with the mark of {encoding}")
        names = read_names(path, separator, encoding)
        columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in names)
        return connection.sql(
            f"select * from read_csv({file}, columns={{{columns}}}, header=true, auto_detect=false, "
            f"delim={_quoted(separator)}, quote='\"', escape='\"', nullstr='', allow_quoted_nulls=true, "
            f"null_padding=false, strict_mode=true, max_line_size={_LINE}, buffer_size={2 * _LINE})"
        )
    if kind == "parquet":
        return _as_text(connection.sql(f"select * from read_parquet({file})"))
    found = connection.sql(f"select * from read_json({file}, maximum_object_size={_OBJECT}, sample_size=-1)")
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in found.columns)
    return connection.sql(
        f"select * from read_json({file}, columns={{{columns}}}, maximum_object_size={_OBJECT})"
    )


def _as_text(table):
    casts = ", ".join(f"cast({_named(name)} as varchar) as {_named(name)}" for name in table.columns)
    return table.project(casts)


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _named(name):
    return '"' + name.replace('"', '""') + '"'
