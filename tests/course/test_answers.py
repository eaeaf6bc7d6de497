"""Every check of every lesson is tried: other right answers than the solution's, at least three wrong ones; `test_right_answers` has the solution."""

import sys
from pathlib import Path

import pytest

from annolib.course.checking.checks import ATTEMPTED, RIGHT
from annolib.course.checking.try_answers import try_answers
from annolib.course.definitions import load_definition
from annolib.course.notebook.lesson import Lesson
from annolib.course.notebook_files import notebooks
from tests.course.running import run_solutions

CHECKS = "checks of exercises"
ANSWERS = Path(__file__).parent / "answers"
SOURCES = notebooks("solutions")
LESSONS = [int(path.name[:2]) for path in SOURCES]
EXERCISES = [(number, exercise.name) for number in LESSONS for exercise in load_definition(number).exercises]


def try_lesson_exercise(definition, answers, name):
    entry = answers.get(name)
    assert entry, f"tests/course/answers has nothing for {name!r} of lesson {definition.number}"
    return try_answers(definition.exercise(name), entry["right"], entry["wrong"])


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_the_check_of_an_exercise(number, name, load_file, record_property):
    answers = load_file(ANSWERS / f"answers_{number:02d}.py").ANSWERS
    tried = try_lesson_exercise(load_definition(number), answers, name)
    record_property(CHECKS, (1, tried.right + 1, tried.wrong))  # and the solution


def test_no_answers_are_left_over(load_file):
    for path in ANSWERS.glob("answers_*.py"):
        known = {name for number, name in EXERCISES if path.stem == f"answers_{number:02d}"}
        assert not known or set(load_file(path).ANSWERS) == known, path.name


def test_the_template_for_authors_works(demo, load_file):
    answers = load_file(Path(__file__).parent / "demo" / "answers_99.py").ANSWERS
    tried = [try_lesson_exercise(demo.LESSON, answers, name) for name in answers]
    assert [(one.exercise, one.right, one.wrong) for one in tried] == [
        ("agreement", 1, 4),
        ("all_agree", 1, 3),
        ("fewest", 1, 3),
    ]
    with pytest.raises(AssertionError, match="has nothing for 'agreement' of lesson 99"):
        try_lesson_exercise(demo.LESSON, {}, "agreement")


def test_the_solutions_of_the_demonstration_are_accepted(demo, demo_source):
    states = run_solutions(demo_source(), Lesson(99))
    assert states == {"agreement": RIGHT, "all_agree": RIGHT, "fewest": RIGHT, "verdict": ATTEMPTED}
    broken = demo_source()
    for cell in broken.cells:
        cell.source = cell.source.replace("other * other", "other")
    assert run_solutions(broken, Lesson(99))["agreement"] != RIGHT
    assert "annolib.course.lessons.lesson_99" in sys.modules
