"""Put a solver's numbers together: payoffs, what binds, and the certificate, checked from the contract itself."""

from __future__ import annotations

import numpy as np

from annolib.binomials import log_density, moments, tails
from annolib.contracts.deviations import Part, best_answer
from annolib.contracts.forms import Flat
from annolib.contracts.results import FLOOR, PARTICIPATION, Certificate, SecondBest

STEP_SEARCH = "convex below the threshold, concave above: chords and tangents on boxes of effort, cut until none can hold more"
CURVE_SEARCH = "expected utility is convex, then concave in q (total positivity): chords and tangents on boxes of effort, cut"
SPLIT_SEARCH = "pay as a sum of a convex and a concave part: chords and tangents on boxes of effort, cut"
GRID_SEARCH = "a grid of efforts, refined; this pay has no known curvature, so the bound is not proved"
_PROBE = np.linspace(0, 1, 101)


def flat_best(problem, evidence, n, best, message="flat pay buys no effort"):
    """The best flat wage: the agent does nothing for it."""
    paid = max(problem.outside, problem.floor_utility)
    rent = paid - problem.outside
    loss = float(problem.loss(0.0, best))
    gap = loss + float(problem.utility.wage_rise(problem.outside, rent)) if rent > 0 else loss
    wage = float(problem.utility.wage(paid))
    certificate = Certificate(rent, 0.0, 0.0, 0.0, "effort costs and flat pay does not depend on it")
    binding = (FLOOR,) if rent > 0 else (PARTICIPATION,)
    contract = Flat(wage, n, evidence.counts)
    return result(
        "flat", n, problem, best, 0.0, gap, rent, contract, binding, certificate, True, 0, 0.0, message
    )


def result(family, n, problem, best, effort, gap, rent, contract, binding, certificate, *ending):
    """A SecondBest; `ending` is converged, iterations, residual, message."""
    profit = best.profit - gap
    paid = float(problem._value(effort)) - profit
    with np.errstate(divide="ignore"):
        log_gap = float(np.log(gap))
    return SecondBest(
        family, int(n), float(effort), float(profit), float(gap), log_gap, float(rent), float(paid), contract,
        tuple(binding), certificate, *ending,
    )  # fmt: skip


def step_part(evidence, n, threshold, bonus):
    """The part bonus·P(X ≥ threshold) of the agent's expected utility."""

    def value(effort):
        return bonus * tails(threshold, n, evidence.hit(effort), evidence.miss(effort))[0]

    def slope(effort):
        return bonus * np.exp(log_density(threshold, n, evidence.hit(effort), evidence.miss(effort)))

    inflection = (threshold - 1) / (n - 1) if n > 1 else 0.0
    return Part(value, slope, inflection, inflection)


def curve_part(evidence, n, utility_of_count, kink):
    """The part E v(X) for v flat up to the kink (NaN: none) and concave beyond."""

    def moment(effort, order):
        effort = np.asarray(effort, dtype=float)
        values = moments(n, evidence.hit(effort), evidence.miss(effort), utility_of_count, kink, order)
        return values.reshape(effort.shape)

    return bent_part(evidence, n, moment, kink)


def bent_part(evidence, n, moment, kink, straight=False):
    """The part with value moment(effort, 0) and q-derivatives moment(effort, 1 and 2), for pay as in `curve_part`.

    If pay is `straight` beyond the kink, the part is convex.
    """
    if straight or n == 1:  # with one check the part is linear in q
        below, above = 2.0, 2.0
    else:
        below, above = (-1.0, -1.0) if np.isnan(kink) else _inflection(evidence, n, kink, moment)
    return Part(lambda x: moment(x, 0), lambda x: moment(x, 1), below, above)


def _inflection(evidence, n, kink, moment):
    """Between which two q the sign of the second derivative turns from + to −, its only possible change."""
    share = min(max(kink / n, 1e-12), 1 - 1e-12)
    near = share + np.sqrt(share * (1 - share) / n) * np.linspace(-9, 9, 37)
    low, high = evidence.start, evidence.start + evidence.gain
    hits = np.unique(
        np.clip(np.r_[near, np.linspace(low, high, 9)], low + 1e-9 * (high - low), high - 1e-9 * (high - low))
    )
    bend = moment(evidence.effort(hits), 2)
    sure = np.abs(bend) > 1e-7 * np.max(np.abs(bend))
    falls, rises = np.flatnonzero(sure & (bend < 0)), np.flatnonzero(sure & (bend > 0))
    if not falls.size:
        return (hits[rises[-1]] if rises.size else low), 2.0
    above, below = hits[falls[0]], (hits[rises[-1]] if rises.size else -1.0)
    if not rises.size:
        return (-1.0, -1.0) if falls[0] == 0 else (low, above)
    level = 1e-9 * np.max(np.abs(bend))
    for _ in range(20):  # eight parts at a time, as long as the signs are beyond rounding
        inner = np.linspace(below, above, 9)[1:-1]
        value = moment(evidence.effort(inner), 2)
        up, down = inner[value > level], inner[value < -level]
        old = above - below
        below, above = (up[-1] if up.size else below), (down[0] if down.size else above)
        if above - below > 0.5 * old or above - below < 1e-13:
            break
    return below, above


def certify(
    problem,
    evidence,
    parts,
    effort,
    rent,
    how,
    own=None,
    suboptimality=None,
    left_out=0.0,
    shirk=None,
    proved=True,
):
    """The certificate of incentive compatibility, from the agent's expected utility in `parts`."""
    at = np.array([effort])
    value = sum(float(part.value(at)[0]) for part in parts)
    own = value - float(problem.cost.cost(effort)) if own is None else own
    payoff = sum(part.value(_PROBE) for part in parts) - problem.cost.cost(_PROBE) if shirk is None else None
    if shirk is None:
        inner = np.r_[-np.inf, payoff, -np.inf]
        peaks = np.flatnonzero((payoff >= inner[:-2]) & (payoff >= inner[2:]))
        peaks = peaks[np.abs(_PROBE[peaks] - effort) > 0.02]
        shirk = float(_PROBE[peaks[np.argmax(payoff[peaks])]]) if peaks.size else np.nan
    gain = np.nan
    if not np.isnan(shirk):
        gain = (
            sum(float(part.value(np.array([shirk]))[0]) for part in parts)
            - float(problem.cost.cost(shirk))
            - own
        )
    if not proved:
        return Certificate(rent, shirk, gain, np.nan, GRID_SEARCH, suboptimality, left_out)
    answer = best_answer(problem, evidence, parts, [x for x in (effort, shirk) if not np.isnan(x)])
    return Certificate(rent, shirk, gain, answer.bound - own, how, suboptimality, left_out)
