"""The first two judgements in time, where rows have an order and where they have none."""

import pandas as pd
import pytest

import annolib as al

ORDERED = ("polars", "polars lazy", "pyarrow")


GOOD = {
    "task": ["i", "i", "j", "j"],
    "worker": ["ann", "bob", "ann", "ann"],
    "label": ["left", "right", "tie", "left"],
}


def test_one_pair_needs_an_order(put):
    table = pd.DataFrame(GOOD)
    with pytest.raises(al.TableError, match="no order. Give a column 'time', or take all pairs: pairs='all'"):
        al.tally(put(table, "duckdb"), "one")
    timed = table.assign(time=[1, 1, 1, 1], judgement=range(4))
    with pytest.raises(al.TableError, match="column 'time': the same time .* in 1 item. Give exact times"):
        al.tally(put(timed, "duckdb"), "one")


@pytest.mark.parametrize("engine", ORDERED)
def test_equal_times_are_in_the_order_of_rows(put, same, engine):
    table = pd.DataFrame(
        {
            "task": "i",
            "worker": "w",
            "label": ["tie", "left", "left"],
            "time": [2, 1, 2],
            "judgement": [1, 2, 3],
        }
    )
    same(al.tally(put(table, engine), "one"), al.tally(table, "one"))
