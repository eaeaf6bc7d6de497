"""What `python3 lessons --list` prints, for working copies in every state."""

import json

import pytest

from annolib.course.display import CHECK_MIME
from annolib.course.workspace.catalogue import catalogue, find, listing
from annolib.course.workspace.hand_out import WorkspaceError, hand_out, name_beside

NAME = "04_measure_effort.ipynb"


def notebook(heading, number, *code, outcome=None):
    """The text of a small lesson; with `outcome`, its last cell holds the stored result of a check."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["One picture.\n"]}]
    cells += [{"cell_type": "markdown", "metadata": {}, "source": [f"# {heading}\n", "And a story."]}]
    cells += [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in code]
    if outcome:
        data = {CHECK_MIME: {"exercise": "q", "outcome": outcome, "lesson": number}}
        cells[-1]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    about = {"lesson": number, "kind": "lesson", "minutes": [20, 35]}
    return json.dumps({"cells": cells, "metadata": {"annolib": about}, "nbformat": 4, "nbformat_minor": 5})


CHECK = 'q = ...\nq = lesson.check("q", q)'


@pytest.fixture
def course(tmp_path):
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / NAME).write_text(notebook("Measure effort", 4, CHECK))
    (lessons / "00_open_the_course.ipynb").write_text(notebook("Open the course", 0, "1 + 1"))
    (lessons / "__main__.py").write_text("")
    return lessons


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


def line_of(course, work, number):
    return next(line for line in listing(catalogue(course), work) if line.startswith(f"{number:02d}"))


def test_number_title_minutes_and_state_of_every_lesson(course, work):
    assert listing(catalogue(course), work) == [
        "    lesson           minutes  state",
        "00  Open the course       55  new",
        "04  Measure effort        55  new",
    ]
    assert not work.exists()  # looking makes nothing


def test_the_state_follows_the_learner(course, work):
    hand_out(course, work)
    assert line_of(course, work, 4).endswith("new")
    (work / NAME).write_text(
        notebook("Measure effort", 4, CHECK.replace("...", "3"), outcome="not right yet")
    )
    assert line_of(course, work, 4).endswith("started")
    (work / NAME).write_text(notebook("Measure effort", 4, CHECK.replace("...", "4"), outcome="right"))
    assert line_of(course, work, 4).endswith("done")


def test_an_untouched_copy_of_an_older_version_is_new(course, work):
    hand_out(course, work)
    (course / NAME).write_text(notebook("Measure effort again", 4, CHECK))
    assert listing(catalogue(course), work)[1:] == [
        "00  Open the course            55  new",
        "04  Measure effort again       55  new",
    ]


def test_a_newer_version_is_announced_and_then_named(course, work):
    hand_out(course, work)
    (work / NAME).write_text(notebook("Measure effort", 4, "mine"))
    assert len(listing(catalogue(course), work)) == 3  # edited, and the course has nothing newer
    (course / NAME).write_text(notebook("Measure effort", 4, CHECK, "more"))
    assert "`python3 lessons` puts it beside yours" in listing(catalogue(course), work)[-1]
    hand_out(course, work)
    assert name_beside(NAME, (course / NAME).read_bytes()) in listing(catalogue(course), work)[-1]


def test_work_in_the_new_version_counts(course, work):
    hand_out(course, work)
    (work / NAME).write_text(notebook("Measure effort", 4, "mine"))
    (course / NAME).write_text(notebook("Measure effort", 4, CHECK, "more"))
    hand_out(course, work)
    assert line_of(course, work, 4).endswith("started")
    beside = work / name_beside(NAME, (course / NAME).read_bytes())
    beside.write_text(notebook("Measure effort", 4, CHECK, "more", outcome="right"))
    assert line_of(course, work, 4).endswith("done")


def test_a_lesson_is_found_by_its_number(course):
    entries = catalogue(course)
    assert find(entries, 4).path == course / NAME
    with pytest.raises(WorkspaceError, match=r"no lesson 7. There are: 0, 4"):
        find(entries, 7)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": []}', '{"cells": [{}], "metadata": {}}'])
def test_a_broken_lesson_is_named(course, text):
    (course / NAME).write_text(text)
    with pytest.raises(WorkspaceError, match="04_measure_effort.ipynb is not a readable notebook"):
        catalogue(course)


def test_a_course_without_lessons_says_how_they_are_made(tmp_path):
    with pytest.raises(WorkspaceError, match="python3 solutions makes them"):
        catalogue(tmp_path)


def test_a_lesson_without_minutes_is_listed(course, work):
    (course / NAME).write_text('{"cells": [], "metadata": {}}')
    assert line_of(course, work, 4) == "04  04_measure_effort        ?  new"
