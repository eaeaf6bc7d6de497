"""Pay in a straight line, cut at the floor if there is one: two equations fix it, for many efforts at once.

For x passes, and an effort η with pass probability q = q(η), the pay is

    w(x) = max(w_floor, ℓ(x)),    ℓ(x) = centre + slope·(x/n − q);    without a floor w = ℓ.

`centre` is the wage on the line at the expected count nq, so base = centre − slope·q. These are two numbers: two equations fix them.
With P_k = P(X = k) at η, the score s_k = (k − nq)/√(nq(1 − q)) in standard deviations, and √(n𝓘) = q′√(n/(q(1 − q))), they are two of

    "local"    Σ P_k s_k u(w_k) = c′(η)/√(n𝓘)                 the effort is stationary: d/dη E u(w) = c′(η)
    "mean"     Σ P_k u(w_k) = target                           with ū as target: participation, and no rent
    "shirk"    Σ (P_k − P_k(e)) u(w_k) = c(η) − c(e)           the agent is indifferent to the effort e, the target
    "knot"     ℓ(target) = w_floor                             the line leaves the floor at the target, a real count

each with one target a row. Newton's method in (centre, slope) solves them, damped so that the slope stays positive and every wage one that
the utility knows. Utilities are measured from one at the line (`reference`): a floor far below would eat all digits of the sums. Those run
over the nodes of `annolib.numerics.count_sums`, whose first node, k = NaN, is the lump: all counts at which the floor is paid.

A line that solves two equations is a candidate, no more: `annolib.contracts.linear.family` says which two may hold at the cheapest line, and
throws out lines under which the agent does something else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.numerics.binomials import ALL, at_certainty
from annolib.numerics.count_sums import Rows, derivatives

_STEPS = 30  # of Newton's method at most
_STALE = 3  # steps in a row that gain little before a small residual counts as rounding
_ENDLESS = 1e6  # a Newton step of so many times the line's size
_FEW = 60  # with so few checks a line that is cut at the start may have one count above the floor only


@dataclass(frozen=True, eq=False)
class LineBatch:
    """Lines, one an effort; arrays (rows,). Where `gap` is infinite no line was found.

    Attributes
    ----------
    effort, gap, rent : what the line implements, what it loses on the first best (`Problem.gap`), E u(w) − ū
    centre, slope : the line
    residual : largest error of its two equations, relative to their size
    steps : Newton steps
    shirking : the effort the agent is kept indifferent to, NaN if none
    """

    effort: np.ndarray
    gap: np.ndarray
    rent: np.ndarray
    centre: np.ndarray  # wage on the line at X = n·q
    slope: np.ndarray
    residual: np.ndarray
    steps: np.ndarray
    shirking: np.ndarray

    @classmethod
    def none(cls, effort):
        """No line for any of these efforts."""
        unknown = np.full(effort.shape, np.nan)
        steps = np.zeros(effort.shape, int)
        return cls(effort, np.full(effort.shape, np.inf), *([unknown] * 4), steps, unknown)

    def take(self, index):
        """Some of the rows."""
        return LineBatch(**{name: value[index] for name, value in self.__dict__.items()})

    def better(self, other, where=True):
        """Row by row the line with the smaller gap of the two (`other` only where allowed)."""
        pick = where & (other.gap < self.gap)
        return LineBatch(
            **{name: np.where(pick, other.__dict__[name], value) for name, value in self.__dict__.items()}
        )

    def excluding(self, where):
        """The same lines, some of them marked as none."""
        return replace(self, gap=np.where(where | np.isnan(self.gap), np.inf, self.gap))


@dataclass(frozen=True, eq=False)
class LineEquations:
    """Lines for one problem, evidence and n; a problem without a floor leaves them uncut."""

    problem: object
    evidence: object
    n: int
    best: object

    @property
    def _lowest(self):
        """The wage that a line meets at its knot: the floor, or the least wage that the utility knows."""
        return self.problem.utility.lowest_wage if self.problem.floor is None else self.problem.floor

    def rows(self, effort):
        """The laws of the counts at these efforts."""
        return Rows.at(self.n, self.evidence.success(effort), self.evidence.failure(effort))

    def kink(self, q, centre, slope):
        """The real count x with ℓ(x) = w_floor, at which each line leaves the floor; NaN without a floor."""
        if self.problem.floor is None:
            return np.full(np.shape(centre), np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.n * (q + (self.problem.floor - centre) / slope)

    def reference(self, centre):
        """The wage from which utilities are measured: the one at the expected count, or the floor if that is higher."""
        return centre if self.problem.floor is None else np.maximum(centre, self.problem.floor)

    def offsets(self, q, centre, slope, nodes):
        """w(x) − `reference` at the counts (NaN: the lump, which earns the floor), and where the line is above the floor."""
        step = slope * (nodes - self.n * q) / self.n
        if self.problem.floor is None:
            return np.where(np.isnan(step), 0.0, step), ~np.isnan(step)
        above = step > self.problem.floor - centre
        reference = self.reference(centre)
        return np.where(above, step + (centre - reference), self.problem.floor - reference), above

    def expected(self, rows, q, centre, slope):
        """Σ P (u(wage) − u(reference)) under the laws of `rows` for lines described at pass probabilities q."""
        law = rows.law(self.kink(q, centre, slope))
        step, _ = self.offsets(q[:, None], centre[:, None], slope[:, None], law.nodes)
        return (law.p * self.problem.utility.utility_rise(self.reference(centre)[:, None], step)).sum(axis=1)

    def moment(self, line, effort, order=0):
        """E u(wage) of one line at efforts of any shape (order 0), or its first or second derivative in q."""
        effort = np.asarray(effort, dtype=float)
        many = LineBatch(**{name: np.full(effort.size, value) for name, value in line.__dict__.items()})
        if order == 0:
            q, base = (
                self.evidence.success(many.effort),
                self.problem.utility.utility(self.reference(line.centre)),
            )
            value = self.expected(self.rows(effort.ravel()), q, many.centre, many.slope) + base
        else:
            value = self.derivatives(many, effort.ravel())[order - 1]
            sure = self.evidence.failure(effort.ravel()) == 0
            if sure.any():
                value[sure] = at_certainty(self.n, self.utility_at(line), order)
        return value.reshape(effort.shape)

    def derivatives(self, lines, effort):
        """First and second derivative in q of E u(wage) of each line at the effort beside it."""
        rows = self.rows(effort)
        law, rise, _, _ = self.utilities_and_slopes(
            rows, self.evidence.success(lines.effort), lines.centre, lines.slope
        )
        lump = rise[
            :, :1
        ]  # measured from the floor, or from the mean where nothing is cut (a floor far below would eat all digits)
        level = np.where(law.p[:, :1] > 0, lump, (law.p * rise).sum(axis=1)[:, None])
        return derivatives(
            rows, law, np.where(np.isnan(law.nodes), np.where(law.p > 0, rise, level), rise) - level
        )

    def nearby_deviation(self, lines, other):
        """One Newton step from each other effort e to the most tempting one near it; unchanged where there is none inside.

        The agent's payoff W(e) = E u(w) − c(e) has W′ = q′ dE/dq − c′ and W″ = q′² d²E/dq² + q″ dE/dq − c″. The step −W′/W″ is taken
        where W is concave, at most half the way to 0 or to 1.
        """
        ev, cost = self.evidence, self.problem.cost
        first, second = self.derivatives(lines, other)
        slope = ev.slope(other)
        bend = ev.power * (ev.power - 1) * ev.gain * other ** max(ev.power - 2, 0)
        step = -(first * slope - cost.slope(other)) / (
            second * slope**2 + first * bend - cost.curvature(other)
        )
        best = (first * slope - cost.slope(other)) * step > 0  # uphill: the payoff is concave there
        return np.where(best, np.clip(other + step, other / 2, (1 + other) / 2), other)

    def utility_at(self, line):
        """u(wage) of one line as a function of counts."""
        q, reference = self.evidence.success(line.effort), self.reference(line.centre)
        base = float(self.problem.utility.utility(reference))

        def at(counts):
            step, _ = self.offsets(q, line.centre, line.slope, counts)
            return base + self.problem.utility.utility_rise(reference, step)

        return at

    def payoff(self, line, effort):
        """What the agent gets from one line at each effort."""
        return self.moment(line, effort) - self.problem.cost.cost(effort)

    def gains(self, lines, others):
        """What the agent gains by each other effort, shape (rows, others)."""
        q, cost = self.evidence.success(lines.effort), self.problem.cost.cost
        others = np.asarray(others, dtype=float)
        own = self.expected(self.rows(lines.effort), q, lines.centre, lines.slope) - cost(lines.effort)
        if self.n <= ALL:  # every count is a node, whatever the effort
            law = self.rows(others).plain[0]
            step, _ = self.offsets(q[:, None], lines.centre[:, None], lines.slope[:, None], law.nodes[:1])
            each = self.problem.utility.utility_rise(self.reference(lines.centre)[:, None], step) @ law.p.T
        else:
            same = np.zeros(q.size, int)
            each = [self.expected(self.rows(x).take(same), q, lines.centre, lines.slope) for x in others]
            each = np.array(each).T
        return each - cost(others) - own[:, None]

    def utilities_and_slopes(self, rows, q, centre, slope):
        """What all equations are sums of, under the laws of `rows` for lines described at pass probabilities q.

        The law; u(w) − u(reference) at its nodes; its derivatives in (centre, slope), u′(w)·(1, x/n − q) above the floor and 0 on it;
        and those of the wage, (1, x/n − q) and 0.
        """
        utility, reference = self.problem.utility, self.reference(centre)
        law = rows.law(self.kink(q, centre, slope))
        step, above = self.offsets(q[:, None], centre[:, None], slope[:, None], law.nodes)
        rise = utility.utility_rise(reference[:, None], step)
        marginal = np.where(above, 1 / utility.marginal_wage(utility.utility(reference)[:, None] + rise), 0.0)
        share = np.where(above, (law.nodes - self.n * q[:, None]) / self.n, 0.0)
        return law, rise, (marginal, marginal * share), (above, share)

    def solve(self, effort, first, second, start=None):
        """Solve two equations, each (kind, targets), for arrays of efforts; a LineBatch.

        Newton's method from `start`, (centre, slope) of lines near by, or from `_first_guess`. A row ends when its residual is rounding:
        below 1e-12 and no longer falling, or below 1e-9 and stale for `_STALE` steps. It is given up where the two equations do not
        differ (no determinant), or where nothing can be evaluated.
        """
        effort = np.asarray(effort, dtype=float)
        equations = [(kind, np.broadcast_to(target, effort.shape)) for kind, target in (first, second)]
        rows, others = self.rows(effort), [None, None]
        for i, (kind, target) in enumerate(equations):
            if kind == "shirk":
                different, index = np.unique(target, return_inverse=True)
                others[i] = self.rows(different).take(index)
        centre, slope = self._first_guess(effort, equations) if start is None else start
        centre, slope = centre.astype(float), slope.astype(float)
        error, steps = np.full(effort.shape, np.inf), np.zeros(effort.shape, int)
        index = np.flatnonzero(np.isfinite(centre) & np.isfinite(slope) & (slope > 0) & (rows.q * rows.r > 0))
        old, stale = np.full(effort.shape, np.inf), np.zeros(effort.shape, int)
        for round_ in range(_STEPS):
            if not index.size:
                break
            part = [(kind, target[index]) for kind, target in equations]
            away = [other if other is None else other.take(index) for other in others]
            residual, sizes, jacobian = self._newton_parts(
                rows.take(index), effort[index], centre[index], slope[index], part, away
            )
            now = np.max(np.abs(residual) / sizes, axis=1)
            lost = ~np.isfinite(now) | ~np.isfinite(jacobian).all(axis=(1, 2))
            determinant = jacobian[:, 0, 0] * jacobian[:, 1, 1] - jacobian[:, 0, 1] * jacobian[:, 1, 0]
            lost |= ~(np.abs(determinant) > 0)
            error[index] = np.where(lost, np.inf, now)
            steps[index] = round_ + 1
            stale[index] = np.where(now > 0.3 * old[index], stale[index] + 1, 0)
            done = (now < 2e-16) | ((now < 1e-12) & (now > 0.3 * old[index]))
            done |= (now < 1e-9) & (stale[index] >= _STALE)  # as exact as the sums are
            old[index] = np.minimum(old[index], now)
            go = ~(done | lost)
            index, step = index[go], self._step(residual[go], jacobian[go], determinant[go])
            move = self._damped(rows.q[index], centre[index], slope[index], step)
            centre[index] += move[:, 0]
            slope[index] += move[:, 1]
            if self.problem.floor is None:
                index = index[~self._hopeless(centre[index], slope[index], step, move)]
        return self._batch(rows, effort, centre, slope, error, steps, equations)

    @staticmethod
    def _hopeless(centre, slope, step, move):
        """Uncut lines that have nowhere to go: the equations do not differ (a steeper line in proportion pays log utility the same
        incentives), or the least wage that the utility knows stops every step.
        """
        size = np.abs(centre) + slope
        wanted, taken = (np.max(np.abs(each), axis=1) / size for each in (step, move))
        return (wanted > _ENDLESS) | ((taken < 1e-14) & (wanted > 1e-8))

    @staticmethod
    def _step(residual, jacobian, determinant):
        """−J⁻¹·residual, row by row."""
        (a, b), (c, d) = jacobian.transpose(1, 2, 0)
        x, y = residual.T
        return np.array([b * y - d * x, c * x - a * y]).T / determinant[:, None]

    def _damped(self, q, centre, slope, move):
        """Steps cut so that the slope neither vanishes nor more than doubles, and the lowest wage stays one that is known."""
        lowest, floor = self.problem.utility.lowest_wage, self.problem.floor
        up, steeper = move.T
        size = np.minimum(1.0, np.where(steeper < 0, 0.8, 1.0) * slope / np.maximum(np.abs(steeper), 1e-300))
        if floor is None and np.isfinite(lowest):
            room, fall = centre - q * slope - lowest, q * steeper - up
            size = np.where(fall > 0, np.minimum(size, 0.9 * room / np.maximum(fall, 1e-300)), size)
        return move * size[:, None]

    def _first_guess(self, effort, equations):
        """A line through the wage that pays for the effort, as steep as the local incentive asks for."""
        problem, utility = self.problem, self.problem.utility
        level = np.maximum(problem.reservation(effort), problem.floor_utility)
        for kind, target in equations:
            if kind == "mean":
                level = np.where(target < utility.highest, target, level)
            if kind == "knot":
                return self._from_knot(effort, target)
        centre = utility.wage(level)
        slope = problem.cost.slope(effort) / self.evidence.slope(effort) * utility.marginal_wage(level)
        lowest = utility.lowest_wage if problem.floor is None else problem.floor
        if np.isfinite(lowest) and (
            problem.floor is None or self.n <= _FEW
        ):  # begin with every wage above it
            flat = 0.95 * (centre - lowest) / self.evidence.success(effort)
            slope = np.where(flat > 0, np.minimum(slope, flat), slope)
        return centre, slope

    def _from_knot(self, effort, knot):
        """The line from a knot whose local incentive would do if utility were as steep everywhere as at the floor.

        u(w) − u(w_floor) ≤ u′(w_floor)(w − w_floor), since u is concave: so this slope is too small, and Newton's method rises to the
        smallest that does.
        """
        rows, floor = self.rows(effort), self.problem.floor
        law, q, r = rows.law(knot), rows.q, rows.r
        with np.errstate(invalid="ignore"):
            over = np.maximum(np.nan_to_num(law.nodes, nan=-1.0) - knot[:, None], 0.0) / self.n
        goal = self.problem.cost.slope(effort) / (self.evidence.slope(effort) * np.sqrt(self.n / (q * r)))
        marginal = self.problem.utility.marginal_wage(self.problem.floor_utility)
        slope = goal * marginal / (law.scored * over).sum(axis=1)
        return floor + slope * (q - knot / self.n), slope

    def _newton_parts(self, rows, effort, centre, slope, equations, others):
        """Residuals of the equations as the file's top has them, left side minus right; their sizes; the Jacobian in (centre, slope)."""
        cost, n, q, r = self.problem.cost, self.n, rows.q, rows.r
        law, rise, moves, _ = self.utilities_and_slopes(rows, q, centre, slope)
        residual, sizes, jacobian = [], [], []
        for (kind, target), other in zip(equations, others, strict=True):
            if kind == "local":
                goal = cost.slope(effort) / (self.evidence.slope(effort) * np.sqrt(n / (q * r)))
                value, row = (
                    (law.scored * rise).sum(axis=1),
                    [(law.scored * move).sum(axis=1) for move in moves],
                )
                size = np.abs(goal) + 1e-300
            elif kind == "knot":
                share = target / n - q
                value, goal, row = centre + slope * share, self._lowest, [np.ones_like(q), share]
                size = np.maximum(np.abs(centre), slope)
            else:
                value, row = (law.p * rise).sum(axis=1), [(law.p * move).sum(axis=1) for move in moves]
                goal = target - self.problem.utility.utility(self.reference(centre))
                size = np.maximum(np.abs(target), 1e-3)
                if kind == "shirk":
                    far_law, far_rise, far_moves, _ = self.utilities_and_slopes(other, q, centre, slope)
                    value = value - (far_law.p * far_rise).sum(axis=1)
                    row = [a - (far_law.p * move).sum(axis=1) for a, move in zip(row, far_moves, strict=True)]
                    goal = cost.cost(effort) - cost.cost(target)
                    size = np.maximum(np.abs(goal), 1e-3)
            residual.append(value - goal)
            sizes.append(size)
            jacobian.append(row)
        return np.array(residual).T, np.array(sizes).T, np.array(jacobian).transpose(2, 0, 1)

    def _batch(self, rows, effort, centre, slope, error, steps, equations):
        """What the lines earn: rent = E u(w) − ū, and the gap. None where an equation is off by 1e-9, or a wage does not exist."""
        law, rise, _, _ = self.utilities_and_slopes(rows, rows.q, centre, slope)
        wanted = self.problem.reservation(effort)
        mean = (law.p * rise).sum(axis=1)
        rent = self.problem.utility.utility(self.reference(centre)) + mean - wanted
        kinds = [kind for kind, _ in equations]
        if "mean" in kinds:
            rent = np.where(np.abs(rent) < 1e-12, 0.0, rent)
        paid = np.maximum(rent, 0.0)
        gap = self.problem.gap(self.best, effort, paid, wanted + paid, law.p, rise - mean[:, None])
        found = (error < 1e-9) & np.isfinite(gap) & self._bearable(rows.q, centre, slope)
        shirking = dict(equations).get("shirk", np.full(effort.shape, np.nan))
        return LineBatch(effort, np.where(found, gap, np.inf), rent, centre, slope, error, steps, shirking)

    def described(self, effort, centre, slope):
        """What these lines earn at these efforts, a LineBatch: no equation is solved."""
        rows, nothing = self.rows(effort), np.zeros(effort.shape)
        return self._batch(rows, effort, centre, slope, nothing, nothing.astype(int), [("given", 0.0)] * 2)

    def _bearable(self, q, centre, slope):
        """Without a floor no pass at all, however rare, must earn a wage that the utility knows."""
        if self.problem.floor is not None:
            return np.ones(q.shape, bool)
        return centre - q * slope >= self.problem.utility.lowest_wage - 1e-12 * slope

    def wage_slope(self, effort, centre, slope):
        """dE w/dE u along the lines that keep the local incentive, and how far the line's own is off, relative to c′/√(n𝓘).

        With a, b the derivatives of Σ P s u(w) in (centre, slope) and c, d those of Σ P u(w), (−b, a)/(ad − bc) is the direction that
        keeps the first and raises the second by 1. Where dE w/dE u < 0 a richer agent costs less; a floor can make that happen.
        """
        rows = self.rows(effort)
        law, rise, moves, (above, share) = self.utilities_and_slopes(rows, rows.q, centre, slope)
        (a, b), (c, d) = ([(weight * move).sum(axis=1) for move in moves] for weight in (law.scored, law.p))
        per_rent = np.array([-b, a]) / (a * d - b * c)
        lifted = (law.p * above).sum(axis=1), (law.p * share).sum(axis=1)
        goal = self.problem.cost.slope(effort) / (
            self.evidence.slope(effort) * np.sqrt(self.n / (rows.q * rows.r))
        )
        return per_rent[0] * lifted[0] + per_rent[1] * lifted[1], (law.scored * rise).sum(axis=1) / goal - 1

    def at_stationary_wage(self, effort, start, steps=9):
        """Lines at which `wage_slope` is 0, so that neither more nor less rent is cheaper: Newton's method by differences; a LineBatch.

        The expected wage is stationary there, so an error of 1e-6 in the rent costs 1e-12; the local incentive is then met exactly.
        """
        effort, m = np.asarray(effort, dtype=float), np.size(effort)
        centre, slope = (np.array(x, dtype=float) for x in start)
        three = np.tile(effort, 3)
        for _ in range(steps):
            shift = np.array([1e-6 * (np.abs(centre) + slope), 1e-6 * slope])
            at = (
                np.concatenate([centre, centre + shift[0], centre]),
                np.concatenate([slope, slope, slope + shift[1]]),
            )
            values = np.array(self.wage_slope(three, *at)).reshape(2, 3, m)
            jacobian = ((values[:, 1:] - values[:, :1]) / shift).transpose(2, 0, 1)
            determinant = jacobian[:, 0, 0] * jacobian[:, 1, 1] - jacobian[:, 0, 1] * jacobian[:, 1, 0]
            move = self._damped(
                self.evidence.success(effort),
                centre,
                slope,
                self._step(values[:, 0].T, jacobian, determinant),
            )
            centre, slope = centre + move[:, 0], slope + move[:, 1]
            if not np.any(np.abs(move[:, 1]) > 1e-7 * slope):
                break
        rows = self.rows(effort)
        law, rise, _, _ = self.utilities_and_slopes(rows, rows.q, centre, slope)
        mean = self.problem.utility.utility(self.reference(centre)) + (law.p * rise).sum(axis=1)
        return self.solve(effort, ("local", 0.0), ("mean", mean), (centre, slope))
