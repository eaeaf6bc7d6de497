"""Cells: ranges of efforts and of the shares of passes at which a line leaves the floor; what is known of them, and how they are cut.

References
----------
R. Horst, H. Tuy, Global Optimization (1996), chapter IV: branch and bound by bisection of rectangles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PIECES, _MANY = 2, 32  # of a side, up to so many open cells
_RINGS = 5  # around the line to beat, in one cut


@dataclass(frozen=True, eq=False)
class Cells:
    """Ranges of efforts and of the shares at which a line leaves the floor, with a guess of the slope; arrays (cells,)."""

    effort_low: np.ndarray
    effort_high: np.ndarray
    share_low: np.ndarray
    share_high: np.ndarray
    slope: np.ndarray

    @property
    def size(self):
        return self.slope.size

    def take(self, index):
        """Some of the cells."""
        return Cells(**{name: value[index] for name, value in self.__dict__.items()})

    @classmethod
    def joined(cls, parts):
        """Cells one after another."""
        return cls(
            **{name: np.concatenate([part.__dict__[name] for part in parts]) for name in cls.__annotations__}
        )


@dataclass(frozen=True, eq=False)
class CellBounds:
    """For each cell: no line earns more than `bound` there (−inf: none can); arrays (cells,).

    `relaxed` is the profit at the centre against the constraints that are known (no smaller than the profit there), `slope` the slope
    that goes with it; `keen` says whether the agent would work more than asked under that line. `effort_part` and `share_part` say how
    much of the bound comes from either side of the cell.
    """

    bound: np.ndarray
    relaxed: np.ndarray
    keen: np.ndarray
    slope: np.ndarray
    effort_part: np.ndarray
    share_part: np.ndarray


def cut(cells, found, open_, near=None):
    """Open cells cut along the side to which the bound owes more, along both where both matter: in two, or in four where few are open.

    Those with a corner at the line to beat are cut towards it.
    """
    by_effort, by_share, slope = found.effort_part[open_], found.share_part[open_], found.slope[open_]
    if near is not None and cells.size <= _MANY:
        at_near = ((cells.effort_low == near[0]) | (cells.effort_high == near[0])) & (
            (cells.share_low == near[1]) | (cells.share_high == near[1])
        )
        at_near &= np.minimum(
            cells.effort_high - cells.effort_low,
            (cells.share_high - cells.share_low) / max(abs(near[1]), 1e-3),
        ) > (1e-14 * 2.0**_RINGS)
        if at_near.any():
            rest = ~at_near
            towards = _towards(cells.take(at_near), near, slope[at_near])
            if not rest.any():
                return towards
            return Cells.joined(
                [towards, _evenly(cells.take(rest), by_effort[rest], by_share[rest], slope[rest])]
            )
    return _evenly(cells, by_effort, by_share, slope)


def _towards(cells, near, slope):
    """Cells with a corner at `near` cut into rings around it, each half as wide as the one before: three cells each, and what is left."""
    corner = [
        np.where(low == at, 1.0, -1.0)
        for low, at in ((cells.effort_low, near[0]), (cells.share_low, near[1]))
    ]

    def part(low, high, place, inner, outer):
        """The part between two fractions of the way from the corner."""
        at, width = near[place], (high - low) * corner[place]
        near_end, far = at + width * inner, at + width * outer
        if outer == 1:
            far = np.where(corner[place] > 0, high, low)
        return np.minimum(near_end, far), np.maximum(near_end, far)

    parts = []
    for k in range(_RINGS + 1):
        inner, outer = (0.5 ** (k + 1), 0.5**k) if k < _RINGS else (0.0, 0.5**k)
        pieces = [
            ((inner, outer), (inner, outer)),
            ((inner, outer), (0.0, inner)),
            ((0.0, inner), (inner, outer)),
        ]
        for effort, share in pieces if k < _RINGS else pieces[:1]:
            e = part(cells.effort_low, cells.effort_high, 0, *effort)
            x = part(cells.share_low, cells.share_high, 1, *share)
            parts.append(Cells(*e, *x, slope))
    return Cells.joined(parts)


def _evenly(cells, by_effort, by_share, slope):
    """Cells cut into parts of one size."""
    wide = cells.effort_high - cells.effort_low > 1e-15
    along_share = ((by_share > 0.5 * by_effort) | ~wide) & (
        cells.share_high - cells.share_low > 1e-15 * np.maximum(np.abs(cells.share_low), 1e-3)
    )
    along_effort = ((by_effort > 0.5 * by_share) | ~along_share) & wide
    pieces = _PIECES if cells.size <= _MANY else 2
    ends = np.arange(pieces + 1) / pieces
    efforts = _between(cells.effort_low, cells.effort_high, ends)
    shares = _between(cells.share_low, cells.share_high, ends)
    parts = []
    for i in range(pieces):
        for j in range(pieces):
            keep = (along_effort | (i == 0)) & (along_share | (j == 0))
            parts.append(
                Cells(
                    np.where(along_effort, efforts[i], cells.effort_low),
                    np.where(along_effort, efforts[i + 1], cells.effort_high),
                    np.where(along_share, shares[j], cells.share_low),
                    np.where(along_share, shares[j + 1], cells.share_high),
                    slope,
                ).take(keep)
            )
    return Cells.joined(parts)


def _between(low, high, shares):
    """Places between two ends, the ends themselves exactly."""
    return [low, *(low + (high - low) * share for share in shares[1:-1]), high]
