"""The cheapest pay for an effort that is asked for: the firm's first question in textbooks, before which effort is worth it.

With finitely many efforts, take a firm that has the value W from the effort asked for and nothing from any other. If W is more than that effort
costs, its best contract is the cheapest one that implements it; so the question goes to `second_best`, with its proof, and W is raised
until the answer implements the effort or no W could matter.

References
----------
S. J. Grossman, O. D. Hart, "An Analysis of the Principal-Agent Problem", Econometrica 51 (1983), pages 7-45: the two steps,
first what each action costs, then which one to buy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.agency.problem import Problem
from annolib.contracts.results import Certificate, NoBestContract
from annolib.contracts.solve import AS_IN_PROBLEM, second_best
from annolib.monitors.evidence.outcomes import Outcomes
from annolib.validation import within

_TRIES = 1e3, 1e6, 1e9  # times what the effort costs if it is seen


@dataclass(frozen=True)
class CheapestPay:
    """The cheapest contract of a class under which an effort is a best answer.

    Attributes
    ----------
    effort : float
    contract : Flat, Binary, Linear, Tiered, Optimal or Wages
    expected_wage : float
        What it costs the firm, in money.
    seen : float
        What the effort would cost if it were seen: the wage for it, h(u₀ + c(η)).
    rent : float
        The agent's utility above the outside option.
    suboptimality : float
        A proved bound: no contract of the class that implements this effort costs less by more than this.
    certificate : Certificate
    """

    effort: float
    contract: object
    expected_wage: float
    seen: float
    rent: float
    suboptimality: float
    certificate: Certificate

    @property
    def price_of_not_seeing(self):
        """What it costs more than if effort were seen, in money."""
        return self.expected_wage - self.seen


def cheapest_pay(
    problem, monitor, n=None, family=None, *, effort, floor=AS_IN_PROBLEM, cap=None, tiers=None
) -> CheapestPay:
    """The cheapest contract of a class that makes one of the listed efforts a best answer.

    Parameters
    ----------
    problem : Problem
        With finitely many efforts: `Problem.with_efforts`. Its value does not matter.
    monitor : Monitor, PassCurve or Outcomes
    n, family, floor, cap, tiers : as for `annolib.second_best`
    effort : float
        One of the problem's efforts.

    Returns
    -------
    CheapestPay

    Raises
    ------
    ValueError
        If the problem lists no efforts, or not this one.
    NoBestContract
        If no contract of the class implements the effort for less than a billion times what it costs when it is seen.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: e, floor=-1.0).with_efforts([0, 0.3, 0.6])
    >>> for effort in problem.efforts:
    ...     pay = cheapest_pay(problem, al.SelfConsistency(0.2), 30, "optimal", effort=effort)
    ...     print(f"{effort:g}: {pay.expected_wage:.4f}, seen {pay.seen:.4f}")
    0: 0.0000, seen 0.0000
    0.3: 0.0519, seen 0.0460
    0.6: 0.2012, seen 0.1985
    """
    if not isinstance(problem, Problem) or problem.efforts is None:
        raise ValueError(
            "problem must list its efforts, since each has a price of its own; saw "
            f"{'a continuum' if isinstance(problem, Problem) else type(problem).__name__}. Give problem.with_efforts([0, 0.5, 1])."
        )
    effort = float(within("effort", effort, -np.inf, np.inf))
    asked = np.flatnonzero(np.isclose(problem.efforts, effort, rtol=0, atol=1e-12))
    if not asked.size:
        listed = ", ".join(f"{one:g}" for one in problem.efforts)
        raise ValueError(
            f"effort must be one of the problem's, {listed}; saw {effort:g}. Add it to with_efforts([…])."
        )
    effort = problem.efforts[asked[0]]
    seen = float(problem.utility.wage(problem.reservation(effort)))
    if isinstance(monitor, Outcomes):
        monitor = replace(monitor, values=None)
    for factor in _TRIES:
        worth = factor * (1 + abs(seen))
        only = replace(problem, value=tuple(worth if one == effort else 0.0 for one in problem.efforts))
        found = second_best(only, monitor, n, family, floor=floor, cap=cap, tiers=tiers)
        if found.effort == effort:
            return CheapestPay(
                effort=effort, contract=found.contract, expected_wage=found.expected_wage, seen=seen, rent=found.rent,
                suboptimality=found.suboptimality, certificate=found.certificate,
            )  # fmt: skip
    raise NoBestContract(
        f"No {family} contract makes effort {effort:g} a best answer for less than {worth:.3g}, a billion times what it costs when it is "
        "seen: another effort looks the same to these checks, or costs less and shows more. Ask for a neighbouring effort, or "
        "another class."
    )
