"""The tables of the shelf: weeks hold every lesson once, minutes add up, what definitions say is there in full."""

import re
from inspect import signature
from itertools import combinations
from operator import attrgetter

import pytest

import annolib as al
from annolib.course.authoring.lint.paths import path_of
from annolib.course.definitions import load_definition
from annolib.course.notebook_files import notebooks
from annolib.course.shelf import tables
from annolib.course.shelf.plan import pages

NUMBERS = [int(path.name[:2]) for path in notebooks("solutions")]


@pytest.fixture(scope="module")
def minutes_of():
    return {number: sum(page.minutes) for number, page in pages().items()}


def column(table, place):
    return [row.split("|")[place].strip() for row in table.splitlines()[2:]]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_clock_of_a_plan_runs_on(number, minutes_of):
    plan = tables.minute_plan(number)
    starts = [60 * int(h) + int(m) for h, m in (at.split(":") for at in column(plan, 1))]
    lengths = [int(text) for text in column(plan, 2)[:-1]]
    assert starts[0] == 0 and starts[-1] == minutes_of[number] == sum(lengths)
    assert [b - a for a, b in zip(starts, starts[1:], strict=False)] == lengths


@pytest.mark.parametrize("weeks", tables.TERMS)
def test_a_term_has_every_lesson_once_in_order(weeks, minutes_of):
    table = tables.term(weeks)
    assert [int(n) for n in re.findall(r"\[(\d\d) ", table)] == NUMBERS
    assert len(table.splitlines()) == 3 + min(weeks, len(NUMBERS))
    minutes = [int(text.strip("*")) for text in column(table, 3)]
    assert sum(minutes[:-1]) == minutes[-1] == sum(minutes_of.values())


def test_the_longest_week_is_as_short_as_it_can_be():
    minutes = {0: 20, 1: 70, 2: 75, 3: 60, 4: 105, 5: 40, 6: 15}
    for parts in range(1, 8):
        cut = tables.divided(minutes, parts)
        assert [n for part in cut for n in part] == list(minutes) and len(cut) == parts and all(cut)
        longest = max(sum(minutes[n] for n in part) for part in cut)
        values, best = list(minutes.values()), []
        for places in combinations(range(1, 7), parts - 1):
            ends = [0, *places, 7]
            best.append(max(sum(values[a:b]) for a, b in zip(ends, ends[1:], strict=False)))
        assert longest == min(best)
    assert tables.divided({0: 20, 1: 70}, 5) == [[0], [1]]


def test_the_day_of_a_workshop_runs_on_and_says_what_paths_really_take(minutes_of):
    table = tables.workshop()
    starts = [60 * int(h) + int(m) for h, m in (at.split(":") for at in column(table, 1))]
    lengths = [int(text) for text in column(table, 2)[:-1]]
    assert [b - a for a, b in zip(starts, starts[1:], strict=False)] == lengths
    assert 60 in lengths and starts[-1] <= 18 * 60
    for row in table.splitlines():
        found = re.search(r"\| (\d+) \| \[(\d\d) ", row)
        if found:
            taken, number = int(found[1]), int(found[2])
            path = path_of(pages()[number])
            exact = path.minutes if path else minutes_of[number]
            assert exact <= taken < exact + 6 and taken % 5 == 0


def test_no_route_leaves_out_what_a_lesson_needs():
    assert tables.needed(pages()[12]) == {9, 10, 11} and tables.needed(pages()[0]) == set()
    assert tables.needed(pages()[13]) == {4, 7, 8, 9}
    for _, chosen, _ in tables.ROUTES:
        assert list(chosen) == sorted(chosen)
        for number in chosen:
            assert tables.needed(pages()[number]) <= set(chosen), number


def test_routes_say_the_minutes_of_their_lessons(minutes_of):
    lines = tables.routes().splitlines()
    assert len(lines) == 3
    for line in lines:
        lessons, minutes = re.search(r":\* (.+?), (\d+) minutes: ", line).groups()
        assert sum(minutes_of[int(n)] for n in re.findall(r"\d\d", lessons)) == int(minutes)
    assert "*20 minutes:* 00, 20 minutes" in lines[0]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_mistake_and_every_open_answer_is_told(number):
    definition, mistakes = load_definition(number), tables.mistakes(number)
    rows = [row for row in mistakes.splitlines() if row.startswith("|")]
    assert all(row.replace(r"\|", "").count("|") == 3 for row in rows)
    for exercise in definition.exercises:
        assert mistakes.count(f"**`{exercise.name}`**\n\n| what") == min(1, len(exercise.mistakes))
        for one in exercise.mistakes:
            first = re.split(r"(?<=[.?:]) ", one.message)[
                0
            ]  # what two faults at once add is told with either
            assert re.split(r"[`*_|]", first)[0].strip() in mistakes, one.name
    answers = tables.open_answers(number)
    assert answers.count("- ☐ ") == sum(len(rubric.criteria) for rubric in definition.rubrics)
    assert answers.count("\n> ") == len(definition.rubrics)


def test_boards_are_the_numbered_steps_of_the_lesson_and_no_answer():
    board = tables.boards(4)
    assert board.startswith("**The derivation**\n\n1. One label is left")
    assert board.count("\n4. Average over the items.") == 1
    for number in NUMBERS:
        assert "Exercise" not in tables.boards(number)
        for part in tables.boards(number).split("\n\n**")[1:]:
            assert re.search(r"(?m)^1\. ", part)


def test_symbols_of_definitions_are_no_emphasis():
    assert tables._text("K = Δ* and a_b, `x*y_z|`") == r"K = Δ\* and a\_b, `x*y_z|`"
    assert tables._cell("|a|\n`x|y`") == r"\|a\| `x\|y`"


def test_numbers_of_ones_own_are_named():
    assert "`pass_probability`" in tables.own_numbers(4) and "`three_labels`" in tables.own_numbers(4)
    assert tables.own_numbers(0).endswith(": none.")


def test_every_figure_and_explorer_is_in_a_lesson_or_on_the_shelf():
    """What nobody would see is not kept."""
    lessons = "".join(path.read_text(encoding="utf-8") for path in notebooks("solutions"))
    shown = {name for names in tables.BEYOND.values() for name in names}
    for room, names in (
        ("figures", al.figures.__all__),
        ("widgets", [n for n in al.widgets.__all__ if n.endswith("_explorer")]),
    ):
        for name in names:
            seen = re.search(rf"\b{name}\b", lessons) is not None
            assert seen != (f"{room}.{name}" in shown), name


def test_what_is_beyond_a_lesson_runs_as_it_stands():
    table = tables.beyond(12)
    assert "| `al.figures.levels_of_effort()` | What a threshold loses" in table
    for names in tables.BEYOND.values():
        for name in names:
            required = [
                p for p in signature(attrgetter(name)(al)).parameters.values() if p.default is p.empty
            ]
            assert not required, name
