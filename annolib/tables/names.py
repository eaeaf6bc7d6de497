"""The names of a table's columns: which is read for which proper name, by itself, by an alias, or as the caller says."""

from __future__ import annotations

from annolib.tables.refusals import faults
from annolib.tables.refusals.faults import TableError, listed, nearest
from annolib.tables.refusals.fixes import PANDAS

ALIASES = {
    "task": ("item", "item_id", "task_id", "comparison_id"),
    "worker": ("annotator", "annotator_id", "rater", "worker_id"),
    "label": ("winner", "choice"),
    "judgement": ("judgement_id", "judgment_id", "annotation_id"),
    "screen": ("screen_id", "batch", "batch_id"),
}
_NEEDED = ("task", "worker", "label")
_OPTIONAL = ("left", "right", "time", "judgement", "expert", "screen")
NAMES = _NEEDED + _OPTIONAL


def find_names(columns, by=(), dialect=PANDAS, named=None):
    """Which column is read for which proper name, which of these are aliases, the parts of the item, and the rest.

    `named` says it of some proper names: a dict from a proper name to the table's own.

    Examples
    --------
    >>> find_names(["item", "worker", "label", "turn", "colour"], by="turn")
    ({'task': 'item', 'worker': 'worker', 'label': 'label'}, {'task': 'item'}, ('turn',), ['colour'])
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    named = _check_named(named, columns)
    found, lacking = {}, []
    for name in NAMES:
        if name in named:
            found[name] = named[name]
            continue
        taken = (*by, *named.values())
        others = [alias for alias in ALIASES.get(name, ()) if alias in columns and alias not in taken]
        own = [name] if name in columns and name not in named.values() else others
        if len(own) > 1:
            message = f"columns {own} could each be {name!r}. Rename the right one, for example"
            raise TableError(message, dialect.rename(own[0], name))
        if own:
            found[name] = own[0]
        elif name in _NEEDED:
            lacking.append(name)
    for name in lacking:
        free = [column for column in columns if column not in found.values() and column not in by]
        raise faults.missing(name, ALIASES[name], columns, free, dialect)
    if ("left" in found) != ("right" in found):
        there, absent = ("left", "right") if "left" in found else ("right", "left")
        message = f"column {absent!r} is missing while {there!r} is there. Give both, or neither:"
        raise TableError(message, dialect.drop(found[there]))
    _check_parts(by, columns, found)
    left_over = [column for column in columns if column not in found.values() and column not in by]
    aliases = {name: own for name, own in found.items() if own != name}
    return found, aliases, by, left_over


def _check_named(named, columns):
    """The names that the caller gives to columns: proper ones, for columns that are there, each once."""
    if named is None:
        return {}
    if not isinstance(named, dict):
        raise TableError(f"columns must be a dict from a proper name to the table's own; saw {named!r}.")
    for name, own in named.items():
        if name not in NAMES:
            raise TableError(
                f"columns names {name!r}; the proper names are {listed(NAMES)}. Take one of these."
            )
        if own not in columns:
            seen = listed(nearest(str(own), list(columns))) or "none"
            raise TableError(f"columns says that {name!r} is {own!r}, which is no column; saw {seen}.")
        if list(named.values()).count(own) > 1:
            raise TableError(f"columns names {own!r} twice. A column stands for one thing.")
    return named


def _check_parts(by, columns, found):
    """The columns of `by` must be there, once, and say something of their own."""
    for name in by:
        kept = [other for other in by if other != name]
        if name in found.values():
            raise TableError(f"by names {name!r}, which is read as it is. Leave it out:", f"by={kept!r}")
        if name not in columns:
            free = [column for column in columns if column not in found.values()]
            seen = f"saw {listed(nearest(name, free))}" if free else "no other is left"
            raise TableError(f"by names {name!r}, which is no column; {seen}. Leave it out:", f"by={kept!r}")
        if by.count(name) > 1:
            raise TableError(f"by names {name!r} twice. Name it once:", f"by={list(dict.fromkeys(by))!r}")


def needs_column(name, argument):
    """The error for an argument about a column that is not there."""
    message = f"{argument} is about a column {name!r}, which the table has not. Leave the argument out:"
    return TableError(message, f"{argument}=None")
