"""`python3 solutions --lite`: the lessons as JupyterLite, Python in the browser, without a server that computes.

The site holds the wheel of this package. In place of the cell that installs on a hosted kernel stands one that installs
from the site. What the kernel itself is, Pyodide with NumPy and the like, a page loads from Pyodide's own address.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from annolib.course.authoring.build import as_text, lesson_text
from annolib.course.authoring.hosted import TAG, needed_packages
from annolib.course.notebook_files import notebooks
from annolib.course.site.build import SiteError

DEFAULT = "build/lite"
_CODE = """\
#@title Install the course in the browser
from importlib.util import find_spec

if find_spec("annolib") is None:
    import piplite

    await piplite.install("{needed}".split())
    await piplite.install("annolib", deps=False)"""


def lite_cell():
    """The first code cell of a lesson in JupyterLite.

    >>> "piplite" in lite_cell().source
    True
    """
    source = _CODE.format(needed=" ".join(needed_packages()))
    metadata = {"tags": [TAG, "hide-input"], "jupyter": {"source_hidden": True}}
    return nbformat.v4.new_code_cell(source, id=TAG, metadata=metadata)


def lite_lesson(text):
    """The text of a lesson's file with the browser's cell in place of the one for hosted kernels."""
    notebook = nbformat.reads(text, as_version=4)
    cell = lite_cell()
    notebook.cells = [cell if TAG in one.metadata.get("tags", ()) else one for one in notebook.cells]
    return as_text(notebook)


def command(root, folder=None):
    """Build, say where the site is and how to look at it, and return the exit status."""
    folder = Path(folder or Path(root) / DEFAULT)
    try:
        count = build(root, folder)
    except SiteError as error:
        print(error)
        return 1
    print(f"{count} lessons in {folder}. Look at them: {sys.executable} -m http.server -d {folder}")
    return 0


def build(root, folder):
    """Build the site of the checkout `root` into `folder`; return the number of lessons.

    Raises
    ------
    SiteError
        If `folder` holds something else, or a step fails: its last words are the message.
    """
    root, folder = Path(root), Path(folder).resolve()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "jupyter-lite.json").is_file():
            raise SiteError(f"{folder} is not empty and holds no JupyterLite. Name a new folder.")
        shutil.rmtree(folder)
    with tempfile.TemporaryDirectory(prefix="lite-") as place:
        contents = Path(place, "contents")
        sources = notebooks("solutions", root)
        for source in sources:
            target = contents / source.name
            target.parent.mkdir(exist_ok=True)
            target.write_text(lite_lesson(lesson_text(source)), encoding="utf-8", newline="\n")
        shutil.copytree(root / "lessons" / "images", contents / "images")
        wheel = _wheel(root, Path(place))
        _tried(
            *(sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", place, "--contents", contents),
            *("--output-dir", folder, "--piplite-wheels", wheel),
            cwd=place,
        )
    return len(sources)


def _wheel(root, place):
    """The wheel of the checkout, built from a copy, so that nothing is left in it."""
    copy = place / "source"
    left_out = shutil.ignore_patterns(".*", "work", "cache", "build", "*.egg-info", "__pycache__", "tests")
    shutil.copytree(root, copy, ignore=left_out)
    uv = shutil.which("uv")
    if uv:
        _tried(uv, "build", "-q", "--wheel", "-o", place, copy)
    else:
        _tried(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", place, copy)
    return next(place.glob("*.whl"))


def _tried(*words, cwd=None):
    home = os.path.dirname(sys.executable)
    environment = {**os.environ, "PATH": home + os.pathsep + os.environ.get("PATH", "")}
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SiteError(f"{Path(words[0]).name} failed:\n{(done.stdout + done.stderr).strip()[-2000:]}")
