"""One pair per cell inside an engine: a worker's first two judgements of an item."""

from __future__ import annotations

from annolib.tables.engines.table import ROW, collect, nw
from annolib.tables.refusals.faults import Fault, TableError, refusal

_CELL = ["worker", "task"]
_ORDER = "order"
_BINS = ("b0", "b1", "b2", "b3", "b4", "b5")


def first_pair_columns(table, mark):
    """Pairs and agreements of each cell's first two judgements, summed per worker.

    Parameters
    ----------
    table : EngineTable
    mark : callable
        Frame → the workers' own rows with marks b0 … b5 (b0 … b2 without sides).

    Returns
    -------
    dict of str to ndarray
        worker, same_pairs, same_agreements and, with sides, swapped_pairs, swapped_agreements.

    Raises
    ------
    TableError
        If nothing says which judgements are the first: in an engine without an order of rows a column `time` is
        needed, and no two of a cell's first judgements may have the same time.
    """
    rows = mark(_in_order(table))
    bins = [name for name in rows.collect_schema().names() if name in _BINS]
    first, later = _split(rows.select(*_CELL, _ORDER, *bins))
    second, _ = _split(later)
    if not (table.ordered or table.placed):
        _refuse_ties(table, first, second)
    pairs = first.join(second, on=_CELL, how="inner", suffix="_again")
    pairs = pairs.select("worker", **_compare(bins)).group_by("worker").agg(nw.col(*_compare(bins)).sum())
    return collect(pairs.with_columns(*(nw.col(name).cast(nw.Int64) for name in _compare(bins))))


def _in_order(table):
    """The rows with a column `order`."""
    if not table.ordered and "time" not in table:
        raise TableError(
            "pairs='one' takes the first two judgements of an item, but the rows of this table have no order. "
            "Give a column 'time', or take all pairs:",
            "pairs='all'",
        )
    if not table.ordered:
        return table.frame.with_columns(nw.col("time").alias(_ORDER))
    if "time" not in table:
        return table.numbered().with_columns(nw.col(ROW).alias(_ORDER))
    return table.numbered().with_row_index(_ORDER, order_by=["time", ROW])


def _split(rows):
    """The earliest rows of each cell, and the later ones."""
    earliest = rows.group_by(*_CELL).agg(nw.col(_ORDER).min().alias("earliest"))
    rows = rows.join(earliest, on=_CELL, how="inner")
    kept = [name for name in rows.collect_schema().names() if name != "earliest"]
    early = nw.col(_ORDER) == nw.col("earliest")
    return rows.filter(early).select(*kept), rows.filter(~early).select(*kept)


def _compare(bins):
    """For a row with the marks `bins` and one with the marks `bins` again: same sides? same content?"""
    swaps = [sum((nw.col(name + end) for name in bins[3:]), start=nw.lit(0)) for end in ("", "_again")]
    content = [[sum(nw.col(name + end) for name in bins[at::3]) for at in range(3)] for end in ("", "_again")]
    agree = sum(one * two for one, two in zip(*content, strict=True))
    columns = {"same_pairs": 1 - swaps[0] - swaps[1] + 2 * swaps[0] * swaps[1]}
    columns["same_agreements"] = columns["same_pairs"] * agree
    if bins[3:]:
        columns["swapped_pairs"] = swaps[0] + swaps[1] - 2 * swaps[0] * swaps[1]
        columns["swapped_agreements"] = columns["swapped_pairs"] * agree
    return columns


def _refuse_ties(table, *earliest):
    """Refuse cells of which more than one judgement is the first, or the second."""
    ties = 0
    for rows in earliest:
        size = rows.select(*_CELL).group_by(*_CELL).agg(nw.len().alias("size"))
        several = size.select((nw.col("size") > 1).cast(nw.Int64).alias("several"))
        ties += int(collect(several.select(nw.col("several").sum()))["several"][0] or 0)
    if ties:
        what = "the same time for the first judgements of a worker on an item, where rows have no order,"
        fault = Fault(what, "Give exact times, or take all pairs:", "pairs='all'")
        raise refusal(table.names["time"], None, ties, fault, unit="item")
