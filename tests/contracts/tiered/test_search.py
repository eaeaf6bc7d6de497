"""The search over thresholds against a naive one."""

import contextlib
from itertools import combinations

import numpy as np
import pytest

import annolib as al


def naive_tiers(naive, problem, monitor, n, m, efforts, size=101):
    """Highest profit over all thresholds and these efforts, wages by cvxpy: (profit, thresholds, effort).

    At each effort it asks for a stationary payoff and no gain on a grid of deviations. Deviations between the grid points are not
    seen, which makes it too high, by about the square of their distance. Efforts between the given ones are not tried, which makes
    it too low; at an effort that is given it is not. Efforts at which even a flat wage earns less than the best so far are left out.
    """
    cp = pytest.importorskip("cvxpy")
    grid = np.linspace(0, 1, size)
    all_laws = naive.law(monitor, n, grid)
    a = getattr(problem.utility, "aversion", 0)
    v = cp.Variable(m + 1)
    p, steep, rows = cp.Parameter(m + 1, nonneg=True), cp.Parameter(m + 1), cp.Parameter((size, m + 1))
    wanted, slope, gaps = cp.Parameter(), cp.Parameter(), cp.Parameter(size)
    if isinstance(problem.utility, al.CARA):
        wage = -cp.log(1 - a * v) / a
    else:
        wage = cp.exp(v) if a == 1 else cp.power((1 - a) * v, 1 / (1 - a))
    constraints = [p @ v >= wanted, v >= problem.floor_utility, rows @ v >= gaps]
    objective = cp.Minimize(p @ wage)
    inside = cp.Problem(objective, [*constraints, steep @ v == slope])
    at_the_end = cp.Problem(objective, [*constraints, steep @ v >= slope])
    best = (naive.flat_profit(problem), (), 0.0)
    for effort in efforts:
        value, cost = float(problem.value(effort)), float(problem.cost.cost(effort))
        law, q = naive.law(monitor, n, [effort])[0], float(monitor.pass_probability(effort))
        score = (np.arange(n + 1) - n * q) / (q * (1 - q)) * monitor.slope(effort)
        score = score if monitor.gain >= 0 else score[::-1]
        wanted.value, slope.value = float(problem.reservation(effort)), float(problem.cost.slope(effort))
        gaps.value = cost - problem.cost.cost(grid)
        if value - float(problem.utility.wage(wanted.value)) <= best[0]:
            continue
        for thresholds in combinations(range(1, n + 1), m):
            starts = [0, *thresholds]
            p.value = np.add.reduceat(law, starts)
            steep.value = np.add.reduceat(law * score, starts)
            rows.value = p.value - np.add.reduceat(all_laws, starts, axis=1)
            programme = at_the_end if effort == 1 else inside
            with contextlib.suppress(cp.SolverError):
                programme.solve(solver="CLARABEL")
                if programme.status == "optimal":
                    best = max(best, (value - float(programme.value), thresholds, float(effort)))
    return best


_CASES = [("reference", 8, 2), ("reference", 8, 3), (0, 6, 2), (1, 5, 3), (2, 7, 2), (3, 5, 2), (4, 6, 3), (5, 4, 3),
          (6, 8, 2), (7, 3, 2), (8, 5, 3), (9, 6, 2)]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Power atom", "ignore:Solution may be inaccurate")
@pytest.mark.parametrize(("seed", "n", "tiers"), _CASES)
def test_agrees_with_a_naive_search(naive, reference, seed, n, tiers):
    """No contract of the naive search earns more, and at the effort found it earns as much."""
    if seed == "reference":
        problem, monitor = (
            reference[0],
            al.Golden(0.4),
        )  # with its own monitor flat pay is best for few checks
    else:
        problem, monitor = naive.random_problem(np.random.default_rng(4400 + seed), neutral=False)
    pay = al.second_best(problem, monitor, n, f"tiered({tiers})")
    assert pay.converged
    efforts = np.linspace(0.05, 1, 20)
    near = (
        pay.effort + np.array([-0.01, -1e-6, 1e-6, 0.01]) if pay.effort else []
    )  # the solver may fail at one
    profit, *_ = naive_tiers(naive, problem, monitor, n, tiers, np.clip([pay.effort, *near, *efforts], 0, 1))
    assert profit == pytest.approx(pay.profit, rel=1e-6, abs=2e-7)


def test_where_nothing_of_the_first_best_is_missing():
    """Effort .56 costs less than 1e-50: its gap is 0 to the last digit, and was divided by."""
    problem = al.Problem(
        al.CRRA(0.5), al.PowerCost(0.4, 200), outside=1.55, floor=None,
        value=lambda e: np.minimum(e, 0.56), value_slope=lambda e: 1.0 * (np.asarray(e) < 0.56),
    )  # fmt: skip
    for tiers in (2, 3):
        pay = al.second_best(problem, al.SelfConsistency(0.25), 9, f"tiered({tiers})")
        assert pay.converged and 0 <= pay.gap < 1e-50 and pay.profit == pytest.approx(0.56 - 1.55**2 / 4)
