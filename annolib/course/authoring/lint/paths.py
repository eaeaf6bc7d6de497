"""The 20-minute path of a lesson: which cells it runs, how long they take, and that it names what is there.

An author writes, in the head, `**20-minute path:**` and then sections and exercises by their numbers, "section 2 up to the
derivation" (a heading of level 3), "the honest failure" and "the recap"; and "run all cells of" if the exercises that are not
done must be run as they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from annolib.course.authoring.lint.budgets import minutes_of

OPENING, CLOSING = "Opening", "Recap, quiz, what comes next"
_BEFORE = ("What you will build", "Setup")
_AFTER = ("Recap", "What can break", "Quiz", "Further reading", "Next lesson", "Where to go from here")
_NAMED = {"An honest failure": "honest failure", "Recap": "recap", "Quiz": "quiz"}
SHORTEST, LONGEST = 10, 22  # minutes


def sections(page):
    """Return the cells of each section, its title to a tuple of Cell; the head and the close are one section each."""
    found = {OPENING: []}
    for title, cells in _by_heading(page).items():
        named = OPENING if title in _BEFORE else CLOSING if title.startswith(_AFTER) else title
        found.setdefault(named, []).extend(cells)
    return {name: tuple(cells) for name, cells in found.items()}


@dataclass(frozen=True)
class ShortPath:
    """A 20-minute path.

    Attributes
    ----------
    words : str
        What the head says.
    cells : tuple of Cell
        Those that somebody on the path runs or reads, in order.
    minutes : float
        By the formula of the lint; an exercise that is run as it stands, and not done, takes none.
    """

    words: str
    cells: tuple
    minutes: float


def path_of(page):
    """Return the 20-minute path of a lesson, or None for one that has none.

    On it are the head, the sections that it names (or their part before a heading that it names) and the exercises that
    it names. If it begins with "run all cells of sections …", their other exercises are run as they stand; what is read
    of them may come behind "read".
    """
    words = _words(page)
    if words is None:
        return None
    opened = re.match("[Rr]un all cells of (.+?)(?:, read (.+))?$", words)
    to_run, to_read = (opened[1], opened[2] or words) if opened else ("", words)
    run, done, tasks = [], [], _numbers(words, "exercises?")
    for title, cells in _by_heading(page).items():
        for task, headings, cell in _told_apart(cells):
            read = task in tasks or (task is None and _before(_until(title, to_read), headings))
            done += [cell] * read
            if read or (cell.kind == "code" and _before(_until(title, to_run), headings)):
                run.append(cell)
    return ShortPath(words, tuple(run), minutes_of(replace(page, cells=tuple(done))))


def short_path(page):
    """The 20-minute path names sections and exercises that exist, and takes 10 to 22 minutes."""
    path = path_of(page)
    if path is None:
        return
    words = path.words
    titles = "\n".join(f"{'#' * level} {text}" for _, level, text in page.headings())
    for number in sorted(_numbers(words, "sections?")):
        if not re.search(rf"(?m)^## {number}\. ", titles):
            yield 1, f"The 20-minute path names section {number}, which is not there."
    for number in sorted(_numbers(words, "exercises?")):
        if not re.search(rf"(?m)^###? Exercise {number}\b", titles):
            yield 1, f"The 20-minute path names exercise {number}, which is not there."
    for title, cells in _by_heading(page).items():
        until = _until(title, words)
        inside = "\n".join(cell.source for cell in cells if cell.kind == "markdown")
        if until and not re.search(rf"(?mi)^### {re.escape(until)}", inside):
            yield 1, f"The 20-minute path goes up to {until!r}: {title!r} has no such heading."
    if not SHORTEST <= path.minutes <= LONGEST:
        yield 1, f"The 20-minute path takes {path.minutes:.1f} minutes; {SHORTEST} to {LONGEST} are wanted."


def _words(page):
    head = "\n".join(cell.source for cell in page.markdown[:3])
    found = re.search(r"(?m)^(?:[-*] )?\*\*20-minute path:\*\* (.+)", head)
    return found and found[1]


def _by_heading(page):
    """The cells behind each heading of level 2; what stands before the first is under `OPENING`."""
    found, title = {OPENING: []}, OPENING
    for cell in page.cells:
        for piece in _pieces(cell):
            heading = re.match(r"## +(.+)", piece.source) if cell.kind == "markdown" else None
            title = heading[1].strip() if heading else title
            found.setdefault(title, []).append(piece)
    return found


def _pieces(cell):
    """A markdown cell cut before each heading of level 2."""
    if cell.kind != "markdown":
        return [cell]
    parts = re.split(r"(?m)^(?=## )", cell.source)
    return [replace(cell, source=part) for part in parts if part.strip()]


def _until(title, words):
    """None for a section that is not on the path, else the heading it stops at, or "" for all of it."""
    number = re.match(r"(\d+)\. ", title)
    if number:
        on, name = int(number[1]) in _numbers(words, "sections?"), number[1]
    else:
        name = next((said for start, said in _NAMED.items() if title.startswith(start)), None)
        on = title in (OPENING, *_BEFORE) or (name and name in words)
    return _parts(words).get(name, "") if on else None


def _before(until, headings):
    """Whether a section is on the path (`until` is not None) and the headings so far are not beyond its end."""
    return until is not None and not (until and f"\n{until.casefold()}" in headings)


_UP_TO = r" up to ([^,;.]+?)(?= and |[,;.]|$)"


def _parts(words):
    """What is read up to a heading only: "section 2 up to the derivation" gives {"2": "the derivation"}."""
    found = re.findall(rf"\b(?:sections? (?:[\d, and]*\b)?(\d+)|(honest failure)){_UP_TO}", words)
    return {number or name: heading.strip() for number, name, heading in found}


def _whole(words):
    """The words without the headings at which a section stops."""
    return re.sub(_UP_TO, "", words)


def _numbers(words, name):
    """The numbers behind a word: "sections 1 to 3", "exercises 1, 2 and 4"."""
    found = set()
    for text in re.findall(rf"\b{name} (\d+(?:(?:, | and | to )\d+)*)", _whole(words)):
        for low, high in re.findall(r"(\d+)(?: to (\d+))?", text):
            found |= set(range(int(low), int(high or low) + 1))
    return found


def _told_apart(cells):
    """Each cell, cut before headings of level 3: the exercise that it belongs to or None, the headings so far, the cell."""
    number, headings, found = None, "\n", []
    for cell in cells:
        parts = re.split(r"(?m)^(?=### )", cell.source) if cell.kind == "markdown" else [cell.source]
        for part in parts:
            if cell.kind == "markdown" and "hint" not in cell.tags and part.strip():
                heading = re.match(r"### (.+)", part)
                headings += f"{heading[1].casefold()}\n" if heading else ""
                task = re.match(r"### Exercise (\d+)", part)
                number = int(task[1]) if task else None
            if part.strip():
                found.append((number, headings, replace(cell, source=part)))
            if cell.calls("solution"):
                number = None
    return found


RULES = (short_path,)
