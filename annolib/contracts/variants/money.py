"""Cost in money inside u, any effort in [0, 1]: the best line without a floor, for a CARA agent with u(w − c(η)).

A line pays base + b·X/n. With s = 1 − e^(−ab/n) the agent's certainty equivalent is explicit (X is binomial):

    base − (n/a)·log(1 − q(η)s) − c(η).

Effort η is stationary iff  (n/a)·q′s/(1 − qs) = c′, so s = c′/((n/a)q′ + q·c′); the base is what participation asks, h(u₀) + c + (n/a)·log(1 − qs). So

    gap(η) = [loss of η] + (n/a)·[log(1 − qs) − q·log(1 − s)],

the second bracket being the price of risk, which rises with s and is concave in q. On a range of efforts c′, q′ and q rise, so s and with it the price are
bounded from the ends; so is the s at which the agent would rather do nothing, or all. Ranges are halved until each loses more than the best effort or no s
will do in it: that proves the optimum over all efforts that are stationary, and no line buys another but full effort, which may take a steeper line. That no other effort is better for the agent is proved from the payoff itself, whose first
part is convex in q.

The normal limit is LEN: for x = η + noise of variance σ² the slope per unit of x is 1/(1 + a·c″·σ²).

References
----------
B. Holmström, P. Milgrom, "Aggregation and linearity in the provision of intertemporal incentives", Econometrica 55 (1987), doi:10.2307/1913238.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.agency.problem import first_best
from annolib.agency.utilities import CARA, RiskNeutral
from annolib.contracts.forms import Linear
from annolib.contracts.incentives.certificates import (
    SPLIT_SEARCH,
    certify,
    flat_best,
    proof_tolerance,
    result,
)
from annolib.contracts.incentives.deviations import Part, proved_optimum
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import EFFORT, NO_SHIRKING, PARTICIPATION, NoBestContract, SecondBests
from annolib.numerics.calculus import log1pmx
from annolib.validation import whole

_GRID, _ZOOMS, _ROUNDS, _MOST = 2_001, 12, 60, 400_000
_ADVICE = "Give a finite list of efforts, for which every class is solved: problem.with_efforts(np.linspace(0, 1, 33))"


def money_best(problem, monitor, n, family, tiers, ask):
    """The best contract where effort costs money: flat pay and lines without a floor; a risk-neutral agent as ever."""
    if isinstance(problem.utility, RiskNeutral):
        return ask(replace(problem, cost=problem.cost.spent), monitor, n, family, tiers=tiers)
    law, best = PassLaw.from_monitor(monitor), first_best(problem)
    if family != "flat" and law.gain > 0:
        if not isinstance(problem.utility, CARA):
            raise NoBestContract(
                f"cost in money is solved for CARA and RiskNeutral agents; saw {problem.utility}. Use CARA."
            )
        if family != "linear" or problem.floor is not None:
            kind = f"'{family}'" if family != "linear" else "a line with a floor"
            raise NoBestContract(
                f"cost in money with any effort in [0, 1] is solved for 'linear' without a floor; saw {kind}. {_ADVICE}."
            )
    checks = whole("n", np.nan if n is None else n, 1, "Give the number of checks.")
    found = [
        flat_best(problem, law, int(x), best)
        if family == "flat" or law.gain == 0
        else Lines(problem, law, int(x), best).solve()
        for x in checks.ravel()
    ]
    return found[0] if checks.ndim == 0 else SecondBests(tuple(found))


class Lines:
    """Uncut lines for one problem, law and n; arrays over efforts."""

    def __init__(self, problem, law, n, best):
        self.problem, self.law, self.n, self.best = problem, law, n, best
        self.per_check = n / problem.utility.aversion  # n/a

    def share(self, effort):
        """s at which the effort is stationary."""
        per_effort, steep = self.law.slope(effort), self.problem.cost.slope(effort)
        with np.errstate(all="ignore"):
            s = steep / (self.per_check * per_effort + self.law.success(effort) * steep)
        return np.where(steep == 0, 0.0, s)

    def premium(self, q, s):
        """What the risk of the line costs."""
        with np.errstate(all="ignore"):
            return self.per_check * (log1pmx(-q * s) - q * log1pmx(-s))

    def gap(self, effort):
        s = self.share(effort)
        gap = self.problem.loss(effort, self.best) + self.premium(self.law.success(effort), s)
        return np.where((s < 1) & np.isfinite(gap), gap, np.inf)

    def parts(self, s):
        """The agent's certainty equivalent of the pay, without the base: convex in q."""

        def value(effort):
            return -self.per_check * np.log1p(-self.law.success(effort) * s)

        def slope(effort):
            return self.per_check * s / (1 - self.law.success(effort) * s)

        return [Part(value, slope, 2.0, 2.0)]

    def solve(self):
        """The best line, with its proof."""
        flat = flat_best(
            self.problem,
            self.law,
            self.n,
            self.best,
            "no line is worth paying at this n: flat pay, no effort",
        )
        found = self._best(flat)
        low = self._floor_of_gap(found.gap)
        left = max(found.gap - low, 0.0)
        closed = left <= proof_tolerance(self.problem, self.best, found.gap)
        message = found.message if closed else f"{found.message}; another line may earn up to {left:.2g} more"
        return replace(found, suboptimality=left, converged=found.converged and closed, message=message)

    def _best(self, flat):
        grid = np.linspace(0, 1, _GRID)[1:]
        gaps = self.gap(grid)
        options = [self._full()]
        for i in np.argsort(gaps)[:1]:
            left, right = grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]
            for _ in range(_ZOOMS):
                inner = np.linspace(left, right, 17)
                m = int(np.argmin(self.gap(inner)))
                left, right = inner[max(m - 1, 0)], inner[min(m + 1, 16)]
            options.append(self._line(float(inner[m])))
        if not any(one is not None and one.converged for one in options):
            order = np.argsort(gaps)
            options += [
                self._line(float(x)) for x in grid[order[:: max(_GRID // 100, 1)]] if self.gap(x) < flat.gap
            ]
        options = [one for one in options if one is not None and one.converged]
        return min([flat, *options], key=lambda one: one.gap)

    def _line(self, effort, s=None):
        problem = self.problem
        s = float(self.share(effort)) if s is None else s
        q = float(self.law.success(effort))
        gap = float(problem.loss(effort, self.best) + self.premium(q, s))
        if not (s < 1 and np.isfinite(gap)):
            return None
        certificate = certify(problem, self.law, self.parts(s), effort, 0.0, search=SPLIT_SEARCH)
        base = float(
            problem.utility.wage(problem.outside)
            + problem.cost.cost(effort)
            + self.per_check * np.log1p(-q * s)
        )
        slope = float(-self.per_check * np.log1p(-s))
        fair = certificate.gain_bound < 1e-9
        return result(
            problem, self.best, family="linear", n=self.n, effort=effort, gap=gap, rent=0.0,
            contract=Linear(base, slope, None, self.n, self.law.counts), binding=(PARTICIPATION, EFFORT if effort < 1 else NO_SHIRKING),
            certificate=certificate, converged=bool(fair), iterations=_GRID, residual=0.0, message="solved" if fair else "another effort gains",
        )  # fmt: skip

    def _full(self):
        """Full effort, by the flattest line that makes it the best."""
        e = np.linspace(0, 1, _GRID)[:-1]
        cost = self.problem.cost.cost
        ratio = np.expm1((float(cost(1.0)) - cost(e)) / self.per_check)
        q, top = self.law.success(e), float(self.law.success(1.0))
        s = float(max(np.max(ratio / (ratio * top + (top - q))), self.share(1.0)))
        for _ in range(40):  # between the points of the grid
            if not s < 1:
                return None
            answer = proved_optimum(self.problem, self.law, self.parts(s), [1.0])
            own = float(self.parts(s)[0].value(np.array([1.0]))[0]) - float(cost(1.0))
            if answer.bound - own < 1e-10:
                break
            s = s + (1 - s) * 1e-8 if answer.effort >= 1 else s * (1 + 1e-6)
        return self._line(1.0, s)

    def _floor_of_gap(self, gap):
        """A bound below the gap of every line: exact to half of what counts as solved where few ranges suffice."""
        slack = proof_tolerance(self.problem, self.best, gap) / 2
        low, high = np.linspace(0, 1, 65)[:-1], np.linspace(0, 1, 65)[1:]
        total, least = 0, gap
        for _ in range(_ROUNDS):
            total += low.size
            bound = self._bound(low, high)
            open_ = ~(bound >= gap - slack)
            least = min(least, float(np.min(bound[~open_], initial=np.inf)))
            if not open_.any() or total > _MOST:
                return min(least, float(np.min(bound[open_], initial=np.inf)))
            low, high = low[open_], high[open_]
            middle = (low + high) / 2
            low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        return min(least, float(np.min(bound)))

    def _bound(self, low, high):
        loss, best, law, cost = self.problem.loss, self.best, self.law, self.problem.cost
        inside = (low <= best.effort) & (best.effort <= high)
        lost = np.where(inside, 0.0, np.minimum(loss(low, best), loss(high, best)))
        q_low, q_high = law.success(low), law.success(high)
        with np.errstate(all="ignore"):
            flat, steep = (
                cost.slope(low) / law.slope(high),
                cost.slope(high) / law.slope(low),
            )  # c′/q′ is between them
            ends = cost.slope(low) / law.slope(low), cost.slope(high) / law.slope(high)
            if isinstance(cost.spent, PowerCost):  # c′/q′ is a power of effort
                flat, steep = np.minimum(*ends), np.maximum(*ends)
            s = flat / (self.per_check + q_high * flat)
            most = np.where(np.isfinite(steep), steep / (self.per_check + q_low * steep), np.inf)
            # no effort at all, and full effort, must not be better
            idle, keen = (
                np.expm1(cost.cost(low) / self.per_check),
                -np.expm1((cost.cost(high) - cost.cost(1.0)) / self.per_check),
            )
            s = np.fmax(np.fmax(s, idle / (idle * q_high + (q_high - law.at_no_effort))), 0.0)
            more = -np.expm1((cost.cost(low) - cost.cost(1.0)) / self.per_check)
            room = keen * q_low + (float(law.success(1.0)) - q_high)
            most = np.fmin(most, np.where(room > 0, more / room, np.inf))
            risk = np.minimum(self.premium(q_low, s), self.premium(q_high, s))
            none = (s > most * (1 + 1e-13)) & (high < 1)
        return np.where(none, np.inf, lost + np.where(np.isfinite(risk), np.maximum(risk, 0.0), 0.0))
