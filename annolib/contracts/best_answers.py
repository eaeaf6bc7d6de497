"""What a contract in hand buys: the agent's best answer to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.agency.utilities import RiskNeutral
from annolib.contracts.discrete.family import Actions, CheckLaw
from annolib.contracts.discrete.outcomes import valued
from annolib.contracts.forms import Contract, JointContract
from annolib.contracts.incentives import deviations
from annolib.contracts.incentives.parts import MOST, expected, split_parts
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.many_checks import in_parts
from annolib.contracts.variants.curves import changed
from annolib.contracts.variants.stretched import stretched
from annolib.monitors.evidence.curve import PassCurve
from annolib.monitors.evidence.outcomes import Outcomes

_REFUSES = 1e-12  # below the outside option by more than rounding
_TIE = 1e-10
_ROUNDED = 4 * np.finfo(float).eps
_SAME = 1e-6  # efforts closer to each other than this are one peak; so near to 0 or 1 it is there
_GRID, _SHARES, _ZOOMS = np.linspace(0, 1, 401), np.linspace(0, 1, 17), 6


@dataclass(frozen=True)
class Answer:
    """What the agent does when offered a contract, and what that leaves to both.

    Attributes
    ----------
    accepts : bool
        Is the best effort worth the outside option? If not, no work is done and no wage paid: `profit` is 0.
    effort : float
        The agent's best effort under the contract; at a tie (to 1e-10 in utility) the one that the principal likes best.
    payoff : float
        Expected utility minus cost of effort, in utility.
    rent : float
        `payoff` above the outside option.
    expected_wage : float
        Expected wage at that effort, in money.
    profit : float
        Value of the effort minus the expected wage, in money.
    bound : float
        No effort in [0, 1] has a payoff above this (proved up to rounding); NaN where pay on more than a million checks has no
        known curvature.
    """

    accepts: bool
    effort: float
    payoff: float
    rent: float
    expected_wage: float
    profit: float
    bound: float

    def __repr__(self):
        if not self.accepts:
            return f"Answer(refuses: even effort {self.effort:.4g} leaves {-self.rent:.4g} below the outside option)"
        return f"Answer(effort {self.effort:.4g}, rent {self.rent:.4g}, wage {self.expected_wage:.4g}, profit {self.profit:.4g})"


def best_answer(problem, monitor, contract) -> Answer:
    """The effort an agent chooses under a contract, found so that no effort is missed.

    Parameters
    ----------
    problem : Problem
    monitor : Monitor
        What one check is.
    contract : Contract
        Any of `Flat`, `Binary`, `Linear`, `Tiered`, `Optimal`, from a solver or written by hand, or one on two kinds of checks.
        Beyond a million checks its wages must not fall with the count (an uncut line may).

    Returns
    -------
    Answer

    Raises
    ------
    TypeError, ValueError
        Not a contract; too many checks; a wage that the utility does not know.

    Examples
    --------
    A bonus of 30 cents for 60 agreements in 100 buys nothing: luck pays better than work. A lower threshold does better.

    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> for threshold in (60, 55):
    ...     plan = al.contracts.Binary(threshold, low=0.0, high=0.3, n=100)
    ...     print(best_answer(problem, al.SelfConsistency(kappa=0.15), plan))
    Answer(effort 0, rent 0.007372, wage 0.008533, profit -0.008533)
    Answer(effort 0.512, rent 0.06409, wage 0.2259, profit 0.2312)
    """
    if isinstance(contract, JointContract):
        return _to_both_kinds(problem, monitor, contract)
    if not isinstance(contract, Contract):
        raise TypeError(f"contract must be one of annolib's contracts, such as Binary; saw {contract!r}.")
    n = contract.n
    if problem.efforts is not None:
        if n > MOST:
            raise ValueError(
                f"contract must not rest on more than {MOST:,} checks where efforts are listed; saw n={n:,}."
            )
        return _best_listed(problem, monitor, contract)
    if problem.in_money:
        if not isinstance(problem.utility, RiskNeutral):
            raise ValueError(
                "problem must list its efforts where their cost is in money: problem.with_efforts(np.linspace(0, 1, 1001))."
            )
        problem = replace(problem, cost=problem.cost.spent)
    if isinstance(monitor, PassCurve) or problem.effort_max != 1:
        change = changed(problem, monitor) if isinstance(monitor, PassCurve) else stretched(problem, monitor)
        found = best_answer(change.problem, change.evidence, contract)
        return replace(found, effort=float(change.back(np.array(found.effort))))
    evidence = PassLaw.from_monitor(monitor)
    if n > MOST:
        with np.errstate(all="ignore"):
            return _to_many_checks(problem, evidence, contract)
    counted = np.arange(n + 1)
    wages = np.asarray(contract.wage(counted if evidence.counts == "passes" else n - counted), dtype=float)
    with np.errstate(all="ignore"):
        utilities = problem.utility.utility(wages)
    if not np.all(np.isfinite(utilities)):
        at = int(counted[~np.isfinite(utilities)][0])
        raise ValueError(
            f"contract pays {wages[at]:.4g} for {at} {evidence.counts}, a wage that {problem.utility} does not know. "
            "Raise its lowest wage."
        )

    def payoff(efforts):
        efforts = np.asarray(efforts, dtype=float)
        return expected(
            n, evidence.success(efforts), evidence.failure(efforts), utilities
        ) - problem.cost.cost(efforts)

    with np.errstate(all="ignore"):
        if evidence.gain == 0:  # the checks do not depend on effort
            found = deviations.ProvedOptimum(
                0.0, float(payoff(np.zeros(1))[0]), float(payoff(np.zeros(1))[0]), 1
            )
            efforts = np.zeros(1)
        else:
            found = deviations.proved_optimum(problem, evidence, split_parts(evidence, n, utilities))
            efforts = _tied(payoff, found, problem.cost.turns)
        efforts = _with_free_effort(problem, payoff, efforts, found)
        paid = expected(n, evidence.success(efforts), evidence.failure(efforts), wages)
    return _liked_best(problem, efforts, paid, payoff, found)


def _liked_best(problem, efforts, paid, payoff, found):
    """Of efforts that are as good to the agent, the one that the principal likes best."""
    i = int(np.argmax(problem._value(efforts) - paid))
    effort, wage, own = float(efforts[i]), float(paid[i]), float(payoff(efforts[i : i + 1])[0])
    accepts = bool(own - problem.outside >= -_REFUSES)
    profit = float(problem._value(effort)) - wage if accepts else 0.0
    return Answer(accepts, effort, own, own - problem.outside, wage, profit, found.bound)


def _to_many_checks(problem, evidence, contract):
    """The same where the counts are too many to have a wage each in memory: expected utility as parts of known curvature."""
    pay = in_parts(problem, evidence, contract)

    def payoff(efforts):
        efforts = np.asarray(efforts, dtype=float)
        return pay.utility(efforts) - problem.cost.cost(efforts)

    if evidence.gain == 0 or not pay.parts:
        efforts = np.array([0.0])
        own = float(payoff(efforts)[0])
        found = deviations.ProvedOptimum(0.0, own, own, 1)
    else:
        found = deviations.proved_optimum(problem, evidence, pay.parts, pay.guesses)
        found = replace(found, payoff=found.payoff + pay.base, bound=found.bound + pay.base)
        efforts = _tied(payoff, found, problem.cost.turns)
        if not pay.proved:
            found = replace(found, bound=np.nan)
    efforts = _with_free_effort(problem, payoff, efforts, found)
    return _liked_best(problem, efforts, pay.wage(efforts), payoff, found)


def _to_both_kinds(problem, monitor, contract):
    """The same for a contract on two kinds of checks."""
    from annolib.contracts.joint.answers import best_joint_answer

    effort, payoff, bound, wage = best_joint_answer(problem, monitor, contract)
    rent = payoff - problem.outside
    accepts = bool(rent >= -_REFUSES)
    return Answer(
        accepts, effort, payoff, rent, wage, float(problem._value(effort)) - wage if accepts else 0.0, bound
    )


def _best_listed(problem, monitor, contract):
    """The best of finitely many efforts: all are tried."""
    efforts = np.array(problem.efforts)
    if isinstance(monitor, Outcomes):
        problem = valued(problem, monitor)
        wages = np.asarray(getattr(contract, "wages", ()), dtype=float)
        law = monitor.probabilities
        if wages.size != law.shape[1]:
            raise ValueError(
                f"contract must pay for each of {law.shape[1]} outcomes, such as Wages; saw {contract!r}."
            )
        mean = law.dot
    else:
        n, checks = contract.n, CheckLaw.of(problem, monitor)
        k = np.arange(n + 1)
        wages = np.asarray(contract.wage(k if checks.counts == "passes" else n - k), dtype=float)

        def mean(values):
            return expected(n, checks.success, checks.failure, values)

    with np.errstate(all="ignore"):
        # u(w − c) is linear in u(w) too, see `Actions`
        payoff = problem.outside + Actions.of(problem).payoffs(mean(problem.utility.utility(wages)))
    if not np.all(np.isfinite(payoff)):
        raise ValueError(f"contract pays a wage that {problem.utility} does not know. Raise its lowest wage.")
    paid = mean(wages)
    tied = np.flatnonzero(payoff >= payoff.max() - _TIE)
    i = int(tied[np.argmax((problem._value(efforts) - paid)[tied])])
    own = float(payoff[i])
    accepts = bool(own - problem.outside >= -_REFUSES)
    profit = float(problem._value(efforts[i]) - paid[i]) if accepts else 0.0
    return Answer(
        accepts, float(efforts[i]), own, own - problem.outside, float(paid[i]), profit, float(payoff.max())
    )


def _with_free_effort(problem, payoff, efforts, found):
    """The efforts, and the largest that costs nothing and those where the cost has a kink, where they are as good."""
    cost = problem.cost
    others = np.array([cost.free_effort, *cost.kinks])
    return np.append(efforts, others[payoff(others) >= found.payoff - _TIE])


def _tied(payoff, found, turns):
    """The best effort, and every other peak of the payoff that is as high; `turns` are efforts around which there may be a narrow one."""
    x = np.unique(np.concatenate([_GRID, turns, [found.effort]]))
    values = np.concatenate([[-np.inf], payoff(x), [-np.inf]])
    peaks = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] >= values[2:]))
    left, right = x[np.maximum(peaks - 1, 0)], x[np.minimum(peaks + 1, x.size - 1)]
    rows, tops = np.arange(peaks.size), x[peaks]
    for _ in range(_ZOOMS):
        inner = left[:, None] + (right - left)[:, None] * _SHARES
        best = np.argmax(payoff(inner.ravel()).reshape(inner.shape), axis=1)
        tops = inner[rows, best]
        left, right = (
            inner[rows, np.maximum(best - 1, 0)],
            inner[rows, np.minimum(best + 1, _SHARES.size - 1)],
        )
    efforts = np.append(tops, found.effort)
    ends = np.round(efforts)[np.abs(efforts - np.round(efforts)) < _SAME]
    efforts = np.unique(np.concatenate([efforts, ends]))
    peaks = np.split(efforts, np.flatnonzero(np.diff(efforts) > _SAME) + 1)
    efforts = np.array([_top(payoff, peak) for peak in peaks])
    slack = max(_TIE, 8 * np.finfo(float).eps * abs(found.payoff))  # pay beyond measure is not known to 1e-10
    kept = efforts[payoff(efforts) >= found.payoff - slack]
    level = x[values[1:-1] >= found.payoff - _ROUNDED * (1 + abs(found.payoff))]  # no peak, but as good
    if kept.size:  # beside a peak that is its own top, which rounding makes level
        level = level[np.abs(level[:, None] - kept).min(axis=1) > _SAME]
    kept = np.union1d(kept, level)
    return kept if kept.size else np.array([found.effort])  # sums of other shapes may round apart


def _top(payoff, peak):
    """The best of efforts that are one peak; 0 or 1 if that is as good to rounding."""
    values = payoff(peak)
    best = np.max(values)
    end = ((peak == 0) | (peak == 1)) & (values >= best - _ROUNDED * (1 + abs(best)))
    return peak[np.argmax(end)] if end.any() else peak[np.argmax(values)]
