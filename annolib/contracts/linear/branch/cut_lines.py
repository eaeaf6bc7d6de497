"""Lines that are cut at the floor, and what the agent asks of them.

Such a line is fixed by the share x of passes at which it leaves the floor f and by its slope b:

    w_k = f + b·(k/n − x)⁺,      D_k = u(w_k) − u(f) ≥ 0.

If it makes the agent choose the effort η, with q = q(η), P_k the law of the passes, s_k = k/q − (n − k)/(1 − q) its score in q, then

    local:          Σ P_k s_k D_k = c′(η)/q′(η)          (at η = 1, and at a kink with c′(η−): at least that)
    participation:  Σ P_k D_k ≥ u₀ + c(η) − u(f)
    no shirking:    Σ (P_k − P_k(e)) D_k ≥ c(η) − c(e)    for each effort e that is looked at.

These are the rows of everything that follows, in this order. Any prices of them give a bound (`taylor`); `level_prices` finds those that make the
Lagrangian of a cell low and level. Each constraint alone would be worth `per`; its share θ of that is sought. Where shares exist at which the
gradients in the effort and in the share of passes cancel, the Lagrangian is level: at the best line of all.

References
----------
R. T. Rockafellar, Convex Analysis (1970), section 28: Lagrange multipliers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.agency.utilities import CARA, CRRA
from annolib.numerics.binomials import log_pmf
from annolib.numerics.intervals import product, total

EVERY = 300  # up to this many checks every count is a node
_BESIDE = 2e-6  # from a kink: beyond the step of a difference quotient of c′
LOCAL, PARTICIPATION = 0, 1  # rows of the constraints; those of the deviations follow
_MOST = 9.0  # size of a share of the prices beyond which rounding would show
_KEEN = (0.5, 2.0, 8.0)  # prices on working more than asked that are always tried


class CutLines:
    def __init__(self, problem, evidence, n, deviations):
        self.problem, self.evidence, self.n = problem, evidence, int(n)
        self.floor = float(problem.utility.lowest_wage if problem.floor is None else problem.floor)
        self.floor_utility = float(problem.utility.utility(self.floor))
        self.deviations = tuple(float(x) for x in deviations)
        self.every_count = self.n <= EVERY  # is every count a node?
        if self.every_count:
            self.counts = np.arange(self.n + 1.0)
            self.other_laws = [
                np.exp(log_pmf(self.counts, self.n, evidence.success(e), evidence.failure(e)))[None, :]
                for e in self.deviations
            ]
            share = self.counts / self.n
            self.peaks = np.exp(log_pmf(self.counts, self.n, share, 1 - share))

    def needed_incentive(self, effort):
        """c′(η)/q′(η): the slope in q that expected utility must have."""
        return self.problem.cost.slope(effort) / self.evidence.slope(effort)

    def needed_incentives(self, low, high):
        """The least and the largest c′/q′ between two efforts."""
        return incentives_between(self.problem.cost, self.evidence, low, high)

    def needed_incentive_slope(self, effort):
        """The derivative of `needed_incentive`; next to a kink of the cost that of its own side."""
        effort = np.asarray(effort, dtype=float)
        for kink in self.problem.cost.kinks:
            side = np.where(effort > kink, kink + _BESIDE, kink - _BESIDE)
            effort = np.where(np.abs(effort - kink) < _BESIDE, np.clip(side, 0.0, 1.0), effort)
        cost, slope = self.problem.cost, self.evidence.slope(effort)
        return cost.curvature(effort) / slope - cost.slope(effort) * self.bend(effort) / slope**2

    def incentive_bends(self, low, high):
        """How c′/q′ bends between two efforts: `IncentiveBends`."""
        return incentive_bends(self.problem.cost, self.evidence, low, high)

    def bend(self, effort):
        """q″(η)."""
        power = self.evidence.power
        return power * (power - 1) * self.evidence.gain * effort ** max(power - 2, 0)

    def needed(self, effort, incentive):
        """The right sides of all constraints, (constraints, cells)."""
        cost = self.problem.cost.cost(effort)
        rows = [incentive, self.problem.outside + cost - self.floor_utility]
        return np.stack(rows + [cost - self.problem.cost.cost(e) for e in self.deviations])

    def rise(self, wage):
        """u(f + wage) − u(f)."""
        return self.problem.utility.utility_rise(self.floor, wage)

    def marginal(self, wage):
        """u′(f + wage)."""
        utility, wage = self.problem.utility, self.floor + wage
        if isinstance(utility, CARA):
            return np.exp(-utility.aversion * wage)
        if isinstance(utility, CRRA):
            return wage**-utility.aversion
        return np.ones(np.shape(wage))

    def aversion(self, wage):
        """−u″/u′ and u‴/u′ at the floor plus a wage; both fall with the wage."""
        utility, wage = self.problem.utility, self.floor + wage
        if isinstance(utility, CARA):
            return utility.aversion, utility.aversion**2
        if isinstance(utility, CRRA):
            first = utility.aversion / wage
            return first, first * (utility.aversion + 1) / wage
        return 0.0, 0.0


def incentives_between(cost, evidence, low, high):
    """The least and the largest c′/q′ between two efforts.

    For a power cost it is a power of the effort, as q′ is for every monitor: it lies between its ends. For other costs c′ and q′
    rise, so that it lies between c′(low)/q′(high) and c′(high)/q′(low).
    """
    slopes, q_slopes = (cost.slope(low), cost.slope(high)), (evidence.slope(low), evidence.slope(high))
    if isinstance(cost, PowerCost):
        ends = [c / q for c, q in zip(slopes, q_slopes, strict=True)]
        return np.minimum(*ends), np.maximum(*ends)
    return slopes[0] / np.maximum(*q_slopes), slopes[1] / np.minimum(*q_slopes)


def level_prices(alone, by_effort, by_share, d_eta, d_x, sign):
    """Shares of the prices, (constraints, cells), that make the Lagrangian low and level: the best of a few.

    One constraint alone; two whose gradients cancel in the effort or in the share; three whose gradients cancel in both; more than all for
    one constraint and less than nothing for another. A share must not have the opposite of `sign` (0 where it does not matter).
    """
    rows, size = alone.shape
    (one, two, three, keen), index = _mixtures(rows)
    (e_i, e_j), (s_i, s_j) = by_effort[two], by_share[two]
    pairs = [_two(b / (b - a)) for a, b in ((e_i, e_j), (s_i, s_j))]
    (e_i, e_j, e_k), (s_i, s_j, s_k) = by_effort[three], by_share[three]
    cross = np.stack([e_j * s_k - e_k * s_j, e_k * s_i - e_i * s_k, e_i * s_j - e_j * s_i])
    much = np.repeat(np.array(_KEEN), keen.shape[1])[:, None] + np.zeros(size)
    shares = np.concatenate(
        [_two(np.ones((one.shape[1], size))), *pairs, cross / cross.sum(axis=0), _two(1 + much)], axis=1
    )
    allowed = ((shares * sign[index] >= 0) & (np.abs(shares) < _MOST)).all(axis=0)

    def mixed(values):
        return np.where(shares == 0, 0.0, shares * values[index]).sum(axis=0)

    score = mixed(alone) + d_eta * np.abs(mixed(by_effort)) + d_x * np.abs(mixed(by_share))
    score = np.where(allowed & ~np.isnan(score), score, np.inf)
    best, cells = np.argmin(score, axis=0), np.arange(size)
    found = np.zeros((rows, size))
    for place in range(3):
        found[index[place, best], cells] += shares[place, best, cells]
    return found


def _two(weight):
    """The shares of a first constraint with this weight, a second that makes up the rest to 1, and no third."""
    return np.stack([weight, 1 - weight, 0 * weight])


@lru_cache(maxsize=16)
def _mixtures(rows):
    """Which constraints are mixed, (up to three, mixtures): alone, in pairs, in threes, and one at the cost of another; and all in a row."""
    one = np.array([[i, 0 if i else min(1, rows - 1)] for i in range(rows)]).T
    two = np.array([[i, j] for i in range(rows) for j in range(i)]).T
    three = np.array([[i, j, k] for i in range(rows) for j in range(i) for k in range(j)]).T.reshape(3, -1)
    others = [j for j in range(rows) if j != PARTICIPATION]
    keen = np.array([[i, j] for i in range(rows) for j in others if i != j]).T
    pad = lambda pairs: np.vstack([pairs, 0 * pairs[:1]])  # noqa: E731
    index = np.concatenate([pad(one), pad(two), pad(two), three, *[pad(keen)] * len(_KEEN)], axis=1)
    return (one, two, three, keen), index


@dataclass(frozen=True, eq=False)
class IncentiveBends:
    """T = c′/q′ on boxes of efforts, arrays (B,).

    Attributes
    ----------
    middle : numpy.ndarray
        T′ in the middle of each box.
    slopes : pair
        T′ lies between these; infinite where nothing is known of c″.
    turn : numpy.ndarray
        T is T(m) + T′(m)(e − m), up to ½·turn·(e − m)² and `error`; m is the middle.
    cost_turn : numpy.ndarray
        The same of the cost.
    error : numpy.ndarray
    """

    middle: np.ndarray
    slopes: tuple
    turn: np.ndarray
    cost_turn: np.ndarray
    error: np.ndarray


def incentive_bends(cost, evidence, low, high):
    """`IncentiveBends` between two efforts, arrays (B,).

    For a power cost T and c′ are powers of the effort: their derivatives lie between their ends, and bend one way, so that (T′(e) − T′(m))/(e − m) is
    largest at an end. For other costs, with u = 1/q′ ∝ e^(1 − p),

        T′ = c″u + c′u′,      T″ = c‴u + 2c″u′ + c′u″,

    are bounded by intervals from what the cost says of c″ and c‴.
    """
    power, unit = evidence.power, evidence.power * evidence.gain
    half = np.maximum((high - low) / 2, 1e-300)
    slopes, middle = (cost.slope(low), cost.slope(high)), (low + high) / 2
    if isinstance(cost, PowerCost):
        k, scale = cost.power - power, cost.scale * cost.power / unit
        first, last, mid = (scale * k * x ** (k - 1) if k else 0.0 * x for x in (low, high, middle))
        ends = np.minimum(first, last), np.maximum(first, last)
        at = cost.slope(middle)
        turn, cost_turn = (
            np.maximum(ends[1] - mid, mid - ends[0]) / half,
            np.maximum(slopes[1] - at, at - slopes[0]) / half,
        )
        return IncentiveBends(mid, ends, turn, cost_turn, 0.0 * low)
    bends = cost.bends(low, high)
    u = high ** (1 - power) / unit, low ** (1 - power) / unit
    first, second = bends.first, bends.second
    if power == 1:
        by, turns = product(first, u), product(second, u)
    else:
        du = (1 - power) / unit * low**-power, (1 - power) / unit * high**-power
        ddu = tuple(power * (power - 1) / unit * x ** (-power - 1) for x in (high, low))
        by = total(product(first, u), product(slopes, du))
        turns = total(product(second, u), product((2 * first[0], 2 * first[1]), du), product(slopes, ddu))
    mid = (
        bends.middle * middle ** (1 - power) / unit + cost.slope(middle) * (1 - power) / unit * middle**-power
    )
    turn = np.maximum(np.abs(turns[0]), np.abs(turns[1]))
    return IncentiveBends(mid, by, turn, first[1], bends.error * u[1])
