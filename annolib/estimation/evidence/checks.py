"""The checks of one kind that one annotator had, and their log likelihood as a function of effort.

With x of n checks passed, pass curve q and design effect d,

    ℓ(η) = [x log q(η) + (n − x) log(1 − q(η))] / d

Where the strength is known from a trusted pool only, which passed y of its m checks at full effort, it is profiled out:

    ℓ(η) = max over g of [x log(c + gη^p) + (n − x) log(1 − c − gη^p)]/d + y log(c + g) + (m − y) log(1 − c − g)

References
----------
C. Varin, N. Reid, D. Firth, "An overview of composite likelihood methods", Statistica Sinica 21 (2011) 5-42 (dependent
checks: the likelihood divided by a design effect).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlog1py, xlogy

from annolib.estimation.intervals import counts
from annolib.monitors.base import Monitor, require_monitor
from annolib.validation import as_given, one_effort, within

_HALVINGS = 50


@dataclass(frozen=True)
class Evidence:
    """The checks of one kind that one annotator had.

    Parameters
    ----------
    passes, checks : int
    monitor : Monitor
        What a check of this kind is; with `pool`, only its form counts, not its strength.
    pool : (int, int), optional
        Passes and checks of a trusted pool of full effort on items of this kind: the strength is then as uncertain as
        these counts leave it.
    design_effect : float
        At least 1: so many of these checks are worth one independent check.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> Evidence(14, 18, SelfConsistency(kappa=0.2)).log_likelihood([0.5, 0.9]).round(3)
    array([-10.817,  -9.659])
    """

    passes: int
    checks: int
    monitor: Monitor
    pool: tuple | None = None
    design_effect: float = 1.0

    def __post_init__(self):
        require_monitor(self.monitor)
        passes, checks = counts(self.passes, self.checks)
        if passes.ndim:
            raise TypeError(
                f"passes must be one number; saw {self.passes!r}. Combine the evidence of one annotator at a time."
            )
        effect = within("design_effect", self.design_effect, 1, np.inf, "1 means independent checks.")
        if effect.ndim or not np.isfinite(effect):
            raise ValueError(f"design_effect must be one number of at least 1; saw {self.design_effect!r}.")
        object.__setattr__(self, "passes", int(passes))
        object.__setattr__(self, "checks", int(checks))
        object.__setattr__(self, "design_effect", float(effect))
        if self.pool is not None:
            object.__setattr__(self, "pool", _pool_counts(self.pool))

    @property
    def informs(self):
        """Whether these checks say anything about effort: there are some, and their strength is not zero."""
        return self.checks > 0 and (self.monitor.gain != 0 if self.pool is None else self.pool[1] > 0)

    def log_likelihood(self, effort):
        """ℓ_k(η) in nats, up to a constant; −∞ where the counts cannot happen."""
        eta = within("effort", effort, 0, 1, "Effort is a share.")
        return as_given(self._log_likelihood(eta), effort)

    def _log_likelihood(self, eta):
        if not self.informs:
            return np.zeros(eta.shape)
        if self.pool is None:
            return self._own(self.monitor._pass_probability(eta))
        rise, chance = eta**self.monitor.power, self.monitor.chance
        gain = self._likeliest_gain(rise)
        return self._own(chance + gain * rise) + _binomial(*self.pool, chance + gain)

    def _own(self, q):
        return _binomial(self.passes, self.checks, q) / self.design_effect

    def _likeliest_gain(self, rise):
        """The gain q(1) − q(0) that explains own and pool's counts best, for each η^power; ℓ is concave in it."""
        chance = self.monitor.chance
        low, high = np.zeros(rise.shape), np.full(rise.shape, 1 - chance)
        for _ in range(_HALVINGS):
            gain = (low + high) / 2
            slope = rise * _score(self.passes, self.checks, chance + gain * rise) / self.design_effect
            rises = slope + _score(*self.pool, chance + gain) > 0
            low, high = np.where(rises, gain, low), np.where(rises, high, gain)
        return (low + high) / 2

    def information(self, effort):
        """Fisher information about effort of all these checks; with a pool, less what its uncertainty takes away."""
        eta = one_effort("effort", effort)
        if not self.informs:
            return 0.0
        if self.pool is None:
            return self.checks / self.design_effect * float(self.monitor.fisher_information(eta))
        rise, power = eta**self.monitor.power, self.monitor.power
        gain = float(self._likeliest_gain(np.array(rise)))
        q, s = self.monitor.chance + gain * rise, self.monitor.chance + gain
        slope = gain * power * eta ** (power - 1)
        variance = q * (1 - q) * self.design_effect / self.checks + rise**2 * s * (1 - s) / self.pool[1]
        return slope**2 / variance if variance > 0 else np.inf if slope else 0.0


def _pool_counts(pool):
    if not isinstance(pool, (tuple, list)) or len(pool) != 2:
        raise TypeError(f"pool must be (passes, checks) of the trusted pool; saw {pool!r}.")
    passes, checks = counts(*pool)
    if passes.ndim:
        raise TypeError(f"pool must be two numbers; saw {pool!r}. Add the pool's counts up.")
    return int(passes), int(checks)


def _binomial(passes, checks, q):
    q = np.clip(q, 0, 1)
    return xlogy(passes, q) + xlog1py(checks - passes, -q)


def _score(passes, checks, q):
    """Slope of the binomial log likelihood in q."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(passes > 0, passes / np.asarray(q), 0.0)
        down = np.where(checks > passes, (checks - passes) / (1 - np.asarray(q)), 0.0)
    return up - down
