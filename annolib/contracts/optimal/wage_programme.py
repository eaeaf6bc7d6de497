"""Any pay for a risk-neutral agent, by linear programmes: the cheapest wages of one effort, and what every other effort earns at most.

What is paid above the floor for k passes is v_k ≥ 0. For one effort η the cheapest pay is a linear programme in the v_k:

    minimise M = Σ P_k v_k   subject to   f + M ≥ max(u₀, f) + c(η),   Σ P_k (k − nq) v_k = c′(η) qr/q′,
                                          M − Σ P_k(d) v_k ≥ c(η) − c(d)  for every other effort d.

The last are infinitely many: those that tempt are added until none does. A bonus for a perfect record solves it where the agent has no use
for more effort (`annolib.contracts.optimal.risk_neutral`). Where he has, pay must be less convex in the checks, and several deviations bind at once.

**What other efforts earn.** Prices λ, β, ν_d of the programme give a bound for *any* effort at which no count is worth more than it costs,

    x_k = λ + β(k − nq) + Σ ν_d (1 − P_k(d)/P_k(η)) ≤ 1   for every k;

it is that of `annolib.contracts.optimal.price_lines`, whose sum over counts is then 0. The prices move with q such that at every count that is paid
x_k stays 1 to first order (as many counts as prices, so that a linear system gives their slopes). On a box of efforts x_k then exceeds 1 by
something of second order in the width, bounded by x_k at the middle and its second derivative: with R = P_k(d)/P_k(η) and s the score,
R″ = (s² − s′)R > 0. All prices are divided by that little. So the bound is that of a parabola, and few boxes are left to cut.

A programme that no pay meets is made feasible by a shortfall at a high price: its prices show that the effort is too dear.

References
----------
R. Innes, Journal of Economic Theory 52 (1990), doi:10.1016/0022-0531(90)90066-S. Programmes in wages: S. Grossman, O. Hart, Econometrica 51 (1983),
doi:10.2307/1912246. Cutting planes: J. E. Kelley, SIAM J. 8 (1960), doi:10.1137/0108053.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linprog

from annolib.contracts.incentives.deviations import most_tempting_deviation
from annolib.contracts.optimal.price_lines import PriceLine
from annolib.numerics.binomials import log_pmf

MOST = 20_000  # checks up to which all counts are looked at
_ROUNDS = 60  # of deviations and counts added
_ADDED, _COLUMNS = 40, 400  # counts at once, and to begin with
_GAIN = 1e-12  # of what a deviation may gain, of the scale of pay
_LARGEST = 600.0  # e^600 is a number
# A unit of a constraint that is missing costs so much: no price of a constraint is higher. The first does for most efforts; where something
# is still missing at the second, the effort costs a million times what it is worth.
_DEAR = (1e3, 1e6)
# Prices that are large bend much in effort, so that a bound holds on narrow boxes only. Where an effort earns less than the best by this share
# of profit, lower limits of the prices are tried that show as much.
_CALM, _MUCH = (3.0, 10.0, 30.0, 100.0), 1e-2
_BUDGET = 200  # programmes for one proof
_ROUNDING = 1e-15  # of prices
_CUTS = 2, 8  # parts into which a box is cut
_NARROW = 1e-13  # boxes that are not cut
_ABOVE = 1e-9  # of effort, above a kink
_SAME = 1e-7  # deviations so close that one of them does
_TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True)
class Agent:
    """A risk-neutral agent with a floor and n checks: what the price lines ask of a family."""

    problem: object
    evidence: object
    n: int
    best: object

    @property
    def need(self):
        """What the agent expects at least above the floor, but for the cost of effort."""
        return max(self.problem.outside, self.problem.floor_utility) - self.problem.floor_utility

    def log_ratio(self, effort, others, k):
        """log P_k(d)/P_k(η), (D, K)."""
        ev = self.evidence
        q, r = float(ev.success(effort)), float(ev.failure(effort))
        others = np.asarray(others, dtype=float)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            up, down = np.log(ev.success(others) / q), np.log(ev.failure(others) / r)
            return np.where(k > 0, k * up, 0.0) + np.where(k < self.n, (self.n - k) * down, 0.0)

    def kind_of(self, effort):
        """How c′ binds: both ways inside, only from below at full effort or at a kink of the cost; and c′ from the left.

        That a kink is not asked for too much (c′ from the right) is left to the deviations above it.
        """
        kinked = min((abs(effort - x) for x in self.problem.cost.kinks), default=1.0) < 1e-12
        return kinked or effort >= 1, float(self.problem.cost.slope(effort))


@dataclass(frozen=True, eq=False)
class CheapestWages:
    """The cheapest pay for one effort.

    Attributes
    ----------
    effort, mean : float
        η, and M = Σ P_k v_k, what is paid above the floor.
    counts, mass : arrays
        The counts that are paid, and P_k v_k of each.
    participation, incentive : float
        λ and β.
    shirking, deviations : tuple
        ν_d and the efforts d that bind.
    short : (float, float)
        What is missing of the constraints, and what the local incentive is too much: 0 if pay implements the effort.
    least : float
        What pay costs at least above the floor, the value of the prices.
    gain : float
        What the most tempting deviation gains.
    """

    agent: Agent
    effort: float
    mean: float
    counts: np.ndarray
    mass: np.ndarray
    participation: float
    incentive: float
    shirking: tuple
    deviations: tuple
    short: tuple
    least: float
    gain: float
    rounds: int = 1
    slopes: np.ndarray = field(default=None, repr=False)

    @property
    def fair(self):
        """Does the pay implement the effort?"""
        return sum(self.short) <= 0 and self.gain <= 1e-10 * (1 + self.mean)

    def expected(self, efforts):
        """Σ P_k(e) v_k at efforts of any shape."""
        efforts = np.asarray(efforts, dtype=float)
        log = self.agent.log_ratio(self.effort, efforts.ravel(), self.counts)
        with np.errstate(over="ignore", invalid="ignore"):
            return (np.exp(np.minimum(log, _LARGEST)) * self.mass).sum(axis=1).reshape(efforts.shape)

    def utilities(self):
        """v_k + f of every count."""
        agent = self.agent
        ev, n = agent.evidence, agent.n
        v = np.full(n + 1, float(agent.problem.floor_utility))
        log_p = log_pmf(self.counts, n, float(ev.success(self.effort)), float(ev.failure(self.effort)))
        v[self.counts.astype(int)] += self.mass * np.exp(-log_p)
        return v

    def line(self):
        """The price line that starts here."""
        ev, n = self.agent.evidence, self.agent.n
        q, r = float(ev.success(self.effort)), float(ev.failure(self.effort))
        k = self.counts
        ratio = np.exp(np.minimum(self.agent.log_ratio(self.effort, self.deviations, k), _LARGEST))
        shirking = np.array(self.shirking)
        slopes = np.zeros(2 + shirking.size)
        if q * r > 0 and k.size:
            score, spread = (k - n * q) / (q * r), np.sqrt(n * q * r)
            rows = np.vstack([np.ones(k.size), (k - n * q) / spread, 1 - ratio]).T
            free = np.r_[self.participation > 0, self.incentive != 0, shirking > 0]
            target = n * self.incentive - (shirking[:, None] * score * ratio).sum(axis=0)
            missing = np.array([np.ones(free.size), -np.eye(free.size)[1]])[np.array(self.short) > 0]
            rows, target = np.vstack([rows, missing]), np.r_[target, np.zeros(len(missing))]
            slopes[free] = np.linalg.lstsq(rows[:, free], target, rcond=1e-12)[0]
            slopes[1] /= spread
        return NeutralLine(
            self.agent, self.effort, (self.participation, slopes[0]), (self.incentive, slopes[1]), shirking, slopes[2:],
            tuple(self.deviations),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class NeutralLine(PriceLine):
    """Prices affine in q of a risk-neutral agent's programme; on each box divided by what makes them fit every count."""

    @property
    def _level(self):
        return self.family.problem.floor_utility

    def _pieces(self, low, high):
        return iter(())

    def ceilings(self, low, high):
        """An upper bound of profit on each box of efforts, and the bound's value at its middle: arrays (B,)."""
        size = _ROUNDING * (
            1 + self.participation[0] + float(np.sum(self.shirking))
        )  # of x_k, which is 1 where paid
        by = np.maximum(self.highest(low, high) + size, 1.0)
        fair = np.isfinite(by) & self.allowed(low) & self.allowed(high)
        by = np.where(fair, by, 1.0)
        flat = replace(
            self, effort=np.full(low.size, self.effort), participation=tuple(x / by for x in self.participation),
            incentive=tuple(x / by for x in self.incentive), shirking=self.shirking / by[:, None],
            shirking_slopes=self.shirking_slopes / by[:, None],
        )  # fmt: skip
        top, value = PriceLine.ceilings(flat, low, high)
        return np.where(fair, top, np.inf), np.where(fair, value, np.inf)

    def highest(self, low, high):
        """An upper bound of x_k over all counts on each box, (B,), where λ and ν are not negative (`allowed`)."""
        ev, n = self.family.evidence, self.family.n
        k = np.arange(n + 1.0)
        z = (low**ev.power + high**ev.power) / 2
        q_low, q, q_high = ev.success(low), ev.at_no_effort + ev.gain * z, ev.success(high)
        middle = z ** (1 / ev.power)
        out = np.empty(low.size)
        for i in range(low.size):
            out[i] = self._highest_of_one(k, (low[i], middle[i], high[i]), (q_low[i], q[i], q_high[i]))
        return out

    def _highest_of_one(self, k, efforts, qs):
        """The same on one box: a parabola in q from its middle, or every term by itself at its largest, whichever is lower."""
        n, agent = self.family.n, self.family
        half = (qs[2] - qs[0]) / 2
        (a, b, v), (a_low, b_low, v_low), (a_high, b_high, v_high) = (
            self.prices(np.float64(q)) for q in (qs[1], qs[0], qs[2])
        )
        steps = [k - n * q for q in qs]
        turns = np.asarray(self.shirking_slopes)
        r = [float(agent.evidence.failure(x)) for x in efforts]
        with np.errstate(all="ignore"):
            scores = [
                np.where(k > 0, k / q, 0.0) - np.where(k < n, (n - k) / x, 0.0)
                for q, x in zip(qs, r, strict=True)
            ]
            bends = [
                np.where(k > 0, k / q**2, 0.0) + np.where(k < n, (n - k) / x**2, 0.0)
                for q, x in zip(qs, r, strict=True)
            ]
            x_mid = a + b * steps[1]
            slope = self.participation[1] + self.incentive[1] * steps[1] - n * b
            plain = np.maximum(a_low, a_high) + np.maximum(b_low * steps[0], b_high * steps[2])
            plain = plain + abs(self.incentive[1]) * n * (qs[2] - qs[0]) ** 2 / 4
            bend = np.full(k.size, -2 * n * self.incentive[1])
            least_square = np.where(
                scores[0] * scores[2] <= 0, 0.0, np.minimum(scores[0] ** 2, scores[2] ** 2)
            )
            least_bend = np.minimum(bends[0], bends[2]) if n else 0.0
            least_bend = np.where(
                (scores[0] > 0) & (scores[2] < 0),
                np.minimum(least_bend, n**3 / np.maximum(k * (n - k), 1)),
                least_bend,
            )
            for j, d in enumerate(self.deviations):
                logs = [agent.log_ratio(x, [d], k)[0] for x in efforts]
                ratio = np.exp(np.minimum(logs[1], _LARGEST))
                x_mid = x_mid + v[j] * (1 - ratio)
                slope = slope + turns[j] * (1 - ratio) + v[j] * scores[1] * ratio
                peaked = np.minimum(
                    logs[0], logs[2]
                )  # R is least where the count is the mean, else at an end
                inside = (k > n * qs[0]) & (k < n * qs[2])
                if inside.any():
                    share = k[inside] / n
                    own = np.where(share > 0, k[inside] * np.log(share), 0) + np.where(
                        share < 1, (n - k[inside]) * np.log1p(-share), 0
                    )
                    at_d = k[inside] * np.log(float(agent.evidence.success(d))) + (n - k[inside]) * np.log(
                        float(agent.evidence.failure(d))
                    )
                    peaked[inside] = np.minimum(peaked[inside], at_d - own)
                small, large = (
                    np.exp(np.minimum(peaked, _LARGEST)),
                    np.exp(np.minimum(np.maximum(logs[0], logs[2]), _LARGEST)),
                )
                least, most = min(v_low[j], v_high[j]), max(v_low[j], v_high[j])
                plain = plain + np.maximum(most * (1 - small), least * (1 - small))
                push = 2 * np.maximum(turns[j] * scores[0], turns[j] * scores[2]) - least * (
                    least_square + least_bend
                )
                bend = bend + np.where(push > 0, push * large, push * small)
            curved = x_mid + np.abs(slope) * half + np.maximum(bend, 0.0) / 2 * half**2
            curved = np.where(np.isnan(curved), np.inf, curved)
        top = np.fmin(curved, np.where(np.isnan(plain), np.inf, plain))
        return float(np.max(top))


def cheapest_wages(agent, effort, deviations=(0.0,)):
    """The cheapest pay for one effort, deviations and counts added until none tempts and none would save."""
    for dear in _DEAR:
        found = _cheapest(agent, float(effort), tuple(deviations), dear)
        if found is None or sum(found.short) <= 0:
            break
    return found


def _cheapest(agent, effort, deviations, dear, rounds=_ROUNDS):
    problem, ev, n = agent.problem, agent.evidence, agent.n
    q, r = float(ev.success(effort)), float(ev.failure(effort))
    if not q * r > 0:
        return None
    spread = np.sqrt(n * q * r)
    one_sided, marginal = agent.kind_of(effort)
    cost = float(problem.cost.cost(effort))
    local = marginal * q * r / float(ev.slope(effort)) / spread
    all_counts = np.arange(n + 1.0)
    columns = np.unique(np.round(np.linspace(0, n, min(_COLUMNS, n + 1))))
    unit = max(cost + agent.need, 1e-12)
    dev = sorted({float(d) for d in deviations if abs(d - effort) > _SAME})
    scale = 1 / np.sqrt(n * float(ev.information(effort)))
    found = None
    for round_ in range(1, rounds + 1):

        def rows_of(k, dev=dev):
            ratio = np.exp(np.minimum(agent.log_ratio(effort, dev, k), _LARGEST))
            return np.vstack([np.ones(k.size), (k - n * q) / spread, 1 - ratio])

        targets = np.r_[agent.need + cost, local, cost - problem.cost.cost(np.array(dev))] / unit
        rows = rows_of(columns)
        missing = np.r_[1.0, 1.0, np.ones(len(dev))][:, None]
        whole = np.hstack([rows, missing])
        price = np.r_[np.ones(columns.size), dear]
        if not one_sided:  # the local incentive may be missed from above too
            whole, price = np.hstack([whole, np.eye(whole.shape[0])[:, [1]] * -1.0]), np.r_[price, dear]
        size = np.maximum(np.abs(whole).max(axis=0), 1.0)
        scaled = whole / size
        signed = np.r_[True, one_sided, np.ones(len(dev), dtype=bool)]
        solved = linprog(
            price / size, A_ub=-scaled[signed], b_ub=-targets[signed], A_eq=None if one_sided else scaled[[1]],
            b_eq=None if one_sided else targets[[1]], bounds=(0, None), method="highs-ds", options=_TIGHT,
        )  # fmt: skip
        if solved.status != 0:
            return found
        theta = np.empty(signed.size)
        theta[signed] = -solved.ineqlin.marginals
        if not one_sided:
            theta[1] = solved.eqlin.marginals[0]
        amount, theta = polished_vertex(scaled, price / size, targets, signed, solved.x, theta)
        amount = amount / size
        paid = np.flatnonzero(amount[: columns.size] > 0)
        short = (*(float(x) for x in amount[columns.size :]), 0.0)[:2]
        keep = np.flatnonzero(theta[2:] > 0)
        found = CheapestWages(
            agent, effort, float(amount[paid].sum() * unit), columns[paid], amount[paid] * unit, max(float(theta[0]), 0.0),
            float(theta[1] / spread), tuple(theta[2 + keep]), tuple(dev[j] for j in keep), short,
            float(theta @ targets * unit), np.inf, round_,
        )  # fmt: skip
        if columns.size <= n:
            worth = theta @ rows_of(all_counts)
            worst = np.argsort(-worth)[:_ADDED]
            new = np.setdiff1d(all_counts[worst[worth[worst] > 1 + 1e-10]], columns)
            if new.size:
                columns = np.union1d(columns, new)
                continue
        other, gain = most_tempting_deviation(
            lambda x, f=found: f.expected(x) - problem.cost.cost(x), effort, scale
        )
        found = replace(found, gain=float(gain))
        if (
            gain <= _GAIN * (1 + unit)
            or sum(short) > 1e-9
            or min((abs(other - d) for d in dev), default=1.0) < 1e-12
        ):
            break
        dev = sorted(
            {*(d for d in dev if theta[2 + dev.index(d)] > 0 or round_ < 4 or d in (0.0, 1.0)), float(other)}
        )
    return found


def polished_vertex(rows, price, targets, signed, amount, theta):
    """The vertex and the prices of a linear programme to rounding: what is active solved as equations.

    minimise price·x subject to rows·x ≥ targets where signed, else = , and x ≥ 0: rows (C, K), price (K,), targets and signed (C,), x (K,) and the
    prices θ (C,) as a solver found them.
    """
    paid = amount > 1e-11
    active = ~signed | (theta > 1e-12)
    with np.errstate(all="ignore"):
        block = rows[np.ix_(active, paid)]
        amount = np.where(paid, amount, 0.0)
        better = amount.copy()
        better[paid] += np.linalg.lstsq(block, targets[active] - block @ amount[paid], rcond=1e-13)[0]
        theta = np.where(active, theta, 0.0)
        prices = theta.copy()
        prices[active] += np.linalg.lstsq(block.T, price[paid] - block.T @ theta[active], rcond=1e-13)[0]
    if np.all(better[paid] >= 0) and np.all(np.isfinite(better)):
        amount = better
    if np.all(prices[signed] >= 0) and np.all(np.isfinite(prices)):
        theta = prices
    return amount, theta


def best_wages(agent, goal, tolerance, start=(), ceiling=None, at_full=None):
    """The most profitable wages that earn more than `goal`, and a bound of what any pay earns.

    Parameters
    ----------
    agent : Agent
    goal : float
        The profit that is known.
    tolerance : callable
        Of a profit: how much more is none.
    start : sequence of float
        Efforts to begin with.
    ceiling : callable, optional
        Another upper bound of profit on boxes of efforts (low, high).
    at_full : float, optional
        Such a bound at full effort, where no check fails then: only pay for a perfect record is worth having there.

    Returns
    -------
    CheapestWages or None, and float
        None if no wages earn more than `goal`; the bound is at most `goal`, or what the wages earn, by the tolerance where it is closed.
    """
    search = _Search(agent, goal, tolerance, ceiling)
    search.points(at_full)
    for effort in start:
        search.solve(effort)
    return search.run(start)


class _Search:
    """Boxes of efforts, the one with the highest bound cut next."""

    def __init__(self, agent, goal, tolerance, ceiling):
        self.agent, self.profit, self.tolerance, self.ceiling = agent, goal, tolerance, ceiling
        self.found, self.known, self.solved, self.at_points = None, {}, 0, -np.inf

    def points(self, at_full):
        """Full effort and the kinks of the cost: efforts by themselves, as the local incentive may be more than c′ there.

        The lines of other efforts may price it from above, and so are no bound at these points.
        """
        problem, cost = self.agent.problem, self.agent.problem.cost
        alone = [x for x in cost.kinks if x > cost.free_effort]
        if self.agent.evidence.failure(1.0) > 0:
            alone.append(1.0)
        else:
            self.at_points = np.inf if at_full is None else float(at_full)
        for effort in alone:
            self.solve(effort)
            bound = np.inf
            if effort in self.known:
                before_pay = float(problem._value(effort)) - float(
                    problem.utility.wage(problem.floor_utility)
                )
                one = self.known[effort][0]
                at = np.array([effort])
                fits = max(float(one.line().highest(at, at)[0]), 1.0)  # prices that fit every count
                bound = before_pay - one.least / fits
            self.at_points = max(self.at_points, bound)
            if effort < 1:  # what is asked just above is another matter
                self.solve(min(effort + _ABOVE, 1.0))

    @property
    def goal(self):
        return self.profit + self.tolerance(self.profit) / 2

    def solve(self, effort):
        """The programme of one effort, from the deviations of the nearest."""
        kinks = [x for x in self.agent.problem.cost.kinks if abs(x - effort) < _NARROW]
        effort = float(kinks[0] if kinks else effort)
        if effort in self.known:
            return
        near = min(self.known, key=lambda x: abs(x - effort), default=None)
        one = self.known.get(near)
        deviations = {0.0, *(() if one is None else one[0].deviations)}
        self.solved += 1
        found = cheapest_wages(self.agent, effort, tuple(deviations))
        if found is None:
            return
        problem = self.agent.problem
        before_pay = float(problem._value(effort)) - float(problem.utility.wage(problem.floor_utility))
        if found.fair and before_pay - found.mean > self.profit:
            self.profit, self.found = before_pay - found.mean, found
        self.known[effort] = found, self._calm(found, before_pay).line()

    def _calm(self, found, before_pay):
        """Where pay is much too dear, lower prices that show so too: they bend less. Else those of the programme."""
        slack = self.profit - (before_pay - found.least)
        if slack < _MUCH * max(abs(self.profit), found.least) or max(found.shirking, default=0.0) < _CALM[0]:
            return found
        for dear in _CALM:
            calm = _cheapest(self.agent, found.effort, found.deviations, dear, rounds=1)
            if calm is not None and before_pay - calm.least < self.profit - slack / 2:
                return calm
        return found

    def bounds(self, low, high, parent=np.inf):
        """The least bound on each box that the lines of the efforts solved next to it give, and whether its own middle is below the goal."""
        problem, agent = self.agent.problem, self.agent
        lowest = float(problem.utility.wage(problem.floor_utility)) + agent.need
        top = np.minimum(problem._value(high) - lowest - problem.cost.cost(low), parent)  # without any risk
        least = np.full(low.size, np.inf)
        if self.ceiling is not None:
            with np.errstate(all="ignore"):
                top = np.fmin(top, self.ceiling(low, high))
        efforts = np.array(sorted(self.known))
        for i in np.flatnonzero(top > self.goal):
            place = int(np.searchsorted(efforts, (low[i] + high[i]) / 2))
            for effort in efforts[max(place - 1, 0) : place + 1]:
                with np.errstate(all="ignore"):
                    bound, value = self.known[effort][1].ceilings(low[i : i + 1], high[i : i + 1])
                top[i], least[i] = np.fmin(top[i], bound[0]), np.fmin(least[i], value[0])
        return top, least

    def run(self, start):
        problem = self.agent.problem
        turns = [x for x in (*problem.cost.kinks, *start) if problem.cost.free_effort < x < 1]
        edges = np.unique([*np.linspace(problem.cost.free_effort, 1, 17), *turns])
        low, high = edges[:-1], edges[1:]
        top, least = self.bounds(low, high)
        boxes = [[t, v, a, b] for t, v, a, b in zip(top, least, low, high, strict=True)]
        for _ in range(20 * _BUDGET):
            boxes.sort(key=lambda box: box[0])
            if not boxes or not boxes[-1][0] > self.goal:
                break
            top, least, a, b = boxes[-1]
            if self.solved >= _BUDGET or b - a < _NARROW:
                break
            boxes.pop()
            middle, cut = (a + b) / 2, None
            if not least <= self.goal:
                before = self.profit
                self.solve(middle)
                cut = self.found.effort if self.profit > before else None
            parts = _CUTS[0]
            if least < self.goal and np.isfinite(top):  # the excess falls as the square of the width
                parts = int(np.clip(np.sqrt((top - least) / (self.goal - least)) * 1.1, *_CUTS))
            inner = np.linspace(a, b, parts + 1) if cut is None or not a < cut < b else np.array([a, cut, b])
            if parts > _CUTS[0] and cut is None:
                for x in (inner[1:] + inner[:-1]) / 2:
                    self.solve(x)
            top_new, least_new = self.bounds(inner[:-1], inner[1:], top)
            boxes += [
                [t, v, x, y] for t, v, x, y in zip(top_new, least_new, inner[:-1], inner[1:], strict=True)
            ]
        return self.found, max([self.goal, self.at_points, *(float(box[0]) for box in boxes)])
