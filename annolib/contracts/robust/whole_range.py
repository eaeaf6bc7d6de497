"""What a contract leaves at every strength of a range, proved from its wages alone.

Let w rise with the count. By `family`, q_θ and E w(X) rise with θ. Between two strengths θ₁ < θ₂ with best answers q₁ ≤ q₂, every best
answer of every θ has q₁ ≤ q_θ ≤ q₂, whatever it does when indifferent, so that

    π_θ ≥ f(q_θ),   f(q) = V(θ₂'s effort for q) − E w(X | q),    since a strong kind needs the least effort for q,
        ≥ f(q₁) + min(least f′ on [q₁, q₂], 0)·(q₂ − q₁).

f′ = V′/q′ − dE w/dq is bounded by the ends: V′ falls, q′ rises, and E w is the sum of a part convex and a part concave in q.

Where answers jump inside the range the bound holds and is loose: between both ends of the jump it counts on nothing. The range is cut where this is below the worst profit seen, until it is not by more than a tolerance. Best answers at the cuts are those of
`annolib.contracts.incentives.deviations.proved_optimum`: no effort is missed. Both ends stand for kinds a hair beyond, with a cost of
effort 1 ± 3e-12 times theirs: a kind of the range that is indifferent is then on the inner side of a jump, however it chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from annolib.agency.costs import PowerCost
from annolib.contracts.forms import Binary
from annolib.contracts.incentives.deviations import proved_optimum
from annolib.contracts.incentives.parts import MOST, expected, split_parts, step_part
from annolib.numerics.binomials import tails

HAIR = 3e-12  # ends of a range are proved for costs this much beyond them, relatively
_NODES, _PIECES, _MOST_NODES = 9, 4, 400
_TOLERANCE = 1e-14  # of best answers
_PEAK = 1e-4  # efforts this near to a best answer are on the same peak


@dataclass(frozen=True)
class RangeCheck:
    """Attributes
    ----------
    bound : float
        No kind of the range leaves less profit than this (for several kinds: the aim is no less).
    worst : float
        Where in the range the least was seen: 0 the weak end, 1 the strong one.
    slack : float
        Payoff of the weakest above its outside option: all kinds take part if it is not negative.
    idle_gain : float
        What the weakest would gain by no effort at all (of several kinds: the one that gains most).
    gain_bound : float
        At none of the kinds looked at does another effort gain more.
    nodes : int
        How many were looked at.
    """

    bound: float
    worst: float
    slack: float
    idle_gain: float
    gain_bound: float
    nodes: int


@dataclass(frozen=True)
class KindAnswer:
    """A kind's best effort, its pass probability, payoff, the wage it may expect, the profit it leaves; what idleness gains; a bound of gains."""

    effort: float
    success: float
    payoff: float
    wage: float
    profit: float
    idle_gain: float
    gain_bound: float


class Pay:
    """A contract as agents with one utility see it; wages must not fall with the count."""

    def __init__(self, contract, utility, counts):
        self.contract, self.n, self.utility = contract, contract.n, utility
        self.step = isinstance(contract, Binary)
        if self.step:
            low, high = (float(x) for x in utility.utility(np.array([contract.low, contract.high])))
            self.low, self.bonus = (
                low,
                float(utility.utility_rise(contract.low, contract.high - contract.low)),
            )
        else:
            if self.n > MOST:
                raise ValueError(f"n must not exceed {MOST:,} for this contract; saw {self.n:,}.")
            k = np.arange(self.n + 1)
            self.wages = np.asarray(contract.wage(k if counts == "passes" else self.n - k), dtype=float)
            self.utilities = utility.utility(self.wages)

    @property
    def rises(self):
        """Do wages never fall with the count (to rounding)?"""
        return self.step or bool(np.all(np.diff(self.wages) >= -1e-15 * np.max(np.abs(self.wages))))

    def parts(self, evidence):
        if self.step:
            return [step_part(evidence, self.n, self.contract.threshold, self.bonus)]
        return split_parts(evidence, self.n, self.utilities)

    def wage_parts(self, evidence):
        """E w(X), less a constant, as parts."""
        if self.step:
            return [
                step_part(evidence, self.n, self.contract.threshold, self.contract.high - self.contract.low)
            ]
        return split_parts(evidence, self.n, self.wages)

    def steepest_wage(self, evidence, low, high):
        """An upper bound of dE w/dq between two efforts."""
        efforts = np.array([low, high])
        q, most = evidence.success(efforts), 0.0
        for part in self.wage_parts(evidence):
            at = part.slope(efforts)
            if q[1] <= part.convex_below:
                most += at[1]
            elif q[0] >= part.concave_above:
                most += at[0]
            else:
                return np.inf
        return float(most)

    def wage(self, evidence, effort):
        """E w(X) at one effort."""
        q, r = evidence.success(np.array([effort])), evidence.failure(np.array([effort]))
        if self.step:
            success = float(tails(float(self.contract.threshold), self.n, q, r)[0][0])
            return self.contract.low + (self.contract.high - self.contract.low) * success
        return float(expected(self.n, q, r, self.wages)[0])

    def answer(self, kind, guesses=()):
        """The best answer of one kind, as exactly as its first-order condition gives it."""
        problem, evidence = kind.problem, kind.evidence
        parts = self.parts(evidence)
        base = self.low if self.step else 0.0
        found = proved_optimum(problem, evidence, parts, guesses, _TOLERANCE)
        effort = _polished(problem, evidence, parts, found.effort)
        wage = self.wage(evidence, effort)
        return KindAnswer(
            effort,
            float(evidence.success(effort)),
            found.payoff + base,
            wage,
            float(problem._value(effort)) - wage,
            float(sum(part.value(np.zeros(1))[0] for part in parts)) - found.payoff if effort > 0 else 0.0,
            found.bound - found.payoff,
        )


def _polished(problem, evidence, parts, effort):
    """The root of W′ on the peak of `effort`, if it is one inside (0, 1)."""

    def slope(e):
        e = np.array([e])
        rise = sum(part.slope(e)[0] for part in parts) * float(evidence.slope(e[0]))
        return float(rise - problem.cost.slope(e)[0])

    low, high = max(effort - _PEAK, 0.0), min(effort + _PEAK, 1.0)
    below, above = slope(low), slope(high)
    if effort < 1e-6 and slope(1e-9) <= 0:
        return 0.0
    if not (np.isfinite(below) and np.isfinite(above) and below > 0 > above):
        return 1.0 if effort > 1 - 1e-6 and above >= 0 else effort
    return float(brentq(slope, low, high, xtol=1e-15, rtol=1e-15))


def handicapped(kind, hair):
    """The same kind with 1 + hair times its cost of effort."""
    cost = kind.problem.cost
    if isinstance(cost, PowerCost):
        other = PowerCost(cost.scale * (1 + hair), cost.power)
    else:
        other = _Scaled(cost, 1 + hair)
    return replace(kind, problem=replace(kind.problem, cost=other))


@dataclass(frozen=True)
class _Scaled:
    """A multiple of a cost."""

    base: object
    factor: float

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.base, name)

    def cost(self, effort):
        return self.factor * self.base.cost(effort)

    def slope(self, effort):
        return self.factor * self.base.slope(effort)

    def curvature(self, effort):
        return self.factor * self.base.curvature(effort)

    def bends(self, low, high):
        return self.base.bends(low, high).times(self.factor)


def check_range(continuum, pay, tolerance):
    """Bound the profit at every strength: a RangeCheck. `continuum.at(share)` is the kind there, 0 the weakest."""
    weak, strong = continuum.at(0.0), continuum.at(1.0)
    shares = list(np.linspace(0, 1, _NODES))
    answers = [pay.answer(handicapped(weak, HAIR))]
    answers += [pay.answer(continuum.at(share), (answers[0].effort,)) for share in shares[1:-1]]
    answers += [pay.answer(handicapped(strong, -HAIR), (answers[-1].effort,))]
    nodes = list(zip(shares, answers, strict=True))
    boxes = list(zip(nodes[:-1], nodes[1:], strict=True))
    looked, closed = len(nodes), np.inf
    while boxes:
        worst = min(answer.profit for answer in answers)
        bounds = [_box_bound(continuum, pay, *box) for box in boxes]
        goal = worst - tolerance
        fine = [bound >= goal for bound in bounds]
        stuck = looked > _MOST_NODES
        closed = min([closed, *(b for b, good in zip(bounds, fine, strict=True) if good or stuck)])
        if stuck:
            break
        cut = [box for box, good in zip(boxes, fine, strict=True) if not good]
        boxes = []
        for left, right in cut:
            row = [left]
            for share in np.linspace(left[0], right[0], _PIECES + 1)[1:-1]:
                row.append((share, pay.answer(continuum.at(share), (left[1].effort, right[1].effort))))
                answers.append(row[-1][1])
                nodes.append(row[-1])
                looked += 1
            row.append(right)
            boxes += list(zip(row[:-1], row[1:], strict=True))
            if right[0] - left[0] < 1e-15:
                boxes = boxes[: -len(row) + 1]
                closed = min(closed, _box_bound(continuum, pay, left, right))
    where = min(nodes, key=lambda node: node[1].profit)[0]
    return RangeCheck(
        float(min(closed, min(answer.profit for answer in answers))),
        float(where),
        answers[0].payoff - weak.problem.outside,
        answers[0].idle_gain,
        max(answer.gain_bound for answer in answers),
        looked,
    )


def _box_bound(continuum, pay, left, right):
    """A lower bound of the profit at the strengths between two nodes (share, answer)."""
    (_, weak), (share, strong) = left, right
    kind = continuum.at(share)
    problem, law = kind.problem, kind.evidence
    low = min(float(law.effort(weak.success)), strong.effort)
    high = max(low, strong.effort)
    rise = max(strong.success - weak.success, 0.0)
    plain = float(problem._value(low)) - max(weak.wage, strong.wage)
    with np.errstate(all="ignore"):
        earned = float(problem._value_slope(high) / np.float64(law.slope(high)))
        least = earned - pay.steepest_wage(law, low, high)
        bent = float(problem._value(low)) - weak.wage + min(least, 0.0) * rise
    return plain if np.isnan(bent) else max(plain, bent)


def check_kinds(kinds, pay):
    """Bound the aim for some kinds, however they choose when indifferent: a RangeCheck (`worst` counts them from 0)."""
    least, slack, idle, gain = [], np.inf, -np.inf, 0.0
    for kind in kinds.kinds:
        pair = [pay.answer(handicapped(kind, hair)) for hair in (HAIR, -HAIR)]
        effort, wage = min(a.effort for a in pair), max(a.wage for a in pair)
        least.append(float(kind.problem._value(effort)) - wage)
        slack = min(slack, pair[0].payoff - kind.problem.outside)
        idle = max(idle, *(a.idle_gain for a in pair))
        gain = max(gain, *(a.gain_bound for a in pair))
    return RangeCheck(
        float(kinds.aim(np.array(least))), float(np.argmin(least)), slack, idle, gain, 2 * len(kinds.kinds)
    )
