"""Every lesson on disk: generated from its source, keeping the rules, and unsolved as the learner gets it."""

import nbformat
import pytest

from annolib.course import Lesson
from annolib.course.authoring.build import lesson_text
from annolib.course.authoring.lint import lint_file
from annolib.course.authoring.lint.page import page_from
from annolib.course.authoring.lint.paths import path_of
from annolib.course.checking.checks import NOT_ATTEMPTED
from annolib.course.notebook_files import ROOT, exercises_of, notebooks, read

SOURCES, LESSONS = notebooks("solutions"), notebooks("lessons")


def name_of(path):
    return path.name


def test_there_are_lessons_and_each_has_its_source():
    assert SOURCES, "no notebook in solutions: nothing would be tested"
    assert list(map(name_of, LESSONS)) == list(map(name_of, SOURCES)), "fix: python3 solutions"


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_the_lesson_on_disk_is_what_its_source_stands_for(source):
    stored = (ROOT / "lessons" / source.name).read_bytes()
    assert stored == lesson_text(source).encode(), "fix: python3 solutions"


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_the_source_keeps_the_rules(source):
    assert [str(finding) for finding in lint_file(source)] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=name_of)
def test_no_exercise_of_the_lesson_is_solved(lesson, monkeypatch):
    """Its exercise cells, run alone and in reverse order, are all not attempted."""
    helper = Lesson(int(lesson.name[:2]))
    cells = [
        cell
        for cell in nbformat.read(lesson, as_version=4).cells
        if "exercise" in cell.metadata.get("tags", [])
    ]
    for cell in reversed(cells):
        exec(compile(cell.source, lesson.name, "exec"), {"lesson": helper})
    assert set(helper._states) == set(exercises_of(read(lesson)))
    assert set(helper._states.values()) <= {NOT_ATTEMPTED}


@pytest.mark.parametrize("lesson", LESSONS, ids=name_of)
def test_the_short_path_runs_in_a_fresh_kernel(lesson, capsys):
    """The cells that somebody on the path runs, and no other, with nothing solved."""
    names, path = {}, path_of(page_from(nbformat.read(lesson, as_version=4)))
    if path is None:
        return
    for cell in path.cells:
        if cell.kind == "code":
            exec(compile(cell.source, lesson.name, "exec"), names)
    assert "✗" not in capsys.readouterr().out
