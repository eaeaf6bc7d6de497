"""Preference laws against exact rationals, definitions and invariances."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al

shares = st.floats(0, 1)
differences = st.floats(-800, 800)


@st.composite
def laws(draw, labels=3):
    weights = np.array(draw(st.lists(st.floats(0.001, 1), min_size=labels, max_size=labels)))
    return weights / weights.sum()


@given(differences)
def test_bradley_terry_has_the_odds_it_promises(difference):
    left, right = al.bradley_terry(difference), al.bradley_terry(-difference)
    assert left + right == pytest.approx(1)
    if abs(difference) < 700:
        assert np.log(left) - np.log(right) == pytest.approx(difference, rel=1e-12, abs=1e-12)


@given(differences, st.floats(0, 1e6))
def test_davidson_is_a_law_with_the_odds_it_promises(difference, tie):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        left, right, both = al.davidson(difference, tie)
    assert left + right + both == pytest.approx(1)
    if abs(difference) < 300:
        assert left == pytest.approx(right * np.exp(difference), rel=1e-9)
        assert both == pytest.approx(tie * np.sqrt(left * right), rel=1e-9)
    np.testing.assert_allclose(al.davidson(-difference, tie), [right, left, both], rtol=1e-13)


def test_davidson_without_ties_is_bradley_terry():
    d = np.array([-np.inf, -700, -3, 0, 3, 700, np.inf])
    law = al.davidson(d, 0)
    assert law.shape == (7, 3)
    np.testing.assert_allclose(law[:, 0], al.bradley_terry(d), rtol=1e-13)
    assert (law[:, 2] == 0).all()


def test_davidson_broadcasts():
    assert al.davidson(np.zeros((4, 1)), [0.0, 1.0]).shape == (4, 2, 3)


@given(shares, shares)
def test_label_law_of_two_labels(p, effort):
    left = al.label_law(p, effort)
    assert 0 <= left <= 1
    assert left == pytest.approx(0.5 + effort * (p - 0.5))
    both = al.label_law([p, 1 - p], effort)
    assert both.sum() == pytest.approx(1)


@given(laws(), shares)
def test_label_law_of_three_labels_is_a_law(law, effort):
    mixed = al.label_law(law, effort, labels=3)
    assert mixed.sum() == pytest.approx(1)
    np.testing.assert_allclose(mixed, effort * law + (1 - effort) / 3, atol=1e-15)


def test_label_law_broadcasts_efforts_against_items():
    law = np.array([[0.2, 0.3, 0.5], [1, 0, 0]])
    assert al.label_law(law, [0.0, 1.0], labels=3).tolist() == [[1 / 3] * 3, [1, 0, 0]]
    assert al.label_law([0.2, 0.9], [[0.0], [1.0]]).tolist() == [[0.5, 0.5], [0.2, 0.9]]


def test_label_law_does_not_guess_what_three_numbers_mean():
    with pytest.raises(ValueError, match="read in two ways. Say labels=3"):
        al.label_law([0.2, 0.3, 0.5], 0.5)
    np.testing.assert_allclose(al.label_law([0.2, 0.3, 0.5], 0.5, labels=2), [0.35, 0.4, 0.5])
    np.testing.assert_allclose(al.label_law([0.2, 0.3, 0.4], 0.5), [0.35, 0.4, 0.45])


P = [0.9, 0.5, 0.2, 1.0, 0.35]
E = [0.1, 0.7, 0.3, 1.0, 0.5]


def exact(values):
    return [Fraction(str(value)) for value in values]


def test_strengths_against_exact_rationals():
    p, e, half = exact(P), exact(E), Fraction(1, 2)
    assert al.item_strength(P) == pytest.approx(float(sum((x - half) ** 2 for x in p) / 5), rel=1e-14)
    assert al.item_pull(P) == pytest.approx(float(sum(abs(x - half) for x in p) / 5), rel=1e-14)
    shared = sum((x - half) * (y - half) for x, y in zip(p, e, strict=True)) / 5
    assert al.shared_strength(P, E) == pytest.approx(float(shared), rel=1e-14)
    law = [exact(row) for row in ([0.5, 0.25, 0.25], [0.2, 0.2, 0.6])]
    gathered = sum(x * x for row in law for x in row) / 2 - Fraction(1, 3)
    assert al.label_concentration(np.array(law, float)) == pytest.approx(float(gathered), rel=1e-14)


def test_strengths_per_annotator():
    p = np.array([P, E])
    assert al.item_strength(p, axis=-1).tolist() == [al.item_strength(P), al.item_strength(E)]
    assert al.item_pull(p, axis=-1).shape == (2,)
    assert al.shared_strength(p, p[::-1], axis=-1).shape == (2,)


@given(st.lists(shares, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_bounds_between_the_strengths(p, random):
    """κ ∈ [0, ¼], κ ≤ γ/2, γ² ≤ κ, and |ρ| ≤ √(κ_p κ_e); swapping all sides changes none of them."""
    e = [random.random() for _ in p]
    kappa, gamma = al.item_strength(p), al.item_pull(p)
    assert 0 <= kappa <= 0.25 and 0 <= gamma <= 0.5
    assert kappa <= gamma / 2 + 1e-12 and gamma**2 <= kappa + 1e-12
    rho = al.shared_strength(p, e)
    assert abs(rho) <= np.sqrt(kappa * al.item_strength(e)) + 1e-12
    other = 1 - np.array(p)
    assert al.item_strength(other) == pytest.approx(kappa, abs=1e-12)
    assert al.shared_strength(other, 1 - np.array(e)) == pytest.approx(rho, abs=1e-12)
    al.SelfConsistency.from_preferences(p), al.Golden.from_preferences(p), al.Expert.from_preferences(p, e)


@pytest.mark.parametrize("edge", [1 - 2.0**-53, 2.0**-53, 1.0, 1 - 1e-15])
def test_rounding_never_leaves_the_legal_range(edge):
    p = np.full(10_007, edge)
    al.SelfConsistency.from_preferences(p), al.Golden.from_preferences(p)
    al.SelfConsistencyLabels.from_preferences(np.stack([p, 1 - p], axis=-1))


@given(laws())
def test_concentration_is_between_uniform_and_certain(law):
    assert 0 <= al.label_concentration(law) <= 2 / 3
    assert al.label_concentration(np.roll(law, 1)) == pytest.approx(al.label_concentration(law), abs=1e-12)


def test_concentration_at_its_ends():
    assert al.label_concentration(np.full((5, 3), 1 / 3)) == 0
    assert al.label_concentration(np.eye(3)) == 2 / 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: al.item_strength([0.2, 1.4]), r"p must lie in \[0, 1\]; saw 1.4"),
        (lambda: al.item_strength([]), "p must hold at least one item"),
        (lambda: al.item_pull([np.nan]), "p must lie in .* saw nan"),
        (lambda: al.shared_strength([0.2], [0.2, 0.3]), r"same items; saw shapes \(1,\) and \(2,\)"),
        (lambda: al.label_concentration([0.2, 0.3]), "law must sum to 1 .* saw a sum of 0.5"),
        (lambda: al.label_concentration(0.5), "law must hold a probability for each label"),
        (lambda: al.label_law(0.5, 1.5), "effort must lie"),
        (lambda: al.label_law(1.5, 0.5), "p must lie"),
        (
            lambda: al.label_law([[0.5, 0.5]], 0.5, labels=3),
            r"p must have 3 labels in its last axis; saw shape",
        ),
        (lambda: al.bradley_terry(np.nan), "difference must lie"),
        (lambda: al.davidson(0.0, -1), "tie must lie"),
        (lambda: al.davidson(0.0, np.inf), "tie must lie"),
    ],
)
def test_bad_values_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
