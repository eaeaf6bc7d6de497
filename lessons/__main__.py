"""Open the course in JupyterLab, in a working copy of your own: `python3 lessons [NUMBER]`.

On a machine with nothing but Python it first makes the environment .venv, once.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT

if sys.version_info < (3, 6):  # noqa: UP036  too old even to read the package, which says the rest
    sys.exit("The course needs Python 3.11 or newer. Start it with: python3 lessons")

from annolib.course.setup import environment  # noqa: E402

if __name__ == "__main__":
    environment.require_python()
    from annolib.course.commands import opening

    sys.exit(opening.main(sys.argv[1:]))
