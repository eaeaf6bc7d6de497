"""Nothing of the answers stands in the lesson that the learner gets."""

from __future__ import annotations

import ast
import re
from numbers import Real

import numpy as np

from annolib.course.checking.checks import expected_values
from annolib.course.notebook_files import source_of

SHORTEST = 15  # characters without spaces, `return` and `name =`; shorter lines give nothing away


def no_solution_line(page):
    """No line of a solved body stands anywhere in the lesson; short ones (below 15 characters) may."""
    if page.lesson is None:
        return
    text = _squeezed("\n".join(source_of(cell) for cell in page.lesson.cells) + _stored_text(page.lesson))
    for cell in page.tagged("exercise"):
        for line in _body_lines(cell.source):
            meat = _squeezed(re.sub(r"^\s*(return\b|\w+ *=(?!=))", "", line))
            if len(meat) >= SHORTEST and meat in text:
                yield cell.number, f"This line of the solution stands in the lesson: {line.strip()!r}."


def no_expected_value(page):
    """No number with 4 digits and more that an oracle gives, or a value exercise holds, stands in the lesson."""
    if page.lesson is None or page.definition is None:
        return
    text = "\n".join(source_of(cell) for cell in page.lesson.cells) + _stored_text(page.lesson)
    tokens = {token for token in re.findall(r"\d*\.\d+|\d+", text.replace(",", "")) if _digits(token) >= 4}
    for exercise in page.definition.exercises:
        for value in _numbers(expected_values(exercise)):
            for token in tokens:
                decimals = len(token.partition(".")[2])
                if _digits(f"{abs(value):.6g}") >= 4 and f"{abs(value):.{decimals}f}".lstrip(
                    "0"
                ) == token.lstrip("0"):
                    yield 0, f"The expected value {token} of {exercise.name!r} stands in the lesson."


def _body_lines(source):
    """The source lines of the answers: bodies after the docstring, and texts given to lesson.rubric.

    A statement on several lines is one line; of its parts those count in which every bracket is closed.

    >>> list(_body_lines('def f(x):\\n    "What it does."\\n    return max(\\n        x * x,\\n        1)'))
    ['        x * x,', 'return max( x * x, 1)']
    """
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            for statement in body:
                yield from filter(_closed, lines[statement.lineno - 1 : statement.end_lineno])
                for part in ast.walk(statement):
                    if (
                        isinstance(part, ast.stmt)
                        and not hasattr(part, "body")
                        and part.end_lineno > part.lineno
                    ):
                        yield " ".join(map(str.strip, lines[part.lineno - 1 : part.end_lineno]))
        if isinstance(node, ast.keyword) and node.arg == "answer" and isinstance(node.value, ast.Constant):
            yield from str(node.value.value).splitlines()


def _closed(line):
    return all(line.count(left) == line.count(right) for left, right in ("()", "[]", "{}"))


def _stored_text(lesson):
    outputs = [output for cell in lesson.cells for output in cell.get("outputs", ())]
    texts = [
        text for output in outputs for text in (output.get("text", ""), *output.get("data", {}).values())
    ]
    return "\n".join(texts)


def _numbers(value):
    if isinstance(value, (bool, np.bool_, str)) or value is None:
        return
    if isinstance(value, Real):
        if np.isfinite(value):
            yield float(value)
    elif isinstance(value, dict):
        yield from _numbers(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _numbers(each)
    elif hasattr(value, "to_numpy") or isinstance(value, np.ndarray):
        yield from _numbers(np.asarray(value).ravel().tolist())


def _digits(number):
    return len(number.replace(".", "").lstrip("0").rstrip("0"))


def _squeezed(text):
    return re.sub(r"\s+", "", re.sub(r"(?m)#.*$", "", text))


RULES = (no_solution_line, no_expected_value)
