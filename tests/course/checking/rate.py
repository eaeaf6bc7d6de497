"""A small exercise that the tests of the checks share: a rate, with its oracle, a mistake and a property."""

import numpy as np

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
