"""Utility of a wage, u, and its inverse h = u⁻¹: the wage that gives a utility.

A contract is easiest to think of in utilities: the agent cares about Σ P_k v_k, the principal pays Σ P_k h(v_k), and
h is convex, so risk costs money. What risk costs is a Bregman divergence of h, `waste`.

Every method takes arrays and returns arrays. Where a difference of two nearby values is needed, it has its own
method, so that nothing cancels.

References
----------
J. W. Pratt, "Risk aversion in the small and in the large", Econometrica 32 (1964), doi:10.2307/1913738.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.numerics.calculus import curved_rise, log1pmx
from annolib.validation import within


class Utility:
    """What all utilities share: strictly increasing, concave u on wages above `lowest_wage`."""

    lowest_wage = -np.inf  # wages below it have no utility
    lowest = -np.inf  # infimum of u
    highest = np.inf  # supremum of u, never attained

    def utility(self, wage):
        """u(w); −inf at an unbearable wage."""
        raise NotImplementedError

    def wage(self, utility):
        """h(v), the wage that gives utility v; +inf where no wage does."""
        raise NotImplementedError

    def marginal_wage(self, utility):
        """h′(v), what one more unit of utility costs."""
        raise NotImplementedError

    def wage_curvature(self, utility):
        """h″(v), the price of risk."""
        raise NotImplementedError

    def utility_at(self, marginal_wage):
        """The utility at which one more unit costs `marginal_wage`: the inverse of h′."""
        raise NotImplementedError

    def utility_fall(self, marginal_wage, drop):
        """How much lower the utility is at which h′ is `marginal_wage` − `drop`, without cancellation; +inf from no such utility."""
        raise NotImplementedError

    def utility_rise(self, wage, step):
        """u(w + d) − u(w) without cancellation."""
        raise NotImplementedError

    def wage_rise(self, utility, step):
        """h(v + d) − h(v) without cancellation."""
        raise NotImplementedError

    def waste(self, utility, step):
        """h(v + d) − h(v) − h′(v)·d ≥ 0 without cancellation: the Bregman divergence of h."""
        raise NotImplementedError


@dataclass(frozen=True)
class CARA(Utility):
    """Constant absolute risk aversion: u(w) = (1 − e^(−aw))/a, bounded above by 1/a.

    Parameters
    ----------
    aversion : float
        a > 0, per unit of money. For a = 0 use `RiskNeutral()`.

    Examples
    --------
    >>> float(CARA(1.0).wage(0.5)) == float(np.log(2))
    True
    """

    aversion: float

    def __post_init__(self):
        _positive(self, "aversion", "It is the a of u(w) = (1 - exp(-a w))/a; for a = 0 use RiskNeutral().")

    @property
    def highest(self):
        return 1 / self.aversion

    def utility(self, wage):
        return -np.expm1(-self.aversion * np.asarray(wage, dtype=float)) / self.aversion

    def wage(self, utility):
        with np.errstate(divide="ignore", invalid="ignore"):
            wage = -np.log1p(-self.aversion * np.asarray(utility, dtype=float)) / self.aversion
        return np.where(np.asarray(utility) >= self.highest, np.inf, wage)

    def marginal_wage(self, utility):
        return 1 / self._room(utility)

    def wage_curvature(self, utility):
        return self.aversion / self._room(utility) ** 2

    def utility_at(self, marginal_wage):
        return (1 - 1 / np.asarray(marginal_wage, dtype=float)) / self.aversion

    def utility_fall(self, marginal_wage, drop):
        left = np.asarray(marginal_wage, dtype=float) - drop
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(left > 0, drop / (self.aversion * marginal_wage * left), np.inf)

    def utility_rise(self, wage, step):
        return -np.exp(-self.aversion * wage) * np.expm1(-self.aversion * step) / self.aversion

    def wage_rise(self, utility, step):
        return -self._log(np.log1p, utility, step)

    def waste(self, utility, step):
        return -self._log(log1pmx, utility, step)

    def _room(self, utility):
        room = 1 - self.aversion * np.asarray(utility, dtype=float)
        return np.where(room > 0, room, np.nan)

    def _log(self, log, utility, step):
        with np.errstate(divide="ignore", invalid="ignore"):
            share = self.aversion * np.asarray(step, dtype=float) / self._room(utility)
            return np.where(share < 1, log(-np.minimum(share, 1)), -np.inf) / self.aversion


@dataclass(frozen=True)
class CRRA(Utility):
    """Constant relative risk aversion: u(w) = w^(1−γ)/(1−γ), log w at γ = 1; wages must not be negative.

    Parameters
    ----------
    aversion : float
        γ > 0. At ½ u = 2√w: for u = √w double `outside` and every cost. 1 is the logarithm; from 1 on a zero wage is unbearable.

    Examples
    --------
    >>> float(CRRA(1).wage(0.0)), float(CRRA(0.5).wage(2.0))
    (1.0, 1.0)
    """

    aversion: float
    lowest_wage = 0.0

    def __post_init__(self):
        _positive(self, "aversion", "It is the γ of w^(1-γ)/(1-γ); 1 is log; for γ = 0 use RiskNeutral().")

    @property
    def lowest(self):
        return 0.0 if self.aversion < 1 else -np.inf

    @property
    def highest(self):
        return np.inf if self.aversion <= 1 else 0.0

    def utility(self, wage):
        w = np.asarray(wage, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.aversion == 1:
                return np.where(w < 0, -np.inf, np.log(np.maximum(w, 0)))
            return np.where(w < 0, -np.inf, np.maximum(w, 0) ** (1 - self.aversion) / (1 - self.aversion))

    def wage(self, utility):
        v = np.asarray(utility, dtype=float)
        with np.errstate(divide="ignore", over="ignore"):
            if self.aversion == 1:
                return np.exp(v)
            base = (1 - self.aversion) * v
            wage = np.maximum(base, 0) ** (1 / (1 - self.aversion))
        return np.where(base < 0, np.nan if self.aversion < 1 else np.inf, wage)

    def marginal_wage(self, utility):
        return self.wage(utility) ** self.aversion

    def wage_curvature(self, utility):
        with np.errstate(divide="ignore"):
            return self.aversion * self.wage(utility) ** (2 * self.aversion - 1)

    def utility_at(self, marginal_wage):
        return self.utility(np.asarray(marginal_wage, dtype=float) ** (1 / self.aversion))

    def utility_fall(self, marginal_wage, drop):
        share = np.asarray(drop, dtype=float) / marginal_wage
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            log = np.log1p(-np.minimum(share, 1.0))
            if self.aversion == 1:
                fall = -log
            else:
                fall = -self.utility_at(marginal_wage) * np.expm1((1 / self.aversion - 1) * log)
        return np.where(share < 1, fall, np.inf)

    def utility_rise(self, wage, step):
        with np.errstate(divide="ignore", invalid="ignore"):
            growth = self._log_growth(np.asarray(step, dtype=float) / wage)
            if self.aversion == 1:
                return growth
            rise = self.utility(wage) * np.expm1((1 - self.aversion) * growth)
        if self.aversion < 1 and np.any(np.equal(wage, 0)):  # u(0) = 0, and no growth starts from nothing
            return np.where(np.equal(wage, 0), self.utility(step), rise)
        return rise

    def wage_rise(self, utility, step):
        if self.aversion == 1:
            return np.exp(utility) * np.expm1(step)
        utility, step = np.asarray(utility, dtype=float), np.asarray(step, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            rise = self.wage(utility) * np.expm1(self._log_growth(step / utility) / (1 - self.aversion))
        if self.aversion < 1 and np.any(utility == 0):  # h(0) = 0
            return np.where(utility == 0, self.wage(step), rise)
        return rise

    def waste(self, utility, step):
        v, d = np.broadcast_arrays(np.asarray(utility, dtype=float), np.asarray(step, dtype=float))
        near = np.abs(d) < 0.2 * (1.0 if self.aversion == 1 else np.abs(v))
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            far = self.wage_rise(v, d) - self.marginal_wage(v) * d
        far = np.where(d == 0, 0.0, far)
        if not near.any():
            return far
        return np.where(near, curved_rise(self.wage_curvature, v, np.where(near, d, 0.0)), far)

    @staticmethod
    def _log_growth(share):
        share = np.where((share < -1) & (share > -1 - 1e-12), -1.0, share)  # a wage of 0, but for rounding
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log1p(share)


@dataclass(frozen=True)
class RiskNeutral(Utility):
    """u(w) = w: risk costs nothing.

    Examples
    --------
    >>> float(RiskNeutral().waste(0.3, 0.2))
    0.0
    """

    def utility(self, wage):
        return np.asarray(wage, dtype=float)

    def wage(self, utility):
        return np.asarray(utility, dtype=float)

    def marginal_wage(self, utility):
        return np.ones(np.shape(utility))

    def wage_curvature(self, utility):
        return np.zeros(np.shape(utility))

    def utility_rise(self, wage, step):
        return np.asarray(step, dtype=float) + 0 * np.asarray(wage)

    def wage_rise(self, utility, step):
        return np.asarray(step, dtype=float) + 0 * np.asarray(utility)

    def waste(self, utility, step):
        return np.zeros(np.broadcast_shapes(np.shape(utility), np.shape(step)))


def _positive(utility, name, remedy):
    value = within(name, getattr(utility, name), 0, np.inf, remedy)
    if value.ndim != 0 or not 0 < value < np.inf:
        raise ValueError(
            f"{name} must be one finite number above 0; saw {getattr(utility, name)!r}. {remedy}"
        )
    object.__setattr__(utility, name, float(value))
