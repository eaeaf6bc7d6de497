"""`python3 tests --platforms`: suites that need more than the other tests do, each with packages of its own.

A suite whose packages are not here, and cannot be had, is skipped and says why; so nothing fails without a network.
A suite with `pins` runs in an environment of its own, `.venv-NAME`, with exactly these versions.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec

from annolib.course.setup import ensuring, environment


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
    pins : tuple of str
        Requirement lines; with them the suite gets an environment of its own.
    """

    name: str
    what: str
    tests: tuple[str, ...]
    extra: str = ""
    modules: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()


SUITES = (
    Suite(
        "site",
        "the site builds without a warning or a broken link, and axe finds nothing serious",
        ("tests/course/site",),
        "site",
        ("sphinx", "myst_nb", "furo", "sphinx_copybutton", "sphinx-mathjax-offline", "axe_playwright_python"),
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
        [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *suite.tests],
        cwd=environment.ROOT,
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
    if suite.pins:
        return _pinned(suite)
    if suite.extra:
        ensuring.add_if_possible(suite.extra)
    lacking = [module for module in suite.modules if find_spec(module) is None]
    if lacking:
        raise Skip(f"not installed, and not to be had here: {', '.join(lacking)}")
    return sys.executable


def _pinned(suite):
    from annolib.course.setup import preparation

    folder = environment.ROOT / f".venv-{suite.name}"
    python = environment.venv_python(folder)
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        lines = environment.requirements("test", *([suite.extra] if suite.extra else []))
        kept = [line for line in lines if _name(line) not in map(_name, suite.pins)]
        preparation.install(python, [*suite.pins, *kept], f"Preparing {folder.name}")
    except (OSError, subprocess.CalledProcessError) as error:
        raise Skip(f"{folder.name} could not be made: {error}") from None
    except SystemExit as reason:
        raise Skip(str(reason).splitlines()[0]) from None
    return python


def _name(requirement):
    from packaging.requirements import Requirement

    return Requirement(requirement).name.lower()


def _extras():
    text = (environment.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["optional-dependencies"]
