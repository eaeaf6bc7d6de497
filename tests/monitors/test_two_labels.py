"""Monitors against closed forms, exact rational sums, numeric derivatives and two simulations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al
from tests.monitors.kinds import each, efforts, inside, opposed

# --- the pass probability is an average over items of what two labels do ----------------------------------


def enumerated(first_laws, second_laws):
    """P(both labels agree), item by item and label by label, averaged over items."""
    total = 0.0
    for one, two in zip(first_laws, second_laws, strict=True):
        for chance, other in zip(one, two, strict=True):
            total += chance * other
    return total / len(first_laws)


def pair(p):
    return np.stack([p, 1 - p], axis=-1)


@pytest.mark.parametrize("effort", [0.0, 0.3, 1.0])
def test_each_row_of_the_table_is_the_average_over_items(effort):
    rng = np.random.default_rng(5)
    p, e = rng.random((2, 40))
    own = pair(al.label_law(p, effort))
    peer = pair(al.label_law(e, 0.6))
    assert al.SelfConsistency.from_preferences(p).pass_probability(effort) == pytest.approx(
        enumerated(own, own)
    )
    assert al.Expert.from_preferences(p, e).pass_probability(effort) == pytest.approx(
        enumerated(own, pair(e))
    )
    by_peer = al.Peer.from_preferences(p, e, peer_effort=0.6)
    assert by_peer.pass_probability(effort) == pytest.approx(enumerated(own, peer))
    golden = pair((p > 0.5).astype(float))
    assert al.Golden.from_preferences(p).pass_probability(effort) == pytest.approx(enumerated(own, golden))
    law = rng.dirichlet([1, 1, 1, 1], size=40)
    mixed = al.label_law(law, effort, labels=4)
    several = al.SelfConsistencyLabels.from_preferences(law)
    assert several.labels == 4
    assert several.pass_probability(effort) == pytest.approx(enumerated(mixed, mixed))


def test_two_labels_are_the_case_k_is_2():
    grid = np.linspace(0, 1, 11)
    law = pair(np.array([0.9, 0.3, 0.6]))
    two = al.SelfConsistencyLabels.from_preferences(law)
    one = al.SelfConsistency.from_preferences(law[:, 0])
    np.testing.assert_allclose(two.pass_probability(grid), one.pass_probability(grid), rtol=1e-14)
    np.testing.assert_allclose(two.fisher_information(grid), one.fisher_information(grid), rtol=1e-12)


@each
@pytest.mark.parametrize("effort", [0.0, 0.4, 1.0])
def test_simulated_counts_have_the_binomial_mean(monitor, effort):
    """200,000 checks: the rate has a standard error of at most 0.0011; five of them are allowed."""
    checks = 200_000
    q = monitor.pass_probability(effort)
    rate = monitor.simulate(effort, checks, rng=3) / checks
    assert abs(rate - q) <= 5 * np.sqrt(q * (1 - q) / checks)


@pytest.mark.parametrize("effort", [0.0, 0.5, 1.0])
def test_labels_of_repeated_items_reproduce_self_consistency(effort):
    """Two labels of each of 60,000 heterogeneous items: five standard errors (0.0102) allowed."""
    rng = np.random.default_rng(11)
    p = rng.beta(0.8, 0.5, size=60_000)
    items = al.Items.from_probability(p)
    annotator = al.Attentive(effort)
    agree = annotator.label(items, False, rng=rng) == annotator.label(items, False, rng=rng)
    assert abs(agree.mean() - al.SelfConsistency.from_preferences(p).pass_probability(effort)) < 5 / np.sqrt(
        4 * 60_000
    )


@pytest.mark.parametrize("effort", [0.0, 0.5, 1.0])
def test_labels_of_repeated_items_with_ties_and_swapped_sides(effort):
    rng = np.random.default_rng(12)
    law = rng.dirichlet([0.5, 0.7, 0.3], size=60_000)
    items, annotator = al.Items(law), al.Attentive(effort)
    first = annotator.label(items, False, rng=rng)
    second = annotator.label(items, True, rng=rng)
    by_content = np.choose(second, [1, 0, 2])
    q = al.SelfConsistencyLabels.from_preferences(law).pass_probability(effort)
    assert abs((first == by_content).mean() - q) < 5 / np.sqrt(4 * 60_000)


# --- slope, information, inverse --------------------------------------------------------------------------


@given(opposed, efforts)
def test_opposed_tastes_fall_below_chance(monitor, effort):
    assert 0 <= monitor.ceiling <= monitor.pass_probability(effort) <= 0.5
    assert monitor.slope(effort) < 0


def test_information_closed_forms():
    eta = np.linspace(0, 0.999, 200)
    kappa, rho = 0.17, 0.13
    self_form = 64 * kappa**2 * eta**2 / (1 - 16 * kappa**2 * eta**4)
    np.testing.assert_allclose(al.SelfConsistency(kappa).fisher_information(eta), self_form, rtol=1e-12)
    expert_form = 16 * rho**2 / (1 - 16 * rho**2 * eta**2)
    np.testing.assert_allclose(al.Expert(rho).fisher_information(eta), expert_form, rtol=1e-12)
    np.testing.assert_allclose(al.Expert(-rho).fisher_information(eta), expert_form, rtol=1e-12)
    np.testing.assert_allclose(al.Golden(0.5).fisher_information(eta), 1 / (1 - eta**2), rtol=1e-11)


def test_information_of_the_reference_problem():
    assert al.SelfConsistency(0.15).fisher_information(0.510653102) == pytest.approx(0.384926789, rel=1e-8)


@given(st.floats(0.01, 0.25), st.floats(0.01, 0.25), inside)
def test_when_self_consistency_is_the_more_informative_check(kappa, rho, effort):
    difference = al.SelfConsistency(kappa).fisher_information(effort) - al.Expert(rho).fisher_information(
        effort
    )
    sign = 4 * kappa**2 * effort**2 - 48 * kappa**2 * rho**2 * effort**4 - rho**2
    if abs(sign) > 1e-9:
        assert np.sign(difference) == np.sign(sign)


def test_self_consistency_says_nothing_at_effort_zero():
    assert al.SelfConsistency(0.2).fisher_information(0.0) == 0
    assert al.SelfConsistency(0.0).fisher_information(0.7) == 0


# --- shapes, simulation, errors ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: al.SelfConsistency(0.26), r"kappa must lie in \[0, 0.25\]; saw 0.26"),
        (lambda: al.SelfConsistency(-0.01), r"kappa must lie in \[0, 0.25\]; saw -0.01"),
        (lambda: al.SelfConsistency(np.nan), "kappa must lie in .* saw nan"),
        (lambda: al.Expert(-0.3), r"rho must lie in \[-0.25, 0.25\]; saw -0.3"),
        (lambda: al.Peer(0.3, 1), "rho must lie"),
        (lambda: al.Peer(0.2, 1.2), r"peer_effort must lie in \[0, 1\]; saw 1.2"),
        (lambda: al.Golden(0.6), r"gamma must lie in \[0, 0.5\]; saw 0.6"),
        (lambda: al.SelfConsistencyLabels(0.7), r"concentration must lie in \[0, 0.66.*\]; saw 0.7"),
        (
            lambda: al.SelfConsistencyLabels(0.1, labels=1),
            "labels must be a whole number of at least 2; saw 1",
        ),
        (lambda: al.SelfConsistencyLabels(0.1, labels=2.5), "labels must be a whole number"),
        (lambda: al.SelfConsistency(0.2).effort(1.2), r"pass_probability must lie in \[0, 1\]; saw 1.2"),
        (lambda: al.SelfConsistency(0.2).simulate(0.5, -1, rng=1), "checks must be a whole number"),
        (lambda: al.Expert.from_preferences([0.5], [0.5, 0.6]), "p and e must be about the same items"),
    ],
)
def test_bad_values_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: al.SelfConsistency([0.1, 0.2]), "kappa must be one number"),
        (lambda: al.SelfConsistency("0.1"), "kappa must be a number"),
        (lambda: al.SelfConsistencyLabels(0.1, labels=[2, 3]), "labels must be one whole number"),
        (lambda: al.Golden(0.2).pass_probability("much"), "effort must be a number"),
        (lambda: al.Golden(0.2).simulate(0.5, 10, rng=None), "rng must be"),
    ],
)
def test_bad_types_are_refused_by_name(make, message):
    with pytest.raises(TypeError, match=message):
        make()
