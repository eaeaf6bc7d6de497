"""The forms a contract can take: what is paid for how many passes out of n.

`wage(passes)` works for every form, on numbers and arrays. `rises()` gives the utility steps v_k − v_{k−1} of the
stepwise forms as (thresholds, steps); they are what the agent's incentives are made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from annolib.validation import as_given, within


class Contract:
    """What all forms share."""

    n: int
    counts: str = "passes"

    def wage(self, passes):
        """The wage for this many passes."""
        seen = within("passes", passes, 0, self.n, f"Count the passes in {self.n} checks.")
        k = seen if self.counts == "passes" else self.n - seen
        return as_given(np.asarray(self._wage(k), dtype=float), passes)


@dataclass(frozen=True)
class Flat(Contract):
    """The same wage whatever the checks say.

    Examples
    --------
    >>> Flat(0.5, n=10).wage([0, 10])
    array([0.5, 0.5])
    """

    pay: float
    n: int
    counts: str = "passes"

    def _wage(self, k):
        return np.full(np.shape(k), self.pay)


@dataclass(frozen=True)
class Binary(Contract):
    """`high` if at least `threshold` of the n checks pass, else `low`.

    If `counts` is "failures" (opposed tastes), the threshold is on failed checks.

    Examples
    --------
    >>> Binary(6, 0.0, 1.0, n=10).wage([5, 6])
    array([0., 1.])
    """

    threshold: int
    low: float
    high: float
    n: int
    counts: str = "passes"

    def _wage(self, k):
        return np.where(np.asarray(k) >= self.threshold, self.high, self.low)


@dataclass(frozen=True)
class Tiered(Contract):
    """`wages[j]` for reaching `thresholds[j − 1]` but not `thresholds[j]`; one wage more than thresholds.

    Examples
    --------
    >>> Tiered((4, 8), (0.0, 1.0, 3.0), n=10).wage([3, 4, 9])
    array([0., 1., 3.])
    """

    thresholds: tuple
    wages: tuple
    n: int
    counts: str = "passes"

    def _wage(self, k):
        return np.asarray(self.wages)[np.searchsorted(self.thresholds, k, side="right")]


@dataclass(frozen=True)
class Linear(Contract):
    """base + slope · passes/n, cut at the floor if there is one.

    Examples
    --------
    >>> Linear(-0.5, 1.0, floor=0.0, n=10).wage([0, 10])
    array([0. , 0.5])
    """

    base: float
    slope: float
    floor: float | None
    n: int
    counts: str = "passes"

    def _wage(self, k):
        line = self.base + self.slope * (np.asarray(k, dtype=float) / self.n)
        return line if self.floor is None else np.maximum(line, self.floor)


@dataclass(frozen=True)
class Optimal(Contract):
    """Any wage: h′(v_k) = max(h′(v_floor), λ + μ s_k + Σ_j ν_j (1 − P_k(η_j)/P_k(η))).

    Where a deviation tempts however small it is, derivatives of the law take the place of its ratio. Counts that η practically
    never shows may earn the floor (`forfeit`) or no more than the last likely one (`cap`): that deters at no cost.

    Attributes
    ----------
    participation : float
        λ, the price of the agent's outside option.
    incentive : float
        μ, the price of the local incentive.
    deviations, deviation_prices : tuple of float
        Efforts η_j the agent must not prefer, and their prices ν_j.
    effort : float
        η, the effort it asks for.
    derivative_prices : tuple of float
        Prices of the second, third … derivative of the agent's payoff at η, taken in standard deviations of the count.
    forfeit, cap : int or None
        Below the one the floor is paid; above the other what is paid at it.
    """

    participation: float
    incentive: float
    deviations: tuple
    deviation_prices: tuple
    effort: float
    n: int
    counts: str = "passes"
    derivative_prices: tuple = ()
    forfeit: int | None = None
    cap: int | None = None
    _pay: object = field(default=None, repr=False, compare=False)

    def _wage(self, k):
        return self._pay(np.asarray(k, dtype=float))


@dataclass(frozen=True)
class Wages(Contract):
    """One wage for each outcome: `wages[k]` where outcome number k, from 0, was seen.

    Where outcomes are drawn several times, `counts_of` says for each wage how often each outcome came.

    Examples
    --------
    >>> Wages((1.0, 4.0)).wage([1, 0])
    array([4., 1.])
    """

    wages: tuple
    n: int = 1
    counts: str = "passes"
    counts_of: tuple | None = None

    def wage(self, outcome):
        """The wage for outcome number `outcome`, from 0."""
        seen = within(
            "outcome", outcome, 0, len(self.wages) - 1, f"There are {len(self.wages)} of them, from 0."
        )
        return as_given(np.asarray(self.wages)[seen.astype(int)], outcome)
