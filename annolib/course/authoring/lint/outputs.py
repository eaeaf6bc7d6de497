"""The source is stored executed, whole, and without anything that differs from run to run."""

from __future__ import annotations

import re

from annolib.course.authoring.lint.page import without_fences
from annolib.course.display import CHECK_MIME


def executed_in_order(page):
    """Code cells carry the execution counts 1, 2, 3, … of one run from top to bottom."""
    counts = [cell.execution_count for cell in page.code]
    if None in counts:
        where = next(cell.number for cell in page.code if cell.execution_count is None)
        yield where, "The source is stored without having been run; run python3 solutions --run."
    elif any(later <= earlier for earlier, later in zip(counts, counts[1:], strict=False)):
        yield 0, "The cells were not run from top to bottom; run python3 solutions --run."


def clean_outputs(page):
    """No stored error, no widget view, no memory address, no file path of a machine."""
    for cell in page.code:
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in cell.tags:
                yield cell.number, f"Stored with an error: {output.ename}."
            data = output.get("data", {})
            if "application/vnd.jupyter.widget-view+json" in data:
                yield cell.number, "Stored with a widget view; run python3 solutions --run."
            text = "".join(data.get("text/plain", "")) + "".join(output.get("text", ""))
            machine = re.search(r" at 0x[0-9a-f]{4,}|(?:/home/|/Users/|/tmp/|[A-Z]:\\)\S*", text)
            if machine:
                yield cell.number, f"The output differs from machine to machine: {machine[0].strip()!r}."


def solved(page):
    """In the source every check says right, and every self-marked exercise has an answer."""
    for cell in page.code:
        states = [output.get("data", {}).get(CHECK_MIME, {}) for output in cell.outputs]
        for state in filter(None, states):
            if state["outcome"] not in ("right", "attempted"):
                yield cell.number, f"The check of {state['exercise']!r} says: {state['outcome']}."
        if cell.exercises and cell.execution_count and not any(states):
            yield cell.number, f"No outcome is stored for {', '.join(cell.exercises)}."


def reveals_not_stored(page):
    """No cell that shows a result beside the guess is tagged `output`: a lesson would store the author's guess."""
    for cell in page.tagged("output"):
        if ".reveal(" in cell.source:
            yield (
                cell.number,
                "What a reveal prints depends on the guess, and spoils it if stored: take the tag `output` away.",
            )


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


RULES = (
    executed_in_order,
    clean_outputs,
    solved,
    reveals_not_stored,
    figure_description,
    alternative_text,
    static_panel,
    heading_order,
)
