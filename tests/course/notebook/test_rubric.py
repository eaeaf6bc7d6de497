"""Boxes to tick: shown after an answer, kept in the notebook, ticked again when it is reopened."""

import json

import pytest

from annolib.course import Lesson
from annolib.course.notebook import rubric as module
from annolib.course.notebook.kept import KEPT_MIME, held_by
from annolib.course.notebook.rubric import show_rubric


@pytest.fixture
def updates(monkeypatch):
    """What stands in the place that is updated: each version in turn."""
    shown = []

    def updatable(thing):
        shown.append(thing)
        return shown.append

    monkeypatch.setattr(module, "updatable", updatable)
    return shown


@pytest.fixture
def boxes(monkeypatch):
    """The boxes of each call of `show_rubric`."""
    made = []

    def shown(*arguments):
        made.append(show_rubric(*arguments))
        return made[-1]

    monkeypatch.setattr("annolib.course.notebook.lesson.show_rubric", shown)
    return made


def test_a_tick_is_kept_as_data(demo, updates):
    boxes = show_rubric(demo.VERDICT, 99)
    assert [box.description for box in boxes] == list(demo.VERDICT.criteria)
    assert updates[-1].bundle[KEPT_MIME] == {"lesson": 99, "rubric": "verdict", "ticked": []}
    boxes[1].value = True
    assert updates[-1].text == "1 of 2 ticked"
    kept = updates[-1]._repr_mimebundle_()
    assert held_by({"cells": [{"outputs": [{"data": json.loads(json.dumps(kept))}]}]}, 99).ticks == {
        "verdict": (1,)
    }
    boxes[1].value = False
    assert updates[-1].bundle[KEPT_MIME]["ticked"] == []


def test_a_reopened_notebook_has_its_ticks(demo, updates, tmp_path, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    data = {KEPT_MIME: {"lesson": 99, "rubric": "verdict", "ticked": [1, 7]}}
    (tmp_path / "99_x.ipynb").write_text(json.dumps({"cells": [{"outputs": [{"data": data}]}]}))
    Lesson(99).rubric("verdict", "My answer, in as many words as it takes.")
    assert updates[0].bundle[KEPT_MIME]["ticked"] == [1]


def test_a_cell_that_is_run_again_keeps_its_ticks_also_under_a_new_lesson(demo, updates, boxes):
    answer = "My answer, in as many words as it takes."
    Lesson(99).rubric("verdict", answer)
    boxes[-1][1].value = True
    for lesson in (Lesson(99), Lesson(99)):
        lesson.rubric("verdict", answer)
        assert updates[-1].bundle[KEPT_MIME]["ticked"] == [1]
        lesson.rubric("verdict", answer + " And more.")
        assert updates[-1].bundle[KEPT_MIME]["ticked"] == [1]


def test_without_an_answer_there_are_no_boxes(demo, updates, capsys):
    Lesson(99).rubric("verdict", ...)
    assert updates == [] and "☐" not in capsys.readouterr().out


def test_criteria_can_be_read_without_a_kernel(demo, capsys):
    show_rubric(demo.VERDICT, 99, already=(0,))
    said = capsys.readouterr().out
    assert "☑ It names the chance" in said and "☐ It says what agreement" in said and "1 of 2 ticked" in said


class Evil(str):
    def split(self, *arguments):
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    "answer", [Evil("My answer, in as many words as it takes, and more."), "<b>x</b> " * 10**5]
)
def test_a_text_of_any_make_opens_the_boxes(demo, updates, answer):
    Lesson(99).rubric("verdict", answer)
    assert updates[-1].bundle[KEPT_MIME]["ticked"] == []


def test_a_word_or_two_open_no_model_answer(demo, updates, capsys):
    lesson = Lesson(99)
    lesson.rubric("verdict", "Not paid.")
    said = capsys.readouterr().out
    assert "☐" not in said and "2 words are a note" in said and updates == []
