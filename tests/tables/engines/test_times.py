"""Text of times inside an engine, read as pandas and the calendar read it."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolib.tables import times


@settings(max_examples=25, deadline=None)
@given(st.lists(st.datetimes(datetime(1700, 1, 1), datetime(2199, 12, 30)), min_size=1, max_size=6), st.sampled_from(
    ["%d/%m/%Y %H:%M:%S.%f", "%Y%m%dT%H%M%S%f", "%b %d, %Y %I:%M:%S.%f %p", "%a %d.%m.%Y %H.%M.%S,%f", None]))  # fmt: skip
def test_an_engine_reads_text_as_pandas_does(moments, form):
    pl = pytest.importorskip("polars", reason="polars is not installed")
    from annolib.tables.engines import times as engine_times
    from annolib.tables.engines.table import nw

    written = [moment.isoformat() if form is None else moment.strftime(form) for moment in moments]
    expected, bad, _ = times.read_text(pd.Series(written, dtype=object), form)
    fields = (
        engine_times.iso_fields(nw.col("t"))
        if form is None
        else engine_times.format_fields(nw.col("t"), form)
    )
    frame = nw.from_native(pl.DataFrame({"t": written}))
    found = frame.select(t=engine_times.instant(fields))["t"].to_numpy()
    assert not bad.any() and found.tolist() == expected.tolist()
    assert [moment.isoformat() for moment in moments] == [
        str(np.datetime64(int(value), "ns").astype("datetime64[us]").item().isoformat()) for value in found
    ]


@pytest.mark.parametrize("year", [1900, 2000, 2023, 2024, 2100])
def test_days_that_a_month_has_not_are_found_in_engines(year):
    pl = pytest.importorskip("polars", reason="polars is not installed")
    from annolib.tables.engines import times as engine_times
    from annolib.tables.engines.table import nw

    days = [f"{year}-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 32)]
    frame = nw.from_native(pl.DataFrame({"t": days}))
    found = frame.select(bad=engine_times.no_such_day(engine_times.iso_fields(nw.col("t"))))["bad"].to_list()
    assert found == times.read_text(pd.Series(days, dtype=object))[1].tolist()
    assert 0 < sum(found) < 10
