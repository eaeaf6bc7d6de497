"""Efforts on [0, m]: the same problem in another unit."""

import numpy as np
import pytest

import annolib as al

UNIT = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)
WIDE = al.Problem(
    al.CARA(1.0), al.PowerCost(0.125, 2), lambda e: 0.3 * e * (2 - e / 2), floor=0.0, effort_max=2.0
)


@pytest.mark.parametrize("family", ["flat", "binary", "linear", "optimal"])
def test_every_class_in_both_units(family):
    one = al.second_best(UNIT, al.Expert(0.2), 100, family)
    two = al.second_best(WIDE, al.Expert(0.1), 100, family)
    assert two.gap == pytest.approx(one.gap, rel=1e-9) and two.effort == pytest.approx(
        2 * one.effort, rel=1e-9
    )
    assert two.converged == one.converged and two.suboptimality == pytest.approx(one.suboptimality, abs=1e-9)
    k = np.arange(101)
    assert two.contract.wage(k) == pytest.approx(one.contract.wage(k), abs=1e-9)
    if not np.isnan(one.certificate.deviation):
        assert two.certificate.deviation == pytest.approx(2 * one.certificate.deviation, abs=1e-6)
    answer = al.best_answer(WIDE, al.Expert(0.1), two.contract)
    assert answer.profit == pytest.approx(two.profit, abs=1e-8)


def test_several_n():
    pay = al.second_best(WIDE, al.Expert(0.1), [50, 100], "binary")
    assert pay.effort.shape == (2,) and np.all(pay.effort > 1)


def test_checks_that_more_than_all_would_pass():
    with pytest.raises(ValueError, match="effort_max = 2 is too much.*probability 1.5"):
        al.second_best(WIDE, al.Golden(0.5), 50, "binary")
