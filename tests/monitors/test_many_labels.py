"""K labels: every law against the sum over labels and items, habits against simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al

RNG = np.random.default_rng(1)
LAW, OTHER = RNG.dirichlet([0.4, 0.6, 0.3], 50), RNG.dirichlet([1, 1, 1], 50)


def mixed(law, effort):
    return effort * law + (1 - effort) / law.shape[1]


@given(st.floats(0, 1), st.floats(0, 1), st.integers(2, 6), st.integers(0, 1000))
@settings(max_examples=50)
def test_pass_probabilities_are_sums_over_labels_and_items(effort, peer_effort, labels, seed):
    rng = np.random.default_rng(seed)
    law, other = rng.dirichlet(np.ones(labels) * 0.5, (2, 12))
    said = mixed(law, effort)
    cases = {
        al.SelfConsistencyLabels.from_preferences(law): (said**2).sum(axis=1),
        al.ExpertLabels.from_preferences(law, other): (said * other).sum(axis=1),
        al.PeerLabels.from_preferences(law, other, peer_effort): (said * mixed(other, peer_effort)).sum(
            axis=1
        ),
        al.GoldenLabels.from_preferences(law): said[np.arange(12), law.argmax(axis=1)],
    }
    for monitor, passes in cases.items():
        assert monitor.pass_probability(effort) == pytest.approx(passes.mean(), abs=1e-12)
        assert monitor.labels == labels and monitor.chance == pytest.approx(1 / labels)


@given(st.floats(0, 1))
def test_two_labels_are_the_monitors_for_two(effort):
    p, e = LAW[:, 0], OTHER[:, 0]
    laws, others = np.stack([p, 1 - p], axis=1), np.stack([e, 1 - e], axis=1)
    pairs = [
        (al.ExpertLabels.from_preferences(laws, others), al.Expert.from_preferences(p, e)),
        (al.PeerLabels.from_preferences(laws, others, 0.6), al.Peer.from_preferences(p, e, 0.6)),
        (al.GoldenLabels.from_preferences(laws), al.Golden.from_preferences(p)),
        (al.SelfConsistencyLabels.from_preferences(laws), al.SelfConsistency.from_preferences(p)),
    ]
    for many, two in pairs:
        assert many.pass_probability(effort) == pytest.approx(two.pass_probability(effort), abs=1e-12)


def test_they_are_monitors_like_the_others():
    for monitor in (al.ExpertLabels(0.3), al.GoldenLabels(2 / 3), al.PeerLabels(0.4, 0.8)):
        q = monitor.pass_probability(0.6)
        assert monitor.effort(q) == pytest.approx(0.6)
        assert monitor.fisher_information(0.6) == pytest.approx(monitor.gain**2 / (q * (1 - q)))
        assert al.estimate_effort(30, 60, monitor).status == "ok"
        assert al.plan_checks(monitor, 0.2, 0.8).checks > 5
    assert al.ExpertLabels(-0.2).pass_probability(1) == pytest.approx(1 / 3 - 0.2)


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: al.ExpertLabels(0.7), r"rho must lie in \[-0.333333, 0.666667\]; saw 0.7"),
        (lambda: al.GoldenLabels(0.5, labels=1), "labels must be a whole number of at least 2"),
        (lambda: al.PeerLabels(0.3, 1.5), "peer_effort must lie in"),
        (lambda: al.shared_concentration(LAW, LAW[:3]), "same items and labels"),
        (lambda: al.label_variance([0.2, 0.8]), "law must have one row for each item"),
        (lambda: al.habit_agreement(LAW, 0.5, [0.5, 0.5]), "habit must have one entry per label"),
        (lambda: al.effort_despite_habit(1.2, 0.4, 0.5), "agreement must lie in"),
    ],
)
def test_bad_input(work, message):
    with pytest.raises(ValueError, match=message):
        work()
