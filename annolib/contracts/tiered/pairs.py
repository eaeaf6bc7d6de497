"""Two thresholds: a search that prices a pair and all efforts in one go.

With F_j(η) = P(X ≥ t_j) pay v₁, v₁ + b₁, v₁ + b₁ + b₂ in utility. For an effort η the local incentive fixes one bonus by the other,

    b₁F₁′ + b₂F₂′ = c′,

and then every other effort e that must not pay is a bound of b₁ alone:

    b₁·A(e) ≥ B(e),   A = F₁(η) − F₁(e) − (F₁′/F₂′)(F₂(η) − F₂(e)),   B = c(η) − c(e) − (c′/F₂′)(F₂(η) − F₂(e)).

So b₁ lies in an interval; the lowest wage is the floor, or what makes the agent just take part; and the cost is convex in b₁. Arrays do this for
many efforts η against many efforts e. What is left, a function of two thresholds with corners, is left to Nelder and Mead's simplex.

The efforts e are points of a grid, looked at closer around the one that binds: so a gap is good to some digits, and whoever asks solves the
programme of the pair found (`annolib.contracts.tiered.family`).

References
----------
J. A. Nelder, R. Mead, "A simplex method for function minimization", The Computer Journal 7 (1965), doi:10.1093/comjnl/7.4.308.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from annolib.numerics.binomials import log_density, tails

_OTHERS = np.concatenate(
    [np.arange(-8, -3, 0.25), np.arange(-3, -0.05, 0.1), np.arange(0.1, 1, 0.1), np.arange(1, 6, 0.5)]
)  # other efforts, in standard deviations of the count
_EVERYWHERE = np.concatenate([[0.0, 1e-3, 0.01], np.linspace(0.025, 1, 40)])
_EFFORTS = np.linspace(-1.5, 1.5, 25)  # tried around the last one, in standard deviations of the count
_CLOSER = 12.0  # times, from one look to the next
_LOOKS, _HALVINGS = 4, 50
_SIZES, _TRIES = (
    (0.5, 0.1, 0.02),
    60,
)  # of the simplex, in standard deviations of the count; and pairs for each size


class Pairs:
    """Pairs of thresholds of one `Tiers` family; `priced` counts them."""

    def __init__(self, family):
        self.family, self.problem, self.evidence, self.n = family, family.problem, family.evidence, family.n
        self.priced = 0

    def best_near(self, thresholds, effort):
        """The best pair near this one that the simplex finds: (thresholds, effort, the effort that binds, gap)."""
        q, r = float(self.evidence.success(effort)), float(self.evidence.failure(effort))
        unit = max(np.sqrt(self.n * q * r), 1.0)
        best = (*self.least_gap(thresholds, effort), tuple(thresholds))
        for size in _SIZES:
            start = np.array(best[3], dtype=float)
            step = max(size * unit, 1.0)
            seen = {}

            def gap_of(y, start=start, step=step, seen=seen):
                nonlocal best
                pair = tuple(int(t) for t in np.round(start + step * y))
                if pair not in seen:
                    moved = float(np.mean(np.array(pair) - start)) / self.n
                    at = self.evidence.effort(self.evidence.success(best[1]) + moved)
                    found = self.least_gap(pair, float(at))
                    if not found[0] < np.inf:
                        found = self.least_gap(pair, best[1])
                    seen[pair] = (*found, pair)
                    best = min(best, seen[pair])
                return min(seen[pair][0], 1e300)

            simplex = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
            options = {
                "initial_simplex": simplex,
                "maxfev": _TRIES,
                "xatol": 0.5 / step,
                "fatol": 1e-9 * best[0],
            }
            minimize(gap_of, np.zeros(2), method="Nelder-Mead", options=options)
            if step == 1:
                break
        gap, at, other, pair = best
        return pair, at, other, gap

    def least_gap(self, thresholds, effort):
        """The least gap of this pair near an effort: (gap, effort, the effort that binds); (inf, effort, 0) if none near can be had."""
        t = np.array(thresholds, dtype=float)
        none = np.inf, float(effort), 0.0
        if not 1 <= t[0] < t[1] <= self.n:
            return none
        self.priced += 1
        q, r, slope = (
            float(f(effort)) for f in (self.evidence.success, self.evidence.failure, self.evidence.slope)
        )
        unit = np.sqrt(q * r / self.n) / max(slope, 1e-12)
        others = np.unique(np.clip(np.concatenate([effort + unit * _OTHERS, _EVERYWHERE]), 0, 1))
        found, width = none, unit
        with np.errstate(all="ignore"):
            odds = self._odds(t, others)
            for _ in range(_LOOKS):
                own = np.clip(found[1] + width * _EFFORTS, 1e-9, 1 - 1e-12)
                gap, binds = self._gaps(t, own, others, odds)
                i = int(np.argmin(gap))
                if not gap[i] < np.inf:
                    return none
                found = float(gap[i]), float(own[i]), float(others[binds[0, i]])
                near = np.concatenate(  # other efforts close to those that bind
                    [
                        np.linspace(others[max(j - 1, 0)], others[min(j + 1, others.size - 1)], 13)[1:-1]
                        for j in binds[:, i]
                    ]
                )
                others, order = np.unique(np.append(others, near), return_index=True)
                odds = np.concatenate([odds, self._odds(t, near)], axis=1)[:, order]
                width /= _CLOSER
        return found

    def _odds(self, t, efforts):
        """P(X ≥ t) of both thresholds (rows) at these efforts."""
        return tails(t[:, None], self.n, self.evidence.success(efforts), self.evidence.failure(efforts))[0]

    def _gaps(self, t, own, others, odds):
        """The least gap at each effort `own`, and which of the others bound b₁: the one it rests on, and the other."""
        problem, cost, ev = self.problem, self.problem.cost, self.evidence
        q, r = ev.success(own), ev.failure(own)
        here = tails(t[:, None], self.n, q, r)[0]
        steep = np.exp(log_density(t[:, None], self.n, q, r)) * ev.slope(own)
        ratio, needed = steep[0] / steep[1], cost.slope(own) / steep[1]
        rises = here[:, :, None] - odds[:, None, :]
        a = rises[0] - ratio[:, None] * rises[1]
        b = cost.cost(own)[:, None] - cost.cost(others) - needed[:, None] * rises[1]
        away = np.abs(own[:, None] - others) > 1e-9
        bound = b / a
        low_at, high_at = np.where(away & (a > 0), bound, -np.inf), np.where(away & (a < 0), bound, np.inf)
        rows = np.arange(own.size)
        i, j = np.argmax(low_at, axis=1), np.argmin(high_at, axis=1)
        low, high = low_at[rows, i], high_at[rows, j]
        dear, cheap = np.maximum(low, -1e6), np.minimum(high, 1e6)
        rising, falling = (
            self._slope(dear, here, ratio, needed, own) >= 0,
            self._slope(cheap, here, ratio, needed, own) <= 0,
        )
        inside = ~(rising | falling) & (low < high)
        first = np.where(rising | ~falling, dear, cheap)
        if inside.any():
            left, right = dear.copy(), cheap.copy()
            for _ in range(_HALVINGS):
                middle = (left + right) / 2
                up = self._slope(middle, here, ratio, needed, own) >= 0
                left, right = np.where(up, left, middle), np.where(up, middle, right)
            first = np.where(inside, (left + right) / 2, first)
        second = needed - ratio * first
        paid = first * here[0] + second * here[1]
        rent = np.maximum(problem.floor_utility - problem.outside + paid - cost.cost(own), 0.0)
        mean = problem.reservation(own) + rent
        lowest = mean - paid
        chances = np.stack([1 - here[0], here[0] - here[1], here[1]], axis=-1)
        offsets = np.stack([-paid, first - paid, first + second - paid], axis=-1)
        gap = problem.gap(self.family.best, own, rent, mean, chances, offsets)
        least, most = (
            lowest + np.minimum(0, np.minimum(first, first + second)),
            lowest + np.maximum(first, first + second),
        )
        fair = (low <= high) & (least >= problem.floor_utility - 1e-12) & (most < problem.utility.highest)
        return np.where(fair & np.isfinite(gap), gap, np.inf), np.where(first == dear, [i, j], [j, i])

    def _slope(self, first, here, ratio, needed, own):
        """d cost/d b₁, with b₂ by the local incentive and the lowest wage that floor and participation allow."""
        problem = self.problem
        second = needed - ratio * first
        moves = -(here[0] - ratio * here[1])
        just = problem.reservation(own) - first * here[0] - second * here[1]
        lowest, fixed = np.maximum(just, problem.floor_utility), just < problem.floor_utility
        moves = np.where(fixed, 0.0, moves)
        total = 0.0
        steps = (0.0, 0.0), (first, 1.0), (first + second, 1 - ratio)
        for chance, (up, rate) in zip((1 - here[0], here[0] - here[1], here[1]), steps, strict=True):
            v = lowest + up
            marginal = np.where(v < problem.utility.highest, problem.utility.marginal_wage(v), np.inf)
            total = total + np.where(chance > 0, chance * marginal * (moves + rate), 0.0)
        return np.where(np.isnan(total), np.inf, total)
