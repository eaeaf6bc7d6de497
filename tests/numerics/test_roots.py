"""Roots of many functions at once and minima over whole numbers, against closed forms and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.numerics.roots import bracketed_root, whole_minimum


@given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=6), st.sampled_from([0.5, 1, 3, 9]))
def test_roots_of_powers(targets, power):
    y = np.array(targets)
    found = bracketed_root(lambda x: x**power - y, np.zeros(y.size), np.ones(y.size))
    np.testing.assert_allclose(found, y ** (1 / power), rtol=1e-12)
    assert np.all(found**power - y >= 0), "the end where the function is not negative"


def test_a_jump_is_found_and_infinite_ends_are_borne():
    found = bracketed_root(lambda x: np.where(x < 0.3, -1.0, 7.0), np.zeros(1), np.ones(1))
    assert found[0] == pytest.approx(0.3, rel=1e-14)
    with np.errstate(divide="ignore"):
        found = bracketed_root(lambda x: np.log(x) - np.log1p(-x), np.zeros(1), np.ones(1))
    assert found[0] == pytest.approx(0.5, rel=1e-14)


def test_without_a_change_of_sign_the_nearer_end():
    found = bracketed_root(lambda x: x - np.array([-1.0, 2.0, 0.5]), np.zeros(3), np.ones(3))
    assert found.tolist() == [0.0, 1.0, 0.5]


@pytest.mark.parametrize("size", [5, 47, 48, 1000, 123_457])
@pytest.mark.parametrize("share", [0.0, 0.013, 0.5, 0.97, 1.0])
def test_the_lowest_whole_number_is_among_the_candidates(size, share):
    where = round(share * size)

    def function(t):
        return np.minimum((t - where) ** 2.0 + 1, (t - size / 4) ** 2.0 + 3)

    found = whole_minimum(function, 0, size)
    every = np.arange(size + 1)
    assert function(found).min() == function(every).min()
    assert np.all(np.diff(found) > 0) and found[0] >= 0 and found[-1] <= size
    assert found.size < 60


def test_where_nothing_has_a_value_the_start_is_handed_back():
    found = whole_minimum(lambda t: np.full(t.shape, np.inf), 0, 1000)
    assert found[0] == 0 and found.size < 60
