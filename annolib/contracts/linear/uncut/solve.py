"""The best line without a floor, where the cost of each effort is known: the effort is searched, and no other line earns more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.utilities import CRRA
from annolib.contracts.forms import Linear
from annolib.contracts.incentives.certificates import CURVE_SEARCH, certify, flat_best, result
from annolib.contracts.incentives.deviations import most_tempting_deviation
from annolib.contracts.linear.bound import LineBound, tolerance
from annolib.contracts.linear.uncut.ranges import bound_frontier, frontier_of
from annolib.contracts.results import EFFORT, NO_SHIRKING, PARTICIPATION
from annolib.numerics.count_sums import left_out
from annolib.numerics.minimise import lowest_gap, usual_scan

_CUTS = 12  # deviations added at most
_GAINS = 5e-11  # a gain from another effort that counts
_SAME = 1e-10
_NOTHING = 1e-6  # of the wage expected: a wage for no pass at all that is next to nothing


FLAT = "no line is worth paying at this n: flat pay, no effort"


def uncut_best(problem, evidence, n, best):
    """The best of base + slope·X/n for a problem without a floor and an agent who is CARA, risk neutral, or CRRA with γ ≥ 1.

    `suboptimality` bounds what any other line earns more, of whatever base wage: from γ = 1 on also what such would earn whose base is below
    what a float holds.
    """
    none = FLAT
    if np.isfinite(problem.utility.lowest_wage):
        none += f"; an uncut line may never pay below {problem.utility.lowest_wage:g}, give that floor for lines that are cut there"
    flat = flat_best(problem, evidence, n, best, none)
    with np.errstate(all="ignore"):
        frontier, found, tried = _search(problem, evidence, n, best, flat.gap)
        near = flat.effort if found is None else found[0]
        gap = flat.gap if found is None else found[1]
        slack = tolerance(problem, best, best.profit - gap)
        others = LineBound(gap, None, 0)  # nothing earns more than the first best
        if gap > slack:
            others = bound_frontier(frontier, best.profit - gap, near)
        looked, unwritten = tried + others.cells, ""
        if others.excess > slack and others.better is not None:
            written = bound_frontier(replace(frontier, threats=False), best.profit - gap, near)
            looked += written.cells
            unwritten = _unwritten(frontier, others, written.excess <= slack)
        pay = flat if found is None else _put_together(frontier, *found, looked)
        return _judged(pay, others.excess, slack, unwritten)


def finished(frontier, effort, gap):
    """The result for the best line of this effort; None where another effort tempts."""
    parts = frontier.parts(*frontier.line(effort)[:2])
    other, gain = most_tempting_deviation(lambda e: _payoff(frontier.problem, parts, e), effort)
    return _put_together(frontier, effort, gap, other, 0) if gain <= _GAINS else None


def _search(problem, evidence, n, best, ceiling):
    """The frontier with the deviations that count, (effort, gap, most tempting other effort) of the best line or None, and efforts tried."""
    frontier, tried = frontier_of(problem, evidence, n, best), 0
    scan = np.concatenate([usual_scan(best.effort), problem.cost.kinks])
    for _ in range(_CUTS):
        effort, gap, points, _ = lowest_gap(
            frontier.at, best.effort, lambda x: float(problem.loss(x, best)), scan, ceiling
        )
        tried += points.size
        if not gap < ceiling:
            return frontier, None, tried
        base, slope, _ = frontier.line(effort)
        parts = frontier.parts(base, slope)
        other, gain = most_tempting_deviation(lambda e, parts=parts: _payoff(problem, parts, e), effort)
        if gain <= _GAINS:
            return frontier, (effort, gap, other), tried
        if np.min(np.abs(np.array(frontier.deviations) - other)) < _SAME:
            return frontier, None, tried
        frontier = replace(frontier, deviations=(*frontier.deviations, other))
    return frontier, None, tried


def _payoff(problem, parts, effort):
    return sum(part.value(effort) for part in parts) - problem.cost.cost(effort)


def _put_together(frontier, effort, gap, other, tried):
    problem, evidence, n = frontier.problem, frontier.evidence, frontier.n
    base, slope, rent = frontier.line(effort)
    parts, q = frontier.parts(base, slope), float(evidence.success(effort))
    certificate = certify(
        problem, evidence, parts, effort, rent, search=CURVE_SEARCH, left_out=left_out(n, q), deviation=other
    )
    tempted = len(frontier.deviations) > 1 or rent > 0
    binding = (
        [PARTICIPATION] * (rent <= 1e-12)
        + [NO_SHIRKING] * bool(tempted and certificate.gain > -_GAINS)
        + [EFFORT]
    )
    converged = bool(certificate.gain_bound < 1e-9)
    message = "solved" if converged else "solved, but the certificate bounds deviations only this far"
    if isinstance(problem.utility, CRRA) and base < _NOTHING * (base + slope * q):
        message = _next_to_nothing(message, base, effort, float(evidence.failure(effort)), n)
    contract = Linear(base, slope, problem.floor, n, evidence.counts)
    return result(
        problem, frontier.best, family="linear", n=n, effort=effort, gap=gap, rent=rent, contract=contract, binding=binding,
        certificate=certificate, converged=converged, iterations=tried, residual=_residual(frontier, parts, effort, rent), message=message,
    )  # fmt: skip


def _residual(frontier, parts, effort, rent):
    """The larger of two errors: of the utility expected, and of the incentive, both from the wages, relative to their size."""
    problem, at = frontier.problem, np.array([effort])
    wanted = float(problem.reservation(effort)) + rent
    off = abs(sum(float(part.value(at)[0]) for part in parts) - wanted) / max(abs(wanted), 1e-3)
    if effort == 1 or effort in problem.cost.kinks:
        return off
    ask = float(problem.cost.slope(effort) / frontier.evidence.slope(effort))
    return max(off, abs(sum(float(part.slope(at)[0]) for part in parts) / ask - 1))


def _next_to_nothing(message, base, effort, failure, n):
    """What a base wage of next to nothing is."""
    return f"{message} for a base wage of {base:.2g}, next to nothing, which is paid for no pass at all, {_chance(effort, failure, n)} (Mirrlees)"


def _chance(effort, failure, n):
    tens = n * np.log10(failure) if failure > 0 else -np.inf
    return f"with probability {f'10^{tens:.3g}' if tens < -4 else f'{failure**n:.2g}'} at effort {effort:.3g}"


def _unwritten(frontier, others, proved):
    """Why no line is best: those that earn more have a base wage too small to be written down."""
    effort = others.better
    chance = _chance(effort, float(frontier.evidence.failure(effort)), frontier.n)
    found = "the best line that can be written down" if proved else "the best line found"
    return (
        f"{found}; up to {others.excess:.2g} more is earned by lines with a base wage too small for that, "
        f"a punishment for no pass at all, which happens {chance} (Mirrlees). Give a floor: the lowest wage that may really be paid."
    )


def _judged(pay, excess, slack, unwritten):
    """The contract found, and what is known of others."""
    if excess <= slack:
        return replace(pay, suboptimality=float(excess))
    found = "flat pay" if pay.family == "flat" else "the best line found"
    message = unwritten or f"{found}; another line may earn up to {excess:.2g} more"
    return replace(pay, suboptimality=float(excess), converged=False, message=message)
