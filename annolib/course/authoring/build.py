"""Generate a lesson from its source notebook: a pure function, the same bytes every time.

Cell tags in the source: `exercise` (answers become `...`), `predict` (the guess becomes `...`), `hint`
(folded), `instructor` (left out), `output` (its text output stays and is compared by nbval), `hide-input` (the code
is collapsed); `check`, `claim` and `widget` only name what a cell is.
"""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat

import annolib
from annolib.course.authoring import repository
from annolib.course.authoring.hosted import hosted_cell, with_hosted_cell
from annolib.course.authoring.stubs import BuildError, exercise_stub, hint_blocks, predict_stub
from annolib.course.notebook_files import ROOT, notebooks, source_of, tags_of

COMPARED = "nbval-check-output"
HIDDEN = "hide-input"
_REWRITE = {"exercise": exercise_stub, "predict": predict_stub, "hint": hint_blocks}
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def lesson_from(notebook):
    """The lesson that `notebook`, a source from `solutions`, stands for.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Not changed.

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    BuildError
        With the number of the cell that cannot be turned, counted from 1.
    """
    lesson = nbformat.v4.new_notebook(metadata=plain_metadata(notebook))
    for number, cell in enumerate(notebook.cells, 1):
        if "instructor" in tags_of(cell):
            continue
        try:
            lesson.cells.append(_lesson_cell(cell))
        except BuildError as error:
            raise BuildError(f"Cell {number}: {error}") from None
    nbformat.validate(lesson)
    return lesson


def lesson_text(path, where=None):
    """The text of the lesson's file, from the path of its source: with badges, the cell that installs, the version.

    Parameters
    ----------
    path : path
        The source, `solutions/NN_verb_noun.ipynb`.
    where : str, optional
        The address of the repository, for the badges under the title and the cell that installs; by default what
        `pyproject.toml` says.
    """
    where, edition = where or repository.address(), repository.edition()
    lesson = lesson_from(nbformat.read(path, as_version=4))
    line = repository.badges(where, f"lessons/{Path(path).name}", edition=edition)
    lesson = with_hosted_cell(with_line_under_title(lesson, line), hosted_cell(where, edition))
    lesson.metadata["annolib"]["version"] = annolib.__version__
    return as_text(lesson)


def with_line_under_title(notebook, line):
    """A copy of the notebook with a paragraph after the title in its first cell; as it is where there is no title."""
    copied = copy.deepcopy(notebook)
    if copied.cells and copied.cells[0].cell_type == "markdown":
        title, cut, rest = copied.cells[0].source.partition("\n")
        if title.startswith("# "):
            copied.cells[0].source = f"{title}\n\n{line}{cut}{rest}"
    return copied


def as_text(notebook):
    """A notebook as the text of its file: sorted keys, one space, a newline at the end."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def plain_metadata(notebook):
    """The metadata of a notebook that do not depend on who ran it."""
    return {**copy.deepcopy(_METADATA), "annolib": copy.deepcopy(dict(notebook.metadata.get("annolib", {})))}


def cell_metadata(tags):
    """The metadata of a cell: its tags, and that JupyterLab shows it collapsed if one of them is `hide-input`."""
    hidden = {"jupyter": {"source_hidden": True}} if HIDDEN in tags else {}
    return nbformat.from_dict({"tags": list(tags), **hidden} if tags else {})


def write_if_new(path, text):
    """Write `text` unless the file has it already; tell whether it was written."""
    path = Path(path)
    if path.exists() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def stale_lessons(root=ROOT):
    """What differs between the lessons on disk and those that the sources stand for.

    Returns
    -------
    list of (path, str)
        Paths of lessons and "missing", "differs" or "has no source".
    """
    root = Path(root)
    wanted = {root / "lessons" / path.name: lesson_text(path) for path in notebooks("solutions", root)}
    found = [(path, "has no source") for path in notebooks("lessons", root) if path not in wanted]
    for path, text in wanted.items():
        if not path.exists():
            found.append((path, "missing"))
        elif path.read_bytes() != text.encode():
            found.append((path, "differs"))
    return found


def _lesson_cell(cell):
    tags, source = list(tags_of(cell)), source_of(cell)
    for tag, rewrite in _REWRITE.items():
        if tag in tags:
            source = rewrite(source)
    built = copy.deepcopy(cell)
    built.source, built.metadata = source, cell_metadata(tags)
    if cell.cell_type == "code":
        built.outputs, built.execution_count = [], None
        if "output" in tags:
            built.outputs, built.execution_count = _text_outputs(cell), cell.execution_count
            built.metadata = cell_metadata([*tags, *({COMPARED} - set(tags))])
    return built


def _text_outputs(cell):
    if cell.execution_count is None or not cell.outputs:
        raise BuildError('A cell tagged "output" is stored without output; run python3 solutions --run.')
    kept = []
    for output in copy.deepcopy(cell.outputs):
        data = output.get("data", {})
        strange = [mime for mime in data if not mime.startswith(("text/", "image/png"))]
        if output.output_type == "error" or strange:
            raise BuildError(
                f'A cell tagged "output" may give text only; saw {(strange or ["an error"])[0]}.'
            )
        if data:
            output.data = {mime: text for mime, text in data.items() if mime.startswith("text/")}
            output.metadata = {}
        kept.append(output)
    return kept
