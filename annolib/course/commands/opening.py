"""`python3 lessons`, or `annolib lessons`: hand out the working copy and open it in JupyterLab. Standard library only."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from annolib.course.setup import ensuring, environment
from annolib.course.workspace.catalogue import catalogue, find, listing
from annolib.course.workspace.hand_out import WorkspaceError, hand_out
from annolib.course.workspace.place import usual_place

LESSONS = environment.course_folder("lessons")

_SAID = {
    "renewed": "{name}: you had not touched it, so it is now the newest version.",
    "beside": "{name}: you have edited it, so the new version lies beside it: {beside}",
    "beside already": "{name}: you have edited it; the newest version lies beside it: {beside}",
}


def main(words):
    """Do what the command line of `python3 lessons` asks; return the exit code."""
    cut = words.index("--") if "--" in words else len(words)  # what follows is for JupyterLab
    parser = argparse.ArgumentParser(
        prog=environment.command("lessons"),
        description="Open the course in JupyterLab, in a working copy of your own. Your work is never overwritten.",
        epilog="What follows -- goes to JupyterLab: python3 lessons 4 -- --port 8890",
    )
    add_arguments(parser)
    try:
        return open_course(parser.parse_args(words[:cut]), words[cut + 1 :])
    except WorkspaceError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"Could not go on: {error}. Permit reading there, or name another folder: --work FOLDER")


def open_course(options, for_jupyter=()):
    """Do what the parsed `options` ask; return the exit code, or never where JupyterLab takes over.

    Raises
    ------
    WorkspaceError
        With words that say where, why and what to do.
    OSError
        If a folder cannot be looked at.
    """
    options.work = _folder(options.work)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a title may hold letters that a terminal lacks
    if options.doctor:
        from annolib.course.commands import doctor

        return doctor.main(options.work)
    if options.assign or options.collect:
        return _graded(options)
    entries = catalogue(LESSONS)
    if options.list:
        print("\n".join(listing(entries, options.work)))
        return 0
    entry = find(entries, entries[0].number if options.number is None else options.number)
    if options.copy:
        _tell(hand_out(LESSONS, options.work), options.work)
        return 0
    ensuring.ensure()
    _tell(hand_out(LESSONS, options.work), options.work)
    print("Stop JupyterLab with Ctrl-C.", flush=True)
    command = jupyter_command(options.work, entry.path.name, options.browser)
    return environment.hand_over([*command, *for_jupyter])


def jupyter_command(work, name, browser=True):
    """Return the command that serves the folder `work` with JupyterLab and opens the notebook `name`."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # a container: Jupyter wants to be told
    return [
        *(sys.executable, "-m", "jupyterlab"),
        *(f"--ServerApp.root_dir={work}", f"--LabApp.default_url=/lab/tree/{name}"),
        *([] if browser else ["--no-browser"]),
        *(["--allow-root"] if root else []),
    ]


def add_arguments(parser):
    """Give the parser the options of the command."""
    parser.add_argument("number", nargs="?", type=int, help="the lesson to open; the first if left out")
    parser.add_argument("--list", action="store_true", help="list the lessons and how far you are")
    parser.add_argument("--doctor", action="store_true", help="check the installation and say how to fix it")
    parser.add_argument(
        "--copy", action="store_true", help="hand out the working copy, or bring it up to date; start nothing"
    )
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="print the address only")
    parser.add_argument(
        "--assign",
        nargs=2,
        metavar=("GRADER", "FOLDER"),
        help="write the lessons as assignments into FOLDER; GRADER is nbgrader or otter",
    )
    parser.add_argument(
        "--seed",
        metavar="TEXT",
        help="with --assign: ask questions with numbers of each student's own; with --collect: grade them",
    )
    parser.add_argument(
        "--students", metavar="FILE", help="with --seed: write key.csv for these names, one a line"
    )
    parser.add_argument("--collect", metavar="FOLDER", help="run the submitted notebooks below FOLDER again")
    parser.add_argument("-o", "--output", metavar="FILE", default="grades.csv", help="the table of --collect")
    parser.add_argument(
        "--work",
        metavar="FOLDER",
        default=usual_place(),
        help="the folder of your working copy; default: the environment variable ANNOLIB_WORK, else work in the "
        "repository, or trust-the-label here, or in the home folder where neither can be written to",
    )


def _graded(options):
    """Write assignments, or collect submitted work."""
    ensuring.ensure()
    if options.collect:
        from annolib.course.grading import collect

        collect.write(options.collect, options.output, seed=options.seed)
        return 0
    from annolib.course.grading import assign

    kind, folder = options.assign
    if kind not in assign.FORMATS:
        raise WorkspaceError(f"--assign takes {' or '.join(assign.FORMATS)} and a folder; saw {kind!r}.")
    numbers = () if options.number is None else (options.number,)
    assign.assign(kind, folder, options.seed, _names(options.students), numbers)
    return 0


def _names(path):
    """The students named in a file, one a line."""
    if path is None:
        return ()
    try:
        lines = Path(path).expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError, RuntimeError) as error:
        raise WorkspaceError(f"{path} cannot be read as a list of names: {error}") from None
    return [line.strip() for line in lines if line.strip()]


def _folder(given):
    """The path of the working copy; where it cannot even be followed, the command ends with the reason."""
    try:
        return Path(given).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, an unknown user, a zero byte
        raise WorkspaceError(
            f"The working copy cannot lie at {given}: {error}. Name another folder: --work FOLDER"
        ) from None


def _tell(outcomes, work):
    copied = sum(outcome.action == "copied" for outcome in outcomes)
    if copied:
        print(f"Copied {copied} file{'s' if copied > 1 else ''} of the course to {work}.")
    for outcome in outcomes:
        if outcome.action in _SAID:
            print(_SAID[outcome.action].format(name=outcome.name, beside=outcome.beside))
    print(f"Your working copy is {work}.", flush=True)
