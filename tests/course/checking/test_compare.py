"""Comparison of results: what counts as the same, and the words for what does not."""

import math
from collections import OrderedDict, UserDict
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.course.checking.compare import difference, like

FRAME = pd.DataFrame({"worker": ["a", "b"], "rate": [0.5, np.nan]})
SERIES = pd.Series([0.5, 0.7], index=["a", "b"])


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (1, 1.0),
        (np.float64(0.1) + 0.2, 0.3),
        (np.array(0.3), 0.3),
        (float("nan"), np.nan),
        (-np.inf, -math.inf),
        (np.bool_(True), True),
        ("left", "left"),
        (None, None),
        ([0.1, 0.9], (0.1, 0.9)),
        (np.array([0.1, 0.9]), (0.1, 0.9)),
        ([1, 2], np.array([1.0, 2.0])),
        (SERIES, np.array([0.5, 0.7])),
        (SERIES[::-1], SERIES),
        (FRAME[["rate", "worker"]], FRAME),
        ({"b": 2, "a": 1}, {"a": 1.0, "b": 2}),
        ({1, 2}, {2, 1}),
        (np.array(["left", "tie"]), np.array(["left", "tie"])),
        (pd.NA, pd.NA),
    ],
)
def test_the_same(seen, expected):
    assert difference(seen, expected) == ""


@pytest.mark.parametrize(
    ("seen", "expected", "part"),
    [
        (0.5, 0.6, "gave 0.5, expected 0.6"),
        (np.nan, 0.6, "nan (not a number)"),
        (0.6, np.nan, "expected nan"),
        (1, True, "expected True or False"),
        (True, 1, "expected a single number"),
        (False, True, "gave False, expected True"),
        ([0.6], 0.6, "a list of 1"),
        ("0.6", 0.6, "gave '0.6', expected a single number"),
        (" Left", "left", "only in capitals or spaces"),
        (1, "left", "a text in quotes"),
        (0, None, "expected None"),
        (0.1, (0.1, 0.9), "expected 2 values: (0.1, 0.9)"),
        ((0.1, 0.8), (0.1, 0.9), "entry 1 of the result: gave 0.8, expected 0.9"),
        (0.5, np.zeros(3), "gave 0.5, expected an array of shape (3,)"),
        (np.zeros((3, 1)), np.zeros(3), "shape (3, 1), expected shape (3,)"),
        (np.array([[0.0, 1.0]]), np.zeros((1, 2)), "entry (0, 1)"),
        (np.array([np.nan, 0.0]), np.zeros(2), "entry 0 of the result: gave nan"),
        (pd.Series([0.5, 0.8], index=["a", "b"]), SERIES, "the row of 'b'"),
        (FRAME.head(1), FRAME, "gave 1 rows, expected 2"),
        (FRAME[["rate"]], FRAME, "gave the columns ['rate']"),
        (FRAME.assign(rate=1.0), FRAME, "column 'rate'"),
        (3, FRAME, "a table of 2 rows and 2 columns"),
        ({"a": 1}, {"b": 1}, "gave the keys ['a']"),
        ({"a": 1}, {"a": 2}, "key 'a': gave 1"),
        ({1}, {2}, "gave {1}, expected {2}"),
        ([1, 2, 3], {"a": 1}, "expected a dict"),
        (pd.Series({"a": 1}), {"a": 2}, "key 'a': gave 1"),
        (pd.Series([1]), {"a": 1}, "gave the keys [0]"),
        (UserDict(b=1), {"a": 1}, "gave the keys ['b']"),
    ],
)
def test_a_difference_in_words(seen, expected, part):
    assert part in difference(seen, expected)


@given(st.floats(-1e12, 1e12), st.floats(0, 0.5))
def test_the_tolerance_is_relative_to_the_larger_of_one_and_the_size(expected, share):
    scale = max(1.0, abs(expected))
    assert difference(expected + share * 1e-6 * scale, expected, tolerance=1e-6) == ""
    assert difference(expected + 2e-6 * scale, expected, tolerance=1e-6) != ""


def test_numbers_that_look_the_same_are_shown_with_all_digits():
    assert difference(0.3000001, 0.3000002, 1e-9) == "gave 0.3000001, expected 0.3000002"


@given(st.lists(st.one_of(st.floats(-1e300, 1e300), st.sampled_from([np.nan, np.inf, -np.inf])), min_size=1))
def test_an_array_agrees_with_itself_and_not_with_a_moved_one(values):
    array = np.array(values)
    assert difference(array.copy(), array) == ""
    moved = array.copy()
    moved[0] = 0.0 if not np.isfinite(moved[0]) else moved[0] + 0.1 + abs(moved[0])
    assert difference(moved, array) != ""


@pytest.mark.parametrize(
    ("value", "model", "made"),
    [
        ([1, 2], np.zeros(2), np.array([1, 2])),
        ((0.5, 0.7), np.zeros(2), np.array([0.5, 0.7])),
        (SERIES, np.zeros(2), SERIES.to_numpy()),
        ([[1, 2], [3, 4]], np.zeros((2, 2)), np.array([[1, 2], [3, 4]])),
        (np.array([0.5, 0.7]), SERIES, SERIES),
        (np.array(0.5), 0.7, 0.5),
        (3.0, 7, 3),
        (np.float64(13.9999999), 7, 14),
        (np.array(3.0), 7, 3),
        ([0.1, 0.9], (0.1, 0.9), (0.1, 0.9)),
        (np.array([0.1, 0.9]), (0.1, 0.9), (0.1, 0.9)),
        ((1, 2), [1, 2], [1, 2]),
        ((0.5, [1, 2]), (0.5, np.zeros(2)), (0.5, np.array([1, 2]))),
        ({"a": [1, 2], "n": 3.0}, {"a": np.zeros(2), "n": 1}, {"a": np.array([1, 2]), "n": 3}),
        ([5, 6, 7], (1, 2), (5, 6, 7)),
        (pd.Series({"a": 2.0, "b": 0.5}), {"a": 1, "b": 1.5}, {"a": 2, "b": 0.5}),
        (MappingProxyType({"a": 1}), {"a": 1}, {"a": 1}),
        (UserDict(a=np.array(3.0)), {"a": 1}, {"a": 3}),
    ],
)
def test_another_sort_of_thing_becomes_the_sort_of_the_model(value, model, made):
    found = like(value, model)
    assert type(found) is type(made)
    assert difference(found, made) == difference(made, found) == ""
    assert like(found, model) is found


@pytest.mark.parametrize(
    ("value", "model"),
    [
        (np.zeros(2), np.zeros(3)),
        (np.float64(0.5), 0.5),
        (np.int64(3), 7),
        (3, 7.0),
        (2.5, 7),
        (np.nan, 7),
        (True, 7),
        ("left", ("a", "b")),
        (np.array(0.5), (1, 2)),
        (None, np.zeros(2)),
        ((1, 2.0), (3, 4.0)),
        ({"a": 1}, {"a": 2}),
        (OrderedDict(a=1), {"a": 2}),
        ([("a", 1)], {"a": 2}),
        (FRAME, FRAME),
    ],
)
def test_what_is_of_the_same_sort_or_too_far_from_it_stays_itself(value, model):
    assert like(value, model) is value
