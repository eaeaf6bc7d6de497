"""The optimal contract: against cvxpy at one effort, the first-order approach's mistake, order of the classes."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.family import AnyWage
from tests.contracts.kinked_costs import dipped


@pytest.mark.parametrize("n", [30, 1000, 10**6])
def test_no_class_beats_the_optimal_one(reference, n):
    gaps = {
        family: al.second_best(*reference, n, family).gap
        for family in ("flat", "binary", "linear", "optimal")
    }
    assert gaps["optimal"] <= min(gaps.values()) * (1 + 1e-9)


def test_with_log_utility_the_optimal_wage_is_linear_above_the_floor():
    problem = al.Problem(al.CRRA(1), al.PowerCost(0.5, 2), lambda e: 0.8 * e * (2 - e), 0.0, floor=0.05)
    pay = al.second_best(problem, al.Expert(0.2), 200, "optimal")
    k = np.arange(201)
    wages = pay.contract.wage(k)
    inside = wages[wages > 0.05 + 1e-9]
    np.testing.assert_allclose(np.diff(inside, 2), 0, atol=1e-10)


def test_all_integers_and_few_nodes_agree(reference, monkeypatch):
    import annolib.numerics.binomials as binomials

    few = al.second_best(*reference, 2000, "optimal")
    monkeypatch.setattr(binomials, "ALL", 10_000)
    every = al.second_best(*reference, 2000, "optimal")
    assert few.gap == pytest.approx(every.gap, rel=1e-9)


def test_refusals(reference):
    problem, monitor = reference
    with pytest.raises(al.NoBestContract, match="Mirrlees"):
        al.second_best(problem, monitor, 2000, "optimal", floor=None)


@pytest.mark.parametrize("seed", [21, 42])
def test_more_than_one_deviation_tempts(naive, seed):
    """Here the binding deviation is not where a grid first looks: another peak, or one close to the effort itself."""
    rng = np.random.default_rng(7000 + seed)
    problem, monitor = naive.random_problem(rng, neutral=False)
    pay = al.second_best(problem, monitor, int(rng.integers(2, 60)), "optimal")
    assert pay.converged and pay.certificate.gain_bound < 1e-11


FLOORS = (-5.0, -10.0, -20.0, -22.0, -24.0, -26.0, -27.0, -28.0, -50.0, -100.0, None)


@pytest.mark.parametrize("n", [10, 40, 150])
def test_a_lower_floor_never_earns_less_and_every_answer_is_proved(reference, n):
    """Between the floors that bind and those that do not, fines are as harsh as they are rare."""
    problem, monitor = reference
    found = [al.second_best(problem, monitor, n, "optimal", floor=floor) for floor in FLOORS]
    assert all(pay.converged and pay.certificate.gain_bound < 1e-9 for pay in found)
    gaps = np.array([pay.gap for pay in found])
    assert np.all(np.diff(gaps) <= 1e-9 * gaps[1:])
    last = found[-1].contract.wage(0)  # floors below what is paid change nothing
    for floor, gap in zip(FLOORS[:-1], gaps[:-1], strict=True):
        assert (gap == pytest.approx(gaps[-1], rel=1e-9)) == (floor < last or n == 10)


def test_a_fine_as_harsh_as_it_is_rare_against_fifty_digits(reference):
    """No floor, 40 checks: λ and μ of the reference problem by Newton's method in 50 digits; the wage for no pass is -27.4."""
    mpmath = pytest.importorskip("mpmath")
    pay = al.second_best(*reference, 40, "optimal", floor=None)
    with mpmath.workdps(60):
        effort = mpmath.mpf(pay.effort)
        q = mpmath.mpf(1) / 2 + 2 * mpmath.mpf("0.15") * effort**2
        k = range(41)
        law = [mpmath.binomial(40, i) * q**i * (1 - q) ** (40 - i) for i in k]
        score = [(i - 40 * q) / (q * (1 - q)) * 4 * mpmath.mpf("0.15") * effort for i in k]

        def off(least, slope):
            v = [1 - 1 / (least + slope * (s - score[0])) for s in score]
            weighted = [p * a for p, a in zip(law, v, strict=True)]
            return [sum(weighted) - effort**2 / 2, mpmath.fdot(score, weighted) - effort]

        wages = pay.contract.wage(np.arange(41.0))
        start = [
            mpmath.exp(wages[0]),
            (mpmath.exp(wages[40]) - mpmath.exp(wages[0])) / (score[40] - score[0]),
        ]
        least, slope = mpmath.findroot(off, start, tol=1e-80)
        exact = [mpmath.log(least + slope * (s - score[0])) for s in score]
        profit = mpmath.mpf("0.6") * effort * (2 - effort) - mpmath.fdot(law, exact)
    np.testing.assert_allclose(wages, [float(w) for w in exact], rtol=1e-9)
    assert pay.profit == pytest.approx(float(profit), abs=1e-14)


def test_a_punishment_of_ten_to_the_minus_58_of_a_wage_against_120_digits():
    """CRRA(2), no floor, 175 checks: the mass of the fine and μ as unknowns; the profit is that of a contract that meets its constraints."""
    mpmath = pytest.importorskip("mpmath")
    cost = al.PowerCost(0.5452295869283857, 2.0)
    problem = al.Problem(al.CRRA(2.0), cost, lambda e: 0.6 * e * (2 - e), -1.2946290671421679)
    monitor, n = al.Expert(0.10566132501745337), 175
    pay = al.second_best(problem, monitor, n, "optimal")
    assert pay.converged
    with mpmath.workdps(120):
        effort, gain = mpmath.mpf(pay.effort), 2 * mpmath.mpf(monitor.rho)
        q = mpmath.mpf(1) / 2 + gain * effort
        law = [mpmath.binomial(n, i) * q**i * (1 - q) ** (n - i) for i in range(n + 1)]
        score = [(i - n * q) / (q * (1 - q)) * gain for i in range(n + 1)]
        wanted = [
            mpmath.mpf(problem.outside) + mpmath.mpf(cost.scale) * effort**2,
            2 * mpmath.mpf(cost.scale) * effort,
        ]

        def utilities(mass, slope):
            start = (law[0] / mass) ** 2 - slope * score[0]
            return [-mass / law[0], *(-1 / mpmath.sqrt(start + slope * s) for s in score[1:])]

        def off(mass, slope):
            weighted = [p * v for p, v in zip(law, utilities(mass, slope), strict=True)]
            return [mpmath.fsum(weighted) - wanted[0], mpmath.fdot(score, weighted) - wanted[1]]

        wages = pay.contract.wage(np.arange(n + 1.0))
        start = [law[0] / wages[0], (wages[-1] ** 2 - wages[1] ** 2) / (score[-1] - score[1])]
        found = mpmath.findroot(off, start, tol=1e-150)
        paid = mpmath.fdot(law, [-1 / v for v in utilities(*found)])
        profit = float(mpmath.mpf(0.6) * effort * (2 - effort) - paid)
    assert pay.profit == pytest.approx(profit, abs=1e-14)


@pytest.mark.parametrize(("n", "at", "wide"), [(12, 0.48949171, 0.00115159), (12, 0.48750973, 0.00059015)])
def test_a_dip_of_the_cost_that_few_points_see_is_seen(n, at, wide):
    """An effort in the dip earns more than its neighbours; a proof from samples of c″ said that none does."""
    problem, monitor = dipped(at, wide), al.Expert(0.2)
    pay = al.second_best(problem, monitor, n, "optimal")
    family = AnyWage(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    with np.errstate(all="ignore"):
        inside = family.implement(at)
    profit = family.best.profit - inside.gap
    assert inside.gain < 1e-10 and al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(
        pay.profit, abs=1e-8
    )
    assert profit <= pay.profit + pay.suboptimality + 1e-10
    assert pay.converged and abs(pay.effort - at) < wide


@pytest.mark.parametrize(
    "utility, cost, value, outside, floor, monitor, n, profit",
    [
        (al.CARA(1.0), 0.09408709322011481, 1.4225117557912328, 0.6283004283148925, None, 0.25, 2, 0.140983),
        (al.CRRA(3.0), 0.5912226877621939, 1.1784420968477396, -0.61365547099717, 1e-6, 0.25, 4, None),
    ],
    ids=["no floor", "next to no floor"],
)
def test_no_count_is_paid_next_to_nothing(utility, cost, value, outside, floor, monitor, n, profit):
    """Fines so rare that no count stands for them: the slopes of the prices are then asked of nothing."""
    problem = al.Problem(utility, al.PowerCost(cost, 1), lambda e: value * e, outside=outside, floor=floor)
    pay = al.second_best(problem, al.SelfConsistency(monitor), n, "optimal")
    assert np.isfinite(pay.suboptimality) and pay.certificate.gain_bound < 1e-9
    assert profit is None or pay.converged and pay.profit == pytest.approx(profit, abs=1e-6)
