"""Where a learner's working copy lies when nobody names a folder. Standard library only."""

from __future__ import annotations

import os
from pathlib import Path

from annolib.course.setup import environment
from annolib.course.workspace.hand_out import MANIFEST

NAME = "trust-the-label"


def usual_place(here=None, home=None):
    """Return the folder of the working copy: `ANNOLIB_WORK`, or `work` in the repository, or one that may be written.

    Where the repository is shared and may only be read, as a course folder of a JupyterHub, the copy lies in the home
    folder. Where the package was installed by itself, it lies in the present folder, which may be the copy already.

    Parameters
    ----------
    here, home : path, optional
        The present folder and the home folder.

    Returns
    -------
    path or str
        What `ANNOLIB_WORK` says is handed on as it is.
    """
    if os.environ.get("ANNOLIB_WORK"):
        return os.environ["ANNOLIB_WORK"]
    here = Path.cwd() if here is None else Path(here)
    if environment.is_checkout():
        wanted = environment.ROOT / "work"
    else:
        wanted = here if (here / MANIFEST).is_file() else here / NAME
    if may_write(wanted):
        return wanted
    return (Path(os.path.expanduser("~")) if home is None else Path(home)) / NAME


def may_write(folder):
    """Say whether files can be made in `folder`, or in the nearest folder above it that exists."""
    folder = Path(folder)
    there = next((one for one in (folder, *folder.parents) if os.path.lexists(one)), folder)
    return os.path.isdir(there) and os.access(there, os.W_OK | os.X_OK)
