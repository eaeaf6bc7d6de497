"""Two actions: all thresholds in high precision, exponents, underflow."""

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.numerics.divergences import bernoulli_divergence, chernoff_information

mpmath = pytest.importorskip("mpmath")


def naive_log_gap(problem, monitor, n, low, high):
    """Least log gap over all thresholds, by plain sums in high precision (CARA with aversion 1)."""
    with mpmath.workdps(80):
        laws = []
        for effort in (low, high):
            q = mpmath.mpf(float(monitor.pass_probability(effort)))
            laws.append([mpmath.binomial(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)])
        costs = [mpmath.mpf(float(problem.cost.cost(e))) for e in (low, high)]
        floor, outside = mpmath.mpf(problem.floor_utility), mpmath.mpf(problem.outside)
        best = mpmath.inf
        for t in range(1, n + 1):
            luck, passes = mpmath.fsum(laws[0][t:]), mpmath.fsum(laws[1][t:])
            bonus = (costs[1] - costs[0]) / (passes - luck)
            base = max(floor, outside + costs[1] - bonus * passes)
            if base + bonus >= 1:
                continue
            paid = -passes * mpmath.log(1 - base - bonus) - (1 - passes) * mpmath.log(1 - base)
            best = min(best, paid + mpmath.log(1 - outside - costs[1]))
        return float(mpmath.log(best))


@pytest.mark.parametrize("floor", [0.0, -0.5, 0.05])
@pytest.mark.parametrize("n", [1, 10, 120])
def test_against_all_thresholds(reference, floor, n):
    problem, monitor = reference[0].with_floor(floor), al.SelfConsistency(0.25)
    try:
        deal = al.two_actions(problem, monitor, n, low=0.1, high=0.8)
    except al.NoBestContract:
        assert not np.isfinite(naive_log_gap(problem, monitor, n, 0.1, 0.8))
        return
    assert deal.log_gap == pytest.approx(naive_log_gap(problem, monitor, n, 0.1, 0.8), rel=1e-9, abs=1e-9)


def test_exponents_and_underflow(reference):
    problem, monitor = reference
    q = monitor.pass_probability([0.0, 0.8])
    for floor, exponent in ((-0.5, bernoulli_divergence(*q)), (0.0, chernoff_information(*q))):
        deals = al.two_actions(problem.with_floor(floor), monitor, [10**5, 10**7], low=0.0, high=0.8)
        assert [deal.exponent for deal in deals] == pytest.approx([exponent] * 2)
        assert deals[1].gap == 0 and np.isfinite(deals[1].log_gap)
        slope = (deals[0].log_gap - deals[1].log_gap) / (10**7 - 10**5)
        assert slope == pytest.approx(exponent, rel=2e-3)


def test_refusals(reference):
    problem, monitor = reference
    with pytest.raises(al.NoBestContract, match="floor"):
        al.two_actions(problem.with_floor(None), monitor, 10, 0.0, 0.8)
    with pytest.raises(ValueError, match="below"):
        al.two_actions(problem, monitor, 10, 0.8, 0.2)
    with pytest.raises(al.NoBestContract, match="nothing"):
        al.two_actions(problem, al.Expert(0.0), 10, 0.0, 0.8)


@pytest.mark.parametrize("n", [1, 60, 61, 1000, 100_000])
def test_a_risk_neutral_agent_leaves_no_gap_where_the_floor_leaves_room(n):
    """Risk costs nothing, so many thresholds leave no gap at all; the one with the smallest bonus is given."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.1, 2), lambda e: e, outside=0.0, floor=-1.0)
    monitor = al.Expert(0.175)
    deal = al.two_actions(problem, monitor, n, 0.1, 0.4)
    assert deal.gap == 0 and deal.log_gap == -np.inf and deal.rent == 0
    low, high = monitor.pass_probability([0.1, 0.4])
    t = deal.contract.threshold
    if n <= 1000:
        rise = stats.binom.sf(t - 1, n, high) - stats.binom.sf(t - 1, n, low)
        every = stats.binom.sf(np.arange(n), n, high) - stats.binom.sf(np.arange(n), n, low)
        cost = 0.1 * (0.16 - 0.01)
        assert deal.contract.high - deal.contract.low == pytest.approx(cost / rise, rel=1e-9)
        assert rise == pytest.approx(every.max(), rel=1e-9)
    assert deal.contract.low >= -1.0


def test_effort_that_costs_no_more_needs_no_bonus(reference):
    free = al.ConvexCost(lambda e: np.maximum(e - 0.5, 0) ** 2, lambda e: 2 * np.maximum(e - 0.5, 0))
    problem = al.Problem(al.CARA(1.0), free, lambda e: e, outside=0.0, floor=0.0)
    deal = al.two_actions(problem, reference[1], 30, 0.1, 0.4)
    assert deal.gap == 0 and deal.contract.high == deal.contract.low == 0
