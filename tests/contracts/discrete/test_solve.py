"""The door to finitely many efforts: one way to ask, every class, what is refused."""

import numpy as np
import pytest

import annolib as al


@pytest.mark.parametrize("family", ["flat", "binary", "linear", "tiered(2)", "optimal"])
def test_one_way_to_ask(reference, family):
    problem, monitor = reference
    levels = [0, 0.25, 0.5, 0.75, 1]
    pay = al.second_best(problem.with_efforts(levels), monitor, 200, family)
    short = al.discrete_actions(problem, monitor, 200, levels, family)
    assert pay.profit == short.profit and pay.effort in levels and np.isfinite(pay.suboptimality)
    assert pay.to_frame().shape[0] == 1
    answer = al.best_answer(problem.with_efforts(levels), monitor, pay.contract)
    assert answer.effort == pay.effort and answer.profit == pytest.approx(pay.profit, abs=1e-9)


def test_several_n_and_checks_that_say_nothing(reference):
    problem = reference[0].with_efforts([0, 0.5])
    pay = al.second_best(problem, reference[1], [10, 100, 1_000], "binary")
    assert len(pay) == 3 and np.all(np.diff(pay.log_gap) < 0)
    silent = al.second_best(problem, al.Expert(0.0), 100, "optimal")
    assert silent.family == "flat" and silent.gap == pytest.approx(al.first_best(problem).profit)


def test_failures_count_where_tastes_are_opposed(reference):
    problem = reference[0].with_efforts([0, 0.3, 0.6])
    for family in ("binary", "optimal", "linear"):
        one, two = (al.second_best(problem, al.Expert(rho), 60, family) for rho in (0.2, -0.2))
        assert one.gap == pytest.approx(two.gap, rel=1e-9) and two.contract.counts == "failures"
        assert al.best_answer(problem, al.Expert(-0.2), two.contract).profit == pytest.approx(
            two.profit, abs=1e-9
        )


def test_a_value_that_is_not_concave():
    """Bolton-Dewatripont: the probability of success is the action itself, p(a) = a, and so is its worth; costs as they come."""
    problem = al.Problem(
        al.CARA(1.0),
        cost=[0, 0.02, 0.05, 0.2],
        value=[0, 0.1, 0.55, 0.9],
        floor=0.0,
        efforts=[0, 0.2, 0.5, 0.9],
    )
    pay = al.second_best(problem, al.PassCurve(lambda a: a), 1, "optimal")
    outcomes = al.Outcomes([[1 - a, a] for a in problem.efforts])
    same = al.second_best(problem, outcomes, family="optimal")
    assert pay.profit == pytest.approx(same.profit, rel=1e-9) and pay.effort == 0.5
    # by hand: a wage for success only; .9 asks for .15/.4 in utility, .5 for .03/.3
    assert pay.contract.wage(1) == pytest.approx(-np.log1p(-0.1), rel=1e-9)


def test_refusals(reference):
    problem = reference[0].with_efforts([0, 0.5])
    with pytest.raises(ValueError, match="n must be"):
        al.second_best(problem, reference[1], family="binary")
    with pytest.raises(ValueError, match="family must be one of"):
        al.second_best(problem, reference[1], 10, "bonus")
    with pytest.raises(ValueError, match="two or more"):
        al.discrete_actions(reference[0], reference[1], 10, [0.5], "binary")
