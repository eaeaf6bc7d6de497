"""Claims: what the prose says about computed things, bound to the code that computes them.

They are the authors' safety net, so a notebook shows those of a cell as one folded line.
"""

from __future__ import annotations

from html import escape

import numpy as np

from annolib.course.display import folded, say

_kept = []  # the claims of the running cell that were found to hold


class ClaimError(AssertionError):
    """A statement of a lesson does not hold; the author has to mend the lesson, not the learner."""


def claim(text, condition, *more):
    """Check that `condition` holds, or raise. The claims of a cell are shown together, folded, when it ends.

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
        If the condition is false; the message names the text.
    TypeError
        If a condition is neither True nor False: an array needs `.all()` or `.any()`; or if a statement has none.

    Examples
    --------
    >>> claim("Two is even.", 2 % 2 == 0)
    ✓ Two is even.
    """
    if len(more) % 2:
        raise TypeError(
            f"the statement {more[-1]!r} has no condition: give text, condition, text, condition, …"
        )
    stated = ((text, condition), *zip(more[::2], more[1::2], strict=True))
    for statement, holds in stated:
        if not isinstance(holds, (bool, np.bool_)):
            raise TypeError(
                f"condition must be True or False; saw {holds!r}. For an array use .all() or .any()."
            )
        if not holds:
            raise ClaimError(f"This claim does not hold: {statement}")
    _kept.extend(statement for statement, _ in stated)
    if not _shell():
        _show()


def _show(result=None):
    """One line for all claims since the last; called by the shell when a cell ends."""
    texts, _kept[:] = list(_kept), []
    if not texts:
        return
    lines = [f"✓ {text}" for text in texts]
    count = "1 statement" if len(texts) == 1 else f"{len(texts)} statements"
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    say("\n".join(lines), folded(f"✓ {count} checked", f"<ul>{items}</ul>"))


def _shell():
    """The running IPython shell, told to show the claims of each cell when it ends; None outside one."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and _show not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _show)
    return shell
