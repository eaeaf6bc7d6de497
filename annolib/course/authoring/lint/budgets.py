"""How much of everything: words, code, figures, explorers, exercises, minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median

from annolib.course.authoring.lint.page import code_lines, logical_lines, words


@dataclass(frozen=True)
class Budget:
    """Ranges, both ends included, for one kind of lesson."""

    words: int
    words_per_line: tuple
    median_cell: float
    longest_cell: int
    figures: tuple
    explorers: tuple
    exercises: tuple


BUDGETS = {
    "lesson": Budget(2500, (12, 30), 4, 20, (4, 8), (1, 3), (4, 8)),
    "opening": Budget(1000, (12, 45), 4, 20, (1, 3), (1, 2), (1, 3)),
}


def length(page):
    """Words of prose in all markdown cells but hints, at most 2,500 (the opening 1,000)."""
    count, most = _words(page), _budget(page).words
    if count > most:
        yield 0, f"{count} words of prose; at most {most}."


def density(page):
    """12-30 words of prose per line of code; docstrings, comments, blank lines and hidden cells are no code."""
    lines = _code_seen(page)
    low, high = _budget(page).words_per_line
    ratio = _words(page) / max(lines, 1)
    if not low <= ratio <= high:
        yield 0, f"{ratio:.1f} words of prose per line of code ({lines} lines); {low} to {high} are wanted."


def cell_length(page):
    """The median code cell that is no exercise has at most 4 statements; the longest of all at most 20 lines."""
    budget = _budget(page)
    seen = [cell for cell in page.code if "hide-input" not in cell.tags]
    plain = [logical_lines(cell.source) for cell in seen if "exercise" not in cell.tags]
    if plain and median(plain) > budget.median_cell:
        yield 0, f"The median code cell has {median(plain):g} statements; at most {budget.median_cell:g}."
    for cell in seen:
        if code_lines(cell.source) > budget.longest_cell:
            yield cell.number, f"{code_lines(cell.source)} lines of code; at most {budget.longest_cell}."


def figures(page):
    """4-8 figures among the stored outputs (the opening 1-3)."""
    count = sum("image/png" in output.get("data", {}) for cell in page.code for output in cell.outputs)
    yield from _within("figures", count, _budget(page).figures)


def explorers(page):
    """1-3 cells tagged `widget`."""
    yield from _within(
        "explorers (cells tagged `widget`)", len(page.tagged("widget")), _budget(page).explorers
    )


def exercise_count(page):
    """4-8 exercises, self-marked ones included (the opening 1-3)."""
    count = sum(len(cell.exercises) for cell in page.code)
    yield from _within("exercises", count, _budget(page).exercises)


LONGEST = 75  # minutes


def minutes(page):
    """The stated minutes are those that the page takes, rounded to 5, and at most 75."""
    stated, found = sum(page.minutes), minutes_of(page)
    wanted = 5 * round(found / 5)
    if stated != wanted:
        yield 1, f"The page takes {found:.0f} minutes; say {wanted} in all, not {stated}."
    if wanted > LONGEST:
        yield 1, f"The page takes {found:.0f} minutes; at most {LONGEST}. Shorten or split it."


def minutes_of(page):
    """Minutes for a page, from trials with readers.

    Words of prose / 120, + 0.15 a line of code, + 1.3 times the middle of each exercise's range, + 1 a figure or
    prediction, + 2 an explorer, + 3 for the quiz.
    """
    lines = _code_seen(page)
    ranges = re.findall(
        r"\*\*Minutes:\*\* (\d+)(?:[-–](\d+))?", "\n".join(cell.source for cell in page.markdown)
    )
    exercises = sum((int(low) + int(high or low)) / 2 for low, high in ranges)
    pictures = sum("image/png" in output.get("data", {}) for cell in page.code for output in cell.outputs)
    guesses, movers = len(page.tagged("predict")), len(page.tagged("widget"))
    quiz = 3 if any(cell.calls("quiz") for cell in page.code) else 0
    return _words(page) / 120 + 0.15 * lines + 1.3 * exercises + pictures + guesses + 2 * movers + quiz


def _within(what, count, ends):
    if not ends[0] <= count <= ends[1]:
        yield 0, f"{count} {what}; {ends[0]} to {ends[1]} are wanted."


def _words(page):
    return sum(words(cell.source) for cell in page.markdown if "hint" not in cell.tags)


def _code_seen(page):
    return sum(logical_lines(cell.source) for cell in page.code if "hide-input" not in cell.tags)


def _budget(page):
    return BUDGETS.get(page.kind, BUDGETS["lesson"])


RULES = (length, density, cell_length, figures, explorers, exercise_count, minutes)
