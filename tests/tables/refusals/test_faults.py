"""A refusal names rows, closes with a fix and survives a pickle."""

import pickle

import pandas as pd
import pytest

from annolib import imports
from annolib.tables.judgements import read_judgements
from annolib.tables.refusals.faults import TableError
from tests.tables.small import refused, tidy


def test_only_the_first_bad_rows_are_listed():
    table = pd.concat([tidy(label=["left", "?", "?", "?"])] * 9, ignore_index=True)
    refused(table, "rows 1, 2, 3 and 24 more")


def test_rows_are_named_by_the_index():
    table = tidy(label=["left", "left", "?", "left"]).set_index(pd.Index([10, 20, 30, 40]))
    refused(table, "row 30")


def test_messages_close_with_a_fix():
    for table in (
        tidy(label=["?"] * 4),
        tidy(task=None, x=1),
        tidy(expert=["?"] * 4),
        tidy(judgement=[1] * 4),
    ):
        with pytest.raises(TableError) as caught:
            read_judgements(table)
        assert caught.value.fix and str(caught.value).endswith(f" {caught.value.fix}")


def test_an_error_can_be_pickled():
    error = pickle.loads(pickle.dumps(TableError("wrong.", "table = 1")))
    assert (str(error), error.fix) == ("wrong. table = 1", "table = 1")


def test_a_missing_column_lists_ten_names_and_the_nearest_first():
    table = pd.DataFrame(
        0, index=[0], columns=[f"column {place}" for place in range(724)] + ["Worker", "task_number"]
    )
    with pytest.raises(TableError, match="column 'task'.*saw 'task_number', .*and 716 more") as caught:
        read_judgements(table)
    assert len(str(caught.value)) < 500 and "'Worker'" not in str(caught.value).split("Rename")[1]
    assert caught.value.fix == "table = table.rename(columns={'task_number': 'task'})"


def test_numbered_columns_are_annotators_and_none_of_them_is_to_be_renamed():
    wide = pd.DataFrame({"task": [1], "rater_1": ["left"], "rater_2": ["tie"]})
    with pytest.raises(TableError, match=r"the table is wide: .*workers='rater_\*'") as caught:
        read_judgements(wide)
    assert "rename" not in str(caught.value)
    read = imports.wide(wide, workers="rater_*", task="task")
    assert read["worker"].tolist() == ["rater_1", "rater_2"]
    with pytest.raises(TableError, match="Rename the column that holds it"):
        read_judgements(wide.drop(columns="rater_2"))
