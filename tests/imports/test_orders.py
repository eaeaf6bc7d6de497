"""Scales and rankings: every pair by hand."""

import annolib as al


def test_a_ranking_gives_its_pairs_and_its_screen():
    rows = [{"task": "s", "who": "ann", "order": order} for order in ("x > y > z", "z > x = y")]
    table = al.imports.rankings(rows, worker="who", ranking="order")
    assert len(table) == 6 and table["screen"].tolist() == [0, 0, 0, 1, 1, 1]
    assert table["label"].tolist() == ["left", "left", "left", "right", "right", "tie"]
