"""The stored gaps of the map are what the solvers give; those that take long are tried at some sizes."""

import csv

import pytest

from annolib.figures import gap_table

STORED = gap_table.solved_gaps()
CHEAP = [
    (name, n) for name in gap_table.names() for n in gap_table.SIZES if "cut" not in name and n <= 1_000_000
]
SOME = [
    ("line, cut at 0", 30),
    ("line, cut at 0", 100),
    ("best pay", 10**9),
    ("line, no floor", 10**9),
    ("threshold", 10**9),
]


def test_the_table_is_whole():
    assert set(STORED) == set(gap_table.names())
    assert all(tuple(pairs) == gap_table.SIZES for pairs in STORED.values())


@pytest.mark.parametrize("name", gap_table.names())
def test_what_is_stored_is_solved(name):
    for kind, n in CHEAP + SOME:
        if kind == name:
            assert STORED[name][n] == pytest.approx(gap_table.solve_gap(name, n), rel=1e-7, abs=1e-11), n


def test_writing_and_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(gap_table, "SIZES", (20, 30))
    path = gap_table.write_gaps(tmp_path / gap_table.FILE)
    with open(path, encoding="utf-8") as source:
        rows = list(csv.reader(source))
    assert rows[0] == ["pay", "checks", "euros"] and len(rows) == 1 + 2 * len(gap_table.names())
    assert float(rows[1][2]) == pytest.approx(STORED["threshold"][20], rel=1e-7)
