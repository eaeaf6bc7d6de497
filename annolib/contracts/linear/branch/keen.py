"""Cells in which every line that pays enough makes the agent work more than asked: they hold no line for their efforts.

The incentive of a line, as a function of its slope b, rises and then falls (`slopes`), so between two slopes it is at least as large as at one
of them. `too_keen` shows at the corners of a cell that lines with less incentive than asked pay or deter too little; `keen_from` finds the
slope from which the incentive is too large throughout.

**Why one hump: signs do not multiply.** Let d_k change sign no more than m times in k. With t = q/(1 − q)

    E d(X) = (1 − q)ⁿ·Σ C(n, k)·d_k·tᵏ,

a polynomial in t > 0, which has no more roots than its coefficients have changes of sign (Descartes), so that E d(X) changes sign at most m times as q rises, and
in the order of d if it does so m times. As a function of b the incentive has the slope Σ P_k s_k y_k·u′(f + b·y_k), whose weights change sign once, from − to +, with the
score s_k. For u′ = e^(−aw) that is a sum of c_k·e^(−λ_k·b) with rising λ_k: once multiplied by e^(λb), λ at the change of sign, it falls or is 0 throughout, term by term, and so it changes sign at most
once, from + to −. For u′(w) = w^(−γ) = ∫ e^(−sw)·s^(γ−1) ds/Γ(γ) put x = f/b: the sum is b^(−γ)·∫ g(s)·e^(−sx)·s^(γ−1) ds/Γ(γ) with
g(s) = Σ c_k e^(−s·y_k), which changes sign at most once, at s₀ say, from + to −; then e^(s₀x)·∫ g·e^(−sx)… rises with x, and falls with b.

References
----------
S. Karlin, Total Positivity (1968): the same for many families, as variation diminution.
"""

from __future__ import annotations

import numpy as np

from annolib.agency.utilities import CARA, CRRA, RiskNeutral
from annolib.contracts.linear.branch.cut_lines import PARTICIPATION
from annolib.contracts.linear.branch.laws import column, total
from annolib.numerics.binomials import log_pmf

_NEWTON = 3  # steps to a slope; any slope gives a valid test
_BELOW = 1e-6  # of a slope: by so much less a constraint fails beyond rounding
_DIGITS = 1e-12  # of the terms of a sum: their rounding is below that
_HALVINGS = 5  # of the slopes that are left; fewer are valid too


def too_keen(lines, law, cells, b_hi, incentive):
    """Does every line of the cell that the agent accepts, and that keeps him from shirking, make him work more than asked?

    Let b̄ be a slope with (1) an incentive of more than c′/q′ all over the cell, as b_hi has: so it is between the two, one hump in b; and
    (2) too little utility, or too much temptation, at the corner (η₁, x₀). That corner is the best for it: at b̄ the agent would
    rather work more, so his payoff rises with η; and it falls with x and rises with b. Then no slope up to b̄ will do, and none above.

    The incentive is least at a corner: in q it has one hump, as E u(w) is convex, then concave; in x see `least_in_share`. What keeps
    from an effort e, E_η D − E_e D, rises with b where E_η(y·u′) ≥ E_e(y·u′); with x it rises by no more than b·(E_e(u′; y > 0) − E_η(u′; y > 0)).
    Both are bounded over the cell; the terms at η have one hump in q, so that they are least at an end.

    Where lines that leave the floor later are never better for the agent nor against shirking (`later_is_worse`), (1) and (2) at x₀ are enough.
    """
    above, past = (np.maximum(law.share - column(x), 0) for x in (cells.share_low, cells.share_high))
    needed = lines.needed(cells.effort_high, incentive)[PARTICIPATION:]
    at_once = later_is_worse(lines, cells)
    slope, spare = np.minimum(cells.slope, b_hi), 0.0
    for step in range(_NEWTON + 2):  # tangents of concave functions: from below
        rise, marginal = lines.rise(column(slope) * above), lines.marginal(column(slope) * above)
        own, own_b = total(law.high, rise), total(law.high, marginal * above)
        left = np.stack([own] + [own - total(p, rise) for p in law.others])
        left_b = np.stack([own_b] + [own_b - total(p, marginal * above) for p in law.others])
        if step > _NEWTON:
            break
        if step == _NEWTON and not at_once.all():
            spare = np.where(at_once, 0.0, rise_with_share(lines, law, cells, slope, above, past, marginal))
        wanted = np.where(left_b > 1e-9 * own_b, slope + (needed - 1.1 * spare - left) / left_b, -np.inf)
        slope = np.clip(wanted.max(axis=0) * (1 - _BELOW), slope / 4, np.minimum(4 * slope, b_hi))
    if not at_once.all():
        spare = np.where(at_once, 0.0, rise_with_share(lines, law, cells, slope, above, past, marginal))
    short = left + spare < needed - _DIGITS * total(law.high, np.abs(rise))
    worth = marginal * above, lines.marginal(column(slope) * past) * past
    least_worth, most_worth = np.minimum(*worth), lines.marginal(column(slope) * past) * above
    least_worth, most_worth = (np.where(column(at_once), worth[0], x) for x in (least_worth, most_worth))
    worth = np.minimum(total(law.low, least_worth), total(law.high, least_worth))
    short[1:] &= np.stack([worth >= total(p, most_worth) for p in law.others])
    found = short.any(axis=0)
    past = np.where(column(at_once), above, past)
    for b in (slope, b_hi):
        if found.any():
            found[found] = incentive_exceeds(
                lines,
                law.take(found),
                cells.take(found),
                b[found],
                above[found],
                past[found],
                incentive[found],
                at_once[found],
            )
    return found


def later_is_worse(lines, cells):
    """Is it known that of two lines for one effort the one that leaves the floor later is no better for the agent, nor against shirking?

    Follow the lines with the incentive c′/q′ at η as x rises, b(x), from the smallest such slope at x₀ ≥ 0: there ∂incentive/∂b > 0. Per unit of x
    utility falls by Γ_k = u′(w_k)·(b − (k/n − x)·b′) above the floor, 0 on it. The incentive stays, so h(q) = E Γ has h′(q(η)) = 0.

    - b′ ≤ 0: Γ ≥ 0. It jumps up at x and then, for CARA, log and risk-neutral agents, rises and falls at most once. So does h, as the binomial family
      diminishes variation: h is largest at q(η).
    - b′ > 0: Γ falls from its jump, through 0 at some t, and can rise again only where it is negative. With s the score,
      ∂incentive/∂b > 0 and E s·(k/n − q)·u′ > 0 put t above q, so (s − s_t)·Γ ≤ 0 and E sΓ = 0 give h(q(η)) ≥ 0: q(η) is the first place with
      h′ = 0, for at the second one h is no more than h(1) < 0. Again h is largest at q(η), of all q below.

    So participation, −h(q(η)) per unit of x, and what keeps from any lower effort, −(h(q(η)) − h(q)), fall along b(x). Where the incentive at x₀ is more
    than c′/q′ for b = b̄ and for b = b_hi, so for all between, b(x₀) < b̄, where both are too small already. And every line of the cell is
    on that curve: its incentive at slope b has one hump in x (CARA, `least_in_share`), is c′/q′ at it and no less at x₀, so it falls there, which
    with ∂incentive/∂b ≤ 0 it cannot. For log utility the incentive rises with b throughout, and for a risk-neutral agent too.

    For other powers Γ may rise, fall and rise above 0, and nothing is claimed.
    """
    utility = lines.problem.utility
    known = isinstance(utility, (CARA, RiskNeutral)) or (isinstance(utility, CRRA) and utility.aversion == 1)
    return (cells.share_low >= 0) & known


def rise_with_share(lines, law, cells, slope, above, past, marginal):
    """How much the left sides of participation and of the deviations rise from x₀ to any other share of the cell, at most."""
    lost = np.where(past > 0, marginal, 0.0)
    least = np.minimum(total(law.low, lost), total(law.high, lost))
    most = np.where(above > 0, lines.marginal(column(slope) * past), 0.0)
    width = slope * (cells.share_high - cells.share_low)
    none = np.zeros(slope.shape)
    return np.stack([none] + [width * np.maximum(total(p, most) - least, 0) for p in law.others])


def incentive_exceeds(lines, law, cells, slope, above, past, incentive, at_low_share=False):
    """Is the incentive of lines with this slope more than that, everywhere in the cell, or, where so said, at its lowest share?"""
    least, noise = [], 0.0
    for y in (above, past):
        rise = lines.rise(column(slope) * y)
        for effort, p in ((cells.effort_low, law.low), (cells.effort_high, law.high)):
            q, r = column(lines.evidence.success(effort)), column(lines.evidence.failure(effort))
            score = lines.n * (law.share / q - (1 - law.share) / r)
            terms = np.where(p > 0, p * score, 0.0) * rise
            least.append(terms.sum(axis=1))
            noise = np.maximum(noise, _DIGITS * np.abs(terms).sum(axis=1))
    at_low, at_high = np.minimum(*least[:2]), np.minimum(*least[2:])
    least = np.where(at_low_share, at_low, least_in_share(lines, law, cells, slope, past, at_low, at_high))
    return least > incentive + noise


def least_in_share(lines, law, cells, slope, past, at_low, at_high):
    """The least incentive over the shares of a cell, from that at both ends.

    With Z = (Y + U)/n, Y ~ Binomial(n − 1, q), U uniform, it is b·E(u′(f + b(Z − x)); Z > x). The density of Z rises, then falls; for
    u′ = e^(−aw) the kernel is log-concave, so that as a function of x it has one hump (variation diminution). For other utilities its
    derivative lies between −b·u′(f)·(density of Z at x) and b²·E(|u″|; Z > x), and it lies above a line from either end.
    """
    if isinstance(lines.problem.utility, (CARA, RiskNeutral)):
        return np.minimum(at_low, at_high)
    n, width = lines.n, cells.share_high - cells.share_low
    q = column(lines.evidence.success(cells.effort_low))
    before = np.maximum(past - 1 / n, 0)
    wage = column(slope) * before
    bend = lines.marginal(wage) * lines.aversion(wage)[0]
    up = slope**2 * total(law.most, np.where(past + column(width) > 0, bend * law.share / q, 0.0))
    down = slope * lines.marginal(np.zeros(1)) * density(lines, cells)
    meet = (at_low * up + at_high * down - up * down * width) / (up + down)
    return np.minimum(np.minimum(at_low, at_high), meet)


def density(lines, cells):
    """The largest density of (Y + U)/n, Y ~ Binomial(n − 1, q), over the cell: n·P(Y = j), j = ⌊nx⌋.

    P(Y = j) rises in j up to the count below the least mean and falls from the count above the largest. In between it is largest at
    q = j/(n − 1), and that value has no peak inside: the counts next to both means are enough.
    """
    n, m = lines.n, max(lines.n - 1, 1)
    means = np.stack([m * lines.evidence.success(e) for e in (cells.effort_low, cells.effort_high)])
    first, last = (np.clip(np.floor(n * x), 0, m) for x in (cells.share_low, cells.share_high))
    counts = np.clip(np.concatenate([np.floor(means), np.ceil(means)]), first, last)
    q = np.clip(counts, *means) / m
    return n * np.exp(log_pmf(counts, m, q, 1 - q)).max(axis=0) * (1 + 1e-9)


def keen_from(lines, law, cells, slopes, incentive):
    """The slope from which the agent would work more at every one up to the largest (0: at all of them), else that.

    The incentive has one hump in b: between two slopes it is at least as large as at one of them. Of its terms
    n·P(Y = j − 1)·(D_j − D_{j−1}) = P_j·(j/q)·(D_j − D_{j−1}) each has a least value in the cell; a step is at least u′(w_j)·(w_j − w_{j−1}).
    """
    n, ev = lines.n, lines.evidence
    low, high = ev.success(cells.effort_low), ev.success(cells.effort_high)
    chance = law.least * (law.share / column(high))
    above = np.maximum(law.share - column(cells.share_low), 0)
    if lines.every_count:
        past = np.maximum(law.share - column(cells.share_high), 0)

        def keen(b):  # a step is least where the line leaves the floor first, or only in part of it
            rise = lines.rise(column(b) * above)
            step = np.minimum(np.diff(rise, axis=1, prepend=0.0), lines.rise(column(b) * past))
            return n * total(chance, step) > incentive
    else:  # blocks are summed as if all steps were whole: that of the first count may be shorter
        own = chance * (law.share >= column(cells.share_high))
        clear = np.clip(np.ceil(n * cells.share_high), 0, n)
        at, first = np.clip(clear / n, low, high), np.maximum(clear / n - cells.share_low, 0)
        part = np.exp(log_pmf(clear, n, at, 1 - at)) * clear / (n * low)
        missing = np.where(clear > 0, part * (1 - np.minimum(clear - n * cells.share_high, 1.0)), 0.0)

        def keen(b):
            least = total(own, lines.marginal(column(b) * above)) - missing * lines.marginal(b * first)
            return b * least > incentive

    low, high = slopes
    some = keen(high) & (cells.effort_low < cells.effort_high)
    at_once = some & keen(low)
    top = high
    for _ in range(_HALVINGS if some.any() else 0):
        middle = (low + top) / 2
        more = keen(middle)
        low, top = np.where(more, low, middle), np.where(more, middle, top)
    return np.where(at_once, 0.0, np.where(some, top, high))
