"""Any increasing pass probability q(η): effort is counted by what the check sees of it.

Let x ∈ [0, 1] be such that the check has the form that the solvers know,

    q(η) = q(0) + (q(m) − q(0))·xᵖ,      ĉ(x) = c(η(x)),   V̂(x) = V(η(x)),      m the largest effort.

The agent who chooses x is the agent who chooses η: the same contract buys the same. So the answer, its certificate and its bound carry over
word for word, provided that ĉ is convex and V̂ concave, which the solvers' proofs rest on. The power p is the order of q at no effort,
q(η) − q(0) ~ ηᵖ: then dη/dx is finite and above 0 there. With p = 1, which is the common case, ĉ is convex wherever q is concave
(each further step of the check asks for more effort) and c convex; V̂ is concave wherever V is concave enough, e.g. where q is affine in η. Both
are checked, and refused where they fail: a finite list of efforts (`Problem.with_efforts`) needs neither.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.costs import ConvexCost, MoneyCost
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.variants.stretched import Change
from annolib.monitors.evidence.curve import check_curve

_POWERS = (1, 2, 3, 4)
_NEAR = 1e-3  # of the largest effort: q is looked at so near to no effort
_TABLE, _STEPS, _SAME = 1025, 3, 4e-16
_LOW = 1e-4  # below, dη/dx is a straight line through its values there and at twice as much


def changed(problem, curve):
    """The `Change` to the variable in which the check is chance + gain·xᵖ."""
    top = problem.effort_max
    q, slope = curve._parts
    if top != 1:
        check_curve(q, slope, top)
    start = float(q(0.0))
    gain = float(q(top)) - start
    power = _order(q, start, top)

    effort = Inverse(curve, start, gain, power, top)

    def growth(x):
        """dη/dx = p·gain·x^(p − 1)/q′(η)."""
        x = np.real(np.asarray(x)).astype(float)
        near = x < _LOW
        if near.any():
            one, two = _growth(np.array([_LOW, 2 * _LOW]))
            return np.where(near, one + (two - one) * (x / _LOW - 1), _growth(np.where(near, _LOW, x)))
        return _growth(x)

    def _growth(x):
        with np.errstate(divide="ignore", invalid="ignore"):
            return power * gain * x ** (power - 1) / slope(effort(x))

    cost, value, value_slope = problem.cost, problem._value, problem._value_slope
    try:
        seen = ConvexCost(lambda x: cost.cost(effort(x)), lambda x: cost.slope(effort(x)) * growth(x))
        inside = replace(
            problem,
            cost=MoneyCost(seen) if problem.in_money else seen,
            value=lambda x: value(effort(x)),
            value_slope=lambda x: value_slope(effort(x)) * growth(x),
            effort_max=1.0,
        )
    except ValueError as reason:
        seen = str(reason).split(". ")[0].rstrip(".")
        raise ValueError(
            f"q, cost and value do not fit together: with effort counted by what the check sees of it (x, where q is "
            f"{start:.4g} + {gain:.4g}·x^{power}) {seen}. Give a finite list of efforts, for which nothing need be convex or "
            "concave: problem.with_efforts(np.linspace(0, 1, 33))."
        ) from None
    return Change(inside, PassLaw(start, gain, power, "passes"), effort)


class Inverse:
    """The effort of each x: a table, and Newton's steps from it; roots in brackets where these do not end (a kink of q)."""

    def __init__(self, curve, start, gain, power, top):
        self.curve, self.start, self.gain, self.power, self.top = curve, start, gain, power, top
        self.x = np.linspace(0, 1, _TABLE)
        self.known = self._root(self.x)
        self.last = (None, None)

    def __call__(self, x):
        x = np.real(np.asarray(x)).astype(float)
        key = (x.shape, x.tobytes())
        if self.last[0] != key:
            self.last = key, self._solve(x)
        return self.last[1]

    def _solve(self, x):
        q, slope = self.curve._parts
        wanted = self.start + self.gain * x**self.power
        e = np.interp(x, self.x, self.known)
        with np.errstate(all="ignore"):
            for _ in range(_STEPS):
                step = (q(e) - wanted) / slope(e)
                e = np.clip(e - np.where(np.isfinite(step), step, 0.0), 0, self.top)
        unsolved = ~(np.abs(q(e) - wanted) <= _SAME)
        unsolved |= (x > 0) & (x < self.x[1])  # there digits of q are few
        if unsolved.any():
            e = np.array(e)
            e[unsolved] = self._root(x[unsolved])
        return e

    def _root(self, x):
        return self.curve.inverse(self.start + self.gain * x**self.power, self.top)


def _order(q, start, top):
    """p with q(η) − q(0) ~ η^p at no effort."""
    h = _NEAR * top
    with np.errstate(divide="ignore", invalid="ignore"):
        order = np.log2((float(q(2 * h)) - start) / (float(q(h)) - start))
    power = round(order) if np.isfinite(order) else 0
    if power not in _POWERS or abs(order - power) > 0.1:
        raise ValueError(
            f"q must start like η, η², η³ or η⁴ at no effort for a continuum of efforts; saw it start like η^{order:.3g}. "
            "Give a finite list of efforts: problem.with_efforts(np.linspace(0, 1, 33))."
        )
    return power


def curve_best(problem, curve, n, family, tiers, ask):
    """The best contract for checks of a `PassCurve`."""
    change = changed(problem, curve)
    return change.restore(ask(change.problem, change.evidence, n, family, tiers=tiers))
