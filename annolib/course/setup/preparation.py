"""Make `.venv`, or fix it, and install the requirements into it, showing what is going on.

Standard library only. An interrupted run is taken up again: what pip has downloaded or installed is kept, and a
file named `unfinished` stands in `.venv` from the first installation step to the last.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import time

from annolib.course.files import holder_of, locked
from annolib.course.setup.environment import ROOT, VENV, extra_requirements, unfinished, venv_python
from annolib.course.setup.ticker import Ticker

_LOCK = ROOT / ".venv.lock"
_ASK = "import json; from annolib.course.setup import environment as e; e.require_python(); print(json.dumps(e.unmet(*{!r})))"

_NO_NETWORK = re.compile(
    r"connection broken|Max retries exceeded|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|"
    r"Temporary failure in name resolution|getaddrinfo failed|Name or service not known|Network is unreachable",
    re.IGNORECASE,
)
_STEPS = ("Obtaining", "Installing", "Getting", "Preparing", "Downloading", "Building")
_NETWORK_ADVICE = """The packages could not be downloaded: the package index does not answer.
Connect to the network (behind a proxy, set HTTPS_PROXY) and run the same command again; what is done is kept.
Without a network, use an environment that has the packages already: see requirements.txt."""
_DISK_ADVICE = "The disk is full: the course needs about 1 GB. Make room and run the same command again."


def prepare(*extras):
    """Return the interpreter of a `.venv` that has `requirements.txt` and `extras`; make or fix it first.

    Raises
    ------
    SystemExit
        With a message that says what to do.
    """
    python = venv_python(VENV)
    if is_ready(*extras):
        return python
    try:
        with locked(_LOCK, _say_waiting) as lock:
            if not is_ready(*extras):  # another command may have prepared it meanwhile
                _make_or_mend(python, extras, lock)
    except OSError as error:
        sys.exit(
            f"Could not prepare {VENV}: {error}.\nCopy the course to a folder that you may write to, or install "
            "requirements.txt in an environment of your own and start with its Python."
        )
    return python


def is_ready(*extras):
    """Say whether `.venv` is whole and has `requirements.txt` and `extras`."""
    return not unfinished(VENV).exists() and missing_in(venv_python(VENV), extras) == []


def missing_in(python, extras):
    """Return the requirement lines that the interpreter `python` lacks, or None if it does not work."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = _quiet([python, "-c", _ASK.format(tuple(extras))], environment)
    try:
        return json.loads(answer)
    except ValueError:
        return None


def install(python, arguments, purpose, lock=None):
    """Run `pip install` with `arguments`; on failure end the command with the reason and the fix."""
    print(f"{purpose}.", flush=True)
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--retries",
        "2",
    ]
    started = time.monotonic()
    code, output = _run_aloud([*command, *arguments], lock)
    if code:
        sys.exit(_explain(output))
    print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)


def _say_waiting():
    holder = holder_of(_LOCK)
    who = f"Another command (process {holder})" if holder else "Another command"
    print(
        f"{who} is preparing .venv; waiting for it. To go on without it, end that process: "
        "what it has installed is kept, and this command takes it up.",
        flush=True,
    )


def _make_or_mend(python, extras, lock):
    if not _quiet([python, "-m", "pip", "--version"]):
        if _quiet([python, "-c", "print(1)"]):
            _add_pip(python)
        else:
            _make_venv()
    unfinished(VENV).touch()
    arguments = ["-r", "requirements.txt", *extra_requirements(*extras)]
    install(python, arguments, "Installing the course's packages: a minute or two, once", lock)
    missing = missing_in(python, extras)
    if missing != []:
        wrong = "does not start" if missing is None else "still lacks " + ", ".join(missing)
        sys.exit(f"{VENV} {wrong}. Delete that folder and run the same command again.")
    unfinished(VENV).unlink()


def _add_pip(python):
    """An environment that works is somebody's, of uv for instance, or one that was interrupted: it is kept, and gets its pip."""
    print(f"{VENV} has no pip; adding it.", flush=True)
    _quiet([python, "-m", "ensurepip"])
    if not _quiet([python, "-m", "pip", "--version"]):
        sys.exit(
            f"{VENV} works and has no pip, and ensurepip cannot add it. Install what it lacks with the tool that made it, "
            f"such as uv pip install -p {python} -r requirements.txt; or delete that folder. Then run the same command again."
        )


def _make_venv():
    absent = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if absent:
        version = "{}.{}".format(*sys.version_info)
        sys.exit(
            f"This Python ({sys.executable}) lacks the module {absent[0]!r}, which makes environments.\n"
            f"On Debian and Ubuntu: sudo apt install python{version}-venv\n"
            f"Elsewhere: a Python from https://www.python.org/downloads/ has it. Then run the same command again."
        )
    print(
        "Repairing .venv: it does not work." if VENV.exists() else "Making .venv for the course.", flush=True
    )
    base = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run(
        [base, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode:
        sys.exit(
            f"Could not make {VENV}:\n{made.stdout.strip()}\nDelete that folder and run the same command again."
        )


def _quiet(command, environment=None):
    """Return what `command` prints, or "" if it fails or cannot be started."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except OSError:
        return ""
    return "" if done.returncode else done.stdout


def _run_aloud(command, lock):
    """Run pip with a progress line; return its exit code and its whole output."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_USER": "0"}
    environment.pop("PYTHONPATH", None)  # else pip takes the checkout for an installed annolib
    kept = {"pass_fds": (lock,)} if lock is not None and os.name != "nt" else {}
    output = []
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **kept,
    )
    with process, Ticker("Starting pip", sys.stdout) as ticker:
        for line in process.stdout:
            output.append(line)
            step = pip_step(line)
            if step:
                ticker.show(step)
    return process.returncode, "".join(output)


def pip_step(line):
    """Return what a line of pip's output says about its progress, or "" for a line that says nothing of it.

    >>> pip_step("Collecting numpy<3,>=2.1 (from -r requirements.txt (line 5))")
    'Collecting numpy<3,>=2.1'
    >>> pip_step("Installing collected packages: webencodings, wcwidth")
    'Installing 2 packages'
    """
    if "connection broken" in line:
        return "The network does not answer; trying again"
    words = line.split()
    if words[:2] == ["Installing", "collected"]:
        return f"Installing {len(words) - 3} packages"
    if words[:1] == ["Collecting"]:
        return " ".join(words[:2])
    return line.strip() if words and words[0] in _STEPS else ""


def _explain(output):
    """Return what a failed pip run means and what to do, from its output."""
    if "No space left on device" in output:
        return _DISK_ADVICE
    if _NO_NETWORK.search(output):
        return _NETWORK_ADVICE
    last = "\n".join(output.strip().splitlines()[-15:])
    return f"pip failed; the last lines it printed:\n{last}\nRun the same command again, or pip by hand to see all."
