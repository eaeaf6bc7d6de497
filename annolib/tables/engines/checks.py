"""What `annolib.read_judgements` refuses, refused for a table in an engine in the same words.

Everything is found by counting in the engine. Only when something is wrong are single rows fetched, to name
them; where rows have no order the message says how many they are instead.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from annolib.tables import notes, times
from annolib.tables.columns import EXACT, LABELS, LISTED, WHITE
from annolib.tables.engines import times as engine_times
from annolib.tables.engines.codes import code_ids
from annolib.tables.engines.table import ROW, TEXT, collect, nw
from annolib.tables.refusals import faults
from annolib.tables.refusals.faults import refusal

_TIMES = ("Datetime", "Date", "Time", "Duration", "Decimal")
_UNCOUNTED = ("List", "Array", "Struct", "Object", "Unknown", "Binary", "Duration")
_HEAD = 1_000


def check_rows(table, workshop=None):
    """Refuse what `annolib.read_judgements` refuses; returns the table as it is to be counted.

    Parameters
    ----------
    table : EngineTable
    workshop : annolib.tables.engines.codes.Workshop, optional
        Where the table may be coded.

    Returns
    -------
    EngineTable
        With times as numbers, experts as truths, items as one column; `same_content` and `notes` are known. With a
        workshop, ids as whole numbers.

    Raises
    ------
    TableError
    """
    names = list(table.names)
    parts = [name for name in names if name.startswith("part ")]
    empty = {f"{name} empty": _empty(name, table.kinds[name]) for name in names}
    ids = ["task", *parts, "worker", "left", "right", "judgement", "screen"]
    strange = {name: _strange(name, table) for name in ids if name in table}
    strange = {f"{name} strange": mark for name, (mark, _) in strange.items() if mark is not None}
    unknown = _unknown_label(table)
    counts = _count(table.frame, empty | strange | {"unknown": unknown})

    def refuse_ids(*some):
        for name in some:
            number = table.kinds.get(name, "").startswith("Float")
            if counts.get(f"{name} empty"):
                fault = faults.empty(table.names[name], table.dialect, number)
                _refuse(table, name, empty[f"{name} empty"], counts[f"{name} empty"], fault)
            if counts.get(f"{name} strange"):
                fault = _strange(name, table)[1]
                _refuse(table, name, strange[f"{name} strange"], counts[f"{name} strange"], fault)

    refuse_ids("task", *parts, "worker", "label")
    if counts["unknown"]:
        raise _unknown(table, unknown, counts["unknown"])
    table = table.with_items()
    if "expert" in table:
        table = _read_experts(table)
    refuse_ids("left", "right")
    if table.sided:
        _check_families(table)
    left_over = _few_valued(table)
    given, table = table, code_ids(table, workshop, left_over)
    table = _check_tasks(table, left_over)
    refuse_ids("time")
    text = False
    if "time" in table:
        text = table.kinds["time"] in TEXT
        table = _read_times(table)
    refuse_ids("judgement")
    if "judgement" in table:
        fault = faults.seen_before(table.names["judgement"], table.dialect)
        _check_copies(given, "judgement", ["judgement"], fault)
    refuse_ids("screen")
    return _check_moments(table, text) if "time" in table and not table.placed else table


def _empty(name, kind):
    """Null, or not a number."""
    column = nw.col(name)
    return column.is_null() | column.is_nan() if kind.startswith("Float") else column.is_null()


def _strange(name, table):
    """Blank text, or a float beyond 2⁵³: a mark (or None) and the fault."""
    column, kind, own = nw.col(name), table.kinds[name], table.names[name]
    if kind in TEXT:
        return _blank(column), faults.blank(own, table.dialect)
    if kind.startswith("Float"):
        return (column >= float(EXACT)) | (column <= -float(EXACT)), faults.inexact(own)
    return None, None


def _blank(column):
    """Nothing but white space; stripping is dear, so only what begins with white space is stripped."""
    first = column.str.slice(0, 1).is_in(list(WHITE))
    return nw.when(first).then(column.str.strip_chars(WHITE) == "").otherwise(column == "")


def _count(frame, bad):
    """For how many rows each expression holds: one pass over the table."""
    marks = frame.select(*(mark.fill_null(False).cast(nw.Int64).alias(name) for name, mark in bad.items()))
    sums = collect(marks.select(*(nw.col(name).sum() for name in bad)))
    return {name: _whole(value[0]) for name, value in sums.items()}


def _whole(value):
    """A count that came back; nothing comes of no rows."""
    return 0 if pd.isna(value) else int(value)


def _refuse(table, name, bad, count, fault):
    rows = _first(table.numbered(), bad, ROW) if table.ordered else None
    raise refusal(table.names[name], rows, count, fault)


def _first(frame, bad, column):
    """`column` in the first three rows where `bad` holds; the frame must be numbered."""
    return collect(frame.filter(bad).sort(ROW).head(3).select(column))[column].tolist()


def _example(table, bad, column):
    """`column` in the first row where `bad` holds; in the smallest entry where rows have no order."""
    if table.ordered:
        return _first(table.numbered(), bad, column)[0]
    entries = collect(table.frame.filter(bad).select(column).unique())[column].tolist()
    known = [entry for entry in entries if entry is not None and entry == entry]
    return (
        min(known) if known else None
    )  # not in the engine: Dask with pandas 2 compares text with what is missing


def _seen(table, name):
    """The distinct entries of a column, at most `LISTED`; none where they cannot be counted."""
    if table.kinds[name] in _UNCOUNTED:
        return []
    column = table.frame.select(nw.col(name)).filter(~nw.col(name).is_null())
    return collect(column.unique([name]).head(LISTED))[name].tolist()


def _unknown_label(table):
    """Where the label is none; a column that is not text holds no others."""
    label = nw.col("label")
    if table.kinds["label"] not in TEXT:
        return ~label.is_null()
    left, right, tie = (label != known for known in LABELS)
    return left & right & tie


def _unknown(table, unknown, count):
    """The error for labels that are none."""
    seen = _seen(table, "label")
    others = sorted((entry for entry in seen if entry not in LABELS), key=repr)
    first = others[0] if others else table.kinds["label"]
    if others and table.ordered:
        first = _example(table, unknown, "label")
    sides = None
    if table.sided and {table.kinds[name] for name in ("left", "right", "label")} <= set(TEXT):
        named = (nw.col("label") == nw.col("left")) | (nw.col("label") == nw.col("right"))
        if _count(table.frame, {"named": named & unknown})["named"]:
            sides = (table.names["left"], table.names["right"])
    fault = faults.unknown_label(table.names["label"], seen, first, sides, table.dialect)
    rows = _first(table.numbered(), unknown, ROW) if table.ordered else None
    return refusal(table.names["label"], rows, count, fault)


def _read_experts(table):
    """The table with experts as truths; refuses other marks, and workers who are experts in some rows only."""
    own, kind, mark, named = table.names["expert"], table.kinds["expert"], nw.col("expert"), table.expert
    number = "Int" in kind or kind.startswith("Float")
    if named is None and kind != "Boolean" and not number:
        fault = faults.not_a_truth(own, _seen(table, "expert"), table.dialect)
        every = ~nw.col("task").is_null()
        if count := _count(table.frame, {"rows": every})["rows"]:
            _refuse(table, "expert", every, count, fault)
        return table.reading(expert=nw.lit(False))
    if named is None:
        strange = mark.is_null() if kind == "Boolean" else ~((mark == 0) | (mark == 1)).fill_null(False)
        if count := _count(table.frame, {"strange": strange})["strange"]:
            fault = faults.not_a_truth(own, _seen(table, "expert"), table.dialect)
            _refuse(table, "expert", strange, count, fault)
        expert = table.columns["expert"] if kind == "Boolean" else table.columns["expert"] == 1
    else:
        fits = {str: kind in TEXT, bool: kind == "Boolean", int: number, float: number}.get(
            type(named), False
        )
        expert = (table.columns["expert"] == named).fill_null(False) if fits else nw.lit(False)
    table = table.reading(expert=expert)
    _check_experts(table)
    return table


def _check_experts(table):
    marks = table.frame.select("worker", nw.col("expert").cast(nw.Int64))
    ends = (nw.col("expert").min().alias("low"), nw.col("expert").max().alias("high"))
    people = marks.group_by("worker").agg(*ends)
    kinds = {"all": ~nw.col("low").is_null(), "always": nw.col("low") == 1, "ever": nw.col("high") == 1}
    counts = _count(people, kinds)
    every = ~nw.col("task").is_null()
    if counts["all"] and table.expert is not None and not counts["ever"]:
        seen = _seen(
            replace(table, columns=table.columns | {"expert": nw.col(table.names["expert"])}), "expert"
        )
        fault = faults.no_such_expert(table.names["expert"], table.expert, seen, table.dialect)
        _refuse(table, "expert", every, _count(table.frame, {"rows": every})["rows"], fault)
    if counts["all"] and counts["always"] == counts["all"]:
        fault = faults.only_experts(table.names["expert"], table.dialect)
        _refuse(table, "expert", every, _count(table.frame, {"rows": every})["rows"], fault)
    if counts["always"] < counts["ever"]:
        both = people.filter(nw.col("low") != nw.col("high")).select("worker")
        rows = nw.col("worker").is_in(collect(both)["worker"].tolist()) & ~nw.col("expert")
        who = _example(table, rows, "worker")
        fault = faults.expert_and_worker(who, table.names, table.expert, table.dialect)
        _refuse(table, "expert", rows, _count(table.frame, {"rows": rows})["rows"], fault)


def _check_families(table):
    families = [_family(table.kinds[side]) for side in ("left", "right")]
    if families[0] != families[1]:
        raise faults.mixed_sides(*families, table.names, table.dialect)


def _family(kind):
    """A word for what the entries are, the same for all numbers that can be compared."""
    if kind in TEXT:
        return "str"
    return "number" if "Int" in kind or kind.startswith(("Float", "Decimal")) else kind


def _check_tasks(table, left_over):
    """Every task must show one pair of contents; what varies inside tasks is noted."""
    ends, columns = [], {}
    if table.sided:
        columns |= _contents()
    columns |= {f"other {place}": _as_text(name) for place, name in enumerate(left_over)}
    for name in columns:
        ends += [getattr(nw.col(name), end)().alias(f"{name} {end}") for end in ("min", "max")]
    rows = table.source.lazy().select(
        *(column.alias(name) for name, column in table.columns.items()),
        *map(nw.col, _extra(table, left_over)),
    )
    tasks = rows.select("task", *(column.alias(name) for name, column in columns.items())).group_by("task")
    tasks = tasks.agg(*ends) if ends else tasks.agg(nw.len().alias("rows"))
    marks = {name: nw.col(f"{name} min") != nw.col(f"{name} max") for name in columns}
    if table.sided:
        marks["same"] = nw.col("small min") == nw.col("great max")
    counts = _count(tasks, marks) if marks else {}
    several = counts.get("small", 0) or counts.get("great", 0)
    if several and table.ordered:
        raise _other_content(table)
    if several:
        either = marks["small"] | marks["great"]
        fault = faults.other_content(table.names, table.dialect)
        raise refusal(table.names["left"], None, _count(tasks, {"several": either})["several"], fault, "task")
    found = [] if table.by else _alike_tasks(table, tasks)
    varying = [name for place, name in enumerate(left_over) if counts[f"other {place}"]]
    found += _not_of_workers(table, varying)
    return replace(table, same_content=counts.get("same", 0), notes=tuple(found))


def _extra(table, left_over):
    """The columns left over that are no proper name of a column that is read."""
    return [name for name in left_over if name not in table.columns]


def _as_text(name):
    return nw.col(name).cast(nw.String).fill_null("∅")


def _few_valued(table):
    """Columns left over that have few values in the first rows."""
    schema = table.source.collect_schema()
    names = [name for name in table.left_over if schema[name].base_type().__name__ not in _UNCOUNTED]
    names = [name for name in names if name not in table.columns]
    if not names:
        return []
    head = collect(table.source.lazy().head(_HEAD).select(*map(_as_text_named, names)))
    return [name for name in names if len(set(head[name].tolist())) <= notes.FEW_VALUES]


def _as_text_named(name):
    return _as_text(name).alias(name)


def _not_of_workers(table, names):
    """The note about the columns that are no property of the worker."""
    if not names:
        return []
    keys = [f"c{place}" for place in range(len(names))]
    texts = [_as_text(name).alias(key) for name, key in zip(names, keys, strict=True)]
    rows = table.source.lazy().select(table.columns["worker"].alias("worker"), *texts)
    ends = [getattr(nw.col(key), end)().alias(f"{key} {end}") for key in keys for end in ("min", "max")]
    people = rows.group_by("worker").agg(*ends)
    varies = _count(people, {key: nw.col(f"{key} min") != nw.col(f"{key} max") for key in keys})
    sizes = collect(rows.select(*(nw.col(key).n_unique() for key in keys)))
    few = {
        name: int(sizes[key][0])
        for name, key in zip(names, keys, strict=True)
        if varies[key] and sizes[key][0] <= notes.FEW_VALUES
    }
    return [notes.inside_tasks(few)] if few else []


def _alike_tasks(table, tasks):
    """The note about task ids that differ in spaces, capitals or leading zeros only."""
    if table.kinds["task"] not in TEXT:
        return []
    plain = nw.col("task").str.strip_chars(WHITE).str.to_lowercase()
    digits = plain.str.contains("^[0-9]+$")
    plain = nw.when(digits).then(plain.str.replace_all("^0+", "")).otherwise(plain).alias("plain")
    ids = tasks.select("task")
    if "task" in table.spelled:
        ids = table.spelled["task"].select(nw.col("id").alias("task"))
    ids = ids.select("task", plain)
    sizes = ids.group_by("plain").agg(nw.len().alias("size")).filter(nw.col("size") > 1)
    if not _count(sizes, {"alike": nw.col("size") > 1})["alike"]:
        return []
    return notes.look_alikes("task", pd.Index(collect(ids.join(sizes, on="plain").select("task"))["task"]))


def _contents():
    """The smaller and the greater of both sides."""
    left, right = nw.col("left"), nw.col("right")
    return {
        "small": nw.when(left <= right).then(left).otherwise(right),
        "great": nw.when(left <= right).then(right).otherwise(left),
    }


def _other_content(table):
    """The error that names the rows with another pair of contents than in their task's first row."""
    contents = (column.alias(name) for name, column in _contents().items())
    pairs = table.numbered().select("task", ROW, *contents)
    first = pairs.group_by("task").agg(nw.col(ROW).min())
    first = pairs.join(first, on=["task", ROW])
    first = first.select("task", nw.col("small").alias("first_small"), nw.col("great").alias("first_great"))
    other = (nw.col("small") != nw.col("first_small")) | (nw.col("great") != nw.col("first_great"))
    wrong = pairs.join(first, on="task").filter(other)
    rows = sorted(collect(wrong.select(ROW))[ROW].tolist())
    fault = faults.other_content(table.names, table.dialect)
    return refusal(table.names["left"], rows, len(rows), fault)


def _read_times(table):
    """The table with times that can be put in order: text as numbers; refuses the rest."""
    kind, form = table.kinds["time"], table.time_format
    if kind in _TIMES or "Int" in kind or kind.startswith("Float"):
        return table
    if kind not in TEXT:
        fault = faults.no_order(table.names["time"], times.ENTRIES, [], table.dialect, form)
        every = ~nw.col("task").is_null()
        if count := _count(table.frame, {"rows": every})["rows"]:
            _refuse(table, "time", every, count, fault)
        return table.reading(time=nw.lit(0))
    time, own = nw.col("time"), table.columns["time"]
    if form is not None:
        good = engine_times.fits_format(time, form)
        what = f"entries that are not in the format {form!r}"
        _refuse_times(table, ~good, what)
        _refuse_times(table, engine_times.no_such_day(engine_times.format_fields(time, form)), what)
        return table.reading(time=engine_times.instant(engine_times.format_fields(own, form)))
    marks = engine_times.kinds_of_text(time)
    counts = _count(table.frame, marks | {"rows": ~time.is_null()})
    for name in ("whole", "number"):
        if counts[name] == counts["rows"]:
            return table.reading(time=engine_times.number(own, name))
    _refuse_times(table, ~marks["iso"], times.ENTRIES)
    _refuse_times(table, engine_times.no_such_day(engine_times.iso_fields(time)), times.ENTRIES)
    if 0 < counts["aware"] < counts["rows"]:
        _refuse_times(table, ~marks["aware"], times.MIXED)
    return table.reading(time=engine_times.instant(engine_times.iso_fields(own)))


def _refuse_times(table, bad, what):
    if count := _count(table.frame, {"bad": bad})["bad"]:
        texts = _seen(table, "time")
        fault = faults.no_order(table.names["time"], what, texts, table.dialect, table.time_format)
        _refuse(table, "time", bad, count, fault)


def _check_copies(table, name, record, fault):
    """Refuse rows that are equal to an earlier one in the columns `record`."""
    size = nw.col("size").cast(nw.Int64)
    groups = table.frame.select(*record).group_by(*record).agg(nw.len().alias("size"))
    copies = _whole(collect(groups.select((size - 1).sum().alias("copies")))["copies"][0])
    if not copies:
        return
    rows = None
    if table.ordered:
        frame = table.numbered().select(ROW, *record)
        first = frame.group_by(*record).agg(nw.col(ROW).min().alias("first"))
        later = frame.join(first, on=record).filter(nw.col(ROW) > nw.col("first"))
        rows = collect(later.select(ROW).sort(ROW).head(3))[ROW].tolist()
    raise refusal(table.names[name], rows, copies, fault)


def _check_moments(table, text):
    """Refuse records that occur twice; note items with a common content that were judged at the same moment."""
    rows = table.frame
    moments = rows.select("worker", "time").group_by("worker", "time").agg(nw.len().alias("size"))
    if not _count(moments, {"several": nw.col("size") > 1})["several"]:
        return table
    if "judgement" not in table:
        record = ["worker", "task", "label", "left", "right", "time"]
        record = [name for name in record if name in table]
        fault = faults.recorded_before(table.names, table.by, text, table.dialect)
        _check_copies(table, "time", record, fault)
    if not table.sided or "screen" in table:
        return table
    rows = rows.filter(~nw.col("expert")) if "expert" in table else rows
    rows = rows.join(moments.filter(nw.col("size") > 1), on=["worker", "time"])
    sides = [
        rows.select("worker", "time", "task", side.alias("content"))
        for side in (nw.col("left"), nw.col("right"))
    ]
    sides = nw.concat(sides).unique(["worker", "time", "task", "content"])
    shared = sides.group_by("worker", "time", "content").agg(nw.len().alias("size"))
    shared = shared.filter(nw.col("size") > 1).select("worker", "time").unique(["worker", "time"])
    count = _whole(collect(shared.select(nw.len().alias("count")))["count"][0])
    return replace(table, notes=(*table.notes, notes.at_one_sight(count))) if count else table
