"""Cells are cut into parts that cover them and do not overlap."""

import numpy as np
import pytest

from annolib.contracts.linear.branch.cells import CellBounds, Cells, cut


def _some(size, rng):
    low, below = rng.uniform(0, 0.5, (2, size))
    width, height = 10 ** rng.uniform(-6, -0.5, (2, size))
    return Cells(low, low + width, below, below + height, np.arange(1.0, size + 1))


def _known(cells, rng):
    parts, nothing = rng.uniform(0, 1, (2, cells.size)), np.zeros(cells.size)
    return CellBounds(nothing + 1, nothing, nothing > 0, cells.slope, *parts)


def _area(cells):
    return (cells.effort_high - cells.effort_low) * (cells.share_high - cells.share_low)


def _cover(parts, whole, places):
    """How many of the parts hold each place in their interior."""
    e = whole.effort_low + (whole.effort_high - whole.effort_low) * places[0][:, None]
    x = whole.share_low + (whole.share_high - whole.share_low) * places[1][:, None]
    return (
        (parts.effort_low < e) & (e < parts.effort_high) & (parts.share_low < x) & (x < parts.share_high)
    ).sum(axis=1)


@pytest.mark.parametrize("corner", [None, (0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("size", [1, 40])
def test_the_parts_cover_a_cell_once(corner, size):
    rng = np.random.default_rng(size)
    cells = _some(size, rng)
    first = cells.take(np.array([0]))
    near = None
    if corner is not None:
        near = (
            float((first.effort_low, first.effort_high)[corner[0]][0]),
            float((first.share_low, first.share_high)[corner[1]][0]),
        )
    parts = cut(cells, _known(cells, rng), np.ones(size, bool), near)
    for i in range(size):
        own = parts.take(parts.slope == cells.slope[i])
        one = cells.take(np.array([i]))
        assert own.size >= 2
        np.testing.assert_allclose(_area(own).sum(), _area(one)[0], rtol=1e-6)
        np.testing.assert_array_equal(_cover(own, one, rng.uniform(0, 1, (2, 200))), 1)


def test_only_open_cells_are_cut_and_joined_again():
    rng = np.random.default_rng(5)
    cells = _some(12, rng)
    open_ = np.arange(12) % 3 == 0
    parts = cut(cells.take(open_), _known(cells, rng), open_)
    assert set(parts.slope) == set(cells.slope[open_])
    both = Cells.joined([cells.take(open_), cells.take(~open_)])
    assert both.size == 12 and set(both.slope) == set(cells.slope)
