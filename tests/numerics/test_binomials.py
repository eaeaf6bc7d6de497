"""Binomial probabilities, tails and expectations against high precision, for small and huge n."""

import numpy as np
import pytest

from annolib.numerics.binomials import block_rule, counts_near, log_pmf, log_tails, moments, tails

mpmath = pytest.importorskip("mpmath")


def exact_log_pmf(k, n, q):
    q = mpmath.mpf(q)
    choose = mpmath.loggamma(n + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(n - k + 1)
    return choose + k * mpmath.log(q) + (n - k) * mpmath.log(1 - q)


def exact_log_below(t, n, q):
    with mpmath.workdps(60):
        start, total, term, k = exact_log_pmf(t - 1, n, q), mpmath.mpf(1), mpmath.mpf(1), t - 1
        with mpmath.workdps(25):
            while term > total * 1e-20 and k > 0:
                term *= mpmath.mpf(k) / (n - k + 1) * (1 - mpmath.mpf(q)) / mpmath.mpf(q)
                k, total = k - 1, total + term
        return start + mpmath.log(total)


@pytest.mark.parametrize("n", [1, 7, 1000, 10**6, 10**9])
def test_log_pmf(n):
    q, r = 0.578125, 1 - 0.578125  # exact in binary
    deviation = np.sqrt(n * q * r)
    for z in (-8, -1, 0, 3):
        k = int(np.clip(n * q + z * deviation, 0, n))
        with mpmath.workdps(60):
            assert float(log_pmf(k, n, q, r)) == pytest.approx(
                float(exact_log_pmf(k, n, q)), rel=1e-13, abs=1e-13
            )


def test_sure_outcomes():
    assert np.exp(log_pmf(np.arange(4.0), 3, 1.0, 0.0)).tolist() == [0, 0, 0, 1]
    assert np.exp(log_pmf(np.arange(4.0), 3, 0.0, 1.0)).tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("n", [50, 1000, 10**6, 10**9])
@pytest.mark.parametrize("z", [2, 7, 30])
def test_tails(n, z):
    q = 0.578125
    t = max(int(n * q - z * np.sqrt(n * q * (1 - q))), 1)
    want = exact_log_below(t, n, q)
    assert float(log_tails(t, n, q, 1 - q)[1]) == pytest.approx(float(want), rel=1e-12, abs=1e-12)
    if want > -600:
        assert float(tails(t, n, q, 1 - q)[1]) == pytest.approx(float(mpmath.exp(want)), rel=1e-11)
        assert float(tails(n - t + 1, n, 1 - q, q)[0]) == pytest.approx(float(mpmath.exp(want)), rel=1e-11)


def test_block_rule_is_exact_for_polynomials():
    nodes, weights = block_rule(200)
    for degree in range(8):
        assert weights @ nodes**degree == pytest.approx(float(sum(i**degree for i in range(200))), rel=1e-12)


@pytest.mark.parametrize("n", [30, 601, 10**4, 10**6, 10**9])
@pytest.mark.parametrize("broken", [False, True])
def test_moments_of_the_window(n, broken):
    q, r = 0.578125, 1 - 0.578125
    deviation = np.sqrt(n * q * r)
    breaks = (n * q - deviation,) if broken else ()
    counts = counts_near(n, q, r, breaks)
    p = counts.probabilities(q, r)
    z = (counts.nodes - n * q) / deviation
    want = [1, 0, 1, (r - q) / deviation, 3 + (1 - 6 * q * r) / (n * q * r)]
    for order, value in enumerate(want):
        assert p @ z**order == pytest.approx(value, abs=1e-11)
    assert counts.left_out < 1e-30


@pytest.mark.parametrize("n", [601, 3000, 40_000])
def test_a_kink_is_summed_as_well_as_every_integer(n):
    q, r = 0.6, 0.4
    kink = n * q - 0.7 * np.sqrt(n * q * r) + 0.3
    every = np.arange(n + 1.0)
    p = np.exp(log_pmf(every, n, q, r))

    def function(k):
        return np.log1p(np.maximum(k - kink, 0) / n)

    got = moments(n, np.array([q]), np.array([r]), function, kink)[0]
    assert got == pytest.approx(p @ function(every), rel=1e-12)
    slope = (every - n * q) / (q * r)
    assert moments(n, [q], [r], function, kink, 1)[0] == pytest.approx(
        (p * slope) @ function(every), rel=1e-10
    )


def test_tails_for_an_array_of_numbers_of_checks():
    """One by one, on either side of where the quadrature takes over."""
    n = np.array([[5.0], [400.0], [19_999.0], [20_000.0], [10.0**7]])
    q = np.array([0.2, 0.55, 0.9])
    t = np.clip(np.round(n * q - np.sqrt(n)), 1, n)
    together = tails(t, n, q, 1 - q)
    for i in range(n.size):
        alone = tails(t[i], int(n[i, 0]), q, 1 - q)
        assert all(np.array_equal(one[i], other) for one, other in zip(together, alone, strict=True))
