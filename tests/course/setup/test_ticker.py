"""The line that shows how far a preparation is."""

import io
import time

import pytest

from annolib.course.setup.ticker import Ticker


@pytest.mark.parametrize("live", [True, False])
def test_the_progress_line_shows_the_last_step(live):
    class Stream(io.StringIO):
        def isatty(self):
            return live

    stream = Stream()
    with Ticker("first", stream, every=0.01) as ticker:
        ticker.show("second")
        while "second" not in stream.getvalue():
            time.sleep(0.05)
    assert "s  second" in stream.getvalue()
    assert stream.getvalue().endswith("\r" if live else "second\n")
