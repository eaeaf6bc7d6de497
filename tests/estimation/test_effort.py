"""Effort from counts: against statsmodels' intervals, definitions, and every edge."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

import annolib as al
from annolib.estimation.intervals import METHODS, binomial_interval

SELF = al.SelfConsistency(kappa=0.2)
MONITORS = [SELF, al.Expert(0.15), al.Expert(-0.15), al.Golden(), al.SelfConsistencyLabels(0.3)]
each = pytest.mark.parametrize("monitor", MONITORS, ids=repr)
both = pytest.mark.parametrize("method", METHODS)

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# --- intervals for the pass probability -------------------------------------------------------------------


# --- estimates --------------------------------------------------------------------------------------------


def test_the_call_of_the_first_page():
    estimate = al.estimate_effort(passes=45, checks=60, monitor=SELF, confidence=0.95)
    assert estimate.effort == pytest.approx(np.sqrt(0.25 / 0.4), rel=1e-12)
    low, high = proportion_confint(45, 60, 0.05, "wilson")
    assert estimate.low == pytest.approx(np.sqrt((low - 0.5) / 0.4), rel=1e-9)
    assert estimate.high == pytest.approx(np.sqrt((high - 0.5) / 0.4), rel=1e-9)
    information = 64 * 0.04 * 0.625 / (1 - 16 * 0.04 * 0.625**2)
    assert estimate.standard_error == pytest.approx(1 / np.sqrt(60 * information), rel=1e-12)
    assert (estimate.passes, estimate.checks, estimate.method, estimate.status) == (45, 60, "wilson", "ok")
    assert type(estimate.effort) is float and type(estimate.passes) is int and type(estimate.status) is str


@each
@both
@given(counts)
def test_an_estimate_lies_in_its_interval(monitor, method, count):
    passes, checks = count
    estimate = al.estimate_effort(passes, checks, monitor, method=method)
    assert 0 <= estimate.low <= estimate.effort <= estimate.high <= 1
    q_low, q_high = binomial_interval(passes, checks, method=method)
    ends = sorted([monitor.effort(q_low), monitor.effort(q_high)])
    assert [estimate.low, estimate.high] == ends
    assert (estimate.status == "ok") == (0 < estimate.effort < 1)
    assert np.isfinite(estimate.standard_error) == (estimate.status == "ok")


@each
@both
def test_arrays_are_the_scalars_side_by_side(monitor, method):
    passes, checks = np.array([[0, 5, 30], [30, 54, 60]]), np.array([0, 60, 60])
    checks = np.broadcast_to(checks, passes.shape).copy()
    checks[1, 0] = 60
    together = al.estimate_effort(passes, checks, monitor, method=method)
    for place in np.ndindex(passes.shape):
        alone = al.estimate_effort(int(passes[place]), int(checks[place]), monitor, method=method)
        for name in ("effort", "low", "high", "standard_error", "status", "passes", "checks"):
            one, all_of_them = getattr(alone, name), getattr(together, name)
            assert all_of_them.shape == passes.shape
            np.testing.assert_equal(all_of_them[place], one)


@each
def test_a_large_sample_finds_the_effort_with_the_promised_error(monitor):
    """2,000 annotators of effort 0.6 with 4,000 checks each: spread and standard error agree within 8 %."""
    passes = monitor.simulate(np.full(2000, 0.6), 4000, rng=4)
    estimate = al.estimate_effort(passes, 4000, monitor)
    assert abs(estimate.effort.mean() - 0.6) < 0.01
    assert estimate.standard_error.mean() == pytest.approx(estimate.effort.std(), rel=0.08)


# --- edges ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("monitor", "passes", "status", "effort"),
    [
        (SELF, 30, "at or below chance", 0.0),
        (SELF, 10, "at or below chance", 0.0),
        (SELF, 31, "ok", np.sqrt(1 / 24)),
        (SELF, 53, "ok", np.sqrt(23 / 24)),
        (SELF, 54, "at the ceiling", 1.0),
        (SELF, 60, "at the ceiling", 1.0),
        (al.SelfConsistency(0.15), 48, "at the ceiling", 1.0),
        (al.SelfConsistency(0.25), 60, "at the ceiling", 1.0),
        (al.SelfConsistencyLabels(0.3), 20, "at or below chance", 0.0),
        (al.SelfConsistencyLabels(0.3), 38, "at the ceiling", 1.0),
        (al.Expert(-0.15), 30, "at or below chance", 0.0),
        (al.Expert(-0.15), 60, "at or below chance", 0.0),
        (al.Expert(-0.15), 24, "ok", 1 / 3),
        (al.Expert(-0.15), 12, "at the ceiling", 1.0),
        (al.Expert(-0.15), 0, "at the ceiling", 1.0),
        (al.Expert(0), 45, "not identified", np.nan),
        (al.Peer(0.2, 0), 45, "not identified", np.nan),
        (al.SelfConsistency(1e-20), 45, "not identified", np.nan),
    ],
)
def test_status_at_the_edges(monitor, passes, status, effort):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimate = al.estimate_effort(passes, 60, monitor)
    assert estimate.status == status
    np.testing.assert_allclose(estimate.effort, effort, rtol=1e-12)
    assert np.isnan(estimate.standard_error) == (status != "ok")
    if status == "not identified":
        assert (estimate.low, estimate.high) == (0, 1)


@each
def test_zero_checks_know_nothing(monitor):
    estimate = al.estimate_effort(0, 0, monitor)
    assert np.isnan(estimate.effort) and np.isnan(estimate.standard_error)
    assert (estimate.low, estimate.high, estimate.status) == (0, 1, "no checks")


def test_no_checks_comes_before_not_identified():
    assert al.estimate_effort([0, 3], [0, 6], al.Expert(0)).status.tolist() == ["no checks", "not identified"]


def test_ends_change_places_when_more_effort_means_fewer_passes():
    opposed = al.estimate_effort(18, 60, al.Expert(-0.15))
    mirrored = al.estimate_effort(42, 60, al.Expert(0.15))
    for name in ("effort", "low", "high", "standard_error"):
        assert getattr(opposed, name) == pytest.approx(getattr(mirrored, name), rel=1e-12)


def test_a_rate_no_effort_explains_is_said():
    beyond = al.estimate_effort(60, 60, al.SelfConsistency(0.1))
    assert (beyond.low, beyond.high) == (1, 1)
    assert "beyond what any effort explains" in beyond.message
    below = al.estimate_effort(3, 60, SELF)
    assert (below.low, below.high) == (0, 0) and "beyond what any effort explains" in below.message
    several = al.estimate_effort([60, 45, 3], 60, SELF)
    assert several.message.startswith(
        "1 ok, 1 at or below chance, 1 at the ceiling, 2 with a pass rate beyond"
    )
    assert "beyond" not in al.estimate_effort(54, 60, SELF).message


# --- tables, views, errors --------------------------------------------------------------------------------


def test_series_of_a_tally_keep_their_workers():
    tally = pd.DataFrame({"agreements": [9, 5, 0], "pairs": [10, 10, 0]}, index=["ann", "bob", "cem"])
    frame = al.estimate_effort(tally["agreements"], tally["pairs"], SELF).to_frame()
    assert frame.index.tolist() == ["ann", "bob", "cem"]
    assert frame.columns.tolist() == ["passes", "checks", "effort", "low", "high", "standard_error", "status"]
    assert frame.loc["bob", "status"] == "at or below chance"
    assert al.estimate_effort(5, tally["pairs"].replace(0, 5), SELF).to_frame().index.tolist() == [
        "ann",
        "bob",
        "cem",
    ]
    with pytest.raises(ValueError, match="passes and checks must have the same index"):
        al.estimate_effort(tally["agreements"].iloc[::-1], tally["pairs"], SELF)


def test_views_of_one_and_of_many():
    one = al.estimate_effort(45, 60, SELF)
    assert "effort=0.791" in repr(one) and "wilson; ok" in repr(one)
    assert len(one.to_frame()) == 1 and "<table" in one._repr_html_()
    many = al.estimate_effort([45, 30], 60, SELF, method="clopper-pearson")
    assert repr(many) == (
        "EffortEstimate(2 annotators, 0.95 interval, clopper-pearson; 1 ok, 1 at or below chance)"
    )
    assert al.estimate_effort([], [], SELF).message == "nobody to estimate"
    assert al.estimate_effort([], [], SELF).to_frame().empty


def test_results_are_frozen():
    estimate = al.estimate_effort([45, 30], 60, SELF)
    with pytest.raises(AttributeError):
        estimate.effort = 1
    for name in ("effort", "low", "high", "standard_error", "status", "passes", "checks"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(estimate, name)[0] = 1


def test_inputs_are_left_alone():
    passes, checks = np.array([45, 0]), np.array([60, 0])
    al.estimate_effort(passes, checks, SELF)
    assert passes.flags.writeable and passes.tolist() == [45, 0] and checks.tolist() == [60, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((61, 60, SELF), "passes must not exceed checks; saw 61 passes in 60 checks"),
        (([3, 9], [4, 8], SELF), "saw 9 passes in 8 checks"),
        ((-1, 60, SELF), "passes must be a whole number of at least 0; saw -1"),
        ((4.5, 60, SELF), "passes must be a whole number"),
        ((4, np.nan, SELF), "checks must be a whole number"),
        (([1, 2], [3, 4, 5], SELF), r"matching shapes; saw \(2,\) and \(3,\)"),
        ((45, 60, SELF, 0), "confidence must be one number between 0 and 1; saw 0"),
        ((45, 60, SELF, 1.0), "confidence must be one number between 0 and 1"),
        ((45, 60, SELF, 95), r"confidence must lie in \[0, 1\]; saw 95"),
        ((45, 60, SELF, [0.9, 0.95]), "confidence must be one number"),
        ((45, 60, SELF, 0.95, "wald"), "method must be one of .* saw 'wald'"),
    ],
)
def test_bad_input_gets_one_clear_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        al.estimate_effort(*arguments)


def test_something_that_is_no_monitor_is_refused():
    with pytest.raises(TypeError, match="monitor must be a monitor such as SelfConsistency"):
        al.estimate_effort(45, 60, 0.2)
    with pytest.raises(TypeError, match="monitor must be a monitor"):
        al.coverage(al.SelfConsistency, 0.5, 60)
