"""The first code cell of a lesson: on a hosted kernel it installs `annolib`; anywhere else it does nothing.

Colab and Kaggle have most of what the course needs, in versions of their own, which must stay: only what is missing is
installed, and `annolib` without its dependencies. Authors write nothing: `annolib.course.authoring.build` puts the
cell in.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import nbformat

from annolib.course.notebook_files import ROOT

TAG = "hosted"
_ON_THE_MACHINE = ("jupyterlab", "ipykernel")  # a hosted kernel has its own front end
_CODE = """\
#@title On Colab, Kaggle and the like, install the course; elsewhere do nothing
from importlib.util import find_spec

if find_spec("annolib") is None:
    import importlib
    import subprocess
    import sys

    source = "{source}"
    needed = "{needed}"
    lacking = [name for name in needed.split() if find_spec(name) is None]
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    if lacking:
        subprocess.run([*pip, *lacking], check=True)
    if subprocess.run([*pip, "--no-deps", source]).returncode:
        raise RuntimeError(
            f"the course is not to be had from {{source}}. "
            "Is this kernel on a network? If the course lies "
            "elsewhere: %pip install --no-deps ITS_ADDRESS, "
            "then run the lesson again.")
    importlib.invalidate_caches()"""


def hosted_cell(where, edition, needed=None):
    """The cell for the repository at the address `where`, as it was at the branch or tag `edition`.

    Parameters
    ----------
    where, edition : str
    needed : sequence of str, optional
        The packages that must be there besides; by default those that `pyproject.toml` names.

    Examples
    --------
    >>> cell = hosted_cell("https://github.com/someone/a-course", "v1.0", ["numpy"])
    >>> [line.strip() for line in cell.source.splitlines() if "source =" in line]
    ['source = "https://github.com/someone/a-course/archive/v1.0.zip"']
    """
    names = needed_packages() if needed is None else needed
    source = _CODE.format(needed=" ".join(names), source=f"{where}/archive/{edition}.zip")
    metadata = {"tags": [TAG, "hide-input"], "jupyter": {"source_hidden": True}, "cellView": "form"}
    return nbformat.v4.new_code_cell(source, id=TAG, metadata=metadata)


def needed_packages(root=ROOT):
    """The names of the packages that `annolib` itself imports, from `pyproject.toml`.

    >>> "numpy" in needed_packages(), "jupyterlab" in needed_packages()
    (True, False)
    """
    settings = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.match(r"[\w.-]+", line).group() for line in settings["project"]["dependencies"]]
    return [name for name in names if name not in _ON_THE_MACHINE]


def with_hosted_cell(notebook, cell):
    """The notebook with the cell before its first code cell; at the end if it has none.

    >>> page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A"), nbformat.v4.new_code_cell("1")])
    >>> [one.cell_type for one in with_hosted_cell(page, nbformat.v4.new_code_cell("0")).cells]
    ['markdown', 'code', 'code']
    """
    cells = list(notebook.cells)
    place = next((n for n, one in enumerate(cells) if one.cell_type == "code"), len(cells))
    made = nbformat.from_dict(dict(notebook))
    made.cells = [*cells[:place], cell, *cells[place:]]
    return made
