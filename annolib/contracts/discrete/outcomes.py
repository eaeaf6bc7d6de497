"""A matrix of outcomes by actions: the principal and the agent of the textbooks.

Action i of K gives outcome k with probability P_ik; outcome k is worth x_k to the firm. Contracts say what is paid for each outcome:

    optimal    any wages                                   convex programme, `annolib.contracts.discrete.programme` (risk neutral: linear)
    flat       one wage
    binary     a low wage, or a high one from outcome t on, in the order in which they are given
    tiered(m)  m such steps

Several draws are one draw of how often each outcome came (optimal and flat pay only, as these counts have no order).

References
----------
S. Grossman, O. Hart, "An analysis of the principal-agent problem", Econometrica 51 (1983), doi:10.2307/1912246.
D. Kreps, A Course in Microeconomic Theory (1990), ch. 16. A. Mas-Colell, M. Whinston, J. Green, Microeconomic Theory (1995), ch. 14.
P. Milgrom, J. Roberts, Economics, Organization and Management (1992), ch. 6. J.-J. Laffont, D. Martimort, The Theory of Incentives (2002), ch. 4.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np

from annolib.agency.utilities import RiskNeutral
from annolib.contracts.discrete.family import Actions, flat_pay
from annolib.contracts.discrete.optimal import assembled, best_linear_programme, best_programmes
from annolib.contracts.discrete.programme import States
from annolib.contracts.discrete.threshold import _left, _proved
from annolib.contracts.forms import Wages
from annolib.contracts.results import SecondBests
from annolib.validation import whole

_MOST = 5_000  # ways to cut the outcomes into steps


def outcomes_best(problem, outcomes, n, family, tiers=None, ask=None):
    """The best contract of a class on the outcomes of a matrix; a SecondBest, or one for each n (once unless n says otherwise)."""
    draws = whole("n", 1 if n is None else n, 1, "Give the number of draws.")
    found = [_best(problem, outcomes, int(x), family, tiers) for x in draws.ravel()]
    return found[0] if draws.ndim == 0 else SecondBests(tuple(found))


def valued(problem, outcomes):
    """The problem with one effort for each row, and the outcomes' values for its own."""
    rows = outcomes.probabilities.shape[0]
    if problem.efforts is None:
        raise ValueError(
            f"problem must list its {rows} actions for a matrix of outcomes: Problem(utility, cost=[…]), or problem.with_efforts([…])."
        )
    if len(problem.efforts) != rows:
        raise ValueError(
            f"problem must have one effort for each row of the matrix, {rows}; saw {len(problem.efforts)}."
        )
    return problem if outcomes.values is None else replace(problem, value=tuple(outcomes.worth()))


def _best(problem, outcomes, n, family, tiers):
    if family == "linear":
        raise ValueError(
            "family 'linear' needs counts of checks; outcomes of a matrix have none. Ask for 'optimal', 'binary' or 'tiered'."
        )
    if n > 1 and family in ("binary", "tiered"):
        raise ValueError(
            f"family {family!r} needs outcomes in an order, which {n} draws have none of. Ask for 'optimal', or draw once."
        )
    counts = None
    if n > 1:
        outcomes, counts = outcomes.drawn(n)
    problem = valued(problem, outcomes)
    actions, law = Actions.of(problem), outcomes.probabilities
    known = flat_pay(actions, n)
    if family == "flat":
        return _spread(known, law.shape[1])
    if family == "optimal":
        return _optimal(actions, law, n, known, counts)
    return _steps(actions, law, known, 1 if family == "binary" else tiers, family)


def _spread(found, states):
    """Flat pay as one wage for each outcome."""
    pay = getattr(found.contract, "pay", None)
    return found if pay is None else replace(found, contract=Wages((pay,) * states, found.n))


def _log(law):
    with np.errstate(divide="ignore"):
        return States(np.log(law))


def _optimal(actions, law, n, known, counts):
    def contract(wages):
        table = None if counts is None else tuple(map(tuple, counts.tolist()))
        return Wages(tuple(float(w) for w in np.asarray(wages)), n, "passes", table)

    if isinstance(actions.problem.utility, RiskNeutral):
        return _spread(best_linear_programme(actions, _log(law), n, known, contract), law.shape[1])
    states = _log(law)
    solutions, low = best_programmes(actions, states, known.log_gap)
    wage = actions.problem.utility.wage
    return _spread(
        assembled(actions, states, n, known, solutions, low, lambda s: contract(wage(s.utilities))),
        law.shape[1],
    )


def _steps(actions, law, known, tiers, family):
    """Every way to cut the ordered outcomes into tiers + 1 steps."""
    states = law.shape[1]
    tiers = min(tiers, states - 1)
    if comb(states - 1, tiers) > _MOST:
        raise ValueError(
            f"tiers must leave at most {_MOST:,} ways to cut {states} outcomes; ask for 'optimal' instead."
        )
    best, low = known, np.inf
    for cuts in combinations(range(1, states), tiers):
        member = np.searchsorted(cuts, np.arange(states), side="right")
        cells = np.array([law[:, member == cell].sum(axis=1) for cell in range(tiers + 1)]).T

        def contract(wages, member=member):
            return Wages(tuple(float(w) for w in np.asarray(wages)[member]))

        if isinstance(actions.problem.utility, RiskNeutral):
            found = best_linear_programme(actions, _log(cells), 1, best, contract, family)
            bound = np.log(max(found.gap - found.suboptimality, 1e-300)) if found.gap > 0 else -np.inf
        else:
            solutions, bound = best_programmes(actions, _log(cells), best.log_gap)
            wage = actions.problem.utility.wage
            found = assembled(
                actions,
                _log(cells),
                1,
                best,
                solutions,
                min(bound, best.log_gap),
                lambda s, pay=contract, wage=wage: pay(wage(s.utilities)),
                family,
            )
        low = min(low, bound)
        if found.log_gap < best.log_gap:
            best = found
    best = replace(
        best,
        converged=True,
        message="flat pay buys the cheapest effort" if best.family == "flat" else "solved",
    )
    return _spread(_proved(best, _left(best.log_gap, min(low, best.log_gap))), states)
