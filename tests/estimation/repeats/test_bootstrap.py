"""Dependent repeats: pairs against a plain count, the bootstrap against its definition, coverage."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import annolib as al

SELF = al.SelfConsistency(kappa=0.2)


@given(arrays(np.int64, st.tuples(st.integers(1, 8), st.integers(1, 6)), elements=st.integers(-1, 2)))
def test_pairs_are_those_of_a_plain_count(labels):
    agreements, pairs = al.pair_counts(labels)
    for item, said in enumerate(labels):
        known = [code for code in said if code >= 0]
        both = list(combinations(known, 2))
        assert pairs[item] == len(both) and agreements[item] == sum(a == b for a, b in both)


def test_the_bootstrap_is_its_definition():
    rng = np.random.default_rng(4)
    pairs = rng.integers(1, 7, 40)
    agreements = rng.binomial(pairs, 0.7)
    found = al.bootstrap_effort(agreements, pairs, SELF, rng=1, resamples=40_000)
    drawn = np.random.default_rng(2).integers(0, 40, (20_000, 40))
    rates = agreements[drawn].sum(axis=1) / pairs[drawn].sum(axis=1)
    low, high = np.quantile(SELF.effort(rates), [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)
    assert found.effort == pytest.approx(SELF.effort(agreements.sum() / pairs.sum()))
    assert (found.passes, found.checks, found.method) == (agreements.sum(), pairs.sum(), "cluster bootstrap")
    assert found.low <= found.effort <= found.high


def test_a_seed_repeats_and_empty_items_do_not_count():
    one = al.bootstrap_effort([3, 1, 0, 3] * 5, [3, 3, 0, 3] * 5, SELF, rng=1)
    same = al.bootstrap_effort([3, 1, 3] * 5, [3, 3, 3] * 5, SELF, rng=1)
    assert (one.low, one.high) == (same.low, same.high)
    nothing = al.bootstrap_effort([0, 0], [0, 0], SELF, rng=1)
    assert (nothing.status, nothing.low, nothing.high) == ("no checks", 0, 1)
    lost = al.bootstrap_effort([1, 0, 1], [1, 1, 1], al.SelfConsistency(0.0), rng=1)
    assert (lost.status, lost.low, lost.high) == ("not identified", 0, 1)
    few = al.bootstrap_effort([3, 1, 3], [3, 3, 3], SELF, rng=1)
    many = al.bootstrap_effort([3, 1, 3] * 10, [3, 3, 3] * 10, SELF, rng=1)
    for short in (few, one):
        assert "fewer than 30 items" in short.message and "fewer than 30 items" not in many.message


def test_coverage_of_the_treatments():
    """Pinned: six repeats at effort .95; dependent pairs taken as independent keep about 74 %, not 95."""
    p = np.linspace(0.02, 0.98, 97)
    table = al.repeat_coverage(p, 0.95, items=30, repeats=6, rng=1, runs=600, resamples=300)
    kept = table["coverage"]
    assert kept["all pairs as if independent"] < 0.8
    assert kept["one pair per item"] > 0.92 and kept["cluster bootstrap"] > 0.9
    assert table.loc["cluster bootstrap", "width"] < 0.6 * table.loc["one pair per item", "width"]
    twice = al.repeat_coverage(p, 0.7, items=30, repeats=2, rng=1, runs=50, resamples=100)
    assert twice.iloc[0].tolist() == twice.iloc[1].tolist()


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: al.bootstrap_effort([4], [3], SELF, rng=1), "passes must not exceed checks"),
        (lambda: al.bootstrap_effort([[1]], [[1]], SELF, rng=1), "one entry for each item"),
        (lambda: al.bootstrap_effort([1], [1], SELF, rng=1, resamples=5), "resamples must be a whole number"),
        (lambda: al.bootstrap_effort([1], [1], SELF, rng=1, confidence=1), "confidence must be one number"),
        (lambda: al.pair_counts([0, 1]), "labels must hold whole numbers, items by repeats"),
        (lambda: al.repeat_coverage([0.9], 0.5, items=5, repeats=1, rng=1), "repeats must be a whole number"),
    ],
)
def test_bad_input(work, message):
    with pytest.raises(ValueError, match=message):
        work()


def test_clusters_of_one_sight_are_resampled_whole():
    """Rankings of five, ten pairs at a sight: by cluster the interval keeps what it says, pair by pair it does not."""
    rng, monitor, pairs = np.random.default_rng(7), al.SelfConsistency(0.25), 10
    effort, screens, runs = float(monitor.effort(0.75)), 60, 300
    kept = {"clusters": 0, "pairs": 0}
    for run in range(runs):
        again = (
            rng.random(screens) < 0.5
        )  # the same ranking, or a new one: then a pair agrees half of the time
        agreements = np.where(again, pairs, rng.binomial(pairs, 0.5, screens))
        found = {
            "clusters": al.bootstrap_effort(agreements, [pairs] * screens, monitor, rng=run, resamples=300),
            "pairs": al.estimate_effort(int(agreements.sum()), pairs * screens, monitor),
        }
        for name, one in found.items():
            kept[name] += one.low <= effort <= one.high
    assert kept["clusters"] / runs > 0.9 > 0.8 > kept["pairs"] / runs, kept


def test_the_clusters_of_a_tally_go_in_as_they_are():
    rows = [
        ("i", "ann", "left", 1),
        ("j", "ann", "left", 1),
        ("i", "ann", "left", 2),
        ("j", "ann", "right", 2),
    ]
    rows += [("k", "ann", "left", 3), ("k", "ann", "left", 4)]
    table = pd.DataFrame(rows, columns=["task", "worker", "label", "screen"])
    clusters = al.tally(table).clusters.loc["ann"]
    found = al.bootstrap_effort(
        clusters.repeat_agreements, clusters.repeat_pairs, al.SelfConsistency(0.25), rng=1
    )
    assert (found.passes, found.checks, len(clusters)) == (2, 3, 2)
