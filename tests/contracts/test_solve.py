"""second_best as a whole: the words of the door, tables, results that can be read."""

from dataclasses import replace

import numpy as np
import pytest

import annolib as al
from annolib.contracts.solve import _left


def test_several_n_in_one_call(reference):
    pay = al.second_best(*reference, n=[100, 10_000, 1_000_000], family="linear", floor=None)
    assert len(pay) == 3 and pay.gap.shape == (3,) and pay[1].n == 10_000
    frame = pay.to_frame()
    assert frame.index.tolist() == [100, 10_000, 1_000_000] and frame["converged"].all()
    assert "linear" in repr(pay) and "SecondBest(" in repr(pay[0]) and "gap" in pay[0]._repr_html_()


def test_flat_pay_at_and_above_the_outside_option(reference):
    problem, monitor = reference
    assert al.second_best(problem, monitor, 5, "flat").rent == 0
    rich = al.second_best(problem.with_floor(0.2), monitor, 5, "flat")
    assert rich.rent == pytest.approx(float(problem.utility.utility(0.2)))
    assert rich.profit == pytest.approx(-0.2, abs=1e-15)
    assert rich.contract.wage(3) == pytest.approx(0.2)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"family": "bonus"}, "family must be one of"),
        ({"n": 0}, "n must be a whole number of at least 1"),
        ({"n": 2.5}, "n must be a whole number"),
        ({"monitor": 0.3}, "monitor must be one of"),
    ],
)
def test_bad_input(reference, change, words):
    given = {"problem": reference[0], "monitor": reference[1], "n": 10, "family": "binary"}
    with pytest.raises((TypeError, ValueError), match=words):
        al.second_best(**{**given, **change})


@pytest.mark.parametrize("family", ["binary", "linear", "optimal"])
def test_a_sure_check_at_full_effort(family):
    """Golden questions nobody attentive misses: q touches 1 at full effort."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: 2 * e, floor=0.0)
    pay = al.second_best(problem, al.Golden(0.5), 50, family)
    assert np.isfinite(pay.gap) and pay.gap >= 0
    assert pay.effort == 1 and pay.gap == pytest.approx(0, abs=1e-12) and pay.converged


@pytest.mark.parametrize("family", ["binary", "linear", "optimal"])
def test_one_check(reference, family):
    pay = al.second_best(reference[0], al.Golden(0.5), 1, family)
    assert pay.n == 1 and np.isfinite(pay.profit)


def test_certificates_can_be_read(reference):
    text = repr(al.second_best(*reference, 100, "binary").certificate)
    assert "best deviation" in text and "none gains more" in text


@pytest.mark.parametrize("bound, left", [(np.nan, 0.25), (np.inf, 0.25), (-0.1, 0.25), (0.1, 0.1)])
def test_what_is_left_open_is_no_more_than_the_first_best_leaves(reference, bound, left):
    pay = replace(al.second_best(*reference, 100, "binary"), gap=0.25)
    assert _left(pay, bound) == left
