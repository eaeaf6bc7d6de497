"""The curve behind every monitor: q(η) = chance + gain · η^power, its slope, information and inverse."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from annolib.validation import SHARE, as_given, generator, whole, within


class Monitor:
    """What all monitors share: q(η) = chance + gain · η^power and what follows from it.

    `effort` may be a number or an array; a number gives a number, an array an array of its shape.
    """

    power: ClassVar[int] = 1

    @property
    def chance(self):
        """Pass probability of a careless annotator, q(0)."""
        return 0.5

    @property
    def gain(self):
        """How much full effort adds to the pass probability, q(1) − q(0); negative if q falls."""
        raise NotImplementedError

    @property
    def ceiling(self):
        """Pass probability at full effort, q(1)."""
        return self.pass_probability(1.0)

    def pass_probability(self, effort):
        """Probability q(η) that one check passes, in [0, 1]."""
        return as_given(self._pass_probability(_effort(effort)), effort)

    def slope(self, effort):
        """Derivative q′(η): what a little more effort adds to the pass probability."""
        return as_given(self._slope(_effort(effort)), effort)

    def fisher_information(self, effort):
        """Fisher information of one check about η, 𝓘(η) = q′(η)² / (q(1 − q)).

        Infinite where a check passes or fails for certain (q is 1 or 0): there one surprising check rules
        out the effort.
        """
        eta = _effort(effort)
        q = self._pass_probability(eta)
        variance = q * (1 - q)
        information = np.full(eta.shape, np.inf)
        np.divide(self._slope(eta) ** 2, variance, out=information, where=variance > 0)
        return as_given(information, effort)

    def effort(self, pass_probability):
        """Effort at which checks pass with this probability, q⁻¹ clipped to [0, 1].

        NaN if the gain is zero: then no pass rate says anything about effort.
        """
        q = within("pass_probability", pass_probability, 0, 1, "It is passes divided by checks.")
        size = abs(self.gain)
        if size == 0:
            return as_given(np.full(q.shape, np.nan), pass_probability)
        above = np.clip(np.sign(self.gain) * (q - self.chance), 0, size)
        return as_given((above / size) ** (1 / self.power), pass_probability)

    def simulate(self, effort, checks, *, rng):
        """Draw how many of `checks` independent checks pass at this effort.

        Parameters
        ----------
        effort : float or array_like
        checks : int or array_like
            Number of checks; broadcast against `effort`.
        rng : numpy.random.Generator or int

        Returns
        -------
        int or numpy.ndarray of int
        """
        number = whole("checks", checks, 0, "Give the number of checks.")
        q = self._pass_probability(_effort(effort))
        return as_given(generator(rng).binomial(number, q), effort, checks)

    def _pass_probability(self, eta):
        return np.clip(self.chance + self.gain * eta**self.power, 0, 1)

    def _slope(self, eta):
        return self.power * self.gain * eta ** (self.power - 1)

    def _hold(self, name, low, high, remedy):
        """Keep the field `name` as one Python float in [low, high]."""
        value = getattr(self, name)
        if np.ndim(value) != 0:
            raise TypeError(f"{name} must be one number; saw {value!r}. Make one monitor for each value.")
        object.__setattr__(self, name, float(within(name, value, low, high, remedy)))


def _effort(effort):
    return within("effort", effort, 0, 1, SHARE)


def require_monitor(monitor):
    """Raise a TypeError unless `monitor` is a Monitor."""
    if not isinstance(monitor, Monitor):
        raise TypeError(f"monitor must be a monitor such as SelfConsistency(kappa=0.2); saw {monitor!r}.")
