"""One name, one table."""

import pytest

import annolib as al


def test_workers_need_no_network():
    table = al.datasets.load("llmfao-workers")
    assert len(table) == 124 and table["judgements"].sum() == 8931 and table["repeat_pairs"].sum() == 756
    assert table.index.name == "worker" and table.index.map(type).unique().tolist() == [str]
    assert (table["one_pairs"] == table["repeat_items"]).all()
    assert table["key_checks"].sum() == 275 and table["key_agreements"].sum() == 212
    assert table["key_items"].sum() == 229 and (table["gpt4_items"] == table["items"]).all()
    assert (table["key_checks"] - table["key_items"] <= table["judgements"] - table["items"]).all()
    assert round(table["gpt4_agreements"].sum() / table["gpt4_checks"].sum(), 3) == 0.415
    decided = table["gpt4_decided_agreements"].sum() / table["gpt4_decided_checks"].sum()
    assert round(decided, 3) == 0.662


def test_options_that_a_table_does_not_have():
    with pytest.raises(ValueError, match="only llmfao has verdicts"):
        al.datasets.load("pandalm", experts=("gpt4",))
    with pytest.raises(ValueError, match="'twin' holds no texts"):
        al.datasets.load("twin", texts=True)
    with pytest.raises(ValueError, match="name must be one of llmfao"):
        al.datasets.load("llmfaoo")
