"""Linear pay: the closed form for CARA, reference values, a naive search over lines."""

import numpy as np
import pytest

import annolib as al


def cara_gap(problem, monitor, n, effort):
    """Gap of the uncut line that implements `effort`, from the binomial moment generating function, in high precision."""
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(50):
        eta, a = mpmath.mpf(effort), mpmath.mpf(problem.utility.aversion)
        q = mpmath.mpf(1) / 2 + 2 * mpmath.mpf(monitor.kappa) * eta**2
        slope = 4 * mpmath.mpf(monitor.kappa) * eta
        scale = mpmath.mpf(problem.cost.scale)
        room = 1 - a * scale * eta**2  # e^(−a·certainty equivalent)
        kappa = a * 2 * scale * eta / (slope * room)
        theta = kappa / (n + q * kappa)
        risk = n / a * (mpmath.log(1 - q * theta) - q * mpmath.log(1 - theta))
        best = mpmath.findroot(
            lambda e: mpmath.mpf("1.2") * (1 - e) - 2 * scale * e / (1 - a * scale * e**2), 0.5
        )

        def profit(e):
            return mpmath.mpf(0.6) * e * (2 - e) + mpmath.log(1 - a * scale * e**2) / a

        return float(profit(best) - profit(eta) + risk)


@pytest.mark.parametrize("n", [1, 5, 100, 1000, 10**6, 10**9])
def test_closed_form(reference, n):
    pay = al.second_best(*reference, n, "linear", floor=None)
    assert pay.gap == pytest.approx(cara_gap(*reference, n, pay.effort), rel=1e-8)
    for other in (pay.effort - 1e-3, pay.effort + 1e-3):
        assert cara_gap(*reference, n, other) > pay.gap
    assert pay.rent == 0 and pay.converged


def test_reference_values(reference):
    info = al.rates.information(*reference)
    n = np.array([100, 1000, 1_000_000])
    pay = al.second_best(*reference, n, "linear", floor=None)
    assert [f"{x:.4f}" for x in pay.gap * n * info] == ["0.1719", "0.1724", "0.1724"]


@pytest.mark.parametrize("seed", [0, 1, 6, 10, 12, 16, 19, 21, 28])
def test_against_a_naive_search(naive, seed):
    rng = np.random.default_rng(2000 + seed)
    problem, monitor = naive.random_problem(rng, floor=seed % 3 > 0)
    n = int(rng.integers(1, 25))
    pay = al.second_best(problem, monitor, n, "linear")
    found, *_ = naive.linear(problem, monitor, n, size=801, rounds=4, points=21)
    assert pay.converged
    assert -2e-3 < pay.profit - found < 3e-2  # the naive agent lives on a grid, the naive line too


def test_profit_is_what_the_contract_pays(reference):
    from scipy.stats import binom

    problem, monitor = reference
    pay = al.second_best(problem, monitor, 100, "linear")
    k = np.arange(101)
    wages = pay.contract.wage(k)
    at = binom.pmf(k, 100, monitor.pass_probability(pay.effort))
    assert problem.value(pay.effort) - at @ wages == pytest.approx(pay.profit, abs=1e-12)
    efforts = np.linspace(0, 1, 5001)
    pmf = binom.pmf(k, 100, monitor.pass_probability(efforts)[:, None])
    payoff = pmf @ problem.utility.utility(wages) - problem.cost.cost(efforts)
    own = at @ problem.utility.utility(wages) - problem.cost.cost(pay.effort)
    assert payoff.max() <= own + 1e-10


def test_far_from_the_floor_the_cut_does_not_matter(reference):
    cut = al.second_best(*reference, 10**7, "linear")
    free = al.second_best(*reference, 10**7, "linear", floor=None)
    assert cut.gap == pytest.approx(free.gap, rel=1e-10)


def test_risk_neutral_pay_reaches_the_first_best(reference):
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e))
    assert al.second_best(problem, al.Expert(0.2), 20, "linear").gap == pytest.approx(0, abs=1e-12)
