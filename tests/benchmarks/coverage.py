"""What the intervals and tests of the assessment keep of what they promise: summed exactly where possible, else simulated.

    python tests/benchmarks/coverage.py [--write]

`--write` puts the tables into `tests/benchmarks/results/coverage.md`. About ten minutes of one core.
"""

import argparse
from pathlib import Path

import coverage_evidence as evidence
import coverage_intervals as intervals
import coverage_repeats as repeats
import coverage_tests as tests
import coverage_unequal as unequal
from coverage_report import POOR, PROMISE, SEED
from pages import publish
from tqdm import tqdm

RESULTS = Path(__file__).parent / "results" / "coverage.md"
SECTIONS = (
    intervals.counted,
    intervals.pooled,
    intervals.unequal_ratios,
    intervals.by_strata,
    intervals.by_item,
    repeats.all_designs,
    repeats.by_library,
    unequal.unequal_designs,
    evidence.combined,
    tests.sequential,
    tests.discoveries,
    tests.unequal_discoveries,
)


def main():
    """Print the tables, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    parts = [make() for make in tqdm(SECTIONS, desc="tables", leave=False)]
    text = (
        "# What intervals and tests keep\n\nMade by `python tests/benchmarks/coverage.py --write`; nothing in it is typed by hand. "
        f"Intervals promise {PROMISE:.0%}; a table is called exact where the probabilities of all outcomes are summed, else it says "
        f"how large its Monte Carlo error is. The seed is {SEED}. What keeps less than {POOR:.0%} is named below each table.\n\n"
        + "\n".join(parts)
    )
    publish(text, RESULTS, chosen.write)


if __name__ == "__main__":
    main()
