"""The best threshold bonus: a low wage, or a high one if at least t of n checks pass.

For a threshold t and an effort η, with P = P(X ≥ t) and F = P(X < t) at η, everything follows from the bonus Δ = D(η) = c′/P′
(`annolib.contracts.threshold.implementable`, which says as well which efforts can be had):

    rent = max(u_f − u₀ + ΔP − c(η), 0)      u_f = u(w_floor): what the agent gets beyond u₀ if the low wage is the floor
    E v  = ū + rent,   u_L = E v − ΔP,   u_H = u_L + Δ = E v + ΔF
    gap  = loss of η against η* + [h(E v) − h(ū)] + [P h(u_H) + F h(u_L) − h(E v)]      (`Problem.gap`)

So one number is left for each threshold, the effort: `cheapest` compares the ends of the branches, the points inside at which
d gap/dη = 0 (`_on_branch`) and the bridge of the hull (`_at_bridge`). The threshold is chosen in `annolib.contracts.threshold.solve`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.contracts.threshold.hull import cheapest_on_hull
from annolib.contracts.threshold.implementable import ThresholdEfforts

_SHARES = np.linspace(0, 1, 13) ** 2.5  # points on a branch, denser towards its start
_FEW = np.linspace(0, 1, 7) ** 2.5  # the same where some digits do
_NEAR = np.array([1.0, 1.05])
_AROUND, _LEVEL_ROUNDS = np.array([-0.03, 0.0, 0.03]), 60
_NAMES = ("gap", "effort", "log_bonus", "net", "shirk")


@dataclass(frozen=True, eq=False)
class Thresholds(ThresholdEfforts):
    """The family of threshold contracts for one problem, evidence and n; all methods take arrays."""

    best: object

    def terms(self, t, effort, log_bonus=None, net=None):
        """The contract with threshold t for this effort, without its gap: a dict of arrays.

        `log_bonus` and `net` (ΔP(η) − c(η)) may be given where they are known better than from the effort: at a bridge
        of the hull D is so steep that the rounding of the effort shows.

        Keys: bonus (Δ), low (u_L), rent, success and fail (P, F), mean (E v), reachable (is u_H one that wages reach?).
        """
        problem = self.problem
        log_bonus = self.log_bonus(t, effort) if log_bonus is None else log_bonus
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            bonus = np.exp(log_bonus)
            success, fail = self.tails(t, effort)
            net = bonus * success - problem.cost.cost(effort) if net is None else net
            rent = np.maximum(problem.floor_utility - problem.outside + net, 0.0)
            mean = problem.reservation(effort) + rent
            reachable = np.isfinite(bonus) & (mean + bonus * fail < problem.utility.highest)
            low = mean - bonus * success
        return {
            "bonus": bonus, "low": low, "rent": rent, "success": success, "fail": fail, "mean": mean, "reachable": reachable,
        }  # fmt: skip

    def gap(self, effort, terms):
        """The gap of contracts with these terms; +inf where a wage is out of reach."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            success, fail, bonus = terms["success"], terms["fail"], terms["bonus"]
            offsets = np.stack([bonus * fail, -bonus * success], axis=-1)
            offsets = np.where(terms["reachable"][..., None], offsets, 0.0)
            odds = np.stack([success, fail], axis=-1)
            gap = self.problem.gap(self.best, effort, terms["rent"], terms["mean"], odds, offsets)
        return np.where(terms["reachable"], gap, np.inf)

    def terms_and_gap(self, t, effort, log_bonus=None, net=None):
        """`terms`, and the gap."""
        terms = self.terms(t, effort, log_bonus, net)
        return {**terms, "gap": self.gap(effort, terms)}

    def gap_slope(self, t, effort, terms=None):
        """d gap / d effort along the bonus that keeps the effort stationary; +inf where the wage is out of reach.

        With L, H the utilities of the two wages and D′ = D·bonus_elasticity/η: without rent E h rises by P′(h(H) − h(L)) and by
        F(1 − F)D′(h′(H) − h′(L)), F = P(X < t); at the floor by P′(h(H) − h(L)) + (1 − F)D′h′(H).
        """
        problem, utility = self.problem, self.problem.utility
        terms = self.terms(t, effort) if terms is None else terms
        low, bonus, known = terms["low"], terms["bonus"], terms["reachable"]
        success, fail = terms["success"], terms["fail"]
        low, bonus = np.where(known, low, 0.0 * low), np.where(known, bonus, 0.0)
        steep = problem.cost.slope(effort) / bonus  # P′, since the effort is stationary
        growth = bonus * self.bonus_elasticity(t, effort) / effort
        top = utility.marginal_wage(low + bonus)
        spread = np.where(
            terms["rent"] > 0,
            success * growth * top,
            fail * success * growth * (top - utility.marginal_wage(low)),
        )
        slope = steep * utility.wage_rise(low, bonus) + spread - problem._value_slope(effort)
        return np.where(known & np.isfinite(slope), slope, np.inf)

    def cheapest(self, t, exact=True):
        """The best effort for each threshold: a dict of arrays gap, effort, log_bonus, net (ΔP − c), shirk (both NaN but at a bridge).

        Not `exact`: good to some digits, from the points of a grid and the slopes between them.
        """
        t = np.asarray(t, dtype=float)
        if exact and not isinstance(self.problem.cost, PowerCost):
            every = [cheapest_on_hull(self.at(i), float(x)) for i, x in np.ndenumerate(t)]
            return {name: np.array([one[name] for one in every]).reshape(t.shape) for name in _NAMES}
        with np.errstate(all="ignore"):
            lower, start, fall_start = self.branches(t, exact)
            options = [self._on_branch(t, np.minimum(start, 1.0), np.ones_like(t), exact)]
            if np.any(lower > 0):
                options.append(self._on_branch(t, np.zeros_like(t), lower, exact))
            if np.any(start > 0):
                bridged = np.where(start > 0, np.minimum(start, 1.0), np.nan)
                options.append(self._at_bridge(t, lower, bridged, fall_start, 30 if exact else 2))
            pick = np.argmin([np.where(np.isnan(o["gap"]), np.inf, o["gap"]) for o in options], axis=0)
            if np.any(
                start > 0
            ):  # where a neighbour of the bridge wins by its rounding only, take the bridge
                near = (options[0]["effort"] - start <= 1e-6 * (1 - start)) & (pick == 0)
                near &= options[-1]["gap"] <= options[0]["gap"] * (1 + 1e-6)
                pick = np.where(near, len(options) - 1, pick)
        return {name: np.choose(pick, [option[name] for option in options]) for name in _NAMES}

    def _on_branch(self, t, low, high, exact):
        """The best effort on [low, high] for each threshold: the best of a grid, then where the slope changes sign beside it."""
        x = low[..., None] + (high - low)[..., None] * (_SHARES if exact else _FEW)
        if not exact:  # the best effort is seldom far from the first best
            usual = np.clip(self.best.effort * _NEAR, low[..., None], high[..., None])
            x = np.sort(np.concatenate([x, usual], axis=-1), axis=-1)
        x = np.maximum(x, 1e-9)
        priced = self.terms_and_gap(t[..., None], x)
        slope = self.gap_slope(t[..., None], x, priced)
        i = np.argmin(priced["gap"], axis=-1)[..., None]
        up = np.take_along_axis(slope, i, axis=-1) < 0
        ends = (
            np.clip(np.where(up, i, i - 1), 0, None),
            np.clip(np.where(up, i + 1, i), None, x.shape[-1] - 1),
        )
        pick = lambda values, index: np.take_along_axis(values, index, axis=-1)[..., 0]  # noqa: E731
        (a, b), (fa, fb) = (pick(x, k) for k in ends), (pick(slope, k) for k in ends)
        effort, gap = pick(x, i), pick(priced["gap"], i)
        where = np.flatnonzero((fa < 0) & (fb > 0) & (high > low))
        if where.size:
            a, b, fa, fb = a[where], b[where], fa[where], fb[where]
            some = self.at(where)
            if exact:
                inner = some._level(t[where], a, b, fa, fb, gap[where])
            else:
                inner = _cubic_minimum(a, b, *(pick(priced["gap"], k)[where] for k in ends), fa, fb)
            found = some.terms_and_gap(t[where], inner)["gap"]
            better = found < gap[where]
            effort[where[better]], gap[where[better]] = inner[better], found[better]
        gap = np.where(high > low, gap, np.inf)
        none = np.full(t.shape, np.nan)
        return {
            "gap": gap,
            "effort": effort,
            "log_bonus": self.log_bonus(t, effort),
            "net": none,
            "shirk": none,
        }

    def _level(self, t, a, b, fa, fb, gap):
        """Where the slope of the gap, fa < 0 at a and fb > 0 at b, crosses zero: to where nothing is left to gain.

        Each round looks where the chord of the slope does, close by on either side, and in the middle, as the slope may jump.
        """
        rows = np.arange(a.size)
        for _ in range(_LEVEL_ROUNDS):
            width = b - a
            share = np.where(np.isfinite(fb), fa / (fa - fb), 0.5)[:, None]
            x = np.sort(np.clip(np.append(share + _AROUND, np.full_like(share, 0.5), axis=1), 1e-3, 1 - 1e-3))
            x = a[:, None] + width[:, None] * x
            slope = self.gap_slope(t[:, None], x)
            up = np.argmax(np.append(slope >= 0, np.full((a.size, 1), True), axis=1), axis=1)
            x, slope = np.column_stack([a, x, b]), np.column_stack([fa, slope, fb])
            a, b, fa, fb = x[rows, up], x[rows, up + 1], slope[rows, up], slope[rows, up + 1]
            if np.all((np.minimum(-fa, fb) * (b - a) <= 1e-13 * gap) | (b - a <= 1e-15 * b)):
                break
        return np.where(-fa < fb, a, b)

    def _at_bridge(self, t, shirk, effort, fall_start, rounds):
        """The contract that leaves the agent indifferent between `effort`, the bridge's upper end, and shirking, its lower end.

        Δ = (c(η) − c(e))/(P(η) − P(e)) is known better so than from D(η); e is the best low answer to Δ, in turn.
        """
        cost, old = self.problem.cost, np.inf
        for _ in range(rounds):
            odds = self.tails(t, shirk)[0]
            rise = self.tails(t, effort)[0] - odds
            log_bonus = np.log(cost.cost(effort) - cost.cost(shirk)) - np.log(rise)
            if not np.any(np.abs(log_bonus - old) > 1e-13):
                break
            old, shirk = log_bonus, self.best_low_effort(t, log_bonus, fall_start, shirk)
        net = np.exp(log_bonus) * odds - cost.cost(shirk)
        gap = self.terms_and_gap(t, effort, log_bonus, net)["gap"]
        gap = np.where(np.isnan(gap) | np.isnan(effort), np.inf, gap)
        return {"gap": gap, "effort": effort, "log_bonus": log_bonus, "net": net, "shirk": shirk}


def _cubic_minimum(a, b, fa, fb, da, db):
    """Where the cubic with values fa, fb and slopes da < 0 < db is lowest on [a, b]; the middle where a slope is infinite."""
    z = da + db - 3 * (fb - fa) / (b - a)
    root = np.sqrt(np.maximum(z * z - da * db, 0.0))
    share = 1 - (db + root - z) / (db - da + 2 * root)
    return a + (b - a) * np.clip(np.where(np.isfinite(share), share, 0.5), 0.0, 1.0)
