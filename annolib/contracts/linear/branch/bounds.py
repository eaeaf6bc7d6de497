"""What no line of a cell can earn, for many cells at once: slopes first, then Taylor's formula where slopes alone do not say that none can."""

from __future__ import annotations

import numpy as np

from annolib.contracts.linear.branch.cells import CellBounds
from annolib.contracts.linear.branch.keen import too_keen
from annolib.contracts.linear.branch.laws import column, nodes, total
from annolib.contracts.linear.branch.slopes import least_for_incentive, too_rare, too_weak
from annolib.contracts.linear.branch.taylor import taylor_bounds

_ELEMENTS = 30_000  # of an array: what fits the processor's cache


def bounds(lines, cells, profit):
    """Bounds of what lines of these cells earn, sharp enough to tell whether one earns more than `profit`.

    Returns
    -------
    CellBounds
    """
    size = max(_ELEMENTS // (lines.n + 1 if lines.every_count else 200), 1)
    order = np.argsort(cells.share_low, kind="stable")  # cells of like shares need like counts
    with np.errstate(all="ignore"):
        parts = [_bounds(lines, cells.take(order[i : i + size]), profit) for i in range(0, cells.size, size)]
    back = np.argsort(order, kind="stable")
    return CellBounds(
        **{name: np.concatenate([p.__dict__[name] for p in parts])[back] for name in parts[0].__dict__}
    )


def _bounds(lines, cells, profit):
    """Bounds of some cells: of most of them the slopes alone say that no line is worth looking at."""
    law = nodes(lines, cells)
    pay = total(law.low, np.maximum(law.share - column(cells.share_high), 0) + 0 * law.low)
    b_hi = (lines.problem._value(cells.effort_high) - lines.floor - profit) / pay
    ends = np.stack(lines.needed_incentives(cells.effort_low, cells.effort_high))
    none = (b_hi <= 0) | too_rare(lines, cells, profit)
    b_lo = least_for_incentive(lines, law, cells, b_hi, ends.min(axis=0))
    none |= (b_lo >= b_hi) | too_weak(lines, law, cells, b_hi, ends.min(axis=0))
    some = np.flatnonzero(~none & (cells.effort_low < cells.effort_high))
    if some.size:
        none[some] = too_keen(lines, law.take(some), cells.take(some), b_hi[some], ends.max(axis=0)[some])
    rest = np.flatnonzero(~none)
    if rest.size == cells.size:
        return taylor_bounds(lines, cells, law, (b_lo, b_hi), profit)
    none, zero = np.full(cells.size, -np.inf), np.zeros(cells.size)
    found = CellBounds(none, none.copy(), zero > 0, cells.slope.copy(), zero, zero.copy())
    if rest.size:
        some = taylor_bounds(lines, cells.take(rest), law.take(rest), (b_lo[rest], b_hi[rest]), profit)
        for name, value in some.__dict__.items():
            getattr(found, name)[rest] = value
    return found
