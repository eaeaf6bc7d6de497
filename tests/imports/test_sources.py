"""What a reader is given: paths, tables and records, and the error for anything else."""

import pandas as pd
import pytest

import annolib as al
from annolib.imports.sources import need, records_of, table_of


@pytest.mark.parametrize("source", [None, 7, {"a": 1}, (1,), [1]])
def test_what_is_no_source_is_refused(source):
    for open_source in (table_of, records_of):
        with pytest.raises(al.TableError, match="object"):
            open_source(source, "arena")


def test_a_column_twice_is_refused():
    with pytest.raises(al.TableError, match="'a' stands in the table twice"):
        table_of(pd.DataFrame([[1, 2]], columns=["a", "a"]), "arena")


def test_a_missing_column_is_named_with_those_that_look_like_it():
    with pytest.raises(al.TableError, match="wide: column 'worker' .* saw 'workr'"):
        need(pd.DataFrame(columns=["workr"]), "wide", "worker", "worker")
    with pytest.raises(al.TableError) as caught:
        need(pd.DataFrame(columns=["who"]), "wide", None, "worker")
    assert caught.value.fix == "worker='who'"
