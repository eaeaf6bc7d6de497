"""Minima of known functions: smooth, with a corner, at the end of where they exist, on whole numbers."""

import numpy as np
import pytest

from annolib.numerics.minimise import lowest_gap


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
