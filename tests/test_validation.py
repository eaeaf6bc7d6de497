"""Arguments: what is taken, in which shape it comes back, and errors that name it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.validation import as_given, error_rate, generator, one_effort, one_whole, paired, whole, within


@given(st.lists(st.floats(-2, 2) | st.just(np.nan), min_size=1, max_size=5))
def test_within_refuses_exactly_what_is_outside(values):
    bad = [x for x in values if not 0 <= x <= 1]
    if not bad:
        assert within("share", values, 0, 1).tolist() == values
        return
    with pytest.raises(ValueError) as caught:
        within("share", values, 0, 1, "Give shares.")
    assert str(caught.value) == f"share must lie in [0, 1]; saw {bad[0]:.12g}. Give shares."


@pytest.mark.parametrize("value", ["0.5", None, [0.1, "x"], [[1], [1, 2]], True, 1j])
@pytest.mark.parametrize("check", [lambda name, x: within(name, x, 0, 1), whole])
def test_what_is_no_number_is_a_type_error(check, value):
    with pytest.raises(TypeError, match="share must be a number or an array of numbers; saw"):
        check("share", value)


@pytest.mark.parametrize("value", [-1, 0.5, np.nan, np.inf, [3, 2.5]])
def test_whole_numbers_are_asked_for(value):
    with pytest.raises(ValueError, match="n must be a whole number of at least 0; saw"):
        whole("n", value)


def test_whole_numbers_may_be_written_as_floats():
    assert whole("n", [3.0, 4]).tolist() == [3, 4] and whole("n", 3.0).dtype == np.int64
    assert whole("n", 0).shape == ()


def test_one_value_is_one():
    assert one_effort("effort", 1) == 1.0 and type(one_effort("effort", 1)) is float
    assert one_whole("n", 7.0) == 7 and type(one_whole("n", 7.0)) is int
    with pytest.raises(TypeError, match="effort must be one effort"):
        one_effort("effort", [0.5])
    with pytest.raises(TypeError, match="n must be one whole number"):
        one_whole("n", [5])
    with pytest.raises(ValueError, match="n must be a whole number of at least 2; saw 1. Count the checks."):
        one_whole("n", 1, 2)


@pytest.mark.parametrize("value", [0, 0.51, [0.1]])
def test_error_rates_outside_their_range(value):
    with pytest.raises(ValueError, match=r"alpha must be one number in \(0, 0.5\]; saw"):
        error_rate("alpha", value)
    assert error_rate("alpha", 0.5) == 0.5


def test_generators_and_seeds():
    one = np.random.default_rng(3)
    assert generator(one) is one
    assert generator(np.int64(3)).random() == np.random.default_rng(3).random()
    for bad in (True, -1, 2.0, None, np.random.RandomState(1)):
        with pytest.raises(TypeError, match="rng must be a numpy.random.Generator or a whole-number seed"):
            generator(bad)


def test_a_scalar_in_is_a_scalar_out():
    assert type(as_given(np.array(2.0), 1, 2.0)) is float
    assert as_given(np.array([2.0]), 1, [2.0]).tolist() == [2.0]


@given(st.permutations(list("abcd")))
def test_series_pair_by_their_index(order):
    one, two = pd.Series(range(4), list("abcd")), pd.Series(range(4), order)
    first, second = paired(one, two)
    assert first is one and second.index.tolist() == list("abcd")
    assert all(second[name] == two[name] for name in order)


def test_series_that_do_not_pair_are_refused_and_the_advice_works():
    one, two = pd.Series([1, 2], ["a", "b"]), pd.Series([3, 4], ["b", "c"])
    with pytest.raises(ValueError, match=r"x and y must have the same index.*saw 'a' in one of them only"):
        paired(one, two, ("x", "y"))
    x, y = one.align(two, join="inner")
    assert paired(x, y)[1].tolist() == [3]
    twice = pd.Series([3, 4], ["b", "b"])
    with pytest.raises(ValueError, match="saw 'b' twice in an index"):
        paired(one, twice)
    with pytest.raises(ValueError, match="saw 3 twice in an index"):
        paired(pd.Series([1, 2], [3, 4]), pd.Series([1, 2], [3, 3]))
    with pytest.raises(ValueError, match="saw 4 in one of them only"):
        paired(pd.Series([1, 2], [3, 4]), pd.Series([1, 2], [3, 5]))
    assert paired(one, twice.to_numpy())[1].tolist() == [3, 4]
