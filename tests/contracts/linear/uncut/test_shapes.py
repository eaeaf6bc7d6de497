"""Sums over shapes against the same in high precision, down to bases that no float holds."""

import mpmath as mp
import numpy as np
import pytest

from annolib.contracts.linear.uncut.shapes import left_out, straight_sums, sums


def exact(n, p, log_theta, q, straight=False):
    """L, M, θM₁, G, θG₁, G₂ by all counts, 60 digits; `straight`: θ = 0, and f goes on in a straight line to 0."""
    with mp.workdps(60):
        q, p = mp.mpf(q), mp.mpf(p)
        r, theta = 1 - q, mp.mpf(0) if straight else mp.e ** mp.mpf(log_theta)

        def f(k, power=p):
            if straight and k == 0:
                return 2 * f(1, power) - f(2, power)
            z = theta + mp.mpf(k) / n
            return z**-power / power if power else -mp.log(z)

        def law(checks):
            return [(k, mp.binomial(checks, k) * q**k * r ** (checks - k)) for k in range(checks + 1)]

        value = mp.fsum(w * f(k) for k, w in law(n))
        pull = n * mp.fsum(w * (f(k) - f(k + 1)) for k, w in law(n - 1))
        if straight:
            return [mp.log(p * value) / p if p else value, p * value if p else mp.mpf(1), pull]
        steep = theta * (p + 1) * mp.fsum(w * f(k, p + 1) for k, w in law(n))
        pull_steep = theta * (p + 1) * n * mp.fsum(w * (f(k, p + 1) - f(k + 1, p + 1)) for k, w in law(n - 1))
        bend = (
            n * (n - 1) * mp.fsum(w * (f(k) - 2 * f(k + 1) + f(k + 2)) for k, w in law(n - 2))
            if n > 1
            else mp.mpf(0)
        )
        return [
            mp.log(p * value) / p if p else value,
            p * value if p else mp.mpf(1),
            steep,
            pull,
            pull_steep,
            bend,
        ]


CASES = [
    (1, 0.0, -50.0, 0.5), (1, 0.5, -1.6, 0.6), (2, 0.0, -500.0, 0.7), (2, 1.0, -2.3, 0.7), (9, 1.0, -33.0, 0.9879),
    (12, 1.3, -2.0, 0.6), (40, 4.0, 1.0, 0.55), (60, 2.5, -200.0, 0.8), (300, 0.0, -600.0, 0.5), (885, 1.0, -605.0, 0.5),
]  # fmt: skip


@pytest.mark.parametrize("n, p, log_theta, q", CASES)
def test_sums_are_those_of_all_counts(n, p, log_theta, q):
    found = sums(n, p, np.array([log_theta]), np.array([q]), np.array([1 - q]))
    each = (found.level, found.mean, found.mean_by_shape, found.pull, found.pull_by_shape, found.pull_by_q)
    for value, right in zip(each, exact(n, p, log_theta, q), strict=True):
        assert float(value[0]) == pytest.approx(float(right), rel=3e-13, abs=1e-300)


@pytest.mark.parametrize(
    "n, p, q", [(1, 0.0, 0.6), (2, 1.0, 0.6), (30, 0.0, 0.55), (30, 2.0, 0.8), (700, 1.0, 0.6)]
)
def test_sums_of_the_straight_continuation(n, p, q):
    found = straight_sums(n, p, np.array([q]), np.array([1 - q]))
    for value, right in zip((found.level, found.mean, found.pull), exact(n, p, 0.0, q, True), strict=True):
        assert float(value[0]) == pytest.approx(float(right), rel=1e-12)


@pytest.mark.parametrize("n, p", [(5, 0.0), (5, 1.5), (200, 0.7)])
def test_all_sums_are_positive_and_fall_with_shape_and_pass_probability(n, p):
    q, log_theta = (x.ravel() for x in np.meshgrid(np.linspace(0.4, 0.95, 12), np.linspace(-30, 3, 12)))
    found, h = sums(n, p, log_theta, q, 1 - q), 1e-4
    flatter, likelier = sums(n, p, log_theta + h, q, 1 - q), sums(n, p, log_theta, q + h, 1 - q - h)
    for name in ("mean", "pull", "pull_by_q"):
        value = getattr(found, name)
        assert np.all(value > 0)
        assert np.all(getattr(flatter, name) <= value * (1 + 1e-12)) and np.all(
            getattr(likelier, name) <= value * (1 + 1e-12)
        )
    for name in ("mean_by_shape", "pull_by_shape"):  # θ times a falling sum
        value = getattr(found, name)
        assert np.all(getattr(flatter, name) <= value * np.exp(h) * (1 + 1e-12)) and np.all(
            getattr(likelier, name) <= value * (1 + 1e-12)
        )
    slope = (flatter.pull - found.pull) / h
    np.testing.assert_allclose(slope, -found.pull_by_shape, rtol=2e-3, atol=1e-6 * found.pull.max())
    np.testing.assert_allclose(
        (likelier.pull - found.pull) / h, -found.pull_by_q, rtol=2e-2, atol=1e-4 * found.pull.max()
    )


@pytest.mark.parametrize("n, p, q", [(700, 1.0, 0.5), (700, 6.0, 0.5), (2_000, 30.0, 0.6)])
def test_counts_that_are_left_out_add_no_more_than_their_bound(n, p, q):
    from annolib.numerics.binomials import WIDTH

    with mp.workdps(40):
        low = int(n * q - WIDTH * np.sqrt(n * q * (1 - q))) - 40
        lost = mp.fsum(
            mp.binomial(n, k) * mp.mpf(q) ** k * (1 - mp.mpf(q)) ** (n - k) * (mp.mpf(k) / n) ** -p
            for k in range(1, low)
        )
    assert 0 < lost <= left_out(n, p, np.array([q]))[0]
    assert left_out(600, p, np.array([q]))[0] == 0
