"""p-values against sums over all outcomes and the exact binomial test."""

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

import annolib as al

SELF, GOLD = al.SelfConsistency(0.2), al.Golden(0.45)


REPEATS, GOLDEN = al.SelfConsistencyLabels(0.6), al.GoldenLabels(0.6)


@pytest.mark.parametrize("required", [0.3, 0.6, 0.9])
def test_p_values_are_sums_over_all_outcomes(required):
    """Two parts: every outcome with its probability, ordered by the weighted count of passes."""
    first, second = (12, REPEATS), (9, GOLDEN)
    x, y = np.indices((13, 10)).reshape(2, -1)
    laws, weights = [], []
    for number, monitor in (first, second):
        q = monitor.pass_probability(required)
        laws.append(binom.pmf(np.arange(number + 1), number, q))
        weights.append(monitor.slope(required) / (q * (1 - q)))
    chance, score = laws[0][x] * laws[1][y], weights[0] * x + weights[1] * y
    for a, b in ((0, 0), (5, 4), (8, 7), (12, 9), (10, 2)):
        found = al.combine_evidence({"a": (a, *first), "b": (b, *second)}).p_values(required)
        seen = weights[0] * a + weights[1] * b
        exact = chance[score <= seen + 1e-9].sum(), chance[score >= seen - 1e-9].sum()
        assert found == pytest.approx(exact, abs=0.01)
        assert found[0] >= exact[0] - 1e-9 and found[1] >= exact[1] - 1e-9  # rounded to the safe side only


def test_one_part_is_the_exact_binomial_test():
    careless, careful = al.combine_evidence({"a": (33, 60, SELF)}).p_values(0.6)
    q = SELF.pass_probability(0.6)
    assert (careless, careful) == pytest.approx((binom.cdf(33, 60, q), binom.sf(32, 60, q)))
    opposed = al.combine_evidence({"a": (27, 60, al.Expert(-0.2))}).p_values(0.6)
    ally = al.combine_evidence({"a": (33, 60, al.Expert(0.2))}).p_values(0.6)
    assert opposed == pytest.approx(ally)


def test_a_pool_takes_its_limits_and_their_error():
    part = al.Evidence(33, 60, SELF, pool=(330, 400))
    careless, careful = al.combine_evidence({"a": part}).p_values(0.6)
    low, high = proportion_confint(330, 400, alpha=0.01, method="beta")
    q = [0.5 + (end - 0.5) * 0.36 for end in (low, high)]
    assert careless == pytest.approx(binom.cdf(33, 60, q[0]) + 0.005)
    assert careful == pytest.approx(binom.sf(32, 60, q[1]) + 0.005)


def test_dependent_checks_count_less_and_are_rounded_to_the_safe_side():
    part = al.Evidence(33, 61, SELF, design_effect=2)  # 16.5 of 30
    careless, careful = al.combine_evidence({"a": part}).p_values(0.6)
    q = SELF.pass_probability(0.6)
    assert (careless, careful) == pytest.approx((binom.cdf(17, 30, q), binom.sf(15, 30, q)))
