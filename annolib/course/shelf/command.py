"""What `python3 solutions --slides`, `--exam`, `--homework` and `--shelf` do, with words for each result."""

from __future__ import annotations

from pathlib import Path

import nbformat

from annolib.course.authoring.build import as_text, write_if_new
from annolib.course.definitions import load_definition
from annolib.course.notebook_files import notebooks
from annolib.course.shelf import deck, exam, pages, slides

SLIDES, PAPERS = "build/slides", "build/papers"


def work(options, root):
    """Do what the command line asks, with `slides`, `exam`, `homework`, `shelf`, `seed`, `output` and `numbers`."""
    root = Path(root)
    if options.slides:
        return write_slides(root, options.output, options.numbers)
    if options.exam:
        return write_exam(options.exam, options.seed, root, options.output)
    if options.homework is not None:
        return write_homework(options.homework, options.seed, root, options.output)
    return refresh(root)


def write_slides(root, folder=None, numbers=(), say=print):
    """Write `NN_verb_noun.html` and `NN_verb_noun.slides.ipynb` for each lesson; return the exit status."""
    folder = Path(folder or Path(root) / SLIDES)
    chosen = [path for path in notebooks("solutions", root) if not numbers or int(path.name[:2]) in numbers]
    if not chosen:
        say("There is no source notebook NN_verb_noun.ipynb in solutions with such a number.")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for path in chosen:
        source = nbformat.read(path, as_version=4)
        definition = load_definition(int(path.name[:2]))
        made = slides.slides_of(source, definition)
        page = folder / f"{path.stem}.html"
        write_if_new(page, deck.as_page(made, f"{definition.number:02d} {definition.title}"))
        write_if_new(folder / f"{path.stem}.slides.ipynb", as_text(deck.as_notebook(made)))
        say(f"{page}: {len(made)} slides")
    return 0


def write_paper(made, name, root, folder=None):
    """Write a paper and its key as `NAME.md` and `NAME_key.md`; return the exit status."""
    folder = Path(folder or Path(root) / PAPERS)
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, text in (("", made.paper), ("_key", made.key)):
        path = folder / f"{name}{suffix}.md"
        write_if_new(path, text)
        print(f"{path}: {len(made.items)} questions, {made.points} points")
    return 0


def write_exam(half, seed, root, folder=None):
    """Write the exam on a half of the course; return the exit status."""
    return write_paper(exam.exam(half, seed), f"exam_{half}_{_file_name(seed)}", root, folder)


def write_homework(number, seed, root, folder=None):
    """Write the homework on a lesson; return the exit status."""
    made = exam.homework(number, seed)
    if not made.items:
        print(f"Lesson {number:02d} has no questions with numbers of their own.")
        return 1
    return write_paper(made, f"homework_{number:02d}_{_file_name(seed)}", root, folder)


def refresh(root):
    """Make the computed parts of the shelf and of the README anew; return the exit status."""
    changed = pages.refresh(root)
    for path in changed:
        print(f"{path.relative_to(root)}: written")
    print(f"{len(changed)} pages have new tables.")
    return 0


def _file_name(seed):
    """The seed with what no file name should hold as a hyphen.

    >>> _file_name("autumn, anna")
    'autumn-anna'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in str(seed)).split()) or "seed"
