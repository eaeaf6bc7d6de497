"""How much the annotator should put down: a deposit D is a floor of pay below the outside option, h(u₀) − D.

With few checks the floor binds: an idle agent who cannot be paid less than nothing keeps a rent. A deposit takes it away. So the gap falls with D, steeply
at first and then hardly at all: `best_deposit` finds where that is, or, where a deposit has a price (interest on money put down), the D at which

    gap(D) + price·D     is least.

Every gap is that of `second_best`, with its proof; D itself is found by comparing gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from annolib.agency.problem import Problem, first_best
from annolib.contracts.gaps.small_samples import deposit_rule
from annolib.contracts.results import NoBestContract
from annolib.contracts.solve import second_best
from annolib.validation import one_whole, within

_HALVINGS, _GOLDEN = 14, 18
_FINE = 1e-3  # of the largest deposit: D is found to it
_MANY = 5.0  # times the wage of the first best above the outside option: the largest deposit looked at
_SHARE = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class BestDeposit:
    """The best deposit for a number of checks.

    Attributes
    ----------
    deposit : float
        D, in money: the lowest wage is h(u₀) − D.
    pay : SecondBest
        The best contract with it.
    loss : float
        gap + price · D, in money.
    rule : float
        The formula for a line, `annolib.rates.deposit_rule`; NaN where it does not hold.
    message : str
    """

    deposit: float
    pay: object
    loss: float
    rule: float
    message: str
    _tried: tuple = field(repr=False, compare=False, default=())

    def __repr__(self):
        return f"BestDeposit({self.deposit:.5g}: gap={self.pay.gap:.6g}, rent in money={self.pay.rent_in_money:.3g}; {self.message})"

    def to_frame(self):
        """A row for each deposit tried: gap, loss, rent in money, effort."""
        import pandas as pd

        columns = ("gap", "rent_in_money", "effort", "converged")
        rows = {name: [getattr(pay, name) for _, pay, _ in self._tried] for name in columns}
        rows["loss"] = [loss for *_, loss in self._tried]
        return pd.DataFrame(rows, index=pd.Index([d for d, *_ in self._tried], name="deposit"))


def with_deposit(problem, deposit) -> Problem:
    """The problem with the floor h(u₀) − D.

    Raises
    ------
    ValueError
        If the deposit is below 0, or leaves a wage that the utility does not know.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> with_deposit(problem, 0.2).floor
    -0.2
    """
    down = within("deposit", deposit, 0, np.inf, "It is money that the annotator puts down.")
    if down.ndim != 0 or not np.isfinite(down):
        raise ValueError(f"deposit must be one finite number, at least 0; saw {deposit!r}.")
    outside, lowest = float(problem.utility.wage(problem.outside)), problem.utility.lowest_wage
    floor = outside - float(down)
    if floor < lowest or not np.isfinite(float(problem.utility.utility(floor))):
        raise ValueError(
            f"deposit must leave a wage that {problem.utility} knows, so be below {outside - lowest:g}; saw {float(down):g}."
        )
    return problem.with_floor(floor)


def best_deposit(
    problem, monitor, n, family, *, price=0.0, within_share=0.01, most=None, tiers=None
) -> BestDeposit:
    """The best deposit for n checks and a class of contracts.

    Parameters
    ----------
    problem : Problem
        Its own floor is not used: the deposit is the floor.
    monitor : Monitor, or other evidence that `second_best` takes
    n : int, or a pair for two kinds of checks
    family : str
        As in `second_best`.
    price : float
        What one unit of money put down costs the firm, such as interest that it pays on it. At 0 the least deposit is
        looked for beyond which more gains no more than `within_share` of the gap.
    within_share : float
        In (0, 1); only used where the price is 0.
    most : float, optional
        The largest deposit in question; else five times what the first best pays above the outside option.

    Returns
    -------
    BestDeposit

    Examples
    --------
    Thirty checks: a deposit of a tenth of a unit takes nearly all the rent away, and six sevenths of the gap.

    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> found = best_deposit(problem, al.SelfConsistency(0.15), 30, "binary")
    >>> bool(0.1 < found.deposit < 0.2), bool(found.pay.gap < 0.3 * al.second_best(problem, al.SelfConsistency(0.15), 30, "binary", floor=0.0).gap)
    (True, True)
    """
    cost = _one("price", price, 0, np.inf)
    share = _one("within_share", within_share, 0, 1)
    if not 0 < share < 1:
        raise ValueError(f"within_share must be between 0 and 1; saw {within_share!r}. 0.01 is one per cent.")
    largest = _largest(problem, most)
    tried = {}

    def solved(deposit):
        if deposit not in tried:
            try:
                tried[deposit] = second_best(with_deposit(problem, deposit), monitor, n, family, tiers=tiers)
            except NoBestContract:  # so far below the outside option that no best contract is known
                tried[deposit] = None
        return tried[deposit]

    def loss(deposit):
        pay = solved(deposit)
        return np.inf if pay is None else pay.gap + cost * deposit

    deposit, message = _priced(loss, largest) if cost > 0 else _enough(loss, largest, share)
    if deposit >= largest * (1 - _FINE) and deposit > 0:
        message = "the largest deposit looked at is the best; give a larger one as most"
    rows = tuple((d, pay, pay.gap + cost * d) for d, pay in sorted(tried.items()) if pay is not None)
    if solved(deposit) is None:
        raise NoBestContract(f"no deposit up to {largest:g} has a best contract of family {family!r}.")
    return BestDeposit(deposit, solved(deposit), loss(deposit), _rule(problem, monitor, n), message, rows)


def _enough(loss, largest, share):
    """The least deposit whose gap is near the least of all: by halving, from the last of a grid that is not."""
    grid = np.unique(np.concatenate([[0.0], largest * np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0])]))
    losses = np.array([loss(float(d)) for d in grid])
    goal = (1 + share) * losses.min()
    good = losses <= goal
    i = int(np.argmax(good))
    if i == 0:
        return 0.0, "no deposit is needed"
    low, high = float(grid[i - 1]), float(grid[i])
    for _ in range(_HALVINGS):
        if high - low <= _FINE * largest:
            break
        middle = (low + high) / 2
        low, high = (low, middle) if loss(middle) <= goal else (middle, high)
    return high, f"solved: a larger deposit gains at most {share:.2g} of the gap"


def _priced(loss, largest):
    """The deposit with the least loss: a grid, then golden sections around its lowest point."""
    grid = np.unique(
        np.concatenate([[0.0], largest * np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0])])
    )
    losses = [loss(float(d)) for d in grid]
    i = int(np.argmin(losses))
    low, high = float(grid[max(i - 1, 0)]), float(grid[min(i + 1, grid.size - 1)])
    a, b = high - _SHARE * (high - low), low + _SHARE * (high - low)
    for _ in range(_GOLDEN):
        if high - low <= _FINE * largest:
            break
        if loss(a) <= loss(b):
            high, b = b, a
            a = high - _SHARE * (high - low)
        else:
            low, a = a, b
            b = low + _SHARE * (high - low)
    best = min((float(grid[i]), a, b, low, high), key=loss)
    return best, "solved: the least of gap and the price of the deposit"


def _largest(problem, most):
    outside, lowest = float(problem.utility.wage(problem.outside)), problem.utility.lowest_wage
    room = outside - lowest
    if most is not None:
        largest = _one("most", most, 0, np.inf)
        if not largest > 0 or not np.isfinite(largest):
            raise ValueError(f"most must be above 0; saw {most!r}.")
        return min(largest, room * (1 - 1e-6))
    return min(_MANY * (first_best(problem).wage - outside), room * (1 - 1e-6))


def _rule(problem, monitor, n):
    try:
        return float(deposit_rule(problem, monitor, one_whole("n", n, 1)))
    except (TypeError, ValueError, AttributeError):
        return np.nan


def _one(name, value, low, high):
    number = within(name, value, low, high)
    if number.ndim != 0:
        raise ValueError(f"{name} must be one number; saw {value!r}.")
    return float(number)
