"""The best threshold bonus: a low wage, or a high one if at least t of n checks pass.

For a threshold t let P(η) = P(X ≥ t). Against a bonus Δ (in utility) the agent maximises ΔP(η) − c(η); inside (0, 1)
that needs Δ = D(η) := c′(η)/P′(η), so an effort fixes its bonus. It is a *global* best answer iff (P(η), c(η)) lies on the
lower convex hull of the curve of such points. D falls only on one stretch (proved for power costs, where
η·(log D)′ is convex in q; for other costs the certificate decides), so the hull has at most one bridge, and the efforts that
can be had are a lower branch [0, η_a] and an upper branch [η_b, 1]. On either, the base pay is the larger of what
participation asks for and the floor.

References
----------
J. A. Mirrlees, "The theory of moral hazard and unobservable behaviour: part I" (1975), Review of Economic Studies
66 (1999), doi:10.1111/1467-937X.00075.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.binomials import log_density, tails
from annolib.contracts import money
from annolib.contracts.roots import bracketed_root, zoomed_minimum

_GRID = np.concatenate([np.geomspace(1e-9, 0.04, 20), np.linspace(0.05, 1, 39)])


@dataclass(frozen=True, eq=False)
class Thresholds:
    """The family of threshold contracts for one problem, evidence and n; all methods take arrays."""

    problem: object
    evidence: object
    n: int
    best: object

    def odds(self, t, effort):
        """P(X ≥ t) and P(X < t) at this effort."""
        return tails(t, self.n, self.evidence.hit(effort), self.evidence.miss(effort))

    def log_steepness(self, t, effort):
        """log P′(η)."""
        q, r = self.evidence.hit(effort), self.evidence.miss(effort)
        with np.errstate(divide="ignore"):
            return log_density(t, self.n, q, r) + np.log(self.evidence.slope(effort))

    def log_bonus(self, t, effort):
        """log D(η), the bonus at which the effort is stationary; +inf where no bonus is enough."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log(self.problem.cost.slope(effort)) - self.log_steepness(t, effort)
        return np.where(np.isnan(value), np.inf, value)

    def bend(self, t, effort):
        """η·(log D)′(η): D rises where it is positive."""
        q, r = self.evidence.hit(effort), self.evidence.miss(effort)
        above = self.evidence.gain * effort**self.evidence.power
        with np.errstate(divide="ignore", invalid="ignore"):
            curve = effort * self.problem.cost.curvature(effort) / self.problem.cost.slope(effort)
            pull = np.where(t < self.n, (self.n - t) / r, 0.0) - (t - 1) / q
        return curve - (self.evidence.power - 1) + self.evidence.power * above * pull

    def branches(self, t, tolerance=1e-15):
        """The efforts that can be had, for each threshold: (lower end η_a, start of the upper branch η_b).

        η_a = η_b = 0 where every effort can be had; η_b > 1 where the upper branch is empty.
        """
        t = np.asarray(t, dtype=float)
        hump, dip = self._falling_stretch(t)
        bridge = dip > hump
        shirk = np.minimum(1e-12, hump)

        def beats_shirking(effort):
            nonlocal shirk
            log_bonus = self.log_bonus(t, effort)
            shirk = self.shirk(t, log_bonus, hump, shirk)
            with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
                rise = self.odds(t, effort)[0] - self.odds(t, shirk)[0]
                cost = self.problem.cost.cost(effort) - self.problem.cost.cost(shirk)
                value = log_bonus - np.log(cost) + np.log(np.maximum(rise, 0))
            return np.where(np.isnan(value), -np.inf, np.where(log_bonus == np.inf, np.inf, value))

        low = np.where(bridge, dip, 0.5)
        start = bracketed_root(beats_shirking, low, np.ones_like(low), tolerance)
        start = np.where(beats_shirking(np.ones_like(low)) < 0, 2.0, start)
        lower = self.shirk(t, self.log_bonus(t, np.minimum(start, 1.0)), hump, shirk)
        return np.where(bridge, lower, 0.0), np.where(bridge, start, 0.0)

    def shirk(self, t, log_bonus, hump, near=None):
        """The best answer among [0, hump], where D rises: the root of D = bonus, 0 or hump at the ends.

        Newton in logs from the left, or from an answer `near`: log D is concave in log η there (for power costs), so at
        most the first step overshoots. The payoff is flat at the answer: a relative error of 1e-5 in it costs 1e-10.
        """
        if not np.any(hump > 0):
            return np.zeros_like(log_bonus)
        floor = np.minimum(1e-12, hump)
        begin = floor if near is None else np.clip(near, floor, 0.9 * hump)  # at the hump itself D is level
        x = np.log(np.maximum(begin, 1e-300)) + np.zeros_like(log_bonus)
        high = np.log(np.maximum(hump, 1e-300))
        inside = (hump > 0) & (self.log_bonus(t, floor) < log_bonus)
        for _ in range(40):
            effort = np.exp(x)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = (log_bonus - self.log_bonus(t, effort)) / self.bend(t, effort)
            new = np.where(np.isfinite(step), np.clip(x + step, np.log(1e-12), high), high)
            done = np.abs(new - x) < 1e-5
            x = new
            if np.all(done | ~inside):
                break
        return np.where(inside, np.minimum(np.exp(x), hump), 0.0)

    def _falling_stretch(self, t):
        """Where D falls: (hump, dip); both 0 if it never does; dip = 1 if it still falls at full effort."""
        grid = _GRID
        q0, miss0 = self.evidence.start, 1 - self.evidence.start
        odds = np.sqrt((t - 1) * q0 / (np.maximum(self.n - t, 1e-12) * miss0))
        deepest = self.evidence.effort(odds / (1 + odds))  # η·(log D)′ is smallest here, for power costs
        points = np.sort(np.concatenate([np.broadcast_to(grid, (*t.shape, grid.size)), deepest[..., None]], axis=-1))
        points = np.maximum(points, 1e-9)
        falling = self.bend(t[..., None], points) < 0
        some = falling.any(axis=-1)
        first = np.argmax(falling, axis=-1)
        last = points.shape[-1] - 1 - np.argmax(falling[..., ::-1], axis=-1)
        pick = lambda index: np.take_along_axis(points, index[..., None], axis=-1)[..., 0]  # noqa: E731
        hump = bracketed_root(lambda x: -self.bend(t, x), pick(np.maximum(first - 1, 0)), pick(first), 1e-13)
        after = np.minimum(last + 1, points.shape[-1] - 1)
        dip = bracketed_root(lambda x: self.bend(t, x), pick(last), pick(after), 1e-13)
        dip = np.where(last == points.shape[-1] - 1, 1.0, dip)
        return np.where(some & (first > 0), hump, 0.0), np.where(some, dip, 0.0)

    def price(self, t, effort, log_bonus=None, net=None):
        """Everything about the contract with threshold t for this effort: a dict of arrays.

        `log_bonus` and `net` (ΔP(η) − c(η)) may be given where they are known better than from the effort: at a bridge
        of the hull D is so steep that the rounding of the effort shows.

        Keys: gap, bonus, low (utility of the low wage), rent, fail (P(X < t)), mean (E v).
        """
        problem, utility = self.problem, self.problem.utility
        log_bonus = self.log_bonus(t, effort) if log_bonus is None else log_bonus
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            bonus = np.exp(log_bonus)
            success, fail = self.odds(t, effort)
            net = bonus * success - problem.cost.cost(effort) if net is None else net
            rent = np.maximum(problem.floor_utility - problem.outside + net, 0.0)
            mean = problem.reservation(effort) + rent
            up, down = bonus * fail, bonus * success
            reachable = np.isfinite(bonus) & (mean + up < utility.highest)
            offsets = np.where(reachable[..., None], np.stack([up, -down], axis=-1), 0.0)
            gap = money.gap(problem, self.best, effort, rent, mean, np.stack([success, fail], axis=-1), offsets)
            low = mean - down
        gap = np.where(reachable, gap, np.inf)
        return {"gap": gap, "bonus": bonus, "low": low, "rent": rent, "fail": fail, "mean": mean}

    def cheapest(self, t, rounds, tolerance=1e-15):
        """The best effort for each threshold: a dict of arrays gap, effort, log_bonus, net, bridge (at a bridge?)."""
        t = np.asarray(t, dtype=float)
        lower, start = self.branches(t, tolerance)
        options = []
        for low, high in ((np.minimum(start, 1.0), np.ones_like(t)), (np.zeros_like(t), lower)):
            if np.all(high <= low):
                continue
            effort, value = zoomed_minimum(lambda x: self.price(t[..., None], x)["gap"], low, high, rounds)
            log_bonus = self.log_bonus(t, effort)
            options.append(self._option(t, effort, log_bonus, np.where(high > low, value, np.inf)))
        if np.any(start > 0):
            options.append(self._at_bridge(t, lower, np.where(start > 0, np.minimum(start, 1.0), np.nan)))
        gaps = np.array([option["gap"] for option in options])
        pick = np.argmin(gaps, axis=0)
        if np.any(start > 0):  # where a neighbour of the bridge wins by its rounding only, take the bridge
            near = (options[0]["effort"] - start <= 1e-6 * (1 - start)) & (pick == 0)
            near &= options[-1]["gap"] <= gaps[0] * (1 + 1e-6)
            pick = np.where(near, len(options) - 1, pick)
        return {name: np.choose(pick, [option[name] for option in options]) for name in options[0]}

    @staticmethod
    def _option(t, effort, log_bonus, gap):
        return {"gap": gap, "effort": effort, "log_bonus": log_bonus, "net": np.full_like(t, np.nan), "bridge": t < 0}

    def _at_bridge(self, t, shirk, effort):
        """The contract that leaves the agent indifferent between `effort` and shirking."""
        hump = self._falling_stretch(t)[0]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            old = np.inf
            for _ in range(30):
                odds = self.odds(t, shirk)[0]
                rise = self.odds(t, effort)[0] - odds
                log_bonus = np.log(self.problem.cost.cost(effort) - self.problem.cost.cost(shirk)) - np.log(rise)
                if not np.any(np.abs(log_bonus - old) > 1e-13):
                    break
                old, shirk = log_bonus, self.shirk(t, log_bonus, hump, shirk)
            net = np.exp(log_bonus) * odds - self.problem.cost.cost(shirk)
            gap = self.price(t, effort, log_bonus, net)["gap"]
        gap = np.where(np.isnan(gap) | np.isnan(effort), np.inf, gap)
        return {"gap": gap, "effort": effort, "log_bonus": log_bonus, "net": net, "bridge": t > 0}
