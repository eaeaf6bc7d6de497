"""Intervals contain what they say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annolib.numerics.intervals import middle, minus, product, total

NUMBERS = st.floats(-1e6, 1e6)
PAIRS = st.tuples(NUMBERS, NUMBERS).map(sorted)


@given(PAIRS, PAIRS, st.floats(0, 1), st.floats(0, 1))
def test_operations_contain_all_values(a, b, share, other):
    a, b = (tuple(np.array([x]) for x in pair) for pair in (a, b))
    x, y = a[0] + share * (a[1] - a[0]), b[0] + other * (b[1] - b[0])
    for interval, value in ((product(a, b), x * y), (total(a, b), x + y), (minus(a), -x)):
        slack = 1e-9 * (1 + abs(value))
        assert interval[0] - slack <= value <= interval[1] + slack
    assert a[0] <= middle(a) + 1e-9 and middle(a) <= a[1] + 1e-9


def test_infinite_ends():
    zero, all_ = (np.array([0.0]), np.array([0.0])), (np.array([-np.inf]), np.array([np.inf]))
    assert [float(end[0]) for end in product(zero, all_)] == [0.0, 0.0]
    assert [float(end[0]) for end in total(all_, all_)] == [-np.inf, np.inf]
    assert [float(end[0]) for end in total((np.array([np.inf]),) * 2, (np.array([-np.inf]),) * 2)] == [
        -np.inf,
        np.inf,
    ]
