"""From a solved cell to what the learner gets: the same signature and docstring, `...` for the answer.

Each function is pure text in, text out, and refuses what it cannot turn safely.
"""

from __future__ import annotations

import ast
import re

from annolib.course.notebook_files import is_lesson_call


class BuildError(ValueError):
    """A source cell cannot be turned into a lesson cell; the message says what to write instead."""


def exercise_stub(source):
    """The exercise cell without its answers.

    Functions keep signature and docstring, `name = value` becomes `name = ...`, calls of
    `lesson.check` stay, the answer in `lesson.rubric` becomes `...`. Comments stay if they start in
    the first column.

    Raises
    ------
    BuildError
        If the cell holds anything else, or a function without a docstring.

    Examples
    --------
    >>> print(exercise_stub('def half(x):\\n    "One half of x."\\n    return x / 2\\nhalf = lesson.check("half", half)'))
    def half(x):
        "One half of x."
        ...
    half = lesson.check("half", half)
    """
    lines, kept, cursor = source.splitlines(), [], 0
    for statement in _parse(source).body:
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
        if first <= cursor:
            raise BuildError("An exercise cell has two statements on one line; give each its own.")
        kept += _first_column(lines[cursor : first - 1])
        kept += _without_answer(source, lines, first, statement)
        cursor = statement.end_lineno
    return "\n".join([*kept, *_first_column(lines[cursor:])]).rstrip()


def predict_stub(source):
    """The cell with `...` in place of the guess in each `lesson.predict(question, guess, …)`.

    >>> predict_stub('guess = lesson.predict("How many?", 80, unit="%")')
    'guess = lesson.predict("How many?", ..., unit="%")'
    """
    calls = [node for node in ast.walk(_parse(source)) if is_lesson_call(node, "predict")]
    if not calls:
        raise BuildError('A cell tagged "predict" has no call of lesson.predict(question, guess, …).')
    for call in sorted(calls, key=lambda node: node.lineno, reverse=True):
        source = _replaced(source, _argument(call, 1, "guess"))
    return source


def hint_blocks(source):
    """A numbered list of hints, then bullets of help by symptom, as folded blocks.

    Raises
    ------
    BuildError
        If there are not exactly three hints.

    Examples
    --------
    >>> print(hint_blocks("1. Look.\\n2. Look again.\\n3. Square it.").splitlines()[0])
    <details><summary>Hint 1</summary>
    """
    before, *items = re.split(r"(?m)^\d+\. +", source)
    if len(items) != 3:
        raise BuildError(
            f"A hint cell needs three hints, numbered 1. 2. 3. in the first column; saw {len(items)}."
        )
    items[-1], *symptoms = re.split(r"(?m)^(?=[-*] )", items[-1], maxsplit=1)
    blocks = [("Hint " + str(number), text) for number, text in enumerate(items, 1)]
    blocks += [("Help by symptom", text) for text in symptoms]
    folded = [
        f"<details><summary>{title}</summary>\n\n{_dedent(text)}\n\n</details>" for title, text in blocks
    ]
    return "\n".join([*([before.strip(), ""] if before.strip() else []), *folded])


def _without_answer(source, lines, first, statement):
    own = lines[first - 1 : statement.end_lineno]
    if isinstance(statement, ast.FunctionDef):
        return _stub_function(lines, first, statement)
    value = getattr(statement, "value", None)
    if is_lesson_call(value, "check"):
        if not isinstance(_argument(value, 1, "answer"), ast.Name):
            raise BuildError("lesson.check takes a name: write `name = value` first, then check it.")
        return own
    if is_lesson_call(value, "rubric"):
        answer = _argument(value, 1, "answer")
        if isinstance(answer, ast.Name):
            return own
        return _replaced("\n".join(own), answer, first).splitlines()
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    if len(targets) == 1 and isinstance(targets[0], ast.Name):
        return [f"{targets[0].id} = ..."]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [f"{statement.target.id}: {ast.unparse(statement.annotation)} = ..."]
    seen = ast.get_source_segment(source, statement).splitlines()[0]
    raise BuildError(
        "An exercise cell may hold functions, `name = value`, lesson.check and lesson.rubric; "
        f"saw: {seen}. Move it to a cell of its own."
    )


def _stub_function(lines, first, function):
    docstring = function.body[0]
    if ast.get_docstring(function) is None or docstring.lineno == function.lineno:
        raise BuildError(
            f"The function {function.name} needs a docstring on lines of its own: the learner reads it."
        )
    return [*lines[first - 1 : docstring.end_lineno], " " * docstring.col_offset + "..."]


def _first_column(lines):
    return [line for line in lines if not line[:1].isspace()]


def _argument(call, position, keyword):
    named = [each.value for each in call.keywords if each.arg == keyword]
    if len(call.args) <= position and not named:
        raise BuildError(f"lesson.{call.func.attr} needs the argument {keyword!r}.")
    return named[0] if named else call.args[position]


def _replaced(text, node, first=1):
    """`text`, whose first line is line `first` of the cell, with the source of `node` replaced by `...`."""
    lines = text.splitlines(keepends=True)
    start = _place(lines, node.lineno - first, node.col_offset)
    end = _place(lines, node.end_lineno - first, node.end_col_offset)
    return text[:start] + "..." + text[end:]


def _place(lines, row, column):
    """The index in the text of a syntax node's row and column; columns count bytes of UTF-8."""
    return sum(map(len, lines[:row])) + len(lines[row].encode()[:column].decode())


def _dedent(text):
    return re.sub(r"(?m)^ {2,3}(?=\S)", "", text.strip())


def _parse(source):
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise BuildError(f"This cell is not plain Python: {error.msg}, line {error.lineno}.") from None
