"""Best answers to any number of checks: what the sums over every count say, and a thousand million checks."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.best_answers import _to_many_checks
from annolib.contracts.incentives.pass_law import PassLaw

REPEATS = al.SelfConsistency(0.15)
FORMS = [
    ("binary", 0.0),
    ("linear", None),
    ("linear", -0.02),
    ("optimal", -0.05),
    ("flat", 0.0),
]


@pytest.mark.parametrize(("family", "floor"), FORMS)
def test_closed_forms_agree_with_sums_over_counts(family, floor):
    problem = reference_problem().with_floor(floor)
    pay = al.second_best(problem, REPEATS, 3000, family)
    by_counts = al.best_answer(problem, REPEATS, pay.contract)
    with np.errstate(all="ignore"):
        by_parts = _to_many_checks(problem, PassLaw.from_monitor(REPEATS), pay.contract)
    assert by_parts.effort == pytest.approx(by_counts.effort, abs=1e-6)
    assert by_parts.payoff == pytest.approx(by_counts.payoff, abs=1e-12)
    assert by_parts.expected_wage == pytest.approx(by_counts.expected_wage, abs=1e-6)
    assert by_parts.bound == pytest.approx(by_counts.bound, abs=1e-10)


def test_steps_upwards_with_some_beyond_the_ends():
    contract = al.contracts.Tiered((0, 900, 1800, 4000), (-0.3, -0.1, 0.1, 0.3, 0.5), 3000)
    with np.errstate(all="ignore"):
        by_parts = _to_many_checks(reference_problem(), PassLaw.from_monitor(REPEATS), contract)
    by_counts = al.best_answer(reference_problem(), REPEATS, contract)
    assert (by_parts.effort, by_parts.payoff, by_parts.expected_wage) == pytest.approx(
        (by_counts.effort, by_counts.payoff, by_counts.expected_wage), abs=1e-7
    )


@pytest.mark.parametrize(("family", "floor"), FORMS[:2] + FORMS[3:])
def test_a_thousand_million_checks(family, floor):
    problem = reference_problem().with_floor(floor)
    pay = al.second_best(problem, REPEATS, 10**9, family)
    answer = al.best_answer(problem, REPEATS, pay.contract)
    assert answer.effort == pytest.approx(pay.effort, abs=1e-7)
    assert answer.profit == pytest.approx(pay.profit, abs=2e-8) and answer.rent == pytest.approx(
        pay.rent, abs=1e-10
    )
    assert answer.bound - answer.payoff < 1e-11


def test_what_cannot_be_bounded_is_refused():
    many = 10**7
    for contract, message in (
        (al.contracts.Linear(0.5, -0.2, 0.0, many), "must not pay less for more passes"),
        (al.contracts.Binary(6, 0.0, 0.1, many, "failures"), "contract counts failures"),
    ):
        with pytest.raises(ValueError, match=message):
            al.best_answer(reference_problem(), REPEATS, contract)
    log = al.Problem(al.CRRA(1), al.PowerCost(0.3, 2), value=lambda e: 1.2 * e * (2 - e), outside=0.0)
    with pytest.raises(ValueError, match="a wage that CRRA.* does not know"):
        al.best_answer(log, REPEATS, al.contracts.Binary(6_000_000, -1.0, 2.0, many))
