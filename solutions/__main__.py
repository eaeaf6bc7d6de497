"""`python3 solutions`: from the source notebooks in this folder to the lessons of the course.

    python3 solutions               generate the lessons, and make the tables of the teachers' pages anew
    python3 solutions --check       tell whether the lessons are what the sources stand for
    python3 solutions --lint        check the sources against the rules for authors
    python3 solutions --run         execute the sources, store their outputs, then generate
    python3 solutions --rooms       draw the rooms of annolib from its imports
    python3 solutions --theorems    execute every theorem of the course and write the page, and the table of solved gaps
    python3 solutions --site        build the site: lessons, solutions, reference
    python3 solutions --lite        build the lessons as JupyterLite: Python in the browser
    python3 solutions --address URL set the address of the repository, for all links and badges
    python3 solutions --edition TAG let badges and hosted kernels use this tag; --edition main goes back
    python3 solutions --slides      write the slides of the lessons: a page and a notebook each
    python3 solutions --exam 1      write an exam on the first half, or the second, and its key
    python3 solutions --homework 4  write the questions of a lesson with numbers of a seed, and their key
    python3 solutions --shelf       make the tables of the teachers' pages and of the README anew

Numbers, as in `python3 solutions --run 4`, choose lessons.
With `--seed` papers have other numbers, with `-o` files go to another folder than build.
"""

import argparse
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT

if sys.version_info < (3, 6):  # noqa: UP036  too old even to read the package, which says the rest
    sys.exit("The sources need Python 3.11 or newer. Start them with: python3 solutions")


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python3 solutions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    task = parser.add_mutually_exclusive_group()
    task.add_argument(
        "--check", action="store_true", help="verify that the lessons are generated, byte for byte"
    )
    task.add_argument("--lint", action="store_true", help="check the sources against the rules for authors")
    task.add_argument("--run", action="store_true", help="execute the sources and store their outputs")
    task.add_argument("--rooms", action="store_true", help="draw the rooms of annolib from its imports")
    task.add_argument(
        "--theorems", action="store_true", help="execute every theorem and write solutions/theorems.md"
    )
    task.add_argument(
        "--site",
        nargs="?",
        const="build/site",
        metavar="FOLDER",
        help="build the site in FOLDER, else in build/site",
    )
    task.add_argument(
        "--lite",
        nargs="?",
        const="build/lite",
        metavar="FOLDER",
        help="build JupyterLite in FOLDER, else in build/lite",
    )
    task.add_argument(
        "--address", metavar="URL", help="set the address of the repository: https://github.com/OWNER/NAME"
    )
    task.add_argument(
        "--edition", metavar="TAG", help="the tag that hosted kernels use; main between editions"
    )
    task.add_argument("--slides", action="store_true", help="write slides to build/slides")
    task.add_argument(
        "--exam", type=int, choices=(1, 2), metavar="HALF", help="write exam and key to build/papers"
    )
    task.add_argument("--homework", type=int, metavar="N", help="write homework and key to build/papers")
    task.add_argument("--shelf", action="store_true", help="make the tables of the teachers' pages anew")
    parser.add_argument("--seed", default="1", help='of a paper, for instance "autumn, anna"; 1 if left out')
    parser.add_argument("-o", "--output", metavar="FOLDER", help="where slides and papers go")
    parser.add_argument("numbers", nargs="*", type=int, metavar="N", help="lesson numbers; all if left out")
    options = parser.parse_args(arguments)

    from pathlib import Path

    from annolib.course.setup import ensuring

    extras = [name for name in ("site", "slides", "lite") if getattr(options, name)]
    ensuring.ensure(*extras)
    if options.slides or options.exam or options.homework is not None or options.shelf:
        from annolib.course.shelf import command

        return command.work(options, Path(ROOT))
    from annolib.course.authoring import desk, repository, rooms

    if options.site:
        from annolib.course.site import build

        return build.command(Path(ROOT), options.site)
    if options.lite:
        from annolib.course.site import lite

        return lite.command(Path(ROOT), options.lite)
    if options.address:
        try:
            changed = repository.move(options.address, Path(ROOT))
        except repository.AddressError as error:
            sys.exit(str(error))
        print("\n".join(f"{name}: changed" for name in changed) or "The address was that already.")
    if options.edition:
        try:
            repository.set_edition(options.edition, Path(ROOT))
        except repository.AddressError as error:
            sys.exit(str(error))
    if options.rooms:
        print(f"{rooms.draw(Path(ROOT))}: written")
        return 0
    if options.theorems:
        from annolib.course.theorems import page
        from annolib.figures import gap_table

        print(f"{gap_table.write_gaps()}: written")
        print(f"{page.write(Path(ROOT))}: written")
        return 0
    status = desk.work(options, Path(ROOT))
    if status or options.check or options.lint:
        return status
    from annolib.course.shelf import command

    return command.refresh(Path(ROOT))


if __name__ == "__main__":
    sys.exit(main())
