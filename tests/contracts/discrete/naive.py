"""Plain programmes for finitely many efforts: every threshold in high precision, and convex programmes by another library."""

import cvxpy as cp
import mpmath
import numpy as np
from scipy import stats

import annolib as al


def random_actions(rng, n=None, size=None):
    """A problem with listed efforts, costs and values in any shape, a monitor and n."""
    size = size or int(rng.integers(2, 6))
    utility = (al.CARA(rng.uniform(0.5, 2)), al.CRRA(0.5), al.CRRA(1), al.CRRA(0.3), al.CRRA(2.0))[
        rng.integers(5)
    ]
    start = rng.uniform(0.3, 1.0)
    outside = float(utility.utility(start))
    unit = float(1 / utility.marginal_wage(outside))
    efforts = np.sort(rng.uniform(0, 1, size))
    cost = np.sort(rng.uniform(0, 0.25, size)) * unit
    if rng.random() < 0.3:
        cost = rng.permutation(cost)
    value = np.sort(rng.uniform(0, 1.5, size))
    floor = start * (1.0, rng.uniform(0.2, 1), 1.05)[rng.integers(3)]
    problem = al.Problem(utility, cost, value, outside, floor, efforts=efforts)
    monitor = (
        al.SelfConsistency(rng.uniform(0.1, 0.25)),
        al.Expert(rng.uniform(0.1, 0.25)),
        al.Expert(-0.2),
        al.Golden(0.5),
    )
    return problem, monitor[rng.integers(4)], int(n or rng.integers(1, 25))


def law(problem, monitor, n):
    """P_ik of the counts that effort raises."""
    q = np.asarray(monitor.pass_probability(np.array(problem.efforts)))
    q = 1 - q if monitor.gain < 0 else q
    return stats.binom.pmf(np.arange(n + 1), n, q[:, None])


def flat_profit(problem):
    """Of the best flat wage."""
    cost = problem.cost.cost(np.array(problem.efforts))
    lowest = cost <= cost.min()
    paid = max(problem.outside + cost.min(), problem.floor_utility)
    return float(problem._value(np.array(problem.efforts))[lowest].max() - problem.utility.wage(paid))


def best_lottery(problem, probabilities, members=None):
    """Best profit over all pay, by a conic solver for each effort; `members` (K, states) → cells shares pay within a cell."""
    utility, cost = problem.utility, problem.cost.cost(np.array(problem.efforts))
    value, best = problem._value(np.array(problem.efforts)), flat_profit(problem)
    p = (
        probabilities
        if members is None
        else np.stack([probabilities[:, members == c].sum(axis=1) for c in range(members.max() + 1)], 1)
    )
    for j in range(cost.size):
        v = cp.Variable(p.shape[1])
        limits = [p[j] @ v >= problem.outside + cost[j]]
        limits += [(p[j] - p[i]) @ v >= cost[j] - cost[i] for i in range(cost.size) if i != j]
        if np.isfinite(problem.floor_utility):
            limits.append(v >= problem.floor_utility)
        programme = cp.Problem(cp.Minimize(_wages(utility, v) @ p[j]), limits)
        try:
            programme.solve(solver=cp.CLARABEL)
        except cp.SolverError:
            continue
        if programme.status == "optimal":
            best = max(best, float(value[j] - programme.value))
    return best


def _wages(utility, v):
    if isinstance(utility, al.CARA):
        return -cp.log(1 - utility.aversion * v) / utility.aversion
    gamma = utility.aversion
    if gamma == 1:
        return cp.exp(v)
    return cp.power((1 - gamma) * v, 1 / (1 - gamma))


def least_bonus(problem, monitor, n, digits=60):
    """Least log gap over all thresholds and efforts, by plain sums in high precision (CARA)."""
    with mpmath.workdps(digits):
        a, one = mpmath.mpf(problem.utility.aversion), mpmath.mpf(1)
        efforts = [mpmath.mpf(float(e)) for e in problem.efforts]
        costs = [mpmath.mpf(float(c)) for c in problem.cost.cost(np.array(problem.efforts))]
        values = [mpmath.mpf(float(x)) for x in problem._value(np.array(problem.efforts))]
        kappa = mpmath.mpf(monitor.kappa)
        passes = []
        for e in efforts:
            q = one / 2 + 2 * kappa * e**2
            chances = [mpmath.binomial(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
            for k in range(n, 0, -1):
                chances[k - 1] += chances[k]
            passes.append(chances)
        outside, floor = mpmath.mpf(problem.outside), mpmath.mpf(problem.floor_utility)

        def wage(u):
            return -mpmath.log(1 - a * u) / a

        first = max(x - wage(outside + c) for x, c in zip(values, costs, strict=True))
        lowest = min(costs)
        best = max(x for x, c in zip(values, costs, strict=True) if c == lowest) - wage(
            max(outside + lowest, floor)
        )
        for t in range(1, n + 1):
            for j, c in enumerate(costs):
                least, most = mpmath.mpf(0), mpmath.inf
                for i, other in enumerate(costs):
                    rise = passes[j][t] - passes[i][t]
                    if i == j:
                        continue
                    if rise > 0:
                        least = max(least, (c - other) / rise)
                    elif rise < 0:
                        most = min(most, (other - c) / -rise)
                    elif c > other:
                        most = -one
                if least > most or least == 0:
                    continue
                low = max(floor, outside + c - least * passes[j][t])
                if a * (low + least) >= 1:
                    continue
                best = max(
                    best, values[j] - passes[j][t] * wage(low + least) - (1 - passes[j][t]) * wage(low)
                )
        return float(mpmath.log(first - best)) if first > best else -np.inf
