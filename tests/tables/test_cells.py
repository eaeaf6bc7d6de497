"""Cells of one worker and one item: pairs inside them against every pair by hand, however large."""

import math
from collections import Counter

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from annolib.tables.cells import all_pairs, first_pairs, sort_cells
from annolib.tables.tallies import tally

OTHER = {"left": "right", "right": "left", "tie": "tie"}


@given(st.integers(2, 300), st.integers(0, 300), st.randoms(use_true_random=False))
def test_one_much_repeated_item(same, swapped, random):
    """The k(k−1)/2 pairs of a cell come out of its counts."""
    labels = [random.choice(list(OTHER)) for _ in range(same + swapped)]
    sides = [("x", "y")] * same + [("y", "x")] * swapped
    left, right = zip(*sides, strict=True)
    table = pd.DataFrame({"task": 1, "worker": 1, "label": labels, "left": left, "right": right})
    row = tally(table).to_frame().iloc[0]
    assert row["repeat_pairs"] == math.comb(same + swapped, 2)
    assert row["swapped_pairs"] == same * swapped
    n = {side: Counter(labels[:same] if side == "x" else labels[same:]) for side in "xy"}
    assert row["same_agreements"] == sum(
        math.comb(count, 2) for counts in n.values() for count in counts.values()
    )
    assert row["swapped_agreements"] == sum(n["x"][label] * n["y"][OTHER[label]] for label in OTHER)


def test_a_hundred_thousand_repeats_of_one_item():
    table = pd.DataFrame({"task": "i", "worker": "w", "label": ["left"] * 60_000 + ["tie"] * 40_000})
    row = tally(table).to_frame().loc["w"]
    assert row["repeat_pairs"] == 100_000 * 99_999 // 2
    assert row["repeat_agreements"] == 60_000 * 59_999 // 2 + 40_000 * 39_999 // 2


def habit(labels, sides):
    left, right = zip(*(("x", "y") if side == "x" else ("y", "x") for side in sides), strict=True)
    return pd.DataFrame({"task": "i", "worker": "w", "label": labels, "left": left, "right": right})


def test_one_pair_per_item_takes_the_first_two_in_time():
    table = habit(["left", "tie", "tie"], "xxx")
    assert tally(table, pairs="one")["repeat_agreements"].sum() == 0
    assert tally(table.assign(time=[3, 1, 2]), pairs="one")["repeat_agreements"].sum() == 1
    assert "first two" in tally(table, pairs="one").treatment and "k(k-1)/2" in tally(table).treatment


def test_blocks_of_cells_do_not_show(monkeypatch):
    rng = np.random.default_rng(5)
    worker, task, swapped, content = (rng.integers(0, top, 3000) for top in (40, 30, 2, 3))
    cells = sort_cells(worker, task, 30, swapped, content)
    whole = all_pairs(cells)
    monkeypatch.setattr("annolib.tables.cells._BLOCK", 7)
    assert (all_pairs(cells) == whole).all()
    kept = sort_cells(worker, task, 30, swapped, content, keep_order=True)
    assert (kept.size == cells.size).all() and (all_pairs(kept) == whole).all()
    assert (first_pairs(kept)[[0, 2]].sum(axis=0) == (cells.size > 1)).all()
