"""Two kinds of checks at once: repeats and golden questions, say, each with its own passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.monitors.base import Monitor, require_monitor
from annolib.validation import as_given, generator, within


@dataclass(frozen=True)
class Joint:
    """Checks of two kinds, independent given effort: X₁ of n₁ pass by the first monitor, X₂ of n₂ by the second.

    Their information adds up: n₁𝓘₁(η) + n₂𝓘₂(η).

    Parameters
    ----------
    first, second : Monitor
        What one check of each kind is, such as `SelfConsistency(0.15)` and `Golden()`.
    weights : pair of float, optional
        What a pass of each kind must count in a line or a score, such as (1, 1) where passes are simply added up. The best
        weights if left out.

    Raises
    ------
    TypeError, ValueError
        If one of the two is not a monitor; weights that are not two numbers above 0.

    Examples
    --------
    >>> from annolib.monitors.two_labels import Golden, SelfConsistency
    >>> both = Joint(SelfConsistency(kappa=0.15), Golden())
    >>> round(both.fisher_information(0.5, (500, 500)), 3)
    850.81
    >>> both.simulate(0.5, (500, 500), rng=1)
    (291, 387)
    """

    first: Monitor
    second: Monitor
    weights: tuple | None = None

    def __post_init__(self):
        require_monitor(self.first)
        require_monitor(self.second)
        if self.weights is not None:
            given = within(
                "weights", self.weights, 0, np.inf, "Give what a pass of each kind counts, such as (1, 1)."
            )
            if given.shape != (2,) or not np.all((given > 0) & np.isfinite(given)):
                raise ValueError(
                    f"weights must be two finite numbers above 0; saw {self.weights!r}. Say (1, 1) to add up the passes."
                )
            object.__setattr__(self, "weights", tuple(float(x) for x in given))

    @property
    def kinds(self):
        """Both monitors."""
        return self.first, self.second

    def pass_probability(self, effort):
        """q₁(η) and q₂(η)."""
        return tuple(kind.pass_probability(effort) for kind in self.kinds)

    def fisher_information(self, effort, checks=(1, 1)):
        """n₁𝓘₁(η) + n₂𝓘₂(η), of so many checks of each kind."""
        parts = [n * kind.fisher_information(effort) for n, kind in zip(checks, self.kinds, strict=True) if n]
        return as_given(sum(parts, 0.0), effort)

    def simulate(self, effort, checks, *, rng):
        """Draw the passes of both kinds: a pair."""
        draws = generator(rng)
        return tuple(kind.simulate(effort, n, rng=draws) for n, kind in zip(checks, self.kinds, strict=True))
