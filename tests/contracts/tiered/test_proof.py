"""The branch and bound over thresholds and efforts: it covers everything, and what it proves is never beaten."""

from itertools import combinations

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.efforts import Search
from annolib.contracts.optimal.family import AnyWage
from annolib.contracts.tiered.family import Tiers
from annolib.contracts.tiered.proof import Cover, Proof, _within
from tests.contracts import adversary
from tests.contracts.kinked_costs import ANY_PAY, kinked


@pytest.mark.parametrize(
    ("n", "thresholds", "gap"),
    [
        (30, (18, 19, 22, 24), 1.493718761e-1),
        (100, (58, 67), 3.964339828e-2),
        (100, (57, 58, 67), 3.934064157e-2),
        (100, (57, 58, 59, 67), 3.903254352e-2),
        (1000, (551, 580), 7.734650446e-4),
        (1000, (550, 569, 588), 7.096597423e-4),
        (1000, (550, 561, 577, 593), 6.849761916e-4),
    ],
)
def test_reference_values(reference, n, thresholds, gap):
    pay = al.second_best(*reference, n, "tiered", tiers=len(thresholds))
    assert f"{pay.gap:.9e}" == f"{gap:.9e}"
    assert pay.contract.thresholds == thresholds
    assert pay.converged and pay.suboptimality <= 1e-9 * gap
    assert pay.gap > al.second_best(*reference, n, "optimal").gap


def test_a_million_checks(reference):
    """The second threshold takes the gap from 2.0e-5 to less than 9.25e-7."""
    pay = al.second_best(*reference, 10**6, "tiered(2)")
    assert pay.gap < 7.5227885e-7 and pay.certificate.gain_bound < 1e-9
    assert pay.converged and pay.suboptimality < 4e-13


def _tuples(cover, row, n):
    """What a row holds."""
    ends = list(zip(cover.first[row], cover.last[row], strict=True))
    return [
        t
        for t in combinations(range(1, n + 1), len(ends))
        if all(a <= x <= b for x, (a, b) in zip(t, ends, strict=True))
    ]


@pytest.mark.parametrize("m", [1, 2, 3])
def test_halves_of_blocks_hold_every_tuple_once(m):
    n, rng = 9, np.random.default_rng(m)
    one = np.ones((1, m))
    cover = Cover(one, n * one, np.array([0.2]), np.array([0.8]), np.zeros(1, bool))
    everything = sorted(combinations(range(1, n + 1), m))
    while cover.wide.any():
        held = sorted(t for row in range(cover.size) for t in _tuples(cover, row, n))
        assert held == everything
        centres = cover.centres()
        assert all(tuple(centres[row]) in _tuples(cover, row, n) for row in range(cover.size))
        cover = Cover.join(
            cover.take(~cover.wide),
            cover.take(cover.wide).halves_of_blocks(rng.random((int(cover.wide.sum()), m))),
        )
    assert cover.size == len(everything)
    thirds = cover.take([0]).thirds_of_efforts()
    assert thirds.low[0] == 0.2 and thirds.high[-1] == 0.8 and np.all(thirds.low[1:] == thirds.high[:-1])


@pytest.mark.parametrize("n", [6, 40, 1000])
def test_the_first_blocks_cover_everything(reference, n):
    problem, monitor = reference
    best = al.first_best(problem)
    family = Tiers(problem, PassLaw.from_monitor(monitor), n, best, 0.0)
    proof = Proof(family, 2, 0.05, best.profit, 1e-9, 1e-12)
    cover = proof._first(0.2, 0.9, (), 0.5)
    rng = np.random.default_rng(n)
    for _ in range(50):
        pair = np.sort(rng.choice(np.arange(1, n + 1), 2, replace=False))
        inside = ((cover.first <= pair) & (pair <= cover.last)).all(axis=1)
        some = cover.take(inside)
        order = np.argsort(some.low)
        assert some.low[order[0]] == 0.2 and some.high[order[-1]] == 0.9
        assert np.array_equal(
            some.low[order][1:], some.high[order][:-1]
        )  # boxes side by side: one block of them


@pytest.mark.parametrize(("tiers", "n"), [(3, 30), (4, 100)])
def test_no_effort_is_left_out_that_any_pay_could_be_worth(reference, tiers, n):
    problem, monitor = reference
    best, evidence = al.first_best(problem), PassLaw.from_monitor(monitor)
    gap = al.second_best(problem, monitor, n, "tiered", tiers=tiers).gap
    any_pay = Search(AnyWage(problem, evidence, n, best, best.profit - 0.7), 0.32).run()
    proof = Proof(Tiers(problem, evidence, n, best, best.profit - 0.7), tiers, gap, 0.32, 5e-10, 1e-12)
    left, right = proof._left_by(any_pay, 0.2, 0.8)
    for effort in np.linspace(0.2, 0.8, 61):
        with np.errstate(all="ignore"):
            found = any_pay.family.implement(float(effort), (0.0,), None)
        worth = found is not None and found.gap < gap
        held = np.any((left <= effort) & (effort <= right))
        assert held or not worth
    assert right.max() - left.min() < 0.1


def test_boxes_within_others():
    a, b = np.array([0.0, 0.2, 0.4, 0.6]), np.array([0.2, 0.4, 0.6, 0.8])
    low, high = _within(a, b, np.array([0.25, 0.31, 0.55]), np.array([0.3, 0.33, 0.65]))
    assert np.array_equal(low, [0.25, 0.55, 0.6]) and np.array_equal(high, [0.33, 0.6, 0.65])
    low, high = _within(a, b, np.zeros(0), np.zeros(0))
    assert low.size == high.size == 0


def test_prices_between_both_sides_have_no_slope(reference):
    """At the last effort that two thresholds can buy: one more line, which touches there and is level."""
    problem, monitor = reference
    best, n = al.first_best(problem), 10**6
    pay = al.second_best(problem, monitor, n, "tiered(2)")
    family = Tiers(problem, PassLaw.from_monitor(monitor), n, best, best.profit - 0.6)
    proof = Proof(family, 2, pay.gap, 0.31, 5e-10, 1e-12)
    thresholds, effort = pay.contract.thresholds, pay.effort
    with np.errstate(all="ignore"):
        proof._look(thresholds, effort)
        size, one = proof.pool.size, np.array([thresholds], dtype=float)
        proof._balance(thresholds, effort)
        assert proof.pool.size > size
        sd = 1 / np.sqrt(n * float(family.evidence.information(effort)))

        def slopes(lines):
            values = [
                float(
                    proof.pool.rows(np.array([i]), one, one)._taylor(
                        np.array([effort]), np.array([effort]), bent=False
                    )[1][0]
                )
                for i in lines
            ]
            return np.array(values) * sd / pay.gap

        assert np.min(np.abs(slopes(range(size)))) > 0.01
        assert np.max(np.abs(slopes([size]))) < 1e-4
    value = proof.pool.rows(np.array([size]), one, one).value(np.array([effort]))[0]
    assert value == pytest.approx(best.profit - pay.gap, abs=1e-3 * pay.gap)


def test_a_worse_contract_is_not_proved_best(reference):
    """Told of a gap that can be beaten, the proof finds what beats it, or leaves that much open."""
    problem, monitor = reference
    best, n, gap = al.first_best(problem), 100, 3.964339828e-2
    family = Tiers(problem, PassLaw.from_monitor(monitor), n, best, best.profit - 0.6)
    proof = Proof(family, 2, gap * 1.02, 0.31662103434, 5e-10, 1e-12)
    proof.begin((57, 60), 0.57)
    left = proof.run((57, 60), 0.57)
    assert proof.gap - left <= gap * (1 + 1e-9)
    assert proof.found is not None and proof.gap == pytest.approx(gap, rel=1e-8)
    assert left <= 1e-9 * gap


@pytest.mark.parametrize("seed", range(10))
def test_what_is_proved_is_not_beaten(seed):
    """Problems with every corner, a random search polished by Nelder and Mead's simplex."""
    rng = np.random.default_rng(7700 + seed)
    problem, monitor, n = adversary.corner_problem(rng, neutral=False, largest=2.0)
    n = max(n, 2)
    try:
        pay = al.second_best(problem, monitor, n, "tiered(2)")
    except al.NoBestContract:
        pytest.skip("no floor")
    found, _ = adversary.search(problem, monitor, n, "tiered(2)", rng, draws=15, polished=1, steps=60)
    assert found <= pay.profit + pay.suboptimality + 1e-9
    assert pay.profit >= al.second_best(problem, monitor, n, "binary").profit - 1e-12


@pytest.mark.parametrize("n", [3, 10])
def test_an_effort_at_a_kink_of_the_cost(n):
    """There more than the marginal cost from below will do: the incentive is bought where the cost jumps, and nothing beats it."""
    cost = al.ConvexCost(lambda e: 0.1 * e + 0.4 * np.maximum(e - 0.5, 0), lambda e: 0.1 + 0.4 * (e > 0.5))
    problem = al.Problem(al.CARA(1.0), cost, value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    monitor = al.SelfConsistency(0.2)
    pay = al.second_best(problem, monitor, n, "tiered(2)")
    assert pay.converged and pay.effort == pytest.approx(0.5, abs=1e-9)
    earned = al.best_answer(problem, monitor, pay.contract)
    assert earned.profit == pytest.approx(pay.profit, abs=1e-7)
    found, _ = adversary.search(
        problem, monitor, n, "tiered(2)", np.random.default_rng(n), draws=20, polished=1, steps=80
    )
    assert found <= pay.profit + 1e-9
    if n == 3:
        assert pay.profit > al.second_best(problem, monitor, n, "binary").profit + 0.08


@pytest.mark.parametrize(("at", "slope", "jump", "n", "profit"), ANY_PAY)
def test_kinked_costs_against_brute_force(at, slope, jump, n, profit):
    for tiers in (2, 3):
        pay = al.second_best(kinked(at, slope, jump), al.Expert(0.2), n, "tiered", tiers=tiers)
        assert pay.converged and pay.profit == pytest.approx(profit, abs=6e-7)
