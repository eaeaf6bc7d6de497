"""The solutions are accepted, and so is each other right answer, which then must let its lesson run to the end."""

import copy
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from annolib.course.checking.checks import ATTEMPTED, RIGHT, adapted, judge
from annolib.course.definitions import VALUE, Property, load_definition
from annolib.course.notebook.lesson import Lesson
from annolib.course.notebook_files import notebooks, read
from tests.course.running import run_solutions

ANSWERS = Path(__file__).parent / "answers"
SOURCES = notebooks("solutions")
MOST = 4  # runs of a lesson


class Answered(Lesson):
    """A lesson that goes on with an answer of the tests in place of what the cells define; on its first turn it checks that too."""

    def __init__(self, definition, answers, turn):
        super().__init__(definition)
        self._answers, self._turn = answers, turn
        self.solved = {}

    def check(self, name, answer):
        if self._turn == 0:
            super().check(name, answer)
            self.solved[name] = self._states[name]
        right = self._answers[name]["right"]
        return super().check(name, right[self._turn % len(right)])


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_the_solutions_and_every_right_answer_let_their_lesson_run_to_the_end(source, load_file):
    definition = load_definition(int(source.name[:2]))
    answers = load_file(ANSWERS / f"answers_{source.name[:2]}.py").ANSWERS
    names = [exercise.name for exercise in definition.exercises]
    accepted = dict.fromkeys(names, RIGHT)
    wanted = accepted | {rubric.name: ATTEMPTED for rubric in definition.rubrics}
    notebook = read(source)
    rounds = max(len(answers[name]["right"]) for name in names)
    for turn in range(min(rounds, MOST)):
        lesson = Answered(definition, answers, turn)
        assert run_solutions(notebook, lesson) == wanted, turn
        assert turn or lesson.solved == accepted


def entry_by_entry(change):
    """A change of single results, done to each entry where a tuple is returned."""
    return lambda value: tuple(map(change, value)) if isinstance(value, tuple) else change(value)


def flat(value):
    return isinstance(value, np.ndarray) and value.ndim == 1


def number(value):
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


SORTS = {  # what a learner may return in place of what the course's own answer returns
    "a list": entry_by_entry(lambda value: value.tolist() if isinstance(value, np.ndarray) else value),
    "a tuple": entry_by_entry(lambda value: tuple(value) if flat(value) else value),
    "a Series": entry_by_entry(lambda value: pd.Series(value) if flat(value) else value),
    "a float": entry_by_entry(lambda value: float(value) if number(value) else value),
    "an array of no dimension": entry_by_entry(lambda value: np.array(value) if number(value) else value),
    "a list for a tuple": lambda value: list(value) if isinstance(value, tuple) else value,
    "a tuple for a list": lambda value: tuple(value) if isinstance(value, list) else value,
    "an array for a list": lambda value: np.array(value) if isinstance(value, list) else value,
}


def sort_of(value):
    """What later cells rely on: the kind of number, array or container, entry by entry."""
    if isinstance(value, (list, tuple)):
        return type(value).__name__, *map(sort_of, value)
    if isinstance(value, dict):
        return {key: sort_of(one) for key, one in value.items()}
    if number(value):
        return "whole" if isinstance(value, (int, np.integer)) else "number"
    return f"array of {value.ndim}" if isinstance(value, np.ndarray) else type(value).__name__


def recorded(function, cases):
    """`function` on these cases, computed once."""
    known = {pickle.dumps(case.arguments): function(*copy.deepcopy(case.arguments)) for case in cases}
    return lambda *arguments: copy.deepcopy(known[pickle.dumps(arguments)])


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_whatever_sort_a_right_answer_gives_later_cells_get_the_sort_they_were_written_for(source):
    for exercise in load_definition(int(source.name[:2])).exercises:
        if exercise.kind == VALUE:
            continue  # a dictionary of numbers: no other sort is accepted
        assert exercise.cases, f"without a case nothing is known of the sort that {exercise.name} gives"
        reference = recorded(exercise.reference, exercise.cases)
        oracle = recorded(exercise.oracle, exercise.cases) if exercise.oracle else None
        holds = () if oracle else (Property("is tried elsewhere", lambda f: True),)
        quick = replace(exercise, reference=reference, oracle=oracle, mistakes=(), properties=holds)
        values = [reference(*case.arguments) for case in exercise.cases]
        for name, change in SORTS.items():
            if all(change(value) is value for value in values):
                continue
            answer = lambda *given, one=reference, change=change: change(one(*given))  # noqa: E731
            outcome = judge(quick, answer)
            if outcome.state == RIGHT:
                kept = adapted(quick, answer) if outcome.adapted else answer
                found = [sort_of(kept(*case.arguments)) for case in exercise.cases]
                assert found == list(map(sort_of, values)), (exercise.name, name)
