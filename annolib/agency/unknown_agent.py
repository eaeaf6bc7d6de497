"""Agents the firm cannot tell apart: one whose cost of effort lies in a range, or several types, each with its share.

Either goes where a problem goes: `annolib.second_best(AgentTypes([dear, cheap], weights), monitor, n, family)`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.agency.problem import Problem
from annolib.validation import within

_GRID = np.linspace(0, 1, 65)
_ONE = 1e-9


@dataclass(frozen=True)
class AgentRange:
    """One agent whose cost of effort may be any between two: pay is asked for that does best in the worst case.

    Parameters
    ----------
    dear, cheap : Problem
        Problems that differ in the cost of effort only; for `dear` every bit of effort costs at least as much: c′ is at least that of
        `cheap`, everywhere. In between are all mixtures of the two costs.

    Examples
    --------
    >>> from annolib.agency import reference_problem
    >>> agent = AgentRange(dear=reference_problem(scale=0.55), cheap=reference_problem(scale=0.45))
    >>> agent.at(0.5).cost
    PowerCost(scale=0.5, power=2.0)
    """

    dear: Problem
    cheap: Problem

    def __post_init__(self):
        _alike(("dear", "cheap"), (self.dear, self.cheap), ("utility", "floor", "outside"))
        values = [problem._value(_GRID) for problem in (self.dear, self.cheap)]
        if not np.allclose(*values, rtol=1e-12, atol=0):
            at = float(_GRID[np.argmax(np.abs(values[0] - values[1]))])
            raise ValueError(
                f"dear and cheap must have one value of effort; at effort {at:.3g} they have {float(self.dear._value(at)):.6g} and "
                f"{float(self.cheap._value(at)):.6g}. Only the cost may differ."
            )
        more, less = (problem.cost.slope(_GRID[1:]) for problem in (self.dear, self.cheap))
        if np.any(more < less):
            at = float(_GRID[1:][more < less][0])
            turned = np.all(more <= less)
            remedy = "Exchange them." if turned else "Give costs of which one rises faster at every effort."
            raise ValueError(
                f"dear must have the cost that rises faster; at effort {at:.3g} it rises by {float(self.dear.cost.slope(at)):.6g} and cheap "
                f"by {float(self.cheap.cost.slope(at)):.6g}. {remedy}"
            )
        if np.all(more == less):
            raise ValueError(
                "dear and cheap must differ; saw one cost of effort. For one agent give the problem itself."
            )

    def at(self, share):
        """The problem so far up the range: 0 is dear, 1 is cheap."""
        share = float(within("share", share, 0, 1, "0 is the dear end, 1 the cheap one."))
        return replace(self.dear, cost=_mixture(self.dear.cost, self.cheap.cost, share))

    def with_floor(self, floor):
        """The same agent with another floor, None for none."""
        return AgentRange(self.dear.with_floor(floor), self.cheap.with_floor(floor))


@dataclass(frozen=True)
class AgentTypes:
    """Several types of agents, each with its share: one contract for all, or a menu (`annolib.menu`), does best on average.

    Parameters
    ----------
    problems : sequence of Problem
        One for each type: costs, values and outside options may differ, the utility of money and the floor must not.
    weights : sequence of float
        Their shares: not negative, with sum 1.

    Examples
    --------
    >>> from annolib.agency import reference_problem
    >>> types = AgentTypes([reference_problem(scale=c / 2) for c in (1.1, 0.9)], [0.5, 0.5])
    >>> types.with_floor(None).problems[0].floor is None
    True
    """

    problems: tuple
    weights: tuple

    def __post_init__(self):
        try:
            problems = tuple(self.problems)
        except TypeError:
            raise TypeError(f"problems must be a list of problems; saw {self.problems!r}.") from None
        if not problems:
            raise ValueError("problems must hold at least one problem; saw none.")
        _alike([f"problems[{i}]" for i in range(len(problems))], problems, ("utility", "floor"))
        object.__setattr__(self, "problems", problems)
        weights = within("weights", self.weights, 0, np.inf, "They are shares of the types.")
        if weights.shape != (len(problems),):
            raise ValueError(
                f"weights must be one number for each problem, {len(problems)} in all; saw shape {weights.shape}."
            )
        total = float(weights.sum())
        if not abs(total - 1) <= _ONE:
            raise ValueError(f"weights must sum to 1; they sum to {total:.6g}. Divide each by {total:.6g}.")
        object.__setattr__(self, "weights", tuple(float(w) for w in weights))

    def with_floor(self, floor):
        """The same types with another floor, None for none."""
        return AgentTypes(tuple(problem.with_floor(floor) for problem in self.problems), self.weights)


def _alike(names, problems, same):
    """All are problems that agree in these fields, with efforts that fill [0, 1] and a cost in utility."""
    for name, problem in zip(names, problems, strict=True):
        if not isinstance(problem, Problem):
            raise TypeError(f"{name} must be a Problem; saw {problem!r}.")
        if problem.efforts is not None or problem.effort_max != 1 or problem.in_money:
            raise ValueError(
                f"{name} must be a problem whose efforts fill [0, 1] and whose cost is in utility; saw {problem!r}."
            )
    first = problems[0]
    for name, other in zip(names, problems, strict=True):
        for field in same:
            if getattr(other, field) != getattr(first, field):
                raise ValueError(
                    f"{names[0]} and {name} must have the same {field}; saw {getattr(first, field)!r} and "
                    f"{getattr(other, field)!r}. Give both one {field}."
                )


def _mixture(dear, cheap, share):
    if isinstance(dear, PowerCost) and isinstance(cheap, PowerCost) and dear.power == cheap.power:
        return PowerCost(dear.scale + (cheap.scale - dear.scale) * share, dear.power)
    return MixedCost(dear, cheap, share)


@dataclass(frozen=True)
class MixedCost:
    """(1 − share)·one + share·other: convex if both are.

    Examples
    --------
    >>> round(float(MixedCost(PowerCost(0.5, 2), PowerCost(0.5, 3), 0.5).cost(0.5)), 5)
    0.09375
    """

    one: object
    other: object
    share: float

    @property
    def free_effort(self):
        """The largest effort that costs nothing."""
        ends = [end for end, weight in ((self.one, 1 - self.share), (self.other, self.share)) if weight > 0]
        return min(end.free_effort for end in ends)

    @property
    def kinks(self):
        """Efforts at which c′ jumps."""
        return tuple(sorted({*self.one.kinks, *self.other.kinks}))

    @property
    def turns(self):
        """Efforts around which c″ changes quickly."""
        return tuple(sorted({*self.one.turns, *self.other.turns}))

    def _mixed(self, name, effort):
        one, other = (getattr(end, name)(effort) for end in (self.one, self.other))
        return (1 - self.share) * one + self.share * other

    def cost(self, effort):
        """c(η)."""
        return self._mixed("cost", effort)

    def slope(self, effort):
        """c′(η)."""
        return self._mixed("slope", effort)

    def curvature(self, effort):
        """c″(η)."""
        return self._mixed("curvature", effort)

    def bends(self, low, high):
        """What c″ and c‴ can be on boxes of efforts: `annolib.agency.pieces.Ranges`."""
        one, other = (end.bends(low, high) for end in (self.one, self.other))
        return one.times(1 - self.share).plus(other.times(self.share))
