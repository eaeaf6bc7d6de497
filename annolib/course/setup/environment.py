"""The Python environment of the course: use the one at hand where it will do, else make `.venv`.

Every command calls `ensure()` first. Only the standard library is needed here, and the file parses on
Python 3.6, so that an old Python is told what is wrong rather than shown a syntax error.

>>> venv_python("/course/.venv", windows=False).as_posix()
'/course/.venv/bin/python'
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
SHIPPED = Path(__file__).resolve().parents[2] / "shipped"  # what a wheel carries beside the modules
MINIMUM = (3, 11)


def require_python(version=None):
    """End the command with a clear message if this Python (or `version`, a tuple) is too old."""
    version = tuple(version or sys.version_info)[:3]
    if version[:2] >= MINIMUM:
        return
    needed = "{}.{}".format(*MINIMUM)
    names = [f"python3.{minor}" for minor in range(30, MINIMUM[1] - 1, -1)]
    found = next(filter(shutil.which, names), None)
    sys.exit(
        "The course needs Python {} or newer; this is Python {}.\n{}".format(
            needed,
            ".".join(map(str, version)),
            "There is a newer one here. Start with: {} {}".format(found, " ".join(sys.argv))
            if found
            else "Get one from https://www.python.org/downloads/ or your package manager, then start again with it.",
        )
    )


def is_checkout():
    """Say whether this is the repository; else the package was installed by itself, with what its wheel carries."""
    return os.path.isfile(str(ROOT / "pyproject.toml")) and os.path.isdir(str(ROOT / "lessons"))


def course_folder(name):
    """Return the folder `lessons` or `solutions` of the course, in the repository or in the installed package.

    >>> course_folder("lessons").is_dir()
    True
    """
    return (ROOT if is_checkout() else SHIPPED) / name


def command(name):
    """Return how the command `name` is started here: `python3 NAME` in the repository, else `annolib NAME`.

    >>> command("lessons") in ("python3 lessons", "annolib lessons")
    True
    """
    return ("python3 " if is_checkout() else "annolib ") + name


def hand_over(command):
    """Let `command` take the place of this process, with its exit code and signals; never returns."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child receives it too, and decides
    sys.exit(process.wait())


def expose_checkout():
    """Make child processes, Jupyter kernels among them, import `annolib` from this checkout, if it is one."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = (
        "1"  # this environment's kernel, not one of the same name in the home
    )
    if not is_checkout():
        return
    rest = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and part != str(ROOT)]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT)] + rest)


def requirements(*extras):
    """Return the requirement lines of `requirements.txt` and of `extras`.

    The project's own line, `-e .`, is left out: the checkout at hand is the project, and `requirements.txt` names
    all its dependencies. Where the package was installed by itself, its own metadata name them.
    """
    if not is_checkout():
        return _installed_requirements(extras)
    lines = [line.partition("#")[0].strip() for line in _text("requirements.txt").splitlines()]
    return [line for line in lines if line and not line.startswith("-")] + extra_requirements(*extras)


def extra_requirements(*extras):
    """Return the requirement lines of the named extras in `pyproject.toml`.

    Raises
    ------
    SystemExit
        If there is no extra of that name.

    >>> any(line.startswith("pytest") for line in extra_requirements("test"))
    True
    """
    import tomllib

    optional = tomllib.loads(_text("pyproject.toml"))["project"]["optional-dependencies"]
    for extra in extras:
        if extra not in optional:
            sys.exit("pyproject.toml has no extra {!r}; it has {}.".format(extra, ", ".join(optional)))
    return [line for extra in extras for line in optional[extra]]


def unmet(*extras):
    """Return the requirement lines that this interpreter does not satisfy, versions included."""
    try:
        from packaging.requirements import Requirement
    except ImportError:  # JupyterLab brings it: without it nothing of ours is installed
        return requirements(*extras)
    return [line for line in requirements(*extras) if not _satisfied(Requirement(line))]


def installed_version(name):
    """Return the version of the installed distribution `name`, or None."""
    from importlib import metadata

    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, KeyError):  # KeyError: metadata cut short
        return None


def venv_python(folder, windows=None):
    """Return the path of the interpreter inside the virtual environment `folder`."""
    windows = os.name == "nt" if windows is None else windows
    return Path(folder, "Scripts", "python.exe") if windows else Path(folder, "bin", "python")


def inside_venv():
    """Say whether this interpreter is the one of the checkout's `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def unfinished(folder):
    """Return the path of the file that marks an environment whose installation has not ended."""
    return Path(folder, "unfinished")


def _installed_requirements(extras):
    from importlib import metadata

    lines = [line.partition(";") for line in metadata.requires("annolib") or ()]
    own = [line.strip() for line, _, marker in lines if "extra" not in marker]
    wanted = [f"extra == {quote}{extra}{quote}" for extra in extras for quote in "'\""]
    return own + [line.strip() for line, _, marker in lines if any(word in marker for word in wanted)]


def _satisfied(requirement):
    from packaging.version import InvalidVersion

    if requirement.marker and not requirement.marker.evaluate():
        return True
    version = installed_version(requirement.name)
    try:
        return version is not None and requirement.specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return False


def _text(name):
    return (ROOT / name).read_text(encoding="utf-8")
