"""Lines base + slope·X/n, cut at the floor if there is one, that satisfy two equations at an effort.

The equations: ("local",) the effort is stationary; ("mean", v) expected utility is v; ("shirk", e) the agent is
indifferent to effort e; ("base", b) the lowest wage is b above the lowest known to the utility; ("knot", k) the line meets the floor
at count k. Newton's method on the wage at the expected count and the slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from annolib.binomials import ALL, counts_near, log_pmf
from annolib.contracts import money

_STEPS = 30


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
class LineEquations:
    """Lines for one problem, evidence and n that satisfy two given equations; a problem without a floor leaves them uncut."""

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
        kinds |= {"shirk": lambda: p - _normalised(counts, *others[0])}
        kinds |= dict.fromkeys(("knot", "base"), lambda: np.zeros_like(p))
        weights = np.array([kinds[e[0]]() for e in equations])
        base = float(utility.utility(centre))
        marginal = np.where(above, 1 / utility.marginal_wage(base + d), 0.0)
        moves = np.array([marginal, marginal * (counts.nodes - n * q) / n])
        jacobian = weights @ moves.T
        for row, equation in enumerate(equations):
            if equation[0] in ("knot", "base"):
                count = equation[1] if equation[0] == "knot" else 0
                jacobian[row] = (1.0, (count - n * q) / n)
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
            elif equation[0] == "base":
                values[row] = centre - slope * q
                target = self.problem.utility.lowest_wage + equation[1]
            else:
                values[row] = centre + slope * (equation[1] - self.n * q) / self.n
                target = self.problem.floor
            values[row] -= target
            sizes[row] = max(abs(target), 1e-3)
            if equation[0] == "local":
                sizes[row] = abs(target) + 1e-300
        return values, sizes

    def solve(self, effort, first, second, start=None):
        """Two of: local incentive, mean utility, indifference to shirking, knot at the floor; None if Newton fails."""
        solved = self._newton(effort, first, second, start)
        if solved is None and start is None and self.hint is not None:
            base, slope = self.hint
            solved = self._newton(
                effort, first, second, None, (base + slope * float(self.evidence.hit(effort)), slope)
            )
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
        uncut = self.problem.floor is None and np.isfinite(
            lowest
        )  # then every wage must be one the utility knows
        if uncut:
            steep = min(steep, 0.95 * (centre - lowest) / hit)
        for steps in range(1, _STEPS + 1):  # noqa: B007
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
                if size < 1e-5:
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
        gap = money.gap(
            self.problem, self.best, np.float64(effort), paid, np.float64(wanted + paid), p, d - mean
        )
        binding = {"shirk": "shirking", "knot": "knot"}.get(kind, "participation" if rent == 0 else "")
        return Line(
            float(effort),
            float(gap),
            float(rent),
            float(centre),
            float(steep),
            error,
            steps,
            binding,
            counts.left_out,
        )

    def wage_slope(self, effort, line):
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
        return lambda k: (
            base
            + self.problem.utility.utility_rise(
                line.centre, self.offsets(line.effort, line.centre, line.slope, k)[0]
            )
        )


def _normalised(counts, q, r):
    if counts.n <= ALL:
        return _whole_law(counts.n, q, r)
    probabilities = counts.probabilities(q, r)
    return probabilities / probabilities.sum()


@lru_cache(maxsize=512)
def _whole_law(n, q, r):
    probabilities = np.exp(log_pmf(np.arange(n + 1.0), n, q, r))
    return probabilities / probabilities.sum()
