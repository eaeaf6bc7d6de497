"""Checks: three outcomes, kind words, nothing raised at the learner, nothing changed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.course.checking.checks import NOT_ATTEMPTED, NOT_RIGHT, RIGHT, adapted, judge
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


def test_a_right_answer_of_another_sort_is_made_the_sort_that_later_cells_need():
    halves = Exercise("halves", lambda x: x / 2, lambda x: x / 2, ((np.ones(3),), (np.zeros(2),)))
    outcome = judge(halves, lambda x: [one / 2 for one in x])
    assert (outcome.state, outcome.adapted) == (RIGHT, True)
    assert outcome.details == ("It gives a list of 3; the cells below get an array of shape (3,).",)

    def in_a_list(x):
        """Half of each."""
        return [one / 2 for one in x]

    own = adapted(halves, in_a_list)
    assert (own(np.array([4.0, 6.0])) - 1).tolist() == [1, 2]
    assert (own.__name__, own.__doc__) == ("in_a_list", "Half of each.")
    assert own("ab"[:0]) == []  # what the course's own answer refuses stays as it is
    assert not judge(halves, own).adapted and not judge(halves, lambda x: x / 2).adapted


def test_numbers_of_another_sort_are_said_as_they_are():
    count = Exercise("count", lambda x: int(np.ceil(x)), lambda x: int(np.ceil(x)), ((2.5,),))
    outcome = judge(count, np.ceil)
    assert outcome.details == ("It gives 3.0; the cells below get 3.",)
    assert list(range(adapted(count, np.ceil)(1.5))) == [0, 1]
    mix = Exercise(
        "mix", lambda: {"a": 3}, kind="value", properties=(Property("holds", lambda mix: mix["a"] == 3),)
    )
    assert judge(mix, {"a": 3.0}).details == ("It gives {'a': 3.0}; the cells below get {'a': 3}.",)
    assert judge(mix, pd.Series({"a": 3})).details == (
        "It gives a Series of 1; the cells below get a dict of 1.",
    )
    named = Exercise("pair", lambda: (1, np.ones(2)), lambda: (1, np.ones(2)), kind="value")
    assert adapted(named, [1.0, [1, 1]])[1].shape == (2,)


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


class Nameless(BaseException):
    """An error of the rudest kind."""

    def __str__(self):
        raise RuntimeError("no words")


def raising(error):
    def answer(passes, checks):
        raise error

    return answer


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (Nameless(), "raised Nameless: its message cannot be shown"),
        (GeneratorExit(), "raised GeneratorExit"),
        (SystemExit(3), "raised SystemExit: 3"),
        (BaseExceptionGroup("several", [KeyError(1), Nameless()]), "raised BaseExceptionGroup: several"),
        (RecursionError("deep"), "raised RecursionError: deep"),
        (MemoryError(), "raised MemoryError"),
        (Exception("x" * 10**6), "xxx …"),
    ],
)
def test_an_error_of_any_kind_is_told(error, part):
    outcome = judge(RATE, raising(error))
    assert outcome.state == NOT_RIGHT and part in words(outcome) and len(words(outcome)) < 1000


def evil(**methods):
    """A callable with methods that raise or never end."""
    return type("Evil", (), {"__call__": lambda self, passes, checks: passes / checks, **methods})()


def refuse(self, *_):
    raise Nameless


EVIL = {
    "a signature that is none": lambda: evil(__signature__=3),
    "a signature that raises": lambda: evil(__signature__=property(refuse)),
    "code that is none": lambda: evil(__code__=5),
    "no attributes": lambda: evil(__getattr__=refuse),
    "no words": lambda: evil(__repr__=refuse),
}


@pytest.mark.parametrize("make", EVIL.values(), ids=EVIL)
def test_a_callable_of_any_make_is_judged(make):
    assert judge(RATE, make()).state in (RIGHT, NOT_RIGHT)


def test_a_function_that_is_wrapped_in_a_circle_is_judged():
    def answer(passes, checks):
        return passes / checks

    answer.__wrapped__ = answer
    assert judge(RATE, answer).state == RIGHT


@pytest.mark.parametrize("method", ["__eq__", "__float__", "__len__", "__repr__", "__array__", "__class__"])
def test_a_result_of_any_make_is_compared(method):
    hostile = type("Hostile", (), {method: property(refuse) if method == "__class__" else refuse})
    for exercise in (RATE, TOTAL):
        assert judge(exercise, lambda *arguments: hostile()).state == NOT_RIGHT


def test_a_list_that_holds_itself_is_shown_in_words():
    circle = []
    circle.append(circle)
    assert judge(RATE, lambda passes, checks: circle).state == NOT_RIGHT
    assert judge(RATE, lambda passes, checks: {"me": circle}).state == NOT_RIGHT


QUICK = Exercise("quick", lambda x: x, lambda x: 1.0 * x, ((2.0,), (3.0,)), seconds=0.1)


def endless(x):
    while True:
        x += 1


def test_a_loop_that_never_ends_is_stopped_with_a_word_on_interrupting():
    outcome = judge(QUICK, endless)
    assert outcome.state == NOT_RIGHT
    assert "quick(2) was stopped after 0.1 seconds, at line" in outcome.details[0]
    assert "Does a loop never end?" in outcome.details and "button ■" in outcome.details[-1]


def test_a_result_that_is_never_compared_to_the_end_is_stopped():
    forever = type("Forever", (float,), {"__rsub__": endless, "__sub__": lambda self, other: endless(1)})
    outcome = judge(QUICK, lambda x: forever(x))
    assert outcome.state == NOT_RIGHT and "took longer than 0.1 seconds" in outcome.details[0]


def test_a_property_that_never_ends_is_stopped():
    grows = Property("grows", lambda f: f(2) > f(1), "It must.")
    exercise = Exercise("f", lambda x: x, None, properties=(grows,), seconds=0.1)
    assert "took longer than 0.1 seconds" in words(judge(exercise, endless))


def test_what_is_printed_a_million_times_costs_no_memory():
    def loud(passes, checks):
        for _ in range(300_000):
            print("still counting, line after line")
        return None

    outcome = judge(RATE, loud)
    assert "printed 'still counting, line after line" in words(outcome) and len(words(outcome)) < 400


def test_an_answer_that_asks_for_input_is_told_so():
    assert "an answer cannot ask with input()" in words(judge(RATE, lambda passes, checks: input("?")))
