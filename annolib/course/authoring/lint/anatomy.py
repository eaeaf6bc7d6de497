"""How a lesson opens and what its body holds."""

from __future__ import annotations

import re

# Verbs that name something one can see a learner do; the title uses one too.
_VERBS = """
    answer apply argue ask audit build calculate catch check choose classify compare complete compute convert correct
    count criticise decide defend derive describe design detect distinguish draw estimate evaluate explain find
    fit formulate give identify interpret invert judge label list load locate make mark measure model name open pay plan
    plot predict prepare produce propose prove quantify rank read recognise record repair report run say select
    separate show simulate sketch solve sort spot state summarise tell test translate turn unmask use verify
    watch weigh write
"""
OBSERVABLE = frozenset(_VERBS.split())
LAST = 13  # the lesson after which there is none


def part(number):
    """The part of the course that a lesson belongs to.

    >>> part(0), part(7), part(8)
    ('Start', 'Assess', 'Contracts')
    """
    return "Start" if number == 0 else "Assess" if number < 8 else "Contracts"


def title(page):
    """The first cell starts with `# Lesson NN · Part · Verb noun`, and shows a picture or a number."""
    first = page.cells[0] if page.cells else None
    heading = re.match(r"# +(.+)", first.source) if first and first.kind == "markdown" else None
    if not heading:
        yield 1, "The first cell must be markdown that starts with `# Lesson NN · Part · Verb noun`."
        return
    place, _, text = heading[1].strip().rpartition(" · ")
    wanted = f"Lesson {page.number or 0:02d} · {part(page.number or 0)}"
    if place != wanted:
        yield 1, f"The title line starts with {wanted!r}; saw {place!r}."
    if len(text.split()) < 2 or text.split()[0].casefold() not in OBSERVABLE:
        yield 1, f"The title {text!r} must be a verb that one can see done, and a noun."
    if page.definition and page.definition.title != text:
        yield 1, f"The title {text!r} differs from the definition's {page.definition.title!r}."
    opening = "".join(cell.source for cell in _before_setup(page))[heading.end() :].split("## What you will")[
        0
    ]
    if not re.search(r"\d|!\[|<img", opening):
        yield 1, "Below the title stands a picture or a number that makes the reader want the answer."


def objectives(page):
    """`## What you will build` comes with 3-5 bullets, each starting with a verb that one can see done."""
    section = page.section("What you will build")
    if section is None:
        yield 1, "Before the setup stands a section `## What you will build`."
        return
    text, cells = section
    bullets = re.findall(r"(?m)^[-*] +(?!\*\*)(.+)", text)
    if not 3 <= len(bullets) <= 5:
        yield cells[0].number, f"List 3 to 5 objectives as bullets; saw {len(bullets)}."
    for bullet in bullets:
        verb = re.sub(r"\W", "", bullet.split()[0]).casefold()
        if verb not in OBSERVABLE:
            yield cells[0].number, f"The objective {bullet!r} must start with a verb that one can see done."


def needs_and_minutes(page):
    """Before the setup: `**You need:**`, `**Next:**`, `**Time:** A minutes to read, B minutes to do.`, the 20-minute path."""
    text = "\n".join(cell.source for cell in _before_setup(page) if cell.kind == "markdown")
    if not re.search(r"(?m)^(?:[-*] )?\*\*You need:\*\* \S", text):
        yield 1, "Say `**You need:** …`: the numbers of the lessons, or nothing."
    if not re.search(r"(?m)^(?:[-*] )?\*\*Next:\*\* \S", text):
        yield 1, "Say `**Next:** …`: the lesson that goes on from here, or what is next."
    time = re.search(r"(?m)^(?:[-*] )?\*\*Time:\*\* (\d+) minutes to read, (\d+) minutes to do\.", text)
    if not time:
        yield 1, "Say `**Time:** A minutes to read, B minutes to do.`"
    else:
        minutes = (int(time[1]), int(time[2]))
        if page.minutes != minutes:
            yield 1, f"The minutes {list(minutes)} differ from the metadata's {list(page.minutes)}."
        known = page.definition and (page.definition.minutes_to_read, page.definition.minutes_to_do)
        if known and known != minutes:
            yield 1, f"The minutes {list(minutes)} differ from the definition's {list(known)}."
    if page.kind != "opening" and not re.search(r"(?m)^(?:[-*] )?\*\*20-minute path:\*\* \S", text):
        yield 1, "Say `**20-minute path:** …`: what to do when there is no more time."


def setup(page):
    """The first code cell is exactly the three lines that every lesson has."""
    wanted = f"import numpy as np\nimport annolib as al\nlesson = al.course.Lesson({page.number})"
    if not page.code or page.code[0].source.strip() != wanted:
        yield (page.code[0].number if page.code else 1), f"The first code cell must be exactly: {wanted!r}."


def order(page):
    """The landmarks of a lesson stand in their order."""
    landmarks = ["What you will build", "An honest failure", "Recap", "What can break", "Quiz"]
    landmarks += ["Further reading", _end(page)]
    if page.kind == "opening":
        landmarks = [mark for mark in landmarks if mark not in ("An honest failure", "Further reading")]
    at = 0
    sections = [(cell, text) for cell, level, text in page.headings() if level == 2]
    for mark in landmarks:
        places = [n for n, (_, text) in enumerate(sections) if text.casefold().startswith(mark.casefold())]
        if not places:
            yield 0, f"There is no section `## {mark}`."
        elif places[0] < at:
            yield (
                sections[places[0]][0].number,
                f"The section {mark!r} comes too early; the order is {landmarks}.",
            )
        at = max([at, *places[:1]])
    if (
        page.code
        and sections
        and "What you will build" in landmarks
        and sections[0][0].number > page.code[0].number
    ):
        yield page.code[0].number, "The setup comes after the section `## What you will build`."


def predictions(page):
    """At least two cells tagged `predict` (one in the opening), each guess revealed in a later cell."""
    cells, wanted = page.tagged("predict"), 1 if page.kind == "opening" else 2
    if len(cells) < wanted:
        yield 0, f"A lesson has at least {wanted} cells tagged `predict`; saw {len(cells)}."
    for cell in cells:
        for name in re.findall(r"(?m)^(\w+) *= *lesson\.predict\(", cell.source):
            later = "\n".join(each.source for each in page.code if each.number > cell.number)
            if f"{name}.reveal(" not in later:
                yield (
                    cell.number,
                    f"The guess {name!r} is never shown beside the result: call {name}.reveal(…).",
                )


def claims(page):
    """Claims bind statements of the prose to code, in cells of their own, tagged `claim` and `hide-input`."""
    if page.kind != "opening" and not page.tagged("claim"):
        yield 0, "A lesson has at least one cell tagged `claim` with lesson.claim(…)."
    for cell in page.code:
        if cell.calls("claim") and not {"claim", "hide-input"} <= set(cell.tags):
            yield cell.number, "Claims stand in a cell of their own, tagged `claim` and `hide-input`."
        elif "claim" in cell.tags and re.search(r"(?m)^(print|al\.figures)\b|\.reveal\(", cell.source):
            yield (
                cell.number,
                "A cell of claims is hidden: what the learner should see stands in a cell before it.",
            )


def honest_failure(page):
    """A section `## An honest failure: …` shows by code where the method fails."""
    section = page.section("An honest failure")
    if page.kind != "opening" and section and not any(cell.kind == "code" for cell in section[1]):
        yield section[1][0].number, "The honest failure is shown by a code cell, not only told."


def _end(page):
    return "Where to go from here" if page.number == LAST else "Next lesson"


def _before_setup(page):
    first = page.code[0].number if page.code else len(page.cells) + 1
    return [cell for cell in page.cells if cell.number < first]


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
    """`## Next lesson` names it by its number; the last lesson ends in `## Where to go from here`, with its own."""
    section = page.section(_end(page))
    if section and not re.search(r"\d{2}", section[0]):
        yield section[1][0].number, "Name the next lesson by its number of two digits."


RULES = (
    title,
    objectives,
    needs_and_minutes,
    setup,
    order,
    predictions,
    claims,
    honest_failure,
    recap,
    quiz,
    further_reading,
    next_lesson,
)
