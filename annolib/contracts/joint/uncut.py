"""The best line in both counts without a floor, for CARA and risk-neutral agents: everything is explicit but for the effort.

For w = base + β₁X₁/n₁ + β₂X₂/n₂, constant absolute risk aversion a and v = E u(w), with

    y_i = (1 − e^(−aβ_i/n_i)) / (1 − q_i(1 − e^(−aβ_i/n_i))),      which rises with β_i,

- the wage is h(v) + ρ₁ + ρ₂, with the price of risk ρ_i = −(n_i/a)·[r_i log(1 + q_i y_i) + q_i log(1 − r_i y_i)], convex in y_i;
- the local incentive is Σ n_i q_i′ y_i = A, A = a·c′/(1 − a·v): of two kinds there is a choice, which is a convex programme;
- at a price m of the incentive, q_i r_i y_i = m·a·q_i′(1 − r_i y_i)(1 + q_i y_i), a quadratic: for small y_i the weights of the score;
- the agent does not prefer e iff (1 − a·v)(Π (1 + d_i y_i)^n_i − 1)/a ≥ c(η) − c(e), d_i = q_i − q_i(e).

At participation, v = ū, the local incentive alone gives the cheapest line for an effort, and so a bound on what any line for it earns. If the agent
then prefers no other effort, it is the best (`proved_answer`); otherwise steeper and richer lines are looked for against the efforts that tempt.

**No line earns more.** For efforts in [η₁, η₂] and any m ≥ 0, the gap is at least

    min loss + m·A(η₁) + Σ_i min over y of [ρ_i(q_i, y) − m·n_i q_i′ y],

where q_i′ is taken at its larger end and ρ_i, concave in q as long as y < 1, at the lesser of its ends. Ranges are halved until each bound
exceeds the gap found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar

from annolib.agency.utilities import CARA
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.joint.family import proved_answer

_DEVIATIONS = 8
_ROUNDS, _MOST = 60, 150_000
_CURVE = np.concatenate([np.geomspace(1e-9, 3e-4, 16), 1 / np.linspace(3000, 1, 1500)])
_GAIN = 1e-11


@dataclass(frozen=True, eq=False)
class UncutPay:
    """Expected utility of base + Σ β_i X_i/n_i, for `family.proved_answer`.

    With g_i = 1 − e^(−aβ_i/n_i) and p_i = q_i′g_i/(1 − q_i g_i): U = (1 − e^(−a·base + ψ))/a, ψ = Σ n_i log(1 − q_i g_i), ψ′ = −Σ n_i p_i,
    p′ = q″g/(1 − qg) + p². For g_i ≥ 0 all of these rise with effort in size. Risk neutral: U = base + Σ β_i q_i.
    """

    law: object
    averse: float
    base: float
    slopes: tuple

    def expected(self, efforts):
        efforts = np.asarray(efforts, dtype=float)
        exponent, first, second, _ = self._exponent(efforts)
        if self.averse == 0:
            return np.stack([self.base + exponent, first, second])
        with np.errstate(over="ignore", invalid="ignore"):
            rest = np.exp(exponent - self.averse * self.base) / self.averse
            return np.stack([1 / self.averse - rest, -rest * first, -rest * (second + first**2)])

    def third(self, low, high):
        exponent = self._exponent(low)[0]
        _, first, second, third = (np.abs(x) for x in self._exponent(high))
        if self.averse == 0:
            return third
        with np.errstate(over="ignore", invalid="ignore"):
            rest = np.exp(exponent - self.averse * self.base) / self.averse
            return rest * (first**3 + 3 * first * second + third)

    def _exponent(self, efforts):
        """ψ (or Σ β_i q_i) and three derivatives."""
        out = np.zeros((4, np.size(efforts)))
        for kind, slope in zip(self.law.kinds, self.slopes, strict=True):
            if kind.n == 0 or slope == 0:
                continue
            q = kind.evidence.success(efforts)
            d1, d2, d3 = kind.slopes(efforts)
            if self.averse == 0:
                out += slope * np.stack([q, d1, d2, d3])
                continue
            g = -np.expm1(-self.averse * slope / kind.n)
            rest = kind.evidence.failure(efforts) + q * np.exp(-self.averse * slope / kind.n)
            p = d1 * g / rest
            bend = d2 * g / rest + p**2
            third = d3 * g / rest + d2 * g / rest * p + 2 * p * bend
            out -= kind.n * np.stack([-np.log1p(-q * g), p, bend, third])
        return out


@dataclass(frozen=True, eq=False)
class Uncut:
    """Lines without a floor for one problem and law."""

    problem: object
    law: object
    best: object
    weights: tuple | None = None  # what a pass of each kind is paid, up to a factor, where that is given

    @property
    def averse(self):
        utility = self.problem.utility
        return utility.aversion if isinstance(utility, CARA) else 0.0

    def demand(self, effort):
        """A at participation; c′ of a risk-neutral agent; NaN where no wage pays for the effort."""
        cost = self.problem.cost
        room = 1 - self.averse * (self.problem.outside + cost.cost(effort))
        return np.where(
            room > 0, (self.averse or 1.0) * cost.slope(effort) / np.where(room > 0, room, 1), np.nan
        )

    def at_price(self, effort, price):
        """y of each kind at a price of the incentive: (2, …)."""
        return np.stack([
            _cheapest(kind, self.averse, kind.evidence.success(effort), kind.evidence.slope(effort), price)
            for kind in self.law.kinds
        ])  # fmt: skip

    def split(self, effort):
        """The cheapest y of each kind that gives the local incentive, and its price: Newton's method on the price, kept in a bracket."""
        effort = np.asarray(effort, dtype=float)
        target = self.demand(effort)
        if self.weights is not None:
            return self._alike(effort, target), np.zeros_like(effort)
        steep = np.stack([kind.n * kind.evidence.slope(effort) for kind in self.law.kinds])
        info = self.law.information(effort)
        if self.averse == 0:  # risk costs nothing: as the score
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.stack([
                    target / info * kind.evidence.slope(effort) / (kind.evidence.success(effort) * kind.evidence.failure(effort))
                    for kind in self.law.kinds
                ])  # fmt: skip
            return np.where(np.isfinite(y), y, 0.0), np.zeros_like(effort)
        with np.errstate(divide="ignore", invalid="ignore"):
            price = np.where(info > 0, target / (self.averse * info), 0.0)
            low, high = np.zeros_like(price), np.full_like(price, np.inf)
            for _ in range(100):
                given = (steep * self.at_price(effort, price)).sum(axis=0)
                short = given < target
                low, high = np.where(short, price, low), np.where(short, high, price)
                new = price * target / given  # exact for small y
                inside = (new > low) & (new < high)
                new = np.where(inside, new, np.where(np.isfinite(high), (low + high) / 2, 2 * price))
                if np.all(~(np.abs(new - price) > 1e-15 * price)):
                    break
                price = new
        return self.at_price(effort, price), price

    def _alike(self, effort, target):
        """y of each kind where a pass of one is paid a given multiple of the other's: the scale, by bisection of its log."""
        q = [kind.evidence.success(effort) for kind in self.law.kinds]
        steep = [kind.n * kind.evidence.slope(effort) for kind in self.law.kinds]

        def at(log_scale):
            if self.averse == 0:
                return np.stack([np.exp(log_scale) * w + 0 * x for w, x in zip(self.weights, q, strict=True)])
            fines = [-np.expm1(-self.averse * np.exp(log_scale) * w) for w in self.weights]
            return np.stack([g / (1 - x * g) for g, x in zip(fines, q, strict=True)])

        low, high = np.full(effort.shape, -40.0), np.full(effort.shape, 10.0)
        for _ in range(70):
            middle = (low + high) / 2
            given = sum(s * y for s, y in zip(steep, at(middle), strict=True))
            low, high = np.where(given < target, middle, low), np.where(given < target, high, middle)
        y = at((low + high) / 2)
        given = sum(s * one for s, one in zip(steep, y, strict=True))
        return np.where(np.abs(given - target) <= 1e-9 * np.abs(target), y, np.nan)

    def rough_price(self, effort):
        """The price of the incentive, good to about y³: where any price will do."""
        target, info = self.demand(effort), self.law.information(effort)
        steep = [kind.n * kind.evidence.slope(effort) for kind in self.law.kinds]
        price = target / (self.averse * info)
        for _ in range(2):
            given = sum(s * y for s, y in zip(steep, self.at_price(effort, price), strict=True))
            price = price * target / given
        return np.where(np.isfinite(price), price, 0.0)

    def risk(self, effort, y):
        """ρ₁ + ρ₂."""
        if self.averse == 0:
            return np.zeros(np.shape(effort))
        return sum(
            _risk(kind, self.averse, kind.evidence.success(effort), kind.evidence.failure(effort), one)
            for kind, one in zip(self.law.kinds, y, strict=True)
        )

    def least_gap(self, effort):
        """The gap of the cheapest line for each effort that meets participation and the local incentive: no line for it has less."""
        y, _ = self.split(effort)
        gap = self.problem.loss(effort, self.best) + self.risk(effort, y)
        return np.where(np.isfinite(gap), gap, np.inf)

    def line(self, effort, y, rent=0.0):
        """Base and slopes of the line with these y that leaves this rent."""
        slopes, base = [], self.problem.reservation(effort) + rent
        if self.averse == 0:
            slopes = [float(n * one) for n, one in zip(self._sizes, y, strict=True)]
            base -= sum(
                s * float(k.evidence.success(effort)) for s, k in zip(slopes, self.law.kinds, strict=True)
            )
            return float(base), tuple(slopes)
        exponent = 0.0
        for kind, one in zip(self.law.kinds, y, strict=True):
            q, r = float(kind.evidence.success(effort)), float(kind.evidence.failure(effort))
            step = float(np.log1p(q * one) - np.log1p(-r * one))  # aβ/n
            slopes.append(kind.n * step / self.averse)
            exponent -= kind.n * float(np.log1p(q * one))  # E e^(−aβX/n) = (1 + q y)^(−n)
        base = (exponent - np.log1p(-self.averse * float(base))) / self.averse
        return float(base), tuple(slopes)

    @property
    def _sizes(self):
        return tuple(kind.n for kind in self.law.kinds)

    def pay(self, effort, y, rent=0.0):
        return UncutPay(self.law, self.averse, *self.line(effort, y, rent))


def best_uncut(family):
    """The best line: (effort, y, rent, gap, deviations, price), or None if there is none worth having."""
    problem = family.problem
    effort = _lowest(family)
    y, price = family.split(effort)
    gap = float(family.least_gap(effort))
    if not np.isfinite(gap):
        return None
    found = (effort, y, 0.0, gap, (), float(price))
    pay = family.pay(effort, y)
    answer = proved_answer(problem, pay, (effort,))
    own = float(pay.expected(np.array([effort]))[0, 0] - problem.cost.cost(effort))
    if answer.bound - own <= _GAIN:
        return found
    deviations = [answer.effort]
    for _ in range(_DEVIATIONS):
        found = _against(family, effort, y, tuple(deviations))
        if found is None:
            return None
        effort, y, rent = found[:3]
        pay = family.pay(effort, y, rent)
        answer = proved_answer(problem, pay, (effort, *deviations))
        own = float(pay.expected(np.array([effort]))[0, 0] - problem.cost.cost(effort))
        if answer.bound - own <= _GAIN or min(abs(answer.effort - d) for d in deviations) < 1e-9:
            return found
        deviations.append(answer.effort)
    return None


def _lowest(family):
    """The effort with the least gap: a grid, then the valley around its lowest point."""
    best = family.best.effort
    grid = np.unique(
        np.concatenate([np.linspace(1e-3, 1, 129), np.clip(best + np.linspace(-0.05, 0.05, 33), 1e-6, 1)])
    )
    gaps = family.least_gap(grid)
    i = int(np.argmin(gaps))
    low, high = grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]
    valley = minimize_scalar(
        lambda e: float(family.least_gap(np.float64(e))), bounds=(low, high), method="bounded", options={"xatol": 1e-9}
    )  # fmt: skip
    effort = float(valley.x) if valley.fun < gaps[i] else float(grid[i])
    step = min(1e-4, (high - low) / 8, effort / 2, (1 - effort) / 2)
    if step < 1e-9:
        return effort
    around = effort + step * np.array(
        [-2, -1, 0, 1, 2]
    )  # the vertex of the quartic, beyond what values alone can tell
    values = family.least_gap(around)
    slope = (values[0] - 8 * values[1] + 8 * values[3] - values[4]) / (12 * step)
    bend = (-values[0] + 16 * values[1] - 30 * values[2] + 16 * values[3] - values[4]) / (12 * step**2)
    if not (np.all(np.isfinite(values)) and bend > 0 and abs(slope / bend) < step):
        return effort
    return float(effort - slope / bend)


def _against(family, effort, y, deviations):
    """The best line that these efforts do not tempt from: effort, both y and the rent by sequential quadratic programming."""
    problem, law, averse = family.problem, family.law, family.averse
    size = np.maximum(np.abs(y), 1e-300)
    dear = float(problem.cost.cost(1.0))

    def parts(x):
        e, ys, rent = x[0], x[1:3] * size, x[3] * dear
        room = 1 - averse * (float(problem.reservation(e)) + rent)
        return e, ys, rent, room

    def gap(x):
        e, ys, rent, _ = parts(x)
        price = float(problem.utility.wage_rise(problem.reservation(e), rent))
        return float(problem.loss(e, family.best)) + price + float(family.risk(np.float64(e), ys))

    def local(x):
        e, ys, _, room = parts(x)
        given = sum(k.n * float(k.evidence.slope(e)) * one for k, one in zip(law.kinds, ys, strict=True))
        return given * room / (averse or 1.0) - float(problem.cost.slope(e))

    def against(x):
        e, ys, _, room = parts(x)
        out = []
        for d in deviations:
            rises = [float(k.evidence.success(e) - k.evidence.success(d)) for k in law.kinds]
            if averse:
                factor = sum(
                    k.n * np.log1p(rise * one) for k, rise, one in zip(law.kinds, rises, ys, strict=True)
                )
                won = room * np.expm1(factor) / averse
            else:
                won = sum(k.n * rise * one for k, rise, one in zip(law.kinds, rises, ys, strict=True))
            out.append(won - float(problem.cost.cost(e) - problem.cost.cost(d)))
        return np.array(out)

    scale = max(gap(np.array([effort, *(np.asarray(y) / size), 0.0])), 1e-12)
    best, alike = None, []
    if family.weights is not None:
        first, second = (w * n for w, n in zip(family.weights, family._sizes, strict=True))

        def ratio(x):
            slopes = family.line(parts(x)[0], parts(x)[1])[1]
            return (slopes[0] * second - slopes[1] * first) / (first**2 + second**2)

        alike = [{"type": "eq", "fun": ratio}]
    for stretch in (1.0, 1.2, 1.6):
        start = np.array([effort, *(stretch * np.asarray(y) / size), 0.0])
        found = minimize(
            lambda x: gap(x) / scale, start, method="SLSQP", bounds=[(1e-6, 1), (0, 50), (0, 50), (0, 10)],
            constraints=[{"type": "eq", "fun": local}, {"type": "ineq", "fun": against}, *alike],
            options={"maxiter": 200, "ftol": 1e-15},
        )  # fmt: skip
        x = found.x
        fair = abs(local(x)) < 1e-9 and np.all(against(x) > -1e-9) and np.isfinite(gap(x))
        if fair and (best is None or gap(x) < best[3]):
            best = (float(x[0]), x[1:3] * size, float(x[3]) * dear, gap(x), deviations, np.nan)
    return best


def excess(family, gap, near):
    """How much more than the contract of this gap another line may earn: 0 if none does, and the ranges looked at."""
    problem, best = family.problem, family.best
    slack = 0.9 * proof_tolerance(problem, best, gap)

    def over(effort):
        return float(problem.loss(effort, best)) - gap

    low = 0.0 if over(0.0) <= 0 else brentq(over, 0.0, best.effort, xtol=1e-15)
    high = 1.0 if over(1.0) <= 0 else brentq(over, best.effort, 1.0, xtol=1e-15)
    least_effort = min(0.25 * slack / max(float(problem._value_slope(0.0)), 1e-300), 1e-3)
    low = max(low, least_effort)  # below it no effort is worth more than flat pay by the tolerance
    curve = _CURVE  # the bound is of first order in the width, and a range may be as wide as the square of its distance
    ends = np.concatenate([[low, high], near - (near - low) * curve, near + (high - near) * curve])
    ends = np.unique(np.clip(ends, low, high))
    low, high, total, least = ends[:-1], ends[1:], 0, np.inf
    for _ in range(_ROUNDS):
        gaps = _gap_at_least(family, low, high)
        total += low.size
        open_ = ~(gaps > gap - slack)
        least = min(least, float(np.min(gaps[~open_], initial=np.inf)))
        if not open_.any():
            return max(gap - least, 0.0), total
        if total > _MOST:
            break
        low, high = low[open_], high[open_]
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return max(gap - float(np.min(np.where(np.isnan(gaps), -np.inf, gaps))), 0.0), total


@np.errstate(all="ignore")
def _gap_at_least(family, low, high):
    problem, law, averse = family.problem, family.law, family.averse
    loss = problem.loss(np.clip(family.best.effort, low, high), family.best)
    if averse == 0:
        return loss
    price = family.rough_price((low + high) / 2)
    total = loss + price * family.demand(low)
    for kind in law.kinds:
        if kind.n == 0 or kind.evidence.gain == 0:
            continue
        ends = [kind.evidence.success(x) for x in (low, high)]
        steep = np.maximum(kind.evidence.slope(low), kind.evidence.slope(high))
        values = []
        for q in ends:
            y = _cheapest(kind, averse, q, steep, price)
            values.append(_risk(kind, averse, q, 1 - q, y) - price * kind.n * steep * y)
        thinnest = np.minimum(*(q * (1 - q) for q in ends))
        concave = price * averse * steep <= 0.49 * thinnest  # then every y in question is below 1
        total = total + np.where(concave, np.minimum(*values), -np.inf)
    return np.where(np.isnan(total), loss, np.maximum(total, loss))


def _cheapest(kind, averse, q, steep, price):
    """y at which the risk of this kind rises as fast as the incentive is worth: a quadratic, M·qr·y² + (1 − M(q − r))y − M = 0."""
    if kind.n == 0 or kind.evidence.gain == 0:
        return np.zeros(np.shape(q))
    r = 1 - q
    with np.errstate(divide="ignore", invalid="ignore"):
        m = price * averse * steep / (q * r)
        middle = 1 - m * (q - r)
        return 2 * m / (middle + np.sqrt(middle**2 + 4 * m**2 * q * r))


def _risk(kind, averse, q, r, y):
    return -(kind.n / averse) * (r * np.log1p(q * y) + q * np.log1p(-r * y))
