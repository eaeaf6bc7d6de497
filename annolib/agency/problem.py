"""The annotator as an agent, and the principal who pays: cost of effort, the problem, and the first best.

Agent: u(wage) − c(effort), at least u₀ (the outside option) or no deal. Principal: V(effort) − wage. If effort could be
seen, a flat wage h(u₀ + c(η)) for the agreed effort η would do: that is the first best,
η* = argmax V(η) − h(u₀ + c(η)).

Efforts fill [0, 1], or [0, effort_max], or are a finite list. Where the cost is in money the agent has u(wage − cost).

References
----------
B. Holmström, "Moral hazard and observability", Bell Journal of Economics 10 (1979), doi:10.2307/3003320.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from annolib.agency.arguments import FromItsArguments
from annolib.agency.costs import MoneyCost, PowerCost
from annolib.agency.listed import ListedCost, listed_efforts, listed_value
from annolib.agency.utilities import CARA, CRRA, RiskNeutral, Utility
from annolib.numerics.calculus import integral, on_arrays, slope_of
from annolib.numerics.roots import bracketed_root
from annolib.validation import as_given, within

__all__ = ["CARA", "CRRA", "FirstBest", "PowerCost", "Problem", "RiskNeutral", "first_best"]

_GRID, _FINE = np.linspace(0, 1, 129), np.linspace(0, 1, 1025)
_WIDE = 32  # steps of the finer grid in one
_SAME = 1e-8  # of a slope of V: what is no other one
_NEAR = 0.02  # efforts this near η* get their loss by quadrature of the slope


@dataclass(frozen=True)
class Problem(FromItsArguments):
    """A principal and an agent, all but the monitor.

    It can be pickled if its functions can: `def` at the top of a module, not a lambda (the error says so).

    Parameters
    ----------
    utility : CARA, CRRA or RiskNeutral
    cost : PowerCost or ConvexCost
        Effort cost c, convex, c(0) = 0.
        A `MoneyCost` makes the agent's utility u(wage − c). With finitely many efforts, also a sequence with the cost of each.
    value : callable
        V(effort), increasing and concave on [0, 1], in money. With finitely many efforts any function of effort, a sequence with
        the value of each, or nothing where the evidence says what outcomes are worth (`Outcomes`).
    outside : float
        u₀, the utility of walking away.
    floor : float or None
        Lowest wage that may be paid (limited liability); None for no floor. A utility that knows no wage below 0
        (CRRA with γ < 1) has floor 0 by itself.
    value_slope : callable or None
        V′, only needed where V is not smooth enough to be differentiated automatically. It is checked against V.
    efforts : sequence of float or None
        The only efforts there are, increasing, at least two, in [0, effort_max]; V need not be concave then, nor c convex. None
        for all of [0, effort_max]. Where cost or value is a sequence and no efforts are given they are numbered 0, 1, 2, ….
    effort_max : float
        The largest effort; 1 unless said.

    Raises
    ------
    ValueError
        If V is not increasing and concave or V′ is not its slope, the outside option is out of reach, or the floor is unbearable.

    Examples
    --------
    >>> problem = Problem(CARA(1.0), PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> round(problem.floor_utility, 3)
    0.0
    >>> first_best(Problem(CRRA(0.5), cost=[0, 10], value=[100, 300], outside=18))
    FirstBest(effort=1.000000, wage=196.000000, profit=104.000000)
    """

    utility: Utility
    cost: object
    value: Callable | None = None
    outside: float = 0.0
    floor: float | None = None
    value_slope: Callable | None = None
    efforts: tuple | None = None
    effort_max: float = 1.0
    _value: Callable = field(init=False, repr=False, compare=False)
    _value_slope: Callable = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        if not isinstance(self.utility, Utility):
            raise TypeError(f"utility must be CARA, CRRA or RiskNeutral; saw {self.utility!r}.")
        object.__setattr__(self, "effort_max", _number("effort_max", self.effort_max))
        if not self.effort_max > 0:
            raise ValueError(f"effort_max must be above 0; saw {self.effort_max:g}. 1 is the usual scale.")
        object.__setattr__(
            self, "efforts", listed_efforts(self.efforts, self.cost, self.value, self.effort_max)
        )
        if self.efforts is not None and np.ndim(self.cost) == 1:
            object.__setattr__(self, "cost", ListedCost(self.efforts, self.cost))
        if not all(hasattr(self.cost, name) for name in ("cost", "slope", "curvature", "bends")):
            raise TypeError(f"cost must be PowerCost or ConvexCost; saw {self.cost!r}.")
        object.__setattr__(self, "outside", _number("outside", self.outside))
        if self.efforts is not None:
            object.__setattr__(self, "_value", listed_value(self.efforts, self.value))
            object.__setattr__(self, "_value_slope", None)
            self.cost.cost(np.array(self.efforts))
        else:
            if not callable(self.value):
                raise TypeError(f"value must be a function of effort; saw {self.value!r}.")
            self._differentiate()
            _check_value(self)
        _check_outside(self)
        _check_floor(self)

    def _differentiate(self):
        """V as a function of arrays, and V′."""
        top, value, slope = self.effort_max, self.value, self.value_slope
        if top == 1:
            object.__setattr__(self, "_value", on_arrays("value", value))
            slope = slope_of("value", value) if slope is None else on_arrays("value_slope", slope)
        else:  # the tools know functions on [0, 1]
            unit = on_arrays("value", lambda x: value(top * x))
            if slope is None:
                unit_slope, by = slope_of("value", lambda x: value(top * x)), 1 / top
            else:
                unit_slope, by = on_arrays("value_slope", lambda x: self.value_slope(top * x)), 1.0
            object.__setattr__(self, "_value", lambda e: unit(np.asarray(e, dtype=float) / top))
            slope = lambda e: unit_slope(np.asarray(e, dtype=float) / top) * by  # noqa: E731
        object.__setattr__(self, "_value_slope", slope)

    @property
    def floor_utility(self):
        """Utility of the lowest wage that may be paid; −inf without a floor."""
        if self.floor is None:
            return float(self.utility.lowest)
        return float(self.utility.utility(self.floor))

    def with_floor(self, floor):
        """The same problem with another floor, None for none."""
        return replace(self, floor=floor)

    def with_efforts(self, efforts):
        """The same problem with these efforts and no others: at least two, increasing; None for all of [0, effort_max].

        Examples
        --------
        >>> problem = Problem(CARA(1.0), PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
        >>> first_best(problem.with_efforts([0, 0.25, 0.5, 0.75, 1])).effort
        0.5
        """
        return replace(self, efforts=None if efforts is None else tuple(np.ravel(efforts)))

    @property
    def in_money(self):
        """Is the cost of effort in money, so that the agent's utility is u(wage − c)?"""
        return isinstance(self.cost, MoneyCost)

    def require_plain(self, where):
        """Raise ValueError unless efforts fill [0, 1] and their cost is in utility; `where` says for what, in words."""
        saw = []
        if self.efforts is not None:
            saw.append(f"{len(self.efforts)} listed efforts")
        if self.effort_max != 1:
            saw.append(f"effort_max={self.effort_max:g}")
        if self.in_money:
            saw.append("a cost in money")
        if saw:
            raise ValueError(
                f"problem must have efforts that fill [0, 1] and a cost in utility {where}; saw {' and '.join(saw)}. "
                "Give Problem(…) without them, or ask second_best for one kind of checks of known strength and no cap."
            )

    def payoff(self, wage, effort):
        """What the agent has of a wage after this effort: u(w) − c(η), or u(w − c(η)) where the cost is in money."""
        if self.in_money:
            return self.utility.utility(np.asarray(wage, dtype=float) - self.cost.cost(effort))
        return self.utility.utility(wage) - self.cost.cost(effort)

    def reservation(self, effort):
        """Utility u₀ + c(η) the agent must expect from the wage to come and to work; u(h(u₀) + c(η)) where c is in money."""
        if self.in_money:
            return self.utility.utility(self.utility.wage(self.outside) + self.cost.cost(effort))
        return self.outside + self.cost.cost(effort)

    def flat_profit(self, effort):
        """V(η) − h(u₀ + c(η)): profit if effort could be seen; −inf where no wage pays for the effort."""
        return as_given(self._value(effort) - self.utility.wage(self.reservation(effort)), effort)

    def flat_slope(self, effort):
        """Derivative of `flat_profit`."""
        marginal = 1.0 if self.in_money else self.utility.marginal_wage(self.reservation(effort))
        slope = self._value_slope(effort) - marginal * self.cost.slope(effort)
        return as_given(np.where(np.isnan(slope), -np.inf, slope), effort)

    def loss(self, effort, best):
        """What agreeing on `effort` instead of the first best loses, ≥ 0, without cancellation near it.

        Near η* it is the integral of the slope, where that agrees with the plain difference to its rounding; where V or c has a kink, or
        no second derivative at 0, it does not, and the difference stands.
        """
        eta = np.asarray(effort, dtype=float)
        with np.errstate(invalid="ignore"):
            far = best.profit - np.asarray(self.flat_profit(eta))
        near = np.abs(eta - best.effort) <= _NEAR
        if self.efforts is not None:
            return np.where(eta == best.effort, 0.0, np.maximum(far, 0))
        if not near.any():
            return np.maximum(far, 0)
        loss, some = np.array(np.maximum(far, 0)), eta[near]
        with np.errstate(invalid="ignore"):
            close = integral(self.flat_slope, some, best.effort)
            rounding = (
                8 * np.finfo(float).eps * (abs(best.profit) + abs(best.wage) + np.abs(self._value(some)))
            )
            agrees = np.abs(close - far[near]) <= rounding
        loss[near] = np.where(agrees, np.maximum(close, 0), loss[near])
        return loss

    def gap(self, best, effort, rent, mean, probabilities, offsets):
        """The gap of a lottery v = mean + offset_k with probability P_k, E offset = 0.

        With v the lottery of utilities a contract gives at effort η, ū = u₀ + c(η) and v̄ = E v = ū + rent,

            gap = [loss of agreeing on η]  +  [h(v̄) − h(ū)]  +  [E h(v) − h(v̄)]
                =  self.loss(η)            +   price of rent  +   price of risk,

        three terms ≥ 0, each computed by itself, so that nothing cancels.

        Parameters
        ----------
        effort, rent, mean : arrays of one shape
            What the agent does, what it gets above the outside option, and E v.
        probabilities, offsets : arrays with one more axis at the end

        Returns
        -------
        numpy.ndarray; +inf where a utility is out of reach.
        """
        utility = self.utility
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            waste = utility.waste(np.asarray(mean)[..., None], offsets)
            risk = np.where(probabilities > 0, probabilities * waste, 0.0).sum(axis=-1)
            total = self.loss(effort, best) + utility.wage_rise(self.reservation(effort), rent) + risk
        return np.where(np.isnan(total), np.inf, total)


@dataclass(frozen=True)
class FirstBest:
    """The best deal if effort could be seen.

    Attributes
    ----------
    effort : float
        η*.
    profit : float
        V(η*) − h(u₀ + c(η*)).
    wage : float
        h(u₀ + c(η*)), flat.
    utility : float
        ū = u₀ + c(η*), what the wage gives the agent before effort.
    corner : str
        "" if η* is inside (0, 1), else which corner and why.
    """

    effort: float
    profit: float
    wage: float
    utility: float
    corner: str = ""

    def __repr__(self):
        note = f"; {self.corner}" if self.corner else ""
        return f"FirstBest(effort={self.effort:.6f}, wage={self.wage:.6f}, profit={self.profit:.6f}{note})"


def first_best(problem) -> FirstBest:
    """The first best: effort, flat wage and profit when effort can be seen (the floor is not imposed).

    V − h(u₀ + c) is concave, so the root of its slope is the only maximum. Of a finite list of efforts all are tried.

    Examples
    --------
    >>> first_best(Problem(CARA(1.0), PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e)))
    FirstBest(effort=0.510653, wage=0.139703, profit=0.316621)
    """
    if problem.efforts is not None:
        return _best_listed(problem)
    top = _affordable(problem)
    corner = ""
    if problem.flat_slope(0.0) <= 0 and problem.cost.free_effort == 0:
        effort, corner = 0.0, "no effort is worth its cost"
    elif top == problem.effort_max and problem.flat_slope(top) >= 0:
        effort, corner = top, "full effort is worth its cost"
    else:
        effort = _where_slope_ends(problem.flat_slope, problem.cost.free_effort, top)
    reservation = float(problem.reservation(effort))
    wage = float(problem.utility.wage(reservation))
    return FirstBest(float(effort), float(problem.flat_profit(effort)), wage, reservation, corner)


def _best_listed(problem):
    """The first best among finitely many efforts; of equals the first."""
    efforts = np.array(problem.efforts)
    with np.errstate(all="ignore"):
        profits = np.nan_to_num(problem.flat_profit(efforts), nan=-np.inf)
    i = int(np.argmax(profits))
    reservation = float(problem.reservation(efforts[i]))
    wage = float(problem.utility.wage(reservation))
    corner = "the lowest effort is the best" if i == 0 else ""
    return FirstBest(float(efforts[i]), float(profits[i]), wage, reservation, corner)


def _where_slope_ends(slope, low, high):
    """Where a falling slope reaches 0, or jumps below it."""
    return float(bracketed_root(lambda e: -np.asarray(slope(e)), np.array([low]), np.array([high]))[0])


def _affordable(problem):
    """The largest effort that some wage pays for, a hair inside."""
    highest, full = problem.utility.highest, problem.effort_max
    if problem.in_money or problem.reservation(full) < highest:
        return full
    limit = _where_slope_ends(lambda e: highest - problem.reservation(e), 0.0, full)
    return float(np.nextafter(limit * (1 - 1e-9), 0))


def _number(name, value):
    number = within(name, value, -np.inf, np.inf)
    if number.ndim != 0 or not np.isfinite(number):
        raise ValueError(f"{name} must be one finite number; saw {value!r}.")
    return float(number)


def _check_value(problem):
    grid = _GRID * problem.effort_max
    value = problem._value(grid)
    if not np.all(np.isfinite(value)):
        seen = grid[~np.isfinite(value)][0]
        raise ValueError(
            f"value must be finite on [0, {problem.effort_max:g}]; at effort {seen:.4g} it is not."
        )
    scale = np.max(np.abs(value)) + 1e-300
    steps = np.diff(value)
    if np.any(steps < -1e-12 * scale):
        seen = grid[:-1][steps < -1e-12 * scale][0]
        raise ValueError(f"value must increase with effort; saw it fall at effort {seen:.4g}.")
    if np.any(np.diff(steps) > 1e-12 * scale):
        seen = grid[1:-1][np.diff(steps) > 1e-12 * scale][0]
        raise ValueError(
            f"value must be concave in effort; saw it curve upwards at effort {seen:.4g}. "
            "Where efforts are a finite list any value will do: problem.with_efforts, or efforts=…."
        )
    _check_value_slope(problem)


def _check_value_slope(problem):
    """Proofs lay tangents on V: V′ must be its slope, between those of the chords on either side, and V must rise by ∫ V′ where V′ is smooth."""
    grid = _FINE * problem.effort_max
    with np.errstate(all="ignore"):
        value, slope = problem._value(grid), problem._value_slope(grid)
        steep = np.diff(value) / np.diff(grid)
        slack = _SAME * (np.abs(steep) + (value[-1] - value[0]) / grid[-1] + 1e-300)
        slack = slack + 8 * np.finfo(float).eps * np.max(np.abs(value)) / grid[1]
        off = ~((slope[:-1] >= steep - slack) & (steep >= slope[1:] - slack))
    if np.any(off):
        i = np.flatnonzero(off)[0]
        seen = f"its derivative is {slope[i]:.6g} to {slope[i + 1]:.6g}"
        _refuse_value_slope(problem, grid[i], grid[i + 1], steep[i], seen)
    if problem.value_slope is None:
        return
    ends, slack = grid[::_WIDE], 2 * _WIDE * slack[::_WIDE]
    with np.errstate(all="ignore"):
        steep = np.diff(value[::_WIDE]) / np.diff(ends)
        added = integral(problem._value_slope, ends[:-1], ends[1:]) / np.diff(ends)
        inside = slope[np.arange(0, grid.size - 1, _WIDE)[:, None] + np.arange(_WIDE + 1)]
        smooth = np.abs(np.diff(inside, 2)).max(axis=1) <= 0.05 * np.ptp(inside, axis=1) + slack
        off = smooth & np.isfinite(inside[:, 0]) & ~(np.abs(added - steep) <= slack)
    if np.any(off):
        i = np.flatnonzero(off)[0]
        _refuse_value_slope(
            problem, ends[i], ends[i + 1], steep[i], f"its derivative is {added[i]:.9g} on average"
        )


def _refuse_value_slope(problem, low, high, steep, seen):
    remedy = (
        "value is not smooth there: give its derivative as value_slope."
        if problem.value_slope is None
        else "Give the derivative of value, or leave value_slope out where value is smooth."
    )
    raise ValueError(
        f"value_slope does not belong to value: from effort {low:.4g} to {high:.4g} value rises by {steep:.9g} for each unit of effort, and "
        f"{seen}. {remedy}"
    )


def _check_outside(problem):
    u, lowest, highest = problem.outside, problem.utility.lowest, problem.utility.highest
    if not lowest <= u < highest:
        raise ValueError(
            f"outside must be a utility that some wage gives, in [{lowest:g}, {highest:g}) for {problem.utility}; "
            f"saw {u:g}. It is a utility, not a wage: use utility.utility(wage)."
        )


def _check_floor(problem):
    if problem.floor is None:
        return
    floor, lowest = _number("floor", problem.floor), problem.utility.lowest_wage
    object.__setattr__(problem, "floor", floor)
    if floor < lowest:
        raise ValueError(
            f"floor must be at least {lowest:g}, {problem.utility} knows no lower wage; saw {floor:g}."
        )
    if not np.isfinite(problem.floor_utility):
        raise ValueError(
            f"floor {floor:g} is unbearable under {problem.utility}: its utility is -inf, so it limits no punishment. "
            "Give a floor above it, or floor=None."
        )
