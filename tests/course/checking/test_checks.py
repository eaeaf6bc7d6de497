"""Checks: three outcomes, kind words, nothing raised at the learner, nothing changed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.course.checking.checks import NOT_ATTEMPTED, NOT_RIGHT, RIGHT, judge
from annolib.course.definitions import Exercise, Mistake, Property
from tests.course.checking.rate import RATE, rate

TOTAL = Exercise(
    "total", lambda table: table.sum(), lambda table: sum(table.tolist()), ((np.array([1.0, 2.0]),),)
)


def words(outcome):
    return " ".join(outcome.details)


def stub(passes, checks):
    """The share of passes."""
    ...


def unfinished(passes, checks):
    half = ...
    return half


def todo(passes, checks):
    raise NotImplementedError


@pytest.mark.parametrize("answer", [stub, unfinished, todo, ...])
def test_what_was_not_attempted(answer):
    assert judge(RATE, answer).state == NOT_ATTEMPTED


def test_right_answers_of_any_make():
    for answer in (rate, lambda a, b: np.float64(a) / b, lambda a, b: np.array(a / b), np.true_divide):
        assert judge(RATE, answer).state == RIGHT


def test_a_wrong_value_says_where_what_was_seen_and_expected():
    outcome = judge(RATE, lambda passes, checks: 0.5)
    assert outcome.state == NOT_RIGHT
    assert "rate(3, 4) gave 0.5, expected 0.75" in words(outcome)
    assert "1 of 3 inputs agree." in outcome.details


def test_the_label_of_a_case_is_said():
    assert words(judge(RATE, lambda passes, checks: 0.1)).startswith("Half of them: rate(5, 10) gave 0.1")


def test_a_foreseen_mistake_has_its_own_message_even_where_it_raises():
    outcome = judge(RATE, lambda passes, checks: checks * passes**-1.0)
    assert (outcome.mistake, outcome.details[0]) == ("upside down", "Passes go on top.")


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (0.5, "expected a function"),
        (None, "expected a function"),
        (lambda passes: 1, "cannot be called with 2 arguments"),
        (lambda passes, checks: print("0.5"), "printed '0.5' but returned nothing"),
        (lambda passes, checks: {}.get(passes), "returned nothing (None)"),
        (lambda passes, checks: "half", "gave 'half', expected a single number"),
        (lambda passes, checks: [passes, checks], "a list of 2"),
        (lambda passes, checks: float("nan"), "nan (not a number)"),
        (lambda passes, checks: True, "gave True, expected a single number"),
        (lambda passes, checks: nobody_knows, "NameError: name 'nobody_knows' is not defined"),  # noqa: F821
        (lambda passes, checks: exit(3), "SystemExit"),
        (lambda passes, checks: (_ for _ in ()), "an object of type generator"),
    ],
)
def test_each_way_to_be_wrong_has_its_words(answer, part):
    outcome = judge(RATE, answer)
    assert outcome.state == NOT_RIGHT
    assert part in words(outcome)


def test_an_exception_names_type_message_and_line(tmp_path, load_file):
    file = tmp_path / "learner.py"
    file.write_text("def rate(passes, checks):\n    share = passes / checks\n    return share + {}['x']\n")
    found = words(judge(RATE, load_file(file).rate))
    assert "raised KeyError: 'x'" in found
    assert "line 3 of your function: return share + {}['x']" in found


def test_arguments_are_fresh_copies_and_changing_them_is_told():
    def spoil(table):
        result = float(table.sum())
        table[:] = -1
        return result

    outcome = judge(TOTAL, spoil)
    assert "changed its argument number 1" in words(outcome)
    assert TOTAL.cases[0].arguments[0].tolist() == [1.0, 2.0]
    assert judge(TOTAL, lambda table: table.sum()).state == RIGHT


def test_an_argument_changed_while_a_property_is_tried_is_told():
    grows = Property("grows", lambda f: f(1, np.ones(2)).sum() < f(2, np.ones(2)).sum(), "It must.")
    exercise = Exercise("f", lambda x, table: x * table, None, properties=(grows,))

    def spoil(x, table):
        table *= x
        return table

    outcome = judge(exercise, spoil)
    assert outcome.state == NOT_RIGHT
    assert outcome.details[0] == "f changed its argument number 2."
    assert judge(exercise, lambda x, table: x * table).state == RIGHT


def test_a_property_is_named_with_its_message():
    exercise = Exercise(
        "f", lambda x: x, None, properties=(Property("grows", lambda f: f(2) > f(1), "It must."),)
    )
    assert judge(exercise, lambda x: x).state == RIGHT
    assert judge(exercise, lambda x: -x).details == ("This should hold and does not: f grows.", "It must.")
    assert "Trying it raised ZeroDivisionError" in words(judge(exercise, lambda x: 1 / 0))


def test_value_exercises():
    exercise = Exercise(
        "n", lambda: 3, lambda: 1 + 2, kind="value", mistakes=(Mistake("one", lambda: 1, "More."),)
    )
    assert judge(exercise, ...).state == NOT_ATTEMPTED
    assert judge(exercise, 3.0).state == RIGHT
    assert judge(exercise, 1).details[0] == "More."
    assert judge(exercise, 4).details == ("n gave 4, expected 3.",)
    assert "is None" in words(judge(exercise, None))
    assert "is the function" in words(judge(exercise, lambda: 3))


@given(st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.binary()))
def test_no_returned_value_makes_a_check_raise(value):
    for exercise in (RATE, TOTAL):
        assert judge(exercise, lambda *arguments: value).state in (NOT_RIGHT, RIGHT)


def test_strange_objects_do_not_make_a_check_raise():
    class Hostile:
        def __eq__(self, other):
            raise RuntimeError("no comparison")

        def __repr__(self):
            raise RuntimeError("no words")

    for value in (Hostile(), [Hostile()], pd.DataFrame(), object(), np.array(None), type):
        assert judge(RATE, lambda passes, checks, value=value: value).state == NOT_RIGHT
        assert judge(TOTAL, lambda table, value=value: value).state == NOT_RIGHT


def test_the_words_of_an_outcome_are_the_same_every_time():
    outcomes = [judge(RATE, lambda passes, checks: object()) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert "0x" not in words(outcomes[0])


def test_entries_of_a_tuple_are_called_by_their_names():
    both = Exercise("line", lambda x: (x, 2 * x), lambda x: (x, x + x), ((3,),), parts=("base", "slope"))
    assert judge(both, lambda x: (x, x)).details == ("line(3) slope: gave 3, expected 6.",)


def test_a_mistake_can_be_recognised_from_further_away():
    def near(tolerance):
        grid = Mistake("grid", lambda x: x + 0.1, "Too coarse.", tolerance=tolerance)
        return Exercise("same", lambda x: x, lambda x: 1.0 * x, ((0.5,),), mistakes=(grid,))

    assert [judge(near(size), lambda x: x + 0.11).mistake for size in (None, 0.02)] == ["", "grid"]


def test_a_loop_that_was_stopped_by_hand_is_wrong_and_stops_the_check():
    """The stop button raises KeyboardInterrupt inside the answer: the other cases must not hang as well."""
    calls = []

    def endless(x):
        calls.append(x)
        raise KeyboardInterrupt

    square = Exercise("square", lambda x: x**2, lambda x: x * x, probes=((2,), (3,), (4,)))
    outcome = judge(square, endless)
    assert outcome.state == "not right yet" and len(calls) == 1
    assert "square(2) was stopped by hand, at line 3 of your function" in outcome.details[0]
    assert outcome.details[1] == "Does a loop never end?"
