"""Price lines that programmes of single tuples have left, and the best of them for each block of thresholds and box of effort."""

from __future__ import annotations

import numpy as np

from annolib.contracts.tiered.blocks import BlockLines, Law, chances

_STEP = 1e-4  # standard deviations of the count, for differences
_AT_ONCE = 400_000  # lines × blocks × cells
MANY, _FEW = 18, 4  # lines that are tried, and those of them that are held against each other more closely
_NEARBY = 2.0  # standard deviations of the count, in all
_OTHERS, _ZOOMS = (
    np.linspace(0, 0.999, 1000),
    5,
)  # efforts that may tempt, and how often they are looked at more closely


class Pool:
    """Lines, as arrays (L,) and (L, D) over all deviations that any of them prices."""

    def __init__(self, family, tiers):
        self.family = family
        self.deviations = ()
        self.effort, self.participation, self.incentive = np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2))
        self.shirking, self.slopes = np.zeros((0, 0)), np.zeros((0, 0))
        self.thresholds, self.programme, self._count = np.zeros((0, tiers)), np.zeros(0, dtype=int), 0
        self.certain = -1  # the number of the line for full effort that shows for certain

    @property
    def size(self):
        return self.effort.size

    def add(self, thresholds, effort, prices, deviations, enough=-np.inf):
        """The lines that start at the prices (λ, μ·scale, ν …) of one programme: steady ones, and the one of least second derivative.

        Where these prices show that less than `enough` is earned, as those of a programme without a solution do at any size, milder ones are
        taken: between them and the best known, where it is `enough`.
        """
        ev, n = self.family.evidence, self.family.n
        spread = np.sqrt(n * float(ev.success(effort)) * float(ev.failure(effort)))
        paid, incentive = float(prices[0]), float(prices[1]) / spread
        keep = [j for j, price in enumerate(prices[2:]) if price > 0]
        self._know([deviations[j] for j in keep])
        nu, place = (
            np.zeros(len(self.deviations)),
            [self.deviations.index(float(deviations[j])) for j in keep],
        )
        nu[place] = [prices[2 + j] for j in keep]
        paid, incentive, nu = self._milder(thresholds, effort, np.array([paid, incentive, *nu]), enough)
        keep = nu > 0
        steady = np.zeros(nu.size)
        options = [(0.0, 0.0, steady)]  # slopes in q of λ, β and ν
        if paid > 0:
            options.append((incentive * n, 0.0, steady))
        elif keep.any():
            options.append((0.0, 0.0, np.where(np.arange(nu.size) == np.argmax(nu), incentive * n, 0.0)))
        closest = self._closest(thresholds, effort, paid, incentive, nu)
        if closest is not None:
            options.append(closest)
        for paid_slope, incentive_slope, slopes in options:
            self._append(thresholds, effort, (paid, paid_slope), (incentive, incentive_slope), nu, slopes)
        self._count += 1

    def add_certain(self):
        """The line of full effort that shows for certain: pay for n passes, and the floor for less, against the effort that tempts most."""
        family, n = self.family, self.family.n
        problem, cost = family.problem, family.problem.cost

        def of(efforts):
            """1 − P(X = n) there, and what pay for n passes must be worth against it."""
            missed = -np.expm1(n * np.log(family.evidence.success(efforts)))
            return missed, problem.floor_utility + (cost.cost(1.0) - cost.cost(efforts)) / missed

        efforts = np.append(_OTHERS, [k for k in cost.kinks if k < _OTHERS[-1]])
        efforts.sort()
        for _ in range(_ZOOMS):
            missed, needed = of(efforts)
            i = int(np.nanargmax(needed))
            best, missed, needed = float(efforts[i]), float(missed[i]), float(needed[i])
            low, high = efforts[max(i - 1, 0)], efforts[min(i + 1, efforts.size - 1)]
            efforts = np.unique(np.append(np.linspace(low, high, 33), best))
        wanted = max(problem.outside, problem.floor_utility) + float(cost.cost(1.0))
        v = max(wanted, needed)
        if not v < problem.utility.highest:
            return
        price, paid = float(problem.utility.marginal_wage(v)), 0.0
        self._know([best])
        nu = np.zeros(len(self.deviations))
        if wanted >= needed:
            paid = price
        else:
            nu[self.deviations.index(best)] = price / missed
        self.certain = self._count
        self._append([n] * self.thresholds.shape[1], 1.0, (paid, 0.0), (0.0, 0.0), nu, 0 * nu)
        self._count += 1

    def _know(self, deviations):
        """Deviations that are not priced yet get a column."""
        new = [float(d) for d in deviations if float(d) not in self.deviations]
        self.deviations = (*self.deviations, *new)
        pad = np.zeros((self.size, len(new)))
        self.shirking, self.slopes = np.hstack([self.shirking, pad]), np.hstack([self.slopes, pad])

    def _append(self, thresholds, effort, participation, incentive, nu, slopes):
        self.thresholds = np.vstack([self.thresholds, thresholds])
        self.programme = np.append(self.programme, self._count)
        self.effort = np.append(self.effort, effort)
        self.participation = np.vstack([self.participation, participation])
        self.incentive = np.vstack([self.incentive, incentive])
        self.shirking = np.vstack([self.shirking, nu])
        self.slopes = np.vstack([self.slopes, slopes])

    def _milder(self, thresholds, effort, theta, enough):
        """λ, β, ν on the way to `theta` from the prices of the line that is lowest here, where U is `enough`."""
        where, at, full = np.array([thresholds], dtype=float), np.array([effort]), np.array([effort >= 1])
        which, value, _ = self.lowest(where, where, at, at, full)
        if not (which[0] >= 0 and enough < value[0]) or not enough > -np.inf:
            return float(theta[0]), float(theta[1]), theta[2:]
        step = float(
            self.family.evidence.success(effort) - self.family.evidence.success(self.effort[which[0]])
        )
        i = which[0]
        known = np.array([*self.participation[i], *self.incentive[i]])
        start = np.array(
            [
                known[0] + known[1] * step,
                known[2] + known[3] * step,
                *(self.shirking[i] + self.slopes[i] * step),
            ]
        )
        edges = BlockLines._edges_of(where, where)
        p, rows = _rows(self.family, edges, effort, self.deviations)
        needs, worth = _needs(self.family, effort, self.deviations)

        def earned(share):
            prices = start + share * (theta - start)
            x = prices @ rows
            v = np.where(p > 1e-290, _utility(self.family, x), 0.0)
            return (
                worth
                - prices @ needs
                + float(np.where(p > 1e-290, p * (x * v - self.family.problem.utility.wage(v)), 0.0).sum())
            )

        if not earned(1.0) < enough:
            return float(theta[0]), float(theta[1]), theta[2:]
        low, high = 0.0, 1.0  # U is a maximum over pay of what is linear in the prices, so convex in them
        for _ in range(60):
            middle = low + (high - low) / 2 if low > 0 else high / 8
            low, high = (low, middle) if earned(middle) < enough else (middle, high)
            if high - low < 0.1 * high or middle < 1e-12:
                break
        theta = start + high * (theta - start)
        return float(theta[0]), float(theta[1]), theta[2:]

    def _closest(self, thresholds, effort, paid, incentive, nu):
        """Slopes −U_θθ⁻¹ U_θq of λ, β and ν: those of the prices of neighbouring efforts, to first order; None where numbers fail."""
        family = self.family
        problem, ev, n = family.problem, family.evidence, family.n
        if not 0 < effort < 1:
            return None
        live = np.flatnonzero(nu > 0)
        q = float(ev.success(effort))
        step = _STEP * np.sqrt(q * (1 - q) / n)
        efforts = ev.effort(np.array([q - step, q, q + step]))
        if not (efforts[0] > 0 and efforts[2] < 1):
            return None
        own = np.array([thresholds] * 3, dtype=float)
        edges = BlockLines._edges_of(own, own)
        cells = [
            _rows(family, edges[i : i + 1], efforts[i], [self.deviations[j] for j in live]) for i in range(3)
        ]
        theta = np.array([paid, incentive, *nu[live]])
        excess = []  # U_θ: left less right sides of the constraints, at q − step, q and q + step
        for (p, rows), e in zip(cells, efforts, strict=True):
            x = theta @ rows
            v = np.where(p > 1e-290, _utility(family, x), 0.0)
            excess.append((rows * p) @ v - _needs(family, e, [self.deviations[j] for j in live])[0])
        p, rows = cells[1]
        x = theta @ rows
        lowest = _lowest(family)
        inside = (x > lowest) & (p > 1e-290)
        with np.errstate(all="ignore"):
            steep = np.where(
                inside,
                1 / problem.utility.wage_curvature(_utility(family, np.where(inside, x, lowest + 1))),
                0.0,
            )
        free = [0] * (paid > 0) + list(range(1, theta.size))
        matrix = (rows[free] * (p * steep)) @ rows[free].T
        target = ((excess[2] - excess[0]) / (2 * step))[free]
        size = np.abs(theta[free])  # where numbers leave a choice, what changes least for its size
        with np.errstate(all="ignore"):
            scaled, aims = matrix * np.outer(size, size), target * size
        if not (np.all(np.isfinite(scaled)) and np.all(np.isfinite(aims)) and np.all(size > 0)):
            return None
        found = np.zeros(theta.size)
        found[free] = -np.linalg.lstsq(scaled, aims, rcond=1e-12)[0] * size
        slopes = np.zeros(nu.size)
        slopes[live] = found[2:]
        return float(found[0]), float(found[1]), slopes

    def tempting(self, thresholds, effort):
        """The deviations with a price in the nearest programme, if it is near: as far from this effort as from that one; 0 stays 0."""
        if not self.size:
            return ()
        ev, n = self.family.evidence, self.family.n
        q = float(ev.success(effort))
        spread = np.sqrt(n * q * float(ev.failure(effort))) + 0.5
        apart = np.abs(ev.success(self.effort) - q) * n + np.abs(self.thresholds - thresholds).sum(axis=1)
        i = self.size - 1 - int(np.argmin(apart[::-1]))  # of those as near, the last one
        if not apart[i] < _NEARBY * spread:
            return ()
        priced = [d for d, nu in zip(self.deviations, self.shirking[i], strict=True) if nu > 0]
        step = effort - float(self.effort[i])
        return tuple(d if d == 0 else min(max(d + step, 0.0), 1.0) for d in priced)

    def rows(self, which, first, last):
        """Line which[i] for block i."""
        pairs = [(x[which, 0], x[which, 1]) for x in (self.participation, self.incentive)]
        return BlockLines(
            self.family, self.effort[which], *pairs, self.shirking[which], self.slopes[which], self.deviations,
            first=first, last=last,
        )  # fmt: skip

    def lowest(self, first, last, low, high, full, goal=None):
        """For each block and box the line that is lowest in the middle, among those near that are allowed on all of it: (line, its value there,
        the lowest value there of any); −1, inf, inf if none is. With a `goal`, of the few lowest there those that stay below it at both ends, and of them the one that bends least; where none
        stays below, the one whose highest value is lowest.
        """
        which, value, least = np.full(low.size, -1), np.full(low.size, np.inf), np.full(low.size, np.inf)
        if not self.size:
            return which, value, least
        ahead = max(_AT_ONCE // (min(self.size, MANY) * (2 * first.shape[1] + 1)), 1)
        for start in range(0, low.size, ahead):
            part = slice(start, start + ahead)
            which[part], value[part], least[part] = self._lowest_of(
                first[part], last[part], low[part], high[part], full[part], goal
            )
        return np.where(value < np.inf, which, -1), value, least

    def _lowest_of(self, first, last, low, high, full, goal):
        middle, rows = (low + high) / 2, np.arange(low.size)
        near = self._near(first, last, middle)
        edges = BlockLines._edges_of(first, last)
        given = [chances(self.family, edges, d) for d in self.deviations]
        allowed = self._allowed(near, low, full) & self._allowed(near, high, full)
        found = np.where(allowed, self._values(near, edges, given, middle), np.inf)
        least = found.min(axis=0)
        if goal is not None and found.shape[0] > 1:
            few = np.argsort(found, axis=0)[:_FEW]
            near, found = np.take_along_axis(near, few, axis=0), np.take_along_axis(found, few, axis=0)
            left, right = (self._values(near, edges, given, x) for x in (low, high))
            worst = np.maximum(found, np.maximum(left, right))
            bend = np.abs(left + right - 2 * found)  # of U over the box: its second difference
            good = worst <= goal
            bend = np.where(good & ~np.isnan(bend), bend, np.inf)
            best = np.where(good.any(axis=0), np.argmin(bend, axis=0), np.argmin(worst, axis=0))
        else:
            best = np.argmin(found, axis=0)
        return near[best, rows], found[best, rows], least

    def _near(self, first, last, middle):
        """The lines of the nearest programmes, of the first one and for certain effort: (K, rows)."""
        if self.size <= MANY:
            return np.repeat(np.arange(self.size)[:, None], middle.size, axis=1)
        ev, n = self.family.evidence, self.family.n
        q = ev.success(middle)
        spread = np.sqrt(n * q * ev.failure(middle)) + 0.5
        apart = np.abs(ev.success(self.effort)[:, None] - q) * n / spread
        for j in range(first.shape[1]):
            apart = apart + np.abs(self.thresholds[:, j, None] - (first[:, j] + last[:, j]) / 2) / spread
        apart = apart - 1e-9 * np.arange(self.size)[:, None]  # of those as near, the last ones
        apart[(self.programme == self.programme[0]) | (self.programme == self.certain)] = -1.0
        return np.argpartition(apart, MANY - 1, axis=0)[:MANY]

    def _prices(self, which, efforts):
        """λ, β (K, rows) and ν (K, rows, D) of lines which[k, row] at efforts (rows,)."""
        ev = self.family.evidence
        step = ev.success(efforts) - ev.success(self.effort)[which]
        paid = self.participation[which, 0] + self.participation[which, 1] * step
        incentive = self.incentive[which, 0] + self.incentive[which, 1] * step
        return paid, incentive, self.shirking[which] + self.slopes[which] * step[..., None]

    def _allowed(self, which, efforts, full):
        """Have λ and ν their sign there, and for full effort β?"""
        paid, incentive, shirking = self._prices(which, efforts)
        return (paid >= 0) & (shirking >= 0).all(axis=-1) & (~full | (incentive >= 0))

    def _values(self, which, edges, given, efforts):
        """U of lines which[k, row] at efforts (rows,) for cells between `edges`, p(d) `given`: (K, rows)."""
        family, ev, problem = self.family, self.family.evidence, self.family.problem
        lines, law = self.rows(which[0], None, None), Law.at(family, edges, efforts)
        paid, incentive, shirking = self._prices(which, efforts)
        base = paid + shirking.sum(axis=-1)
        cost, per = problem.cost.cost(efforts), ev.slope(efforts)
        needed = problem.cost.slope(efforts) / per * (ev.success(efforts) * ev.failure(efforts))
        least = max(problem.outside, problem.floor_utility)
        total = (
            problem._value(efforts)
            - lines._level_wage
            - paid * (least + cost - lines._level)
            - incentive * needed
        )
        weight = base[..., None] * law.p + incentive[..., None] * law.moment
        for j, (other, d) in enumerate(zip(given, self.deviations, strict=True)):
            total = total - shirking[..., j] * (cost - float(problem.cost.cost(d)))
            weight = weight - shirking[..., j, None] * other
        x = weight / np.maximum(law.p, 1e-290)
        v = np.where(law.p > 1e-290, lines._utility(x), lines._level)
        total = total + (weight * (v - lines._level) - law.p * lines._wage_rise(v)).sum(axis=-1)
        return np.where(np.isnan(total), np.inf, total)


def _rows(family, edges, effort, deviations):
    """P of each cell, and the rows 1, E[k − nq | cell], 1 − p(d)/p."""
    law = Law.at(family, edges, np.array([effort]))
    p = np.maximum(law.p[0], 1e-290)
    others = [chances(family, edges, d)[0] for d in deviations]
    return law.p[0], np.array([np.ones_like(p), law.mean[0], *(1 - np.minimum(o / p, 1e280) for o in others)])


def _needs(family, effort, deviations):
    """What the rows must come to: u₀ + c, c′ qr/q′, c − c(d); and what the effort is worth."""
    problem, ev = family.problem, family.evidence
    cost = float(problem.cost.cost(effort))
    least = max(problem.outside, problem.floor_utility)
    slope = (
        float(problem.cost.slope(effort))
        / float(ev.slope(effort))
        * float(ev.success(effort) * ev.failure(effort))
    )
    others = [cost - float(problem.cost.cost(d)) for d in deviations]
    return np.array([least + cost, slope, *others]), float(problem._value(effort))


def _lowest(family):
    floor = family.problem.floor_utility
    return float(family.problem.utility.marginal_wage(floor)) if np.isfinite(floor) else 0.0


def _utility(family, x):
    lowest, utility = _lowest(family), family.problem.utility
    return np.where(
        x > lowest, utility.utility_at(np.where(x > lowest, x, lowest + 1.0)), family.problem.floor_utility
    )
