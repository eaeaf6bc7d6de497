"""The settings of nbval: lessons run as they are, and a marked cell with a wrong stored output fails."""

import shutil
import subprocess
import sys
import tomllib

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from annolib.course.authoring.build import as_text, write_if_new
from annolib.course.notebook_files import ROOT


@pytest.fixture
def project(tmp_path):
    """A folder with the settings of this project and an empty folder of lessons."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "nbval_sanitize.cfg", tmp_path / "tests")
    return tmp_path


def pytest_in(project, *arguments):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "lessons", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)


def marked(source, stored):
    cell = new_code_cell(source, metadata={"tags": ["output", "nbval-check-output"]})
    cell.outputs, cell.execution_count = [new_output("stream", name="stdout", text=stored)], 1
    return cell


def write(project, name, *cells):
    write_if_new(project / "lessons" / name, as_text(new_notebook(cells=list(cells))))


def test_outputs_that_may_differ_are_not_compared_and_marked_ones_are(project):
    write(
        project,
        "01_pass.ipynb",
        new_code_cell("x = 1"),
        marked("print(1 / 3)", "0.333333339\n"),
        marked("print(object())", "<object object at 0x7f00deadbeef>\n"),
        new_code_cell("assert x == 1\nx"),
    )
    write(project, "02_fail.ipynb", marked("print(2 * 3)", "7\n"), new_code_cell("print('unmarked')"))
    done = pytest_in(project)
    assert done.returncode == 1
    assert "FAILED lessons/02_fail.ipynb::Cell 0" in done.stdout
    assert "1 failed, 5 passed" in done.stdout


def test_two_notebooks_at_a_time_keep_their_cells_together(project):
    for number in range(2):
        cells = [
            new_code_cell(f"x = {number}"),
            new_code_cell("x += 1"),
            new_code_cell(f"assert x == {number} + 1"),
        ]
        write(project, f"0{number}_count.ipynb", *cells)
    done = pytest_in(project, "-n", "2", "--dist", "loadfile")
    assert "6 passed" in done.stdout, done.stdout


def test_an_error_in_a_callback_fails(project):
    source = "import ipywidgets\nipywidgets.interact(lambda x: 1 / x, x=(0, 3));\n"
    write(
        project, "01_interact.ipynb", new_code_cell(source.replace("(0, 3)", "ipywidgets.IntSlider(0, 0, 3)"))
    )
    assert pytest_in(project).returncode == 1


def test_plain_pytest_runs_everything():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"][
        "ini_options"
    ]
    assert settings["testpaths"] == ["tests", "annolib", "solutions", "lessons"]
    for word in ("--doctest-modules", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120"):
        assert word in settings["addopts"].split()
