"""Audits for the tests of this room: the twin's, and one of people with hostile names."""

import numpy as np
import pandas as pd
import pytest

import annolib as al

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(2)>",
    "--><svg onload=alert(3)>",
    '" onmouseover="alert(4)',
    "{{ 7 * 7 }}{% raw %}",
    '=HYPERLINK("https://example.org","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-2",
    "-1+3",
    "\t=1",
    "$x^2$ \\frac{1}{2}",
    "\u202egnp.exe",
    "&amp;lt;b&amp;gt;",
    "ann\nbob",
    "]]><!--",
)


@pytest.fixture(scope="session")
def twin_audit():
    return al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")


@pytest.fixture(scope="session")
def hostile_audit():
    """Everybody has a hostile name and 60 repeats: some careless, some careful, one who says left."""
    rng = np.random.default_rng(3)
    rows = []
    for place, worker in enumerate(HOSTILE):
        for item in range(60):
            first = rng.choice(["left", "right", "tie"]) if place else "left"
            again = first
            if place % 4 == 1:
                again = rng.choice(["left", "right", "tie"])
            if place % 4 == 2:
                again = {"left": "right", "right": "tie", "tie": "left"}[first]
            rows += [(item, worker, first), (item, worker, again)]
    table = pd.DataFrame(rows, columns=["task", "worker", "label"])
    return al.audit(table, al.SelfConsistencyLabels(0.6), 0.9, strength=(0.3, 0.6))
