"""Prices of the constraints: they level what can be levelled, and keep their signs."""

import numpy as np

from annolib.contracts.linear.branch.prices import level_prices


def test_three_constraints_level_both_sides():
    """Three gradients around the origin: the mixture that cancels both is found, and it is no worse than one alone."""
    angles = np.array([0.3, 2.4, 4.5])
    by_effort, by_share = np.cos(angles)[:, None], np.sin(angles)[:, None]
    shares = level_prices(np.ones((3, 1)), by_effort, by_share, np.ones(1), np.ones(1), np.ones((3, 1)))
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose((shares * by_effort).sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose((shares * by_share).sum(axis=0), 0, atol=1e-14)


def test_shares_keep_the_sign_of_their_price():
    rng = np.random.default_rng(2)
    alone, by_effort, by_share = rng.normal(size=(3, 4, 500))
    sign = np.where(rng.random((4, 500)) < 0.7, 1.0, -1.0)
    sign[0] = 0
    shares = level_prices(alone, by_effort, by_share, np.ones(500), np.ones(500), sign)
    used = np.isfinite(shares).all(axis=0)
    assert used.mean() > 0.9 and np.all(shares[:, used] * sign[:, used] >= 0)


def test_no_mixture_that_is_tried_is_lower():
    """Against every constraint alone: the value at the centre plus what either side adds."""
    rng = np.random.default_rng(3)
    alone, by_effort, by_share = rng.normal(size=(3, 3, 300))
    wide, high = rng.uniform(0.1, 2, (2, 300))
    shares = level_prices(alone, by_effort, by_share, wide, high, np.ones((3, 300)))
    total = [(shares * each).sum(axis=0) for each in (alone, by_effort, by_share)]
    score = total[0] + wide * np.abs(total[1]) + high * np.abs(total[2])
    assert np.all(score <= (alone + wide * np.abs(by_effort) + high * np.abs(by_share)).min(axis=0) + 1e-12)
