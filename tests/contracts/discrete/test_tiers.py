"""Tiers for finitely many efforts: every tuple by a conic solver, nested, and refused where there is none."""

from itertools import combinations

import numpy as np
import pytest

import annolib as al
from annolib.contracts.discrete import tiers
from annolib.contracts.discrete.family import Actions, CheckLaw
from annolib.contracts.discrete.optimal import count_states
from annolib.contracts.discrete.tiers import Cells
from tests.contracts.discrete import naive


@pytest.mark.parametrize("seed", range(3))
def test_every_pair_of_thresholds(seed):
    rng = np.random.default_rng(seed)
    problem, monitor, n = naive.random_actions(rng, n=6, size=3)
    pay = al.second_best(problem, monitor, n, "tiered(2)")
    p = naive.law(problem, monitor, n)
    best = max(
        naive.best_lottery(problem, p, np.searchsorted(cuts, np.arange(n + 1), side="right"))
        for cuts in combinations(range(1, n + 1), 2)
    )
    assert pay.converged and pay.profit == pytest.approx(best, abs=2e-6)


@pytest.mark.parametrize(("n", "low"), [(5, -0.3), (6, 0.02)])
def test_checks_that_full_effort_never_misses(n, low):
    """Cells that it never shows have no chance, not an unknown one: every pair is solved and the best is proved."""
    utility = al.CARA(1.0)
    problem = al.Problem(utility, al.PowerCost(0.3, 2), lambda e: e * (1.2 - 0.3 * e), floor=low)
    problem, monitor = problem.with_efforts([0.0, 0.4, 0.7, 1.0]), al.Golden(0.5)
    law = CheckLaw.of(problem, monitor)
    cells = Cells(*count_states(law, n)).states((1, n))
    assert cells.law.sum(axis=1) == pytest.approx(1) and cells.law[-1].tolist() == [0, 0, 1]
    pay, p = al.second_best(problem, monitor, n, "tiered(2)"), naive.law(problem, monitor, n)
    best = max(
        naive.best_lottery(problem, p, np.searchsorted(cuts, np.arange(n + 1), side="right"))
        for cuts in combinations(range(1, n + 1), 2)
    )
    assert pay.converged and pay.profit == pytest.approx(best, abs=2e-6)


def test_cells_keep_small_probabilities(reference):
    problem = reference[0].with_efforts([0.0, 0.5])
    law = CheckLaw.of(problem, reference[1])
    counts, states = count_states(law, 2_000)
    cells = Cells(counts, states).states((700, 1_000, 1_700))
    from scipy.special import logsumexp

    want = [
        logsumexp(states.log_law[:, a:b], axis=1)
        for a, b in ((0, 700), (700, 1_000), (1_000, 1_700), (1_700, 2_001))
    ]
    assert cells.log_law == pytest.approx(np.array(want).T, rel=1e-11)


@pytest.mark.parametrize("n, number", [(100, 9), (10_000, 2), (10_000, 9)])
def test_between_one_threshold_and_any_pay(reference, n, number):
    levels = np.linspace(0, al.first_best(reference[0]).effort, number)
    one, two, three, every = (
        al.discrete_actions(*reference, n, levels, f).log_gap
        for f in ("binary", "tiered(2)", "tiered(3)", "optimal")
    )
    assert every < three < two < one
    two = al.discrete_actions(*reference, n, levels, "tiered", tiers=2)
    assert two.suboptimality == pytest.approx(two.gap - np.exp(every), rel=1e-6)
    assert al.best_answer(reference[0].with_efforts(levels), reference[1], two.contract).effort == two.effort


def test_what_a_tuple_left_open_is_said(monkeypatch):
    """Every pair of thresholds is tried; the lowest of their bounds is that of the class."""
    problem, monitor, _ = naive.random_actions(np.random.default_rng(0), n=6, size=3)
    solved = al.second_best(problem, monitor, 6, "tiered(2)")
    assert solved.family == "tiered" and solved.converged
    whole = tiers.best_programmes

    def loose(actions, states, log_gap):
        solutions, bound = whole(actions, states, log_gap)
        return solutions, bound - 0.5

    monkeypatch.setattr(tiers, "best_programmes", loose)
    left = al.second_best(problem, monitor, 6, "tiered(2)")
    assert not left.converged and left.suboptimality > 0.39 * left.gap


def test_a_bonus_for_failures_is_a_tier_that_pays_less():
    problem = al.Problem(al.CARA(1.0), [0.1, 0.05, 0.0], [1.0, 0.6, 0.2], 0.0, 0.0, efforts=[0, 0.5, 1.0])
    bonus, one, two = (
        al.second_best(problem, al.Expert(0.2), 40, f) for f in ("binary", "tiered(1)", "tiered(2)")
    )
    k = np.arange(41)
    assert bonus.contract.counts == "failures" and one.contract.counts == "passes"
    np.testing.assert_array_equal(one.contract.wage(k), bonus.contract.wage(k))
    assert two.gap < 0.95 * one.gap
    assert al.best_answer(problem, al.Expert(0.2), two.contract).profit == pytest.approx(two.profit, abs=1e-9)


def test_refusals(reference):
    problem = reference[0].with_efforts([0, 0.5])
    with pytest.raises(ValueError, match="tiers must not exceed n"):
        al.second_best(problem, reference[1], 2, "tiered(3)")
    with pytest.raises(al.NoBestContract, match="floor"):
        al.second_best(problem.with_floor(None), reference[1], 20, "tiered(3)")
    neutral = al.Problem(al.RiskNeutral(), [0, 0.1], [0, 1], efforts=[0, 0.5])
    with pytest.raises(al.NoBestContract, match="optimal"):
        al.second_best(neutral, reference[1], 20, "tiered(2)")
    assert Actions.of(problem).lowest == 0
