"""Where self-consistency wins: against the monitors' own information, numeric roots and a plain optimum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

import annolib as al

efforts = st.floats(0.01, 0.99)
strengths = st.floats(0.005, 0.24)
ratios = st.floats(0.05, 20)


@given(efforts, strengths, strengths, ratios)
def test_the_margin_has_the_sign_of_the_difference_per_cost(effort, kappa, rho, ratio):
    own = al.SelfConsistency(kappa).fisher_information(effort)
    expert = al.Expert(rho).fisher_information(effort)
    margin = al.self_consistency_margin(effort, kappa, rho, ratio)
    scale = (1 - 16 * kappa**2 * effort**4) * (1 - 16 * rho**2 * effort**2) / 16
    assert margin == pytest.approx((own - ratio * expert) * scale, rel=1e-9, abs=1e-14)
    assert margin == al.self_consistency_margin(effort, kappa, -rho, ratio)


@given(efforts, strengths, strengths)
def test_at_equal_prices_it_is_the_closed_form(effort, kappa, rho):
    form = 4 * kappa**2 * effort**2 - 48 * kappa**2 * rho**2 * effort**4 - rho**2
    assert al.self_consistency_margin(effort, kappa, rho) == pytest.approx(form, rel=1e-9, abs=1e-15)


def boundary(effort, rho, ratio):
    """The κ from which on self-consistency wins: κ = abs(ρ)√r / √(4η² − 16ρ²η⁴(4 − r))."""
    square = 4 * effort**2 - 16 * rho**2 * effort**4 * (4 - ratio)
    return abs(rho) * np.sqrt(ratio / square) if square > 0 else np.inf


@given(efforts, strengths, ratios)
def test_the_boundary_is_where_the_margin_is_zero(effort, rho, ratio):
    kappa = boundary(effort, rho, ratio)
    if kappa <= 0.25:
        assert al.self_consistency_margin(effort, kappa, rho, ratio) == pytest.approx(0, abs=1e-12)
        assert al.self_consistency_margin(effort, min(kappa * 1.01, 0.25), rho, ratio) >= -1e-12
        assert al.self_consistency_margin(effort, kappa * 0.99, rho, ratio) < 0
    else:
        assert al.self_consistency_margin(effort, 0.25, rho, ratio) < 0


@given(strengths, strengths, ratios)
def test_winning_efforts_are_where_the_margin_is_positive(kappa, rho, ratio):
    low, high = al.winning_efforts(kappa, rho, ratio)
    grid = np.linspace(0, 1, 1001)
    margin = al.self_consistency_margin(grid, kappa, rho, ratio)
    if np.isnan(low):
        assert (margin <= 1e-12).all()
        return
    inside = (grid > low + 1e-9) & (grid < high - 1e-9)
    assert (margin[inside] >= -1e-12).all() and (
        margin[(grid < low - 1e-9) | (grid > high + 1e-9)] <= 1e-12
    ).all()
    if (margin > 1e-9).any() and margin[0] < -1e-9:
        first = brentq(lambda x: al.self_consistency_margin(x, kappa, rho, ratio), 0, grid[margin.argmax()])
        assert low == pytest.approx(first, abs=1e-6)


def test_two_for_one_at_full_effort_and_the_reversal():
    """Certain items on both sides: self wins iff 1/3 < η² < 1, and near 1 one self check is worth two."""
    low, high = al.winning_efforts(0.25, 0.25)
    assert (low**2, high) == pytest.approx((1 / 3, 1))
    own, expert = al.SelfConsistency(0.25), al.Expert(0.25)
    assert own.fisher_information(1 - 1e-7) / expert.fisher_information(1 - 1e-7) == pytest.approx(
        2, rel=1e-5
    )
    assert own.fisher_information(0.2) < 0.2 * expert.fisher_information(0.2)


def test_edges_of_the_map():
    assert al.winning_efforts(0, 0.1) == pytest.approx((np.nan, np.nan), nan_ok=True)
    assert al.winning_efforts(0.1, 0) == (0, 1)
    assert np.isnan(al.winning_efforts(0.2, 0.2, cost_ratio=10)[0])
    grid = al.self_consistency_margin(np.linspace(0, 1, 5), 0.2, np.linspace(0, 0.25, 4)[:, None])
    assert grid.shape == (4, 5)
    low, high = al.winning_efforts(0.2, np.linspace(0, 0.25, 4))
    assert low.shape == high.shape == (4,)


def test_the_table_names_the_best():
    monitors = {"self": al.SelfConsistency(0.2), "expert": al.Expert(0.2), "golden": al.Golden()}
    costs = {"self": 1, "expert": 4, "golden": 6}
    table = al.information_table(monitors, [0.0, 0.3, 0.95], costs)
    for name, monitor in monitors.items():
        np.testing.assert_allclose(table["information", name], monitor.fisher_information([0.0, 0.3, 0.95]))
        np.testing.assert_allclose(table["per cost", name], table["information", name] / costs[name])
    assert table["best", ""].tolist() == ["golden", "self", "self"]
    assert al.information_table({"self": al.SelfConsistency(0.2)}, 0.0)["best", ""].tolist() == [""]


@given(st.floats(1e-3, 10), st.floats(1e-2, 10), st.floats(1e-5, 1))
def test_the_purchase_is_the_optimum(constant, information, cost):
    bought = al.checks_to_buy(constant, information, cost)

    def loss(log_n):
        return constant / (np.exp(log_n) * information) + np.exp(log_n) * cost

    middle = np.log(bought.checks)
    best = minimize_scalar(loss, bounds=(middle - 2, middle + 2), method="bounded", options={"xatol": 1e-9})
    assert bought.loss == pytest.approx(best.fun, rel=1e-9) and middle == pytest.approx(best.x, abs=1e-3)
    assert bought.cost == pytest.approx(bought.loss / 2)


@pytest.mark.parametrize(
    ("work", "error", "message"),
    [
        (
            lambda: al.self_consistency_margin(0.5, 0.3, 0.1),
            ValueError,
            r"kappa must lie in \[0, 0.25\]; saw 0.3",
        ),
        (lambda: al.self_consistency_margin(0.5, 0.2, 0.3), ValueError, r"rho must lie in"),
        (lambda: al.winning_efforts(0.1, 0.1, -1), ValueError, "cost_ratio must lie in"),
        (lambda: al.information_table([al.Golden()], [0.5]), TypeError, "monitors must be a dict"),
        (lambda: al.information_table({"g": 0.5}, [0.5]), TypeError, "monitors must hold monitors; saw 0.5"),
        (
            lambda: al.information_table({"g": al.Golden()}, 0.5, {"h": 1}),
            ValueError,
            "costs must name the same",
        ),
        (
            lambda: al.information_table({"g": al.Golden()}, 0.5, {"g": 0}),
            ValueError,
            "costs.*positive price",
        ),
        (lambda: al.checks_to_buy(1, 0, 1), ValueError, "information must lie in"),
    ],
)
def test_bad_input(work, error, message):
    with pytest.raises(error, match=message):
        work()
