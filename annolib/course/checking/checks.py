"""Judge a learner's answer: not attempted, not right yet, or right. It never raises at the learner.

An answer is tried on every case of the exercise with fresh copies of the arguments. The first of
these that applies is reported: a foreseen mistake, an exception, nothing returned, a changed
argument, a value that differs from the oracle's, a property that does not hold.
The whole takes at most `Exercise.seconds`, and leaves the session as it was.
"""

from __future__ import annotations

import copy
import functools
import inspect
from dataclasses import dataclass, replace

import numpy as np

from annolib.course.checking.compare import difference, like
from annolib.course.checking.limits import TimeIsUp, call, time_limit
from annolib.course.checking.observe import (
    OVERTIME,
    STOPPED,
    altered,
    describe_error,
    is_stub,
    observe,
    quietly,
)
from annolib.course.checking.wording import is_bool, is_number, kind, show
from annolib.course.checking.world import put_back, unchanged_world
from annolib.course.definitions import VALUE

NOT_ATTEMPTED, NOT_RIGHT, RIGHT, ATTEMPTED = "not attempted", "not right yet", "right", "attempted"
ENDLESS = "Does a loop never end?"
INTERRUPT = "You can stop a cell yourself: press the button ■, or the key I twice."
WORK_ON_A_COPY = "Work on a copy: the caller may still need the original."


@dataclass(frozen=True)
class Outcome:
    """What a check found.

    Attributes
    ----------
    exercise : str
    state : str
        One of the four constants of this module; `ATTEMPTED` only for self-marked exercises.
    details : tuple of str
        Sentences for the learner, the most useful first.
    mistake : str
        Name of the foreseen mistake that was recognised, else "".
    lesson : int or None
    self_marked : bool
    remarks : tuple of str
        What the answer, or the session before it, had changed and the check put back.
    adapted : bool
        Whether a right answer gives another sort of thing than the course's, such as a list for an array: later cells
        need it as `adapted` makes it.
    """

    exercise: str
    state: str
    details: tuple = ()
    mistake: str = ""
    lesson: int | None = None
    self_marked: bool = False
    remarks: tuple = ()
    adapted: bool = False

    def _repr_mimebundle_(self, include=None, exclude=None):
        from annolib.course.display import outcome_bundle

        return outcome_bundle(self)


def judge(exercise, answer, lesson=None):
    """Judge `answer`, a function or a value, by the cases and properties of `exercise`.

    Examples
    --------
    >>> from annolib.course.definitions import Exercise
    >>> square = Exercise("square", reference=lambda x: x**2, oracle=lambda x: x * x, probes=((3,),))
    >>> judge(square, lambda x: x**2).state
    'right'
    >>> judge(square, lambda x: 2 * x).details[0]
    'square(3) gave 6, expected 9.'
    """
    with unchanged_world() as told:
        outcome = _judged_in_time(exercise, answer, lesson)
    return replace(outcome, remarks=tuple(told)) if told else outcome


def _judged_in_time(exercise, answer, lesson):
    try:
        with time_limit(exercise.seconds) as end:
            return call(_judged, exercise, answer, lesson, end)
    except TimeIsUp:
        details = (
            f"{exercise.name} took longer than {exercise.seconds:g} seconds and was stopped.",
            INTERRUPT,
        )
    except KeyboardInterrupt:
        details = (f"{exercise.name} was stopped by hand.", ENDLESS)
    except BaseException as raised:  # an answer that is not even to be looked at
        details = (f"{exercise.name} could not be tried: {describe_error(raised)}.",)
    return Outcome(exercise.name, NOT_RIGHT, details, lesson=lesson)


def _judged(exercise, answer, lesson, end):
    if answer is ... or is_stub(answer):
        return Outcome(exercise.name, NOT_ATTEMPTED, lesson=lesson)
    trouble = _wrong_sort(exercise, answer)
    if trouble:
        return Outcome(exercise.name, NOT_RIGHT, (trouble,), lesson=lesson)
    function = (lambda: answer) if exercise.kind == VALUE else answer
    expected = expected_values(exercise)
    seen = _observe_all(function, exercise.cases)
    if seen and seen[-1].error in (STOPPED, OVERTIME):
        end()
        return Outcome(exercise.name, NOT_RIGHT, _stopped(exercise, seen), lesson=lesson)
    if any(one.value is ... or one.error.startswith("NotImplementedError") for one in seen):
        return Outcome(exercise.name, NOT_ATTEMPTED, lesson=lesson)
    details, mistake = _faults(exercise, function, seen, expected)
    if details:
        return Outcome(exercise.name, NOT_RIGHT, details, mistake, lesson)
    other = _other_sort(exercise, seen, expected)
    return Outcome(exercise.name, RIGHT, other, lesson=lesson, adapted=bool(other))


def _other_sort(exercise, seen, expected):
    """A sentence on a right answer that gives another sort of thing than the course's; nothing for most."""
    for place, (one, case) in enumerate(zip(seen, exercise.cases, strict=False)):
        if expected and _plainly_alike(one.value, expected[place]):
            continue  # most answers: the course's own need not be asked
        wanted = observe(exercise.reference, case.arguments)
        made = one.value if wanted.error else like(one.value, wanted.value)
        if made is not one.value:
            sorts = _sort(one.value), _sort(made)
            given, handed_on = sorts if len(set(sorts)) == 2 else (repr(one.value)[:150], repr(made)[:150])
            return (f"It gives {given}; the cells below get {handed_on}.",)
    return ()


def _plainly_alike(value, expected):
    if isinstance(value, np.ndarray):
        return value.ndim > 0 and isinstance(expected, np.ndarray)
    whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
    return isinstance(value, str) or is_bool(value) or (is_number(value) and not whole)


def _sort(value):
    return repr(value.item() if isinstance(value, np.generic) else value) if is_number(value) else kind(value)


def adapted(exercise, answer):
    """A right answer whose results are the sort of thing that the course's own answer gives.

    >>> from annolib.course.definitions import Exercise
    >>> halves = Exercise("halves", lambda x: x / 2, lambda x: x / 2, probes=((np.ones(2),),))
    >>> judge(halves, lambda x: [one / 2 for one in x]).details
    ('It gives a list of 2; the cells below get an array of shape (2,).',)
    >>> adapted(halves, lambda x: [one / 2 for one in x])(np.ones(2))
    array([0.5, 0.5])
    """
    if exercise.kind == VALUE:
        return like(answer, exercise.reference())

    @functools.wraps(answer)
    def own(*arguments, **named):
        value = answer(*arguments, **named)
        try:
            model = exercise.reference(*copy.deepcopy(arguments), **copy.deepcopy(named))
        except Exception:  # what the course's answer refuses
            return value
        return like(value, model)

    return own


def _observe_all(function, cases):
    """One observation a case, up to the one that was stopped by hand or by the clock, if any."""
    seen = []
    for case in cases:
        seen.append(observe(function, case.arguments))
        put_back()
        if seen[-1].error in (STOPPED, OVERTIME):
            break
    return seen


def _stopped(exercise, seen):
    at = f", at {seen[-1].line}" if seen[-1].line else ""
    if seen[-1].error == STOPPED:
        return (_sentence(exercise, len(seen) - 1, f"was stopped by hand{at}"), ENDLESS)
    late = f"was stopped after {exercise.seconds:g} seconds{at}"
    return (_sentence(exercise, len(seen) - 1, late), ENDLESS, INTERRUPT)


def expected_values(exercise):
    """What the oracle gives for each case of `exercise`, as fresh copies; an empty list if it has no oracle."""
    return copy.deepcopy(list(exercise.expected))


def _wrong_sort(exercise, answer):
    name = exercise.name
    if exercise.kind == VALUE:
        if callable(answer):
            return f"{name} is {kind(answer)}; give a value: call it with its arguments."
        return f"{name} is None: give it a value." if answer is None else ""
    if not callable(answer):
        return f"{name} is {kind(answer)}, expected a function: keep the line that starts with def."
    try:
        signature = inspect.signature(answer)
    except Exception:  # a builtin without a signature, or one that was spoilt
        return ""
    for case in exercise.cases:
        try:
            signature.bind(*case.arguments)
        except TypeError:
            count = f"{len(case.arguments)} argument{'s' * (len(case.arguments) != 1)}"
            return f"{name}{signature} cannot be called with {count}: keep the first line as it was."
    return ""


def _faults(exercise, function, seen, expected):
    """The sentences on what is wrong, and the name of the mistake if it is a foreseen one."""
    differences = [
        "" if one.error else _by_name(exercise, difference(one.value, want, exercise.tolerance))
        for one, want in zip(seen, expected, strict=False)
    ]
    wrong = [n for n, found in enumerate(differences) if found or seen[n].error]
    known = _known_mistake(exercise, seen) if wrong else None
    place = wrong[0] if wrong else 0
    found = differences[place] if wrong and not seen[place].error else ""
    where = (_sentence(exercise, place, found),) if found else ()
    several = len(differences) > 1 and len(wrong) < len(differences)
    tally = (f"{len(differences) - len(wrong)} of {len(differences)} inputs agree.",) if several else ()
    if known:
        return (known.message, *where, *(tally if where else ())), known.name
    broken = _broken_call(exercise, seen)
    if broken or wrong:
        return broken or (*where, *tally), ""
    return _broken_property(exercise, function), ""


def _by_name(exercise, found):
    """A difference, with the entries of a tuple called by their names."""
    for place, name in enumerate(exercise.parts):
        found = found.replace(f"entry {place} of the result", name)
    return found


def _known_mistake(exercise, seen):
    for mistake in exercise.mistakes:
        near = exercise.tolerance if mistake.tolerance is None else mistake.tolerance
        others = (
            observe(mistake.wrong, case.arguments) for case in exercise.cases
        )  # up to the first that differs
        if all(_alike(one, other, near) for one, other in zip(seen, others, strict=True)):
            return mistake
    return None


def _alike(one, other, tolerance):
    if one.error or other.error:
        return one.error.partition(":")[0] == other.error.partition(":")[0]
    both_ways = ((one.value, other.value), (other.value, one.value))
    return not any(difference(seen, expected, tolerance) for seen, expected in both_ways)


def _broken_call(exercise, seen):
    """What is wrong with the calls themselves, whatever value was expected."""
    for place, one in enumerate(seen):
        if one.error:
            at = f", at {one.line}" if one.line else ""
            return (_sentence(exercise, place, f"raised {one.error}{at}"),)
        if one.value is None and one.printed:
            printed = f"printed {show(one.printed.strip(), 60)} but returned nothing"
            return (_sentence(exercise, place, printed), "Use return in place of print.")
        if one.value is None and exercise.kind != VALUE:
            return (_sentence(exercise, place, "returned nothing (None)"), "Does every path end in return?")
    for place, one in enumerate(seen):
        if one.changed is not None:
            changed = f"changed its argument number {one.changed + 1}"
            return (
                _sentence(exercise, place, changed),
                WORK_ON_A_COPY,
            )
    return ()


def _broken_property(exercise, function):
    changed = []
    value = exercise.kind == VALUE
    subject = like(function(), exercise.reference()) if value else _protected(function, changed)
    for promise in exercise.properties:
        with quietly():
            try:
                kept, reason = bool(promise.holds(subject)), ""
            except (TimeIsUp, KeyboardInterrupt):
                raise
            except BaseException as raised:
                kept, reason = False, f"Trying it raised {describe_error(raised)}."
        if changed:
            return (f"{exercise.name} changed its argument number {changed[0] + 1}.", WORK_ON_A_COPY)
        if not kept:
            sentences = (
                f"This should hold and does not: {exercise.name} {promise.name}.",
                promise.message,
                reason,
            )
            return tuple(sentence for sentence in sentences if sentence)
    return ()


def _protected(function, changed):
    """`function` on copies of its arguments; positions of those that a call changed are added to `changed`."""

    def call(*arguments, **named):
        given = [copy.deepcopy(argument) for argument in arguments]
        value = function(*given, **copy.deepcopy(named))
        changed.extend(
            n for n, (now, was) in enumerate(zip(given, arguments, strict=True)) if altered(now, was)
        )
        return value

    return call


def _sentence(exercise, place, found):
    case = exercise.cases[place]
    opening = f"{case.label[0].upper()}{case.label[1:]}: " if case.label else ""
    arguments = ", ".join(_briefly(argument) for argument in case.arguments)
    call = exercise.name if exercise.kind == VALUE else f"{exercise.name}({arguments})"
    return f"{opening}{call} {found}."


def _briefly(argument):
    """An argument in words; of a long description of an object only the name of its type."""
    text = show(argument, 150)
    name = type(argument).__name__
    return f"{name}(…)" if text.endswith(" …") and text.startswith(f"{name}(") else text
