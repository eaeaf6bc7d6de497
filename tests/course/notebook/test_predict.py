"""A guess before the answer: recorded, revealed, never in the way."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from annolib.course.notebook.predict import predict


def test_a_prediction_is_recorded_and_revealed(capsys):
    guess = predict("How many?", 40, unit="%", low=0, high=100)
    guess.reveal(np.float64(45))
    shown = capsys.readouterr().out
    assert "Recorded" in shown
    assert "Close. Your guess: 40%. Result: 45%. Difference: -5 percentage points." in shown


@pytest.mark.parametrize("guess", [..., "forty", float("nan"), None, True, 140, -1, [40], np.arange(2)])
def test_what_is_no_guess_is_said_and_the_run_goes_on(capsys, guess):
    made = predict("How many?", guess, unit="%", low=0, high=100)
    made.reveal(45)
    shown = capsys.readouterr().out
    assert made.guess is None
    assert "a number from 0 to 100" in shown and "You made no guess" in shown and "45%" in shown


class Silent:
    def __repr__(self):
        raise RuntimeError("no words")


class Slippery(float):
    def __float__(self):
        raise RuntimeError("no number")


@pytest.mark.parametrize(
    "guess",
    [10**400, -(10**5000), 1j, Slippery(50), Silent(), [Silent()], "x" * 10**6],
    ids=lambda one: type(one),
)
def test_no_guess_raises_or_fills_the_page(capsys, guess):
    for more in ({"low": 0, "high": 100}, {}, {"choices": ("rises", "falls")}):
        assert predict("How many?", guess, **more).guess is None
    assert len(capsys.readouterr().out) < 1_000


@pytest.mark.parametrize("guess", [Fraction(81, 2), Decimal("40.5"), np.float32(40.5)])
def test_numbers_of_any_make_are_guesses(capsys, guess):
    made = predict("How many?", guess, low=0, high=100)
    assert (made.guess, type(made.guess)) == (40.5, float)
    made.reveal(45)
    assert "Difference: -4.5" in capsys.readouterr().out


def test_a_guess_in_words(capsys):
    guess = predict("It …", "rises", choices=("rises", "falls"))
    assert guess.verdict("rises") == "Right"
    assert guess.verdict("falls") == "It came out otherwise: that is worth a thought"  # a word is not far off
    guess.reveal("falls")
    predict("It …", "stays", choices=("rises", "falls"))
    shown = capsys.readouterr().out
    assert "Your guess: rises. Result: falls." in shown
    assert "is not one of: rises, falls." in shown


@pytest.mark.parametrize("guess", [..., "stays", 3, None, ["rises"], np.array(["rises", "falls"])])
def test_what_is_none_of_the_words_is_said_and_the_run_goes_on(capsys, guess):
    made = predict("It …", guess, choices=("rises", "falls"))
    assert made.guess is None and "one of: rises, falls" in capsys.readouterr().out
