"""A notebook as a page: nothing is judged that the reader has not done, every figure is there once, nothing runs."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from annolib.course.authoring import repository
from annolib.course.notebook_files import ROOT, notebooks, source_of, tags_of
from annolib.course.site.lesson_pages import lesson_page, short_title, solved_page
from annolib.course.site.pictures import Pictures

WHERE = "https://github.com/someone/a-course"
NAME = "04_measure_effort.ipynb"


@pytest.fixture(scope="module")
def source():
    return nbformat.read(ROOT / "solutions" / NAME, as_version=4)


@pytest.fixture(scope="module")
def pages(source, tmp_path_factory):
    pictures = Pictures(tmp_path_factory.mktemp("figures"), "../_static/figures")
    before = copy.deepcopy(source)
    made = {page.__name__: page(source, NAME, WHERE, pictures) for page in (lesson_page, solved_page)}
    assert source == before, "the source was changed"
    return made


def shown(page):
    """All that a page shows under its code cells, as text."""
    outputs = [output for cell in page.cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join(output.get("text", "") or "".join(output.get("data", {}).values()) for output in outputs)


def test_both_pages_are_notebooks_that_lead_to_each_other(pages):
    for page in pages.values():
        nbformat.validate(page)
    heads = {name: page.cells[0].source for name, page in pages.items()}
    assert heads["lesson_page"].startswith("# Lesson 04 · Assess · ")
    assert (
        f"](../solutions/{NAME})" in heads["lesson_page"] and f"](../lessons/{NAME})" in heads["solved_page"]
    )
    assert repository.badges(WHERE, f"lessons/{NAME}") in heads["lesson_page"]
    assert heads["solved_page"].startswith("# Lesson 04, solved · Assess · ")


def test_an_unsolved_page_judges_nothing_and_shows_what_the_notebook_would(source, pages):
    words = shown(pages["lesson_page"])
    for judged in ("Right:", "Your guess", "exercises done", "mark it yourself"):
        assert judged not in words and judged in shown(pages["solved_page"])
    assert "same_pairs            20" in words and "statements checked" in words and "<strong>1. " in words
    stubs = [source_of(cell) for cell in pages["lesson_page"].cells if "    ...\n" in source_of(cell)]
    assert len(stubs) == sum(
        "exercise" in tags_of(cell) and "def " in source_of(cell) for cell in source.cells
    )


def test_solutions_and_hints_are_folded_on_both_pages(pages):
    for page in pages.values():
        hints = [cell.source for cell in page.cells if "<summary>Hint 1</summary>" in source_of(cell)]
        assert len(hints) == 5 and all(
            hint.count("<details>") == hint.count("</details>") > 3 for hint in hints
        )
        words = shown(page)
        assert words.count("<details><summary>Solution of") == 6
        assert '<div class="highlight">' in words and "&amp;quot;" not in words


def test_every_figure_of_the_source_is_there_once_in_two_schemes(source, pages):
    figures = sum(
        "image/png" in output.get("data", {}) for cell in source.cells for output in cell.get("outputs", [])
    )
    for page in pages.values():
        words = shown(page)
        assert words.count("only-light") == words.count("only-dark") == figures > 3
        assert "base64" not in words


def test_an_explorer_says_where_it_moves(source, pages):
    explorers = sum("widget" in tags_of(cell) for cell in source.cells)
    for page in pages.values():
        words = shown(page)
        assert words.count('class="annolib-explorer"') == explorers > 0
        for link in repository.launchers(WHERE, f"lessons/{NAME}").values():
            assert link in words
        assert "the controls move in Jupyter" not in words


@pytest.mark.parametrize("path", notebooks("solutions"), ids=lambda path: path.stem)
def test_a_static_panel_follows_every_explorer(path):
    cells = nbformat.read(path, as_version=4).cells
    for place, cell in enumerate(cells):
        if "widget" in tags_of(cell):
            near = [output for after in cells[place + 1 : place + 3] for output in after.get("outputs", [])]
            assert any("image/png" in output.get("data", {}) for output in near), source_of(cell)


def test_private_data_text_twins_and_odd_cells(tmp_path):
    check = {"application/vnd.trustlabel.check+json": {}, "text/html": "<p>Seen</p>", "text/plain": "seen"}
    only = {"application/vnd.trustlabel.check+json": {}}
    cells = [
        new_markdown_cell("# Lesson 01 · Assess · Do this"),
        new_code_cell("1", outputs=[new_output("display_data", check), new_output("display_data", only)]),
        new_code_cell("%magic", outputs=[new_output("stream", text="x")]),
    ]
    pictures = Pictures(tmp_path, "figures")
    page = solved_page(new_notebook(cells=cells), "01_do_this.ipynb", WHERE, pictures)
    assert [dict(output.data) for output in page.cells[1].outputs] == [{"text/html": "<p>Seen</p>"}]
    assert page.cells[2].outputs[0].text == "x"
    assert short_title(new_notebook(cells=cells)) == "01 Do this"
