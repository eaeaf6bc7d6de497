"""The wage of each form, count by count in plain Python."""

import numpy as np
import pytest

from annolib.contracts import Binary, Flat, Linear, Tiered, Wages
from annolib.contracts.forms import Optimal

N = 10
FORMS = [
    (Flat(0.5, N), lambda k: 0.5),
    (Binary(6, -1.0, 2.0, N), lambda k: 2.0 if k >= 6 else -1.0),
    (Tiered((4, 8), (0.0, 1.0, 3.0), N), lambda k: 3.0 if k >= 8 else 1.0 if k >= 4 else 0.0),
    (Linear(-0.5, 2.0, 0.0, N), lambda k: max(-0.5 + 2 * k / N, 0.0)),
    (Linear(-0.5, 2.0, None, N), lambda k: -0.5 + 2 * k / N),
    (Optimal(1, 1, (), (), 0.5, N, _pay=np.sqrt), lambda k: k**0.5),
]


@pytest.mark.parametrize(("form", "by_hand"), FORMS, ids=lambda one: type(one).__name__)
def test_wages_count_by_count(form, by_hand):
    wages = form.wage(np.arange(N + 1))
    np.testing.assert_allclose(wages, [by_hand(k) for k in range(N + 1)])
    assert isinstance(form.wage(7), float) and form.wage(7) == wages[7]
    assert form.wage([[0, 10]]).tolist() == [[wages[0], wages[10]]]


def test_counting_failures_turns_the_wages_round():
    one, other = (Binary(8, 0.0, 1.0, N, counts) for counts in ("passes", "failures"))
    k = np.arange(N + 1)
    assert other.wage(k).tolist() == one.wage(N - k).tolist() != one.wage(k).tolist()


def test_a_flat_wage_is_a_bonus_that_everybody_gets():
    flat = Flat(0.14, N)
    bonus = Binary(flat.threshold, flat.low, flat.high, N)
    assert bonus.wage(np.arange(N + 1)).tolist() == flat.wage(np.arange(N + 1)).tolist() == [0.14] * (N + 1)


@pytest.mark.parametrize("passes", [-1, 11])
def test_more_passes_than_checks_are_refused(passes):
    with pytest.raises(ValueError, match=r"passes must lie in \[0, 10\]; saw .* in 10 checks"):
        Flat(0.5, N).wage(passes)


def test_two_kinds_of_counts_and_their_failures():
    import annolib as al

    line = al.contracts.JointLinear(0.0, (1.0, 2.0), 0.5, (4, 5), ("passes", "failures"))
    assert line.wage(4, 5) == 1.0 and line.wage(0, 5) == 0.5 and line.wage(4, 0) == 3.0
    assert line.table().shape == (5, 6) and line.table()[4, 5] == 3.0
    score = al.contracts.JointBinary((0.0, 1.0), 3.0, 0.0, 1.0, (4, 5))
    assert score.wage([0, 4], [3, 2]).tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="second must lie"):
        line.wage(0, 6)


def test_a_wage_for_each_outcome():
    pay = Wages((1.0, 4.0, 9.0))
    assert pay.wage(2) == 9.0 and pay.wage([0, 2]).tolist() == [1.0, 9.0]
    with pytest.raises(ValueError, match="outcome must lie in .0, 2.; saw 3"):
        pay.wage(3)
