"""How long every explorer computes to draw anew, at both ends of every control: a table for people to read.

python -m tests.benchmarks.explorers [--repeats 3] [--write]
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import annolib as al

from .pages import publish

PLACE = Path(__file__).parent / "results" / "explorers.md"
LIMIT = 100  # milliseconds that a redraw should stay below


def builders():
    """The names of all functions that make an explorer."""
    return [name for name in al.widgets.__all__ if name.endswith("_explorer")]


def measured(explorer, repeats):
    """Milliseconds of processor time of each redraw, [(where, fewest of the repeats)], the start first.

    Processor time is what is computed: other programs on the machine do not count.

    Parameters
    ----------
    explorer : annolib.widgets.Explorer
    repeats : int
    """
    explorer.reset()  # what is computed once, such as a table that is read, is not a redraw
    places = [("start", {})] + [(f"{name} = {value}", {name: value}) for name, value in explorer.ends()]
    found = []
    for where, values in places:
        times = []
        for _ in range(repeats):
            explorer.reset()
            started = time.process_time()
            explorer.set(**values)
            times.append(1000 * (time.process_time() - started))
        found.append((where, min(times)))
    return found


def table(rows):
    """The measurements as a Markdown table, slowest explorer first."""
    lines = [
        "| explorer | controls | at the start, ms | middle, ms | slowest, ms | where |",
        "|---|---|---|---|---|---|",
    ]
    for name, controls, found in sorted(rows, key=lambda row: -max(ms for _, ms in row[2])):
        where, slowest = max(found, key=lambda one: one[1])
        middle = statistics.median(ms for _, ms in found)
        mark = "**" if slowest >= LIMIT else ""
        lines.append(
            f"| `{name}` | {controls} | {found[0][1]:.0f} | {middle:.0f} | {mark}{slowest:.0f}{mark} | {where} |"
        )
    return "\n".join(lines)


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="the fewest of so many counts")
    parser.add_argument("--write", action="store_true", help=f"write {PLACE.name}")
    chosen = parser.parse_args(words)
    rows = []
    for name in builders():
        explorer = getattr(al.widgets, name)()
        rows.append((name, len(explorer.controls), measured(explorer, chosen.repeats)))
        print(f"{name}: {max(ms for _, ms in rows[-1][2]):.0f} ms at the slowest", flush=True)
    slow = sum(max(ms for _, ms in found) >= LIMIT for *_, found in rows)
    text = (
        "# Explorers: how long a redraw computes\n\n"
        "Each control at both ends, the others where they start; the fewest of "
        f"{chosen.repeats} runs, in processor time, picture and words included.\n"
        f"{len(rows)} explorers; {slow} need {LIMIT} ms or more somewhere.\n"
        "Made by `python -m tests.benchmarks.explorers --write`.\n\n" + table(rows) + "\n"
    )
    publish(text, PLACE, chosen.write)


if __name__ == "__main__":
    main()
