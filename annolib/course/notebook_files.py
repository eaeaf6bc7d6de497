"""Where the notebooks lie, and how their cells are read. Standard library only.

A notebook here is the plain dictionary of its JSON file.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

from annolib.course.setup import environment

ROOT = environment.ROOT


def notebooks(folder, root=None):
    """The notebooks `NN_verb_noun.ipynb` of a folder, in order.

    Parameters
    ----------
    folder : str
        "solutions" or "lessons".
    root : path, optional
        The repository; by default this one, or what the installed package carries.
    """
    home = Path(root) / folder if root else environment.course_folder(folder)
    return sorted(home.glob("[0-9][0-9]_*.ipynb"))


def read(path):
    """The notebook file as a dictionary.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is not JSON, or its brackets are nested deeper than Python can follow.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("its brackets are nested too deep") from None


def source_of(cell):
    """The text of a cell, which a file may hold as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell):
    """The tags of a cell, as a tuple."""
    return tuple(cell.get("metadata", {}).get("tags", ()))


def lesson_calls(source, method):
    """The names that `lesson.<method>("name", …)` is called with in the code of one cell.

    >>> lesson_calls('f = lesson.check("f", f)', "check")
    ['f']
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    calls = [call for call in ast.walk(tree) if is_lesson_call(call, method)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)]


def is_lesson_call(node, *methods):
    """Whether the syntax node is a call `lesson.<one of methods>(…)`.

    >>> is_lesson_call(ast.parse("lesson.quiz()").body[0].value, "quiz")
    True
    """
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "lesson"
        and node.func.attr in methods
    )


def exercises_of(notebook):
    """The names of the exercises that the notebook checks or has the learner mark, in order."""
    code = [source_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [
        name for source in code for method in ("check", "rubric") for name in lesson_calls(source, method)
    ]


def solution_of(number, name, root=None):
    """The solved cell of exercise `name` of lesson `number`, without its check call; None if not at hand."""
    for path in notebooks("solutions", root):
        if not path.name.startswith(f"{number:02d}_"):
            continue
        for cell in read(path)["cells"]:
            source = source_of(cell)
            asked = (*lesson_calls(source, "check"), *lesson_calls(source, "rubric"))
            if cell["cell_type"] == "code" and name in asked:
                return without_checks(source)
    return None


def without_checks(source):
    """The code of a cell without its statements that call `lesson.check`, on however many lines they stand.

    >>> print(without_checks('def f():\\n    return 1\\nf = lesson.check(\\n    "f", f)'))
    def f():
        return 1
    """
    lines = source.splitlines()
    for statement in reversed(ast.parse(source).body):
        value = getattr(statement, "value", None)
        if is_lesson_call(value, "check"):
            del lines[statement.lineno - 1 : statement.end_lineno]
    return "\n".join(lines).strip()
