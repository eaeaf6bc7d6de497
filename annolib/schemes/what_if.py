"""What it costs to be wrong: each thing that the plan takes for known is changed, and the plan is held against the best for the change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from annolib.agency.costs import PowerCost
from annolib.agency.utilities import CARA
from annolib.contracts.best_answers import best_answer
from annolib.contracts.results import NoBestContract
from annolib.contracts.solve import second_best

FACTOR = 1.25  # by which cost and risk aversion are mistaken


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
    if kind.weakest != kind.strongest:
        changes += [
            ("the checks are the weakest", problem, kind.weakest),
            ("the checks are the strongest", problem, kind.strongest),
        ]
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
