"""`annolib datasets`: which data the course has, and the command that fetches the real ones."""

from __future__ import annotations

HELP = "list, fetch and verify the data of the course"
EXAMPLES = (
    "annolib datasets list",
    "annolib datasets verify twin",
)
TASKS = ("list", "fetch", "verify", "add-local", "figures", "twin")


def add_arguments(parser):
    parser.add_argument(
        "task", nargs="?", default="list", choices=TASKS, help="what to do; add-local takes a folder as well"
    )
    parser.add_argument("words", nargs="*", metavar="NAME", help="the data set, and for add-local the folder")


def run(chosen):
    """Do the task; returns 0, or 1 where something is wrong."""
    from annolib.datasets import command

    return command.main([chosen.task, *chosen.words])
