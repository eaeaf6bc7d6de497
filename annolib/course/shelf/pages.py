"""Pages that are partly written and partly computed: what stands between two marks is made anew by a command.

A mark is a line `<!-- made: NAME ARGUMENT -->`, the end of the part `<!-- end -->`. The rest of the page is written by
hand and never touched.
"""

from __future__ import annotations

import re
from pathlib import Path

from annolib.course.authoring.build import write_if_new
from annolib.course.notebook_files import ROOT
from annolib.course.shelf import tables

MADE = {
    "minutes": tables.minute_plan,
    "board": tables.boards,
    "mistakes": tables.mistakes,
    "answers": tables.open_answers,
    "beyond": tables.beyond,
    "numbers": tables.own_numbers,
    "term": tables.term,
    "workshop": tables.workshop,
    "routes": tables.routes,
}
_PART = re.compile(r"(?ms)^<!-- made: (\w+)(?: (\d+))? -->\n.*?^<!-- end -->$")
FOLDER = "solutions/shelf"


def refreshed(text):
    """Return the text of a page with all computed parts made anew.

    Raises
    ------
    ValueError
        If a mark has an unknown name, or no end.

    Examples
    --------
    >>> page = "Before.\\n<!-- made: numbers 5 -->\\n<!-- end -->\\nAfter."
    >>> refreshed(page).splitlines()[3]
    '`python3 solutions --homework 5 --seed "autumn, anna"`: `self_information`, `break_even_price`, `golden_information`.'
    """
    if text.count("<!-- made: ") != len(_PART.findall(text)):
        raise ValueError("A line <!-- made: NAME ARGUMENT --> has no line <!-- end --> after it.")

    def made(part):
        name, argument = part.groups()
        if name not in MADE:
            raise ValueError(f"Nothing makes {name!r}; there are {', '.join(MADE)}.")
        content = MADE[name](int(argument)) if argument else MADE[name]()
        head = part.group().partition("\n")[0]
        return f"{head}\n\n{content}\n\n<!-- end -->"

    return _PART.sub(made, text)


def with_computed_parts(root=ROOT):
    """Return the pages that have such parts: the shelf and the README."""
    root = Path(root)
    files = [root / "README.md", *sorted((root / FOLDER).glob("*.md"))]
    return [path for path in files if path.is_file() and "<!-- made: " in path.read_text(encoding="utf-8")]


def refresh(root=ROOT):
    """Make the computed parts of all pages anew; return the paths of those that changed."""
    return [
        path
        for path in with_computed_parts(root)
        if write_if_new(path, refreshed(path.read_text(encoding="utf-8")))
    ]
