"""The cheapest lottery that makes one of finitely many efforts the best, with the digits of gaps far below 1e-16.

For effort j, in utilities v_k over states k (`annolib.contracts.discrete.family` has the model), with prices λ ≥ 0 of participation and ν_i ≥ 0
of the other efforts, R_ik = M_i P_ik/P_jk:

    h′(v_k) = max(h′(u_f), X − τ_k),     X = λ + Σ ν_i,   τ_k = Σ ν_i R_ik.

Let ρ = (h′)⁻¹(X), the utility of a state that speaks for j alone. Then ρ = r_j + ε with ε as small as the gap, and everything that is small is
summed from terms that are small: what state k falls short of it, f_k = ρ − v_k (`Utility.utility_fall`), and

    E_j v − r_j = ε − Σ P_jk f_k,
    E_i v − r_i = Σ_{v_k > u_f} P_ik (ρ − u_f − f_k) + (u_f − r_i).

The dual value above h(r_j) is, for any prices (D_h the Bregman divergence of h, `Utility.waste`),

    Σ_{v_k = u_f} [Σ_i ν_i M_i P_ik (u_f − r_i) + P_jk D_h(u_f, ρ)]  +  Σ_{v_k > u_f} [Σ_i ν_i M_i P_ik (ρ − r_i) − P_jk D_h(ρ, v_k)]  −  D_h(r_j, ρ),

and no contract that buys j costs less (weak duality). Prices may be as small as the gap or smaller, so Newton's method works on log ν_i; the
laws enter by their logs only. It is started by the plain dual (`annolib.contracts.incentives.cheapest_lottery`) where prices are numbers of ordinary size, else
by bisection for the price of one deviation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from annolib.contracts.incentives import cheapest_lottery as plain

_STEPS, _HALVINGS, _LONGEST = 40, 12, 3.0
_PATIENCE = 8  # steps that must at least halve the error
_NEGLIGIBLE = 60.0  # nats below the largest price
_UNPAID = 1e-7  # of the gap: what violated constraints are worth at their prices
_BROKEN = 1e-13  # of the costs: a constraint that is violated
_HUGE = 1e250  # a likelihood ratio beyond it stands for all larger ones in the plain dual
_TINY = -500.0  # log gaps below which prices are not left to the plain dual


@dataclass(frozen=True, eq=False)
class States:
    """The laws of what is seen: log P_ik for each effort i and state k, (K, S)."""

    log_law: np.ndarray
    left_out: float = 0.0

    @property
    def law(self):
        return np.exp(self.log_law)


@dataclass(frozen=True, eq=False)
class Solution:
    """The programme of effort j solved: prices, what they pay, and the log of its gap with the log of a bound below.

    `log_gap` is of the lottery (+∞ if there is none), `log_bound` of the dual: no lottery for j has a smaller gap.
    """

    effort: int
    log_gap: float
    log_bound: float
    rent: float
    participation: float
    active: tuple
    log_prices: np.ndarray
    top: float
    utilities: np.ndarray
    expected: np.ndarray
    residual: float
    steps: int


class Programme:
    """The programme of effort j of `actions` under `states`."""

    def __init__(self, actions, states, j):
        self.actions, self.states, self.j = actions, states, j
        self.utility, self.floor = actions.problem.utility, actions.floor
        self.target = float(actions.reservation[j])
        self.log_mass = np.log(actions.growth / actions.growth[j])
        self.mass = np.exp(self.log_mass)
        self.scale = float(np.max(np.abs(actions.reservation - self.target))) + 1e-300
        self.log_own = states.log_law[j]
        self.own = np.exp(self.log_own)
        self.law = states.law
        with np.errstate(invalid="ignore"):
            ratio = states.log_law - self.log_own + self.log_mass[:, None]
        self.log_ratio = np.where(states.log_law == -np.inf, -np.inf, ratio)
        self.steps = 0

    # at given prices

    def at(self, eps, active, s):
        """Everything that the prices ν = e^s of the deviations `active` and ρ = r_j + ε imply; None outside the dual's domain."""
        rho = self.target + eps
        if not rho < self.utility.highest or rho < self.utility.lowest:
            return None
        x = float(self.utility.marginal_wage(rho))
        with np.errstate(all="ignore"):
            tau = np.exp(np.minimum(s[:, None] + self.log_ratio[list(active)], 690.0))
            total = tau.sum(axis=0)
            fall = self.utility.utility_fall(x, total)
        depth = rho - self.floor
        if not depth > 0:
            return None
        deep = ~(fall < depth)
        if np.any(deep & ~np.isfinite(depth)):
            return None
        return _Point(self, eps, rho, x, tau, np.where(deep, depth, fall), ~deep, tuple(active), s)

    def solve(self, ceiling=np.inf, hint=-np.inf):
        """The `Solution`; a search that its bound shows to be above `ceiling`, a log gap, is cut short. `hint`: a log gap of that size."""
        loss, others = float(self.actions.loss[self.j]), self._others()
        nothing = self.at(0.0, (), np.empty(0)) if self.target > self.floor else None
        flat_rent = max(self.floor - self.target, 0.0)
        if not others or np.all(self._flat_gains(flat_rent)[others] <= 0):
            return self._flat(nothing, flat_rent)
        start, low = None, -np.inf
        if hint > _TINY:
            start, low = self._plain(others, np.exp(ceiling) - loss if np.isfinite(ceiling) else np.inf)
            if start is None and low >= ceiling:
                return self._nothing(low)
        point = self._newton_on_sets(start, others) if start is not None else None
        if point is None:
            point = self._from_one(others)
        if point is None:
            return self._nothing(low)
        return self._solution(point, low)

    def _others(self):
        own = self.j
        return [i for i in range(len(self.mass)) if i != own]

    def _flat_gains(self, rent):
        """What each effort gains over j under a flat wage with this rent."""
        pay = self.target + rent
        return self.mass * (pay - self.actions.reservation) - rent

    def _flat(self, point, rent):
        utility = self.utility
        rise = float(utility.wage_rise(self.target, rent)) if rent > 0 else 0.0
        with np.errstate(divide="ignore"):
            log_gap = float(np.log(self.actions.loss[self.j] + rise))
        pay = self.target + rent
        flat = np.full(self.own.size, pay)
        return Solution(
            self.j, log_gap, log_gap, rent, float(utility.marginal_wage(pay)) if rent == 0 else 0.0, (), np.empty(0), pay, flat,
            np.full(len(self.mass), pay), 0.0, 0,
        )  # fmt: skip

    def _nothing(self, low):
        """No lottery found; what is known is the bound."""
        return Solution(
            self.j,
            np.inf,
            low,
            np.nan,
            np.nan,
            (),
            np.empty(0),
            np.nan,
            np.empty(0),
            np.empty(0),
            np.inf,
            self.steps,
        )

    # starts

    def _plain(self, others, ceiling):
        """Prices from the plain dual, or None with the log of a bound of the gap."""
        ratio = np.exp(np.minimum(self.log_ratio[others], np.log(_HUGE)))
        rows = np.vstack([np.ones(self.own.size), 1 - ratio])
        weights = np.vstack([self.own, self.own - self.mass[others][:, None] * self.law[others]])
        targets = np.r_[self.target, self.target - self.mass[others] * self.actions.reservation[others]]
        utility = self.utility
        programme = plain.Programme(
            self.own, rows, weights, targets, np.ones(targets.size, dtype=bool), utility, self.floor
        )
        slope = float(utility.marginal_wage(max(self.target, min(self.floor, self.target))))
        base = float(utility.wage(self.target))
        best = None
        cheapest = int(np.argmin(self.actions.reservation[others]))
        above = (
            float(utility.marginal_wage(min(self._first_rise(others[cheapest]), utility.highest)))
            if self.floor >= self.target
            else 0.0
        )
        shares = (1e-2, 1e-4, 1e-8, 1e-14, 0.5) if above == 0 else (1.05, 1.5, 4.0)
        for share in shares:
            start = np.zeros(targets.size)
            start[0] = slope if above == 0 else 0.0
            start[1 + cheapest] = share * (above or slope)
            with np.errstate(all="ignore"):
                try:
                    found = plain.solve(programme, start, base + ceiling)
                except (FloatingPointError, np.linalg.LinAlgError, ValueError):
                    continue
            self.steps += found.iterations
            if np.isfinite(found.bound) and (best is None or found.bound > best.bound):
                best = found
            if found.converged or found.bound > base + ceiling:
                break
        if best is None:
            return None, -np.inf
        with np.errstate(all="ignore"):
            low = float(
                np.log(max(best.bound - base - 1e-13 * (1 + abs(base)), 0.0) + self.actions.loss[self.j])
            )
        if not best.converged:
            return None, low
        prices = best.prices
        keep = np.flatnonzero(prices[1:] > 1e-14 * prices.max())
        if not keep.size:
            return None, low
        active = [others[i] for i in keep]
        top = float(prices.sum())
        eps = float(utility.utility_at(top)) - self.target
        return (eps, active, np.log(prices[1:][keep]), bool(prices[0] > 1e-9 * top)), low

    def _from_one(self, others):
        """The price of one effort alone, of the cheapest or of the one next to j: of the two the dearer. Then others join where they tempt."""
        r = self.actions.reservation
        cheaper = [i for i in others if r[i] < r[self.j]] or others
        cheapest, next_ = min(cheaper, key=lambda i: r[i]), max(cheaper, key=lambda i: r[i])
        points = []
        for one in dict.fromkeys((cheapest, next_)):
            eps, active, s, bound = self._alone(one)
            point = self._newton(eps, active, s, bound)
            if point is not None:
                points.append((self._extra(point), one, (point.eps, active, point.s, bound)))
        for _, _, start in sorted(points, key=lambda p: p[:2], reverse=True):
            found = self._newton_on_sets(start, others)
            if found is not None:
                return found
        return None

    def _alone(self, one):
        """A start with the price of one deviation, by bisection while participation binds: (ε, [one], s, participation binds)."""
        if self.target > self.floor:
            high = float(np.log(self.utility.marginal_wage(self.target)))
            low = high - 1.0
            point = self._priced(one, high)
            if point is None or point.above(one) <= 0:  # participation has a price
                for _ in range(60):
                    trial = self._priced(one, low)
                    if trial is not None and trial.above(one) > 0:
                        break
                    low, high = low - 2 * (high - low), low
                for _ in range(40):
                    middle = (low + high) / 2
                    trial = self._priced(one, middle)
                    if trial is not None and trial.above(one) > 0:
                        low = middle
                    else:
                        high = middle
                start = self._priced(one, low)
                if start is not None:
                    return start.eps, [one], np.array([low]), True
        eps = max(self.floor - self.target, 0.0)
        for _ in range(80):  # the rent that this deviation leaves, as often as it takes to settle
            point = self._point(eps, [one], np.zeros(1), False)
            if point is None:
                break
            new = float(self.own @ point.fall + self.mass[one] * point.above(one))
            if abs(new - eps) <= 1e-9 * abs(new):
                return new, [one], np.zeros(1), False
            if not self.target + new < self.utility.highest:
                break
            eps = new
        return self._rent_by_bisection(one), [one], np.zeros(1), False

    def _rent_by_bisection(self, one):
        """ε at which j is as good as one deviation whose price is all there is."""

        def short(eps):
            point = self._point(eps, [one], np.zeros(1), False)
            return point is None or point.residuals(False)[0] < 0

        low = self._first_rise(one) - self.target
        most = self.utility.highest - self.target
        step = 1e-3 * self.scale
        for _ in range(60):
            high = low + step if np.isinf(most) else low + (most - low) * (1 - 2.0 ** -(_ + 1)) * 0.999999
            if not short(high):
                break
            step *= 2
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if short(middle) else (low, middle)
        return high

    def _first_rise(self, one):
        """The utility ρ from which on the likeliest state under j is paid more than the floor."""
        if not np.isfinite(self.floor):
            return self.target
        clearest = float(np.exp(np.min(self.log_ratio[one])))
        if clearest >= 1:
            return max(self.floor, self.target)
        x = float(self.utility.marginal_wage(self.floor)) / (1 - clearest)
        return max(float(self.utility.utility_at(x)), self.target)

    def _priced(self, one, s):
        """The point with this log price of one deviation at which participation binds."""
        eps, s = 0.0, np.array([s])
        for _ in range(60):
            point = self.at(eps, (one,), s)
            if point is None:
                return None
            missed = float(self.own @ point.fall)
            if abs(missed - eps) <= 1e-15 * abs(missed):
                break
            eps = missed
        return point

    # Newton's method on active sets

    def _newton_on_sets(self, start, others):
        eps, active, s, bound = start
        active, seen, tried = list(active), set(), False
        for _ in range(4 * len(others) + 8):
            point = self._newton(eps, active, s, bound)
            if point is None and bound:
                point = self._newton(eps, active, s, False)
                bound = bound and point is None
            if point is None and len(active) > 1 and tuple(active) not in seen:
                seen.add(tuple(active))  # one of the older ones no longer tempts, perhaps
                point, bound = self._without_one(eps, active, s, bound, seen)
            if point is None:
                return None
            active = list(point.active)
            eps, s = point.eps, point.s
            with np.errstate(over="ignore"):
                dearest = float(np.exp(logsumexp(s)))
            if bound and dearest > point.x * (1 + 1e-12):  # λ would be negative: participation has slack
                bound = False
                continue
            keep = s > s.max() - _NEGLIGIBLE
            if not keep.all():
                active, s = [i for i, k in zip(active, keep, strict=True) if k], s[keep]
                continue
            if not bound and point.rent < -1e-15 * self.scale and np.isfinite(self.floor):
                bound = True
                continue
            gains = point.gains()
            gains[active] = -np.inf
            gains[self.j] = -np.inf
            worst = int(np.argmax(gains))
            if gains[worst] <= _BROKEN * self.scale:
                if not bound or point.unpaid() <= _UNPAID * np.exp(min(self._extra(point), 700.0)) or tried:
                    return point
                bound, tried = (
                    False,
                    True,
                )  # what is left unpaid is more than the gap: participation has slack after all
                continue
            active.append(worst)
            s = np.append(s, s.max() - 4.0)
        return None

    def _without_one(self, eps, active, s, bound, seen):
        """Newton's method with the newest deviation alone, or with all but one of the older ones."""
        starts = [self._alone(active[-1])]
        if len(active) > 2:
            for i in np.argsort(s[:-1]):
                starts.append((eps, [a for k, a in enumerate(active) if k != i], np.delete(s, i), bound))
        for start in starts:
            if tuple(start[1]) in seen:
                continue
            seen.add(tuple(start[1]))
            for binding in dict.fromkeys((start[3], False, True)):
                point = self._newton(start[0], start[1], start[2], binding)
                if point is not None:
                    return point, binding
        return None, bound

    def _newton(self, eps, active, s, bound):
        """Newton's method for fixed deviations; `bound`: participation binds, else the prices sum to h′(ρ). None if it fails."""
        point = self._point(eps, active, s, bound)
        if point is None:
            return None
        error = point.error(bound)
        errors = [error]
        for _ in range(_STEPS):
            self.steps += 1
            if error < 1e-16 or (len(errors) > _PATIENCE and error > 0.5 * errors[-1 - _PATIENCE]):
                break
            step = point.step(bound)
            if step is None:
                return None
            size = min(1.0, _LONGEST / max(np.max(np.abs(step[1:]), initial=0.0), 1e-300))
            for _ in range(_HALVINGS):
                trial = self._moved(point, step * size, bound)
                new = np.inf if trial is None else trial.error(bound)
                if new < error:
                    break
                size /= 2
            else:
                break
            point, old, error = trial, error, new
            errors.append(error)
            if error > 0.5 * old and error < 1e-13:
                break
        return point if error < 1e-9 else None

    def _point(self, eps, active, s, bound):
        if bound:
            return self.at(eps, active, np.asarray(s, dtype=float))
        rho = self.target + eps
        if not self.utility.lowest <= rho < self.utility.highest:
            return None
        s = np.asarray(s, dtype=float)
        s = np.zeros(1) if s.size == 1 else s
        return self.at(eps, active, s - logsumexp(s) + np.log(float(self.utility.marginal_wage(rho))))

    def _moved(self, point, step, bound):
        return self._point(point.eps + step[0], point.active, point.s + step[1:], bound)

    def _extra(self, point):
        """The log of rent and risk of the lottery at a point."""
        utility, rent = self.utility, max(point.rent, 0.0)
        mean = self.target + rent
        with np.errstate(all="ignore"):
            waste = utility.waste(mean, (point.eps - rent) - point.fall)
            log_risk = logsumexp(np.where(waste > 0, self.log_own + np.log(np.maximum(waste, 0)), -np.inf))
            log_rent = np.log(utility.wage_rise(self.target, rent)) if rent > 0 else -np.inf
            return float(np.logaddexp(log_risk, log_rent))

    def _solution(self, point, low):
        """The lottery at a point, made of its own numbers, and the dual value there."""
        loss = float(self.actions.loss[self.j])
        rent = max(point.rent, 0.0)
        v = np.where(point.shallow, point.rho - point.fall, self.floor)
        extra = self._extra(point)
        with np.errstate(all="ignore"):
            log_gap = float(np.logaddexp(extra, np.log(loss)))
            dual = point.dual(extra) if extra > -np.inf else 0.0
            dual = dual if np.isfinite(dual) else 0.0
            log_bound = float(np.logaddexp(extra + np.log(max(dual, 0.0)), np.log(loss)))
        prices = float(np.exp(logsumexp(point.s)))
        expected = point.expected()
        gains = point.gains()
        gains[self.j] = -np.inf
        residual = float(max(np.max(gains), -point.rent))
        return Solution(
            self.j, log_gap, max(log_bound, low if low < log_gap else -np.inf), rent, max(point.x - prices, 0.0), point.active, point.s,
            point.rho, v, expected, residual, self.steps,
        )  # fmt: skip


@dataclass(eq=False)
class _Point:
    """Prices, and the lottery that they make."""

    programme: Programme
    eps: float
    rho: float
    x: float
    tau: np.ndarray
    fall: np.ndarray
    shallow: np.ndarray
    active: tuple
    s: np.ndarray

    def above(self, i):
        """E_i v − r_i."""
        p = self.programme
        short = float(p.actions.reservation[i])
        if np.isfinite(p.floor):
            live = self.shallow
            return float(p.law[i][live] @ (self.rho - p.floor - self.fall[live])) + (p.floor - short)
        return float(self.rho - short - p.law[i] @ self.fall)

    @property
    def rent(self):
        """E_j v − r_j."""
        return float(self.eps - self.programme.own @ self.fall)

    def gains(self):
        """What each effort gains over j."""
        p = self.programme
        return np.array([p.mass[i] * self.above(i) for i in range(len(p.mass))]) - self.rent

    def expected(self):
        """E_i v."""
        return (
            np.array([self.above(i) for i in range(len(self.programme.mass))])
            + self.programme.actions.reservation
        )

    def unpaid(self):
        """What the violated constraints of the prices' own deviations are worth."""
        p = self.programme
        off = np.array([abs(p.mass[i] * self.above(i) - self.rent) for i in self.active])
        return float(np.exp(np.minimum(self.s, 690.0)) @ off) if off.size else 0.0

    def residuals(self, bound):
        p = self.programme
        ics = np.array([p.mass[i] * self.above(i) for i in self.active])
        if bound:
            return np.r_[self.rent, ics]
        return self.rent - ics

    def error(self, bound):
        p, off = self.programme, self.residuals(bound)
        if bound:
            return float(
                max(abs(off[0]) / max(abs(self.eps), 1e-300) * 1e-3, np.max(np.abs(off[1:])) / p.scale)
            )
        small = max(abs(self.eps), 1e-300) if off.size == 1 else p.scale
        return float(np.max(np.abs(off)) / small)

    def step(self, bound):
        """Newton's step in (ε, s)."""
        p, live = self.programme, self.shallow
        v = self.rho - self.fall[live]
        with np.errstate(all="ignore"):
            width = 1 / p.utility.wage_curvature(v)
        bend = float(p.utility.wage_curvature(self.rho))
        laws = np.vstack([p.own[live], p.law[list(self.active)][:, live]]) * width
        tau = self.tau[:, live]
        by_top = bend * laws.sum(axis=1)  # of E v by ε at fixed prices
        by_price = -laws @ tau.T  # of E v by s
        mass = p.mass[list(self.active)]
        off = self.residuals(bound)
        if bound:
            matrix = np.column_stack([by_top, by_price])
            matrix[1:] *= mass[:, None]
        else:  # prices grow with X: dτ/dε = τ·h″(ρ)/X; only their shares are free
            shares = np.exp(self.s - logsumexp(self.s))
            growing = by_top + by_price.sum(axis=1) * bend / self.x
            inner = by_price - by_price.sum(axis=1, keepdims=True) * shares
            every = np.column_stack([growing, inner])
            matrix = every[0] - mass[:, None] * every[1:]
        if not np.all(np.isfinite(matrix)):
            return None
        size = np.max(np.abs(matrix), axis=0)
        size = np.where(size > 0, size, 1.0)
        try:
            step = -np.linalg.lstsq(matrix / size, off, rcond=1e-15)[0] / size
        except np.linalg.LinAlgError:
            return None
        return step if np.all(np.isfinite(step)) else None

    def dual(self, scale):
        """The dual value above h(r_j), times e^(−scale)."""
        p, utility = self.programme, self.programme.utility
        active, live = list(self.active), self.shallow
        floor, r = p.floor, p.actions.reservation[active]
        log_pay = self.s[:, None] + p.log_mass[active][:, None] + p.states.log_law[active] - scale
        with np.errstate(all="ignore"):
            paid = np.exp(np.minimum(log_pay, 690.0))
            total = float(((self.rho - r)[:, None] * paid[:, live]).sum())
            wasted = np.log(utility.waste(self.rho - self.fall[live], self.fall[live]))
            total -= float(np.exp(p.log_own[live] + wasted - scale).sum())
            if not live.all():
                room = floor - r
                room[np.abs(room) < 1e-15 * p.scale] = 0.0
                used = room != 0
                total += float((room[used, None] * paid[used][:, ~live]).sum())
                fined = np.log(utility.waste(self.rho, floor - self.rho))
                total += float(np.exp(p.log_own[~live] + fined - scale).sum())
            total -= float(np.exp(np.log(utility.waste(self.rho, -self.eps)) - scale))
        return total
