"""From source to lesson: nothing of the answers, the same bytes every time, clear refusals."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import annolib
from annolib.course.authoring import repository
from annolib.course.authoring.build import (
    as_text,
    lesson_from,
    lesson_text,
    stale_lessons,
    with_line_under_title,
    write_if_new,
)
from annolib.course.authoring.hosted import hosted_cell, with_hosted_cell
from annolib.course.authoring.stubs import BuildError
from annolib.course.notebook_files import source_of, tags_of


def one_cell(source, *tags, kind=new_code_cell):
    return new_notebook(cells=[kind(source, metadata={"tags": list(tags)})])


def test_instructor_cells_outputs_and_foreign_metadata_are_left_out(executed):
    before = copy.deepcopy(executed)
    lesson = lesson_from(executed)
    assert executed == before
    assert not any("instructor" in tags_of(cell) for cell in lesson.cells)
    assert set(lesson.metadata) == {"kernelspec", "language_info", "annolib"}
    for cell in lesson.cells:
        assert set(cell.metadata) <= {"tags", "jupyter"}
        hidden = "hide-input" in cell.metadata.get("tags", [])
        assert cell.metadata.get("jupyter", {}) == ({"source_hidden": True} if hidden else {})
        if cell.cell_type == "code" and "output" not in tags_of(cell):
            assert cell.outputs == [] and cell.execution_count is None


def test_the_marked_output_stays_with_its_count_and_is_compared(executed):
    (cell,) = [cell for cell in lesson_from(executed).cells if "output" in tags_of(cell)]
    assert cell.outputs[0].text == "A coin agrees in 50.0% of all tries.\n"
    assert cell.execution_count > 1 and "nbval-check-output" in tags_of(cell)


def test_only_text_of_a_marked_output_stays():
    notebook = one_cell("table", "output")
    data = {"text/plain": "t", "text/html": "<b>", "image/png": "x"}
    notebook.cells[0].outputs = [new_output("execute_result", data, execution_count=1)]
    notebook.cells[0].execution_count = 1
    kept = lesson_from(notebook).cells[0].outputs[0]
    assert set(kept.data) == {"text/plain", "text/html"}
    notebook.cells[0].outputs[0].data["application/json"] = "{}"
    with pytest.raises(BuildError, match="Cell 1: .* may give text only; saw application/json"):
        lesson_from(notebook)
    with pytest.raises(BuildError, match="stored without output"):
        lesson_from(one_cell("1", "output"))


def test_the_pristine_lesson_has_no_answer_left(executed):
    text = "\n".join(source_of(cell) for cell in lesson_from(executed).cells)
    for secret in (
        "other * other",
        "everybody_left",
        "fewest = 8",
        "very little",
        "Question",
        "for the teacher",
    ):
        assert secret not in text


def test_the_same_bytes_every_time_and_from_the_file(executed, tmp_path):
    path = tmp_path / "solutions" / "99_count_coins.ipynb"
    write_if_new(path, as_text(executed))
    line = repository.badges(repository.address(), f"lessons/{path.name}")
    cell = hosted_cell(repository.address(), repository.edition())
    lesson = with_hosted_cell(with_line_under_title(lesson_from(executed), line), cell)
    lesson.metadata["annolib"]["version"] = annolib.__version__
    assert lesson_text(path) == lesson_text(path) == as_text(lesson)
    assert lesson_text(path).endswith("}\n")
    nbformat.validate(nbformat.reads(lesson_text(path), as_version=4))


def test_stale_lessons_are_found(executed, tmp_path):
    source, lesson = (tmp_path / folder / "99_count_coins.ipynb" for folder in ("solutions", "lessons"))
    write_if_new(source, as_text(executed))
    assert stale_lessons(tmp_path) == [(lesson, "missing")]
    assert write_if_new(lesson, lesson_text(source)) and not write_if_new(lesson, lesson_text(source))
    assert stale_lessons(tmp_path) == []
    lesson.write_bytes(lesson.read_bytes().replace(b"\n", b"\r\n"))
    assert stale_lessons(tmp_path) == [(lesson, "differs")]
    source.unlink()
    assert stale_lessons(tmp_path) == [(lesson, "has no source")]


def test_the_number_of_the_faulty_cell_is_said():
    notebook = new_notebook(
        cells=[new_markdown_cell("# A"), new_code_cell("import os", metadata={"tags": ["exercise"]})]
    )
    with pytest.raises(BuildError, match="^Cell 2: "):
        lesson_from(notebook)


def test_a_line_goes_under_the_title_and_nowhere_else():
    notebook = one_cell("# Title\n\nText.", kind=new_markdown_cell)
    assert with_line_under_title(notebook, "Line.").cells[0].source == "# Title\n\nLine.\n\nText."
    assert notebook.cells[0].source == "# Title\n\nText."
    for untitled in (one_cell("Text.", kind=new_markdown_cell), one_cell("# a comment"), new_notebook()):
        assert with_line_under_title(untitled, "Line.") == untitled
