"""Battles, chosen and rejected, wide and tidy tables: every row by hand."""

import pandas as pd
import pytest

import annolib as al

VOTES = [
    {"question_id": "q1", "model_a": "m1", "model_b": "m2", "winner": "model_a", "judge": "007"},
    {"question_id": "q1", "model_a": "m2", "model_b": "m1", "winner": "model_a", "judge": "007"},
    {"question_id": "q1", "model_a": "m1", "model_b": "m3", "winner": "tie (bothbad)", "judge": "7"},
    {"question_id": "q2", "model_a": "m1", "model_b": "m2", "winner": "tie", "judge": "7"},
]


def test_arena_reads_both_ties_and_sides():
    table = al.imports.arena(VOTES)
    assert table["label"].tolist() == ["left", "left", "tie", "tie"]
    assert table["both_bad"].tolist() == [False, False, True, False]
    assert table["task"].tolist() == ["q1: m1 | m2", "q1: m1 | m2", "q1: m1 | m3", "q2: m1 | m2"]
    assert table["worker"].tolist() == ["007", "007", "7", "7"]
    counts = al.tally(table).to_frame()
    assert counts.loc["007", ["swapped_pairs", "swapped_agreements"]].tolist() == [1, 0]


def test_arena_without_voters_says_what_to_export():
    with pytest.raises(al.TableError, match="column 'judge' .*is missing.*export that column"):
        al.imports.arena(pd.DataFrame(VOTES).drop(columns="judge"))
