"""Scores: state, points and tries of each exercise, as the checks found them."""

import pytest

from annolib.course import Lesson
from annolib.course.checking import record
from annolib.course.checking.checks import judge
from annolib.course.checking.record import Record, Score, graded_record, recorded


def right(chance):
    return chance**2 + (1 - chance) ** 2


def test_scores_count_tries_and_give_points_for_what_is_right(demo):
    kept = Record(demo.LESSON)
    for answer in (..., lambda chance: 0.5, right):
        kept.add(judge(demo.AGREEMENT, answer))
    kept.add(judge(demo.FEWEST, 9))
    agreement, all_agree, fewest, verdict = kept.scores()
    assert agreement == Score("agreement", "right", 1.0, 1.0, 2)
    assert all_agree == Score("all_agree", "not attempted", 0.0, 1.0, 0)
    assert (fewest.state, fewest.points, fewest.words) == ("not right yet", 0.0, "fewest gave 9, expected 8.")
    assert (verdict.points, verdict.out_of) == (None, 1.0)
    assert kept.done() == {"agreement"}


def test_the_last_check_counts(demo):
    kept = Record(demo.LESSON)
    kept.add(judge(demo.AGREEMENT, right))
    kept.add(judge(demo.AGREEMENT, ...))
    assert kept.scores()[0].points == 0.0


def test_states_that_are_written_to_do_not_change_the_record(demo):
    kept = Record(demo.LESSON)
    kept.states()["agreement"] = "right"
    assert kept.scores()[0].state == "not attempted"


def test_what_was_put_back_is_in_the_words(demo):
    import numpy as np

    lesson = Lesson(99)
    lesson.check("agreement", lambda chance: (np.seterr(all="ignore"), right(chance))[1])
    assert lesson.outcomes()[0].state == "right"
    assert lesson.outcomes()[0].words == "np.seterr was changed; it is put back."


def test_graded_lessons_share_their_record(demo, monkeypatch):
    monkeypatch.setattr(record, "_graded", {})
    assert recorded(99) is None
    assert graded_record(demo.LESSON) is graded_record(demo.LESSON) is recorded(99)
    assert Lesson(99, grading=True).record is Lesson(99, grading=True).record
    assert Lesson(99).record is not Lesson(99).record


@pytest.mark.parametrize("number", [0, 4])
def test_a_fresh_lesson_has_all_its_exercises_unattempted(number):
    assert {score.state for score in Lesson(number).outcomes()} == {"not attempted"}
