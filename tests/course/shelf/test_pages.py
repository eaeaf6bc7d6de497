"""The teachers' pages: computed parts are fresh, every lesson has its page, examples run, links lead somewhere."""

import doctest
import re

import pytest

from annolib.course.definitions import load_definition
from annolib.course.notebook_files import ROOT, notebooks
from annolib.course.shelf import pages

SHELF = ROOT / pages.FOLDER
TEXTS = sorted(SHELF.glob("*.md"))
IDS = [path.stem for path in TEXTS]
NUMBERS = [int(path.name[:2]) for path in notebooks("solutions")]


@pytest.mark.parametrize("path", pages.with_computed_parts(), ids=lambda path: path.stem)
def test_computed_parts_are_what_the_command_makes(path):
    text = path.read_text(encoding="utf-8")
    assert pages.refreshed(text) == text, "make it anew: python3 solutions --shelf"


@pytest.mark.parametrize("number", NUMBERS)
def test_every_lesson_has_its_page(number):
    text = (SHELF / f"lesson_{number:02d}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# Teach {number:02d}: {load_definition(number).title}\n\n")
    headings = re.findall(r"(?m)^## (.+)", text)
    wanted = ["Open with", "The plan, by minutes", "On the board", "What learners get wrong, and what to say"]
    wanted += ["Ask the room", "What is argued, and a good answer"]
    assert headings[:6] == wanted
    for name in ("minutes", "mistakes", "answers"):
        assert f"<!-- made: {name} {number} -->" in text
    board = text.partition("## On the board\n")[2].partition("\n## ")[0].partition("<!-- made")[0]
    assert len(re.findall(r"(?m)^\d+\. ", board)) >= 3
    asked = text.partition("## Ask the room\n")[2].partition("\n## ")[0]
    assert len(re.findall(r"(?m)^- \*.+\?\* \S", asked)) >= 3


def test_the_pages_are_those_of_the_lessons_and_no_others():
    assert {path.stem for path in TEXTS} >= {"syllabus", "exams", "bridge"}
    pages_of = {int(path.stem[-2:]) for path in TEXTS if path.stem.startswith("lesson_")}
    assert pages_of == set(NUMBERS)


@pytest.mark.parametrize("path", TEXTS, ids=IDS)
def test_links_lead_somewhere_and_code_is_no_wider_than_a_page(path):
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#\s]+)\)", text):
        assert (path.parent / link).is_file(), link
    for block in re.findall(r"(?ms)^```\w*\n(.*?)^```", text):
        assert max(map(len, block.splitlines())) <= 92


def test_the_examples_of_the_bridge_run():
    done = doctest.testfile(str(SHELF / "bridge.md"), module_relative=False)
    assert done.failed == 0 and done.attempted >= 40


def test_what_is_written_by_hand_stays():
    page = "# A\n\nMine.\n\n<!-- made: numbers 5 -->\nstale words\n<!-- end -->\n\nMine too.\n"
    fresh = pages.refreshed(page)
    assert fresh.startswith("# A\n\nMine.\n\n<!-- made: numbers 5 -->\n\n`python3 solutions --homework 5")
    assert fresh.endswith("\n\n<!-- end -->\n\nMine too.\n") and "stale" not in fresh
    assert pages.refreshed(fresh) == fresh


def test_marks_without_a_maker_or_an_end_are_told():
    with pytest.raises(ValueError, match="Nothing makes 'coffee'; there are minutes, board"):
        pages.refreshed("<!-- made: coffee -->\n<!-- end -->")
    with pytest.raises(ValueError, match="has no line <!-- end -->"):
        pages.refreshed("<!-- made: routes -->\n")


def test_refresh_writes_only_what_changed(tmp_path):
    folder = tmp_path / pages.FOLDER
    folder.mkdir(parents=True)
    (tmp_path / "README.md").write_text("<!-- made: numbers 5 -->\n<!-- end -->\n", encoding="utf-8")
    (folder / "plain.md").write_text("No marks.\n", encoding="utf-8")
    assert pages.refresh(tmp_path) == [tmp_path / "README.md"]
    assert pages.refresh(tmp_path) == []
