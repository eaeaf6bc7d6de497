"""Graded work: names keep what the student wrote, and the cells in between go on with the course's own answer.

Before each cell the course's answer stands in for every exercise that is not right; after the cell the student's own
object is back under its name. A cell that tests sees the student's objects: one with an `assert`, or one that asks for
outcomes or calls `grader.check`. The stand-in is a function of its own, and cannot be handed in as an answer.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager

from annolib.course.checking.checks import NOT_RIGHT, RIGHT, Outcome
from annolib.course.definitions import VALUE
from annolib.course.notebook.broken_cells import CellWatch, checks_in
from annolib.course.notebook_files import is_lesson_call

_judging = []  # names of the exercises whose answers are being tried
_ASKING = ("outcomes", "require")


class StandIn:
    """The course's answer to one exercise, to be called by later cells and by nothing that is handed in."""

    def __init__(self, exercise):
        def answer(*arguments, **named):
            if exercise.name in _judging:
                raise RuntimeError(f"{exercise.name} stands for the course's own answer here: write your own")
            return exercise.reference(*arguments, **named)

        self._answer, self.__name__ = answer, exercise.name

    def __call__(self, *arguments, **named):
        return self._answer(*arguments, **named)

    def __repr__(self):
        return f"<the course's answer in place of {self.__name__}>"


@contextmanager
def judging(name):
    """While an answer to exercise `name` is tried, its stand-in refuses to work."""
    _judging.append(name)
    try:
        yield
    finally:
        _judging.remove(name)


def is_the_courses(exercise, answer):
    """Whether an answer is not the learner's: the reference that a check handed back, or a stand-in."""
    return isinstance(answer, StandIn) or (exercise.kind != VALUE and answer is exercise.reference)


def stand_in(shell, lesson):
    """Let the course's answers stand in, cell by cell, in an IPython shell; without one, nothing is done."""
    _Swap.start(shell, lesson)


def tests_names(source):
    """Whether a cell tests the student's objects.

    >>> tests_names("assert f(2) == 4"), tests_names("print(f(2))")
    (True, False)
    """
    nodes = [node for statement in _statements(source) for node in ast.walk(statement)]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    asked = any(getattr(call, "attr", getattr(call, "id", "")) in _ASKING for call in calls)
    otter = any(
        isinstance(call, ast.Attribute) and ast.unparse(call).startswith("grader.check") for call in calls
    )
    return asked or otter or any(isinstance(node, ast.Assert) for node in nodes)


def uses(source, name):
    """Whether a cell reads what stands under a name before the cell: not an attribute, nor what it wrote there itself.

    To hand the name in, `lesson.check("pay", pay)`, is no use of it.

    >>> uses("print(pay)", "pay"), uses("print(deal.pay)", "pay"), uses("pay = 3\\nprint(pay)", "pay")
    (True, False, False)
    """
    for statement in _statements(source):
        nodes = list(ast.walk(statement))
        handed = [one for node in nodes if is_lesson_call(node, "check") for one in node.args]
        read = (node for node in nodes if isinstance(node, ast.Name) and node.id == name)
        if any(isinstance(node.ctx, ast.Load) and node not in handed for node in read):
            return True
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        if any(isinstance(node, ast.Name) and node.id == name for node in targets):
            return False
    return False


def _statements(source):
    """The statements of a cell; none where it is no Python."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return []


class _Swap(CellWatch):
    """Holds what stands under the names in the meantime."""

    def __init__(self, shell, lesson):
        self.own, self.put = {}, {}
        super().__init__(shell, lesson)

    def before(self, info):
        source = info.raw_cell or ""
        self.put, self.tries = {}, self._tries()
        if tests_names(source):
            return
        names, states = self.shell.user_ns, self.lesson.record.states()
        for exercise in self.lesson.definition.exercises:
            name = exercise.name
            untouched = name in names and name not in states
            if untouched or states.get(name) == RIGHT:
                continue
            if exercise.kind == VALUE and not uses(source, name):
                continue
            if name in names:
                self.own[name] = names[name]
            self.put[name] = names[name] = self._answer(exercise)

    def after(self, result):
        names = self.shell.user_ns
        for name, answer in self.put.items():
            if names.get(name) is answer:
                if name in self.own:
                    names[name] = self.own[name]
                else:
                    del names[name]
        self.put = {}
        super().after(result)

    def _answer(self, exercise):
        if exercise.kind != VALUE:
            return StandIn(exercise)
        self.lesson.shown.add(exercise.name)
        return exercise.reference()

    def broke_off(self, source, error):
        """A cell that failed before its check was reached is an attempt that is not right."""
        asked = checks_in(source)
        for exercise in self.lesson.definition.exercises:
            if exercise.name in asked and self._tries().get(exercise.name) == self.tries.get(exercise.name):
                words = f"The cell of {exercise.name} raised {type(error).__name__} before its check."
                self.lesson.record.add(Outcome(exercise.name, NOT_RIGHT, (words,)))

    def _tries(self):
        return {score.exercise: (score.tries, score.state) for score in self.lesson.outcomes()}
