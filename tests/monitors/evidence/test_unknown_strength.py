"""Ranges and lists of strengths: what is in between, and what is refused."""

import pytest

import annolib as al


def test_what_lies_between():
    strengths = al.MonitorRange(al.SelfConsistency(0.1), al.SelfConsistency(0.2))
    assert [strengths.at(x).kappa for x in (0, 1)] == [0.1, 0.2]
    assert strengths.at(0.25).kappa == pytest.approx(0.125)
    opposed = al.MonitorRange(al.Expert(-0.1), al.Expert(-0.2))
    assert opposed.at(0.5).rho == pytest.approx(-0.15) and opposed.strength == "rho"
    peers = al.MonitorRange(al.Peer(0.2, 0.5), al.Peer(0.2, 0.9))
    assert peers.strength == "peer_effort" and peers.at(1) == al.Peer(0.2, 0.9)


@pytest.mark.parametrize(
    "low, high, words",
    [
        (al.SelfConsistency(0.2), al.SelfConsistency(0.1), "low must be weaker than high.*Exchange them"),
        (al.Expert(-0.2), al.Expert(-0.1), "low must be weaker than high.*Exchange them"),
        (al.SelfConsistency(0.2), al.SelfConsistency(0.2), "For one strength give the monitor itself"),
        (al.SelfConsistency(0.1), al.Expert(0.2), "monitors of one kind"),
        (al.SelfConsistencyLabels(0.1, 3), al.SelfConsistencyLabels(0.2, 4), "monitors of one kind"),
        (al.Expert(-0.1), al.Expert(0.2), "must have one sign"),
        (al.Peer(0.1, 0.5), al.Peer(0.2, 0.9), "differ in one number.*rho and peer_effort"),
        (0.14, al.SelfConsistency(0.2), "low must be a monitor"),
    ],
)
def test_refused_ranges(low, high, words):
    with pytest.raises((TypeError, ValueError), match=words):
        al.MonitorRange(low, high)


@pytest.mark.parametrize(
    "monitors, weights, words",
    [
        ([al.SelfConsistency(0.1), al.SelfConsistency(0.2)], [0.5, 0.4], "weights must sum to 1.*0.9"),
        ([al.SelfConsistency(0.1), al.SelfConsistency(0.2)], [1.0], "one number for each monitor, 2"),
        ([al.SelfConsistency(0.1), al.SelfConsistency(0.2)], [1.5, -0.5], "weights must lie in"),
        (
            [al.SelfConsistency(0.1), al.Golden(0.2)],
            [0.5, 0.5],
            r"monitors\[1\] must be monitors of one kind",
        ),
        ([], [], "at least one monitor"),
        (al.SelfConsistency(0.1), [1.0], "monitors must be a list"),
        ([0.1], [1.0], r"monitors\[0\] must be a monitor"),
    ],
)
def test_refused_lists(monitors, weights, words):
    with pytest.raises((TypeError, ValueError), match=words):
        al.MonitorPrior(monitors, weights)


def test_what_the_message_says_works():
    with pytest.raises(ValueError, match="Divide each by 0.9"):
        al.MonitorPrior([al.SelfConsistency(0.1)] * 2, [0.5, 0.4])
    al.MonitorPrior([al.SelfConsistency(0.1)] * 2, [0.5 / 0.9, 0.4 / 0.9])
