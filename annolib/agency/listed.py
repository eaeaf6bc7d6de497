"""A finite list of efforts, with a cost and a value for each: nothing need be convex, concave or smooth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from annolib.agency.arguments import FromItsArguments
from annolib.validation import within


@dataclass(frozen=True)
class ListedCost(FromItsArguments):
    """The cost of each of finitely many efforts.

    Parameters
    ----------
    efforts, costs : sequences of one length
        Costs are finite, in utility, in any order of size.

    Examples
    --------
    >>> float(ListedCost((0, 0.5, 1), (0.0, 0.2, 0.1)).cost(0.5))
    0.2
    """

    efforts: tuple
    costs: tuple
    _look_up: object = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "costs", _one_each("cost", self.efforts, self.costs))
        object.__setattr__(self, "_look_up", _table("cost", self.efforts, self.costs))

    def cost(self, effort):
        """c of one of the efforts."""
        return self._look_up(effort)

    def slope(self, *efforts):
        """A list has none."""
        raise TypeError("cost is a list, one for each effort: it has no slope. Give PowerCost or ConvexCost.")

    curvature = bends = slope


def listed_efforts(efforts, cost, value, highest):
    """The finite list of efforts as a tuple, numbered where only costs or values are listed; None for a continuum."""
    if efforts is None:
        lengths = [len(given) for given in (cost, value) if np.ndim(given) == 1]
        if not lengths:
            return None
        if lengths[0] < 2:
            raise ValueError(
                f"cost and value must list two or more efforts; saw {lengths[0]}. With one there is nothing to choose."
            )
        return tuple(float(i) for i in range(lengths[0]))
    given = within("efforts", efforts, -np.inf, np.inf, "List the efforts the agent can choose from.")
    if given.ndim != 1 or given.size < 2:
        raise ValueError(
            f"efforts must be two or more; saw {efforts!r}. With one there is nothing to choose."
        )
    listed = np.ndim(cost) == 1 or np.ndim(value) == 1 or isinstance(cost, ListedCost)
    numbered = listed and np.array_equal(given, np.arange(given.size))  # as above
    if not numbered:
        within("efforts", given, 0, highest, f"Efforts lie between 0 and effort_max = {highest:g}.")
    if not np.all(np.diff(given) > 0):
        at = int(np.argmin(np.diff(given)))
        raise ValueError(
            f"efforts must increase; saw {given[at]:g} before {given[at + 1]:g}. Sort them, each once."
        )
    return tuple(float(x) for x in given)


def listed_value(efforts, value):
    """V at each of the efforts, as a function of effort."""
    if value is None:
        return _no_value
    if callable(value):
        value = [float(value(e)) for e in efforts]
    return _table("value", efforts, _one_each("value", efforts, value))


def _no_value(effort):
    raise ValueError(
        "value is missing: give value=… (a function or one number for each effort), or evidence whose outcomes have values."
    )


def _one_each(name, efforts, given):
    numbers = within(name, given, -np.inf, np.inf, "Give one finite number for each effort.")
    if numbers.ndim != 1 or numbers.size != len(efforts):
        raise ValueError(
            f"{name} must have one entry for each of {len(efforts)} efforts; saw {np.shape(given)}."
        )
    if not np.all(np.isfinite(numbers)):
        raise ValueError(f"{name} must be finite; saw {given!r}.")
    return tuple(float(x) for x in numbers)


def _table(name, efforts, numbers):
    known, numbers = np.asarray(efforts, dtype=float), np.asarray(numbers, dtype=float)

    def look_up(effort):
        asked = np.asarray(effort, dtype=float)
        at = np.minimum(np.searchsorted(known, asked - 1e-12), known.size - 1)
        if not np.all(np.abs(known[at] - asked) <= 1e-12):
            seen = float(asked[np.abs(known[at] - asked) > 1e-12].flat[0])
            raise ValueError(
                f"{name} is known at the efforts {tuple(known.tolist())} only; saw {seen:.6g}. Ask for one of them."
            )
        return numbers[at]

    return look_up
