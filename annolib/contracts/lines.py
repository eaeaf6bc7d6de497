"""The best linear pay: base + slope·X/n, as it is, or cut at the floor.

For one effort two equations fix the line: the local incentive, and either participation or (where the agent would rather shirk)
indifference to the tempting effort. Where the floor cuts, a richer line can be cheaper than the poorest allowed: then the
rent is chosen so that the expected wage is stationary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from annolib.binomials import log_pmf, moments
from annolib.contracts.line_equations import LineEquations
from annolib.contracts.optimal import tempting

_FEW = 60  # up to here the counts are so coarse that the last one may be the only one paid


@dataclass(frozen=True, eq=False)
class Lines(LineEquations):
    """The class of linear contracts: chooses, for an effort, which equations hold."""

    def implement(self, effort, deviations=(0.0,), search=True):
        """The cheapest line found under which `effort` is a best answer; None if there is none.

        Checked against `deviations`, and with `search` against all efforts. Inside (0, 1) the local incentive is one of the two
        equations; at full effort it is an inequality, and participation with indifference to a deviation is tried too.
        """
        wanted = float(self.problem.reservation(effort))
        if self.problem.loss(np.float64(effort), self.best) >= self.ceiling:
            return None
        if (
            float(self.evidence.miss(effort)) * float(self.evidence.hit(effort)) == 0
            or wanted >= self.problem.utility.highest
        ):
            return None
        first = [("local",)] if effort < 1 else [("local",), ("mean", wanted)]
        lines = [self._from(effort, equation, deviations, search) for equation in first]
        if effort == 1 and self.problem.floor is not None:
            lines += [
                self._richer(effort, None, deviations, search, ("shirk", other)) for other in deviations
            ]
        if self.problem.floor is not None and self.n <= _FEW:  # only a perfect record is paid above the floor
            lines.append(
                self._allowed(self.solve(effort, ("local",), ("knot", self.n - 1)), deviations, search)
            )
        lines = [line for line in lines if line is not None]
        return min(lines, key=lambda line: line.gap) if lines else None

    def _allowed(self, line, deviations, search):
        """The line if the agent takes it, does not deviate, and its utility knows all its wages; else None."""
        if line is None or line.rent < -1e-12 or not self._bearable(line):
            return None
        return line if self._worst_of(line, deviations, search)[0] <= 1e-9 else None

    def _from(self, effort, first, deviations, search):
        """With one equation given: add participation; where that fails, indifference to the tempting effort, or more rent."""
        problem = self.problem
        wanted = float(problem.reservation(effort))
        line, gain, other = None, np.inf, deviations[0]
        if first[0] == "local" and (problem.floor is None or wanted > problem.floor_utility + 1e-12):
            line = self.solve(effort, first, ("mean", wanted))
            if line is None and problem.floor is None and np.isfinite(problem.utility.lowest_wage):
                return self._richer(
                    effort, None, deviations, search
                )  # the poorest line would ask for negative wages
            gain, other = (np.inf, other) if line is None else self._worst_of(line, deviations, search)
        for _ in range(6):
            if gain <= 1e-11:
                break
            line = self.solve(effort, first, ("shirk", other), line) or self.solve(
                effort, first, ("shirk", other)
            )
            if line is None or line.rent < -1e-12 or not self._bearable(line):
                line = None
                break
            gain, other = self._worst_of(line, deviations, search)
        if first[0] != "local" or (
            line is None and problem.floor is None and np.isinf(problem.utility.lowest_wage)
        ):
            return line if line is not None and gain <= 1e-9 else None
        return self._richer(effort, line if gain <= 1e-9 else None, deviations, search)

    def _bearable(self, line):
        """Is the lowest wage of an uncut line one that the utility knows?"""
        lowest = self.problem.utility.lowest_wage
        if self.problem.floor is not None or not np.isfinite(lowest):
            return True
        base = line.centre - line.slope * float(self.evidence.hit(line.effort))
        return base >= lowest - 1e-13 and (base > lowest or np.isfinite(self.problem.utility.lowest))

    def _worst_of(self, line, deviations, search):
        if search:
            return self.worst(line)
        gains = self._payoff(line, np.array([*deviations, line.effort]))
        i = int(np.argmax(gains[:-1]))
        return float(gains[i] - gains[-1]), deviations[i]

    def _payoff(self, line, effort):
        kink = self.kink(line.effort, line.centre, line.slope)
        hit, miss = self.evidence.hit(effort), self.evidence.miss(effort)
        return moments(self.n, hit, miss, self.utility_at(line), kink) - self.problem.cost.cost(effort)

    def seed(self, rounds=3, points=24):
        """The best of a zooming grid of lines, the agent answering on a grid of efforts: (effort, base, slope) or None."""
        ev, utility, n = self.evidence, self.problem.utility, self.n
        efforts, k = np.linspace(0.0, 1.0, 81), np.arange(n + 1.0)
        law = np.exp(log_pmf(k, n, ev.hit(efforts)[:, None], ev.miss(efforts)[:, None]))
        cost, value, q = self.problem.cost.cost(efforts), self.problem._value(efforts), float(ev.hit(0.5))
        pay = float(
            utility.wage(min(self.problem.reservation(0.5), max(self.problem.outside, 0.5 * utility.highest)))
        )
        centre, width, best = (
            np.array([pay, 6 * pay + 2]),
            np.array([3 * pay + 1, 6 * pay + 2]),
            (-np.inf, None),
        )
        for _ in range(rounds):
            middle, slope = np.meshgrid(
                *(c + w * np.linspace(-1, 1, points) for c, w in zip(centre, width, strict=True))
            )
            middle, slope = middle.ravel(), np.maximum(slope.ravel(), 1e-9)
            lines = middle[:, None] + slope[:, None] * (k / n - q)
            wages = lines if self.problem.floor is None else np.maximum(lines, self.problem.floor)
            known = wages.min(axis=1) >= utility.lowest_wage
            utilities = utility.utility(np.where(known[:, None], wages, 1.0))
            payoff = np.where(known[:, None], utilities, -np.inf) @ law.T - cost
            answer = np.argmax(payoff + 1e-12 * efforts, axis=1)
            rows = np.arange(middle.size)
            profit = value[answer] - (wages * law[answer]).sum(axis=1)
            profit = np.where(
                (payoff[rows, answer] >= self.problem.outside) & np.isfinite(profit), profit, -np.inf
            )
            i = int(np.argmax(profit))
            if profit[i] > best[0]:
                best = (
                    profit[i],
                    (float(efforts[answer[i]]), float(middle[i] - slope[i] * q), float(slope[i])),
                )
                centre = np.array([middle[i], slope[i]])
            width = width / 6
        return best[1]

    def worst(self, line):
        """The largest gain by another effort, and which."""
        other, gain = tempting(lambda effort: self._payoff(line, effort), line.effort)
        return gain, other

    def _richer(self, effort, line, deviations, search, first=("local",)):
        """A richer line if it is cheaper, or needed: a look along all rents, then Brent's method near the cheapest allowed."""
        if line is not None and (self.problem.floor is None or self.wage_slope(effort, line) >= 0):
            return line
        wanted, least = float(self.problem.reservation(effort)), 0.0 if line is None else line.rent
        best, near = line, line

        def gap_at(rent):
            nonlocal best, near
            target = ("mean", wanted + rent) if self.problem.floor is not None else ("base", rent)
            found = self.solve(effort, first, target, near) or self.solve(effort, first, target)
            if found is None:
                return 1e300
            near = found
            allowed = self._allowed(found, deviations, search)
            if allowed is None or not np.isfinite(allowed.gap):
                return 1e300
            if best is None or allowed.gap < best.gap:
                best = allowed
            return allowed.gap

        rents = least + (0.05 + abs(wanted)) * np.geomspace(2e-3, 3, 9)
        if (
            self.problem.floor is None
        ):  # along the lowest wage instead: so every wage is one the utility knows
            least = 0.0
            rents = float(self.problem.utility.wage(wanted)) * np.geomspace(1e-9, 1, 10)
        values = [gap_at(rent) for rent in rents]
        i = int(np.argmin(values))
        if values[i] == 1e300:
            return best
        near = best
        low, high = rents[i - 1] if i else least, rents[min(i + 1, rents.size - 1)]
        minimize_scalar(
            gap_at,
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-6 * (high - low), "maxiter": 24},
        )
        return best
