"""A cell that breaks off before its check blocks nobody: in a running IPython shell."""

import pytest

from annolib.course.notebook import broken_cells

CELL = """
def agreement(chance):
    return chance**2 + (1 - chance) ** 2

agreement = lesson.check("agreement", agreement)
"""
BROKEN = {
    "code at the margin": "return chance**2",
    "code at the margin without return": "chance**2",
    "a missing bracket": "    return (chance**2 + 1",
    "a wrong indent": "   return chance\n    return 1",
    "an error at the margin": "    return 1\n1 / 0",
    "stopped by hand": "    return 1\nraise KeyboardInterrupt",
}
BROKEN = {
    name: CELL.replace("    return chance**2 + (1 - chance) ** 2", line) for name, line in BROKEN.items()
}
BROKEN["renamed"] = CELL.replace("def agreement", "def mine")
BROKEN["no def"] = 'agreement = lesson.check("agreement", agreement)'


@pytest.fixture
def shell(lesson_shell):
    return lesson_shell()


def state(shell):
    return shell.user_ns["lesson"].record.states().get("agreement")


@pytest.mark.parametrize("before", ["", CELL], ids=["on a fresh kernel", "after a right answer"])
@pytest.mark.parametrize("cell", BROKEN.values(), ids=BROKEN)
def test_later_cells_go_on_and_a_word_is_said(shell, capsys, cell, before):
    shell.run(before)
    capsys.readouterr()
    failed = shell.run(cell)
    told = capsys.readouterr().out
    assert shell.run("seen = agreement(0.5)") is None and shell.user_ns["seen"] == 0.5
    if failed:
        assert told.count("Not tried: agreement") == 1 and type(failed).__name__ in told
        assert state(shell) == "not right yet"
    else:  # the name was still there from before
        assert before and "course's own answer" in told or state(shell) == "right"
    assert shell.run(CELL) is None and state(shell) == "right"


def test_a_cell_whose_check_was_reached_is_left_alone(shell, capsys):
    assert shell.run(CELL + "1 / 0") is not None
    assert state(shell) == "right" and "Not tried" not in capsys.readouterr().out
    own = shell.user_ns["agreement"]
    assert shell.run("1 / 0") is not None and shell.user_ns["agreement"] is own


def test_a_guess_that_cannot_be_read_is_no_guess_yet(shell, capsys):
    assert shell.run('guess = lesson.predict("How many?", 50%, low=0, high=100)') is not None
    assert shell.run("guess.reveal(50)") is None and "You made no guess" in capsys.readouterr().out
    assert shell.run('guess = lesson.predict("How many?", 40, low=0, high=100)') is None
    assert shell.run('guess = lesson.predict("How many?", 50%, low=0, high=100)') is not None
    assert shell.user_ns["guess"].guess == 40


def test_the_setup_cell_may_run_again_and_other_exercises_do_not_matter(shell, capsys):
    assert shell.run("lesson = al.course.Lesson(99)") is None
    assert shell.run('unknown = lesson.check("unknown", 1 +)') is not None
    assert "unknown" not in shell.user_ns
    shell.run(BROKEN["a missing bracket"])
    assert capsys.readouterr().out.count("Not tried") == 1
    assert len(broken_cells._at_work) == 1
