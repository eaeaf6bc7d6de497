"""The nearest minimum by slopes."""

from types import SimpleNamespace

import numpy as np
import pytest

from annolib.numerics.climbing import climb


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
