"""Prose: one sentence per line."""

from __future__ import annotations

import re

from annolib.course.lint.page import without_fences

_SHORT = "al approx cf ch dr e.g eq eqs etc fig figs i.e mr mrs ms no p pp prof resp sec st vol vs"
_END = re.compile(r"(\S*?)[.!?][)\]\"'”’*_]*\s+(?=[(\[\"'“‘*_]*[A-Z0-9])")


def one_sentence_per_line(page):
    """A line of markdown ends where its sentence ends; tables, code, headings and further reading are free."""
    for cell in page.markdown:
        reading = False
        for line in without_fences(cell.source).splitlines():
            if line.startswith("#"):
                reading = "further reading" in line.casefold()
            elif not reading and not re.match(r"\s*(\||<)", line):
                broken = second_sentence(line)
                if broken:
                    yield cell.number, f"A second sentence on one line: {broken!r}."


def second_sentence(line):
    """Where the second sentence of a line starts, in its own words; "" if there is none.

    >>> second_sentence("1. Take it, e.g. the `a. B` of Dawid et al. (1979), and go."), second_sentence("One. Two.")
    ('', 'Two.')
    """
    line = re.sub(r"^\s*(?:[-*+]|\d+\.|>)\s+", "", line)
    line = re.sub(r"`[^`]*`|\$[^$]*\$", "x", re.sub(r"\]\([^)]*\)", "]", line))
    for end in _END.finditer(line):
        word = end[1].lstrip("([\"'“‘*_").casefold()
        if word not in _SHORT.split() and not re.fullmatch(r"[a-z]", word):
            return line[end.end() :][:40]
    return ""


RULES = (one_sentence_per_line,)
