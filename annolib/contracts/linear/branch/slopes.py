"""The slopes that matter: too small ones give too little incentive, too large ones cost too much.

More than b_hi = (V(η₁) − f − profit to beat)/E(X/n − x)⁺ costs too much. Each left side of `cut_lines`, as a function of b, increases and is
concave up to where it is highest and falls beyond (Σ of P_k y_k u′(f + b y_k), y = (k/n − x)⁺, at two efforts has a ratio that falls in b: total
positivity), so it lies below its tangents, and a constraint i cannot hold below b + (right side − left side)/(∂ left side/∂b): `least_slope`.

The incentive is also a sum of terms that are all ≥ 0, n·Σ P(Y = k)(D_{k+1} − D_k) with Y ~ Binomial(n − 1, q): bounds of each term do not
cancel, and rule out slopes that are too small on large cells too: `least_for_incentive`. Cells without a slope in between hold no line.

References
----------
S. Karlin, Total Positivity (1968): variation diminution of the binomial family.
"""

from __future__ import annotations

import numpy as np

from annolib.agency.utilities import RiskNeutral
from annolib.contracts.linear.branch.cut_lines import LOCAL, PARTICIPATION
from annolib.contracts.linear.branch.laws import column, largest_product, smallest_product, total
from annolib.numerics.binomials import tails

_RAISES = 4  # of the slope; fewer are valid too


def least_for_incentive(lines, law, cells, b_hi, needed):
    """A slope below which the incentive is too small in all of the cell.

    It is n·Σ P(Y = k)·(D_{k+1} − D_k), Y ~ Binomial(n − 1, q), all terms ≥ 0, and at most b·E u′(f + b·(Y/n − x)⁺), over the counts from
    which the line rises or over all, where it falls with q. So a slope that is too small for what u′ is at a smaller one raises that.
    """
    q = column(lines.evidence.success(cells.effort_low))
    count = lines.n * law.share
    below = np.maximum((count - 1) / lines.n - column(cells.share_high), 0)
    rises = count > lines.n * column(cells.share_low)
    own, most = law.low * (law.share / q), np.where(rises, law.most * (law.share / q), 0.0)
    rest = np.maximum(1 - own.sum(axis=1), 0.0)
    first = lines.marginal(np.zeros(1))
    if not np.isfinite(
        first[0]
    ):  # a floor of 0, and u(b·w) = b^(1−γ)·u(w): steps of utility instead of its slope
        step = lines.n * (lines.rise(below + 1 / lines.n) - lines.rise(below))
        per = np.minimum(
            total(own, step) + rest * lines.n * lines.rise(np.array([1 / lines.n])), total(most, step)
        )
        slope = (needed / per) ** (1 / (1 - lines.problem.utility.aversion))
        return np.where(np.isnan(slope), 0.0, slope) * (1 - 1e-9)
    rest = rest * first
    slope = np.zeros(b_hi.shape)
    for _ in range(_RAISES):
        marginal = lines.marginal(column(slope) * below)
        per = np.minimum(total(own, marginal) + rest, total(most, marginal))
        slope = np.maximum(slope, np.where(per > 0, needed / per, np.inf))
        slope = np.minimum(np.where(np.isnan(slope), 0.0, slope), np.maximum(b_hi, 0.0))
    return slope * (1 - 1e-9)


def too_weak(lines, law, cells, b_hi, incentive):
    """Does even the steepest line that can be paid give too little utility, or too little incentive, everywhere in the cell?

    The expected utility rises with the effort and falls with the share, so it is largest in a corner.
    """
    rise = lines.rise(column(b_hi) * np.maximum(law.share - column(cells.share_low), 0))
    needed = lines.needed(cells.effort_low, incentive)
    weak = total(law.high, rise) < needed[PARTICIPATION:].max(axis=0)
    hit, miss = lines.evidence.success(cells.effort_low), lines.evidence.failure(cells.effort_low)
    score = lines.n * (law.share / column(hit) - (1 - law.share) / column(miss))
    return weak | (total(law.most, np.maximum(score, 0) * rise) < needed[LOCAL])


def too_rare(lines, cells, profit):
    """Is pay above the floor so rare that all the profit to beat leaves is too little utility, everywhere in the cell?

    Of a wage w̄ on average, paid on an event of probability p, utility gains at most p·(u(f + w̄/p) − u(f)), by concavity, which rises with p.
    """
    if isinstance(lines.problem.utility, RiskNeutral):
        return np.zeros(cells.size, bool)
    count = np.maximum(np.floor(lines.n * cells.share_low) + 1, 0.0)
    high, inside = cells.effort_high, (count >= 1) & (count <= lines.n)
    odds = tails(
        np.where(inside, count, 1.0), lines.n, lines.evidence.success(high), lines.evidence.failure(high)
    )[0]
    paid = lines.problem._value(high) - lines.floor - profit
    gain = odds * lines.rise(np.maximum(paid, 0.0) / np.maximum(odds, 1e-300))
    gain = np.where(odds > 1e-290, gain, 0.0)
    needed = lines.needed(cells.effort_low, 0.0 * paid)[PARTICIPATION:].max(axis=0)
    return inside & (gain < needed * (1 - 1e-9))


def least_slope(lines, law, place, b, level, cells):
    """A slope below which one of the constraints fails in all of the cell: tangents of the left sides, at their highest.

    `place` knows the ranges of (k/n − x)⁺ and of the score in the cell; `b` is where the tangents touch.
    """
    slope, y_least, y_most = column(b), place.y_least, place.y_most
    scores = place.score_low, place.score_high
    rise_high = lines.rise(slope * y_most)
    rises = lines.rise(slope * y_least) - column(level), rise_high - column(level)
    low = np.where(y_least > 0, lines.marginal(slope * y_most) * y_least, 0.0)
    high = np.minimum(lines.marginal(slope * y_least) * y_most, rise_high / slope)
    high = np.where(y_most > 0, high, 0.0)
    worth_low = smallest_product(law.least, law.most, *rises)
    worth_high = largest_product(law.least, law.most, *rises)
    b_low, b_high = law.least * low, law.most * high
    own, own_low, own_high = worth_high.sum(axis=1), b_low.sum(axis=1), b_high.sum(axis=1)
    own = np.minimum(
        own + level, total(law.high, rise_high)
    )  # what is paid rises with effort and falls with the share
    left = [largest_product(*scores, worth_low, worth_high).sum(axis=1), own]
    least = [smallest_product(*scores, b_low, b_high).sum(axis=1), own_low]
    most = [largest_product(*scores, b_low, b_high).sum(axis=1), own_high]
    for p in law.others:
        left.append(own - total(p, rises[0] + column(level)))
        least.append(own_low - total(p, high))
        most.append(own_high - total(p, low))
    effort, incentives = cells.effort_low, lines.needed_incentives(cells.effort_low, cells.effort_high)
    short = lines.needed(effort, incentives[0]) - np.stack(left)
    found = b + short / np.where(short < 0, np.stack(least), np.stack(most))
    found = np.where((np.stack(least) > 0) & np.isfinite(found), found, 0.0)
    return np.maximum(found.max(axis=0), 0.0)
