"""The counts of a tally inside an engine: rows → cells → workers, and only the workers come back.

A cell is one worker's judgements of one task, with the bins b0 … b5 of `annolib.repeats`, numbered
3·swapped + content. Casts come before and after a grouping, never inside: there they cost some engines a
thousandfold.
"""

from __future__ import annotations

import pandas as pd

from annolib.engine_first_pairs import first_pair_columns
from annolib.engines import collect, nw

_CELL = ("worker", "task")
_CONTENT = ("first", "second", "tie")
_DOUBLED = ["same_pairs", "same_agreements"]  # counted from both ends in the engine, where halves could round
_BINS = ("b0", "b1", "b2", "b3", "b4", "b5")


def count_rows(table, pairs):
    """The columns of counts, one row per worker, and the totals over pairs of workers.

    Parameters
    ----------
    table : EngineTable
        Checked by `annolib.engine_checks.check_rows`.
    pairs : {"all", "one"}

    Returns
    -------
    frame : pandas.DataFrame
        Index worker, sorted; the columns of `annolib.counts.count_judgements`.
    between : dict
    """
    rows = _mark(table.frame, table)
    cells = _cells(_own(rows, table), "left" in table)
    tasks = _tasks(cells)
    cells = cells.join(tasks, on="task", how="inner").with_columns(*_named(_peers()))
    expressions = _repeats("left" in table) | _peer_shares()
    if "expert" in table:
        cells = _with_verdicts(cells, rows.filter(nw.col("expert")))
        expressions |= _experts()
    frame = _per_worker(cells, expressions, _sums(tasks))
    between = _between(frame)
    if pairs == "one":
        found = pd.DataFrame(
            first_pair_columns(table, lambda rows: _own(_mark(rows, table), table))
        ).set_index("worker")
        frame[found.columns] = found.reindex(frame.index, fill_value=0)
    for name in ("swapped_pairs", "swapped_agreements", "expert_checks", "expert_agreements"):
        frame[name] = frame.get(name, 0)
    for name in ("pairs", "agreements"):
        frame[f"repeat_{name}"] = frame[f"same_{name}"] + frame[f"swapped_{name}"]
    return frame, between


def _own(rows, table):
    """The rows that are no expert's."""
    return rows.filter(~nw.col("expert")) if "expert" in table else rows


def _mark(rows, table):
    """The rows with a mark of 0 or 1 for each bin: b0 … b5, or b0 … b2 where there are no sides."""
    marks = [nw.col("label") == label for label in ("left", "right", "tie")]
    if "left" in table:
        swapped = nw.col("left") > nw.col("right")
        left, right, tie = marks
        marks = [mark & ~swapped for mark in marks] + [mark & swapped for mark in (right, left, tie)]
    return rows.with_columns(
        *(mark.cast(nw.Int8).alias(bin_) for bin_, mark in zip(_BINS, marks, strict=False))
    )


def _cells(rows, sided):
    """One row per cell: first, second, tie by content and their sum n; with sides also the bins."""
    bins = _BINS if sided else _BINS[:3]
    cells = rows.group_by(*_CELL).agg(*(nw.col(name).sum() for name in bins))
    if sided:
        cells = cells.with_columns(*(nw.col(name).cast(nw.Int64) for name in bins))
    kinds = [_total(bins[place::3]) for place in range(3)]
    kinds = [kind.cast(nw.Int64).alias(name) for name, kind in zip(_CONTENT, kinds, strict=True)]
    cells = cells.select(*_CELL, *kinds, *(bins if sided else ())).with_columns(n=_total(_CONTENT))
    if cells.implementation.name == "POLARS":  # the cells are used three times; other engines see that
        return cells.collect().lazy()
    return cells


def _tasks(cells):
    """One row per task: all_first, all_second, all_tie, their sum all_n, and the size of the largest cell."""
    sums = (nw.col(name).sum().alias(f"all_{name}") for name in _CONTENT)
    tasks = cells.group_by("task").agg(*sums, nw.col("n").max().alias("largest"))
    tasks = tasks.with_columns(*(nw.col(f"all_{name}").cast(nw.Int64) for name in _CONTENT))
    return tasks.with_columns(all_n=_total(f"all_{name}" for name in _CONTENT))


def _sums(tasks):
    """One row: how many items, and pairs of judgements of one item (each from both ends), over all and repeated."""
    pairs, repeated = _ordered_pairs(nw.col("all_n")), _one(nw.col("largest") > 1)
    agreements = sum(_ordered_pairs(nw.col(f"all_{name}")) for name in _CONTENT)
    columns = {"all_items": _one(nw.col("all_n") > 0), "any_pairs": pairs, "any_agreements": agreements}
    columns |= {"any_repeated_pairs": repeated * pairs, "any_repeated_agreements": repeated * agreements}
    sums = tasks.select(*_named(columns)).select(*(nw.col(name).sum() for name in columns))
    return sums.select(*(nw.col(name).cast(nw.Int64) for name in columns))


def _repeats(sided):
    same, swapped = (_BINS[:3], _BINS[3:]) if sided else (_CONTENT, ())
    shown = (nw.col("b0") + nw.col("b4"), nw.col("b1") + nw.col("b3")) if sided else map(nw.col, same[:2])
    columns = dict(zip(("left", "right"), shown, strict=True))
    columns |= {"ties": nw.col("tie"), "repeat_items": _one(nw.col("n") > 1)}
    agreements = sum(_ordered_pairs(nw.col(name)) for name in (*same, *swapped))
    columns |= {"same_pairs": _ordered_pairs(_total(same)), "same_agreements": agreements}
    if sided:
        columns["same_pairs"] = columns["same_pairs"] + _ordered_pairs(_total(swapped))
        both = zip(same, swapped, strict=True)
        columns["swapped_pairs"] = _total(same) * _total(swapped)
        columns["swapped_agreements"] = sum(nw.col(one) * nw.col(two) for one, two in both)
    return columns


def _peers():
    """Against the other judgements of items that the worker judged exactly once."""
    once = _one(nw.col("n") == 1)
    agreeing = sum(nw.col(name) * nw.col(f"all_{name}") for name in _CONTENT)
    return {"peer_pairs": once * (nw.col("all_n") - 1), "peer_agreements": once * (agreeing - 1)}


def _peer_shares():
    others = nw.when(nw.col("peer_pairs") > 0).then(nw.col("peer_pairs")).otherwise(1)
    columns = {name: nw.col(name) for name in ("peer_pairs", "peer_agreements")}
    columns |= {"peer_items": _one(nw.col("peer_pairs") > 0)}
    return columns | {"peer_shares": nw.col("peer_agreements") / others}


def _with_verdicts(cells, verdicts):
    """The cells with v0, v1, v2: which content the experts' majority says; all 0 where there is none."""
    votes = [_total(group) for group in _by_content(verdicts.collect_schema().names())]
    named = [vote.alias(f"v{place}") for place, vote in enumerate(votes)]
    names = ("v0", "v1", "v2")
    votes = verdicts.select("task", *named).group_by("task").agg(*(nw.col(name).sum() for name in names))
    votes = votes.with_columns(
        *(nw.col(name).cast(nw.Int64) for name in names), best=nw.max_horizontal(*names)
    )
    votes = votes.with_columns(*(_one(nw.col(name) == nw.col("best")).alias(name) for name in names))
    majority = votes.filter(_total(names) == 1).select("task", *names)
    joined = cells.join(majority, on="task", how="left")
    return joined.with_columns(*(nw.col(name).fill_null(0).cast(nw.Int64) for name in names))


def _experts():
    """Against the experts' majority on the item."""
    names = ("v0", "v1", "v2")
    agreements = sum(nw.col(own) * nw.col(said) for own, said in zip(_CONTENT, names, strict=True))
    return {"expert_checks": nw.col("n") * _total(names), "expert_agreements": agreements}


def _per_worker(cells, expressions, sums):
    """Sums over each worker's cells, brought back as a pandas table sorted by worker.

    `sums`, one row, comes back in the same query, so that the engine makes the cells only once.
    """
    cells = cells.select("worker", *_named(expressions))
    workers = cells.group_by("worker").agg(
        *(nw.col(name).sum() for name in expressions), nw.len().alias("items")
    )
    whole = [name for name in (*expressions, "items") if name != "peer_shares"]
    workers = workers.with_columns(*(nw.col(name).cast(nw.Int64) for name in whole))
    frame = pd.DataFrame(collect(workers.join(sums, how="cross"))).set_index("worker").sort_index()
    frame[_DOUBLED] //= 2
    frame["judgements"] = frame["left"] + frame["right"] + frame["ties"]
    return frame


def _between(frame):
    """Over items, and over the pairs of judgements of one item by two different workers."""
    own = {"pairs": ("same_pairs", "swapped_pairs"), "agreements": ("same_agreements", "swapped_agreements")}
    within = {
        kind: sum(int(frame[name].sum()) for name in names if name in frame) for kind, names in own.items()
    }
    some = {
        name: frame[name].iloc[0] if len(frame) else 0 for name in frame if name.startswith(("all_", "any_"))
    }
    totals = {"items": int(some["all_items"])}
    for name in ("", "_repeated"):
        pairs, agreements = (int(some[f"any{name}_{kind}"]) // 2 - within[kind] for kind in within)
        rate = agreements / pairs if pairs else float("nan")
        counts = {f"between{name}_pairs": pairs, f"between{name}_agreements": agreements}
        totals |= counts | {f"between{name}_agreement": rate}
    return totals


def _by_content(columns):
    """The bins that say first, second and tie."""
    bins = [name for name in _BINS if name in columns]
    return [bins[place::3] for place in range(3)]


def _named(expressions):
    return [expression.alias(name) for name, expression in expressions.items()]


def _total(names):
    first, *others = map(nw.col, names)
    return sum(others, start=first)


def _one(condition):
    return condition.cast(nw.Int64)


def _ordered_pairs(count):
    return count * (count - 1)
