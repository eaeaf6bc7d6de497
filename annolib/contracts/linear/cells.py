"""What no line of a cell can earn: an upper bound of profit over many lines and efforts at once.

The lines. A line that is cut at the floor f is fixed by the share x of passes at which it leaves the floor and by its slope b:

    w_k = f + b·(k/n − x)⁺,      D_k = u(w_k) − u(f) ≥ 0.

A cell is a range of efforts [η₀, η₁] and of shares [x₀, x₁]; the slope is free. If such a line makes the agent choose such an effort η, with
q = q(η), P_k the law of the passes, s_k = k/q − (n − k)/(1 − q) its score in q, then

    local:          Σ P_k s_k D_k = c′(η)/q′(η)          (at η = 1: at least that)
    participation:  Σ P_k D_k ≥ u₀ + c(η) − u(f)
    no shirking:    Σ (P_k − P_k(e)) D_k ≥ c(η) − c(e)    for each effort e that is looked at.

Why the bound holds. Give each of them a price κ (no sign for the local one at η < 1, else κ ≥ 0). Then the profit V(η) − f − b·E(X/n − x)⁺ is at
most the Lagrangian

    Λ(η, x, b) = V(η) − f − b·E(X/n − x)⁺ + Σ κ_i·(left side_i − right side_i),

whatever the prices. They are chosen so that Λ is as level as can be at the centre of the cell, and Λ is bounded over the cell by Taylor's formula:
value, gradient and second derivatives at the centre, and for the third derivatives a bound of every term of the sums. So the bound is
above the best profit in the cell by no more than a constant times the square of the cell's size, and by less where prices exist that make Λ level:
at the best line of all. V and −c are concave: they lie below their tangents. Counts at which the line leaves the floor inside the cell have
no derivative; their terms are bounded by their largest values.

The slopes that matter. More than b_hi = (V(η₁) − f − profit to beat)/E(X/n − x)⁺ costs too much. Each left side, as a function of b, increases and is
concave up to where it is highest and falls beyond (Σ of P_k y_k u′(f + b y_k), y = (k/n − x)⁺, at two efforts has a ratio that falls in b: total
positivity), so it lies below its tangents, and a constraint i cannot hold below b_lo = b + (right side − left side)/(∂ left side/∂b). Cells with
b_lo ≥ b_hi, or on which the agent would work more than η at every slope between, hold no line worth looking at. The incentive is also a sum of terms that are all ≥ 0, n·Σ P(Y = k)(D_{k+1} − D_k) with Y ~ Binomial(n − 1, q):
bounds of each term do not cancel, and rule out slopes that are too small on large cells too. That is looked at first; then cells in which every line
that pays enough makes the agent work more than asked (`_too_keen`), which sums at the corners of a cell show.

Up to what the bound holds: rounding; the slope of c′/q′, which is taken at both ends and the middle of a range (enough where it is monotone there, as
for powers); and, for more than 300 checks, counts inside a cell, whose largest values are summed by a Gauss rule over the counts.

References
----------
S. Karlin, Total Positivity (1968): variation diminution of the binomial family.
R. Horst, H. Tuy, Global Optimization (1996): branch and bound; A. Neumaier, Interval Methods for Systems of Equations (1990): centred forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import xlogy

from annolib.agency.utilities import CARA, CRRA, RiskNeutral
from annolib.numerics.binomials import block_rule, log_pmf, tails
from annolib.numerics.calculus import log1pmx

LOCAL, PARTICIPATION = 0, 1  # rows of the constraints; those of the deviations follow
_EVERY = 300  # up to this many checks every count is a node
_WIDTH = 9.0  # standard deviations that are summed beyond that
_BLOCK = 3.0  # standard deviations that one Gauss rule sums
_ROUGH = 0.5  # a change of wage by so much of its risk tolerance is beyond Taylor's formula
_NEWTON = 3
_TINY = (
    1e-6  # of what a slope adds to utility: what it adds to the incentive is at least that, for the prices
)
_ELEMENTS = 30_000  # of an array: what fits the processor's cache
_MOST = 9.0  # size of a share of the prices beyond which rounding would show
_RAISES, _HALVINGS = 4, 5
_CORNER, _SMALL = 5.0, 1e-3
_EFFORTS, _STEPS = (
    np.linspace(0, 1, 41),
    np.array([-5.0, -3.0, -2.0, -1.2, 1.2, 2.0, 3.0, 5.0]),
)  # steps in standard deviations
_QUANTILES, _CHANCES = np.polynomial.hermite_e.hermegauss(6)
_CHANCES = _CHANCES / _CHANCES.sum()
_BELOW = 1e-6  # of a slope: by so much less a constraint fails beyond rounding
_DIGITS = 1e-12  # of the terms of a sum: their rounding is below that
_NEVER = 42.0  # −log of a chance below rounding
_KEENER = 1e-6  # of the incentive: with so much more of it the agent works more than asked
_KEEN = (0.5, 2.0, 8.0)  # prices on working more than asked that are always tried


@dataclass(frozen=True, eq=False)
class Cells:
    """Ranges of efforts and of the shares at which a line leaves the floor, with a guess of the slope; arrays (cells,)."""

    effort_low: np.ndarray
    effort_high: np.ndarray
    share_low: np.ndarray
    share_high: np.ndarray
    slope: np.ndarray

    @property
    def size(self):
        return self.slope.size

    def take(self, index):
        """Some of the cells."""
        return Cells(**{name: value[index] for name, value in self.__dict__.items()})

    @classmethod
    def joined(cls, parts):
        """Cells one after another."""
        return cls(
            **{name: np.concatenate([part.__dict__[name] for part in parts]) for name in cls.__annotations__}
        )


@dataclass(frozen=True, eq=False)
class CellBounds:
    """For each cell: no line earns more than `bound` there (−inf: none can); arrays (cells,).

    `relaxed` is the profit at the centre against the constraints that are known (no smaller than the profit there), `slope` the slope
    that goes with it; `keen` says whether the agent would work more than asked under that line. `effort_part` and `share_part` say how much of the bound comes from either side of the cell.
    """

    bound: np.ndarray
    relaxed: np.ndarray
    keen: np.ndarray
    slope: np.ndarray
    effort_part: np.ndarray
    share_part: np.ndarray


@dataclass(frozen=True, eq=False)
class _Nodes:
    """Counts that are summed, arrays (cells or 1, nodes): shares y = k/n, laws at both ends and the centre, laws of the deviations."""

    share: np.ndarray
    low: np.ndarray  # P_k at η₀
    mid: np.ndarray
    high: np.ndarray
    least: np.ndarray  # the smallest and the largest P_k between η₀ and η₁
    most: np.ndarray
    others: list

    def take(self, index):
        """The nodes of some cells."""
        share, *laws = (
            x if x.shape[0] == 1 else x[index]
            for x in (self.share, self.low, self.mid, self.high, self.least, self.most, *self.others)
        )
        return _Nodes(share, *laws[:5], laws[5:])


def _column(a):
    return a[:, None]


def _sup(low, high, least, most):
    """The largest c·z for c in [low, high] and z in [least, most]."""
    return np.maximum(np.maximum(low * least, low * most), np.maximum(high * least, high * most))


def _inf(low, high, least, most):
    """The smallest c·z for c in [low, high] and z in [least, most]."""
    return np.minimum(np.minimum(low * least, low * most), np.minimum(high * least, high * most))


def _product(price, low, high):
    """The range of price·z for z in [low, high] and a price of any sign."""
    a, b = price * low, price * high
    return np.minimum(a, b), np.maximum(a, b)


def _total(p, z):
    """Σ over the nodes."""
    return np.einsum("ij,ij->i", np.broadcast_to(p, z.shape), z)


class CutLines:
    """The lines of one problem that are cut at the floor (or have a base of at least 0, where the utility knows no wage below).

    Parameters
    ----------
    problem, evidence, n
        The agent, the checks and their number.
    deviations : sequence of float
        Efforts that the agent must not prefer; with more of them the bounds are tighter.
    """

    def __init__(self, problem, evidence, n, deviations):
        self.problem, self.evidence, self.n = problem, evidence, int(n)
        self.floor = float(problem.utility.lowest_wage if problem.floor is None else problem.floor)
        self.floor_utility = float(problem.utility.utility(self.floor))
        self.unbearable = not np.isfinite(
            self.floor_utility
        )  # then all lines are uncut, and u₀ takes the place of u(f)
        if self.unbearable:
            self.floor_utility = problem.outside
        self.deviations = tuple(float(x) for x in deviations)
        if self.n <= _EVERY:
            self._counts = np.arange(self.n + 1.0)
            self._other_laws = [
                np.exp(log_pmf(self._counts, self.n, evidence.success(e), evidence.failure(e)))[None, :]
                for e in self.deviations
            ]
            share = self._counts / self.n
            self._peaks = np.exp(log_pmf(self._counts, self.n, share, 1 - share))

    # what the constraints ask for

    def needed_incentive(self, effort):
        """c′(η)/q′(η): the slope in q that expected utility must have."""
        return self.problem.cost.slope(effort) / self.evidence.slope(effort)

    def _needed_incentive_slope(self, effort):
        cost, slope = self.problem.cost, self.evidence.slope(effort)
        return cost.curvature(effort) / slope - cost.slope(effort) * self._bend(effort) / slope**2

    def _bend(self, effort):
        """q″(η)."""
        power = self.evidence.power
        return power * (power - 1) * self.evidence.gain * effort ** max(power - 2, 0)

    def _needed(self, effort, incentive):
        """The right sides of all constraints, (constraints, cells)."""
        cost = self.problem.cost.cost(effort)
        rows = [incentive, self.problem.outside + cost - self.floor_utility]
        return np.stack(rows + [cost - self.problem.cost.cost(e) for e in self.deviations])

    # utility along a line

    def _rise(self, wage):
        """u(f + wage) − u(f)."""
        if self.unbearable:
            return self.problem.utility.utility(self.floor + wage) - self.floor_utility
        return self.problem.utility.utility_rise(self.floor, wage)

    def marginal(self, wage):
        """u′(f + wage)."""
        utility, wage = self.problem.utility, self.floor + wage
        if isinstance(utility, CARA):
            return np.exp(-utility.aversion * wage)
        if isinstance(utility, CRRA):
            return wage**-utility.aversion
        return np.ones(np.shape(wage))

    def _aversion(self, wage):
        """−u″/u′ and u‴/u′ at the floor plus a wage; both fall with the wage."""
        utility, wage = self.problem.utility, self.floor + wage
        if isinstance(utility, CARA):
            return utility.aversion, utility.aversion**2
        if isinstance(utility, CRRA):
            first = utility.aversion / wage
            return first, first * (utility.aversion + 1) / wage
        return 0.0, 0.0

    # what tempts

    def tempting(self, cells, slopes):
        """For the line in the middle of each cell the most tempting of some efforts, and what it gains; a rough look for many checks."""
        ev, n, cost = self.evidence, self.n, self.problem.cost.cost
        own = _column((cells.effort_low + cells.effort_high) / 2)
        share, slope = _column((cells.share_low + cells.share_high) / 2), _column(slopes)
        if n <= _EVERY:
            rise, effort = self._rise(slope * np.maximum(self._counts / n - share, 0)), _EFFORTS
            laws = np.exp(log_pmf(self._counts, n, _column(ev.success(effort)), _column(ev.failure(effort))))
            there = rise @ laws.T
            here = _total(np.exp(log_pmf(self._counts, n, ev.success(own), ev.failure(own))), rise)
        else:  # a normal law will do
            spread = np.sqrt(ev.success(own) * ev.failure(own) / n)
            near = ev.effort(ev.success(own) + spread * _STEPS)
            effort = np.concatenate(
                [own, near, np.broadcast_to(_EFFORTS, (cells.size, _EFFORTS.size))], axis=1
            )
            q = ev.success(effort)
            passes = np.clip(q[..., None] + np.sqrt(q * ev.failure(effort) / n)[..., None] * _QUANTILES, 0, 1)
            rise = self._rise(slope[..., None] * np.maximum(passes - share[..., None], 0))
            there = rise @ _CHANCES
            here = there[:, 0]
        gain = there - cost(effort) - _column(here - cost(own[:, 0]))
        best = np.argmax(np.where(np.isnan(gain), -np.inf, gain), axis=1)
        rows = np.arange(cells.size)
        return np.broadcast_to(effort, gain.shape)[rows, best], gain[rows, best]

    # the counts

    def _nodes(self, cells):
        low, high = (self.evidence.success(end) for end in (cells.effort_low, cells.effort_high))
        if self.n <= _EVERY:
            efforts, index = np.unique(
                np.concatenate(
                    [cells.effort_low, (cells.effort_low + cells.effort_high) / 2, cells.effort_high]
                ),
                return_inverse=True,
            )
            hit, miss = self.evidence.success(efforts), self.evidence.failure(efforts)
            laws = np.exp(log_pmf(self._counts, self.n, hit[:, None], miss[:, None]))[index]
            first, mid, last = np.split(laws, 3)
            share, others = self._counts[None, :] / self.n, self._other_laws
        else:
            share, first, mid, last, weights, others = self._blocks(cells)
        least, most = np.minimum(first, last), np.maximum(first, last)
        inside = (share > _column(low)) & (share < _column(high))  # the law is largest in between
        if inside.any() and self.n <= _EVERY:
            most = np.where(inside, self._peaks, most)
        elif inside.any():
            at = share[inside]
            most[inside] = weights[inside] * np.exp(log_pmf(self.n * at, self.n, at, 1 - at))
        return _Nodes(share, first, mid, last, least, most, others)

    def _blocks(self, cells):
        """Counts for many checks: those inside the cell, then blocks of counts under each law, each block a Gauss rule for sums.

        Returns the shares, the laws at both ends and the middle of the efforts, their weights, and the laws of the deviations. A law is 0
        on the blocks of another.
        """
        n, ev = self.n, self.evidence
        first = np.clip(np.floor(n * cells.share_low) + 1, 0, n)
        clear = np.clip(np.ceil(n * cells.share_high), 0, n)
        inside, weights = self._inside_counts(first, clear)
        low, high = ev.success(cells.effort_low), ev.success(cells.effort_high)
        spread = np.sqrt(n * np.maximum(low * (1 - low), high * (1 - high)))
        least = np.sqrt(n * np.min(np.minimum(low * (1 - low), high * ev.failure(cells.effort_high))))
        counts, rule = self._block(clear, n * low - _WIDTH * spread, n * high + _WIDTH * spread, least)
        parts, sizes = [np.concatenate([inside, counts], axis=1)], [weights.shape[1] + counts.shape[1]]
        own, others = np.concatenate([weights, rule], axis=1), []
        for e in self.deviations:
            q, r = ev.success(e), ev.failure(e)
            wide = np.sqrt(n * q * (1 - q))
            counts, rule = self._block(clear, n * q - _WIDTH * wide, n * q + _WIDTH * wide, wide)
            law = np.exp(log_pmf(np.concatenate([inside, counts], axis=1), n, q, r))
            others.append((len(parts), np.concatenate([weights, rule], axis=1) * law))
            parts.append(counts)
            sizes.append(counts.shape[1])
        ends = np.cumsum(sizes)
        laws = np.zeros((3 + len(others), cells.size, ends[-1]))
        laws[:3, :, : ends[0]] = self._laws_from_the_middle(cells, parts[0], own)
        for i, (place, law) in enumerate(others):
            laws[3 + i, :, : weights.shape[1]] = law[:, : weights.shape[1]]
            laws[3 + i, :, ends[place - 1] : ends[place]] = law[:, weights.shape[1] :]
        full = np.zeros(laws.shape[1:])
        full[:, : ends[0]] = own
        return np.concatenate(parts, axis=1) / n, *laws[:3], full, list(laws[3:])

    def _laws_from_the_middle(self, cells, counts, weights):
        """Weighted laws at the low end, the middle and the high end of the efforts: one law, and its ratios to the two others.

        log P_k(q + δ) − log P_k(q) = δ·s_k + k·(log(1 + δ/q) − δ/q) + (n − k)·(log(1 − δ/r) + δ/r).
        """
        n, ev = self.n, self.evidence
        middle = (cells.effort_low + cells.effort_high) / 2
        q, r = _column(ev.success(middle)), _column(ev.failure(middle))
        log_mid = log_pmf(counts, n, q, r)
        score = (counts - n * q) / (q * r)
        found = [weights * np.exp(log_mid)]
        for end in (cells.effort_low, cells.effort_high):
            move = _column(ev.success(end)) - q
            gone = _column(ev.failure(end)) <= 0  # no failure at all: only n of n is left
            change = (
                move * score
                + counts * log1pmx(move / q)
                + (n - counts) * log1pmx(np.where(gone, 0.0, -move / r))
            )
            law = log_mid + change
            if gone.any():
                sure = log_pmf(counts, n, _column(ev.success(end)), _column(ev.failure(end)))
                law = np.where(gone, sure, law)
            found.append(weights * np.exp(law))
        return found[1], found[0], found[2]

    def _block(self, clear, bottom, top, deviation):
        """Counts from `bottom` or `clear` up to `top`, and their weights, in blocks of some deviations."""
        n, length = self.n, max(int(_BLOCK * deviation), 1)
        start = np.clip(np.maximum(clear, np.floor(bottom)), 0, n)
        number = max(int(np.ceil(np.max((np.minimum(top, n) - start) / length))), 1)
        x, w = block_rule(length)
        k = (start[:, None, None] + length * np.arange(float(number))[:, None] + x).reshape(start.size, -1)
        used = (k <= n) & (k <= _column(np.broadcast_to(top, start.shape)) + length)
        return np.minimum(k, n), np.where(used, np.tile(w, number), 0.0)

    @staticmethod
    def _inside_counts(first, clear):
        """Counts from `first` up to but not `clear`, few of them with weights."""
        lengths = np.maximum(clear - first, 0).astype(int)
        size = int(min(lengths.max(initial=0), 14))
        counts, weights = np.repeat(first[:, None], size, axis=1), np.zeros((first.size, size))
        for length in np.unique(lengths[lengths > 0]):
            x, w = block_rule(int(length))
            rows = np.flatnonzero(lengths == length)
            counts[rows[:, None], np.arange(x.size)] = first[rows, None] + x
            weights[rows[:, None], np.arange(x.size)] = w
        return counts, weights

    # the bound

    def bounds(self, cells, profit):
        """Bounds of what lines of these cells earn, sharp enough to tell whether one earns more than `profit`.

        Returns
        -------
        CellBounds
        """
        size = max(_ELEMENTS // (self.n + 1 if self.n <= _EVERY else 200), 1)
        order = np.argsort(cells.share_low, kind="stable")  # cells of like shares need like counts
        with np.errstate(all="ignore"):
            parts = [
                self._bounds(cells.take(order[i : i + size]), profit) for i in range(0, cells.size, size)
            ]
        back = np.argsort(order, kind="stable")
        return CellBounds(
            **{name: np.concatenate([p.__dict__[name] for p in parts])[back] for name in parts[0].__dict__}
        )

    def _bounds(self, cells, profit):
        """Bounds of some cells: of most of them the slopes alone say that no line is worth looking at."""
        law = self._nodes(cells)
        pay = _total(law.low, np.maximum(law.share - _column(cells.share_high), 0) + 0 * law.low)
        b_hi = (self.problem._value(cells.effort_high) - self.floor - profit) / pay
        ends = np.stack([self.needed_incentive(cells.effort_low), self.needed_incentive(cells.effort_high)])
        b_lo, none = np.zeros(b_hi.shape), b_hi <= 0
        if not self.unbearable:
            none = none | self._too_rare(cells, profit)
            b_lo = self._least_for_incentive(law, cells, b_hi, ends.min(axis=0))
            none |= (b_lo >= b_hi) | self._too_weak(law, cells, b_hi, ends.min(axis=0))
            some = np.flatnonzero(~none & (cells.effort_low < cells.effort_high))
            if some.size:
                none[some] = self._too_keen(
                    law.take(some), cells.take(some), b_hi[some], ends.max(axis=0)[some]
                )
        rest = np.flatnonzero(~none)
        if rest.size == cells.size:
            return self._taylor(cells, law, (b_lo, b_hi), profit)
        none, zero = np.full(cells.size, -np.inf), np.zeros(cells.size)
        found = CellBounds(none, none.copy(), zero > 0, cells.slope.copy(), zero, zero.copy())
        if rest.size:
            some = self._taylor(cells.take(rest), law.take(rest), (b_lo[rest], b_hi[rest]), profit)
            for name, value in some.__dict__.items():
                getattr(found, name)[rest] = value
        return found

    def _taylor(self, cells, law, slopes, profit):
        problem, ev, n = self.problem, self.evidence, self.n
        b_least, b_hi = slopes
        e0, e1, x0, x1 = cells.effort_low, cells.effort_high, cells.share_low, cells.share_high
        eta, x, d_eta, d_x = (e0 + e1) / 2, (x0 + x1) / 2, (e1 - e0) / 2, (x1 - x0) / 2
        q, r = _column(ev.success(eta)), _column(ev.failure(eta))
        passes, fails = n * law.share, n * (1 - law.share)
        score = passes / q - fails / r
        incentive = np.stack(
            [self.needed_incentive(e0), self.needed_incentive(eta), self.needed_incentive(e1)]
        )
        needed = self._needed(eta, incentive[1])
        y_least, y_most = np.maximum(law.share - _column(x1), 0), np.maximum(law.share - _column(x0), 0)
        at = self._centre(law, score, x, cells.slope, needed, b_hi)
        b, y, marginal = at.slope, at.y, at.marginal
        # every count that ever happens is a node: utility is measured from its mean, which keeps digits
        whole = (x1 <= 0) | (n <= _EVERY) | self._never_at_floor(e0, x1)
        level = np.where(whole, _total(law.mid, at.rise), 0.0)
        rise = at.rise - _column(level)

        # prices: the shares θ of what each constraint alone would be worth
        information = passes / q**2 + fails / r**2
        second = score * score - information  # P″/P
        q_slope, q_bend, cost_slope = ev.slope(eta), self._bend(eta), problem.cost.slope(eta)
        value_slope = problem._value_slope(eta)
        incentive_slopes = np.stack([self._needed_incentive_slope(e) for e in (e0, eta, e1)])
        tiny = _TINY * _total(law.mid, at.marginal * at.y)
        per = at.pay / np.where(np.abs(at.left_b) > tiny, at.left_b, np.where(at.left_b < 0, -tiny, tiny))
        base = problem._value(eta) - self.floor - at.pay * b
        alone = base + per * (at.left - needed)
        weighted = law.mid * score
        own_q, own_x = _total(weighted, rise), -b * _total(law.mid, marginal)
        left_q = np.stack([_total(law.mid * second, rise)] + [own_q] * (1 + len(self.deviations)))
        left_x = np.stack(
            [-b * _total(weighted, marginal), own_x] + [own_x + b * _total(p, marginal) for p in law.others]
        )
        needed_slope = np.stack([incentive_slopes[1]] + [cost_slope] * (1 + len(self.deviations)))
        by_effort = value_slope - q_slope * _total(weighted, y) * b + per * (q_slope * left_q - needed_slope)
        by_share = b * _total(law.mid, at.above) + per * left_x
        sign = np.sign(per)
        sign[LOCAL] *= e0 == e1  # inside (0, 1) the local price may have any sign
        shares = _level_prices(alone, by_effort, by_share, d_eta, d_x, sign)
        price = shares * per
        local, rest = price[LOCAL], price[PARTICIPATION:].sum(axis=0)
        a_local, a_rest = _column(local), _column(rest)
        others = sum((_column(k) * p for k, p in zip(price[2:], law.others, strict=True)), 0.0)

        # slopes that matter
        score_low = passes / _column(ev.success(e1)) - fails / _column(ev.failure(e1))
        score_high = passes / _column(ev.success(e0)) - fails / _column(ev.failure(e0))
        b_lo = self._least_slope(law, b, level, y_least, y_most, score_low, score_high, e0, incentive)
        b_lo = np.maximum(b_lo, b_least)
        if (
            not self.unbearable
        ):  # a larger slope below it leaves fewer at which the agent works no more than asked
            b_hi = self._keen_from(law, cells, (b_lo, b_hi), np.maximum(incentive[0], incentive[2]))
        none = (b_lo >= b_hi) | (b_hi <= 0)
        b_top, b_bottom = np.maximum(b_hi, b), np.minimum(b_lo, b)
        up, down = b_top - b, b - b_bottom
        d_b = np.maximum(up, down)

        # Taylor's formula over the counts that are above the floor in all of the cell
        wage_least = _column(b_bottom) * y_least
        rise_least = self._rise(wage_least) - _column(level)
        rise_most = self._rise(_column(b_top) * y_most) - _column(level)
        averse, curved = self._aversion(wage_least)
        move = _column(d_b) * y_most + _column(b_top * d_x)  # of a wage, in all of the cell
        both = 2 * _column(d_b * d_x)
        smooth = (law.share >= _column(x1)) & (averse * move < _ROUGH)
        on, at_floor = smooth.astype(float), y_most <= 0
        third = score * second - 2 * score * information + 2 * (passes / q**3 - fails / r**3)
        weight = law.mid * (a_rest + a_local * score) - others
        weight_q = law.mid * (a_rest * score + a_local * second)
        weight_qq = law.mid * (a_rest * second + a_local * third)
        rise_on, marginal_on, y_on, mid_on = rise * (smooth | at_floor), marginal * on, y * on, law.mid * on
        bent = -np.where(on > 0, self._aversion(_column(b) * y)[0], 0.0) * marginal_on
        wage = _column(b) * y
        s_q = _total(weight_q, rise_on) - b * _total(weighted, y_on)
        s_x = -b * _total(weight, marginal_on) + b * mid_on.sum(axis=1)
        s_b = _total(weight, marginal_on * y) - _total(law.mid, y_on)
        s_qq = _total(weight_qq, rise_on) - b * _total(law.mid * second, y_on)
        s_qx = -b * _total(weight_q, marginal_on) + b * _total(weighted, on)
        s_qb = _total(weight_q, marginal_on * y) - _total(weighted, y_on)
        s_xx = b * b * _total(weight, bent)
        s_xb = -_total(weight, marginal_on + bent * wage) + mid_on.sum(axis=1)
        s_bb = _total(weight, bent * y * y)
        steep = value_slope - rest * cost_slope + q_slope * s_q
        asked = _product(local, incentive_slopes.min(axis=0), incentive_slopes.max(axis=0))
        by_effort = d_eta * np.maximum(np.abs(steep - asked[0]), np.abs(steep - asked[1]))
        by_share = d_x * np.abs(s_x)
        curvature = (
            0.5 * d_eta**2 * np.maximum(q_slope**2 * s_qq + q_bend * s_q, 0)
            + 0.5 * d_x**2 * np.maximum(s_xx, 0)
            + d_eta * d_x * np.abs(q_slope * s_qx)
        )
        by_slope = (
            np.maximum(s_b * up, -s_b * down)
            + (d_eta * np.abs(q_slope * s_qb) + d_x * np.abs(s_xb)) * d_b
            + 0.5 * np.maximum(s_bb, 0) * d_b**2
        )

        # the remainder: every term's third derivative, at its largest in the cell
        d_q, d_qq = _column(ev.slope(e1) * d_eta), _column(self._bend(e1) * d_eta**2)
        h1, h2, h3, h4 = _score_polynomials(passes, fails, cells, ev, score_low, score_high)
        f1, f2, f3 = h1 * d_q, h2 * d_q**2 + h1 * d_qq, h3 * d_q**3 + 3 * h2 * d_q * d_qq
        g1, g2, g3 = h2 * d_q, h3 * d_q**2 + h2 * d_qq, h4 * d_q**3 + 3 * h3 * d_q * d_qq
        size, size_local = np.abs(a_rest), np.abs(a_local)
        p0 = law.most * (size + size_local * h1) + np.abs(others)
        p1, p2, p3 = (law.most * (size * f + size_local * g) for f, g in ((f1, g1), (f2, g2), (f3, g3)))
        marginal_most = np.where(smooth, self.marginal(wage_least), 0.0)
        averse, curved = np.where(smooth, averse, 0.0), np.where(smooth, curved, 0.0)
        u0 = np.where(smooth | at_floor, np.maximum(np.abs(rise_least), np.abs(rise_most)), 0.0)
        u1, u2 = marginal_most * move, marginal_most * (averse * move**2 + both)
        u3 = marginal_most * (curved * move**3 + 3 * averse * move * both)
        third_terms = p3 * u0 + 3 * p2 * u1 + 3 * p1 * u2 + p0 * u3
        third_terms = third_terms + on * law.most * (
            f3 * _column(b_top) * y_most + 3 * f2 * move + 3 * f1 * both
        )
        remainder = third_terms.sum(axis=1) / 6

        # counts at which the line may leave the floor: their largest values
        w_low = a_rest + np.minimum(a_local * score_low, a_local * score_high)
        w_high = a_rest + np.maximum(a_local * score_low, a_local * score_high)
        worth = (
            _inf(w_low, w_high, law.least, law.most) - others,
            _sup(w_low, w_high, law.least, law.most) - others,
        )
        largest = _sup(*worth, rise_least, rise_most)
        rough = (y_most > 0) & ~smooth
        jump = np.where(rough, largest - law.least * wage_least - (weight * rise - law.mid * wage), 0.0).sum(
            axis=1
        )

        value = base + np.where(price != 0, price * (at.left - needed), 0.0).sum(axis=0)
        unclear = jump + remainder + by_slope + curvature
        bound = value + by_effort + by_share + unclear
        bound = np.where(np.isfinite(bound) & np.isfinite(shares).all(axis=0), bound, np.inf)
        spread = np.sqrt(q * r / n)[
            :, 0
        ]  # natural scales: of q, and of x, which moves wages less where it is far below 0
        sizes = d_q[:, 0] / spread + 1e-300, d_x / (spread + np.maximum(-x, 0)) + 1e-300
        part = [size / sum(sizes) for size in sizes]
        unclear = np.where(np.isfinite(unclear), unclear, 1.0)
        by_effort, by_share = (np.where(np.isfinite(a), a, 0.0) for a in (by_effort, by_share))
        unlevel = (
            value - profit
        )  # where that is nearly all there is, prices that level one side hide what it owes: a corner
        corner = (unlevel > _CORNER * (by_effort + by_share + unclear)) & (np.maximum(*sizes) < _SMALL)
        unlevel = np.where(corner, unlevel, 0.0)
        return CellBounds(
            np.where(none, -np.inf, bound),
            np.where(at.useful, alone, np.inf).min(axis=0),
            (at.left[LOCAL] > needed[LOCAL] * (1 + _KEENER)) & (e0 < 1),
            b,
            by_effort + unclear * part[0] + unlevel,
            by_share + unclear * part[1] + unlevel,
        )

    def _never_at_floor(self, effort, share):
        """Is the chance of so small a share below rounding, at this effort and all above? By Chernoff's bound."""
        q, r = self.evidence.success(effort), self.evidence.failure(effort)
        share = np.clip(share, 0.0, 1.0)
        divergence = xlogy(share, share / q) + xlogy(1 - share, (1 - share) / r)
        return (share < q) & (self.n * divergence > _NEVER)

    def _centre(self, law, score, x, b, needed, b_hi):
        """Left sides of the constraints at the centre, at the least slope that meets them all (Newton's method from below)."""
        y = np.maximum(law.share - _column(x), 0)
        weighted = law.mid * score
        for step in range(_NEWTON + 1):
            wage = _column(b) * y
            rise = self._rise(wage)
            above = (y > 0).astype(float)
            marginal = np.where(y > 0, self.marginal(wage), 0.0)
            per_slope = marginal * y
            own, own_b = _total(law.mid, rise), _total(law.mid, per_slope)
            left = np.stack([_total(weighted, rise), own] + [own - _total(p, rise) for p in law.others])
            left_b = np.stack(
                [_total(weighted, per_slope), own_b] + [own_b - _total(p, per_slope) for p in law.others]
            )
            useful = left_b > 1e-9 * own_b
            if step < _NEWTON:
                wanted = np.where(useful, b + (needed - left) / left_b, -np.inf).max(axis=0)
                b = np.clip(wanted, b / 4, np.minimum(4 * b, np.maximum(b_hi, 1e-300)))
        return _Centre(b, y, rise, marginal, above, _total(law.mid, y), left, left_b, useful)

    def _least_slope(self, law, b, level, y_least, y_most, score_low, score_high, effort, incentive):
        """A slope below which one of the constraints fails in all of the cell: tangents of the left sides, at their highest."""
        slope = _column(b)
        rise_high = self._rise(slope * y_most)
        rises = self._rise(slope * y_least) - _column(level), rise_high - _column(level)
        low = np.where(y_least > 0, self.marginal(slope * y_most) * y_least, 0.0)
        high = np.minimum(self.marginal(slope * y_least) * y_most, rise_high / slope)
        high = np.where(y_most > 0, high, 0.0)
        worth_low = _inf(law.least, law.most, *rises)
        worth_high = _sup(law.least, law.most, *rises)
        b_low, b_high = law.least * low, law.most * high
        own, own_low, own_high = worth_high.sum(axis=1), b_low.sum(axis=1), b_high.sum(axis=1)
        own = np.minimum(
            own + level, _total(law.high, rise_high)
        )  # what is paid rises with effort and falls with the share
        left = [_sup(score_low, score_high, worth_low, worth_high).sum(axis=1), own]
        least = [_inf(score_low, score_high, b_low, b_high).sum(axis=1), own_low]
        most = [_sup(score_low, score_high, b_low, b_high).sum(axis=1), own_high]
        for p in law.others:
            left.append(own - _total(p, rises[0] + _column(level)))
            least.append(own_low - _total(p, high))
            most.append(own_high - _total(p, low))
        short = self._needed(effort, np.minimum(incentive[0], incentive[2])) - np.stack(left)
        found = b + short / np.where(short < 0, np.stack(least), np.stack(most))
        found = np.where((np.stack(least) > 0) & np.isfinite(found), found, 0.0)
        return np.maximum(found.max(axis=0), 0.0)

    def _least_for_incentive(self, law, cells, b_hi, needed):
        """A slope below which the incentive is too small in all of the cell.

        It is n·Σ P(Y = k)·(D_{k+1} − D_k), Y ~ Binomial(n − 1, q), all terms ≥ 0, and at most b·E u′(f + b·(Y/n − x)⁺), over the counts from
        which the line rises or over all, where it falls with q. So a slope that is too small for what u′ is at a smaller one raises that.
        """
        q = _column(self.evidence.success(cells.effort_low))
        count = self.n * law.share
        below = np.maximum((count - 1) / self.n - _column(cells.share_high), 0)
        rises = count > self.n * _column(cells.share_low)
        own, most = law.low * (law.share / q), np.where(rises, law.most * (law.share / q), 0.0)
        rest = np.maximum(1 - own.sum(axis=1), 0.0)
        first = self.marginal(np.zeros(1))
        if not np.isfinite(
            first[0]
        ):  # a floor of 0, and u(b·w) = b^(1−γ)·u(w): steps of utility instead of its slope
            step = self.n * (self._rise(below + 1 / self.n) - self._rise(below))
            per = np.minimum(
                _total(own, step) + rest * self.n * self._rise(np.array([1 / self.n])), _total(most, step)
            )
            slope = (needed / per) ** (1 / (1 - self.problem.utility.aversion))
            return np.where(np.isnan(slope), 0.0, slope) * (1 - 1e-9)
        rest = rest * first
        slope = np.zeros(b_hi.shape)
        for _ in range(_RAISES):
            marginal = self.marginal(_column(slope) * below)
            per = np.minimum(_total(own, marginal) + rest, _total(most, marginal))
            slope = np.maximum(slope, np.where(per > 0, needed / per, np.inf))
            slope = np.minimum(np.where(np.isnan(slope), 0.0, slope), np.maximum(b_hi, 0.0))
        return slope * (1 - 1e-9)

    def _too_weak(self, law, cells, b_hi, incentive):
        """Does even the steepest line that can be paid give too little utility, or too little incentive, everywhere in the cell?

        The expected utility rises with the effort and falls with the share, so it is largest in a corner.
        """
        rise = self._rise(_column(b_hi) * np.maximum(law.share - _column(cells.share_low), 0))
        needed = self._needed(cells.effort_low, incentive)
        weak = _total(law.high, rise) < needed[PARTICIPATION:].max(axis=0)
        hit, miss = self.evidence.success(cells.effort_low), self.evidence.failure(cells.effort_low)
        score = self.n * (law.share / _column(hit) - (1 - law.share) / _column(miss))
        return weak | (_total(law.most, np.maximum(score, 0) * rise) < needed[LOCAL])

    def _too_rare(self, cells, profit):
        """Is pay above the floor so rare that all the profit to beat leaves is too little utility, everywhere in the cell?

        Of a wage w̄ on average, paid on an event of probability p, utility gains at most p·(u(f + w̄/p) − u(f)), by concavity, which rises with p.
        """
        if isinstance(self.problem.utility, RiskNeutral):
            return np.zeros(cells.size, bool)
        count = np.maximum(np.floor(self.n * cells.share_low) + 1, 0.0)
        high, inside = cells.effort_high, (count >= 1) & (count <= self.n)
        odds = tails(
            np.where(inside, count, 1.0), self.n, self.evidence.success(high), self.evidence.failure(high)
        )[0]
        paid = self.problem._value(high) - self.floor - profit
        gain = odds * self._rise(np.maximum(paid, 0.0) / np.maximum(odds, 1e-300))
        gain = np.where(odds > 1e-290, gain, 0.0)
        needed = self._needed(cells.effort_low, 0.0 * paid)[PARTICIPATION:].max(axis=0)
        return inside & (gain < needed * (1 - 1e-9))

    def _too_keen(self, law, cells, b_hi, incentive):
        """Does every line of the cell that the agent accepts, and that keeps him from shirking, make him work more than asked?

        Let b̄ be a slope with (1) an incentive of more than c′/q′ all over the cell, as b_hi has: so it is between the two, one hump in b; and
        (2) too little utility, or too much temptation, at the corner (η₁, x₀). That corner is the best for it: at b̄ the agent would
        rather work more, so his payoff rises with η; and it falls with x and rises with b. Then no slope up to b̄ will do, and none above.

        The incentive is least at a corner: in q it has one hump, as E u(w) is convex, then concave; in x see `_least_in_share`. What keeps
        from an effort e, E_η D − E_e D, rises with b where E_η(y·u′) ≥ E_e(y·u′); with x it rises by no more than b·(E_e(u′; y > 0) − E_η(u′; y > 0)).
        Both are bounded over the cell; the terms at η have one hump in q, so that they are least at an end.
        """
        above, past = (np.maximum(law.share - _column(x), 0) for x in (cells.share_low, cells.share_high))
        needed = self._needed(cells.effort_high, incentive)[PARTICIPATION:]
        slope, spare = np.minimum(cells.slope, b_hi), 0.0
        for step in range(_NEWTON + 2):  # tangents of concave functions: from below
            rise, marginal = self._rise(_column(slope) * above), self.marginal(_column(slope) * above)
            own, own_b = _total(law.high, rise), _total(law.high, marginal * above)
            left = np.stack([own] + [own - _total(p, rise) for p in law.others])
            left_b = np.stack([own_b] + [own_b - _total(p, marginal * above) for p in law.others])
            if step > _NEWTON:
                break
            if step == _NEWTON:
                spare = self._rise_with_share(law, cells, slope, above, past, marginal)
            wanted = np.where(left_b > 1e-9 * own_b, slope + (needed - 1.1 * spare - left) / left_b, -np.inf)
            slope = np.clip(wanted.max(axis=0) * (1 - _BELOW), slope / 4, np.minimum(4 * slope, b_hi))
        spare = self._rise_with_share(law, cells, slope, above, past, marginal)
        short = left + spare < needed - _DIGITS * _total(law.high, np.abs(rise))
        worth = marginal * above, self.marginal(_column(slope) * past) * past
        least_worth, most_worth = np.minimum(*worth), self.marginal(_column(slope) * past) * above
        worth = np.minimum(_total(law.low, least_worth), _total(law.high, least_worth))
        short[1:] &= np.stack([worth >= _total(p, most_worth) for p in law.others])
        found = short.any(axis=0)
        for b in (slope, b_hi):
            if found.any():
                found[found] = self._incentive_exceeds(
                    law.take(found), cells.take(found), b[found], above[found], past[found], incentive[found]
                )
        return found

    def _rise_with_share(self, law, cells, slope, above, past, marginal):
        """How much the left sides of participation and of the deviations rise from x₀ to any other share of the cell, at most."""
        lost = np.where(past > 0, marginal, 0.0)
        least = np.minimum(_total(law.low, lost), _total(law.high, lost))
        most = np.where(above > 0, self.marginal(_column(slope) * past), 0.0)
        width = slope * (cells.share_high - cells.share_low)
        none = np.zeros(slope.shape)
        return np.stack([none] + [width * np.maximum(_total(p, most) - least, 0) for p in law.others])

    def _incentive_exceeds(self, law, cells, slope, above, past, incentive):
        """Is the incentive of lines with this slope more than that, everywhere in the cell?"""
        least, noise = [], 0.0
        for y in (above, past):
            rise = self._rise(_column(slope) * y)
            for effort, p in ((cells.effort_low, law.low), (cells.effort_high, law.high)):
                q, r = _column(self.evidence.success(effort)), _column(self.evidence.failure(effort))
                score = self.n * (law.share / q - (1 - law.share) / r)
                terms = np.where(p > 0, p * score, 0.0) * rise
                least.append(terms.sum(axis=1))
                noise = np.maximum(noise, _DIGITS * np.abs(terms).sum(axis=1))
        at_low, at_high = np.minimum(*least[:2]), np.minimum(*least[2:])
        return self._least_in_share(law, cells, slope, past, at_low, at_high) > incentive + noise

    def _least_in_share(self, law, cells, slope, past, at_low, at_high):
        """The least incentive over the shares of a cell, from that at both ends.

        With Z = (Y + U)/n, Y ~ Binomial(n − 1, q), U uniform, it is b·E(u′(f + b(Z − x)); Z > x). The density of Z rises, then falls; for
        u′ = e^(−aw) the kernel is log-concave, so that as a function of x it has one hump (variation diminution). For other utilities its
        derivative lies between −b·u′(f)·(density of Z at x) and b²·E(|u″|; Z > x), and it lies above a line from either end.
        """
        if isinstance(self.problem.utility, (CARA, RiskNeutral)):
            return np.minimum(at_low, at_high)
        n, width = self.n, cells.share_high - cells.share_low
        q = _column(self.evidence.success(cells.effort_low))
        before = np.maximum(past - 1 / n, 0)
        wage = _column(slope) * before
        bend = self.marginal(wage) * self._aversion(wage)[0]
        up = slope**2 * _total(law.most, np.where(past + _column(width) > 0, bend * law.share / q, 0.0))
        density = self._density(cells)
        down = slope * self.marginal(np.zeros(1)) * density
        meet = (at_low * up + at_high * down - up * down * width) / (up + down)
        return np.minimum(np.minimum(at_low, at_high), meet)

    def _density(self, cells):
        """The largest density of (Y + U)/n, Y ~ Binomial(n − 1, q), over the cell: n·P(Y = j), j = ⌊nx⌋.

        P(Y = j) rises in j up to the count below the least mean and falls from the count above the largest. In between it is largest at
        q = j/(n − 1), and that value has no peak inside: the counts next to both means are enough.
        """
        n, m = self.n, max(self.n - 1, 1)
        means = np.stack([m * self.evidence.success(e) for e in (cells.effort_low, cells.effort_high)])
        first, last = (np.clip(np.floor(n * x), 0, m) for x in (cells.share_low, cells.share_high))
        counts = np.clip(np.concatenate([np.floor(means), np.ceil(means)]), first, last)
        q = np.clip(counts, *means) / m
        return n * np.exp(log_pmf(counts, m, q, 1 - q)).max(axis=0) * (1 + 1e-9)

    def _keen_from(self, law, cells, slopes, incentive):
        """The slope from which the agent would work more at every one up to the largest (0: at all of them), else that.

        The incentive has one hump in b: between two slopes it is at least as large as at one of them. Of its terms
        n·P(Y = j − 1)·(D_j − D_{j−1}) = P_j·(j/q)·(D_j − D_{j−1}) each has a least value in the cell; a step is at least u′(w_j)·(w_j − w_{j−1}).
        """
        n, ev = self.n, self.evidence
        low, high = ev.success(cells.effort_low), ev.success(cells.effort_high)
        chance = law.least * (law.share / _column(high))
        above = np.maximum(law.share - _column(cells.share_low), 0)
        if n <= _EVERY:
            past = np.maximum(law.share - _column(cells.share_high), 0)

            def keen(b):  # a step is least where the line leaves the floor first, or only in part of it
                rise = self._rise(_column(b) * above)
                step = np.minimum(np.diff(rise, axis=1, prepend=0.0), self._rise(_column(b) * past))
                return n * _total(chance, step) > incentive
        else:  # blocks are summed as if all steps were whole: that of the first count may be shorter
            own = chance * (law.share >= _column(cells.share_high))
            clear = np.clip(np.ceil(n * cells.share_high), 0, n)
            at, first = np.clip(clear / n, low, high), np.maximum(clear / n - cells.share_low, 0)
            part = np.exp(log_pmf(clear, n, at, 1 - at)) * clear / (n * low)
            missing = np.where(clear > 0, part * (1 - np.minimum(clear - n * cells.share_high, 1.0)), 0.0)

            def keen(b):
                least = _total(own, self.marginal(_column(b) * above)) - missing * self.marginal(b * first)
                return b * least > incentive

        low, high = slopes
        some = keen(high) & (cells.effort_low < cells.effort_high)
        at_once = some & keen(low)
        top = high
        for _ in range(_HALVINGS if some.any() else 0):
            middle = (low + top) / 2
            more = keen(middle)
            low, top = np.where(more, low, middle), np.where(more, middle, top)
        return np.where(at_once, 0.0, np.where(some, top, high))


@dataclass(frozen=True, eq=False)
class _Centre:
    slope: np.ndarray
    y: np.ndarray
    rise: np.ndarray
    marginal: np.ndarray
    above: np.ndarray
    pay: np.ndarray  # E (X/n − x)⁺
    left: np.ndarray  # left sides of the constraints, their derivatives in b, and where those are positive
    left_b: np.ndarray
    useful: np.ndarray


def _score_polynomials(passes, fails, cells, ev, score_low, score_high):
    """Bounds of |P′/P|, …, |P⁗/P| over each cell, derivatives in q."""
    q0, q1 = _column(ev.success(cells.effort_low)), _column(ev.success(cells.effort_high))
    r0, r1 = _column(ev.failure(cells.effort_low)), _column(ev.failure(cells.effort_high))
    s = np.maximum(np.abs(score_low), np.abs(score_high))
    v = passes / q0**2 + fails / r1**2
    z = 2 * np.maximum(np.abs(passes / q1**3 - fails / r1**3), np.abs(passes / q0**3 - fails / r0**3))
    fourth = 6 * (passes / q0**4 + fails / r1**4)
    square = s * s
    return (
        s,
        np.maximum(square, v),
        s * (square + 3 * v) + z,
        square * (square + 6 * v) + 3 * v * v + 4 * s * z + fourth,
    )


def _level_prices(alone, by_effort, by_share, d_eta, d_x, sign):
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
