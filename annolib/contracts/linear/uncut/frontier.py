"""What the frontiers of all agents share: the loss of an effort, how fast it grows, and two lines below a function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.contracts.linear.branch.cut_lines import incentives_between

_EPS = np.finfo(float).eps
_ROUNDING = 8 * _EPS  # of every term of a sum of three


@dataclass(frozen=True, eq=False)
class Frontier:
    """The least that lines without a floor lose on the first best, by the effort that they buy.

    Attributes
    ----------
    problem, evidence, n, best
        The agent, the checks, their number and the first best.
    deviations : tuple of float
        Efforts that the agent must not prefer; those not listed are left alone, so that the loss is never too large.
    threats : bool
        Do lines count whose base wage is too small to be written down? Only a CRRA agent's can be.

    Methods of every frontier
    -------------------------
    at(effort)             the gap of the best line for each effort, inf where there is none
    between(low, high)     no line for an effort in [low, high] has a smaller gap; NaN where nothing is known
    line(effort)           that line: (base, slope)
    parts(base, slope)     the agent's expected utility under a line, as a function of effort, in parts of known curvature
    """

    problem: object
    evidence: object
    n: int
    best: object
    deviations: tuple = (0.0,)
    threats: bool = True

    def reach(self, effort):
        """The gap of the best line for each effort, also of one with wages that no number holds, where there are such."""
        return self.at(effort)

    def points(self):
        """Efforts that are ranges by themselves, and a lower bound of the gap at each: none, unless a frontier says so."""
        return np.array([]), np.array([])

    def loss_between(self, low, high):
        """What an effort in [low, high] loses at least: V − h(ū) is concave, so that is at the end nearer to the first best.

        A plain difference of V, h(ū) and the first-best profit; eight units in the last place of each are taken off, and of u₀ + c times the
        slope of h.
        """
        problem, inside = self.problem, np.clip(self.best.effort, low, high)
        promised = problem.reservation(inside)
        value, wage = problem._value(inside), problem.utility.wage(promised)
        size = np.abs(value) + np.abs(wage) + abs(self.best.profit) + abs(self.best.wage)
        size = size + (abs(problem.outside) + np.abs(promised)) * problem.utility.marginal_wage(promised)
        return np.where(
            ~np.isfinite(wage), np.inf, np.maximum(self.best.profit - (value - wage) - _ROUNDING * size, 0.0)
        )

    def asked(self, low, high):
        """The least and the largest T = c′/q′ between two efforts."""
        return incentives_between(self.problem.cost, self.evidence, low, high)

    def growth(self, low, high):
        """The least and the largest (log T)′ = c″/c′ − q″/q′ between two efforts; infinite where c″ is not known."""
        cost, k = self.problem.cost, self.evidence.power
        if isinstance(cost, PowerCost):
            return ordered((cost.power - k) / low, (cost.power - k) / high)
        bend = cost.bends(low, high).first
        by_cost = bend[0] / cost.slope(high), bend[1] / cost.slope(low)
        return by_cost[0] - (k - 1) / low, by_cost[1] - (k - 1) / high


def ordered(a, b):
    """Two arrays as (smaller, larger)."""
    return np.minimum(a, b), np.maximum(a, b)


def below_both(low, high, slope, width):
    """The least that a function can be on ranges of this width, from its values at both ends and the range (least, largest) of its slope.

    It lies above low + least·s and above high − largest·(width − s), 0 ≤ s ≤ width; the larger of the two is least where they cross, or at an end.
    """
    least, largest = slope
    cross = np.clip((high - largest * width - low) / (least - largest), 0.0, width)
    found = np.maximum(low + least * cross, high - largest * (width - cross))
    found = np.where(least >= 0, low, np.where(largest <= 0, high, found))
    return np.where(np.isnan(least) | np.isnan(largest), np.nan, found)
