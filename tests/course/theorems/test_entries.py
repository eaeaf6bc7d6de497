"""What an entry refuses, and how numbers are written."""

import pytest

from annolib.course.theorems.entries import (
    HERE,
    PAPER,
    Counter,
    Entry,
    Seen,
    Shown,
    error_in_words,
    number_in_words,
)


def entry(**changes):
    given = {
        "name": "Two", "statement": "It is even.", "condition": "none", "source": PAPER, "shown": (Shown(12, "16 times"),),
        "check": lambda: Seen(2, 0.0), "allowed": 0.0, "counter": lambda: Counter(True, "3 is odd"),
    }  # fmt: skip
    return Entry(**(given | changes))


def test_what_is_derived_here_needs_a_proof():
    assert entry().proof == ""
    with pytest.raises(ValueError, match="'Two' is derived here and needs a proof sketch"):
        entry(source=HERE)


def test_a_lesson_must_show_what_is_published():
    with pytest.raises(ValueError, match="is published and needs a lesson"):
        entry(shown=())
    assert entry(shown=(), source=HERE, proof="Two is one and one.").shown == ()


@pytest.mark.parametrize(
    ("error", "words"), [(0.5, "50 %"), (-0.0931, "9.3 %"), (6.7e-6, "6.7e-06"), (-3e-12, "below 1e-6")]
)
def test_errors_in_words(error, words):
    assert error_in_words(error) == words


def test_numbers_in_words():
    assert [number_in_words(n) for n in (None, 30, 10**9)] == ["—", "30", "1,000,000,000"]
