"""Minutes: sections add up to what a lesson promises, by the formula of the lint."""

import re
from dataclasses import replace

import nbformat
import pytest

from annolib.course.authoring.lint.budgets import minutes_of
from annolib.course.authoring.lint.page import page_from
from annolib.course.authoring.lint.paths import CLOSING, OPENING, sections
from annolib.course.definitions import load_definition
from annolib.course.notebook_files import notebooks
from annolib.course.shelf.plan import clock, pages, plan_of, shared_out

NUMBERS = [int(path.name[:2]) for path in notebooks("solutions")]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_plan_adds_up_to_the_minutes_of_the_lesson_and_has_its_sections(number):
    page, definition = pages()[number], load_definition(number)
    steps = plan_of(page)
    assert sum(step.minutes for step in steps) == definition.minutes_to_read + definition.minutes_to_do
    own = [text for _, level, text in page.headings() if level == 2]
    after = ("Recap", "What can break", "Quiz", "Further reading", "Next lesson", "Where to go from here")
    body = [text for text in own if not text.startswith(("What you will build", "Setup", *after))]
    assert [step.title for step in steps] == [OPENING, *body, CLOSING]
    told = [doing for step in steps for doing in step.doing if doing.startswith("exercise")]
    asked = re.findall(r"(?m)^### Exercise (\d+)", "\n".join(cell.source for cell in page.markdown))
    assert told == [f"exercise {n}" for n in asked]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_sections_take_together_what_the_page_takes(number):
    page = pages()[number]
    parts = [minutes_of(replace(page, cells=cells)) for cells in sections(page).values()]
    assert sum(parts) == pytest.approx(minutes_of(page))
    for exact, step in zip(parts, plan_of(page), strict=True):
        assert abs(step.minutes - exact * sum(page.minutes) / minutes_of(page)) < 1


def test_shares_are_whole_and_none_is_off_by_one():
    for exact, total in (([1, 1, 1], 10), ([0.1, 5.0, 4.9], 10), ([3.0], 7), ([2.5, 2.5, 5.0], 11)):
        whole = shared_out(exact, total)
        assert sum(whole) == total
        assert all(abs(w - total * e / sum(exact)) < 1 for w, e in zip(whole, exact, strict=True))
    assert [clock(m) for m in (0, 9, 60, 135)] == ["0:00", "0:09", "1:00", "2:15"]


def test_pages_are_the_sources():
    assert list(pages()) == NUMBERS
    path = notebooks("solutions")[4]
    assert pages()[4].cells == page_from(nbformat.read(path, as_version=4)).cells
