"""The best contract whose wages must not exceed a cap, for one kind of checks or two.

A cap is a smaller class. So where the best contract without it stays below it, that is the best with it too, proof and all. Otherwise the searches on
two kinds of checks are asked, with none of the second kind where there is only one:

    binary    the bonus must leave low + bonus ≤ u(cap): bonuses that do not are left out
    linear    w = min(max(base + slope·X/n, floor), cap): every line is cut at this cap, and at no lower one
    optimal   h′(v) = x cut at u(cap) as at the floor: the dual stays as it is (`any_pay.Capped`), and so does the proof

No bonus or any pay below the cap earns more than the best without it, which bounds what another may earn. A line cut at the cap is no special case of one
that is not: it may earn more, as it wastes less on luck, and so may one with a lower cap. A best line that stays below the cap is taken as it is, but the
proof that no whole line earns more says nothing of cut ones: the best of all pay bounds those.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.problem import Problem, first_best
from annolib.contracts.forms import (
    Binary,
    Flat,
    JointBinary,
    JointContract,
    JointFlat,
    JointLinear,
    JointOptimal,
    Linear,
    ListedWages,
    Optimal,
)
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.joint.solve import joint_best
from annolib.contracts.results import NoBestContract, SecondBests
from annolib.monitors.evidence.joint import Joint
from annolib.monitors.two_labels import Golden
from annolib.validation import whole, within

_ROUNDING = 1e-12
_FAMILIES = ("flat", "binary", "linear", "optimal")


def capped_best(problem, monitor, n, family, cap, ask):
    """The best contract of a class with no wage above the cap; `ask` solves without it.

    Raises
    ------
    ValueError
        A cap below the floor or below the wage of the outside option; a class or evidence that is not solved for with a cap that binds.
    """
    if not isinstance(problem, Problem):
        raise TypeError(
            f"problem must be a Problem where wages are capped; saw {problem!r}. Leave the cap out."
        )
    problem.require_plain("where wages are capped")
    limit = _checked(problem, cap)
    if isinstance(monitor, Joint):
        pairs = [tuple(int(x) for x in pair) for pair in np.atleast_2d(whole("n", n, 0))]
        found = [_one(problem, monitor, pair, family, limit, ask) for pair in pairs]
        return found[0] if np.ndim(n) == 1 else SecondBests(tuple(found))
    checks = whole("n", n, 1, "Give the number of checks.")
    found = [_one(problem, monitor, int(x), family, limit, ask) for x in checks.ravel()]
    return found[0] if checks.ndim == 0 else SecondBests(tuple(found))


def _checked(problem, cap):
    limit = within("cap", cap, -np.inf, np.inf, "It is the highest wage that may be paid.")
    if limit.ndim != 0 or not np.isfinite(limit):
        raise ValueError(f"cap must be one finite wage; saw {cap!r}. Leave it out for none.")
    outside = float(problem.utility.wage(problem.outside))
    if problem.floor is not None and limit < problem.floor:
        raise ValueError(
            f"cap must not be below the floor {problem.floor:g}; saw {float(limit):g}. Raise it, or lower the floor."
        )
    if limit < outside:
        raise ValueError(
            f"cap must be at least {outside:g}, what the outside option is worth in money: for less nobody takes the deal; saw {float(limit):g}."
        )
    return float(limit)


def _one(problem, monitor, n, family, cap, ask):
    free = None
    try:
        free = ask(problem, monitor, n, family)
    except NoBestContract:  # without a floor a cap does not help against fines
        if family != "linear":
            raise
    if free is not None and _highest(free.contract) <= cap + _ROUNDING * (1 + abs(cap)):
        return _among_cut_lines(problem, monitor, n, free, ask) if family == "linear" else free
    if family not in _FAMILIES:
        raise ValueError(
            f"family must be one of {_FAMILIES} where a cap binds; saw {family!r}. Ask for 'optimal'."
        )
    alone = not isinstance(monitor, Joint)
    if alone and not all(hasattr(monitor, name) for name in ("chance", "gain", "power")):
        raise ValueError(
            f"cap is solved for with monitors, or a Joint of two, where it binds; saw {monitor!r}."
        )
    both, pair = (Joint(monitor, Golden()), (n, 0)) if alone else (monitor, n)
    found = joint_best(problem, both, pair, family, cap=cap)
    found = replace(found, contract=_of_one_kind(found.contract), n=n) if alone else found
    return _bounded(problem, found, free)


def _bounded(problem, found, free):
    """What is left open, by the best contract without the cap if that says more."""
    if free is None or np.isnan(free.suboptimality) or found.family == "linear":
        return found
    excess = max(found.gap - free.gap, 0.0) + free.suboptimality
    if not excess < found.suboptimality:
        return found
    solved = excess <= proof_tolerance(problem, first_best(problem), found.gap)
    message = "solved" if solved else f"the best found; another contract may earn up to {excess:.2g} more"
    return replace(found, suboptimality=excess, converged=solved, message=message)


def _among_cut_lines(problem, monitor, n, free, ask):
    """The best whole line, and how much more a line cut at the cap may earn: no more than the best of all pay."""
    excess, best = max(free.gap, 0.0), first_best(problem)
    try:
        every = ask(problem, monitor, n, "optimal")
    except (NoBestContract, ValueError):  # refused, or too many counts
        every = None
    if every is not None and not np.isnan(every.suboptimality):
        excess = min(excess, max(free.gap - every.gap, 0.0) + every.suboptimality)
    if excess <= proof_tolerance(problem, best, free.gap):
        return replace(free, suboptimality=excess)
    message = (
        f"{free.message}, and stays below the cap; a line that is cut there may earn up to {excess:.2g} more"
    )
    return replace(free, suboptimality=excess, converged=False, message=message)


def _highest(contract):
    """The highest wage a contract pays."""
    if isinstance(contract, JointContract):
        corners = [contract.wage(a, b) for a in (0, contract.n[0]) for b in (0, contract.n[1])]
        return float(np.max(contract.wages)) if isinstance(contract, JointOptimal) else float(max(corners))
    if isinstance(contract, Optimal):
        return float(
            np.max(
                contract.wage(np.unique(np.linspace(0, contract.n, min(contract.n, 100_000) + 1).astype(int)))
            )
        )
    if isinstance(contract, Binary | Linear | Flat):
        return float(max(contract.wage(0), contract.wage(contract.n)))
    return float(max(contract.wages))


def _of_one_kind(contract):
    """A contract on two kinds of checks, none of the second, as one on the first."""
    n, counts = contract.n[0], contract.counts[0]
    if isinstance(contract, JointFlat):
        return Flat(contract.pay, n, counts)
    if isinstance(contract, JointBinary):
        return Binary(int(np.ceil(contract.threshold)), contract.low, contract.high, n, counts)
    if isinstance(contract, JointLinear):
        return Linear(contract.base, contract.slopes[0], contract.floor, n, counts, contract.cap)
    return Optimal(
        contract.participation, contract.incentive, contract.deviations, contract.deviation_prices, contract.effort,
        n, counts, (), None, None, ListedWages(contract.wages[:, 0]),
    )  # fmt: skip
