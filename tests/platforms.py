"""`python3 tests --platforms`: suites that need more than the other tests do, each with packages of its own.

A suite whose packages are not here, and cannot be had, is skipped and says why; so nothing fails without a network.
A suite with `packages` runs in an environment of its own, `.venv-NAME`, kept for the next time. uv makes it where uv is
at hand, which takes seconds; else pip does.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec

from annolib.course.setup import ensuring, environment

FEW = ("hypothesis", "nbclient", "nbformat", "nbval>=0.11,<0.12", "pytest>=8.1", "pytest-xdist>=3.6")
PLAIN = ("-o", "addopts=--import-mode=importlib -ra")  # for tests that run no notebook and no doctest
TWO_FILES = ("-n", "2", "--dist", "loadfile")
# the tests that meet other packages: tables and their engines, files, widgets, pages; a few doctests of every kind
CORE = (
    "tests/tables",
    "tests/imports",
    "tests/numerics",
    "tests/annotators",
    "tests/test_markup.py",
    "tests/test_views.py",
    "tests/reports",
    "tests/course/notebook",
    "annolib/tables",
    "annolib/estimation",
    "annolib/markup.py",
    "annolib/widgets",
    "--ignore=tests/tables/test_made_up_tables.py",
)


@dataclass(frozen=True)
class Suite:
    """Tests that need more than the extra `test`.

    Attributes
    ----------
    name, what : str
        A word for the table, and a sentence.
    tests : tuple of str
        Arguments for pytest.
    extra : str
        An extra of `pyproject.toml`, installed first; "" if none is needed.
    modules : tuple of str
        What can be imported once the extra is there.
    packages : tuple of str
        Requirement lines; with them the suite gets an environment of its own. The word "course" stands for
        `requirements.txt`, "test" for the extra, "oldest" for both with each at its lowest version.
    python : str
        The version of Python for that environment, such as "3.13"; "" for the one that runs this.
    """

    name: str
    what: str
    tests: tuple[str, ...]
    extra: str = ""
    modules: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    python: str = ""


COLAB = (
    "ipykernel==6.17.1",
    "ipython==7.34.0",
    "ipywidgets==7.7.1",
    "matplotlib==3.10.0",
    "numpy==2.1.3",
    "pandas==2.2.3",
)

SUITES = (
    Suite(
        "site",
        "the site builds without a warning or a broken link; axe finds nothing serious there, nor in an explorer",
        ("tests/course/site", "tests/browser/test_names.py"),
        "site",
        ("sphinx", "myst_nb", "furo", "sphinx_copybutton", "sphinx-mathjax-offline", "axe_playwright_python"),
    ),
    Suite(
        "colab",
        "explorers, quiz, rubric and predictions work with the packages of Colab",
        ("tests/environments/test_colab.py", "tests/test_views.py", "tests/course/notebook", *PLAIN),
        packages=(*COLAB, "scipy", "jinja2", "pooch", "tqdm", *FEW),
        python="3.13",
    ),
    Suite(
        "wheel",
        "the wheel opens the course in an empty folder and a fresh environment",
        ("tests/environments/test_wheel.py", *PLAIN),
    ),
    Suite("oldest", "the lowest versions that we name are enough", CORE, packages=("oldest",), python="3.11"),
    Suite("python3.13", "the course on Python 3.13", CORE, packages=("course", "test"), python="3.13"),
    Suite("python3.14", "the course on Python 3.14", CORE, packages=("course", "test"), python="3.14"),
    Suite(
        "nbgrader",
        "assignments go through nbgrader and back",
        ("tests/course/grading/test_nbgrader.py", *PLAIN),
        packages=("course", *FEW, "nbgrader>=0.9.5"),
    ),
    Suite(
        "otter",
        "assignments go through Otter and back",
        ("tests/environments/test_otter.py", *PLAIN),
        packages=("course", *FEW, "otter-grader>=6"),
    ),
    Suite(
        "lite",
        "the course in the browser alone: JupyterLite builds, and a lesson starts as far as can be seen here",
        ("tests/environments/test_lite.py", *PLAIN),
        packages=(
            "course",
            *FEW,
            "playwright>=1.50",
            "jupyterlite-core>=0.6",
            "jupyterlite-pyodide-kernel>=0.6",
        ),
    ),
)


class Skip(Exception):
    """The suite cannot run here; the message says why."""


def main(words=(), suites=SUITES):
    """Run the suites, or those named; print what was run, what was skipped and why; return the exit status."""
    names = [suite.name for suite in suites]
    unknown = [word for word in words if word not in names]
    if unknown:
        print(f"There is no suite {unknown[0]!r}; choose from {', '.join(names)}.")
        return 2
    lines = []
    for suite in suites:
        if words and suite.name not in words:
            continue
        print(f"\n{suite.name}: {suite.what}.", flush=True)
        started = time.monotonic()
        state, why = run(suite)
        lines.append((suite.name, state, why or f"{time.monotonic() - started:.0f} s"))
    print()
    for name, state, why in lines:
        print(f"{name:10} {state:8} {why}")
    states = [state for _, state, _ in lines]
    told = (f"{state} {states.count(state)}" for state in ("passed", "failed", "skipped"))
    print(f"Suites of --platforms: {', '.join(told)}.", flush=True)
    return int("failed" in states)


def run(suite):
    """Run one suite; return "passed", "failed" or "skipped", and why."""
    try:
        python = _ready(suite)
    except Skip as reason:
        return "skipped", str(reason)
    code = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *TWO_FILES, *suite.tests],
        cwd=environment.ROOT,
        env={**os.environ, "ANNOLIB_SUITE": suite.name},
    ).returncode
    if code == 5:
        return "failed", "pytest found no test"
    return ("failed", f"pytest ended with {code}") if code else ("passed", "")


def _ready(suite):
    """The interpreter that has what the suite needs.

    Raises
    ------
    Skip
        If there is none and none can be made.
    """
    if suite.extra and suite.extra not in _extras():
        raise Skip(f"pyproject.toml has no extra {suite.extra!r}")
    if suite.packages:
        return _own(suite)
    if suite.extra:
        ensuring.add_if_possible(suite.extra)
    lacking = [module for module in suite.modules if find_spec(module) is None]
    if lacking:
        raise Skip(f"not installed, and not to be had here: {', '.join(lacking)}")
    return sys.executable


def _own(suite):
    """The interpreter of the suite's own environment, made or brought up to date."""
    folder = environment.ROOT / f".venv-{suite.name}"
    lines = lines_of(suite.packages)
    try:
        return _make(folder, lines, suite.python)
    except (OSError, subprocess.SubprocessError) as error:
        raise Skip(f"{folder.name} could not be made: {error}") from None
    except SystemExit as reason:
        raise Skip(str(reason).splitlines()[0]) from None


def lines_of(packages):
    """The requirement lines that the words "course", "test" and "oldest" stand for, and all others as they are.

    >>> "numpy>=2.1,<3" in lines_of(("course",)), lines_of(("scipy",))
    (True, ['scipy'])
    """
    lines = []
    for one in packages:
        if one == "course":
            lines += environment.requirements()
        elif one == "test":
            lines += environment.extra_requirements("test")
        elif one == "oldest":
            lines += sorted({oldest(line) for line in environment.requirements("test")})
        else:
            lines.append(one)
    return lines


def oldest(line):
    """The requirement with its lowest version alone.

    >>> oldest("dask[dataframe]>=2025.1"), oldest("numpy>=2.1,<3")
    ('dask[dataframe]==2025.1', 'numpy==2.1')
    """
    return re.sub(r">=([\w.]+).*", r"==\1", line)


def _make(folder, lines, version):
    python = environment.venv_python(folder)
    base = find_python(version)
    if base is None:
        raise Skip(f"Python {version} is not here")
    print(f"Preparing {folder.name}: {len(lines)} requirements.", flush=True)
    uv = shutil.which("uv")
    if uv:
        done = True
        if not python.exists():
            done = _quiet([uv, "venv", "-q", "--no-project", "-p", base, folder])
        if done is True:
            done = _quiet([uv, "pip", "install", "-q", "-p", python, *lines])
        if done is not True:
            raise Skip(f"{folder.name} could not be made: {done}")
        return python
    from annolib.course.setup import preparation

    if not python.exists():
        subprocess.run([base, "-m", "venv", str(folder)], check=True)
    preparation.install(python, lines, f"Preparing {folder.name}")
    return python


def _quiet(command):
    """Run the command; True if it went well, else the last line that it said."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=environment.ROOT, capture_output=True, text=True)
    return True if done.returncode == 0 else " ".join((done.stderr or done.stdout).split())[-300:]


def find_python(version):
    """The path of a Python of this version: this one, one on the PATH, one of pyenv's; None if there is none.

    >>> find_python("") == find_python("{}.{}".format(*sys.version_info)) == sys.executable
    True
    """
    if version in ("", "{}.{}".format(*sys.version_info)):
        return sys.executable
    candidates = [shutil.which(f"python{version}")]
    homes = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    candidates += sorted(glob.glob(f"{homes}/versions/{version}.*/bin/python"))
    for candidate in filter(None, candidates):
        asked = [candidate, "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
        done = subprocess.run(asked, capture_output=True, text=True)
        if done.stdout.strip() == version:
            return candidate
    return None


def _extras():
    text = (environment.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["optional-dependencies"]
