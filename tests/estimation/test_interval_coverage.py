"""Exact coverage against a plain sum, against simulation, and the figures that the docstring states."""

import re

import numpy as np
import pytest
from scipy.stats import binom

import annolib as al
from annolib.estimation.intervals import METHODS

MONITORS = [
    al.SelfConsistency(0.2),
    al.SelfConsistency(0.25),
    al.Expert(-0.25),
    al.Expert(-0.1),
    al.Golden(),
    al.SelfConsistencyLabels(0.3),
]
both = pytest.mark.parametrize("method", METHODS)


@both
@pytest.mark.parametrize("monitor", MONITORS, ids=repr)
@pytest.mark.parametrize("checks", [1, 2, 9, 60])
def test_coverage_is_the_sum_over_all_counts(monitor, checks, method):
    effort = np.r_[0, 1, np.random.default_rng(checks).random(30)]
    passes = np.arange(checks + 1)
    for confidence in (0.5, 0.95):
        estimate = al.estimate_effort(passes, checks, monitor, confidence, method)
        holds = (estimate.low <= effort[:, None]) & (effort[:, None] <= estimate.high)
        chances = binom.pmf(passes, checks, monitor.pass_probability(effort)[:, None])
        expected = (chances * holds).sum(axis=1)
        seen = al.coverage(monitor, effort, checks, confidence, method)
        np.testing.assert_allclose(seen, expected, rtol=0, atol=1e-12)


@both
@pytest.mark.parametrize("effort", [0.0, 0.35, 0.7, 0.97, 1.0])
def test_coverage_is_what_simulated_annotators_see(effort, method):
    """100,000 annotators: a standard error of at most 0.0012 near .84; five of them are allowed."""
    monitor = al.SelfConsistency(0.25)
    passes = monitor.simulate(np.full(100_000, effort), 40, rng=21)
    estimate = al.estimate_effort(passes, 40, monitor, method=method)
    seen = ((estimate.low <= effort) & (effort <= estimate.high)).mean()
    assert seen == pytest.approx(al.coverage(monitor, effort, 40, method=method), abs=0.006)


STATED = {  # checks: lowest and highest coverage by method, as the docstring says
    10: ((0.916, 0.989), (0.961, 0.996)),
    30: ((0.921, 0.979), (0.950, 0.992)),
    60: ((0.931, 0.974), (0.950, 0.986)),
    100: ((0.933, 0.972), (0.950, 0.982)),
    1000: ((0.945, 0.973), (0.950, 0.978)),
}


@pytest.mark.parametrize("checks", STATED)
def test_the_stated_ranges_hold_over_the_whole_range_of_effort(checks):
    monitor, grid = al.SelfConsistency(kappa=0.2), np.linspace(0, 1, 20_001)
    for method, stated in zip(METHODS, STATED[checks], strict=True):
        kept = al.coverage(monitor, grid, checks, method=method)
        assert (kept.min(), kept.max()) == pytest.approx(stated, abs=6e-4)
        if method == "clopper-pearson":
            assert kept.min() >= 0.95
        else:
            assert 0.9499 <= kept.mean() <= 0.957


def test_the_docstring_states_the_tested_ranges():
    rows = re.findall(r"^ *([\d,]+) +(\.\d+) to (\.\d+) +(\.\d+) to (\.\d+)$", al.coverage.__doc__, re.M)
    stated = {int(n.replace(",", "")): ((float(a), float(b)), (float(c), float(d))) for n, a, b, c, d in rows}
    assert stated == STATED


def test_the_stated_poor_region_and_ends():
    certain, grid = al.SelfConsistency(kappa=0.25), np.linspace(0, 1, 20_001)
    kept = al.coverage(certain, grid, 60)
    assert kept.min() == pytest.approx(0.838, abs=5e-4)
    assert grid[kept.argmin()] == pytest.approx(0.997, abs=5e-4)
    assert np.mean(kept < 0.93) == pytest.approx(0.005, abs=1e-3)
    for checks in (10, 30, 60, 100):
        for monitor in (certain, al.Golden(0.5)):
            assert 0.8345 <= al.coverage(monitor, grid, checks).min() <= 0.8405
            assert al.coverage(monitor, grid, checks, method="clopper-pearson").min() >= 0.95
    ends = al.coverage(al.SelfConsistency(kappa=0.2), [0, 1], 60)
    assert ends == pytest.approx([0.974, 0.966], abs=5e-4)
    assert al.coverage(al.SelfConsistency(kappa=0.2), 1, 10) == pytest.approx(0.930, abs=5e-4)


@both
@pytest.mark.parametrize("monitor", MONITORS, ids=repr)
def test_clipping_can_only_help_at_effort_zero(monitor, method):
    """At chance only one side can be missed, so coverage is at least 1 − tail of the promised two."""
    assert (al.coverage(monitor, 0.0, 200, method=method)) > 0.96


def test_nothing_known_is_always_covered():
    assert al.coverage(al.Expert(0), [0.2, 0.9], 20).tolist() == [1, 1]
    assert al.coverage(al.Golden(), 0.2, 0) == 1


def test_shapes_and_errors():
    monitor = al.SelfConsistency(0.2)
    assert type(al.coverage(monitor, 0.5, 20)) is float
    assert al.coverage(monitor, np.full((2, 3), 0.5), 20).shape == (2, 3)
    with pytest.raises(ValueError, match="effort must lie"):
        al.coverage(monitor, 1.5, 20)
    with pytest.raises(TypeError, match="checks must be one whole number"):
        al.coverage(monitor, 0.5, [20, 30])
    with pytest.raises(ValueError, match="method must be one of"):
        al.coverage(monitor, 0.5, 20, method="wald")


def test_coverage_table_lays_out_the_same_numbers():
    monitor, efforts = al.SelfConsistency(0.2), [0.0, 0.5, 1.0]
    table = al.coverage_table(monitor, efforts, [10, 60])
    assert table.index.tolist() == efforts and table.columns.names == ["checks", "method"]
    assert table.shape == (3, 4)
    for checks, method in table.columns:
        assert table[checks, method].tolist() == al.coverage(monitor, efforts, checks, method=method).tolist()
    assert al.coverage_table(monitor, 0.5, 10, methods=["wilson"]).shape == (1, 1)
