"""Every lesson on disk: generated from its source, keeping the rules, and unsolved as the learner gets it."""

import nbformat
import pytest

from annolib.course import Lesson
from annolib.course.authoring.build import lesson_text
from annolib.course.authoring.lint import lint_file
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


# What the 20-minute path of a lesson lists: its sections, by the start of their headings; "2. |" is 2 up to its first ###.
SHORT_PATHS = {
    "03": ("1.", "3.", "4."),
    "05": ("1.", "2.", "3."),
    "06": ("1.", "2.", "3."),
    "08": ("2.", "3.", "4.", "5."),
    "09": ("1.", "2.", "3."),
    "10": ("1.", "4."),
    "11": ("1.", "3.", "4."),
    "12": ("1.", "4."),
    "13": ("1.", "4."),
}


@pytest.mark.parametrize("lesson", [path for path in LESSONS if path.name[:2] in SHORT_PATHS], ids=name_of)
def test_the_short_path_runs_without_the_sections_it_skips(lesson, capsys):
    names, listed, section = {}, SHORT_PATHS[lesson.name[:2]], "Setup"
    for cell in nbformat.read(lesson, as_version=4).cells:
        headings = [line for line in cell.source.splitlines() if line.startswith("## ")]
        if cell.cell_type == "markdown":
            section = headings[-1][3:] + " |" if headings else section
            if "### " in cell.source:
                section = section.removesuffix(" |")
        elif _on(section, ("Setup", *listed)) and "widget" not in cell.metadata.get("tags", []):
            exec(compile(cell.source, lesson.name, "exec"), names)
    assert "✗" not in capsys.readouterr().out


def _on(section, listed):
    return any(
        section.startswith(one.removesuffix(" |")) and (not one.endswith("|") or section.endswith("|"))
        for one in listed
    )
