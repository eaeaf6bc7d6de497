"""What moves effort and profit: derivatives of the best contract in every number of a problem, exact, by the conditions that it solves.

The best contract of a class maximises the Lagrangian, z the effort and the numbers of the contract, θ a number of the problem,

    𝓛(z, λ; θ) = V(η) − E w + λ_p·(E v − c − u₀) + μ·(dE v/dη − c′) + Σ ν_j·(E v − c − E_j v + c(e_j)) + κ·(v_low − u_floor)

over what binds. So (envelope theorem)      dΠ/dθ = ∂𝓛/∂θ at the contract as it stands,
and (implicit function theorem)             dz/dθ = −F_y⁻¹F_θ,    F = ∂𝓛/∂(z, λ) = 0,  y = (z, λ).

The prices λ follow from ∂𝓛/∂z = 0; where they do not exist, what binds was not read off well, and nothing is returned. Thresholds are whole numbers and
stay; derivatives hold as long as the best threshold does and no other constraint begins or ceases to bind. For any pay 𝓛 is taken at the utilities
that are best at the prices (`annolib.contracts.incentives.cheapest_lottery`), so that z is the effort alone.

F is a formula (binomial laws and two of their derivatives); its Jacobian is taken by central differences of that formula, without solving anew.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from annolib.agency.problem import Problem
from annolib.contracts.forms import Binary, Flat, Linear, Optimal, Tiered
from annolib.contracts.incentives import cheapest_lottery
from annolib.contracts.incentives.parts import MOST
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.joint.family import CountLaw
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION
from annolib.contracts.solve import second_best
from annolib.monitors.base import Monitor
from annolib.validation import one_whole

if TYPE_CHECKING:
    import pandas as pd

_STEP = 1e-6
_CORNER = 1e-7
_AT_A_COUNT = 1e-5


def sensitivity(problem, monitor, n, family, *, tiers=None) -> pd.DataFrame:
    """Derivatives and elasticities of the best profit and effort, as a frame.

    Parameters
    ----------
    problem : Problem
    monitor : Monitor
    n : int
    family : str
        As in `second_best`.

    Returns
    -------
    pandas.DataFrame
        A row for each number: the utility's aversion, the cost's scale and power, the outside option, the floor (if there is one),
        the value (a factor of V, at 1), and what the monitor is made of (κ, ρ, γ, …). Columns `value`, `profit` and `effort` (the
        derivatives), `profit_elasticity` and `effort_elasticity` (per cent for one per cent; NaN for a number that is 0).

    Raises
    ------
    ValueError
        Where what binds does not give prices (a contract at a kink), or any pay rests on derivatives in place of deviations.

    Examples
    --------
    A harder cost lowers effort and profit; stronger checks raise profit.

    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> frame = sensitivity(problem, al.SelfConsistency(0.15), 1000, "linear")
    >>> frame.loc[["cost scale", "kappa"], ["profit", "effort"]].round(4)
                profit  effort
    cost scale -0.3017 -0.5019
    kappa       0.0061  0.0027
    """
    import pandas as pd

    if not isinstance(problem, Problem) or not isinstance(monitor, Monitor):
        raise TypeError(
            f"problem and monitor must be a Problem and one kind of checks of known strength; saw {problem!r} and {monitor!r}."
        )
    problem.require_plain("for its sensitivity")
    n = one_whole("n", n, 1)
    if n > MOST:
        raise ValueError(
            f"n must be at most {MOST:,}; saw {n:,}. The formulas of annolib.rates hold for more."
        )
    pay = second_best(problem, monitor, n, family, tiers=tiers)
    conditions = None if isinstance(pay.contract, Flat) else Conditions.of(problem, monitor, pay)
    rows = {}
    for name, value, moved in _numbers(problem, monitor):
        if conditions is None:
            profit, effort = _of_flat(moved, value), 0.0
        else:
            profit, effort = conditions.derivatives(moved, value)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = value if value != 0 else np.nan
            rows[name] = (
                value,
                profit,
                effort,
                *(x * share / np.float64(y) for x, y in ((profit, pay.profit), (effort, pay.effort))),
            )
    columns = ["value", "profit", "effort", "profit_elasticity", "effort_elasticity"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _numbers(problem, monitor):
    """(name, value, (value) → (problem, monitor)) of every number that can be moved."""
    out = []
    for one, prefix, put in (
        (problem.utility, "", lambda x: replace(problem, utility=x)),
        (problem.cost, "cost ", lambda x: replace(problem, cost=x)),
    ):
        for field in fields(one):
            if field.init and isinstance(getattr(one, field.name), float):
                name = field.name
                moved = lambda x, one=one, put=put, name=name: (put(replace(one, **{name: x})), monitor)  # noqa: E731
                out.append((prefix + name, getattr(one, name), moved))
    out.append(("outside", problem.outside, lambda x: (replace(problem, outside=x), monitor)))
    if problem.floor is not None:
        out.append(("floor", problem.floor, lambda x: (problem.with_floor(x), monitor)))

    def scaled(x):
        slope = problem._value_slope
        value = replace(problem, value=lambda e: x * problem.value(e), value_slope=lambda e: x * slope(e))
        return value, monitor

    out.append(("value", 1.0, scaled))
    for field in fields(monitor):
        if field.init and isinstance(getattr(monitor, field.name), float):
            name = field.name
            out.append(
                (name, getattr(monitor, name), lambda x, name=name: (problem, replace(monitor, **{name: x})))
            )
    return out


def _of_flat(moved, value):
    """d profit of flat pay, V(0) − h(max(u₀, u_floor))."""

    def profit(x):
        problem, _ = moved(x)
        paid = max(problem.outside, problem.floor_utility)
        return float(problem._value(problem.cost.free_effort)) - float(problem.utility.wage(paid))

    step = _STEP * max(abs(value), 0.1)
    with contextlib.suppress(ValueError):
        up, down = (
            (profit(value + step) - profit(value)) / step,
            (profit(value) - profit(value - step)) / step,
        )
        if abs(up - down) > 1e-3 * (abs(up) + abs(down)):
            return np.nan  # floor and outside option are the same wage: no derivative
    return _slope(profit, value)


def _slope(function, value):
    """Central difference; one-sided where the number cannot be moved one way (κ at ¼)."""
    step = _STEP * max(abs(value), 0.1)
    points = []
    for sign in (1, -1):
        try:
            points.append((value + sign * step, np.asarray(function(value + sign * step), dtype=float)))
        except ValueError:
            points.append((value, np.asarray(function(value), dtype=float)))
    (a, fa), (b, fb) = points
    return (fa - fb) / (a - b)


def _knot(contract):
    """The whole count at which a line meets its floor, −1 if it is no whole count: the best line may well have its knot at one."""
    if not isinstance(contract, Linear) or contract.floor is None or not contract.slope > 0:
        return -1
    knot = (contract.floor - contract.base) / contract.slope * contract.n
    whole = round(knot)
    return int(whole) if 0 <= whole <= contract.n and abs(knot - whole) < _AT_A_COUNT else -1


@dataclass(frozen=True, eq=False)
class Conditions:
    """F(y; θ) of one result: which of its conditions are active, and y = (effort, numbers of the contract, deviations, prices)."""

    problem: object
    monitor: object
    contract: object
    free: bool  # is the effort inside (0, 1)?
    active: tuple  # of "participation", "local", "floor", "knot"
    knot: int  # count at which a cut line meets the floor exactly; −1 if at none
    deviations: tuple
    moving: tuple  # which of the deviations are inside (0, 1), so that they move
    y: np.ndarray

    @classmethod
    def of(cls, problem, monitor, pay):
        contract = pay.contract
        free = pay.effort < 1 - _CORNER
        active = ("participation",) * (PARTICIPATION in pay.binding) + ("local",) * (
            EFFORT in pay.binding and free
        )
        stepwise = isinstance(contract, Binary | Tiered)
        active += ("floor",) * bool(stepwise and FLOOR in pay.binding)
        knot = _knot(contract)
        active += ("knot",) * (knot >= 0)
        if isinstance(contract, Optimal):
            if contract.derivative_prices:
                raise ValueError(
                    "any pay is not differentiated here: it rests on derivatives of the payoff in place of deviations. Ask for 'linear' or 'binary'."
                )
            deviations = contract.deviations
        else:
            deviations = (pay.certificate.deviation,) if NO_SHIRKING in pay.binding else ()
        edge = problem.cost.free_effort
        deviations = tuple(edge if abs(d - edge) < _CORNER else float(d) for d in deviations)
        moving = tuple(edge + _CORNER < d < 1 - _CORNER for d in deviations)
        one = cls(problem, monitor, contract, free, active, knot, deviations, moving, np.empty(0))
        return replace(one, y=one._settled(pay))

    def derivatives(self, moved, value):
        """(dΠ/dθ, dη/dθ)."""
        profit = float(_slope(lambda x: self.lagrangian(*moved(x)), value))
        by_theta = _slope(lambda x: self.residual(self.y, *moved(x)), value)
        step = -np.linalg.solve(self._jacobian(self.y), by_theta)
        return profit, float(step[0]) if self.free else 0.0

    # the contract

    def _start(self):
        """Numbers of the contract, and prices if it is any pay."""
        contract, utility = self.contract, self.problem.utility
        if isinstance(contract, Linear):
            return np.array([contract.base, contract.slope])
        if isinstance(contract, Optimal):
            return np.empty(0)
        wages = (contract.low, contract.high) if isinstance(contract, Binary) else contract.wages
        return np.asarray(utility.utility(np.array(wages)), dtype=float)

    def _pay(self, x, problem, effort, law, prices, deviations):
        """v, w and their derivatives in the numbers of the contract."""
        contract, utility, n = self.contract, problem.utility, self.contract.n
        k = np.arange(n + 1)
        if isinstance(contract, Linear):
            share = k / n
            line = x[0] + x[1] * share
            above = np.ones(n + 1, bool) if problem.floor is None else line > problem.floor
            if self.knot >= 0:
                above[self.knot] = False
            w = line if problem.floor is None else np.where(above, line, problem.floor)
            dw = np.where(above, np.stack([np.ones(n + 1), share]), 0.0)
            v = utility.utility(w)
            return v, w, dw / utility.marginal_wage(v), dw
        if isinstance(contract, Optimal):
            p, slope, _ = law.law(np.array([effort]), 2)
            with np.errstate(all="ignore"):
                level = prices.get("participation", 0.0) + prices.get("local", 0.0) * slope[0] / p[0]
                for d, price in zip(deviations, prices["shirking"], strict=True):
                    level = level + price * (1 - law.law(np.array([d]), 0)[0][0] / p[0])
            level = np.where(np.isfinite(level), level, -np.inf)
            v, _ = cheapest_lottery.utilities_at(utility, problem.floor_utility, level)
            return v, utility.wage(v), np.zeros((0, n + 1)), np.zeros((0, n + 1))
        edges = (contract.threshold,) if isinstance(contract, Binary) else contract.thresholds
        dv = np.stack([np.searchsorted(edges, k, side="right") == i for i in range(len(edges) + 1)]).astype(
            float
        )
        v = x @ dv
        return v, utility.wage(v), dv, dv * utility.marginal_wage(v)

    # 𝓛 and F

    def _split(self, y):
        y = list(y)
        effort = y.pop(0) if self.free else 1.0
        x = np.array([y.pop(0) for _ in self._start()])
        deviations = [y.pop(0) if moves else d for d, moves in zip(self.deviations, self.moving, strict=True)]
        prices = {name: y.pop(0) for name in self.active}
        prices["shirking"] = [y.pop(0) for _ in self.deviations]
        return effort, x, deviations, prices

    def _terms(self, y, problem, monitor):
        effort, x, deviations, prices = self._split(y)
        law = CountLaw(PassLaw.from_monitor(monitor), self.contract.n)
        p, p1, p2 = (one[0] for one in law.law(np.array([effort]), 2))
        others = [law.law(np.array([d]), 1) for d in deviations]
        v, w, dv, dw = self._pay(x, problem, effort, law, prices, deviations)
        cost = problem.cost
        own = p @ v - float(cost.cost(effort))
        conditions = {
            "participation": own - problem.outside,
            "local": p1 @ v - float(cost.slope(effort)),
            "floor": (x[0] if x.size else 0.0) - problem.floor_utility,
            "knot": x[0] + x[1] * self.knot / self.contract.n - problem.floor if self.knot >= 0 else 0.0,
        }
        shirking = [
            own - q[0] @ v + float(cost.cost(d)) for d, (q, _) in zip(deviations, others, strict=True)
        ]
        return effort, x, deviations, prices, (p, p1, p2), others, (v, w, dv, dw), conditions, shirking

    def lagrangian(self, problem, monitor):
        """𝓛 at the result, for a problem and a monitor that may have moved."""
        effort, _, _, prices, (p, _, _), _, (_, w, _, _), conditions, shirking = self._terms(
            self.y, problem, monitor
        )
        total = (
            float(problem._value(effort))
            - p @ w
            + sum(prices[name] * conditions[name] for name in self.active)
        )
        return float(total + sum(a * b for a, b in zip(prices["shirking"], shirking, strict=True)))

    def residual(self, y, problem, monitor):
        """F: ∂𝓛/∂z, then the conditions."""
        rows, conditions = self._gradients(y, problem, monitor)
        prices = np.concatenate([[1.0], self._prices(y)])
        return np.concatenate([rows @ prices, conditions])

    def _prices(self, y):
        count = len(self.active) + len(self.deviations)
        return y[len(y) - count :]

    def _gradients(self, y, problem, monitor):
        """∂/∂z of profit and of each condition as columns, a line for each number of z; and the conditions."""
        effort, x, deviations, prices, (p, p1, p2), others, (v, w, dv, dw), conditions, shirking = (
            self._terms(y, problem, monitor)
        )
        cost, rows = problem.cost, []
        own = p1 @ v - float(cost.slope(effort))
        bend = p2 @ v - float(cost.curvature(effort))
        if self.free:
            by = {"participation": own, "local": bend, "floor": 0.0, "knot": 0.0}
            value = float(problem._value_slope(effort)) - p1 @ w
            rows.append([value, *(by[name] for name in self.active), *(own for _ in deviations)])
        for i in range(x.size):
            by = {"participation": p @ dv[i], "local": p1 @ dv[i], "floor": float(i == 0)}
            by["knot"] = (1.0, self.knot / self.contract.n)[i] if self.knot >= 0 else 0.0
            rows.append(
                [-(p @ dw[i]), *(by[name] for name in self.active), *((p - q[0]) @ dv[i] for q, _ in others)]
            )
        for j, moves in enumerate(self.moving):
            if moves:
                gain = float(cost.slope(deviations[j])) - others[j][1][0] @ v
                rows.append(
                    [0.0, *(0.0 for _ in self.active), *(gain * (i == j) for i in range(len(deviations)))]
                )
        return np.array(rows), np.array([*(conditions[name] for name in self.active), *shirking])

    def _settled(self, pay):
        """y: the result's own numbers with the prices that ∂𝓛/∂z = 0 gives, then Newton's method to rounding."""
        problem, monitor, contract = self.problem, self.monitor, self.contract
        z = [pay.effort] * self.free + [*self._start()]
        z += [d for d, moves in zip(self.deviations, self.moving, strict=True) if moves]
        if isinstance(contract, Optimal):
            own = {"participation": contract.participation, "local": contract.incentive}
            y = np.array([*z, *(own[name] for name in self.active), *contract.deviation_prices])
        else:
            unknown = len(self.active) + len(self.deviations)
            rows, _ = self._gradients(np.array([*z, *np.zeros(unknown)]), problem, monitor)
            still = rows[: len(rows) - sum(self.moving)]
            prices = np.linalg.lstsq(still[:, 1:], -still[:, 0], rcond=None)[0]
            off = np.max(np.abs(still @ np.concatenate([[1.0], prices])))
            if not off <= 1e-2 * np.max(np.abs(still[:, 0])) + 1e-9:
                raise ValueError(
                    f"the contract is at a kink: what binds ({', '.join(pay.binding)}) does not give prices."
                )
            y = np.array([*z, *prices])
        for _ in range(4):
            off = self.residual(y, problem, monitor)
            try:
                step = np.linalg.solve(self._jacobian(y), off)
            except np.linalg.LinAlgError as error:
                raise ValueError("the contract is at a kink: its conditions do not determine it.") from error
            if not np.all(np.isfinite(step)) or np.max(np.abs(step)) > 0.05 * (1 + np.max(np.abs(y))):
                raise ValueError(
                    f"the contract is at a kink: what binds ({', '.join(pay.binding)}) does not determine it."
                )
            y = y - step
        if abs(y[0] - pay.effort) > 1e-3 and self.free:
            raise ValueError("the contract is at a kink: another one solves the same conditions.")
        return y

    def _jacobian(self, y):
        out = np.empty((y.size, y.size))
        for i in range(y.size):
            step = _STEP * max(abs(y[i]), 1e-3)
            up, down = y.copy(), y.copy()
            up[i], down[i] = y[i] + step, y[i] - step
            out[:, i] = (
                self.residual(up, self.problem, self.monitor)
                - self.residual(down, self.problem, self.monitor)
            ) / (up[i] - down[i])
        return out
