"""How far a learner is in a lesson, read from the notebook file alone. Standard library only."""

from __future__ import annotations

from pathlib import Path

from annolib.course.display import CHECK_MIME, KEPT_MIME
from annolib.course.notebook_files import exercises_of, read, source_of

NEW, STARTED, DONE = "new", "started", "done"


def state_of(notebook_path, pristine_path):
    """The state of a learner's copy of a lesson.

    Parameters
    ----------
    notebook_path : path
        The learner's copy; it may be missing.
    pristine_path : path
        The lesson as the course has it.

    Returns
    -------
    "new", "started" or "done"
        New: no source was changed and nothing was run. Done: each exercise of the lesson has a stored
        outcome "right", or, where the learner marks it, "attempted" and a criterion that is ticked. A copy that
        cannot be read as a notebook counts as started.
    """
    if not Path(notebook_path).exists():
        return NEW
    pristine = read(pristine_path)
    try:
        notebook = read(notebook_path)
        if _trace(notebook) == _trace(pristine):
            return NEW
        done, marked = outcomes(notebook), _marked(notebook)
        finished = {name for name, outcome in done if outcome == "right"}
        finished |= {name for name, outcome in done if outcome == "attempted" and name in marked}
    except (ValueError, LookupError, TypeError, AttributeError):
        return STARTED
    exercises = set(exercises_of(pristine))
    return DONE if exercises and exercises <= finished else STARTED


def outcomes(notebook):
    """The stored outcomes of checks in a notebook: pairs (exercise, outcome), in the order of the cells."""
    return [(one.get("exercise"), one.get("outcome")) for one in _stored(notebook, CHECK_MIME)]


def _marked(notebook):
    return {one.get("rubric") for one in _stored(notebook, KEPT_MIME) if one.get("ticked")}


def _stored(notebook, kind):
    data = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return [one[kind] for one in data if isinstance(one.get(kind), dict)]


def _trace(notebook):
    return [(cell["cell_type"], source_of(cell), bool(cell.get("outputs"))) for cell in notebook["cells"]]
