"""The best contract of all and its effort, put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.contracts import dual
from annolib.contracts.assemble import CURVE_SEARCH, certify, curve_part, flat_best, result
from annolib.contracts.efforts import best_effort
from annolib.contracts.forms import Optimal
from annolib.contracts.optimal import AnyWage
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.utilities import CARA, CRRA, RiskNeutral


def optimal_best(problem, evidence, n, best):
    """The best of all contracts: for one effort by the dual, over efforts by a scan and Brent's method.

    The scan knows one deviation, to effort 0; at its end all deviations are searched, and where one gains the scan is
    repeated with every deviation searched at every effort.
    """
    if isinstance(problem.utility, RiskNeutral):
        raise NoBestContract(
            "the optimal contract of a risk-neutral agent is not unique without a floor (linear pay already reaches the "
            "first best) and with one pays everything for a perfect record, X = n, alone: ask for 'linear' or 'binary'."
        )
    flat = flat_best(problem, evidence, n, best, "no contract is worth paying at this n: flat pay, no effort")
    family = AnyWage(problem, evidence, n, best, flat.profit)
    solved, tried, unsolved = _search(family, best, full=False)
    if solved is not None:
        checked = _attempt(family, unsolved, solved.effort, solved.pay.deviations, solved.pay.prices)
        if checked is None or checked.gap > solved.gap * (1 + 1e-9):
            solved, more, unsolved = _search(family, best, full=True)
            tried += more
        else:
            solved = checked
    if not np.isfinite(problem.floor_utility) and not _bounded(family, solved):
        raise NoBestContract(
            f"optimal pay without a floor has no best contract at n = {n}: the dual runs out of its domain, punishments "
            "grow without limit (Mirrlees). Give a floor, or ask for 'linear'."
        )
    if solved is None or not solved.gap < flat.gap:
        return replace(flat, **_doubt(family, unsolved, flat.gap))
    return replace(found := _put_together(family, solved, tried), **_doubt(family, unsolved, found.gap))


def _attempt(family, unsolved, effort, *start, search=True):
    """The cheapest contract for one effort, or None; efforts that stay open are noted with their bound."""
    try:
        with np.errstate(all="ignore"):
            return family.implement(effort, *start, search=search)
    except dual.Unsolved as stuck:
        unsolved[stuck.effort] = stuck.bound
        return None


def _doubt(family, unsolved, gap):
    """What to say of efforts at which the dual stopped early, unless weak duality shows that none is better."""
    value = family.problem._value
    open_efforts = [
        effort
        for effort, bound in unsolved.items()
        if family.best.profit - (float(value(effort)) - bound) < gap
    ]
    if not open_efforts:
        return {}
    some = ", ".join(f"{effort:.4g}" for effort in sorted(open_efforts)[:3])
    message = f"the dual stopped early at {len(open_efforts)} efforts (such as {some}), and one may be better"
    return {"converged": False, "message": message}


def _bounded(family, solved):
    """Without a floor: does the dual stay inside its domain for every count, or is some punishment without limit?"""
    ends = np.array([0.0, float(family.n)])
    return solved is not None and bool(np.min(solved.pay.x(ends)) > 1e-9 * np.max(solved.pay.x(ends)))


def _search(family, best, full):
    found, unsolved, warm = {}, {}, {"prices": None, "deviations": (0.0,)}

    def gap_at(effort):
        solved = _attempt(family, unsolved, effort, warm["deviations"], warm["prices"], search=full)
        if solved is None and warm["prices"] is not None:
            solved = _attempt(family, unsolved, effort, (0.0,), search=full)
        if solved is not None:
            unsolved.pop(effort, None)
        if solved is None or not np.isfinite(solved.gap):
            return 1e300
        found[effort] = solved
        warm["prices"], warm["deviations"] = solved.lottery.prices, solved.pay.deviations
        return solved.gap

    effort, gap, tried = best_effort(gap_at, best.effort)
    return (found.get(effort) if gap < 1e299 else None), tried, unsolved


def _put_together(family, solved, tried):
    problem, evidence, n = family.problem, family.evidence, family.n
    pay, lottery = solved.pay, solved.lottery
    active = [(d, nu) for d, nu in zip(pay.deviations, lottery.prices[2:], strict=True) if nu > 0]
    q, r = float(evidence.hit(solved.effort)), float(evidence.miss(solved.effort))
    scale = float(evidence.slope(solved.effort)) * np.sqrt(n / (q * r))
    contract = Optimal(
        float(lottery.prices[0]), float(lottery.prices[1] / scale), tuple(d for d, _ in active),
        tuple(float(nu) for _, nu in active), solved.effort, n, evidence.counts, pay.wage,
    )  # fmt: skip
    with np.errstate(all="ignore"):
        kink = pay.kink
        x = pay.x(np.linspace(0, n, 2001))
        known = isinstance(problem.utility, CARA) or (
            isinstance(problem.utility, CRRA) and problem.utility.aversion >= 0.5
        )
        proved = bool(known and np.all(np.diff(x) >= 0))
        certificate = certify(
            problem, evidence, [curve_part(evidence, n, pay.utility, kink)], solved.effort, solved.rent, CURVE_SEARCH,
            suboptimality=lottery.suboptimality, left_out=solved.left_out, shirk=family.best_other(pay, solved.effort)[0],
            proved=proved,
        )  # fmt: skip
    binding = [PARTICIPATION] * bool(lottery.prices[0] > 0) + [NO_SHIRKING] * bool(active) + [EFFORT]
    binding += [FLOOR] * (not np.isnan(kink))
    gain = solved.gain if np.isnan(certificate.gain_bound) else certificate.gain_bound
    converged = bool(lottery.converged and gain < 1e-9)
    message = (
        "solved" if converged else "the dual stopped early or a deviation gains; see certificate and residual"
    )
    return result(
        "optimal", n, problem, family.best, solved.effort, solved.gap, solved.rent, contract, binding, certificate,
        converged, tried, lottery.residual, message,
    )  # fmt: skip
