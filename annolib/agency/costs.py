"""Costs of effort: a power law, any convex function with its derivative, and either of them in money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from annolib.agency.arguments import FromItsArguments
from annolib.agency.pieces import Ranges, pieces_of
from annolib.numerics.calculus import integral, on_arrays, slope_of
from annolib.validation import within

_GRID = np.linspace(0, 1, 4097)
_FALLS, _OFF = (
    1e-12,
    1e-8,
)  # of the largest c′: rounding, and by how much c may rise by other than ∫ c′ on average
_JUMP = 1e-6  # of the largest c′: what counts as a kink
_NARROW = 1e-6  # parts of effort that cost next to nothing


@dataclass(frozen=True)
class PowerCost:
    """c(η) = scale · η^power.

    Parameters
    ----------
    scale : float
        Cost of full effort, in utility, > 0.
    power : float
        At least 1; 2 is the usual quadratic cost.

    Examples
    --------
    >>> float(PowerCost(scale=0.5, power=2).cost(0.4))
    0.08000000000000002
    """

    scale: float
    power: float = 2.0
    free_effort: ClassVar[float] = 0.0  # the largest effort that costs nothing
    kinks: ClassVar[tuple] = ()  # efforts at which c′ jumps
    turns: ClassVar[tuple] = ()  # efforts around which c″ changes quickly: worth a look, each

    def __post_init__(self):
        for name, low, remedy in (
            ("scale", 0, "It is the cost of full effort, above 0."),
            ("power", 1, "Below 1 the cost would not be convex."),
        ):
            value = within(name, getattr(self, name), low, np.inf, remedy)
            if value.ndim != 0 or not 0 < value < np.inf:
                raise ValueError(
                    f"{name} must be one finite number above 0; saw {getattr(self, name)!r}. {remedy}"
                )
            object.__setattr__(self, name, float(value))

    def cost(self, effort):
        """c(η)."""
        return self.scale * np.asarray(effort, dtype=float) ** self.power

    def slope(self, effort):
        """c′(η)."""
        return self.scale * self.power * np.asarray(effort, dtype=float) ** (self.power - 1)

    def curvature(self, effort):
        """c″(η); may be infinite at 0 if the power is below 2."""
        factor = self.scale * self.power * (self.power - 1)
        with np.errstate(divide="ignore"):
            return (
                factor * np.asarray(effort, dtype=float) ** (self.power - 2)
                if factor
                else 0.0 * np.asarray(effort)
            )

    def bends(self, low, high):
        """What c″ (`first`) and c‴ (`second`) can be on boxes of efforts: `Ranges`; both are powers, and so between their ends."""
        low, high = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (low, high))
        factor, exponent = self.scale * self.power * (self.power - 1), self.power - 3
        with np.errstate(divide="ignore"):
            ends = [
                factor * (exponent + 1) * x**exponent if factor * (exponent + 1) else 0.0 * x
                for x in (low, high)
            ]
        return Ranges(
            self.curvature((low + high) / 2), _between(self.curvature(low), self.curvature(high)), _between(*ends), 0.0 * low
        )  # fmt: skip

    def stretched(self, by):
        """The cost as a function of x, where effort is `by`·x."""
        return PowerCost(self.scale * by**self.power, self.power)


@dataclass(frozen=True)
class ConvexCost(FromItsArguments):
    """Any convex effort cost, given with its derivative; both are checked.

    Parameters
    ----------
    function, derivative : callable
        c and c′ on [0, 1], c(0) = 0, c′ ≥ 0 and not decreasing. c may have kinks (c′ jumps there) and cost nothing up to
        some effort, `free_effort`.

    Raises
    ------
    TypeError
        If one of them does not give a number for a number.
    ValueError
        If c or c′ is not finite, c(0) is not 0, c′ is negative or falls, or c does not rise by what c′ adds up to.

    Notes
    -----
    A function can only be asked at points, and a proof about all efforts needs to know it in between. What is taken for granted is this: between its
    kinks c′ is a smooth curve, namely the polynomials (`annolib.agency.pieces`) that agree with it, to rounding, at some ten thousand efforts, none further
    than 0.0002 from the next. A wiggle of c′ that is narrower may stay unseen. Near an effort where c′ is no such curve only this is used: c′ does not
    fall. All proofs about contracts rest on that, and on nothing else about c.

    Examples
    --------
    >>> cost = ConvexCost(lambda e: np.expm1(e) / 4, lambda e: np.exp(e) / 4)
    >>> round(float(cost.slope(0.0)), 3)
    0.25
    """

    function: Callable
    derivative: Callable
    _parts: tuple = field(init=False, repr=False, compare=False)
    _pieces: object = field(init=False, repr=False, compare=False)
    free_effort: float = field(init=False, repr=False, compare=False)
    kinks: tuple = field(init=False, repr=False, compare=False)
    turns: tuple = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        cost = on_arrays("function", self.function)
        slope = on_arrays("derivative", self.derivative)
        _check(cost, slope)
        object.__setattr__(self, "_parts", (cost, slope, _curvature(self.derivative)))
        object.__setattr__(self, "free_effort", _last_zero(cost))
        pieces = pieces_of(slope, (self.free_effort,))
        object.__setattr__(self, "kinks", _jumps(slope, pieces))
        if self.kinks:
            pieces = pieces_of(slope, (self.free_effort, *self.kinks))
        _check_sums(cost, slope, pieces)
        object.__setattr__(self, "_pieces", pieces)
        object.__setattr__(self, "turns", tuple(pieces.turns().tolist()))

    def cost(self, effort):
        """c(η)."""
        return self._parts[0](effort)

    def slope(self, effort):
        """c′(η)."""
        return self._parts[1](effort)

    def curvature(self, effort):
        """c″(η); at a kink that before it. Where c′ is not smooth, its difference quotient."""
        if self._parts[2] is not None:
            return self._parts[2](effort)
        found = self._pieces.derivative(effort)
        return np.where(np.isnan(found), _quotient(self._parts[1], effort), found)

    def bends(self, low, high):
        """What c″ (`first`) and c‴ (`second`) can be on boxes of efforts: `Ranges`.

        They are those of the polynomials that c′ is to rounding between its kinks (`annolib.agency.pieces`); where it is none, any c″ ≥ 0 may be.
        """
        return self._pieces.ranges(low, high)

    def stretched(self, by):
        """The cost as a function of x, where effort is `by`·x."""
        value, slope = self.function, self.derivative
        return ConvexCost(lambda x: value(by * x), lambda x: by * slope(by * x))


@dataclass(frozen=True)
class MoneyCost:
    """Effort costs money: the agent's utility is u(wage − c(η)) rather than u(wage) − c(η).

    For CARA, u(w − c) = e^(ac)·u(w) − (e^(ac) − 1)/a: effort scales what pay is worth. For a risk-neutral agent the two are the same.

    Parameters
    ----------
    spent : PowerCost or ConvexCost
        c, now in money.

    References
    ----------
    B. Holmström, P. Milgrom, "Aggregation and linearity in the provision of intertemporal incentives", Econometrica 55 (1987),
    doi:10.2307/1913238.

    Examples
    --------
    >>> float(MoneyCost(PowerCost(0.5, 2)).cost(0.4))
    0.08000000000000002
    """

    spent: object

    def __post_init__(self):
        if not isinstance(self.spent, (PowerCost, ConvexCost)):
            raise TypeError(f"spent must be PowerCost or ConvexCost; saw {self.spent!r}.")

    @property
    def free_effort(self):
        return self.spent.free_effort

    @property
    def kinks(self):
        return self.spent.kinks

    @property
    def turns(self):
        return self.spent.turns

    def cost(self, effort):
        """c(η), in money."""
        return self.spent.cost(effort)

    def slope(self, effort):
        """c′(η)."""
        return self.spent.slope(effort)

    def curvature(self, effort):
        """c″(η)."""
        return self.spent.curvature(effort)

    def bends(self, low, high):
        """What c″ and c‴ can be on boxes of efforts: `Ranges`."""
        return self.spent.bends(low, high)

    def stretched(self, by):
        """The cost as a function of x, where effort is `by`·x."""
        return MoneyCost(self.spent.stretched(by))


def _between(one, other):
    return np.minimum(one, other), np.maximum(one, other)


def _check(cost, slope):
    """Raise ValueError unless c is finite, 0 at first, increasing and convex with derivative c′, on a grid."""
    with np.errstate(all="ignore"):
        values, slopes = cost(_GRID), slope(_GRID)
    for name, seen in (("function", values), ("derivative", slopes)):
        bad = ~np.isfinite(seen)
        if bad.any():
            raise ValueError(
                f"{name} must be finite on [0, 1]; at effort {_GRID[bad][0]:.4g} it is {seen[bad][0]}."
            )
    if abs(values[0]) > 1e-15:
        raise ValueError(
            f"function must be 0 at effort 0; saw {values[0]:.6g}. Subtract that from it, or put it into outside."
        )
    if np.any(slopes < 0):
        at = np.flatnonzero(slopes < 0)[0]
        raise ValueError(
            f"derivative must not be negative, as cost increases with effort; at effort {_GRID[at]:.4g} it is {slopes[at]:.6g}."
        )
    falls = np.diff(slopes) < -_FALLS * slopes[-1]
    if np.any(falls):
        at = np.flatnonzero(falls)[0]
        raise ValueError(
            f"derivative must not fall, as cost is convex; from effort {_GRID[at]:.6g} to {_GRID[at + 1]:.6g} it falls from "
            f"{slopes[at]:.6g} to {slopes[at + 1]:.6g}."
        )
    steep, slack = np.diff(values) * (_GRID.size - 1), 1e-9 * slopes[-1]
    off = (steep < slopes[:-1] - slack) | (steep > slopes[1:] + slack)
    if np.any(off):
        at = np.flatnonzero(off)[0]
        raise ValueError(
            f"derivative does not belong to function: close to effort {_GRID[at]:.4g} function rises by {steep[at]:.6g} for each unit of "
            f"effort, and derivative is {slopes[at]:.6g} to {slopes[at + 1]:.6g}."
        )


def _check_sums(cost, slope, pieces):
    """Raise ValueError unless c rises by ∫ c′ on every part on which c′ is a polynomial; the narrowest, beside a jump, are left to `_check`."""
    asked = pieces.known & (np.diff(pieces.edges) > _NARROW)
    low, high = pieces.edges[:-1][asked], pieces.edges[1:][asked]
    rise, added = cost(high) - cost(low), integral(slope, low, high)
    off = np.abs(rise - added) > _OFF * slope(1.0) * (high - low) + 1e-15 * np.abs(cost(high))
    if np.any(off):
        at = np.flatnonzero(off)[0]
        raise ValueError(
            f"derivative does not belong to function: from effort {low[at]:.4g} to {high[at]:.4g} function rises by {rise[at]:.9g}, and "
            f"derivative adds up to {added[at]:.9g}."
        )


def _curvature(derivative):
    """c″, the derivative of c′ to rounding, if one formula of c′ holds everywhere; else None."""
    try:
        with np.errstate(all="ignore"):
            return slope_of("derivative", derivative)
    except ValueError:
        return None


def _quotient(slope, effort, step=1e-6):
    """c″ by differences of c′, which no proof rests on."""
    low = np.maximum(np.asarray(effort, dtype=float) - step, 0.0)
    high = np.minimum(np.asarray(effort, dtype=float) + step, 1.0)
    return (slope(high) - slope(low)) / (high - low)


def _last_zero(cost):
    """The largest effort that costs nothing."""
    low, high = 0.0, 1.0
    if float(cost(high)) <= 0:
        return high
    for _ in range(60):
        half = (low + high) / 2
        low, high = (half, high) if float(cost(half)) <= 0 else (low, half)
    return low if low > 1e-12 else 0.0


def _jumps(slope, pieces):
    """Where c′ jumps: of each interval in doubt the half with the larger rise is kept, down to rounding, while it rises enough; the left ends."""
    (low, high), least = pieces.doubtful(), _JUMP * slope(1.0)
    for _ in range(55):
        keep = slope(high) - slope(low) > least
        low, high = low[keep], high[keep]
        if not low.size:
            return ()
        half = (low + high) / 2
        left = slope(half) - slope(low) >= slope(high) - slope(half)
        low, high = np.where(left, low, half), np.where(left, half, high)
    return tuple(float(x) for x in np.unique(low) if 0 < x < 1)
