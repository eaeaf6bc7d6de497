"""Round trip with Otter itself: assign, which runs the solved version, then an empty and a right submission."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from annolib.course.grading.assign import assign
from annolib.course.notebook_files import ROOT

NAME = "00_open_course"


def otter(folder, *words):
    """Run Otter's command in the folder, with the checkout on the path."""
    home = os.path.dirname(sys.executable)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": home + os.pathsep + os.environ["PATH"],
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    command = [shutil.which("otter", path=environment["PATH"]), *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def assigned(tmp_path_factory):
    """What `otter assign` makes of the lesson; it fails where the solved version does not pass its tests."""
    folder = tmp_path_factory.mktemp("otter")
    assign("otter", folder, numbers=(0,), tell=lambda words: None)
    otter(folder, "assign", f"lesson_00/{NAME}.ipynb", "made")
    return folder / "made"


def graded(assigned, submission):
    (archive,) = (assigned / "autograder").glob("*.zip")
    otter(assigned, "run", "--no-logo", "-a", str(archive), "-o", str(assigned), str(submission))
    results = json.loads((assigned / "results.json").read_text(encoding="utf-8"))
    return {one["name"]: (one["score"], one["max_score"]) for one in results["tests"] if one.get("max_score")}


def test_an_empty_notebook_has_no_points(assigned):
    student = assigned / "student" / f"{NAME}.ipynb"
    assert "SOLUTION" not in student.read_text(encoding="utf-8")
    assert graded(assigned, student) == {"agreement_rate": (0, 1)}


def test_a_right_one_has_all(assigned):
    assert graded(assigned, assigned / "autograder" / f"{NAME}.ipynb") == {"agreement_rate": (1, 1)}
