"""What thresholds can be worth at given prices, for many thresholds at once: weak duality, cell by cell.

At one effort and prices θ of its constraints the dual of `annolib.contracts.dual` is a sum over the cells [t, t′) between thresholds,

    θ·targets + Σ cells min over v of  P h(v) − (θ·W) v,

and no wages at all for those thresholds cost less. So one table with a number for every pair t < t′ bounds every tuple of
thresholds.
"""

from __future__ import annotations

import numpy as np

from annolib.contracts import dual
from annolib.contracts.tiers import between


def cell_table(family, thresholds, effort, deviations, prices):
    """The sum's first term, and its term for the cell between each two of 0, the thresholds, n + 1 (inf unless they rise)."""
    problem = family.problem
    prices = np.array(prices, dtype=float)
    targets, scale = family.targets(effort, deviations)
    if effort >= 1:
        prices[1] = max(prices[1], 0.0)
    probability, change = _all_cells(family, thresholds, effort)
    weight = prices[0] * probability + prices[1] / scale * change
    for other, price in zip(deviations, prices[2:], strict=True):
        if price > 0:
            weight = weight + price * (probability - _all_cells(family, thresholds, other)[0])
    live = probability > 1e-290
    chance = np.where(live, probability, 1.0)
    v = dual.utilities_at(problem.utility, problem.floor_utility, np.where(live, weight / chance, 0.0))[0]
    terms = np.where(live, chance * problem.utility.wage(v) - weight * v, 0.0)
    terms = np.where(np.isnan(terms), -np.inf, terms)
    rises = np.triu(np.ones(terms.shape, dtype=bool), 1)
    return float(prices @ targets), np.where(rises, terms, np.inf)


def _all_cells(family, thresholds, effort):
    up, down, density = family.edges(thresholds, effort)
    probability = between(up[:, None], up, down[:, None], down)
    return probability, density[:, None] - density


def least_gaps(family, effort, first, table, tuples):
    """Lower bounds of the gap at `effort` for tuples of thresholds, given as increasing indices into the table: (N, m)."""
    cost = first + table[0, tuples[:, 0]] + table[tuples[:, -1], -1]
    for left, right in zip(tuples.T[:-1], tuples.T[1:], strict=True):
        cost = cost + table[left, right]
    return family.best.profit - float(family.problem._value(effort)) + cost
