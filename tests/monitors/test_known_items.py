"""Item by item: pass curves simulated label by label, and the monitor of an item drawn at random."""

import itertools

import numpy as np
import pytest

import annolib as al
from annolib.monitors.known_items import ItemChecks

P = np.array([0.05, 0.5, 0.7, 1.0])
E = np.array([1.0, 0.2, 0.4, 0.9])
LAW = np.array([[0.7, 0.2, 0.1], [1 / 3, 1 / 3, 1 / 3], [0.0, 0.5, 0.5]])


def by_enumeration(kind, effort):
    """Each item's chance to pass, summed over all labels: attentive with chance η, else at random."""
    laws = LAW if kind == "labels" else np.column_stack([P, 1 - P])
    labels = range(laws.shape[1])
    said = effort * laws + (1 - effort) / laws.shape[1]
    if kind in ("repeats", "labels"):
        pairs = itertools.product(labels, labels)
        return sum(said[:, a] * said[:, b] * (a == b) for a, b in pairs)
    other = np.column_stack([E, 1 - E]) if kind == "expert" else np.eye(2)[(P < 0.5).astype(int)]
    return (said * other).sum(axis=1)


CHECKS = {
    "repeats": ItemChecks.self_consistency(P),
    "expert": ItemChecks.expert(P, E),
    "golden": ItemChecks.golden(P),
    "labels": ItemChecks.self_consistency_labels(LAW),
}


@pytest.mark.parametrize("effort", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("kind", CHECKS)
def test_pass_curves_are_those_of_the_labels(kind, effort):
    checks = CHECKS[kind]
    exact = by_enumeration(kind, effort)
    np.testing.assert_allclose(checks.pass_probability(effort), exact, atol=1e-15)
    assert checks.monitor.pass_probability(effort) == pytest.approx(exact.mean(), abs=1e-15)


@pytest.mark.parametrize("kind", CHECKS)
def test_slopes_and_information_by_differences(kind):
    checks, h = CHECKS[kind], 1e-6
    rise = (by_enumeration(kind, 0.6 + h) - by_enumeration(kind, 0.6 - h)) / (2 * h)
    np.testing.assert_allclose(checks.slope(0.6), rise, atol=1e-9)
    q = by_enumeration(kind, 0.6)
    np.testing.assert_allclose(checks.fisher_information(0.6), rise**2 / (q * (1 - q)), atol=1e-8)


def test_a_check_that_is_certain_informs_without_end():
    assert ItemChecks.golden(P).fisher_information(1.0)[-1] == np.inf


KNOWN = {"repeats": 1 / 2, "expert": 1 / 2, "golden": 1 / 2, "labels": 2 / 3}


@pytest.mark.parametrize("kind", CHECKS)
def test_the_ideal_item_is_the_best_there_is(kind):
    ideal = CHECKS[kind].ideal
    assert ideal.gain >= np.abs(CHECKS[kind].gain).max() - 1e-15
    sure = {
        "repeats": ItemChecks.self_consistency([1.0]),
        "expert": ItemChecks.expert([1.0], [1.0]),
        "golden": ItemChecks.golden([0.0]),
        "labels": ItemChecks.self_consistency_labels([[0.0, 1.0, 0.0]]),
    }
    assert ideal.gain == pytest.approx(KNOWN[kind]) == pytest.approx(sure[kind].gain[0])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ItemChecks.golden([]), "p must hold one probability for each item; saw shape"),
        (lambda: ItemChecks.golden(0.5), "p must hold one probability for each item"),
        (lambda: ItemChecks.self_consistency([1.2]), r"p must lie in \[0, 1\]; saw 1.2"),
        (lambda: ItemChecks.expert([0.5], [[0.5]]), "e must hold one probability for each item"),
        (lambda: ItemChecks.self_consistency_labels([0.5, 0.5]), "law must have one row for each item"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_gains_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        ItemChecks.golden(P).gain[0] = 1
    assert len(ItemChecks.golden(P)) == 4 and "4 items" in repr(ItemChecks.golden(P))
    assert al.Golden(0.5).gain == ItemChecks.golden(P).ideal.gain
