"""What robust pay says of itself, and that it can be kept."""

import pickle

import pytest

import annolib as al
from annolib.agency import reference_problem


def strengths(problem):
    """A result is kept without the functions of the problem."""
    return al.second_best(
        problem, al.MonitorRange(al.SelfConsistency(0.14), al.SelfConsistency(0.16)), 40, "binary"
    )


def test_a_result_is_kept_and_read():
    pay = strengths(reference_problem())
    again = pickle.loads(pickle.dumps(pay))
    assert again == pay and again.to_frame().equals(pay.to_frame())
    assert "worst case profit" in repr(pay) and "kappa" in pay._repr_html_()


def test_means_where_the_aim_is_one():
    types = al.AgentTypes([reference_problem(scale=c) for c in (0.55, 0.45)], [0.25, 0.75])
    pay = al.second_best(types, al.SelfConsistency(0.15), 60, "binary")
    assert "expected profit" in repr(pay)
    assert pay.effort == pytest.approx(0.25 * pay.efforts[0] + 0.75 * pay.efforts[1])
    assert pay.expected_wage == pytest.approx(0.25 * pay.wages[0] + 0.75 * pay.wages[1])
    assert pay.rent == min(pay.rents)
