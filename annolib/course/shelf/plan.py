"""Minutes: of each section of a lesson, of a week, of a route through the course.

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
from annolib.course.authoring.lint.paths import sections
from annolib.course.notebook_files import notebooks


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


def clock(minutes):
    """Return minutes from the start as hours and minutes.

    >>> clock(75)
    '1:15'
    """
    return f"{minutes // 60}:{minutes % 60:02d}"
