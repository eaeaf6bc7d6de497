"""Two actions: all thresholds in high precision, exponents, underflow."""

import numpy as np
import pytest

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
