"""What a kernel tells of its checks: as data, to the first who asked."""

import json

import pytest

from annolib.course import Lesson
from annolib.course.checking import record
from annolib.course.grading import report as module
from annolib.course.grading.report import report


@pytest.fixture(autouse=True)
def fresh(monkeypatch, demo):
    monkeypatch.setattr(record, "_graded", {})
    monkeypatch.setattr(module, "_keys", {})


def asked(token):
    return json.loads(report(99, token)._repr_mimebundle_()["application/json"]["report"])


def test_scores_and_predictions_are_told_to_the_first_asker_only():
    assert asked("first")["predictions"] == [0, 0]
    lesson = Lesson(99, grading=True)
    lesson.predict("How many?", 5)
    lesson.predict("How many more?", ...)
    lesson.check("fewest", 8)
    told = asked("first")
    assert told["predictions"] == [1, 2] and told["replaced"] == []
    states = {score["exercise"]: (score["state"], score["points"]) for score in told["scores"]}
    assert states["fewest"] == ("right", 1.0) and states["verdict"] == ("not attempted", None)
    assert asked("second") == {}


def test_replaced_functions_of_the_course_are_told(monkeypatch):
    from annolib.course.checking import checks

    asked("first")
    monkeypatch.setattr(checks, "expected_values", lambda exercise: [])
    assert asked("first")["replaced"] == ["annolib.course.checking.checks.expected_values"]
