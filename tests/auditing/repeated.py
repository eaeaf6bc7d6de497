"""A worker with a given count of agreements, and an audit that takes the strength for known."""

import pandas as pd

import annolib as al
from annolib.auditing.strength import strength_of


def repeats(passes, checks, worker="w", ties=0, swapped=False):
    """A worker with so many repeated items, of which so many agree; labels are left and right in turn."""
    rows = []
    for item in range(checks):
        first = "tie" if item < ties else ("left", "right")[item % 2]
        second = first if item < passes else {"left": "right", "right": "left", "tie": "left"}[first]
        if swapped:
            second = {"left": "right", "right": "left", "tie": "tie"}[second]
        x, y = (f"{item}{side}" for side in "xy")
        rows.append((f"i{item}", worker, first, x, y))
        rows.append((f"i{item}", worker, second, *((y, x) if swapped else (x, y))))
    return pd.DataFrame(rows, columns=["task", "worker", "label", "left", "right"])


def crowd(counts, **options):
    """One worker for each pair of passes and checks, named w000, w001 and so on."""
    parts = [repeats(*each, f"w{number:03d}", **options) for number, each in enumerate(counts)]
    return pd.concat(parts, ignore_index=True)


def known(table, monitor, *given, **options):
    """An audit that takes the monitor's number for known."""
    number = strength_of(monitor)
    return al.audit(table, monitor, *given, strength=number if number else None, **options)
