"""`python3 lessons --doctor`: what is installed, what is wrong and the fix, and whether widgets render.

It installs nothing and changes nothing. Standard library only; the proofs need the prepared environment.
"""

from __future__ import annotations

import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from annolib.course.commands.findings import NOT_CHECKED, OK, WRONG, Finding
from annolib.course.setup import environment, preparation
from annolib.course.setup.environment import VENV
from annolib.course.workspace.catalogue import catalogue
from annolib.course.workspace.hand_out import WorkspaceError

_PREPARE = (
    "python3 lessons  (it makes or fixes .venv)"
    if environment.is_checkout()
    else f"{sys.executable} -m pip install --upgrade annolib"
)


def main(work):
    """Print what is found and return the exit code: 0 if nothing is wrong.

    If the course's environment is another one than this, the examination goes on inside that one.
    """
    if environment.unmet() and not environment.inside_venv() and preparation.is_ready():
        environment.hand_over([str(environment.venv_python(VENV)), *sys.argv])
    environment.expose_checkout()
    print("Looking at the installation; with a browser at hand this takes half a minute.\n", flush=True)
    wrong = 0
    for finding in examine(work):
        print(finding, flush=True)
        wrong += finding.state == WRONG
    print(f"\n{wrong} thing{'' if wrong == 1 else 's'} to fix." if wrong else "\nNothing is wrong.")
    return 1 if wrong else 0


def examine(work) -> Iterator[Finding]:
    """Yield one `Finding` after the other; `work` is the folder of the working copy."""
    yield Finding(OK, f"Python {platform.python_version()} at {sys.executable}, {platform.platform()}")
    yield environment_finding()
    yield from package_findings()
    yield from checked(lambda: course_findings(Path(work)))
    if environment.unmet():
        yield Finding(NOT_CHECKED, "whether widgets render: packages are missing", _PREPARE)
        return
    from annolib.course.commands import render_checks as proofs

    for proof in (proofs.front_end, proofs.live_kernel, proofs.real_browser):
        yield from checked(proof)


def checked(look: Callable[[], list[Finding]]) -> list[Finding]:
    """Return what `look` finds; an exception in it is a finding too."""
    try:
        return look()
    except WorkspaceError as error:
        return [Finding(WRONG, str(error))]
    except Exception as error:
        return [Finding(WRONG, f"{look.__name__.replace('_', ' ')}: {type(error).__name__}: {error}")]


def environment_finding():
    """Say which environment this is and whether its preparation has ended."""
    if environment.inside_venv() and environment.unfinished(VENV).exists():
        return Finding(
            WRONG, f"the environment {VENV} is half made: its preparation was interrupted", _PREPARE
        )
    if environment.unmet():
        state = "does not work or is incomplete" if VENV.exists() else "is not there yet"
        there = f", and {VENV} {state}" if environment.is_checkout() else ""
        return Finding(WRONG, f"this Python has not what the course needs{there}", _PREPARE)
    return Finding(OK, f"environment {sys.prefix}")


def package_findings():
    """Return one finding for each package that is there, and one for all that are missing."""
    lacking = set(environment.unmet())
    versions = {line: environment.installed_version(_name(line)) for line in environment.requirements()}
    findings = [_package(line, seen, line in lacking) for line, seen in versions.items() if seen]
    missing = ", ".join(_name(line) for line, version in versions.items() if not version)
    return findings + ([Finding(WRONG, f"missing packages: {missing}", _PREPARE)] if missing else [])


def course_findings(work):
    """Return whether the lessons can be read, whether the working copy can be written, and which annolib is used."""
    import annolib

    lessons = environment.course_folder("lessons")
    findings = [Finding(OK, f"{len(catalogue(lessons))} lessons in {lessons}")]
    place = next(folder for folder in (work, *work.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 1e9
    try:
        with tempfile.TemporaryFile(dir=place):
            findings.append(Finding(OK, f"working copy {work} can be written; {free:.1f} GB free"))
    except OSError as error:
        fix = f"permit writing there, or name another folder: {environment.command('lessons')} --work FOLDER"
        findings.append(Finding(WRONG, f"working copy {work} cannot be written: {error}", fix))
    findings.append(Finding(OK, f"annolib {annolib.__version__} from {Path(annolib.__file__).parent}"))
    return findings


def _package(line, version, lacking):
    text = f"{_name(line)} {version} (needed: {line})"
    return Finding(WRONG, text, f'{sys.executable} -m pip install "{line}"') if lacking else Finding(OK, text)


def _name(line):
    return re.match(r"[\w.-]+", line).group()
