"""How fast, and how exact: optimal pay against CLARABEL and SCS on the same programme, in one run.

    python3 tests/benchmarks/contracts.py [n ...]

One effort, stationarity and 101 deviations for cvxpy; ours adds the deviations it needs. Then whole second bests.
Needs cvxpy (test extra). Not part of the test run. Times are the best of several; compare the ratios.
"""

import sys
import time

import numpy as np
from scipy import stats

import annolib as al
from annolib.contracts.evidence import Evidence
from annolib.contracts.optimal import AnyWage

PROBLEM = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
MONITOR = al.SelfConsistency(kappa=0.15)


def best_time(function, repeats):
    """Shortest of several processor times, in seconds, and the last answer."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        answer = function()
        times.append(time.process_time() - start)
    return min(times), answer


def programme(n, effort):
    import cvxpy as cp

    grid = np.linspace(0, 1, 101)
    p, *others = (stats.binom.pmf(np.arange(n + 1), n, MONITOR.pass_probability(e)) for e in (effort, *grid))
    q = MONITOR.pass_probability(effort)
    score = (np.arange(n + 1) - n * q) / (q * (1 - q)) * MONITOR.slope(effort)
    v = cp.Variable(n + 1)
    cost = PROBLEM.cost.cost
    constraints = [
        p @ v >= float(cost(effort)),
        (p * score) @ v == float(PROBLEM.cost.slope(effort)),
        v >= 0,
        (p - np.array(others)) @ v >= cost(effort) - cost(grid),
    ]
    return cp.Problem(cp.Minimize(-(p @ cp.log(1 - v))), constraints)


def one_effort(n, effort=0.51):
    best = al.first_best(PROBLEM)
    family = AnyWage(PROBLEM, Evidence.from_monitor(MONITOR), n, best)
    print(f"optimal contract for effort {effort}, n = {n:,}")
    alone, _ = best_time(lambda: family.implement(effort, (), search=False), 20)
    known, _ = best_time(lambda: family.implement(effort, (0.0,), search=False), 20)
    ours, solved = best_time(lambda: family.implement(effort), 10)
    value = PROBLEM.value(effort) - best.profit + solved.gap
    print(f"  two multipliers alone      {alone * 1e3:10.2f} ms")
    print(f"  with the deviation to 0    {known * 1e3:10.2f} ms")
    print(
        f"  deviations searched        {ours * 1e3:10.2f} ms   cost {value:.12f}, residual {solved.lottery.residual:.0e}"
    )
    for solver in ("CLARABEL", "SCS"):
        task = programme(n, effort)
        try:
            task.solve(solver=solver)
            spent, _ = best_time(lambda task=task, solver=solver: task.solve(solver=solver), 1)
        except Exception as error:
            print(f"  {solver:26} failed: {str(error)[:60]}")
            continue
        off = abs(task.value / value - 1)
        print(
            f"  {solver:26} {spent * 1e3:10.1f} ms   cost {task.value:.12f} ({task.status}, off by {off:.0e}); "
            f"{spent / alone:,.0f} / {spent / known:,.0f} / {spent / ours:,.0f} times ours"
        )


def whole(family, n, floor=0.0):
    spent, pay = best_time(lambda: al.second_best(PROBLEM, MONITOR, n, family, floor=floor), 3)
    print(f"  {family:8} n = {n:>13,}  floor {floor!s:5} {spent * 1e3:8.1f} ms   gap {pay.gap:.9e}")


if __name__ == "__main__":
    for number in [int(x) for x in sys.argv[1:]] or [50, 1000]:
        one_effort(number)
    print("whole second best")
    for number in (30, 1000, 10**6, 10**9):
        whole("binary", number)
        whole("linear", number, None)
        whole("linear", number)
        whole("optimal", number)
