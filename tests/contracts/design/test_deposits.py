"""Deposits: the printed table, the rule, the price of money put down, and what is refused."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.design.deposits import with_deposit

REPEATS = al.SelfConsistency(0.15)
TABLE = {  # gap of a cut line, a bonus, any pay; None where flat pay is the best line
    (20, 0.0): (None, 0.23358, 0.22397), (20, 0.02): (0.31210, 0.20156, 0.19229), (20, 0.05): (0.26412, 0.15437, 0.14552),
    (20, 0.1): (0.18564, 0.07775, 0.06937), (20, 0.2): (0.03526, 0.03324, 0.02308),
    (30, 0.0): (0.25564, 0.15925, 0.14890), (30, 0.02): (0.22558, 0.12966, 0.11988), (30, 0.05): (0.18090, 0.08585, 0.07687),
    (30, 0.1): (0.10748, 0.03353, 0.02255), (30, 0.2): (0.01508, 0.02258, 0.01495),
    (71, 0.0): (0.13643, 0.06281, 0.05841), (71, 0.02): (0.10966, 0.03703, 0.03282), (71, 0.05): (0.06971, 0.01074, 0.00859),
    (71, 0.1): (0.01012, 0.01020, 0.00632), (71, 0.2): (0.00629, 0.01020, 0.00625),
    (100, 0.0): (0.10554, 0.04171, 0.03858), (100, 0.02): (0.07949, 0.01686, 0.01383), (100, 0.05): (0.04060, 0.00755, 0.00469),
    (100, 0.1): (0.00448, 0.00747, 0.00446), (100, 0.2): (0.00447, 0.00747, 0.00445),
    (300, 0.0): (0.04420, 0.00780, 0.00740), (300, 0.02): (0.01981, 0.00286, 0.00150), (300, 0.05): (0.00149, 0.00286, 0.00149),
}  # fmt: skip


@pytest.mark.parametrize("place", TABLE, ids=str)
@pytest.mark.parametrize("family", ["binary", "optimal"])
def test_the_table_of_deposits(place, family):
    n, deposit = place
    pay = al.second_best(with_deposit(reference_problem(), deposit), REPEATS, n, family)
    assert pay.gap == pytest.approx(TABLE[place][1 if family == "binary" else 2], abs=5.1e-6)


@pytest.mark.parametrize(
    "place",
    [(20, 0.0), (20, 0.2), (30, 0.1), (30, 0.2), (71, 0.05), (100, 0.02), (100, 0.1), (300, 0.05)],
    ids=str,
)
def test_the_table_of_deposits_for_lines(place):
    pay = al.second_best(with_deposit(reference_problem(), place[1]), REPEATS, place[0], "linear")
    if TABLE[place][0] is None:
        assert pay.family == "flat"
    else:
        assert pay.gap == pytest.approx(TABLE[place][0], abs=5.1e-6)


@pytest.mark.parametrize("n", [50, 200])
def test_the_rule_for_a_line_is_about_enough_and_half_of_it_is_not(n):
    """More than the rule gains less than one per cent (.9 and .8 are seen), clearly less costs more than half."""
    rule = al.rates.deposit_rule(reference_problem(), REPEATS, n)
    gaps = [
        al.second_best(with_deposit(reference_problem(), d), REPEATS, n, "linear").gap
        for d in (0.6 * rule, rule, 2 * rule)
    ]
    assert gaps[1] < 1.01 * gaps[2] and gaps[0] > 1.55 * gaps[1]


@pytest.mark.parametrize(("family", "n"), [("binary", 30), ("optimal", 100), ("linear", 100)])
def test_a_larger_deposit_gains_little_and_a_smaller_one_loses(family, n):
    found = al.best_deposit(reference_problem(), REPEATS, n, family)
    gap = lambda d: al.second_best(with_deposit(reference_problem(), d), REPEATS, n, family).gap  # noqa: E731
    assert found.pay.gap == gap(found.deposit) and found.message.startswith("solved")
    for more in (1.3, 2.0, 3.0):
        assert gap(more * found.deposit) >= found.pay.gap / 1.0101
    assert gap(0.9 * found.deposit) > 1.01 * gap(2 * found.deposit)
    frame = found.to_frame()
    assert frame["gap"].iloc[0] == gap(0.0) and frame.index.is_monotonic_increasing
    if family == "linear":
        assert found.deposit == pytest.approx(found.rule, rel=0.05)


def test_money_put_down_may_have_a_price():
    found = al.best_deposit(reference_problem(), REPEATS, 30, "binary", price=0.05)
    frame = found.to_frame()
    assert found.loss == pytest.approx(found.pay.gap + 0.05 * found.deposit, rel=1e-12)
    assert found.loss <= frame["loss"].min() + 1e-12
    dear = al.best_deposit(reference_problem(), REPEATS, 30, "binary", price=10.0)
    assert dear.deposit == 0.0
    assert dear.pay.rent_in_money == pytest.approx(
        -np.log(1 - dear.pay.effort**2 / 2 - dear.pay.rent) + np.log(1 - dear.pay.effort**2 / 2)
    )


def test_two_kinds_of_checks_take_a_deposit_too():
    found = al.best_deposit(reference_problem(), al.Joint(REPEATS, al.Golden()), (8, 4), "binary", most=0.4)
    assert 0 < found.deposit <= 0.4 and np.isnan(found.rule)


def test_a_utility_without_negative_wages_bounds_the_deposit():
    problem = al.Problem(al.CRRA(0.5), al.PowerCost(0.3, 2), value=lambda e: 1.2 * e * (2 - e), outside=1.0)
    found = al.best_deposit(problem, REPEATS, 60, "binary")
    assert 0 <= found.deposit < 0.25 and found.pay.certificate.gain_bound < 1e-9


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"price": -1}, "price must lie"),
        ({"within_share": 0}, "within_share must be between"),
        ({"most": 0}, "most must be above 0"),
    ],
)
def test_what_is_no_question_is_refused(how, message):
    with pytest.raises(ValueError, match=message):
        al.best_deposit(reference_problem(), REPEATS, 30, "binary", **how)


@pytest.mark.parametrize(
    ("deposit", "message"),
    [(-0.1, "deposit"), ((0.1, 0.2), "deposit must be one"), (np.inf, "deposit must be one")],
)
def test_what_is_no_deposit_is_refused(deposit, message):
    with pytest.raises(ValueError, match=message):
        with_deposit(reference_problem(), deposit)
    log = al.Problem(al.CRRA(1), al.PowerCost(0.3, 2), value=lambda e: 1.2 * e * (2 - e), outside=0.0)
    with pytest.raises(ValueError, match="deposit must leave a wage that CRRA"):
        with_deposit(log, 1.0)
