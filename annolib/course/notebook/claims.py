"""Claims: what the prose says about computed things, bound to the code that computes them."""

from __future__ import annotations

from html import escape

import numpy as np

from annolib.course.display import folded, say


class ClaimError(AssertionError):
    """A statement of a lesson does not hold; the author has to mend the lesson, not the learner."""


def claim(text, condition, *more):
    """Show statements that hold as one folded line, or raise if one does not.

    Parameters
    ----------
    text : str
        The statement, one sentence.
    condition : bool
    *more : str, bool, str, bool, …
        Further statements and their conditions.

    Raises
    ------
    ClaimError
        If a condition is false; the message names the statement.
    TypeError
        If a condition is neither True nor False: an array needs `.all()` or `.any()`; or if a statement stands
        without a condition.

    Examples
    --------
    >>> claim("Two is even.", 2 % 2 == 0)
    ✓ Two is even.
    >>> claim("Two is even.", 2 % 2 == 0, "Three is odd.", 3 % 2 == 1)
    ✓ Two is even. ✓ Three is odd.
    """
    if len(more) % 2:
        raise TypeError(f"the statement {more[-1]!r} has no condition: give text, condition, text, condition, …")
    stated = [(text, condition), *zip(more[::2], more[1::2], strict=True)]
    for words, holds in stated:
        if not isinstance(holds, (bool, np.bool_)):
            raise TypeError(
                f"condition must be True or False; saw {holds!r}. For an array use .all() or .any()."
            )
        if not holds:
            raise ClaimError(f"This claim does not hold: {words}")
    count = f"{len(stated)} statement{'s' * (len(stated) > 1)} checked"
    lines = "".join(f"<li>{escape(words)}</li>" for words, _ in stated)
    say(" ".join(f"✓ {words}" for words, _ in stated), folded(f"✓ {count}", f"<ul>{lines}</ul>"))
