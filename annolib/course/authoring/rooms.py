"""A picture of the rooms of annolib, read off the code: which floor each stands on and which rooms it knows."""

from __future__ import annotations

import ast
import tomllib
from html import escape
from pathlib import Path

from annolib.course.notebook_files import ROOT

PICTURE = "tests/rooms.svg"
_WIDTH, _BOX, _ROW, _MARGIN = 980, 76, 96, 14


def floors(root=ROOT):
    """The rooms, top floor first, as the layers of `pyproject.toml` name them.

    >>> floors()[0], floors()[-1]
    (['widgets', 'cli'], ['validation', 'lazy', 'markup', 'views'])
    """
    settings = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [
        [name.strip().removeprefix("annolib.") for name in layer.replace("|", ":").split(":")]
        for layer in layers
    ]


def rooms_known_by(room, root=ROOT):
    """The other rooms that the files of `room` import, sorted.

    >>> rooms_known_by("agency")
    ['numerics', 'validation']
    """
    place = Path(root) / "annolib" / room
    files = place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]
    found = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("annolib"):
                names = (
                    [node.module]
                    if node.module != "annolib"
                    else [f"annolib.{each.name}" for each in node.names]
                )
                found |= {name.split(".")[1] for name in names if "." in name}
    return sorted(found - {room, "lazy"})


def picture(root=ROOT):
    """The rooms as an SVG: a row a floor, a box a room, with its sentence and the rooms it knows.

    >>> picture().startswith("<svg")
    True
    """
    rows, parts = [*floors(root)[:-1], ["course"]], []
    height = len(rows) * _ROW + 2 * _MARGIN
    for number, rooms in enumerate(rows):
        wide = (_WIDTH - _MARGIN * (len(rooms) + 1)) / len(rooms)
        for place, room in enumerate(rooms):
            parts.append(_box(room, _MARGIN + place * (wide + _MARGIN), _MARGIN + number * _ROW, wide, root))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
        f'role="img" aria-label="The rooms of annolib, top floor first">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def draw(root=ROOT):
    """Write the picture to its place in the checkout and return the path."""
    path = Path(root) / PICTURE
    path.write_text(picture(root), encoding="utf-8", newline="\n")
    return path


def _box(room, left, top, wide, root):
    knows = ", ".join(rooms_known_by(room, root)) or "nothing"
    lines = [(room, 15, "bold")]
    lines += [(line, 10.5, "normal") for line in _wrapped(_sentence(room, root), wide / 5.6)[:2]]
    lines += [(line, 9.5, "normal") for line in _wrapped(f"knows {knows}", wide / 5.2)[:2]]
    text, y = [], top + 18
    for line, size, weight in lines:
        text.append(
            f'<text x="{left + 8:g}" y="{y:g}" font-size="{size}" font-weight="{weight}">{escape(line)}</text>'
        )
        y += 13
    frame = f'<rect x="{left:g}" y="{top:g}" width="{wide:g}" height="{_BOX + 8}" rx="5" fill="#f3f6f9" stroke="#0072B2"/>'
    return "\n".join([frame, *text])


def _sentence(room, root):
    text = (Path(root) / "annolib" / room / "__init__.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)).split("\n\n")[0].replace("\n", " ").replace("`", "")


def _wrapped(text, width):
    from textwrap import shorten, wrap

    lines = wrap(text, max(int(width), 12))
    return (
        lines
        if len(lines) <= 2
        else [lines[0], shorten(" ".join(lines[1:]), max(int(width), 12), placeholder=" …")]
    )
