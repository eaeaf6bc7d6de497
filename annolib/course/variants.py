"""Questions with numbers of one's own, and their keys: the same seed gives the same numbers.

A `Variant` in a lesson's definition says what is asked and how the numbers are drawn. The key is what the course's
answer to the exercise gives for them; the tests compare it with the exercise's oracle and with the library.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from annolib.course.checking.compare import difference
from annolib.course.definitions import VALUE, Exercise, LessonDefinition, Property, load_definition

PREFIX = "own_"


@dataclass(frozen=True)
class Drawn:
    """One question with its numbers and its key.

    Attributes
    ----------
    name : str
        `own_` and the name of the exercise.
    text : str
    numbers : dict
    key : float
    tolerance : float
        Largest accepted difference, relative to max(1, |key|).
    points : float
    """

    name: str
    text: str
    numbers: dict
    key: float = field(repr=False)
    tolerance: float
    points: float

    @property
    def exercise(self):
        """The question as an exercise whose answer is a value; its check does not tell the key."""
        agrees = Property(
            "is the answer for your numbers",
            lambda value: difference(value, self.key, self.tolerance) == "",
            "Look at the digits that are asked for.",
        )
        return Exercise(
            self.name, reference=lambda: self.key, kind=VALUE, properties=(agrees,), points=self.points
        )


def variant(number, seed):
    """Return the questions of lesson `number` with the numbers that `seed` gives, as a tuple of `Drawn`.

    Parameters
    ----------
    number : int or LessonDefinition
    seed : int or str
        The same for the same student, for instance the term and the student's name.

    Raises
    ------
    ValueError
        If there is no such lesson.

    Examples
    --------
    >>> [one.name for one in variant(4, "autumn, anna")]
    ['own_pass_probability', 'own_effort_from_rate']
    >>> variant(4, "autumn, anna") == variant(4, "autumn, anna")
    True
    """
    return draw(number if isinstance(number, LessonDefinition) else load_definition(number), seed)


def draw(definition, seed):
    """As `variant`, from a definition."""
    return tuple(_drawn(definition, variant, seed) for variant in definition.variants)


def _drawn(definition, variant, seed):
    name = PREFIX + variant.exercise
    numbers = variant.draw(np.random.default_rng(_entropy(seed, definition.number, name)))
    given = variant.arguments(**numbers) if variant.arguments else tuple(numbers.values())
    key = definition.exercise(variant.exercise).reference(*given)
    key = float(key if variant.part is None else key[variant.part])
    return Drawn(name, variant.text.format(**numbers), numbers, key, variant.tolerance, variant.points)


def _entropy(seed, number, name):
    """A whole number that depends on all three in the same way on every machine."""
    return int.from_bytes(hashlib.sha256(repr((str(seed), number, name)).encode()).digest()[:16], "big")
