"""Minima of known functions: smooth, with a corner, at the end of where they exist, on whole numbers."""

from types import SimpleNamespace

import numpy as np
import pytest

from annolib.numerics.minimise import climb, lowest_gap


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


def test_stops_short_of_what_has_no_value():
    found = walk(lambda x: 2 - x, lambda x: -1.0, 0.2, dear=0.7)
    assert 0.69 < found.effort < 0.7
