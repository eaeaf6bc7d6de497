"""A check that accepts must keep the page alive: each right answer is put into its lesson, which runs to its end."""

from pathlib import Path

import pytest

from annolib.course.checking.checks import RIGHT
from annolib.course.definitions import load_definition
from annolib.course.notebook.lesson import Lesson
from annolib.course.notebook_files import notebooks, read
from tests.course.running import run_solutions

ANSWERS = Path(__file__).parent / "answers"
SOURCES = notebooks("solutions")
MOST = 4  # runs of a lesson


class Answered(Lesson):
    """A lesson that is given the answers of the tests in place of what the cells define."""

    def __init__(self, definition, answers, turn):
        super().__init__(definition)
        self._answers, self._turn = answers, turn

    def check(self, name, answer):
        right = self._answers[name]["right"]
        return super().check(name, right[self._turn % len(right)])


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_right_answer_lets_its_lesson_run_to_the_end(source, load_file):
    definition = load_definition(int(source.name[:2]))
    answers = load_file(ANSWERS / f"answers_{source.name[:2]}.py").ANSWERS
    notebook = read(source)
    rounds = max(len(answers[exercise.name]["right"]) for exercise in definition.exercises)
    for turn in range(min(rounds, MOST)):
        states = run_solutions(notebook, Answered(definition, answers, turn))
        assert {name: states[name] for name in answers} == dict.fromkeys(answers, RIGHT), turn
