"""Run all tests of the project: `python3 tests [arguments for pytest]`; a part of them: `python3 tests --quick`.

Prepares the environment as `python3 lessons` does, with the test extra. Two test files run at a time; `-n 0` runs them
one after the other. The variable `ANNOLIB_TEST_EXTRAS` names further extras of `pyproject.toml`, large ones such as
`spark`: they are installed where that is possible, else the tests that need them are skipped.

`python3 tests --platforms [NAME …]` runs the suites that need packages of their own, such as the site's; it says which
it skipped, and why.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT

if sys.version_info < (3, 6):  # noqa: UP036  too old even to read the package, which says the rest
    sys.exit("The tests need Python 3.11 or newer. Start them with: python3 tests")

from annolib.course.setup import ensuring, environment  # noqa: E402

# units and doctests of the package without solvers, fuzzing and simulations, one lesson, the lints: to know within two minutes
QUICK = (
    "annolib",
    "tests/numerics",
    "tests/preferences",
    "tests/annotators",
    "tests/tables",
    "tests/monitors",
    "tests/agency",
    "tests/test_house.py",
    "tests/test_style.py",
    "tests/test_packaging.py",
    "tests/test_light_import.py",
    "tests/course/checking",
    "lessons/00_open_course.ipynb",
    "--ignore=tests/tables/engines",
    "--ignore=tests/tables/test_made_up_tables.py",
    "--ignore=tests/preferences/test_shared_taste.py",
    "--ignore=annolib/contracts",
    "--ignore=annolib/figures",
    "--ignore=annolib/widgets",
)


def pytest_arguments(given):
    """Return the arguments for pytest: those given, and two files at a time unless they say otherwise.

    >>> pytest_arguments(["-k", "tally"])
    ['-n', '2', '--dist', 'loadfile', '-k', 'tally']
    >>> pytest_arguments(["-n0"])
    ['--dist', 'loadfile', '-n0']
    """
    if "--quick" in given:
        return pytest_arguments([word for word in given if word != "--quick"] + list(QUICK))
    if "no:xdist" in given:
        return list(given)
    workers = any(word.startswith("-n") or word.startswith("--numprocesses") for word in given)
    dist = any(word.startswith("--dist") for word in given)
    return ([] if workers else ["-n", "2"]) + ([] if dist else ["--dist", "loadfile"]) + list(given)


if __name__ == "__main__":
    ensuring.ensure("test")
    ensuring.add_if_possible(*os.environ.get("ANNOLIB_TEST_EXTRAS", "").split())
    os.chdir(ROOT)
    if "--platforms" in sys.argv:
        from tests import platforms

        sys.exit(platforms.main([word for word in sys.argv[1:] if word != "--platforms"]))
    environment.hand_over([sys.executable, "-m", "pytest"] + pytest_arguments(sys.argv[1:]))
