"""The counts of a tally inside an engine: rows → cells → workers, and only the workers come back.

From the cells on (`annolib.tables.engines.cells`) all numbers are Float64, whole and exact below 2⁵³: some engines add
whole numbers in 128 bits, which costs them twice the time. Casts come before and after a grouping, never
inside: there they cost some engines a thousandfold.
"""

from __future__ import annotations

import pandas as pd

from annolib.tables.engines.cells import (
    BINS,
    CONTENT,
    by_content,
    count_bins,
    digits_hold,
    group_cells,
    mark_bins,
    total,
)
from annolib.tables.engines.codes import spell
from annolib.tables.engines.first_pairs import first_pair_columns
from annolib.tables.engines.table import collect, nw

_DOUBLED = ["same_pairs", "same_agreements"]  # counted from both ends in the engine, where halves could round
_SUMS = ("all_items", "any_pairs", "any_agreements", "any_repeated_pairs", "any_repeated_agreements")


def count_rows(table, pairs):
    """The columns of counts, one row per worker, and the totals over pairs of workers.

    Parameters
    ----------
    table : EngineTable
        Checked by `annolib.tables.engines.checks.check_rows`.
    pairs : {"all", "one"}

    Returns
    -------
    frame : pandas.DataFrame
        Index worker, sorted; the columns of `annolib.tables.counts.count_judgements`.
    between : dict
    """
    frame, sums = _count(table, packed=True)
    if not digits_hold(sums["largest"], int(frame["judgements"].sum()), sums["rows"]):
        frame, sums = _count(table, packed=False)
    between = _between(frame, sums)
    if pairs == "one":
        found = first_pair_columns(table, lambda rows: mark_bins(_own(rows, table), "left" in table))
        found = pd.DataFrame(found).set_index("worker")
        frame[found.columns] = found.reindex(frame.index, fill_value=0)
    for name in ("swapped_pairs", "swapped_agreements", "expert_checks", "expert_agreements", *CHECKED_MIX):
        frame[name] = frame.get(name, 0)
    for name in ("pairs", "agreements"):
        frame[f"repeat_{name}"] = frame[f"same_{name}"] + frame[f"swapped_{name}"]
    frame.index = pd.Index(spell(table, "worker", frame.index), name="worker")
    return frame, between


def _own(rows, table):
    """The rows that are no expert's."""
    return rows.filter(~nw.col("expert")) if "expert" in table else rows


def _count(table, packed):
    """Counts over all pairs, one row per worker, and sums over all tasks, as `_per_worker`."""
    sided, own = "left" in table, _own(table.frame, table)
    cells = count_bins(group_cells(own, sided, packed), sided, packed)
    tasks = _tasks(cells)
    cells = cells.join(tasks, on="task", how="inner").with_columns(*named(peer_terms()))
    terms = repeat_terms(sided) | share_terms()
    if "expert" in table:
        cells = _with_verdicts(cells, mark_bins(table.frame.filter(nw.col("expert")), sided), sided)
        terms |= expert_terms() | checked_mix_terms(sided)
    return _per_worker(cells, terms, _sums(tasks, own))


def _tasks(cells):
    """One row per task: all_first, all_second, all_tie, their sum all_n, and the size of the largest cell."""
    sums = (nw.col(name).sum().alias(f"all_{name}") for name in CONTENT)
    tasks = cells.group_by("task").agg(*sums, nw.col("n").max().alias("largest"))
    return tasks.with_columns(all_n=total(f"all_{name}" for name in CONTENT))


def _sums(tasks, rows):
    """One row: items, pairs of judgements of one item (from both ends) over all and repeated; largest; rows."""
    counts = [nw.col(name).cast(nw.Int64) for name in ("all_n", *(f"all_{name}" for name in CONTENT))]
    whole, *kinds = map(ordered_pairs, counts)  # their sum may leave 2⁵³
    repeated = (nw.col("largest") > 1).cast(nw.Int64)
    agreements = sum(kinds)
    columns = (nw.lit(1), whole, agreements, repeated * whole, repeated * agreements)
    tasks = tasks.select("largest", *named(dict(zip(_SUMS, columns, strict=True))))
    sums = tasks.select(*(nw.col(name).sum() for name in _SUMS), nw.col("largest").max())
    sums = sums.select(*(nw.col(name).cast(nw.Int64) for name in (*_SUMS, "largest")))
    return sums.join(rows.select(nw.len().alias("rows")), how="cross")


def _with_verdicts(cells, verdicts, sided):
    """The cells with the columns `VERDICTS`."""
    votes = {name: total(group) for group, name in zip(by_content(sided), VERDICTS, strict=True)}
    votes = verdicts.select("task", *named(votes)).group_by("task").agg(nw.col(*VERDICTS).sum())
    votes = votes.with_columns(nw.col(*VERDICTS).cast(nw.Float64), best=nw.max_horizontal(*VERDICTS))
    votes = votes.with_columns(*(one(nw.col(name) == nw.col("best")).alias(name) for name in VERDICTS))
    majority = votes.filter(total(VERDICTS) == 1).select("task", *VERDICTS)
    joined = cells.join(majority, on="task", how="left")
    return joined.with_columns(nw.col(*VERDICTS).fill_null(0.0))


def _per_worker(cells, terms, sums):
    """Sums over each worker's cells, as a pandas table sorted by worker; and the one row of `sums`, as a dict.

    Both come back in the same query, so that the engine makes the cells only once.
    """
    cells = cells.select("worker", *named(terms))
    workers = cells.group_by("worker").agg(*(nw.col(name).sum() for name in terms), nw.len().alias("items"))
    names = sums.collect_schema().names()
    frame = pd.DataFrame(collect(workers.join(sums, how="cross"))).set_index("worker").sort_index()
    some = {name: int(frame[name].iloc[0]) if len(frame) else 0 for name in names}
    whole = dict.fromkeys([name for name in (*terms, "items") if name != "peer_shares"], "int64")
    frame = frame.drop(columns=names).astype(whole)
    frame[_DOUBLED] //= 2
    frame["judgements"] = frame["left"] + frame["right"] + frame["ties"]
    return frame, some


def _between(frame, sums):
    """Over items, and over the pairs of judgements of one item by two different workers."""
    own = {"pairs": ("same_pairs", "swapped_pairs"), "agreements": ("same_agreements", "swapped_agreements")}
    within = {
        kind: sum(int(frame[name].sum()) for name in names if name in frame) for kind, names in own.items()
    }
    totals = {"items": sums["all_items"]}
    for name in ("", "_repeated"):
        pairs, agreements = (sums[f"any{name}_{kind}"] // 2 - within[kind] for kind in within)
        rate = agreements / pairs if pairs else float("nan")
        counts = {f"between{name}_pairs": pairs, f"between{name}_agreements": agreements}
        totals |= counts | {f"between{name}_agreement": rate}
    return totals


VERDICTS = ("v0", "v1", "v2")  # which content the experts' majority says; all 0 where there is none


def repeat_terms(sided):
    """Labels as shown, and pairs of judgements by the same worker; `same_…` are counted from both ends."""
    same, swapped = (BINS[:3], BINS[3:]) if sided else (CONTENT, ())
    shown = (nw.col("b0") + nw.col("b4"), nw.col("b1") + nw.col("b3")) if sided else map(nw.col, same[:2])
    terms = dict(zip(("left", "right"), shown, strict=True))
    terms |= {"ties": nw.col("tie"), "repeat_items": one(nw.col("n") > 1)}
    agreements = sum(ordered_pairs(nw.col(name)) for name in (*same, *swapped))
    terms |= {"same_pairs": ordered_pairs(total(same)), "same_agreements": agreements}
    if sided:
        terms["same_pairs"] = terms["same_pairs"] + ordered_pairs(total(swapped))
        both = zip(same, swapped, strict=True)
        terms["swapped_pairs"] = total(same) * total(swapped)
        terms["swapped_agreements"] = sum(nw.col(kept) * nw.col(turned) for kept, turned in both)
    return terms


def peer_terms():
    """Against the other judgements of items that the worker judged exactly once."""
    once = one(nw.col("n") == 1)
    agreeing = sum(nw.col(name) * nw.col(f"all_{name}") for name in CONTENT)
    return {"peer_pairs": once * (nw.col("all_n") - 1), "peer_agreements": once * (agreeing - 1)}


def share_terms():
    """The same, each item weighing one; needs the columns of `peer_terms`."""
    others = nw.when(nw.col("peer_pairs") > 0).then(nw.col("peer_pairs")).otherwise(1.0)
    terms = {name: nw.col(name) for name in ("peer_pairs", "peer_agreements")}
    return terms | {
        "peer_items": one(nw.col("peer_pairs") > 0),
        "peer_shares": nw.col("peer_agreements") / others,
    }


def expert_terms():
    """Against the experts' majority on the item."""
    agreements = sum(nw.col(own) * nw.col(said) for own, said in zip(CONTENT, VERDICTS, strict=True))
    return {"expert_checks": nw.col("n") * total(VERDICTS), "expert_agreements": agreements}


CHECKED_MIX = ("checked_left", "checked_right", "answer_left", "answer_right")


def checked_mix_terms(sided):
    """On items with an expert's verdict: the sides that the worker said, and the sides that were right, as shown."""
    first, second, _ = VERDICTS
    if not sided:
        said, kept = map(nw.col, CONTENT[:2]), nw.col("n")
        right = kept * nw.col(first), kept * nw.col(second)
    else:
        said = nw.col("b0") + nw.col("b4"), nw.col("b1") + nw.col("b3")
        kept, turned = total(BINS[:3]), total(BINS[3:])
        right = (
            kept * nw.col(first) + turned * nw.col(second),
            kept * nw.col(second) + turned * nw.col(first),
        )
    terms = (*(each * total(VERDICTS) for each in said), *right)
    return dict(zip(CHECKED_MIX, terms, strict=True))


def named(terms):
    """The expressions under their names."""
    return [term.alias(name) for name, term in terms.items()]


def one(condition):
    """1 where it holds, else 0."""
    return condition.cast(nw.Float64)


def ordered_pairs(count):
    """How many ordered pairs there are of `count` judgements."""
    return count * (count - 1)
