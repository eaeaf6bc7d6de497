"""Agreement with the majority against an enumeration of all votes, and against a simulated crowd."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib import agreement_with_majority

SHARE, HALF = st.floats(0, 1), st.floats(0, 0.5)


def by_enumeration(shared, certainty, minority, others):
    """Every combination of own label, and of group and label of each other judge."""
    scores = dict.fromkeys(("larger", "smaller", "coin"), 0.0)
    for weight, small_lean in ((shared, 0.5 + certainty), (1 - shared, 0.5 - certainty)):
        own = {"larger": 0.5 + certainty, "smaller": small_lean, "coin": 0.5}
        vote = (1 - minority) * (0.5 + certainty) + minority * small_lean
        for votes in product((0, 1), repeat=others):
            chance = np.prod([vote if v else 1 - vote for v in votes])
            majority = sum(votes) > others / 2
            for who, lean in own.items():
                scores[who] += weight * chance * (lean if majority else 1 - lean)
    return scores


@given(SHARE, HALF, HALF, st.sampled_from([1, 3, 5]))
def test_equals_the_enumeration_of_all_votes(shared, certainty, minority, others):
    found = agreement_with_majority(shared, certainty, minority=minority, others=others)
    wanted = by_enumeration(shared, certainty, minority, others)
    assert (found.larger, found.smaller) == pytest.approx((wanted["larger"], wanted["smaller"]), abs=1e-12)
    assert found.coin == 0.5 == pytest.approx(wanted["coin"])


def gold_by_enumeration(shared, certainty, minority, others, agreeing):
    """Every combination of votes; items on which too few agree are left out."""
    scores, kept = dict.fromkeys(("larger", "smaller", "coin"), 0.0), 0.0
    for weight, small_lean in ((shared, 0.5 + certainty), (1 - shared, 0.5 - certainty)):
        own = {"larger": 0.5 + certainty, "smaller": small_lean, "coin": 0.5}
        vote = (1 - minority) * (0.5 + certainty) + minority * small_lean
        for votes in product((0, 1), repeat=others):
            if max(sum(votes), others - sum(votes)) < agreeing:
                continue
            chance = weight * np.prod([vote if v else 1 - vote for v in votes])
            kept += chance
            for who, lean in own.items():
                scores[who] += chance * (lean if sum(votes) > others / 2 else 1 - lean)
    return {who: score / kept for who, score in scores.items()} | {"kept": kept}


@given(SHARE, HALF, HALF, st.sampled_from([(1, 1), (3, 3), (4, 3), (6, 4), (6, 6)]))
def test_gold_equals_the_enumeration_of_all_votes(shared, certainty, minority, panel):
    found = agreement_with_majority(shared, certainty, minority=minority, others=panel[0], agreeing=panel[1])
    wanted = gold_by_enumeration(shared, certainty, minority, *panel)
    for name, value in wanted.items():
        assert getattr(found, name) == pytest.approx(value, abs=1e-12), name


def test_gold_by_majority_hides_the_items_on_which_the_groups_differ():
    all_items = agreement_with_majority(0.3, 0.35)
    gold = agreement_with_majority(0.3, 0.35, others=8, agreeing=6)
    assert all_items.smaller == pytest.approx(0.36)
    assert gold.smaller > 0.5 > agreement_with_majority(0.3, 0.35, minority=0.1, others=8, agreeing=6).smaller


def test_a_settled_majority_is_the_limit_of_large_panels():
    large = agreement_with_majority(0.3, 0.4, minority=0.3, others=2_001)
    settled = agreement_with_majority(0.3, 0.4, minority=0.3)
    assert (large.larger, large.smaller) == pytest.approx((settled.larger, settled.smaller), abs=1e-6)


def test_one_taste_makes_both_groups_equal():
    found = agreement_with_majority(1.0, 0.3, others=7)
    assert found.larger == pytest.approx(found.smaller)
    assert agreement_with_majority(0.4, 0.0).smaller == 0.5


def test_a_crowd_that_labels_agrees():
    rng = np.random.default_rng(3)
    items, others, shared, certainty, minority = 40_000, 5, 0.3, 0.4, 0.4
    contested = rng.random(items) >= shared
    small = rng.random((others, items)) < minority
    votes = rng.random((others, items)) < 0.5 + certainty * np.where(small & contested, -1, 1)
    own = rng.random(items) < 0.5 + certainty * np.where(contested, -1, 1)
    seen = np.mean(own == (votes.sum(axis=0) > others / 2))
    wanted = agreement_with_majority(shared, certainty, minority=minority, others=others).smaller
    assert abs(seen - wanted) < 5 * np.sqrt(0.25 / items)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"shared": 1.2, "certainty": 0.1}, "shared must lie in"),
        ({"shared": 0.5, "certainty": 0.6}, "certainty must lie in"),
        ({"shared": 0.5, "certainty": 0.1, "minority": 0.7}, "at most half"),
        ({"shared": 0.5, "certainty": 0.1, "others": 4}, "others must be odd"),
        ({"shared": 0.5, "certainty": 0.1, "others": 2.5}, "whole number"),
        ({"shared": 0.5, "certainty": 0.1, "others": 8, "agreeing": 4}, "More than half"),
        ({"shared": 0.5, "certainty": 0.1, "others": 8, "agreeing": 9}, "At most all"),
        ({"shared": 0.5, "certainty": 0.1, "agreeing": 3}, "others must be a number"),
    ],
)
def test_bad_input_is_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        agreement_with_majority(**arguments)
