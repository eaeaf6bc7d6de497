"""What one entry of the page of theorems holds, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

PAPER = "Liu, Wang, Ma, Li, arXiv 2502.06387"
RICH = "Frick, Iijima, Ishii, arXiv 2312.16789"
HERE = "derived here"


class Seen(NamedTuple):
    """What an executed statement has shown.

    Attributes
    ----------
    n : int or None
        The largest number (of checks, of labels, of voters) at which it was tried; None where it holds for none in particular.
    error : float
        How far off it was there, relative unless the statement says otherwise.
    """

    n: int | None
    error: float


class Counter(NamedTuple):
    """What was seen without the condition.

    Attributes
    ----------
    broken : bool
        Is the statement false there, as it should be?
    words : str
        What happened, with its numbers.
    """

    broken: bool
    words: str


class Shown(NamedTuple):
    """A claim in a lesson's notebook that shows the statement."""

    lesson: int
    claim: str


@dataclass(frozen=True)
class Entry:
    """One statement, with the functions that execute it.

    Attributes
    ----------
    name : str
        A few words.
    statement : str
        Markdown, mathematics between dollars.
    condition : str
        What it takes for granted.
    source : str
        The published source, or "derived here".
    proof : str
        One line for what is derived here; empty for what is published.
    shown : tuple of Shown
        Empty for a derived statement that this page alone executes.
    check : callable
        Returns `Seen`.
    allowed : float
        The largest error that still counts as seen.
    counter : callable
        Returns `Counter`: the same without the condition.
    """

    name: str
    statement: str
    condition: str
    source: str
    shown: tuple
    check: Callable
    allowed: float
    counter: Callable
    proof: str = ""

    def __post_init__(self):
        if self.source == HERE and not self.proof:
            raise ValueError(f"{self.name!r} is derived here and needs a proof sketch.")
        if not self.shown and self.source != HERE:
            raise ValueError(f"{self.name!r} is published and needs a lesson that shows it.")


_TINY, _SMALL = 1e-6, 1e-4


def error_in_words(error):
    """An error with two digits; all that rounding can make is "below" a bound, so that the page is the same everywhere.

    >>> [error_in_words(error) for error in (0.0123, 3e-5, 2e-13, 0)]
    ['1.2 %', '3.0e-05', 'below 1e-6', 'below 1e-6']
    """
    size = abs(error)
    return "below 1e-6" if size < _TINY else f"{size:.1e}" if size < _SMALL else f"{100 * size:.2g} %"


def number_in_words(n):
    """A number of checks with its commas; a dash for none.

    >>> number_in_words(1_000_000), number_in_words(None)
    ('1,000,000', '—')
    """
    return "—" if n is None else f"{n:,}"
