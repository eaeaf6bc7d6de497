"""Deliberately naive solvers and random problems: scipy.stats, dense grids, no clever form of anything."""

import sys

import numpy as np
import pytest
from scipy import stats

import annolib as al


def random_problem(rng, neutral=True, floor=True):
    """A problem and a monitor; every utility, several monitors, powers and floors."""
    utilities = [al.CARA(rng.uniform(0.5, 2)), al.CRRA(0.5), al.CRRA(1), al.CRRA(2), al.CRRA(0.7)]
    utility = (utilities + [al.RiskNeutral()] * neutral)[rng.integers(len(utilities) + neutral)]
    start = rng.uniform(0.3, 1.0)
    outside = float(utility.utility(start))
    unit = float(1 / utility.marginal_wage(outside))  # utility of one more unit of money
    scale = rng.uniform(0.1, 0.4) * unit
    gain = rng.uniform(0.4, 1.2)
    low = start * rng.uniform(0.4, 1.0) if floor else None
    problem = al.Problem(
        utility,
        al.PowerCost(scale, rng.choice([1.5, 2.0, 3.0])),
        value=lambda e: gain * e * (2 - e),
        outside=outside,
        floor=low,
    )
    monitors = [
        al.SelfConsistency(rng.uniform(0.08, 0.25)),
        al.Expert(rng.uniform(0.08, 0.25)),
        al.Expert(-rng.uniform(0.08, 0.25)),
        al.Golden(rng.uniform(0.2, 0.5)),
        al.SelfConsistencyLabels(rng.uniform(0.2, 0.6)),
    ]
    return problem, monitors[rng.integers(len(monitors))]


def law(monitor, n, efforts):
    """P(count = k) at each effort, counting what effort raises."""
    q = np.asarray(monitor.pass_probability(np.asarray(efforts)))
    p = stats.binom.pmf(np.arange(n + 1), n, q[:, None])
    return p if monitor.gain >= 0 else p[:, ::-1]


def profit(problem, probabilities, utilities, effort):
    return float(problem.value(effort) - probabilities @ problem.utility.wage(np.asarray(utilities)))


def flat_profit(problem):
    paid = max(problem.outside, problem.floor_utility)
    return float(problem.value(0.0) - problem.utility.wage(paid))


def binary(problem, monitor, n, size=601):
    """Best profit over all thresholds and a grid of efforts, bracketed: (lowest, highest, threshold, effort).

    Highest: the bonus only has to beat the other efforts of the grid (too weak a demand). Lowest: the bonus must also make the
    effort stationary, c′ = bonus·P′, so efforts between the grid points are missed.
    """
    efforts = np.linspace(0, 1, size)
    pmf = law(monitor, n, efforts)
    cost, slope = problem.cost.cost(efforts), problem.cost.slope(efforts)
    one_less = law(monitor, n - 1, efforts) if n > 1 else np.ones((size, 1))
    gain = abs(monitor.slope(efforts))
    lowest, highest = (flat_profit(problem), 0, 0.0), (flat_profit(problem), 0, 0.0)
    for t in range(1, n + 1):
        chance = pmf[:, t:].sum(axis=1)
        steep = n * one_less[:, t - 1] * gain
        for i in range(1, size):
            rise = chance[i] - chance[:i]
            if np.any(rise <= 0):
                continue
            least = np.max((cost[i] - cost[:i]) / rise)
            after = chance[i + 1 :] - chance[i]
            most = np.min((cost[i + 1 :] - cost[i]) / np.maximum(after, 1e-300)) if i < size - 1 else np.inf
            if least > most * (1 + 1e-12):
                continue
            highest = max(highest, (_pay(problem, chance[i], least, efforts[i]), t, efforts[i]))
            exact = slope[i] / steep[i] if steep[i] > 0 else np.inf
            exact = max(exact, least) if i == size - 1 else exact
            if least * (1 - 1e-12) <= exact <= most * (1 + 1e-12):
                lowest = max(lowest, (_pay(problem, chance[i], exact, efforts[i]), t, efforts[i]))
    return lowest[0], highest[0], lowest[1], lowest[2]


def _pay(problem, chance, bonus, effort):
    low = max(problem.floor_utility, problem.outside + float(problem.cost.cost(effort)) - bonus * chance)
    if low + bonus >= problem.utility.highest:
        return -np.inf
    return profit(problem, np.array([1 - chance, chance]), [low, low + bonus], effort)


def linear(problem, monitor, n, size=401, rounds=5, points=31):
    """Best profit over a zooming grid of (wage expected at effort ½, slope); the agent answers on a grid of efforts."""
    efforts = np.linspace(0, 1, size)
    pmf = law(monitor, n, efforts)
    cost = problem.cost.cost(efforts)
    share = np.arange(n + 1) / n
    values = problem.value(efforts)
    lowest = problem.utility.lowest_wage if problem.floor is None else problem.floor
    best = (flat_profit(problem), np.nan, np.nan)
    pay = float(problem.utility.wage(problem.reservation(0.5)))
    centre, width = np.array([pay, 4.0]), np.array([2.0, 4.0])
    for _ in range(rounds):
        for middle in centre[0] + width[0] * np.linspace(-1, 1, points):
            for slope in np.maximum(centre[1] + width[1] * np.linspace(-1, 1, points), 0):
                line = middle + slope * (share - abs(share @ pmf[size // 2]))
                if problem.floor is None and line[0] < lowest:
                    continue
                wage = np.maximum(line, lowest)
                payoff = pmf @ problem.utility.utility(wage) - cost
                top = payoff.max()
                if top < problem.outside:
                    continue
                tied = payoff >= top - 1e-12
                profit_ = np.where(tied, values - pmf @ wage, -np.inf).max()
                if profit_ > best[0]:
                    best = (float(profit_), middle, slope)
        if not np.isnan(best[1]):
            centre = np.array(best[1:])
        width = width / 5
    return best


def honest(problem, monitor, n, base, slope, size=20_001):
    """Profit of one line if the agent picks its best among very many efforts: an upper bracket of what the line earns."""
    efforts = np.linspace(0, 1, size)
    lowest = problem.utility.lowest_wage if problem.floor is None else problem.floor
    counts = np.arange(n + 1)
    wage = np.maximum(base + slope * counts / n, lowest)
    q = np.asarray(monitor.pass_probability(efforts))
    q = q if monitor.gain >= 0 else 1 - q
    pmf = stats.binom.pmf(counts, n, q[:, None])
    payoff = pmf @ problem.utility.utility(wage) - problem.cost.cost(efforts)
    if payoff.max() < problem.outside - 1e-9:
        return -np.inf
    best = payoff >= payoff.max() - 1e-10  # close to a tie the agent does what the principal likes
    return float(np.max(problem.value(efforts[best]) - pmf[best] @ wage))


@pytest.fixture(scope="session")
def naive():
    """This module: the naive solvers, without cross-imports between test files."""
    return sys.modules[__name__]


@pytest.fixture(scope="session")
def reference():
    """The reference problem R1 with floor 0, and its monitor."""
    problem = al.Problem(
        utility=al.CARA(1.0),
        cost=al.PowerCost(scale=0.5, power=2),
        value=lambda e: 0.6 * e * (2 - e),
        outside=0.0,
        floor=0.0,
    )
    return problem, al.SelfConsistency(kappa=0.15)
