"""What a notebook holds from earlier sessions, and what of it is believed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.course import Lesson
from annolib.course.display import CHECK_MIME
from annolib.course.notebook.kept import KEPT_MIME, Held, held_by, held_here, this_notebook


def notebook(*data):
    return {"cells": [{"cell_type": "code", "source": "", "outputs": [{"data": one} for one in data]}]}


HELD = notebook(
    {CHECK_MIME: {"exercise": "agreement", "outcome": "not right yet", "lesson": 99}},
    {CHECK_MIME: {"exercise": "agreement", "outcome": "right", "lesson": 99}},
    {CHECK_MIME: {"exercise": "pass_probability", "outcome": "right", "lesson": 4}},
    {KEPT_MIME: {"lesson": 99, "rubric": "verdict", "ticked": [0, "x", -1, True, 1]}},
    {KEPT_MIME: {"lesson": 99, "choices": {"0": "Half the time.", "4": 3, "y": "z"}}},
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the notebook of the lesson, which no front end names."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "99_count_coins.ipynb"
    path.write_text(json.dumps(HELD))
    return path


def test_the_last_of_each_is_held_and_only_of_this_lesson():
    held = held_by(HELD, 99)
    assert held == Held({"agreement": "right"}, {"verdict": (0, 1)}, {0: "Half the time."})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "outputs", "data", CHECK_MIME, KEPT_MIME, "lesson", "choices", "ticked"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_nothing_strange_is_taken_over_and_nothing_raises(thing):
    assert isinstance(held_by(thing, 99), Held)


def test_the_notebook_is_found(here, tmp_path, monkeypatch):
    assert this_notebook(99).resolve() == here
    assert this_notebook(98) is None
    (tmp_path / "99_count_coins.new-12345678.ipynb").write_text("{}")
    assert this_notebook(99).resolve() == here
    (tmp_path / "99_copy.ipynb").write_text("{}")
    assert this_notebook(99) is None
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "99_copy.ipynb"))
    assert this_notebook(99) == tmp_path / "99_copy.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "gone.ipynb"))
    assert this_notebook(98) is None


@pytest.mark.parametrize("text", ["", "[", "[" * 10**5, '{"cells": 3}'])
def test_a_damaged_notebook_holds_nothing(here, text):
    here.write_text(text)
    assert held_here(99) == Held()


def test_progress_after_reopening_reads_what_the_notebook_holds(here, demo, capsys):
    Lesson(99).progress()
    said = capsys.readouterr().out
    assert "1 of 4 exercises done" in said
    assert "agreement: right (in an earlier session)" in said and "fewest: not attempted" in said


def test_a_check_of_this_session_comes_before_the_notebook(here, demo, capsys):
    lesson = Lesson(99)
    lesson.check("agreement", lambda chance: 0.5)
    here.write_text(json.dumps(notebook()))  # the run has overwritten it
    capsys.readouterr()
    lesson.progress()
    said = capsys.readouterr().out
    assert "agreement: not right yet" in said and "0 of 4" in said and "earlier" not in said


def test_where_work_is_graded_the_notebook_is_not_asked(here, demo, capsys):
    Lesson(99, grading=True).progress()
    assert "0 of 4 exercises done" in capsys.readouterr().out
