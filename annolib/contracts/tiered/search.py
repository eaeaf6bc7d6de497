"""The search for thresholds and effort.

For one effort the best of many tuples of thresholds is found exactly: bounds (`annolib.contracts.tiered.search`) leave few to solve.
Where there are few tuples these are all; else a lattice of them, then the neighbours of the best one, closer and closer.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from math import comb

import numpy as np
from scipy.optimize import minimize_scalar

from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.contracts.tiered.family import between
from annolib.numerics.minimise import SCAN, best_effort

MOST = 20_000  # tuples up to which all are searched
_COARSE, _PLACES = 3_000, 60  # tuples of a lattice, and its places
_REACH = {
    2: 4,
    3: 3,
    4: 2,
    5: 1,
}  # neighbours of each threshold that are tried together; with more tiers one by one
_KEPT = 3  # prices remembered from effort to effort
_MOVES = 12
_SHARES = np.array([-1, -0.3, -0.1, 0.0, 0.1, 0.3, 1])
_SECOND_LOOKS = 4
_CLOSE = np.array([-0.1, -0.05, 0.05, 0.1])


class Search:
    """The best contract among some tuples of thresholds, (N, m): `pay`, after as many programmes as `solved` says.

    Parameters
    ----------
    ceiling : float
        Gaps above are of no interest.
    exact : bool
        Against every other effort; else only against a grid of them.
    """

    def __init__(self, family, tuples, ceiling, exact):
        self.family, self.ceiling, self.exact = family, ceiling, exact
        self.tuples = np.asarray(tuples)
        self.places = np.unique(self.tuples)
        self.indices = np.searchsorted(self.places, self.tuples) + 1
        self.memory, self.seen, self.pay, self.solved = [], {}, None, 0

    def gap_at(self, effort):
        """The least gap at this effort.

        Tuples are solved in the order of their bounds until none left is below the best gap; the prices of each sharpen the bounds
        of the others.
        """
        family = self.family
        lowest = np.full(len(self.tuples), float(family.problem.loss(effort, family.best)))
        for old in self.memory:
            lowest = np.fmax(lowest, self._bounds(effort, *old))
        gap, (warm, start) = np.inf, self.memory[-1] if self.memory else ((0.0,), None)
        while True:
            i = int(np.argmin(lowest))
            if not lowest[i] < min(gap, self.ceiling) * (1 - 1e-12):
                break
            pay = self._solve(self.tuples[i], effort, warm, start)
            if pay is not None:
                warm, start, gap = pay.deviations, pay.lottery.prices, min(gap, pay.gap)
            if family.last:  # the prices of a programme given up bound the others as well
                self.memory = [*self.memory, *family.last][-_KEPT:]
                lowest = np.fmax(lowest, self._bounds(effort, *family.last[0]))
            lowest[i] = np.inf
        return float(min(gap, max(lowest[i], self.ceiling), 1e300))

    def _bounds(self, effort, deviations, prices):
        first, table = cell_table(self.family, self.places, effort, deviations, prices)
        return least_gaps(self.family, effort, first, table, self.indices)

    def _solve(self, thresholds, effort, deviations, prices):
        self.solved += 1
        others = tuple(d for d in deviations if abs(d - effort) > 1e-7)
        prices = prices if others == deviations else None
        pay = self.family.hold(tuple(int(t) for t in thresholds), effort, others, prices)
        if pay is not None and self.exact:
            pay = self.family.settle(pay)
        if pay is not None:
            known = self.seen.get(pay.thresholds, (np.inf, effort))
            self.seen[pay.thresholds] = min(known, (pay.gap, effort))
            if pay.gap < (self.ceiling if self.pay is None else self.pay.gap):
                self.pay = pay
        return pay


def search(family, tiers, known, effort, ceiling, flat):
    """The best contract found with `tiers` thresholds, or None if none is better than the one known; and programmes solved.

    Parameters
    ----------
    known : tuple of int
        Thresholds of a good contract with fewer tiers; they are tried with one more at every place.
    effort : float
        An effort to look around first.
    ceiling : float
        Gap of the best contract known.
    flat : SecondBest
        Flat pay: lattices may hold nothing better than the contract known, and still lead to it.
    """
    n = family.n
    with np.errstate(all="ignore"):
        if few(n, tiers):
            every = Search(family, list(combinations(range(1, n + 1), tiers)), ceiling, exact=True)
            return _settled(every, effort, SCAN)
        places = _lattice(family, effort)
        thin = _thin(places, tiers)
        tuples = list(combinations(thin, tiers))
        if len(known) == tiers - 1:
            tuples += [tuple(sorted((*known, t))) for t in places if t not in known]
        scan = _worthwhile(family, ceiling)
        loose = replace(family, worth=flat.profit)
        start, solved = _at(loose, tuples, flat.gap, np.r_[scan, effort])
        if start is None:
            return None, solved
        step = max(int(np.max(np.diff(thin))) // 2, 1)
        start, more = _closer(loose, start, step, (scan[-1] - scan[0]) / 8)
        last = Search(family, _neighbours(start.thresholds, 1, n), ceiling, exact=True)
        pay, count = _settled(last, start.effort, start.effort + _CLOSE)
        return pay, solved + more + count


def _settled(search, centre, scan):
    """Search over efforts. The least gap over thresholds has a basin for each tuple, so those next to the best get a second look."""
    best_effort(search.gap_at, centre, scan)
    if search.pay is None:
        return None, search.solved
    others = {t: x for t, x in search.seen.items() if t != search.pay.thresholds}
    for thresholds in sorted(others, key=lambda t: others[t][0])[:_SECOND_LOOKS]:
        gap, effort = others[thresholds]
        if gap > 1.05 * search.pay.gap:
            break
        alone = Search(search.family, [thresholds], np.inf, exact=True)
        bounds = (max(effort - 0.01, 1e-6), min(effort + 0.01, 1.0))
        minimize_scalar(alone.gap_at, bounds=bounds, method="bounded", options={"maxiter": 10})
        if alone.pay is not None and alone.pay.gap < search.pay.gap:
            best_effort(alone.gap_at, alone.pay.effort, alone.pay.effort + _CLOSE)
            search.pay = alone.pay
        search.solved += alone.solved
    return search.pay, search.solved


def _worthwhile(family, ceiling):
    """Efforts, evenly, at which the first best alone loses less than the gap to be beaten."""
    efforts = np.sort(np.r_[np.linspace(0, 1, 1001)[1:], family.best.effort + np.linspace(-1e-3, 1e-3, 101)])
    efforts = efforts[(efforts > 0) & (efforts <= 1)]
    inside = efforts[family.problem.loss(efforts, family.best) < ceiling]
    return np.linspace(inside[0], inside[-1], 17) if inside.size else np.array([family.best.effort])


def _closer(family, pay, step, width):
    """Neighbours at smaller and smaller distances, and efforts too."""
    solved = 0
    for _ in range(_MOVES):
        before = pay
        near = _neighbours(pay.thresholds, step, family.n)
        pay, more = _at(family, near, pay.gap * (1 + 1e-9), pay.effort + width * _SHARES)
        pay, solved = pay or before, solved + more
        if step == 1 and pay.thresholds == before.thresholds:
            break
        step, width = max(step // 3, 1), width / 2
    return pay, solved


def _at(family, tuples, ceiling, efforts):
    """The best of these tuples at these efforts, against a grid of deviations."""
    found = Search(family, tuples, ceiling, exact=False)
    for effort in np.unique(np.clip(efforts, 1e-6, 1.0)):
        found.gap_at(float(effort))
    return found.pay, found.solved


def few(n, tiers):
    """Whether all thresholds are searched."""
    return comb(n, tiers) <= MOST


def _lattice(family, effort):
    """Thresholds a fraction of a standard deviation apart, more of them on the lenient side."""
    n, q, r = family.n, float(family.evidence.hit(effort)), float(family.evidence.miss(effort))
    spread = max(np.sqrt(n * q * r), 1.0)
    high = min(n * q + 4 * spread, n)
    low = max(min(n * q - 7 * spread, high - _PLACES), 1)
    return [int(t) for t in np.unique(np.round(np.linspace(low, high, _PLACES)))]


def _thin(places, tiers):
    """As many of the places, evenly, as make few enough tuples."""
    count = len(places)
    while comb(count, tiers) > _COARSE:
        count -= 1
    return [places[i] for i in np.unique(np.round(np.linspace(0, len(places) - 1, count)).astype(int))]


def _neighbours(thresholds, step, n):
    """Tuples near this one, itself among them."""
    m = len(thresholds)
    if m in _REACH:
        moves = product(range(-_REACH[m], _REACH[m] + 1), repeat=m)
    else:
        single = np.eye(m, dtype=int)
        moves = np.concatenate(
            [0 * single[:1], *(single * k for k in (-2, -1, 1, 2)), [single.sum(0)], [-single.sum(0)]]
        )
    near = np.array(thresholds) + step * np.array(list(moves))
    inside = (near[:, 0] >= 1) & (near[:, -1] <= n) & np.all(np.diff(near, axis=1) > 0, axis=1)
    return near[inside]


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
