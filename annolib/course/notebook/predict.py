"""Predict, then run: the learner's guess is recorded first and shown beside the result."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import isfinite

from annolib.course.checking.wording import is_number, show
from annolib.course.display import box, say

NO_GUESS = "no guess yet"


@dataclass(frozen=True)
class Prediction:
    """A recorded guess.

    Attributes
    ----------
    question : str
    guess : float, str or None
        None if the learner has not guessed yet or typed what cannot be a guess.
    unit : str
        Written behind the numbers, such as "%".
    low, high : float or None
        The range in which any answer lies; "close" is measured by it.
    choices : tuple of str
        For a guess in words, the words.
    """

    question: str
    guess: float | str | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple = ()

    def reveal(self, actual):
        """Show the guess and `actual`, a number or one of the choices, beside each other."""
        result = f"Result: {self._worded(actual)}"
        if self.guess is None:
            text = f"{result}. You made no guess: replace the ... above to compare yours."
            say(text, box("○", "You made no guess", [escape(result) + "."], "#8A8A8A"))
            return
        verdict = self.verdict(actual)
        parts = [f"Your guess: {self._worded(self.guess)}", result]
        if not self.choices:
            parts.append(f"Difference: {self._apart(self.guess - float(actual))}")
        lines = [escape(part) for part in parts]
        say(f"{verdict}. {'. '.join(parts)}.", box("◆", verdict, lines))

    def verdict(self, actual):
        """The guess in a word: right, close or far; by the range, or else by the size of `actual`. A word is right or not.

        >>> Prediction("How many?", 52, low=0, high=100).verdict(50)
        'Right'
        >>> [Prediction("How many?", guess).verdict(50) for guess in (51, 55, 90)]
        ['Right', 'Close', 'Far off: that is worth a thought']
        """
        far = "Far off: that is worth a thought"
        if self.choices:
            return "Right" if self.guess == actual else "It came out otherwise: that is worth a thought"
        ranged = self.low is not None and self.high is not None
        scale = self.high - self.low if ranged else abs(float(actual)) or 1.0
        right, close = (0.025, 0.1) if ranged else (0.05, 0.2)
        distance = abs(self.guess - float(actual)) / scale
        return "Right" if distance <= right else "Close" if distance <= close else far

    def _apart(self, difference):
        if self.unit == "%":
            return f"{difference:+.3g} percentage points"
        return self._worded(difference, sign="+")

    def _worded(self, value, sign=""):
        if isinstance(value, str):
            return value
        return f"{float(value):{sign}.4g}{'' if self.unit in ('%', '') else ' '}{self.unit}"


def predict(question, guess, unit="", low=None, high=None, choices=()):
    """Record a guess before the result is computed. `...` is no guess yet; the run goes on.

    Parameters
    ----------
    question : str
    guess : float, str or ...
        A number between `low` and `high`, or one of `choices`.
    unit : str
    low, high : float, optional
    choices : sequence of str, optional

    Returns
    -------
    Prediction

    Examples
    --------
    >>> guess = predict("How often do repeats agree?", 80, unit="%", low=0, high=100)
    ◆ Your guess: 80%. Recorded; run the next cells to compare.
    >>> guess.reveal(91.3)
    Far off: that is worth a thought. Your guess: 80%. Result: 91.3%. Difference: -11.3 percentage points.
    """
    kept = _number(guess) if not choices else guess if type(guess) is str else None
    trouble = _trouble(guess, kept, low, high, choices)
    blank = Prediction(question, None, unit, low, high, tuple(choices))
    if trouble:
        say(f"○ {question} {trouble}", box("○", escape(question), [escape(trouble)], "#8A8A8A"))
        return blank
    made = Prediction(question, kept, unit, low, high, tuple(choices))
    text = f"Your guess: {made._worded(kept)}"
    say(f"◆ {text}. Recorded; run the next cells to compare.", box("◆", escape(question), [escape(text)]))
    return made


def _trouble(guess, kept, low, high, choices):
    """What is wrong with a guess, of which `kept` is what can be kept; "" if nothing is."""
    wanted = f"one of: {', '.join(choices)}" if choices else "a number"
    if not choices and low is not None and high is not None:
        wanted = f"a number from {low:g} to {high:g}"
    if guess is ...:
        return f"Replace the ... by your guess, {wanted}."
    if choices:
        fits = kept in choices
    else:
        fits = kept is not None and (low is None or kept >= low) and (high is None or kept <= high)
    return "" if fits else f"Your guess {show(guess)} is not {wanted}."


def _number(guess):
    """The guess as a finite float; None if it is none, whatever it is and however it raises."""
    try:
        value = float(guess) if is_number(guess) else float("nan")
    except Exception:
        return None
    return value if isfinite(value) else None
