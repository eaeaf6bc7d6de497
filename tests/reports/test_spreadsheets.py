"""CSV that no spreadsheet runs: what begins like a formula does not, and everything comes back."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.reports.spreadsheets import guard, guarded, to_csv, unguard

from .conftest import HOSTILE

DANGEROUS = "=+-@\t\r\n＝＋－＠"


@given(
    st.text(max_size=12) | st.sampled_from(HOSTILE) | st.text(st.sampled_from(DANGEROUS + "' a1"), max_size=6)
)
def test_nothing_begins_like_a_formula_and_nothing_is_lost(text):
    safe = guard(text)
    assert not safe.startswith(tuple(DANGEROUS)) and not safe.lstrip().startswith(tuple(DANGEROUS))
    assert unguard(safe) == text


@given(st.text(max_size=5), st.text(max_size=5))
def test_two_texts_stay_two(one, two):
    assert (guard(one) == guard(two)) == (one == two)


@given(
    st.lists(
        st.sampled_from(HOSTILE)
        | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=8),
        min_size=1,
        max_size=8,
    )
)
def test_a_file_reads_back(names):
    frame = pd.DataFrame({"=n": range(len(names)), "who": names}, index=pd.Index(names, name="worker"))
    rows = list(csv.reader(io.StringIO(to_csv(frame), newline="")))
    assert rows[0] == ["worker", "'=n", "who"]
    assert [unguard(row[0]) for row in rows[1:]] == names == [unguard(row[2]) for row in rows[1:]]
    for row in rows:
        assert not any(cell.startswith(tuple(DANGEROUS)) for cell in row)


def test_numbers_stay_numbers_and_the_frame_stays_as_it_is():
    frame = pd.DataFrame({"n": [-1.5, np.nan], "flag": [True, False], "id": ["-x", "y"]})
    before = frame.copy()
    safe, changed = guarded(frame)
    assert changed == 1 and safe["id"].tolist() == ["'-x", "y"]
    pd.testing.assert_frame_equal(safe[["n", "flag"]], before[["n", "flag"]])
    pd.testing.assert_frame_equal(frame, before)
    assert to_csv(frame, index=False) == "n,flag,id\r\n-1.5,True,'-x\r\n,False,y\r\n"


def test_categories_missing_entries_and_levels():
    frame = pd.DataFrame(
        {"kind": pd.Categorical(["=a", "b", None])},
        index=pd.MultiIndex.from_tuples([("+x", 1), ("y", 2), ("y", 3)], names=["@w", "n"]),
    )
    safe, changed = guarded(frame)
    assert changed == 2 and safe["kind"].tolist()[:2] == ["'=a", "b"] and pd.isna(safe["kind"].iloc[2])
    assert safe.index.tolist()[0] == ("'+x", 1) and list(safe.index.names) == ["'@w", "n"]


def test_columns_of_one_name_are_kept():
    frame = pd.DataFrame([["=1", "b"]], columns=["x", "x"])
    assert to_csv(frame, index=False) == "x,x\r\n'=1,b\r\n"


def test_to_a_file(tmp_path):
    path = tmp_path / "a.csv"
    assert to_csv(pd.DataFrame({"w": ["é", "=2"]}), path, index=False) is None
    assert path.read_bytes() == "w\r\né\r\n'=2\r\n".encode()


@pytest.mark.parametrize("entry", [None, 1, -2.5, True, np.float64(3)])
def test_what_is_no_text_is_left(entry):
    assert guard(entry) is entry and unguard(entry) is entry
