"""The lessons of the course as a learner sees them: number, title, minutes, state, newer version.

Standard library only: `python3 lessons --list` needs no prepared environment.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from annolib.course.notebook_files import read, source_of
from annolib.course.setup.environment import command, is_checkout
from annolib.course.workspace.hand_out import WorkspaceError, is_untouched, newer_version, versions
from annolib.course.workspace.progress import DONE, NEW, STARTED, state_of

UNKNOWN = "unknown"
_RESTORE = (
    "In the repository: python3 solutions makes them."
    if is_checkout()
    else f"Install the course again: {sys.executable} -m pip install --force-reinstall --no-deps annolib"
)


@dataclass(frozen=True)
class Entry:
    """One lesson of the course.

    Attributes
    ----------
    number : int
    title : str
    minutes : tuple of int
        To read and to do; empty if the notebook does not say.
    path : pathlib.Path
        The notebook in the course, not in the working copy.
    """

    number: int
    title: str
    minutes: tuple[int, ...]
    path: Path


def catalogue(lessons):
    """Return the lessons in the folder `lessons` as a tuple of `Entry`, by number.

    Raises
    ------
    WorkspaceError
        If there are none, or one cannot be read.
    """
    entries = tuple(sorted(map(_entry, Path(lessons).glob("[0-9][0-9]_*.ipynb")), key=lambda one: one.number))
    if not entries:
        raise WorkspaceError(f"There are no lessons in {lessons}. {_RESTORE}")
    return entries


def find(entries, number):
    """Return the entry of lesson `number`; the error says which there are."""
    for entry in entries:
        if entry.number == number:
            return entry
    numbers = ", ".join(str(entry.number) for entry in entries)
    raise WorkspaceError(
        f"There is no lesson {number}. There are: {numbers}. See: {command('lessons')} --list"
    )


def listing(entries, work):
    """Return the lines of `python3 lessons --list` for the working copy `work`, which need not exist."""
    width = max(len(entry.title) for entry in entries)
    lines = [f"    {'lesson':<{width}}  minutes  state"]
    for entry in entries:
        seen, remark = _seen(entry, work)
        lines.append(f"{entry.number:02d}  {entry.title:<{width}}  {_minutes(entry):>7}  {seen}")
        lines += [f"    {remark}"] if remark else []
    return lines


def state(entry, work):
    """Return how far the learner is: the furthest of their copy and of the new versions beside it."""
    states = [NEW]
    for copy in versions(Path(work) / entry.path.name):
        states.append(NEW if is_untouched(copy) else state_of(copy, entry.path))
    return max(states, key=(NEW, STARTED, DONE).index)


def _seen(entry, work):
    """The state of one lesson, and a remark or ""; a copy that cannot be looked at is a remark too."""
    try:
        newer = newer_version(entry.path, Path(work) / entry.path.name)
        return state(entry, work), "" if newer is None else _about(newer)
    except OSError as error:
        return UNKNOWN, f"Your copy cannot be read: {error}"


def _about(newer):
    if newer:
        return f"You have edited it; a newer version lies beside it: {newer}"
    return f"You have edited it, and the course has another version; `{command('lessons')}` puts it beside yours."


def _minutes(entry):
    return str(sum(entry.minutes)) if entry.minutes else "?"


def _entry(path):
    try:
        notebook = read(path)
        about = notebook["metadata"].get("annolib", {})
        headings = (
            re.match(r"#\s+(.*)", source_of(cell))
            for cell in notebook["cells"]
            if cell["cell_type"] == "markdown"
        )
        heading = next((found.group(1).strip() for found in headings if found), path.stem)
        title = heading.rpartition(" · ")[2]
        number = int(about.get("lesson", path.name[:2]))
        return Entry(number, title, tuple(about.get("minutes", ())), path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            f"{path} is not a readable notebook ({error!r}). "
            + (f"Restore it: git checkout {path}" if is_checkout() else _RESTORE)
        ) from None
