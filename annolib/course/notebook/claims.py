"""Claims: what the prose says about computed things, bound to the code that computes them."""

from __future__ import annotations

from html import escape

import numpy as np

from annolib.course.display import box, say


class ClaimError(AssertionError):
    """A statement of a lesson does not hold; the author has to mend the lesson, not the learner."""


def claim(text, condition):
    """Show `text` as a claim that holds, or raise if `condition` is false.

    Parameters
    ----------
    text : str
        The statement, one sentence.
    condition : bool

    Raises
    ------
    ClaimError
        If the condition is false; the message names the text.
    TypeError
        If the condition is neither True nor False: an array needs `.all()` or `.any()`.

    Examples
    --------
    >>> claim("Two is even.", 2 % 2 == 0)
    ✓ Two is even.
    """
    if not isinstance(condition, (bool, np.bool_)):
        raise TypeError(
            f"condition must be True or False; saw {condition!r}. For an array use .all() or .any()."
        )
    if not condition:
        raise ClaimError(f"This claim does not hold: {text}")
    say(f"✓ {text}", box("✓", "Checked:", [escape(text)]))
