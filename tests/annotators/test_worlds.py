"""Two tastes and three worlds: their laws by enumeration and by closed forms."""

from itertools import product

import numpy as np
import pytest

import annolib as al
from annolib.annotators.worlds import World


def law_of_a_table(world, share, effort):
    """Chance of every table of two people and two items with one label each, from the story of the world."""
    chances = {}
    for table in product((0, 1), repeat=4):
        chance = 1.0
        for place, label in enumerate(table):
            m = share[place % 2]
            if world == 1:  # a taste is drawn, and said
                left = sum(weight for taste, weight in ((1, m), (0, 1 - m)) if taste == 1)
            elif world == 2:  # judged, or a coin
                taste = 0.5 + (m - 0.5) / effort
                left = effort * taste + (1 - effort) * 0.5
            else:
                left = m
            chance *= left if label else 1 - left
        chances[table] = chance
    return chances


def test_single_labels_have_one_law_in_three_worlds():
    laws = [law_of_a_table(world, (0.3, 0.65), 0.6) for world in (1, 2, 3)]
    for table, chance in laws[0].items():
        assert chance == pytest.approx(laws[1][table]) == pytest.approx(laws[2][table])
    worlds = al.three_worlds([0.3, 0.65], effort=0.6, people=20_000, rng=1)
    for world in worlds.values():
        np.testing.assert_allclose(world.label(rng=2).mean(axis=0), [0.3, 0.65], atol=0.015)


def test_repeats_by_the_formula():
    share = np.linspace(0.2, 0.8, 50)
    worlds = al.three_worlds(share, effort=0.6, people=2_000, rng=3)
    for name, world in worlds.items():
        first, second = world.label(rng=4), world.label(rng=5)
        variance = share * (1 - share) if name == "many tastes" else 0
        formula = np.mean(1 - 2 * share * (1 - share) + 2 * variance)
        assert np.mean(first == second) == pytest.approx(formula, abs=0.01)
        assert np.mean(first[1:] == first[:-1]) == pytest.approx(
            np.mean(1 - 2 * share * (1 - share)), abs=0.01
        )


def test_less_care_cannot_make_a_clearer_item():
    with pytest.raises(ValueError, match=r"share must lie in \[0.2, 0.8\]; saw 0.9. With effort 0.6 no item"):
        al.three_worlds([0.9], effort=0.6, people=3, rng=1)
    edge = al.three_worlds([0.2, 0.8], effort=0.6, people=1, rng=1)["less care"]
    np.testing.assert_allclose(edge.p, [[0, 1]], atol=1e-12)
    with pytest.raises(ValueError, match="share must have one entry an item"):
        al.three_worlds(0.5, effort=0.6, people=1, rng=1)


def test_a_world_labels_by_its_effort():
    certain = World(np.ones((1, 40_000)), effort=0.5)
    assert certain.label(rng=1).mean() == pytest.approx(0.75, abs=0.01)


def test_two_tastes_lean_as_said():
    says = al.two_tastes(40, 30, 20, items=3_000, shared=0.3, certainty=0.35, rng=6)
    lean = says[:40].mean(axis=0) > 0.5
    assert (says[:40] == lean).mean() == pytest.approx(0.85, abs=0.01)
    assert (says[40:70] == lean).mean() == pytest.approx(0.5 + 0.35 * (0.6 - 1), abs=0.02)
    assert (says[70:] == lean).mean() == pytest.approx(0.5, abs=0.01)


def test_labels_per_item_are_dealt_evenly():
    says = al.two_tastes(6, 3, 1, items=2_000, shared=0.5, certainty=0.2, labels_per_item=4, rng=7)
    assert (np.isfinite(says).sum(axis=0) == 4).all()
    np.testing.assert_allclose(np.isfinite(says).mean(axis=1), 0.4, atol=0.05)
    with pytest.raises(ValueError, match="labels_per_item must be at most 10, the people there are; saw 11"):
        al.two_tastes(6, 3, 1, items=5, shared=0.5, certainty=0.2, labels_per_item=11, rng=7)
    same = (al.two_tastes(2, 1, 1, items=9, shared=1, certainty=0.5, rng=1) for _ in range(2))
    np.testing.assert_array_equal(*same)
