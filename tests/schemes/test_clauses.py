"""A clause by shares: the words, the contract for n checks and that for any other number say the same."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al
from annolib.contracts.forms import Binary, Flat, Linear, Tiered
from annolib.schemes.clauses import clause, for_checks, in_cents, share_of


def money(amount):
    return f"{amount:.2f}"


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), st.integers(1, 400))
def test_the_words_and_the_contract_ask_for_the_same_count(place, checks):
    """A reader with the printed percentage and a whole number of passes decides as the contract does, for every number of checks."""
    threshold, n = place
    contract = Binary(threshold, 1.0, 2.0, n)
    assert for_checks(contract, n) == contract
    words = clause(contract, "repeat", money, 0.0)[1]
    percent = re.search(r"If ([0-9.]+) %", words).group(1)
    whole, _, digits = percent.partition(".")
    share, scale = int(whole + digits), 100 * 10 ** len(digits)  # share/scale, in whole numbers
    passes = np.arange(checks + 1)
    by_words = np.where((passes * scale >= share * checks) & (passes > 0), 2.0, 1.0)
    assert for_checks(contract, checks).wage(passes).tolist() == by_words.tolist()


def test_lines_and_flat_pay_go_by_the_share():
    line = Linear(-2.0, 5.0, 0.0, 100)
    assert for_checks(line, 50).wage(40) == line.wage(80) == 2.0
    assert for_checks(Flat(3.0, 10), 7).wage(0) == 3.0


def test_tiers_that_fall_together_pay_the_higher_wage():
    tiers = Tiered((90, 91), (0.0, 1.0, 2.0), n=100)
    assert for_checks(tiers, 100) == tiers
    assert for_checks(tiers, 5) == Tiered((5,), (0.0, 2.0), n=5)


def test_a_deposit_is_in_what_is_paid_out():
    words = " ".join(clause(Linear(-2.0, 6.0, -1.0, 50), "golden", money, deposit=1.0))
    assert "You lay down 1.00" in words and "never pays less than 0.00" in words
    assert "6.00 times the share" in words and "less 1.00" in words  # base -2 with the deposit of 1 back
    assert "2.50" in clause(Flat(2.5, 9), "repeat", money, 0.0)[0]


def test_failures_are_counted_where_the_contract_counts_them():
    assert "that fail" in clause(Linear(0.0, 1.0, None, 10, "failures"), "expert", money, 0.0)[0]


def test_share_of_is_the_roundest():
    assert str(share_of(553, 1000)) == "553/1000" and float(share_of(2, 3)) == 0.66


def test_other_forms_are_refused():
    with pytest.raises(TypeError, match="Flat, Binary, Linear or Tiered"):
        for_checks("57 of 100", 5)


money_amounts = st.floats(-3, 2)


@given(
    st.lists(money_amounts, min_size=2, max_size=4).map(sorted),
    st.sampled_from([al.CARA(0.3), al.CARA(1.0), al.RiskNeutral()]),
)
def test_in_cents_nobody_has_less_and_no_bonus_is_worth_less(wages, utility):
    contract = Tiered(tuple(range(1, len(wages))), tuple(wages), n=5)
    rounded = in_cents(contract, utility)
    assert all(abs(100 * w - round(100 * w)) < 1e-6 for w in rounded.wages)
    given_, got = (utility.utility(np.array(one.wages)) for one in (contract, rounded))
    assert np.all(np.array(rounded.wages) >= np.array(wages) - 1e-7)
    assert np.all(np.diff(got) >= np.diff(given_) - 1e-7)
    assert in_cents(rounded, utility) == rounded or np.all(np.diff(rounded.wages) >= 0)


def test_lines_in_cents_pay_no_less():
    line = Linear(-2.0312, 5.0001, -0.5077, 40)
    rounded = in_cents(line, al.CARA(1.0))
    assert (rounded.base, rounded.slope, rounded.floor) == (-2.03, 5.01, -0.5)
    assert np.all(rounded.wage(np.arange(41)) >= line.wage(np.arange(41)))
    assert in_cents(Flat(1.001, 3), al.CARA(1.0)).pay == 1.01


def test_who_was_not_checked_is_not_paid_by_the_clause():
    with pytest.raises(ValueError, match="checks must be 1 or more; saw 0"):
        for_checks(Linear(0.0, 1.0, 0.0, 10), 0)
