"""The best line for agents of several kinds: base + slope·X/n, cut at the floor if there is one.

Without a floor, and with constant absolute risk aversion, it is searched along the slope at the least wage that all accept, and proved, by the
formulas of `uncut`. Other lines are searched only, as slope b and the share of passes s at which they leave the floor,

    w(k) = floor + b·(k/n − s)⁺      (without a floor: at the least wage that all accept),

on a grid and then by the simplex method from the best points; how far that may be from the best is said by the bounds that hold for any pay.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq, minimize

from annolib.agency.problem import first_best
from annolib.contracts.forms import Linear
from annolib.contracts.linear.equations import LineBatch, LineEquations
from annolib.contracts.results import NoBestContract
from annolib.contracts.robust.family import Found
from annolib.contracts.robust.lines.uncut import UncutLines, bound_lines, is_explicit, middle_share
from annolib.contracts.robust.whole_range import handicapped

_HAIR = 1e-10  # lines by search are for kinds with this much more cost, relatively: they stay clear of jumps
_EFFORTS = np.concatenate([[0.0, 0.01, 0.03, 0.06], np.linspace(0.1, 1, 37)])
_NEWTON, _TRIES, _STARTS = 5, 160, 3
_SECTIONS, _LEVELS = 33, 14
_STEEP = np.geomspace(0.05, 40, 16)  # slopes to look at, beside the one that would do at a first guess


def best_line(kinds, n, known, tolerance):
    """The best line for these kinds that earns more than `known` (flat pay): a `Found`."""
    problem = kinds.kinds[0].problem
    if problem.floor is None and np.isfinite(kinds.utility.lowest_wage):
        raise NoBestContract(
            f"lines without a floor are solved here where every wage is bearable; {kinds.utility} knows none below "
            f"{kinds.utility.lowest_wage:g}. Give a floor above it."
        )
    bound, looked = np.inf, 0
    with np.errstate(all="ignore"):
        if is_explicit(kinds):
            lines = UncutLines(kinds, n)
            slope, wage, worth = along_slopes(lines, first_slope(kinds))
            bound, looked = bound_lines(lines, max(known, worth), tolerance, slope)
        else:
            careful = tuple(handicapped(kind, _HAIR) for kind in kinds.kinds)
            lines = SearchedLines(replace(kinds, kinds=careful), n)
            slope, wage, worth = lines.best()
    if not worth > known:
        return Found(None, known, bound, looked, False, "flat")
    contract = Linear(wage - slope * lines.share, slope, problem.floor, n, kinds.kinds[0].evidence.counts)
    at_floor = problem.floor is not None and contract.base < problem.floor
    return Found(contract, worth, bound, looked, at_floor, "linear")


def first_slope(kinds):
    """A slope that makes the first kind work about as at its first best, if wages were utilities."""
    kind = kinds.kinds[0]
    effort = max(first_best(kind.problem).effort, 0.1)
    pull = float(kind.problem.cost.slope(effort) / kind.evidence.slope(effort))
    return pull * float(kinds.utility.marginal_wage(kind.problem.reservation(effort)))


def along_slopes(lines, usual):
    """(slope, wage, aim) of the best line at the least wage that all accept."""
    slopes, best = usual * np.geomspace(0.05, 20, 61), (usual, 0.0, -np.inf)
    for _ in range(_LEVELS):
        # a hair above what is accepted, so that rounding does not refuse it
        wages = lines.least_wage(slopes) + 1e-13
        worth = lines.aim(slopes, wages)
        i = int(np.argmax(np.where(np.isnan(worth), -np.inf, worth)))
        if worth[i] > best[2]:
            best = (float(slopes[i]), float(wages[i]), float(worth[i]))
        low, high = slopes[max(i - 1, 0)], slopes[min(i + 1, slopes.size - 1)]
        if high - low < 1e-14 * high:
            break
        slopes = np.linspace(low, high, _SECTIONS)
    return best


class SearchedLines:
    """Lines before some kinds whose best answers need sums over counts."""

    def __init__(self, kinds, n):
        self.kinds, self.n, self.share = kinds, n, middle_share(kinds)
        self.floor = kinds.kinds[0].problem.floor
        self.equations = [
            LineEquations(kind.problem, kind.evidence, n, first_best(kind.problem)) for kind in kinds.kinds
        ]

    def answers(self, slope, wage):
        """Best efforts, profits and rents (K, M) of lines (M,)."""
        parts = [self._answer(equations, slope, wage) for equations in self.equations]
        return tuple(np.stack(column) for column in zip(*parts, strict=True))

    def _answer(self, equations, slope, wage):
        def batch(effort):
            centre = wage + slope * (equations.evidence.success(effort) - self.share)
            nothing = np.zeros(effort.shape)
            return LineBatch(effort, nothing, nothing, centre, slope, nothing, nothing.astype(int), nothing)

        gains = equations.gains(batch(np.full(slope.shape, 0.5)), _EFFORTS)
        effort = _EFFORTS[np.argmax(np.where(np.isnan(gains), -np.inf, gains), axis=1)]
        for _ in range(_NEWTON):
            inside = (effort > 0) & (effort < 1)
            effort = np.where(inside, equations.nearby_deviation(batch(effort), effort), effort)
        centre = wage + slope * (equations.evidence.success(effort) - self.share)
        found = equations.described(effort, centre, slope)
        profit = np.where(np.isfinite(found.gap), equations.best.profit - found.gap, -np.inf)
        return effort, profit, np.where(np.isnan(found.rent), -np.inf, found.rent)

    def aim(self, slope, wage):
        """The firm's aim; −inf where a kind refuses."""
        _, profit, rent = self.answers(slope, wage)
        worth = self.kinds.aim(profit)
        return np.where((rent.min(axis=0) >= -1e-13) & ~np.isnan(worth), worth, -np.inf)

    def best(self):
        """(slope, wage, aim) of the best line found."""
        return self._above_floor() if self.floor is not None else self._without_floor()

    def _wage(self, slope, share):
        return self.floor + slope * (self.share - share)

    def _above_floor(self):
        ends = [kind.evidence.success(np.array([0.0, 1.0])) for kind in self.kinds.kinds]
        low, high = min(q[0] for q in ends), max(q[1] for q in ends)
        spread = np.sqrt(0.25 / self.n)
        slopes = first_slope(self.kinds) * _STEEP
        shares = np.concatenate([[low - 1.0, low - 0.4], np.linspace(low - 3 * spread, high + spread, 26)])
        b, s = (x.ravel() for x in np.meshgrid(slopes, shares))
        worth = self.aim(b, self._wage(b, s))
        best = (float(slopes[0]), 0.0, -np.inf)

        def loss(x):
            slope = np.array([np.exp(x[0])])
            return -float(self.aim(slope, self._wage(slope, np.array([x[1]])))[0])

        for i in np.argsort(-worth)[:_STARTS]:
            if not np.isfinite(worth[i]):
                continue
            start = np.array([np.log(b[i]), s[i]])
            simplex = start + np.array([[0, 0], [0.1, 0], [0, 0.5 * spread]])
            found = minimize(
                loss, start, method="Nelder-Mead",
                options={"maxfev": _TRIES, "xatol": 1e-12, "fatol": 1e-13, "initial_simplex": simplex},
            )  # fmt: skip
            if -found.fun > best[2]:
                slope = float(np.exp(found.x[0]))
                best = (slope, float(self._wage(slope, found.x[1])), float(-found.fun))
        return best

    def _without_floor(self):
        flat = float(self.kinds.utility.wage(max(kind.problem.outside for kind in self.kinds.kinds)))

        def least_wage(slope):
            at = np.array([slope])
            rent = lambda y: float(self.answers(at, np.array([y]))[2].min())  # noqa: E731
            low, high = flat - 2 * slope, flat + 2 * slope + 1
            return brentq(rent, low, high, xtol=1e-13) + 1e-12 if rent(low) < 0 < rent(high) else np.nan

        def worth(slope):
            wage = least_wage(slope)
            return float(self.aim(np.array([slope]), np.array([wage]))[0]) if np.isfinite(wage) else -np.inf

        slopes, best = first_slope(self.kinds) * np.geomspace(0.2, 4, 17), (1.0, 0.0, -np.inf)
        for _ in range(13):
            values = np.array([worth(slope) for slope in slopes])
            i = int(np.argmax(values))
            if values[i] > best[2]:
                best = (float(slopes[i]), float(least_wage(slopes[i])), float(values[i]))
            slopes = np.linspace(slopes[max(i - 1, 0)], slopes[min(i + 1, slopes.size - 1)], 9)
        return best
