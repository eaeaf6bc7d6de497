"""The law of the passes in n checks given effort, turned so that a higher count always means more effort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PassLaw:
    """A monitor q(η) = chance + gain·η^power as the contracts see it.

    Where more effort means fewer passes (opposed tastes), failures are counted instead; `counts` says which.

    Attributes
    ----------
    at_no_effort : float
        Probability q₀ that a check counts at effort 0.
    gain : float
        What full effort adds, ≥ 0.
    power : int
    counts : str
        "passes" or "failures".
    """

    at_no_effort: float
    gain: float
    power: int
    counts: str

    @classmethod
    def from_monitor(cls, monitor):
        """Read off a monitor of `annolib.monitors`; a pass law is one already."""
        if isinstance(monitor, cls):
            return monitor
        if not all(hasattr(monitor, name) for name in ("chance", "gain", "power")):
            raise TypeError(
                f"monitor must be one of annolib's monitors, such as SelfConsistency; saw {monitor!r}."
            )
        if monitor.gain < 0:
            return cls(1 - monitor.chance, -monitor.gain, monitor.power, "failures")
        return cls(monitor.chance, monitor.gain, monitor.power, "passes")

    def success(self, effort):
        """Probability q(η) that one check counts."""
        return np.minimum(self.at_no_effort + self.gain * np.asarray(effort, dtype=float) ** self.power, 1.0)

    def failure(self, effort):
        """1 − q(η), with its own digits near q = 1."""
        eta = np.asarray(effort, dtype=float)
        short = 1 - eta
        if self.power > 1:  # 1 − η^power
            short = short * (1 + eta if self.power == 2 else sum(eta**i for i in range(self.power)))
        rest = max(1 - self.at_no_effort - self.gain, 0.0)
        return (rest if rest > 1e-15 else 0.0) + self.gain * short

    def slope(self, effort):
        """q′(η)."""
        return self.power * self.gain * np.asarray(effort, dtype=float) ** (self.power - 1)

    def effort(self, success):
        """q⁻¹, clipped to [0, 1]."""
        share = np.clip((np.asarray(success, dtype=float) - self.at_no_effort) / self.gain, 0, 1)
        return share ** (1 / self.power)

    def information(self, effort):
        """Fisher information of one check."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.slope(effort) ** 2 / (self.success(effort) * self.failure(effort))
