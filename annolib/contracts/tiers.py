"""Pay by tiers: m thresholds, m + 1 wages. For given thresholds and effort the same dual as for any wage, on m + 1 cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.binomials import log_density, tails
from annolib.contracts import dual, money
from annolib.contracts.optimal import tempting


@dataclass(frozen=True, eq=False)
class TierPay:
    """The cheapest wages for given thresholds and effort."""

    thresholds: tuple
    effort: float
    gap: float
    rent: float
    lottery: dual.Lottery
    deviations: tuple


@dataclass(frozen=True, eq=False)
class Tiers:
    """The class of tiered contracts for one problem, evidence and n."""

    problem: object
    evidence: object
    n: int
    best: object
    worth: float

    def cells(self, thresholds, effort):
        """Probability of each cell at each effort, and its derivative: arrays (..., m + 1)."""
        t = np.asarray(thresholds, dtype=float)
        q = np.asarray(self.evidence.hit(effort), dtype=float)[..., None]
        r = np.asarray(self.evidence.miss(effort), dtype=float)[..., None]
        above, under = tails(t, self.n, q, r)
        one, zero = np.ones((*above.shape[:-1], 1)), np.zeros((*above.shape[:-1], 1))
        up, down = np.concatenate([one, above, zero], -1), np.concatenate([zero, under, one], -1)
        by_upper, by_lower = up[..., :-1] - up[..., 1:], down[..., 1:] - down[..., :-1]
        probability = np.where(up[..., :-1] < 0.5, by_upper, by_lower)
        density = np.exp(log_density(t, self.n, q, r)) * np.asarray(self.evidence.slope(effort))[..., None]
        density = np.concatenate([zero, density, zero], -1)
        return probability, density[..., :-1] - density[..., 1:]

    def implement(self, thresholds, effort, deviations=(0.0,), prices=None):
        """The cheapest wages that implement `effort` against `deviations`, or None."""
        problem = self.problem
        wanted = float(problem.reservation(effort))
        if not wanted < problem.utility.highest:
            return None
        p, change = self.cells(thresholds, effort)
        live = p > 1e-290
        if live.sum() < 2:
            return None
        p, change = p[live], change[live]
        scale = np.sqrt(self.n * float(self.evidence.information(effort)))
        if not np.isfinite(scale) or scale == 0:
            return None
        others = [self.cells(thresholds, other)[0][live] for other in deviations]
        rows = np.array([np.ones_like(p), change / p / scale, *(1 - np.minimum(o / p, 1e280) for o in others)])
        weights = np.array([p, change / scale, *(p - o for o in others)])
        cost = float(problem.cost.cost(effort))
        gaps = [cost - float(problem.cost.cost(other)) for other in deviations]
        targets = np.array([wanted, float(problem.cost.slope(effort)) / scale, *gaps])
        if prices is None or prices.size != targets.size:
            level = max(wanted, problem.floor_utility)
            bend = float(problem.utility.wage_curvature(level))
            prices = np.array([float(problem.utility.marginal_wage(level)), bend * targets[1], *np.zeros(len(others))])
        signed = np.array([True, effort >= 1, *([True] * len(others))])
        programme = dual.Programme(p, rows, weights, targets, signed, problem.utility, problem.floor_utility)
        lottery = dual.solve(programme, prices, float(problem._value(effort)) - self.worth)
        if not lottery.converged:
            return None
        raw = float(p @ lottery.utilities)
        rent = 0.0 if lottery.prices[0] > 0 else max(raw - wanted, 0.0)
        gap = float(money.gap(problem, self.best, np.float64(effort), rent, np.float64(wanted + rent), p, lottery.utilities - raw))
        full = np.full(live.shape, np.nan)
        full[live] = lottery.utilities
        filled = dual.Lottery(**{**lottery.__dict__, "utilities": _fill(full)})
        return TierPay(tuple(int(t) for t in thresholds), float(effort), gap, rent, filled, tuple(deviations))

    def settle(self, pay, rounds=40):
        """The same thresholds and effort against all efforts: deviations added (or moved) until none gains; None if in vain."""
        for _ in range(rounds):
            other, gain = self.tempting(pay)
            if gain <= 1e-12:
                return pay
            kept = [
                d for d, nu in zip(pay.deviations, pay.lottery.prices[2:], strict=True)
                if nu > 0 and abs(d - other) > 1e-7
            ]  # fmt: skip
            pay = self.implement(pay.thresholds, pay.effort, (*kept, other))
            if pay is None:
                return None
        return pay if gain < 1e-9 else None

    def tempting(self, pay):
        """The most tempting other effort and what it gains."""

        def payoff(effort):
            return self.cells(pay.thresholds, effort)[0] @ pay.lottery.utilities - self.problem.cost.cost(effort)

        return tempting(payoff, pay.effort)


def _fill(utilities):
    """Cells that never happen are paid like their nearest neighbour."""
    known = np.flatnonzero(~np.isnan(utilities))
    index = np.arange(utilities.size)
    return utilities[known[np.argmin(np.abs(index[:, None] - known), axis=1)]]
