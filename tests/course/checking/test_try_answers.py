"""The trial of a check itself: weak and mistaken trials fail."""

import numpy as np
import pytest

from annolib.course.checking.try_answers import mistakes_of, try_answers
from annolib.course.definitions import Case, Exercise, Mistake, Property


def rate(passes, checks):
    return passes / checks


RATE = Exercise(
    "rate",
    reference=rate,
    oracle=lambda passes, checks: np.mean([1.0] * passes + [0.0] * (checks - passes)),
    probes=(Case("half of them", 5, 10), (3, 4), (0, 7)),
    mistakes=(Mistake("upside down", lambda passes, checks: checks / passes, "Passes go on top."),),
    properties=(
        Property("stays in [0, 1]", lambda f: all(0 <= f(k, 9) <= 1 for k in range(10)), "A share does."),
    ),
)


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
