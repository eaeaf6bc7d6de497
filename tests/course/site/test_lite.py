"""The lessons for JupyterLite: another first cell, the rest as it is; the build itself is a suite of --platforms."""

import ast

import nbformat
import pytest

from annolib.course.authoring.build import lesson_text
from annolib.course.authoring.hosted import TAG, needed_packages
from annolib.course.notebook_files import ROOT, notebooks
from annolib.course.site import lite
from annolib.course.site.build import SiteError


@pytest.mark.parametrize("source", notebooks("solutions"), ids=lambda path: path.stem)
def test_only_the_cell_that_installs_is_another(source):
    given = nbformat.reads(lesson_text(source), as_version=4)
    made = nbformat.reads(lite.lite_lesson(lesson_text(source)), as_version=4)
    pairs = [(old, new) for old, new in zip(given.cells, made.cells, strict=True) if old != new]
    ((old, new),) = pairs
    assert old.metadata.tags[0] == new.metadata.tags[0] == TAG and new == lite.lite_cell()
    nbformat.validate(made)


def test_the_cell_installs_what_is_needed_and_the_package_alone():
    tree = ast.parse(lite.lite_cell().source)
    calls = [ast.unparse(node.value) for node in ast.walk(tree) if isinstance(node, ast.Await)]
    assert calls == [
        f"piplite.install({' '.join(needed_packages())!r}.split())",
        "piplite.install('annolib', deps=False)",
    ]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(SiteError, match="holds no JupyterLite"):
        lite.build(ROOT, tmp_path)
    assert lite.command(ROOT, tmp_path) == 1 and "Name a new folder" in capsys.readouterr().out
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_a_step_that_fails_says_its_last_words():
    import sys

    with pytest.raises(SiteError, match="failed:\nwhy"):
        lite._tried(sys.executable, "-c", "import sys; sys.exit('why')")
