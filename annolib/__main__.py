"""`python -m annolib`: the command `annolib`."""

import sys

from annolib.cli.command import main

if __name__ == "__main__":
    sys.exit(main())
