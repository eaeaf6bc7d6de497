"""How a table of judgements is refused: one sentence with the column, the first bad rows and the fix.

The same words serve a pandas table (`annolib.tables.columns`) and a table in an engine
(`annolib.tables.engines.checks`). Every function returns a `Fault`; `refusal` makes the error of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.tables import times
from annolib.tables.refusals.fixes import SIMPLE
from annolib.tables.refusals.proposals import nearest, propose_formats, propose_labels, propose_truths

MOST_LISTED = 10  # entries or columns in a message


class TableError(ValueError):
    """A table that cannot be read: the message names the column, the first bad rows and the fix.

    Attributes
    ----------
    fix : str
        What stands at the end of the message: a statement `table = …` in the dialect of the table's library, or
        an argument for the call, such as `time_format='%H:%M'`. Empty where only the user can know.
    """

    def __init__(self, message, fix=""):
        super().__init__(f"{message} {fix}" if fix else message)
        self.fix = fix


@dataclass(frozen=True)
class Fault:
    """What is wrong with the entries of a column, what to do about it, and that in code (or "")."""

    what: str
    advice: str
    fix: str = ""


def empty(name, dialect, number=False):
    """Entries that are missing."""
    return Fault("empty entries", "Fill or drop these rows:", dialect.drop_empty(name, number))


def blank(name, dialect):
    """Ids of white space alone."""
    return Fault("ids that are blank", "Fill or drop these rows:", dialect.drop_blank(name))


def not_unicode(name, dialect):
    """Text that cannot be written down in UTF-8."""
    return Fault(
        "text that is not valid Unicode (lone surrogates)",
        "Read the file with its true encoding, or write out the codes:",
        dialect.written_out(name),
    )


def inexact(name):
    """Float ids that neighbour ids cannot be told from."""
    return Fault(
        "number ids beyond 2⁵³, whose last digits are lost",
        f"Read the source again with this column as text, as in pd.read_csv(source, dtype={{{name!r}: str}}).",
    )


def no_ids(name, kind, dialect):
    """Entries that cannot be compared or counted."""
    what = f"entries of type {kind}, which cannot be told apart,"
    return Fault(what, "Make them text:", dialect.as_text(name))


def mixed_types(name, kinds, digits, dialect):
    """Ids of several types; `digits` where they are whole numbers, some of them written as text."""
    seen = " and ".join(sorted(kinds))
    if digits:
        advice = "As numbers '007' and 7 are one id, as text they are two. As numbers:"
        return Fault(f"mixed types ({seen})", advice, dialect.as_number(name))
    return Fault(f"mixed types ({seen})", "Make them one type, for example text:", dialect.as_text(name))


def objects(name, entries, dialect):
    """Python objects in an engine's column: of several types, of no Unicode, or else such as cannot be ids."""
    entries = [entry for entry in entries if entry is not None]
    kinds = {type(entry) for entry in entries}
    texts = [entry for entry in entries if isinstance(entry, str)]
    if kinds == {str} and any(map(_surrogates, texts)):
        return not_unicode(name, dialect)
    if len(kinds) > 1:
        digits = kinds == {int, str} and all(map(str.isdecimal, texts))
        return mixed_types(name, {kind.__name__ for kind in kinds}, digits, dialect)
    return no_ids(name, kinds.pop().__name__ if kinds else "object", dialect)


def unknown_label(name, seen, unknown, sides, dialect):
    """Labels that are none of left, right and tie.

    Parameters
    ----------
    name : str
    seen : list
        The distinct entries, as far as they can be listed.
    unknown : object
        The first that is none.
    sides : tuple of str or None
        The columns `left` and `right` if the unknown label is an entry of these: then it names what won.
    dialect : object
        Of `annolib.tables.refusals.fixes`.
    """
    what = f"unknown label {plain(unknown)!r}"
    about = "Labels are 'left', 'right' and 'tie', about the side shown"
    if sides:
        left, right = sides
        python = f"'left' if row[{name!r}] == row[{left!r}] else 'right' if row[{name!r}] == row[{right!r}] else 'tie'"

        def sql(own):
            cases = f"when {own.name(left)} then 'left' when {own.name(right)} then 'right'"
            return f"case {own.name(name)} {cases} else 'tie' end"

        return Fault(what, f"{about}; this one names what stood there:", dialect.compute(name, python, sql))
    seen = [plain(entry) for entry in seen]
    if any(isinstance(entry, str) and _surrogates(entry) for entry in seen):
        return Fault(what, f"{about}. Write the codes of what is no text first:", dialect.written_out(name))
    if not all(_writable(entry) for entry in seen) or not seen:
        return Fault(what, f"{about}. Make them text first:", dialect.as_text(name))
    labels = {entry: entry for entry in seen if entry in ("left", "right", "tie") and isinstance(entry, str)}
    labels |= propose_labels([entry for entry in seen if entry not in labels])
    rest = len(labels) < len(seen)
    unread = [entry for entry in seen if entry not in labels]
    dropped = f" (rows that say {listed(unread)} are dropped)" if rest else ""
    advice = f"{about}; translate yours, and check which is which{dropped}:"
    return Fault(what, advice, dialect.translate(name, labels, rest))


def not_a_truth(name, seen, dialect):
    """Marks of experts that are neither True and False nor 1 and 0."""
    seen = [plain(entry) for entry in seen]
    what = f"entries that are not True or False, nor 1 or 0 (seen: {listed(seen)})"
    if not all(_writable(entry) for entry in seen):
        return Fault(what, "Make them text first:", dialect.as_text(name))
    truths = propose_truths(seen)
    unread = [entry for entry in seen if entry not in truths]
    if unread:
        advice = "Name the entry that marks an expert's verdict, for example"
        return Fault(what, advice, f"expert={unread[-1]!r}")
    experts = [entry for entry in seen if truths[entry]]
    if not experts:
        return Fault(what, "If no row is an expert's, leave the column out:", dialect.drop(name))
    return Fault(what, "Mark the experts' verdicts with True:", dialect.is_one_of(name, experts))


def no_such_expert(name, named, seen, dialect):
    """No row has the entry that is said to mark an expert."""
    what = f"no entry {named!r}, which is said to mark an expert's verdict (seen: {listed(map(plain, seen))})"
    return Fault(what, "Name the entry as it is written, or leave the column out:", dialect.drop(name))


def only_experts(name, dialect):
    """All rows are marked as an expert's."""
    return Fault(
        "an expert's verdict",
        "Nobody is left to assess. If these are workers' judgements, leave the column out:",
        dialect.drop(name),
    )


def expert_and_worker(who, names, named, dialect):
    """A worker who is an expert in some rows only."""
    worker, expert = names["worker"], names["expert"]
    python = f"row[{expert!r}]" if named is None else f"row[{expert!r}] == {named!r}"
    python = f"('expert ' if {python} else '') + str(row[{worker!r}])"

    def sql(own):
        mark = own.name(expert)
        mark = f"cast({mark} as boolean)" if named is None else f"{mark} = {own.literal(named)}"
        return f"concat(case when {mark} then 'expert ' else '' end, cast({own.name(worker)} as string))"

    return Fault(
        f"worker {plain(who)!r}, an expert in other rows, is not one",
        "Give an expert's verdicts a worker id of their own:",
        dialect.compute(worker, python, sql),
    )


def mixed_sides(left, right, names, dialect):
    """The error for sides of two types, given their names."""
    fix = "; ".join(dialect.as_text(names[side]) for side in ("left", "right"))
    message = (
        f"columns {names['left']!r} and {names['right']!r}: mixed types ({left} and {right}). Make both text:"
    )
    return TableError(message, fix)


def other_content(names, dialect):
    """A task that shows several pairs of contents."""
    task, left, right = (names[name] for name in ("task", "left", "right"))
    python = f"' '.join([str(row[{task!r}]), *sorted([str(row[{left!r}]), str(row[{right!r}])])])"

    def sql(own):
        one, *sides = (f"cast({own.name(name)} as string)" for name in (task, left, right))
        ends = (f"{function}({', '.join(sides)})" for function in ("least", "greatest"))
        return f"concat_ws(' ', {one}, {', '.join(ends)})"

    return Fault(
        "another pair of contents than in an earlier row of the task",
        "A task is one pair of contents. Name the column that tells them apart, as in by=['turn'], or give each "
        "pair a task id of its own:",
        dialect.compute(task, python, sql),
    )


def seen_before(name, dialect):
    """Ids of judgements that occur twice."""
    return Fault(
        "ids that were seen before", "Give each row its own id, or keep the first:", dialect.distinct([name])
    )


def recorded_before(names, by, text, dialect):
    """Judgements that are equal in everything; `text` where their times are text."""
    what = "a judgement recorded before (the same worker, task, sides, label and time)"
    if text or "judgement" in names:
        return Fault(
            what,
            "Drop these rows; or, if they are true repeats, give each an id:",
            dialect.number_rows("judgement"),
        )
    kept = [names[name] for name in ("task", "worker", "label", "left", "right", "time") if name in names]
    advice = "If they are true repeats, give exact times or a column 'judgement' of unique ids; else keep the first:"
    return Fault(what, advice, dialect.distinct([*kept, *by]))


def no_order(name, what, texts, dialect, time_format=None):
    """Times that cannot be put in order.

    Parameters
    ----------
    name : str
    what : str
        As `annolib.tables.times` says it.
    texts : list of str
        The distinct texts, or some of them; empty if the column is no text.
    dialect : object
    time_format : str, optional
        The format that was asked for.
    """
    if what == times.MIXED and texts:
        entry, tail = f"row[{name!r}]", f"row[{name!r}][10:]"
        python = f"{entry} if 'Z' in {tail} or '+' in {tail} or '-' in {tail} else {entry} + ('Z' if {tail} else 'T00:00Z')"  # fmt: skip

        def sql(own):
            time = own.name(name)
            signs = " or ".join(f"substr({time}, 11) like '%{sign}%'" for sign in "Z+-")
            utc = f"when length({time}) = 10 then concat({time}, 'T00:00Z') else concat({time}, 'Z')"
            return f"case when {signs} then {time} {utc} end"

        advice = "Give all of them an offset. If those without one are in UTC:"
        return Fault(what, advice, dialect.compute(name, python, sql))
    if what == times.MIXED:
        fix = f"table = table.assign(**{{{name!r}: pd.to_datetime(table[{name!r}], utc=True)}})"
        return Fault(what, "Give all of them an offset. If those without one are in UTC:", fix)
    formats = [form for form in propose_formats(texts) if form != time_format]
    if formats:
        named = " or ".join(map(repr, formats[:3]))
        say = (
            f"They can be read as {named}. Say which, for example" if formats[1:] else "Say how to read them:"
        )
        return Fault(what, say, f"time_format={formats[0]!r}")
    return Fault(
        what,
        "Give real times, numbers, or text in ISO 8601 or a time_format; or, if the rows stand in the order of "
        "time, leave the column out:",
        dialect.drop(name),
    )


def missing(name, others, columns, free, dialect):
    """The error for a column that is not there; `free` are those that stand for nothing else."""
    near = nearest(name, list(columns), others, MOST_LISTED)
    seen = f"saw {listed(near)}" + (
        f" and {len(columns) - len(near):,} more" if len(columns) > len(near) else ""
    )
    aliases = f" (or {', '.join(others)})" if others else ""
    message = f"column {name!r}{aliases} is missing; {seen}." if columns else f"column {name!r}{aliases} is missing; saw none."  # fmt: skip
    best = nearest(name, [column for column in free if isinstance(column, str)], others, 1)
    if not best:
        return TableError(f"{message} Add it.")
    numbered = [
        column for column in free if isinstance(column, str) and _stem(column) == _stem(best[0]) != column
    ]
    if name == "worker" and len(numbered) > 1:
        return TableError(
            f"{message} If each annotator has a column, the table is wide: annolib.imports.wide reads it, with "
            f"workers={_stem(best[0]) + '*'!r} and the column of the items as task."
        )
    return TableError(
        f"{message} Rename the column that holds it, for example", dialect.rename(best[0], name)
    )


def _stem(name):
    """A column's name without the number at its end: annotator_12 → annotator_."""
    return name.rstrip("0123456789")


def bad_rows(column, bad, fault):
    """The error for the rows of a pandas column where `bad` is true.

    Examples
    --------
    >>> import pandas as pd
    >>> column = pd.Series([1, 2, 3, 4, 5], name="time")
    >>> print(bad_rows(column, column > 1, Fault("late entries", "Come earlier.")))
    column 'time': late entries in rows 1, 2, 3 and 1 more. Come earlier.
    """
    rows = list(column.index[np.flatnonzero(bad)[:3]])
    return refusal(column.name, rows, int(np.count_nonzero(bad)), fault)


def refusal(name, rows, count, fault, unit="row"):
    """The error for `count` rows of which the first are `rows`; None if the rows of a table have no order.

    Examples
    --------
    >>> print(refusal("time", None, 1200, Fault("late entries", "Come earlier.")))
    column 'time': late entries in 1,200 rows. Come earlier.
    """
    if rows is None:
        where = f"1 {unit}" if count == 1 else f"{count:,} {unit}s"
    else:
        where = f"row {rows[0]}" if count == 1 else f"rows {', '.join(map(str, rows[:3]))}"
        where += f" and {count - 3:,} more" if count > 3 else ""
    return TableError(f"column {name!r}: {fault.what} in {where}. {fault.advice}", fault.fix)


def listed(entries):
    """At most ten entries in one line.

    Examples
    --------
    >>> listed(["a", 1]), listed(range(12))
    ("'a', 1", '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 …')
    """
    entries = list(entries)
    shown = ", ".join(_short(entry) for entry in entries[:MOST_LISTED])
    return shown + (" …" if len(entries) > MOST_LISTED else "")


def _short(entry):
    text = ascii(entry) if isinstance(entry, str) and _surrogates(entry) else repr(entry)
    return text if len(text) <= 60 else text[:57] + "…"


def _surrogates(text):
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _writable(entry):
    """Whether an entry can stand as a literal in every dialect."""
    if isinstance(entry, float):
        return np.isfinite(entry)
    return isinstance(entry, SIMPLE) and not (isinstance(entry, str) and _surrogates(entry))


def plain(entry):
    """A numpy scalar as Python's own, for messages."""
    return entry.item() if isinstance(entry, np.generic) else entry
