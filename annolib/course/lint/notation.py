"""The notation table and the names in it."""

from __future__ import annotations

import inspect
import re

HEADER = "name in `annolib`"


def notation_table(page):
    """A table (symbol, meaning, name in `annolib`), in which every backticked name of the last column exists.

    A name is written `SelfConsistency`, `SelfConsistency.fisher_information` or, for an argument,
    `SelfConsistency(kappa)`; a dash says that there is none.
    """
    rows = [(cell, row) for cell in page.markdown for row in table_rows(cell.source)]
    if not rows and page.kind != "opening":
        yield 0, f"There is no notation table: | symbol | meaning | {HEADER} |."
    named = [(cell, name) for cell, row in rows for name in re.findall(r"`([^`]+)`", row[-1])]
    if rows and not named:
        yield rows[0][0].number, f"The column {HEADER} holds no name in backticks."
    for cell, name in named:
        trouble = unresolved(name)
        if trouble:
            yield cell.number, f"Notation table: {trouble}"


def table_rows(markdown):
    """The rows of the notation tables in a cell, each a list of its columns."""
    found, inside = [], False
    for line in markdown.splitlines():
        columns = [column.strip() for column in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            inside = False
        elif columns[-1].casefold() == HEADER.casefold():
            inside = True
        elif inside and not set(line) <= set("|-: "):
            found.append(columns)
    return found


def unresolved(name):
    """Why a name of the table does not exist in `annolib`; "" if it does.

    >>> unresolved("validation.within(low)"), unresolved("validation.without")
    ('', "`validation.without` is not in annolib: 'without' is unknown.")
    """
    import annolib

    path, _, arguments = name.strip().removesuffix(")").partition("(")
    thing = annolib
    for part in path.removeprefix("annolib.").removeprefix("al.").split("."):
        thing = _member(thing, part)
        if thing is None:
            return f"`{name}` is not in annolib: {part!r} is unknown."
    known = inspect.signature(thing).parameters if arguments and callable(thing) else {}
    for argument in filter(None, (each.partition("=")[0].strip() for each in arguments.split(","))):
        if argument not in known:
            return f"`{name}` is not in annolib: it has no argument {argument!r}."
    return ""


def _member(thing, part):
    if part in getattr(thing, "__dataclass_fields__", {}):
        return thing.__dataclass_fields__[part]
    try:
        return getattr(thing, part)
    except AttributeError:
        pass
    try:
        return __import__(f"{thing.__name__}.{part}", fromlist=["*"])
    except (ImportError, AttributeError):
        return None


RULES = (notation_table,)
