"""Effective checks: against the textbook formulas, its edges, and what it keeps, over all outcomes."""

from itertools import product
from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

import annolib as al

SELF = al.SelfConsistency(kappa=0.2)


def worth_of(message):
    return float(message.split("are worth ")[1].split()[0])


def test_it_is_wilson_for_the_effective_number():
    """The design effect from the variance of a ratio estimator, by hand; sizes differ."""
    hits, pairs = np.array([3, 1, 0, 6, 1, 3, 4, 1]), np.array([3, 3, 1, 6, 1, 3, 6, 3])
    rate, n = hits.sum() / pairs.sum(), len(hits)
    residuals = (hits - rate * pairs) / pairs.mean()
    variance = residuals.var(ddof=1) / n
    worth = rate * (1 - rate) / variance * (norm.ppf(0.95) / t.ppf(0.95, n - 1)) ** 2
    found = al.estimate_effort_from_repeats(hits, pairs, SELF, confidence=0.9)
    assert worth_of(found.message) == pytest.approx(worth, abs=0.05)
    for q in (0.5 + 0.4 * found.low**2, 0.5 + 0.4 * found.high**2):
        if 0 < q - 0.5 < 0.4:  # an end that is not clipped solves the score equation
            assert abs(q - rate) == pytest.approx(norm.ppf(0.95) * np.sqrt(q * (1 - q) / worth))
    assert found.standard_error == pytest.approx(np.sqrt(variance) / SELF.slope(found.effort))


def test_one_pair_of_each_item_is_the_plain_count():
    plain = al.estimate_effort(45, 60, SELF)
    found = al.estimate_effort_from_repeats([1] * 45 + [0] * 15, [1] * 60, SELF)
    assert (found.effort, found.passes, found.checks) == (plain.effort, 45, 60)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=1e-12)


@pytest.mark.parametrize("agree", [0, 6])
def test_items_that_all_say_the_same_count_once_each(agree):
    """The bootstrap has no width there."""
    found = al.estimate_effort_from_repeats([agree] * 12, [6] * 12, al.SelfConsistency(0.25))
    plain = al.estimate_effort(2 * agree, 12, al.SelfConsistency(0.25))
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))
    assert np.isnan(found.standard_error)
    assert found.low < found.high or agree == 0  # nobody always disagrees: beyond what any effort explains


def test_edges():
    one = al.estimate_effort_from_repeats([3], [6], SELF)
    assert (worth_of(one.message), one.low, one.high) == (1, 0, 1)
    nothing = al.estimate_effort_from_repeats([0, 0], [0, 0], SELF)
    assert (nothing.status, nothing.low, nothing.high) == ("no checks", 0, 1)
    lost = al.estimate_effort_from_repeats([1, 0], [1, 1], al.SelfConsistency(0.0))
    assert (lost.status, lost.low, lost.high) == ("not identified", 0, 1)
    falling = al.estimate_effort_from_repeats([1, 0, 2, 0] * 5, [3] * 20, al.Expert(-0.2))
    assert 0 < falling.low < falling.effort < falling.high
    series = pd.Series([3, 1, 3], index=list("xyz")), pd.Series([3, 3, 3], index=list("xyz"))
    assert al.estimate_effort_from_repeats(*series, SELF).passes == 7
    for wrong in ([4, 1], [-1, 1], [np.nan, 1], [1.5, 1]):
        with pytest.raises(ValueError):
            al.estimate_effort_from_repeats(wrong, [3, 3], SELF)
    with pytest.raises(ValueError, match="one entry for each item"):
        al.estimate_effort_from_repeats([[3, 1]], [[3, 3]], SELF)


@pytest.mark.parametrize("effort", [0.1, 0.3, 0.7, 0.95])
def test_it_keeps_its_promise_with_ten_items_where_the_bootstrap_does_not(effort):
    """Ten items judged four times: 2, 3 or 6 agreeing pairs of 6; every outcome with its probability."""
    p = np.linspace(0.02, 0.98, 97)
    monitor, left = al.SelfConsistency.from_preferences(p), 0.5 + effort * (p - 0.5)
    law = [
        sum(np.mean(comb(4, k) * left**k * (1 - left) ** (4 - k)) for k in ones)
        for ones in ([2], [1, 3], [0, 4])
    ]
    kept = narrow = 0.0
    for few, some in product(range(11), repeat=2):
        if few + some > 10:
            continue
        number = [few, some, 10 - few - some]
        agreements = np.repeat([2, 3, 6], number)
        chance = comb(10, few) * comb(10 - few, some) * np.prod(np.power(law, number))
        found = al.estimate_effort_from_repeats(agreements, [6] * 10, monitor)
        boot = al.bootstrap_effort(agreements, [6] * 10, monitor, rng=1, resamples=500)
        kept += chance * (found.low <= effort <= found.high)
        narrow += chance * (boot.low <= effort <= boot.high)
    assert kept > 0.93
    assert narrow < kept
