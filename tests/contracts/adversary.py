"""An adversary for the solvers: problems with every corner, and a plain random search over contracts of a class.

The search draws the numbers that make a contract (threshold, wages; base, slope; thresholds, wages), polishes the best draws by
Nelder and Mead's simplex, and lets `best_answer` say what each earns. It knows nothing of how the solvers work; it must never win.
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

import annolib as al
from annolib.contracts import Binary, Linear, Tiered

UTILITIES = (al.CARA(1.0), al.CRRA(0.3), al.CRRA(0.5), al.CRRA(0.7), al.CRRA(1), al.CRRA(2), al.RiskNeutral())
LEVELS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
POWERS = (1.0, 1.2, 1.5, 2.0, 2.0, 2.5, 3.0, 8.0, 200.0)


def corner_problem(rng, neutral=True, largest=3.0):
    """A problem, a monitor and a number of checks up to 10^largest, from every corner of what is allowed.

    Costs: powers from 1 to 200, free up to some effort, exponential, with a kink. Values: smooth, linear, capped, a root. Floors: none
    but for utilities without a wage below 0, above and below the wage of the outside option, far below.
    """
    utility = UTILITIES[rng.integers(len(UTILITIES) - (not neutral))]
    start = rng.uniform(0.3, 1.0)
    outside = float(utility.utility(start))
    scale = rng.uniform(0.05, 0.5) / float(utility.marginal_wage(outside))
    value, value_slope = _value(rng)
    floor = start * (1.0, rng.uniform(0.02, 1), rng.uniform(0.3, 1), rng.uniform(1, 1.2))[rng.integers(4)]
    if utility.lowest_wage < 0 and rng.random() < 0.3:
        floor = -(10 ** rng.uniform(-1, 2))
    monitors = (
        al.SelfConsistency(rng.uniform(0.03, 0.25)),
        al.SelfConsistency(0.25),
        al.Expert(rng.uniform(0.03, 0.25)),
        al.Expert(-rng.uniform(0.03, 0.25)),
        al.Golden(rng.uniform(0.2, 0.5)),
        al.Golden(0.5),
        al.SelfConsistencyLabels(rng.uniform(0.2, 0.6)),
    )
    problem = al.Problem(utility, _cost(rng, scale), value, outside, float(floor), value_slope)
    return problem, monitors[rng.integers(len(monitors))], int(10 ** rng.uniform(0, largest))


def numbered(number):
    """Problem `number` of an endless list, a monitor and a number of checks: `corner_problem` with what it never draws.

    That is no floor at all, or one of −100; effort worth next to nothing, or all there is; a value that falls, where efforts are
    listed (a continuum refuses it); one check; 10^9 checks.
    """
    rng = np.random.default_rng(500_000 + number)
    problem, monitor, n = corner_problem(rng, largest=1.4)
    gain, kind = rng.uniform(0.3, 1.3), number % 20
    if kind in (1, 11):
        n = 1
    elif kind == 2:
        n = 10**9 if number % 100 == 2 else int(10 ** rng.uniform(2, 4))
    elif kind in (3, 13):  # next to no effort is worth its cost
        problem = replace(problem, cost=_scaled(problem.cost, 30 * 10 ** rng.uniform(0, 1)))
    elif kind in (4, 14):  # all of it is
        problem = replace(problem, cost=_scaled(problem.cost, 0.05))
    elif kind in (5, 15):
        problem = problem.with_floor(None)
    elif kind == 6 and problem.utility.lowest_wage < 0:
        problem = problem.with_floor(-100.0)
    elif kind in (7, 17):
        falls = replace(problem, value=lambda e: gain * e, value_slope=None).with_efforts(LEVELS)
        problem = replace(falls, value=tuple(gain * e * (1.2 - e) for e in LEVELS))
    return problem, monitor, n


def _scaled(cost, factor):
    if isinstance(cost, al.PowerCost):
        return al.PowerCost(cost.scale * factor, cost.power)
    return al.ConvexCost(lambda e: factor * cost.cost(e), lambda e: factor * cost.slope(e))


def _cost(rng, scale):
    kind, at = rng.integers(12), rng.uniform(0.1, 0.7)
    if kind == 0:  # free up to `at`
        return al.ConvexCost(
            lambda e: scale * np.maximum(e - at, 0) ** 2, lambda e: 2 * scale * np.maximum(e - at, 0)
        )
    if kind == 1:
        return al.ConvexCost(
            lambda e: scale * np.expm1(2 * e) / np.expm1(2), lambda e: 2 * scale * np.exp(2 * e) / np.expm1(2)
        )
    if kind == 2:  # a kink
        return al.ConvexCost(
            lambda e: scale * (0.3 * e + np.maximum(e - at, 0)), lambda e: scale * (0.3 + (e > at) * 1.0)
        )
    return al.PowerCost(scale, rng.choice(POWERS))


def _value(rng):
    gain, kind, cap = rng.uniform(0.3, 1.3), rng.integers(6), rng.uniform(0.2, 0.9)
    if kind == 0:
        return (lambda e: gain * e), None
    if kind == 1:
        return (lambda e: gain * np.minimum(e, cap)), (lambda e: gain * (e < cap))
    if kind == 2:
        return (lambda e: gain * np.sqrt(e + 0.01)), None
    return (lambda e: gain * e * (2 - e)), None


def earns(problem, monitor, contract):
    """Profit of a contract under the agent's best answer; −∞ if it is refused or breaks the floor."""
    wages = contract.wage(np.arange(contract.n + 1))
    lowest = problem.utility.lowest_wage if problem.floor is None else problem.floor
    if np.min(wages) < lowest - 1e-12 or not np.all(np.isfinite(wages)):
        return -np.inf
    try:
        answer = al.best_answer(problem, monitor, contract)
    except ValueError:  # a wage that the utility does not know
        return -np.inf
    return answer.profit if answer.accepts else -np.inf


def search(problem, monitor, n, family, rng, draws=40, polished=2, steps=60):
    """The most profitable contract a random search finds: (profit, contract); (−∞, None) if every draw is refused."""
    make, draw = FAMILIES[family]
    rate = _unit(problem)
    numbers = [draw(rng, problem, n, rate) for _ in range(draws)]

    def loss(x):
        contract = make(x, problem, monitor, n)
        return -earns(problem, monitor, contract) if contract is not None else np.inf

    losses = np.array([loss(x) for x in numbers])
    best, chosen = np.inf, None
    for i in np.argsort(losses)[:polished]:
        if not np.isfinite(losses[i]):
            continue
        found = minimize(
            lambda x: min(loss(x), 1e9),
            numbers[i],
            method="Nelder-Mead",
            options={"maxfev": steps, "xatol": 1e-9},
        )
        if found.fun < best:
            best, chosen = float(found.fun), make(found.x, problem, monitor, n)
    return -best, chosen


def _unit(problem):
    """Money that makes up for full effort."""
    with np.errstate(all="ignore"):
        high = float(problem.utility.wage(problem.reservation(1.0)))
    start = float(problem.utility.wage(problem.outside))
    return high - start if np.isfinite(high) else 1.0


def _counts(monitor):
    return "passes" if monitor.gain >= 0 else "failures"


def _lowest(problem):
    return problem.utility.lowest_wage if problem.floor is None else problem.floor


def _draw_binary(rng, problem, n, unit):
    start = float(problem.utility.wage(problem.outside))
    low = max(start - unit * rng.exponential(0.5) * rng.integers(2), _lowest(problem))
    return np.array([rng.uniform(0, 1), low, unit * rng.exponential(1.0)])


def _make_binary(x, problem, monitor, n):
    if not 0 <= x[0] <= 1 or x[2] < 0:
        return None
    low = max(float(x[1]), _lowest(problem))
    return Binary(int(1 + np.floor(x[0] * (n - 1e-9))), low, low + float(x[2]), n, _counts(monitor))


def _draw_linear(rng, problem, n, unit):
    start = float(problem.utility.wage(problem.outside))
    return np.array([start - unit * rng.exponential(3.0), unit * rng.exponential(6.0)])


def _make_linear(x, problem, monitor, n):
    if x[1] < 0:
        return None
    return Linear(float(x[0]), float(x[1]), problem.floor, n, _counts(monitor))


def _draw_tiered(rng, problem, n, unit):
    one = _draw_binary(rng, problem, n, unit)
    return np.array([one[0], rng.uniform(0, 1), one[1], one[2], unit * rng.exponential(0.5)])


def _make_tiered(x, problem, monitor, n):
    if not (0 <= x[0] <= 1 and 0 <= x[1] <= 1) or x[3] < 0 or x[4] < 0:
        return None
    first, second = sorted(int(1 + np.floor(share * (n - 1e-9))) for share in x[:2])
    if first == second:
        return None
    low = max(float(x[2]), _lowest(problem))
    wages = (low, low + float(x[3]), low + float(x[3] + x[4]))
    return Tiered((first, second), wages, n, _counts(monitor))


FAMILIES = {
    "binary": (_make_binary, _draw_binary),
    "linear": (_make_linear, _draw_linear),
    "tiered(2)": (_make_tiered, _draw_tiered),
}
