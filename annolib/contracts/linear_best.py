"""The best line and effort, put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annolib.binomials import ALL
from annolib.contracts.assemble import CURVE_SEARCH, certify, curve_part, flat_best, result
from annolib.contracts.efforts import SCAN, best_effort
from annolib.contracts.forms import Linear
from annolib.contracts.lines import Lines
from annolib.contracts.results import EFFORT, FLOOR, NO_SHIRKING, PARTICIPATION

_FEW = 200  # up to here a coarse grid of lines shows where to look


def linear_best(problem, evidence, n, best):
    """The best of: base + slope·X/n, cut at the floor if there is one."""
    flat = flat_best(problem, evidence, n, best, "no line is worth paying at this n: flat pay, no effort")
    family = Lines(problem, evidence, n, best, flat.gap)

    seed = None
    if n <= _FEW and problem.floor is not None or np.isfinite(problem.utility.lowest_wage):
        with np.errstate(all="ignore"):
            seed = family.seed() if n <= ALL else None
        family = family if seed is None else replace(family, hint=seed[1:])
    effort, gap, tried = _search(family, best, seed, full=False)
    if gap < 1e299:
        with np.errstate(all="ignore"):
            checked = family.implement(effort)
        if checked is None or checked.gap > gap * (1 + 1e-9):
            known = np.inf if checked is None else checked.gap
            family = replace(family, ceiling=min(flat.gap, known * (1 + 1e-9)))
            effort, gap, more = _search(family, best, seed, full=True)
            tried += more
    if not gap < flat.gap:
        return flat
    with np.errstate(all="ignore"):
        line = family.implement(effort)
        q = float(evidence.hit(effort))
        contract = Linear(line.centre - line.slope * q, line.slope, problem.floor, n, evidence.counts)
        kink = family.kink(effort, line.centre, line.slope)
        kink = kink if 0 < kink < n else np.nan
        certificate = certify(
            problem, evidence, [curve_part(evidence, n, family.utility_at(line), kink)], effort, line.rent,
            CURVE_SEARCH, left_out=line.left_out, shirk=family.worst(line)[1],
        )  # fmt: skip
    binding = [PARTICIPATION] * (line.rent <= 1e-12) + [NO_SHIRKING] * (line.binding == "shirking") + [EFFORT]
    binding += [FLOOR] * (not np.isnan(kink))
    converged = bool(certificate.gain_bound < 1e-9)
    message = "solved" if converged else "solved, but the certificate bounds deviations only this far"
    return result(
        "linear", n, problem, best, effort, line.gap, line.rent, contract, binding, certificate,
        converged, tried, line.residual, message,
    )  # fmt: skip


def _search(family, best, seed, full):
    """Over efforts; against shirking to 0 only, or (full) against every deviation at every effort."""

    def gap_at(effort):
        with np.errstate(all="ignore"):
            line = family.implement(effort, search=full)
        return 1e300 if line is None or not np.isfinite(line.gap) else line.gap

    near = [] if seed is None else np.clip(seed[0] + np.linspace(-0.03, 0.03, 5), 1e-4, 1)
    return best_effort(gap_at, best.effort, np.concatenate([SCAN, near]))
