"""Checks from options: the monitor whose checks full care passes at the rate that was given."""

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.cli.checks import KINDS, make_monitor, rate, rate_or_range


@given(st.sampled_from(sorted(KINDS)), st.sampled_from([2, 3]), st.floats(0, 1))
def test_full_care_passes_at_the_rate(check, labels, share):
    luck = 1 / labels
    passes = luck + share * (1 - luck)
    monitor = make_monitor(check, labels, min(passes, 1.0))
    assert monitor.ceiling == pytest.approx(passes, abs=1e-11) and monitor.chance == pytest.approx(luck)
    assert type(monitor).__name__ == KINDS[check][labels - 2]


@pytest.mark.parametrize("labels, passes", [(2, 0.49), (3, 0.33), (2, 1.01)])
def test_rates_below_luck_or_above_all_are_refused(labels, passes):
    with pytest.raises(ValueError, match="--full-care must lie between"):
        make_monitor("repeat", labels, passes)


@pytest.mark.parametrize("text, value", [("0.8", 0.8), ("80%", 0.8), ("1", 1.0), ("0", 0.0)])
def test_rates(text, value):
    assert rate(text) == pytest.approx(value) and rate_or_range(text) == (rate(text), rate(text))


@pytest.mark.parametrize("text", ["", "a", "1.2", "-0.1", "nan", "80", "120%"])
def test_what_is_no_rate(text):
    for read in (rate, rate_or_range):
        with pytest.raises(argparse.ArgumentTypeError, match="saw"):
            read(text)


@pytest.mark.parametrize("text", ["0.9:0.7", "0.1:0.2:0.3", "0.5:", ":"])
def test_what_is_no_range(text):
    with pytest.raises(argparse.ArgumentTypeError, match="or two such as 0.7:0.9"):
        rate_or_range(text)
