"""What checks say about effort: the monitor's own curve, turned so that more effort counts more."""

import mpmath
import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw

MONITORS = [
    al.SelfConsistency(0.2),
    al.Expert(0.15),
    al.Expert(-0.15),
    al.Golden(),
    al.SelfConsistencyLabels(0.5),
]
EFFORTS = np.linspace(0, 1, 11)


@pytest.mark.parametrize("monitor", MONITORS, ids=repr)
def test_the_curve_is_the_monitors(monitor):
    evidence = PassLaw.from_monitor(monitor)
    q = np.asarray(monitor.pass_probability(EFFORTS))
    turned = q if monitor.gain > 0 else 1 - q
    np.testing.assert_allclose(evidence.success(EFFORTS), turned, atol=1e-15)
    np.testing.assert_allclose(evidence.failure(EFFORTS), 1 - turned, atol=1e-15)
    np.testing.assert_allclose(evidence.slope(EFFORTS), np.abs(monitor.slope(EFFORTS)), atol=1e-15)
    np.testing.assert_allclose(
        evidence.information(EFFORTS[:-1]), monitor.fisher_information(EFFORTS[:-1]), rtol=1e-12
    )
    np.testing.assert_allclose(evidence.effort(evidence.success(EFFORTS)), EFFORTS, atol=1e-7)
    assert np.all(np.diff(evidence.success(EFFORTS)) > 0)
    assert evidence.counts == ("passes" if monitor.gain > 0 else "failures")


@pytest.mark.parametrize("monitor", [al.Golden(), al.SelfConsistency(0.25)], ids=repr)
def test_a_miss_that_is_rare_keeps_its_digits(monitor):
    """Checks that full effort never misses: 1 − q near effort 1, in high precision."""
    evidence = PassLaw.from_monitor(monitor)
    for short in (1e-3, 1e-9, 1e-13):
        effort = 1 - short
        exact = 0.5 * (1 - mpmath.mpf(effort) ** evidence.power)
        assert evidence.failure(effort) == pytest.approx(float(exact), rel=1e-12)
    assert evidence.failure(1.0) == 0 and evidence.success(1.0) == 1


def test_misses_of_any_power_and_those_that_are_rounding():
    for power in (1, 2, 3):
        law = PassLaw(0.3, 0.4, power, "passes")
        np.testing.assert_allclose(law.failure(EFFORTS), 1 - law.success(EFFORTS), atol=1e-15)
    assert 1 - 0.7 - 0.3 > 0 == PassLaw(0.7, 0.3, 1, "passes").failure(1.0)


def test_efforts_beyond_the_curve_are_its_ends():
    evidence = PassLaw.from_monitor(al.Golden(0.4))
    assert evidence.effort([0.1, 0.99]).tolist() == [0, 1]


def test_what_is_no_monitor_is_refused():
    with pytest.raises(TypeError, match="monitor must be one of annolib's monitors.*saw 0.3"):
        PassLaw.from_monitor(0.3)
