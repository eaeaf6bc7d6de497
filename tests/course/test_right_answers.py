"""The solutions are accepted, and so is each other right answer, which then must let its lesson run to the end."""

import copy
import pickle
from collections import OrderedDict, UserDict, defaultdict
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from annolib.course.checking.checks import ATTEMPTED, NOT_RIGHT, RIGHT, adapted, judge
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


DICTS = {  # and what for a dict of numbers
    "an OrderedDict": OrderedDict,
    "a dict with a default": lambda value: defaultdict(int, value),
    "numbers of numpy": lambda value: {key: np.asarray(one)[()] for key, one in value.items()},
    "floats": lambda value: {key: float(one) for key, one in value.items()},
    "arrays of no dimension": lambda value: {key: np.array(one) for key, one in value.items()},
    "texts of numpy": lambda value: {np.str_(key): one for key, one in value.items()},
    "a Series": pd.Series,
    "a Series of objects": lambda value: pd.Series(value, dtype=object),
    "a Mapping": MappingProxyType,
    "a UserDict": UserDict,
}
NO_DICTS = {  # these say nothing of what is what, or are no numbers
    "pairs": lambda value: list(value.items()),
    "numbers": lambda value: list(value.values()),
    "an array": lambda value: np.array(list(value.values())),
    "a Series without names": lambda value: pd.Series(list(value.values())),
    "a table": lambda value: pd.DataFrame([value]),
    "names in capitals": lambda value: {key.upper(): one for key, one in value.items()},
    "texts": lambda value: {key: str(one) for key, one in value.items()},
    "lists": lambda value: {key: [one] for key, one in value.items()},
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
            continue  # see the next test
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


@pytest.mark.parametrize("number", [7, 13])
def test_whatever_sort_of_dict_is_right_later_cells_get_a_dict_of_numbers_and_another_one_is_told_why_not(
    number,
):
    (exercise,) = [one for one in load_definition(number).exercises if one.kind == VALUE]
    value = exercise.reference()
    for name, change in DICTS.items():
        answer = change(value)
        outcome = judge(exercise, answer)
        assert outcome.state == RIGHT, (name, outcome.details)
        kept = adapted(exercise, answer) if outcome.adapted else answer
        assert isinstance(kept, dict) and kept == value, name
        assert set(map(type, kept)) <= {str, np.str_} and sort_of(kept) == sort_of(value), name
    for name, change in NO_DICTS.items():
        outcome = judge(exercise, change(value))
        told = " ".join(outcome.details)
        clear = ("hole numbers", "Give a dict of", "Give a dict with")
        assert outcome.state == NOT_RIGHT and any(words in told for words in clear), (name, told)


def test_no_other_lesson_asks_for_a_value():
    asks = [
        int(path.name[:2])
        for path in SOURCES
        for one in load_definition(int(path.name[:2])).exercises
        if one.kind == VALUE
    ]
    assert asks == [7, 13]
