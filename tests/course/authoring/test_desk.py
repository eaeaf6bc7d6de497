"""What the author's command does with sources, and what it says."""

import argparse
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from annolib.course.authoring import desk
from annolib.course.authoring.build import as_text, write_if_new


def notebook(*sources, tags=()):
    cells = [new_code_cell(source, metadata={"tags": list(tags)} if tags else {}) for source in sources]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells)


@pytest.fixture
def desk_options():
    return lambda **given: argparse.Namespace(
        **{"check": False, "lint": False, "run": False, "numbers": [], **given}
    )


def test_the_desk_generates_checks_and_says_so(executed, demo, tmp_path, capsys, desk_options):
    assert desk.work(desk_options(), tmp_path) == 1
    write_if_new(tmp_path / "solutions" / "99_count_coins.ipynb", as_text(executed))
    assert desk.work(desk_options(check=True), tmp_path) == 1
    assert desk.work(desk_options(), tmp_path) == 0
    assert desk.work(desk_options(check=True), tmp_path) == 0
    assert desk.work(desk_options(lint=True), tmp_path) == 0
    assert desk.work(desk_options(numbers=[3]), tmp_path) == 1
    shown = capsys.readouterr().out
    for part in (
        "missing; fix: python3 solutions",
        "written",
        "Every lesson is",
        "0 findings in 1 notebooks",
    ):
        assert part in shown


def test_a_failed_run_stores_nothing_and_shows_progress(tmp_path, capsys, desk_options):
    path = tmp_path / "solutions" / "98_fail_loudly.ipynb"
    write_if_new(path, as_text(notebook("x = 1", "1 / 0")))
    before = path.read_bytes()
    assert desk.work(desk_options(run=True), tmp_path) == 1
    shown = capsys.readouterr()
    assert path.read_bytes() == before and not (tmp_path / "lessons").exists()
    assert "nothing stored. Cell 2" in shown.out and "98_fail_loudly" in shown.err


def test_a_run_stores_outputs_and_generates(tmp_path, capsys, desk_options):
    path = tmp_path / "solutions" / "98_print_one.ipynb"
    write_if_new(path, as_text(notebook("print(1)", tags=["output"])))
    assert desk.work(desk_options(run=True), tmp_path) == 0
    lesson = nbformat.read(tmp_path / "lessons" / path.name, as_version=4)
    assert lesson.cells[1].outputs[0].text == "1\n"
    assert desk.work(desk_options(run=True), tmp_path) == 0
    assert "unchanged" in capsys.readouterr().out


def test_a_source_that_cannot_be_built_is_named(tmp_path, capsys, desk_options):
    path = tmp_path / "solutions" / "98_import_os.ipynb"
    write_if_new(path, as_text(notebook("import os", tags=["exercise"])))
    assert desk.work(desk_options(), tmp_path) == 1
    assert desk.work(desk_options(check=True), tmp_path) == 1
    assert "98_import_os.ipynb: Cell 1" in capsys.readouterr().out


def test_the_command_hands_its_options_to_the_desk(load_file, monkeypatch):
    from annolib.course.notebook_files import ROOT

    command = load_file(ROOT / "solutions" / "__main__.py", "solutions_command")
    monkeypatch.setattr("annolib.course.setup.ensuring.ensure", lambda: None)
    monkeypatch.setattr(desk, "work", lambda options, root: SimpleNamespace(options=options, root=root))
    got = command.main(["--run", "0", "4"])
    assert (got.options.run, got.options.numbers, got.root) == (True, [0, 4], ROOT)
    with pytest.raises(SystemExit):
        command.main(["--run", "--check"])
