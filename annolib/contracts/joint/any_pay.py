"""The best of all contracts on any finite law of what is seen, and what no contract of any kind can earn.

For one effort the programme is that of `annolib.contracts.incentives.cheapest_lottery`, its states the pairs of counts: a few prices, whatever the
number of states. Deviations are added until the agent's best answer, proved on all of [0, 1] (`annolib.contracts.joint.family`), is the effort asked
for. Nothing here is about counts: a law gives P and dP/dη for each state, sums over it, and bounds of ‖∂^m P/P‖.

**No contract earns more.** Put prices λ, ν_j ≥ 0 and μ on participation, on deviations and on the local incentive. With h* the conjugate of h on
utilities above the floor, every contract for η earns at most

    D(η) = V − λ(u₀ + c) − μc′ − Σ ν_j (c − c(e_j)) + Σ_k F(P_k, Y_k),     F(P, Y) = P·h*(Y/P),
    Y_k  = (λ + Σ ν_j) P_k + μ dP_k/dη − Σ ν_j P_k(e_j).

F is jointly convex (the perspective of h*), with ∂F/∂Y = v and ∂F/∂P = −h(v). On a box [η₁, η₂] let the prices move on straight lines between those
that solve its ends. There (P, Y) is off its own chord by at most (η₂ − η₁)²/8·max|(P, Y)″|, and V, c and c′ by what their tangents allow. So

    D ≤ chord of D's ends + (η₂ − η₁)²/8·[R_v/2·‖Y″‖₁ + R_w/2·‖P″‖₁] + what V, c and c′ leave,

R_v, R_w the ranges of the utilities and of the wages that the prices allow. The ends are exact solutions, so a box of width w at a distance d from the
best effort is decided once w is a small share of d: boxes are cut where that is not yet so (`bound`).

References
----------
Theory as in `annolib.contracts.incentives.cheapest_lottery`. The bound is derived in this project.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from annolib.contracts.incentives import cheapest_lottery as dual
from annolib.contracts.joint.family import PayTable, proved_answer

_DEVIATIONS = 8
_GAIN, _NARROW = 1e-10, 1e-3
_RARE, _NEVER = 1e-19, 1e280  # probability of states that count, and what stands for an infinite ratio


@dataclass(frozen=True, eq=False)
class Implemented:
    """The cheapest pay for one effort against some deviations.

    `prices` are λ, μ (of dE v/dη) and ν_j; `bound` is what no contract for the effort can earn.
    """

    effort: float
    gap: float
    rent: float
    prices: tuple
    lottery: object
    bound: float


@dataclass(frozen=True)
class Capped:
    """A utility for the dual where no more than `ceiling` may be paid: h′(v) = x cut there, and no curvature beyond."""

    utility: object
    ceiling: float

    def wage(self, utility):
        return self.utility.wage(utility)

    def marginal_wage(self, utility):
        return self.utility.marginal_wage(utility)

    def utility_at(self, marginal_wage):
        return np.minimum(self.utility.utility_at(marginal_wage), self.ceiling)

    def wage_curvature(self, utility):
        return np.where(utility >= self.ceiling, np.inf, self.utility.wage_curvature(utility))


@dataclass(frozen=True, eq=False)
class AnyPay:
    """All contracts on a law, for one problem; `ceiling` is the highest utility that may be paid."""

    problem: object
    law: object
    best: object
    ceiling: float = np.inf
    last: dict = field(default_factory=dict)

    @property
    def utility(self):
        """The agent's, cut at the ceiling."""
        return self.problem.utility if self.ceiling == np.inf else Capped(self.problem.utility, self.ceiling)

    def programme(self, effort, deviations):
        """The programme of one effort, and the size of the score's row."""
        problem, law = self.problem, self.law
        p, slope = law.law(effort)
        size = float(np.sqrt(law.information(effort)))
        log_p = law.log_law(effort)
        others = [np.exp(law.log_law(d)) for d in deviations]
        kept = p > _RARE
        for other in others:
            kept |= other > _RARE
        p, slope, log_p, others = p[kept], slope[kept], log_p[kept], [x[kept] for x in others]
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            score = np.where(p > 0, slope / p, 0.0)
            away = [np.where(p > 0, np.maximum(1 - x / p, -_NEVER), -_NEVER) for x in others]
        rows = np.stack([np.ones_like(p), score / size, *away])
        weights = np.stack([p, slope / size, *(p - other for other in others)])
        cost = problem.cost
        targets = np.array([
            float(problem.reservation(effort)), float(cost.slope(effort)) / size,
            *(float(cost.cost(effort) - cost.cost(d)) for d in deviations),
        ])  # fmt: skip
        signed = np.array([True, effort >= 1, *(True for _ in deviations)])
        return dual.Programme(p, rows, weights, targets, signed, self.utility, problem.floor_utility), size

    def implement(self, effort, deviations):
        """The cheapest pay for an effort, `Implemented`; None where Newton's method does not end."""
        effort = float(effort)
        key = (effort, deviations)
        if key in self.last:
            return self.last[key]
        problem = self.problem
        deviations = tuple(d for d in deviations if abs(d - effort) > 1e-6)
        programme, size = self.programme(effort, deviations)
        marginal = float(problem.utility.marginal_wage(problem.reservation(effort)))
        start = np.array(
            [marginal, float(problem.cost.slope(effort)) / size * marginal, *(0.0 for _ in deviations)]
        )
        near = [one for (_, others), one in self.last.items() if others == key[1] and one.lottery.converged]
        if near:
            prices = min(near, key=lambda one: abs(one.effort - effort)).prices
            if len(prices) == start.size:
                start = np.array([prices[0], prices[1] * size, *prices[2:]])
        found = None
        for guess in (start, np.array([marginal, start[1], *(0.1 * marginal for _ in deviations)])):
            with np.errstate(all="ignore"), contextlib.suppress(np.linalg.LinAlgError):
                found = dual.solve(programme, guess)
            if found is not None and found.converged:
                break
        if found is None or not np.isfinite(found.bound):
            return None
        worth = float(problem._value(effort)) - found.bound
        gap, rent = np.inf, np.nan
        if found.converged:
            mean = float(programme.probabilities @ found.utilities)
            rent = max(float(found.slacks[0]), 0.0)
            gap = float(
                problem.gap(self.best, effort, rent, mean, programme.probabilities, found.utilities - mean)
            )
        theta = (float(found.prices[0]), float(found.prices[1]) / size, *map(float, found.prices[2:]))
        self.last[key] = Implemented(effort, gap, rent, theta, found, worth)
        return self.last[key]

    def utilities(self, solved, deviations):
        """v of every state at these prices; the floor where x is below its marginal wage."""
        p, slope = self.law.law(solved.effort)
        log_p = self.law.log_law(solved.effort)
        participation, incentive, *shirking = solved.prices
        deviations = [d for d in deviations if abs(d - solved.effort) > 1e-6]
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            x = participation + incentive * np.where(p > 0, slope / p, 0.0)
            for d, price in zip(deviations, shirking, strict=True):
                if price > 0:
                    x = x + price * (1 - np.exp(np.minimum(self.law.log_law(d) - log_p, 700)))
        v, _ = dual.utilities_at(self.utility, self.problem.floor_utility, np.where(np.isnan(x), -np.inf, x))
        return v


def best_pay(problem, law, best, flat_gap, most=np.inf):
    """The best effort and its pay: (Implemented, utilities, deviations, answer), or None where flat pay does as well. `most`: the highest utility."""
    family, deviations = AnyPay(problem, law, best, most), (problem.cost.free_effort,)
    effort = best.effort
    for _ in range(_DEVIATIONS):
        used = deviations
        solved = _lowest(family, used, effort)
        if solved is None or not solved.gap < flat_gap:
            return None
        effort = solved.effort
        v = family.utilities(solved, used)
        answer = proved_answer(problem, PayTable(law, v), (effort, *deviations))
        own = float(law.expected(v, np.array([effort]), 0)[0, 0] - problem.cost.cost(effort))
        if answer.bound - own <= _GAIN or min(abs(answer.effort - d) for d in (*deviations, effort)) < 1e-7:
            break
        deviations = (*deviations, answer.effort)
    return solved, v, used, answer, family


def _lowest(family, deviations, centre):
    """The effort whose cheapest pay leaves the least gap."""
    known = {}

    def gap(effort):
        effort = float(effort)
        if effort not in known:
            solved = family.implement(effort, deviations)
            known[effort] = solved if solved is not None and np.isfinite(solved.gap) else None
        return np.inf if known[effort] is None else known[effort].gap

    grid = np.unique(
        np.clip(np.concatenate([centre + 0.02 * np.arange(-4, 5), np.linspace(0.06, 1, 18)]), 1e-3, 1)
    )
    order = np.argsort(np.abs(grid - centre))
    for e in grid[order]:
        lowest = min((s.gap for s in known.values() if s is not None), default=np.inf)
        if float(family.problem.loss(e, family.best)) < lowest:  # no contract for it has a smaller gap
            gap(e)
    tried = np.array(sorted(known))
    if not tried.size:
        return None
    values = np.array([gap(e) for e in tried])
    if not np.isfinite(values).any():
        return None
    i = int(np.argmin(values))
    low, high = tried[max(i - 1, 0)], tried[min(i + 1, tried.size - 1)]
    if high > low:
        minimize_scalar(gap, bounds=(low, high), method="bounded", options={"xatol": 1e-9, "maxiter": 60})
    chosen = min((s for s in known.values() if s is not None), key=lambda s: s.gap)
    return _vertex(family, deviations, chosen, gap, known)


def _vertex(family, deviations, chosen, gap, known):
    """The effort again, where the difference of gaps beside it says that it is: beyond what single values can tell."""
    effort, step = chosen.effort, min(2e-4, (1 - chosen.effort) / 2, chosen.effort / 2)
    if step < 1e-8:
        return chosen
    values = np.array([gap(effort + step * i) for i in (-2, -1, 0, 1, 2)])
    slope = (values[0] - 8 * values[1] + 8 * values[3] - values[4]) / (12 * step)
    bend = (-values[0] + 16 * values[1] - 30 * values[2] + 16 * values[3] - values[4]) / (12 * step**2)
    if not (np.all(np.isfinite(values)) and bend > 0 and abs(slope / bend) < step):
        return chosen
    other = effort - slope / bend
    return known[other] if gap(other) <= chosen.gap * (1 + 1e-13) else chosen


def bound(family, deviations, gap, slack, near=None, budget=400):
    """How much more than a contract of this gap any contract may earn, proved: (excess, programmes solved).

    `slack` is what may stay open; the budget is in programmes.
    """
    problem, best = family.problem, family.best
    profit = best.profit - gap

    def over(effort):
        return float(problem.loss(effort, best)) - gap

    low = 0.0 if over(0.0) <= 0 else brentq(over, 0.0, best.effort, xtol=1e-15)
    high = 1.0 if over(1.0) <= 0 else brentq(over, best.effort, 1.0, xtol=1e-15)
    low = max(low, min(0.25 * slack / max(float(problem._value_slope(0.0)), 1e-300), 1e-3))
    ends = [low, high] if near is None or not low < near < high else [low, near, high]
    boxes = [(a, b, *_box(family, deviations, a, b, profit)) for a, b in zip(ends, ends[1:], strict=False)]
    count = len(ends)
    while True:
        i = int(np.argmax([box[2] for box in boxes]))
        a, b, excess, solved = boxes[i]
        stuck = not solved and b - a < _NARROW  # an end has no prices, however narrow the box
        if excess <= slack or count >= budget or stuck or b - a < 1e-13:
            return max(excess, 0.0), count
        del boxes[i]
        count += 1
        middle = _cut(a, b, near)
        for c, d in ((a, middle), (middle, b)):
            boxes.append((c, d, *_box(family, deviations, c, d, profit)))


def _cut(low, high, near):
    """Where to cut a box: boxes shrink as fast as they come near to the best effort."""
    if near is None or not (low == near or high == near):
        return (low + high) / 2
    far = high if low == near else low
    return near + (far - near) * 0.25


def _box(family, deviations, low, high, profit):
    """How much more than the profit a contract for an effort in [low, high] may earn, and whether both ends were solved."""
    others = tuple(d for d in deviations if not low - 1e-5 <= d <= high + 1e-5)
    ends = [family.implement(x, others) for x in (low, high)]
    if any(end is None for end in ends):
        inside = np.clip(family.best.effort, low, high)
        return float(family.best.profit - family.problem.loss(inside, family.best)) - profit, False
    problem, cost, width = family.problem, family.problem.cost, high - low
    a, b = (np.array(end.prices) for end in ends)
    sums = [prices[0] + prices[2:].sum() for prices in (a, b)]
    norms = family.law.norms(np.array([low]), np.array([high]))[:, 0]
    highest, lowest = family.law.score_range(low, high)
    top = max(sums) + max(
        0.0, *(price * (highest if price > 0 else lowest) for price in (a[1], b[1]) if price != 0)
    )
    floor = problem.floor_utility
    ceiling = float(problem.utility.utility_at(np.float64(top)))
    ceiling = min(max(ceiling, floor), family.ceiling)
    spread = ceiling - floor
    wages = float(problem.utility.wage(ceiling) - problem.utility.wage(floor))
    of_y = (
        max(sums) * norms[2] + max(abs(a[1]), abs(b[1])) * norms[3]
        + 2 / width * (abs(sums[1] - sums[0]) * norms[1] + abs(b[1] - a[1]) * norms[2])
    )  # fmt: skip
    off = width**2 / 8 * (spread / 2 * of_y + wages / 2 * norms[2])
    off += _above_chord(problem._value, problem._value_slope, low, high)
    c_low, c_high = (float(cost.cost(x)) for x in (low, high))
    off += max(sums) * _above_chord(lambda x: -cost.cost(x), lambda x: -cost.slope(x), low, high)
    off += abs(sums[1] - sums[0]) * (c_high - c_low) / 4
    rise = float(cost.slope(high) - cost.slope(low))
    steep = min(rise, _off_chord_of_slope(cost, low, high))
    off += max(abs(a[1]), abs(b[1])) * steep + abs(b[1] - a[1]) * rise / 4
    return max(end.bound for end in ends) - profit + off, True


def _off_chord_of_slope(cost, low, high):
    """By how much c′ may be off its chord: ¼ of the width times the spread of c″, or ⅛ of the width squared times the largest |c‴|."""
    bends, width = cost.bends(low, high), high - low
    with np.errstate(invalid="ignore"):
        spread = float(bends.first[1][0] - bends.first[0][0])
    turn = max(abs(float(end[0])) for end in bends.second)
    return float(np.fmin(spread * width / 4, turn * width**2 / 8)) + 2 * float(bends.error[0])


def _above_chord(function, slope, low, high):
    """By how much a concave function may exceed its chord: where the tangents at the ends meet."""
    a, b = float(function(low)), float(function(high))
    da, db = float(slope(low)), float(slope(high))
    chord = (b - a) / (high - low)
    if not da > db:
        return 0.0
    up, down = max(da - chord, 0.0), max(chord - db, 0.0)
    if up == np.inf:  # a value that starts like a root
        return (high - low) * down
    return (high - low) * up * down / (up + down) if up + down > 0 else 0.0
