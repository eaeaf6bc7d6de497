"""What it costs to be wrong: each thing that the plan takes for known is changed, and the plan is held against the best for the change.

Strength and cost err together where the cost was learnt from the same checks (`annolib.estimate_cost`). With checks x times as strong as
believed the true scale of cost is then x^(p/m) times the one believed, p the power of effort in its cost and m in the pass rate. Such
people pass as many checks as planned and are paid as planned, where full care can; the effort behind it, and what it is worth, is another.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from annolib.agency.costs import PowerCost
from annolib.agency.utilities import CARA
from annolib.auditing.strength import largest_strength, strength_of, with_strength
from annolib.contracts.best_answers import best_answer
from annolib.contracts.results import NoBestContract
from annolib.contracts.solve import second_best

FACTOR = 1.25  # by which cost and risk aversion are mistaken
TIED = ", cost learnt through them"
_TENTH = 0.1  # of a strength that is taken as known


def cost_of_error(problem, kind, contract, family):
    """A row for each mistake: what the contract leaves then, and what the best contract of its class for the truth would.

    Profits are before the price of the checks, which is the same for both.

    Returns
    -------
    pandas.DataFrame
        Index `if`; effort, profit, best, lost.
    """
    rows = {}
    for words, truth, monitor in _changes(problem, kind):
        answer = best_answer(truth, monitor, contract)
        try:
            best = float(second_best(truth, monitor, contract.n, family).profit)
        except NoBestContract:
            best = np.nan
        rows[words] = (answer.effort if answer.accepts else np.nan, answer.profit, best, best - answer.profit)
    return pd.DataFrame.from_dict(rows, "index", columns=["effort", "profit", "best", "lost"]).rename_axis(
        "if"
    )


def _changes(problem, kind):
    """What may be otherwise: (words, problem, monitor)."""
    middle = kind.at([0.5])[0]
    changes = [("all is as assumed, checks of middle strength", problem, middle)]
    for words, monitor in _other_strengths(kind):
        changes.append((f"the checks are {words}", problem, monitor))
        if isinstance(problem.cost, PowerCost):
            ratio = (monitor.gain / middle.gain) ** (problem.cost.power / middle.power)
            cost = PowerCost(problem.cost.scale * ratio, problem.cost.power)
            changes.append((f"the checks are {words}{TIED}", replace(problem, cost=cost), monitor))
    if isinstance(problem.cost, PowerCost):
        for words, factor in (("a quarter dearer", FACTOR), ("a quarter cheaper", 1 / FACTOR)):
            cost = PowerCost(problem.cost.scale * factor, problem.cost.power)
            changes.append((f"effort is {words}", replace(problem, cost=cost), middle))
    if isinstance(problem.utility, CARA):
        outside = problem.utility.wage(problem.outside)
        for words, factor in (("more", FACTOR), ("less", 1 / FACTOR)):
            utility = CARA(problem.utility.aversion * factor)
            other = replace(problem, utility=utility, outside=float(utility.utility(outside)))
            changes.append((f"risk is a quarter {words} disliked", other, middle))
    return changes


def _other_strengths(kind):
    """Both ends of the range; of a strength that is taken as known, a tenth less and more (no more than the largest there is)."""
    if kind.weakest != kind.strongest:
        return [("the weakest", kind.weakest), ("the strongest", kind.strongest)]
    known = kind.weakest
    strength = strength_of(known)
    more = min(1 + _TENTH, largest_strength(known) / strength)
    found = [("a tenth weaker", with_strength(known, (1 - _TENTH) * strength))]
    if more > 1 + 1e-9:
        words = "a tenth stronger" if more == 1 + _TENTH else "as strong as they can be"
        found.append((words, with_strength(known, more * strength)))
    return found


def by_checks(problem, kind, contract, counts, scaled):
    """What the same clause buys with other numbers of checks, at the weakest and the strongest checks.

    Returns
    -------
    pandas.DataFrame
        Index `checks`; effort and profit for both ends of the strength.
    """
    rows = {}
    for n in counts:
        own = scaled(contract, n)
        answers = [best_answer(problem, monitor, own) for monitor in (kind.weakest, kind.strongest)]
        rows[n] = [value for one in answers for value in (one.effort if one.accepts else np.nan, one.profit)]
    columns = ["effort, weakest", "profit, weakest", "effort, strongest", "profit, strongest"]
    return pd.DataFrame.from_dict(rows, "index", columns=columns).rename_axis("checks")
