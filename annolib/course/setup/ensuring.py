"""Make sure that this command runs with what the course needs: stay, or start again in `.venv`.

Every command calls `ensure()` first.
"""

import sys

from annolib.course.setup import preparation
from annolib.course.setup.environment import (
    VENV,
    expose_checkout,
    extra_requirements,
    hand_over,
    inside_venv,
    require_python,
    unfinished,
    unmet,
)


def ensure(*extras):
    """Return if this interpreter has what the course needs; else prepare `.venv` and start again in it.

    Parameters
    ----------
    *extras : str
        Names from the optional dependencies in `pyproject.toml`, for example `"test"`. In an environment that
        already has `requirements.txt`, what an extra lacks is installed there: no second environment is made.

    Raises
    ------
    SystemExit
        With a message that says what to do: Python too old, no network, no `venv` module, disk full.
    """
    require_python()
    expose_checkout()
    try:
        python = _other_interpreter(extras)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on where it stopped.", file=sys.stderr)
        sys.exit(130)
    if python:
        hand_over([str(python), *sys.argv])


def add_if_possible(*extras):
    """Install what the extras lack into this environment; where that fails, say so and go on without."""
    lacking = [line for line in unmet(*extras) if line in extra_requirements(*extras)]
    if not lacking:
        return
    try:
        preparation.install(sys.executable, lacking, "Adding {}".format(", ".join(lacking)))
    except SystemExit as reason:
        print("NOTE: going on without {}. {}".format(", ".join(lacking), reason), flush=True)


def _other_interpreter(extras):
    """Return the interpreter of the prepared `.venv`, or None if this one will do or has been made to."""
    lacking, inside = unmet(*extras), inside_venv()
    if not lacking and not (inside and unfinished(VENV).exists()):
        return None
    if inside or unmet():
        return preparation.prepare(*extras)
    preparation.install(sys.executable, lacking, "Adding what is missing to this environment")
    return None
