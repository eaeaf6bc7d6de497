"""The trial of a check itself: weak and mistaken trials fail."""

import pytest

from annolib.course.checking.try_answers import mistakes_of, try_answers
from tests.course.checking.rate import RATE, rate


def test_trying_a_check_itself():
    tried = try_answers(
        RATE,
        right=[lambda passes, checks: passes * checks**-1],
        wrong={
            **mistakes_of(RATE),
            "half": lambda a, b: 0.5,
            "none": (lambda a, b: {}.get(a), "returned nothing"),
        },
    )
    assert (tried.right, tried.wrong) == (1, 3)


@pytest.mark.parametrize(
    ("right", "wrong", "part"),
    [
        ([], {}, "at least 1 other right answer"),
        ([rate], {}, "at least 3 wrong"),
        ([lambda a, b: 0.5], {"a": 1, "b": 2, "c": 3}, "right answer 0 is not right yet"),
        ([rate], {"a": rate, "b": 2, "c": "3"}, "the wrong answer 'a' is right"),
        ([rate], {"a": lambda a, b: 1, "b": lambda a, b: 1, "c": 3}, "the same message"),
        ([rate], {"a": lambda a, b: 1, "b": lambda a, b: 2, "c": 3}, "no wrong answer makes the foreseen"),
        ([rate], {"a": (lambda a, b: 1, "upside down"), "b": 2, "c": 3}, "'a' should give 'upside down'"),
    ],
)
def test_a_weak_or_mistaken_trial_fails(right, wrong, part):
    with pytest.raises(AssertionError, match=part):
        try_answers(RATE, right, wrong)
