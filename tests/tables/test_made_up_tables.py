"""Hundreds of made-up tables in every engine: the counts of brute force, or a TableError whose fix leads to them.

A foreign exception fails. `ANNOLIB_MADE_UP` multiplies the number of tables, for a longer search.
"""

import os

import pytest

from annolib.tables.engines.table import in_engine

MANY = {"pandas": 200, "polars": 80, "polars lazy": 40, "pyarrow": 80, "duckdb": 40, "dask": 5}

pytestmark = [
    pytest.mark.filterwarnings("error:::narwhals"),
    pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning"),
    pytest.mark.filterwarnings("ignore:Data type alias:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*map_elements:UserWarning"),
]


@pytest.mark.parametrize("engine", MANY)
def test_every_table_is_read_rightly_or_refused_with_a_fix_that_works(engine, oracle, record_property):
    if engine != "pandas":
        pytest.importorskip("narwhals", reason="narwhals is not installed: pip install 'annolib[scale]'")
        pytest.importorskip("polars", reason="polars is not installed")
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        pytest.importorskip(engine.split()[0], reason=f"{engine} is not installed")
    outcomes = []
    for seed in range(MANY[engine] * int(os.environ.get("ANNOLIB_MADE_UP", "1"))):
        made = oracle.made_up(seed)
        try:
            outcomes.append(oracle.check(made, engine)[0])
        except Exception as error:
            written = f"{made.ways}, {made.options}, categories {made.category}, {made.outcome}"
            raise AssertionError(f"table {seed} in {engine}: {error!r}; written as {written}") from error
    counts = {outcome: outcomes.count(outcome) for outcome in ("right", "refused", "cannot hold")}
    record_property(f"made-up tables in {engine}", counts)
    assert counts["right"] >= len(outcomes) / 10 and counts["refused"] >= len(outcomes) / 5


def test_the_generator_reaches_every_way_of_writing(oracle):
    """Each column is written in each of its ways, and every outcome is promised, in a few hundred tables."""
    made = [oracle.made_up(seed) for seed in range(600)]
    ways = {(name, way) for one in made for name, way in one.ways.items()}
    assert len({way for name, way in ways if name == "label"}) >= 21
    assert len({way for name, way in ways if name == "time"}) >= 26
    assert len({way for name, way in ways if name in ("task", "worker")}) >= 26
    assert {one.outcome for one in made} == {"read", "restoring", "either", "refused"}


def test_brute_force_tells_a_wrong_tally(oracle):
    """The comparison itself: a count that is off by one, a rate, a worker too many."""
    made = next(made for made in map(oracle.made_up, range(99)) if made.outcome == "read")
    expected = oracle.brute_force(made.facts)
    import pandas as pd

    frame = pd.DataFrame(expected).T
    assert oracle.same_counts(frame, expected)
    for column in frame:
        wrong = frame.copy()
        wrong.loc[wrong.index[0], column] = wrong[column].fillna(0).iloc[0] + 1
        assert not oracle.same_counts(wrong, expected) and not oracle.same_counts(
            wrong, expected, names=False
        )
    assert not oracle.same_counts(frame.iloc[:-1], expected, names=False)


def test_a_table_in_an_engine_is_one(oracle):
    pytest.importorskip("polars", reason="polars is not installed")
    assert in_engine(oracle.put({"task": [1]}, "polars")) and not in_engine(
        oracle.put({"task": [1]}, "pandas")
    )
