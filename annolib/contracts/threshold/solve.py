"""The best threshold and effort, put together."""

from __future__ import annotations

import numpy as np

from annolib.agency.utilities import RiskNeutral
from annolib.contracts.forms import Binary
from annolib.contracts.incentives.certificates import STEP_SEARCH, certify, flat_best, result
from annolib.contracts.incentives.parts import step_part
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.contracts.threshold.family import Thresholds
from annolib.numerics.minimise import lowest_gap

_ALL = 47  # up to here every threshold is tried


def binary_best(problem, evidence, n, best):
    """The best of: a low wage, or a high one from t passes on.

    All thresholds up to n = 47; beyond, a coarse look at all of them, a finer one where theory puts the optimum, then closing in on
    the basins (tests compare with all thresholds and dense grids of efforts).
    """
    family = Thresholds(problem, evidence, n, best)
    if not np.isfinite(problem.floor_utility) and not isinstance(problem.utility, RiskNeutral):
        raise NoBestContract(_mirrlees(family))
    if n <= _ALL:
        candidates, tried = np.arange(1.0, n + 1), n
    else:
        threshold, _, points, _ = lowest_gap(
            lambda t: family.cheapest(t, exact=False)["gap"],
            n / 2,
            lambda t: 0.0,
            _scan(evidence, n, best),
            whole=True,
        )
        tried = points.size
        candidates = np.clip(threshold + np.arange(-2.0, 3.0), 1, n)
    if candidates.size > 5:
        rough = family.cheapest(candidates, exact=False)["gap"]
        candidates = np.sort(candidates[np.argsort(rough)[:5]])
    solved = family.cheapest(candidates)
    solved["gap"] = np.where(np.isnan(solved["gap"]), np.inf, solved["gap"])
    i = int(np.argmin(solved["gap"]))
    flat = flat_best(problem, evidence, n, best, "no bonus is worth paying at this n: flat pay, no effort")
    if not solved["gap"][i] < flat.gap:
        return flat
    return _put_together(
        family, float(candidates[i]), {name: value[i] for name, value in solved.items()}, tried
    )


def _scan(evidence, n, best):
    """Thresholds to look at first."""
    q = float(evidence.hit(best.effort))
    expected = n * q - np.sqrt(n * q * (1 - q)) * np.linspace(-2, 12, 29)
    return np.unique(np.clip(np.round(np.concatenate([np.linspace(1, n, 32), expected])), 1, n))


def _put_together(family, t, option, tried):
    problem, evidence, n = family.problem, family.evidence, family.n
    net = None if np.isnan(option["net"]) else float(option["net"])
    effort = float(option["effort"])
    priced = {k: float(v) for k, v in family.price(t, effort, option["log_bonus"], net).items()}
    low, bonus = priced["low"], priced["bonus"]
    at_floor = low <= problem.floor_utility + 1e-12
    low = problem.floor_utility if at_floor and np.isfinite(problem.floor_utility) else low
    wages = problem.utility.wage(np.array([low, low + bonus]))
    contract = Binary(int(t), float(wages[0]), float(wages[1]), n, evidence.counts)
    bridge = not np.isnan(option["shirk"])
    binding = [PARTICIPATION] * (priced["rent"] <= 1e-12) + [FLOOR] * at_floor
    binding += [NO_SHIRKING] * bridge + [EFFORT] * (effort < 1)
    part = step_part(evidence, n, t, bonus)
    shirk = float(option["shirk"]) if bridge else None
    own = float(net) if net is not None else None
    certificate = certify(problem, evidence, [part], effort, priced["rent"], STEP_SEARCH, own, shirk=shirk)
    converged = bool(certificate.gain_bound < 1e-9)
    message = (
        "solved" if converged else "an effort found by the certificate beats the one asked for; do not use"
    )
    residual = (
        abs(family.odds(t, effort)[0] * bonus - problem.cost.cost(effort) - own) if own is not None else 0.0
    )
    return result(
        "binary", n, problem, family.best, effort, priced["gap"], priced["rent"], contract, binding, certificate,
        converged, tried, float(residual), message,
    )  # fmt: skip


def _mirrlees(family):
    """Why there is nothing to return without a floor, with this problem's own numbers."""
    n, best = family.n, family.best
    q = float(family.evidence.hit(best.effort))
    spread = np.sqrt(n * q * (1 - q))
    lines = []
    with np.errstate(all="ignore"):
        for leniency in (2, 4, 6):
            t = float(np.clip(np.round(n * q - leniency * spread), 1, n))
            priced = family.price(t, best.effort)
            bonus, fail = float(priced["bonus"]), float(priced["fail"])
            utility = float(priced["mean"]) - bonus * (1 - fail)
            lines.append(f"t = {t:.0f} fines with probability {fail:.1e} down to utility {utility:.3g}")
    return (
        "binary pay without a floor has no sensible best contract: far below the expected passes, every lower threshold "
        "earns more, by a larger and rarer punishment, down to one that nobody could be made to pay (Mirrlees). On the "
        f"way there, at n = {n} and effort {best.effort:.3f}: "
        + "; ".join(lines)
        + ". Give a floor: the lowest wage "
        "that may really be paid."
    )
