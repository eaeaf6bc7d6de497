"""Which items tell most: information against simulation, the choice against all choices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al
from tests.known_items import KINDS, E, P, each, simulate


def test_the_likelihood_gains_what_the_information_says():
    items, effort = al.ItemChecks.golden(np.r_[np.full(80, 0.55), np.full(80, 0.99)]), 0.6
    by_item, plain = simulate(items, effort, 1_500, np.random.default_rng(6))
    gain = al.information_gain(items, effort)
    assert by_item.effort.std() == pytest.approx(1 / np.sqrt(gain.likelihood), rel=0.07)
    assert plain.effort.std() == pytest.approx(1 / np.sqrt(gain.count), rel=0.07)
    assert gain.likelihood / gain.count > 1.5


@each
@given(st.floats(0.01, 0.99))
@settings(max_examples=20)
def test_information_is_ordered(items, effort):
    gain = al.information_gain(items, effort)
    assert gain.likelihood >= gain.count * (1 - 1e-12) and gain.count >= gain.average * (1 - 1e-12)
    q, step = items.pass_probability(effort), 1e-6
    slope = (items.pass_probability(effort + step) - items.pass_probability(effort - step)) / (2 * step)
    np.testing.assert_allclose(
        items.fisher_information(effort), slope**2 / (q * (1 - q)), rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("name", ["self", "golden", "self, 3 labels"])
def test_the_best_items_do_not_depend_on_effort(name):
    items = KINDS[name]
    best = [set(al.choose_items(items, 10, effort).chosen) for effort in (0.05, 0.5, 0.95)]
    assert best[0] == best[1] == best[2] == set(np.argsort(-items.gain)[:10])


def test_the_choice_against_all_choices_and_the_golden_limit():
    from itertools import combinations

    items = al.ItemChecks.expert(P[:9], E[:9])
    choice = al.choose_items(items, 4, 0.6)
    information = items.fisher_information(0.6)
    best = max(information[list(group)].sum() for group in combinations(range(9), 4))
    assert choice.information == pytest.approx(best) and choice.spent == 4
    assert choice.random <= choice.information <= choice.ideal
    golden = al.choose_items(al.ItemChecks.golden([0.0, 1.0, 0.7]), 2, 0.6)
    assert golden.information == pytest.approx(golden.ideal) == pytest.approx(2 / (1 - 0.36))
    assert golden.to_frame().loc[0, "items"] == 2 and "2 items for 2" in repr(golden)
    dear = al.choose_items(al.ItemChecks.golden([1.0, 0.9, 0.9]), 2, 0.5, costs=[2.0, 1.0, 1.0])
    assert sorted(dear.chosen) == [1, 2]
