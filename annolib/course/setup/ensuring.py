"""Make sure that this command runs with what the course needs: stay, or start again in `.venv`.

Every command calls `ensure()` first.
"""

import sys

from annolib.course.setup import environment


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
    environment.require_python()
    environment.expose_checkout()
    if not environment.is_checkout():
        return _installed_has(extras)
    try:
        python = _other_interpreter(extras)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on where it stopped.", file=sys.stderr)
        sys.exit(130)
    if python:
        environment.hand_over([str(python), *sys.argv])


def add_if_possible(*extras):
    """Install what the extras lack into this environment; where that fails, say so and go on without."""
    lacking = [line for line in environment.unmet(*extras) if line in environment.extra_requirements(*extras)]
    if not lacking:
        return
    from annolib.course.setup import preparation  # only here: an old Python could not read it

    try:
        preparation.install(sys.executable, lacking, "Adding {}".format(", ".join(lacking)))
    except SystemExit as reason:
        print("NOTE: going on without {}. {}".format(", ".join(lacking), reason), flush=True)


def _installed_has(extras):
    """The package was installed by itself: its own installer brings what it lacks, in words."""
    lacking = environment.unmet(*extras)
    if lacking:
        quoted = " ".join(f'"{line}"' for line in lacking)
        sys.exit(
            "This environment lacks {}.\nInstall it: {} -m pip install {}".format(
                ", ".join(lacking), sys.executable, quoted
            )
        )


def _other_interpreter(extras):
    """Return the interpreter of the prepared `.venv`, or None if this one will do or has been made to."""
    lacking, inside = environment.unmet(*extras), environment.inside_venv()
    if not lacking and not (inside and environment.unfinished(environment.VENV).exists()):
        return None
    from annolib.course.setup import preparation

    if inside or environment.unmet():
        return preparation.prepare(*extras)
    preparation.install(sys.executable, lacking, "Adding what is missing to this environment")
    return None
