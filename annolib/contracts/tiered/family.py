"""Pay by tiers: m thresholds, m + 1 wages. For given thresholds and effort the same dual as for any wage, on m + 1 cells.

Thresholds t₁ < … < t_m, t₀ = 0, t_{m+1} = n + 1. Cell i holds the counts t_i ≤ X < t_{i+1}, has probability P_i(η), and pays utility v_i.
The cheapest utilities solve the programme of `annolib.contracts.incentives.cheapest_lottery` with cells in the place of counts. Its Lagrangian,

    L = Σ P_i h(v_i) + λ(ū − Σ P_i v_i) + μ(c′ − Σ P_i′ v_i)/√(n𝓘) + Σ_j ν_j [c(η) − c(η_j) − Σ (P_i − P_i(η_j)) v_i] − V(η),

is the gap up to a constant, so by the envelope theorem its partial derivatives at fixed v, λ, μ, ν are those of the least gap: in η (`slope`)
and in a threshold taken as a real number (`threshold_slopes`).

Stages: `implement` solves against given deviations η_j; `implement_on_grid` adds those of a grid that tempt, quickly;
`implement_everywhere` adds any that tempts, until none does.

References
----------
S. P. Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28 (1982), doi:10.1109/TIT.1982.1056489: a threshold
is best where its count is as dear in the cell above as in the one below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.contracts.incentives.deviations import most_tempting_deviation
from annolib.numerics.binomials import log_density, log_pmf, tails

_GRID = np.concatenate([[0.0, 1e-3, 0.01], np.linspace(0.025, 1, 40)])  # efforts that may tempt
_ROUNDS = 12


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
    """The class of tiered contracts for one problem, evidence and n.

    `worth` is a profit: contracts that earn less are of no interest, and their programmes are given up early.
    """

    problem: object
    evidence: object
    n: int
    best: object
    worth: float
    last: list = field(
        default_factory=list
    )  # deviations and prices of the last programme, solved or given up
    _seen: dict = field(default_factory=dict, repr=False)  # tails at the efforts of the grid, by threshold
    remembered: dict = field(
        default_factory=dict, repr=False
    )  # tails of many thresholds at efforts that may tempt
    laws: dict = field(default_factory=dict, repr=False)  # of cells, the last ones asked for

    @cached_property
    def grid(self):
        """Efforts that may tempt: evenly, and around the first best as closely as many checks tell efforts apart."""
        spread = 1 / np.sqrt(self.n * float(self.evidence.information(self.best.effort)))
        near = self.best.effort + spread * np.linspace(-8, 8, 41) if 0 < spread < 0.05 else []
        return np.unique(np.clip(np.r_[_GRID, near], 0, 1))

    def edges(self, thresholds, effort):
        """Three arrays over t = 0, the thresholds, n + 1: P(X ≥ t), P(X < t), and dP(X ≥ t)/dη."""
        t = np.asarray(thresholds, dtype=float)
        q = np.asarray(self.evidence.success(effort), dtype=float)[..., None]
        r = np.asarray(self.evidence.failure(effort), dtype=float)[..., None]
        above, under = tails(t, self.n, q, r)
        one, zero = np.ones((*above.shape[:-1], 1)), np.zeros((*above.shape[:-1], 1))
        density = np.exp(log_density(t, self.n, q, r)) * np.asarray(self.evidence.slope(effort))[..., None]
        ends = [one, above, zero], [zero, under, one], [zero, density, zero]
        return tuple(np.concatenate(parts, -1) for parts in ends)

    def cells(self, thresholds, effort):
        """P_i and P_i′ = dP_i/dη of each cell at each effort: arrays (..., m + 1)."""
        up, down, density = self.edges(thresholds, effort)
        probability = between(up[..., :-1], up[..., 1:], down[..., :-1], down[..., 1:])
        return probability, density[..., :-1] - density[..., 1:]

    def cheapest(self, programme, start, ceiling):
        """The cheapest utilities of a programme, a `Lottery`, from the prices `start`; given up where they cost more than `ceiling`."""
        return dual.solve(programme, start, ceiling)

    def targets(self, effort, deviations):
        """Right-hand sides (ū, c′/√(n𝓘), c(η) − c(η_j), …) of the constraints; and √(n𝓘), the unit of the score."""
        problem = self.problem
        scale = np.sqrt(self.n * float(self.evidence.information(effort)))
        cost = float(problem.cost.cost(effort))
        gaps = [cost - float(problem.cost.cost(other)) for other in deviations]
        wanted = float(problem.reservation(effort))
        return np.array([wanted, float(problem.cost.slope(effort)) / scale, *gaps]), scale

    def implement(self, thresholds, effort, deviations=(0.0,), prices=None):
        """The cheapest wages that implement `effort` against `deviations`, or None."""
        problem = self.problem
        self.last.clear()
        wanted = float(problem.reservation(effort))
        if not wanted < problem.utility.highest:
            return None
        laws, changes = self.cells(thresholds, np.array([effort, *deviations]))
        p, change = laws[0], changes[0]
        live = p > 1e-290
        if live.sum() < 2:
            return None
        p, change = p[live], change[live]
        targets, scale = self.targets(effort, deviations)
        if not np.isfinite(scale) or scale == 0:
            return None
        others = [law[live] for law in laws[1:]]
        rows = np.array(
            [np.ones_like(p), change / p / scale, *(1 - np.minimum(o / p, 1e280) for o in others)]
        )
        weights = np.array([p, change / scale, *(p - o for o in others)])
        if prices is None or prices.size != targets.size:
            level = max(wanted, problem.floor_utility)
            bend = float(problem.utility.wage_curvature(level))
            prices = np.array(
                [float(problem.utility.marginal_wage(level)), bend * targets[1], *np.zeros(len(others))]
            )
        one_sided = effort >= 1 or effort in problem.cost.kinks  # more than c′ from the left will do there
        signed = np.array([True, one_sided, *([True] * len(others))])
        programme = dual.Programme(p, rows, weights, targets, signed, problem.utility, problem.floor_utility)
        lottery = self.cheapest(programme, prices, float(problem._value(effort)) - self.worth)
        if np.all(np.isfinite(lottery.prices)):
            self.last.append((tuple(deviations), lottery.prices))
        if not lottery.converged:
            return None
        raw = float(p @ lottery.utilities)
        rent = 0.0 if lottery.prices[0] > 0 else max(raw - wanted, 0.0)
        gap = float(
            problem.gap(
                self.best,
                np.float64(effort),
                rent,
                np.float64(wanted + rent),
                p,
                lottery.utilities - raw,
            )
        )
        full = np.full(live.shape, np.nan)
        full[live] = lottery.utilities
        filled = dual.Lottery(**{**lottery.__dict__, "utilities": _fill(full)})
        return TierPay(tuple(thresholds), float(effort), gap, rent, filled, tuple(deviations))

    def slope(self, pay):
        """d gap/dη of one tuple's least gap: ∂L/∂η at fixed prices and utilities (envelope theorem).

        (λ + Σν_j) c′ + μc″/√(n𝓘) + Σ_i [h(v_i) P_i′ − v_i ((λ + Σν_j) P_i′ + μP_i″/√(n𝓘))] − V′(η); the terms in Σ P_i′ v_i = c′ vanish
        with the constraints but are kept. P_i′ and P_i″ are differences of those of P(X ≥ t).
        """
        effort, problem, ev, n = pay.effort, self.problem, self.evidence, self.n
        q, r, q_slope = float(ev.success(effort)), float(ev.failure(effort)), float(ev.slope(effort))
        q_curvature = q_slope * (ev.power - 1) / effort  # q″
        t = np.asarray(pay.thresholds, dtype=float)
        density = np.exp(log_density(t, n, q, r))
        first = q_slope * density  # dP(X ≥ t)/dη
        with np.errstate(divide="ignore", invalid="ignore"):
            log_density_slope = np.where(t > 1, (t - 1) / q, 0.0) - np.where(t < n, (n - t) / r, 0.0)
        second = q_curvature * density + q_slope**2 * density * log_density_slope
        p_first, p_second = (np.concatenate([[0.0], x, [0.0]]) for x in (first, second))
        p_first, p_second = p_first[:-1] - p_first[1:], p_second[:-1] - p_second[1:]  # of each cell
        prices, v = pay.lottery.prices, pay.lottery.utilities
        scale = np.sqrt(n * float(ev.information(effort)))
        paid, incentive = float(prices[0] + prices[2:].sum()), float(prices[1]) / scale
        cost = problem.cost
        wages = problem.utility.wage(v)
        price = paid * float(cost.slope(effort)) + incentive * float(cost.curvature(effort))
        price += float((wages * p_first - v * (paid * p_first + incentive * p_second)).sum())
        return price - float(problem._value_slope(effort))

    def threshold_slopes(self, pay):
        """d gap/dt of each threshold, taken as a real number: ∂L/∂t, what it costs to pay one more count by the lower cell.

        A count k adds P_k [h(v) − x_k v] to L, x_k = λ + μs_k + Σ ν_j (1 − P_k(η_j)/P_k). From the cell above (v′) to the one below (v)
        it costs P_k [x_k (v′ − v) − (h(v′) − h(v))]. That is zero where the count is as dear above as below (Lloyd's condition). Taken at
        k = t − ½, the middle of the step, which is exact to the order of 1/variance.
        """
        ev, n, prices = self.evidence, self.n, pay.lottery.prices
        q, r = float(ev.success(pay.effort)), float(ev.failure(pay.effort))
        k = np.asarray(pay.thresholds, dtype=float) - 0.5
        log_p = log_pmf(k, n, q, r)
        x = prices[0] + prices[2:].sum() + prices[1] * (k - n * q) / np.sqrt(n * q * r)
        for other, price in zip(pay.deviations, prices[2:], strict=True):
            if price > 0:
                log_other = log_pmf(k, n, float(ev.success(other)), float(ev.failure(other)))
                x = x - price * np.exp(np.minimum(log_other - log_p, 690.0))
        v = pay.lottery.utilities
        rise = np.diff(v)
        return np.exp(log_p) * (x * rise - np.diff(self.problem.utility.wage(v)))

    def implement_on_grid(self, thresholds, effort, deviations=(0.0,), prices=None):
        """`implement` against a grid of other efforts too: quick, close to the gap of `implement_everywhere`, and never above it."""
        pay = self.implement(thresholds, effort, deviations, prices)
        if pay is None and prices is not None:
            pay = self.implement(thresholds, effort, deviations)
        for _ in range(_ROUNDS):
            if pay is None:
                return None
            payoff = self._on_grid(pay.thresholds) @ pay.lottery.utilities - self.problem.cost.cost(self.grid)
            own = self.cells(pay.thresholds, effort)[0] @ pay.lottery.utilities - self.problem.cost.cost(
                effort
            )
            payoff = np.where(np.abs(self.grid - effort) < 1e-9, -np.inf, payoff)
            i = int(np.argmax(payoff))
            if payoff[i] - own <= 1e-12:
                break
            pay = self._against(pay, float(self.grid[i]))
        return pay

    def _on_grid(self, thresholds):
        """Probability of each cell at the efforts of the grid."""
        for t in thresholds:
            if t not in self._seen:
                self._seen[t] = tails(
                    float(t), self.n, self.evidence.success(self.grid), self.evidence.failure(self.grid)
                )
        one, zero = np.ones(self.grid.size), np.zeros(self.grid.size)
        up = np.array([one, *(self._seen[t][0] for t in thresholds), zero])
        down = np.array([zero, *(self._seen[t][1] for t in thresholds), one])
        return between(up[:-1], up[1:], down[:-1], down[1:]).T

    def _against(self, pay, other):
        """The same thresholds and effort against one more deviation; those that cost nothing are dropped."""
        prices = pay.lottery.prices
        keep = [j for j, nu in enumerate(prices[2:]) if nu > 0 and abs(pay.deviations[j] - other) > 1e-7]
        deviations = (*(pay.deviations[j] for j in keep), other)
        warm = np.concatenate([prices[:2], prices[2:][keep], [0.0]])
        new = self.implement(pay.thresholds, pay.effort, deviations, warm)
        return new or self.implement(pay.thresholds, pay.effort, deviations)

    def implement_everywhere(self, pay, rounds=40):
        """The same thresholds and effort against every other effort: the most tempting one added until none gains; None if in vain."""
        for _ in range(rounds):
            other, gain = self.most_tempting_deviation(pay)
            if gain <= 1e-12:
                return pay
            pay = self._against(pay, other)
            if pay is None:
                return None
        return pay if gain < 1e-9 else None

    def most_tempting_deviation(self, pay):
        """The most tempting other effort and what it gains."""

        def payoff(effort):
            return self.cells(pay.thresholds, effort)[0] @ pay.lottery.utilities - self.problem.cost.cost(
                effort
            )

        scale = 1 / np.sqrt(self.n * float(self.evidence.information(pay.effort)))
        best = most_tempting_deviation(payoff, pay.effort, scale)
        kinks = np.array([k for k in self.problem.cost.kinks if abs(k - pay.effort) > 1e-9])
        if kinks.size:  # there payoffs have corners, which a search comes close to only
            gains = payoff(kinks) - payoff(np.array([pay.effort]))
            i = int(np.argmax(gains))
            best = max(best, (float(kinks[i]), float(gains[i])), key=lambda found: found[1])
        return best


def between(up, next_up, down, next_down):
    """P(t ≤ X < t′) from both tails at t and t′, by the smaller ones: no cancellation."""
    return np.where(up < 0.5, up - next_up, next_down - down)


def _fill(utilities):
    """Cells that never happen are paid like their nearest neighbour."""
    known = np.flatnonzero(~np.isnan(utilities))
    index = np.arange(utilities.size)
    return utilities[known[np.argmin(np.abs(index[:, None] - known), axis=1)]]
