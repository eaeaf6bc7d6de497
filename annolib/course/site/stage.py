"""The sources of the site, laid out as the repository is: notebooks turned into pages, Markdown with its links led."""

from __future__ import annotations

import base64
import os
import re
import shutil
from pathlib import Path

import nbformat
from tqdm import tqdm

from annolib.course.notebook_files import notebooks
from annolib.course.site import reference
from annolib.course.site.lesson_pages import lesson_page, short_title, solved_page
from annolib.course.site.links import relinked
from annolib.course.site.pictures import Pictures

_CONF = """from annolib.course.site.settings import connect as setup, settings
globals().update(settings({where!r}))
"""
_SHELF = "solutions/README.md"
_SOLVED = """# Solved lessons

Every exercise answered, every figure drawn.
Try a lesson first: an answer that was read is soon forgotten.
"""
# folder of Markdown, the words over its pages in the margin; "" for files at the top of the repository
_SHELVES = {
    "solutions": "",  # with the solved lessons
    "docs": "On your machine",
    "datasets": "Data",
    "tests/benchmarks/results": "Measured",
    "": "The project",
}


def stage(root, folder, where):
    """Write the sources of the site to `folder`.

    Parameters
    ----------
    root : path
        The checkout.
    folder : path
        An empty folder.
    where : str
        The address of the repository.

    Returns
    -------
    list of str
        The pages, without suffix: "lessons/00_open_course".
    """
    root, folder = Path(root), Path(folder)
    texts = _texts(root)
    images = sorted((root / "lessons" / "images").glob("*"))
    for image in images:
        _put(folder / image.relative_to(root), image.read_bytes())
    titles = _notebooks(root, folder, where)
    places = {name: name for name in [*texts, *(image.relative_to(root).as_posix() for image in images)]}
    places |= {f"{shelf}/{name}": f"{shelf}/{name}" for shelf in ("lessons", "solutions") for name in titles}
    places |= {"README.md": "index.md"} | dict.fromkeys(("solutions", _SHELF), "solutions/index.md")
    for name in texts:
        _put(folder / name, relinked(_read(root / name), name, places, where, root))
    home = relinked(_read(root / "README.md"), "README.md", places, where, root)
    home = _in_both_schemes(home, root, Pictures(folder / "figures", "_static/figures"))
    _put(folder / "index.md", home + _contents(titles, texts))
    shelf = root / _SHELF
    solved = relinked(_read(shelf), _SHELF, places, where, root) if shelf.is_file() else _SOLVED
    _put(folder / "solutions" / "index.md", solved + "\n" + _toctree("", _entries("", titles), hidden=False))
    names = reference.rooms()
    _put(folder / "reference" / "index.rst", reference.index_page(names))
    for room, public in names.items():
        _put(folder / "reference" / f"{room}.rst", reference.room_page(room, public))
    _put(folder / "conf.py", _CONF.format(where=where))
    return sorted(
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*")
        if path.suffix in (".md", ".rst", ".ipynb")
    )


def _notebooks(root, folder, where):
    """Write both pages of each lesson; return the short titles by file name."""
    pictures = Pictures(folder / "figures", "../_static/figures")
    titles = {}
    for path in tqdm(notebooks("solutions", root), desc="lessons", unit="page", disable=None):
        source = nbformat.read(path, as_version=4)
        titles[path.name] = short_title(source)
        for shelf, page in (("lessons", lesson_page), ("solutions", solved_page)):
            made = page(source, path.name, where, pictures)
            _put(folder / shelf / path.name, nbformat.writes(made, version=4))
    return titles


def _in_both_schemes(text, root, pictures):
    """Markdown of the first page in which every PNG is shown in the form that suits the page."""

    def shown(match):
        words, path = match.groups()
        return pictures.element(base64.b64encode((root / path).read_bytes()), words)

    return re.sub(r"!\[([^\]]*)\]\(([^)\s]+\.png)\)", shown, text)


def _texts(root):
    """The Markdown files that become pages, by shelf; the README is the first page, licences are no pages."""
    found = []
    for shelf in _SHELVES:
        files = (root / shelf).glob("*.md") if shelf in ("", "datasets") else (root / shelf).rglob("*.md")
        names = sorted(path.relative_to(root).as_posix() for path in files)
        found += [name for name in names if os.path.basename(name) not in ("README.md", "LICENSE.md")]
    return found


def _contents(titles, texts):
    """The tables of contents for the margin, as directives at the end of the first page."""
    own = {shelf: [] for shelf in _SHELVES}
    for name in texts:
        own[next(shelf for shelf in _SHELVES if name.startswith(shelf))].append(name)
    blocks = [
        _toctree("Lessons", _entries("lessons/", titles)),
        _toctree("For teachers", ["Solved lessons <solutions/index>", *own.pop("solutions")]),
        _toctree("The library", ["reference/index"]),
    ]
    blocks += [_toctree(_SHELVES[shelf], names) for shelf, names in own.items() if names]
    return "\n" + "\n".join(blocks)


def _entries(folder, titles):
    return [f"{title} <{folder}{name}>" for name, title in titles.items()]


def _toctree(caption, entries, hidden=True):
    options = [":hidden:"] if hidden else []
    options += [f":caption: {caption}"] if caption else []
    entries = [entry.replace(".md", "").replace(".ipynb", "") for entry in entries]
    return "\n".join(["```{toctree}", *options, ":maxdepth: 1", "", *entries, "```", ""])


def _read(path):
    return path.read_text(encoding="utf-8")


def _put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8", newline="\n")


def copy_pictures(folder, site):
    """Put the staged figures where the pages of the built site look for them."""
    shutil.copytree(Path(folder) / "figures", Path(site) / "_static" / "figures", dirs_exist_ok=True)
