"""Two kinds of checks at once: repeats and golden questions, say, each with its own passes."""

from __future__ import annotations

from dataclasses import dataclass

from annolib.monitors.base import Monitor, require_monitor
from annolib.validation import as_given


@dataclass(frozen=True)
class Joint:
    """Checks of two kinds, independent given effort: X₁ of n₁ pass by the first monitor, X₂ of n₂ by the second.

    Their information adds up: n₁𝓘₁(η) + n₂𝓘₂(η).

    Parameters
    ----------
    first, second : Monitor
        What one check of each kind is, such as `SelfConsistency(0.15)` and `Golden()`.

    Raises
    ------
    TypeError
        If one of the two is not a monitor.

    Examples
    --------
    >>> from annolib.monitors.two_labels import Golden, SelfConsistency
    >>> both = Joint(SelfConsistency(kappa=0.15), Golden())
    >>> round(both.fisher_information(0.5, (500, 500)), 3)
    852.018
    >>> both.simulate(0.5, (500, 500), rng=1)
    (291, 382)
    """

    first: Monitor
    second: Monitor

    def __post_init__(self):
        require_monitor(self.first)
        require_monitor(self.second)

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
        from annolib.validation import generator

        draws = generator(rng)
        return tuple(
            kind.simulate(effort, n, rng=draws) for n, kind in zip(checks, self.kinds, strict=True)
        )
