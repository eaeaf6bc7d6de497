"""Any increasing pass probability as a monitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from annolib.monitors.base import Monitor
from annolib.numerics.calculus import on_arrays, slope_of
from annolib.numerics.roots import bracketed_root
from annolib.validation import as_given, within

_GRID = np.linspace(0, 1, 257)


@dataclass(frozen=True, init=False)
class PassCurve(Monitor):
    """A check that passes with probability q(η), any function that increases with effort.

    Parameters
    ----------
    q : callable
        The pass probability on [0, 1], in [0, 1], increasing. Where a problem has another `effort_max`, on [0, effort_max].
    slope : callable or None
        q′; None to differentiate q automatically where it is smooth.

    Raises
    ------
    ValueError
        If q leaves [0, 1], falls, or does not depend on effort; if slope is not its derivative.

    Examples
    --------
    A check that half of the effort nearly always passes.

    >>> check = PassCurve(lambda e: 0.5 + 0.45 * (1 - np.exp(-4 * e)), lambda e: 1.8 * np.exp(-4 * e))
    >>> round(check.pass_probability(0.5), 4), round(check.effort(0.8), 4)
    (0.8891, 0.2747)
    """

    q: Callable
    derivative: Callable | None
    _parts: tuple = field(init=False, repr=False, compare=False)

    def __init__(self, q, slope=None):
        for name, given in (("q", q), ("slope", slope)):
            if not (callable(given) or (name == "slope" and given is None)):
                raise TypeError(f"{name} must be a function of effort; saw {given!r}.")
        parts = on_arrays("q", q), slope_of("q", q) if slope is None else on_arrays("slope", slope)
        check_curve(*parts)
        for name, value in (("q", q), ("derivative", slope), ("_parts", parts)):
            object.__setattr__(self, name, value)

    @property
    def chance(self):
        return float(self._parts[0](0.0))

    @property
    def gain(self):
        return float(self._parts[0](1.0)) - self.chance

    @property
    def power(self):
        """Has none: q is not chance + gain·η^power."""
        raise TypeError(
            "this needs a monitor with q(η) = chance + gain·η^power, such as SelfConsistency or Expert; a PassCurve has no power."
        )

    def effort(self, pass_probability):
        """Effort at which checks pass with this probability, q⁻¹ clipped to [0, 1]."""
        wanted = within("pass_probability", pass_probability, 0, 1, "It is passes divided by checks.")
        return as_given(self.inverse(wanted), pass_probability)

    def inverse(self, wanted, highest=1.0):
        """q⁻¹ on [0, highest], clipped to it."""
        wanted = np.asarray(wanted, dtype=float)
        ends = np.zeros(wanted.shape), np.full(wanted.shape, float(highest))
        return bracketed_root(lambda e: self._parts[0](e) - wanted, *ends)

    def _pass_probability(self, eta):
        return self._parts[0](eta)

    def _slope(self, eta):
        return self._parts[1](eta)


def check_curve(q, slope, highest=1.0):
    """Raise unless q increases from [0, 1] to [0, 1] over [0, highest] and slope is its derivative."""
    grid = highest * _GRID
    values, slopes = q(grid), slope(grid)
    if not np.all((values >= 0) & (values <= 1)):
        at = int(np.argmin((values >= 0) & (values <= 1)))
        raise ValueError(
            f"q must be a probability, in [0, 1]; saw {values[at]:.4g} at effort {grid[at]:.4g}. Scale it."
        )
    falls = np.diff(values) < -1e-14
    if np.any(falls):
        at = int(np.argmax(falls))
        raise ValueError(
            f"q must increase with effort; saw it fall at effort {grid[at]:.4g}. Count failures instead: give 1 - q."
        )
    if not values[-1] > values[0]:
        raise ValueError(f"q must depend on effort; saw {values[0]:.4g} at no effort and at full effort.")
    # ∫ q′ over each cell by Simpson's rule against the rise of q: exact for cubics
    middle = slope((grid[1:] + grid[:-1]) / 2)
    with np.errstate(invalid="ignore"):
        rise = (slopes[1:] + slopes[:-1] + 4 * middle) / 6 * np.diff(grid)
        off = np.abs(rise - np.diff(values)) > 1e-2 * np.abs(np.diff(values)) + 1e-7 * (
            values[-1] - values[0]
        )
    off &= np.isfinite(rise)
    if off.sum() > 2:  # a kink or two may be there
        raise ValueError(
            f"slope is not the derivative of q; they disagree at effort {grid[:-1][off][0]:.4g}."
        )
