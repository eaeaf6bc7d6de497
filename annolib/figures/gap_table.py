"""The solved gaps of the map of lesson 12: a small table in the repository, computed by the solvers and compared with them by a test.

`python3 solutions --theorems` computes it anew, in about a minute.
"""

from __future__ import annotations

import csv
from functools import lru_cache

import numpy as np

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.contracts.solve import discrete_actions, second_best
from annolib.datasets.registry import shipped_folder
from annolib.monitors.two_labels import SelfConsistency

EUROS = 100  # one unit of money in the story
SIZES = (20, 30, 50, 100, 300, 1_000, 3_000, 10_000, 100_000, 1_000_000, 10_000_000, 1_000_000_000)
LEVELS = (2, 9, 33)
FILE = "solved-gaps.csv"
CLASSES = {  # name on the map: class of contracts, floor
    "threshold": ("binary", 0.0),
    "best pay": ("optimal", 0.0),
    "line, no floor": ("linear", None),
    "line, cut at 0": ("linear", 0.0),
}
_DIGITS = 10
_REPEATS = SelfConsistency(0.15)


def solve_gap(name, n):
    """The gap of one kind of pay with n checks, in euros, by the library's solver.

    Parameters
    ----------
    name : str
        One of `CLASSES`, or "threshold, 9 levels".
    n : int

    Examples
    --------
    >>> round(solve_gap("threshold", 1000), 4), round(solve_gap("threshold, 2 levels", 1000), 4)
    (0.1201, 0.0465)
    """
    problem = reference_problem()
    if name in CLASSES:
        family, floor = CLASSES[name]
        return EUROS * float(second_best(problem, _REPEATS, n, family, floor=floor).gap)
    count = int(name.split()[1])
    grid = np.linspace(0, first_best(problem).effort, count)
    return EUROS * float(discrete_actions(problem, _REPEATS, n, grid, "binary").gap)


def names():
    """The kinds of pay on the map."""
    return (*CLASSES, *(f"threshold, {count} levels" for count in LEVELS))


def write_gaps(path=None):
    """Solve every gap of the map, with a progress bar, and write the table; tell where."""
    from tqdm import tqdm

    path = shipped_folder() / FILE if path is None else path
    with open(path, "w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target, lineterminator="\n")
        rows.writerow(("pay", "checks", "euros"))
        for name, n in tqdm([(name, n) for name in names() for n in SIZES], desc="solving", leave=False):
            rows.writerow((name, n, f"{solve_gap(name, n):.{_DIGITS}g}"))
    return path


def solved_gaps():
    """The table as it is stored: kind of pay → number of checks → gap in euros.

    Examples
    --------
    >>> round(solved_gaps()["threshold"][1000], 4)
    0.1201
    """
    return {name: dict(pairs) for name, pairs in _read().items()}


@lru_cache(maxsize=1)
def _read():
    found = {name: {} for name in names()}
    with open(shipped_folder() / FILE, encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            found[row["pay"]][int(row["checks"])] = float(row["euros"])
    return found
