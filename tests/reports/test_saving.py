"""Saving: what the name ends in says what is written."""

import json

import pandas as pd
import pytest

from annolib.reports.spreadsheets import unguard


def test_a_page_a_table_and_all_numbers(hostile_audit, tmp_path):
    for name in ("a.html", "A.HTM"):
        path = hostile_audit.save(tmp_path / name, source="x.csv")
        assert path == tmp_path / name and path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        assert "Audit of x.csv" in path.read_text(encoding="utf-8")
    read = pd.read_csv(hostile_audit.save(str(tmp_path / "a.csv")))
    assert [unguard(entry) for entry in read["worker"]] == list(hostile_audit.to_frame().index)
    assert read["passes"].tolist() == hostile_audit.to_frame()["passes"].tolist()
    record = json.loads(hostile_audit.save(tmp_path / "a.json").read_text(encoding="utf-8"))
    assert record["verdicts"] == hostile_audit.counts


def test_to_html_is_what_save_writes(hostile_audit, tmp_path):
    assert hostile_audit.save(tmp_path / "a.html", most=3).read_text(
        encoding="utf-8"
    ) == hostile_audit.to_html(most=3)


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xlsx"])
def test_other_endings_are_refused(hostile_audit, tmp_path, name):
    with pytest.raises(ValueError, match="path must end in .html, .htm, .csv, .json; saw"):
        hostile_audit.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_what_belongs_to_a_page_is_refused_elsewhere(hostile_audit, tmp_path):
    with pytest.raises(TypeError, match="source belong to a page"):
        hostile_audit.save(tmp_path / "a.csv", source="x")
