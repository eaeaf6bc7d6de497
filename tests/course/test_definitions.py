"""Definitions of lessons: what is refused, and that they are values."""

from collections import Counter
from itertools import permutations

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


def test_where_an_option_stands_tells_nothing_about_the_right_one():
    """Whatever order an author writes the options in; in all lessons no place holds the right one for more than two in five."""
    texts = ("to the left", "to the right", "nowhere")
    orders = {Question("Where?", order, "nowhere", "why").options for order in permutations(texts)}
    assert len(orders) == 1
    questions = [question for number in range(14) for question in load_definition(number).quiz]
    places = Counter(question.options.index(question.answer) for question in questions)
    assert max(places.values()) <= 0.4 * len(questions), places
