"""Utilities of money: rises and waste against high precision, inverses against themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al

mpmath = pytest.importorskip("mpmath")


UTILITIES = [
    al.CARA(0.7),
    al.CARA(2.0),
    al.CRRA(0.3),
    al.CRRA(0.5),
    al.CRRA(1),
    al.CRRA(2.5),
    al.RiskNeutral(),
]


def inverse(utility):
    """h in high precision."""
    if isinstance(utility, al.RiskNeutral):
        return lambda v: v
    a = mpmath.mpf(utility.aversion)
    if isinstance(utility, al.CARA):
        return lambda v: -mpmath.log(1 - a * v) / a
    if a == 1:
        return mpmath.exp
    return lambda v: ((1 - a) * v) ** (1 / (1 - a))


@pytest.mark.parametrize("utility", UTILITIES, ids=repr)
@given(wage=st.floats(0.2, 2.0), share=st.floats(-0.9, 0.4), exponent=st.integers(0, 12))
def test_rises_and_waste_keep_their_digits(utility, wage, share, exponent):
    share = np.sign(share) * max(abs(share), 0.01)
    step = share * 10.0**-exponent * 0.2
    v = float(utility.utility(wage))
    step = step * (1.0 if isinstance(utility, al.RiskNeutral) else max(abs(v), 0.05))
    if not v + step < utility.highest:
        return
    with mpmath.workdps(60):
        h, x, d = inverse(utility), mpmath.mpf(v), mpmath.mpf(step)
        rise = h(x + d) - h(x)
        waste = rise - mpmath.diff(h, x) * d
        assert float(utility.wage_rise(v, step)) == pytest.approx(float(rise), rel=1e-11, abs=1e-300)
        assert float(utility.waste(v, step)) == pytest.approx(float(waste), rel=1e-9, abs=1e-40)


@pytest.mark.parametrize("utility", UTILITIES, ids=repr)
def test_utility_and_inverse_belong_together(utility):
    wages = np.array([0.1, 0.5, 1.0, 2.0])
    v = utility.utility(wages)
    np.testing.assert_allclose(utility.wage(v), wages, rtol=1e-10)
    step = 1e-6
    slope = (utility.wage(v + step) - utility.wage(v - step)) / (2 * step)
    np.testing.assert_allclose(utility.marginal_wage(v), slope, rtol=1e-4)
    if not isinstance(utility, al.RiskNeutral):
        np.testing.assert_allclose(utility.utility_at(utility.marginal_wage(v)), v, rtol=1e-10)
        bend = (utility.marginal_wage(v + step) - utility.marginal_wage(v - step)) / (2 * step)
        np.testing.assert_allclose(utility.wage_curvature(v), bend, rtol=1e-3)


@pytest.mark.parametrize("aversion", [0.2, 0.5, 0.9])
def test_rises_from_nothing(aversion):
    """A wage of 0 and a utility of 0 are bearable below γ = 1: nothing grows from them in proportion, and yet they rise."""
    utility, steps = al.CRRA(aversion), np.array([0.0, 1e-9, 0.3, 2.0])
    np.testing.assert_allclose(utility.utility_rise(0.0, steps), utility.utility(steps), rtol=1e-15)
    np.testing.assert_allclose(utility.wage_rise(0.0, steps), utility.wage(steps), rtol=1e-15)
    np.testing.assert_allclose(
        utility.utility_rise(np.array([0.0, 0.5]), 0.25),
        [utility.utility(0.25), utility.utility(0.75) - utility.utility(0.5)],
        rtol=1e-14,
    )
