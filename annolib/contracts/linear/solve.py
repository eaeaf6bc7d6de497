"""The best line and effort, put together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from annolib.agency.utilities import CARA, RiskNeutral
from annolib.contracts.forms import Linear
from annolib.contracts.incentives.certificates import CURVE_SEARCH, certify, flat_best, result
from annolib.contracts.incentives.deviations import most_tempting_deviation
from annolib.contracts.incentives.parts import bent_part
from annolib.contracts.linear.bound import bound_lines, tolerance
from annolib.contracts.linear.corners import edge_lines, last_count_line, sure_line
from annolib.contracts.linear.equations import LineBatch
from annolib.contracts.linear.family import Lines
from annolib.contracts.linear.nearby import best_nearby, kink_lines
from annolib.contracts.linear.uncut.ranges import bound_uncut, frontier_of
from annolib.contracts.linear.uncut.refused import cut_lines_are_refused
from annolib.contracts.linear.uncut.solve import uncut_best
from annolib.contracts.linear.uncut.together import uncut_bests
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION
from annolib.contracts.threshold.solve import binary_best
from annolib.numerics.count_sums import left_out
from annolib.numerics.minimise import lowest_gap, usual_scan

_CUTS = 12  # deviations added at most
_IMPROVEMENTS = 8
_FAR = 14.0  # standard deviations below the passes expected: a line that leaves the floor there is as good as uncut
_TIE = 1e-11  # a gain from another effort that leaves the agent willing, while a better line is sought
_AROUND = np.array([-0.02, -0.005, -0.001, 0.0, 0.001, 0.005, 0.02])


def linear_bests(problem, evidence, numbers, best):
    """`linear_best` for several numbers of checks; without a floor, of CARA and risk-neutral agents, for all of them at once. One result for each."""
    if problem.floor is None and isinstance(problem.utility, CARA | RiskNeutral):
        return uncut_bests(problem, evidence, numbers, best)
    return [linear_best(problem, evidence, int(n), best) for n in numbers]


def linear_best(problem, evidence, n, best):
    """The best of: base + slope·X/n, cut at the floor if there is one.

    The search knows a few deviations, at first the one to effort 0. What it finds is checked against all efforts; a deviation
    that gains is added and the search repeated. Then branch and bound asks whether any line earns more (`bound`, `uncut`): if one does,
    the best line near it takes the place of the one found. `suboptimality` is the bound at the end. Without a floor see `uncut`; what follows then
    is for CRRA agents with γ < 1, who know no wage below 0.

    A kink of the cost is an effort of its own: there the incentive may be anything from c′ before it to c′ after it. The bound allows any from c′ before.

    Taken for granted: rounding is within the tolerance (nothing is added for it); beyond 300 checks largest values over counts inside a cell are
    summed by a Gauss rule; and of a cost given as a function what `ConvexCost` says.
    """
    if problem.floor is None and frontier_of(problem, evidence, n, best) is not None:
        return uncut_best(problem, evidence, n, best)
    none = "no line is worth paying at this n: flat pay, no effort"
    if problem.floor is None and np.isfinite(problem.utility.lowest_wage):
        none += f"; an uncut line may never pay below {problem.utility.lowest_wage:g}, give that floor for lines that are cut there"
    flat = flat_best(problem, evidence, n, best, none)
    if n == 1 and problem.floor is not None:  # two wages are a line
        one = binary_best(problem, evidence, n, best)
        one = flat if one.family == "flat" else _as_line(one, problem)
        with np.errstate(all="ignore"):
            family = Lines(problem, evidence, n, best, flat.gap)
            excess, _, _ = _excess(family, flat, None, one.gap)
        return _judged(one, excess, tolerance(problem, best, one.profit))
    with np.errstate(all="ignore"):
        family = Lines(problem, evidence, n, best, flat.gap)
        found, tried, ridge = _search(family)
        sure = sure_line(family)
        if sure is not None and sure.gap < min(flat.gap, np.inf if found is None else found[0].gap):
            found = sure, most_tempting_deviation(partial(family.payoff, sure), 1.0)[0]
        steep = last_count_line(family)
        if steep is not None and steep.gap < min(flat.gap, np.inf if found is None else found[0].gap):
            found = steep, most_tempting_deviation(partial(family.payoff, steep), float(steep.effort))[0]
        for line, other in _at_kinks(family):
            if line.gap < min(flat.gap, np.inf if found is None else found[0].gap):
                found = line, other
        if found is not None and not found[0].gap < flat.gap:
            found = None
        found, excess, looked = _until_none_is_better(family, flat, found, ridge)
        if found is None:
            return _judged(flat, excess, tolerance(problem, best, flat.profit))
        return _put_together(family, *found, tried + looked, excess)


def _until_none_is_better(family, flat, found, ridge=None):
    """Lines are improved until branch and bound knows of none that earns more: (line and deviation, excess, cells)."""
    looked, excess = 0, np.nan
    for _ in range(_IMPROVEMENTS):
        gap = flat.gap if found is None else float(found[0].gap)
        excess, better, cells = _excess(family, flat, found, gap, ridge)
        looked += cells
        if better is None:
            break
        line = _improved(family, *better)
        if line is None or not line[0].gap < gap:
            excess, _, cells = _excess(family, flat, found, gap, ridge, offer=False)
            looked += cells
            break
        found = line
    return found, excess, looked


def _excess(family, flat, found, gap, ridge=None, offer=True):
    """How much more than this another line may earn, one that does (or None), and the cells looked at.

    `ridge`: efforts and the shares at which the cheapest lines for them leave the floor, as far as known.
    """
    problem, best = family.problem, family.best
    if gap <= tolerance(problem, best, best.profit):  # nothing earns more than the first best
        return max(gap, 0.0), None, 0
    profit = best.profit - gap
    if (
        problem.floor is not None
        and isinstance(problem.utility, CARA)
        and cut_lines_are_refused(problem, family.evidence, family.n, best, profit)
    ):
        others = (
            (0.0,)
            if found is None
            else (0.0, *(x for x in (found[1],) if x is not None and np.isfinite(x) and x > 0.02))
        )
        near = None if found is None else float(found[0].effort)
        bound = bound_uncut(problem, family.evidence, family.n, best, profit, others, near)
        return bound.excess, None, bound.cells
    floor = problem.utility.lowest_wage if problem.floor is None else problem.floor
    deviations, near = (), None
    if found is not None:
        line, other = found
        effort = float(line.effort)
        q = float(family.evidence.success(effort))
        near = effort, q + (floor - float(line.centre)) / float(line.slope), float(line.slope)
        deviations = (other,) if other is not None and abs(other - effort) > 0.02 else ()
    uncut = None
    if near is not None and problem.floor is not None and isinstance(problem.utility, CARA | RiskNeutral):
        uncut = _excess_of_uncut(family, profit, near)
    bound = bound_lines(
        problem, family.evidence, family.n, best, profit, flat.effort, partial(_answer, family, floor) if offer else None, deviations, near, uncut, ridge
    )  # fmt: skip
    return bound.excess, bound.better, bound.cells


def _excess_of_uncut(family, profit, near):
    """What lines that are not cut earn on top, where the line to beat is not, in effect; None where they may earn more."""
    effort, share, _ = near
    q, r = (float(of(effort)) for of in (family.evidence.success, family.evidence.failure))
    if share > q - _FAR * np.sqrt(q * r / family.n):
        return None
    bound = bound_uncut(family.problem, family.evidence, family.n, family.best, profit, (0.0,), effort)
    return bound.excess if bound.excess <= tolerance(family.problem, family.best, profit) else None


def _line_at(family, floor, effort, share, slope):
    q = float(family.evidence.success(effort))
    known = (effort, np.inf, 0.0, floor + slope * (q - share), slope, 0.0, 0, np.nan)
    return LineBatch(*(np.float64(value) for value in known))


def _answer(family, floor, effort, share, slope):
    """What the agent does with the line floor + slope·(X/n − share)⁺: (effort, gain over the one asked for, profit)."""
    line = _line_at(family, floor, effort, share, slope)
    width = 0.01
    for _ in range(5):  # the peak nearest to the effort asked for
        around = np.clip(effort + width * np.linspace(-1, 1, 33), 0, 1)
        effort, width = float(around[np.argmax(family.payoff(line, around))]), width / 12
    other, gain = most_tempting_deviation(partial(family.payoff, line), effort)
    if gain <= _TIE:
        other = effort
    chosen = family.described(
        np.array([other]),
        np.array([floor + slope * (float(family.evidence.success(other)) - share)]),
        np.array([slope]),
    )
    rent = float(chosen.rent[0])
    return other, gain, family.best.profit - float(chosen.gap[0]) if rent >= -1e-12 else -np.inf


def _held(family, propose):
    """A line that the agent does not deviate from, and its best deviation; None if none is found.

    `propose` makes a line, or None, against deviations; that which tempts most from it joins them, until none gains.
    """
    deviations = (0.0,)
    for _ in range(_CUTS):
        line = propose(deviations)
        if line is None:
            return None
        other, gain = most_tempting_deviation(partial(family.payoff, line), float(line.effort))
        if gain <= 5e-11:
            return line, other
        if np.min(np.abs(np.array(deviations) - other)) < 1e-10:
            return None
        deviations = (*deviations, other)
    return None


def _improved(family, effort, share, slope):
    """The best line near a promising one that the agent does not deviate from, and its best deviation; None if none is found."""
    floor = family.problem.utility.lowest_wage if family.problem.floor is None else family.problem.floor
    start = effort, share, slope

    def propose(deviations):
        nonlocal start
        line = best_nearby(family, *start, deviations)
        if line is not None:
            effort, slope = float(line.effort), float(line.slope)
            start = (
                effort,
                float(family.evidence.success(effort)) + (floor - float(line.centre)) / slope,
                slope,
            )
        return line

    return _held(family, propose)


def _at_kinks(family):
    """Lines for the kinks of the cost, where the incentive may be anything from c′ before to c′ after; each with its best deviation."""
    problem = family.problem
    if not problem.cost.kinks:
        return []
    found = (_improved(family, *line) for line in kink_lines(family))
    return [line for line in found if line is not None]


def _judged(pay, excess, slack):
    """The contract found, and what is known of others."""
    if excess <= slack:
        return replace(pay, suboptimality=float(excess))
    found = "flat pay" if pay.family == "flat" else "the best line found"
    return replace(
        pay, suboptimality=float(excess), converged=False, message=f"{found}; another line may earn up to {excess:.2g} more"
    )  # fmt: skip


def _as_line(one, problem):
    """A binary contract on one check as a line."""
    pay = one.contract
    return replace(
        one, family="linear", contract=Linear(pay.low, pay.high - pay.low, problem.floor, 1, pay.counts)
    )


def _search(family):
    """The best line that holds against every effort and its best deviation (None if there is none); how many were tried."""
    best, deviations, scan = family.best, (0.0,), None
    known, count = {}, 0  # effort → gap against fewer deviations, which is a lower bound
    met = []  # lines
    edge = _edge(family)
    if edge is not None:
        scan = np.concatenate([usual_scan(best.effort), edge.effort])
    for _ in range(_CUTS):
        found = [None]

        def gaps_at(x, deviations=deviations, found=found):
            lines = family.cheapest(x, deviations, found[0])
            for i in range(0 if edge is None else edge.effort.size):
                lines = lines.better(
                    family.kept_incentive_compatible(edge.take(slice(i, i + 1)), deviations),
                    x == edge.effort[i],
                )
            line = lines.take(int(np.argmin(lines.gap)))
            if np.isfinite(line.gap) and (found[0] is None or line.gap < found[0].gap):
                found[0] = line
            met.append(lines)
            return lines.gap

        _, _, points, values = lowest_gap(
            gaps_at, best.effort, lambda x: float(family.problem.loss(x, best)), scan, family.ceiling
        )
        count += points.size
        known.update(zip(points.tolist(), values.tolist(), strict=True))
        line = found[0]
        if line is None:
            return None, count, None
        other, gain = most_tempting_deviation(partial(family.payoff, line), float(line.effort))
        if gain <= 5e-11 or np.min(np.abs(np.array(deviations) - other)) < 1e-10:
            break
        deviations = (*deviations, other)
        rivals = np.unique(np.round([x for x, value in known.items() if value <= line.gap], 3))
        scan = np.concatenate(
            [usual_scan(best.effort), rivals, line.effort + _AROUND, () if edge is None else edge.effort]
        )
    return (line, other), count, _ridge(family, met)


def _ridge(family, met):
    """Efforts, in order, and the shares of passes at which the cheapest of these lines for them leave the floor; without a floor None."""
    if family.problem.floor is None:
        return None
    effort, gap, centre, slope = (
        np.concatenate([lines.__dict__[name] for lines in met])
        for name in ("effort", "gap", "centre", "slope")
    )
    best = np.lexsort((gap, effort))
    effort, gap, centre, slope = (each[best] for each in (effort, gap, centre, slope))
    first = np.append(True, np.diff(effort) > 0) & np.isfinite(gap)
    effort, centre, slope = effort[first], centre[first], slope[first]
    return effort, family.evidence.success(effort) + (family.problem.floor - centre) / slope


def _edge(family):
    """Lines at the edge of what the utility bears, for problems without a floor; None where there is no edge."""
    problem = family.problem
    if problem.floor is not None or not np.isfinite(problem.utility.lowest_wage):
        return None
    return edge_lines(family)


def _put_together(family, line, other, tried, excess):
    problem, evidence, n = family.problem, family.evidence, family.n
    effort, gap, rent = float(line.effort), float(line.gap), float(line.rent)
    q = float(evidence.success(effort))
    base = float(line.centre - line.slope * q)
    if problem.floor is None:
        base = max(base, problem.utility.lowest_wage)  # rounding may leave it below
    contract = Linear(base, float(line.slope), problem.floor, n, evidence.counts)
    kink = float(family.kink(q, line.centre, line.slope))
    kink, straight = kink if 0 < kink < n else np.nan, isinstance(problem.utility, RiskNeutral)
    certificate = certify(
        problem, evidence, [bent_part(evidence, n, partial(family.moment, line), kink, straight)], effort, rent,
        search=CURVE_SEARCH, left_out=left_out(n, q), deviation=other,
    )  # fmt: skip
    binding = [PARTICIPATION] * (rent <= 1e-12) + [NO_SHIRKING] * bool(np.isfinite(line.shirking)) + [EFFORT]
    binding += [FLOOR] * (not np.isnan(kink))
    converged = bool(certificate.gain_bound < 1e-9)
    message = "solved" if converged else "solved, but the certificate bounds deviations only this far"
    solved = result(
        problem, family.best, family="linear", n=n, effort=effort, gap=gap, rent=rent, contract=contract,
        binding=binding, certificate=certificate, converged=converged, iterations=tried,
        residual=float(line.residual), message=message,
    )  # fmt: skip
    return _judged(solved, excess, tolerance(problem, family.best, solved.profit))
