"""The efforts that a threshold bonus can implement.

For a threshold t let P(η) = P(X ≥ t). Pay u_L for X < t and u_L + Δ for X ≥ t, in utility. Against the bonus Δ the agent maximises

    ΔP(η) − c(η);    inside (0, 1) that needs    Δ = D(η) := c′(η)/P′(η),    P′ = n C(n−1, t−1) q^(t−1) (1 − q)^(n−t) q′,

so an effort fixes its bonus. Whether it is a *global* best answer can be seen in the plane of the points (P(η), c(η)): the agent's payoffs
are level along lines of slope Δ, so the best answers lie on the lower convex hull, and D is the slope of the curve. The curve is convex where
D rises. By the elasticity

    η(log D)′ = ηc″/c′ − (p − 1) − p(q − q₀)[(t − 1)/q − (n − t)/(1 − q)],    q = q₀ + gain·η^p,

a power cost lets D fall on one stretch at most: there this is a quadratic in q over q(1 − q) that is negative between its roots, or, if it
opens downwards, positive at q₀. So the hull has at most one bridge, a chord that touches the curve at both ends η_a < η_b (or ends at full
effort), and the efforts that can be had are a lower branch [0, η_a] and an upper one [η_b, 1]. For other costs a grid looks for one such stretch, as a first guess: there `annolib.contracts.threshold.hull` takes the hull itself.

Stages: `decreasing_interval` (where D falls), `best_low_effort` (the shirker's best answer to a bonus), `_common_tangent` (the bridge),
`branches`.

References
----------
J. A. Mirrlees, "The theory of moral hazard and unobservable behaviour: part I" (1975), Review of Economic Studies
66 (1999), doi:10.1111/1467-937X.00075: why stationary is not enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.numerics.binomials import log_density, tails
from annolib.numerics.roots import bracketed_root

_GRID = np.concatenate([np.geomspace(1e-9, 0.04, 20), np.linspace(0.05, 1, 39)])
_STEPS, _FEW_STEPS = 80, 4  # of Newton's method to the bridge: to all digits, to some


@dataclass(frozen=True, eq=False)
class ThresholdEfforts:
    """What thresholds on n checks make of efforts; all methods take arrays of thresholds and efforts.

    `n` may be an array too, a number of checks for each threshold: then the first axes of thresholds are its axes.
    """

    problem: object
    evidence: object
    n: int

    def at(self, index):
        """The same for some of the thresholds."""
        return self if np.ndim(self.n) == 0 else replace(self, n=self.n[index])

    def checks(self, t):
        """The number of checks of each threshold, in a shape that goes with `t`."""
        more = np.ndim(t) - np.ndim(self.n)
        return self.n if np.ndim(self.n) == 0 or more == 0 else self.n.reshape(self.n.shape + (1,) * more)

    def tails(self, t, effort):
        """P(X ≥ t) and P(X < t) at this effort."""
        return tails(t, self.checks(t), self.evidence.success(effort), self.evidence.failure(effort))

    def log_steepness(self, t, effort):
        """log P′(η)."""
        q, r = self.evidence.success(effort), self.evidence.failure(effort)
        return log_density(t, self.checks(t), q, r) + np.log(self.evidence.slope(effort))

    def log_bonus(self, t, effort):
        """log D(η), the bonus at which the effort is stationary; +inf where no bonus is enough."""
        value = np.log(self.problem.cost.slope(effort)) - self.log_steepness(t, effort)
        return np.where(np.isnan(value), np.inf, value)

    def bonus_elasticity(self, t, effort):
        """η·(log D)′(η) by the formula at the top of the file: D rises where it is positive."""
        q, r = self.evidence.success(effort), self.evidence.failure(effort)
        above = self.evidence.gain * effort**self.evidence.power
        curve = effort * self.problem.cost.curvature(effort) / self.problem.cost.slope(effort)
        failures = self.checks(t) - t
        pull = np.where(failures > 0, failures / r, 0.0) - (t - 1) / q
        return curve - (self.evidence.power - 1) + self.evidence.power * above * pull

    def decreasing_interval(self, t):
        """Where D falls: (fall_start, fall_end); both 0 if it never does; fall_end = 1 if it still falls at full effort."""
        if isinstance(self.problem.cost, PowerCost):
            return self._decreasing_by_formula(t)
        return self._decreasing_by_grid(t)

    def _decreasing_by_formula(self, t):
        """The roots in q of η(log D)′·q(1 − q) = (m − p)q(1 − q) + p(q − q₀)((n − 1)q − (t − 1)), cost ∝ η^m, q − q₀ ∝ η^p."""
        p, start, end = self.evidence.power, self.evidence.at_no_effort, float(self.evidence.success(1.0))
        extra = self.problem.cost.power - p
        a = p * (self.n - 1) - extra + 0 * t
        b = extra - p * (t - 1) - p * start * (self.n - 1)
        c = p * start * (t - 1)
        root = np.sqrt(np.maximum(b * b - 4 * a * c, 0.0))
        far = -(b + np.where(b < 0, -root, root)) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            roots = np.sort(
                np.nan_to_num([far / a, c / far], nan=np.inf, posinf=np.inf, neginf=-np.inf), axis=0
            )
        edges = np.concatenate([[start + 0 * t], np.clip(roots, start, end), [end + 0 * t]])
        middle = (edges[1:] + edges[:-1]) / 2
        falls = ((a * middle + b) * middle + c < 0) & (edges[1:] > edges[:-1])
        some = falls.any(axis=0)
        first, last = np.argmax(falls, axis=0), 2 - np.argmax(falls[::-1], axis=0)
        fall_start = np.take_along_axis(edges, first[None], axis=0)[0]
        fall_end = np.take_along_axis(edges, last[None] + 1, axis=0)[0]
        effort = self.evidence.effort
        fall_end = np.where(fall_end >= end, 1.0, effort(fall_end))
        inside = fall_start - start > 1e-13  # where cost and evidence have one power the root is q₀ itself
        return np.where(some & inside, effort(fall_start), 0.0), np.where(some, fall_end, 0.0)

    def _decreasing_by_grid(self, t):
        """First and last point of a grid at which D falls, refined: one stretch is assumed. A guess only, for costs that are no power."""
        odds = np.sqrt(
            (t - 1)
            * self.evidence.at_no_effort
            / (np.maximum(self.n - t, 1e-12) * (1 - self.evidence.at_no_effort))
        )
        deepest = self.evidence.effort(odds / (1 + odds))  # η·(log D)′ is smallest here, for power costs
        points = np.sort(
            np.concatenate([np.broadcast_to(_GRID, (*t.shape, _GRID.size)), deepest[..., None]], axis=-1)
        )
        points = np.maximum(points, 1e-9)
        falling = self.bonus_elasticity(t[..., None], points) < 0
        some = falling.any(axis=-1)
        first = np.argmax(falling, axis=-1)
        last = points.shape[-1] - 1 - np.argmax(falling[..., ::-1], axis=-1)
        pick = lambda index: np.take_along_axis(points, index[..., None], axis=-1)[..., 0]  # noqa: E731
        fall_start = bracketed_root(
            lambda x: -self.bonus_elasticity(t, x), pick(np.maximum(first - 1, 0)), pick(first), 1e-13
        )
        after = np.minimum(last + 1, points.shape[-1] - 1)
        fall_end = bracketed_root(lambda x: self.bonus_elasticity(t, x), pick(last), pick(after), 1e-13)
        fall_end = np.where(last == points.shape[-1] - 1, 1.0, fall_end)
        return np.where(some & (first > 0), fall_start, 0.0), np.where(some, fall_end, 0.0)

    def best_low_effort(self, t, log_bonus, fall_start, near=None):
        """The best answer among [0, fall_start], where D rises: the root of D = bonus, 0 or fall_start at the ends.

        Newton in logs, from an answer `near` if there is one: log D is concave in log η there (for power costs), so at most
        the first step overshoots. The payoff is flat at the answer: a relative error of 1e-5 in it costs 1e-10.
        """
        if not np.any(fall_start > 0):
            return np.zeros_like(log_bonus)
        floor = np.minimum(1e-12, fall_start)
        begin = (
            0.3 * fall_start if near is None else np.clip(near, floor, 0.9 * fall_start)
        )  # at the fall_start itself D is level
        x = np.log(np.maximum(begin, 1e-300)) + np.zeros_like(log_bonus)
        high = np.log(np.maximum(fall_start, 1e-300))
        inside = (fall_start > 0) & (self.log_bonus(t, floor) < log_bonus)
        beyond = inside & (self.log_bonus(t, fall_start) <= log_bonus)
        x = np.where(beyond, high, x)
        for _ in range(40):
            effort = np.exp(x)
            step = (log_bonus - self.log_bonus(t, effort)) / self.bonus_elasticity(t, effort)
            new = np.where(np.isfinite(step), np.clip(x + step, np.log(1e-12), high), high)
            new = np.where(beyond, x, new)
            done = np.abs(new - x) < 1e-5
            x = new
            if np.all(done | ~inside):
                break
        return np.where(inside, np.minimum(np.exp(x), fall_start), 0.0)

    def branches(self, t, exact=True):
        """The efforts that can be had, for each threshold: (lower end η_a, start of the upper branch η_b, fall_start).

        η_a = η_b = 0 where every effort can be had; η_b = 1 where full effort is all there is of the upper branch. Not `exact`: good to
        some digits, and where full effort is all there is η_a may be too small.
        """
        t = np.asarray(t, dtype=float)
        fall_start, fall_end = self.decreasing_interval(t)
        lower, start = np.zeros(t.shape), np.zeros(t.shape)
        bridge = np.flatnonzero(fall_end > fall_start)
        if bridge.size:
            some = self.at(bridge)
            find = some._common_tangent if exact else some._nearly_common_tangent
            start[bridge], lower[bridge] = find(t[bridge], fall_start[bridge], fall_end[bridge])
        return lower, start, fall_start

    def _nearly_common_tangent(self, t, fall_start, fall_end):
        """`_common_tangent` to some digits: the lower end follows the upper one late, and Newton's method takes a few steps."""
        x = np.clip(self._common_tangent_guess(t), fall_end + 1e-9, 1.0)
        at_full, _, shirk, _ = self._log_net_gain(t, np.ones(t.shape), fall_start, None)
        for step in range(_FEW_STEPS):
            follow = fall_start if step in (0, _FEW_STEPS - 2) else None
            value, _, shirk, growth = self._log_net_gain(t, x, follow, shirk)
            move = value / (self.bonus_elasticity(t, x) / x + growth)
            x = np.clip(np.where(np.isfinite(move), x - move, x), fall_end + 1e-9, 1.0)
        return np.where(at_full < 0, 1.0, x), shirk

    def _common_tangent(self, t, fall_start, fall_end, tolerance=1e-15):
        """Ends of the bridge of the hull: the efforts η > e with D(η) = D(e) = (c(η) − c(e))/(P(η) − P(e)).

        Newton on log D(η) + log(P(η) − P(e)) − log(c(η) − c(e)), kept inside a bracket; e follows η, and by the envelope theorem
        its moving does not matter at the root.
        """
        low, high = fall_end, np.ones(t.shape)
        x = np.clip(self._common_tangent_guess(t), low + 1e-9, 1.0)
        value, _, shirk, _ = self._log_net_gain(t, high, fall_start, None)
        empty = value < 0
        live = np.flatnonzero(~empty)
        for _ in range(_STEPS):
            if not live.size:
                break
            at, part = x[live], t[live]
            some = self.at(live)
            value, _, shirk[live], growth = some._log_net_gain(part, at, fall_start[live], shirk[live])
            low[live] = np.where(value < 0, at, low[live])
            high[live] = np.where(value < 0, high[live], at)
            new = at - value / (some.bonus_elasticity(part, at) / at + growth)
            settled = np.abs(new - at) <= tolerance * at
            inside = settled | ((new > low[live]) & (new < high[live]))
            x[live] = np.where(inside, new, (low[live] + high[live]) / 2)
            live = live[~settled & (high[live] - low[live] > tolerance * high[live])]
        x[live] = high[live]
        lower = self.best_low_effort(t, self.log_bonus(t, x), fall_start, shirk)
        corner = np.flatnonzero(empty)
        if corner.size:
            x[corner], lower[corner] = (
                1.0,
                self.at(corner)._tangent_at_full_effort(t[corner], shirk[corner], fall_start[corner]),
            )
        return x, lower

    def _tangent_at_full_effort(self, t, low, fall_start):
        """The effort below the fall_start at which a bonus makes the agent indifferent to full effort, where D(1) is too small a bonus."""
        cost = self.problem.cost

        def lead(effort):
            rise = self.tails(t, np.ones(t.shape))[0] - self.tails(t, effort)[0]
            return self.log_bonus(t, effort) + np.log(rise) - np.log(cost.cost(1.0) - cost.cost(effort))

        return bracketed_root(lead, np.maximum(low, 1e-12), fall_start)

    def _common_tangent_guess(self, t):
        """Where the normal law puts the upper end: z standard deviations above the threshold, φ(z) = c′/(c√(n𝓘)).

        That is the local condition Δφ(z)√(n𝓘) = c′ at the least bonus that stops idleness, Δ = c(η)/(P(η) − P(0)) ≈ c(η).
        """
        ev, cost, n = self.evidence, self.problem.cost, self.n
        at = np.clip(ev.effort(t / n), 1e-3, 0.999)
        for _ in range(2):
            deviation = np.sqrt(ev.success(at) * ev.failure(at) / n)
            ratio = cost.cost(at) * ev.slope(at) / (cost.slope(at) * deviation * np.sqrt(2 * np.pi))
            z = np.sqrt(2 * np.log(np.maximum(ratio, 1.05)))
            at = np.clip(ev.effort(t / n + z * deviation), 1e-3, 0.999)
        return at

    def _log_net_gain(self, t, effort, fall_start, near):
        """log [D(η)(P(η) − P(e))/(c(η) − c(e))], e the shirker's best answer to the bonus D(η); log D(η); e; and what the derivative of
        the first is beyond that of log D, P′/(P(η) − P(e)) − c′/(c(η) − c(e)).

        It is ≥ 0 iff the bonus makes η no worse than e, and 0 at the bridge. Without `fall_start` e is not looked for: it is `near`.
        """
        steep, slope = self.log_steepness(t, effort), self.problem.cost.slope(effort)
        log_bonus = np.log(slope) - steep
        log_bonus = np.where(np.isnan(log_bonus), np.inf, log_bonus)
        shirk = near if fall_start is None else self.best_low_effort(t, log_bonus, fall_start, near)
        rise = np.maximum(self.tails(t, effort)[0] - self.tails(t, shirk)[0], 0.0)
        cost = self.problem.cost.cost(effort) - self.problem.cost.cost(shirk)
        with np.errstate(over="ignore"):
            growth = np.exp(np.minimum(steep - np.log(np.maximum(rise, 1e-300)), 700)) - slope / cost
        value = log_bonus + np.log(rise) - np.log(cost)
        value = np.where(log_bonus == np.inf, np.inf, np.where(np.isnan(value), -np.inf, value))
        return value, log_bonus, shirk, growth
