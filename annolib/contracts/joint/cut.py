"""The best line in both counts, cut at the floor: w = max(base + β₁X₁/n₁ + β₂X₂/n₂, floor).

    maximise V(η) − E w over η, base, β₁, β₂, subject to

    dE u(w)/dη = c′(η)  (≥ at η = 1),    E u(w) ≥ u₀ + c(η),    E u(w) − c(η) ≥ E u(w | e) − c(e) for every effort e.

A search: sequential quadratic programming from several lines near the score's, with exact gradients, against the efforts found to tempt; then
Newton's method on what binds, so that the agent's conditions hold to rounding (`_polished`). The class is not convex, so how far the line may be
from the best is told by a bound for contracts of every kind (`annolib.contracts.joint.any_pay`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from annolib.contracts.joint.family import PayTable, proved_answer

_DEVIATIONS = 6
_GAIN, _BINDS = 1e-11, 1e-6
_WIDTH, _WIDER = 8.5, 11.0  # standard deviations of counts that the search looks at, and the answer
_NEVER = 1e-12  # chance to be cut that does not matter to the search
_STRETCHES = (1.0, 1.5)


@dataclass(frozen=True, eq=False)
class CutLine:
    """One line: what it was asked for, and what the agent gets."""

    effort: float
    base: float
    slopes: tuple
    rent: float
    gap: float
    utilities: np.ndarray
    deviations: tuple


@dataclass(frozen=True, eq=False)
class CutLines:
    """Lines cut at the floor, for one problem and law, on a window of counts."""

    problem: object
    law: object
    best: object
    windows: tuple  # slices of both counts
    cap: float = np.inf  # the highest wage that may be paid

    @property
    def floor(self):
        problem = self.problem
        return problem.utility.lowest_wage if problem.floor is None else problem.floor

    def shares(self):
        """X/n of each kind, in the windows."""
        return [
            np.arange(kind.n + 1.0)[window] / max(kind.n, 1)
            for kind, window in zip(self.law.kinds, self.windows, strict=True)
        ]

    def tables(self, base, slopes):
        """Wage, utility and marginal utility (0 at the floor) of every pair of counts."""
        one, two = self.shares()
        line = (base + slopes[0] * one)[:, None] + slopes[1] * two
        wage = np.minimum(np.maximum(line, self.floor), self.cap)
        utility = self.problem.utility.utility(wage)
        moves = (line > self.floor) & (line < self.cap)
        return wage, utility, np.where(moves, 1 / self.problem.utility.marginal_wage(utility), 0.0)

    def seldom_cut(self, start):
        """Is the line above the floor but for counts that the effort asked for almost never shows?"""
        effort, base, slopes = start
        one, two = self.shares()
        first, second = (x[0][0] for x in self.laws((effort,)))
        line = (base + slopes[0] * one)[:, None] + slopes[1] * two
        cut = (line <= self.floor) | (line >= self.cap)
        return float(first @ cut @ second) < _NEVER

    def laws(self, efforts):
        """P and its two derivatives for each kind, in the windows."""
        return [
            [p[:, window] for p in kind.law(np.asarray(efforts), 2)]
            for kind, window in zip(self.law.kinds, self.windows, strict=True)
        ]

    def look(self, x, deviations):
        """All of a line x = (effort, base, β₁, β₂): values of the conditions and their gradients."""
        effort, base, slopes = float(x[0]), float(x[1]), (float(x[2]), float(x[3]))
        wage, utility, steep = self.tables(base, slopes)
        first, second = self.laws((effort, *deviations))
        one, two = self.shares()
        above = np.where(steep > 0, 1.0, 0.0)

        left = np.concatenate(
            [*first, *(p * one for p in first)]
        )  # orders 0, 1, 2; then times the share; a row for each effort
        size = len(deviations) + 1
        mixed = {id(table): left @ table for table in (wage, utility, steep, above)}

        def mean(table, i, a, b, by):
            """Σ over the law of effort i, a-th and b-th derivatives, weighted by 1 or a share."""
            q = second[b][i]
            return mixed[id(table)][(a + 3 * (by == 1)) * size + i] @ (q * two if by == 2 else q)

        def moved(table, i, order, by=0):
            if order == 0:
                return mean(table, i, 0, 0, by)
            if order == 1:
                return mean(table, i, 1, 0, by) + mean(table, i, 0, 1, by)
            return mean(table, i, 2, 0, by) + 2 * mean(table, i, 1, 1, by) + mean(table, i, 0, 2, by)

        cost = self.problem.cost
        paid = moved(utility, 0, 0)
        risen = moved(utility, 0, 1)
        own = paid - float(cost.cost(effort))
        by_pay = np.array([moved(steep, 0, 0, by) for by in range(3)])
        profit = float(self.problem._value(effort)) - moved(wage, 0, 0)
        profit_slope = np.concatenate([
            [float(self.problem._value_slope(effort)) - moved(wage, 0, 1)],
            [-moved(above, 0, 0, by) for by in range(3)],
        ])  # fmt: skip
        local = risen - float(cost.slope(effort))
        local_slope = np.concatenate([
            [moved(utility, 0, 2) - float(cost.curvature(effort))],
            [moved(steep, 0, 1, by) for by in range(3)],
        ])  # fmt: skip
        left = [own - self.problem.outside]
        left_slope = [np.concatenate([[risen - float(cost.slope(effort))], by_pay])]
        for i, d in enumerate(deviations, start=1):
            left.append(own - moved(utility, i, 0) + float(cost.cost(d)))
            left_slope.append(np.concatenate([[local], by_pay - [moved(steep, i, 0, by) for by in range(3)]]))
        return profit, profit_slope, local, local_slope, np.array(left), np.array(left_slope)


def best_cut(problem, law, best, start, weights=None, cap=np.inf):
    """The best line found, a `CutLine`; None if there is none. `start`: efforts, bases and slopes to begin with. `weights` hold the ratio of the slopes."""
    near = (0.0, best.effort, *(x[0] for x in start))
    family, wider = (
        CutLines(problem, law, best, _windows(law, near, width), cap) for width in (_WIDTH, _WIDER)
    )
    deviations, found = (problem.cost.free_effort,), None
    for _ in range(_DEVIATIONS):
        line = None
        if found is None and family.seldom_cut(start[0]):
            line = _polished(wider, start[0], deviations)
        if line is None:
            found = _search(family, start if found is None else [_as_start(found)], deviations, weights)
            line = None if found is None else _polished(wider, _as_start(found), deviations)
        if line is None:
            return None
        answer = proved_answer(problem, PayTable(law, line.utilities), (line.effort, *deviations), 1e-12)
        own = line.rent + problem.outside
        if answer.bound - own <= _GAIN or min(abs(answer.effort - d) for d in deviations) < 1e-9:
            return line
        deviations = (*deviations, answer.effort)
        found = np.array([line.effort, line.base, *line.slopes])
    return None


def _as_start(x):
    return float(x[0]), float(x[1]), (float(x[2]), float(x[3]))


def _windows(law, efforts, width):
    """The counts within so many standard deviations of their means at these efforts."""
    out = []
    for kind in law.kinds:
        q = kind.evidence.success(np.asarray(efforts))
        spread = width * np.sqrt(kind.n * q * (1 - q)) + 10
        low, high = np.min(kind.n * q - spread), np.max(kind.n * q + spread)
        out.append(slice(max(int(low), 0), min(int(high) + 2, kind.n + 1)))
    return tuple(out)


def _search(family, starts, deviations, weights=None):
    best, alike = None, []
    if weights is not None:
        first, second = (w * kind.n for w, kind in zip(weights, family.law.kinds, strict=True))
        total = np.hypot(first, second)
        held = np.array([0.0, 0.0, second / total, -first / total])
    for effort, base, slopes in starts:
        x0 = np.array([effort, base, *slopes])
        size = np.array([0.1, max(abs(base), 0.1), *(max(abs(s), 0.1) for s in slopes)])
        seen = {}

        def look(y, size=size, seen=seen):
            key = y.tobytes()
            if key not in seen:
                seen.clear()
                seen[key] = family.look(np.asarray(y) * size, deviations)
            return seen[key]

        if weights is not None:
            row = held * size
            alike = [{"type": "eq", "fun": lambda y, row=row: row @ y, "jac": lambda y, row=row: row}]
        local = {"fun": lambda y: look(y)[2] * 10, "jac": lambda y, size=size: look(y)[3] * size * 10}
        found = minimize(
            lambda y: -look(y)[0], x0 / size, jac=lambda y, size=size: -look(y)[1] * size, method="SLSQP",
            bounds=[(1e-4 / size[0], 1 / size[0]), (None, None), (0, None), (0, None)],
            constraints=[
                {"type": "eq", **local},
                *alike,
                {"type": "ineq", "fun": lambda y: look(y)[4], "jac": lambda y, size=size: look(y)[5] * size},
            ],
            options={"maxiter": 60, "ftol": 1e-13},
        )  # fmt: skip
        profit, _, off, _, left, _ = look(found.x)
        if (
            np.isfinite(profit)
            and abs(off) < 1e-6
            and np.all(left > -1e-6)
            and (best is None or profit > best[0])
        ):
            best = profit, np.asarray(found.x) * size
    return None if best is None else best[1]


def _polished(family, line, deviations):
    """The line with what binds met to rounding: base and the scale of the slopes by Newton's method, effort and the ratio as found."""
    effort, base, slopes = line
    stretch, slopes = 1.0, np.array(slopes)
    binding = None
    for _ in range(12):
        _, _, local, local_slope, left, left_slope = family.look(
            (effort, base, *(stretch * slopes)), deviations
        )
        if binding is None:
            binding = int(np.argmin(left))
            binding = binding if left[binding] < _BINDS else None
            if binding is None:
                binding = -1
        in_stretch = local_slope[2:] @ slopes
        if binding < 0:
            step = np.array([0.0, -local / in_stretch])
        else:
            matrix = np.array([
                [local_slope[1], in_stretch],
                [left_slope[binding][1], left_slope[binding][2:] @ slopes],
            ])  # fmt: skip
            if abs(np.linalg.det(matrix)) < 1e-300:
                return None
            step = -np.linalg.solve(matrix, [local, left[binding]])
        base, stretch = base + step[0], stretch + step[1]
        if np.max(np.abs(step)) < 1e-14 * (1 + abs(base)):
            break
    slopes = tuple(float(s) for s in stretch * slopes)
    left = family.look((effort, base, *slopes), deviations)[4]
    if not np.all(left > -1e-10):
        return None
    _, utility, _ = family.tables(base, slopes)
    first, second = (x[0][0] for x in family.laws((effort,)))
    p = np.outer(first, second).ravel()
    p /= p.sum()
    mean = float(p @ utility.ravel())
    rent = float(left[0])
    rent = 0.0 if abs(rent) < 1e-12 else rent
    gap = float(family.problem.gap(family.best, effort, rent, mean, p, utility.ravel() - mean))
    everywhere = CutLines(family.problem, family.law, family.best, (slice(None), slice(None)), family.cap)
    return CutLine(effort, float(base), slopes, rent, gap, everywhere.tables(base, slopes)[1], deviations)
