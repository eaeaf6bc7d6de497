"""What a look at the machine found: one line each, with what to do."""

from __future__ import annotations

from dataclasses import dataclass

OK, WRONG, NOT_CHECKED = "ok", "WRONG", "not checked"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    state : str
        `OK`, `WRONG` or `NOT_CHECKED`.
    text : str
        What was seen.
    fix : str
        What to do about it; empty if there is nothing to do.
    """

    state: str
    text: str
    fix: str = ""

    def __str__(self):
        return f"{self.state:<12} {self.text}" + (f"\n{'fix:':>12} {self.fix}" if self.fix else "")
