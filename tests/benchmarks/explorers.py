"""What a redraw of every explorer costs, at both ends of every control: a table for people to read.

python -m tests.benchmarks.explorers [--repeats 3] [--write]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import annolib as al
from annolib.figures.style import canvas, describe

from .pages import publish

PLACE = Path(__file__).parent / "results" / "explorers.md"
LIMIT = 100  # milliseconds of computing that a redraw should stay below


def builders():
    """The names of all functions that make an explorer."""
    return [name for name in al.widgets.__all__ if name.endswith("_explorer")]


def cost(function, repeats):
    """Milliseconds of processor time of a call, the fewest of the repeats: other programs do not count."""
    times = []
    for _ in range(repeats):
        started = time.process_time()
        function()
        times.append(1000 * (time.process_time() - started))
    return min(times)


def measured(explorer, repeats):
    """For the start and for both ends of each control: (where, computing, whole redraw), in milliseconds.

    Computing is the figure function: model, lines, words. The rest of a redraw is Matplotlib's, which lays out and paints.
    """
    explorer.reset()  # what is computed once, such as a table that is read, is no redraw
    start, found = explorer.values, []
    for where, moved in [("start", {})] + [(f"{name} = {end}", {name: end}) for name, end in explorer.ends()]:
        values = {**start, **moved}
        computing = cost(lambda values=values: explorer.figure_function(**values), repeats)
        found.append((where, computing, cost(lambda values=values: explorer.set(**values), repeats)))
    return found


def empty_figure():
    """Draw a figure of the house with nothing in it: what any redraw costs on this machine."""
    describe(canvas()[0], "Nothing.").png()


def table(rows, empty):
    """The measurements as a Markdown table, the most computing first."""
    lines = [
        "| explorer | controls | computing, ms, at most | where | whole redraw, at most, in empty figures |",
        "|---|---|---|---|---|",
    ]
    for name, controls, found in sorted(rows, key=lambda row: -max(one[1] for one in row[2])):
        where, computing, _ = max(found, key=lambda one: one[1])
        whole = max(one[2] for one in found) / empty
        mark = "**" if computing >= LIMIT else ""
        lines.append(f"| `{name}` | {controls} | {mark}{computing:.0f}{mark} | {where} | {whole:.1f} |")
    return "\n".join(lines)


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="the fewest of so many counts")
    parser.add_argument("--write", action="store_true", help=f"write {PLACE.name}")
    chosen = parser.parse_args(words)
    empty, rows = cost(empty_figure, 3 + chosen.repeats), []
    for name in builders():
        explorer = getattr(al.widgets, name)()
        rows.append((name, len(explorer.controls), measured(explorer, chosen.repeats)))
    slow = sum(max(one[1] for one in found) >= LIMIT for *_, found in rows)
    text = (
        "# Explorers: what a redraw costs\n\n"
        "Each control at both ends, the others where they start; processor time of one thread, the fewest of "
        f"{chosen.repeats} runs.\n"
        "Computing is the model, the lines and the words; Matplotlib's layout and painting come on top.\n"
        f"An empty figure of the house took {empty:.0f} ms here; a busy machine stretches all numbers alike.\n"
        f"{len(rows)} explorers; {slow} compute for {LIMIT} ms or more somewhere.\n"
        "Made by `python -m tests.benchmarks.explorers --write`.\n\n" + table(rows, empty) + "\n"
    )
    publish(text, PLACE, chosen.write)


if __name__ == "__main__":
    main()
