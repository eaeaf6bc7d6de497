"""Judgements made at one sight: clusters against a search by hand, the same in every engine."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al


@st.composite
def tables(draw):
    row = st.tuples(
        st.integers(0, 2), st.integers(0, 4), st.sampled_from(["left", "right", "tie"]), st.integers(0, 3)
    )
    rows = draw(st.lists(row, min_size=1, max_size=30))
    table = pd.DataFrame(rows, columns=["worker", "task", "label", "screen"])
    return table.assign(expert=(table["worker"] == 2) & (table["worker"] != 2).any())


def clusters_by_search(table, pairs):
    """For each worker, sets of screens that grow as long as they share a task; what falls into each."""
    found = []
    own = table[~table["expert"]]
    for worker, rows in own.groupby("worker"):
        sets = [{screen} for screen in rows["screen"].unique()]
        for _, same in rows.groupby("task"):
            joined = set(same["screen"])
            touching = [one for one in sets if one & joined]
            sets = [one for one in sets if not one & joined] + [set.union(*touching)]
        for one in sets:
            inside = rows[rows["screen"].isin(one)]
            alone = al.tally(pd.concat([inside, table[table["expert"]]]).drop(columns="screen"), pairs)
            count = alone.to_frame().iloc[0]
            names = ("judgements", "repeat_pairs", "repeat_agreements", "expert_checks", "expert_agreements")
            found.append((worker, len(one), *(int(count[name]) for name in names)))
    return sorted(found)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(["all", "one"]))
def test_clusters_are_screens_that_share_no_task(table, pairs):
    counts = al.tally(table, pairs)
    found = counts.clusters.reset_index()
    assert sorted(map(tuple, found.to_numpy().tolist())) == clusters_by_search(table, pairs)
    sums = counts.clusters.groupby(level=0).sum()
    for name in ("judgements", "repeat_pairs", "repeat_agreements", "expert_checks", "expert_agreements"):
        pd.testing.assert_series_equal(sums[name], counts[name], check_names=False)


def rankings(workers, screens, rng, passing=0.5):
    """A screen is a ranking of five contents, shown twice: with chance `passing` the second is the first again."""
    pairs = [(a, b) for a in range(5) for b in range(a)]
    rows = []
    for worker in range(workers):
        for screen in range(screens):
            first = rng.permutation(5)
            second = first if rng.random() < passing else rng.permutation(5)
            for time, ranks in enumerate((first, second)):
                for a, b in pairs:
                    label = "left" if ranks[a] < ranks[b] else "right"
                    rows.append((f"{screen}:{a}{b}", f"w{worker}", label, f"{screen}.{time}"))
    return pd.DataFrame(rows, columns=["task", "worker", "label", "screen"])


def test_pairs_of_rankings_are_as_many_clusters_as_screens():
    table = rankings(7, 3, np.random.default_rng(1))
    counts = al.tally(table)
    assert (counts.clusters["screens"] == 2).all() and (counts.clusters["repeat_pairs"] == 10).all()
    assert len(counts.clusters) == 21 and "210 repeat pairs in 21 clusters" in counts.treatment
    assert al.tally(table.drop(columns="screen")).clusters is None


@pytest.mark.parametrize("engine", ["polars", "polars lazy", "pyarrow", "duckdb"])
def test_clusters_in_engines(engine, oracle):
    pytest.importorskip(engine.split()[0], reason=f"{engine} is not installed")
    table = rankings(3, 2, np.random.default_rng(2)).assign(
        expert=False, time=range(120), judgement=range(120)
    )
    table = pd.concat(
        [table, table.iloc[:5].assign(worker="key", expert=True, time=-1, judgement=range(200, 205))]
    )
    columns = {name: column.tolist() for name, column in table.items()}
    for pairs in ("all", "one"):
        expected, found = al.tally(table, pairs), al.tally(oracle.put(columns, engine), pairs)
        order = ["worker", "repeat_pairs", "repeat_agreements", "expert_checks"]
        one, two = (
            each.clusters.reset_index().sort_values(order, ignore_index=True) for each in (expected, found)
        )
        pd.testing.assert_frame_equal(one, two, check_dtype=False)
        assert expected.treatment == found.treatment


def test_no_rows():
    table = rankings(1, 1, np.random.default_rng(1)).iloc[:0]
    assert len(al.tally(table).clusters) == 0
