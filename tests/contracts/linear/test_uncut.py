"""Uncut lines of a CARA agent: the closed form of their wages, and that nothing falls below the bound."""

import numpy as np
import pytest
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear import uncut
from annolib.contracts.linear.uncut import bound_uncut, cut_lines_are_refused


def test_price_of_risk_is_what_a_line_costs_beyond_its_certainty_equivalent():
    n, averse, q, b = 7, 1.3, 0.7, 2.0
    k = np.arange(n + 1)
    wage = b * k / n
    at = binom.pmf(k, n, q)
    certain = -np.log(at @ np.exp(-averse * wage)) / averse
    y = -np.expm1(-averse * b / n) / (1 + q * np.expm1(-averse * b / n))
    assert uncut._risk(n, averse, q, y) == pytest.approx(at @ wage - certain, rel=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_no_line_has_a_smaller_gap_than_the_range_of_its_effort(reference, seed):
    """Lines at random, the agent's answer from the wages, the gap from plain sums."""
    rng = np.random.default_rng(4_200 + seed)
    problem = al.Problem(
        al.CARA(rng.uniform(0.3, 2)), al.PowerCost(rng.uniform(0.1, 0.4), rng.choice([1.5, 2, 3])),
        lambda e: e * (2 - e) / 2,
    )  # fmt: skip
    monitor = [al.SelfConsistency(0.15), al.Expert(0.2), al.Golden(0.4)][seed % 3]
    evidence, best, n = PassLaw.from_monitor(monitor), al.first_best(problem), int(rng.integers(1, 60))
    seen = 0
    for _ in range(60):
        line = al.contracts.Linear(rng.uniform(-1, 0.5), np.exp(rng.normal(0.5, 0.8)), None, n)
        answer = al.best_answer(problem, monitor, line)
        if answer.rent < 0 or answer.effort < 1e-3:
            continue
        low = np.array([max(answer.effort - rng.uniform(0, 0.02), 1e-6)])
        high = np.array([min(answer.effort + rng.uniform(0, 0.02), 1.0)])
        gap = uncut._gap_at_least(problem, evidence, n, best, low, high, (0.0, 0.3))[0]
        if answer.effort > 1 - 1e-6:
            gap = min(gap, uncut._gap_at_full_effort(problem, evidence, n, best, (0.0, 0.3)))
        assert gap <= best.profit - answer.profit + 1e-9
        seen += 1
    assert seen


@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("n", [1, 2, 30, 10**6])
def test_the_best_uncut_line_is_proved(reference, power, n):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, power), reference[0].value)
    pay = al.second_best(problem, reference[1], n, "linear")
    assert pay.converged and pay.suboptimality <= max(1e-9 * pay.gap, 2e-12)
    if pay.effort == 0:  # flat pay is best, and no line that buys an effort comes near it
        return
    worse = bound_uncut(
        problem, PassLaw.from_monitor(reference[1]), n, al.first_best(problem), pay.profit - 1e-5
    )
    assert worse.excess >= 1e-5 * (1 - 1e-6)


def test_a_risk_neutral_agent_that_lines_cannot_move_everywhere():
    """Cost e^1.5 seen through agreements: c is concave in q, so lines buy all or nothing; V(1) − c(1) = 0.1 is best."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 1.5), lambda e: 0.6 * e * (2 - e))
    pay = al.second_best(problem, al.SelfConsistency(0.15), 30, "linear")
    assert pay.profit == pytest.approx(0.1, abs=1e-9) and pay.suboptimality <= 1e-9 * pay.gap


def test_floors_that_no_line_can_touch(reference):
    problem, monitor = reference
    evidence, best = PassLaw.from_monitor(monitor), al.first_best(problem)
    assert cut_lines_are_refused(problem.with_floor(-100.0), evidence, 50, best, best.profit - 0.01)
    assert not cut_lines_are_refused(problem.with_floor(-0.2), evidence, 50, best, best.profit - 0.01)
    assert not cut_lines_are_refused(problem.with_floor(-1.0), evidence, 2, best, 0.0)
    # the bound behind it: a line cut at −100 that leaves the principal so much is refused
    rng = np.random.default_rng(1)
    for _ in range(50):
        share = rng.uniform(0, 0.6)
        line = al.contracts.Linear(-100 - (slope := np.exp(rng.uniform(4, 6))) * share, slope, -100.0, 50)
        answer = al.best_answer(problem.with_floor(-100.0), monitor, line)
        assert not (answer.accepts and answer.profit > best.profit - 0.01)
