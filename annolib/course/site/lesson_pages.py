"""A notebook as a page: a lesson as the learner gets it, or solved; nothing is executed.

The outputs are those that the source in `solutions` holds. A lesson borrows them, except where they would judge an
answer or a guess that the reader has not made yet.
"""

from __future__ import annotations

import ast
import copy
import html
import re

from annolib.course.authoring import repository
from annolib.course.authoring.build import HIDDEN, lesson_from, with_line_under_title
from annolib.course.authoring.stubs import hint_blocks
from annolib.course.notebook_files import is_lesson_call, source_of, tags_of

_SHOWING = ("solution", "quiz", "progress")  # calls whose output says it all
_JUDGING = ("check", "rubric", "predict", "progress")
_SOLUTION = re.compile(
    r"<details><summary>(Solution of <code>.*?</code>)</summary><pre><code>(.*?)</code></pre></details>", re.S
)
_TITLE = re.compile(r"(Lesson \d+)(.*)", re.S)


def lesson_page(source, name, where, pictures):
    """Return the page of a lesson, unsolved: hints and solutions folded, figures and printed results in place.

    Parameters
    ----------
    source : nbformat.NotebookNode
        The source notebook, with its outputs.
    name : str
        The file name of both notebooks, `NN_verb_noun.ipynb`.
    where : str
        The address of the repository.
    pictures : Pictures
        Takes the figures.

    Returns
    -------
    nbformat.NotebookNode
    """
    lesson = lesson_from(source)
    given = [cell for cell in source.cells if "instructor" not in tags_of(cell)]
    for cell, original in zip(lesson.cells, given, strict=True):
        if cell.cell_type == "code":
            cell.outputs = [] if _judges(original) else copy.deepcopy(original.outputs)
    links = f"[The same lesson solved](../solutions/{name}) · {_download(where, 'lessons', name)}"
    return _page(lesson, name, where, pictures, f"{_badges(where, name)}\n\n{links}")


def solved_page(source, name, where, pictures):
    """Return the page of a solved lesson, everything in place; parameters as in `lesson_page`."""
    solved = copy.deepcopy(source)
    for cell in solved.cells:
        if "hint" in tags_of(cell):
            cell.source = hint_blocks(source_of(cell))
    head = solved.cells[0]
    title, cut, rest = head.source.partition("\n")
    head.source = _TITLE.sub(r"\1, solved\2", title) + cut + rest
    slides = f'<a href="../slides/{name.removesuffix(".ipynb")}.html">Slides</a>'
    lesson = f"[The lesson without its solutions](../lessons/{name})"
    links = f"{lesson} · {slides} · {_download(where, 'solutions', name)}"
    return _page(solved, name, where, pictures, links)


def short_title(notebook):
    """Return number and name of a lesson, as in the map of the course.

    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> short_title(new_notebook(cells=[new_markdown_cell("# Lesson 04 · Assess · Measure effort")]))
    '04 Measure effort'
    """
    title = notebook.cells[0].source.partition("\n")[0]
    number, *_, name = title.removeprefix("# Lesson ").split(" · ")
    return f"{number} {name}"


def _page(notebook, name, where, pictures, under_title):
    page = with_line_under_title(notebook, under_title)
    page.metadata.pop("annolib", None)
    for cell in page.cells:
        tags = tags_of(cell)
        shown_as = [HIDDEN] if HIDDEN in tags else ["remove-input"] if _only_shows(cell) else []
        cell.metadata = type(cell.metadata)({"tags": shown_as})
        if cell.cell_type == "code":
            cell.execution_count = None
            shown = [_shown(output, pictures) for output in cell.outputs]
            cell.outputs = [output for output in shown if output is not None]
            if "widget" in tags:
                cell.outputs = [_html(_run_note(where, name))]
    return page


def _shown(output, pictures):
    """The output as a page shows it once: a picture in two schemes, HTML, or text; None for what is not for readers."""
    data = output.get("data", {})
    if "image/png" in data:
        words = output.metadata.get("image/png", {}).get("alt", data.get("text/plain", ""))
        return _html(pictures.element(data["image/png"], words))
    if "text/html" in data:
        return _html(_SOLUTION.sub(_highlighted, data["text/html"]))
    if data:
        output.data = type(output.data)({"text/plain": data["text/plain"]}) if "text/plain" in data else {}
        return output if output.data else None
    return output


def _html(text):
    from nbformat.v4 import new_output

    return new_output("display_data", {"text/html": text})


def _highlighted(match):
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    title, code = match.groups()
    shown = highlight(html.unescape(code), PythonLexer(), HtmlFormatter())
    return f"<details><summary>{title}</summary>{shown}</details>"


def _run_note(where, name):
    links = repository.launchers(where, f"lessons/{name}").items()
    places = ", ".join(f'<a href="{html.escape(link)}">{place}</a>' for place, link in links)
    number = int(name[:2])
    return (
        '<div class="annolib-explorer"><p><strong>An explorer with sliders stands here.</strong> '
        f"It moves where the notebook runs: {places}, or at home with "
        f"<code>python3 lessons {number}</code>. The picture below is one position of it.</p></div>"
    )


def _badges(where, name):
    return repository.badges(where, f"lessons/{name}")


def _download(where, folder, name):
    return f"[Notebook]({repository.file_link(where, f'{folder}/{name}')})"


def _only_shows(cell):
    """Whether a code cell is one call such as `lesson.quiz()`."""
    if cell.cell_type != "code":
        return False
    try:
        body = ast.parse(source_of(cell)).body
    except SyntaxError:
        return False
    return len(body) == 1 and is_lesson_call(getattr(body[0], "value", None), *_SHOWING)


def _judges(cell):
    """Whether the outputs of a source cell are about an answer or a guess."""
    try:
        nodes = list(ast.walk(ast.parse(source_of(cell))))
    except SyntaxError:
        return True
    reveals = (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "reveal" for node in nodes)
    return any(is_lesson_call(node, *_JUDGING) for node in nodes) or any(reveals)
