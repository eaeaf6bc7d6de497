"""`annolib lessons`: the course, from the package alone: a working copy of one's own, opened in JupyterLab."""

from __future__ import annotations

from annolib.course.commands import opening

HELP = "hand out the lessons of the course and open them"
EXAMPLES = (
    "annolib lessons --list",
    "annolib lessons --copy --work mine",
)


def add_arguments(parser):
    opening.add_arguments(parser)


def run(chosen):
    """Open the course; returns 0, or never where JupyterLab takes over."""
    from annolib.course.workspace.hand_out import WorkspaceError

    try:
        return opening.open_course(chosen)
    except WorkspaceError as error:  # a folder or a file that the user can mend
        raise ValueError(str(error)) from None
