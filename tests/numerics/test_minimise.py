"""Minima of known functions: smooth, with a corner, at the end of where they exist, on whole numbers."""

from types import SimpleNamespace

import numpy as np
import pytest

from annolib.numerics.minimise import climb, lowest_gap, lowest_in_rows


def free(effort):
    return 0.0


@pytest.mark.parametrize("where", [0.003, 0.2, 0.517, 0.98])
def test_a_smooth_minimum(where):
    effort, gap, tried, gaps = lowest_gap(lambda x: 1e-6 + np.cosh(x - where) - 1, 0.5, free)
    assert effort == pytest.approx(where, abs=1e-6) and gap == pytest.approx(1e-6, rel=1e-9)
    assert gap == gaps.min() and tried.size < 200


@pytest.mark.parametrize("where", [0.2, 0.517])
def test_a_corner(where):
    effort, gap, tried, _ = lowest_gap(
        lambda x: 1e-3 + np.where(x < where, 2 * (where - x), x - where) + (x - where) ** 2, 0.5, free
    )
    assert gap == pytest.approx(1e-3, rel=1e-9) and tried.size < 400


def test_the_end_of_what_exists():
    effort, gap, *_ = lowest_gap(lambda x: np.where(x <= 0.6321, 1 - x, np.inf), 0.9, free)
    assert effort == pytest.approx(0.6321, abs=1e-12) and effort <= 0.6321


def test_two_basins_and_the_deeper_one_is_away_from_the_centre():
    effort, gap, *_ = lowest_gap(
        lambda x: np.minimum((x - 0.5) ** 2 + 0.01, (x - 0.9) ** 2 + 0.009), 0.5, free
    )
    assert effort == pytest.approx(0.9, abs=1e-5)


def test_nothing_exists():
    effort, gap, *_ = lowest_gap(lambda x: np.full(x.shape, np.inf), 0.5, free)
    assert np.isnan(effort) and gap == np.inf


@pytest.mark.parametrize("where", [5, 1234, 999_999])
def test_whole_numbers(where):
    scan = np.unique(np.round(np.linspace(1, 10**6, 40)))
    effort, gap, tried, _ = lowest_gap(
        lambda t: 1 + ((t - where) / 10**6) ** 2, where, free, scan, whole=True
    )
    assert abs(effort - where) <= 2 and np.all(tried == np.round(tried))


def walk(function, slope, start, step=0.05, dear=np.inf):
    def at(x):
        return SimpleNamespace(effort=x, gap=function(x) if x < dear else np.inf, slope=slope(x))

    return climb(at, at(start), step)


@pytest.mark.parametrize("start", [0.01, 0.3, 0.99])
def test_smooth_kinked_and_at_the_end(start):
    smooth = walk(lambda x: 1 + np.cosh(x - 0.4), lambda x: np.sinh(x - 0.4), start)
    assert smooth.effort == pytest.approx(0.4, abs=1e-5)
    kinked = walk(lambda x: 1 + abs(x - 0.4), lambda x: np.sign(x - 0.4) or 1.0, start)
    assert kinked.effort == pytest.approx(0.4, abs=1e-8)
    assert walk(lambda x: 2 - x, lambda x: -1.0, start).effort == 1.0


@pytest.mark.parametrize("others", [(0.6,), (0.2,), (0.45, 0.9), (0.95,)])
def test_what_is_known_saves_steps_and_moves_no_minimum(others):
    """Also where the next point known has no value, or the value still falls there."""
    looked_at = []

    def at(x):
        looked_at.append(x)
        return SimpleNamespace(
            effort=x, gap=1 + np.cosh(x - 0.4) if x < 0.9 else np.inf, slope=np.sinh(x - 0.4)
        )

    start, known = at(0.1), [at(x) for x in others]
    found = climb(at, start, 0.05, others=known)
    assert found.effort == pytest.approx(0.4, abs=1e-5)
    with_them = len(looked_at)
    climb(at, start, 0.05)
    assert with_them - len(others) <= len(looked_at) - with_them + 2


def test_stops_short_of_what_has_no_value():
    found = walk(lambda x: 2 - x, lambda x: -1.0, 0.2, dear=0.7)
    assert 0.69 < found.effort < 0.7


SHAPES = {  # functions of a whole number with their least at `centre`
    "smooth": lambda x, centre: 1 + ((x - centre) / 50) ** 2,
    "lopsided": lambda x, centre: np.exp((x - centre) / 400) - (x - centre) / 400,
    "a corner": lambda x, centre: 1 + np.where(x < centre, 3 * (centre - x), x - centre) / 100,
    "nothing beyond": lambda x, centre: np.where(x > centre, np.inf, 2 - x / 1e4),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("narrow", [2, 24])
def test_rows_of_whole_numbers_each_close_in_on_their_own_least(shape, narrow):
    """What is returned is within `narrow` of the least, which the caller then looks at one by one."""
    centres = np.array([3.0, 417.0, 1999.0])

    def values_at(rows, points):
        assert np.array_equal(points, np.round(points))
        return SHAPES[shape](points, centres[rows][:, None])

    start = np.tile(np.linspace(1, 2001, 11), (3, 1))
    numbers, rows, tried = lowest_in_rows(values_at, start, narrow)
    for row, centre in enumerate(centres):
        assert np.min(np.abs(numbers[rows == row] - centre)) <= narrow, (row, numbers, rows)
    assert np.all(tried < 400)


def test_two_places_of_a_row_are_both_closed_in_on():
    """The deeper one looks higher at the points to begin with."""

    def values_at(rows, points):
        return np.minimum(1 + (points - 300) ** 2 / 1e4, 0.9 + (points - 1444) ** 2 / 3e4) + 0 * rows[:, None]

    numbers, rows, _ = lowest_in_rows(values_at, np.array([[1.0, 300, 600, 900, 1200, 1500, 2000]]))
    assert set(rows) == {0} and {300.0, 1444.0} <= set(numbers)


def test_a_row_without_any_value_has_no_place():
    def values_at(rows, points):
        return np.where(rows[:, None] == 0, np.inf, (points - 20) ** 2 + 1)

    numbers, rows, _ = lowest_in_rows(values_at, np.tile(np.linspace(1, 101, 6), (2, 1)))
    assert rows.tolist() == [1] and numbers.tolist() == [20.0]


@pytest.mark.parametrize("steep", [1e3, 1e7])
def test_a_corner_with_one_steep_side_takes_few_steps(steep):
    """The secant of slopes stays at one end there; the tangents of both sides meet at the corner."""
    seen = []

    def corner(x):
        seen.append(x)
        left = x < 0.37
        gap = 1e-6 + (steep * (0.37 - x) if left else 1e-3 * (x - 0.37)) * 1e-3 + 1e-4 * (x - 0.37) ** 2
        slope = (-steep if left else 1e-3) * 1e-3 + 2e-4 * (x - 0.37)
        return SimpleNamespace(effort=x, gap=gap, slope=slope)

    best = climb(corner, corner(0.4), 0.02)
    assert best.gap == pytest.approx(1e-6, rel=1e-9) and len(seen) < 12
