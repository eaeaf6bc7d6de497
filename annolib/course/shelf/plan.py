"""Minutes: of each section of a lesson, of its 20-minute path, of a week, of a route through the course.

A section takes what the formula of the lint gives it; the sections of a lesson, in whole minutes, add up to what its
head promises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

import nbformat

from annolib.course.authoring.lint.budgets import minutes_of
from annolib.course.authoring.lint.page import page_from
from annolib.course.notebook_files import notebooks

OPENING, CLOSING = "Opening", "Recap, quiz, what comes next"
_BEFORE = ("What you will build", "Setup")
_AFTER = ("Recap", "What can break", "Quiz", "Further reading", "Next lesson", "Where to go from here")


@dataclass(frozen=True)
class Step:
    """One section in a plan.

    Attributes
    ----------
    title : str
    minutes : int
    doing : tuple of str
        What happens: "predict", "exercise 2", "explorer", "figure".
    """

    title: str
    minutes: int
    doing: tuple


def pages(root=None):
    """Return the source pages of the lessons by number, in order."""
    return dict(_read(root))


@cache
def _read(root):
    """Read once: every table of the shelf asks for them."""
    read = (page_from(nbformat.read(path, as_version=4)) for path in notebooks("solutions", root))
    return tuple((page.number, page) for page in read)


def plan_of(page):
    """Return the steps of a lesson; their minutes are whole and add up to `sum(page.minutes)`.

    Parameters
    ----------
    page : Page

    Returns
    -------
    tuple of Step
    """
    parts = sections(page)
    exact = [minutes_of(replace(page, cells=cells)) for cells in parts.values()]
    whole = shared_out(exact, sum(page.minutes))
    return tuple(
        Step(title, minutes, _doing(cells))
        for (title, cells), minutes in zip(parts.items(), whole, strict=True)
    )


def sections(page):
    """Return the cells of each section, its title to a tuple of Cell; the head and the close are one section each."""
    found, title = {OPENING: []}, OPENING
    for cell in page.cells:
        for piece in _pieces(cell):
            heading = re.match(r"## +(.+)", piece.source) if cell.kind == "markdown" else None
            if heading:
                named = heading[1].strip()
                title = OPENING if named in _BEFORE else CLOSING if named.startswith(_AFTER) else named
            found.setdefault(title, []).append(piece)
    return {name: tuple(cells) for name, cells in found.items()}


def _pieces(cell):
    """A markdown cell cut before each heading of level 2."""
    if cell.kind != "markdown":
        return [cell]
    parts = re.split(r"(?m)^(?=## )", cell.source)
    return [replace(cell, source=part) for part in parts if part.strip()]


def shared_out(exact, total):
    """Return whole numbers in proportion to `exact` that add up to `total`, by largest remainders.

    >>> shared_out([1.2, 2.5, 6.3], 10)
    [1, 3, 6]
    """
    scaled = [total * one / sum(exact) for one in exact]
    whole = [int(one) for one in scaled]
    late = sorted(range(len(exact)), key=lambda place: whole[place] - scaled[place])
    for place in late[: total - sum(whole)]:
        whole[place] += 1
    return whole


def _doing(cells):
    found = []
    for cell in cells:
        if cell.kind == "markdown":
            found += [f"exercise {n}" for n in re.findall(r"(?m)^### Exercise (\d+)", cell.source)]
        found += ["predict"] * ("predict" in cell.tags) + ["explorer"] * ("widget" in cell.tags)
        found += ["figure" for output in cell.outputs if "image/png" in output.get("data", {})]
        found += ["quiz"] if cell.calls("quiz") else []
    return tuple(dict.fromkeys(found))


def path_of(page):
    """Return the 20-minute path of a lesson: its words, and its minutes by the same formula.

    Counted are the head, the sections that the path names and the exercises that it names; an exercise of these
    sections that it does not name is skipped, a section of which it names a part counts in full.

    Returns
    -------
    (str, float) or None
        None for a lesson that has no such path.
    """
    head = "\n".join(cell.source for cell in page.markdown[:3])
    found = re.search(r"(?m)^(?:[-*] )?\*\*20-minute path:\*\* (.+)", head)
    if not found:
        return None
    words = found[1]
    wanted, tasks = _numbers(words, "sections?"), _numbers(words, "exercises?")
    minutes = 0.0
    for title, cells in sections(page).items():
        number = re.match(r"(\d+)\. ", title)
        failure = title.startswith("An honest failure") and "honest failure" in words
        read = title == OPENING or failure or (number and int(number[1]) in wanted)
        kept = tuple(cell for task, cell in _told_apart(cells) if task in tasks or (read and task is None))
        minutes += minutes_of(replace(page, cells=kept))
    return words, minutes


def _numbers(words, name):
    """The numbers behind a word: "sections 1 to 3", "exercises 1, 2 and 4"."""
    found = set()
    for text in re.findall(rf"\b{name} (\d+(?:(?:, | and | to )\d+)*)", words):
        for low, high in re.findall(r"(\d+)(?: to (\d+))?", text):
            found |= set(range(int(low), int(high or low) + 1))
    return found


def _told_apart(cells):
    """Each cell, cut before headings of level 3, with the number of the exercise that it belongs to or None."""
    number, found = None, []
    for cell in cells:
        parts = re.split(r"(?m)^(?=### )", cell.source) if cell.kind == "markdown" else [cell.source]
        for part in parts:
            if cell.kind == "markdown" and "hint" not in cell.tags and part.strip():
                heading = re.match(r"### Exercise (\d+)", part)
                number = int(heading[1]) if heading else None
            if part.strip():
                found.append((number, replace(cell, source=part)))
            if cell.calls("solution"):
                number = None
    return found


def clock(minutes):
    """Return minutes from the start as hours and minutes.

    >>> clock(75)
    '1:15'
    """
    return f"{minutes // 60}:{minutes % 60:02d}"
