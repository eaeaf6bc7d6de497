"""The pages of an assignment: a lesson's cells in the roles that a grader gives them, whichever grader it is.

The cells come from a solved source notebook. What a learner fills in is kept between marks that the grader's own
release step takes out; the cells that show solutions are left out.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

import nbformat

from annolib.course.authoring.build import lesson_from
from annolib.course.definitions import load_definition
from annolib.course.notebook_files import is_lesson_call, lesson_calls, source_of, tags_of
from annolib.course.variants import variant

PLAIN, SETUP, EXERCISE, RUBRIC, TEST, NAME = "plain", "setup", "exercise", "rubric", "test", "name"

OWN_TITLE = """## Numbers of your own

Everybody gets the same questions with other numbers.
Write your name for the course in the next cell; the cell after it shows your questions.
Your functions from above answer them."""


@dataclass(frozen=True)
class Page:
    """One cell of an assignment.

    Attributes
    ----------
    role : str
        One of the constants of this module.
    cell : nbformat.NotebookNode
        With the source as the learner gets it.
    name : str
        The exercise that it belongs to.
    points : float
    solved : str
        For what a learner fills in: the source with the solution between `{begin}` and `{end}`.
    """

    role: str
    cell: object
    name: str = ""
    points: float = 0.0
    solved: str = ""


def pages_of(source, number, seed=None):
    """The cells of the assignment on lesson `number`.

    Parameters
    ----------
    source : nbformat.NotebookNode
        The solved notebook.
    number : int
    seed : str, optional
        With it, the assignment asks the lesson's questions with numbers of the student's own.

    Returns
    -------
    list of Page
    """
    definition = load_definition(number)
    given, kept = lesson_from(source), [cell for cell in source.cells if "instructor" not in tags_of(cell)]
    pages = []
    for cell, solved in zip(given.cells, kept, strict=True):
        pages += _pages(cell, source_of(solved), definition)
    return pages + (_own_numbers(definition, seed) if seed is not None and definition.variants else [])


def with_marks(source, begin, end):
    """A solved exercise cell with its answer between the lines `begin` and `end`, indented as the answer is.

    >>> print(with_marks("n = 3", "BEGIN", "END"))
    n = (
        BEGIN
        3
        END
    )
    >>> print(with_marks('def half(x):\\n    "One half."\\n    return x / 2', "BEGIN", "END"))
    def half(x):
        "One half."
        BEGIN
        return x / 2
        END
    """
    lines = source.splitlines()
    for statement in reversed(ast.parse(source).body):
        value = getattr(statement, "value", None)
        if is_lesson_call(value, "check", "rubric"):
            continue
        if isinstance(statement, ast.FunctionDef):
            first, pad = statement.body[1].lineno, " " * statement.body[1].col_offset
            lines[first - 1 : statement.end_lineno] = [
                pad + begin,
                *lines[first - 1 : statement.end_lineno],
                pad + end,
            ]
        else:
            pad, answer = "    ", ast.get_source_segment(source, value)
            opening, closing = f"{statement.targets[0].id} = (", ")"
            marked = [opening, pad + begin, *(pad + answer).splitlines(), pad + end, closing]
            lines[statement.lineno - 1 : statement.end_lineno] = marked
    return "\n".join(lines)


def test_source(number, name, points):
    """The code of a test cell."""
    count = f"{points:g} point{'s' * (points != 1)}"
    return f"# {count} where the check of {name} says: Right\nimport annolib\n\nannolib.course.require({number}, {name!r})"


def _pages(cell, solved, definition):
    source = source_of(cell)
    if cell.cell_type != "code":
        return [Page(PLAIN, cell)]
    if "lesson = al.course.Lesson(" in source:
        cell.source = source.replace(
            f"Lesson({definition.number})", f"Lesson({definition.number}, grading=True)"
        )
        return [Page(SETUP, cell)]
    if lesson_calls(source, "solution"):
        return []
    checked, marked = lesson_calls(source, "check"), lesson_calls(source, "rubric")
    if "exercise" not in tags_of(cell) or not (checked or marked):
        return [Page(PLAIN, cell)]
    if marked:
        points = definition.rubric(marked[0]).points
        return [Page(RUBRIC, cell, marked[0], points, solved)]
    points = definition.exercise(checked[0]).points
    test = _code(test_source(definition.number, checked[0], points), f"test-{checked[0].replace('_', '-')}")
    return [Page(EXERCISE, cell, checked[0], 0.0, solved), Page(TEST, test, checked[0], points)]


def _own_numbers(definition, seed):
    number = definition.number
    ask = f"from annolib.course.grading.requiring import own_seed\n\nlesson.variant(own_seed({seed!r}, student))"
    pages = [
        Page(PLAIN, nbformat.v4.new_markdown_cell(OWN_TITLE, id="own-title")),
        Page(NAME, _code('student = ""', "own-student"), "student", 0.0, 'student = "example"'),
        Page(SETUP, _code(ask, "own-questions")),
    ]
    for one in variant(number, own_example(seed)):
        dashed = one.name.replace("_", "-")
        check = f'{one.name} = lesson.check("{one.name}", {one.name})'
        cell = _code(f"{one.name} = ...\n{check}", dashed)
        solved = f"{one.name} = {one.key!r}\n{check}"
        test = _code(test_source(number, one.name, one.points), f"test-{dashed}")
        pages += [Page(EXERCISE, cell, one.name, 0.0, solved), Page(TEST, test, one.name, one.points)]
    return pages


def own_example(seed):
    """The seed of the solved example's numbers."""
    return f"{seed}, example"


def _code(source, name):
    return nbformat.v4.new_code_cell(source, id=name[:64])
