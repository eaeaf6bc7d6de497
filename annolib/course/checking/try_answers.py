"""Try a check itself: right answers must be accepted, wrong ones rejected, each in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from annolib.course.checking.checks import NOT_ATTEMPTED, NOT_RIGHT, RIGHT, judge

LEAST_RIGHT, LEAST_WRONG = 1, 3


@dataclass(frozen=True)
class Tried:
    """How many answers of one exercise were tried, all with the outcome that they should have.

    Attributes
    ----------
    exercise : str
    right, wrong : int
        Answers accepted and rejected.
    messages : tuple of str
        What the learner reads for each wrong answer, in the order given.
    """

    exercise: str
    right: int
    wrong: int
    messages: tuple = ()


def try_answers(exercise, right, wrong):
    """Judge every answer and raise if one is judged wrongly.

    Parameters
    ----------
    exercise : Exercise
    right : sequence
        Right answers written differently from the solution, at least one.
    wrong : dict of str to answer or (answer, mistake)
        At least three wrong answers by name. `mistake` names the foreseen mistake that must be
        recognised, or is a part of the message that must be shown.

    Returns
    -------
    Tried

    Raises
    ------
    AssertionError
        If a right answer is rejected, a wrong one accepted or not recognised, two wrong ones get
        the same message, a foreseen mistake is never tried, or there are too few answers.

    Examples
    --------
    >>> from annolib.course.definitions import Exercise
    >>> square = Exercise("square", lambda x: x**2, lambda x: x * x, ((0,), (3,)))
    >>> wrong = {"double": lambda x: 2 * x, "same": lambda x: x, "print": (lambda x: print(x), "Use return")}
    >>> tried = try_answers(square, right=[lambda x: x * x], wrong=wrong)
    >>> tried.right, tried.wrong
    (1, 3)
    """
    name = exercise.name
    assert len(right) >= LEAST_RIGHT, f"{name}: give at least {LEAST_RIGHT} other right answer."
    assert len(wrong) >= LEAST_WRONG, f"{name}: give at least {LEAST_WRONG} wrong answers; saw {len(wrong)}."
    for place, answer in enumerate(right):
        outcome = judge(exercise, answer)
        assert outcome.state == RIGHT, f"{name}: right answer {place} is {outcome.state}: {outcome.details}"
    assert judge(exercise, ...).state == NOT_ATTEMPTED, f"{name}: `...` must be not attempted."
    outcomes = [_rejected(exercise, label, given) for label, given in wrong.items()]
    messages = [outcome.details[0] for outcome in outcomes]
    assert len(set(messages)) == len(messages), f"{name}: two wrong answers get the same message: {messages}"
    tried = {outcome.mistake for outcome in outcomes}
    untried = [mistake.name for mistake in exercise.mistakes if mistake.name not in tried]
    assert not untried, f"{name}: no wrong answer makes the foreseen mistakes {untried}."
    return Tried(name, len(right), len(wrong), tuple(messages))


def mistakes_of(exercise):
    """The foreseen mistakes of an exercise as wrong answers for `try_answers`, by name."""
    if exercise.kind == "value":
        return {mistake.name: (mistake.wrong(), mistake.name) for mistake in exercise.mistakes}
    return {mistake.name: (mistake.wrong, mistake.name) for mistake in exercise.mistakes}


def _rejected(exercise, label, given):
    answer, wanted = _parts(given)
    outcome = judge(exercise, answer)
    assert outcome.state == NOT_RIGHT, f"{exercise.name}: the wrong answer {label!r} is {outcome.state}."
    known = outcome.mistake == wanted or wanted in " ".join(outcome.details)
    assert known, (
        f"{exercise.name}: {label!r} should give {wanted!r}; saw {outcome.mistake!r}, {outcome.details}"
    )
    return outcome


def _parts(given):
    marked = isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], str)
    return given if marked else (given, "")
