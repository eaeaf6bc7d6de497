"""`python3 solutions --site`: stage, build with every warning an error, and follow every link."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
from pathlib import Path

from annolib.course.authoring import repository
from annolib.course.shelf.command import write_slides
from annolib.course.site.links import broken_links
from annolib.course.site.stage import copy_pictures, stage

DEFAULT = "build/site"
_LABELS = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    '>Variables<span class="colon">': '>Attributes<span class="colon">',
    '<th class="head"><p></p></th>': "<td></td>",
    '<div id="search-results"></div>': '<h1>Search</h1>\n<div id="search-results"></div>',
}


class SiteError(Exception):
    """The site could not be built as it should be; the message lists why."""


def build(root, folder, where=None):
    """Build the site of the checkout `root` into `folder`, which is emptied first if a site stands there.

    Parameters
    ----------
    root, folder : path
    where : str, optional
        The address of the repository; by default what `pyproject.toml` says.

    Returns
    -------
    list of str
        The pages, without suffix.

    Raises
    ------
    SiteError
        If `folder` holds something else, Sphinx warns, or a link leads nowhere.
    """
    root, folder = Path(root), Path(folder)
    _make_room(folder)
    where = where or repository.address(root)
    with tempfile.TemporaryDirectory(prefix="site-") as sources:
        pages = stage(root, sources, where)
        _sphinx(sources, folder)
        copy_pictures(sources, folder)
        write_slides(root, folder / "slides", say=lambda line: None)
    for page in folder.rglob("*.html"):
        page.write_text(labelled(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    shutil.rmtree(folder / ".doctrees", ignore_errors=True)
    broken = broken_links(folder)
    if broken:
        raise SiteError("\n".join(f"{page}: {address} leads nowhere" for page, address in broken))
    return pages


def labelled(page):
    """Return the HTML of a page with the names and levels that a screen reader needs, and the library's own words.

    >>> labelled('<p class="caption" role="heading">')
    '<p class="caption" role="heading" aria-level="2">'
    """
    for bare, whole in _LABELS.items():
        page = page.replace(bare, whole)
    return page


def command(root, folder, where=None):
    """Build, say what was built or what is wrong, and return the exit status."""
    folder = Path(folder or Path(root) / DEFAULT)
    try:
        pages = build(root, folder, where)
    except SiteError as error:
        print(error)
        return 1
    print(f"{len(pages)} pages, no warning, no broken link: {folder / 'index.html'}")
    return 0


def _make_room(folder):
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / "searchindex.js").is_file():
            raise SiteError(f"{folder} is not empty and holds no site. Name a new folder, or an old site's.")
        shutil.rmtree(folder)


def _sphinx(sources, folder):
    """Run Sphinx in this process; its warnings, if any, are the error."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError

    warnings = io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            app = Sphinx(
                *(str(sources), str(sources), str(folder), str(folder / ".doctrees"), "html"),
                status=None,
                warning=warnings,
                freshenv=True,
            )
            app.build(force_all=True)
    except SphinxError as error:
        raise SiteError(f"{warnings.getvalue()}{error}".strip()) from None
    if warnings.getvalue().strip():
        raise SiteError(warnings.getvalue().replace(f"{sources}/", "").strip())
