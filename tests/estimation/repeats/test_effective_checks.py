"""Effective checks: against the binomial, the textbook formulas, its edges, and what it keeps, over all outcomes."""

from itertools import product
from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import annolib as al
from annolib.estimation.repeats.item_variance import rate_variance

SELF = al.SelfConsistency(kappa=0.2)


def worth_of(message):
    return float(message.split("are worth ")[1].split()[0])


@pytest.mark.parametrize(("agree", "items"), [(45, 60), (0, 9), (9, 9), (3, 10)])
def test_one_pair_of_each_item_is_the_mid_p_interval_of_a_binomial(agree, items):
    found = al.estimate_effort_from_repeats([1] * agree + [0] * (items - agree), [1] * items, SELF)
    assert found.effort == pytest.approx(al.estimate_effort(agree, items, SELF).effort)
    assert (found.passes, found.checks, worth_of(found.message)) == (agree, items, items)
    for end, clipped, tail in ((found.low, 0, 0.025), (found.high, 1, 0.975)):
        law = binom(items, 0.5 + 0.4 * end**2)
        mid = law.sf(agree) + law.pmf(agree) / 2
        assert (
            mid == pytest.approx(tail, abs=1e-9)
            or (end == clipped and (mid - tail) * (0.5 - tail) > 0)
            or end == 0
        )


def test_the_worth_is_the_textbook_design_effect():
    """Items alike: N is the number of pairs divided by the variance of a pair rate against that of independent pairs."""
    monitor = al.SelfConsistency(0.15)
    found = al.estimate_effort_from_repeats([3, 6, 2, 6] * 5, [6] * 20, monitor)
    q = monitor.pass_probability(found.effort)
    effect = rate_variance(monitor, found.effort, 6) / (q * (1 - q) / 6)
    assert worth_of(found.message) == pytest.approx(120 / effect, abs=0.05)
    error = np.sqrt(rate_variance(monitor, found.effort, 6) / 20) / monitor.slope(found.effort)
    assert found.standard_error == pytest.approx(error)
    assert q == pytest.approx(85 / 120)


def test_unequal_items_are_weighed_by_the_inverse_of_their_variances():
    hits, pairs = np.array([3, 1, 0, 6, 1, 3, 4, 1]), np.array([3, 3, 1, 6, 1, 3, 6, 3])
    found = al.estimate_effort_from_repeats(hits, pairs, SELF)
    weights = 1 / rate_variance(SELF, found.effort, pairs)
    assert SELF.pass_probability(found.effort) == pytest.approx(np.average(hits / pairs, weights=weights))
    turned = al.estimate_effort_from_repeats(hits[::-1], pairs[::-1], SELF)
    assert (turned.low, turned.high) == pytest.approx((found.low, found.high))


def test_one_item_cannot_drown_the_others():
    """One item judged 20 times has 190 of the 219 pairs, and the weight of a few."""
    agree = al.estimate_effort_from_repeats(
        [190] + [1] * 15 + [0] * 14, [190] + [1] * 29, al.SelfConsistency(0.08)
    )
    assert al.estimate_effort(205, 219, al.SelfConsistency(0.08)).low == 1  # as if all pairs were independent
    assert agree.effort < 0.9 and agree.low < 0.7
    assert 30 <= worth_of(agree.message) < 45


@pytest.mark.parametrize("agree", [0, 6])
def test_items_that_all_say_the_same_still_have_an_interval(agree):
    """The bootstrap has no width there."""
    monitor = al.SelfConsistency(0.25)
    found = al.estimate_effort_from_repeats([agree] * 12, [6] * 12, monitor)
    boot = al.bootstrap_effort([agree] * 12, [6] * 12, monitor, rng=1)
    assert boot.low == boot.high and np.isnan(found.standard_error)
    assert found.low < found.high or agree == 0  # nobody always disagrees: beyond what any effort explains
    if agree:
        clear = ((1 + found.low) / 2) ** 4 + ((1 - found.low) / 2) ** 4
        assert (
            0.02 < clear**12 < 0.08
        )  # the exact chance that all pairs agree at the lower end; twice the tail


def test_edges():
    one = al.estimate_effort_from_repeats([3], [6], SELF)
    assert (one.low, one.high) == (0, 1)
    nothing = al.estimate_effort_from_repeats([0, 0], [0, 0], SELF)
    assert (nothing.status, nothing.low, nothing.high) == ("no checks", 0, 1)
    lost = al.estimate_effort_from_repeats([1, 0], [1, 1], al.SelfConsistency(0.0))
    assert (lost.status, lost.low, lost.high) == ("not identified", 0, 1)
    falling = al.estimate_effort_from_repeats([1, 0, 2, 0] * 5, [3] * 20, al.Expert(-0.2))
    rising = al.estimate_effort_from_repeats([2, 3, 1, 3] * 5, [3] * 20, al.Expert(0.2))
    assert 0 < falling.low < falling.effort < falling.high
    assert (falling.low, falling.effort, falling.high) == pytest.approx(
        (rising.low, rising.effort, rising.high)
    )
    weak = al.estimate_effort_from_repeats([6] * 40, [6] * 40, al.SelfConsistency(0.05))
    assert (weak.low, weak.high) == (1, 1) and "beyond" in weak.message
    series = pd.Series([3, 1, 3], index=list("xyz")), pd.Series([3, 3, 3], index=list("xyz"))
    assert al.estimate_effort_from_repeats(*series, SELF).passes == 7
    for wrong in ([4, 1], [-1, 1], [np.nan, 1], [1.5, 1]):
        with pytest.raises(ValueError):
            al.estimate_effort_from_repeats(wrong, [3, 3], SELF)
    with pytest.raises(ValueError, match="one entry for each item"):
        al.estimate_effort_from_repeats([[3, 1]], [[3, 3]], SELF)


@pytest.mark.parametrize(
    ("sizes", "effort"),
    [
        ([2] * 5 + [6] * 5, 0.95),
        ([20] + [2] * 29, 0.95),
        ([12] + [2] * 49, 0.95),
        ([8, 7, 4, 3, 3, 3] + [2] * 8, 0.8),
    ],
)
def test_it_keeps_its_promise_where_items_come_unequally_often(sizes, effort):
    """The variance between items, with every pair weighing the same, kept .890, .235, .76 and .855 here."""
    p, rng, size = np.linspace(0.02, 0.98, 97), np.random.default_rng(5), np.array(sizes)
    monitor, kept = al.SelfConsistency.from_preferences(p), 0
    for _ in range(400):
        ones = rng.binomial(size, 0.5 + effort * (rng.choice(p, size.size) - 0.5))
        agreements = (ones * (ones - 1) + (size - ones) * (size - ones - 1)) // 2
        found = al.estimate_effort_from_repeats(agreements, size * (size - 1) // 2, monitor)
        kept += found.low <= effort <= found.high
    assert kept / 400 > 0.93 - 1.5 * np.sqrt(0.05 * 0.95 / 400)


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
