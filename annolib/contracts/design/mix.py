"""Which checks to buy with a budget: to leading order, for pay on a line in the passes of each kind.

A line with utility slopes β_i gives v = ū + Σ β_i(X_i − n_iq_i) at the first-best effort η*. Its risk costs ½h″·Σ n_iq_ir_iβ_i², and with x_i = n_iβ_i

    minimise Σ q_ir_i·x_i²/n_i    over x and n ≥ 0,    Σ k_in_i = B,
    subject to Σ q_i′x_i = c′     and, for each gaming strategy g,    Σ (q_i − g_i)x_i ≥ Δ* = c(η*).

A strategy passes a check of kind i with probability g_i without any effort. For given x the money is best spent in proportion to |x_i|√(q_ir_ik_i), and the
risk is then (Σ |x_i|√(q_ir_ik_i))²/B: what is left is a linear programme. Without strategies all goes to the kind with the largest 𝓘/k, and the loss is
C_lin/(B·𝓘/k); each strategy that binds can bring one more kind in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from annolib.agency.problem import first_best
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import NoBestContract
from annolib.monitors.base import require_monitor
from annolib.validation import within


@dataclass(frozen=True)
class BestMix:
    """How a budget is best spent on several kinds of checks.

    Attributes
    ----------
    checks : tuple of float
        n_i, not rounded.
    shares : tuple of float
        Of the money.
    slopes : tuple of float
        β_i, utility for one more pass of each kind.
    loss : float
        ½h″·Σ n_iq_ir_iβ_i², the leading term of the gap, in money.
    deterred : tuple of bool
        For each gaming strategy: is it just deterred, so that it decides?
    message : str
    """

    checks: tuple
    shares: tuple
    slopes: tuple
    loss: float
    deterred: tuple
    message: str

    def __repr__(self):
        bought = ", ".join(
            f"{n:.5g} ({share:.0%})" for n, share in zip(self.checks, self.shares, strict=True)
        )
        return f"BestMix(checks {bought}; loss={self.loss:.5g}; {self.message})"


def best_mix(problem, monitors, prices, budget, gaming=()) -> BestMix:
    """The cheapest mix of checks for a budget, so that no gaming strategy pays.

    Parameters
    ----------
    problem : Problem
        With a first-best effort inside (0, 1).
    monitors : sequence of Monitor
        The kinds of checks.
    prices : sequence of float
        Of one check of each kind, in money, above 0.
    budget : float
        Money for checks.
    gaming : sequence of sequences of float
        For each strategy its chances to pass a check of each kind; see `annolib.gaming_table` for some.

    Returns
    -------
    BestMix

    Raises
    ------
    NoBestContract
        No line in these passes deters every strategy and rewards effort.

    Examples
    --------
    Whoever always says left passes every repeat whose sides are not swapped, and half of the golden questions. That
    brings most of the money to golden questions at five times the price; swapping the sides brings it back.

    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> kinds, prices = (al.SelfConsistency(0.15), al.Golden()), (1, 5)
    >>> for always_left in ((1, 0.5), (0.5, 0.5)):
    ...     print([round(share, 2) for share in best_mix(problem, kinds, prices, 1000, [always_left]).shares])
    [0.12, 0.88]
    [1.0, 0.0]
    """
    best, price, chances, money = _read(problem, monitors, prices, budget, gaming)
    laws = [PassLaw.from_monitor(one) for one in monitors]
    sign = np.array([1.0 if law.counts == "passes" else -1.0 for law in laws])
    q = np.array([float(one.pass_probability(best.effort)) for one in monitors])
    slope = sign * np.array([float(law.slope(best.effort)) for law in laws])
    weight = np.sqrt(q * (1 - q) * price)
    asked, saved = float(problem.cost.slope(best.effort)), float(problem.cost.cost(best.effort))
    both = np.concatenate([weight, weight])  # x = x⁺ − x⁻
    lead = np.array([q - g for g in chances]).reshape(len(chances), q.size)
    found = linprog(
        both,
        A_ub=-np.hstack([lead, -lead]) if len(lead) else None,
        b_ub=np.full(len(lead), -saved) if len(lead) else None,
        A_eq=np.concatenate([slope, -slope])[None, :],
        b_eq=[asked],
        bounds=(0, None),
        method="highs",
    )
    if not found.success:
        raise NoBestContract(
            "no line in these passes rewards effort and deters every gaming strategy: some strategy passes each kind as often as work does. "
            "Add another kind of check, or swap the sides of the repeats."
        )
    x = found.x[: q.size] - found.x[q.size :]
    spent = np.abs(x) * weight
    shares = spent / spent.sum()
    checks = money * shares / price
    risk = spent.sum() ** 2 / money
    loss = 0.5 * float(problem.utility.wage_curvature(best.utility)) * risk
    slopes = np.divide(x, checks, out=np.zeros_like(x), where=checks > 0)
    deterred = tuple(bool(abs(row @ x - saved) <= 1e-9 * max(saved, 1e-300)) for row in lead)
    most = np.max(slope**2 / (q * (1 - q)) / price)  # 𝓘/k
    decides = risk > asked**2 / (money * most) * (1 + 1e-9)
    message = "a gaming strategy decides" if decides else "all on the most information for its price"
    return BestMix(
        tuple(map(float, checks)),
        tuple(map(float, shares)),
        tuple(map(float, slopes)),
        float(loss),
        deterred,
        message,
    )


def _read(problem, monitors, prices, budget, gaming):
    kinds = list(monitors)
    if not kinds:
        raise ValueError("monitors must hold at least one kind of checks.")
    for one in kinds:
        require_monitor(one)
    price = np.atleast_1d(within("prices", prices, 0, np.inf, "Give what one check of each kind costs."))
    if price.shape != (len(kinds),) or not np.all((price > 0) & np.isfinite(price)):
        raise ValueError(f"prices must be one number above 0 for each of {len(kinds)} kinds; saw {prices!r}.")
    money = within("budget", budget, 0, np.inf, "It is the money for checks.")
    if money.ndim != 0 or not 0 < money < np.inf:
        raise ValueError(f"budget must be one finite number above 0; saw {budget!r}.")
    chances = np.array([]).reshape(0, len(kinds))
    if len(gaming):
        chances = within("gaming", gaming, 0, 1, "They are chances to pass a check.")
        if chances.ndim != 2 or chances.shape[1] != len(kinds):
            raise ValueError(
                f"gaming must hold one chance for each of {len(kinds)} kinds in each strategy; saw shape {chances.shape}."
            )
    best = first_best(problem)
    if best.corner:
        raise ValueError(f"the budget needs a first-best effort inside (0, 1); here {best.corner}.")
    return best, price, chances, float(money)
