"""The optimal contract: against cvxpy at one effort, the first-order approach's mistake, order of the classes."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.evidence import Evidence
from annolib.contracts.optimal.family import AnyWage


def convex_programme(naive, problem, monitor, n, effort, solver="CLARABEL", size=101):
    """Least expected wage for `effort` by cvxpy: stationarity and a grid of deviations."""
    cp = pytest.importorskip("cvxpy")
    grid = np.linspace(0, 1, size)
    laws = naive.law(monitor, n, np.r_[effort, grid])
    p, q = laws[0], monitor.pass_probability(effort)
    score = (np.arange(n + 1) - n * q) / (q * (1 - q)) * monitor.slope(effort)
    score = score if monitor.gain >= 0 else score[::-1]
    v, a = cp.Variable(n + 1), getattr(problem.utility, "aversion", 0)
    if isinstance(problem.utility, al.CARA):
        wage = -cp.log(1 - a * v) / a
    else:
        wage = cp.exp(v) if a == 1 else cp.power((1 - a) * v, 1 / (1 - a))
    constraints = [
        p @ v >= problem.reservation(effort),
        (p * score) @ v == float(problem.cost.slope(effort)),
        v >= problem.floor_utility,
        (p - laws[1:]) @ v >= problem.cost.cost(effort) - problem.cost.cost(grid),
    ]
    programme = cp.Problem(cp.Minimize(p @ wage), constraints)
    programme.solve(solver=solver)
    return programme.value, programme.status


@pytest.mark.filterwarnings("ignore:Power atom")
@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_a_convex_programme(naive, seed):
    rng = np.random.default_rng(1000 + seed)
    problem, monitor = naive.random_problem(rng, neutral=False)
    n, effort = int(rng.integers(2, 40)), rng.uniform(0.2, 0.9)
    best = al.first_best(problem)
    with np.errstate(all="ignore"):
        solved = AnyWage(problem, Evidence.from_monitor(monitor), n, best).implement(effort)
    value, status = convex_programme(naive, problem, monitor, n, effort)
    if solved is None:
        assert status != "optimal"
        return
    assert problem.value(effort) - best.profit + solved.gap == pytest.approx(value, rel=3e-6)
    assert solved.gain < 1e-10 and solved.lottery.suboptimality < 1e-9


def test_the_first_order_approach_is_wrong_here(reference):
    problem, monitor = reference
    best = al.first_best(problem)
    family = AnyWage(problem, Evidence.from_monitor(monitor), 1000, best)
    alone = family.implement(best.effort, (), search=False)
    assert f"{alone.gap:.3e}" == "4.476e-04"
    other, gain = family.best_other(alone.pay, best.effort)
    assert other < 1e-6 and f"{gain:.4f}" == "0.0056"
    pay = al.second_best(problem, monitor, 1000, "optimal")
    assert alone.gap < 0.75 * pay.gap
    assert pay.contract.deviations and max(pay.contract.deviations) < 1e-6
    assert pay.certificate.suboptimality < 1e-11 and pay.certificate.gain_bound < 1e-11


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
        al.second_best(problem, monitor, 200, "optimal", floor=None)
    neutral = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: e, floor=0.0)
    with pytest.raises(al.NoBestContract, match="risk-neutral"):
        al.second_best(neutral, monitor, 20, "optimal")


@pytest.mark.parametrize("seed", [21, 42])
def test_more_than_one_deviation_tempts(naive, seed):
    """Here the binding deviation is not where a grid first looks: another peak, or one close to the effort itself."""
    rng = np.random.default_rng(7000 + seed)
    problem, monitor = naive.random_problem(rng, neutral=False)
    pay = al.second_best(problem, monitor, int(rng.integers(2, 60)), "optimal")
    assert pay.converged and pay.certificate.gain_bound < 1e-11
