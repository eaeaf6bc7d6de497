"""The largest variance of an item's pass rate: against all labels written out, and against every other kind of items."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import annolib as al
from annolib.estimation.repeats.item_variance import rate_variance


def exact_variance(laws, effort, judgements, pairs=None):
    """Variance of the rate of agreeing pairs of a random item: every string of labels with its probability."""
    labels = laws.shape[1]
    first, second = np.array(pairs or [(a, b) for a in range(judgements) for b in range(a)]).T
    said = np.array(list(product(range(labels), repeat=judgements)))
    rate = (said[:, first] == said[:, second]).mean(axis=1)
    chance = (effort * laws + (1 - effort) / labels)[:, said].prod(axis=2).mean(axis=0)
    return chance @ rate**2 - (chance @ rate) ** 2


def certain_or_torn(labels, quarter):
    """Four items, some of which are certain, the others torn."""
    return np.vstack([np.eye(labels)[[0] * quarter], np.full((4 - quarter, labels), 1 / labels)])


def monitor_of(laws):
    if laws.shape[1] == 2:
        return al.SelfConsistency.from_preferences(laws[:, 0])
    return al.SelfConsistencyLabels.from_preferences(laws)


@pytest.mark.parametrize(
    ("labels", "judgements"), [(2, 2), (2, 3), (2, 4), (2, 7), (3, 2), (3, 3), (3, 5), (4, 4)]
)
@pytest.mark.parametrize("quarter", [0, 1, 3, 4])
def test_certain_and_torn_items_have_exactly_this_variance(labels, judgements, quarter):
    laws = certain_or_torn(labels, quarter)
    for effort in (0.0, 0.4, 0.9, 1.0):
        told = rate_variance(monitor_of(laws), effort, comb(judgements, 2))
        assert told == pytest.approx(exact_variance(laws, effort, judgements), abs=1e-12)


shares = arrays(float, st.tuples(st.integers(1, 4), st.integers(2, 3)), elements=st.floats(0.001, 1))


@settings(max_examples=60, deadline=None)
@given(shares, st.floats(0, 1), st.integers(2, 5))
def test_no_items_of_that_strength_vary_more(weights, effort, judgements):
    laws = weights / weights.sum(axis=1, keepdims=True)
    told = float(rate_variance(monitor_of(laws), effort, comb(judgements, 2)))
    exact = exact_variance(laws, effort, judgements)
    assert exact <= told + 1e-12
    if laws.shape[1] == 2 and judgements <= 3:
        assert exact == pytest.approx(told, abs=1e-12)  # there it is the same for all items


@pytest.mark.parametrize(
    "pairs",
    [[(0, 1), (0, 2)], [(0, 1), (2, 3)], [(0, 1), (0, 2), (0, 3), (0, 4)], [(0, 1), (1, 2), (2, 3), (3, 4)]],
)
def test_pairs_that_are_not_all_pairs_vary_no_more(pairs):
    for quarter, effort in product((1, 2, 4), (0.3, 0.8, 1.0)):
        laws = certain_or_torn(2, quarter)
        exact = exact_variance(laws, effort, 5, pairs)
        assert exact <= rate_variance(monitor_of(laws), effort, len(pairs)) + 1e-12


@settings(max_examples=60, deadline=None)
@given(
    arrays(float, 4, elements=st.floats(0, 1)),
    arrays(float, 4, elements=st.floats(0, 1)),
    st.floats(0, 1),
    st.integers(1, 9),
)
def test_checks_against_another_label_vary_no_more(p, e, effort, checks):
    """The expert's labels are drawn once an item; the annotator's pass with q_i given them."""
    monitor = al.Expert.from_preferences(p, e)
    agree = 0.5 + effort * (p - 0.5)
    q = np.concatenate([agree, 1 - agree])
    weight = np.concatenate([e, 1 - e]) / p.size
    mean = weight @ q
    assert mean == pytest.approx(monitor.pass_probability(effort))
    exact = weight @ (q * (1 - q) / checks + q**2) - mean**2
    assert exact <= rate_variance(monitor, effort, checks) + 1e-12


def test_golden_questions_that_nobody_misses_are_independent_checks():
    q = 0.5 + 0.5 * 0.7
    assert rate_variance(al.Golden(), 0.7, 20) == pytest.approx(q * (1 - q) / 20)
