"""What the tables of coverage share: the promise, the seed, Markdown, and the sentence on what fails."""

import numpy as np

PROMISE, POOR, SEED = 0.95, 0.93, 2026


def section(title, head, rows, *remarks):
    """A heading, a Markdown table and remarks."""
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(str(x) for x in line) + " |" for line in lines)
    return "\n\n".join([f"## {title}", table, *remarks]) + "\n"


def poor(found):
    """A sentence on what keeps too little; `found` maps a name to its coverage."""
    low = {name: value for name, value in found.items() if value < POOR}
    if not low:
        return f"None of the {len(found)} falls below {POOR:.2f}."
    return (
        f"{len(low)} of {len(found)} fall below {POOR:.2f}: "
        + "; ".join(f"{name} ({value:.4f})" for name, value in low.items())
        + "."
    )


def error_of(runs):
    """Standard error of a simulated coverage that is what was promised."""
    return np.sqrt(PROMISE * (1 - PROMISE) / runs)


def holds(low, high, effort):
    """Whether the intervals hold the effort; rounding does not count as a miss."""
    return (low <= effort + 1e-9) & (effort - 1e-9 <= high)
