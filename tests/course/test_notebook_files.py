"""Notebooks as files: which there are, and what their cells ask of a lesson."""

import json

import pytest

from annolib.course.notebook_files import (
    exercises_of,
    lesson_calls,
    notebooks,
    read,
    solution_of,
    source_of,
    tags_of,
)

CELLS = [
    {"cell_type": "markdown", "source": 'lesson.check("words", words)', "metadata": {}},
    {"cell_type": "code", "source": ["def half(x):\n", "    return x / 2\n", 'half = lesson.check("half", half)'], "metadata": {"tags": ["exercise"]}},
    {"cell_type": "code", "source": 'lesson.rubric("why", ...); other.check("no", 1); lesson.check(name, 1)'},
    {"cell_type": "code", "source": "%matplotlib inline\nlesson.check('magic', 1)"},
]  # fmt: skip


@pytest.fixture
def root(tmp_path):
    (tmp_path / "solutions").mkdir()
    for name in ("10_b_c.ipynb", "02_a_b.ipynb", "notes.ipynb", "02_a_b.txt"):
        (tmp_path / "solutions" / name).write_text(json.dumps({"cells": CELLS, "é": 1}), encoding="utf-8")
    return tmp_path


def test_numbered_notebooks_in_order(root):
    assert [path.name for path in notebooks("solutions", root)] == ["02_a_b.ipynb", "10_b_c.ipynb"]
    assert notebooks("lessons", root) == []


def test_cells_whether_their_text_is_one_or_many_lines(root):
    cells = read(root / "solutions" / "02_a_b.ipynb")["cells"]
    assert source_of(cells[1]) == 'def half(x):\n    return x / 2\nhalf = lesson.check("half", half)'
    assert tags_of(cells[1]) == ("exercise",) and tags_of(cells[2]) == ()


def test_exercises_are_named_by_code_only_and_in_order():
    assert exercises_of({"cells": CELLS}) == ["half", "why"]
    assert lesson_calls('lesson.check("b", 1)\nlesson.check("a", lesson.check("c", 1))', "check") == [
        "b",
        "a",
        "c",
    ]
    assert lesson_calls("this is no Python", "check") == []


def test_the_solution_comes_without_its_check(root):
    assert solution_of(2, "half", root) == "def half(x):\n    return x / 2"
    assert solution_of(2, "words", root) is None and solution_of(3, "half", root) is None
