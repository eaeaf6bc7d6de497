"""The best contract of all: any wage for any number of passes. Here: the cheapest one for a given effort η.

    minimise Σ_k P_k h(v_k) over v_k ≥ u(w_floor), subject to

    Σ P_k v_k ≥ ū,    d/dη Σ P_k v_k = c′(η),    Σ (P_k − P_k(e)) v_k ≥ c(η) − c(e) for every effort e.

The last constraints are infinitely many. Cutting planes: solve with a few deviations e (`_against`: the dual of
`annolib.contracts.incentives.cheapest_lottery` on a window of counts), look for the effort that tempts most (`best_other`), add it, and again until
none gains. Each programme has fewer constraints than the whole, so its value is a lower bound; at the end no constraint is violated.
Which effort is best, and the proof of that, is the matter of `annolib.contracts.optimal.efforts`.

Two kinds of deviations need more than a multiplier each.

- Far away, where none of its counts is ever seen of the wanted effort, the multiplier would be e^(−n·KL). It is not needed: counts
  that the wanted effort practically never shows (beyond `_END` standard deviations) may earn the floor below, and no more than the
  last likely count above, at no cost. Such a deviation then earns the floor, and that bounds what the agent must get (`least`).
- Close by, where the cost is concave in what the checks see (repeats see effort²), the cheapest pay makes the agent all but
  indifferent in a whole neighbourhood. The deviations that bind crowd at the effort itself; their limit is the second derivative of
  the payoff, which must not be positive. While that binds, the next derivatives are asked to vanish in turn, each of which costs
  about 1/n of the one before; what that asks too much is bounded from below by deviations at ±0.3 standard deviations
  (`_lost_to_derivatives`). In the tuples of deviations the m-th derivative is written −m.

References
----------
Theory as in `annolib.contracts.incentives.cheapest_lottery`; cutting planes: J. E. Kelley, SIAM J. 8 (1960), doi:10.1137/0108053. That the
first-order condition alone is not enough: J. A. Mirrlees (1975), Review of Economic Studies 66 (1999), doi:10.1111/1467-937X.00075.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.polynomial import Chebyshev

from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.contracts.incentives.deviations import most_tempting_deviation
from annolib.contracts.optimal.pay import SECOND_ORDER, Pay
from annolib.numerics.binomials import ALL, counts_near, window

_ROUNDS = 80
_TOLERANCE = 1e-12  # of what a deviation may gain, in utility
_END = 10.0  # standard deviations at which pay may end: beyond, counts have probability below 1e-22
_ORDERS = 11  # derivatives, from the second on, that may be asked for where a deviation within `_END` tempts
_DEGREE = 20  # of the fit that gives the cost's
_TINY = 1e-20  # a price that no count of any probability feels


@dataclass(frozen=True, eq=False)
class Implementation:
    """The cheapest contract for one effort.

    `mean` is E v, `gain` what the most tempting other effort gains, `left_out` the probability of counts outside the window, `rounds` the
    number of programmes solved.
    """

    effort: float
    gap: float
    rent: float
    mean: float
    pay: Pay
    lottery: dual.Lottery
    gain: float
    left_out: float
    rounds: int


@dataclass(frozen=True, eq=False)
class AnyWage:
    """The class of all contracts for one problem, evidence and n."""

    problem: object
    evidence: object
    n: int
    best: object
    worth: float = -np.inf  # profit below which a contract is of no interest
    last: list = field(
        default_factory=list
    )  # deviations, prices and the mass of rare fines of the last programme, solved or given up

    def implement(self, effort, deviations=(0.0,), prices=None, search=True, exact=False):
        """The cheapest contract under which `effort` is a global best answer, or None if none is worth paying.

        Raises `dual.Unsolved` where that stays open.

        Parameters
        ----------
        deviations : tuple of float
            Efforts to begin with, that the agent must not prefer.
        prices : array, optional
            Multipliers to begin with.
        search : bool
            Add the deviations that tempt, until none does.
        exact : bool
            Where derivatives of the payoff stand for close deviations and may ask for more than is needed: try without.
        """
        if not search:
            return self._cutting_planes(effort, deviations, prices, rounds=0)
        found = self._cutting_planes(effort, deviations, prices)
        if found is None or min(found.pay.deviations, default=0) >= SECOND_ORDER:
            return found
        spread = self._lost_to_derivatives(found)
        if exact and spread > 1e-9 * found.gap:
            finite = (*(x for x in found.pay.deviations if x >= 0), SECOND_ORDER)
            with contextlib.suppress(dual.Unsolved):
                other = self._cutting_planes(effort, finite, orders=1, rounds=_ROUNDS)
                if other is not None and other.gain <= 10 * _TOLERANCE:
                    return other
        left = found.lottery.suboptimality + spread
        return replace(found, lottery=replace(found.lottery, suboptimality=left))

    def _cutting_planes(self, effort, deviations, prices=None, orders=_ORDERS, rounds=_ROUNDS):
        """Solve, add the deviation that tempts most, and again; with no rounds only solve."""
        deviations, prices = self._without_far_ones(effort, tuple(deviations), prices)
        ends = {"forfeit": None, "cap": None}
        if min(deviations, default=0) < 0 and self._has_ends:
            ends = {side: self._end(effort, side) for side in ends}
        for round_ in range(max(rounds, 1)):  # noqa: B007
            solved = self._against_likely(effort, deviations, prices)
            if solved is None:
                return None
            pay, lottery, counts, probabilities = solved
            deviations = pay.deviations
            if not rounds:
                gain = np.nan
                break
            pay = replace(pay, **ends)
            other, gain = self.best_other(pay, effort)
            prices = lottery.prices
            if gain <= _TOLERANCE * (10 if min(deviations, default=0) < SECOND_ORDER else 1):  # rounding
                break
            away = self._standard_scores_away(effort, other)
            side = "forfeit" if away < 0 else "cap"
            if self._has_ends and abs(away) > _END and ends[side] is None:
                ends[side] = self._end(effort, side)
                continue
            new = self._derivatives(effort, deviations, prices, orders) if abs(away) <= _END else ()
            if new and self._has_ends:
                ends = {side: self._end(effort, side) for side in ends}
            new = new or (other,)
            negligible = _TINY * prices[0] if self._has_ends else 0.0
            keep = [
                j
                for j, nu in enumerate(prices[2:])
                if (nu > negligible or deviations[j] < 0) and abs(deviations[j] - other) > 1e-9
            ]
            deviations, prices = _only(keep, deviations, prices)
            deviations, prices = (*deviations, *new), np.append(prices, np.zeros(len(new)))
        return self._implementation(effort, pay, lottery, probabilities, counts, gain, round_ + 1)

    def _derivatives(self, effort, deviations, prices, most):
        """The derivatives to ask for next, where a deviation close by tempts: the second, and while that binds two more at a time."""
        asked = sum(x < 0 for x in deviations)
        if effort in self.problem.cost.kinks:  # there is no second derivative
            return ()
        if not asked:
            return (SECOND_ORDER,) if self._room(effort) > 2 and most else ()
        binds = prices[2 + deviations.index(SECOND_ORDER)] > 0
        return (
            (SECOND_ORDER - asked, SECOND_ORDER - asked - 1)
            if binds and self._has_ends and asked < most
            else ()
        )

    def _lost_to_derivatives(self, found):
        """By how much the gap may be too high because derivatives beyond the second ask for more than incentive compatibility does.

        The lower bound: the second derivative, and deviations so close by that they almost are derivatives.
        """
        effort = found.effort
        step = 0.3 / np.sqrt(self.n * float(self.evidence.information(effort)))
        close = [x for x in (effort - step, effort + step) if 0 <= x <= 1]
        finite = [x for x in found.pay.deviations if x >= 0]
        bounds = [float(self.problem.loss(effort, self.best))]
        for more in (close, ()):
            with contextlib.suppress(dual.Unsolved):
                relaxed = self.implement(effort, (*finite, SECOND_ORDER, *more), search=False)
                bounds += [] if relaxed is None else [relaxed.gap]
        return max(found.gap - max(bounds), 0.0)

    @property
    def _has_ends(self):
        """Are there counts that an effort practically never shows, and is there a floor to fall to?"""
        return self.n > ALL and np.isfinite(self.problem.floor_utility)

    def _standard_scores_away(self, effort, other):
        """(q(other) − q(effort))·√(n/(q(1 − q))): by how many standard deviations of the count the means differ."""
        q, r = float(self.evidence.success(effort)), float(self.evidence.failure(effort))
        return (float(self.evidence.success(other)) - q) * np.sqrt(self.n / (q * r))

    def _end(self, effort, side):
        """The last count within `_END` standard deviations, below ("forfeit") or above ("cap")."""
        q, r = float(self.evidence.success(effort)), float(self.evidence.failure(effort))
        half = _END * np.sqrt(self.n * q * r)
        return int(np.floor(self.n * q - half)) if side == "forfeit" else int(np.ceil(self.n * q + half))

    def far(self, effort, other):
        """Do the two efforts show no count in common (and is there a floor to fall to)?"""
        if not self._has_ends or other < 0:
            return False
        low, high = sorted(
            (float(self.evidence.success(x)), float(self.evidence.failure(x))) for x in (effort, other)
        )
        return window(self.n, *low)[1] < window(self.n, *high)[0]

    def _without_far_ones(self, effort, deviations, prices):
        """The deviations that share counts with the effort; prices that do not fit them are forgotten."""
        if prices is not None and prices.size != 2 + len(deviations):
            prices = None
        near = [j for j, other in enumerate(deviations) if not self.far(effort, other)]
        return _only(near, deviations, prices)

    def least(self, effort):
        """What the agent must get for `effort`: the outside option, or what the floor leaves to one who does nothing."""
        wanted = float(self.problem.reservation(effort))
        if self.far(effort, 0.0):
            wanted = max(wanted, self.problem.floor_utility + float(self.problem.cost.cost(effort)))
        return wanted

    def _against_likely(self, effort, deviations, prices):
        """Solve with these deviations, but for those whose price gets lost because they share no likely count."""
        try:
            return self._against(effort, deviations, prices)
        except dual.Unsolved:
            near = [
                j
                for j, x in enumerate(deviations)
                if x < 0 or abs(self._standard_scores_away(effort, x)) <= _END
            ]
            if not self._has_ends or len(near) == len(deviations):
                raise
            return self._against(effort, *_only(near, deviations, prices))

    def _against(self, effort, deviations, prices):
        """Solve the programme against these deviations, or None where the effort is too dear.

        Blocks of counts must not straddle the kink, which is known after a first solve: solved again until the breaks stay.
        """
        problem, ev, n = self.problem, self.evidence, self.n
        q, r = float(ev.success(effort)), float(ev.failure(effort))
        if q * r == 0:
            return None
        slope = float(problem.cost.slope(effort))
        wanted = self.least(effort)
        if not wanted < problem.utility.highest:
            return None
        scale = float(ev.slope(effort)) * np.sqrt(n / (q * r))
        targets = np.array([wanted, slope / scale, *(self._target(effort, x, scale) for x in deviations)])
        if prices is None:
            v = max(wanted, problem.floor_utility)
            curve = float(problem.utility.wage_curvature(v))
            prices = np.array([float(problem.utility.marginal_wage(v)), curve * slope / scale])
            prices = np.concatenate([prices, np.zeros(len(deviations))])
        one_sided = effort >= 1 or effort in problem.cost.kinks  # more than c′ from the left will do there
        signed = np.array([True, one_sided, *(x >= 0 or x % 2 == 0 for x in deviations)])
        ceiling = float(problem._value(effort)) - self.worth
        kinks = ()
        for _ in range(12):
            others = tuple((float(ev.success(x)), float(ev.failure(x))) for x in deviations if x >= 0)
            counts = counts_near(n, q, r, kinks, others)
            probabilities = _normalised(counts, q, r)
            rows = Pay(self, effort, prices, deviations).rows(counts.nodes)
            weights, moved = rows * probabilities, [x >= 0 for x in deviations]
            if others:
                weights[2:][moved] = [probabilities - _normalised(counts, *other) for other in others]
            programme = dual.Programme(
                probabilities, rows, weights, targets, signed, problem.utility, problem.floor_utility
            )
            lottery = dual.solve(programme, prices, ceiling)
            rare = list(lottery.rare)
            floored = np.any(lottery.utilities <= problem.floor_utility)
            fined = 0.0 if floored else float(probabilities[rare] @ np.abs(lottery.utilities[rare]))
            self.last[:] = [(deviations, lottery.prices, fined)]
            if not lottery.converged:
                if lottery.bound <= ceiling:
                    raise dual.Unsolved(effort, lottery.bound)
                return None
            fines = tuple((float(counts.nodes[i]), float(lottery.utilities[i])) for i in lottery.rare)
            pay = Pay(self, effort, lottery.prices, deviations, fines=fines)
            if counts.weights.max() == 1:  # every count is a node: no kink lies within a block
                break
            prices, old, kinks = lottery.prices, kinks, pay.floor_ends
            if _same_breaks(old, kinks, counts):
                break
        return pay, lottery, counts, probabilities

    def _target(self, effort, other, scale):
        """Right-hand side of the constraint that `other` is no better than `effort`.

        For an effort c(η) − c(e). For the m-th derivative that of the cost in z, the pass probability in standard deviations, with the
        sign of the row: −d²c/dz² = (c′q″/q′ − c″)/(n𝓘) for m = 2, and from a Chebyshev fit of dc/dz beyond.
        """
        cost = self.problem.cost
        if other >= 0:
            return float(cost.cost(effort)) - float(cost.cost(other))
        if other == SECOND_ORDER:
            turn = (self.evidence.power - 1) / effort  # q″/q′
            return (float(cost.slope(effort)) * turn - float(cost.curvature(effort))) / scale**2
        room = self._room(effort) / 2
        deviation = 1 / scale * float(self.evidence.slope(effort))  # of the share that counts

        def rise(z):
            at = self.evidence.effort(float(self.evidence.success(effort)) + z * deviation)
            return cost.slope(at) / self.evidence.slope(at) * deviation

        fit = Chebyshev.interpolate(rise, _DEGREE, domain=[-room, room])
        return float(fit.deriv(int(-other) - 1)(0.0)) * (1 if other % 2 else -1)

    def _room(self, effort):
        """How many standard deviations of the count there are to either side of the effort's, at most `_END`."""
        ends = [abs(self._standard_scores_away(effort, x)) for x in (0.0, 1.0)]
        return min(_END, *ends)

    def best_other(self, pay, effort):
        """The effort that tempts most, other than the one asked for, and what it gains."""
        scale = 1 / np.sqrt(self.n * float(self.evidence.information(effort)))
        return most_tempting_deviation(lambda x: pay.expected(x) - self.problem.cost.cost(x), effort, scale)

    def _implementation(self, effort, pay, lottery, probabilities, counts, gain, rounds):
        """What the contract earns: rent, gap, and what the slacks of its constraints leave open."""
        wanted, least = float(self.problem.reservation(effort)), self.least(effort)
        raw = float(probabilities @ lottery.utilities)
        rent = least - wanted if lottery.prices[0] > 0 else max(raw - wanted, 0.0)
        offsets = lottery.utilities - raw
        gap = self.problem.gap(
            self.best,
            np.float64(effort),
            rent,
            np.float64(wanted + rent),
            probabilities,
            offsets,
        )
        # E v is set to its target exactly, so a slack there is none
        left = float(np.abs(lottery.prices[1:]) @ np.abs(lottery.slacks[1:]))
        lottery = replace(lottery, suboptimality=left)
        return Implementation(
            float(effort), float(gap), rent, raw, pay, lottery, gain, counts.left_out, rounds
        )


def _only(keep, deviations, prices):
    """These deviations and their prices, after λ and μ (prices None: none are known)."""
    prices = None if prices is None else prices[[0, 1, *(2 + j for j in keep)]]
    return tuple(deviations[j] for j in keep), prices


def _normalised(counts, q, r):
    probabilities = counts.probabilities(q, r)
    return probabilities / probabilities.sum()


def _same_breaks(old, new, counts):
    """Do the kinks that lie in the window fall between the same counts as before?"""
    between = [
        {np.floor(kink) for kink in kinks if counts.nodes[0] <= kink < counts.nodes[-1]}
        for kinks in (old, new)
    ]
    return between[0] == between[1]
