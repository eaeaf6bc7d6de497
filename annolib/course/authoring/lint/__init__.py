"""Rules for lesson sources, each a small function with its own docstring. What an author writes:

First cell (markdown)
    `# Lesson NN · Part · Verb noun`, the definition's title last, then a picture or a number that makes one want the answer.
Second part, before the setup
    `## What you will build`, one thing; then 3-5 objectives as bullets that start with a verb one can see
    (compute, predict, choose, …); then lines that start `**You need:**`, `**Next:**`, `**Time:** 20 minutes to
    read, 35 minutes to do.` (the numbers of the metadata; their sum is `budgets.minutes_of` the page, rounded to 5)
    and `**20-minute path:**`: sections and exercises by number, 10 to 22 minutes (`paths`).
Setup (first code cell)
    Exactly the three lines `import numpy as np`, `import annolib as al`, `lesson = al.course.Lesson(N)`.
Body
    `##` sections in steps; cells tagged `predict` (with `.reveal` later), `widget` (an explorer, followed by a
    figure of the same idea), `exercise`; claims in cells of their own, tagged `claim` and `hide-input`. A table whose last column is headed "name in
    `annolib`". A section `## An honest failure: …`.
Exercise
    A markdown cell `### Exercise N: …` with the lines `**Difficulty:** 2/5 · **Importance:** 4/5 ·
    **Minutes:** 5-10` and `**Why:** …`; the exercise cell; a `hint` cell with three numbered hints and
    bullets of help by symptom; a cell `lesson.solution("name")`.
Close, as `##` sections in this order
    `Recap` (three sentences), `What can break`, `Quiz` (a cell `lesson.quiz()`), `Further reading` (bullets,
    one reason each, DOI or arXiv number), `Next lesson` (the last lesson: `Where to go from here`).
Everywhere
    One sentence per line; the lines that start with a bold word may be bullets. Mathematics between dollars.
    Code at most 63 characters wide, which a window of 640 px shows, and 100 in folded cells. Tags: `exercise`,
    `check`, `hint`, `predict`, `claim`, `hide-input`, `widget`,
    `output`, `instructor`.

A lesson of kind "opening" (metadata) needs no 20-minute path, notation table, honest failure, claim or
further reading, and has smaller budgets.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from annolib.course.authoring.lint import anatomy, budgets, code, exercises, outputs, paths, prose, secrets
from annolib.course.authoring.lint.page import Finding, Page, page_from
from annolib.course.definitions import load_definition

RULES = (
    *anatomy.RULES,
    *prose.RULES,
    *budgets.RULES,
    *paths.RULES,
    *exercises.RULES,
    *code.RULES,
    *secrets.RULES,
    *outputs.RULES,
)

__all__ = ["RULES", "Finding", "Page", "lint", "lint_file"]


def lint(notebook, definition=None):
    """All findings in a source notebook, in the order of its cells.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed, as it stands in `solutions`.
    definition : LessonDefinition, optional

    Returns
    -------
    list of Finding
    """
    page = page_from(notebook, definition)
    found = [Finding(rule.__name__, cell, message) for rule in RULES for cell, message in rule(page)]
    return sorted(found, key=lambda finding: finding.cell)


def lint_file(path):
    """The findings in a source notebook on disk, with the definition of its number."""
    notebook, number = nbformat.read(path, as_version=4), int(Path(path).name[:2])
    findings = lint(notebook, load_definition(number))
    if notebook.metadata.get("annolib", {}).get("lesson") != number:
        findings.insert(
            0, Finding("metadata", 0, f'the metadata must hold "annolib": {{"lesson": {number}, …}}')
        )
    return findings
