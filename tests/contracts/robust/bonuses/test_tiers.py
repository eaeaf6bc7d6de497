"""Tiers in the worst case: never less than fewer tiers, what is found is proved, and the search's own tables."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.robust.bonuses.tiers import _EFFORTS, _Search, as_tiers, one_more_tier
from annolib.contracts.robust.family import Kinds, Strengths


def strengths(low, high):
    return al.MonitorRange(al.SelfConsistency(low), al.SelfConsistency(high))


def kinds(low=0.12, high=0.18, **problem):
    source = Strengths(reference_problem(**problem), strengths(low, high))
    return Kinds((source.at(0), source.at(1)), False)


def test_a_second_tier_earns_more_where_the_range_is_wide():
    problem = reference_problem(floor=-0.2)
    one = al.second_best(problem, strengths(0.12, 0.18), 40, "tiered", tiers=1)
    two = al.second_best(problem, strengths(0.12, 0.18), 40, "tiered", tiers=2)
    assert one.family == two.family == "tiered" and len(two.contract.thresholds) == 2
    assert two.profit > one.profit + 1e-3
    assert one.profit == al.second_best(problem, strengths(0.12, 0.18), 40, "binary").profit
    assert two.profit + two.suboptimality < 0.2904  # the bound of any pay
    assert "by search" in two.message and not two.converged
    for kappa in (0.12, 0.131, 0.15, 0.172, 0.18):
        answer = al.best_answer(problem, al.SelfConsistency(kappa), two.contract)
        assert answer.accepts and answer.profit >= two.profit - 1e-9


def test_the_table_knows_the_best_answers():
    search = _Search(kinds(), 60)
    thresholds, steps = (33, 38), np.array([0.2, 0.15])
    payoffs, values, chances = search.answers(thresholds, steps)
    levels = np.concatenate([[0.0], np.cumsum(steps)])
    contract = al.contracts.Tiered(thresholds, tuple(-np.log1p(-levels)), 60)
    for i, kappa in enumerate((0.12, 0.18)):
        answer = al.best_answer(reference_problem(), al.SelfConsistency(kappa), contract)
        assert payoffs[i] == pytest.approx(answer.payoff, abs=1e-6)
        assert values[i] == pytest.approx(0.6 * answer.effort * (2 - answer.effort), abs=1e-5)
    assert chances.shape == (2, 4) and search.costs.shape == (4, _EFFORTS.size)


def test_nothing_is_lost_where_no_tier_gains():
    bonus = al.contracts.Binary(17, 0.0, 0.54, 30)
    assert as_tiers(bonus).wages == (0.0, 0.54) and as_tiers(al.contracts.Flat(0.0, 30)).pay == 0.0
    pay = al.second_best(reference_problem(), strengths(0.14, 0.16), 20, "tiered", tiers=2)
    assert pay.profit >= al.second_best(reference_problem(), strengths(0.14, 0.16), 20, "binary").profit


@pytest.mark.parametrize(
    "problem, tiers, words",
    [
        (reference_problem(), 30, "tiers must not exceed n"),
        (reference_problem(floor=None), 2, "Give a floor"),
    ],
)
def test_refused(problem, tiers, words):
    with pytest.raises(ValueError, match=words):
        al.second_best(problem, strengths(0.14, 0.16), 20, "tiered", tiers=tiers)


def test_a_search_from_flat_pay():
    found = one_more_tier(kinds(), 40, al.contracts.Flat(0.0, 40))
    assert found.family == "tiered" and (found.contract is None or len(found.contract.thresholds) == 2)


def test_a_risk_neutral_agent_may_need_tiers():
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=-0.2)
    one = al.second_best(problem, strengths(0.12, 0.18), 20, "binary")
    two = al.second_best(problem, strengths(0.12, 0.18), 20, "tiered", tiers=2)
    assert two.profit > one.profit + 4e-3
    for kappa in np.linspace(0.12, 0.18, 5):
        answer = al.best_answer(problem, al.SelfConsistency(kappa), two.contract)
        assert answer.accepts and answer.profit >= two.profit - 1e-8
