"""How a lesson closes: recap, quiz, further reading, next lesson."""

from __future__ import annotations

import re


def recap(page):
    """`## Recap` has three sentences, one a line."""
    section = page.section("Recap")
    if section is None:
        return
    lines = [line for line in section[0].splitlines() if line.strip()]
    if len(lines) != 3:
        yield section[1][0].number, f"The recap has three sentences, one a line; saw {len(lines)} lines."


def quiz(page):
    """`## Quiz` holds a cell `lesson.quiz()`, and the definition has five questions (the opening three or more)."""
    section = page.section("Quiz")
    if section and not any(cell.calls("quiz") for cell in section[1]):
        yield section[1][0].number, "The section Quiz holds a cell `lesson.quiz()`."
    if page.definition is None:
        return
    count = len(page.definition.quiz)
    if count != 5 and not (page.kind == "opening" and count >= 3):
        yield 0, f"The definition has {count} questions; a lesson has five."


def further_reading(page):
    """`## Further reading` has bullets, each with a DOI or arXiv number and one reason to read it."""
    section = page.section("Further reading")
    if section is None:
        return
    entries = re.findall(r"(?m)^[-*] +(.+(?:\n {2,}.+)*)", section[0])
    if not entries:
        yield section[1][0].number, "Further reading is a list of bullets, one a work."
    for entry in entries:
        if not re.search(r"10\.\d{4,9}/\S+|arXiv[: ]\s*\[?\d{4}\.\d{4,5}", entry, re.I):
            yield section[1][0].number, f"No DOI or arXiv number in {entry[:60]!r}."
        if len(entry.split()) < 10:
            yield section[1][0].number, f"Say in one sentence why to read {entry[:60]!r}."


def next_lesson(page):
    """`## Next lesson` names it by its number."""
    section = page.section("Next lesson")
    if section and not re.search(r"\d{2}", section[0]):
        yield section[1][0].number, "Name the next lesson by its number of two digits."


RULES = (recap, quiz, further_reading, next_lesson)
