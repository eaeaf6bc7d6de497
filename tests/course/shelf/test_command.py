"""The commands of the shelf: what they write, and what they say where there is nothing to write."""

import argparse
import subprocess
import sys

import nbformat
import pytest

from annolib.course.notebook_files import ROOT
from annolib.course.shelf import command


@pytest.fixture
def options(tmp_path):
    empty = {"slides": False, "exam": None, "homework": None, "shelf": False, "seed": "1", "numbers": []}
    return lambda **given: argparse.Namespace(**{**empty, "output": str(tmp_path / "out"), **given})


def test_slides_are_a_page_and_a_notebook(options, tmp_path, capsys):
    assert command.work(options(slides=True, numbers=[4]), ROOT) == 0
    assert "04_measure_effort.html: " in capsys.readouterr().out
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {"04_measure_effort.html", "04_measure_effort.slides.ipynb"}
    made = nbformat.read(tmp_path / "out" / "04_measure_effort.slides.ipynb", as_version=4)
    assert made.cells[0].metadata.slideshow.slide_type == "slide"
    page = (tmp_path / "out" / "04_measure_effort.html").read_text(encoding="utf-8")
    assert "<title>04 Measure effort by self-consistency</title>" in page
    assert command.work(options(slides=True, numbers=[77]), ROOT) == 1
    assert "no source notebook" in capsys.readouterr().out


def test_papers_and_their_keys(options, tmp_path, capsys):
    assert command.work(options(exam=1, seed="autumn, anna"), ROOT) == 0
    assert command.work(options(homework=5), ROOT) == 0
    assert "20 questions, 60 points" in capsys.readouterr().out
    files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()}
    stems = ("exam_1_autumn-anna", "homework_05_1")
    assert set(files) == {f"{stem}{end}.md" for stem in stems for end in ("", "_key")}
    assert files["exam_1_autumn-anna.md"].startswith("# Trust the Label: exam 1\n\n90 minutes, 60 points.")
    assert files["exam_1_autumn-anna_key.md"].startswith("# Key: ")
    for number in (0, 77):
        assert command.work(options(homework=number), ROOT) == 1
    assert "has no questions with numbers" in capsys.readouterr().out


def test_the_shelf_is_fresh(options, capsys):
    assert command.work(options(shelf=True), ROOT) == 0
    assert capsys.readouterr().out == "0 pages have new tables.\n"


def test_the_command_line_knows_them(tmp_path):
    run = [sys.executable, "solutions", "--exam", "1", "--seed", "a", "-o", str(tmp_path)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and (tmp_path / "exam_1_a_key.md").is_file(), done.stderr
    wrong = subprocess.run([*run[:3], "3"], cwd=ROOT, capture_output=True, text=True)
    assert wrong.returncode == 2 and "choose from 1, 2" in wrong.stderr.replace("'", "")
