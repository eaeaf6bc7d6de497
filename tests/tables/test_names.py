"""Which column is read for which name: by itself, by an alias, or as the caller says."""

import pytest

import annolib as al
from annolib.tables.names import find_names

COLUMNS = ["task", "annotator", "label", "who", "left", "right"]


def test_the_caller_names_columns_before_aliases_and_names():
    found, aliases, _, left_over = find_names(COLUMNS, named={"worker": "who"})
    assert found["worker"] == "who" and aliases == {"worker": "who"} and left_over == ["annotator"]
    swapped = find_names(COLUMNS, named={"left": "right", "right": "left"})[0]
    assert (swapped["left"], swapped["right"]) == ("right", "left")


def test_a_column_that_is_named_stands_for_nothing_else():
    with pytest.raises(al.TableError, match="column 'label' .* is missing"):
        find_names(["task", "worker", "label"], named={"time": "label"})


WRONG = {
    "no dict": ("who", "columns must be a dict"),
    "no proper name": ({"rater": "who"}, "columns names 'rater'; the proper names are 'task'"),
    "no column": ({"worker": "whom"}, "'worker' is 'whom', which is no column; saw 'who'"),
    "twice": ({"worker": "who", "task": "who"}, "columns names 'who' twice"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_names_are_refused(case):
    named, message = WRONG[case]
    with pytest.raises(al.TableError, match=message):
        find_names(COLUMNS, named=named)
