"""A menu of lines for several types of agents: each takes the line it likes best.

Types i = 1, …, K, from the one whose effort is dearest, with shares p_i. A menu is a line for each, (b_i, y_i) as in `uncut`, such that with
G_i(j) = the payoff of type i at line j

    G_i(i) ≥ u₀_i   (it comes),      G_i(i) ≥ G_i(j) for every j   (it takes its own line),

and the firm gets Σ p_i π_i(i). For slopes b the search pays the first type its outside option, and every other one as much as it would have at
the lines before its own; menus from which a type would then pick a later line are none.

No menu of any contracts, on whatever evidence, is worth more than Σ p_i [V_i(η_i) − h(u₀_1 + R_i + c_i(η_i))], R_i = Σ_{j<i} c_j(η_j) − c_{j+1}(η_j), at its
largest: type j + 1 can do type j's work for less. With costs of one power R is convex and the sum concave in the efforts, so that its tangent at
any efforts bounds it: `bound_of_menus`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from annolib.agency.costs import PowerCost
from annolib.agency.problem import first_best
from annolib.agency.unknown_agent import AgentTypes
from annolib.contracts.best_answers import best_answer
from annolib.contracts.forms import Linear
from annolib.contracts.results import NoBestContract
from annolib.contracts.robust.family import Kinds, listed
from annolib.contracts.robust.lines.best import along_slopes, first_slope
from annolib.contracts.robust.lines.uncut import UncutLines, is_explicit
from annolib.validation import one_whole

_NEWTON = 20
_SHRUNK, _AGAIN = 0.8 ** np.arange(20), 8
_GAIN = 1e-9  # what a second line must gain
_GRID = np.linspace(-1, 1, 13)
_WIDTH, _FINER, _LEVELS = 0.5, 2.5, 15  # of log slopes


@dataclass(frozen=True)
class Menu:
    """A line for each type.

    Attributes
    ----------
    n : int
    profit : float
        Σ p_i π_i when every type takes the line it likes best.
    contracts : tuple of Linear
        One for each type, in the order of the types; the same one where no separate one gains.
    efforts, profits, rents, wages : tuple of float
    payoffs : tuple of tuple
        payoffs[i][j]: what type i has at line j; its own is the largest of a row (up to rounding).
    one_line, assigned : float
        What the best single line earns, and what lines would that the firm assigns because it knows the types.
    bound : float
        No menu of any contracts earns more (proved where costs are of one power; else what knowing types and efforts would earn).
    """

    n: int
    profit: float
    contracts: tuple
    efforts: tuple
    profits: tuple
    rents: tuple
    wages: tuple
    payoffs: tuple
    one_line: float
    assigned: float
    bound: float

    @property
    def suboptimality(self):
        """No menu of lines earns more than this on top."""
        return max(min(self.bound, self.assigned) - self.profit, 0.0)

    @property
    def message(self):
        """How the search ended."""
        same = len(set(self.contracts)) == 1
        found = "one line for all: no second one gains" if same else "every type has its own line"
        return f"{found}; by search, another menu of lines may earn up to {self.suboptimality:.2g} more"

    def __repr__(self):
        return f"Menu(n={self.n:,}: profit={self.profit:.6f}, one line {self.one_line:.6f}, assigned {self.assigned:.6f}; {self.message})"

    def to_frame(self):
        """One row for each type: base, slope, effort, profit, rent, expected wage."""
        import pandas as pd

        columns = {
            "base": [line.base for line in self.contracts],
            "slope": [line.slope for line in self.contracts],
            "effort": self.efforts,
            "profit": self.profits,
            "rent": self.rents,
            "expected_wage": self.wages,
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(len(self.contracts), name="type"))


def menu(types, monitor, n, family="linear") -> Menu:
    """The best menu of lines for types that the firm cannot tell apart.

    Parameters
    ----------
    types : AgentTypes
        CARA utility without a floor; power costs with a power no less than that of the check.
    monitor : Monitor
    n : int
        Number of checks.
    family : {"linear"}

    Returns
    -------
    Menu

    Raises
    ------
    NoBestContract
        For problems that are not of this kind; the message says which.

    Examples
    --------
    With hidden costs and repeats a second line gains nothing, and one threshold beats both.

    >>> import annolib as al
    >>> from annolib.agency import reference_problem
    >>> types = al.AgentTypes([reference_problem(scale=c, floor=None) for c in (0.55, 0.45)], [0.5, 0.5])
    >>> found = menu(types, al.SelfConsistency(0.15), 1000)
    >>> print(f"{found.profit:.5f} {found.one_line:.5f} {found.assigned:.5f} {found.bound:.5f}")
    0.27279 0.27279 0.31690 0.30465
    >>> print(f"{al.second_best(types, al.SelfConsistency(0.15), 1000, 'binary', floor=0.0).profit:.5f}")
    0.30126
    """
    if not isinstance(types, AgentTypes):
        raise TypeError(f"types must be AgentTypes; saw {types!r}.")
    if family != "linear":
        raise ValueError(f"family must be 'linear': menus of other pay are not solved; saw {family!r}.")
    n = one_whole("n", n, 1, "Give the number of checks.")
    order = sorted(range(len(types.problems)), key=lambda i: -float(types.problems[i].cost.slope(0.5)))
    problems, weights = [types.problems[i] for i in order], [types.weights[i] for i in order]
    kinds = listed(problems, [monitor] * len(order), weights, order)
    if not is_explicit(kinds) or min(kind.evidence.gain for kind in kinds.kinds) == 0:
        raise NoBestContract(
            "menus of lines are solved for CARA utility without a floor, power costs with a power no less than that of the check, and "
            f"checks that say something of effort; saw {problems[0]!r} and {monitor!r}."
        )
    with np.errstate(all="ignore"):
        found = _Menus(kinds, n).best()
    slopes, wages, one_line, assigned = found
    share = _Menus(kinds, n).lines.share
    lines = [
        Linear(y - b * share, b, None, n, kinds.kinds[0].evidence.counts)
        for b, y in zip(slopes, wages, strict=True)
    ]
    answers = [[best_answer(problem, monitor, line) for line in lines] for problem in problems]
    own = [answers[i][i] for i in range(len(order))]
    back = np.argsort(order)
    return Menu(
        n,
        float(np.dot(weights, [answer.profit for answer in own])),
        tuple(lines[i] for i in back),
        *(
            tuple(getattr(own[i], name) for i in back)
            for name in ("effort", "profit", "rent", "expected_wage")
        ),
        tuple(tuple(answers[i][j].payoff for j in back) for i in back),
        one_line,
        assigned,
        bound_of_menus(kinds),
    )


class _Menus:
    """Menus of lines before types in order of their costs."""

    def __init__(self, kinds, n):
        self.kinds, self.n, self.lines = kinds, n, UncutLines(kinds, n)
        self.each = [UncutLines(Kinds((kind,), True), n) for kind in kinds.kinds]
        for lines in self.each:
            lines.share = self.lines.share

    def best(self):
        """(slopes, wages, profit of the best single line, profit of lines that are assigned)."""
        usual, size = first_slope(self.kinds), len(self.each)
        slope, wage, one_line = along_slopes(self.lines, usual)
        alone = [along_slopes(lines, usual) for lines in self.each]
        weights = self.kinds.weights
        assigned = float(
            sum(
                p * worth / own
                for p, (_, _, worth), own in zip(weights, alone, weights, strict=True)
                if own > 0
            )
        )
        best = one_line, np.full(size, slope), np.full(size, wage)
        for start in (best[1], np.array([line[0] for line in alone])):
            found = self._closing_in(np.log(start))
            best = found if found[0] > best[0] + _GAIN else best
        return best[1], best[2], one_line, assigned

    def _closing_in(self, centre):
        """The best menu near these log slopes: grids over two of them at a time, ever finer, that always hold their equality."""
        size, best = centre.size, (-np.inf, np.exp(centre), np.full(centre.size, np.nan))
        width = _WIDTH
        for _ in range(_LEVELS if size > 1 else 0):
            for i in range(size - 1):
                first, ratio = (x.ravel() for x in np.meshgrid(width * _GRID, width * _GRID))
                tried = np.repeat(centre[:, None], first.size, axis=1)
                tried[i] += first
                tried[i + 1] = np.where(np.abs(ratio) < 1e-15, tried[i], tried[i + 1] + first + ratio)
                worth, wages = self.menus(np.exp(tried))
                k = int(np.argmax(worth))
                if worth[k] > best[0]:
                    best, centre = (float(worth[k]), np.exp(tried[:, k]), wages[:, k]), tried[:, k]
            width /= _FINER
        return best

    def menus(self, slopes):
        """(Σ p π (M,), wages (K, M)) of menus with slopes (K, M); −inf where a type would take a later line than its own."""
        outside = np.array([kind.problem.outside for kind in self.kinds.kinds])[:, None]
        size, many = slopes.shape
        wages, offers, total = np.empty(slopes.shape), np.empty((size, size, many)), np.zeros(many)
        for i, (kind, lines) in enumerate(zip(self.kinds.kinds, self.each, strict=True)):
            target = np.full(many, kind.problem.outside)
            if i:
                target = np.maximum(target, offers[i, :i].max(axis=0))
            wages[i] = self._wage(lines, kind, slopes[i], target)
            _, profits, rents = self.lines.answers(slopes[i], wages[i])
            offers[:, i] = rents + outside
            total += kind.weight * profits[i]
        own = np.einsum("iim->im", offers)
        kept = np.all(offers <= own[:, None] + 1e-11, axis=(0, 1)) & ~np.isnan(total)
        return np.where(kept, total, -np.inf), wages

    def _wage(self, lines, kind, slope, target):
        """The wage at which a type has this payoff from a line of this slope: Newton's method, as in `least_wage`."""
        y = self.kinds.utility.wage(target) + 0.0 * slope
        for _ in range(_NEWTON):
            effort, _, rent = (part[0] for part in lines.answers(slope, y))
            payoff = rent + kind.problem.outside
            grade = np.maximum(1 - lines.a * (payoff + kind.problem.cost.cost(effort)), 1e-3)
            move = np.clip((target - payoff) / grade, -1.0, 1.0)
            y = y + move
            if np.all(np.abs(move) < 1e-15 * (1 + np.abs(y))):
                break
        return y + 1e-14


def bound_of_menus(kinds):
    """No menu of any contracts for these kinds, dearest first, is worth more; the formula is at the top of the file."""
    costs, size, p = [kind.problem.cost for kind in kinds.kinds], len(kinds.kinds), kinds.weights
    best = [first_best(kind.problem) for kind in kinds.kinds]
    plain = float(p @ [one.profit for one in best])
    if not all(isinstance(c, PowerCost) and c.power == costs[0].power for c in costs):
        return plain
    start = kinds.kinds[0].problem.outside
    utility = kinds.utility
    saves = np.array([a.scale - b.scale for a, b in zip(costs[:-1], costs[1:], strict=True)] + [0.0])
    # beyond a wage that no menu pays h goes on as a straight line, below itself: a bound still, and defined for all efforts
    most = float(utility.wage(start)) + max(kinds.most_valuable(), 1.0) / float(p[p > 0].min())
    last = min(float(utility.utility(most)), start + (1 - 1e-9) * (utility.highest - start))
    steepest = float(utility.marginal_wage(last))

    def value_and_slope(efforts):
        powers = efforts ** costs[0].power
        left = np.concatenate([[0.0], np.cumsum(saves[:-1] * powers[:-1])])
        paid = start + left + [float(c.cost(e)) for c, e in zip(costs, efforts, strict=True)]
        beyond, paid = np.maximum(paid - last, 0.0), np.minimum(paid, last)
        value = [float(k.problem._value(e)) for k, e in zip(kinds.kinds, efforts, strict=True)]
        dear = p * utility.marginal_wage(paid)
        later = np.concatenate([np.cumsum(dear[::-1])[::-1][1:], [0.0]])
        slope = [
            p[i] * float(k.problem._value_slope(e)) - dear[i] * float(k.problem.cost.slope(e))
            for i, (k, e) in enumerate(zip(kinds.kinds, efforts, strict=True))
        ]
        slope -= later * saves * costs[0].power * efforts ** (costs[0].power - 1)
        return float(p @ (np.array(value) - utility.wage(paid) - steepest * beyond)), np.array(slope)

    efforts = max(
        (0.95 * share * np.array([one.effort for one in best]) for share in _SHRUNK),
        key=lambda x: value_and_slope(x)[0],
    )
    bound = plain
    for _ in range(_AGAIN):  # from where the last search stopped, as long as that helps
        found = minimize(
            lambda x: tuple(-np.asarray(part) for part in value_and_slope(x)), efforts,
            jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * size, options={"ftol": 1e-16, "gtol": 1e-12},
        )  # fmt: skip
        efforts = found.x
        value, slope = value_and_slope(efforts)
        above = float(value + np.sum(np.maximum(slope * (1 - efforts), -slope * efforts)))
        bound = min(bound, above)
        if above - value < 1e-9 * (1 + abs(value)):
            break
    return bound
