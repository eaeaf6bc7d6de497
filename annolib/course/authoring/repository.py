"""Where the project stands on the web: one address, kept in `[project.urls]` of `pyproject.toml`.

Every other link and badge is made from it, or changed with it by `move`: `python3 solutions --address URL`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import quote, unquote

from annolib.course.notebook_files import ROOT

BRANCH = "main"
_ADDRESS = re.compile(r"https://github\.com/([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)")
_LINK = re.compile(r"(?<=\]\()[^()\s]+(?=\))")
_BADGES = ("open-in-colab.svg", "open-in-binder.svg", "open-in-kaggle.svg")
# the files that name the address; the lessons are made anew from their sources
_NAMING = (
    "pyproject.toml",
    "README.md",
    "CITATION.cff",
    "CODE_OF_CONDUCT.md",
    ".github/ISSUE_TEMPLATE/config.yml",
)


class AddressError(ValueError):
    """The address is of no use; the message says what was seen and what to write instead."""


def address(root=ROOT):
    """Return the address of the repository, as `pyproject.toml` has it.

    >>> address().startswith("https://github.com/")
    True
    """
    settings = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    return checked_address(settings["project"]["urls"]["Repository"])


def edition(root=ROOT):
    """Return the branch or tag from which hosted kernels open and install the lessons.

    It is the main branch, but in the commit that a tag names: see `set_edition`.

    >>> edition()
    'main'
    """
    settings = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["annolib"]["edition"]


def set_edition(name, root=ROOT):
    """Write `name` as the edition into `pyproject.toml`; say whether it is another than before.

    The lessons are not touched: generate them afterwards.

    Raises
    ------
    AddressError
        If it cannot be the name of a tag or a branch.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", name):
        raise AddressError(f"An edition is a tag or a branch, such as v1.0 or {BRANCH}; saw {name!r}.")
    path = Path(root) / "pyproject.toml"
    before = path.read_text(encoding="utf-8")
    after = re.sub(r'(?m)^edition = ".*?"', f'edition = "{name}"', before)
    path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def checked_address(text):
    """Return `text` without a slash at its end if it is the address of a repository on GitHub.

    Colab and Kaggle open notebooks from there only.

    Raises
    ------
    AddressError
        Otherwise.

    Examples
    --------
    >>> checked_address("https://github.com/someone/a-course/")
    'https://github.com/someone/a-course'
    """
    text = text.strip().rstrip("/").removesuffix(".git")
    if not _ADDRESS.fullmatch(text):
        raise AddressError(f"The address must be https://github.com/OWNER/NAME; saw {text!r}.")
    return text


def pages_address(where):
    """Return the address of the site that GitHub Pages shows for the repository at `where`.

    >>> pages_address("https://github.com/Someone/a-course")
    'https://someone.github.io/a-course/'
    """
    owner, name = _ADDRESS.fullmatch(where).groups()
    return f"https://{owner.lower()}.github.io/{name}/"


def file_link(where, path, kind="blob"):
    """Return the link to a file of the repository at `where`; kind "tree" for a folder, "raw" for a picture.

    >>> file_link("https://github.com/someone/a-course", "LICENSE")
    'https://github.com/someone/a-course/blob/main/LICENSE'
    """
    return f"{where}/{kind}/{BRANCH}/{quote(path)}"


def launchers(where, path, edition=BRANCH):
    """Return where the notebook `path` of the repository at `where` can be run: name of the place to link.

    `edition` is the branch or tag.

    >>> list(launchers("https://github.com/someone/a-course", "lessons/00_open_course.ipynb"))
    ['Colab', 'Binder', 'Kaggle']
    """
    slug = where.removeprefix("https://github.com/")
    return {
        "Colab": f"https://colab.research.google.com/github/{slug}/blob/{edition}/{quote(path)}",
        "Binder": f"https://mybinder.org/v2/gh/{slug}/{edition}?labpath={quote(path, safe='')}",
        "Kaggle": f"https://kaggle.com/kernels/welcome?src={where}/blob/{edition}/{quote(path)}",
    }


def badges(where, path, images="images", edition=BRANCH):
    """Return one line of Markdown: a badge for each place that runs the notebook `path`.

    Parameters
    ----------
    where : str
        The address of the repository.
    path : str
        The notebook in the repository.
    images : str
        The folder of the badges' pictures, seen from the page.
    edition : str
        The branch or tag from which the notebook is opened.

    Examples
    --------
    >>> badges("https://github.com/someone/a-course", "lessons/00_open_course.ipynb").count("[![Open in ")
    3
    """
    links = launchers(where, path, edition).items()
    return " ".join(
        f"[![Open in {name}]({images}/{picture})]({link})"
        for (name, link), picture in zip(links, _BADGES, strict=True)
    )


def absolute(text, where, root=ROOT):
    """Return Markdown of a file at the top of the repository, with links that work on any other page.

    >>> absolute("[its licence](LICENSE)", "https://github.com/someone/a-course")
    '[its licence](https://github.com/someone/a-course/blob/main/LICENSE)'
    """

    def led(match):
        target, cut, fragment = match.group().partition("#")
        path = Path(root) / unquote(target)
        if not target or ":" in target or not path.exists():
            return match.group()
        kind = "tree" if path.is_dir() else "raw" if path.suffix in (".png", ".svg") else "blob"
        return file_link(where, unquote(target).rstrip("/"), kind) + cut + fragment

    return _LINK.sub(led, text)


def move(new, root=ROOT):
    """Write the address `new` in place of the one that the project has; return the files that changed.

    The lessons are not touched: generate them afterwards.

    Raises
    ------
    AddressError
        If it is no address of a repository on GitHub.
    """
    root, new = Path(root), checked_address(new)
    old = address(root)
    changed = []
    for name in _NAMING:
        path = root / name
        if path.is_file():
            before = path.read_text(encoding="utf-8")
            after = moved(before, old, new)
            if after != before:
                path.write_text(after, encoding="utf-8", newline="\n")
                changed.append(name)
    return changed


def moved(text, old, new):
    """Return `text` with all links to the repository `old`, its site and its runners led to `new`.

    >>> moved("see https://github.com/a/b/issues, https://a.github.io/b/", *("https://github.com/a/b", "https://github.com/c/d"))
    'see https://github.com/c/d/issues, https://c.github.io/d/'
    """
    text = text.replace(pages_address(old), pages_address(new))
    slug = re.escape(old.removeprefix("https://github.com/"))
    return re.sub(rf"(?<=[/=]){slug}(?=[/?\s\"')>,;.]|$)", new.removeprefix("https://github.com/"), text)
