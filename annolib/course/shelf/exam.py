"""An exam a half of the course and homework a lesson: the same seed gives the same paper and its key.

Twelve questions with numbers, drawn for the seed; six to choose from, with their options in an order of their own;
two in words. The keys to the numbers are computed, those in words are criteria with a point or two for each.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from annolib.course.definitions import load_definition
from annolib.course.shelf.questions import IN_WORDS, more_questions
from annolib.course.variants import draw

HALVES = {1: range(1, 8), 2: range(8, 14)}
NUMBERS, CHOICES, WORDS = 12, 6, 2
POINTS = {"number": 3, "choice": 2, "words": 6}
MINUTES = 90


@dataclass(frozen=True)
class Item:
    """One question of a paper.

    Attributes
    ----------
    kind : "number", "choice" or "words"
    lesson : int or None
        None for a question about the whole half.
    text : str
        What is asked, Markdown.
    key : str
        What the marker needs.
    points : int
    """

    kind: str
    lesson: int | None
    text: str
    key: str
    points: int


@dataclass(frozen=True)
class Paper:
    """Questions under a title; `paper` and `key` are the two texts.

    Attributes
    ----------
    title : str
    seed : str
    items : tuple of Item
    minutes : int or None
        How long there is.
    """

    title: str
    seed: str
    items: tuple
    minutes: int | None = None

    @property
    def points(self):
        return sum(item.points for item in self.items)

    @property
    def paper(self):
        """What the student gets, Markdown."""
        time = f"{self.minutes} minutes, " if self.minutes else ""
        head = f"# {self.title}\n\n{time}{self.points} points. Paper {self.seed}.\n"
        rows = (
            f"**{number}.** ({item.points} points) {item.text}\n" for number, item in enumerate(self.items, 1)
        )
        return "\n".join([head, *rows])

    @property
    def key(self):
        """What the marker gets, Markdown."""
        head = f"# Key: {self.title}\n\n{self.points} points. Paper {self.seed}.\n"
        rows = (
            f"**{number}.** ({item.points} points{_about(item)}) {item.key}\n"
            for number, item in enumerate(self.items, 1)
        )
        return "\n".join([head, *rows])


def exam(half, seed):
    """Return the exam on one half of the course: 20 questions, 60 points, 90 minutes.

    Parameters
    ----------
    half : {1, 2}
        Lessons 01 to 07, or 08 to 13.
    seed : int or str
        Another seed gives other numbers, other questions to choose from, and another order of options.

    Returns
    -------
    Paper

    Examples
    --------
    >>> first = exam(1, "autumn")
    >>> len(first.items), first.points, first.paper == exam(1, "autumn").paper, first.paper == exam(1, "spring").paper
    (20, 60, True, False)
    """
    if half not in HALVES:
        raise ValueError(f"half must be 1 (lessons 01 to 07) or 2 (08 to 13); saw {half!r}.")
    rng = _generator("exam", half, seed)
    numbers = _by_turns([_shuffled(_with_numbers(lesson, seed), rng) for lesson in HALVES[half]], NUMBERS)
    choices = _by_turns([_shuffled(_to_choose(lesson, rng), rng) for lesson in HALVES[half]], CHOICES)
    words = _shuffled([_in_words(*one) for one in IN_WORDS[half]], rng)[:WORDS]
    ordered = sorted(numbers, key=_place) + sorted(choices, key=_place) + words
    return Paper(f"Trust the Label: exam {half}", str(seed), tuple(ordered), MINUTES)


def homework(lesson, seed):
    """Return the questions with numbers of one lesson, for one student's seed.

    >>> [item.kind for item in homework(4, "autumn, anna").items]
    ['number', 'number', 'number', 'number']
    """
    return Paper(f"Homework on lesson {lesson:02d}", str(seed), tuple(_with_numbers(lesson, seed)))


def _with_numbers(lesson, seed):
    """The lesson's own variants and those of the shelf; a lesson that is not there has none of its own."""
    try:
        own = draw(load_definition(lesson), seed)
    except ValueError:
        own = ()
    return [
        Item("number", lesson, one.text, _number_key(one), POINTS["number"])
        for one in (*own, *draw(more_questions(lesson), seed))
    ]


def _number_key(one):
    near = one.tolerance * max(1.0, abs(one.key))
    return f"**{one.key:.6g}**" + (f", within {near:.1g}" if near else ", exactly")


def _to_choose(lesson, rng):
    try:
        quiz = load_definition(lesson).quiz
    except ValueError:
        return []
    found = []
    for question in quiz:
        if question.text.startswith("The same"):  # goes on from the one before it
            continue
        options = _shuffled(list(question.options), rng)
        shown = "".join(
            f"\n   - {letter}) {option}" for letter, option in zip("abcdefgh", options, strict=False)
        )
        right = "abcdefgh"[options.index(question.answer)]
        text = f"{question.text}\n{shown}"
        key = f"**{right})** {question.answer} {question.why}"
        found.append(Item("choice", lesson, text, key, POINTS["choice"]))
    return found


def _in_words(text, rubric):
    """Criteria share the points as evenly as whole points allow; the first get the rest."""
    count = len(rubric.criteria)
    shares = [POINTS["words"] // count + (place < POINTS["words"] % count) for place in range(count)]
    ticks = "".join(f"\n   - ({share}) {one}" for share, one in zip(shares, rubric.criteria, strict=True))
    return Item(
        "words", None, text, f"\n{ticks}\n\n   One good answer: {rubric.model_answer}", POINTS["words"]
    )


def _by_turns(piles, count):
    """One from each pile in turn until there are `count`."""
    turns = (item for turn in zip_longest(*piles) for item in turn if item is not None)
    taken = [item for item, _ in zip(turns, range(count), strict=False)]
    if len(taken) < count:
        raise ValueError(f"An exam needs {count} such questions; the lessons have {len(taken)}.")
    return taken


def _shuffled(items, rng):
    return [items[place] for place in rng.permutation(len(items))]


def _place(item):
    return item.lesson


def _about(item):
    return f", lesson {item.lesson:02d}" if item.lesson is not None else ""


def _generator(*parts):
    words = repr(tuple(map(str, parts))).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(words).digest()[:16], "big"))
