"""The search for thresholds, wages and an effort.

Fix an effort η and prices λ ≥ 0, μ, ν_j ≥ 0. Weak duality bounds what any tuple of thresholds costs from below, cell by cell:

    cost ≥ λū + μc′/√(n𝓘) + Σ_j ν_j (c(η) − c(η_j)) + Σ_cells min_v [P h(v) − W v],
    W = λP + μP′/√(n𝓘) + Σ_j ν_j (P − P(η_j)),     P the probability of the cell, v ≥ u(w_floor).

`cell_table` holds the term of every cell between two places. Hence two cheap answers: `least_gaps`, the bound of each tuple of a list, and
`_cheapest_path`, the tuple of least bound among all tuples of the places (a shortest path, by dynamic programming). At the prices of the
best tuple its bound is its cost.

- `Search` finds the best of a list of tuples at one effort: only tuples whose bound lies below the best gap are solved. Without
  a limit of `patience`, that is exact.
- `search` looks for thresholds and effort. It is a heuristic; what it may have missed is bounded in `annolib.contracts.tiered.proof`. From
  a few first tuples (`_starts`): the cheapest paths at the last prices in turn (`_by_paths`); the effort at which the slope of the gap is zero
  (`_best_effort`); thresholds as real numbers and effort together, then rounded (`_by_slopes`; two thresholds on many checks by `_by_pairs`);
  at last the neighbours, until none is better.

References
----------
W. D. Fisher, "On grouping for maximum homogeneity", Journal of the American Statistical Association 53 (1958),
doi:10.1080/01621459.1958.10501479: cells in a row, by dynamic programming. R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, "A limited memory algorithm
for bound constrained optimization", SIAM J. Sci. Comput. 16 (1995), doi:10.1137/0916069.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from math import comb

import numpy as np
from scipy.optimize import minimize

from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.contracts.tiered.family import between
from annolib.contracts.tiered.pairs import Pairs
from annolib.numerics.minimise import climb

_COARSE, _PLACES = 3_000, 60  # tuples of a lattice, and its places
_REACH = {
    2: 3,
    3: 2,
    4: 1,
    5: 1,
}  # neighbours of each threshold that are tried together; with more tiers one by one
_KEPT = 3  # prices remembered from effort to effort
_MOVES = 40
_FAR = 1.0  # standard deviations that thresholds and effort move at a time
_NEARER = (1.0, 0.75, 0.55, 0.4)  # a deviation that joins, and closer ones that would be next
_SHOWN = 4e-16  # of a gap: smaller changes are rounding
_CUTS = 4  # times that deviations join the search for the effort
_PATIENCE, _MORE_PATIENCE = 5, 12
_TURNS, _FINE = 6, 120
_PAIRS_FROM = 3_000  # checks from which close efforts that tempt are too many for slopes
_ASIDE = (0.0, 1e-5, 1e-4, 1e-3, 3e-3, 0.01, 0.03)  # standard deviations of the count


class Search:
    """The best contract among some tuples of thresholds, (N, m): `pay`, after as many programmes as `solved` says.

    Parameters
    ----------
    ceiling : float
        Gaps above are of no interest.
    exact : bool
        Against every other effort; else only against a grid of them.
    patience : int
        So many programmes in a row that do not gain end the search: then the best may be missed.
    """

    def __init__(self, family, tuples, ceiling, exact, patience=np.inf):
        self.family, self.ceiling, self.exact, self.patience = family, ceiling, exact, patience
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
        idle = 0
        gap, (warm, start) = np.inf, self.memory[-1] if self.memory else ((0.0,), None)
        while True:
            i = int(np.argmin(lowest))
            if not lowest[i] < min(gap, self.ceiling) * (1 - 1e-12):
                break
            pay = self._solve(self.tuples[i], effort, warm, start)
            idle = idle + 1 if pay is None or not pay.gap < gap else 0
            if pay is not None:
                warm, start, gap = pay.deviations, pay.lottery.prices, min(gap, pay.gap)
            if idle > self.patience:
                break
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
        pay = self.family.implement_on_grid(tuple(int(t) for t in thresholds), effort, others, prices)
        if pay is not None and self.exact:
            pay = self.family.implement_everywhere(pay)
        if pay is not None:
            known = self.seen.get(pay.thresholds, (np.inf, effort))
            self.seen[pay.thresholds] = min(known, (pay.gap, effort))
            if pay.gap < (self.ceiling if self.pay is None else self.pay.gap):
                self.pay = pay
        return pay


def search(family, tiers, known, guide, flat):
    """The best contract found with `tiers` thresholds, or None if none is better than the one known; and programmes solved.

    From each of a few starts the stages at the file's top are run, down to a contract that no neighbour beats.

    Parameters
    ----------
    known : tuple of int
        Thresholds of a good contract with fewer tiers; they are tried with one more at every place.
    guide : Guide
        Efforts and prices to begin with.
    flat : SecondBest
        Flat pay: first guesses may earn no more than the contract known, and still lead to a better one.
    """
    with np.errstate(all="ignore"):
        loose = replace(family, worth=flat.profit)
        best, solved = None, 0
        for effort, tuples in _starts(loose, tiers, known, guide):
            pay, count = _descend(loose, tuples, effort, flat.gap)
            solved += count
            if pay is not None and (best is None or pay.gap < best.gap):
                best = pay
        return best, solved


@dataclass(frozen=True)
class Guide:
    """Prices of the programme of one effort, for any pay at all: the first tuples are the cheapest at these prices."""

    effort: float
    deviations: tuple
    prices: np.ndarray


def _starts(family, tiers, known, guide):
    """Efforts to begin with, and tuples of thresholds to try there.

    The cheapest path at the guide's prices; a path with one threshold less and one lenient threshold against idleness; the thresholds known
    with one more. Where there is none of these, all tuples of a thin lattice.
    """
    places = _lattice(family, guide.effort, _FINE)
    path = _cheapest_path(family, places, tiers, guide.effort, guide.deviations, guide.prices)
    tuples = [] if path is None else [path]
    if tiers > 1:  # or one threshold against idleness and the others for fine incentives
        fewer = _cheapest_path(family, places, tiers - 1, guide.effort, guide.deviations, guide.prices)
        if fewer is not None:
            tuples += [(t, *fewer) for t in places[::2] if t < fewer[0]]
    if len(known) == tiers - 1:
        some = places[:: max(len(places) // _PLACES, 1)]
        tuples += [tuple(sorted((*known, t))) for t in some if t not in known]
    if not tuples:
        tuples = list(combinations(_thin(_lattice(family, guide.effort), tiers), tiers))
    yield guide.effort, np.array(tuples)


def _cheapest_path(family, places, m, effort, deviations, prices):
    """Of all m-tuples of these places the one of least bound at these prices: a shortest path through `cell_table`.

    After j steps, cost[i] is the least sum of the cells below place i with j thresholds below it, by the recursion
    cost[i] = min_k (cost[k] + term of the cell from k to i); `back` remembers the k.
    """
    if len(places) < m:
        return None
    table = cell_table(family, places, effort, deviations, prices)[1]
    cost, back = table[0, 1:-1], []
    inner = table[1:-1, 1:-1]
    for _ in range(m - 1):
        total = cost[:, None] + inner
        back.append(np.argmin(total, axis=0))
        cost = np.min(total, axis=0)
    cost = cost + table[1:-1, -1]
    if not np.isfinite(np.min(cost)):
        return None
    path = [int(np.argmin(cost))]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return tuple(int(places[i]) for i in reversed(path))


def _by_paths(family, pay):
    """Cheapest tuples at the prices of the last one, in turn, as long as that gains: (pay, programmes solved)."""
    solved, places = 0, np.unique([*_lattice(family, pay.effort, _FINE), *pay.thresholds])
    for _ in range(_TURNS):
        path = _cheapest_path(
            family, places, len(pay.thresholds), pay.effort, pay.deviations, pay.lottery.prices
        )
        if path is None or path == pay.thresholds:
            break
        new = family.implement_on_grid(path, pay.effort, pay.deviations, pay.lottery.prices)
        solved += 1
        if new is None or not new.gap < pay.gap:
            break
        pay = new
    return pay, solved


def _descend(family, tuples, effort, ceiling):
    """From the best of some tuples to a contract that no neighbour beats: (pay, programmes solved).

    Cheapest tuples at the prices of the last one; then thresholds as real numbers, and effort, by the slopes of the gap; then whole ones.
    """
    pay, solved = _best_tuple(family, tuples, effort, ceiling, _MORE_PATIENCE)
    if pay is None:
        return None, solved
    pay, count = _by_paths(family, pay)
    best, more = _best_effort(family, pay)
    solved += count + more
    if best is None or not best.gap > 0:  # nothing, or nothing is missing of the first best
        return best, solved
    pairs = len(best.thresholds) == 2 and family.n >= _PAIRS_FROM
    best, count = (_by_pairs if pairs else _by_slopes)(family, best)
    solved += count
    for _ in range(_MOVES):
        pay, count = _best_tuple(
            family, _neighbours(best.thresholds, 1, family.n), best.effort, best.gap * (1 - 1e-10)
        )
        solved += count
        if pay is None:
            break
        new, count = _best_effort(family, pay)
        solved += count
        if new is None or not new.gap < best.gap * (1 - 1e-10):
            break
        best = new
    return best, solved


def _best_tuple(family, tuples, effort, ceiling, patience=_PATIENCE):
    found = Search(family, tuples, ceiling, exact=False, patience=patience)
    found.gap_at(effort)
    return found.pay, found.solved


def _by_pairs(family, pay):
    """Two thresholds by `Pairs`, their wages then by the programme: (pay, programmes solved)."""
    pairs = Pairs(family)
    thresholds, effort, *_ = pairs.best_near(pay.thresholds, pay.effort)
    best, spread = pay, 1 / np.sqrt(family.n * float(family.evidence.information(effort)))
    for aside in _ASIDE:  # the best effort may be the last one that can be had: a little more is safe
        at = min(max(effort + aside * spread, 1e-9), 1.0)
        new = family.implement_on_grid(thresholds, at)
        new = None if new is None else family.implement_everywhere(new)
        if new is not None and new.gap < best.gap:
            best = new
    if best is not pay:
        new, count = _best_effort(family, best)
        pairs.priced += count
        best = new if new is not None and new.gap < best.gap else best
    return best, pairs.priced + len(_ASIDE)


def _by_slopes(family, pay):
    """Real thresholds and effort together, rounded: (pay, programmes solved).

    L-BFGS-B on the slopes of the gap, a standard deviation at a time. It knows the deviations that have a price; where another tempts
    at its end, that one joins them and the step is taken again.
    """
    solved, joined = 0, ()
    for _ in range(2 * _CUTS):
        end, last, fun, count = _slide(family, pay, joined)
        solved += count
        if end is None or not fun < 1 - 1e-9:
            break
        t = np.round(end[:-1]).astype(int)
        inside = t[0] >= 1 and t[-1] <= family.n and np.all(np.diff(t) >= 1)
        new = (
            family.implement_on_grid(
                tuple(int(x) for x in t), float(end[-1]), last.deviations, last.lottery.prices
            )
            if inside
            else None
        )
        new, count = (None, 0) if new is None else _best_effort(family, new)
        solved += count + 1
        if new is not None and new.gap < pay.gap * (1 - 1e-10):
            done = len(_priced(new)[0]) <= len(last.deviations) and new.gap < pay.gap * fun * (1 + 1e-3)
            pay, joined = new, joined if done else ()
            if done and not np.any(np.abs(fun - 1) > 0.1):
                break
            continue
        other, gain = family.most_tempting_deviation(last)
        if gain < 1e-12 or min((abs(other - d) for d in joined), default=1.0) < 1e-9:
            break
        joined = (*joined, *(float(last.effort + (other - last.effort) * share) for share in _NEARER))
    return pay, solved


def _slide(family, pay, joined):
    """The best real thresholds and effort within a standard deviation: (them, their pay, share of the gap, programmes solved)."""
    n = family.n
    q, r = float(family.evidence.success(pay.effort)), float(family.evidence.failure(pay.effort))
    unit = np.append(np.full(len(pay.thresholds), np.sqrt(n * q * r)), 1.0)
    unit[-1] = unit[0] / (n * float(family.evidence.slope(pay.effort)))
    start = np.append(pay.thresholds, pay.effort)
    deviations, prices = _priced(pay)
    new = tuple(d for d in joined if d not in deviations)
    state = {"prices": np.concatenate([prices, np.zeros(len(new))]), "best": (np.inf, None, None)}
    deviations = (*deviations, *new)

    def gap_and_slopes(y):
        at = start + unit * y
        t, effort = at[:-1], float(at[-1])
        found = None
        if 0 < effort < 1 and t[0] >= 0.5 and t[-1] <= n and np.all(np.diff(t) >= 0.5):
            found = family.implement(tuple(t), effort, deviations, state["prices"])
            found = found or family.implement(tuple(t), effort, deviations)
        if found is None:
            return 1e3, np.zeros(y.size)
        state["prices"] = found.lottery.prices
        if found.gap < state["best"][0]:
            state["best"] = found.gap, at, found
        slopes = np.append(family.threshold_slopes(found), family.slope(found))
        return found.gap / pay.gap, slopes * unit / pay.gap

    found = minimize(
        gap_and_slopes, np.zeros(unit.size), jac=True, method="L-BFGS-B", bounds=[(-_FAR, _FAR)] * unit.size,
        options={"ftol": max(1e-13, _SHOWN / pay.gap), "gtol": 1e-8, "maxiter": 60},
    )  # fmt: skip
    gap, at, last = state["best"]
    return at, last, gap / pay.gap, found.nfev


def _priced(pay):
    """The deviations that have a price, and all prices without those of the others."""
    prices = pay.lottery.prices
    keep = [j for j, price in enumerate(prices[2:]) if price > 0]
    return tuple(pay.deviations[j] for j in keep), prices[[0, 1, *(2 + j for j in keep)]]


@dataclass(frozen=True)
class _Point:
    """A tuple's programme at one effort, as `climb` takes it."""

    effort: float
    gap: float
    slope: float
    pay: object


def _best_effort(family, pay):
    """The effort at which these thresholds lose least, held against every other effort: (pay or None, programmes solved)."""
    state = {"deviations": pay.deviations, "prices": pay.lottery.prices, "solved": 0}

    def at(effort):
        state["solved"] += 1
        others = tuple(d for d in state["deviations"] if abs(d - effort) > 1e-9)
        new = family.implement(pay.thresholds, effort, others, state["prices"])
        if new is None:
            new = family.implement(pay.thresholds, effort, others)
        if new is None:
            return _Point(effort, np.inf, 0.0, None)
        state["prices"] = new.lottery.prices
        return _Point(effort, new.gap, family.slope(new), new)

    spread = 0.1 / np.sqrt(family.n * float(family.evidence.information(pay.effort)))
    for _ in range(_CUTS):
        start = at(pay.effort)
        if start.pay is None:
            return None, state["solved"]
        top = climb(at, start, min(spread, 0.1))
        held = family.implement_everywhere(top.pay)
        if held is None:
            return None, state["solved"]
        new = [
            d for d in held.deviations if min((abs(d - x) for x in state["deviations"]), default=1.0) > 1e-9
        ]
        if not new or held.gap <= top.gap * (1 + 1e-10):
            return held, state["solved"]
        pay = held
        state["deviations"] = (*state["deviations"], *new)  # those without a price here may have one close by
        state["prices"] = None
    return held, state["solved"]


def _lattice(family, effort, number=_PLACES):
    """Thresholds a fraction of a standard deviation apart, more of them on the lenient side."""
    n, q, r = family.n, float(family.evidence.success(effort)), float(family.evidence.failure(effort))
    spread = max(np.sqrt(n * q * r), 1.0)
    high = min(n * q + 4 * spread, n)
    low = max(min(n * q - 7 * spread, high - number), 1)
    return [int(t) for t in np.unique(np.round(np.linspace(low, high, number)))]


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
    """The bound's terms: λū + μc′/√(n𝓘) + Σ ν_j (c(η) − c(η_j)); and min_v [P h(v) − W v] for the cell between each two of 0, the
    thresholds, n + 1 (inf unless they rise). The minimum is at h′(v) = W/P, or at the floor.
    """
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
    """P and P′ of the cell between each two of 0, the thresholds, n + 1."""
    up, down, density = family.edges(thresholds, effort)
    probability = between(up[:, None], up, down[:, None], down)
    return probability, density[:, None] - density


def least_gaps(family, effort, first, table, tuples):
    """Lower bounds of the gap at `effort` for tuples of thresholds, given as increasing indices into the table: (N, m)."""
    cost = first + table[0, tuples[:, 0]] + table[tuples[:, -1], -1]
    for left, right in zip(tuples.T[:-1], tuples.T[1:], strict=True):
        cost = cost + table[left, right]
    return family.best.profit - float(family.problem._value(effort)) + cost
