"""The best linear pay: base + slope·X/n, as it is, or cut at the floor.

For one effort two equations fix the line: the local incentive, and either participation or (where the agent would rather shirk)
indifference to the tempting effort. Where the floor cuts, a richer line can be cheaper than the poorest allowed: then the
rent is chosen so that the expected wage is stationary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.binomials import counts_near, moments
from annolib.contracts import money
from annolib.contracts.optimal import tempting

_STEPS = 60


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

        Checked against `deviations`, and with `search` against all efforts.
        """
        problem = self.problem
        wanted = float(problem.reservation(effort))
        if float(self.evidence.miss(effort)) * float(self.evidence.hit(effort)) == 0 or wanted >= problem.utility.highest:
            return None
        line = None
        if problem.floor is None or wanted > problem.floor_utility + 1e-12:
            line = self._solve(effort, None, wanted)
        gain, other = (np.inf, deviations[0]) if line is None else self._worst_of(line, deviations, search)
        for _ in range(6):
            if gain <= 1e-11:
                break
            if problem.floor is None:
                return None
            cost = float(problem.cost.cost(effort) - problem.cost.cost(other))
            line = self._solve(effort, other, cost, line) or self._solve(effort, other, cost)
            if line is None or line.rent < -1e-12:
                return None
            gain, other = self._worst_of(line, deviations, search)
        if line is None or gain > 1e-9:
            return None
        return line if problem.floor is None else self._richer(effort, line, deviations, search)

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

    def worst(self, line):
        """The largest gain by another effort, and which."""
        other, gain = tempting(lambda effort: self._payoff(line, effort), line.effort)
        return gain, other

    def _richer(self, effort, line, deviations, search):
        """Raise the rent while that lowers the expected wage."""
        if self._wage_slope(effort, line) >= 0:
            return line
        wanted = float(self.problem.reservation(effort))
        low, step = line, 0.02 * (abs(wanted) + 0.05)
        high = None
        for _ in range(30):
            high = self._solve(effort, None, wanted + low.rent + step, low)
            if high is None or self._wage_slope(effort, high) >= 0:
                break
            low, step = high, 2 * step
        if high is None:
            return low
        a, b = low.rent, high.rent
        for _ in range(45):
            middle = self._solve(effort, None, wanted + (a + b) / 2, low)
            if middle is None or b - a < 1e-9:
                break
            if self._wage_slope(effort, middle) < 0:
                a, low = middle.rent, middle
            else:
                b = middle.rent
        return line if low.gap > line.gap or self._worst_of(low, deviations, search)[0] > 1e-10 else low

    def _system(self, effort, centre, slope, other):
        """Residual functions at a line: nodes, P, offsets of v, rows, Jacobian of (Σ P row v) in (centre, slope)."""
        ev, n, utility = self.evidence, self.n, self.problem.utility
        q, r = float(ev.hit(effort)), float(ev.miss(effort))
        kink = self.kink(effort, centre, slope)
        others = () if other is None else ((float(ev.hit(other)), float(ev.miss(other))),)
        counts = counts_near(n, q, r, () if np.isnan(kink) else (kink,), others)
        p = _normalised(counts, q, r)
        wage_step, above = self.offsets(effort, centre, slope, counts.nodes)
        d = utility.utility_rise(centre, wage_step)
        score = (counts.nodes - n * q) / np.sqrt(n * q * r)
        weights = np.array([score * p, p if other is None else p - _normalised(counts, *others[0])])
        base = float(utility.utility(centre))
        marginal = np.where(above, 1 / utility.marginal_wage(base + d), 0.0)
        moves = np.array([marginal, marginal * (counts.nodes - n * q) / n])
        return counts, p, d, weights, base, weights @ moves.T, moves, wage_step

    def _targets(self, effort, target):
        ev, n = self.evidence, self.n
        q, r = float(ev.hit(effort)), float(ev.miss(effort))
        return np.array([float(self.problem.cost.slope(effort)) / (float(ev.slope(effort)) * np.sqrt(n / (q * r))), target])

    def _solve(self, effort, other, target, start=None):
        """Newton on (centre, slope) for: local incentive, and E v = target or E (1 − R) v = target."""
        utility, ev = self.problem.utility, self.evidence
        targets = self._targets(effort, target)
        if start is None:
            level = max(float(self.problem.reservation(effort)), self.problem.floor_utility)
            centre = float(utility.wage(level))
            steep = float(self.problem.cost.slope(effort) / ev.slope(effort) * utility.marginal_wage(level))
        else:
            centre, steep = start.centre, start.slope
        lowest = utility.lowest_wage
        best_error = np.inf
        for steps in range(1, _STEPS + 1):
            with np.errstate(all="ignore"):
                counts, p, d, weights, base, jacobian, moves, wage_step = self._system(effort, centre, steep, other)
                residual = weights @ d - targets
            residual[1] += base if other is None else 0.0
            error = float(np.max(np.abs(residual) / (np.abs(targets) + 1e-3 * np.max(np.abs(targets)))))
            if not np.isfinite(error) or abs(np.linalg.det(jacobian)) == 0:
                return None
            if error < 2e-16 or (error < 1e-12 and error > 0.3 * best_error):
                break
            best_error = min(best_error, error)
            step = np.linalg.solve(jacobian, -residual)
            size = 1.0
            while steep + size * step[1] < 0.2 * steep or centre + size * step[0] <= lowest or size * abs(step[1]) > steep:
                size /= 2
                if size < 1e-12:
                    return None
            centre, steep = centre + size * step[0], steep + size * step[1]
        else:
            if error > 1e-9:
                return None
        if self.problem.floor is None and np.isfinite(lowest) and centre - steep * float(ev.hit(effort)) < lowest:
            return None
        return self._line(effort, centre, steep, other, (counts, p, d, base), error, steps)

    def _line(self, effort, centre, steep, other, parts, error, steps):
        counts, p, d, base = parts
        wanted = float(self.problem.reservation(effort))
        mean = p @ d
        rent = base + mean - wanted
        if other is None and abs(rent) < 1e-12:
            rent = 0.0
        paid = max(rent, 0.0)
        gap = money.gap(self.problem, self.best, np.float64(effort), paid, np.float64(wanted + paid), p, d - mean)
        binding = "participation" if rent == 0 else ("shirking" if other is not None else "")
        return Line(float(effort), float(gap), float(rent), float(centre), float(steep), error, steps, binding, counts.left_out)

    def _wage_slope(self, effort, line):
        """d E w / d rent along the lines that keep the local incentive."""
        counts, p, _, _, _, jacobian, moves, _ = self._system(effort, line.centre, line.slope, None)
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
