"""The best threshold on a score of both counts: a low wage, or a high one if X₁ + ωX₂ ≥ t.

A line through the lattice of counts leaves, for each k₁, the k₂ ≥ j(k₁) = ⌈(t − k₁)/ω⌉ on the side of the bonus. So

    P(η) = Σ P₁(k₁)·T₂(j(k₁)),   T₂ the upper tail of X₂,

and derivatives in effort likewise: an operation for each k₁, whatever n₂. With P known, all is as for one kind of checks
(`annolib.contracts.threshold.family`): the bonus Δ = c′/P′ makes η stationary, the rent is max(u_f − u₀ + ΔP − c, 0), and η must be a best answer:
Δ(P(η) − P(e)) ≥ c(η) − c(e) for every e.

The search is over ω and t, from the weights of the score at the first-best effort: each is priced on a grid of efforts, finer near the best (`Prices`);
the best few are priced exactly (`exactly`), and the agent's answer to the best is proved. Moving ω or t moves the gap in tiny steps, one for each
pair of counts passed, and there are more of those than can be tried. So the contract is the best of those looked at; how far it may be from the best of
all is told by a bound for contracts of every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annolib.contracts.joint.family import proved_answer

_NEAR, _FAR = 81, 61
_LENIENCIES = np.linspace(-1.5, 5.0, 27)
_ROUNDS, _SAMPLES, _EXACT = 4, 120, 6
_GAIN = 1e-10


@dataclass(frozen=True, eq=False)
class Stairs:
    """Expected utility of low + bonus·1{k₂ ≥ j(k₁)}, for `family.proved_answer`."""

    law: object
    steps: np.ndarray  # j(k₁), 0 … n₂ + 1
    low: float
    bonus: float

    def expected(self, efforts):
        chance = chances(self.law, self.steps, efforts)
        return np.stack([self.low + self.bonus * chance[0], self.bonus * chance[1], self.bonus * chance[2]])

    def third(self, low, high):
        return abs(self.bonus) / 2 * self.law.norms(low, high)[3]


def chances(law, steps, efforts):
    """P, P′ and P″ of reaching the bonus: (3, efforts)."""
    return _chances(*_tables(law, efforts), steps)


def _tables(law, efforts, orders=2):
    """The law of X₁ and the upper tails of X₂, with derivatives in effort."""
    efforts = np.atleast_1d(np.asarray(efforts, dtype=float))
    first = law.first.law(efforts, orders)
    tails = []
    for p in law.second.law(efforts, orders):
        upper = np.zeros((p.shape[0], p.shape[1] + 1))
        upper[:, :-1] = np.cumsum(p[:, ::-1], axis=1)[:, ::-1]
        tails.append(upper)
    return first, tails


def _chances(first, tails, steps):
    at = [tail[:, steps] for tail in tails]
    out = [np.einsum("ek,ek->e", first[0], at[0])]
    if len(first) > 1:
        out.append(np.einsum("ek,ek->e", first[1], at[0]) + np.einsum("ek,ek->e", first[0], at[1]))
    if len(first) > 2:
        out.append(sum(c * np.einsum("ek,ek->e", first[i], at[2 - i]) for i, c in enumerate((1, 2, 1))))
    return np.array(out)


def steps_of(law, ratio, threshold):
    """j(k₁): how many passes of the second kind reach the threshold beside k₁ of the first."""
    k = np.arange(law.first.n + 1.0)
    n = law.second.n
    if ratio == np.inf:
        return np.full(k.size, int(np.clip(np.ceil(threshold), 0, n + 1)))
    short = threshold - k
    if ratio == 0:
        return np.where(short > 0, n + 1, 0)
    return np.clip(np.ceil(short / ratio), 0, n + 1).astype(int)


@dataclass(frozen=True, eq=False)
class Choice:
    """A priced contract: ω, t, its stairs, effort, bonus, low utility, rent and gap."""

    ratio: float
    threshold: float
    steps: np.ndarray
    effort: float
    bonus: float
    low: float
    rent: float
    gap: float
    shirking: float


@dataclass(frozen=True, eq=False)
class Prices:
    """Thresholds priced on a grid of efforts."""

    problem: object
    law: object
    best: object
    ceiling: float = np.inf  # the highest utility that may be paid

    @cached_property
    def efforts(self):
        """From 0 to 1, finer near the first best."""
        near = 5 / np.sqrt(max(float(self.law.information(self.best.effort)), 1.0))
        fine = self.best.effort + near * np.linspace(-1, 1, _NEAR)
        return np.unique(np.concatenate([np.linspace(0, 1, _FAR), fine[(fine > 0) & (fine < 1)]]))

    @cached_property
    def _grid(self):
        return _tables(self.law, self.efforts, 1)

    def rough(self, steps):
        """(gap, effort) of the best contract with these stairs, to some digits."""
        e, cost = self.efforts, self.problem.cost
        chance, steep = _chances(*self._grid, steps)
        c = cost.cost(e)
        with np.errstate(all="ignore"):
            bonus = cost.slope(e) / steep
            gap = self._gap(e, chance, bonus)
            if not np.isfinite(gap).any():
                return np.inf, np.nan
            net = bonus * chance - c
            others = bonus[:, None] * chance - c
            lead = net - np.max(np.where(np.abs(e - e[:, None]) > 0.02, others, -np.inf), axis=1)
            willing = (lead >= 0) & (steep > 0)
            fair = willing & np.isfinite(gap)
            if (
                not fair.any()
            ):  # what the agent is willing to do may be within reach only between two efforts of the grid
                rises = np.flatnonzero(willing[1:] & ~willing[:-1] & (steep[:-1] > 0))[:2]
                lucks = [int(np.argmax(np.where(np.abs(e - e[j]) > 0.02, others[j], -np.inf))) for j in rises]
                between = [
                    self._just_willing(j + 1, j, chance, steep, luck)
                    for j, luck in zip(rises, lucks, strict=True)
                ]
                return min(between, default=(np.inf, np.nan))
            cheap = np.where(fair, gap, np.inf)
            i = int(np.argmin(cheap))
            value, effort = float(cheap[i]), float(e[i])
            for j in (
                i - 1,
                i + 1,
            ):  # the effort at which the agent is just indifferent lies between two of the grid
                if 0 <= j < e.size and not fair[j] and gap[j] < gap[i]:
                    luck = int(np.argmax(np.where(np.abs(e - e[j]) > 0.02, others[j], -np.inf)))
                    between = self._just_willing(i, j, chance, steep, luck)
                    if between[0] < value:
                        value, effort = between
        return value, effort

    def _just_willing(self, i, j, chance, steep, luck):
        """(gap, effort) where the lead over a deviation vanishes between two efforts of the grid; P by the cubic through both ends."""
        e, cost, width = self.efforts, self.problem.cost, self.efforts[j] - self.efforts[i]
        low, high = 0.0, 1.0
        for _ in range(4):
            t = np.linspace(low, high, 33)
            a, b, da, db = chance[i], chance[j], steep[i] * width, steep[j] * width
            c2, c3 = 3 * (b - a) - 2 * da - db, 2 * (a - b) + da + db
            p, dp = a + t * (da + t * (c2 + t * c3)), (da + t * (2 * c2 + t * 3 * c3)) / width
            x = e[i] + t * width
            bonus = cost.slope(x) / dp
            lead = bonus * (p - chance[luck]) - (cost.cost(x) - cost.cost(e[luck]))
            k = int(np.argmax(lead < 0)) if np.any(lead < 0) else 32
            k = max(k, 1)
            low, high = t[k - 1], t[k]
        return float(self._gap(x[k - 1 : k], p[k - 1 : k], bonus[k - 1 : k])[0]), float(x[k - 1])

    def _gap(self, effort, chance, bonus):
        """The gap of bonuses at efforts; inf where out of reach."""
        problem = self.problem
        rent = np.maximum(
            problem.floor_utility - problem.outside + bonus * chance - problem.cost.cost(effort), 0
        )
        mean = problem.reservation(effort) + rent
        fail = 1 - chance
        reach = np.isfinite(bonus) & (bonus >= 0) & (mean + bonus * fail < problem.utility.highest)
        reach &= mean + bonus * fail <= self.ceiling
        reach &= mean - bonus * chance >= max(problem.floor_utility, problem.utility.lowest) - 1e-9
        offsets = np.where(reach[..., None], np.stack([bonus * fail, -bonus * chance], axis=-1), 0.0)
        gap = problem.gap(self.best, effort, rent, mean, np.stack([chance, fail], axis=-1), offsets)
        return np.where(reach, gap, np.inf)

    def exactly(self, ratio, threshold, effort):
        """The `Choice` with this threshold near an effort: where the gap is least, or where the agent is just willing."""
        steps, cost = steps_of(self.law, ratio, threshold), self.problem.cost
        width = 0.6 / np.sqrt(max(float(self.law.information(effort)), 1.0))
        shirking = cost.free_effort
        for _ in range(3):
            for near in (width, width / 30, width / 1000):  # efforts within reach may be few
                chosen = self._between(steps, max(effort - near, 1e-9), min(effort + near, 1.0), shirking)
                if chosen is not None:
                    break
            else:
                return None
            e, bonus, chance = chosen
            pay = Stairs(self.law, steps, 0.0, bonus)
            other, gain = _best_elsewhere(self.problem, pay, e, shirking)
            if gain <= 1e-12 or abs(other - shirking) < 1e-9:
                break
            shirking = other
        own = bonus * chance - float(cost.cost(e))
        rent = max(self.problem.floor_utility - self.problem.outside + own, 0.0)
        lowest = float(self.problem.reservation(e)) + rent - bonus * chance
        gap = float(self._gap(np.array([e]), np.array([chance]), np.array([bonus]))[0])
        return Choice(ratio, threshold, steps, e, bonus, lowest, rent, gap, shirking)

    def _between(self, steps, low, high, shirking):
        """The best effort of a range against one deviation: by zooming on the fair efforts, then on the point of indifference."""
        cost = self.problem.cost
        luck = float(chances(self.law, steps, [shirking])[0, 0])
        saved = float(cost.cost(shirking))

        def look(e):
            chance, steep = _chances(*_tables(self.law, e, 1), steps)
            with np.errstate(all="ignore"):
                bonus = cost.slope(e) / steep
                lead = bonus * (chance - luck) - (cost.cost(e) - saved)
                gap = self._gap(e, chance, bonus)
            return chance, bonus, lead, np.where((lead >= 0) & (steep > 0), gap, np.inf), gap

        chosen, indifferent = None, False
        for _ in range(9):
            e = np.linspace(low, high, 9)
            chance, bonus, lead, fair, gap = look(e)
            if not np.isfinite(fair).any():
                return chosen
            i = int(np.argmin(fair))
            chosen = float(e[i]), float(bonus[i]), float(chance[i])
            ends = [j for j in (i - 1, i + 1) if 0 <= j < 9 and lead[j] < 0 and gap[j] < gap[i]]
            if ends:  # the agent is indifferent between these two: there the bonus is known better from the deviation
                indifferent = True
                low, high = sorted((e[i], e[ends[0]]))
            else:
                low, high = e[max(i - 1, 0)], e[min(i + 1, 8)]
            if high - low < 1e-13:
                break
        if indifferent:
            e = chosen[0]
            chance = float(chances(self.law, steps, [e])[0, 0])
            chosen = e, (float(cost.cost(e)) - saved) / (chance - luck), chance
        return chosen


def _best_elsewhere(problem, pay, effort, shirking):
    """The best effort away from the one asked for, and what it gains."""
    width = 0.5 * max(effort - shirking, 0.02)
    grid = np.unique(np.concatenate([np.linspace(0, 1, 65), [shirking]]))
    payoff = pay.expected(grid)[0] - problem.cost.cost(grid)
    own = float(pay.expected(np.array([effort]))[0, 0] - problem.cost.cost(effort))
    payoff = np.where(np.abs(grid - effort) < min(width, 0.05), -np.inf, payoff)
    i = int(np.argmax(payoff))
    low, high = grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]
    for _ in range(7):
        inner = np.linspace(low, high, 9)
        values = pay.expected(inner)[0] - problem.cost.cost(inner)
        j = int(np.argmax(values))
        low, high = inner[max(j - 1, 0)], inner[min(j + 1, 8)]
    other = float(inner[j])
    if grid[i] in (0.0, shirking) and payoff[i] >= values[j]:
        return float(grid[i]), float(payoff[i]) - own
    return other, float(values[j]) - own


def best_threshold(problem, law, best, weights=None, ceiling=np.inf, rng=0):
    """The best (ω, t) found, a `Choice` and the proved answer to it; None if there is none. `weights` holds the ratio fixed, `ceiling` is the highest utility that may be paid."""
    prices = Prices(problem, law, best, ceiling)
    score = law.weights(best.effort)
    if weights is not None:
        first = _ratio(weights)
        free = False
    else:
        first, free = _ratio(score), law.second.n > 0 and law.first.n > 0 and min(score) > 0
    tried = {}

    def look(ratio, threshold):
        key = (ratio, threshold)
        if key not in tried:
            tried[key] = prices.rough(steps_of(law, ratio, threshold))
        return tried[key][0]

    def at(ratio, leniency):
        mean, spread = _moments(law, ratio, best.effort)
        return mean - leniency * spread

    gaps = [look(first, at(first, z)) for z in _LENIENCIES]
    if not np.isfinite(gaps).any():
        return None
    ratio, z, span, turn = first, float(_LENIENCIES[int(np.argmin(gaps))]), 0.3, 0.5
    for _ in range(_ROUNDS):
        z = min((z + span * x for x in np.linspace(-1, 1, 9)), key=lambda x: look(ratio, at(ratio, x)))
        if free:
            ratio = min(
                (ratio * np.exp(turn * x) for x in np.linspace(-1, 1, 7)), key=lambda x: look(x, at(x, z))
            )
        span, turn = span / 3, turn / 3
    draws = np.random.default_rng(rng)
    for _ in range(_SAMPLES):
        other = ratio * np.exp(0.05 * draws.normal()) if free and draws.random() < 0.7 else ratio
        look(other, at(other, z + 0.05 * draws.normal()))
    order = sorted((pair for pair in tried if np.isfinite(tried[pair][0])), key=lambda pair: tried[pair][0])
    chosen, seen = None, set()
    for pair in order:
        key = steps_of(law, *pair).tobytes()
        if key in seen:
            continue
        seen.add(key)
        one = prices.exactly(*pair, tried[pair][1])
        if one is not None and (chosen is None or one.gap < chosen.gap):
            pay = Stairs(law, one.steps, one.low, one.bonus)
            answer = proved_answer(problem, pay, (one.effort, one.shirking))
            own = one.rent + problem.outside
            if answer.bound - own <= _GAIN:
                chosen = one
                found = answer
        if len(seen) >= _EXACT and chosen is not None or len(seen) > 5 * _EXACT:
            break
    return None if chosen is None else (chosen, found, len(tried))


def _ratio(weights):
    """ω, how many passes of the first kind one of the second is worth."""
    first, second = weights
    if not first > 0:
        return np.inf
    return second / first


def _moments(law, ratio, effort):
    """Mean and standard deviation of X₁ + ωX₂."""
    weights = (0.0, 1.0) if ratio == np.inf else (1.0, ratio)
    mean = var = 0.0
    for kind, weight in zip(law.kinds, weights, strict=True):
        q = float(kind.evidence.success(effort))
        mean += weight * kind.n * q
        var += weight**2 * kind.n * q * (1 - q)
    return mean, np.sqrt(max(var, 1e-12))
