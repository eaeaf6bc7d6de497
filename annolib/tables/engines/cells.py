"""The cells of a table inside an engine: how often each worker gave each answer to each task.

A cell is one worker's judgements of one task. It has the bins b0 … b5 of `annolib.tables.cells`, numbered
3·swapped + content; without sides the first three. Grouping costs an engine about as much for every column it
sums, so three counts travel in one number, as the digits a + b·2¹⁷ + c·2³⁴ of a Float64, which is exact below
2⁵³. `digits_hold` says afterwards whether every digit had room; where one had not, count with `packed=False`.
"""

from __future__ import annotations

from annolib.tables.engines.table import nw

CELL = ("worker", "task")
CONTENT = ("first", "second", "tie")
BINS = ("b0", "b1", "b2", "b3", "b4", "b5")
_BASE = 2.0**17
_PACKED = ("kept", "swapped")


def mark_bins(rows, sided):
    """The rows with a mark of 0 or 1 for each bin: b0 … b5, or b0 … b2 where there are no sides."""
    marks = [nw.col("label") == label for label in ("left", "right", "tie")]
    if sided:
        swapped = nw.col("left") > nw.col("right")
        left, right, tie = marks
        marks = [mark & ~swapped for mark in marks] + [mark & swapped for mark in (right, left, tie)]
    return rows.with_columns(
        *(mark.cast(nw.Int8).alias(bin_) for bin_, mark in zip(BINS, marks, strict=False))
    )


def group_cells(rows, sided, packed):
    """One row per cell: worker, task, and the counts, packed or not; `count_bins` reads them.

    Parameters
    ----------
    rows : narwhals.LazyFrame
        Columns worker, task, label and, if `sided`, left and right.
    sided, packed : bool
    """
    if packed:
        names, rows = _PACKED if sided else _PACKED[:1], rows.select(*CELL, *_weights(sided))
    else:
        names, rows = BINS if sided else BINS[:3], mark_bins(rows, sided)
        rows = rows.select(*CELL, *(nw.col(name).cast(nw.Float64) for name in names))
    cells = rows.group_by(*CELL).agg(*(nw.col(name).sum() for name in names))
    if cells.implementation.name == "POLARS":  # the cells are used twice; other engines see that
        return cells.collect().lazy()
    return cells


def count_bins(cells, sided, packed):
    """The cells with their bins; first, second, tie by content; and their sum n: all Float64."""
    if packed:
        cells = _unpack(cells, _PACKED if sided else _PACKED[:1])
    kinds = [total(bins).alias(name) for name, bins in zip(CONTENT, by_content(sided), strict=True)]
    bins = BINS if sided else BINS[:3]
    return cells.select(*CELL, *bins, *kinds).with_columns(n=total(CONTENT))


def by_content(sided):
    """For first, second and tie: the names of the bins that say so."""
    bins = BINS if sided else BINS[:3]
    return [bins[place::3] for place in range(3)]


def total(names):
    """The sum of the columns."""
    first, *others = map(nw.col, names)
    return sum(others, start=first)


def digits_hold(largest, counted, rows):
    """Whether unpacked counts are the true ones.

    A digit without room carries into the next: then the digits no longer add up to the rows, unless the
    number has left 2⁵³, and then its last digit is too large by itself.

    Parameters
    ----------
    largest : int
        Of the cells, as unpacked.
    counted, rows : int
        The judgements of all cells, as unpacked; the rows that were counted.

    Examples
    --------
    >>> digits_hold(3, 10, 10), digits_hold(1, 1, 2**17), digits_hold(2**19, 2**19, 2**19)
    (True, False, False)
    """
    return largest < _BASE and counted == rows


def _weights(sided):
    """The power of the base for each row: 1 first, 2¹⁷ second, 2³⁴ tie; by sides kept and swapped."""
    swapped = nw.col("left") > nw.col("right") if sided else None
    second = nw.col("label") == "right"
    second = second != swapped if sided else second
    weight = nw.when(second).then(_BASE).otherwise(1.0)
    weight = nw.when(nw.col("label") == "tie").then(_BASE**2).otherwise(weight)
    if not sided:
        return [weight.alias(_PACKED[0])]
    nothing = nw.lit(0.0)
    sides = (
        nw.when(~swapped).then(weight).otherwise(nothing),
        nw.when(swapped).then(weight).otherwise(nothing),
    )
    return [side.alias(name) for side, name in zip(sides, _PACKED, strict=True)]


def _unpack(cells, names):
    """The cells with the digits of the packed columns; multiplying by powers of 2 is exact."""
    for place, power in ((2, _BASE**2), (1, _BASE)):
        tops = ((nw.col(name) / power).floor().alias(f"{name}_{place}") for name in names)
        cells = cells.with_columns(*tops)
        rests = (nw.col(name) - nw.col(f"{name}_{place}") * power for name in names)
        cells = cells.with_columns(*rests)
    digits = (digit for name in names for digit in (name, f"{name}_1", f"{name}_2"))
    return cells.with_columns(*(nw.col(digit).alias(bin_) for digit, bin_ in zip(digits, BINS, strict=False)))
