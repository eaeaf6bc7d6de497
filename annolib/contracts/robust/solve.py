"""The best contract for an agent who knows more than the firm: which kinds there are, the search, and what is proved of the result.

`robust_best` stands behind `second_best` for `MonitorRange`, `MonitorPrior`, `AgentRange` and `AgentTypes`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from annolib.agency.problem import Problem, first_best
from annolib.agency.unknown_agent import AgentRange, AgentTypes
from annolib.contracts.forms import Flat
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.results import FLOOR, PARTICIPATION, Certificate
from annolib.contracts.robust.bonuses.threshold import best_bonus
from annolib.contracts.robust.bonuses.tiers import as_tiers, one_more_tier
from annolib.contracts.robust.family import Costs, Kinds, Strengths, imitation_bound, listed
from annolib.contracts.robust.lines.best import best_line
from annolib.contracts.robust.results import RobustPay
from annolib.contracts.robust.whole_range import Pay, check_kinds, check_range
from annolib.contracts.solve import for_each
from annolib.monitors.base import Monitor
from annolib.monitors.evidence.unknown_strength import MonitorPrior, MonitorRange

SEARCHES = {"binary": best_bonus, "linear": best_line}
_KINDS = 6  # kinds of a range that the search knows at most
_SHOWN = 11
_SEARCH = "best answers by branch and bound at strengths between which all else is bounded: q and the wage rise with the strength"


def robust_best(problem, monitor, n, family, tiers=None, ask=None):
    """The best contract of the class: a `RobustPay`, or one for each n."""
    source = _source(problem, monitor)
    if family not in ("flat", *SEARCHES, "tiered"):
        raise ValueError(
            f"family must be one of {('flat', *SEARCHES, 'tiered')} where the firm does not know the agent or the checks; saw {family!r}."
        )
    return for_each(n, partial(_best_for, source, family, tiers), family)


def _source(problem, monitor):
    """The kinds: a range (`Strengths`, `Costs`), or `Kinds` with their weights and a name."""
    unknown_agent = isinstance(problem, AgentRange | AgentTypes)
    unknown_strength = isinstance(monitor, MonitorRange | MonitorPrior)
    if unknown_agent and unknown_strength:
        raise ValueError(
            f"problem and monitor must not both be unknown; saw {type(problem).__name__} and {type(monitor).__name__}. Give the agent "
            "or the strength."
        )
    if not unknown_agent and not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, AgentRange or AgentTypes; saw {problem!r}.")
    if not unknown_strength and not isinstance(monitor, Monitor):
        raise TypeError(f"monitor must be a monitor such as SelfConsistency(0.15); saw {monitor!r}.")
    plain = unknown_agent or (problem.efforts is None and problem.effort_max == 1 and not problem.in_money)
    if not plain:
        raise ValueError(
            "problem must have efforts that fill [0, 1] and a cost in utility where the strength is not known; "
            f"saw {problem!r}."
        )
    if isinstance(monitor, MonitorRange):
        return Strengths(problem, monitor)
    if isinstance(problem, AgentRange):
        return Costs(problem, monitor)
    if isinstance(monitor, MonitorPrior):
        name = next(iter(monitor.monitors[0].__dataclass_fields__))
        labels = [getattr(one, name) for one in monitor.monitors]
        kinds = listed([problem] * len(labels), monitor.monitors, monitor.weights, labels)
        return _Listed(kinds, name)
    numbers = range(len(problem.problems))
    return _Listed(listed(problem.problems, [monitor] * len(numbers), problem.weights, numbers), "type")


class _Listed:
    def __init__(self, kinds, named):
        self.kinds, self.named = kinds, named
        for kind in kinds.kinds:
            if kind.evidence.gain == 0 and any(other.evidence.gain > 0 for other in kinds.kinds):
                raise ValueError(
                    f"monitors must all say something of effort; the one with {named} {kind.label!r} does not. Give it a little "
                    "strength, such as 1e-4."
                )


def _best_for(source, family, tiers, n):
    ranged = not isinstance(source, _Listed)
    kinds = Kinds((source.at(0.0), source.at(1.0)), False) if ranged else source.kinds
    flat = _flat(source, kinds, n)
    if family == "flat" or min(kind.evidence.gain for kind in kinds.kinds) == 0:
        # with no evidence of the weakest kind it does nothing, and nothing earns more than flat pay in the worst case
        return flat
    search = SEARCHES.get(family)
    if family == "tiered":
        return _best_tiers(source, kinds, n, tiers)
    ceiling = _ceiling(kinds)
    tolerance = _tolerance(kinds, _first_best(kinds) - ceiling)
    shares, pay = [0.0, 1.0], flat
    for _ in range(_KINDS):
        found = search(kinds, n, flat.profit, tolerance / 4)
        limit = min(found.bound, ceiling)
        if found.contract is None:
            return _judged(flat, limit, kinds, found.looked)
        better, worst = _described(source, kinds, found, n, tolerance / 4)
        if better.profit > pay.profit:
            pay = better
        if not ranged or limit - pay.profit <= tolerance:
            break
        if min(abs(worst - share) for share in shares) < 1e-9:
            break
        shares = sorted([*shares, worst])
        kinds = Kinds(tuple(source.at(share) for share in shares), False)
    return _judged(pay, limit, kinds, found.looked)


def _tolerance(kinds, gap):
    """What a bound may leave open: `proof_tolerance`, with the aim in place of the first-best profit."""
    first = kinds.kinds[0].problem
    return proof_tolerance(first, replace(first_best(first), profit=_first_best(kinds)), gap)


def _best_tiers(source, kinds, n, tiers):
    """One tier after the other is added to the best bonus, and kept if what is then proved of the whole range is more."""
    if tiers > n:
        raise ValueError(f"tiers must not exceed n: {n} checks have {n} thresholds; saw {tiers}.")
    pay = _best_for(source, "binary", None, n)
    pay = replace(pay, contract=as_tiers(pay.contract), family="flat" if pay.family == "flat" else "tiered")
    tried, ceiling = pay.iterations, _ceiling(kinds)
    tolerance = _tolerance(kinds, _first_best(kinds) - ceiling)
    for _ in range(2, tiers + 1):
        found = one_more_tier(kinds, n, pay.contract)
        tried += found.looked
        if found.contract is None:
            break
        better, _ = _described(source, kinds, found, n, max(tolerance, 1e-9))
        if not better.profit > pay.profit:
            break
        pay = better
    return pay if tiers == 1 else _judged(pay, ceiling, kinds, tried)


def _ceiling(kinds):
    """The aim if the firm knew the kind and saw its effort; in a range no more than what imitation leaves."""
    best = float(kinds.aim(np.array([first_best(kind.problem).profit for kind in kinds.kinds])))
    if not kinds.expected:
        return min(best, imitation_bound(kinds.kinds[0], kinds.kinds[-1]))
    return best


def _first_best(kinds):
    return float(kinds.aim(np.array([first_best(kind.problem).profit for kind in kinds.kinds])))


def _shown(source, kinds):
    if isinstance(source, _Listed):
        return kinds.kinds
    return tuple(source.at(float(share)) for share in np.linspace(0, 1, _SHOWN))


def _flat(source, kinds, n):
    """The best flat pay that all accept: no flat pay earns more."""
    shown = _shown(source, kinds)
    every = replace(kinds, kinds=shown)
    efforts, profits, paid = every.flat()
    wage = float(kinds.utility.wage(paid))
    rents = tuple(float(paid - kind.problem.outside) for kind in shown)
    certificate = Certificate(min(rents), 0.0, 0.0, 0.0, "effort costs and flat pay does not depend on it")
    binding = (FLOOR,) if min(rents) > 0 else (PARTICIPATION,)
    return _result(
        source, every, "flat", n, Flat(wage, n, kinds.kinds[0].evidence.counts), binding, certificate,
        (efforts, profits, rents, np.full(len(shown), wage)), float(every.aim(profits)), None,
        "flat pay buys no effort", 0.0,
    )  # fmt: skip


def _described(source, kinds, found, n, tolerance):
    """The contract found, and what is proved of it over the whole range; and where in it the least was seen."""
    pay = Pay(found.contract, kinds.utility, kinds.kinds[0].evidence.counts)
    shown = _shown(source, kinds)
    answers = [pay.answer(kind) for kind in shown]
    check = check_kinds(kinds, pay) if kinds.expected else check_range(source, pay, tolerance)
    efforts, profits = np.array([a.effort for a in answers]), np.array([a.profit for a in answers])
    rents = [a.payoff - kind.problem.outside for a, kind in zip(answers, shown, strict=True)]
    slack = min(rents)
    certificate = Certificate(slack, 0.0, check.idle_gain, check.gain_bound, _SEARCH)
    binding = [PARTICIPATION] * (slack <= 1e-9) + [FLOOR] * bool(found.at_floor)
    every = replace(kinds, kinds=shown)
    worst = None if kinds.expected else source.at(check.worst).label
    result = _result(
        source, every, found.family, n, found.contract, tuple(binding), certificate,
        (efforts, profits, rents, [a.wage for a in answers]), check.bound, worst, "solved", 0.0,
    )  # fmt: skip
    return result, check.worst


def _result(
    source, kinds, family, n, contract, binding, certificate, columns, profit, worst, message, suboptimality
):
    efforts, profits, rents, wages = (tuple(float(x) for x in column) for column in columns)
    gap = max(_first_best(kinds) - profit, 0.0)
    i = int(np.argmin(profits))
    weights = kinds.weights
    effort, wage = (weights @ efforts, weights @ wages) if kinds.expected else (efforts[i], wages[i])
    with np.errstate(divide="ignore"):
        log_gap = float(np.log(gap))
    labels = tuple(kind.label for kind in kinds.kinds)
    poorest = int(np.argmin(rents))
    agent = kinds.kinds[poorest].problem
    in_money = float(agent.utility.wage_rise(agent.reservation(efforts[poorest]), max(rents[poorest], 0.0)))
    return RobustPay(
        family=family, n=int(n), effort=float(effort), profit=float(profit), gap=gap, log_gap=log_gap, rent=min(rents),
        expected_wage=float(wage), contract=contract, binding=binding, certificate=certificate, converged=True, iterations=0,
        residual=0.0, message=message, suboptimality=suboptimality, aim="expected" if kinds.expected else "worst case",
        worst=labels[i] if worst is None else worst, named=source.named, labels=labels, efforts=efforts, profits=profits,
        rents=rents, wages=wages, rent_in_money=in_money,
    )  # fmt: skip


def _judged(pay, limit, kinds, looked):
    """The contract, and how much more another may earn."""
    left = max(limit - pay.profit, 0.0)
    closed = left <= _tolerance(kinds, pay.gap)
    message = "flat pay: nothing else is worth paying at this n" if pay.family == "flat" else "solved"
    if pay.family == "tiered" and not closed:
        message = "solved (thresholds and wages by search)"
    if not closed:
        message += (
            f", but another contract of the class may earn up to {left:.2g} more: no closer bound is known"
        )
    return replace(pay, suboptimality=left, converged=bool(closed), iterations=int(looked), message=message)
