"""The smallest number of checks: against a plain search, and the inequality that closes it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

import annolib as al
from annolib.numerics import bernoulli_divergence
from annolib.numerics.tails import lower_tail
from annolib.planning.sample_size import chernoff_size, critical_count, normal_size, smallest_size

SELF = al.SelfConsistency(kappa=0.2)


def plain_search(q0, q1, alpha, beta, longest):
    n = np.arange(1, longest)
    critical = binom.isf(alpha, n, q0).astype(int) + 1
    critical -= binom.sf(critical - 2, n, q0) <= alpha
    good = binom.cdf(critical - 1, n, q1) <= beta
    return int(n[~good][-1]) + 1, int(n[good][0])


@pytest.mark.parametrize(
    ("q0", "q1", "alpha", "beta"),
    [
        (0.5, 0.7, 0.05, 0.1),
        (0.536, 0.756, 0.05, 0.2),
        (0.6, 0.65, 0.01, 0.1),
        (0.9, 0.99, 0.05, 0.05),
        (0.5, 0.55, 0.3, 0.3),
        (0.95, 1.0, 0.05, 0.1),
        (0.34, 0.4, 0.05, 0.1),
        (0.05, 0.2, 0.001, 0.01),
    ],
)
def test_the_smallest_number_is_that_of_the_plain_search(q0, q1, alpha, beta):
    size = smallest_size(q0, q1, alpha, beta)
    assert (size.checks, size.first) == plain_search(q0, q1, alpha, beta, 3 * size.proven_from)
    assert size.least <= size.first <= size.checks <= size.proven_from


@given(st.floats(0.3, 0.9), st.floats(0.05, 0.3), st.floats(0.001, 0.5), st.floats(0.001, 0.5))
@settings(max_examples=40, deadline=None)
def test_power_holds_from_there_on_and_not_before(q0, step, alpha, beta):
    q1 = min(q0 + step, 1.0)
    size = smallest_size(q0, q1, alpha, beta)
    n = np.arange(1, 2 * size.proven_from)
    miss = lower_tail(critical_count(n, q0, alpha) - 1, n, q1)
    assert (miss[size.checks - 1 :] <= beta).all()
    assert size.checks == 1 or miss[size.checks - 2] > beta
    assert (miss[: size.first - 1] > beta).all() and miss[size.first - 1] <= beta


def test_the_inequality_that_closes_the_search():
    """Zubkov and Serov, on every count of several laws."""
    from scipy.special import ndtr

    for n, q in ((5, 0.5), (40, 0.55), (300, 0.9), (1000, 0.6)):
        k = np.arange(1, n)
        score = np.sign(k / n - q) * np.sqrt(2 * n * bernoulli_divergence(k / n, np.full(k.shape, q)))
        cdf = binom.cdf(k, n, q)
        score, cdf = score[cdf > 1e-250], cdf[cdf > 1e-250]
        slack = 1 + 1e-9
        assert (ndtr(score) <= cdf * slack).all() and (cdf[:-1] <= ndtr(score[1:]) * slack).all()


def test_normal_and_chernoff_beside_it():
    plan = al.plan_checks(SELF, 0.5, 0.503)
    assert plan.checks > 10**6 and plan.checks == pytest.approx(plan.normal, rel=2e-3)
    assert plan.chernoff > plan.proven_from
    q0, q1 = 0.55, 0.7
    reach = 1.6448536269514722 * np.sqrt(q0 * (1 - q0)) + 1.2815515655446004 * np.sqrt(q1 * (1 - q1))
    assert normal_size(q0, q1, 0.05, 0.1) == pytest.approx((reach / (q1 - q0)) ** 2, rel=1e-12)
    same = chernoff_size(q0, q1, 0.01, 0.01)
    assert same == pytest.approx(-np.log(0.01) / al.chernoff_information(q0, q1), rel=1e-9)
    assert np.isfinite(al.plan_checks(SELF, 0.5, 0.6, 1e-30, 1e-100).normal)
