"""Assignments on disk: their metadata, their key, and what is kept."""

import csv
import json

import nbformat
import pytest

from annolib.course.commands import opening
from annolib.course.grading.assign import assign
from annolib.course.notebook_files import notebooks
from annolib.course.setup import ensuring
from annolib.course.variants import variant
from annolib.course.workspace.hand_out import WorkspaceError


def quiet(words):
    pass


def test_nbgrader_gets_a_course_folder(tmp_path):
    written = assign("nbgrader", tmp_path, tell=quiet)
    assert len(written) == len(notebooks("solutions")) + 1
    for path in (tmp_path / "source").rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
        about = [cell.metadata.nbgrader for cell in cells]
        assert len({one.grade_id for one in about}) == len(about)
        assert all(one.schema_version == 3 and one.cell_type == "code" for one in about)
        tests = [one for one in about if one.grade and not one.solution]
        assert tests and all(one.locked and one.points == 1 for one in tests)
        assert all("### BEGIN SOLUTION" in cell.source for cell in cells if cell.metadata.nbgrader.solution)
        assert "outputs" not in str(notebook.cells[-1]) or not notebook.cells[-1].get("outputs")
    assert 'code_stub = {"python": "..."}' in (tmp_path / "nbgrader_config.py").read_text()


def test_otter_gets_master_notebooks_with_every_question_closed(tmp_path):
    assign("otter", tmp_path, seed="autumn", numbers=(4, 7), tell=quiet)
    for path in tmp_path.rglob("*.ipynb"):
        raw = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "raw"]
        assert raw[0].startswith("# ASSIGNMENT CONFIG")
        for part in ("QUESTION", "SOLUTION", "TESTS"):
            begun = [one for one in raw if one.startswith(f"# BEGIN {part}")]
            assert len(begun) == raw.count(f"# END {part}") > 0


def test_the_key_is_that_of_each_student(tmp_path):
    assign("nbgrader", tmp_path, "autumn", ["anna", "=bob"], (4, 9), tell=quiet)
    rows = list(csv.DictReader((tmp_path / "key.csv").open(encoding="utf-8", newline="")))
    assert len(rows) == 8 and {row["student"] for row in rows} == {"anna", "'=bob"}
    for row in rows:
        own = {
            one.name: one for one in variant(int(row["lesson"]), f"autumn, {row['student'].strip(chr(39))}")
        }
        assert float(row["key"]) == own[row["exercise"]].key and row["question"] == own[row["exercise"]].text


def test_what_a_teacher_has_changed_is_kept(tmp_path):
    assign("nbgrader", tmp_path, numbers=(0,), tell=quiet)
    config = tmp_path / "nbgrader_config.py"
    config.write_text("mine")
    said = []
    assert assign("nbgrader", tmp_path, numbers=(0,), tell=said.append) == []
    assert config.read_text() == "mine" and all("kept as it is; delete it" in words for words in said)


def test_no_solutions_and_no_place_are_told(tmp_path):
    with pytest.raises(WorkspaceError, match="made from the folder solutions"):
        assign("nbgrader", tmp_path, root=tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="could not be written"):
        assign("nbgrader", tmp_path / "file", numbers=(0,), tell=quiet)


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(ensuring, "ensure", lambda *extras: None)
    names = tmp_path / "names.txt"
    names.write_text("anna\n\n bob \n")
    words = ["4", "--assign", "nbgrader", str(tmp_path / "c"), "--seed", "s", "--students", str(names)]
    assert opening.main(words) == 0
    assert "lesson_04" in capsys.readouterr().out and "bob" in (tmp_path / "c" / "key.csv").read_text()
    assert (
        json.loads(next((tmp_path / "c").rglob("*.ipynb")).read_text())["metadata"]["annolib"]["lesson"] == 4
    )
    with pytest.raises(SystemExit, match="nbgrader or otter"):
        opening.main(["--assign", "moodle", str(tmp_path)])
    with pytest.raises(SystemExit, match="list of names"):
        opening.main([*words[:-1], str(tmp_path / "none.txt")])
