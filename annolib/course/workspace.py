"""The learner's working copy of the course, in which no work is ever lost.

`hand_out` copies what is missing, renews a copy that was never touched, and lays a new version of a lesson beside an
edited one under a name made from its content. Every file appears whole or not at all. Standard library only.

>>> name_beside("04_measure_effort.ipynb", b"the new version")
'04_measure_effort.new-b455aa8f.ipynb'
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from annolib.course.atomic import create, digest, overwrite, replace, sweep, untouched
from annolib.course.locking import locked

MANIFEST = ".handed-out.json"
_LEFT_OUT = ("__main__.py", "__pycache__")


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


def hand_out(lessons, work):
    """Bring the working copy `work` up to date with the folder `lessons`; return one `Outcome` per file.

    A file of the learner's is never overwritten or deleted: a copy is replaced only while it is byte for byte what was
    handed out, as recorded in a manifest. Without a readable manifest every copy that differs counts as edited.

    Raises
    ------
    WorkspaceError
        If `lessons` is missing or `work` cannot be written to.
    """
    lessons, work = Path(lessons).resolve(), Path(work).resolve()
    names = course_files(lessons)
    if work == lessons or lessons in work.parents:
        raise WorkspaceError(
            f"The working copy cannot lie in {lessons}, the course itself. Name another folder."
        )
    try:
        work.mkdir(parents=True, exist_ok=True)
        with locked(work / ".lock"):
            sweep({(work / name).parent for name in names} | {work})
            return _hand_out_all(lessons, work, names)
    except OSError as error:
        raise WorkspaceError(
            f"The working copy {work} could not be brought up to date: {error}.\n"
            "Make room or permit writing there, or name another folder: python3 lessons --work FOLDER"
        ) from None


def course_files(lessons):
    """Return the paths of the course's files relative to `lessons`, sorted: notebooks and what lies with them."""
    lessons = Path(lessons)
    if not lessons.is_dir():
        raise WorkspaceError(f"There is no folder {lessons}: the checkout of the course is not complete.")
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
    if copy.read_bytes() == new or _manifest(copy.parent).get(copy.name) == digest(new):
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
    """Say whether the lesson `copy` is byte for byte what was handed out."""
    return untouched(copy, _manifest(copy.parent).get(copy.name))


def name_beside(name, content):
    """Return the name under which `content`, a new version of the file `name`, is put beside an edited copy."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.new-{digest(content)[:8]}{path.suffix}"))


def _hand_out_all(lessons, work, names):
    manifest = _manifest(work)
    try:
        return [_hand_out_one(name, (lessons / name).read_bytes(), work, manifest) for name in names]
    finally:
        overwrite(work / MANIFEST, json.dumps(manifest, indent=1).encode())


def _hand_out_one(name, new, work, manifest):
    """Bring one file up to date and note in `manifest` what was handed out."""
    copy = work / name
    if not os.path.lexists(copy):
        copy.parent.mkdir(parents=True, exist_ok=True)
        action = "copied" if create(copy, new) else "kept"
    elif copy.is_file() and copy.read_bytes() == new:
        action = "kept"
    elif replace(copy, new, if_digest=manifest.get(name)):
        action = "renewed"
    elif manifest.get(name) == digest(new):  # edited, and the course has nothing newer
        action = "kept"
    else:
        return _put_beside(name, new, work, manifest)
    manifest[name] = digest(new)
    return Outcome(name, action)


def _put_beside(name, new, work, manifest):
    beside = name_beside(name, new)
    if os.path.lexists(work / beside):
        return Outcome(name, "beside already", beside)
    if beside in manifest:  # handed out before and deleted by the learner
        return Outcome(name, "kept")
    create(work / beside, new)
    manifest[beside] = digest(new)
    return Outcome(name, "beside", beside)


def _manifest(work):
    """Return what was handed out, name to digest; {} if that is not known."""
    try:
        manifest = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}
