"""What the pages of the shelf compute: minute plans, boards, mistakes, open answers, weeks, routes.

Each function gives Markdown; `pages` puts it between two marks of a page.
"""

from __future__ import annotations

import re
from operator import attrgetter

import annolib
from annolib.course.authoring.lint.page import words
from annolib.course.authoring.lint.paths import CLOSING, path_of, sections
from annolib.course.definitions import load_definition
from annolib.course.shelf.plan import clock, pages, plan_of
from annolib.course.shelf.questions import more_questions

TERMS = (6, 10, 14)
# What the library draws and the lessons have no minute for: for a class that asks on.
BEYOND = {
    4: ("figures.consistency_ladder", "figures.consistency_and_others", "figures.interval_coverage"),
    5: ("figures.two_pass_curves", "widgets.information_explorer"),
    6: ("figures.sequential_savings", "figures.shared_items", "widgets.power_saw_explorer"),
    7: ("figures.audit_report", "figures.checks_and_verdicts", "figures.strengths_and_verdicts"),
    8: ("figures.contract_wages", "widgets.certainty_equivalent_explorer"),
    9: ("figures.binary_gap_laws", "figures.threshold_place", "widgets.threshold_place_explorer"),
    10: (
        "figures.wage_shapes",
        "figures.gaps_in_euros",
        "figures.budget_curve",
        "figures.wrong_strength",
        "widgets.budget_explorer",
        "widgets.wrong_strength_explorer",
    ),
    11: ("figures.first_order_payoff", "figures.rare_fines"),
    12: ("figures.levels_of_effort",),
    13: ("figures.cost_of_not_knowing", "figures.pilot_checks", "figures.trick_and_work"),
}
PAUSE = 15  # minutes between two parts of a workshop


def minute_plan(number):
    """A row a section: from when, how long, what happens; the last time is the lesson's whole."""
    page, at, rows = pages()[number], 0, ["| from | minutes | section | what happens |", "|---|---|---|---|"]
    for step in plan_of(page):
        rows.append(
            f"| {clock(at)} | {step.minutes} | {_cell(step.title)} | {', '.join(step.doing) or 'read'} |"
        )
        at += step.minutes
    return "\n".join([*rows, f"| {clock(at)} | **{at}** | the end | |"])


def boards(number):
    """The numbered steps of the lesson's derivations, folded ones too, under the headings that they have there."""
    found = []
    for title, cells in sections(pages()[number]).items():
        if title == CLOSING:
            continue
        heading = title
        for cell in cells:
            if cell.kind != "markdown" or "hint" in cell.tags:
                continue
            text = re.sub(r"<details>\s*<summary>(.*?)</summary>", r"### \1", cell.source)
            for part in re.split(r"(?m)^(?=###? )|</details>", text):
                named = re.match(r"###? +(.+)", part)
                heading = named[1] if named else heading
                if not heading.startswith("Exercise"):
                    found += [f"**{heading}**\n\n{steps}" for steps in _numbered(part)]
    return "\n\n".join(found)


def _numbered(text):
    lists = re.findall(r"(?m)(?:^\d+\. .+\n?(?:^ {2,}.+\n?)*)+", text)
    return [steps.strip() for steps in lists if steps.count("\n") >= 1 and words(steps) > 5]


def mistakes(number):
    """What learners write that is wrong, a table an exercise, and what to say."""
    found = []
    for exercise in load_definition(number).exercises:
        said, rows = [], ["| what went wrong | what to say |", "|---|---|"]
        for one in exercise.mistakes:
            if not any(
                one.message.startswith(message) for message in said
            ):  # two faults at once: each is there
                said.append(one.message)
                rows.append(f"| {_cell(one.name)} | {_cell(one.message)} |")
        if said:
            found.append("\n".join([f"**`{exercise.name}`**", "", *rows]))
    return "\n\n".join(found)


def open_answers(number):
    """Criteria and a model answer for each exercise that is argued in words."""
    found = []
    for rubric in load_definition(number).rubrics:
        ticks = "\n".join(f"- ☐ {_text(criterion)}" for criterion in rubric.criteria)
        found.append(f"**`{rubric.name}`**\n\n{ticks}\n\n> {_text(rubric.model_answer)}")
    return "\n\n".join(found) or "This lesson has none."


def beyond(number):
    """Figures and explorers that the lesson does not show: what to write, and what it shows."""
    rows = ["| write | and see |", "|---|---|"]
    for name in BEYOND[number]:
        shown = attrgetter(name)(annolib)
        rows.append(f"| `al.{name}()` | {_cell(shown.__doc__.strip().splitlines()[0])} |")
    return "\n".join(rows)


def own_numbers(number):
    """The questions of a lesson whose numbers a seed draws."""
    own = [one.exercise for one in load_definition(number).variants]
    more = [one.exercise for one in more_questions(number).variants]
    names = ", ".join(f"`{name}`" for name in (*own, *more))
    return f'`python3 solutions --homework {number} --seed "autumn, anna"`: {names or "none"}.'


def term(weeks):
    """A course of so many weeks: which lessons a week, how long they take, all of them in order."""
    rows, total = ["| week | lessons | minutes |", "|---|---|---|"], 0
    minutes = {number: sum(page.minutes) for number, page in pages().items()}
    for week, lessons in enumerate(divided(minutes, weeks), 1):
        taken = sum(minutes[number] for number in lessons)
        total += taken
        rows.append(f"| {week} | {' and '.join(_link(number) for number in lessons)} | {taken} |")
    return "\n".join([*rows, f"| | **{len(minutes)} lessons** | **{total}** |"])


def divided(minutes, parts):
    """Cut the lessons, in order, so that the longest part is as short as possible; none if there are more parts.

    >>> divided({0: 20, 1: 70, 2: 75, 3: 75}, 2)
    [[0, 1], [2, 3]]
    """
    numbers = list(minutes)
    parts = min(parts, len(numbers))
    best = {(0, 0): (0, [])}
    for part in range(1, parts + 1):
        for end in range(part, len(numbers) + 1):
            options = []
            for start in range(part - 1, end):
                if (part - 1, start) in best:
                    longest, cuts = best[part - 1, start]
                    weight = sum(minutes[one] for one in numbers[start:end])
                    options.append((max(longest, weight), [*cuts, numbers[start:end]]))
            best[part, end] = min(options, key=lambda option: option[0])
    return best[parts, len(numbers)][1]


WORKSHOP = (0, 4, 5, 8, 9, 13)


def workshop(start=9 * 60 + 30):
    """One day: the opening in full, then 20-minute paths with what they really take, a pause after each two, lunch."""
    rows, at = ["| from | minutes | what |", "|---|---|---|"], start
    there = pages()
    for place, number in enumerate(number for number in WORKSHOP if number in there):
        path = path_of(there[number])
        taken = _whole(path.minutes) if path else sum(there[number].minutes)
        rows.append(
            f"| {clock(at)} | {taken} | {_link(number)}: {_text(path.words) if path else 'all of it'} |"
        )
        at += taken
        rows.append(f"| {clock(at)} | 10 | what surprised you? two minutes in pairs, then together |")
        at += 10
        if place % 2:
            pause, name = (60, "lunch") if place == 3 else (PAUSE, "pause")
            rows.append(f"| {clock(at)} | {pause} | {name} |")
            at += pause
    last = "the last word: each says what they will check on Monday"
    return "\n".join([*rows, f"| {clock(at)} | 20 | {last} |", f"| {clock(at + 20)} | | the end |"])


# name, lessons, what for; each lesson comes after those that it needs
ROUTES = (
    ("20 minutes", (0,), "run a lesson, guess, move a figure"),
    ("A long evening", (0, 1, 4), "measure care without a true label"),
    ("A week of evenings", (0, 1, 4, 5, 6, 7, 8, 9, 13), "from the data to a contract"),
)


def needed(page):
    """The numbers of the lessons that a lesson builds on: what its opening says after "You need", up to a semicolon."""
    line = re.search(r"\*\*You need:\*\* (.*?)[;.\n]", page.section("What you will build")[0])
    numbers = re.findall(r"\b\d\d\b", line[1]) if line else []
    spans = re.findall(r"\b(\d\d) to (\d\d)\b", line[1]) if line else []
    return {int(n) for n in numbers} | {n for low, high in spans for n in range(int(low), int(high))}


def routes():
    """Three ways through the course with the minutes that they take."""
    there, lines = pages(), []
    for name, chosen, why in ROUTES:
        lessons = [number for number in chosen if number in there]
        taken = sum(sum(there[number].minutes) for number in lessons)
        *first, last = (f"{number:02d}" for number in lessons)
        names = f"{', '.join(first)} and {last}" if first else last
        lines.append(f"- *{name}:* {names}, {taken} minutes: {why}.")
    return "\n".join(lines)


def _whole(minutes):
    """To the next five, upwards: who plans a day wants room."""
    return 5 * -(-int(minutes + 0.999) // 5)


def _link(number):
    definition = load_definition(number)
    return f"[{number:02d} {definition.title}](lesson_{number:02d}.md)"


def _text(words):
    """Text of a definition as Markdown: a star or an underline of a symbol is no emphasis."""
    parts = re.split(r"(`[^`]*`)", words)
    return "".join(part if part.startswith("`") else re.sub(r"([*_|])", r"\\\1", part) for part in parts)


def _cell(words):
    """The same in one cell of a table."""
    return re.sub(r"`([^`]*)`", lambda code: code[0].replace("|", r"\|"), _text(words)).replace("\n", " ")
