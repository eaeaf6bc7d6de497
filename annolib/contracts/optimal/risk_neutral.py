"""The best pay of a risk-neutral agent: what a rent costs at least, and which bonus or line costs no more.

To a risk-neutral agent only means matter. For effort η the expected wage must pay for the effort (participation), and above the floor it must
leave enough to lose: of pay v_k ≥ 0 above the floor, with mean M = Σ P_k v_k, an effort e < η takes Σ P_k(e) v_k. A perfect record is the count
that tells most against shirking: P_k(e)/P_k(η) is least at k = n, where it is (q(e)/q(η))ⁿ. So

    M·(1 − (q(e)/q(η))ⁿ) ≥ c(η) − c(e)  for every e < η;      in the limit e → η:      M·n q′(η)/q(η) ≥ c′(η),

and the profit is at most V(η) − max(u₀ + c(η), f + M). Pay for a perfect record alone attains it where the agent has no use for more effort
(R. Innes, "Limited liability and incentive contracting with ex-ante action choices", Journal of Economic Theory 52 (1990),
doi:10.1016/0022-0531(90)90066-S, for the reward at the top). Where participation binds, many a contract does: a bonus, a line or a parabola is
held against the bound. Where neither attains it, the wages are those of a linear programme (`annolib.contracts.optimal.wage_programme`).

The bound is proved on boxes of efforts. V is concave and c convex, so their tangents bound them. M is bounded by its value in the middle and the
range of its slope.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.contracts.forms import Linear, ListedWages, Optimal
from annolib.contracts.incentives.certificates import (
    CURVE_SEARCH,
    SPLIT_SEARCH,
    certify,
    proof_tolerance,
    result,
)
from annolib.contracts.incentives.deviations import Part
from annolib.contracts.incentives.parts import split_parts
from annolib.contracts.optimal.wage_programme import MOST, Agent, best_wages
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.contracts.threshold.solve import binary_best

_ROUNDS, _BOXES = 60, 20_000
_DEVIATIONS = np.linspace(0, 0.9, 10)
_CLEARLY_LESS = 1e-3  # effort, so that little cancels in c(η) − c(e)
_ROUNDING = 1e-14  # of the scale of profit
_SAME = 1e-13  # of c′: what is next to nothing
_GRID = np.linspace(0, 1, 2001)
_APART, _STRAIGHT = 1e-4, 1e-7  # of q, between efforts that are compared; of dc/dq, what is no bow
_AROUND = np.concatenate([-np.geomspace(1e-6, 0.1, 200), np.geomspace(1e-6, 0.1, 200)])


def risk_neutral_best(problem, evidence, n, best):
    """The best bonus, line, parabola or programme of wages, with a bound of what any other pay earns more: the first that is proved."""
    tried = []
    for solver in _ways(problem, evidence, n, best):
        solved = _solved(solver, problem, evidence, n, best)
        if solved is None:
            continue
        own = isinstance(solver, partial)
        judged = _judged(problem, evidence, n, best, solved, own)
        if judged.converged and all(judged.gap <= other.gap for other in tried):
            return judged
        tried.append(judged)
    if not tried:
        raise NoBestContract("no pay could be solved for: give a floor, the lowest wage that may be paid.")
    chosen = min(tried, key=lambda pay: pay.gap)
    left = min(pay.suboptimality - (pay.gap - chosen.gap) for pay in tried)
    left = max(left, _ROUNDING * _scale(problem, best))
    message = f"the best bonus, line or programme; another contract may earn up to {left:.2g} more"
    return replace(chosen, message=message, suboptimality=left)


def _ways(problem, evidence, n, best):
    """Solvers, the likely and quick ones first."""
    from annolib.contracts.linear.solve import linear_best  # slow to import, and needed for few

    bonus = _solved(binary_best, problem, evidence, n, best)
    yield lambda *_: bonus
    yield parabola
    if problem.floor is not None and n <= MOST:
        yield partial(wages_best, bonus=bonus)
    yield linear_best


def _steepness(problem, evidence, best):
    """dc/dq at the first best."""
    with np.errstate(all="ignore"):
        return float(problem.cost.slope(best.effort)) / float(evidence.slope(best.effort))


def _scale(problem, best):
    return max(abs(best.profit), float(problem._value(1.0) - problem._value(0.0)))


def _judged(problem, evidence, n, best, chosen, own=False):
    """The result with what is proved of it among all contracts; `own` if it brings its bound."""
    scale = _scale(problem, best)
    slack = proof_tolerance(problem, best, chosen.gap)
    if chosen.family == "optimal" or own:  # a programme brings its own bound
        excess = min(chosen.suboptimality, max(chosen.gap, 0.0))
    elif chosen.gap <= slack / 2:
        excess = max(chosen.gap, 0.0)
    else:
        excess = most_profit(problem, evidence, n, chosen.profit + slack / 2) - chosen.profit
        excess = min(max(excess, 0.0), max(chosen.gap, 0.0))
    excess += _ROUNDING * scale
    family = chosen.family if chosen.family == "flat" else "optimal"
    sure = bool(chosen.certificate.gain_bound < 1e-9)
    message = chosen.message.split(", but")[0]
    if sure and family == "optimal" and chosen.family != "optimal":
        message = "solved (a line)" if chosen.family == "linear" else "solved (a bonus)"
    return replace(
        chosen, family=family, converged=sure and excess <= slack, message=message, suboptimality=excess
    )


def parabola(problem, evidence, n, best):
    """Pay that is a line or a parabola in the count and earns the first best; None where the floor is in its way.

    E v = ū + B(q − q*) − K(q − q*)² touches u₀ + c at η* and stays below it everywhere for K large enough, however concave the cost is in
    what the checks see; K = 0 is a line. From two checks on k(k − 1)/(n(n − 1)) has mean q².
    """
    if not best.effort > 0:
        return None
    q, steep = float(evidence.success(best.effort)), _steepness(problem, evidence, best)
    away = np.unique(np.r_[_GRID, np.clip(best.effort + _AROUND, 0, 1)])
    step = evidence.success(away) - q
    away, step = away[np.abs(step) > _APART], step[np.abs(step) > _APART]
    over = float(best.utility) + steep * step - problem.outside - problem.cost.cost(away)
    bow = 1.5 * float(np.max(over / step**2, initial=0.0))
    bow = 0.0 if bow <= _STRAIGHT * steep else bow
    if bow > 0 and n < 2:
        return None

    def wage(k):
        k = np.asarray(k, dtype=float)
        share, square = k / n, k * (k - 1) / (n * max(n - 1.0, 1.0))
        return float(best.utility) + steep * (share - q) - bow * (square - 2 * q * share + q * q)

    if problem.floor is not None and not min(wage(0), wage(n)) >= problem.floor:  # concave: least at an end
        return None
    part = Part(
        lambda x: float(best.utility) + (steep - bow * (evidence.success(x) - q)) * (evidence.success(x) - q),
        lambda x: steep - 2 * bow * (evidence.success(x) - q),
        -1.0,
        -1.0,
    )
    certificate = certify(problem, evidence, [part], best.effort, 0.0, search=CURVE_SEARCH, suboptimality=0.0)
    if bow == 0:
        base = float(wage(0))
        contract = Linear(base, float(wage(n)) - base, problem.floor, n, evidence.counts)
    else:
        contract = Optimal(1.0, 0.0, (), (), best.effort, n, evidence.counts, _pay=wage)
    kind = "a line" if bow == 0 else "a parabola"
    found = result(
        problem, best, family="optimal", n=n, effort=best.effort, gap=0.0, rent=0.0, contract=contract, binding=(PARTICIPATION, EFFORT),
        certificate=certificate, converged=True, iterations=1, residual=0.0, message=f"solved ({kind})",
    )  # fmt: skip
    return replace(found, suboptimality=0.0)


def wages_best(problem, evidence, n, best, bonus=None):
    """The best pay by linear programmes; the bonus, with their bound, where none earns more, and None where flat pay earns as much."""
    scale, agent = _scale(problem, best), Agent(problem, evidence, n, best)
    flat = float(problem._value(problem.cost.free_effort)) - float(
        problem.utility.wage(max(problem.outside, problem.floor_utility))
    )

    known, at_full = flat, None
    if bonus is not None:
        known = max(flat, bonus.profit)
        if bonus.converged:  # where every check is passed for certain any pay is a bonus for a perfect record
            at_full = known + bonus.suboptimality

    def tolerance(profit):
        return max(1e-9 * (best.profit - profit), 1e-12 * scale)

    start = [best.effort] if 0 < best.effort < 1 else []
    found, bound = best_wages(
        agent, known, tolerance, start, lambda low, high: _on_boxes(problem, evidence, n, low, high), at_full
    )
    if found is None:
        fair = bonus is not None and known == bonus.profit
        return replace(bonus, suboptimality=bound - known) if fair else None
    effort = found.effort
    rent = max(problem.floor_utility + found.mean - float(problem.reservation(effort)), 0.0)
    rent = 0.0 if found.participation > 0 else rent
    gap = float(problem.loss(effort, best)) + rent
    v = found.utilities()
    certificate = certify(problem, evidence, split_parts(evidence, n, v), effort, rent, search=SPLIT_SEARCH)
    contract = Optimal(
        found.participation, found.incentive, found.deviations, found.shirking, effort, n, evidence.counts, _pay=ListedWages(v)
    )  # fmt: skip
    binding = [PARTICIPATION] * (rent == 0) + [NO_SHIRKING] * bool(found.deviations)
    binding += [EFFORT] * (found.incentive != 0) + [FLOOR]
    pay = result(
        problem, best, family="optimal", n=n, effort=effort, gap=gap, rent=rent, contract=contract, binding=binding,
        certificate=certificate, converged=True, iterations=found.rounds, residual=max(found.gain, 0.0), message="solved",
    )  # fmt: skip
    return replace(pay, suboptimality=max(bound - pay.profit, 0.0))


def _solved(solver, problem, evidence, n, best):
    try:
        pay = solver(problem, evidence, n, best)
    except NoBestContract:
        return None
    return pay if pay is not None and pay.certificate.gain_bound < 1e-9 else None


def most_profit(problem, evidence, n, goal):
    """A profit that no contract exceeds, the larger of `goal` and what is proved; exact only where it lies above `goal`."""
    kinks = [0.0, problem.cost.free_effort, *problem.cost.kinks, 1.0]
    edges = np.unique(np.concatenate([np.linspace(0, 1, 65), np.geomspace(1e-9, 1 / 64, 24), kinks]))
    low, high = edges[:-1], edges[1:]
    for _ in range(_ROUNDS):
        with np.errstate(all="ignore"):
            top = _on_boxes(problem, evidence, n, low, high)
        open_ = ~(top <= goal)
        low, high, top = low[open_], high[open_], top[open_]
        if not low.size:
            return goal
        if low.size > _BOXES or np.all(high - low < 1e-13):
            break
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return float(np.max(np.where(np.isnan(top), np.inf, top)))


def _on_boxes(problem, evidence, n, low, high):
    """Upper bounds of V(η) − max(u₀ + c(η), f + M(η)) on boxes of efforts."""
    x, half = (low + high) / 2, (high - low) / 2
    cost, value = problem.cost, problem._value
    slope = problem._value_slope(x)
    alone = _highest(
        value(x) - problem.reservation(x), slope - cost.slope(x), half, value(high) - problem.reservation(low)
    )
    if not np.isfinite(problem.floor_utility):
        return alone
    rise, rises = _rent_at_most_needed(problem, evidence, n, low, high, x)
    steep = np.maximum(np.abs(slope - rises[0]), np.abs(slope - rises[1]))
    bounds = [
        alone,
        value(x) - problem.floor_utility - rise + half * np.where(np.isfinite(steep), steep, np.inf),
    ]
    hit = evidence.success(high)
    for other in np.append(_DEVIATIONS, cost.free_effort):
        # q(e)/q − 1, with its own digits
        fewer = evidence.gain * (other**evidence.power - high**evidence.power) / hit
        away = -np.expm1(n * np.log1p(fewer))
        tempts = (other < low) & ((cost.cost(other) == 0) | (other < low - _CLEARLY_LESS))
        needed = np.where(tempts, (cost.cost(low) - cost.cost(other)) / away, 0.0)
        bounds.append(value(high) - problem.floor_utility - needed)
        # c lies above its tangent, and (q(e)/q)ⁿ is least at the high end
        line = (cost.cost(x) - cost.cost(other)) / away, cost.slope(x) / away
        tangent = _highest(value(x) - problem.floor_utility - line[0], slope - line[1], half, np.inf)
        bounds.append(np.where(tempts, tangent, np.inf))
    return np.fmin.reduce(bounds)


def _highest(at, slope, half, plain):
    """The highest point of a tangent over a box, or a plain bound where that is lower."""
    top = at + np.abs(slope) * half
    return np.fmin(np.where(np.isnan(top), np.inf, top), plain)


def _rent_at_most_needed(problem, evidence, n, low, high, x):
    """c′q/(n q′), the least mean above the floor by the local incentive: a value, and the range of its slope on each box.

    Its log has the slope c″/c′ + q′/q − q″/q′. Where nothing is known of c″, c′ of the low end stands for the whole box.
    """
    cost, ev = problem.cost, evidence
    marginal = cost.slope(x)
    if isinstance(cost, PowerCost):
        bend = (cost.power - ev.power) / high, (cost.power - ev.power) / low
        bend = np.minimum(*bend), np.maximum(*bend)
    else:
        bends, least = cost.bends(low, high), cost.slope(low)
        rise = bends.first[0] / cost.slope(high), bends.first[1] / least
        known = np.isfinite(rise[1]) & (bends.error <= _SAME * least)
        marginal = np.where(known, marginal, least)
        bend = tuple(
            np.where(known, by, 0.0) + (1 - ev.power) / end for by, end in zip(rise, (low, high), strict=True)
        )
    growth = bend[0] + ev.slope(low) / ev.success(high), bend[1] + ev.slope(high) / ev.success(low)
    value = marginal * ev.success(x) / (n * ev.slope(x))
    half = (high - low) / 2
    swing = half * np.maximum(np.abs(growth[0]), np.abs(growth[1]))
    least, most = value * np.exp(-swing), value * np.exp(swing)
    ends = np.array([g * v for g in growth for v in (least, most)])
    return value, (ends.min(axis=0), ends.max(axis=0))
