"""Times: in true order whatever they look like, the same in every engine; what has no order is refused."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al
from annolib.tables import times

TABLE = pd.DataFrame({"task": "p", "worker": "w", "label": ["left", "left", "right"]})
CASES = {
    "offsets": (["2024-06-01T09:00:00+05:30", "2024-06-01T04:30:00Z", "2024-06-01T08:00:00Z"], {}),
    "clock": (["9:58", "10:02", "10:31"], {"time_format": "%H:%M"}),
    "digits": (["9", "10", "11"], {}),
}


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb", "dask"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning")
def test_the_first_two_in_time_agree(case, engine, oracle):
    """Sorted as text the third would be among the first two, and they would disagree."""
    written, options = CASES[case]
    if case == "offsets":  # the first two are 09:00+05:30 = 03:30Z and 04:30Z
        assert sorted(written)[:2] != written[:2]
    columns = TABLE.to_dict("list") | {"time": written}
    if engine != "pandas":
        pytest.importorskip(engine, reason=f"{engine} is not installed")
    counts = al.tally(oracle.put(columns, engine), "one", **options)
    assert (counts.totals["repeat_pairs"], counts.totals["repeat_agreements"]) == (1, 1)


def test_clock_times_are_refused_with_the_format_that_reads_them():
    table = TABLE.assign(time=CASES["clock"][0])
    with pytest.raises(al.TableError, match="no times of one kind in rows 0, 1, 2.*time_format='%H:%M'"):
        al.tally(table, "one")


def test_two_readings_are_both_named():
    table = TABLE.assign(time=["3/4/2024", "5/4/2024", "6/4/2024"])
    with pytest.raises(
        al.TableError, match="'%d/%m/%Y' or '%m/%d/%Y'. Say which, for example time_format='%d/%m/%Y'"
    ):
        al.tally(table)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.datetimes(datetime(1700, 1, 1), datetime(2199, 12, 30)), st.integers(-23 * 60, 23 * 60)),
        min_size=1,
        max_size=8,
    )
)
def test_iso_with_offsets_is_in_pythons_order(moments):
    aware = [moment.replace(tzinfo=UTC) for moment, _ in moments]
    written = [
        (moment + timedelta(minutes=offset)).isoformat() + f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
        for moment, offset in moments
    ]  # fmt: skip
    values, bad, what = times.read_text(pd.Series(written, dtype=object))
    assert what == "" and not bad.any()
    assert np.argsort(values, kind="stable").tolist() == sorted(
        range(len(aware)), key=lambda place: aware[place]
    )


@pytest.mark.parametrize(
    "entries",
    [
        [date(2024, 5, 2), date(2024, 5, 1)],
        [time(9, 58), time(9, 57)],
        [timedelta(2), timedelta(1)],
        [Decimal("10"), 9],
        [datetime(9999, 1, 1), datetime(1, 1, 1)],
        [datetime(2024, 5, 1, 3, tzinfo=UTC), datetime(2024, 5, 1, 2, tzinfo=UTC)],
    ],
)
def test_objects_of_one_kind_are_ordered(entries):
    rank, bad, what = times.read_objects(entries)
    assert rank.tolist() == [1, 0] and what == "" and not bad.any()


@pytest.mark.parametrize(
    ("entries", "what", "bad"),
    [
        ([datetime(2024, 5, 1), datetime(2024, 5, 1, tzinfo=UTC)], times.MIXED, [True, False]),
        ([date(2024, 5, 1), datetime(2024, 5, 1)], times.ENTRIES, [False, True]),
        ([True, False], times.ENTRIES, [True, True]),
        ([1, "1"], times.ENTRIES, [False, True]),
    ],
)
def test_objects_without_an_order(entries, what, bad):
    _, found, said = times.read_objects(entries)
    assert (found.tolist(), said) == (bad, what)


@pytest.mark.parametrize(
    "text", ["2024-6-1", "2024-06-01T9:00", "20240601", "2024-06-01T09:00:00 Z", "1e3", "+5", "", "10:02"]
)
def test_text_that_is_neither_iso_nor_a_number_is_bad(text):
    _, bad, what = times.read_text(pd.Series(["2024-06-01", text], dtype=object))
    assert bad.tolist() == [False, True] and what == times.ENTRIES


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("", "each part of a time once"),
        ("noon", "once"),
        ("%H:%H", "once"),
        ("%Q", "'%Q', which cannot"),
        (7, "a text; saw 7"),
        ("%", "'%', which"),
    ],
)
def test_a_format_that_is_none_is_named(form, words):
    with pytest.raises(ValueError, match=words):
        al.tally(TABLE.assign(time=["9", "10", "11"]), time_format=form)


def test_a_format_without_times():
    with pytest.raises(
        al.TableError, match="time_format is about a column 'time', which the table has not.*time_format=None"
    ):
        al.tally(TABLE, time_format="%H:%M")
