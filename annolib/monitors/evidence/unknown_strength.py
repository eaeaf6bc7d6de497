"""Checks whose strength the firm knows only up to a range, or only by its chances; the agent knows it.

Either goes where a monitor goes: `annolib.second_best(problem, MonitorRange(…), n, family)`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from annolib.monitors.base import Monitor
from annolib.validation import within

_ONE = 1e-9  # weights sum to one up to this


@dataclass(frozen=True)
class MonitorRange:
    """Checks of any strength between two: pay is asked for that does best in the worst case.

    Parameters
    ----------
    low, high : Monitor
        The weakest and the strongest: monitors of one class that differ in one number.

    Raises
    ------
    TypeError, ValueError
        Not monitors, monitors of different kinds, or a range upside down.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> strengths = MonitorRange(SelfConsistency(0.14), SelfConsistency(0.16))
    >>> strengths.at(1.0), round(strengths.at(0.5).kappa, 12), strengths.strength
    (SelfConsistency(kappa=0.16), 0.15, 'kappa')
    """

    low: Monitor
    high: Monitor

    def __post_init__(self):
        _one_kind(("low", "high"), (self.low, self.high))
        if not abs(self.low.gain) < abs(self.high.gain):
            turned = abs(self.low.gain) > abs(self.high.gain)
            remedy = "Exchange them." if turned else "For one strength give the monitor itself."
            raise ValueError(f"low must be weaker than high; saw {self.low!r} and {self.high!r}. {remedy}")
        differ = [f.name for f in fields(self.low) if getattr(self.low, f.name) != getattr(self.high, f.name)]
        if len(differ) != 1:
            raise ValueError(
                f"low and high must differ in one number, the strength; {self.low!r} and {self.high!r} differ in "
                f"{' and '.join(differ)}. Give both the same {' or the same '.join(differ)}."
            )

    @property
    def strength(self):
        """The name of the number in which they differ."""
        return next(
            f.name for f in fields(self.low) if getattr(self.low, f.name) != getattr(self.high, f.name)
        )

    def at(self, share):
        """The monitor so far up the range: 0 is the weakest, 1 the strongest."""
        share = float(within("share", share, 0, 1, "0 is the low end, 1 the high end."))
        low, high = (getattr(end, self.strength) for end in (self.low, self.high))
        between = min(max(low * (1 - share) + high * share, min(low, high)), max(low, high))
        return replace(self.low, **{self.strength: between})


@dataclass(frozen=True)
class MonitorPrior:
    """Checks of one strength of several, each with its chance: pay is asked for that does best on average.

    Parameters
    ----------
    monitors : sequence of Monitor
        At least one, of one class.
    weights : sequence of float
        Their chances: not negative, with sum 1.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> prior = MonitorPrior([SelfConsistency(k) for k in (0.12, 0.15, 0.18)], [0.25, 0.5, 0.25])
    >>> len(prior.monitors), prior.weights
    (3, (0.25, 0.5, 0.25))
    """

    monitors: tuple
    weights: tuple

    def __post_init__(self):
        try:
            monitors = tuple(self.monitors)
        except TypeError:
            raise TypeError(f"monitors must be a list of monitors; saw {self.monitors!r}.") from None
        if not monitors:
            raise ValueError("monitors must hold at least one monitor; saw none.")
        _one_kind([f"monitors[{i}]" for i in range(len(monitors))], monitors)
        object.__setattr__(self, "monitors", monitors)
        object.__setattr__(self, "weights", chances("weights", self.weights, len(monitors), "monitor"))


def chances(name, weights, number, thing):
    """Weights as a tuple of floats, one for each `thing`, not negative, with sum 1; or one clear error."""
    given = within(name, weights, 0, np.inf, "They are chances.")
    if given.shape != (number,):
        raise ValueError(
            f"{name} must be one number for each {thing}, {number} in all; saw shape {given.shape}."
        )
    total = float(given.sum())
    if not abs(total - 1) <= _ONE:
        raise ValueError(f"{name} must sum to 1; they sum to {total:.6g}. Divide each by {total:.6g}.")
    return tuple(float(w) for w in given)


def _one_kind(names, monitors):
    """All monitors of one class, with one pass rate of the careless and one direction."""
    for name, monitor in zip(names, monitors, strict=True):
        if not isinstance(monitor, Monitor):
            raise TypeError(f"{name} must be a monitor such as SelfConsistency(0.15); saw {monitor!r}.")
    first = monitors[0]
    for name, other in zip(names, monitors, strict=True):
        same = type(other) is type(first) and other.power == first.power and other.chance == first.chance
        if not same:
            raise ValueError(
                f"{names[0]} and {name} must be monitors of one kind; saw {first!r} and {other!r}. The agent answers a range of "
                "strengths of one check, not two different checks."
            )
        if other.gain * first.gain < 0:
            raise ValueError(
                f"{names[0]} and {name} must have one sign; saw {first!r} and {other!r}: more care means more passes under one "
                "and fewer under the other."
            )
