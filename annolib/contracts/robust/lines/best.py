"""The best line for agents of several kinds: base + slope·X/n, cut at the floor if there is one.

Without a floor, and with constant absolute risk aversion, it is searched along the slope at the least wage that all accept, and proved, by the
formulas of `uncut`. Other lines are searched only, as slope b and the share of passes s at which they leave the floor,

    w(k) = floor + b·(k/n − s)⁺      (without a floor: at the least wage that all accept).

For each s the aim leaps up at the slope at which one more kind begins to work, and falls beyond: that slope is cut out to rounding. The best
aim of each s has a peak or two in s, and these are narrowed between their neighbours. Best answers come from `tables`. How far this may be from
the best line is said by the bounds that hold for any pay.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.problem import first_best
from annolib.contracts.forms import Linear
from annolib.contracts.linear.equations import LineBatch, LineEquations
from annolib.contracts.results import NoBestContract
from annolib.contracts.robust.family import Found
from annolib.contracts.robust.lines.tables import MOST, LineTable
from annolib.contracts.robust.lines.uncut import UncutLines, bound_lines, is_explicit, middle_share
from annolib.contracts.robust.whole_range import handicapped
from annolib.numerics.roots import bracketed_root

_HAIR = 1e-10  # lines by search are for kinds with this much more cost, relatively: they stay clear of jumps
_EFFORTS = np.concatenate([[0.0, 0.01, 0.03, 0.06], np.linspace(0.1, 1, 37)])
_NEWTON, _STARTS = 5, 3
_SECTIONS, _LEVELS = 33, 14
_STEEP = np.log(np.geomspace(0.02, 80, 41))  # slopes to look at, as multiples of one at a first guess
_SHARES, _SLOPES, _ROUGH, _FINE, _ALL = 9, 9, 3, 5, 30


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
        self.floor, self.first = kinds.kinds[0].problem.floor, first_slope(kinds)
        if n <= MOST:
            self.tables = [LineTable(kind, n) for kind in kinds.kinds]
        else:
            self.equations = [
                LineEquations(kind.problem, kind.evidence, n, first_best(kind.problem))
                for kind in kinds.kinds
            ]

    def answers(self, slope, wage):
        """Best efforts, profits and rents (K, M) of lines (M,)."""
        if self.n <= MOST:
            parts = self._from_tables(slope, wage)
        else:
            parts = [self._from_equations(equations, slope, wage) for equations in self.equations]
        return tuple(np.stack(column) for column in zip(*parts, strict=True))

    def _from_tables(self, slope, wage):
        wages = wage[:, None] + slope[:, None] * (np.arange(self.n + 1) / self.n - self.share)
        if self.floor is not None:
            wage, wages = np.maximum(wage, self.floor), np.maximum(wages, self.floor)
        utility = self.kinds.utility
        rises = utility.utility_rise(wage[:, None], wages - wage[:, None])
        for table in self.tables:
            effort, profit, payoff = table.answers(wages, rises)
            yield effort, profit, payoff + utility.utility(wage) - table.kind.problem.outside

    def _from_equations(self, equations, slope, wage):
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

    def _above_floor(self):
        """Shares s on a grid, at each the best slope; then the best places between their neighbours, again and again."""
        ends = [kind.evidence.success(np.array([0.0, 1.0])) for kind in self.kinds.kinds]
        low, high = min(q[0] for q in ends), max(q[1] for q in ends)
        spread = np.sqrt(0.25 / self.n)
        shares = np.union1d(np.linspace(low - 1, low, 21), np.linspace(low - 3 * spread, high + spread, 25))
        logs = np.log(self.first) + np.tile(_STEEP, (shares.size, 1))
        logs, worth = self._steepest(shares, logs, _ROUGH)
        left, right = (
            np.maximum(np.arange(shares.size) - 1, 0),
            np.minimum(np.arange(shares.size) + 1, shares.size - 1),
        )
        peaks = np.flatnonzero((worth >= worth[left]) & (worth >= worth[right]) & np.isfinite(worth))
        best = (self.first, 0.0, -np.inf)
        for i in peaks[np.argsort(-worth[peaks])][:_STARTS]:
            near = [left[i], i, right[i]]
            best = max(best, self._narrowed(shares[near], logs[near]), key=lambda found: found[2])
        return best

    def _narrowed(self, shares, logs):
        """(slope, wage, aim) of the best line with a share between three; their best slopes, as logarithms, say where to look for its own."""
        best = (-np.inf, 0.0, 0.0)
        for _ in range(_LEVELS):
            reach = np.ptp(logs) + 1e-13
            shares = np.linspace(shares[0], shares[-1], _SHARES)
            around = np.linspace(logs.min() - reach, logs.max() + reach, _SLOPES)
            logs, worth = self._steepest(shares, np.tile(around, (_SHARES, 1)), _FINE)
            i = int(np.argmax(worth))
            best = max(best, (worth[i], shares[i], logs[i]))
            near = slice(max(i - 1, 0), i + 2)
            shares, logs = shares[near], logs[near]
            if np.ptp(shares) < 1e-12:
                break
        aim, share, log = best
        at = np.array([share])
        logs, aims = self._steepest(at, (log + reach * np.linspace(-1, 1, _SLOPES))[None], _ALL)
        if aims[0] > aim:
            aim, log = aims[0], logs[0]
        return float(np.exp(log)), float(self._wage(np.exp(log), share)), float(aim)

    def _steepest(self, shares, logs, cuts):
        """The best of these slopes (S, L), as logarithms, for each share (S,), and its aim: by cutting, `cuts` times.

        The aim leaps up where a kind begins to work, and falls beyond: the best place is between the neighbours of the best slope seen.
        """
        rows = np.arange(shares.size)
        best, aim = logs[:, 0], np.full(shares.size, -np.inf)
        for _ in range(cuts):
            slopes = np.exp(logs)
            worth = self.aim(slopes.ravel(), self._wage(slopes, shares[:, None]).ravel()).reshape(logs.shape)
            i = np.argmax(worth, axis=1)
            more = worth[rows, i] > aim
            best, aim = np.where(more, logs[rows, i], best), np.where(more, worth[rows, i], aim)
            low, high = logs[rows, np.maximum(i - 1, 0)], logs[rows, np.minimum(i + 1, logs.shape[1] - 1)]
            if np.all(high - low < 1e-15):
                break
            logs = np.linspace(low, high, _SLOPES, axis=1)
        return best, aim

    def _wage(self, slope, share):
        return self.floor + slope * (self.share - share)

    def _without_floor(self):
        """(slope, wage, aim) of the best slope, at the least wage that all accept."""
        flat = float(self.kinds.utility.wage(max(kind.problem.outside for kind in self.kinds.kinds)))
        slopes, best = self.first * np.geomspace(0.2, 4, 17), (1.0, 0.0, -np.inf)
        for _ in range(13):
            wages = self._least_wage(slopes, flat - 2 * slopes, flat + 2 * slopes + 1)
            worth = self.aim(slopes, wages)
            i = int(np.argmax(worth))
            best = max(best, (float(slopes[i]), float(wages[i]), float(worth[i])), key=lambda found: found[2])
            slopes = np.linspace(slopes[max(i - 1, 0)], slopes[min(i + 1, slopes.size - 1)], 9)
        return best

    def _least_wage(self, slopes, low, high):
        """The least wage that all kinds accept for each slope (M,), a hair above; NaN where it is not between the two."""

        def rent(wages):
            return self.answers(slopes, wages)[2].min(axis=0)

        between = (rent(low) < 0) & (rent(high) > 0)
        return np.where(between, bracketed_root(rent, low, high, 1e-13), np.nan) + 1e-12
