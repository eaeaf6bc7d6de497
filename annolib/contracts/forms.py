"""The forms a contract can take: what is paid for how many passes out of n.

`wage(passes)` works for every form, on numbers and arrays. With two kinds of checks it is `wage(first, second)`, the passes of each.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field

import numpy as np

from annolib.validation import as_given, within

_PICKLED = 1_000_000  # checks


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

    It is also a bonus that everybody gets: `threshold` is 0, and `low` and `high` are both the wage.

    Examples
    --------
    >>> Flat(0.5, n=10).wage([0, 10])
    array([0.5, 0.5])
    >>> Flat(0.5, n=10).low, Flat(0.5, n=10).high, Flat(0.5, n=10).threshold
    (0.5, 0.5, 0)
    """

    pay: float
    n: int
    counts: str = "passes"

    @property
    def low(self):
        """The wage below the threshold, which nobody is."""
        return self.pay

    @property
    def high(self):
        """The wage from the threshold on."""
        return self.pay

    @property
    def threshold(self):
        """0: every count reaches it."""
        return 0

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
    """base + slope · passes/n, cut at the floor if there is one, and at the cap.

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
    cap: float | None = None

    def _wage(self, k):
        line = self.base + self.slope * (np.asarray(k, dtype=float) / self.n)
        line = line if self.floor is None else np.maximum(line, self.floor)
        return line if self.cap is None else np.minimum(line, self.cap)


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

    def __getstate__(self):
        """Pickled as the wage of every count, without the problem that it was computed from."""
        if self.n > _PICKLED:
            raise pickle.PicklingError(
                f"a contract of any pay is pickled as a wage for each count, at most {_PICKLED:,}; saw n={self.n:,}. "
                "Pickle the problem and the monitor, and solve again."
            )
        paid = self._pay
        if not isinstance(paid, ListedWages):
            paid = ListedWages(np.asarray(self._wage(np.arange(self.n + 1.0)), dtype=float))
        return {**self.__dict__, "_pay": paid}

    def __deepcopy__(self, memo):
        return self


@dataclass(frozen=True, eq=False)
class ListedWages:
    """The wage of each count, straight between them."""

    wages: np.ndarray

    def __call__(self, count):
        return np.interp(count, np.arange(self.wages.size), self.wages)


class JointContract:
    """What the forms for two kinds of checks share: n, counts and wages are pairs, one of each kind."""

    n: tuple
    counts: tuple = ("passes", "passes")

    def wage(self, first, second):
        """The wage for so many passes of each kind; numbers, or arrays that broadcast."""
        seen = [
            within(name, given, 0, n, f"Count the passes in {n} checks.")
            for name, given, n in zip(("first", "second"), (first, second), self.n, strict=True)
        ]
        counted = [
            k if counts == "passes" else n - k for k, n, counts in zip(seen, self.n, self.counts, strict=True)
        ]
        return as_given(np.asarray(self._wage(*np.broadcast_arrays(*counted)), dtype=float), first, second)

    def table(self):
        """The wage of every pair of counts, (n₁ + 1, n₂ + 1), in the order of what effort raises."""
        first, second = (np.arange(n + 1.0) for n in self.n)
        return np.asarray(self._wage(*np.broadcast_arrays(first[:, None], second)), dtype=float)


@dataclass(frozen=True)
class JointFlat(JointContract):
    """The same wage whatever the checks of either kind say.

    Examples
    --------
    >>> JointFlat(0.5, n=(10, 5)).wage(10, 0)
    0.5
    """

    pay: float
    n: tuple
    counts: tuple = ("passes", "passes")

    def _wage(self, first, second):
        return np.full(np.shape(first), self.pay)


@dataclass(frozen=True)
class JointLinear(JointContract):
    """base + slopes[0] · first/n₁ + slopes[1] · second/n₂, cut at the floor if there is one, and at the cap.

    Examples
    --------
    >>> JointLinear(-0.5, (1.0, 0.5), floor=0.0, n=(10, 5)).wage([0, 10], 5)
    array([0., 1.])
    """

    base: float
    slopes: tuple
    floor: float | None
    n: tuple
    counts: tuple = ("passes", "passes")
    cap: float | None = None

    def _wage(self, first, second):
        shares = (k / max(n, 1) for k, n in zip((first, second), self.n, strict=True))
        line = self.base + sum(slope * share for slope, share in zip(self.slopes, shares, strict=True))
        line = line if self.floor is None else np.maximum(line, self.floor)
        return line if self.cap is None else np.minimum(line, self.cap)


@dataclass(frozen=True)
class JointBinary(JointContract):
    """`high` if weights[0] · first + weights[1] · second reaches the threshold, else `low`.

    Examples
    --------
    >>> JointBinary((1.0, 2.0), 9.0, low=0.0, high=1.0, n=(10, 5)).wage([4, 5], 2)
    array([0., 1.])
    """

    weights: tuple
    threshold: float
    low: float
    high: float
    n: tuple
    counts: tuple = ("passes", "passes")

    def _wage(self, first, second):
        reached = self.weights[0] * first + self.weights[1] * second >= self.threshold
        return np.where(reached, self.high, self.low)


@dataclass(frozen=True, eq=False)
class JointOptimal(JointContract):
    """Any wage: `wages[i, j]` for i counts of the first kind and j of the second; h′(v) = max(h′(v_floor), λ + μ s + Σ_j ν_j (1 − P(η_j)/P(η))).

    Attributes
    ----------
    participation, incentive : float
        λ and μ, the prices of the outside option and of the local incentive.
    deviations, deviation_prices : tuple of float
        Efforts η_j the agent must not prefer, and their prices ν_j.
    effort : float
        η, the effort it asks for.
    """

    participation: float
    incentive: float
    deviations: tuple
    deviation_prices: tuple
    effort: float
    n: tuple
    wages: np.ndarray = field(repr=False)
    counts: tuple = ("passes", "passes")

    def _wage(self, first, second):
        return self.wages[np.asarray(first, dtype=int), np.asarray(second, dtype=int)]


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
