"""The author's desk: what `python3 solutions` does, with words for each result."""

from __future__ import annotations

from pathlib import Path

import nbformat
from tqdm import tqdm

from annolib.course.authoring.build import as_text, lesson_text, stale_lessons, write_if_new
from annolib.course.authoring.execute import ExecutionError, execute
from annolib.course.authoring.stubs import BuildError
from annolib.course.notebook_files import notebooks


def work(options, root):
    """Do what the command line asks.

    Parameters
    ----------
    options : argparse.Namespace
        With `check`, `lint`, `run` and `numbers`.
    root : path
        The repository.

    Returns
    -------
    int
        The exit status, 0 if all is well.
    """
    root = Path(root)
    sources = [
        p for p in notebooks("solutions", root) if not options.numbers or int(p.name[:2]) in options.numbers
    ]
    if not sources:
        print("There is no source notebook NN_verb_noun.ipynb in solutions with such a number.")
        return 1
    if options.check:
        return check(root)
    if options.lint:
        return lint(sources)
    if options.run and not all([run(path) for path in sources]):
        return 1
    return generate(sources, root)


def generate(sources, root):
    """Write the lesson of each source; return the exit status."""
    for path in sources:
        try:
            text = lesson_text(path)
        except BuildError as error:
            print(f"solutions/{path.name}: {error}")
            return 1
        written = write_if_new(root / "lessons" / path.name, text)
        print(f"lessons/{path.name}: {'written' if written else 'unchanged'}")
    return 0


def check(root):
    """Compare the lessons on disk with what the sources stand for; return the exit status."""
    try:
        stale = stale_lessons(root)
    except BuildError as error:
        print(error)
        return 1
    for path, trouble in stale:
        print(f"lessons/{path.name}: {trouble}; fix: python3 solutions")
    if not stale:
        print("Every lesson is what its source stands for.")
    return int(bool(stale))


def lint(sources):
    """Print the findings of the rules for authors; return the exit status."""
    from annolib.course.authoring.lint import lint_file

    findings = [(path, finding) for path in sources for finding in lint_file(path)]
    for path, finding in findings:
        print(f"solutions/{path.name}: {finding}")
    print(f"{len(findings)} findings in {len(sources)} notebooks.")
    return int(bool(findings))


def run(path):
    """Execute a source and store it with its outputs; tell whether it went well."""
    notebook = nbformat.read(path, as_version=4)
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tqdm(total=cells + 1, desc=path.stem, unit="cell") as bar:
        try:
            done = execute(notebook, path.parent, each_cell=bar.update)
        except ExecutionError as error:
            bar.close()
            print(f"solutions/{path.name}: nothing stored. {error}")
            return False
    written = write_if_new(path, as_text(done))
    print(f"solutions/{path.name}: {'stored' if written else 'unchanged'}")
    return True
