"""A good table of four rows to spoil in one place, and what its refusal must say."""

import pandas as pd
import pytest

from annolib.tables.judgements import read_judgements
from annolib.tables.refusals.faults import TableError


def tidy(**columns):
    """A good table of four rows, with some columns replaced, added or (None) taken away."""
    good = {
        "task": ["i", "i", "j", "j"],
        "worker": ["ann", "bob", "ann", "ann"],
        "label": ["left", "right", "tie", "left"],
    }
    return pd.DataFrame({name: values for name, values in (good | columns).items() if values is not None})


SIDES = {"left": ["x", "y", "p", "p"], "right": ["y", "x", "q", "q"]}


def refused(table, *words):
    with pytest.raises(TableError) as caught:
        read_judgements(table)
    for word in words:
        assert word in str(caught.value), f"{word!r} is not in: {caught.value}"
    assert "\n" not in str(caught.value)
