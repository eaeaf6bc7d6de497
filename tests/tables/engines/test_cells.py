"""Cells packed into whole numbers: exact however large, and counted otherwise where a digit has no room."""

import pandas as pd
import pytest

import annolib as al

ORDERED = ("polars", "polars lazy", "pyarrow")


LIGHT = (*ORDERED, "duckdb")


def test_many_repeats_are_counted_exactly(put, same):
    """k(k-1) of a big cell leaves 32 bits, and sums leave those of small marks."""
    table = pd.DataFrame({"task": "i", "worker": "w", "label": ["left"] * 60_000 + ["tie"] * 40_000})
    for engine in LIGHT:
        same(al.tally(put(table, engine)), al.tally(table))


@pytest.mark.parametrize("engine", LIGHT)
@pytest.mark.parametrize(
    "labels",
    [{"left": 2**17}, {"right": 2**17 + 1}, {"left": 3, "right": 2**17, "tie": 2}, {"tie": 2**19 + 3}],
)
def test_cells_too_large_to_be_packed_are_counted_exactly(put, same, labels, engine):
    """Where a digit of a packed number has no room: see `annolib.tables.engines.cells`."""
    label = [name for name, times in labels.items() for _ in range(times)]
    table = pd.DataFrame({"task": "i", "worker": "w", "label": label})
    few = pd.DataFrame({"task": ["i", "j", "j"], "worker": ["w", "v", "v"], "label": ["tie", "left", "left"]})
    table = pd.concat([table, few.iloc[1:], few.assign(worker="u")], ignore_index=True)
    same(al.tally(put(table, engine)), al.tally(table))
