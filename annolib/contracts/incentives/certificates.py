"""From a solver's numbers to its answer: a `SecondBest` with what binds, and a `Certificate` checked from the contract itself.

With U(e) = E v(X) at effort e under the contract found, and W(e) = U(e) − c(e):

    participation_slack   the rent, W(η) − u₀
    gain                  W(e) − W(η) at the deviation e that is shown
    gain_bound            max over all e of W(e) − W(η), bounded by `annolib.contracts.incentives.deviations.proved_optimum`

The last two are computed from U, and so from the contract alone, whatever search found it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.contracts.forms import Flat
from annolib.contracts.incentives.deviations import proved_optimum
from annolib.contracts.results import FLOOR, PARTICIPATION, Certificate, SecondBest

STEP_SEARCH = "convex below the threshold, concave above: chords and tangents on boxes of effort, cut until none can hold more"
CURVE_SEARCH = "expected utility is convex, then concave in q (total positivity): chords and tangents on boxes of effort, cut"
SPLIT_SEARCH = "pay as a sum of a convex and a concave part: chords and tangents on boxes of effort, cut"
GRID_SEARCH = "a grid of efforts, refined; this pay has no known curvature, so the bound is not proved"
_PROBE = np.linspace(0, 1, 101)


def proof_tolerance(problem, best, gap):
    """What a bound may leave open for a result to count as solved: 1e-9 of the gap, or 1e-12 of the scale of profit."""
    scale = max(abs(best.profit), float(problem._value(1.0)) - float(problem._value(0.0)))
    return max(1e-9 * gap, 1e-12 * scale)


def flat_best(problem, evidence, n, best, message="flat pay buys no effort"):
    """The best flat wage: the agent does nothing for it, or what costs nothing.

    It is the lowest wage that may be paid and is accepted, so no flat wage earns more.
    """
    paid = max(problem.outside, problem.floor_utility)
    rent, effort = paid - problem.outside, problem.cost.free_effort
    if effort > 0:
        message = message.replace("no effort", "only the effort that costs nothing")
    gap = float(problem.loss(effort, best)) + (
        float(problem.utility.wage_rise(problem.outside, rent)) if rent > 0 else 0.0
    )
    wage = float(problem.utility.wage(paid))
    certificate = Certificate(rent, 0.0, 0.0, 0.0, "effort costs and flat pay does not depend on it")
    binding = (FLOOR,) if rent > 0 else (PARTICIPATION,)
    contract = Flat(wage, n, evidence.counts)
    flat = result(
        problem, best, family="flat", n=n, effort=effort, gap=gap, rent=rent, contract=contract, binding=binding,
        certificate=certificate, converged=True, iterations=0, residual=0.0, message=message,
    )  # fmt: skip
    return replace(flat, suboptimality=0.0)


def result(
    problem, best, *, family, n, effort, gap, rent, contract, binding, certificate, converged, iterations, residual, message
):  # fmt: skip
    """A SecondBest from what a solver found: profit, log gap, expected wage and the rent in money follow from gap and rent."""
    profit = best.profit - gap
    paid = float(problem._value(effort)) - profit
    with np.errstate(divide="ignore"):
        log_gap = float(np.log(gap))
    with np.errstate(all="ignore"):
        in_money = float(problem.utility.wage_rise(problem.reservation(effort), rent)) if rent > 0 else 0.0
    return SecondBest(
        family, n if isinstance(n, tuple) else int(n), float(effort), float(profit), float(gap), log_gap, float(rent),
        float(paid), contract, tuple(binding), certificate, converged, iterations, residual, message,
        rent_in_money=in_money,
    )  # fmt: skip


def certify(
    problem,
    evidence,
    parts,
    effort,
    rent,
    *,
    search,
    payoff=None,
    deviation=None,
    suboptimality=None,
    left_out=0.0,
    proved=True,
):
    """The certificate of incentive compatibility, from the agent's expected utility in `parts`.

    Parameters
    ----------
    parts : sequence of Part
        Their sum is U, less a constant.
    effort, rent : what the contract is to implement and leave
    search : str
        One of the searches named above, in words.
    payoff : float, optional
        W(η), where it is known better than the parts give it.
    deviation : float, optional
        The other effort to show; else the highest other peak of W on a grid.
    suboptimality, left_out : float
        As in `Certificate`.
    proved : bool
        False for pay of no known curvature: then there is no bound.
    """
    at = np.array([effort])
    value = sum(float(part.value(at)[0]) for part in parts)
    payoff = value - float(problem.cost.cost(effort)) if payoff is None else payoff
    if deviation is None:
        deviation = _highest_other_peak(problem, parts, effort)
    gain = np.nan
    if not np.isnan(deviation):
        paid = sum(float(part.value(np.array([deviation]))[0]) for part in parts)
        gain = paid - float(problem.cost.cost(deviation)) - payoff
    if not proved:
        return Certificate(rent, deviation, gain, np.nan, GRID_SEARCH, suboptimality, left_out)
    answer = proved_optimum(problem, evidence, parts, [x for x in (effort, deviation) if not np.isnan(x)])
    return Certificate(rent, deviation, gain, answer.bound - payoff, search, suboptimality, left_out)


def _highest_other_peak(problem, parts, effort):
    """The highest peak of W on a grid, away from `effort`; NaN where there is none."""
    payoff = sum(part.value(_PROBE) for part in parts) - problem.cost.cost(_PROBE)
    inner = np.r_[-np.inf, payoff, -np.inf]
    peaks = np.flatnonzero((payoff >= inner[:-2]) & (payoff >= inner[2:]))
    peaks = peaks[np.abs(_PROBE[peaks] - effort) > 0.02]
    return float(_PROBE[peaks[np.argmax(payoff[peaks])]]) if peaks.size else np.nan
