"""The best m thresholds, wages and effort.

Wages come from a convex programme; thresholds and effort from a descent: every threshold in turn by steps that halve from a
standard deviation to 1, then the effort, until nothing moves; from several starts. Unlike for one threshold this is a local
search: compare with `optimal`, which bounds it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar

from annolib.contracts.any_pay import MOST, split_parts
from annolib.contracts.assemble import SPLIT_SEARCH, STEP_SEARCH, certify, flat_best, result, step_part
from annolib.contracts.binary_best import binary_best
from annolib.contracts.forms import Tiered
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.contracts.tiers import Tiers
from annolib.utilities import RiskNeutral

_SWEEPS = 40


def tiered_best(problem, evidence, n, best, tiers):
    """The best contract with `tiers` thresholds; with one it is the binary contract."""
    if tiers > n:
        raise ValueError(f"tiers must not exceed n: {n} checks have {n} thresholds; saw {tiers}.")
    if not np.isfinite(problem.floor_utility) or isinstance(problem.utility, RiskNeutral):
        if isinstance(problem.utility, RiskNeutral):
            raise NoBestContract("a risk-neutral agent needs no tiers: ask for 'linear' or 'binary'.")
        raise NoBestContract(
            "tiered pay without a floor has no sensible best contract (Mirrlees, see 'binary'). Give a floor."
        )
    flat = flat_best(problem, evidence, n, best, "no tiers are worth paying at this n: flat pay, no effort")
    family = Tiers(problem, evidence, n, best, flat.profit)
    one = _as_tiers(binary_best(problem, evidence, n, best))
    if tiers == 1:
        return one
    solved, tried = None, 0
    for start, effort in _starts(one, evidence, n, best, tiers):
        with np.errstate(all="ignore"):
            found, count = _descend(family, start, effort)
        tried += count
        if found is not None and (solved is None or found.gap < solved.gap):
            solved = found
    if solved is None or not solved.gap < one.gap:
        return one
    return _put_together(family, solved, tried)


def _as_tiers(one):
    """The binary contract as a tiered one (flat pay stays flat pay)."""
    if one.family == "flat":
        return one
    c = one.contract
    return replace(one, family="tiered", contract=Tiered((c.threshold,), (c.low, c.high), c.n, c.counts))


def _starts(one, evidence, n, best, tiers):
    effort = one.effort if one.effort > 0 else best.effort
    q = float(evidence.hit(effort))
    spread = max(np.sqrt(n * q * (1 - q)), 0.5)
    centre = one.contract.thresholds[0] if one.family == "tiered" else round(n * q - spread)
    even = np.arange(tiers) - (tiers - 1) / 2
    for shift, width in ((0.0, 0.6), (0.8, 1.0), (0.5 * (tiers - 1), 0.9)):
        points = np.round(centre + spread * (width * even + shift * (tiers > 1)))
        yield _spread_out(points, n), effort


def _spread_out(points, n):
    """Distinct whole thresholds in 1 … n, in order."""
    points = np.clip(np.sort(points), 1, n)
    for i in range(1, points.size):
        points[i] = max(points[i], points[i - 1] + 1)
    points = np.minimum(points, n - np.arange(points.size)[::-1])
    return tuple(int(x) for x in points)


def _descend(family, thresholds, effort):
    """Threshold by threshold, then effort, then whatever deviation gains; until nothing moves."""
    count, deviations, warm = 0, (0.0,), None

    def at(t, x):
        nonlocal count, warm
        count += 1
        solved = family.implement(t, x, deviations, warm) or family.implement(t, x, deviations)
        if solved is None:
            return None
        warm = solved.lottery.prices
        return solved

    def value(solved):
        return 1e300 if solved is None or not np.isfinite(solved.gap) else solved.gap

    current, best, before = at(thresholds, effort), None, np.inf
    q = float(family.evidence.hit(effort))
    first = 2 ** int(np.ceil(np.log2(max(np.sqrt(family.n * q * (1 - q)), 1))))
    for sweep in range(_SWEEPS):
        current = _move_effort(at, value, thresholds, effort, current, 0.15 if sweep == 0 else 0.02)
        if current is None:
            return None, count
        effort, step = current.effort, first if sweep == 0 else max(first // 16, 1)
        while step >= 1:
            moved = False
            for i in range(len(thresholds)):
                for sign in (-step, step):
                    trial = list(thresholds)
                    trial[i] += sign
                    if (
                        trial[i] < 1
                        or trial[i] > family.n
                        or len(set(trial)) < len(trial)
                        or trial != sorted(trial)
                    ):
                        continue
                    new = at(tuple(trial), effort)
                    if value(new) < value(current) * (1 - 1e-13):
                        current, thresholds, moved = new, tuple(trial), True
                        break
            step = step if moved else step // 2
        settled = family.settle(current)
        if settled is None:
            return best, count
        if value(settled) < value(best):
            best = settled
        if value(settled) > before * (1 - 1e-10):
            break
        current, before, warm = settled, value(settled), None
        deviations = tuple({0.0, *settled.deviations})
    return best, count


def _move_effort(at, value, thresholds, effort, current, width):
    low, high = max(effort - width, 1e-4), min(effort + width, 1.0)
    options = {"xatol": 1e-6 * np.sqrt(min(value(current), 1.0))}
    found = minimize_scalar(
        lambda x: value(at(thresholds, x)), bounds=(low, high), method="bounded", options=options
    )
    if found.fun < value(current):
        return at(thresholds, float(found.x))
    return current


def _put_together(family, solved, tried):
    problem, evidence, n = family.problem, family.evidence, family.n
    v = solved.lottery.utilities
    wages = tuple(float(w) for w in problem.utility.wage(v))
    contract = Tiered(solved.thresholds, wages, n, evidence.counts)
    steps = np.diff(v)
    parts, how = (
        [step_part(evidence, n, t, step) for t, step in zip(solved.thresholds, steps, strict=True)],
        STEP_SEARCH,
    )
    if np.any(steps < 0) and n <= MOST:  # a higher tier may pay less where more effort than wanted tempts
        parts = split_parts(
            evidence, n, v[np.searchsorted(solved.thresholds, np.arange(n + 1), side="right")]
        )
        how = SPLIT_SEARCH
    other, _ = family.tempting(solved)
    certificate = certify(
        problem, evidence, parts, solved.effort, solved.rent, how, suboptimality=solved.lottery.suboptimality,
        shirk=other, proved=bool(np.all(steps >= 0)) or how == SPLIT_SEARCH,
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
        "tiered", n, problem, family.best, solved.effort, solved.gap, solved.rent, contract, binding, certificate,
        converged, tried, solved.lottery.residual, message,
    )  # fmt: skip
