"""`python3 lessons --assign nbgrader|otter FOLDER`: the lessons as assignments, one folder each.

For nbgrader, `FOLDER` becomes a course folder: `source/lesson_NN/NN_verb_noun.ipynb` and `nbgrader_config.py`. For Otter,
`FOLDER/lesson_NN` holds a master notebook for `otter assign`. Files that are there already are kept.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import nbformat

from annolib.course.authoring.build import as_text
from annolib.course.files import create
from annolib.course.grading.pages import EXERCISE, NAME, PLAIN, RUBRIC, SETUP, TEST, pages_of, with_marks
from annolib.course.grading.sheet import cell_text
from annolib.course.notebook_files import notebooks
from annolib.course.variants import variant
from annolib.course.workspace.hand_out import WorkspaceError

NBGRADER, OTTER = "nbgrader", "otter"
FORMATS = (NBGRADER, OTTER)

CONFIG = """# The course of Trust the Label for nbgrader: generate, release, autograde and feedback run in this folder.
c = get_config()
c.CourseDirectory.course_id = "trust-the-label"
c.ClearSolutions.code_stub = {"python": "..."}
c.ClearSolutions.enforce_metadata = False
c.ExecutePreprocessor.timeout = 120
c.ExecutePreprocessor.interrupt_on_timeout = True
"""


def assign(kind, folder, seed=None, students=(), numbers=(), root=None, tell=print):
    """Write the assignments of all lessons, or of those in `numbers`, into `folder`.

    Parameters
    ----------
    kind : "nbgrader" or "otter"
    folder : path
    seed : str, optional
        With it, each assignment asks questions with numbers of the student's own.
    students : sequence of str, optional
        With a seed: `key.csv` gets the numbers and the key of each of them.
    numbers : sequence of int, optional
    root : path, optional
        The repository.
    tell : callable

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    WorkspaceError
        If the solved notebooks are not at hand or the folder cannot be written to.
    """
    sources = [path for path in notebooks("solutions", root) if not numbers or int(path.name[:2]) in numbers]
    if not sources:
        raise WorkspaceError(
            "Assignments are made from the folder solutions of the repository; none is there."
        )
    folder, written = Path(folder).expanduser(), []
    for path in sources:
        number = int(path.name[:2])
        notebook = nbformat.read(path, as_version=4)
        pages = pages_of(notebook, number, seed)
        made = _nbgrader(notebook, pages) if kind == NBGRADER else _otter(notebook, pages, path.stem)
        home = folder / "source" if kind == NBGRADER else folder
        written += _write(home / f"lesson_{number:02d}" / path.name, as_text(made), tell)
    if kind == NBGRADER:
        written += _write(folder / "nbgrader_config.py", CONFIG, tell)
    if seed is not None and students:
        written += _write(folder / "key.csv", key(seed, students, [int(p.name[:2]) for p in sources]), tell)
    return written


def key(seed, students, numbers):
    """The questions and keys of each student as the text of a table: student, lesson, exercise, question, key."""
    stream = io.StringIO(newline="")
    rows = csv.writer(stream)
    rows.writerow(["student", "lesson", "exercise", "key", "question"])
    for student in students:
        for number in numbers:
            for one in variant(number, f"{seed}, {student}"):
                rows.writerow([cell_text(student), number, one.name, repr(one.key), cell_text(one.text)])
    return stream.getvalue()


def _write(path, text, tell):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        done = create(path, text.encode())
    except OSError as error:
        raise WorkspaceError(f"{path} could not be written: {error}. Name another folder.") from None
    tell(f"{path}: {'written' if done else 'kept as it is; delete it to have it written anew'}")
    return [path] if done else []


def _nbgrader(source, pages):
    made = nbformat.v4.new_notebook(metadata=_metadata(source))
    for place, page in enumerate(pages):
        cell = page.cell
        if page.role in (EXERCISE, RUBRIC):
            cell.source = with_marks(page.solved, "### BEGIN SOLUTION", "### END SOLUTION")
        if page.role not in (PLAIN, NAME):
            cell.metadata["nbgrader"] = _about(page, place)
        made.cells.append(cell)
    nbformat.validate(made)
    return made


def _about(page, place):
    """nbgrader's metadata of one cell."""
    named = page.name or f"setup-{place}"
    about = {
        "schema_version": 3,
        "grade_id": f"test-{named}" if page.role == TEST else named,
        "locked": page.role in (SETUP, TEST),
        "grade": page.role in (TEST, RUBRIC),
        "solution": page.role in (EXERCISE, RUBRIC),
        "task": False,
        "cell_type": "code",
    }
    return {**about, "points": page.points} if about["grade"] else about


def _otter(source, pages, name):
    made = nbformat.v4.new_notebook(metadata=_metadata(source))
    made.cells.append(
        _raw(f"# ASSIGNMENT CONFIG\nname: {name}\nexport_cell: false\ncheck_all_cell: false", "config")
    )
    pages = list(pages)
    for place, page in enumerate(pages):
        if page.role == EXERCISE:
            made.cells += _question(page, pages[place + 1])
        elif page.role == RUBRIC:
            made.cells += _question(page, None)
        elif page.role == NAME:
            page.cell.source = f"{page.solved}  # SOLUTION"
            made.cells.append(page.cell)
        elif page.role != TEST:
            made.cells.append(page.cell)
    nbformat.validate(made)
    return made


def _question(page, test):
    """An exercise and its test between Otter's own raw cells."""
    name = page.name.replace("_", "-")
    points = (test or page).points
    config = f"# BEGIN QUESTION\nname: {page.name}\npoints: {points:g}" + ("" if test else "\nmanual: true")
    page.cell.source = with_marks(page.solved, "# BEGIN SOLUTION", "# END SOLUTION")
    cells = [
        _raw(config, f"question-{name}"),
        _raw("# BEGIN SOLUTION", f"begin-{name}"),
        page.cell,
        _raw("# END SOLUTION", f"end-{name}"),
    ]
    if test:
        begin, end = _raw("# BEGIN TESTS", f"tests-{name}"), _raw("# END TESTS", f"tested-{name}")
        cells += [begin, test.cell, end]
    return [*cells, _raw("# END QUESTION", f"asked-{name}")]


def _raw(source, name):
    return nbformat.v4.new_raw_cell(source, id=name[:64])


def _metadata(source):
    plain = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {**plain, "language_info": {"name": "python"}, "annolib": dict(source.metadata.get("annolib", {}))}
