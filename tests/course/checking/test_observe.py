"""What an answer does when it is tried: stubs, and changes of its arguments."""

import numpy as np
import pandas as pd
import pytest

from annolib.course.checking.observe import altered, is_stub, observe


def stub(passes, checks):
    """The share of passes."""
    ...


def todo(passes, checks):
    raise NotImplementedError


def test_stubs_are_told_from_short_answers():
    assert is_stub(lambda x: ...) and is_stub(stub)
    for answer in (lambda x: 5, lambda x: x, np.sin, print, 3, todo):
        assert not is_stub(answer)


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        (lambda x: x.append(1), [1]),
        (lambda x: x.__setitem__(0, 9), [1]),
        (lambda x: x[0].append(1), [[1]]),
        (lambda x: x.update(a=2), {"a": 1}),
        (lambda x: x.add(3), {1}),
        (lambda x: x.__setitem__(0, 5.0), np.array([np.nan, 1.0])),
        (lambda x: x.__setitem__("b", 1), pd.DataFrame({"a": [1, 2]})),
        (lambda x: x.__setitem__(0, "z"), ["a"]),
    ],
)
def test_changes_of_arguments_are_seen(change, argument):
    assert observe(lambda x: None, (argument,)).changed is None
    assert observe(change, (argument,)).changed == 0


def test_generators_and_unknown_objects_are_not_watched():
    assert observe(lambda rng: rng.random(), (np.random.default_rng(1),)).changed is None
    assert not altered(object(), object())
