"""Items: sides, positions, what they hold and refuse."""

import numpy as np
import pytest

import annolib as al

LAW3 = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.0, 0.0, 1.0], [0.25, 0.25, 0.5]])


LAW2 = np.array([[0.9, 0.1], [0.3, 0.7], [1.0, 0.0], [0.5, 0.5]])


LONGER = np.array([-1, 1, 0, 1])


SWAPPED = np.array([False, True, True, False])


ITEMS = [al.Items(LAW3, LONGER), al.Items(LAW2, LONGER)]


every_items = pytest.mark.parametrize("items", ITEMS, ids=repr)


def swap(row):
    return [row[1], row[0], *row[2:]]


@every_items
def test_shown_laws_change_sides_where_swapped(items):
    shown = items.shown(SWAPPED)
    for row, seen, swapped in zip(items.law, shown, SWAPPED, strict=True):
        assert seen.tolist() == (swap(row) if swapped else row.tolist())
    assert items.shown(False).tolist() == items.law.tolist()


def test_items_are_taken_by_position():
    items = al.Items(LAW3, LONGER, first=list("abcd"), second=list("wxyz"))
    some = items[[2, 0, 2]]
    assert (len(some), some.first.tolist(), some.second.tolist()) == (3, ["c", "a", "c"], ["y", "w", "y"])
    assert some.law.tolist() == LAW3[[2, 0, 2]].tolist() and some.longer.tolist() == [0, -1, 0]
    assert len(items[1]) == 1 and len(items[:2]) == 2 and len(items[SWAPPED]) == 2


def test_items_copy_and_freeze_what_they_hold():
    law = LAW3.copy()
    items = al.Items(law)
    law[0] = 0
    assert items.law.tolist() == LAW3.tolist() and items.longer.tolist() == [0] * 4
    for column in (items.law, items.longer, items.first):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: al.Items([0.5, 0.5]), r"law must have shape \(items, 2\) or \(items, 3\); saw \(2,\)"),
        (lambda: al.Items(np.full((2, 4), 0.25)), r"law must have shape .* saw \(2, 4\)"),
        (lambda: al.Items([[0.5, 0.6]]), "law must sum to 1"),
        (lambda: al.Items([[1.5, -0.5]]), "law must lie"),
        (
            lambda: al.Items(LAW2, longer=[0, 1]),
            r"longer must have one entry for each of 4 items; saw \(2,\)",
        ),
        (lambda: al.Items(LAW2, longer=[0, 1, 0.5, 0]), "longer must hold -1"),
        (lambda: al.Items(LAW2, longer=[0, 1, 2, 0]), "longer must lie"),
        (lambda: al.Items(LAW2, first=["a"]), "first must have one entry"),
        (lambda: al.Items.from_probability([0.5, 1.2]), "p must lie"),
        (
            lambda: ITEMS[0].shown([0, 1, 1, 0]),
            "swapped must be True, False or one of them for each of 4 items",
        ),
        (lambda: ITEMS[0].shown([True]), "swapped must be"),
    ],
)
def test_bad_items_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
