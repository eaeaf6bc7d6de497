"""The number of checks against trying them all."""

import pytest

import annolib as al
from annolib.schemes.kinds import Kind
from annolib.schemes.search import best_option

PROBLEM = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=-0.2)


@pytest.mark.parametrize("price", [3e-4, 1e-3])
def test_the_climb_against_every_number(price):
    kind = Kind("repeat", price, al.SelfConsistency(0.2), "given")
    found = best_option(PROBLEM, kind, "linear", most=120)
    others = {found.checks, *range(max(1, found.checks - 24), found.checks + 25, 4)}
    best = max(al.second_best(PROBLEM, kind.evidence, n, "linear").profit - price * n for n in others)
    assert found.net == pytest.approx(found.pay.profit - price * found.checks, abs=1e-15)
    assert best - 1e-3 * abs(best) <= found.net <= best + 1e-12


def test_a_given_number_is_kept_and_every_try_is_counted():
    kind = Kind("repeat", 1e-3, al.SelfConsistency(0.2), "given")
    tries = []
    found = best_option(PROBLEM, kind, "linear", 500, fixed=40, tried=lambda: tries.append(1))
    assert found.checks == 40 and len(tries) == 1


def test_dear_checks_end_in_flat_pay():
    kind = Kind("repeat", 10.0, al.SelfConsistency(0.05), "given")
    assert best_option(PROBLEM, kind, "binary", most=50).net < 0


def test_no_contract_is_none():
    free = PROBLEM.with_floor(None)
    kind = Kind("repeat", 1e-3, al.SelfConsistency(0.2), "given")
    assert best_option(free, kind, "binary", 500, fixed=400) is None


def test_a_range_is_climbed_from_where_its_weakest_strength_alone_is_best():
    strengths = al.MonitorRange(al.SelfConsistency(0.2), al.SelfConsistency(0.21))
    kind, tries = Kind("repeat", 3e-3, strengths, "given"), []
    found = best_option(PROBLEM, kind, "binary", most=200, tried=lambda: tries.append(1))
    profits = {n: al.second_best(PROBLEM, strengths, n, "binary").profit - 3e-3 * n for n in range(8, 41, 8)}
    assert found.net >= max(profits.values()) and len(tries) < 12


def test_numbers_that_cannot_pay_are_not_solved_for(monkeypatch):
    from annolib.schemes import search

    solved, whole = [], search._solve
    monkeypatch.setattr(search, "_solve", lambda *a: solved.append(a[3]) or whole(*a))
    kind = Kind("repeat", 5e-3, al.SelfConsistency(0.2), "given")
    found = best_option(PROBLEM, kind, "linear", most=500, start=40)
    most = (al.first_best(PROBLEM).profit - found.net) / 5e-3
    assert max(solved) == 40 and found.checks < most < 80, "from 40 a step of two leads to 80"
    assert best_option(PROBLEM, kind, "linear", most=500).net == pytest.approx(found.net, rel=1e-3)
