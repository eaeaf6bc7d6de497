"""Worth of labels and accuracy of reward models: high precision, brute force, simulation, limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

import annolib as al
from annolib.reward import (
    HeldOutAccuracy,
    fit_reward_model,
    gaussian_logits,
    label_worth,
    labels_needed,
    logit_shrinkage,
)

EFFORTS = np.array([0.8, 0.6, 0.4, 0.2])


@pytest.mark.parametrize(
    ("logit_sd", "worth"),
    [
        (0.5, [0.627, 0.347, 0.152, 0.038]),
        (1.0, [0.595, 0.317, 0.136, 0.033]),
        (2.0, [0.517, 0.253, 0.103, 0.025]),
    ],
)
def test_worth_of_a_label(logit_sd, worth):
    assert label_worth(EFFORTS, logit_sd).round(3).tolist() == worth


def precise_worth(effort, sd):
    """The same from mpmath: adaptive quadrature, root by bisection, 30 digits."""
    mp = pytest.importorskip("mpmath").mp.clone()
    mp.dps = 30
    eta = mp.mpf(effort)

    def mean(f):
        return mp.quad(lambda z: f(mp.mpf(sd) * z) * mp.npdf(z), [-14, -4, 0, 4, 14])

    def sigma(s):
        return 1 / (1 + mp.exp(-s))

    def precision(eta):
        c = mp.findroot(
            lambda c: mean(lambda s: s * (mp.mpf(1) / 2 + eta * (sigma(s) - mp.mpf(1) / 2) - sigma(c * s))),
            (mp.mpf("1e-6"), mp.mpf(1)),
            solver="anderson",
        )
        bend = mean(lambda s: sigma(c * s) * (1 - sigma(c * s)))

        def square(s):
            q = mp.mpf(1) / 2 + eta * (sigma(s) - mp.mpf(1) / 2)
            return q * (1 - sigma(c * s)) ** 2 + (1 - q) * sigma(c * s) ** 2

        return c, (c * bend) ** 2 / mean(square)

    c, low = precision(eta)
    return float(c), float(low / precision(mp.mpf(1))[1])


@pytest.mark.parametrize(("effort", "sd"), [(0.6, 1), (0.15, 0.3), (0.9, 3), (0.5, 8)])
def test_worth_and_shrinkage_in_high_precision(effort, sd):
    c, worth = precise_worth(effort, sd)
    assert logit_shrinkage(effort, sd) == pytest.approx(c, rel=1e-11)
    assert label_worth(effort, sd) == pytest.approx(worth, rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 30))
def test_worth_rises_with_effort_and_stays_below_its_square(one, other, sd):
    low, high = sorted((one, other))
    worth, more = label_worth([low, high], sd)
    assert 0 <= worth <= more + 1e-12 <= 1 + 2e-12 and worth <= low**2 + 1e-12
    c, longer = logit_shrinkage([low, high], sd)
    assert 0 <= c <= longer + 1e-12 and c <= low + 1e-12


def test_edges_and_shapes():
    assert label_worth(0.0) == 0 and label_worth(1.0) == pytest.approx(1) and logit_shrinkage(0) == 0
    assert label_worth(EFFORTS, 1e-4) == pytest.approx(EFFORTS**2, rel=1e-6)
    assert isinstance(label_worth(0.5), float) and label_worth(np.full((2, 3), 0.5)).shape == (2, 3)
    assert labels_needed(100, 1.0) == pytest.approx(100) and labels_needed(0, 0.0) == 0
    assert labels_needed(100, 0.0) == np.inf
    assert labels_needed([100, 200], 0.6) == pytest.approx(np.array([100, 200]) / label_worth(0.6))
    for function in (label_worth, logit_shrinkage):
        with pytest.raises(ValueError, match="effort must lie in"):
            function(1.2)
        with pytest.raises(ValueError, match="logit_sd must lie in"):
            function(0.5, 0)
        with pytest.raises(TypeError, match="logit_sd must be one number"):
            function(0.5, [1, 2])


def angles(labels, effort, features=20, logit_sd=1.0, runs=60, seed=0):
    """Share of pairs in the true order after a real fit, averaged over simulated training sets."""
    rng = np.random.default_rng(seed)
    truth = np.r_[logit_sd, np.zeros(features - 1)]
    shares, lengths = [], []
    for _ in range(runs):
        x = rng.normal(size=(labels, features))
        left = rng.random(labels) < 0.5 + effort * (expit(x @ truth) - 0.5)
        model = fit_reward_model(x, left.astype(int), 1 - left, ridge=0, side=False)
        weights = model.weights / model.scale
        shares.append(1 - np.arccos(weights[0] / np.linalg.norm(weights)) / np.pi)
        lengths.append(weights[0])
    return np.mean(shares), np.mean(lengths), np.std(shares) / runs**0.5


@pytest.mark.parametrize(("labels", "effort", "sd"), [(1_000, 1.0, 1), (1_000, 0.6, 1), (3_000, 0.4, 1.5)])
def test_accuracy_and_shrinkage_of_simulated_fits(labels, effort, sd):
    share, length, error = angles(labels, effort, logit_sd=sd)
    stated = HeldOutAccuracy(labels, logit_sd=sd).pass_probability(effort)
    assert abs(share - stated) < 3 * error + 0.002
    assert length / sd == pytest.approx(logit_shrinkage(effort, sd), abs=0.05)


def test_few_careful_labels_do_as_many_careless_ones():
    """2,000 labels of effort .6 leave the same accuracy as 2,000 · worth attentive ones."""
    many, _, first = angles(2_000, 0.6, seed=1)
    few, _, second = angles(round(2_000 * label_worth(0.6)), 1.0, seed=2)
    assert abs(many - few) < 3 * np.hypot(first, second)


def test_the_fit_points_to_the_truth_for_other_elliptical_laws():
    """A multivariate t with 4 degrees of freedom is no Gaussian, but elliptical: the direction stays."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200_000, 3)) / np.sqrt(rng.chisquare(4, 200_000) / 4)[:, None]
    truth = np.array([1.0, -0.5, 0.25])
    left = rng.random(200_000) < 0.5 + 0.4 * (expit(x @ truth) - 0.5)
    model = fit_reward_model(x, left.astype(int), 1 - left, ridge=0, side=False)
    weights = model.weights / model.scale
    cosine = weights @ truth / np.linalg.norm(weights) / np.linalg.norm(truth)
    assert cosine > 0.9995 and np.linalg.norm(weights) < 0.6 * np.linalg.norm(truth)


@pytest.mark.parametrize("against", ["attentive", "degraded"])
def test_accuracy_against_labels_by_brute_force(against):
    """Two scores with the stated angle, drawn, and a label for each pair."""
    monitor = HeldOutAccuracy(1_000, against)
    rng = np.random.default_rng(6)
    for effort in (1.0, 0.5):
        theta = np.pi * (1 - HeldOutAccuracy(1_000).pass_probability(effort))
        z = rng.normal(size=(2, 1_000_000))
        seen = np.cos(theta) * z[0] + np.sin(theta) * z[1]
        care = effort if against == "degraded" else 1
        left = rng.random(1_000_000) < 0.5 + care * (expit(z[0]) - 0.5)
        assert monitor.pass_probability(effort) == pytest.approx(np.mean(left == (seen > 0)), abs=0.002)


def test_accuracies_that_the_theory_states():
    """10,000 labels, 20 features, logit sd 1.5; repeated simulation gives .9780, .9595, .9381 ± .0009."""
    seen = HeldOutAccuracy(10_000, logit_sd=1.5).pass_probability([1, 0.6, 0.4])
    assert np.abs(seen - [0.9780, 0.9595, 0.9381]).max() < 0.0015


@pytest.mark.parametrize("against", ["order", "attentive", "degraded"])
def test_it_is_a_monitor(against):
    monitor = HeldOutAccuracy(5_000, against)
    grid = np.linspace(0, 1, 21)
    rates = monitor.pass_probability(grid)
    assert rates[0] == 0.5 and (np.diff(rates) > 0).all() and monitor.gain == pytest.approx(rates[-1] - 0.5)
    assert monitor.effort(rates) == pytest.approx(grid, abs=1e-8)
    assert monitor.effort([0.2, 1.0]).tolist() == [0.0, 1.0]
    inside = np.array([0.3, 0.7])
    numeric = (monitor.pass_probability(inside + 1e-4) - monitor.pass_probability(inside - 1e-4)) / 2e-4
    assert monitor.slope(inside) == pytest.approx(numeric, rel=1e-4)
    estimate = al.estimate_effort(round(1_000 * monitor.pass_probability(0.7)), 1_000, monitor)
    assert estimate.effort == pytest.approx(0.7, abs=0.05)


def test_held_out_pairs_to_tell_care_from_carelessness():
    """Against noisy labels far fewer pairs than against attentive ones, and fewer than repeats of the same items."""
    first = {
        against: [al.plan_checks(HeldOutAccuracy(n, against), 0.6, 1).first for n in (1_000, 10_000)]
        for against in ("order", "attentive", "degraded")
    }
    assert first == {"order": [239, 646], "attentive": [8909, 516694], "degraded": [359, 397]}
    kappa = al.item_strength(al.bradley_terry(gaussian_logits()))
    repeats = [al.plan_checks(al.SelfConsistency(k), 0.6, 1).first for k in (0.25, 0.15, kappa)]
    assert repeats == [8, 49, 687]


def test_gaussian_logits_have_the_moments_of_their_law():
    s = gaussian_logits(1.5)
    z = np.linspace(-12, 12, 20_001)
    kappa = np.sum((expit(1.5 * z) - 0.5) ** 2 * np.exp(-(z**2) / 2)) / np.sum(np.exp(-(z**2) / 2))
    assert al.item_strength(expit(s)) == pytest.approx(kappa, rel=1e-4)
    assert s.mean() == pytest.approx(0, abs=1e-12) and s.std() == pytest.approx(1.5, rel=1e-3)


def test_bad_monitors():
    with pytest.raises(ValueError, match="against must be one of order, attentive, degraded; saw 'truth'"):
        HeldOutAccuracy(1_000, "truth")
    with pytest.raises(ValueError, match="labels must be a whole number of at least 40; saw 30"):
        HeldOutAccuracy(30)
    with pytest.raises(ValueError, match="features must be a whole number of at least 2; saw 1"):
        HeldOutAccuracy(30, features=1)
