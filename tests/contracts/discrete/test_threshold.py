"""Threshold pay for finitely many efforts: published tables, high precision, every threshold, and a proof that is one."""

from dataclasses import replace

import numpy as np
import pytest

import annolib as al
from annolib.contracts.discrete.family import Actions, CheckLaw, flat_pay
from annolib.contracts.discrete.threshold import Bonuses, best_bonus, either_count
from tests.contracts.discrete import naive

MONITOR = al.SelfConsistency(0.15)
CHECKS = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000]
TABLE = {
    2: ["3.5100395e-02", "7.8225396e-03", "4.6518205e-04", "6.2736934e-07"],
    3: ["3.5100395e-02", "7.8225396e-03", "4.6518205e-04", "6.2736934e-07"],
    9: ["3.5100395e-02", "7.8225396e-03", "5.1666655e-04", "3.1814721e-05", "5.0141687e-08"],
    33: [
        "3.5100395e-02", "7.8225396e-03", "9.5388877e-04", "3.3837177e-04", "7.0846901e-05", "6.6318312e-06", "1.9332691e-08",
    ],
}  # fmt: skip


def levels(problem, number):
    return np.linspace(0, al.first_best(problem).effort, number)


@pytest.mark.parametrize("number", TABLE)
def test_many_levels_of_effort(reference, number):
    pay = al.discrete_actions(
        *reference, CHECKS[: len(TABLE[number])], levels(reference[0], number), "binary"
    )
    assert [f"{gap:.7e}" for gap in pay.gap] == TABLE[number]
    assert all(one.converged and one.suboptimality <= 1e-9 * one.gap for one in pay)


def test_gaps_far_below_rounding_keep_their_digits(reference):
    """The same in 80 digits by plain sums; then far beyond what a float can hold."""
    problem = reference[0].with_efforts([0.0, 0.5])
    monitor = al.SelfConsistency(0.25)
    pay = al.second_best(problem.with_floor(-0.5), monitor, 1_200, "binary")
    assert pay.gap < 1e-15
    assert pay.log_gap == pytest.approx(
        naive.least_bonus(problem.with_floor(-0.5), monitor, 1_200, 80), rel=1e-12
    )
    far = al.second_best(problem.with_floor(-0.5), monitor, 10**7, "binary")
    assert far.gap == 0 and far.log_gap < -1e5 and far.converged


def test_a_deposit_of_two_levels(reference):
    two = reference[0].with_efforts(levels(reference[0], 2))
    pay = [al.second_best(two, MONITOR, 1_000, "binary", floor=floor) for floor in (0.0, -0.05)]
    assert [f"{one.gap:.2e}" for one in pay] == ["4.65e-04", "1.13e-07"]


@pytest.mark.parametrize("seed", range(6))
def test_every_threshold_and_effort_in_high_precision(seed):
    """Costs and values of any shape; CARA, self-consistency."""
    rng = np.random.default_rng(seed)
    cost, value = np.sort(rng.uniform(0, 0.3, 4)), rng.uniform(0, 1, 4)
    problem = al.Problem(
        al.CARA(rng.uniform(0.5, 1.5)),
        cost,
        value,
        0.0,
        rng.choice([0.0, -0.2]),
        efforts=[0.1, 0.4, 0.7, 0.95],
    )
    monitor, n = al.SelfConsistency(0.22), int(rng.integers(10, 70))
    pay = al.second_best(problem, monitor, n, "binary")
    assert pay.converged and pay.log_gap == pytest.approx(
        naive.least_bonus(problem, monitor, n), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("seed", range(10))
def test_the_bounds_of_boxes_are_below_every_threshold_in_them(seed):
    rng = np.random.default_rng(seed)
    problem, monitor, _ = naive.random_actions(rng, size=5)
    n = int(rng.integers(60, 900))
    bonuses = Bonuses(Actions.of(problem), CheckLaw.of(problem, monitor), n)
    for j in range(5):
        if not bonuses.possible(j):
            continue
        every = bonuses.price(j, np.arange(1.0, n + 1))["log_gap"]
        first = np.sort(rng.integers(1, n + 1, 40))
        last = np.minimum(first + rng.integers(0, n // 4, 40), n)
        bound = bonuses.floor_of_gap(j, first.astype(float), last.astype(float))
        lowest = np.array([every[a - 1 : b].min() for a, b in zip(first, last, strict=True)])
        assert np.all(bound <= lowest + 1e-9 * (1 + np.abs(lowest))), (j, np.max(bound - lowest))


@pytest.mark.parametrize("seed", range(6))
def test_the_search_of_large_n_finds_what_trying_all_does(seed, monkeypatch):
    rng = np.random.default_rng(100 + seed)
    problem, monitor, _ = naive.random_actions(rng, size=4)
    n = int(rng.integers(401, 1_500))
    actions, law = Actions.of(problem), CheckLaw.of(problem, monitor)
    bonuses = Bonuses(actions, law, n)
    every = min(float(bonuses.price(j, np.arange(1.0, n + 1))["log_gap"].min()) for j in range(4) if bonuses.possible(j)) if any(
        bonuses.possible(j) for j in range(4)
    ) else np.inf  # fmt: skip
    log_gap, _, _, low, _ = best_bonus(bonuses)
    assert log_gap == pytest.approx(every, rel=1e-12) if np.isfinite(every) else log_gap == every
    assert low <= log_gap and (low >= log_gap - 1e-8 or not np.isfinite(log_gap))


@pytest.mark.parametrize("n", [1, 12, 60])
def test_cost_in_money_against_a_plain_search(n):
    """Every threshold and every bonus of a grid, the agent's choice from u(w − c) itself."""
    problem = al.Problem(
        al.CARA(1.5),
        al.MoneyCost(al.PowerCost(0.4, 2)),
        lambda e: 0.9 * e,
        0.1,
        floor=-0.1,
        efforts=[0, 0.5, 1],
    )
    monitor = al.Expert(0.22)
    pay = al.second_best(problem, monitor, n, "binary")
    answer = al.best_answer(problem, monitor, pay.contract)
    assert answer.effort == pay.effort and answer.profit == pytest.approx(pay.profit, abs=1e-9)
    best, law = naive_flat(problem), naive.law(problem, monitor, n)
    efforts = np.array(problem.efforts)
    for t in range(1, n + 1):
        p = law[:, t:].sum(axis=1)
        for step in np.linspace(0.01, 3, 150):
            for low in np.linspace(-0.1, 0.5, 13):
                if low > -0.1 and n > 12:
                    break
                u = p * problem.utility.utility(low + step - problem.cost.cost(efforts))
                u = u + (1 - p) * problem.utility.utility(low - problem.cost.cost(efforts))
                if u.max() >= 0.1:
                    best = max(
                        best,
                        float(
                            np.max(np.where(u >= u.max() - 1e-12, 0.9 * efforts - low - step * p, -np.inf))
                        ),
                    )
    assert pay.profit >= best - 1e-12


def naive_flat(problem):
    return -float(problem.utility.wage(problem.outside))


def test_without_a_floor(reference):
    free = reference[0].with_efforts([0, 0.5, 1]).with_floor(None)
    few = al.second_best(free, MONITOR, 2, "binary")
    assert "without a floor" in few.message or few.family == "flat"
    with pytest.raises(al.NoBestContract, match="floor"):
        al.second_best(free, MONITOR, 100, "binary")
    with pytest.raises(al.NoBestContract, match="floor"):
        al.second_best(
            al.Problem(al.CARA(1), al.MoneyCost(al.PowerCost(0.4, 2)), lambda e: e, efforts=[0, 1]),
            MONITOR,
            100,
            "binary",
        )


@pytest.mark.parametrize("cost", [[0.1, 0.05, 0.0], [0.02, 0.1, 0.0], [0.0, 0.05, 0.1]])
def test_a_bonus_for_failures_where_less_work_costs_more(cost):
    """Costs of a list may fall with effort: then who passes seldom is paid, and no bonus of a grid, of either count, earns more."""
    problem = al.Problem(al.CARA(1.0), cost, [1.0, 0.6, 0.2], 0.0, 0.0, efforts=[0, 0.5, 1.0])
    monitor, n = al.Expert(0.2), 12
    pay = al.second_best(problem, monitor, n, "binary")
    assert pay.converged and pay.suboptimality <= 1e-9 * pay.gap
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(pay.profit, abs=1e-9)
    assert pay.family == "flat" or (pay.contract.counts == "failures") == (cost[0] > cost[2])
    plans = [
        al.contracts.Binary(t, 0.0, high, n, counts)
        for t in range(1, n + 1)
        for high in np.linspace(0.02, 1, 25)
        for counts in ("passes", "failures")
    ]
    best = max(al.best_answer(problem, monitor, plan).profit for plan in plans)
    assert best <= pay.profit + 1e-9 and best > pay.profit - 0.02
    assert al.second_best(problem, monitor, n, "optimal").gap <= pay.gap * (1 + 1e-9)


def test_the_better_of_both_counts_has_the_bound_of_both():
    """One way proved, the other only searched: what the other might earn more is said."""
    problem = al.Problem(al.CARA(1.0), [0.1, 0.05, 0.0], [1.0, 0.6, 0.2], 0.0, 0.0, efforts=[0, 0.5, 1.0])
    actions, law = Actions.of(problem), CheckLaw.of(problem, al.Expert(0.2))
    assert law.turned.turned.counts == law.counts == "passes" and law.turned.success[0] == 0.5
    pays = {
        "passes": replace(flat_pay(actions, 9), suboptimality=0.9),
        "failures": replace(al.second_best(problem, al.Expert(0.2), 9, "binary"), suboptimality=0.0),
    }
    found = either_count(lambda actions, law, n, tiers: pays[law.counts])(actions, law, 9)
    lead = pays["passes"].gap - pays["failures"].gap
    assert 0 < lead < 0.9 and found.contract == pays["failures"].contract
    assert found.suboptimality == pytest.approx(0.9 - lead) and not found.converged
