"""The best m thresholds, wages and effort.

Wages come from a convex programme, thresholds and effort from a local search (`annolib.contracts.tiered.search`); that no others earn more is
shown by branch and bound (`annolib.contracts.tiered.proof`), and where that stays open the message says how much more they may earn. Every
tier is added to the best contract with one less, and kept only if it gains: more tiers never earn less.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.utilities import RiskNeutral
from annolib.contracts.forms import Tiered
from annolib.contracts.incentives.certificates import SPLIT_SEARCH, STEP_SEARCH, certify, flat_best, result
from annolib.contracts.incentives.parts import MOST, split_parts, step_part
from annolib.contracts.optimal.efforts import Search as Optimal
from annolib.contracts.optimal.family import AnyWage
from annolib.contracts.optimal.solve import ROUNDED, ROUNDING, SHOWN, scale, tolerance
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.contracts.threshold.solve import binary_best
from annolib.contracts.tiered import proof
from annolib.contracts.tiered.family import Tiers
from annolib.contracts.tiered.risk_neutral import neutral_tiers
from annolib.contracts.tiered.search import Guide, search


def tiered_best(problem, evidence, n, best, tiers):
    """The best contract with `tiers` thresholds; with one it is the binary contract."""
    if tiers > n:
        raise ValueError(f"tiers must not exceed n: {n} checks have {n} thresholds; saw {tiers}.")
    if isinstance(problem.utility, RiskNeutral):
        return _neutral(problem, evidence, n, best, tiers)
    if not np.isfinite(problem.floor_utility):
        raise NoBestContract(
            "tiered pay without a floor has no sensible best contract (Mirrlees, see 'binary'). Give a floor."
        )
    chosen = _as_tiers(binary_best(problem, evidence, n, best))
    if tiers == 1:
        return chosen
    flat = flat_best(problem, evidence, n, best)
    guide, any_pay = _any_pay(problem, evidence, n, best, flat, chosen)
    for m in range(2, tiers + 1):  # every further tier is kept only if it gains
        known = chosen.contract.thresholds if chosen.family == "tiered" else ()
        family = Tiers(problem, evidence, n, best, chosen.profit)
        pay, solved = search(family, m, known, guide, flat)
        chosen = _better(family, chosen, pay, solved)
    return _with_proof(problem, evidence, n, best, tiers, chosen, flat, any_pay)


def _neutral(problem, evidence, n, best, tiers):
    """The best tiers of a risk-neutral agent."""
    chosen = _as_tiers(binary_best(problem, evidence, n, best))
    if tiers == 1:
        return chosen
    family, pay, least = neutral_tiers(problem, evidence, n, best, tiers, chosen)
    if pay is not None:
        chosen = _better(family, chosen, pay, pay.lottery.iterations)
    return _judged(problem, best, chosen, max(chosen.gap - least, 0.0) + ROUNDING * scale(problem, best))


def looked_at_again(problem, evidence, n, best, found):
    """A binary contract that its own proof left open, as proved where the proof for tiers closes with one threshold."""
    if found.converged or not np.isfinite(problem.floor_utility) or isinstance(problem.utility, RiskNeutral):
        return found
    flat = flat_best(problem, evidence, n, best)
    family = Tiers(problem, evidence, n, best, best.profit - 2 * flat.gap)
    thresholds = (found.contract.threshold,) if found.family == "binary" else ()
    goal = SHOWN / 2, ROUNDED / 2 * scale(problem, best)
    left, pay = proof.prove(family, 1, (thresholds, found.effort), found.gap, flat.gap, *goal)
    left += ROUNDING * scale(problem, best)
    if pay is None and left <= tolerance(problem, best, found.gap) and found.certificate.gain_bound < 1e-9:
        return replace(found, suboptimality=left, converged=True, message="solved")
    return found


def _better(family, chosen, pay, solved):
    """The contract with the wages of `pay`, if it earns more."""
    # what a programme leaves unsolved (here all of the difference, at times) must not pass for a gain
    if pay is None or not pay.gap + 2 * pay.lottery.suboptimality < chosen.gap:
        return chosen
    with np.errstate(all="ignore"):
        new = _put_together(family, pay, solved)
    return new if new.converged or not chosen.converged else chosen


def _with_proof(problem, evidence, n, best, tiers, chosen, flat, any_pay):
    """The result with a bound of what any contract of the class earns more.

    By branch and bound over thresholds and efforts; where that stays open, the best pay of all is a bound too.
    """
    rounding = ROUNDING * scale(problem, best)
    known = getattr(chosen.contract, "thresholds", ()), chosen.effort
    family = Tiers(problem, evidence, n, best, best.profit - 2 * flat.gap)
    left, pay = proof.prove(
        family, tiers, known, chosen.gap, flat.gap, SHOWN / 2, ROUNDED / 2 * scale(problem, best), any_pay
    )
    if pay is not None:
        better = _better(family, chosen, pay, chosen.iterations)
        left, chosen = left + max(better.gap - pay.gap, 0.0), better
    if left + rounding > tolerance(problem, best, chosen.gap):
        with np.errstate(all="ignore"):
            any_left = any_pay.prove(SHOWN / 2, ROUNDED / 2 * scale(problem, best))
        left = min(left, max(chosen.gap - (any_pay.gap - any_left), 0.0))
    return _judged(problem, best, chosen, left + rounding)


def _judged(problem, best, chosen, left):
    """The result, with what other thresholds may earn more."""
    if left <= tolerance(problem, best, chosen.gap):
        sure = chosen.converged or chosen.certificate.gain_bound < 1e-9
        message = "solved" if sure and chosen.family == "tiered" else chosen.message
        return replace(chosen, suboptimality=left, converged=sure, message=message)
    message = f"{chosen.message}; other thresholds may earn up to {left:.2g} more"
    return replace(chosen, converged=False, suboptimality=left, message=message)


def _any_pay(problem, evidence, n, best, flat, chosen):
    """Where the best pay of all is, as a guide, and what no contract's gap goes below."""
    family = AnyWage(problem, evidence, n, best, best.profit - 2 * flat.gap)
    search = Optimal(family, flat.gap).run()
    if search.found is None:
        effort = chosen.effort if chosen.effort > 0 else max(best.effort, 1e-3)
        return Guide(effort, (), np.array([1.0, 0.0])), search
    lottery, pay = search.found.lottery, search.found.pay
    keep = [j for j, d in enumerate(pay.deviations) if d >= 0]
    prices = lottery.prices[[0, 1, *(2 + j for j in keep)]]
    return Guide(search.found.effort, tuple(pay.deviations[j] for j in keep), prices), search


def _as_tiers(one):
    """The binary contract as a tiered one (flat pay stays flat pay)."""
    if one.family == "flat":
        return one
    c = one.contract
    return replace(one, family="tiered", contract=Tiered((c.threshold,), (c.low, c.high), c.n, c.counts))


def _put_together(family, solved, tried):
    problem, evidence, n = family.problem, family.evidence, family.n
    v = solved.lottery.utilities
    wages = tuple(float(w) for w in problem.utility.wage(v))
    contract = Tiered(solved.thresholds, wages, n, evidence.counts)
    steps = np.diff(v)
    parts, search = (
        [step_part(evidence, n, t, step) for t, step in zip(solved.thresholds, steps, strict=True)],
        STEP_SEARCH,
    )
    if np.any(steps < 0) and n <= MOST:  # a higher tier may pay less where more effort than wanted tempts
        parts = split_parts(
            evidence, n, v[np.searchsorted(solved.thresholds, np.arange(n + 1), side="right")]
        )
        search = SPLIT_SEARCH
    other, _ = family.most_tempting_deviation(solved)
    certificate = certify(
        problem, evidence, parts, solved.effort, solved.rent, search=search,
        suboptimality=solved.lottery.suboptimality, deviation=other,
        proved=bool(np.all(steps >= 0)) or search == SPLIT_SEARCH,
    )  # fmt: skip
    active = solved.lottery.prices[2:] > 0
    binding = (
        [PARTICIPATION] * bool(solved.lottery.prices[0] > 0) + [NO_SHIRKING] * bool(active.any()) + [EFFORT]
    )
    binding += [FLOOR] * bool(np.any(v <= problem.floor_utility + 1e-13))
    gain = certificate.gain if np.isnan(certificate.gain_bound) else certificate.gain_bound
    converged = bool(solved.lottery.converged and gain < 1e-9)
    message = "solved (thresholds by local search)" if converged else "a deviation gains; see certificate"
    return result(
        problem, family.best, family="tiered", n=n, effort=solved.effort, gap=solved.gap, rent=solved.rent,
        contract=contract, binding=binding, certificate=certificate, converged=converged, iterations=tried,
        residual=solved.lottery.residual, message=message,
    )  # fmt: skip
