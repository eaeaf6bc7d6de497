"""The cell that installs: it does nothing where the package is, and asks pip for what is missing where it is not."""

import importlib.util
import subprocess
import sys

import nbformat
import pytest

import annolib
from annolib.course.authoring import hosted, repository
from annolib.course.notebook_files import notebooks

WHERE = "https://github.com/someone/a-course"
NEEDED = ("numpy", "pooch", "tqdm")


def run(cell, monkeypatch, there, status=0):
    """Run the cell in a kernel that has the packages `there`; return pip's arguments, call by call."""
    asked = []

    def pip(words, check=False):
        asked.append((words, check))
        return subprocess.CompletedProcess(words, status)

    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: importlib.util.spec_from_loader("x", None) if name in there else None
    )  # fmt: skip
    monkeypatch.setattr(subprocess, "run", pip)
    exec(compile(cell.source, "hosted", "exec"), {})
    return asked


def test_where_the_package_is_nothing_happens(monkeypatch):
    assert run(hosted.hosted_cell(WHERE, "main", NEEDED), monkeypatch, {"annolib"}) == []


def test_a_hosted_kernel_gets_the_package_alone_and_what_it_lacks(monkeypatch):
    cell = hosted.hosted_cell(WHERE, "v2.1", NEEDED)
    asked = run(cell, monkeypatch, {"numpy"})
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    assert asked == [
        ([*pip, "pooch", "tqdm"], True),
        ([*pip, "--no-deps", f"{WHERE}/archive/v2.1.zip"], False),
    ]
    assert len(run(cell, monkeypatch, set(NEEDED))) == 1


def test_an_address_that_leads_nowhere_is_told_in_words(monkeypatch):
    with pytest.raises(RuntimeError, match=f"not to be had from {WHERE}/archive/main.zip. Is this kernel"):
        run(hosted.hosted_cell(WHERE, "main", NEEDED), monkeypatch, set(NEEDED), status=1)


def test_all_that_the_package_imports_is_asked_for():
    names = hosted.needed_packages()
    assert {"numpy", "pandas", "scipy", "matplotlib", "ipywidgets", "pooch", "tqdm", "jinja2"} == set(names)
    assert all(importlib.util.find_spec(name) for name in names)  # they are imported by these names


@pytest.mark.parametrize("path", notebooks("lessons"), ids=lambda path: path.stem)
def test_every_lesson_has_the_same_first_code_cell_and_its_version(path):
    lesson = nbformat.read(path, as_version=4)
    first, second = [cell for cell in lesson.cells if cell.cell_type == "code"][:2]
    assert first == hosted.hosted_cell(repository.address(), repository.edition())
    assert second.source.startswith("import numpy as np\nimport annolib as al\nlesson = al.course.Lesson(")
    assert first.metadata.jupyter.source_hidden and first.metadata.cellView == "form"
    assert lesson.metadata.annolib.version == annolib.__version__


def test_a_page_without_code_gets_the_cell_at_its_end():
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A")])
    cell = hosted.hosted_cell(WHERE, "main", NEEDED)
    assert hosted.with_hosted_cell(page, cell).cells[-1] is cell and len(page.cells) == 1
