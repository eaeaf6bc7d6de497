"""Derivatives of the best contract against differences of `second_best` itself."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.design.sensitivity import _numbers

REPEATS = al.SelfConsistency(0.15)


def differences(problem, monitor, n, family, names=None):
    """Central differences of the solver, a row for each number (of those named)."""
    out = {}
    for name, value, moved in _numbers(problem, monitor):
        if names is not None and name not in names:
            continue
        step = 1e-4 * max(abs(value), 0.1)
        up, down = (al.second_best(*moved(value + s * step), n, family) for s in (1, -1))
        out[name] = (up.profit - down.profit) / (2 * step), (up.effort - down.effort) / (2 * step)
    return out


@pytest.mark.parametrize(
    ("family", "n", "floor"),
    [("linear", 100, None), ("linear", 100, 0.0), ("binary", 1000, 0.0), ("binary", 100, -0.05), ("optimal", 100, -0.05), ("optimal", 100, 0.0), ("tiered(2)", 40, 0.0)],
)  # fmt: skip
def test_derivatives_are_limits_of_differences(family, n, floor):
    problem = reference_problem().with_floor(floor)
    frame = al.sensitivity(problem, REPEATS, n, family)
    slow = family in ("linear", "tiered(2)") and floor is not None
    seen = differences(problem, REPEATS, n, family, ("kappa", "floor") if slow else None)
    assert set(frame.index) >= {"aversion", "cost scale", "cost power", "outside", "value", "kappa"} | set(
        seen
    )
    for name, (profit, effort) in seen.items():
        assert frame.loc[name, "profit"] == pytest.approx(profit, rel=1e-5, abs=1e-6), name
        assert frame.loc[name, "effort"] == pytest.approx(effort, rel=1e-3, abs=1e-4), name


def test_other_agents_and_monitors():
    problem = al.Problem(
        al.CRRA(0.7), al.PowerCost(0.2, 1.5), value=lambda e: 1.1 * e * (2 - e), outside=2.0, floor=0.05
    )
    frame = al.sensitivity(problem, al.Expert(-0.2), 60, "binary")
    for name, (profit, effort) in differences(problem, al.Expert(-0.2), 60, "binary").items():
        assert frame.loc[name, "profit"] == pytest.approx(profit, rel=1e-5, abs=1e-6), name
        assert frame.loc[name, "effort"] == pytest.approx(effort, rel=1e-3, abs=1e-4), name


def test_elasticities_and_homogeneity():
    """Two statements that hold whatever the solver: elasticities are derivatives in logs, and Π is homogeneous in V and money."""
    frame = al.sensitivity(reference_problem().with_floor(-0.05), REPEATS, 100, "linear")
    pay = al.second_best(reference_problem().with_floor(-0.05), REPEATS, 100, "linear")
    np.testing.assert_allclose(
        frame["profit_elasticity"].dropna(),
        (frame["profit"] * frame["value"] / pay.profit)[frame["value"] != 0],
    )
    # money in other units: V and the floor times k, the aversion over k, utilities times k (so the scale of the cost)
    moved = (
        frame.loc["value", "profit"] - 0.05 * frame.loc["floor", "profit"] - frame.loc["aversion", "profit"]
    )
    assert moved + 0.5 * frame.loc["cost scale", "profit"] == pytest.approx(pay.profit, rel=1e-6)


def test_flat_pay_moves_with_its_own_wage_only():
    problem = reference_problem().with_floor(-0.3)
    frame = al.sensitivity(problem, REPEATS, 1, "flat")
    assert frame.loc["outside", "profit"] == pytest.approx(-1.0, abs=1e-6)
    assert (frame["effort"] == 0).all() and frame.loc["kappa", "profit"] == 0
    assert np.isnan(
        al.sensitivity(reference_problem(), REPEATS, 1, "flat").loc["floor", "profit"]
    )  # two wages meet


def test_too_many_checks_are_refused():
    with pytest.raises(ValueError, match="n must be at most 1,000,000"):
        al.sensitivity(reference_problem(), REPEATS, 2_000_000, "binary")
