"""Graded work: the student's objects keep their names, later cells go on, and the course's answer cannot be handed in."""

import nbformat
import pytest

from annolib.course.definitions import VALUE, load_definition
from annolib.course.notebook import broken_cells
from annolib.course.notebook.stand_in import tests_names as is_test
from annolib.course.notebook.stand_in import uses
from annolib.course.notebook_files import lesson_calls, notebooks

VALUES = [(n, one.name) for n in range(14) for one in load_definition(n).exercises if one.kind == VALUE]

RIGHT_CELL = """
def agreement(chance):
    return chance**2 + (1 - chance) ** 2
agreement = lesson.check("agreement", agreement)
"""
STUB = RIGHT_CELL.replace("return chance**2 + (1 - chance) ** 2", '"To do."\n    ...')
WRONG = RIGHT_CELL.replace("chance**2 + (1 - chance) ** 2", "99")


@pytest.fixture
def shell(lesson_shell):
    """A running IPython shell with a graded lesson."""
    return lesson_shell(grading=True)


def standing(shell, name="agreement"):
    return next(score for score in shell.user_ns["lesson"].outcomes() if score.exercise == name)


@pytest.mark.parametrize(("cell", "state"), [(STUB, "not attempted"), (WRONG, "not right yet")])
def test_the_name_keeps_the_students_object_and_later_cells_go_on(shell, cell, state):
    assert shell.run(cell) is None
    assert shell.user_ns["agreement"](0.5) in (None, 99)
    assert shell.run("seen = agreement(0.5)\ndef later():\n    return agreement(1.0)\nmore = later()") is None
    assert (shell.user_ns["seen"], shell.user_ns["more"]) == (0.5, 1.0)
    assert shell.user_ns["agreement"](0.5) in (None, 99)
    assert isinstance(shell.run("assert agreement(0.5) == 0.5"), AssertionError)
    assert (standing(shell).state, standing(shell).points) == (state, 0.0)


def test_a_right_answer_is_used_everywhere(shell):
    shell.run(RIGHT_CELL)
    assert shell.run("assert agreement(0.5) == 0.5\nassert lesson.outcomes()[0].points == 1") is None
    assert shell.run("seen = agreement.__name__") is None and shell.user_ns["seen"] == "agreement"
    assert (standing(shell).state, standing(shell).points, standing(shell).tries) == ("right", 1.0, 1)


THEFTS = {
    "the name that stands in": 'agreement = lesson.check("agreement", agreement)',
    "taken along": "stolen = agreement",
    "called by an own function": (
        "stolen = agreement\ndef agreement(chance):\n    return stolen(chance)\n"
        'agreement = lesson.check("agreement", agreement)'
    ),
}


@pytest.mark.parametrize("cell", THEFTS.values(), ids=THEFTS)
def test_the_courses_answer_cannot_be_handed_in(shell, cell):
    again = (
        cell,
        'def agreement(chance):\n    return stolen(chance)\nlesson.check("agreement", agreement)',
        'lesson.check("agreement", stolen)',
    )
    shell.run(STUB)
    for source in again:
        shell.run(source)
        assert standing(shell).points == 0.0 and standing(shell).state != "right"


def test_a_value_that_was_shown_no_longer_counts(shell):
    shell.run('fewest = ...\nfewest = lesson.check("fewest", fewest)')
    assert shell.run('fewest = 7\nfewest = lesson.check("fewest", fewest)') is None
    assert shell.run('fewest = 9\nfewest = lesson.check("fewest", fewest)') is None
    assert standing(shell, "fewest").tries == 2
    assert shell.run("seen = fewest + 0") is None and shell.user_ns["seen"] == 8
    assert shell.user_ns["fewest"] == 9
    shell.run('lesson.check("fewest", seen)')
    assert standing(shell, "fewest").state == "not right yet"


@pytest.mark.parametrize(
    "before",
    [
        "class deal:\n    fewest = 3\nprint(deal.fewest, 'fewest')",  # an attribute and a text of that name
        "fewest = 3\nprint(fewest)",  # looked at in the cell that wrote it
        'fewest = 3\nprint(fewest)\nfewest = lesson.check("fewest", fewest)',
    ],
)
def test_a_name_that_is_written_or_only_alike_shows_nothing(shell, before):
    assert shell.run(before) is None
    assert shell.run('fewest = 8\nprint(fewest)\nfewest = lesson.check("fewest", fewest)') is None
    assert standing(shell, "fewest").points == 1.0


def test_a_value_may_be_written_in_one_cell_and_handed_in_from_another(shell):
    shell.run('fewest = 7\nfewest = lesson.check("fewest", fewest)')
    shell.run("fewest = 8")
    shell.run('fewest = lesson.check("fewest", fewest)')
    assert standing(shell, "fewest").points == 1.0


def test_a_name_that_is_read_before_it_is_written_shows_the_value(shell):
    shell.run("fewest = ...\nfewest = lesson.check('fewest', fewest)")
    shell.run("fewest = fewest + 0\nfewest = lesson.check('fewest', fewest)")
    assert (standing(shell, "fewest").state, standing(shell, "fewest").points) == ("not right yet", 0.0)


@pytest.mark.parametrize("number, name", VALUES)
def test_no_cell_of_a_lesson_shows_a_value_before_its_check(number, name):
    lesson = next(path for path in notebooks("lessons") if path.name.startswith(f"{number:02d}_"))
    for cell in nbformat.read(lesson, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        assert not uses(cell.source, name), cell.source
        if name in lesson_calls(cell.source, "check"):
            return
    pytest.fail(f"no cell checks {name}")


def test_a_value_found_at_a_later_try_counts(shell):
    shell.run('fewest = 7\nfewest = lesson.check("fewest", fewest)')
    shell.run('fewest = 8\nfewest = lesson.check("fewest", fewest)')
    assert standing(shell, "fewest").points == 1.0


@pytest.mark.parametrize("cell", ["def agreement(:\n", "1 / 0\n" + RIGHT_CELL])
def test_a_cell_that_fails_before_its_check_is_a_wrong_answer_and_later_cells_go_on(shell, cell):
    assert shell.run(cell + '\nagreement = lesson.check("agreement", agreement)') is not None
    assert standing(shell).state == "not right yet" and "before its check" in standing(shell).words
    assert shell.run("seen = agreement(0.5)") is None and shell.user_ns["seen"] == 0.5
    assert "agreement" not in shell.user_ns


def test_an_exercise_that_was_deleted_does_not_stop_the_page(shell):
    assert shell.run("seen = all_agree(0.5, 2)") is None
    assert shell.user_ns["seen"] == 0.5 and "all_agree" not in shell.user_ns
    assert standing(shell, "all_agree").state == "not attempted"


def test_a_name_that_the_student_uses_for_something_else_stays(shell):
    shell.run("fewest = 'mine'")
    shell.run("seen = fewest")
    assert shell.user_ns["seen"] == "mine"


def test_running_the_setup_again_loses_nothing(shell):
    shell.run(RIGHT_CELL)
    shell.run("lesson = al.course.Lesson(99, grading=True)")
    assert standing(shell).state == "right"
    shell.run("lesson._states['all_agree'] = 'right'")
    assert standing(shell, "all_agree").points == 0.0


def test_solutions_are_not_shown(shell, capsys):
    shell.run('lesson.solution("agreement")')
    assert "Solutions are not shown where work is graded." in capsys.readouterr().out


def test_which_cells_test():
    for source in (
        "assert f(1)",
        "x = 1\nassert x",
        "lesson.outcomes()",
        'grader.check("q1")',
        "require(1, 'f')",
    ):
        assert is_test(source), source
    for source in ("f(1)", "%time f(1)", "def f(:", "print('assert f(1)')", "check(1)", "[" * 5000):
        assert not is_test(source), source


def test_without_grading_nothing_stands_in(demo, monkeypatch):
    from annolib.course import Lesson

    monkeypatch.setattr(broken_cells, "_at_work", {})
    lesson = Lesson(99)
    assert not lesson.grading and broken_cells._at_work == {}
    reference = lesson.check("agreement", ...)
    lesson.check("agreement", reference)
    assert lesson.outcomes()[0].state == "not attempted"
    monkeypatch.setenv("ANNOLIB_GRADING", "1")
    assert Lesson(99).grading
    monkeypatch.setenv("ANNOLIB_GRADING", "0")
    assert not Lesson(99).grading
