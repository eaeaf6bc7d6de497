"""The state of a learner's copy, from the file alone."""

import json
import subprocess
import sys

import pytest

from annolib.course.authoring.build import as_text, lesson_from
from annolib.course.workspace.progress import DONE, NEW, STARTED, outcomes, state_of


@pytest.fixture
def copies(executed, tmp_path):
    """Paths of a pristine lesson and of a copy of it, and a function that changes the copy."""
    pristine, mine = tmp_path / "lesson.ipynb", tmp_path / "mine.ipynb"
    for path in (pristine, mine):
        path.write_text(as_text(lesson_from(executed)), encoding="utf-8")

    def change(edit):
        notebook = json.loads(mine.read_text(encoding="utf-8"))
        edit(notebook)
        mine.write_text(json.dumps(notebook), encoding="utf-8")

    return pristine, mine, change


def test_a_missing_or_untouched_copy_is_new(copies, tmp_path):
    pristine, mine, change = copies
    assert state_of(tmp_path / "none.ipynb", pristine) == NEW
    assert state_of(mine, pristine) == NEW
    change(lambda notebook: notebook["metadata"].update(opened=True))
    assert state_of(mine, pristine) == NEW


def test_an_edit_or_a_run_starts_it(copies):
    pristine, mine, change = copies
    change(lambda notebook: notebook["cells"][2].update(outputs=[{"output_type": "stream", "text": "x"}]))
    assert state_of(mine, pristine) == STARTED


def test_an_edited_source_starts_it(copies):
    pristine, mine, change = copies
    change(lambda notebook: notebook["cells"][2].update(source=["x = 1"]))
    assert state_of(mine, pristine) == STARTED


def test_all_outcomes_right_is_done_and_one_missing_is_not(copies, executed):
    pristine, mine, _ = copies
    marked = as_text(executed).replace('"ticked": []', '"ticked": [0]')
    mine.write_text(marked, encoding="utf-8")
    assert dict(outcomes(executed)) == {
        "agreement": "right",
        "all_agree": "right",
        "fewest": "right",
        "verdict": "attempted",
    }
    assert state_of(mine, pristine) == DONE
    mine.write_text(marked.replace('"outcome": "attempted"', '"outcome": "not attempted"'), encoding="utf-8")
    assert state_of(mine, pristine) == STARTED
    mine.write_text(as_text(executed), encoding="utf-8")  # an answer in words that nobody has marked
    assert state_of(mine, pristine) == STARTED


def test_a_lesson_is_not_done_by_deleting_its_exercises(copies):
    pristine, mine, change = copies
    change(lambda notebook: notebook.update(cells=notebook["cells"][:4]))
    assert state_of(mine, pristine) == STARTED


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", '{"cells": 3}', '{"cells": [{}]}', '{"cells": ["x"]}']
)
def test_an_unreadable_copy_is_somebodys_work(copies, text):
    pristine, mine, _ = copies
    mine.write_text(text, encoding="utf-8")
    assert state_of(mine, pristine) == STARTED


def test_reading_progress_needs_only_the_standard_library():
    code = (
        "import sys, annolib.course.workspace.progress\n"
        "print([m for m in ('numpy', 'pandas', 'nbformat', 'IPython') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
