"""The best linear pay: base + slope·X/n, as it is, or cut at the floor.

For one effort two equations fix the line: the local incentive, and either participation or (where the agent would rather shirk)
indifference to the tempting effort. Where the floor cuts, a richer line can be cheaper than the poorest allowed: then the
rent is chosen so that the expected wage is stationary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from annolib.binomials import counts_near, log_pmf, moments
from annolib.contracts import money
from annolib.contracts.optimal import tempting

_STEPS = 60
_FEW = 60  # up to here the counts are so coarse that the last one may be the only one paid


@dataclass(frozen=True, eq=False)
class Line:
    """A solved line for one effort."""

    effort: float
    gap: float
    rent: float
    centre: float  # wage on the line at X = n·q
    slope: float
    residual: float
    steps: int
    binding: str
    left_out: float


@dataclass(frozen=True, eq=False)
class Lines:
    """The class of linear contracts for one problem, evidence and n; `floor` None means as it is."""

    problem: object
    evidence: object
    n: int
    best: object
    ceiling: float = np.inf  # efforts that lose more than this gap are of no interest
    hint: tuple | None = None  # (base, slope) of a line worth starting from

    def kink(self, effort, centre, slope):
        """The real count at which the line leaves the floor; NaN without a floor."""
        if self.problem.floor is None:
            return np.nan
        return self.n * (float(self.evidence.hit(effort)) + (self.problem.floor - centre) / slope)

    def offsets(self, effort, centre, slope, nodes):
        """Wage minus `centre` at the counts, and where the line is above the floor."""
        step = slope * (nodes - self.n * float(self.evidence.hit(effort))) / self.n
        if self.problem.floor is None:
            return step, np.ones(nodes.shape, bool)
        least = self.problem.floor - centre
        return np.maximum(step, least), step > least

    def implement(self, effort, deviations=(0.0,), search=True):
        """The cheapest line found under which `effort` is a best answer; None if there is none.

        Checked against `deviations`, and with `search` against all efforts. Inside (0, 1) the local incentive is one of the two
        equations; at full effort it is an inequality, and participation with indifference to a deviation is tried too.
        """
        wanted = float(self.problem.reservation(effort))
        if self.problem.loss(np.float64(effort), self.best) >= self.ceiling:
            return None
        if float(self.evidence.miss(effort)) * float(self.evidence.hit(effort)) == 0 or wanted >= self.problem.utility.highest:
            return None
        first = [("local",)] if effort < 1 else [("local",), ("mean", wanted)]
        lines = [self._from(effort, equation, deviations, search) for equation in first]
        if effort == 1 and self.problem.floor is not None:
            lines += [self._richer(effort, None, deviations, search, ("shirk", other)) for other in deviations]
        if self.problem.floor is not None and self.n <= _FEW:  # only a perfect record is paid above the floor
            lines.append(self._allowed(self._solve(effort, ("local",), ("knot", self.n - 1)), deviations, search))
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
            line = self._solve(effort, first, ("mean", wanted))
            if line is None and problem.floor is None and np.isfinite(problem.utility.lowest_wage):
                return self._richer(effort, None, deviations, search)  # the poorest line would ask for negative wages
            gain, other = (np.inf, other) if line is None else self._worst_of(line, deviations, search)
        for _ in range(6):
            if gain <= 1e-11:
                break
            line = self._solve(effort, first, ("shirk", other), line) or self._solve(effort, first, ("shirk", other))
            if line is None or line.rent < -1e-12 or not self._bearable(line):
                line = None
                break
            gain, other = self._worst_of(line, deviations, search)
        if first[0] != "local" or (line is None and problem.floor is None and np.isinf(problem.utility.lowest_wage)):
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
        pay = float(utility.wage(min(self.problem.reservation(0.5), max(self.problem.outside, 0.5 * utility.highest))))
        centre, width, best = np.array([pay, 6 * pay + 2]), np.array([3 * pay + 1, 6 * pay + 2]), (-np.inf, None)
        for _ in range(rounds):
            middle, slope = np.meshgrid(*(c + w * np.linspace(-1, 1, points) for c, w in zip(centre, width, strict=True)))
            middle, slope = middle.ravel(), np.maximum(slope.ravel(), 1e-9)
            lines = middle[:, None] + slope[:, None] * (k / n - q)
            wages = lines if self.problem.floor is None else np.maximum(lines, self.problem.floor)
            known = wages.min(axis=1) >= utility.lowest_wage
            utilities = utility.utility(np.where(known[:, None], wages, 1.0))
            payoff = np.where(known[:, None], utilities, -np.inf) @ law.T - cost
            answer = np.argmax(payoff + 1e-12 * efforts, axis=1)
            rows = np.arange(middle.size)
            profit = value[answer] - (wages * law[answer]).sum(axis=1)
            profit = np.where((payoff[rows, answer] >= self.problem.outside) & np.isfinite(profit), profit, -np.inf)
            i = int(np.argmax(profit))
            if profit[i] > best[0]:
                best = (profit[i], (float(efforts[answer[i]]), float(middle[i] - slope[i] * q), float(slope[i])))
                centre = np.array([middle[i], slope[i]])
            width = width / 6
        return best[1]

    def worst(self, line):
        """The largest gain by another effort, and which."""
        other, gain = tempting(lambda effort: self._payoff(line, effort), line.effort)
        return gain, other

    def _richer(self, effort, line, deviations, search, first=("local",)):
        """A richer line if it is cheaper, or needed: a look along all rents, then zooming in on the cheapest allowed."""
        if line is not None and (self.problem.floor is None or self._wage_slope(effort, line) >= 0):
            return line
        wanted, least = float(self.problem.reservation(effort)), 0.0 if line is None else line.rent
        best, near = line, line

        def gap_at(rent):
            nonlocal best, near
            target = ("mean", wanted + rent)
            found = self._solve(effort, first, target, near) or self._solve(effort, first, target)
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
        values = [gap_at(rent) for rent in rents]
        i = int(np.argmin(values))
        if values[i] == 1e300:
            return best
        near = best
        low, high = rents[i - 1] if i else least, rents[min(i + 1, rents.size - 1)]
        minimize_scalar(gap_at, bounds=(low, high), method="bounded", options={"xatol": 1e-7 * (high - low), "maxiter": 40})
        return best

    def _system(self, effort, centre, slope, equations):
        """At a line: nodes, P, offsets of v, weights of the equations, v at the centre, Jacobian, moves of v."""
        ev, n, utility = self.evidence, self.n, self.problem.utility
        q, r = float(ev.hit(effort)), float(ev.miss(effort))
        kink = self.kink(effort, centre, slope)
        others = [(float(ev.hit(e[1])), float(ev.miss(e[1]))) for e in equations if e[0] == "shirk"]
        counts = counts_near(n, q, r, () if np.isnan(kink) else (kink,), others)
        p = _normalised(counts, q, r)
        wage_step, above = self.offsets(effort, centre, slope, counts.nodes)
        d = utility.utility_rise(centre, wage_step)
        kinds = {"local": lambda: p * (counts.nodes - n * q) / np.sqrt(n * q * r), "mean": lambda: p}
        kinds |= {"shirk": lambda: p - _normalised(counts, *others[0]), "knot": lambda: np.zeros_like(p)}
        weights = np.array([kinds[e[0]]() for e in equations])
        base = float(utility.utility(centre))
        marginal = np.where(above, 1 / utility.marginal_wage(base + d), 0.0)
        moves = np.array([marginal, marginal * (counts.nodes - n * q) / n])
        jacobian = weights @ moves.T
        for row, equation in enumerate(equations):
            if equation[0] == "knot":
                jacobian[row] = (1.0, (equation[1] - n * q) / n)
        return counts, p, d, weights, base, jacobian, moves

    def _residual(self, effort, equations, weights, d, base, centre, slope):
        """Left minus right sides of the equations, and their sizes."""
        ev, cost = self.evidence, self.problem.cost
        q, r = float(ev.hit(effort)), float(ev.miss(effort))
        values, sizes = weights @ d, np.ones(2)
        for row, equation in enumerate(equations):
            if equation[0] == "local":
                target = float(cost.slope(effort)) / (float(ev.slope(effort)) * np.sqrt(self.n / (q * r)))
            elif equation[0] == "mean":
                values[row] += base
                target = equation[1]
            elif equation[0] == "shirk":
                target = float(cost.cost(effort) - cost.cost(equation[1]))
            else:
                values[row] = centre + slope * (equation[1] - self.n * q) / self.n
                target = self.problem.floor
            values[row] -= target
            sizes[row] = max(abs(target), 1e-3)
            if equation[0] == "local":
                sizes[row] = abs(target) + 1e-300
        return values, sizes

    def _solve(self, effort, first, second, start=None):
        """Two of: local incentive, mean utility, indifference to shirking, knot at the floor; None if Newton fails."""
        solved = self._newton(effort, first, second, start)
        if solved is None and start is None and self.hint is not None:
            base, slope = self.hint
            solved = self._newton(effort, first, second, None, (base + slope * float(self.evidence.hit(effort)), slope))
        return solved

    def _newton(self, effort, first, second, start, begin=None):
        """Newton on (centre, slope), damped so that the slope stays positive and every wage one the utility knows."""
        utility, ev, equations = self.problem.utility, self.evidence, (first, second)
        if begin is not None:
            centre, steep = begin
        elif start is None:
            level = max(float(self.problem.reservation(effort)), self.problem.floor_utility)
            level = second[1] if second[0] == "mean" and second[1] < utility.highest else level
            centre = float(utility.wage(level))
            steep = float(self.problem.cost.slope(effort) / ev.slope(effort) * utility.marginal_wage(level))
        else:
            centre, steep = start.centre, start.slope
        lowest, best_error, hit = utility.lowest_wage, np.inf, float(ev.hit(effort))
        uncut = self.problem.floor is None and np.isfinite(lowest)  # then every wage must be one the utility knows
        if uncut:
            steep = min(steep, 0.95 * (centre - lowest) / hit)
        for steps in range(1, _STEPS + 1):
            counts, p, d, weights, base, jacobian, _ = self._system(effort, centre, steep, equations)
            residual, sizes = self._residual(effort, equations, weights, d, base, centre, steep)
            error = float(np.max(np.abs(residual) / sizes))
            if not np.isfinite(error) or not abs(np.linalg.det(jacobian)) > 0:
                return None
            if error < 2e-16 or (error < 1e-12 and error > 0.3 * best_error):
                break
            best_error = min(best_error, error)
            step = np.linalg.solve(jacobian, -residual)
            size = 1.0
            while (
                steep + size * step[1] < 0.2 * steep
                or size * abs(step[1]) > steep
                or centre + size * step[0] - uncut * hit * (steep + size * step[1]) <= lowest
            ):
                size /= 2
                if size < 1e-12:
                    return None
            centre, steep = centre + size * step[0], steep + size * step[1]
        else:
            if error > 1e-9:
                return None
        return self._line(effort, centre, steep, second[0], (counts, p, d, base), error, steps)

    def _line(self, effort, centre, steep, kind, parts, error, steps):
        counts, p, d, base = parts
        wanted = float(self.problem.reservation(effort))
        mean = p @ d
        rent = base + mean - wanted
        if kind == "mean" and abs(rent) < 1e-12:
            rent = 0.0
        paid = max(rent, 0.0)
        gap = money.gap(self.problem, self.best, np.float64(effort), paid, np.float64(wanted + paid), p, d - mean)
        binding = {"shirk": "shirking", "knot": "knot"}.get(kind, "participation" if rent == 0 else "")
        return Line(float(effort), float(gap), float(rent), float(centre), float(steep), error, steps, binding, counts.left_out)

    def _wage_slope(self, effort, line):
        """d E w / d rent along the lines that keep the local incentive."""
        equations = (("local",), ("mean", 0.0))
        counts, p, _, _, _, jacobian, moves = self._system(effort, line.centre, line.slope, equations)
        above = moves[0] > 0
        move = np.linalg.solve(jacobian, np.array([0.0, 1.0]))
        q = float(self.evidence.hit(effort))
        return float(p @ np.where(above, move[0] + move[1] * (counts.nodes - self.n * q) / self.n, 0.0))

    def utility_at(self, line):
        """v(k) of a line as a function of real counts."""
        base = float(self.problem.utility.utility(line.centre))
        return lambda k: base + self.problem.utility.utility_rise(line.centre, self.offsets(line.effort, line.centre, line.slope, k)[0])


def _normalised(counts, q, r):
    probabilities = counts.probabilities(q, r)
    return probabilities / probabilities.sum()
