"""The twin: the numbers of llmfao, a known truth, and estimates that find it."""

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.datasets.twin import simulate as twins


@pytest.fixture(scope="module")
def twin():
    return al.datasets.simulate_twin()


@pytest.fixture(scope="module")
def figures(twin):
    return al.tally(twin.table).to_frame().join(twin.truth.drop(columns="repeat_pairs"))


def test_the_shipped_tables_are_the_default_seed(twin):
    pd.testing.assert_frame_equal(al.datasets.load("twin"), twin.table, check_dtype=False)
    pd.testing.assert_frame_equal(al.datasets.load("twin-truth"), twin.truth, check_dtype=False, atol=1e-6)


@pytest.mark.parametrize("rng", [twins.SEED, 1, 2])
def test_the_numbers_are_those_of_llmfao(rng):
    counts = al.tally(al.datasets.simulate_twin(rng=rng).table)
    real = al.datasets.load("llmfao-workers")
    for name in ("judgements", "items", "repeat_items", "repeat_pairs", "same_pairs", "swapped_pairs"):
        assert sorted(counts[name]) == sorted(real[name]), name
    total = counts.totals
    assert (total["workers"], total["items"], total["judgements"], total["repeat_items"]) == (
        124,
        1785,
        8931,
        289,
    )
    assert total["repeat_pairs"] == 756 and total["same_pairs"] == 357 and total["swapped_pairs"] == 399
    items = al.datasets.load("llmfao-items")[["first", "second", "tie"]].sum(axis=1)
    assert sorted(al.datasets.simulate_twin(rng=rng).table["task"].value_counts()) == sorted(items)


def test_rates_are_near_those_of_llmfao(twin):
    total = al.tally(twin.table).totals
    assert total["tie_rate"] == pytest.approx(0.3886, abs=0.01)
    assert total["repeat_agreement"] == pytest.approx(0.9127, abs=0.25)
    assert total["between_repeated_agreement"] == pytest.approx(0.762, abs=0.2)
    assert total["between_repeated_agreement"] < total["repeat_agreement"]


def test_every_habit_is_among_those_with_many_repeats(figures):
    often = figures.query("repeat_pairs >= 10")
    assert often["behaviour"].value_counts().to_dict() == {
        "attentive": 15, "longer-one": 2, "always-left": 1, "always-tie": 1,
    }  # fmt: skip
    left = often.query("behaviour == 'always-left'").iloc[0]
    assert (
        left["same_agreements"]
        == left["same_pairs"]
        > 0
        == left["swapped_agreements"]
        < left["swapped_pairs"]
    )
    tie = often.query("behaviour == 'always-tie'").iloc[0]
    assert tie["repeat_agreement"] == 1 and np.isnan(tie["corrected_agreement"])
    longer, rest = (often.query(f"behaviour {sign} 'longer-one'") for sign in ("==", "!="))
    assert (
        longer["repeat_agreement"].min() > 0.8
        and longer["peer_agreement"].max() < rest["peer_agreement"].max()
    )
    attentive = often.query("behaviour == 'attentive'")
    assert attentive["effort"].min() < 0.35 and attentive["effort"].max() > 0.95
    assert (attentive["repeat_agreement"] < 1).sum() >= 10  # not at the ceiling only


def test_efforts_and_habits(twin):
    attentive = twin.truth["behaviour"] == "attentive"
    assert (twin.truth.loc[~attentive, "effort"] == 0).all()
    assert twin.truth.loc[attentive, "effort"].between(0.25, 1).all()
    assert set(twin.truth["taste"]) == {"majority", "minority"}


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
