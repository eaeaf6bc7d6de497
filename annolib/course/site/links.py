"""Links: those of Markdown files when the repository becomes a site, and all of them when it is built."""

from __future__ import annotations

import os.path
import re
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from annolib.course.authoring import repository

_LINK = re.compile(r"(?<=\]\()[^()\s]+(?=\))")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)


def relinked(text, here, pages, where, root):
    """Return Markdown whose links to files of the repository lead to pages of the site, or to the repository.

    Parameters
    ----------
    text : str
    here : str
        The path of the file in the repository; on the site it stands at the same place.
    pages : dict of str to str
        From a file or folder of the repository to its place among the site's sources.
    where : str
        The address of the repository.
    root : path
        The checkout; a link to a file that is not there stays as it is, and the build will say so.

    Examples
    --------
    >>> where = "https://github.com/someone/a-course"
    >>> relinked("[one](b.md), [two](pyproject.toml)", "a.md", {"b.md": "b.md"}, where, repository.ROOT)
    '[one](b.md), [two](https://github.com/someone/a-course/blob/main/pyproject.toml)'
    """

    def led(match):
        target, cut, fragment = match.group().partition("#")
        path = _in_repository(target, here, where)
        if path is None or not target:
            return match.group()
        if path in pages:
            return (
                os.path.relpath(pages[path], PurePosixPath(here).parent).replace(os.sep, "/") + cut + fragment
            )
        if (Path(root) / path).is_dir():
            return repository.file_link(where, path, "tree")
        if (Path(root) / path).is_file():
            return repository.file_link(where, path) + cut + fragment
        return match.group()

    parts, end = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_LINK.sub(led, text[end : fence.start()]), fence.group()]
        end = fence.end()
    return "".join([*parts, _LINK.sub(led, text[end:])])


def broken_links(site):
    """Return what the pages of a built site lead to and is not there.

    Looked at are the addresses of links, pictures, scripts and styles, their fragments included. Addresses of other
    hosts are not asked; that a page loads anything from one of them is a fault as well.

    Parameters
    ----------
    site : path
        A folder of HTML files.

    Returns
    -------
    list of (str, str)
        The page, and the address as it stands there.
    """
    site = Path(site).resolve()
    pages = {path: _Page(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        for address, loads in page.addresses:
            if not _stands(address, loads, path, pages, site):
                found.append((path.relative_to(site).as_posix(), address))
    return found


def _stands(address, loads, path, pages, site):
    split = urlsplit(address)
    if split.scheme or split.netloc:
        return split.scheme in ("data", "mailto") or (split.scheme in ("https", "http") and not loads)
    target = (path.parent / unquote(split.path)).resolve() if split.path else path
    if target.is_dir():
        target = target / "index.html"
    if not target.is_file() or not target.is_relative_to(site):
        return False
    fragment = unquote(split.fragment)
    return not fragment or target not in pages or fragment in pages[target].names


class _Page(HTMLParser):
    """The addresses and the names of one page."""

    def __init__(self, path):
        super().__init__()
        self.addresses, self.names = [], {"top"}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "link" and given.get("rel") in ("canonical", "alternate"):
            return
        for name in ("href", "src"):
            if given.get(name):
                self.addresses.append((given[name], name == "src" or tag == "link"))


def _in_repository(target, here, where):
    """The path in the repository that a link of the file `here` leads to, or None if it leads elsewhere."""
    for kind in ("blob", "tree", "raw"):
        start = f"{where}/{kind}/{repository.BRANCH}/"
        if target.startswith(start):
            return unquote(target.removeprefix(start)).rstrip("/")
    if urlsplit(target).scheme or target.startswith("/"):
        return None
    path = os.path.normpath(PurePosixPath(here).parent / unquote(target)).replace(os.sep, "/")
    return None if path.startswith("..") else path
