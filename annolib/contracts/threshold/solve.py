"""The best threshold and effort, put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.agency.utilities import RiskNeutral
from annolib.contracts.forms import Binary
from annolib.contracts.incentives.certificates import STEP_SEARCH, certify, flat_best, proof_tolerance, result
from annolib.contracts.incentives.parts import step_part
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.contracts.threshold.bounds import GapBounds
from annolib.contracts.threshold.family import Thresholds
from annolib.contracts.threshold.hull import bridged
from annolib.contracts.threshold.proof import prove, start
from annolib.numerics.minimise import lowest_in_rows

_ALL = 47  # up to here every threshold is tried
_LIMITS = (
    2_000,
    2_000,
    4_000,
    8_000,
    16_000,
    32_000,
    64_000,
)  # boxes of the proof, between looks for a better contract
_EVERYWHERE = np.linspace(0, 1, 9)
_LENIENCY = np.linspace(
    -1.5, 9, 15
)  # standard deviations of the count below its mean at the first-best effort
_NARROW = 24  # thresholds this close to the lowest are priced to all digits instead of looked at closer
_BESIDE = np.arange(-3.0, 4.0)
_RARE = 1e-3  # without a floor: a fine less probable than this is a threat that no contract could rest on
_FEW = 8  # thresholds that are priced to all digits
_MOVES = 8  # how often to go on beside the best threshold
_ATTEMPTS = 4  # thresholds put together before giving up


def binary_best(problem, evidence, n, best):
    """The best of: a low wage, or a high one from t passes on; with a proof that no other earns more.

    All thresholds up to n = 47; beyond, a coarse look at all of them, a finer one where theory puts the optimum, then closing in on
    the basins. Then `annolib.contracts.threshold.bounds` bounds what any other threshold, effort and wages could earn; where a box of
    them stays open its thresholds are looked at too, and the proof starts again from the better one.
    """
    return binary_bests(problem, evidence, (n,), best)[0]


def binary_bests(problem, evidence, numbers, best):
    """`binary_best` for several numbers of checks at once: arrays hold what is looked at for all of them. One result for each."""
    numbers = np.asarray(numbers, dtype=int)
    families = [Thresholds(problem, evidence, int(n), best) for n in numbers]
    unlimited = not np.isfinite(problem.floor_utility) and not isinstance(problem.utility, RiskNeutral)
    if unlimited and numbers.max() > _ALL:
        raise NoBestContract(_mirrlees(families[int(np.argmax(numbers > _ALL))]))
    idle = "no bonus is worth paying at this n: flat pay, no effort"
    flat = [flat_best(problem, evidence, int(n), best, idle) for n in numbers]
    every = Thresholds(problem, evidence, numbers.astype(float), best)
    thresholds, case, looked_at = likely_thresholds(every)
    chosen = _better(every, thresholds, case, flat)
    for _ in range(_MOVES):  # where the best is the last that was looked at, its neighbours are too
        beyond = _beyond(every, thresholds, case, chosen)
        if not beyond[0].size:
            break
        thresholds, case = (np.append(old, new) for old, new in zip((thresholds, case), beyond, strict=True))
        chosen = _better(every, *beyond, chosen)
    bounds = _bounds(every, chosen)
    gaps = np.array([one.gap for one in chosen])
    goals = np.array([_goal(problem, best, one) for one in chosen])
    proof = prove(
        bounds, start(bounds, gaps), goals, _LIMITS[0], *np.array([_place(one) for one in chosen]).T
    )
    return [
        _finished(families[i], chosen[i], proof.of(i), int(looked_at[i]), unlimited)
        for i in range(numbers.size)
    ]


def likely_thresholds(family):
    """Thresholds that may be the best, for an array of numbers of checks: (thresholds, case, looked_at).

    `case` says which number of checks a threshold is for; `looked_at`, for each number, how many were tried. Nothing rests on these: what
    is missed here the proof finds.
    """
    n, looked_at = family.n, np.zeros(family.n.size, int)
    small, large = np.flatnonzero(n <= _ALL), np.flatnonzero(n > _ALL)
    thresholds = [np.arange(1, n[i] + 1) for i in small]
    case = [np.full(each.size, i) for each, i in zip(thresholds, small, strict=True)]
    looked_at[small] = n[small]
    if large.size:

        def gaps_at(rows, points):
            checks = np.repeat(large[rows], points.shape[1])
            gaps = family.at(checks).cheapest(points.ravel(), exact=False)["gap"].reshape(points.shape)
            return np.where(np.isnan(gaps), np.inf, gaps)

        numbers, rows, looked_at[large] = lowest_in_rows(gaps_at, _scan(family.at(large)), _NARROW)
        beside = np.clip(numbers[:, None] + _BESIDE, 1, n[large][rows][:, None])
        pairs = np.unique(np.column_stack([np.repeat(large[rows], _BESIDE.size), beside.ravel()]), axis=0)
        thresholds, case = [*thresholds, pairs[:, 1]], [*case, pairs[:, 0].astype(int)]
    return np.concatenate(thresholds), np.concatenate(case), looked_at


def _scan(family):
    """Thresholds to look at first, a row for each number of checks: everywhere, and where theory puts the best."""
    n, q = family.n[:, None], float(family.evidence.success(family.best.effort))
    expected = n * q - np.sqrt(n * q * (1 - q)) * _LENIENCY
    spread = 1 + (n - 1) * _EVERYWHERE
    return np.sort(np.clip(np.round(np.concatenate([spread, expected], axis=1)), 1, n), axis=1)


def _beyond(family, thresholds, case, chosen):
    """Thresholds that were not looked at beside the best one where a neighbour of it is not: (thresholds, case)."""
    new = [], []
    for i, one in enumerate(chosen):
        t, _ = _place(one)
        near = np.clip(t + _BESIDE, 1, family.n[i])
        near = near[~np.isin(near, thresholds[case == i])]
        if np.any(np.abs(near - t) == 1):
            new[0].append(near)
            new[1].append(np.full(near.size, i))
    return tuple(np.concatenate(part) for part in new) if new[0] else (np.empty(0), np.empty(0, int))


def _finished(family, chosen, proof, looked_at, unlimited):
    """What is open after the first look is looked at for each number of checks by itself; then the result with its proof."""
    problem, best = family.problem, family.best
    for limit in _LIMITS[1:]:
        if not proof.boxes.size:
            break
        doubtful = _doubtful_thresholds(proof)
        alone = replace(family, n=np.array([float(family.n)]))
        chosen = _better(alone, doubtful, np.zeros(doubtful.size, int), [chosen])[0]
        bounds = _bounds(alone, [chosen])
        proof = prove(bounds, proof, _goal(problem, best, chosen), limit, *_place(chosen))
    if unlimited and chosen.family != "flat":
        fails = float(family.tails(float(chosen.contract.threshold), chosen.effort)[1])
        if fails < _RARE:
            raise NoBestContract(_mirrlees(family))
        fine = f"solved without a floor: {chosen.contract.low:.4g} is paid with probability {fails:.2g}, and must be bearable"
        chosen = replace(chosen, message=fine)
    return _with_proof(chosen, proof, problem, best, looked_at + int(proof.tried[0]))


def _goal(problem, best, chosen):
    """The gap that no other contract may be below."""
    return chosen.gap - proof_tolerance(problem, best, chosen.gap) / 2


def _better(family, thresholds, case, known):
    """For each number of checks the best contract with one of these thresholds, put together, if it earns more than the known one.

    `case` says which number of checks a threshold is for.
    """
    keep = _worth_all_digits(family, thresholds, case, known)
    thresholds, case = thresholds[keep], case[keep]
    if not thresholds.size:
        return known
    options = family.at(case).cheapest(thresholds)
    gaps = np.where(np.isnan(options["gap"]), np.inf, options["gap"])
    found = []
    for i, one in enumerate(known):
        own = np.flatnonzero((case == i) & (gaps < one.gap))
        own = own[np.lexsort((options["log_bonus"][own], gaps[own]))[:_ATTEMPTS]]  # of equals the least bonus
        alone = replace(family, n=int(family.n[i]))
        tried = [(float(thresholds[k]), {name: float(x[k]) for name, x in options.items()}) for k in own]
        found.append(_first_kept(alone, tried, one))
    return found


def _worth_all_digits(family, thresholds, case, known):
    """Which thresholds to price to all digits: of more than a few the likely ones, by their first digits."""
    many = np.bincount(case, minlength=len(known)) > _FEW
    rough, bonus = np.full(thresholds.size, -np.inf), np.zeros(thresholds.size)
    some = np.flatnonzero(many[case])
    if some.size:
        options = family.at(case[some]).cheapest(thresholds[some], exact=False)
        rough[some], bonus[some] = options["gap"], options["log_bonus"]
    keep = []
    for i, one in enumerate(known):
        own = np.flatnonzero((case == i) & (rough < 1.01 * one.gap))
        keep.append(own[np.lexsort((bonus[own], rough[own]))[:_FEW]])
    return np.concatenate(keep)


def _first_kept(family, tried, known):
    """The first of these contracts (threshold, what `Thresholds.cheapest` says of it) that the agent keeps; else the known one."""
    for t, option in tried:
        if not option["gap"] < known.gap:
            break
        found = _put_together(family, t, option)
        tempts = found.certificate.deviation
        smooth = isinstance(family.problem.cost, PowerCost)
        if not found.converged and not smooth and tempts < found.effort - 1e-6:
            with np.errstate(all="ignore"):
                option = bridged(family, t, option, tempts)
            if option["gap"] < known.gap:
                found = _put_together(family, t, option)
        if found.converged:
            return found
    return known


def _place(chosen):
    """Threshold and effort of a bonus contract, NaN for flat pay."""
    return (np.nan, np.nan) if chosen.family == "flat" else (float(chosen.contract.threshold), chosen.effort)


def _bounds(family, chosen):
    """Bounds that know the efforts that tempt most: none, what costs nothing, and what tempts under the contract at hand."""
    others = []
    for one in chosen:
        deviation = one.certificate.deviation
        tempting = {0.0, family.problem.cost.free_effort} | ({deviation} if deviation > 0 else set())
        others.append(sorted(tempting))
    return GapBounds(family.problem, family.evidence, family.n, family.best, others)


def _doubtful_thresholds(proof):
    """Thresholds in the boxes with the lowest bounds that stayed open."""
    if not proof.boxes.size:
        return np.empty(0)
    lowest = np.argsort(proof.bounds)[:400]
    boxes = proof.boxes.take(lowest)
    middle = np.floor((boxes.first + boxes.last + boxes.lean * (boxes.high - boxes.low)) / 2)
    _, first = np.unique(middle, return_index=True)
    return middle[np.sort(first)[:8]]


def _with_proof(chosen, proof, problem, best, tried):
    """The result with what is proved of it: solved only if the bound is closed."""
    open_by = max(chosen.gap - float(proof.bound[0]), 0.0)
    closed = open_by <= proof_tolerance(problem, best, chosen.gap)
    message = chosen.message
    if not closed:
        message += f", but another threshold contract may earn up to {open_by:.2g} more: the proof stopped at {int(proof.tried[0]):,} boxes"
    return replace(
        chosen,
        converged=chosen.converged and closed,
        iterations=tried,
        message=message,
        suboptimality=open_by,
    )


def _put_together(family, t, option):
    problem, evidence, n = family.problem, family.evidence, family.n
    net = None if np.isnan(option["net"]) else float(option["net"])
    effort = float(option["effort"])
    priced = {k: float(v) for k, v in family.terms_and_gap(t, effort, option["log_bonus"], net).items()}
    low, bonus = priced["low"], priced["bonus"]
    at_floor = low <= problem.floor_utility + 1e-12
    low = problem.floor_utility if at_floor and np.isfinite(problem.floor_utility) else low
    wages = problem.utility.wage(np.array([low, low + bonus]))
    contract = Binary(int(t), float(wages[0]), float(wages[1]), n, evidence.counts)
    bridge = not np.isnan(option["shirk"])
    binding = [PARTICIPATION] * (priced["rent"] <= 1e-12) + [FLOOR] * at_floor
    binding += [NO_SHIRKING] * bridge + [EFFORT] * (effort < 1)
    part = step_part(evidence, n, t, bonus)
    deviation = float(option["shirk"]) if bridge else None
    own = float(net) if net is not None else None
    certificate = certify(
        problem, evidence, [part], effort, priced["rent"], search=STEP_SEARCH, payoff=own, deviation=deviation
    )
    converged = bool(certificate.gain_bound < 1e-9)
    message = "solved" if converged else "another effort gains; not taken"
    residual = (
        abs(family.tails(t, effort)[0] * bonus - problem.cost.cost(effort) - own) if own is not None else 0.0
    )
    return result(
        problem, family.best, family="binary", n=n, effort=effort, gap=priced["gap"], rent=priced["rent"],
        contract=contract, binding=binding, certificate=certificate, converged=converged, iterations=0,
        residual=float(residual), message=message,
    )  # fmt: skip


def _mirrlees(family):
    """Why there is nothing to return without a floor, with this problem's own numbers."""
    n, best = family.n, family.best
    effort = best.effort if best.effort > 0 else 0.5
    q = float(family.evidence.success(effort))
    spread = np.sqrt(n * q * (1 - q))
    likely = [np.clip(np.round(n * q - leniency * spread), 1, n) for leniency in (2, 4, 6)]
    lines, gaps = [], []
    with np.errstate(all="ignore"):
        for t in np.unique([1.0, *likely])[::-1]:
            priced = family.terms_and_gap(t, effort)
            if not np.isfinite(priced["bonus"]):
                lines.append(f"t = {t:.0f} would need a fine beyond all numbers")
                continue
            bonus, fail = float(priced["bonus"]), float(priced["fail"])
            utility = float(priced["mean"]) - bonus * (1 - fail)
            gaps.append(float(priced["gap"]))
            lines.append(f"t = {t:.0f} fines with probability {fail:.1e} down to utility {utility:.3g}")
    falls = len(gaps) > 1 and all(later < earlier for earlier, later in zip(gaps[:-1], gaps[1:], strict=True))
    trend = "lower thresholds earn more, by a larger and rarer punishment: " if falls else ""
    return (
        "binary pay without a floor has no best contract that could be kept: nothing limits the fine for a rare failure "
        f"(Mirrlees). At n = {n} and effort {effort:.3f} {trend}"
        + "; ".join(lines)
        + ". Give a floor: the lowest wage that may "
        "really be paid."
    )
