"""What an author writes about a lesson besides its notebook: exercises, quiz, rubrics.

Each lesson NN has a module `annolib.course.lessons.lesson_NN` that holds one `LESSON`, a
`LessonDefinition`. Expected values never stand there as numbers: an oracle computes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from numbers import Integral

FUNCTION, VALUE = "function", "value"


@dataclass(frozen=True)
class Case:
    """One input on which an answer is tried, with a few words that say why this one.

    >>> Case("no effort", 0.0, 0.2)
    Case('no effort', 0.0, 0.2)
    """

    label: str
    arguments: tuple

    def __init__(self, label, *arguments):
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "arguments", arguments)

    def __repr__(self):
        return f"Case({', '.join(map(repr, (self.label, *self.arguments)))})"


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that the author foresaw, and what to tell the learner who gives it.

    Parameters
    ----------
    name : str
        For the author and the tests, such as "forgot the square".
    wrong : callable
        The wrong answer itself, with the arguments of the exercise. It may raise: then the
        learner's code must raise the same to be recognised.
    message : str
        What the learner reads: what went wrong and where to look, not the solution.
    tolerance : float or None
        How near the learner's results must come to those of `wrong`; None for the tolerance of the exercise.
        A wider one is for results that depend on the learner's own grid.
    """

    name: str
    wrong: Callable
    message: str
    tolerance: float | None = None


@dataclass(frozen=True)
class Property:
    """A statement that must hold of the learner's function, whatever way it is written.

    Parameters
    ----------
    name : str
        The statement in words, such as "does not fall as effort grows".
    holds : callable
        Takes the learner's function (for a value exercise: the value) and returns True or False.
    message : str
        What the learner reads if it does not hold; may be empty if the name says enough.
    """

    name: str
    holds: Callable
    message: str = ""


@dataclass(frozen=True)
class Exercise:
    """One exercise that a program can judge.

    Parameters
    ----------
    name : str
        The name of the function or value that the learner writes; also the key in `lesson.check`.
    reference : callable
        What later cells use while the answer is not right: usually the library itself. For a
        value exercise a function without arguments that returns the value.
    oracle : callable or None
        Gives the expected result, independently of `reference`: closed form, brute force, another
        algorithm. None if only `properties` judge, as for a simulation.
    probes : tuple
        The inputs to try: argument tuples, or `Case("why this one", *arguments)`. A value
        exercise needs none. Where only properties judge, one probe still tells which sort of thing later
        cells are given.
    mistakes : tuple of Mistake
        Recognised when the learner's results equal the mistake's on every probe.
    properties : tuple of Property
    tolerance : float
        Largest accepted difference, relative to max(1, |expected|).
    kind : "function" or "value"
    parts : tuple of str
        Names of the entries of a tuple that is asked for; a fault then names its entry by them.
    seconds : float
        How long a check may take before it is stopped.
    points : float
        What a right answer counts where work is graded.

    Examples
    --------
    >>> square = Exercise("square", reference=lambda x: x**2, oracle=lambda x: x * x, probes=((2,), (3,)))
    >>> [case.arguments for case in square.cases]
    [(2,), (3,)]
    """

    name: str
    reference: Callable
    oracle: Callable | None = None
    probes: tuple = ()
    mistakes: tuple = ()
    properties: tuple = ()
    tolerance: float = 1e-6
    kind: str = FUNCTION
    parts: tuple = ()
    seconds: float = 20.0
    points: float = 1.0
    cases: tuple = field(init=False, repr=False)

    def __post_init__(self):
        if not self.name.isidentifier():
            raise ValueError(f"name must be a Python name; saw {self.name!r}.")
        if self.kind not in (FUNCTION, VALUE):
            raise ValueError(f"kind must be {FUNCTION!r} or {VALUE!r}; saw {self.kind!r}.")
        if not callable(self.reference):
            raise TypeError(f"reference of {self.name!r} must be a function; a value is `lambda: value`.")
        if self.oracle is None and not self.properties:
            raise ValueError(f"Exercise {self.name!r} needs an oracle or properties to judge by.")
        probes = ((),) if self.kind == VALUE else self.probes
        if self.oracle is not None and not probes:
            raise ValueError(f"probes of {self.name!r} must hold at least one argument tuple.")
        object.__setattr__(self, "cases", tuple(_as_case(self.name, probe) for probe in probes))

    def course_answer(self):
        """What later cells go on with in place of an answer: the reference itself, or the value that it makes."""
        return self.reference() if self.kind == VALUE else self.reference

    @cached_property
    def expected(self):
        """What the oracle gives for each case, computed once; an empty tuple if there is no oracle."""
        if self.oracle is None:
            return ()
        return tuple(self.oracle(*deepcopy(case.arguments)) for case in self.cases)


@dataclass(frozen=True)
class Rubric:
    """An exercise that the learner marks: a proof step, a critique, a judgement.

    Parameters
    ----------
    name : str
        The key in `lesson.rubric`.
    criteria : tuple of str
        What a good answer does, each as one sentence to tick.
    model_answer : str
        One good answer; shown folded, and only after the learner wrote one.
    points : float
        What a person may give for it where work is graded.
    """

    name: str
    criteria: tuple
    model_answer: str
    points: float = 1.0


@dataclass(frozen=True)
class Variant:
    """A question on one exercise whose numbers are drawn anew for everybody.

    Parameters
    ----------
    exercise : str
        The exercise of the lesson whose function answers it.
    text : str
        The question, with the drawn numbers in braces: "{n} checks".
    draw : callable
        Takes a numpy Generator and returns the numbers, name to value, as rounded as the text shows them.
    arguments : callable or None
        Takes the numbers as keywords and returns the arguments of the exercise's function; by default the numbers
        in the order in which they were drawn.
    part : int or None
        Which entry of a tuple is asked for.
    tolerance : float
        Largest accepted difference, relative to max(1, |key|): wide enough for an answer with the digits asked for.
    points : float
    """

    exercise: str
    text: str
    draw: Callable
    arguments: Callable | None = None
    part: int | None = None
    tolerance: float = 5e-4
    points: float = 1.0


@dataclass(frozen=True)
class Question:
    """One quiz question with its explained answer.

    The options stand in an order that their texts give, whatever order they are written in: where an option
    stands tells nothing about it. Options that are all numbers rise.

    >>> Question("Is 2 even?", ("yes", "no"), "yes", "It is 2 times 1.").answer
    'yes'
    >>> Question("How many?", ("3", "1", "2"), "2", "Count.").options
    ('1', '2', '3')
    """

    text: str
    options: tuple
    answer: str
    why: str

    def __post_init__(self):
        if len(set(self.options)) != len(self.options) or len(self.options) < 2:
            raise ValueError(f"options of {self.text!r} must be two or more different texts.")
        if self.answer not in self.options:
            raise ValueError(f"answer of {self.text!r} must be one of its options; saw {self.answer!r}.")
        object.__setattr__(self, "options", tuple(sorted(self.options, key=self._place)))

    def _place(self, option):
        """By what an option is sorted: its number, or a digest of its text, which looks like chance and is the same anywhere."""
        if all(re.fullmatch(r"\d*\.?\d+", other) for other in self.options):
            return float(option)
        return sha256((self.text + option).encode()).hexdigest()


@dataclass(frozen=True)
class LessonDefinition:
    """All that a lesson's notebook asks `annolib` for: see the parts."""

    number: int
    title: str
    minutes_to_read: int
    minutes_to_do: int
    exercises: tuple = ()
    quiz: tuple = ()
    rubrics: tuple = ()
    kind: str = "lesson"
    variants: tuple = ()

    def __post_init__(self):
        for variant in self.variants:
            self.exercise(variant.exercise)
        names = [part.name for part in (*self.exercises, *self.rubrics)]
        if len(set(names)) != len(names):
            raise ValueError(f"Lesson {self.number}: two exercises share a name among {names}.")

    def exercise(self, name):
        """The exercise of that name; a KeyError lists the names there are."""
        return _by_name(self, "exercise", self.exercises, name)

    def rubric(self, name):
        """The rubric of that name; a KeyError lists the names there are."""
        return _by_name(self, "rubric", self.rubrics, name)


def between(rng, low, high, digits):
    """A number from `low` to `high`, drawn with so many digits behind the point that a text can show all of it.

    >>> import numpy as np
    >>> between(np.random.default_rng(1), 0.1, 0.9, 2)
    0.51
    """
    return round(float(rng.uniform(low, high)), digits)


def load_definition(number):
    """The `LESSON` of `annolib.course.lessons.lesson_NN`.

    >>> load_definition("4")
    Traceback (most recent call last):
        ...
    ValueError: number is a whole number, such as 4; saw '4'.
    >>> load_definition(96)
    Traceback (most recent call last):
        ...
    ValueError: There is no lesson 96: annolib.course.lessons has no module lesson_96.
    """
    if not isinstance(number, Integral):
        raise ValueError(f"number is a whole number, such as 4; saw {number!r}.")
    home = f"annolib.course.lessons.lesson_{number:02d}"
    try:
        return import_module(home).LESSON
    except ModuleNotFoundError as missing:
        if missing.name != home:
            raise
        package, module = home.rsplit(".", 1)
        raise ValueError(f"There is no lesson {number}: {package} has no module {module}.") from None


def _as_case(name, probe):
    if isinstance(probe, Case):
        return probe
    if isinstance(probe, tuple):
        return Case("", *probe)
    raise TypeError(f"probes of {name!r} must be tuples of arguments or Case(...); saw {probe!r}.")


def _by_name(definition, what, parts, name):
    for part in parts:
        if part.name == name:
            return part
    known = ", ".join(part.name for part in parts) or "none"
    raise KeyError(f"Lesson {definition.number} has no {what} {name!r}; it has: {known}.")
