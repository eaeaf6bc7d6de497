"""What the test cells of an assignment ask."""

import pytest

from annolib.course import Lesson, require
from annolib.course.checking import record
from annolib.course.grading.requiring import own_seed


@pytest.fixture(autouse=True)
def fresh(monkeypatch, demo):
    monkeypatch.setattr(record, "_graded", {})
    for name in ("ANNOLIB_STUDENT", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)


def test_it_passes_for_what_is_right_only():
    with pytest.raises(AssertionError, match="was never asked"):
        require(99, "agreement")
    lesson = Lesson(99, grading=True)
    with pytest.raises(AssertionError, match="agreement is not attempted"):
        require(99, "agreement")
    lesson.check("agreement", lambda chance: 0.5)
    with pytest.raises(
        AssertionError, match="agreement is not right yet. Your answer is the same for every item"
    ):
        require(99, "agreement")
    lesson.check("agreement", lambda chance: chance**2 + (1 - chance) ** 2)
    require(99, "agreement")
    with pytest.raises(AssertionError, match="was never asked"):
        require(99, "agrement")


def test_another_lesson_object_and_an_ungraded_one_give_no_points():
    Lesson(99).check("agreement", lambda chance: chance**2 + (1 - chance) ** 2)
    with pytest.raises(AssertionError):
        require(99, "agreement")


@pytest.mark.parametrize("student", ["", "  ", ..., None, 3])
def test_without_a_name_there_are_no_numbers(student):
    with pytest.raises(ValueError, match="Write your name for the course between quotes"):
        own_seed("autumn", student)


def test_the_numbers_of_another_student_are_refused_while_work_is_graded(monkeypatch, tmp_path):
    assert own_seed("autumn", "anna") == "autumn, anna"
    monkeypatch.setenv("ANNOLIB_STUDENT", "bob")
    with pytest.raises(ValueError, match="This is the work of bob, with the numbers of anna"):
        own_seed("autumn", "anna")
    monkeypatch.delenv("ANNOLIB_STUDENT")
    home = tmp_path / "autograded" / "eve" / "lesson_04"
    home.mkdir(parents=True)
    monkeypatch.chdir(home)
    assert own_seed("autumn", "anna") == "autumn, anna"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert own_seed("autumn", "eve") == "autumn, eve"
    with pytest.raises(ValueError, match="work of eve"):
        own_seed("autumn", "anna")
