"""The reference problem has the printed values of its definition."""

import pytest

import annolib as al
from annolib.agency.reference import reference_problem, reference_value


def test_the_printed_digits():
    problem = reference_problem()
    best = al.first_best(problem)
    assert best.effort == pytest.approx(0.5106530944, abs=5e-11)
    assert best.profit == pytest.approx(0.31662103434, abs=5e-12)
    assert al.SelfConsistency(0.15).fisher_information(best.effort) == pytest.approx(0.384926777, abs=5e-10)


def test_its_parts_are_those_of_the_text():
    problem = reference_problem(aversion=2.0, scale=0.3, power=3, outside=0.1, floor=-0.5)
    assert (problem.floor, problem.outside) == (-0.5, 0.1)
    assert problem.utility == al.CARA(2.0)
    assert problem.cost.cost(0.5) == pytest.approx(0.3 * 0.125)
    assert problem.value(0.5) == reference_value(0.5) == pytest.approx(0.45)
    assert reference_problem(floor=None).floor is None
