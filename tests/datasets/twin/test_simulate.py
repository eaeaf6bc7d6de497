"""The twin: the numbers of llmfao, a known truth, and estimates that find it."""

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.datasets.twin import simulate as twins


def test_the_shipped_tables_are_the_default_seed(twin):
    pd.testing.assert_frame_equal(al.datasets.load("twin"), twin.table, check_dtype=False)
    pd.testing.assert_frame_equal(al.datasets.load("twin-truth"), twin.truth, check_dtype=False, atol=1e-6)


def test_rates_are_near_those_of_llmfao(twin):
    total = al.tally(twin.table).totals
    assert total["tie_rate"] == pytest.approx(0.3886, abs=0.01)
    assert total["repeat_agreement"] == pytest.approx(0.9127, abs=0.25)
    assert total["between_repeated_agreement"] == pytest.approx(0.762, abs=0.2)
    assert total["between_repeated_agreement"] < total["repeat_agreement"]


def test_concentration_is_that_of_the_workers_own_pairs(twin):
    """Γ by looking at every repeat pair."""
    table = twin.table
    found = {}
    for (worker, task), rows in table.groupby(["worker", "task"]):
        if len(rows) > 1:
            law = twin.items[twin.truth.loc[worker, "taste"]].law[int(task[1:]) - 1]
            found.setdefault(worker, []).append((len(rows) * (len(rows) - 1) // 2, (law**2).sum() - 1 / 3))
    for worker, row in twin.truth.iterrows():
        if worker not in found:
            assert row["repeat_pairs"] == 0 and np.isnan(row["concentration"])
            continue
        pairs, strength = np.array(found[worker]).T
        assert row["repeat_pairs"] == pairs.sum() and row["one_pairs"] == pairs.size
        assert row["concentration"] == pytest.approx(np.average(strength, weights=pairs), abs=1e-6)
        assert row["one_concentration"] == pytest.approx(strength.mean(), abs=1e-6)
    cells = np.concatenate([np.array(cells) for cells in found.values()])
    assert al.datasets.twin_concentration() == pytest.approx(
        np.average(cells[:, 1], weights=cells[:, 0]), abs=1e-6
    )
    assert al.datasets.twin_concentration("one") == pytest.approx(cells[:, 1].mean(), abs=1e-6)
    assert twin.concentration() == pytest.approx(al.datasets.twin_concentration())


def covered(seeds, pairs):
    """For the attentive workers of several twins: is the true effort in the 95 % interval? And in how many pairs?"""
    inside, checks = [], []
    for seed in seeds:
        twin = al.datasets.simulate_twin(rng=seed)
        frame = al.tally(twin.table, pairs=pairs).to_frame().join(twin.truth[["behaviour", "effort"]])
        frame = frame.query("behaviour == 'attentive' and repeat_pairs > 0")
        monitor = al.SelfConsistencyLabels(concentration=twin.concentration(pairs))
        passes, total = frame["repeat_agreements"].to_numpy(), frame["repeat_pairs"].to_numpy()
        estimate = al.estimate_effort(passes, total, monitor)
        inside.append((estimate.low <= frame["effort"]) & (frame["effort"] <= estimate.high))
        checks.append(total)
    return np.concatenate(inside), np.concatenate(checks)


def test_intervals_cover_the_true_effort_with_one_pair_per_item():
    inside, checks = covered(range(20), "one")
    assert 0.93 < inside.mean() < 0.98 and 0.92 < inside[checks >= 10].mean() < 0.99


def test_intervals_from_dependent_pairs_are_too_short():
    """All k(k−1)/2 pairs taken as if independent: about four in five instead of 95 %."""
    inside, checks = covered(range(20), "all")
    assert 0.70 < inside[checks >= 10].mean() < 0.88


def test_efforts_are_told_apart(figures):
    often = figures.query("repeat_pairs >= 10 and behaviour == 'attentive'")
    assert often[["effort", "repeat_agreement"]].corr("spearman").iloc[0, 1] > 0.6


def test_same_seed_same_twin(twin):
    again = al.datasets.simulate_twin(rng=np.random.default_rng(twins.SEED))
    pd.testing.assert_frame_equal(again.table, twin.table)
    assert not al.datasets.simulate_twin(rng=1).table.equals(twin.table)
    assert repr(twin).startswith("Twin(8,931 judgements, 124 workers: 112 attentive")


def test_bad_arguments():
    with pytest.raises(TypeError, match="rng"):
        al.datasets.simulate_twin(rng="seed")
    with pytest.raises(ValueError, match="pairs must be 'all' or 'one'; saw 'two'"):
        al.datasets.twin_concentration("two")
