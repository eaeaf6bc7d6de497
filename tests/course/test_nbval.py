"""The settings of nbval: lessons run as they are, and a marked cell with a wrong stored output fails."""

import shutil
import subprocess
import sys
import tomllib

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from annolib.course.authoring.build import as_text, write_if_new
from annolib.course.notebook_files import ROOT


def marked(source, stored):
    cell = new_code_cell(source, metadata={"tags": ["output", "nbval-check-output"]})
    cell.outputs, cell.execution_count = [new_output("stream", name="stdout", text=stored)], 1
    return cell


def counting(number):
    return [
        new_code_cell(f"x = {number}"),
        new_code_cell("x += 1"),
        new_code_cell(f"assert x == {number} + 1"),
    ]


NOTEBOOKS = {
    "01_pass.ipynb": [
        new_code_cell("x = 1"),
        marked("print(1 / 3)", "0.333333339\n"),
        marked("print(object())", "<object object at 0x7f00deadbeef>\n"),
        new_code_cell("assert x == 1\nx"),
    ],
    "02_fail.ipynb": [marked("print(2 * 3)", "7\n"), new_code_cell("print('unmarked')")],
    "03_interact.ipynb": [
        new_code_cell(
            "import ipywidgets\nipywidgets.interact(lambda x: 1 / x, x=ipywidgets.IntSlider(0, 0, 3));"
        )
    ],
    "04_count.ipynb": counting(4),
    "05_count.ipynb": counting(5),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """One run of all notebooks with the settings of this project, two files at a time: what became of each cell, and the exit code."""
    project = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", project)
    (project / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "nbval_sanitize.cfg", project / "tests")
    for name, cells in NOTEBOOKS.items():
        write_if_new(project / "lessons" / name, as_text(new_notebook(cells=cells)))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rA",
        "-p",
        "no:cacheprovider",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "lessons",
    ]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)
    lines = [
        line.split() for line in ran.stdout.splitlines() if line.startswith(("PASSED", "FAILED", "ERROR"))
    ]
    fates = {name: {} for name in NOTEBOOKS}
    for fate, place, number, *_ in lines:
        assert place.endswith("::Cell"), ran.stdout
        fates[place.partition("/")[2].partition("::")[0]][int(number)] = fate
    return fates, ran.returncode


def test_outputs_that_may_differ_are_not_compared_and_marked_ones_are(done):
    fates, code = done
    assert code == 1
    assert fates["01_pass.ipynb"] == dict.fromkeys(range(4), "PASSED")
    assert fates["02_fail.ipynb"] == {0: "FAILED", 1: "PASSED"}


def test_two_notebooks_at_a_time_keep_their_cells_together(done):
    for name in ("04_count.ipynb", "05_count.ipynb"):
        assert done[0][name] == dict.fromkeys(range(3), "PASSED")


def test_an_error_in_a_callback_fails(done):
    assert done[0]["03_interact.ipynb"] == {0: "FAILED"}


def test_plain_pytest_runs_everything():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"][
        "ini_options"
    ]
    assert settings["testpaths"] == ["tests", "annolib", "solutions", "lessons"]
    for word in ("--doctest-modules", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120"):
        assert word in settings["addopts"].split()
