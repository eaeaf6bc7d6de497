"""The twin's design: who judged what, how often, on which sides, as in llmfao."""

import pytest

import annolib as al
from annolib.datasets.twin import simulate as twins


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
