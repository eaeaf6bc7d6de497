"""Results as tables and words: what is shown is what is there."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.results import NoBestContract, SecondBests


@pytest.fixture(scope="module")
def several():
    return al.second_best(reference_problem(), al.SelfConsistency(kappa=0.15), [5, 200], "binary")


def test_several_results_are_arrays_rows_and_a_sequence(several):
    assert len(several) == 2 and [one.n for one in several] == [5, 200] == several.n.tolist()
    frame = several.to_frame()
    for name in ("effort", "profit", "gap", "rent", "expected_wage"):
        values = [getattr(one, name) for one in several]
        assert getattr(several, name).tolist() == values == frame[name].tolist()
    assert several.contract == tuple(one.contract for one in several)
    assert frame["binding"].tolist() == [", ".join(one.binding) for one in several]
    assert several[1].to_frame().equals(frame.loc[[200]])
    with pytest.raises(AttributeError, match="SecondBests has no attribute 'wage'"):
        several.wage  # noqa: B018


def test_words_name_what_was_found(several):
    one = several[1]
    assert repr(one).startswith("SecondBest(binary, n=200: effort=")
    assert one.message in repr(one) and f"{one.effort:.6f}" in repr(one)
    assert "2 values of n" in repr(SecondBests(several.results))
    shown = one._repr_html_()
    assert repr(one.certificate) in shown and repr(one.contract) in shown


def test_numbers_of_one_result_belong_together(several):
    best = al.first_best(reference_problem())
    for one in several:
        assert one.profit + one.gap == pytest.approx(best.profit, abs=1e-14)
        assert np.exp(one.log_gap) == pytest.approx(one.gap, rel=1e-12)


def test_the_bound_is_told_where_there_is_one():
    from annolib.contracts.results import Certificate

    without = Certificate(0.0, 0.1, -0.2, 1e-15, "a search")
    assert "suboptimality" not in repr(without)
    assert "suboptimality ≤ 3e-12" in repr(Certificate(0.0, 0.1, -0.2, 1e-15, "a search", 3e-12))
    assert issubclass(NoBestContract, ValueError)


@pytest.mark.parametrize("family", ["flat", "binary", "linear", "tiered(2)", "optimal"])
def test_a_result_can_be_pickled_even_if_its_problem_cannot(family):
    import copy
    import pickle

    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=-0.1)
    pay = al.second_best(problem, al.SelfConsistency(kappa=0.15), [20, 40], family)
    again = pickle.loads(pickle.dumps(pay))
    assert again.results == pay.results
    for one, other in zip(pay, again, strict=True):
        assert other.wage_table().equals(one.wage_table()) and copy.deepcopy(one) == one
        assert al.best_answer(problem, one.evidence, other.contract) == al.best_answer(
            problem, one.evidence, one.contract
        )
    assert pickle.loads(pickle.dumps(again)).results == pay.results  # and once more


def test_any_pay_on_very_many_checks_says_how_to_go_on():
    import pickle

    pay = al.second_best(reference_problem(floor=-0.1), al.SelfConsistency(kappa=0.15), 2_000_000, "optimal")
    with pytest.raises(pickle.PicklingError, match="Pickle the problem and the monitor, and solve again"):
        pickle.dumps(pay)


def test_the_rent_in_money_is_a_rise_of_a_flat_wage(several):
    problem = reference_problem()
    for one in several:
        flat = problem.utility.wage(problem.reservation(one.effort))
        assert one.rent_in_money == pytest.approx(
            float(problem.utility.wage(problem.reservation(one.effort) + one.rent) - flat), abs=1e-14
        )
    assert several.to_frame()["rent_in_money"].tolist() == [one.rent_in_money for one in several]
    assert several[1].rent_in_money > several[1].rent > 0
