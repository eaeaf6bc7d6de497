"""Definitions of lessons: what is refused, and that they are values."""

import pytest

from annolib.course.definitions import Case, Exercise, LessonDefinition, Question, load_definition


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: Exercise("two words", len, len, ((1,),)), "name must be a Python name"),
        (lambda: Exercise("f", len, len, ((1,),), kind="class"), "kind must be"),
        (lambda: Exercise("f", 3, len, ((1,),)), "must be a function"),
        (lambda: Exercise("f", len), "needs an oracle or properties"),
        (lambda: Exercise("f", len, len), "at least one argument tuple"),
        (lambda: Exercise("f", len, len, (1,)), "tuples of arguments or Case"),
        (lambda: Question("?", ("a",), "a", "why"), "two or more different"),
        (lambda: Question("?", ("a", "b"), "c", "why"), "one of its options"),
        (lambda: LessonDefinition(1, "T", 1, 1, (Exercise("f", len, len, ((1,),)),) * 2), "share a name"),
    ],
)
def test_a_faulty_definition_is_refused(make, part):
    with pytest.raises((ValueError, TypeError), match=part):
        make()


def test_cases_and_definitions_are_values():
    assert Case("x", 1, 2) == Case("x", 1, 2)
    assert Case("x", 1, 2).arguments == (1, 2)
    with pytest.raises(ValueError, match="no module lesson_97"):
        load_definition(97)
