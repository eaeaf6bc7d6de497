"""Submitted notebooks run again: what counts, what is told, and what a notebook can reach."""

import json
import os
import socket
import subprocess
import sys

import pytest

from annolib.course.commands import opening
from annolib.course.display import CHECK_MIME
from annolib.course.grading import collect as module
from annolib.course.grading.collect import collect, submissions
from annolib.course.notebook.kept import KEPT_MIME
from annolib.course.notebook_files import ROOT
from annolib.course.setup import ensuring
from annolib.course.variants import variant
from annolib.course.workspace.hand_out import WorkspaceError

SETUP = "import numpy as np\nimport annolib as al\nlesson = al.course.Lesson(0)"
CHECK = '\nagreement_rate = lesson.check("agreement_rate", agreement_rate)'
RIGHT = (
    'def agreement_rate(agreements, pairs):\n    return agreements / pairs if pairs else float("nan")' + CHECK
)
STUB = "def agreement_rate(agreements, pairs):\n    ..." + CHECK
WRONG = "def agreement_rate(agreements, pairs):\n    return 2.0" + CHECK
FORGED = {CHECK_MIME: {"exercise": "agreement_rate", "outcome": "right", "lesson": 0}}
QUIZ = {
    KEPT_MIME: {"lesson": 0, "choices": {"0": "They run with the reference.", "1": "The items were hard."}}
}

OWN = variant(4, "autumn, own")
OTHERS = variant(4, "autumn, somebody else")
FOUR = SETUP.replace("(0)", "(4)")
ANSWERS = f"""
lesson.variant("winter, nobody")
lesson.check("own_pass_probability", {OWN[0].key:.3f})
lesson.check("own_effort_from_rate", {OTHERS[1].key:.3f})
"""

CHEAT = """
import annolib.course.checking.checks as checks
from IPython.display import display
lesson.record.states()["agreement_rate"] = "right"
lesson._states["agreement_rate"] = "right"
honest = checks._judged
checks.difference = lambda *arguments: ""
checks._judged = lambda exercise, *rest: checks.Outcome(exercise.name, "right")
"""
LAST_WORDS = """
class Lesson:
    def outcomes(self):
        return ()
lesson = Lesson()
display({"application/vnd.trustlabel.check+json": {"exercise": "agreement_rate", "outcome": "right", "lesson": 0}}, raw=True)
"""
PLACE = """
import os, socket
from pathlib import Path
reached = True
try:
    socket.create_connection(("127.0.0.1", PORT), timeout=2).close()
except OSError:
    reached = False
alone = [path.name for path in Path().iterdir() if path.suffix == ".ipynb"] == ["00_submitted.ipynb"]
own = "TEACHERS_SECRET" not in os.environ and str(Path.home()) == os.environ["TMPDIR"]
first = lesson.predict("the network", 1.0 if reached else ...)
second = lesson.predict("own place", 1.0 if alone and own else ...)
"""


def notebook(*sources, outputs=(), number=0):
    cells = [{"cell_type": "code", "source": source, "outputs": [], "metadata": {}} for source in sources]
    cells[-1]["outputs"] = [{"output_type": "display_data", "data": data} for data in outputs]
    return json.dumps(
        {"cells": cells, "metadata": {"annolib": {"lesson": number}}, "nbformat": 4, "nbformat_minor": 5}
    )


@pytest.fixture(scope="module")
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def collected(tmp_path_factory, port):
    """The rows of a class, and whether the network was shut."""
    folder = tmp_path_factory.mktemp("submitted")
    flood = "for _ in range(300_000):\n    print('line after line')"
    texts = {
        "right/lesson.ipynb": notebook(SETUP, RIGHT, outputs=[QUIZ]),
        "empty/lesson.ipynb": notebook(SETUP, STUB, "agreement_rate(10, 20) + 1"),
        "wrong/lesson.ipynb": notebook(SETUP, PLACE.replace("PORT", str(port)), WRONG, outputs=[FORGED]),
        "cheat/lesson.ipynb": notebook(SETUP, CHEAT, STUB, LAST_WORDS, outputs=[FORGED]),
        "slow/lesson.ipynb": notebook(SETUP, "while True:\n    pass", flood, RIGHT),
        "dies/lesson.ipynb": notebook(SETUP, RIGHT, "import os\nos._exit(3)", WRONG),
        "own/lesson.ipynb": notebook(FOUR, ANSWERS, number=4),
        "unknown/lesson.ipynb": notebook(SETUP, number=77),
        "brackets.ipynb": "[" * 10**5,
        "deep.ipynb": '{"cells": [{"source": ' + "[" * 10**5,
        "cut.ipynb": notebook(SETUP, RIGHT)[:-30],
        "nothing.ipynb": "",
        "binary.ipynb": "\x00\x01",
        "list.ipynb": "[]",
        "no-cells.ipynb": '{"cells": 3}',
        "no-source.ipynb": '{"cells": [{"cell_type": "code"}], "metadata": {"annolib": {"lesson": 0}}}',
        "surrogate.ipynb": '{"cells": [{"cell_type": "code", "source": "\\ud800"}], "metadata": {}}',
        "no-number.ipynb": '{"cells": [], "metadata": []}',
        ".hidden/x.ipynb": "",
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "folder.ipynb").mkdir()
    if os.name != "nt":
        (folder / "loop.ipynb").symlink_to(folder / "loop.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHERS_SECRET", "1")
        rows, shut = collect(folder, seed="autumn", seconds=2.0, all_seconds=240.0)
    return {(row.student, row.exercise): row for row in rows}, shut, folder


def of(collected, student, exercise="agreement_rate"):
    return collected[0][student, exercise]


def test_only_what_is_right_when_run_again_has_points(collected):
    points = {student: of(collected, student).points for student in ("right", "empty", "wrong", "cheat")}
    assert points == {"right": 1.0, "empty": 0.0, "wrong": 0.0, "cheat": 0.0}
    assert of(collected, "empty").state == "not attempted" and of(collected, "wrong").state == "not right yet"
    assert "gave 2, expected 0.5" in of(collected, "wrong").error
    assert of(collected, "right").quiz == "1 of 5" and of(collected, "wrong").quiz == "0 of 5"
    assert of(collected, "right").file == "right/lesson.ipynb"


def test_own_numbers_are_those_of_the_class_and_the_folder(collected):
    assert abs(OWN[1].key - OTHERS[1].key) > 0.01
    assert of(collected, "own", "own_pass_probability").points == 1.0
    assert of(collected, "own", "own_effort_from_rate").points == 0.0
    assert of(collected, "own", "pass_probability").state == "not attempted"


def test_forged_and_patched_work_is_told(collected):
    for student in ("wrong", "cheat"):
        assert "Stored as right, but not when run again: agreement_rate." in of(collected, student, "").error
    assert "The code reaches into the course: " in of(collected, "cheat", "").error
    assert ("right", "") not in collected[0] and ("empty", "") not in collected[0]


def test_a_cell_that_never_ends_and_a_flood_do_not_cost_the_rest(collected):
    assert of(collected, "slow").points == 1.0
    assert "Cell 2 took longer than 2 seconds and was interrupted." in of(collected, "slow", "").error


def test_what_was_right_before_the_kernel_died_counts(collected):
    assert of(collected, "dies").points == 1.0
    assert "Cell 3 ended the kernel." in of(collected, "dies", "").error


def test_a_notebook_has_a_place_and_variables_of_its_own_and_no_network(collected):
    reached = of(collected, "wrong").predictions
    assert reached == ("1 of 2" if collected[1] else "2 of 2")


DAMAGED = {
    "unknown": "There is no lesson 77",
    "brackets": "nested too deep",
    "deep": "nested too deep",
    "cut": "cannot be graded",
    "nothing": "cannot be graded",
    "binary": "cannot be graded",
    "list": "no list of cells",
    "no-cells": "no list of cells",
    "no-source": "its cell 1 is damaged",
    "surrogate": "its cell 1 is damaged",
    "no-number": "does not say which lesson it is",
    "folder": "it is no file",
    "loop": "it is no file",
}


@pytest.mark.parametrize("student", [name for name in DAMAGED if name != "loop" or os.name != "nt"])
def test_a_damaged_notebook_is_one_row(collected, student):
    row = of(collected, student, "")
    assert row.state == "damaged" and DAMAGED[student] in row.error and row.points is None


def test_hidden_files_are_left_out(collected):
    assert not any(student == ".hidden" for student, _ in collected[0])


def test_the_command_writes_the_table(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(ensuring, "ensure", lambda *extras: None)
    (tmp_path / "=evil.ipynb").write_text("")
    target = tmp_path / "grades.csv"
    assert opening.main(["--collect", str(tmp_path), "-o", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    assert text.startswith("\ufeffstudent,lesson") and "'=evil" in text
    assert "1 rows: " in capsys.readouterr().out
    with pytest.raises(SystemExit, match="no notebook .* below"):
        opening.main(["--collect", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit, match="could not be written.*-o FILE"):
        opening.main(["--collect", str(tmp_path), "-o", str(tmp_path / "none" / "x.csv")])


@pytest.mark.parametrize("place", ["x" * 300, "a\0b"])
def test_a_folder_that_cannot_be_is_told(tmp_path, place):
    with pytest.raises(WorkspaceError, match=r"\.ipynb|cannot be looked through"):
        submissions(tmp_path / place)


def test_a_process_that_says_nothing_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(module.sys, "executable", sys.executable)
    honest = subprocess.Popen
    monkeypatch.setattr(
        module.subprocess, "Popen", lambda command, **rest: honest([sys.executable, "-c", ""], **rest)
    )
    (tmp_path / "anna.ipynb").write_text(notebook(SETUP, RIGHT))
    (row,), _ = collect(tmp_path)
    assert row.error == "The process that ran the notebook ended without a word."
    slow = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(module.subprocess, "Popen", lambda command, **rest: honest(slow, **rest))
    (row,), _ = collect(tmp_path, all_seconds=0.5)
    assert row.error == "The notebook took longer than 0.5 seconds and was stopped."


def test_the_lessons_own_folder_can_be_collected():
    assert len(submissions(ROOT / "lessons")) >= 11
