"""How many checks to buy: the exact answer beside the asymptotic one.

At price k a check, n checks and the best contract of a class for them lose

    gap(n) + k·n,

gap(n) that of `second_best`. For a line and many checks gap ≈ C_lin/(n𝓘), so that n* = √(C_lin/(k𝓘)) (`annolib.rates.monitoring_budget`); with few checks the
floor binds, and the two differ. More than gap(0)/k checks never pay, gap(0) the gap of flat pay.

Gaps of thresholds are saw-toothed in n. So the search goes from a grid over n to every whole number around the best (`_scan`), for each deposit. Every
gap is proved, that no number between the points of the grid does better is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from annolib.agency.problem import first_best
from annolib.contracts.design.deposits import with_deposit
from annolib.contracts.gaps.rates import monitoring_budget
from annolib.contracts.results import NoBestContract
from annolib.contracts.solve import second_best
from annolib.validation import within

_GRID, _ZOOM, _TEETH = 14, 7, 5
_SAWED = ("binary", "tiered")


@dataclass(frozen=True)
class BestChecks:
    """The best number of checks at a price, and the best deposit of those asked for.

    Attributes
    ----------
    n : int
        0 where no checks are worth their price.
    deposit : float
        NaN where the problem's own floor was kept.
    loss : float
        gap + price · n, in money.
    pay : SecondBest
        The best contract; flat pay at n = 0.
    budget : MonitoringBudget or None
        The asymptotic answer for a line; None where it does not hold.
    message : str
    """

    n: int
    deposit: float
    loss: float
    pay: object
    budget: object
    message: str
    _tried: dict = field(repr=False, compare=False, default_factory=dict)

    def __repr__(self):
        down = "" if np.isnan(self.deposit) else f", deposit={self.deposit:g}"
        return f"BestChecks(n={self.n:,}{down}: loss={self.loss:.6g}, gap={self.pay.gap:.6g}; {self.message})"

    def to_frame(self):
        """A row for each number of checks and deposit tried: gap, loss, effort, rent in money."""
        import pandas as pd

        order = sorted(self._tried, key=lambda key: (np.nan_to_num(key[0], nan=-1.0), key[1]))
        rows = [(*key, *self._tried[key]) for key in order]
        return pd.DataFrame(rows, columns=["deposit", "n", "gap", "loss", "effort", "rent_in_money"])


def best_checks(
    problem, monitor, family, *, price, deposits=None, most=None, tiers=None, progress=False
) -> BestChecks:
    """The best number of checks at a price, for a class of contracts, and the best of some deposits.

    Parameters
    ----------
    problem : Problem
    monitor : Monitor
    family : str
        As in `second_best`.
    price : float
        Of one check, in money, above 0.
    deposits : sequence of float, optional
        Deposits to choose from (`best_deposit`): each is a floor h(u₀) − D. Left out, the problem's own floor is kept.
    most : int, optional
        The largest number of checks in question.
    progress : bool
        Show a progress bar over the deposits.

    Returns
    -------
    BestChecks

    Raises
    ------
    ValueError
        A price of 0 or less (there would be no end to checks); a deposit that leaves an unknown wage.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> found = best_checks(problem, al.SelfConsistency(0.15), "binary", price=1e-4, deposits=(0.0, 0.2))
    >>> found.deposit, bool(found.loss < 0.02), round(found.budget.checks)
    (0.2, True, 67)
    """
    cost = within("price", price, 0, np.inf, "It is the cost of one check.")
    if cost.ndim != 0 or not 0 < cost < np.inf:
        raise ValueError(f"price must be one finite number above 0; saw {price!r}.")
    cost = float(cost)
    if deposits is None:
        floors = [(np.nan, problem)]
    else:
        floors = [(float(d), with_deposit(problem, d)) for d in np.ravel(deposits)]
        if not floors:
            raise ValueError("deposits must hold at least one; left out, the problem's own floor is kept.")
    if progress:
        from tqdm.auto import tqdm

        floors = tqdm(floors, desc="deposits", leave=False)
    tried, best, none = {}, (np.inf, None, np.nan, None), 0
    for deposit, one in floors:
        flat = second_best(one, monitor, 1, "flat")
        if flat.gap < best[0]:
            best = flat.gap, 0, deposit, flat
        found = _search(one, monitor, family, cost, most, tiers, flat.gap, tried, deposit)
        none += found is None
        if found is not None and found[0] < best[0]:
            best = (*found[:2], deposit, found[2])
    if none == len(floors):  # the class says why
        second_best(one, monitor, 10, family, tiers=tiers)
    loss, n, deposit, pay = best
    message = "solved" if n else "no number of checks is worth its price: flat pay"
    if most is not None and n == int(most):
        message = "the largest number of checks looked at is the best; give a larger one as most"
    return BestChecks(n, deposit, loss, pay, _asymptotic(problem, monitor, cost), message, tried)


def _search(problem, monitor, family, price, most, tiers, flat_gap, tried, deposit):
    """(loss, n, pay) of the best number of checks for one floor; None where no number has a best contract."""
    largest = max(int(flat_gap / price), 1)
    if most is not None:
        largest = min(largest, max(int(most), 1))
    known = {}

    def loss(n):
        n = int(n)
        if n not in known:
            try:
                pay = second_best(problem, monitor, n, family, tiers=tiers)
            except NoBestContract:
                pay = None
            known[n] = (np.inf, n, None) if pay is None else (pay.gap + price * n, n, pay)
            if pay is not None:
                tried[deposit, n] = pay.gap, known[n][0], pay.effort, pay.rent_in_money
        return known[n][0]

    start = _asymptotic(problem, monitor, price)
    if start is None or family.startswith(_SAWED):
        grid = np.geomspace(1, largest, _GRID)
    else:  # smooth in n, and never best far below the number for an agent without a floor
        grid = np.clip(start.checks, 1, largest) * 2.0 ** np.arange(-2, 40)
        grid = np.append(grid[grid < largest], largest)
    if start is not None:
        grid = np.append(grid, start.checks * np.array([0.7, 1.0, 1.4]))
    grid = np.unique(np.round(np.clip(grid, 1, largest)).astype(int))
    bound = np.inf
    for n in grid:  # no number of checks loses less than its price
        if price * n > bound:
            break
        bound = min(bound, loss(n))
    _scan(loss, known, largest, family)
    best = min(known.values(), key=lambda one: one[:2])
    return None if best[2] is None else best


def _scan(loss, known, largest, family):
    """Closer around the best number of the grid; at the end every one, as gaps of thresholds are saw-toothed."""
    for _ in range(6):
        order = sorted(known)
        i = order.index(min(known, key=lambda n: known[n][0]))
        low, high = order[max(i - 1, 0)], order[min(i + 1, len(order) - 1)]
        if i + 1 == len(order):
            high = min(largest, 2 * order[i])
        if high - low <= 4:
            break
        points = _ZOOM if family.startswith(_SAWED) else _ZOOM - 2
        for n in np.unique(np.round(np.linspace(low, high, points)).astype(int)):
            loss(n)
    best = min(known, key=lambda n: known[n][0])
    around = _TEETH if family.startswith(_SAWED) else 1
    for n in range(max(best - around, 1), min(best + around, largest) + 1):
        loss(n)


def _asymptotic(problem, monitor, price):
    try:
        if first_best(problem).corner:
            return None
        return monitoring_budget(problem, monitor, price)
    except (TypeError, ValueError, AttributeError):
        return None
