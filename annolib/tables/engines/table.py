"""Tables that live in another engine than pandas, under one interface: Narwhals (an optional extra, `scale`).

Polars, PyArrow, DuckDB, Dask and Spark. Nothing is computed here: a table is opened, its columns found and
named, and single rows fetched for a message. `annolib.tables.engines.checks` validates it,
`annolib.tables.engines.counts` counts it; both leave the rows where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module

from annolib.tables.names import find_names, needs_column
from annolib.tables.refusals.faults import TableError, no_ids, objects
from annolib.tables.refusals.fixes import dialect_of

ENGINES = ("polars", "pyarrow", "duckdb", "_duckdb", "dask", "pyspark", "narwhals")
ROW = "row"  # the position of a row, where the engine's tables have an order
TEXT = ("String", "Categorical", "Enum")
_CATEGORIES = ("Categorical", "Enum")  # read by value
_IDS = ("task", "worker", "left", "right", "judgement", "screen")
_NO_IDS = (
    "List",
    "Array",
    "Struct",
    "Object",
    "Unknown",
    "Binary",
    "Decimal",
    "Duration",
    "Int128",
    "UInt128",
)
_DIRECT = ("POLARS", "PYARROW")  # results come back as they are; from other engines by way of pandas


class _Narwhals:
    """The module `narwhals.stable.v2`, imported when it is first used."""

    def __getattr__(self, name):
        if name.startswith("__"):  # doctest asks every object what it wraps
            raise AttributeError(name)
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
    source : narwhals.DataFrame or narwhals.LazyFrame
        The table as it was given.
    names : dict
        Proper name → the table's own; the parts of an item are called "part 0" and so on.
    aliases : dict
        The part of `names` where the two differ.
    by, left_over : tuple, list
        Columns that are part of the item, and those that are not read.
    kinds : dict
        Proper name → name of the column's type in Narwhals.
    ordered : bool
        Whether rows have an order: in Polars and PyArrow they do, in DuckDB, Dask and Spark not.
    dialect : object
        In whose words a fix is written, see `annolib.tables.refusals.fixes`.
    time_format, expert : as for `annolib.tally`
    columns : dict
        Proper name → how it is read, a narwhals expression: text instead of categories.
    same_content : int
        The number of tasks with the same content on both sides; known once the table was validated.
    notes : tuple of str
        See `annolib.Judgements`; likewise.
    spelled : dict
        Where ids were coded (`annolib.tables.engines.codes`): proper name → a frame with columns code and id.
    placed : bool
        Whether `time` is the number of the row.
    """

    source: object
    names: dict
    aliases: dict
    by: tuple
    left_over: list
    kinds: dict
    ordered: bool
    dialect: object
    time_format: str | None
    expert: object
    columns: dict = field(default_factory=dict)
    same_content: int = 0
    notes: tuple = ()
    spelled: dict = field(default_factory=dict)
    placed: bool = False

    def __contains__(self, name):
        return name in self.columns

    @property
    def frame(self):
        """The columns under their proper names, a narwhals.LazyFrame."""
        return self.source.lazy().select(*self._named())

    @property
    def sided(self):
        """Whether `left` and `right` were given."""
        return "left" in self.columns

    @property
    def screen(self):
        """The column `screen`, or None."""
        return self.columns.get("screen")

    def numbered(self, *others):
        """The frame with the position of each row in a column `row`; only for tables with an order."""
        if isinstance(self.source, nw.DataFrame):
            rows = self.source.with_row_index(ROW)
        else:
            rows = nw.from_native(nw.to_native(self.source).with_row_index(ROW))
        return rows.lazy().select(ROW, *self._named(), *others)

    def reading(self, **columns):
        """The same table, with some columns read in another way."""
        return replace(self, columns=self.columns | columns)

    def with_items(self):
        """The same table, with each task and its parts as one column of text."""
        parts = [name for name in self.columns if name.startswith("part ")]
        if not parts:
            return self
        texts = [self.columns[name].cast(nw.String) for name in ("task", *parts)]
        pieces = [
            piece for text in texts for piece in (text.str.len_chars().cast(nw.String), nw.lit(":"), text)
        ]
        columns = {name: column for name, column in self.columns.items() if name not in parts}
        kinds = self.kinds | {"task": "String"}
        return replace(self, columns=columns | {"task": nw.concat_str(*pieces)}, kinds=kinds)

    def _named(self):
        return [column.alias(name) for name, column in self.columns.items()]


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


def open_table(table, by=(), time_format=None, expert=None, columns=None):
    """Open a table of another engine; rows are not read.

    Parameters
    ----------
    table : object
        Of an engine.
    by, time_format, expert, columns : as for `annolib.tally`

    Raises
    ------
    ModuleNotFoundError
        If Narwhals is not installed.
    TableError
        If it is no table, a column is missing, or entries cannot be ids.
    """
    library = type(table).__module__.partition(".")[0]
    dialect = dialect_of(library)
    try:
        frame = nw.from_native(_without_dictionaries(table, library))
    except TypeError:
        kind = f"{library} {type(table).__name__}"
        raise TableError(f"table must be a table (a data frame or a relation); saw {kind}.") from None
    except Exception as error:  # narwhals refuses columns of one name, each engine with an error of its own
        raise TableError(f"the columns of the table cannot be told apart: {error} Rename them.") from None
    ordered = isinstance(frame, nw.DataFrame) or frame.implementation.name == "POLARS"
    schema = frame.collect_schema()
    names, aliases, by, left_over = find_names(list(schema), by, dialect, columns)
    names |= {f"part {place}": name for place, name in enumerate(by)}
    if time_format is not None and "time" not in names:
        raise needs_column("time", "time_format")
    if expert is not None and "expert" not in names:
        raise needs_column("expert", "expert")
    kinds = {name: str(schema[own].base_type().__name__) for name, own in names.items()}
    nothing = _without_entries(frame, {name: own for name, own in names.items() if kinds[name] == "Unknown"})
    kinds |= dict.fromkeys(nothing, "Categorical")  # of no type, and so as text
    for name, kind in kinds.items():
        if kind == "Object" or (kind in _NO_IDS and (name in _IDS or name.startswith("part "))):
            raise _no_ids(frame, names[name], kind, dialect)
    read = {name: _by_value(nw.col(own), kinds[name]) for name, own in names.items()}
    for side in ("left", "right"):
        if kinds.get(side) == "Boolean":  # not every engine can say which of two truths is the greater
            read[side] = read[side].cast(nw.Int64)
    return EngineTable(
        frame, names, aliases, by, left_over, kinds, ordered, dialect, time_format, expert, read
    )


def _without_entries(frame, names):
    """Which of the columns have no entry at all."""
    if not names:
        return []
    counts = collect(frame.lazy().select(*(nw.col(own).count().alias(name) for name, own in names.items())))
    return [name for name in names if counts[name][0] == 0]


def _no_ids(frame, own, kind, dialect):
    """The error for a column of a type that cannot be ids."""
    fault = no_ids(own, kind, dialect)
    if kind == "Object":
        fault = objects(own, collect(frame.lazy().select(nw.col(own)))[own].tolist(), dialect)
    return TableError(f"column {own!r}: {fault.what.rstrip(',')}. {fault.advice}", fault.fix)


def _by_value(column, kind):
    return column.cast(nw.String) if kind in _CATEGORIES else column


def _without_dictionaries(table, library):
    """Arrow's dictionary-encoded columns, and Dask's categories where they are known, as what they stand for."""
    if library == "pyarrow" and hasattr(table, "schema"):
        import pyarrow as pa

        for place, column in enumerate(table.schema):
            if pa.types.is_dictionary(column.type):
                table = table.set_column(place, column.name, table.column(place).cast(column.type.value_type))
    if library == "dask" and hasattr(table, "dtypes") and hasattr(table, "columns"):
        kinds = {name: kind for name, kind in table.dtypes.items() if getattr(kind, "name", "") == "category"}
        known = {name: kind.categories.dtype for name, kind in kinds.items() if table[name].cat.known}
        table = table.astype(known) if known else table
    return table


def collect(frame):
    """Bring a small table back: column → NumPy array."""
    small = frame.collect(backend=None if frame.implementation.name in _DIRECT else "pandas")
    return {name: small.get_column(name).to_numpy() for name in small.columns}
