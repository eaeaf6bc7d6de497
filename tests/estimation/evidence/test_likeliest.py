"""The likeliest effort and what is nearly as likely, against a dense grid and walls."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al

SELF, GOLD = al.SelfConsistency(0.2), al.Golden(0.45)


REPEATS, GOLDEN = al.SelfConsistencyLabels(0.6), al.GoldenLabels(0.6)


def brute(parts, points=400_001):
    eta = np.linspace(0, 1, points)
    total = np.zeros(points)
    for passes, checks, monitor in parts:
        q = monitor.pass_probability(eta)
        with np.errstate(divide="ignore", invalid="ignore"):
            total += np.where(passes > 0, passes * np.log(q), 0)
            total += np.where(checks > passes, (checks - passes) * np.log1p(-q), 0)
    kept = eta[total >= total.max() - 1.9207294103]
    return eta[np.argmax(total)], kept[0], kept[-1]


counted = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


monitors = st.sampled_from(
    [
        SELF,
        GOLD,
        REPEATS,
        GOLDEN,
        al.SelfConsistency(0.25),
        al.Golden(),
        al.PeerLabels(0.3, 0.8),
        al.Expert(-0.15),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(counted, monitors), min_size=1, max_size=4))
def test_any_parts_are_brute_force(given_parts):
    parts = [(*counts, monitor) for counts, monitor in given_parts]
    found = al.combine_evidence({str(place): part for place, part in enumerate(parts)})
    if not any(checks for _, checks, _ in parts):
        assert (found.status, found.low, found.high) == ("no checks", 0, 1)
        return
    effort, low, high = brute(parts)
    assert found.log_likelihood(effort) == pytest.approx(0, abs=1e-6)  # two equal hills may change places
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-6)


def test_a_wall_of_probability_zero():
    """Golden questions that full effort never misses: one miss rules out effort 1, and the interval ends before it."""
    found = al.combine_evidence(
        {"golden": (39, 40, al.Golden()), "repeats": (40, 40, al.SelfConsistency(0.25))}
    )
    assert found.low < found.effort < found.high < 1 and found.log_likelihood(1.0) == -np.inf
    assert found.log_likelihood(found.high) == pytest.approx(-1.9207294103, abs=1e-6)
