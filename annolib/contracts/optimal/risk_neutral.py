"""The best pay of a risk-neutral agent: what a rent costs at least, and which bonus or line costs no more.

To a risk-neutral agent only means matter. For effort η the expected wage must pay for the effort (participation), and above the floor it must
leave enough to lose: of pay v_k ≥ 0 above the floor, with mean M = Σ P_k v_k, an effort e < η takes Σ P_k(e) v_k. A perfect record is the count
that tells most against shirking: P_k(e)/P_k(η) is least at k = n, where it is (q(e)/q(η))ⁿ. So

    M·(1 − (q(e)/q(η))ⁿ) ≥ c(η) − c(e)  for every e < η;      in the limit e → η:      M·n q′(η)/q(η) ≥ c′(η),

and the profit is at most V(η) − max(u₀ + c(η), f + M). Pay for a perfect record alone attains it where the agent has no use for more effort
(R. Innes, "Limited liability and incentive contracting with ex-ante action choices", Journal of Economic Theory 52 (1990),
doi:10.1016/0022-0531(90)90066-S, for the reward at the top). Where participation binds, many a contract does: the best bonus or line is taken,
whichever earns more, and held against the bound.

The bound is proved on boxes of efforts. V is concave and c convex, so their tangents bound them. M is bounded by its value in the middle and the
range of its slope.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.results import NoBestContract
from annolib.contracts.threshold.solve import binary_best

_ROUNDS, _BOXES = 60, 20_000
_DEVIATIONS = np.linspace(0, 0.9, 10)
_ROUNDING = 1e-14  # of the scale of profit


def risk_neutral_best(problem, evidence, n, best):
    """The best bonus or line, with a bound of what any other pay earns more."""
    from annolib.contracts.linear.solve import linear_best  # slow to import, and needed for few

    found = [
        solved
        for solver in (binary_best, linear_best)
        if (solved := _solved(solver, problem, evidence, n, best))
    ]
    if not found:
        raise NoBestContract(
            "neither a bonus nor a line could be solved for: give a floor, the lowest wage that may be paid."
        )
    chosen = min(found, key=lambda pay: pay.gap)
    scale = max(abs(best.profit), float(problem._value(1.0) - problem._value(0.0)))
    slack = proof_tolerance(problem, best, chosen.gap)
    excess = most_profit(problem, evidence, n, chosen.profit + slack / 2) - chosen.profit
    excess = min(max(excess, 0.0), max(chosen.gap, 0.0)) + _ROUNDING * scale
    family = chosen.family if chosen.family == "flat" else "optimal"
    sure = bool(chosen.certificate.gain_bound < 1e-9)
    if excess <= slack:
        kind = "" if family == "flat" else " (a line)" if chosen.family == "linear" else " (a bonus)"
        message = f"solved{kind}" if sure and family == "optimal" else chosen.message.split(", but")[0]
        return replace(chosen, family=family, converged=sure, message=message, suboptimality=excess)
    message = f"the best bonus or line; another contract may earn up to {excess:.2g} more"
    return replace(chosen, family=family, converged=False, message=message, suboptimality=excess)


def _solved(solver, problem, evidence, n, best):
    try:
        pay = solver(problem, evidence, n, best)
    except NoBestContract:
        return None
    return pay if pay.certificate.gain_bound < 1e-9 else None


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
        share = (evidence.success(other) / hit) ** n
        tempts = other < low
        needed = np.where(tempts, (cost.cost(low) - cost.cost(other)) / (1 - share), 0.0)
        bounds.append(value(high) - problem.floor_utility - needed)
        # c lies above its tangent, and (q(e)/q)ⁿ is least at the high end
        line = (cost.cost(x) - cost.cost(other)) / (1 - share), cost.slope(x) / (1 - share)
        tangent = _highest(value(x) - problem.floor_utility - line[0], slope - line[1], half, np.inf)
        bounds.append(np.where(tempts, tangent, np.inf))
    return np.fmin.reduce(bounds)


def _highest(at, slope, half, plain):
    """The highest point of a tangent over a box, or a plain bound where that is lower."""
    top = at + np.abs(slope) * half
    return np.fmin(np.where(np.isnan(top), np.inf, top), plain)


def _rent_at_most_needed(problem, evidence, n, low, high, x):
    """c′q/(n q′), the least mean above the floor by the local incentive: a value, and the range of its slope on each box.

    Its log has the slope c″/c′ + q′/q − q″/q′. For costs that are not powers c′ of the low end stands for the whole box.
    """
    cost, ev = problem.cost, evidence
    if isinstance(cost, PowerCost):
        bend = (cost.power - ev.power) / high, (cost.power - ev.power) / low
        bend = np.minimum(*bend), np.maximum(*bend)
        marginal = cost.slope(x)
    else:
        bend = (1 - ev.power) / low, (1 - ev.power) / high
        marginal = cost.slope(low)
    growth = bend[0] + ev.slope(low) / ev.success(high), bend[1] + ev.slope(high) / ev.success(low)
    value = marginal * ev.success(x) / (n * ev.slope(x))
    half = (high - low) / 2
    swing = half * np.maximum(np.abs(growth[0]), np.abs(growth[1]))
    least, most = value * np.exp(-swing), value * np.exp(swing)
    ends = np.array([g * v for g in growth for v in (least, most)])
    return value, (ends.min(axis=0), ends.max(axis=0))
