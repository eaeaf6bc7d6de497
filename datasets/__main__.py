"""What data the course has, and where they are: `python3 datasets [list | fetch | verify | add-local | figures | twin]`.

On a machine with nothing but Python it first makes the environment .venv, once.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT

if sys.version_info < (3, 6):  # noqa: UP036  too old even to read the package, which says the rest
    sys.exit("The course needs Python 3.11 or newer. Start it with: python3 datasets")

from annolib.course.setup import ensuring  # noqa: E402

if __name__ == "__main__":
    ensuring.ensure()
    from annolib.datasets import command

    sys.exit(command.main(sys.argv[1:]))
