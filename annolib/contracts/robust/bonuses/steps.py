"""What agents of several kinds answer to a bonus: both branches of the best answer, and where it jumps.

Against a bonus Δ for t passes an agent of one kind maximises ΔP(η) − c(η). D = c′/P′ falls on one stretch of efforts at most (power costs;
`annolib.contracts.threshold.implementable`), so the payoff has at most two peaks, one on either side of it, and

    below the cliff Δ*   the lower one is best: the root of D = Δ in [0, η_a]
    above it             the upper one: the root of D = Δ in [η_b, 1]
    at Δ*                both: Δ* = (c(η_b) − c(η_a))/(P(η_b) − P(η_a)), the slope of the bridge of the hull

Each peak rises with Δ, and P with it. What a bonus pays an agent at its best answer is convex in Δ, with slope P.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.contracts.threshold.implementable import ThresholdEfforts
from annolib.numerics.roots import bracketed_root

_SHARP = 1e-14
_LEVELS, _LEVEL = (
    (0.01, 0.1, 0.5, 1.0),
    1e-12,
)  # efforts at which D is looked at, and how alike its logs are where it is constant
_IDLE = 1e-10  # at 0 itself c′/P′ may be 0/0; so little effort passes for none


@dataclass(frozen=True, eq=False)
class StepAnswers(ThresholdEfforts):
    """One kind of agent before threshold bonuses: `problem`, `evidence`, `n` as in `ThresholdEfforts`."""

    def turns(self, t):
        """For each threshold (T,): dict of η_a ("lower"), η_b ("start"), "fall_start", and log Δ* ("cliff", −inf where there is none)."""
        lower, start, fall_start = self.branches(t)
        # where cost and chance rise in proportion (one check) the bridge is the whole hull: nothing below the cliff, all above it
        levels = np.array([self.log_bonus(t, np.full(t.shape, e)) for e in _LEVELS])
        start = np.where(np.ptp(levels, axis=0) < _LEVEL, 1.0, start)
        bridge = start > lower
        with np.errstate(all="ignore"):
            rise = self._between(t, lower, start)
            cost = self.problem.cost
            cliff = np.log(cost.cost(start) - cost.cost(lower)) - np.log(rise)
        return {
            "lower": lower,
            "start": start,
            "fall_start": fall_start,
            "cliff": np.where(bridge, np.where(np.isnan(cliff), np.inf, cliff), -np.inf),
        }

    def _between(self, t, low, high):
        """P(high) − P(low) ≥ 0, by the smaller tails."""
        (few, much), (more, less) = self.tails(t, low), self.tails(t, high)
        return np.where(less < 0.5, much - less, more - few)

    def upper(self, t, log_bonus, low, high):
        """The root of D = Δ on the upper branch, known to lie between `low` and `high`; `high` where D stays below Δ up to there.

        Where the branch begins at 0 and D does so above Δ, 0 is the answer.
        """
        root = bracketed_root(
            lambda e: self.log_bonus(t, e) - log_bonus,
            np.maximum(low, _IDLE),
            np.maximum(high, _IDLE),
            _SHARP,
        )
        return np.where(root <= _IDLE, 0.0, root)

    def payoff(self, t, log_bonus, effort):
        """P(η), P(X < t), and ΔP(η) − c(η)."""
        success, fail = self.tails(t, effort)
        return success, fail, np.exp(log_bonus) * success - self.problem.cost.cost(effort)

    def growth(self, t, low, high):
        """dη/d log Δ = η/(elasticity of D) on a branch from `low` to `high`: at most, and at least (inf and 0 where not known).

        For power costs the elasticity is m − p + p·y·g, y = q − q₀, g = (n − t)/(1 − q) − (t − 1)/q, and y and g rise with η.
        """
        if not isinstance(self.problem.cost, PowerCost):
            return np.where(high == low, 0.0, np.inf), np.zeros(low.shape)
        p, extra = self.evidence.power, self.problem.cost.power - self.evidence.power
        (y, g), (more_y, more_g) = (self._pull(t, e) for e in (low, high))
        least = extra + p * np.where(g >= 0, y, more_y) * g
        most = extra + p * np.where(more_g >= 0, more_y, y) * more_g
        quick = np.where(least > 0, high / np.where(least > 0, least, 1.0), np.inf)
        slow = np.where((most > 0) & np.isfinite(most) & (high < 1), low / np.where(most > 0, most, 1.0), 0.0)
        still = (high == 0) | (low == 1)
        return np.where(still, 0.0, quick), np.where(still, 0.0, slow)

    def _pull(self, t, effort):
        q, r = self.evidence.success(effort), self.evidence.failure(effort)
        g = np.where(t < self.n, (self.n - t) / r, 0.0) - (t - 1) / q
        return self.evidence.gain * effort**self.evidence.power, g
