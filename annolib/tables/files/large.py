"""A file that is too large for memory, opened in DuckDB: every entry as text, read piece by piece."""

from __future__ import annotations

from annolib.tables.files.delimited import encoding_of, not_utf8, read_names
from annolib.tables.refusals.faults import TableError


def open_large(path, kind):
    """A file as a relation of DuckDB.

    Parameters
    ----------
    path : pathlib.Path
    kind : {"csv", "tsv", "json", "jsonl", "parquet"}

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
    """
    duckdb = _duckdb()
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = true")
    try:
        table = _relation(connection, path, kind)
        table.aggregate("count(columns(*))").fetchall()  # every cell is read once: what is wrong shows here
    except UnicodeError as error:
        raise not_utf8(path, "\t" if kind == "tsv" else ",", error) from None
    except duckdb.Error as error:
        first = str(error).strip().split("\n")[0]
        raise TableError(f"{path.name!r} cannot be read by DuckDB: {first}") from None
    return table


def with_numbers(table):
    """The relation with the number of the row as `time`, if it has no time: rows are read in the file's order."""
    return table if "time" in table.columns else table.project('*, row_number() over () as "time"')


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
            "null_padding=false, strict_mode=true, max_line_size=33554432)"
        )
    if kind == "parquet":
        return _as_text(connection.sql(f"select * from read_parquet({file})"))
    found = connection.sql(f"select * from read_json({file}, maximum_object_size=134217728, sample_size=-1)")
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in found.columns)
    return connection.sql(
        f"select * from read_json({file}, columns={{{columns}}}, maximum_object_size=134217728)"
    )


def _as_text(table):
    casts = ", ".join(f"cast({_named(name)} as varchar) as {_named(name)}" for name in table.columns)
    return table.project(casts)


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _named(name):
    return '"' + name.replace('"', '""') + '"'
