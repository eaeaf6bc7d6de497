"""Figures for everybody: descriptions, alternative texts, a static panel below each explorer."""

from __future__ import annotations

import re

from annolib.course.lint.page import without_fences


def figure_description(page):
    """Each stored figure has a text description as its text output and as alternative text."""
    for cell in page.code:
        for output in cell.outputs:
            if "image/png" not in output.get("data", {}):
                continue
            text = "".join(output["data"].get("text/plain", ""))
            if len(text.split()) < 8 or text.startswith("<"):
                yield cell.number, "The figure has no text description; end it with describe(figure, …)."
            elif not output.get("metadata", {}).get("image/png", {}).get("alt"):
                yield (
                    cell.number,
                    "The figure has no alternative text in its metadata; run python3 solutions --run.",
                )


def alternative_text(page):
    """Each picture in markdown has an alternative text."""
    for cell in page.markdown:
        for alt in re.findall(r"!\[([^\]]*)\]", without_fences(cell.source)):
            if len(alt.split()) < 3:
                yield cell.number, "Give the picture an alternative text: ![what it shows](…)."
        for tag in re.findall(r"<img\b[^>]*>", cell.source):
            if not re.search(r"""\balt=["'][^"']+["']""", tag):
                yield cell.number, "Give the picture an alternative text: <img alt=…>."


def static_panel(page):
    """Below each explorer, within the next two code cells, stands a figure of the same idea."""
    for cell in page.tagged("widget"):
        following = [each for each in page.code if each.number > cell.number][:2]
        drawn = [out for each in following if "widget" not in each.tags for out in each.outputs]
        if not any("image/png" in output.get("data", {}) for output in drawn):
            yield (
                cell.number,
                "Put a figure of the same idea below the explorer, for paper and pages without a kernel.",
            )


def heading_order(page):
    """One `#` heading, and no level is skipped on the way down."""
    previous = 0
    for cell, level, text in page.headings():
        if level == 1 and previous:
            yield cell.number, f"A second `#` heading: {text!r}."
        if level > previous + 1:
            yield cell.number, f"The heading {text!r} skips a level: {level} after {previous}."
        previous = level


RULES = (figure_description, alternative_text, static_panel, heading_order)
