"""`python3 lessons --collect FOLDER -o grades.csv`: submitted notebooks run again, and what their checks found.

Each notebook runs in a process and a working folder of its own, with environment variables of its own, a limit of time
for each cell and for all, a limit of memory and of the size of files, and without a network where the system can shut
it (Linux). It is no jail: the process runs as you, and can read what you can read. Grade strangers' work in a container.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from annolib.course.checking.checks import RIGHT
from annolib.course.definitions import load_definition
from annolib.course.files import overwrite
from annolib.course.grading.sheet import Row, as_csv, totals
from annolib.course.notebook.kept import held_by
from annolib.course.notebook.quiz import right_choices
from annolib.course.notebook_files import ROOT, read, source_of
from annolib.course.workspace.hand_out import WorkspaceError

CELL_SECONDS, ALL_SECONDS = 60.0, 900.0
LARGEST = 50 * 2**20  # bytes of a notebook
_INSIDE = re.compile(
    r"\.reference\b|\.oracle\b|load_definition|annolib\.course\.(?!Lesson|require|grading\.requiring)\w+|"
    r"lesson\.(record|definition|shown)\b|_states\b|__closure__|\bgc\.get_"
)


def collect(folder, seed=None, seconds=CELL_SECONDS, all_seconds=ALL_SECONDS, progress=lambda done: done):
    """Run the notebooks below `folder` again; return one `Row` a student and exercise.

    The first part of a notebook's path names the student: a folder, or else the file itself. Stored outcomes count for
    nothing; the answers to the quiz are clicks and are read from the notebook.

    Parameters
    ----------
    folder : path
    seed : str, optional
        The seed of the class, where the assignments have questions with numbers of each student's own.
    seconds, all_seconds : float
        How long one cell, and one notebook, may take.
    progress : callable
        Wraps the list of notebooks, for a progress bar.

    Returns
    -------
    tuple of (list of Row, bool)
        Whether the network was shut for all that ran.

    Raises
    ------
    WorkspaceError
        If there is no such folder or no notebook in it.
    """
    folder, rows, shut = Path(folder).expanduser(), [], True
    for path in progress(submissions(folder)):
        place = path.relative_to(folder)
        student = place.parts[0] if len(place.parts) > 1 else path.stem
        own, network = _graded(path, student, seed, seconds, all_seconds)
        rows += [Row(**{**row, "student": student, "file": place.as_posix()}) for row in own]
        shut = shut and network
    return rows, shut


def submissions(folder):
    """The notebooks below a folder, in order; checkpoints and hidden files are left out."""
    try:
        found = sorted(
            path
            for path in folder.rglob("*.ipynb")
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise WorkspaceError(f"{folder} cannot be looked through: {error}") from None
    if not found:
        raise WorkspaceError(
            f"There is no notebook (.ipynb) below {folder}. Name the folder of the submitted work."
        )
    return found


def write(folder, target, tell=print, **options):
    """Collect `folder`, write the table to the file `target` and tell the totals."""
    from tqdm import tqdm

    rows, shut = collect(folder, progress=lambda paths: tqdm(paths, unit="notebook"), **options)
    try:
        overwrite(Path(target).expanduser(), as_csv(rows).encode("utf-8"))
    except (OSError, RuntimeError, ValueError) as error:
        raise WorkspaceError(f"{target} could not be written: {error}. Name another file: -o FILE") from None
    tell("\n".join(totals(rows)))
    tell(f"{len(rows)} rows: {target}." + ("" if shut else " The network was open to the notebooks."))


def _graded(path, student, seed, seconds, all_seconds):
    """The rows of one notebook as dictionaries, and whether its network was shut."""
    try:
        notebook = _readable(path)
        number = _lesson(notebook, path)
        definition = load_definition(number)
    except (OSError, ValueError) as error:
        return [{"error": f"This notebook cannot be graded: {error}", "state": "damaged"}], True
    found = _rerun(notebook, number, student, seed, seconds, all_seconds)
    held = held_by(notebook, number)
    quiz = right_choices(definition.quiz, held.choices)
    made, asked = found.get("predictions", (0, 0))
    common = {
        "lesson": number,
        "quiz": f"{quiz} of {len(definition.quiz)}" if definition.quiz else "",
        "predictions": f"{made} of {asked}" if asked else "",
    }
    remarks = [found.get("error", ""), *_remarks(notebook, found, held)]
    rows = [{**common, **_score(score, held)} for score in found.get("scores", ())]
    whole = " ".join(filter(None, remarks))
    if whole or not rows:
        whole = whole or "The notebook told nothing: is its first cell as in the lesson?"
        rows.insert(0, {**common, "state": "remark", "error": whole})
    return rows, found.get("network") != "open"


def _readable(path):
    """The notebook as a dictionary, its cells looked at; a ValueError says what is wrong."""
    if not path.is_file():
        raise ValueError("it is no file")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it has more than {LARGEST // 2**20} MB")
    notebook = read(path)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it has no list of cells")
    for place, cell in enumerate(cells, 1):
        try:
            source_of(cell).encode()
            cell["cell_type"] + ""
        except (LookupError, TypeError, ValueError, AttributeError):
            raise ValueError(f"its cell {place} is damaged") from None
    return notebook


def _lesson(notebook, path):
    """The number of the lesson: from the notebook's metadata, else from the name of the file."""
    about = notebook.get("metadata")
    about = about.get("annolib") if isinstance(about, dict) else None
    number = about.get("lesson") if isinstance(about, dict) else None
    named = re.match(r"(\d\d)_", path.name)
    if type(number) is not int:
        number = int(named.group(1)) if named else None
    if number is None or not 0 <= number < 100:
        raise ValueError("it does not say which lesson it is")
    return number


def _rerun(notebook, number, student, seed, seconds, all_seconds):
    """Run the notebook in a process of its own; return what it found, with "error" where that is not all."""
    with tempfile.TemporaryDirectory(prefix="annolib-", ignore_cleanup_errors=True) as place:
        home = Path(place)
        work = home / "work"
        work.mkdir()
        kept = {**notebook, "cells": [{**cell, "outputs": []} for cell in notebook["cells"]]}
        path = work / f"{number:02d}_submitted.ipynb"
        path.write_text(json.dumps(kept), encoding="utf-8")
        command = [sys.executable, "-m", "annolib.course.grading.rerun", str(path), str(number), str(seconds)]
        process = subprocess.Popen(
            command,
            cwd=work,
            env=_environment(home, student, seed),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            said = process.communicate(timeout=all_seconds)[0]
            return json.loads(said.decode("utf-8", "replace").strip().splitlines()[-1])
        except subprocess.TimeoutExpired:
            return {"error": f"The notebook took longer than {all_seconds:g} seconds and was stopped."}
        except (ValueError, IndexError):
            return {"error": "The process that ran the notebook ended without a word."}
        finally:
            _end(process)


def _environment(home, student, seed):
    """Environment variables with nothing of the teacher's but what Python needs to start."""
    own = {
        name: str(home)
        for name in ("HOME", "USERPROFILE", "IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR", "TEMP", "TMP")
    }
    own |= {
        name: str(home / "jupyter")
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    own |= {
        "ANNOLIB_DATA": str(home / "data"),
        "ANNOLIB_GRADING": "1",
        "ANNOLIB_STUDENT": student,
        "ANNOLIB_SEED": seed or "",
    }
    own |= {
        "PYTHONPATH": str(ROOT),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "agg",
    }
    own |= {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONDONTWRITEBYTECODE")}
    passed = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "COMSPEC", "PATHEXT", "LD_LIBRARY_PATH")
    kept = {name: os.environ[name] for name in passed if name in os.environ}
    return {**kept, **{name: text.replace("\0", "") for name, text in own.items()}}


def _end(process):
    """End the process and whatever it has started; its kernel is in its session."""
    if os.name == "nt":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def _score(score, held):
    """The entries of a row for one exercise."""
    ticks = held.ticks.get(score["exercise"])
    words = score["words"] if ticks is None else f"{len(ticks)} criteria ticked. {score['words']}".strip()
    return {
        "exercise": score["exercise"],
        "state": score["state"],
        "points": score["points"],
        "out_of": score["out_of"],
        "tries": score["tries"],
        "error": words if score["state"] != RIGHT or score["words"] else "",
    }


def _remarks(notebook, found, held):
    """What a teacher should look at: work that reaches into the course, and stored outcomes that the run denies."""
    code = "\n".join(source_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "code")
    inside = sorted({match.group() for match in _INSIDE.finditer(code)})
    if inside:
        yield f"The code reaches into the course: {', '.join(inside)}."
    if found.get("replaced"):
        yield f"Functions of the course were replaced: {', '.join(found['replaced'])}."
    states = {score["exercise"]: score["state"] for score in found.get("scores", ())}
    denied = [
        name for name, state in held.states.items() if state == RIGHT and states.get(name, RIGHT) != RIGHT
    ]
    if denied:
        yield f"Stored as right, but not when run again: {', '.join(denied)}."
