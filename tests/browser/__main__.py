"""Run notebooks in JupyterLab, move their explorers, and keep screenshots for a human to look at.

python -m tests.browser lessons/04_*.ipynb --shots FOLDER
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from .lab import chromium, find_chromium, jupyter_lab, put
from .visit import visit


def main():
    """Visit each notebook, print what was seen; the exit status says whether there were faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path, help="notebooks to open; they are not changed")
    parser.add_argument("--shots", type=Path, default=Path("shots"), help="folder for the screenshots")
    arguments = parser.parse_args()
    if find_chromium() is None:
        parser.exit(2, "No Chromium or Chrome was found on the PATH: install one.\n")
    faults = 0
    with tempfile.TemporaryDirectory() as folder, jupyter_lab(folder) as address, chromium() as browser:
        context = browser.new_context()
        for notebook in arguments.notebooks:
            put(notebook, folder)
            seen = visit(context, address(notebook.name), arguments.shots, notebook.stem)
            faults += len(seen.faults)
            speed = f", {statistics.median(seen.redraws):.0f} ms from key to picture" if seen.redraws else ""
            print(
                f"{notebook.name}: {seen.explorers} explorers{speed}, {seen.questions} questions, {len(seen.faults)} faults"
            )
            for fault in seen.faults:
                print(f"  {fault}")
    print(f"Screenshots are in {arguments.shots}.")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
