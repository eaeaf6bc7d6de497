"""The learner's working copy of the course, in which no work is ever lost.

`hand_out` copies what is missing, renews a copy that was never touched, and lays a new version of a lesson beside an
edited one under a name made from its content. Every file appears whole or not at all. Standard library only.

The manifest says what was handed out: name to digest. Before the first file changes, it is written with what is about
to be handed out, a list of digests in place of one; after the last file, with what was. So a run that is killed or
finds the disk full leaves a manifest in which each untouched copy, old or new, is still known as untouched.

>>> name_beside("04_measure_effort.ipynb", b"the new version")
'04_measure_effort.new-b455aa8f.ipynb'
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from annolib.course.files import create, holder_of, locked, overwrite, replace, sweep
from annolib.course.setup import environment

MANIFEST = ".handed-out.json"
PATIENCE = 60  # seconds to wait for another command that writes to the same folder
_LEFT_OUT = ("__main__.py", "__pycache__")
_WRITTEN_ON_OPENING = ("kernelspec", "language_info")  # by JupyterLab, into the metadata of every notebook


class WorkspaceError(Exception):
    """The working copy cannot be made or written to; the message says where, why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What `hand_out` did with one file of the course.

    Attributes
    ----------
    name : str
        The path of the file inside the working copy, with forward slashes.
    action : str
        "copied" (it was missing), "renewed" (an untouched copy got the new version), "beside" (the learner's copy is
        edited: the new version was put beside it), "beside already" (it lies there from before), "kept" (nothing newer
        to give, or the learner has deleted the new version).
    beside : str or None
        The name of the new version, for the two "beside" actions.
    """

    name: str
    action: str
    beside: str | None = None


def hand_out(lessons, work, tell=print):
    """Bring the working copy `work` up to date with the folder `lessons`; return one `Outcome` per file.

    A file of the learner's is never overwritten or deleted: a copy is replaced only while its `fingerprint` is that of
    what was handed out, as recorded in a manifest. Without a readable manifest every copy that differs counts as edited.
    While another command holds the lock of `work`, `tell` gets a sentence about it, and this one waits.

    Raises
    ------
    WorkspaceError
        If `lessons` is missing or `work` cannot be written to, or another command writes there for more than a minute.
    """
    try:
        lessons, work = Path(lessons).resolve(), Path(work).resolve()
        names = course_files(lessons)
        if work == lessons or lessons in work.parents:
            raise WorkspaceError(
                f"The working copy cannot lie in {lessons}, the course itself. Name another folder."
            )
        work.mkdir(parents=True, exist_ok=True)
        lock = work / ".lock"
        with locked(lock, lambda: tell(_held(lock, work)), patience=PATIENCE):
            sweep({(work / name).parent for name in names} | {work})
            return _hand_out_all(lessons, work, names)
    except TimeoutError:
        raise WorkspaceError(
            f"{_held(lock, work).splitlines()[0]} It did not end within {PATIENCE:g} seconds.\n"
            f"If no such command runs any more, delete {lock} and start again; your work is not in it.\n"
            f"To go on beside it, name another folder: {environment.command('lessons')} --work FOLDER"
        ) from None
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, in Python 3.11 and 3.12
        raise WorkspaceError(
            f"The working copy {work} could not be brought up to date: {error}.\n"
            f"Make room or permit writing there, or name another folder: {environment.command('lessons')} --work FOLDER"
        ) from None


def _held(lock, work):
    """Say who holds the lock of the folder `work`, and how to go on."""
    holder = holder_of(lock)
    who = f"process {holder}" if holder else "another process"
    return (
        f"Another `{environment.command('lessons')}` ({who}) is writing to {work}.\n"
        "Waiting for it to end. To go on at once, end that process, or stop here with Ctrl-C."
    )


def course_files(lessons):
    """Return the paths of the course's files relative to `lessons`, sorted: notebooks and what lies with them."""
    lessons = Path(lessons)
    if not lessons.is_dir():
        raise WorkspaceError(f"There is no folder {lessons}: the course is not complete.")
    relative = (path.relative_to(lessons) for path in lessons.rglob("*") if path.is_file())
    return sorted(
        name.as_posix()
        for name in relative
        if not any(part.startswith(".") or part in _LEFT_OUT for part in name.parts)
    )


def newer_version(source, copy):
    """Return where the newer version of an edited lesson is: a name beside it, "" if not yet there, None if none is.

    Parameters
    ----------
    source, copy : path
        The notebook in the course and in the working copy.
    """
    source, copy = Path(source), Path(copy)
    if not copy.is_file() or is_untouched(copy):
        return None
    new = source.read_bytes()
    given = _manifest(copy.parent).get(copy.name)
    if fingerprint(new) == fingerprint(copy.read_bytes()) or _settled(given) == fingerprint(new):
        return None
    beside = name_beside(copy.name, new)
    return beside if copy.with_name(beside).exists() else ""


def versions(copy):
    """Return the learner's copies of a lesson: `copy`, and the new versions that were put beside it."""
    copy = Path(copy)
    return [
        path
        for path in (copy, *sorted(copy.parent.glob(f"{copy.stem}.new-*{copy.suffix}")))
        if path.is_file()
    ]


def is_untouched(copy):
    """Say whether the lesson `copy` is what was handed out."""
    return _untouched(copy, _manifest(copy.parent).get(copy.name))


def name_beside(name, content):
    """Return the name under which `content`, a new version of the file `name`, is put beside an edited copy."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.new-{fingerprint(content)[:8]}{path.suffix}"))


def fingerprint(content):
    """Return the SHA-256 of bytes; of a notebook, without the traces that merely opening it leaves, and its version.

    JupyterLab writes the kernel's name and version into the metadata of a notebook that is opened and saved. A lesson
    whose version alone is another is no newer lesson.

    >>> fresh = b'{"cells": [], "metadata": {}}'
    >>> opened = b'{"cells": [], "metadata": {"language_info": {"version": "3.11.2"}}}'
    >>> fingerprint(fresh) == fingerprint(opened)
    True
    """
    try:
        notebook = json.loads(content)
        for name in _WRITTEN_ON_OPENING:
            notebook["metadata"].pop(name, None)
        about = notebook["metadata"].get("annolib")
        if isinstance(about, dict):
            about.pop("version", None)
        content = json.dumps(notebook, sort_keys=True).encode()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass  # no notebook: the bytes as they are
    return hashlib.sha256(content).hexdigest()


def _hand_out_all(lessons, work, names):
    course = {name: (lessons / name).read_bytes() for name in names}
    manifest = _manifest(work)
    coming = {**manifest, **_coming(course, work, manifest)}
    if coming != manifest:
        _write_manifest(work, coming)
    outcomes = [_hand_out_one(name, new, work, manifest) for name, new in course.items()]
    if _manifest(work) != manifest:
        _write_manifest(work, manifest)
    return outcomes


def _coming(course, work, manifest):
    """The entries of the manifest while files change: each name that may get new content, with old and new digests."""
    entries = {}
    for name, new in course.items():
        copy, digest = work / name, fingerprint(new)
        beside = name_beside(name, new)
        if _settled(manifest.get(name)) == digest:
            continue
        if os.path.lexists(copy) and not _untouched(copy, manifest.get(name)):
            if beside not in manifest:
                entries[beside] = [digest]
        else:
            entries[name] = sorted({*_digests(manifest.get(name)), digest})
    return entries


def _hand_out_one(name, new, work, manifest):
    """Bring one file up to date and note in `manifest` what was handed out."""
    copy = work / name
    if not os.path.lexists(copy):
        copy.parent.mkdir(parents=True, exist_ok=True)
        action = "copied" if create(copy, new) else "kept"
    elif copy.is_file() and fingerprint(copy.read_bytes()) == fingerprint(new):
        action = "kept"
    elif replace(copy, new, unchanged=lambda: _untouched(copy, manifest.get(name))):
        action = "renewed"
    elif _settled(manifest.get(name)) == fingerprint(new):  # edited, and the course has nothing newer
        action = "kept"
    else:
        return _put_beside(name, new, work, manifest)
    manifest[name] = fingerprint(new)
    return Outcome(name, action)


def _put_beside(name, new, work, manifest):
    beside = name_beside(name, new)
    there, given = os.path.lexists(work / beside), _settled(manifest.get(beside))
    if given and not there:  # handed out before and deleted by the learner
        return Outcome(name, "kept")
    if not there:
        create(work / beside, new)
    manifest[beside] = fingerprint(new)
    return Outcome(name, "beside already" if there else "beside", beside)


def _untouched(copy, handed_out):
    """Say whether `copy` is a plain file with a fingerprint of what was handed out, or was about to be."""
    return copy.is_file() and not copy.is_symlink() and fingerprint(copy.read_bytes()) in _digests(handed_out)


def _digests(entry):
    """The digests in one entry of the manifest."""
    return tuple(entry) if isinstance(entry, list) else (entry,) if isinstance(entry, str) else ()


def _settled(entry):
    """The digest of what was handed out for certain, or None: a list stands in an update that was not ended."""
    return entry if isinstance(entry, str) else None


def _manifest(work):
    """Return what was handed out, name to digest; {} if that is not known."""
    try:
        manifest = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _write_manifest(work, manifest):
    overwrite(work / MANIFEST, json.dumps(manifest, indent=1).encode())
