"""The best line without a floor for agents of constant absolute risk aversion, and for risk-neutral ones: a closed form for each effort.

A line is described by its slope b and the utility v that the agent expects from the wage. With absolute risk aversion a, q = q(η) and

    y = (1 − e^(−ab/n)) / (1 − q(1 − e^(−ab/n))),      which rises with b,

- the local incentive c′ = dE u(w)/dη says (1 − a·v)·n·y = a·T, T = c′/q′: a richer agent needs a steeper line;
- the wage is h(v) + ρ, with the price of risk ρ(q, y) = −(n/a)·[(1 − q)·log(1 + qy) + q·log(1 − (1 − q)y)], which rises with y;
- participation, v ≥ ū, then says y ≥ a·T/(n(1 − aū));
- the agent does not prefer the effort e iff T·g(y) ≥ c(η) − c(e), g(y) = ((1 + dy)ⁿ − 1)/(ny), d = q − q(e): g rises with y.

So both constraints ask for a steep line, both terms of the wage rise with y, and the smallest y that will do is best: `at`. At full effort and at a
kink of the cost the incentive may be more than c′, so that v = ū, and T is out of it: (1 − aū)·((1 + dy)ⁿ − 1)/a ≥ c(η) − c(e). For a risk-neutral agent g = d and
no line costs more than h(ū) = ū: the gap is the loss of the effort, which must only be one that lines can buy.

Over a range of efforts T, q, c and ū lie between their values at the ends, and ρ is concave in q as long as y²(1 − q(1 − q)) < 1 (elsewhere its
slope is bounded): that bounds the gap with an error of the size of the range. Where participation alone decides, the slope of the gap is bounded too,

    gap′ = h′(ū)·c′ − V′ + q′·ρ_q + ρ_y·y′,      y′/y = T′/T + a·c′/(1 − aū),
    ρ_q = −(n/a)·[y/(1 − κ) − log(1 + y/(1 − ry))],     κ = qr·y²/(1 + (q − r)y),     r = 1 − q,
    ρ_y = (n/a)·qr·y/((1 + qy)(1 − ry)),

each part by its values at the ends, and a function lies above the two lines through its ends with the extreme slopes: an error of the size squared.
"""

from __future__ import annotations

import numpy as np

from annolib.agency.utilities import CARA
from annolib.contracts.incentives.deviations import Part
from annolib.contracts.linear.uncut.frontier import Frontier, below_both
from annolib.numerics import intervals
from annolib.numerics.calculus import log1pmx

_BISECTIONS = 60
_SPARE = 1e-13  # of the price of risk: more than the rounding of its terms
_TIE = 1e-12  # of the costs: what rounding may add to a gain


class ConstantAversion(Frontier):
    """The frontier of a CARA agent (a > 0) or a risk-neutral one (a = 0); `n` may be an array, in line with the efforts."""

    most_ranges = 100_000

    @property
    def averse(self):
        """a."""
        return self.problem.utility.aversion if isinstance(self.problem.utility, CARA) else 0.0

    def at(self, effort):
        """The gap of the best line for each effort; inf where no line buys it."""
        effort = np.asarray(effort, dtype=float)
        with np.errstate(all="ignore"):
            y, rent = self._gentlest(effort)
            risk = self._risk(self.evidence.success(effort), y)
            promised = self.problem.reservation(effort)
            paid = self.problem.utility.wage_rise(promised, rent) if self.averse else 0.0
            gap = self.problem.loss(effort, self.best) + paid + risk
        return np.where(np.isnan(gap), np.inf, gap)

    def line(self, effort):
        """(base, slope) of the best line for one effort, and the rent that it leaves."""
        effort = np.array([float(effort)])
        q, promised = self.evidence.success(effort), self.problem.reservation(effort)
        y, rent = self._gentlest(effort)
        slope = -self.n / self.averse * np.log1p(-y / (1 + q * y)) if self.averse else y
        wage = self.problem.utility.wage(promised + rent) + self._risk(q, y)
        return float((wage - slope * q)[0]), float(slope[0]), float(rent[0])

    def parts(self, base, slope):
        """E u(base + slope·X/n) = (1 − e^(−a·base)·(1 − q(1 − e^(−ab/n)))ⁿ)/a, concave in q."""
        evidence, n, a = self.evidence, self.n, self.averse
        if not a:
            return [
                Part(
                    lambda e: base + slope * evidence.success(e),
                    lambda e: slope + 0.0 * np.asarray(e),
                    2.0,
                    2.0,
                )
            ]
        missed = -np.expm1(-a * slope / n)

        def value(effort):
            return -np.expm1(n * np.log1p(-missed * evidence.success(effort)) - a * base) / a

        def steep(effort):
            left = np.log1p(-missed * evidence.success(effort))
            return n * missed / a * np.exp((n - 1) * left - a * base)

        return [Part(value, steep, -1.0, -1.0)]

    @np.errstate(all="ignore")
    def _gentlest(self, effort):
        """The least y (for a risk-neutral agent the slope) of lines that buy these efforts, NaN where none does, and the rent v − ū."""
        problem, evidence, n, a = self.problem, self.evidence, self.n, self.averse
        q, cost = evidence.success(effort), problem.cost
        ask, room = cost.slope(effort) / evidence.slope(effort), 1 - a * problem.reservation(effort)
        free = np.isin(effort, (*cost.kinks, 1.0))  # the incentive may be more than c′ there
        y = a * ask / (n * room) if a else ask
        least, bad = y, room <= 0
        for e in self.deviations:
            rise, d = cost.cost(effort) - cost.cost(e), q - evidence.success(e)
            if a:
                at_once = np.expm1(np.log1p(a * rise / room) / n) / d
                goal = rise / ask
                short = (d > 0) & (goal > _temptation(n, d, y) * (1 + _TIE)) & ~free
                inner = np.array(y)
                if short.any():
                    inner[short] = _smallest(
                        np.broadcast_to(n, d.shape)[short], d[short], goal[short], y[short]
                    )[1]
                y = np.where(free & (d > 0), np.maximum(y, at_once), inner)
                bad = bad | (d < 0) & (ask * _temptation(n, d, y) < rise - _TIE * abs(cost.cost(e))) & ~free
            else:
                y = np.where(free & (d > 0), np.maximum(y, rise / d), y)
                bad = bad | (y * d < rise - _TIE * np.maximum(cost.cost(effort), cost.cost(e))) & (d != 0)
        inner = (y > least) & ~free
        rent = (
            np.where(inner, (1 - a * ask / (n * y)) / a - problem.reservation(effort), 0.0) if a else 0.0 * y
        )
        return np.where(bad, np.nan, y), np.maximum(rent, 0.0)

    def _risk(self, q, y):
        return price_of_risk(self.n, self.averse, q, y) if self.averse else 0.0 * y

    def points(self):
        """Full effort and the kinks of the cost, where the incentive may be more than c′."""
        efforts = np.array([*self.problem.cost.kinks, 1.0])
        with np.errstate(all="ignore"):
            y, _ = self._gentlest(efforts)
            q = self.evidence.success(efforts)
            risk = self._risk(q, y * (1 - 1e-12)) * (1 - _SPARE)
            none = np.isnan(y) | ~(self.averse * y * self.evidence.failure(efforts) < 1)
            return efforts, np.where(
                none, np.inf, self.loss_between(efforts, efforts) + np.maximum(risk, 0.0)
            )

    def between(self, low, high):
        """No line for an effort in [low, high] has a smaller gap than this."""
        with np.errstate(
            all="ignore"
        ):  # a y that no line can have gives no number, which is read as no bound
            if not self.averse:
                return np.where(self._out_of_reach(low, high), np.inf, self.loss_between(low, high))
            return np.fmax(self._by_ends(low, high), self._by_slopes(low, high))

    def _out_of_reach(self, low, high):
        """Would a risk-neutral agent, whose slope must be T, rather choose one of the other efforts than any in [low, high]?"""
        cost, success, (least, most) = self.problem.cost.cost, self.evidence.success, self.asked(low, high)
        out = np.zeros(low.shape, bool)
        for e in self.deviations:
            down, up = success(high) - success(e), success(e) - success(high)
            spare = _TIE * np.maximum(cost(high), cost(e))
            out |= (down > 0) & (most * down < cost(low) - cost(e) - spare)
            out |= (up > 0) & (least * up > cost(e) - cost(low) + spare)
        return out

    def _by_ends(self, low, high):
        """The bound whose error is of the size of the range."""
        problem, n, a = self.problem, self.n, self.averse
        cost, (least_ask, most_ask) = problem.cost.cost, self.asked(low, high)
        q = self.evidence.success(low), self.evidence.success(high)
        y = a * least_ask / (n * (1 - a * problem.reservation(low)))
        for e in self.deviations:
            rise, d = cost(low) - cost(e), q[1] - self.evidence.success(e)
            goal = np.where((rise > 0) & (d > 0), rise / most_ask, 0.0)
            short = (goal > 0) & (goal > _temptation(n, d, y))
            if short.any():
                y[short] = _smallest(np.broadcast_to(n, d.shape)[short], d[short], goal[short], y[short])[0]
        expected = (1 - a * most_ask / (n * y)) / a
        promised = problem.reservation(high)
        rent = np.where(
            expected > promised, problem.utility.wage_rise(promised, np.maximum(expected - promised, 0)), 0.0
        )
        bound = self.loss_between(low, high) + rent + _least_risk(n, a, *q, y) * (1 - _SPARE)
        return np.where(y * self.evidence.failure(high) >= 1, np.inf, bound)

    def _by_slopes(self, low, high):
        """The bound whose error is of the size of the range squared; it asks for the local incentive and participation alone."""
        problem, n, a = self.problem, self.n, self.averse
        cost, utility, ends = problem.cost, problem.utility, (low, high)
        slope, room = [cost.slope(e) for e in ends], [1 - a * problem.reservation(e) for e in ends]
        ask, growth = self.asked(low, high), self.growth(low, high)
        own = [
            a * c / self.evidence.slope(e) / (n * left) for c, e, left in zip(slope, ends, room, strict=True)
        ]
        q, r = [self.evidence.success(e) for e in ends], [self.evidence.failure(e) for e in ends]
        gap = [
            self.loss_between(e, e) + price_of_risk(n, a, x, y) * (1 - _SPARE)
            for e, x, y in zip(ends, q, own, strict=True)
        ]
        y = a * ask[0] / (n * room[0]), a * ask[1] / (n * room[1])
        moves = intervals.product(
            y, intervals.total(growth, (a * slope[0] / room[0], a * slope[1] / room[1]))
        )
        by_q, by_y = slopes_of_risk(n, a, q, r, y)
        q_slope = [self.evidence.slope(e) for e in ends]
        loss = [
            m * c - v
            for m, c, v in zip(
                [utility.marginal_wage(problem.reservation(e)) for e in ends],
                slope,
                [problem._value_slope(e) for e in ends],
                strict=True,
            )
        ]
        rises = intervals.total(loss, intervals.product(q_slope, by_q), intervals.product(by_y, moves))
        wider = _SPARE * (np.abs(rises[0]) + np.abs(rises[1]) + np.abs(slope[1]))
        found = below_both(*gap, (rises[0] - wider, rises[1] + wider), high - low)
        return np.where((room[1] > 0) & (y[1] * r[0] < 1), found, np.nan)


def price_of_risk(n, averse, q, y):
    """ρ(q, y) of the file's top: with log(1 + x) − x in place of log(1 + x), as the terms in y cancel."""
    r = 1 - q
    return -(n / averse) * (r * log1pmx(q * y) + q * log1pmx(-r * y))


def slopes_of_risk(n, averse, q, r, y):
    """Ranges of ρ_q and ρ_y where q, r = 1 − q and y lie between two values each; pairs (low, high).

    In ρ_q log(1 + y/(1 − ry)) rises with y and falls with q; in ρ_y the fraction rises with y and falls with q, and qr is
    largest at q = ½.
    """
    least_qr = np.minimum(q[0] * r[0], q[1] * r[1])
    most_qr = np.where((q[0] <= 0.5) & (q[1] >= 0.5), 0.25, np.maximum(q[0] * r[0], q[1] * r[1]))
    tilt = intervals.product((q[0] - r[0], q[1] - r[1]), y)
    share = least_qr * y[0] ** 2 / (1 + tilt[1]), most_qr * y[1] ** 2 / (1 + tilt[0])
    log = np.log1p(y[0] / (1 - r[1] * y[0])), np.log1p(y[1] / (1 - r[0] * y[1]))
    inner = y[0] / (1 - share[0]) - log[1], np.where(share[1] < 1, y[1] / (1 - share[1]), np.inf) - log[0]
    by_q = -(n / averse) * inner[1], -(n / averse) * inner[0]
    steep = [a / ((1 + b * a) * (1 - c * a)) for a, b, c in zip(y, q[::-1], r[::-1], strict=True)]
    return by_q, (n / averse * least_qr * steep[0], n / averse * most_qr * steep[1])


def _least_risk(n, averse, low, high, y):
    """A lower bound of the price of risk for q in [low, high]: its least end where it is concave, else from the low end by its slope."""
    concave = y * y * (1 - np.minimum(low * (1 - low), high * (1 - high))) < 1
    first, last = price_of_risk(n, averse, low, y), price_of_risk(n, averse, high, y)
    steepest = (
        -np.log1p(low * y)
        + (1 - low) * y / (1 + low * y)
        + np.log1p(-(1 - high) * y)
        + high * y / (1 - (1 - low) * y)
    )
    sloped = first - (n / averse) * np.maximum(steepest, 0) * (high - low)
    price = np.where(
        concave | (low == high), np.minimum(first, last), np.where(np.isnan(sloped), 0.0, sloped)
    )
    return np.maximum(price, 0.0)


def _temptation(n, d, y):
    """g(y): what an effort with d fewer passes in a check loses, in units of the incentive."""
    return np.expm1(n * np.log1p(d * y)) / (n * y)


def _smallest(n, d, goal, low):
    """Two y next to each other, with g(y) below the goal and not; g(low) is below it."""
    high = np.maximum(2 * low, 1e-300)
    for _ in range(100):
        short = ~(_temptation(n, d, high) >= goal)
        if not short.any():
            break
        low, high = np.where(short, high, low), np.where(short, 2 * high, high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        enough = _temptation(n, d, middle) >= goal
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return low, high
