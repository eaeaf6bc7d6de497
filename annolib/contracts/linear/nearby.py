"""The best line near a promising one, by closing in on the share of passes at which it leaves the floor.

For a given effort the local incentive and the share fix the line (at full effort and at a kink of the cost, where the incentive may be more than c′: the least slope that meets every constraint does). The share is
found by looking at a few at a time, lines that the agent refuses or deviates from left out; the effort by `lowest_gap`.
"""

from __future__ import annotations

import numpy as np

from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.branch.taylor import least_slopes
from annolib.contracts.linear.equations import LineBatch
from annolib.numerics.minimise import lowest_gap

_AROUND = np.array([-0.03, -0.01, -0.003, -0.001, 0.0, 0.001, 0.003, 0.01, 0.03])
_SHARES = np.linspace(-1, 1, 13)  # that are looked at in one round, in units of the width left
_ROUNDS = 18  # each narrows the width to a fifth: 0.2¹⁸ is below rounding
_SOLVES = 8  # rounds of three Newton steps for the least slope
_LOOKS = 61  # shares at which a line for a kink of the cost is tried


def best_nearby(family, effort, share, slope, deviations, scan=None):
    """The best line with an effort and a share near these; None if none holds.

    Parameters
    ----------
    family : Lines
    effort, share, slope : float
        A line floor + slope·(X/n − share)⁺ and the effort it is to buy.
    deviations : tuple of float
        Efforts the agent must not prefer.
    scan : array, optional
        Efforts to look at first.

    Returns
    -------
    LineBatch of one line, or None.
    """
    lines = CutLines(family.problem, family.evidence, family.n, deviations)
    found = [None, share, slope]

    def gaps_at(efforts):
        batch = _at(family, lines, efforts, found[1], found[2], deviations)
        i = int(np.argmin(batch.gap))
        if np.isfinite(batch.gap[i]) and (found[0] is None or batch.gap[i] < found[0].gap):
            line = batch.take(i)
            q = float(family.evidence.success(line.effort))
            found[:] = [line, q + (lines.floor - float(line.centre)) / float(line.slope), float(line.slope)]
        return batch.gap

    scan = effort + _AROUND if scan is None else scan
    lowest_gap(
        gaps_at,
        family.best.effort,
        lambda x: float(family.problem.loss(x, family.best)),
        scan,
        family.ceiling,
    )
    return found[0]


def kink_lines(family):
    """For each kink of the cost that may be worth it a line that buys it, (effort, share, slope), by a look at many shares.

    A line that the agent refuses or deviates from is none; without a floor of CARA and risk-neutral agents see `uncut`.
    """
    problem, n = family.problem, family.n
    top = (n - 1) / n if problem.floor is not None else 0.0
    shares = np.unique(
        np.clip(np.concatenate([-np.geomspace(0.01, 1000, 40), np.linspace(0, 1, _LOOKS)]), None, top)
    )
    found = []
    for kink in problem.cost.kinks:
        if kink <= problem.cost.free_effort:
            continue
        deviations = (0.0, 0.5 * kink)
        lines = CutLines(problem, family.evidence, n, deviations)
        start = lines.needed_incentive(kink) / lines.marginal(0.1)
        starts = {}  # share: the line there; both guesses of the slope mostly end at the same one
        for scale in (0.1, 1.0):
            many = _lines(
                family, lines, np.full(shares.size, kink), shares, np.full(shares.size, scale * start)
            )
            many = family.kept_incentive_compatible(many, deviations)
            i = int(np.argmin(many.gap))
            if np.isfinite(many.gap[i]) and (i not in starts or many.gap[i] < starts[i][0]):
                starts[i] = float(many.gap[i]), float(many.slope[i])
        found += [(kink, float(shares[i]), slope) for i, (_, slope) in starts.items()]
    return found


def _at(family, lines, efforts, share, slope, deviations):
    """The cheapest line near a share for each effort."""
    efforts, n = np.asarray(efforts, dtype=float), family.n
    q = family.evidence.success(efforts)
    spread = np.sqrt(np.maximum(q * (1 - q), 1 / n) / n)
    top = (n - 1) / n if family.problem.floor is not None else 0.0
    centre, width = np.full(efforts.shape, min(share, top)), np.maximum(spread, 0.1 * abs(share))
    slopes, best = np.full(efforts.shape, slope), LineBatch.none(efforts)
    rows = np.arange(efforts.size)
    for _ in range(_ROUNDS):
        shares = np.minimum(centre[:, None] + width[:, None] * _SHARES, top)
        many = _lines(
            family, lines, np.repeat(efforts, _SHARES.size), shares.ravel(), np.repeat(slopes, _SHARES.size)
        )
        many = family.kept_incentive_compatible(many, deviations)
        gaps = many.gap.reshape(shares.shape)
        pick = np.argmin(gaps, axis=1)
        chosen = many.take(rows * _SHARES.size + pick)
        best = best.better(chosen)
        known = np.isfinite(best.gap)
        here = np.isfinite(gaps[rows, pick])
        centre = np.where(here, shares[rows, pick], centre)
        slopes = np.where(known, best.slope, slopes)
        width = width * np.where(here | known, 0.2, 0.6)
    return best


def _lines(family, lines, efforts, shares, slopes):
    """Lines that leave the floor at these shares and keep the local incentive."""
    n, full = family.n, np.isin(efforts, (*family.problem.cost.kinks, 1.0))
    q = family.evidence.success(efforts)
    start = lines.floor + slopes * (q - shares), slopes
    found = family.solve(efforts, ("local", 0.0), ("knot", n * shares), start)
    if not full.any():
        return found
    cells = Cells(*(a[full] for a in (efforts, efforts, shares, shares, slopes)))
    slopes = least_slopes(lines, cells, _SOLVES)
    centre = lines.floor + slopes * (q[full] - shares[full])
    part = family.described(efforts[full], centre, slopes)
    return LineBatch(
        **{name: _put(value, full, part.__dict__[name]) for name, value in found.__dict__.items()}
    )


def _put(whole, where, part):
    out = np.array(whole)
    out[where] = part
    return out
