"""Two kinds of checks at once: what the value says, and what it refuses."""

import numpy as np
import pytest

import annolib as al


def test_information_adds_up_and_draws_have_the_right_chances():
    both = al.Joint(al.SelfConsistency(0.15), al.Golden())
    assert both.fisher_information(0.5, (30, 7)) == pytest.approx(
        30 * both.first.fisher_information(0.5) + 7 * both.second.fisher_information(0.5), rel=1e-15
    )
    assert both.fisher_information(1.0, (30, 0)) == 30 * both.first.fisher_information(
        1.0
    )  # golden would be infinite
    draws = both.simulate(np.full(20_000, 0.5), (30, 7), rng=3)
    for drawn, n, q in zip(draws, (30, 7), both.pass_probability(0.5), strict=True):
        assert abs(drawn.mean() - n * q) < 4 * np.sqrt(n * q * (1 - q) / 20_000)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((al.Golden(), "repeats"), "monitor must be a monitor"),
        ((al.Golden(), al.Golden(), (1, 0)), "weights must be two finite numbers above 0"),
        ((al.Golden(), al.Golden(), (1, 1, 1)), "weights must be two finite numbers above 0"),
        ((al.Golden(), al.Golden(), (1, -1)), "weights"),
    ],
)
def test_what_is_no_pair_of_checks_is_refused(args, message):
    with pytest.raises((TypeError, ValueError), match=message):
        al.Joint(*args)
