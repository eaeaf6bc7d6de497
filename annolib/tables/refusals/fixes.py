"""How a table is put right, as code in the words of its engine: what a refusal proposes.

A fix is a statement `table = …` that can be pasted and run, in the dialect of the library that the table is of:
pandas (`pd`), Polars (`pl`), PyArrow (`pa`, `pc`), DuckDB, Dask or Spark (`F` for `pyspark.sql.functions`). Every
method returns such a statement. The table that it makes is a new one; the old one stays as it is.
"""

from __future__ import annotations

_WRITTEN_OUT = "entry.encode('utf-8', 'backslashreplace').decode() if isinstance(entry, str) else entry"
_FILLED = r"[^\s\pZ\pC]"  # a sign that can be seen
SIMPLE = (str, bool, int, float, bytes)  # entries that can be written down as a literal in every dialect


class Pandas:
    """Statements for a pandas DataFrame."""

    def rename(self, old, new):
        """Another name for a column."""
        return f"table = table.rename(columns={{{old!r}: {new!r}}})"

    def drop(self, *names):
        """Leave columns out."""
        return f"table = table.drop(columns={list(names)!r})"

    def drop_empty(self, name, number=False):
        """Drop rows without an entry; `number` where NaN may stand for none."""
        return f"table = table.dropna(subset=[{name!r}])"

    def drop_blank(self, name):
        """Drop rows whose text is only white space."""
        return f"table = table[table[{name!r}].astype(str).str.strip() != '']"

    def translate(self, name, mapping, rest=False):
        """Put other entries for those in `mapping`; `rest`: drop the rows of all others."""
        done = f"table = table.assign(**{{{name!r}: table[{name!r}].map({mapping!r})}})"
        return f"{done}.dropna(subset=[{name!r}])" if rest else done

    def is_one_of(self, name, values):
        """True where the entry is one of `values`, else (and where it is empty) False."""
        return f"table = table.assign(**{{{name!r}: table[{name!r}].isin({values!r})}})"

    def as_text(self, name):
        """Every entry as Python writes it."""
        return f"table = table.assign(**{{{name!r}: table[{name!r}].map(str)}})"

    def written_out(self, name):
        """Lone surrogates, which are no characters, as their codes."""
        function = f"lambda entry: {_WRITTEN_OUT}"
        return f"table = table.assign(**{{{name!r}: table[{name!r}].map({function})}})"

    def as_number(self, name):
        """Text of digits as whole numbers."""
        return f"table = table.assign(**{{{name!r}: table[{name!r}].map(int)}})"

    def compute(self, name, python, sql):
        """A column of text from the others of its row: Python's expression in `row`, or SQL's by `sql(dialect)`."""
        return f"table = table.assign(**{{{name!r}: [{python} for row in table.to_dict('records')]}})"

    def distinct(self, names):
        """The first of the rows that are equal in all columns `names`."""
        return f"table = table.drop_duplicates({list(names)!r})"

    def number_rows(self, name):
        """Another column: the number of the row."""
        return f"table = table.assign(**{{{name!r}: range(len(table))}})"


class Dask(Pandas):
    """Statements for a Dask DataFrame."""

    def as_text(self, name):
        return f"table = table.assign(**{{{name!r}: table[{name!r}].map(str, meta=({name!r}, 'object')).astype('string')}})"

    def as_number(self, name):
        return f"table = table.assign(**{{{name!r}: table[{name!r}].map(int, meta=({name!r}, 'int64'))}})"

    def translate(self, name, mapping, rest=False):
        kind = "bool" if all(isinstance(value, bool) for value in mapping.values()) else "object"
        done = f"table = table.assign(**{{{name!r}: table[{name!r}].map({mapping!r}, meta=({name!r}, {kind!r}))}})"
        return f"{done}.dropna(subset=[{name!r}])" if rest else done

    def compute(self, name, python, sql):
        rows = f"lambda part: pd.Series([{python} for row in part.to_dict('records')], part.index, 'string')"
        return (
            f"table = table.assign(**{{{name!r}: table.map_partitions({rows}, meta=({name!r}, 'string'))}})"
        )

    def number_rows(self, name):
        return f"table = table.assign(**{{{name!r}: table[table.columns[0]].notnull().cumsum()}})"


class Polars:
    """Statements for a Polars DataFrame or LazyFrame."""

    def rename(self, old, new):
        return f"table = table.rename({{{old!r}: {new!r}}})"

    def drop(self, *names):
        return f"table = table.drop({list(names)!r})"

    def drop_empty(self, name, number=False):
        nans = f".drop_nans([{name!r}])" if number else ""
        return f"table = table.drop_nulls([{name!r}]){nans}"

    def drop_blank(self, name):
        return f"table = table.filter(pl.col({name!r}).cast(pl.String).str.strip_chars() != '')"

    def translate(self, name, mapping, rest=False):
        text = ".cast(pl.String)" if all(isinstance(key, str) for key in mapping) else ""
        done = f"pl.col({name!r}){text}.replace_strict({mapping!r}, default=None)"
        drop = f".drop_nulls([{name!r}])" if rest else ""
        return f"table = table.with_columns({done}){drop}"

    def is_one_of(self, name, values):
        text = ".cast(pl.String)" if all(isinstance(value, str) for value in values) else ""
        done = f"pl.col({name!r}){text}.is_in({values!r}).fill_null(False)"
        return f"table = table.with_columns({done})"

    def as_text(self, name):
        return self._by_entry(name, "str(entry)", "String")

    def written_out(self, name):
        return self._by_entry(name, _WRITTEN_OUT, "String")

    def as_number(self, name):
        return self._by_entry(name, "int(entry)", "Int64")

    def _by_entry(self, name, python, kind):
        entries = f"[None if entry is None else {python} for entry in column.to_list()]"
        function = f"lambda column: pl.Series({entries}, dtype=pl.{kind})"
        return f"table = table.with_columns(pl.col({name!r}).map_batches({function}, return_dtype=pl.{kind}))"

    def compute(self, name, python, sql):
        rows = f"pl.struct(pl.all()).map_elements(lambda row: {python}, return_dtype=pl.String)"
        return f"table = table.with_columns({rows}.alias({name!r}))"

    def distinct(self, names):
        return f"table = table.unique({list(names)!r}, keep='first', maintain_order=True)"

    def number_rows(self, name):
        return f"table = table.with_row_index({name!r})"


class PyArrow:
    """Statements for a PyArrow Table."""

    def rename(self, old, new):
        return f"table = table.rename_columns({{{old!r}: {new!r}}})"

    def drop(self, *names):
        return f"table = table.drop_columns({list(names)!r})"

    def drop_empty(self, name, number=False):
        return f"table = table.filter(pc.invert(pc.is_null(table[{name!r}], nan_is_null=True)))"

    def drop_blank(self, name):
        return f"table = table.filter([bool(entry.strip()) for entry in table[{name!r}].to_pylist()])"

    def translate(self, name, mapping, rest=False):
        done = self._put(name, f"[{mapping!r}.get(entry) for entry in table[{name!r}].to_pylist()]")
        return f"{done}; table = table.filter(pc.is_valid(table[{name!r}]))" if rest else done

    def is_one_of(self, name, values):
        return self._put(name, f"[entry in {values!r} for entry in table[{name!r}].to_pylist()]")

    def as_text(self, name):
        return self._put(
            name, f"[None if entry is None else str(entry) for entry in table[{name!r}].to_pylist()]"
        )

    def as_number(self, name):
        return self._put(
            name, f"[None if entry is None else int(entry) for entry in table[{name!r}].to_pylist()]"
        )

    def compute(self, name, python, sql):
        return self._put(name, f"[{python} for row in table.to_pylist()]")

    def distinct(self, names):
        rows = f"table.to_pandas().drop_duplicates({list(names)!r})"
        return f"table = pa.Table.from_pandas({rows}, table.schema, preserve_index=False)"

    def _put(self, name, entries):
        place = f"table.column_names.index({name!r})"
        return f"table = table.set_column({place}, {name!r}, pa.array({entries}))"

    def number_rows(self, name):
        return f"table = table.append_column({name!r}, pa.array(range(table.num_rows)))"


class DuckDB:
    """Statements for a DuckDB relation."""

    def rename(self, old, new):
        return f"table = table.project({f'* rename ({self.name(old)} as {self.name(new)})'!r})"

    def drop(self, *names):
        columns = ", ".join(map(self.name, names))
        return f"table = table.project({f'* exclude ({columns})'!r})"

    def drop_empty(self, name, number=False):
        nans = f" and not isnan({self.name(name)})" if number else ""
        return f"table = table.filter({f'{self.name(name)} is not null{nans}'!r})"

    def drop_blank(self, name):
        return f"table = table.filter({self._filled(name)!r})"

    def translate(self, name, mapping, rest=False):
        cases = " ".join(
            f"when {self.literal(key)} then {self.literal(value)}" for key, value in mapping.items()
        )
        done = self._replace(name, f"case {self.name(name)} {cases} end")
        return f"{done}.filter({f'{self.name(name)} is not null'!r})" if rest else done

    def is_one_of(self, name, values):
        known = ", ".join(map(self.literal, values))
        return self._replace(name, f"coalesce({self.name(name)} in ({known}), false)")

    def as_text(self, name):
        return self._replace(name, f"cast({self.name(name)} as varchar)")

    def as_number(self, name):
        return self._replace(name, f"cast({self.name(name)} as bigint)")

    def compute(self, name, python, sql):
        return self._replace(name, sql(self))

    def distinct(self, names):
        query = f"select distinct on ({', '.join(map(self.name, names))}) * from judgements"
        return f"table = table.query('judgements', {query!r})"

    def name(self, name):
        """A column's name in SQL."""
        return '"' + name.replace('"', '""') + '"'

    def literal(self, value):
        """An entry in SQL."""
        if isinstance(value, bytes):
            return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::blob"
        if isinstance(value, str):
            return "'" + value.replace("'", "''") + "'"
        return str(value).lower()

    def _filled(self, name):
        return f"regexp_matches({self.name(name)}::varchar, '{_FILLED}')"

    def _replace(self, name, sql):
        return f"table = table.project({f'* replace ({sql} as {self.name(name)})'!r})"

    def number_rows(self, name):
        return f"table = table.project({f'*, row_number() over () as {self.name(name)}'!r})"


class Spark(DuckDB):
    """Statements for a Spark DataFrame."""

    def rename(self, old, new):
        return f"table = table.withColumnRenamed({old!r}, {new!r})"

    def drop(self, *names):
        return f"table = table.drop({', '.join(map(repr, names))})"

    def drop_empty(self, name, number=False):
        return f"table = table.dropna(subset=[{name!r}])"

    def drop_blank(self, name):
        return f"table = table.filter(F.col({name!r}).rlike({_FILLED!r}))"

    def distinct(self, names):
        return f"table = table.dropDuplicates({list(names)!r})"

    def name(self, name):
        return "`" + name.replace("`", "``") + "`"

    def literal(self, value):
        if isinstance(value, str):
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        if isinstance(value, bytes):
            return f"X'{value.hex()}'"
        return str(value).lower()

    def _replace(self, name, sql):
        return f"table = table.withColumn({name!r}, F.expr({sql!r}))"

    def translate(self, name, mapping, rest=False):
        done = super().translate(name, mapping)
        return f"{done}.dropna(subset=[{name!r}])" if rest else done

    def number_rows(self, name):
        return f"table = table.withColumn({name!r}, F.monotonically_increasing_id())"


PANDAS = Pandas()
_DIALECTS = {
    "polars": Polars(),
    "pyarrow": PyArrow(),
    "duckdb": DuckDB(),
    "dask": Dask(),
    "pyspark": Spark(),
}


def dialect_of(module):
    """The dialect of a library, by its name; pandas' where it is unknown.

    Examples
    --------
    >>> dialect_of("duckdb").rename("item", "task")
    'table = table.project(\\'* rename ("item" as "task")\\')'
    """
    return _DIALECTS.get(module.lstrip("_"), PANDAS)
