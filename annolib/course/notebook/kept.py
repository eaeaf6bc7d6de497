"""What a notebook holds of a learner's work from earlier sessions: outcomes, ticks, answers to the quiz.

They stand in the outputs of its cells, as data for programs beside what the page shows, and are read from the file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from annolib.course.display import CHECK_MIME, KEPT_MIME
from annolib.course.notebook_files import read

_asked = {}  # lesson, and "quiz" or a rubric: a function that tells what is chosen or ticked in this session


@dataclass(frozen=True)
class Held:
    """What was found in a notebook.

    Attributes
    ----------
    states : dict of str to str
        Exercise and the last outcome of its check.
    ticks : dict of str to tuple of int
        Self-marked exercise and the criteria that are ticked, counted from 0.
    choices : dict of int to str
        Quiz question, counted from 0, and the option that was chosen last.
    """

    states: dict = field(default_factory=dict)
    ticks: dict = field(default_factory=dict)
    choices: dict = field(default_factory=dict)


def ask_later(number, what, tell):
    """Remember `tell`, which returns what is ticked or chosen now; boxes and buttons outlive the run of their cell."""
    _asked[number, what] = tell


def asked_now(number, what):
    """What is ticked or chosen in this session, or None where nothing was shown yet."""
    tell = _asked.get((number, what))
    return tell() if tell else None


def held_by(notebook, number):
    """What the notebook, as the dictionary of its file, holds for lesson `number`; nothing strange is taken over.

    >>> output = {"data": {KEPT_MIME: {"lesson": 1, "choices": {"0": "yes", "x": "no"}}}}
    >>> held_by({"cells": [{"outputs": [output]}]}, 1).choices
    {0: 'yes'}
    """
    found = Held()
    for data in _data(notebook):
        check, kept = data.get(CHECK_MIME), data.get(KEPT_MIME)
        if (
            _of(check, number)
            and isinstance(check.get("exercise"), str)
            and isinstance(check.get("outcome"), str)
        ):
            found.states[check["exercise"]] = check["outcome"]
        if not _of(kept, number):
            continue
        if isinstance(kept.get("rubric"), str) and isinstance(kept.get("ticked"), list):
            found.ticks[kept["rubric"]] = tuple(n for n in kept["ticked"] if type(n) is int and n >= 0)
        if isinstance(kept.get("choices"), dict):
            found.choices.update(
                {int(n): text for n, text in kept["choices"].items() if n.isdigit() and isinstance(text, str)}
            )
    return found


def held_here(number):
    """What the notebook that this kernel runs holds for lesson `number`; nothing where it cannot be found."""
    path = this_notebook(number)
    try:
        return held_by(read(path), number) if path else Held()
    except (OSError, ValueError):
        return Held()


def this_notebook(number):
    """The path of the notebook that this kernel runs, or None where the front end does not tell.

    Jupyter servers give it in `JPY_SESSION_NAME`, VS Code in a variable. Else the only notebook of lesson `number` in
    the working folder is it.
    """
    told = [os.environ.get("JPY_SESSION_NAME"), _in_vs_code()]
    for path in map(Path, filter(None, told)):
        if path.suffix == ".ipynb" and path.is_file():
            return path
    found = [path for path in Path().glob(f"{number:02d}_*.ipynb") if ".new-" not in path.name]
    return found[0] if len(found) == 1 else None


def _in_vs_code():
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell.user_ns.get("__vsc_ipynb_file__") if shell else None


def _data(notebook):
    """The data of all outputs; whatever does not look like one is passed over."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else ()
    for cell in cells if isinstance(cells, list) else ():
        outputs = cell.get("outputs") if isinstance(cell, dict) else ()
        for output in outputs if isinstance(outputs, list) else ():
            data = output.get("data") if isinstance(output, dict) else None
            if isinstance(data, dict):
                yield data


def _of(entry, number):
    return isinstance(entry, dict) and entry.get("lesson") == number
