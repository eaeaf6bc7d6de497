"""Likelihood over items of known strength: against scipy's optimiser, the plain count, and simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2

import annolib as al
from tests.known_items import KINDS, P, each, simulate


def log_likelihood(items, passes, effort):
    q = items.pass_probability(effort)
    with np.errstate(divide="ignore"):
        return np.where(passes, np.log(q), np.log(1 - q)).sum()


def test_a_missing_name_is_nobody_and_indices_must_agree():
    items = al.ItemChecks.golden([0.9, 0.8])
    for missing in (np.nan, None):
        with pytest.raises(ValueError, match="some missing"):
            al.estimate_effort_by_item([1, 0], items, annotator=["a", missing])
    passes = pd.Series([1, 0], index=[5, 6])
    with pytest.raises(ValueError, match="the same index"):
        al.estimate_effort_by_item(passes, items, annotator=pd.Series(["a", "b"], index=[6, 5]))
    with pytest.raises(ValueError, match="the same index"):
        al.estimate_effort_by_item(passes, items, checks=pd.Series([1, 2], index=[6, 5]))
    found = al.estimate_effort_by_item(passes, items, annotator=pd.Series(["b", "a"], index=[5, 6]))
    assert found.to_frame()["passes"].to_dict() == {"a": 0, "b": 1}
    named = al.estimate_effort_by_item([1, 0], items, annotator=[7, 7])
    assert named.to_frame().index.tolist() == [7]


@each
@given(seed=st.integers(0, 10**6), effort=st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_estimate_and_interval_are_those_of_a_plain_optimiser(items, seed, effort):
    passes = np.random.default_rng(seed).random(60) < items.pass_probability(effort)
    estimate = al.estimate_effort_by_item(passes, items)
    grid = np.linspace(0, 1, 401)
    values = np.array([log_likelihood(items, passes, x) for x in grid])
    start = grid[values.argmax()]
    bounds = (max(start - 0.01, 0), min(start + 0.01, 1))
    best = minimize_scalar(
        lambda x: -log_likelihood(items, passes, x), bounds=bounds, method="bounded", options={"xatol": 1e-10}
    )
    top = max(-best.fun, values.max())
    assert log_likelihood(items, passes, estimate.effort) == pytest.approx(top, abs=1e-8)
    assert 0 <= estimate.low <= estimate.effort <= estimate.high <= 1

    def above(x):
        return log_likelihood(items, passes, x) - top + chi2.ppf(0.95, 1) / 2

    if estimate.low > 0:
        assert estimate.low == pytest.approx(brentq(above, 0, estimate.effort), abs=1e-6)
    else:
        assert above(0) >= -1e-9
    if estimate.high < 1:
        assert estimate.high == pytest.approx(brentq(above, estimate.effort, 1 - 1e-12), abs=1e-6)
    else:
        assert above(1 - 1e-12) >= -1e-6
    assert (estimate.status == "ok") == (0 < estimate.effort < 1)
    if estimate.status == "ok":
        information = items.fisher_information(estimate.effort).sum()
        assert estimate.standard_error == pytest.approx(1 / np.sqrt(information), rel=1e-9)


def test_equal_items_are_the_plain_count():
    items = al.ItemChecks.self_consistency(np.full(60, 0.5 + np.sqrt(0.2)))
    passes = np.arange(60) < 45
    by_item = al.estimate_effort_by_item(passes, items)
    plain = al.estimate_effort(45, 60, al.SelfConsistency(0.2))
    assert by_item.effort == pytest.approx(plain.effort, rel=1e-12)
    assert by_item.standard_error == pytest.approx(plain.standard_error, rel=1e-9)
    assert (by_item.passes, by_item.checks) == (45, 60)
    grouped = al.estimate_effort_by_item(
        [45], al.ItemChecks.self_consistency([0.5 + np.sqrt(0.2)]), checks=60
    )
    assert (grouped.low, grouped.high) == pytest.approx((by_item.low, by_item.high), rel=1e-9)


def test_many_annotators_are_the_single_ones_side_by_side():
    items, rng = KINDS["self"], np.random.default_rng(8)
    who = np.array(["cem", "ann", "bob"])[rng.integers(0, 3, 60)]
    passes = rng.random(60) < items.pass_probability(0.7)
    together = al.estimate_effort_by_item(passes, items, annotator=who)
    assert together.to_frame().index.tolist() == ["ann", "bob", "cem"]
    for place, name in enumerate(["ann", "bob", "cem"]):
        alone = al.estimate_effort_by_item(
            passes[who == name], al.ItemChecks.self_consistency(P[who == name])
        )
        for column in ("effort", "low", "high", "standard_error", "status", "passes", "checks"):
            np.testing.assert_equal(getattr(together, column)[place], getattr(alone, column))


@pytest.mark.parametrize(
    ("items", "passes", "checks", "status", "effort"),
    [
        (al.ItemChecks.golden([1.0, 1.0, 0.5]), [1, 1, 0], 1, "at the ceiling", 1.0),
        (al.ItemChecks.golden([1.0, 0.0, 0.9]), [0, 0, 1], 1, "at or below chance", 0.0),
        (al.ItemChecks.golden([0.5, 0.5]), [1, 0], 1, "not identified", np.nan),
        (al.ItemChecks.golden([0.9, 0.8]), [0, 0], 0, "no checks", np.nan),
        (al.ItemChecks.expert([0.9, 0.8], [0.1, 0.1]), [1, 1], 1, "at or below chance", 0.0),
        (al.ItemChecks.expert([1.0, 1.0], [0.0, 0.0]), [0, 0], 1, "at the ceiling", 1.0),
    ],
)
def test_status_at_the_edges(items, passes, checks, status, effort):
    estimate = al.estimate_effort_by_item(passes, items, checks=checks)
    assert estimate.status == status
    np.testing.assert_equal(estimate.effort, effort)
    assert np.isnan(estimate.standard_error)
    if np.isnan(effort):
        assert (estimate.low, estimate.high) == (0, 1)


@pytest.mark.parametrize("effort", [0.0, 0.3, 0.7, 0.95])
def test_the_interval_keeps_its_promise(effort):
    """2,000 annotators, 60 self-consistency checks on items with uniform p."""
    by_item, _ = simulate(KINDS["self"], effort, 2_000, np.random.default_rng(1))
    covered = ((by_item.low <= effort) & (effort <= by_item.high)).mean()
    assert covered > 0.925


@pytest.mark.parametrize(
    ("work", "error", "message"),
    [
        (lambda: al.estimate_effort_by_item([1, 0], KINDS["self"]), ValueError, "one entry for each item"),
        (lambda: al.estimate_effort_by_item([1], 0.2), TypeError, "items must be ItemChecks"),
        (
            lambda: al.estimate_effort_by_item([2], al.ItemChecks.golden([0.9])),
            ValueError,
            "passes must not exceed",
        ),
        (
            lambda: al.estimate_effort_by_item([1], al.ItemChecks.golden([0.9]), annotator=["a", "b"]),
            ValueError,
            "annotator must name whose",
        ),
        (
            lambda: al.estimate_effort_by_item([1], al.ItemChecks.golden([0.9]), confidence=1),
            ValueError,
            "confidence must be one number",
        ),
        (lambda: al.ItemChecks.golden([]), ValueError, "p must hold one probability for each item"),
        (lambda: al.ItemChecks.expert([0.5, 0.6], [0.5]), ValueError, "same items"),
        (lambda: al.ItemChecks.golden([1.4]), ValueError, r"p must lie in \[0, 1\]"),
        (lambda: al.choose_items(KINDS["self"], 3, effort=0), ValueError, r"inside \(0, 1\)"),
        (lambda: al.choose_items(KINDS["self"], 3, costs=[1, 2]), ValueError, "costs must have one entry"),
        (lambda: al.information_gain(P, 0.5), TypeError, "items must be ItemChecks"),
    ],
)
def test_bad_input(work, error, message):
    with pytest.raises(error, match=message):
        work()
