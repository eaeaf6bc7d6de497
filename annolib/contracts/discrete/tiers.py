"""Tiered pay with finitely many efforts: for given thresholds a convex programme over cells of counts, thresholds by search.

Thresholds t_1 < … < t_m cut the counts into m + 1 cells, and what is paid in a cell is free. That is `annolib.contracts.discrete.programme` with cells for
states, solved with its own bound. Thresholds: every tuple where they are few, which is a proof; else a tier is added to the best contract with one less and
all thresholds are moved, by ever smaller steps, while that gains: more tiers never earn less. What other thresholds could earn more is then
bounded by the best of all contracts.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np

from annolib.agency.utilities import RiskNeutral
from annolib.contracts.discrete.optimal import assembled, best_programmes, count_states
from annolib.contracts.discrete.programme import States
from annolib.contracts.discrete.threshold import _left, _proved, binary_pay
from annolib.contracts.forms import Tiered
from annolib.contracts.results import NoBestContract

_FEW = 200  # tuples of thresholds that are all tried
_ADDED = 12  # places for a further threshold
_MOVES = 400


class Cells:
    """Laws of cells of counts, from tails in logs so that small probabilities keep their digits."""

    def __init__(self, counts, states):
        self.counts = counts
        law = states.log_law
        empty = np.full((law.shape[0], 1), -np.inf)
        with np.errstate(all="ignore"):
            self.below = np.hstack([empty, np.logaddexp.accumulate(law, axis=1)])
            self.above = np.hstack([np.logaddexp.accumulate(law[:, ::-1], axis=1)[:, ::-1], empty])

    def states(self, thresholds):
        at = np.clip(np.searchsorted(self.counts, thresholds), 0, self.counts.size)
        ends = np.r_[0, at, self.counts.size]
        low, high = ends[:-1], ends[1:]
        with np.errstate(all="ignore"):
            up = _difference(self.above[:, low], self.above[:, high])
            down = _difference(self.below[:, high], self.below[:, low])
            return States(np.where(self.above[:, low] < np.log(0.5), up, down))


def _difference(large, small):
    """log(e^large − e^small); −∞ where large is: what nobody who does the effort ever shows."""
    return np.where(large == -np.inf, -np.inf, large + np.log1p(-np.exp(np.minimum(small - large, 0.0))))


def tiered_pay(actions, law, n, tiers):
    """The best contract with `tiers` thresholds, or with fewer where more gain nothing."""
    if tiers > n:
        raise ValueError(f"tiers must not exceed n: {n} checks have {n} thresholds; saw {tiers}.")
    if isinstance(actions.problem.utility, RiskNeutral):
        raise NoBestContract(
            "tiers of a risk-neutral agent are not solved for: ask for 'binary', 'linear' or 'optimal'."
        )
    if not np.isfinite(actions.floor):
        raise NoBestContract(
            "tiered pay without a floor has no sensible best contract (Mirrlees, see 'binary'). Give a floor."
        )
    one = binary_pay(actions, law, n)
    known = _as_tiers(one, law)
    if tiers == 1:
        return known
    counts, states = count_states(law, n)
    cells = Cells(counts, states)
    everything = comb(n, tiers) <= _FEW
    best = (known.log_gap, known.contract.thresholds if known.family == "tiered" else (), None)
    low = best_programmes(actions, states, best[0])[1]
    if _left(best[0], min(low, best[0])) == 0:
        return _proved(known, 0.0)
    if everything:
        low = np.inf
        for thresholds in combinations(range(1, n + 1), tiers):
            solutions, bound = best_programmes(actions, cells.states(thresholds), best[0])
            low = min(low, bound)
            if solutions and solutions[0].log_gap < best[0]:
                best = (solutions[0].log_gap, thresholds, solutions[0])
    else:
        for _ in range(len(best[1]) or 1, tiers):
            best = _one_more(actions, law, n, cells, best)
    left = _left(best[0], min(low, best[0]))
    if best[2] is None:
        return _proved(known, left)
    found = assembled(
        actions,
        cells.states(best[1]),
        n,
        known,
        [best[2]],
        min(low, best[0]),
        lambda s: _contract(actions, law, n, best[1], s),
        "tiered",
    )
    if left > 1e-9 * found.gap:
        found = replace(found, message=found.message.replace("solved", "solved (thresholds by local search)"))
    return found


def _one_more(actions, law, n, cells, best):
    """The best contract found with one threshold more."""

    def tried(thresholds, best):
        thresholds = tuple(sorted(int(t) for t in thresholds))
        if (
            len(set(thresholds)) < len(thresholds)
            or thresholds[0] < 1
            or thresholds[-1] > n
            or thresholds in seen
        ):
            return best
        seen.add(thresholds)
        solutions, _ = best_programmes(actions, cells.states(thresholds), best[0])
        return (
            (solutions[0].log_gap, thresholds, solutions[0])
            if solutions and solutions[0].log_gap < best[0]
            else best
        )

    seen, size = set(), len(best[1]) + 1
    lowest, highest = float(law.success.min()), float(law.success.max())
    spread = np.sqrt(n * highest * (1 - highest)) if 0 < highest < 1 else 1.0
    places = np.unique(
        np.round(np.clip(np.linspace(n * lowest - spread, n * highest + 2 * spread, _ADDED), 1, n))
    )
    start = best[1]
    for place in places:
        best = tried((*start, place), best)
    if len(best[1]) < size:
        return best
    step = max(int(spread / 2), 1)
    for _ in range(_MOVES):
        before = best
        for i in range(size):
            for move in (-step, step):
                moved = list(best[1])
                moved[i] += move
                best = tried(moved, best)
        if best is before:
            if step == 1:
                break
            step = max(step // 2, 1)
    return best


def _contract(actions, law, n, thresholds, solution):
    wages = tuple(float(w) for w in actions.problem.utility.wage(solution.utilities))
    return Tiered(tuple(int(t) for t in thresholds), wages, n, law.counts)


def _as_tiers(one, law):
    """A bonus as a tier of the count of `law`; one for failures is a tier that pays less."""
    if one.family == "flat":
        return one
    c = one.contract
    at, wages = (
        (c.threshold, (c.low, c.high)) if c.counts == law.counts else (c.n - c.threshold + 1, (c.high, c.low))
    )
    return replace(one, family="tiered", contract=Tiered((at,), wages, c.n, law.counts))
