"""The best line with finitely many efforts: in closed form where it is uncut and the agent CARA or risk neutral, else by search.

Uncut, CARA a: with s = 1 − e^(−ab/n) for the slope b, effort i has E e^(−aw) = y·((1 − q_i s)/(1 − q_j s))ⁿ, y = 1 − a·E_j v. So effort j is a best
answer iff for every other i

    ((1 − q_i s)/(1 − q_j s))ⁿ ≥ 1 + a(c_j − c_i)/y       (cost in money: e^(a(c_j − c_i)), whatever y),

a lower bound of s from each lazier effort, an upper one from each keener effort. The wage is −log(y)/a plus the price of risk

    (n/a)·[log(1 − q_j s) − q_j log(1 − s)],

both rise with s and fall with y. A richer agent (smaller y) moves both bounds up, the upper one more: with x = a/y a lazier effort i asks for
1/s ≤ q_j + (q_j − q_i)/U, U = (1 + x(c_j − c_i))^(1/n) − 1 concave in x, a keener effort k for 1/s ≥ q_j + (q_k − q_j)/W,
W = 1 − (1 − x(c_k − c_j))^(1/n) convex in x (nothing where that is no number). Both are 0 at x = 0, so W/U rises with x: where there is room at one y,
there is at every smaller one. So the best y is the largest with room: y = 1 − a·r_j if there is any, else by bisection. For a risk-neutral
agent b itself is bounded in the same way.

Lines cut at a floor, and other utilities: w = max(f, f + b(X − κ)/n), κ < 0 for a line that is never cut. For each kink κ the smallest slope that will do is
found, and the cheapest κ by search; then every effort is checked. What better lines could earn more is bounded by the best of all contracts.

Lines that rise with the failures are tried as well where they could buy an effort (`threshold.either_count`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.utilities import CARA, RiskNeutral
from annolib.contracts.discrete.family import flat_pay
from annolib.contracts.discrete.optimal import best_programmes, count_states, optimal_pay
from annolib.contracts.discrete.threshold import _left, _proved, either_count
from annolib.contracts.forms import Linear
from annolib.contracts.results import FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.numerics.calculus import log1pmx
from annolib.numerics.roots import bracketed_root

_THIN, _LEAST = 1e-13, 1e-290  # of the largest y: how closely it is found, and below it nothing is looked for
_ZOOMS, _ROUNDS = 14, 12
_BLOCK = 4_000_000


@either_count
def linear_pay(actions, law, n, tiers=None):
    """The best line, cut at the floor if there is one; or flat pay where none earns more."""
    problem = actions.problem
    flat = flat_pay(actions, n, law.counts)
    explicit = isinstance(problem.utility, (CARA, RiskNeutral))
    uncut = _explicit(actions, law, n, flat) if explicit else None
    if problem.floor is None and explicit:
        found, low = uncut
        return _proved(
            flat if found is None else found, _left((flat if found is None else found).log_gap, low)
        )
    if problem.in_money and not isinstance(problem.utility, RiskNeutral):
        if uncut[0] is not None and uncut[0].contract.base >= problem.floor:
            found, message = (
                uncut[0],
                "the best of the lines that are never cut; cut ones are not searched where cost is in money",
            )
            low = best_programmes(actions, count_states(law, n)[1], found.log_gap)[1]
            left = _left(found.log_gap, min(low, found.log_gap))
            return _proved(
                replace(found, contract=replace(found.contract, floor=problem.floor), message=message), left
            )
        raise NoBestContract(
            "lines that a floor cuts are not solved for where cost is in money. Ask for no floor, 'binary' or 'optimal'."
        )
    best = flat
    if (
        uncut is not None
        and uncut[0] is not None
        and uncut[0].contract.base >= problem.floor
        and uncut[0].log_gap < best.log_gap
    ):
        best = replace(uncut[0], contract=replace(uncut[0].contract, floor=problem.floor))
    best = _searched(actions, law, n, best)
    if isinstance(problem.utility, RiskNeutral):
        low = np.log(max(optimal_pay(actions, law, n).gap, 1e-300))
    else:
        _, states = count_states(law, n)
        low = best_programmes(actions, states, best.log_gap)[1]
    left = _left(best.log_gap, min(low, best.log_gap))
    if left > 1e-9 * best.gap:
        best = replace(best, message=f"{best.message}, by search")
    return _proved(best, left)


# uncut lines of a CARA or risk-neutral agent


def _explicit(actions, law, n, flat):
    """The best uncut line of any effort (None if flat pay is as good), and the log of a bound below all others."""
    best, low = flat.log_gap, np.inf
    found = None
    for j in np.argsort(actions.loss, kind="stable"):
        with np.errstate(divide="ignore"):
            least = float(np.log(actions.loss[j]))
        if not least < best:
            low = min(low, least)
            continue
        line = (
            _neutral_line(actions, law, j)
            if isinstance(actions.problem.utility, RiskNeutral)
            else _cara_line(actions, law, n, int(j))
        )
        if line is None:
            continue
        log_gap, base, slope, expected = line
        low = min(low, log_gap)
        if log_gap < best:
            best, found = log_gap, (int(j), base, slope, expected)
    if found is None:
        return None, low
    return _line_result(actions, law, n, best, *found), low


def _neutral_line(actions, law, j):
    """The flattest line for j: (log gap, base, slope, E_i w)."""
    bounds = _bounds(actions, law, j)
    if bounds is None:
        return None
    cheaper, above = bounds
    saved = actions.reservation[j] - actions.reservation
    rise = law.success[j] - law.success
    slope = float(np.max(saved[cheaper] / rise[cheaper], initial=0.0))
    if slope > np.min(saved[above] / rise[above], initial=np.inf) * (1 + 1e-12):
        return None
    base = float(actions.reservation[j] - slope * law.success[j])
    with np.errstate(divide="ignore"):
        return float(np.log(actions.loss[j])), base, slope, base + slope * law.success


def _bounds(actions, law, j):
    """Who bounds the slope from below (cheaper to do) and from above; None if no slope will do."""
    others = np.arange(actions.loss.size) != j
    saved = actions.reservation[j] - actions.reservation
    cheaper = others & (saved > 0)
    if np.any(cheaper & (law.success >= law.success[j])):
        return None
    return cheaper, others & (saved <= 0) & (law.success > law.success[j])


def _cara_line(actions, law, n, j):
    """The cheapest uncut line for j: (log gap, base, slope, E_i v); None if there is none."""
    bounds = _bounds(actions, law, j)
    if bounds is None:
        return None
    cheaper, above = bounds
    a, q = actions.problem.utility.aversion, law.success
    saved = actions.reservation[j] - actions.reservation
    log_growth = np.log(actions.growth[j] / actions.growth)

    def shares(i, y):
        """s at which i is as good as j, for each i and y."""
        y = np.asarray(y, dtype=float)
        if actions.problem.in_money:
            log = np.broadcast_to(log_growth[i][:, None], (i.sum(), y.size))
        else:
            with np.errstate(all="ignore"):
                log = np.log1p(a * saved[i][:, None] / y)
        up = np.expm1(log / n)  # ρ − 1
        with np.errstate(all="ignore"):
            s = up / (up * q[j] + (q[j] - q[i])[:, None])
        return np.where(np.isnan(log) | (log == -np.inf), np.nan, s)

    def least(y):
        s = shares(cheaper, y)
        return np.where(s > 0, s, np.inf).max(axis=0) if s.size else np.zeros(np.size(y))

    def most(y):
        s = shares(above, y)
        return (
            np.where(np.isnan(s) | (s < 0), np.inf, s).min(axis=0) if s.size else np.full(np.size(y), np.inf)
        )

    top = 1 - a * float(actions.reservation[j])
    y = _largest(least, most, top, moves=not actions.problem.in_money)
    if y is None:
        return None
    s = float(least(np.array([y]))[0])
    if not s < 1:
        return None
    premium = float(n / a * (log1pmx(-q[j] * s) - q[j] * log1pmx(-s)))
    rise = float(-np.log(y / top) / a) if y < top else 0.0
    slope = float(-n / a * np.log1p(-s))
    base = float(-(np.log(y) - n * np.log1p(-q[j] * s)) / a)
    expected = (1 - y * np.exp(n * (np.log1p(-q * s) - np.log1p(-q[j] * s)))) / a
    with np.errstate(divide="ignore"):
        return float(np.log(actions.loss[j] + premium + rise)), base, slope, expected


def _largest(least, most, top, moves=True):
    """The largest y ≤ top with least(y) ≤ most(y), true of all smaller y too; None if there is none."""

    def holds(y):
        return bool(least(np.array([y]))[0] <= most(np.array([y]))[0] * (1 + 1e-13))

    if holds(top):
        return top
    if not moves:  # the bounds do not depend on y
        return None
    low, high, step = top, top, 1e-3
    while not holds(low):
        low, high, step = low * np.exp(-step), low, 2 * step
        if low < top * _LEAST:
            return None
    while low < (middle := np.sqrt(low * high)) < high and high / low - 1 > _THIN:
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _line_result(actions, law, n, log_gap, j, base, slope, expected):
    problem = actions.problem
    certificate = actions.certificate(j, expected)
    rent = max(certificate.participation_slack, 0.0)
    binding = [PARTICIPATION] * (rent <= 1e-12) + [NO_SHIRKING]
    if problem.floor is not None and base <= problem.floor + 1e-12:
        binding.append(FLOOR)
    fair = certificate.gain <= 1e-9 * (1 + abs(slope)) and certificate.participation_slack > -1e-9
    return actions.result(
        j, log_gap=log_gap, family="linear", n=n, rent=rent if rent > 1e-15 else 0.0,
        contract=Linear(base, slope, problem.floor, n, law.counts), binding=binding, certificate=certificate, converged=bool(fair),
        iterations=1, residual=max(certificate.gain, 0.0), message="solved" if fair else "another effort gains",
    )  # fmt: skip


# lines with a kink, any utility


class Kinked:
    """Lines max(f, f + b(X − κ)/n) for effort j, arrays over κ."""

    def __init__(self, actions, law, n, j, counts, states):
        self.actions, self.law, self.n, self.j = actions, law, n, j
        self.k, self.states = counts, states.law
        utility = actions.problem.utility
        self.floor = (
            actions.problem.floor if actions.problem.floor is not None else float(utility.lowest_wage)
        )
        self.utility = utility

    def utilities(self, kink, slope):
        line = np.maximum(self.k - np.asarray(kink)[:, None], 0.0) * (np.asarray(slope)[:, None] / self.n)
        return self.utility.utility(self.floor + line)

    def wage(self, kink, slope):
        line = np.maximum(self.k - np.asarray(kink)[:, None], 0.0) * (np.asarray(slope)[:, None] / self.n)
        return self.floor + line @ self.states[self.j]

    def slack(self, kink, slope, others):
        """The smallest slack of participation and of the cheaper efforts `others`."""
        v = self.utilities(kink, slope)
        own = v @ self.states[self.j]
        need = self.actions.reservation
        slacks = [own - need[self.j]]
        slacks += [own - v @ self.states[i] - (need[self.j] - need[i]) for i in others]
        return np.min(slacks, axis=0)

    def over(self, kink, slope, dearer):
        """Is one of the dearer efforts better?"""
        v = self.utilities(kink, slope)
        need, own = self.actions.reservation, v @ self.states[self.j]
        slacks = [own - v @ self.states[i] - (need[self.j] - need[i]) for i in dearer]
        return np.min(slacks, axis=0, initial=np.inf) < -1e-13 * (1 + np.abs(own))

    def cheapest(self, kinks, others, dearer=()):
        """The smallest slope that will do at each kink, and the wage expected; +∞ where none does, or a dearer effort is better then."""
        kinks = np.asarray(kinks, dtype=float)
        slopes, wages = np.full(kinks.size, np.nan), np.full(kinks.size, np.inf)
        size = max(int(_BLOCK / self.k.size), 1)
        for start in range(0, kinks.size, size):
            part = slice(start, start + size)
            kink = kinks[part]
            unit = self.n / np.maximum(self.law.success[self.j] * self.n - kink, 1.0)
            scale = unit * float(
                np.max(self.actions.reservation)
                - np.min(self.actions.reservation)
                + abs(self.actions.reservation[self.j])
            )
            scale = scale * float(
                self.utility.marginal_wage(max(self.actions.reservation[self.j], self.actions.floor))
            )
            low, high = 1e-3 * scale, 1e-3 * scale
            open_ = np.ones(kink.size, dtype=bool)
            with np.errstate(all="ignore"):
                for _ in range(24):
                    slack = self.slack(kink, high, others)
                    open_ = ~(slack >= 0)
                    if not open_.any():
                        break
                    low = np.where(open_, high, low)
                    high = np.where(open_, high * 2, high)
                slope = bracketed_root(lambda b, kink=kink: self.slack(kink, b, others), low, high)
                found = ~open_
                if dearer:
                    found &= ~self.over(kink, slope, dearer)
            slopes[part] = np.where(found, slope, np.nan)
            wages[part] = np.where(found, self.wage(kink, np.where(found, slope, 0.0)), np.inf)
        return slopes, wages


def _searched(actions, law, n, best):
    """The best line by search over the kink, for every effort that could be worth it; `best` if none earns more."""
    counts, states = count_states(law, n)
    problem = actions.problem
    for j in np.argsort(actions.loss, kind="stable"):
        bounds = _bounds(actions, law, int(j))
        if not actions.loss[j] < best.gap or bounds is None or not bounds[0].any():
            continue
        kinked = Kinked(actions, law, n, int(j), counts, states)
        found = _best_kink(actions, kinked, int(j), problem.floor is None, best)
        if found is not None and found.log_gap < best.log_gap:
            best = found
    return best


def _best_kink(actions, kinked, j, uncut_only, best):
    need, n = actions.reservation, kinked.n
    cheaper = np.flatnonzero(need < need[j])
    others = list(
        dict.fromkeys((int(cheaper[np.argmin(need[cheaper])]), int(cheaper[np.argmax(need[cheaper])])))
    )
    ceiling = float(actions.problem.utility.wage(need[j])) + best.gap - float(actions.loss[j])
    below = -n * np.r_[0.0, np.geomspace(1e-3, 30.0, 20)]
    spread = float(np.sqrt(n * kinked.law.success[j] * kinked.law.failure[j]))
    centre = n * float(kinked.law.success[j])
    above = np.unique(
        np.clip(np.r_[np.linspace(0, centre, 17), centre - spread * np.linspace(-3, 12, 31)], 0, n - 1e-6)
    )
    grid = np.unique(np.r_[below, [] if uncut_only else above])
    dearer = []
    for _ in range(_ROUNDS):
        slopes, wages = kinked.cheapest(grid, others, dearer)
        i = int(np.argmin(wages))
        if not wages[i] < np.inf:
            return None
        kink, slope, wage = grid[i], slopes[i], wages[i]
        left, right = grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]
        for _ in range(_ZOOMS):
            inner = np.linspace(left, right, 9)
            inner_slopes, inner_wages = kinked.cheapest(inner, others, dearer)
            m = int(np.argmin(inner_wages))
            if inner_wages[m] < wage:
                kink, slope, wage = inner[m], inner_slopes[m], inner_wages[m]
            left, right = inner[max(m - 1, 0)], inner[min(m + 1, 8)]
        if not wage < ceiling:
            return None
        expected = kinked.states @ kinked.utilities([kink], [slope])[0]
        gains = actions.payoffs(expected) - actions.payoffs(expected)[j]
        gains[j] = -np.inf
        worst = int(np.argmax(gains))
        if gains[worst] <= 1e-12 * (1 + abs(slope)):
            break
        tempting = others if need[worst] < need[j] else dearer
        if worst in tempting:
            return None
        tempting.append(worst)
    else:
        return None
    mean = float(actions.problem.utility.wage(need[j]))
    floor = kinked.floor
    gap = float(actions.loss[j]) + max(float(wage) - mean, 0.0)
    base = floor - slope * kink / n
    with np.errstate(divide="ignore"):
        return _line_result(
            actions, kinked.law, n, float(np.log(gap)), j, float(base), float(slope), expected
        )
