"""Lines without a floor for agents with constant absolute risk aversion: everything is explicit but for the effort.

A line is its slope b and the wage y on it at a share x̂ of passes, w(k) = y + b(k/n − x̂). With x = e^(−ab/n), A = e^(−a(y − b·x̂)) and
M(q) = (1 − q(1 − x))ⁿ the agent expects (1 − A·M(q))/a in utility, and its best effort solves

    A·n(1 − x)(1 − q(1 − x))^(n−1)·q′(η)/a = c′(η).

Where c is a power of effort no less than that of q, the payoff is concave in η^p and that root is the best effort: it falls with y, and rises with
b as long as n·q·(1 − x) ≤ 1, falls beyond. The wage is that of the utility expected and what risk costs,

    E w = y + b(q − x̂) = h(E u) + g(b, q)/a,    g = n·log(1 − q(1 − x)) + abq ≥ 0, which rises with b and is concave in q.

On a box of (b, y) all of these, and with them the profit of every kind and whether it takes part, lie between values at corners: `bound_lines` cuts
boxes until none holds a line that all accept and that earns more.
"""

from __future__ import annotations

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.agency.problem import first_best
from annolib.agency.utilities import CARA
from annolib.numerics.roots import bracketed_root

_IDLE = 1e-9
_NEWTON = 40
_BOXES, _ROUNDS = 150_000, 80


def is_explicit(kinds):
    """Is this a case for the formulas at the top?"""
    return (
        isinstance(kinds.utility, CARA)
        and kinds.kinds[0].problem.floor is None
        and all(
            isinstance(kind.problem.cost, PowerCost) and kind.problem.cost.power >= kind.evidence.power
            for kind in kinds.kinds
        )
    )


def middle_share(kinds):
    """x̂: the share of passes that the first kind shows at its first best."""
    weak = kinds.kinds[0]
    best = first_best(weak.problem).effort
    return float(weak.evidence.success(best if best > 0 else 0.5))


class UncutLines:
    """Lines (b, y) before some kinds; arrays of lines (M,) in, arrays (K, M) out."""

    def __init__(self, kinds, n):
        self.kinds, self.n, self.share = kinds, n, middle_share(kinds)
        self.a = kinds.utility.aversion

    def answers(self, slope, wage):
        """Best efforts, profits and rents of every kind."""
        log_scale = -self.a * (wage - slope * self.share)
        efforts, profits, rents = [], [], []
        for kind in self.kinds.kinds:
            e = self._effort(kind, log_scale, lambda effort, kind=kind: self._pull(kind, effort, slope))
            q = kind.evidence.success(e)
            efforts.append(e)
            profits.append(kind.problem._value(e) - wage - slope * (q - self.share))
            rents.append(self._expected(q, slope, log_scale) - kind.problem.reservation(e))
        return np.array(efforts), np.array(profits), np.array(rents)

    def _expected(self, q, slope, log_scale):
        return -np.expm1(log_scale + self.n * np.log1p(-q * self._step(slope))) / self.a

    def _step(self, slope):
        """1 − x."""
        return -np.expm1(-self.a * slope / self.n)

    def _pull(self, kind, effort, slope):
        """log of the incentive in q, beside A."""
        q, step = kind.evidence.success(effort), self._step(slope)
        return np.log(self.n * step / self.a) + (self.n - 1) * np.log1p(-q * step)

    def _effort(self, kind, log_scale, pull):
        law, cost = kind.evidence, kind.problem.cost

        def lead(effort):
            return np.log(cost.slope(effort)) - np.log(law.slope(effort)) - pull(effort) - log_scale

        root = bracketed_root(lead, np.full(log_scale.shape, _IDLE), np.ones(log_scale.shape), 1e-14)
        return np.where(root <= _IDLE, 0.0, root)

    def least_wage(self, slope):
        """The least y that every kind accepts, for each slope: Newton's method on the least rent, whose slope is A·M."""
        utility = self.kinds.utility
        wage = np.full(slope.shape, float(utility.wage(max(k.problem.outside for k in self.kinds.kinds))))
        for _ in range(_NEWTON):
            rents = self.answers(slope, wage)[2]
            i = np.argmin(rents, axis=0)
            rent = np.take_along_axis(rents, i[None], axis=0)[0]
            outside = np.array([kind.problem.outside for kind in self.kinds.kinds])[i]
            effort = np.take_along_axis(self.answers(slope, wage)[0], i[None], axis=0)[0]
            cost = np.select(
                [i == j for j in range(len(self.kinds.kinds))],
                [kind.problem.cost.cost(effort) for kind in self.kinds.kinds],
            )
            grade = np.maximum(1 - self.a * (rent + outside + cost), 1e-3)
            move = np.clip(-rent / grade, -1.0, 1.0)
            wage = wage + move
            if np.all(np.abs(move) < 1e-15 * (1 + np.abs(wage))):
                break
        return wage

    def aim(self, slope, wage):
        """The firm's aim; −inf where a kind refuses."""
        _, profits, rents = self.answers(slope, wage)
        return np.where(rents.min(axis=0) >= -1e-12, self.kinds.aim(profits), -np.inf)


# ---------------------------------------------------------------------- what no other line earns


def bound_lines(lines, known, tolerance, near):
    """(a bound of the aim of all lines, boxes looked at), for lines that might earn more than `known`; `near`: the slope at hand."""
    kinds = lines.kinds
    spare = kinds.budget(kinds.most_valuable() - known)
    outside = [float(kinds.utility.wage(kind.problem.outside)) for kind in kinds.kinds]
    steepest = 4.0 * near
    with np.errstate(all="ignore"):
        while steepest < 1e9 * near and _least_risk(lines, steepest) / lines.a + min(outside) <= spare:
            steepest *= 2  # beyond, risk alone costs more than all there is to win
        if steepest >= 1e9 * near:
            return np.inf, 0
        slopes = np.concatenate([[0.0], np.geomspace(near / 64, steepest, 40)])
        # below, nobody comes; above, no wage is worth paying
        wages = np.linspace(min(outside) - steepest - 1e-9, max(outside) + spare + steepest + 1e-9, 25)
        near_wages = np.linspace(min(outside) - 2 * near, max(outside) + spare + 2 * near, 25)
        wages = np.unique(
            np.concatenate([wages, near_wages[(near_wages > wages[0]) & (near_wages < wages[-1])]])
        )
        b, y = (x.ravel() for x in np.meshgrid(np.arange(slopes.size - 1), np.arange(wages.size - 1)))
        box = np.array([slopes[b], slopes[b + 1], wages[y], wages[y + 1]])
        closed, looked = -np.inf, 0
        for round_ in range(_ROUNDS):
            looked += box.shape[1]
            bounds = _bounds(lines, box)
            open_ = bounds > known + tolerance
            closed = max(closed, bounds[~open_].max(initial=-np.inf))
            if not open_.any():
                break
            if looked > _BOXES or round_ == _ROUNDS - 1:
                closed = max(closed, bounds[open_].max())
                break
            box = _cut(box[:, open_], 1 if open_.sum() > 4000 else 2)
    return max(closed, known), looked


def _least_risk(lines, slope):
    """The least g(b, q) over all that kinds can show, b at least this: concave in q, so that the ends hold it."""
    ends = [kind.evidence.success(np.array([0.0, 1.0])) for kind in lines.kinds.kinds]
    return min(float(np.min(_risk(lines, slope, q))) for q in ends)


def _risk(lines, slope, q):
    return np.maximum(lines.n * np.log1p(-q * lines._step(slope)) + lines.a * slope * q, 0.0)


def _bounds(lines, box):
    """No line in these boxes has an aim above this; −inf where a kind accepts none of them."""
    kinds, a = lines.kinds, lines.a
    b_low, b_high, y_low, y_high = box
    most, accepted = [], np.ones(b_low.shape, bool)
    for kind in kinds.kinds:
        law, problem = kind.evidence, kind.problem
        strong = lines._effort(
            kind, -a * (y_low - b_high * lines.share), _strongest(lines, kind, b_low, b_high)
        )
        weak = lines._effort(kind, -a * (y_high - b_low * lines.share), _weakest(lines, kind, b_low, b_high))
        weak = np.minimum(weak, strong)
        q, top = law.success(weak), law.success(strong)
        risk = np.minimum(_risk(lines, b_low, q), _risk(lines, b_low, top))
        paid = y_low + np.where(q >= lines.share, b_low, b_high) * (q - lines.share)
        paid = np.fmax(paid, kinds.utility.wage(problem.reservation(weak)) + risk / a)
        most.append(problem._value(strong) - paid)
        mean = y_high + np.where(top >= lines.share, b_high, b_low) * (top - lines.share)
        accepted &= ~(kinds.utility.utility(mean - risk / a) < problem.reservation(weak) - 1e-14)
    return np.where(accepted, kinds.aim(np.array(most)), -np.inf)


def _strongest(lines, kind, b_low, b_high):
    """The largest pull of slopes between two: that at n·q·(1 − x) = 1, or at the nearer end."""

    def pull(effort):
        q = kind.evidence.success(effort)
        peak = -lines.n / lines.a * np.log1p(-np.minimum(1 / (lines.n * q), 1 - 1e-12))
        return lines._pull(kind, effort, np.clip(peak, b_low, b_high))

    return pull


def _weakest(lines, kind, b_low, b_high):
    def pull(effort):
        return np.minimum(lines._pull(kind, effort, b_low), lines._pull(kind, effort, b_high))

    return pull


def _cut(box, times):
    """Boxes in two along the longer side, `times` times."""
    for _ in range(times):
        b_low, b_high, y_low, y_high = box
        along = (b_high - b_low) >= (y_high - y_low)
        b_mid, y_mid = (b_low + b_high) / 2, (y_low + y_high) / 2
        one = [b_low, np.where(along, b_mid, b_high), y_low, np.where(along, y_high, y_mid)]
        two = [np.where(along, b_mid, b_low), b_high, np.where(along, y_low, y_mid), y_high]
        box = np.concatenate([one, two], axis=1)
    return box
