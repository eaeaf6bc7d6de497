"""The best contract of a class on two kinds of checks, with its certificate and with what is proved of others.

- A line without a floor: no line earns more, by ranges of effort (`uncut.excess`).
- Any pay: no contract earns more, by boxes of effort and prices that move on straight lines between their ends (`any_pay.bound`).
- A line cut at the floor, a threshold on the score: the best of a search. What is proved is how far any contract at all could be above it. That bound is
  quick and rough: for h″ that does not fall, E h(v) ≥ h(E v) + ½h″(u_f)·Var v, and Var v ≥ c′²/(n₁𝓘₁ + n₂𝓘₂) by Cauchy and Schwarz, so that

      gap ≥ min over η of [loss(η) + ½h″(u_f)c′(η)²/(n₁𝓘₁ + n₂𝓘₂)].

  `second_best(…, "optimal")` gives the sharp one: its gap plus nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.problem import first_best
from annolib.agency.utilities import CARA, CRRA, RiskNeutral
from annolib.contracts.forms import JointBinary, JointFlat, JointLinear, JointOptimal
from annolib.contracts.incentives.certificates import flat_best, proof_tolerance, result
from annolib.contracts.joint import any_pay, cut, threshold, uncut
from annolib.contracts.joint.family import JointLaw, PayTable, other_peak, proved_answer
from annolib.contracts.results import (
    EFFORT,
    FLOOR,
    NO_SHIRKING,
    PARTICIPATION,
    Certificate,
    NoBestContract,
    SecondBests,
)
from annolib.validation import whole

SEARCH = "second-order bounds on boxes of effort, whatever the shape of pay: cut until none can hold more"
_OBEYS = 1e-9
_STATES = 3_000_000
_GRID = np.linspace(0, 1, 2001)[1:]


def joint_best(problem, monitor, n, family, *, tiers=None, ask=None, cap=np.inf):
    """The best contract of a class on both counts; `n` is a pair, or several pairs; `cap` the highest wage that may be paid.

    Raises
    ------
    NoBestContract
        Threshold or any pay without a floor (Mirrlees); any pay of a risk-neutral agent.
    ValueError
        n is not a pair; too many counts for a table; tiers, which are not solved for on two kinds of checks.
    """
    problem.require_plain("where checks are of two kinds")
    checks = _pairs(n)
    solver = {"flat": _flat, "linear": _linear, "binary": _binary, "optimal": _optimal}.get(family)
    if solver is None:
        raise ValueError(
            f"family must be 'flat', 'binary', 'linear' or 'optimal' for two kinds of checks; saw {family!r}. "
            "Ask for 'optimal', or for 'tiered' with one kind."
        )
    if monitor.weights is not None and family == "optimal":
        raise ValueError(
            "weights belong to 'linear' and 'binary'; the best of all pay chooses for itself. Give Joint(first, second)."
        )
    best = first_best(problem)
    found = [solver(problem, JointLaw.of(monitor, pair), best, monitor.weights, cap) for pair in checks]
    return found[0] if np.ndim(n) == 1 else SecondBests(tuple(found))


def _pairs(n):
    """n as a list of pairs of whole numbers."""
    remedy = "Two kinds of checks need a pair, n=(500, 500), or a list of pairs."
    if n is None:
        raise ValueError(f"n must say how many checks of each kind. {remedy}")
    checks = whole("n", n, 0, remedy)
    if checks.ndim not in (1, 2) or checks.shape[-1] != 2:
        raise ValueError(f"n must be a pair; saw {n!r}. {remedy}")
    pairs = [tuple(int(x) for x in pair) for pair in np.atleast_2d(checks)]
    if any(sum(pair) == 0 for pair in pairs):
        raise ValueError(f"n must have at least one check of some kind; saw {n!r}.")
    return pairs


def _flat(problem, law, best, weights=None, cap=np.inf, message="flat pay buys no effort"):
    pair = tuple(kind.n for kind in law.kinds)
    flat = flat_best(problem, law.first.evidence, 1, best, message)
    return replace(flat, n=pair, contract=JointFlat(flat.contract.pay, pair, law.counts))


def _silent(law):
    return not any(kind.n and kind.evidence.gain for kind in law.kinds)


def _linear(problem, law, best, weights=None, cap=np.inf):
    flat = _flat(problem, law, best, message="no line is worth paying for these checks: flat pay, no effort")
    if _silent(law):
        return replace(flat, message="these checks say nothing about effort: only flat pay is left")
    utility = problem.utility
    if (
        problem.floor is None
        and not isinstance(utility, CARA | RiskNeutral)
        and not np.isfinite(problem.floor_utility)
    ):
        raise NoBestContract(
            f"a line in both counts without a floor is solved for CARA and risk-neutral agents; for {utility} the base wage would fall to "
            "next to nothing, where utility has no bottom (Mirrlees). Give a floor: the lowest wage that may really be paid."
        )
    explicit = isinstance(utility, CARA | RiskNeutral)
    family = uncut.Uncut(problem, law, best, weights)
    with np.errstate(all="ignore"):
        free = uncut.best_uncut(family) if explicit else None
        if problem.floor is None and explicit and cap == np.inf:
            return _uncut(family, free, flat)
        line = cut.best_cut(problem, law, best, _starts(family, free), weights, cap)
    if line is None or not line.gap < flat.gap:
        return _apart(problem, law, best, flat, "another line")
    limit = None if cap == np.inf else cap
    contract = JointLinear(line.base, line.slopes, problem.floor, _sizes(law), law.counts, limit)
    certificate = _certificate(
        problem, law, PayTable(law, line.utilities), line.effort, line.rent, line.deviations
    )
    lowest = line.utilities[0, 0]
    binding = _binding(line.rent, certificate) + (FLOOR,) * bool(lowest <= problem.floor_utility + 1e-12)
    found = _result(
        problem, law, best, "linear", line.effort, line.gap, line.rent, contract, binding, certificate
    )
    return _apart(problem, law, best, found, "another line")


def _uncut(family, free, flat):
    problem, law, best = family.problem, family.law, family.best
    if free is None or not free[3] < flat.gap:
        found = flat
    else:
        effort, y, rent, gap, deviations, _ = free
        pay = family.pay(effort, y, rent)
        contract = JointLinear(pay.base, pay.slopes, None, _sizes(law), law.counts)
        certificate = _certificate(problem, law, pay, effort, rent, deviations)
        found = _result(
            problem,
            law,
            best,
            "linear",
            effort,
            gap,
            rent,
            contract,
            _binding(rent, certificate),
            certificate,
        )
    if found.gap <= proof_tolerance(problem, best, best.profit):  # nothing earns more than the first best
        return replace(found, suboptimality=max(found.gap, 0.0))
    excess, _ = uncut.excess(family, found.gap, found.effort)
    return _judged(problem, best, found, excess, "another line")


def _starts(family, free):
    """Efforts, bases and slopes to begin with: the line without a floor, and steeper and lower ones near the score."""
    best = family.best.effort
    lines = []
    if free is not None:
        lines.append((free[0], *family.line(free[0], free[1], free[2])))
    for effort, stretch in ((best, 1.0), (min(1.1 * best, 1.0), 1.5)):
        slopes = [0.0, 0.0]
        marginal = float(family.problem.utility.marginal_wage(family.problem.reservation(effort)))
        info = float(family.law.information(effort))
        weights = family.law.weights(effort)
        for i, kind in enumerate(family.law.kinds):
            slopes[i] = (
                stretch * marginal * float(family.problem.cost.slope(effort)) / info * weights[i] * kind.n
            )
        slopes = [s if np.isfinite(s) else 1.0 for s in slopes]
        wage = float(family.problem.utility.wage(family.problem.reservation(effort)))
        mean = sum(
            s * float(k.evidence.success(effort)) for s, k in zip(slopes, family.law.kinds, strict=True)
        )
        lines.append((effort, wage - mean, tuple(slopes)))
    return lines


def _binary(problem, law, best, weights=None, cap=np.inf):
    flat = _flat(problem, law, best, message="no bonus is worth paying for these checks: flat pay, no effort")
    if _silent(law):
        return replace(flat, message="these checks say nothing about effort: only flat pay is left")
    if not np.isfinite(problem.floor_utility):
        raise NoBestContract(
            "threshold pay without a floor has no best contract that could be kept: nothing limits the fine for a rare failure "
            "(Mirrlees). Give a floor: the lowest wage that may really be paid."
        )
    with np.errstate(all="ignore"):
        chosen = threshold.best_threshold(problem, law, best, weights, _ceiling(problem, cap))
    if chosen is None or not chosen[0].gap < flat.gap:
        return _apart(problem, law, best, flat, "another threshold")
    one, _, tried = chosen
    at_floor = one.low <= problem.floor_utility + 1e-12
    low = problem.floor_utility if at_floor else one.low
    wages = problem.utility.wage(np.array([low, low + one.bonus]))
    weighing = (0.0, 1.0) if one.ratio == np.inf else (1.0, float(one.ratio))
    contract = JointBinary(
        weighing, float(one.threshold), float(wages[0]), float(wages[1]), _sizes(law), law.counts
    )
    pay = threshold.Stairs(law, one.steps, low, one.bonus)
    certificate = _certificate(problem, law, pay, one.effort, one.rent, (one.shirking,))
    binding = _binding(one.rent, certificate) + (FLOOR,) * at_floor
    found = _result(
        problem, law, best, "binary", one.effort, one.gap, one.rent, contract, binding, certificate, tried
    )
    return _apart(problem, law, best, found, "another threshold")


def _optimal(problem, law, best, weights=None, cap=np.inf):
    if isinstance(problem.utility, RiskNeutral):
        raise NoBestContract(
            "the best contract of a risk-neutral agent is not solved for: without a floor linear pay already reaches the first best. "
            "Ask for 'linear' or 'binary'."
        )
    if not np.isfinite(problem.floor_utility):
        raise NoBestContract(
            "any pay without a floor rests on fines for counts that almost never happen (Mirrlees). Give a floor, or ask for 'linear'."
        )
    states = law.shape[0] * law.shape[1]
    if states > _STATES:
        raise ValueError(
            f"n must leave at most {_STATES:,} pairs of counts for 'optimal'; saw {states:,}. Ask for 'linear' or 'binary', or for fewer checks."
        )
    flat = _flat(
        problem, law, best, message="no contract is worth paying for these checks: flat pay, no effort"
    )
    if _silent(law):
        return replace(flat, message="these checks say nothing about effort: only flat pay is left")
    with np.errstate(all="ignore"):
        ceiling = _ceiling(problem, cap)
        chosen = any_pay.best_pay(problem, law, best, flat.gap, ceiling)
        if chosen is None:
            family, deviations, found = (
                any_pay.AnyPay(problem, law, best, ceiling),
                (problem.cost.free_effort,),
                flat,
            )
        else:
            solved, v, deviations, _, family = chosen
            found = _any(problem, law, best, solved, v, deviations)
        slack = 0.5 * proof_tolerance(problem, best, found.gap)
        excess, programmes = any_pay.bound(
            family, deviations, found.gap, slack, None if chosen is None else found.effort
        )
    return replace(
        _judged(problem, best, found, excess, "another contract"), iterations=found.iterations + programmes
    )


def _any(problem, law, best, solved, v, deviations):
    wages = np.reshape(problem.utility.wage(v), law.shape)
    active = [
        (d, nu)
        for d, nu in zip(
            [d for d in deviations if abs(d - solved.effort) > 1e-6], solved.prices[2:], strict=True
        )
        if nu > 0
    ]
    contract = JointOptimal(
        solved.prices[0], solved.prices[1], tuple(d for d, _ in active), tuple(nu for _, nu in active),
        solved.effort, _sizes(law), wages, law.counts,
    )  # fmt: skip
    certificate = _certificate(problem, law, PayTable(law, v), solved.effort, solved.rent, deviations)
    certificate = replace(certificate, suboptimality=solved.lottery.suboptimality)
    binding = _binding(solved.rent, certificate) + (FLOOR,) * bool(np.min(v) <= problem.floor_utility + 1e-12)
    return _result(
        problem, law, best, "optimal", solved.effort, solved.gap, solved.rent, contract, binding, certificate,
        solved.lottery.iterations, solved.lottery.residual,
    )  # fmt: skip


def _ceiling(problem, cap):
    """u(cap)."""
    return np.inf if cap == np.inf else float(problem.utility.utility(cap))


def _sizes(law):
    return tuple(kind.n for kind in law.kinds)


def _certificate(problem, law, pay, effort, rent, deviations=()):
    """What the agent gains by another effort, from the contract alone."""
    with np.errstate(all="ignore"):
        answer = proved_answer(problem, pay, (effort, *deviations))
        at = np.array([effort])
        own = float(pay.expected(at)[0, 0] - problem.cost.cost(effort))
        deviation, gain = other_peak(problem, pay, effort)
    return Certificate(rent, deviation, gain, answer.bound - own, SEARCH)


def _binding(rent, certificate):
    shirks = certificate.gain is not None and certificate.gain > -1e-8
    return (PARTICIPATION,) * bool(rent <= 1e-10) + (NO_SHIRKING,) * bool(shirks) + (EFFORT,)


def _result(
    problem, law, best, family, effort, gap, rent, contract, binding, certificate, tried=0, residual=None
):
    obeys = bool(certificate.gain_bound < _OBEYS)
    message = "solved" if obeys else "another effort may gain; see certificate"
    if residual is None:
        residual = max(certificate.gain_bound, 0.0)
    return result(
        problem, best, family=family, n=_sizes(law), effort=effort, gap=gap, rent=rent, contract=contract, binding=binding,
        certificate=certificate, converged=obeys, iterations=tried, residual=float(residual), message=message,
    )  # fmt: skip


def _judged(problem, best, found, excess, other):
    """The result with what is proved of others."""
    if excess <= proof_tolerance(problem, best, found.gap):
        return replace(found, suboptimality=float(excess))
    message = f"{found.message}; {other} may earn up to {excess:.2g} more"
    return replace(
        found,
        suboptimality=float(excess),
        converged=False,
        message=message.replace("solved; ", "the best found; "),
    )


def _apart(problem, law, best, found, other):
    """The result of a search, and how far any contract could be above it."""
    excess = max(found.gap - least_gap(problem, law, best), 0.0)
    return _judged(problem, best, found, excess, other)


def least_gap(problem, law, best):
    """No contract on this law has a smaller gap: curvature of h at the floor times the least variance; 0 where h″ may fall."""
    utility = problem.utility
    if isinstance(utility, RiskNeutral) or not np.isfinite(problem.floor_utility):
        return 0.0
    if isinstance(utility, CRRA) and utility.aversion < 0.5:
        return 0.0
    curvature = float(utility.wage_curvature(problem.floor_utility))
    with np.errstate(all="ignore"):
        low, high = (
            _GRID - _GRID[0],
            _GRID,
        )  # on each range of efforts: least loss, least slope, most information
        loss = problem.loss(np.clip(best.effort, low, high), best)
        steep = problem.cost.slope(low)
        info = np.zeros(low.size)
        for kind in law.kinds:
            if kind.n and kind.evidence.gain:
                law_ = kind.evidence
                slope = np.maximum(law_.slope(low), law_.slope(high))
                product = np.minimum(*(law_.success(x) * law_.failure(x) for x in (low, high)))
                info += kind.n * slope**2 / product
        risk = 0.5 * curvature * steep**2 / info
    return float(np.min(loss + np.where(np.isfinite(risk), risk, 0.0)))
