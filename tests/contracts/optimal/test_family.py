"""The cheapest pay for one effort, against a convex programme."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
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
        solved = AnyWage(problem, PassLaw.from_monitor(monitor), n, best).implement(effort)
    value, status = convex_programme(naive, problem, monitor, n, effort)
    if solved is None:
        assert status != "optimal"
        return
    assert problem.value(effort) - best.profit + solved.gap == pytest.approx(value, rel=3e-6)
    assert solved.gain < 1e-10 and solved.lottery.suboptimality < 1e-9
