"""Exercises: header, check, hints, solution, tags."""

from __future__ import annotations

import re

KNOWN_TAGS = ("exercise", "check", "hint", "predict", "claim", "hide-input", "widget", "output", "instructor")
_NOT_OURS = ("nbval-", "raises-exception", "skip-execution")
_HEADER = re.compile(
    r"(?m)^(?:[-*] )?\*\*Difficulty:\*\* [1-5]/5 · \*\*Importance:\*\* [1-5]/5 · \*\*Minutes:\*\* (\d+)[-–](\d+)\s*$"
)


def buildable(page):
    """The lesson can be generated from the source."""
    if page.build_error:
        yield int(re.match(r"Cell (\d+)|", page.build_error)[1] or 0), page.build_error


def exercise_header(page):
    """Before each exercise: `### Exercise N: …`, difficulty, importance, minutes low-high, and one line on why."""
    for cell in page.tagged("exercise"):
        header = next((each for each in reversed(page.markdown) if each.number < cell.number), None)
        text = header.source if header else ""
        if not re.match(r"#{2,4} Exercise \d+", text):
            yield cell.number, "The markdown before an exercise starts with `### Exercise N: …`."
        minutes = _HEADER.search(text)
        if not minutes:
            wanted = "**Difficulty:** 2/5 · **Importance:** 4/5 · **Minutes:** 5-10"
            yield cell.number, f"The exercise's header has a line such as `{wanted}`."
        elif not int(minutes[1]) < int(minutes[2]):
            yield cell.number, "The minutes of an exercise go from low to high."
        if not re.search(r"(?m)^(?:[-*] )?\*\*Why:\*\* \S", text):
            yield cell.number, "The exercise's header has a line `**Why:** …`."


def help_follows(page):
    """After each exercise that a program judges: a `hint` cell, then `lesson.solution("name")`."""
    for cell in page.tagged("exercise"):
        following = [each for each in page.cells if each.number > cell.number]
        until = next((n for n, each in enumerate(following) if "exercise" in each.tags), len(following))
        following = following[:until]
        if not any("hint" in each.tags for each in following) and cell.calls("check"):
            yield cell.number, "A cell tagged `hint` follows the exercise."
        for name in cell.exercises:
            if not any(f'lesson.solution("{name}")' in each.source for each in following):
                yield cell.number, f'A cell `lesson.solution("{name}")` follows the exercise.'


def tags_and_calls(page):
    """Tags are known ones, and a cell that predicts, claims or checks carries its tag."""
    for cell in page.cells:
        for tag in cell.tags:
            if tag not in KNOWN_TAGS and not tag.startswith(_NOT_OURS):
                yield cell.number, f"The tag {tag!r} is unknown; there are {', '.join(KNOWN_TAGS)}."
        pairs = [("predict", "predict"), ("claim", "claim"), ("check", "exercise"), ("rubric", "exercise")]
        for method, tag in pairs:
            if cell.calls(method) and tag not in cell.tags:
                yield cell.number, f"A cell with lesson.{method}(…) carries the tag `{tag}`."
        for tag in ("predict", "claim"):
            if tag in cell.tags and not cell.calls(tag):
                yield cell.number, f"A cell tagged `{tag}` calls lesson.{tag}(…)."
        if "exercise" in cell.tags and not cell.exercises:
            yield cell.number, "An exercise cell ends in its lesson.check(…) or lesson.rubric(…)."


def defined(page):
    """The exercises of the notebook are those of the definition."""
    if page.definition is None:
        return
    here = {name: cell.number for cell in page.code for name in cell.exercises}
    known = {part.name for part in (*page.definition.exercises, *page.definition.rubrics)}
    for name in sorted(set(here) - known):
        yield here[name], f"The definition has no exercise or rubric {name!r}."
    for name in sorted(known - set(here)):
        yield 0, f"The definition's {name!r} has no exercise cell."


RULES = (buildable, exercise_header, help_follows, tags_and_calls, defined)
