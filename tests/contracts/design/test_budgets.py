"""The number of checks at a price, against every number."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem

REPEATS = al.SelfConsistency(0.15)


@pytest.mark.parametrize(("family", "price", "deposit"), [("binary", 2e-3, 0.1), ("optimal", 2e-3, 0.2)])
def test_no_number_of_checks_does_better(family, price, deposit):
    found = al.best_checks(reference_problem(), REPEATS, family, price=price, deposits=(deposit,))
    problem = al.contracts.with_deposit(reference_problem(), deposit)
    numbers = (
        range(max(found.n // 2, 1), 2 * found.n, 1) if family == "binary" else range(found.n - 4, found.n + 5)
    )
    losses = [al.second_best(problem, REPEATS, n, family).gap + price * n for n in numbers]
    assert found.loss == pytest.approx(min(losses), rel=1e-12) and found.n == numbers[int(np.argmin(losses))]
    assert found.loss == found.pay.gap + price * found.n and found.message == "solved"


def test_exact_and_asymptotic_meet_where_checks_are_cheap():
    found = al.best_checks(reference_problem().with_floor(None), REPEATS, "linear", price=1e-6)
    assert found.n == pytest.approx(found.budget.checks, rel=0.01)
    assert found.loss == pytest.approx(found.budget.loss, rel=0.01)


def test_the_best_of_several_deposits_is_taken():
    found = al.best_checks(
        reference_problem(), REPEATS, "binary", price=4e-3, deposits=(0, 0.05, 0.2), progress=True
    )
    frame = found.to_frame()
    assert set(frame["deposit"]) == {0.0, 0.05, 0.2} and found.loss == frame["loss"].min()
    assert found.deposit == frame.loc[frame["loss"].idxmin(), "deposit"]


def test_checks_that_are_too_dear_are_not_bought():
    found = al.best_checks(reference_problem(), REPEATS, "binary", price=1.0)
    assert (
        found.n == 0
        and found.pay.family == "flat"
        and found.loss == found.pay.gap
        and np.isnan(found.deposit)
    )


def test_the_largest_number_is_told():
    assert (
        "give a larger one as most"
        in al.best_checks(reference_problem(), REPEATS, "binary", price=1e-4, most=60).message
    )


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"price": 0}, "price must be one finite number above 0"),
        ({"price": [1, 2]}, "price must be one finite number above 0"),
        ({"price": 1e-3, "deposits": ()}, "deposits must hold at least one"),
        ({"price": 1e-3, "deposits": (-1,)}, "deposit must lie"),
    ],
)
def test_what_is_no_question_is_refused(how, message):
    with pytest.raises(ValueError, match=message):
        al.best_checks(reference_problem(), REPEATS, "binary", **how)


def test_numbers_without_a_best_contract_are_passed_over(monkeypatch):
    """Without a floor a fine that is all but never due beats every bonus, once checks are many (Mirrlees)."""
    problem = reference_problem().with_floor(None)
    with pytest.raises(al.NoBestContract):
        al.second_best(problem, REPEATS, 1000, "binary")
    found = al.best_checks(problem, REPEATS, "binary", price=1e-7)
    assert found.n < 1000 and found.pay.converged

    def none(*given, **how):
        raise al.NoBestContract("none at all")

    monkeypatch.setattr("annolib.contracts.design.budgets.second_best", none)
    with pytest.raises(al.NoBestContract):
        al.best_checks(problem, REPEATS, "binary", price=1e-2)
