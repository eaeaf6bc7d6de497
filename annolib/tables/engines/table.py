"""Tables that live in another engine than pandas, under one interface: Narwhals (an optional extra, `scale`).

Polars, PyArrow, DuckDB, Dask and Spark. Nothing is computed here: a table is opened, its columns found and
named, and single rows fetched for a message. `annolib.tables.engines.checks` checks it, `annolib.tables.engines.counts`
counts it; both leave the rows where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module

from annolib.tables.judgements import find_names
from annolib.tables.refusals import TableError, no_ids

ENGINES = ("polars", "pyarrow", "duckdb", "_duckdb", "dask", "pyspark", "narwhals")
ROW = "row"  # the position of a row, where the engine's tables have an order
_CATEGORIES = ("Categorical", "Enum")  # read by value
_NO_IDS = ("List", "Array", "Struct", "Object", "Unknown")
_DIRECT = ("POLARS", "PYARROW")  # results come back as they are; from other engines by way of pandas


class _Narwhals:
    """The module `narwhals.stable.v2`, imported when it is first used."""

    def __getattr__(self, name):
        try:
            module = import_module("narwhals.stable.v2")
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                "a table that is not pandas' is read through narwhals, which is not installed. Install it "
                "(pip install 'annolib[scale]'), or give the table as pandas."
            ) from None
        return getattr(module, name)


nw = _Narwhals()


@dataclass(frozen=True, repr=False, eq=False)
class EngineTable:
    """A table in an engine, with the columns of judgements under their proper names.

    Attributes
    ----------
    frame : narwhals.LazyFrame
        Columns task, worker, label, …; text instead of categories.
    names : dict
        Proper name → the table's own.
    aliases : dict
        The part of `names` where the two differ.
    kinds : dict
        Proper name → name of the column's type in Narwhals.
    ordered : bool
        Whether rows have an order: in Polars and PyArrow they do, in DuckDB, Dask and Spark not.
    source : narwhals.DataFrame or narwhals.LazyFrame
        The table as it was given.
    """

    frame: object
    names: dict
    aliases: dict
    kinds: dict
    ordered: bool
    source: object

    def __contains__(self, name):
        return name in self.names

    def numbered(self):
        """The frame with the position of each row in a column `row`; only for tables with an order."""
        if isinstance(self.source, nw.DataFrame):
            rows = self.source.with_row_index(ROW)
        else:
            rows = nw.from_native(nw.to_native(self.source).with_row_index(ROW))
        return rows.lazy().select(ROW, *self._columns())

    def _columns(self):
        for name, own in self.names.items():
            column = nw.col(own)
            yield (column.cast(nw.String) if self.kinds[name] in _CATEGORIES else column).alias(name)


def in_engine(table):
    """Whether the table belongs to one of `ENGINES`, judged without importing any of them.

    Examples
    --------
    >>> in_engine([1, 2])
    False
    """
    return type(table).__module__.partition(".")[0] in ENGINES


def unwrap(table):
    """The table itself, where Narwhals only wraps it.

    Raises
    ------
    ModuleNotFoundError
        If Narwhals is not installed.
    """
    return nw.to_native(table, pass_through=True)


def open_table(table):
    """Open a table of another engine; rows are not read.

    Raises
    ------
    ModuleNotFoundError
        If Narwhals is not installed.
    TableError
        If it is no table, a column is missing, or entries cannot be ids.
    """
    try:
        frame = nw.from_native(table)
    except TypeError:
        kind = f"{type(table).__module__.partition('.')[0]} {type(table).__name__}"
        raise TableError(f"table must be a table (a data frame or a relation); saw {kind}.") from None
    ordered = isinstance(frame, nw.DataFrame) or frame.implementation.name == "POLARS"
    schema = frame.collect_schema()
    names, aliases = find_names(list(schema))
    kinds = {name: str(schema[own].base_type().__name__) for name, own in names.items()}
    for name, kind in kinds.items():
        if kind in _NO_IDS:
            raise no_ids(names[name], kind)
    table = EngineTable(None, names, aliases, kinds, ordered, frame)
    return replace(table, frame=frame.lazy().select(*table._columns()))


def collect(frame):
    """Bring a small table back: column → NumPy array."""
    small = frame.collect(backend=None if frame.implementation.name in _DIRECT else "pandas")
    return {name: small.get_column(name).to_numpy() for name in small.columns}
