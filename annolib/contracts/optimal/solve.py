"""The best contract of all and its effort, put together with the proof that none earns more.

The programme of one effort is convex (`annolib.contracts.incentives.cheapest_lottery`); its prices bound what every other effort earns
(`annolib.contracts.optimal.price_lines`); boxes of effort are cut until no bound exceeds the profit found (`annolib.contracts.optimal.efforts`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.utilities import CARA, CRRA, RiskNeutral
from annolib.contracts.forms import Optimal
from annolib.contracts.incentives.certificates import (
    CURVE_SEARCH,
    GRID_SEARCH,
    SPLIT_SEARCH,
    certify,
    flat_best,
    result,
)
from annolib.contracts.incentives.parts import MOST, bent_part, split_parts
from annolib.contracts.optimal.efforts import Search
from annolib.contracts.optimal.family import AnyWage
from annolib.contracts.optimal.pay import SECOND_ORDER
from annolib.contracts.optimal.risk_neutral import risk_neutral_best
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.contracts.threshold.solve import binary_best
from annolib.numerics.binomials import ALL

_FEW = 5_000  # checks up to which sums over every count are the quicker way
_ENOUGH = 1e-9  # a gain from deviating that is none
SHOWN, ROUNDED = 1e-9, 1e-12  # suboptimality that is none: of the gap, and of the scale of profit
ROUNDING = 1e-14  # of the scale of profit
_LITTLE = 1e-13  # of the scale of profit: no reason to look for further deviations
_DEPTHS = (
    2.0,
    8.0,
    32.0,
    1e3,
    1e6,
    1e9,
)  # of a floor nearer by, in costs of full effort below the outside option


def optimal_best(problem, evidence, n, best, easing=True):
    """The best of all contracts: for one effort by the dual, over efforts by its slope, and a bound over all of them."""
    if isinstance(problem.utility, RiskNeutral):
        return risk_neutral_best(problem, evidence, n, best)
    if n == 1 and np.isfinite(problem.floor_utility):  # two wages are a bonus
        one = binary_best(problem, evidence, n, best)
        return one if one.family == "flat" else replace(one, family="optimal")
    flat = flat_best(problem, evidence, n, best, "no contract is worth paying at this n: flat pay, no effort")
    family = AnyWage(problem, evidence, n, best, best.profit - 2 * flat.gap)
    fallback = flat
    if float(evidence.failure(1.0)) == 0 and np.isfinite(problem.floor_utility):
        # full effort passes for certain: nothing deters like the floor for anything less than perfect
        sure = binary_best(problem, evidence, n, best)
        fallback = replace(sure, family="optimal") if sure.effort == 1 and sure.gap < flat.gap else flat
    search = Search(family, flat.gap, fallback.gap, _LITTLE * scale(problem, best)).run()
    endless = not np.isfinite(problem.floor_utility) and search.found is not None
    if endless and not _bounded(family, search.found):
        raise NoBestContract(
            f"optimal pay without a floor rests, at n = {n}, on fines for counts that almost never happen, so harsh and so "
            "rare that they cannot be found in floating point (Mirrlees). Give a floor, or ask for 'linear'."
        )
    excess = search.prove(SHOWN / 2, ROUNDED / 2 * scale(problem, best))
    found = fallback if search.found is None else _certain(family, search.found, search.solved)
    found = _with_proof(problem, best, found, excess)
    if found.converged or not easing:
        return found
    eased = _with_a_higher_floor(problem, evidence, n, best)
    if eased is not None and eased.gap < found.gap:
        found = _with_proof(problem, best, eased, excess - (found.gap - eased.gap))
    return found


def _certain(family, solved, tried):
    """The result; where pay that deters two close efforts has no known curvature, that which deters them by derivatives."""
    found = _put_together(family, solved, tried)
    if np.isfinite(found.certificate.gain_bound):
        return found
    doubt = "the best found; that no effort tempts the agent more is looked for on a grid only"
    smooth = family.implement(solved.effort, exact=True)
    if smooth is None:
        return replace(found, converged=False, message=doubt)
    again = _put_together(family, smooth, tried)
    fair = np.isfinite(again.certificate.gain_bound) and again.gap <= found.gap * (1 + SHOWN)
    return again if fair else replace(found, converged=False, message=doubt)


def scale(problem, best):
    """The scale of profit."""
    return max(abs(best.profit), float(problem._value(1.0) - problem._value(0.0)))


def tolerance(problem, best, gap):
    """Suboptimality up to which a contract is called the best of its class."""
    return max(SHOWN * gap, ROUNDED * scale(problem, best))


def _with_proof(problem, best, found, excess):
    """The result with what is proved of it."""
    left = float(np.fmin(excess, found.gap))  # nothing earns more than the first best
    suboptimality = max(left, 0.0) + ROUNDING * scale(problem, best)
    if suboptimality <= tolerance(problem, best, found.gap):
        fair = found.converged or found.message.startswith("solved for a floor")
        return replace(found, converged=fair, suboptimality=suboptimality)
    message = (
        f"no contract earns more than {suboptimality:.2g} on top of this, but that none does is not proved"
    )
    if not found.converged:
        message = f"{found.message}; {message}"
    return replace(found, converged=False, message=message, suboptimality=suboptimality)


def _with_a_higher_floor(problem, evidence, n, best):
    """The best solution for floors nearer by, which the lower floor allows too; None if there is none.

    If nothing is paid at such a floor, its solution is by convexity the one for any lower floor.
    """
    chosen = None
    for depth in _DEPTHS:
        utility = problem.outside - depth * float(problem.cost.cost(1.0))
        if not max(problem.floor_utility, problem.utility.lowest) < utility:
            break
        floor = float(problem.utility.wage(utility))
        if not floor > problem.utility.lowest_wage:  # closer to unbearable than numbers tell
            break
        found = optimal_best(problem.with_floor(floor), evidence, n, best, easing=False)
        if found.converged and found.family == "optimal" and (chosen is None or found.gap < chosen.gap):
            if FLOOR not in found.binding:
                return found
            message = f"solved for a floor of {floor:.4g}; whether rarer and harsher punishments earn more stays open (Mirrlees)"
            chosen = replace(found, converged=False, message=message)
    return chosen


def _bounded(family, solved):
    """Without a floor: does the dual stay inside its domain for every count, or is some punishment without limit?"""
    if family.n <= ALL:  # the dual has seen them all
        return True
    ends = np.array([0.0, float(family.n)])
    return solved is not None and bool(np.min(solved.pay.x(ends)) > 1e-9 * np.max(solved.pay.x(ends)))


def _ways(family, pay):
    """The agent's expected utility as parts of known curvature, and in words how: first the way that is likely to be quick.

    A mere grid where n is too large for any.
    """
    evidence, utility, n = family.evidence, family.problem.utility, family.n
    if n <= _FEW:
        yield split_parts(evidence, n, pay.utility(np.arange(n + 1.0))), SPLIT_SEARCH
    # v is a power of x, 1/γ − 1: concave in it from γ = ½ on, and convex up to there, where x is a straight line in the count
    bent = isinstance(utility, CARA) or (isinstance(utility, CRRA) and utility.aversion >= 0.5)
    straight = isinstance(utility, CRRA) and utility.aversion <= 0.5 and not np.any(pay.prices[2:] > 0)
    straight = straight and pay.forfeit is None and pay.cap is None and pay.prices[1] >= 0
    known = straight or (bent and _rises_less_and_less(pay, n))
    if known:
        yield [bent_part(evidence, n, pay.expected, pay.kink, straight)], CURVE_SEARCH
    if _FEW < n <= MOST:
        yield split_parts(evidence, n, pay.utility(np.arange(n + 1.0))), SPLIT_SEARCH
    elif n > MOST and not known:
        yield [bent_part(evidence, n, pay.expected, pay.kink)], GRID_SEARCH


def _certified(family, solved):
    """The certificate: of the ways to bound what a deviation gains, the first that suffices, else the last."""
    pay = solved.pay
    deviation = family.best_other(pay, solved.effort)[0]
    for parts, search in _ways(family, pay):
        certificate = certify(
            family.problem, family.evidence, parts, solved.effort, solved.rent, search=search,
            suboptimality=solved.lottery.suboptimality, left_out=solved.left_out, deviation=deviation,
            proved=search != GRID_SEARCH,
        )  # fmt: skip
        if certificate.gain_bound < _ENOUGH:
            break
    return certificate


def _rises_less_and_less(pay, n):
    """Is x(k) increasing and concave between the ends of pay? Terms 1 − R_j are concave, higher derivatives need a look."""
    ends = 0 if pay.forfeit is None else pay.forfeit, n if pay.cap is None else pay.cap
    x = pay.x(np.linspace(*ends, 2001))
    if np.any(np.diff(x) < 0):
        return False
    rounding = 16 * np.finfo(float).eps * np.max(np.abs(x))
    return min(pay.deviations, default=0) >= SECOND_ORDER or bool(np.all(np.diff(x[::40], 2) <= rounding))


def _put_together(family, solved, tried):
    problem, evidence, n = family.problem, family.evidence, family.n
    pay, lottery = solved.pay, solved.lottery
    priced = list(zip(pay.deviations, lottery.prices[2:], strict=True))
    active = [(d, float(nu)) for d, nu in priced if d >= 0 and nu > 0]
    derivatives = tuple(float(nu) for d, nu in priced if d < 0)
    q, r = float(evidence.success(solved.effort)), float(evidence.failure(solved.effort))
    scale = float(evidence.slope(solved.effort)) * np.sqrt(n / (q * r))
    contract = Optimal(
        float(lottery.prices[0]), float(lottery.prices[1] / scale), tuple(d for d, _ in active),
        tuple(nu for _, nu in active), solved.effort, n, evidence.counts, derivatives, pay.forfeit, pay.cap, pay.wage,
    )  # fmt: skip
    with np.errstate(all="ignore"):
        certificate = _certified(family, solved)
    idle_pays = family.far(solved.effort, 0.0) and problem.floor_utility >= problem.outside
    binding = [PARTICIPATION] * bool(lottery.prices[0] > 0 and solved.rent == 0)
    binding += [NO_SHIRKING] * bool(active or derivatives or idle_pays) + [EFFORT]
    binding += [FLOOR] * (not np.isnan(pay.kink))
    gain = solved.gain if np.isnan(certificate.gain_bound) else certificate.gain_bound
    converged = bool(lottery.converged and gain < _ENOUGH)
    message = (
        "solved" if converged else "the dual stopped early or a deviation gains; see certificate and residual"
    )
    return result(
        problem, family.best, family="optimal", n=n, effort=solved.effort, gap=solved.gap, rent=solved.rent,
        contract=contract, binding=binding, certificate=certificate, converged=converged, iterations=tried,
        residual=lottery.residual, message=message,
    )  # fmt: skip
