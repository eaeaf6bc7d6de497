"""Pay by tiers for agents of several kinds: m thresholds, wages that rise at each; a search.

With steps Δ_j ≥ 0 of utility at thresholds t_1 < … < t_m a kind has Σ Δ_j P(X ≥ t_j) − c(η) beyond the low wage. The steps are searched by the
simplex method, the thresholds by trying their neighbours, and every tier is added to the best contract with one less, so that more tiers never earn
less. Efforts are compared on a grid, and the best is refined by the parabola through its neighbours. What the contract found leaves
is then computed from its wages alone (`whole_range`); how far it may be from the best, by the bounds that hold for any pay.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from annolib.contracts.forms import Binary, Tiered
from annolib.contracts.robust.bonuses.threshold import refuse_endless_fines
from annolib.contracts.robust.family import Found
from annolib.contracts.robust.whole_range import handicapped
from annolib.numerics.binomials import tails

_HAIR = 1e-7  # every kind is searched for with this much more and with this much less cost, relatively: no answer is at a jump
_EFFORTS = np.linspace(0, 1, 401)
_PLACES = (
    -4.0,
    -2.5,
    -1.5,
    -0.8,
    0.5,
    1.0,
    1.6,
    2.4,
)  # where a new threshold is tried, in standard deviations from those there are
_SHARES = (0.1, 0.35)  # of the utility at stake that a new step begins with
_LEAST = 1e-4  # a step below this share of the others is none
_FIRST, _TRIES, _POLISH = 30, 60, 400


def one_more_tier(kinds, n, contract):
    """The best contract found with one threshold more than `contract` (`Flat`, `Binary` or `Tiered`): a `Found`; its contract may be None."""
    refuse_endless_fines(kinds, "tiered")
    search, tiers = _Search(kinds, n), as_tiers(contract)
    if isinstance(tiers, Tiered):
        rises = kinds.utility.utility_rise(np.array(tiers.wages[:-1]), np.diff(tiers.wages))
        thresholds, steps = tiers.thresholds, np.asarray(rises, dtype=float)
    else:  # nothing pays with fewer tiers: begin where the weakest is half at work
        thresholds = (max(int(n * float(kinds.kinds[0].evidence.success(0.5))), 1),)
        steps = np.array([kinds.dearest() / 2])
    with np.errstate(all="ignore"):
        best = search.one_more((thresholds, steps, search.aim(thresholds, steps)))
        if best[0] == thresholds:
            return Found(None, best[2], np.inf, search.tried, False, "tiered")
        found, at_floor = search.contract(best)
    return Found(found, best[2], np.inf, search.tried, at_floor, "tiered")


def as_tiers(contract):
    """A binary contract as one with tiers; others as they are."""
    if not isinstance(contract, Binary):
        return contract
    c = contract
    return Tiered((c.threshold,), (c.low, c.high), c.n, c.counts)


class _Search:
    def __init__(self, kinds, n):
        self.kinds, self.n, self.tried = kinds, n, 0
        pairs = [handicapped(kind, hair) for hair in (_HAIR, -_HAIR) for kind in kinds.kinds]
        self.costs = np.array([kind.problem.cost.cost(_EFFORTS) for kind in pairs])
        self.values = np.tile(kinds.value(np.tile(_EFFORTS, (len(kinds.kinds), 1))), (2, 1))
        self.chances = {}  # P(X ≥ t) of each kind at each effort, by threshold
        q = float(kinds.kinds[0].evidence.success(0.5))
        self.spread = max(np.sqrt(n * q * (1 - q)), 1.0)

    def _passed(self, t):
        if t not in self.chances:
            laws = [kind.evidence for kind in self.kinds.kinds]
            chances = [
                tails(float(t), self.n, law.success(_EFFORTS), law.failure(_EFFORTS))[0] for law in laws
            ]
            self.chances[t] = np.tile(np.array(chances), (2, 1))
        return self.chances[t]

    def answers(self, thresholds, steps):
        """(payoffs (2K,), values (2K,), chances (m, 2K)) at the best efforts of every kind, first with more cost and then with less."""
        passed = np.array([self._passed(t) for t in thresholds])
        payoff = np.tensordot(steps, passed, axes=1) - self.costs
        i = np.argmax(payoff, axis=1)
        rows, j = np.arange(i.size), np.clip(i, 1, _EFFORTS.size - 2)
        left, middle, right = (payoff[rows, j + d] for d in (-1, 0, 1))
        bend = left - 2 * middle + right
        shift = np.where(
            (i == j) & (bend < 0),
            np.clip((left - right) / (2 * np.where(bend < 0, bend, -1.0)), -1, 1),
            i - j,
        )

        def at(table):
            a, b, c = (table[..., rows, j + d] for d in (-1, 0, 1))
            return b + shift * (c - a) / 2 + shift**2 * (a - 2 * b + c) / 2

        return at(payoff), at(self.values), at(passed)

    def aim(self, thresholds, steps):
        """The firm's aim at the least low wage that every kind accepts; −inf where a wage is out of reach."""
        self.tried += 1
        gains, values, chances = self.answers(thresholds, steps)
        half = len(self.kinds.kinds)
        low = float(self.kinds.low_utility(gains[:half]))
        levels = low + np.concatenate([[0.0], np.cumsum(steps)])
        if not levels[-1] < self.kinds.utility.highest:
            return -np.inf
        wages = self.kinds.utility.wage(levels)
        profits = values - wages[0] - np.diff(wages) @ chances
        worth = float(self.kinds.aim(np.minimum(profits[:half], profits[half:])))
        return worth if np.isfinite(worth) else -np.inf

    def best_steps(self, thresholds, steps, tries=_TRIES):
        """The best steps at these thresholds near some: (steps, aim)."""
        found = minimize(
            lambda x: -max(self.aim(thresholds, np.exp(x)), -1e9),
            np.log(steps),
            method="Nelder-Mead",
            options={
                "maxfev": tries,
                "xatol": 1e-11,
                "fatol": 1e-13,
                "initial_simplex": _simplex(np.log(steps)),
            },
        )
        return np.exp(found.x), -float(found.fun)

    def one_more(self, best):
        """The best contract found with one threshold more than `best` (thresholds, steps, aim)."""
        thresholds, steps, worth = best
        options = []
        for place in {int(round(t + d * self.spread)) for t in thresholds for d in _PLACES}:
            if place in thresholds or not 1 <= place <= self.n:
                continue
            for share in _SHARES:
                tuple_ = tuple(sorted((*thresholds, place)))
                i = tuple_.index(place)
                start = np.insert(steps * (1 - share), i, share * steps.sum())
                options.append((tuple_, *self.best_steps(tuple_, start, _FIRST)))
        if not options:
            return best
        top = sorted(options, key=lambda option: -option[2])[:3]
        top = [(option[0], *self.best_steps(*option[:2], _POLISH)) for option in top]
        found = self._neighbours(max(top, key=lambda option: option[2]))
        found = self._polished(found)
        keep = found[1] > _LEAST * found[1].sum()
        return found if found[2] > worth and keep.all() else best

    def _neighbours(self, best):
        """Thresholds moved one by one, by less and less, as long as that gains."""
        step = max(int(self.spread / 2), 1)
        while step >= 1:
            moved = False
            for i in range(len(best[0])):
                for sign in (-step, step):
                    t = best[0][i] + sign
                    if t in best[0] or not 1 <= t <= self.n:
                        continue
                    tuple_ = (*best[0][:i], t, *best[0][i + 1 :])
                    if list(tuple_) != sorted(tuple_):
                        continue
                    steps, worth = self.best_steps(tuple_, best[1])
                    if worth > best[2] + 1e-10:
                        best, moved = (tuple_, steps, worth), True
            step = step if moved else step // 2
        return best

    def _polished(self, best):
        for _ in range(3):
            steps, worth = self.best_steps(best[0], best[1], _POLISH)
            if worth <= best[2] + 1e-13:
                break
            best = (best[0], steps, worth)
        return best

    def contract(self, best):
        """The wages, and whether the lowest is the floor."""
        thresholds, steps, _ = best
        low = float(self.kinds.low_utility(self.answers(thresholds, steps)[0][: len(self.kinds.kinds)]))
        at_floor = low <= self.kinds.floor_utility
        low = low if at_floor else low + 3 * _HAIR * self.kinds.dearest()
        wages = self.kinds.utility.wage(low + np.concatenate([[0.0], np.cumsum(steps)]))
        contract = Tiered(
            thresholds, tuple(float(w) for w in wages), self.n, self.kinds.kinds[0].evidence.counts
        )
        return contract, at_floor


def _simplex(start):
    return start + np.concatenate([np.zeros((1, start.size)), 0.15 * np.eye(start.size)])
