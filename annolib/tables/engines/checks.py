"""The door for tables in an engine: what `annolib.tables` refuses is refused here, in the same words.

Everything is found by counting in the engine. Only when something is wrong are single rows fetched, to name
them; where rows have no order the message says how many they are instead.
"""

from __future__ import annotations

from annolib.tables import refusals
from annolib.tables.columns import LABELS
from annolib.tables.engines.table import ROW, collect, nw
from annolib.tables.refusals import refusal

_TEXT = ("String", "Categorical", "Enum")


def check_rows(table):
    """Refuse what `annolib.read_judgements` refuses.

    Parameters
    ----------
    table : EngineTable

    Returns
    -------
    int
        The number of tasks with the same content on both sides; 0 without sides.

    Raises
    ------
    TableError
    """
    bad = {name: _empty(name, table.kinds[name]) for name in table.names}
    if table.kinds["label"] in _TEXT:
        left, right, tie = (nw.col("label") != label for label in LABELS)
        bad["unknown"] = left & right & tie
    counts = _count(table.frame, bad)

    def refuse_empty(*names):
        for name in names:
            if counts.get(name):
                _refuse(table, name, bad[name], counts[name], *refusals.EMPTY)

    refuse_empty("task", "worker", "label")
    if counts.get("unknown", 1):
        _check_labels(table, bad.get("unknown"))
    if "expert" in table:
        _check_experts(table, bad["expert"], counts["expert"])
    refuse_empty("left", "right")
    same_content = _check_sides(table) if "left" in table else 0
    refuse_empty("time", "judgement")
    if "judgement" in table:
        _check_copies(table, "judgement", ["judgement"], refusals.SEEN_BEFORE)
    elif "time" in table:
        record = [name for name in ("worker", "task", "label", "left", "right", "time") if name in table]
        _check_copies(table, "time", record, refusals.RECORDED_BEFORE)
    return same_content


def _empty(name, kind):
    """Null, or not a number."""
    column = nw.col(name)
    return column.is_null() | column.is_nan() if kind.startswith("Float") else column.is_null()


def _count(frame, bad):
    """For how many rows each expression holds: one pass over the table."""
    marks = frame.select(*(mark.cast(nw.Int64).alias(name) for name, mark in bad.items()))
    sums = collect(marks.select(*(nw.col(name).sum() for name in bad)))
    return {name: int(value[0] or 0) for name, value in sums.items()}


def _refuse(table, name, bad, count, what, mend):
    rows = _first(table.numbered(), bad, ROW) if table.ordered else None
    raise refusal(table.names[name], rows, count, what, mend)


def _first(frame, bad, column):
    """`column` in the first three rows where `bad` holds; the frame must be numbered."""
    return collect(frame.filter(bad).sort(ROW).head(3).select(column))[column].tolist()


def _example(table, bad, column):
    """`column` in the first row where `bad` holds; in the smallest entry where rows have no order."""
    if table.ordered:
        return _first(table.numbered(), bad, column)[0]
    return collect(table.frame.filter(bad).select(nw.col(column).min()))[column].tolist()[0]


def _check_labels(table, unknown):
    """Refuse unknown labels; a column that is not text holds no others."""
    unknown = ~nw.col("label").is_null() if unknown is None else unknown
    count = _count(table.frame, {"label": unknown})["label"]
    if count:
        words = refusals.unknown_label(table.names["label"], _example(table, unknown, "label"))
        _refuse(table, "label", unknown, count, *words)


def _check_experts(table, empty, count):
    """Refuse marks that are not True or False, and workers who are experts in some rows only."""
    words = refusals.not_a_truth(table.names["expert"])
    if table.kinds["expert"] != "Boolean":
        every = ~nw.col("task").is_null()
        count = _count(table.frame, {"rows": every})["rows"]
        if count:
            _refuse(table, "expert", every, count, *words)
        return
    if count:
        _refuse(table, "expert", empty, count, *words)
    marks = table.frame.select("worker", nw.col("expert").cast(nw.Int64))
    ends = (nw.col("expert").min().alias("low"), nw.col("expert").max().alias("high"))
    both = marks.group_by("worker").agg(*ends).filter(nw.col("low") != nw.col("high"))
    found = collect(both.select("worker"))["worker"].tolist()
    if found:
        rows = nw.col("worker").is_in(found) & ~nw.col("expert")
        words = refusals.expert_and_worker(_example(table, rows, "worker"))
        _refuse(table, "expert", rows, _count(table.frame, {"rows": rows})["rows"], *words)


def _check_sides(table):
    """Every task must show one pair of contents. Returns how many tasks show the same one twice."""
    families = [_family(table.kinds[side]) for side in ("left", "right")]
    if families[0] != families[1]:
        raise refusals.mixed_sides(*families)
    ends = [
        getattr(nw.col(side), end)().alias(f"{side}_{end}")
        for side in ("small", "great")
        for end in ("min", "max")
    ]
    tasks = table.frame.select("task", *_contents()).group_by("task").agg(*ends)
    several = (nw.col("small_min") != nw.col("small_max")) | (nw.col("great_min") != nw.col("great_max"))
    counts = _count(tasks, {"several": several, "same": nw.col("small_min") == nw.col("great_max")})
    if counts["several"] and table.ordered:
        raise _other_content(table)
    if counts["several"]:
        raise refusal(table.names["left"], None, counts["several"], *refusals.OTHER_CONTENT, unit="task")
    return counts["same"]


def _family(kind):
    """Python's own type for a column's, where sides of these types can be compared."""
    if kind in _TEXT:
        return "str"
    return "int" if "Int" in kind or kind.startswith(("Float", "Decimal")) else kind


def _contents():
    """The smaller and the greater of both sides."""
    left, right = nw.col("left"), nw.col("right")
    return (
        nw.when(left <= right).then(left).otherwise(right).alias("small"),
        nw.when(left <= right).then(right).otherwise(left).alias("great"),
    )


def _other_content(table):
    """The error that names the rows with another pair of contents than in their task's first row."""
    pairs = table.numbered().select("task", ROW, *_contents())
    first = pairs.group_by("task").agg(nw.col(ROW).min())
    first = pairs.join(first, on=["task", ROW])
    first = first.select("task", nw.col("small").alias("first_small"), nw.col("great").alias("first_great"))
    other = (nw.col("small") != nw.col("first_small")) | (nw.col("great") != nw.col("first_great"))
    wrong = pairs.join(first, on="task").filter(other)
    rows = sorted(collect(wrong.select(ROW))[ROW].tolist())
    return refusal(table.names["left"], rows, len(rows), *refusals.OTHER_CONTENT)


def _check_copies(table, name, record, words):
    """Refuse rows that are equal to an earlier one in the columns `record`."""
    size = nw.col("size").cast(nw.Int64)
    groups = table.frame.select(*record).group_by(*record).agg(nw.len().alias("size"))
    total = collect(groups.select((size - 1).sum().alias("copies")))["copies"]
    copies = int(total[0] or 0)
    if not copies:
        return
    rows = None
    if table.ordered:
        frame = table.numbered().select(ROW, *record)
        first = frame.group_by(*record).agg(nw.col(ROW).min().alias("first"))
        later = frame.join(first, on=record).filter(nw.col(ROW) > nw.col("first"))
        rows = collect(later.select(ROW).sort(ROW).head(3))[ROW].tolist()
    raise refusal(table.names[name], rows, copies, *words)
