"""Pass curves: the same as the monitors whose form they have, and one error for each fault."""

import numpy as np
import pytest

import annolib as al


def test_a_curve_of_a_known_form_is_that_monitor():
    known = al.SelfConsistency(0.2)
    for slope in (None, lambda e: 0.8 * e):
        curve = al.PassCurve(lambda e: 0.5 + 0.4 * e**2, slope)
        e = np.linspace(0, 1, 21)
        assert curve.pass_probability(e) == pytest.approx(known.pass_probability(e), rel=1e-15)
        assert curve.slope(e) == pytest.approx(known.slope(e), rel=1e-9, abs=1e-12)
        assert curve.fisher_information(0.5) == pytest.approx(known.fisher_information(0.5), rel=1e-9)
        assert curve.effort(known.pass_probability(e)) == pytest.approx(e, abs=1e-7)
        assert (curve.chance, curve.gain, curve.ceiling) == pytest.approx((0.5, 0.4, 0.9))
    assert curve.effort(0.2) == 0 and curve.effort(0.95) == 1
    assert 400 < curve.simulate(0.5, 1_000, rng=1) < 800


def test_a_curve_with_a_kink():
    curve = al.PassCurve(lambda e: 0.5 + 0.4 * np.minimum(e, 0.5), lambda e: 0.4 * (e < 0.5))
    assert curve.pass_probability([0.25, 0.9]) == pytest.approx([0.6, 0.7])


@pytest.mark.parametrize(
    "q, slope, words",
    [
        (lambda e: 0.9 - 0.3 * e, None, "q must increase with effort; saw it fall at effort 0"),
        (lambda e: 0.5 + e, None, "q must be a probability.*saw 1.004 at effort 0.5039"),
        (lambda e: 0.5 + 0 * e, lambda e: 0 * e, "q must depend on effort"),
        (lambda e: 0.5 + 0.3 * e, lambda e: 0.2 + 0 * e, "slope is not the derivative of q"),
        (0.5, None, "q must be a function of effort; saw 0.5"),
        (lambda e: 0.5 + 0.3 * e, 0.3, "slope must be a function"),
    ],
)
def test_refusals(q, slope, words):
    with pytest.raises((TypeError, ValueError), match=words):
        al.PassCurve(q, slope)


def test_what_needs_a_power_says_so():
    with pytest.raises(TypeError, match="PassCurve has no power"):
        _ = al.PassCurve(lambda e: 0.5 + 0.3 * e).power
