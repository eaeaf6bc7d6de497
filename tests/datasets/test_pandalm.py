"""PandaLM, read as a tidy table."""

import json

import pytest

import annolib as al
from annolib.datasets.pandalm import load_pandalm
from annolib.datasets.registry import DataError


def test_three_people_judge_every_item(pandalm_folder):
    table = load_pandalm(pandalm_folder)
    raw = json.loads((pandalm_folder / "testset-v1.json").read_text(encoding="utf-8"))
    counts = al.tally(table)
    assert len(counts) == 3 and counts.totals["judgements"] == 3 * len(raw)
    assert counts.totals["repeat_pairs"] == 0
    for number, person in enumerate(("annotator1", "annotator2", "annotator3")):
        ties = sum(item[person] == 0 for item in raw)
        assert counts["ties"].iloc[number] == ties
        assert counts["left"].iloc[number] == sum(item[person] == 1 for item in raw)
    assert table["left_model"].iloc[0] == "bloom-7b" and table["right_model"].iloc[0] == "llama-7b"


def test_texts(pandalm_folder, monkeypatch):
    monkeypatch.setenv("ANNOLIB_DATA", str(pandalm_folder.parent))
    table = al.datasets.load("pandalm", texts=True)
    assert {"instruction", "input", "left_text", "right_text"} <= set(table)


def test_wrong_labels(pandalm_folder, tmp_path):
    raw = json.loads((pandalm_folder / "testset-v1.json").read_text(encoding="utf-8"))
    raw[3]["annotator2"] = 3
    (tmp_path / "testset-v1.json").write_text(json.dumps(raw))
    with pytest.raises(DataError, match="'annotator2' has 3 in row 3|'annotator2' has .*3.* in row 3"):
        load_pandalm(tmp_path)
