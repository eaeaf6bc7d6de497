"""Execution of sources: the same bytes when repeated; hidden errors are failures."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from annolib.course.authoring.build import as_text
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
