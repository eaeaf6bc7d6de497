"""The source is stored executed, whole, and without anything that differs from run to run."""

from __future__ import annotations

import re

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


RULES = (executed_in_order, clean_outputs, solved)
