"""Ids as whole numbers: a table that was copied into a database of its own, coded there once (extra `files`).

Every question about a table groups, joins or compares ids. For text this costs an engine several times what it costs
for whole numbers. So each id gets the place that it has among the sorted ids of its column: equal ids have equal
numbers, and a smaller number is a smaller id. The ids themselves come back for the small results only.

Only a table that annolib itself copied (`annolib.tables.files.large`) is coded: nothing is written into a database
that is somebody else's.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field, replace

from annolib.tables.engines.table import EngineTable, collect, nw

_WORKSHOPS = weakref.WeakKeyDictionary()  # relation → Workshop; an entry goes with its relation


@dataclass(frozen=True, eq=False)
class Workshop:
    """The database of a copied table, where further tables may be written.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
        It is held as long as the relation lives that it was lent with.
    place : str or None
        The column with the number of the row, if one was added.
    made : dict
        What was coded already: SQL → name of the table.
    """

    connection: object
    place: str | None = None
    made: dict = field(default_factory=dict)


def lend(relation, workshop):
    """The relation, of which `workshop_of` now knows the database; None for the workshop changes nothing."""
    if workshop is not None:
        _WORKSHOPS[relation] = workshop
    return relation


def workshop_of(relation):
    """The database in which the relation was copied; None for every other table.

    Examples
    --------
    >>> workshop_of([1, 2]) is None
    True
    """
    try:
        return _WORKSHOPS.get(relation)
    except TypeError:  # no key: it was never lent
        return None


def code_ids(table: EngineTable, workshop, kept=()):
    """The table with items, workers and contents as whole numbers, in the order of their ids.

    Parameters
    ----------
    table : EngineTable
        With items in one column, no id empty. Other columns are read as before.
    workshop : Workshop or None
        None: the table stays as it is.
    kept : sequence of str
        Columns that are not judgements' and are needed nevertheless.

    Returns
    -------
    EngineTable
        `spelled` has for task and worker a frame with columns code and id; `placed` is known.
    """
    if workshop is None:
        return table
    placed = workshop.place is not None and table.names.get("time") == workshop.place
    coded = {name: table.names[name] for name in ("task", "worker", "left", "right") if name in table}
    given = nw.to_native(table.source.lazy().select(*(table.columns[name].alias(name) for name in coded)))
    ids = given.sql_query()
    words = {name: _write(workshop, _distinct(ids, name)) for name in ("task", "worker")}
    if table.sided:
        words["left"] = words["right"] = _write(workshop, _distinct(ids, "left", "right"))
    others = dict.fromkeys([*table.names.values(), *kept])
    others = [own for own in others if own not in coded.values()]
    texts = {f"text {place}": table.columns[name] for place, name in enumerate(coded)}
    rows = table.source.lazy().select(
        *(column.alias(name) for name, column in texts.items()),
        *(nw.col(own).alias(f"other {place}") for place, own in enumerate(others)),
    )
    chosen = [f"d{place}.rowid as {_named(own)}" for place, own in enumerate(coded.values())]
    chosen += [f'given."other {place}" as {_named(own)}' for place, own in enumerate(others)]
    joins = [
        f'join {words[name]} d{place} on d{place}.id = given."text {place}"'
        for place, name in enumerate(coded)
    ]
    query = f"select {', '.join(chosen)} from ({nw.to_native(rows).sql_query()}) given {' '.join(joins)}"
    numbers = workshop.connection.table(_write(workshop, query))
    spelled = {
        name: nw.from_native(workshop.connection.sql(f"select rowid as code, id from {words[name]}")).lazy()
        for name in ("task", "worker")
    }
    columns = table.columns | {name: nw.col(own) for name, own in coded.items()}
    return replace(table, source=nw.from_native(numbers), columns=columns, spelled=spelled, placed=placed)


def spell(table, name, codes):
    """The ids that some codes stand for; where the table is not coded, these are the ids already."""
    if name not in table.spelled:
        return codes
    words = collect(table.spelled[name])
    known = dict(zip(words["code"].tolist(), words["id"].tolist(), strict=True))
    return [known[code] for code in codes]


def _distinct(ids, *names):
    """Every id once, sorted: its place in the table that this makes is its code."""
    columns = " union ".join(f"select distinct {name} as id from ({ids})" for name in map(_named, names))
    return f"select id from ({columns}) order by id"


def _write(workshop, query):
    """The name of a table of the rows of a query, written when it is first asked for."""
    if query not in workshop.made:
        name = f"made_{len(workshop.made)}"
        workshop.connection.execute(f"create table {name} as {query}")
        workshop.made[query] = name
    return workshop.made[query]


def _named(name):
    return '"' + name.replace('"', '""') + '"'
