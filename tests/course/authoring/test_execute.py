"""Execution of sources: the same bytes when repeated; hidden errors are failures."""

import argparse
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from annolib.course.authoring import desk
from annolib.course.authoring import move_controls as drive
from annolib.course.authoring.build import as_text, write_if_new
from annolib.course.authoring.execute import WIDGET_VIEW, ExecutionError, execute
from annolib.course.notebook_files import tags_of


def notebook(*sources, tags=()):
    cells = [new_code_cell(source, metadata={"tags": list(tags)} if tags else {}) for source in sources]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells)


def test_repeated_execution_gives_the_same_bytes(executed, demo_kernel, tmp_path):
    again = execute(executed, tmp_path)
    assert as_text(again) == as_text(executed)


def test_nothing_of_the_run_is_stored(executed):
    assert set(executed.metadata) == {"kernelspec", "language_info", "annolib"}
    assert executed.metadata.language_info == {"name": "python"}
    for cell in executed.cells:
        assert set(cell.metadata) <= {"tags", "jupyter"}
        hidden = "hide-input" in cell.metadata.get("tags", [])
        assert cell.metadata.get("jupyter", {}) == ({"source_hidden": True} if hidden else {})
        assert all(WIDGET_VIEW not in output.get("data", {}) for output in cell.get("outputs", ()))
    (marked,) = [cell for cell in executed.cells if "output" in tags_of(cell)]
    assert "nbval-check-output" in tags_of(marked)


def test_figures_explorers_and_the_quiz_leave_something_to_read(executed):
    outputs = {
        cell.source.partition("(")[0]: cell.outputs for cell in executed.cells if cell.cell_type == "code"
    }
    assert "image/png" in outputs["al.figures.pass_curve"][0].data
    assert outputs["al.figures.pass_curve"][0].metadata["image/png"]["alt"]
    assert "Explorer" in outputs["al.widgets.pass_curve_explorer"][0].data["text/plain"]
    assert set(outputs["lesson.quiz"][0].data) == {"text/plain", "text/html"}


@pytest.mark.parametrize(
    ("sources", "part"),
    [
        (("x = 1", "1 / 0"), r"Cell 2 \(1 / 0\): ZeroDivisionError: division by zero"),
        (("import ipywidgets as w\nw.interact(lambda x: 1 / x, x=(0, 5));\n", "x = 1"), "division by zero"),
        (
            ("import ipywidgets as w\nout = w.Output()\nwith out:\n    raise ValueError('hidden')",),
            "ValueError: hidden",
        ),
        (
            (
                "import ipywidgets as w\ns = w.IntSlider(2, 1, 3)\ns.observe(lambda c: 1 / (3 - c['new']), 'value')\ns",
            ),
            "Moving the controls to their ends failed: ZeroDivisionError",
        ),
        (("import warnings\nwarnings.warn('look out')",), "look out"),
    ],
)
def test_errors_that_a_reader_would_miss_are_failures(tmp_path, sources, part):
    with pytest.raises(ExecutionError, match=part):
        execute(notebook(*sources), tmp_path)


def test_an_expected_error_is_none(tmp_path):
    done = execute(notebook("1 / 0", tags=["raises-exception"]), tmp_path)
    assert done.cells[0].outputs[0].ename == "ZeroDivisionError"


def test_streams_are_joined_and_the_error_stream_dropped(tmp_path):
    source = "import sys\nfor k in range(40):\n    print(k, flush=True)\nprint('note', file=sys.stderr)"
    (output,) = execute(notebook(source), tmp_path).cells[0].outputs
    assert output.text.splitlines() == [str(k) for k in range(40)]


def test_every_control_is_moved():
    import ipywidgets

    ipywidgets.Widget.close_all()  # those of other tests, whose callbacks may fail on purpose
    seen = []
    controls = [
        ipywidgets.FloatSlider(0.5, min=0, max=1),
        ipywidgets.Dropdown(options=[("a", 1), ("b", 2)]),
        ipywidgets.RadioButtons(options=["x", "y"], value=None),
        ipywidgets.Checkbox(False),
        ipywidgets.HTML("not a control"),
        ipywidgets.IntSlider(1, 0, 3, disabled=True),
    ]
    for control in controls:
        control.observe(lambda change: seen.append(change["new"]), "value")
    assert drive.move_every_control() >= 8
    assert {0.0, 1.0, 2, "x", "y"} <= set(seen) and 3 not in seen
    assert any(value is True for value in seen)


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
        "missing; mend: python3 solutions",
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
    assert lesson.cells[0].outputs[0].text == "1\n"
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
