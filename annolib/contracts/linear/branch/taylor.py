"""Upper bounds of profit over a cell: the Lagrangian by Taylor's formula at its centre.

Give each constraint of `cut_lines` a price κ (no sign for the local one at η < 1, else κ ≥ 0). Whatever the prices, the profit of a line that
meets the constraints is at most the Lagrangian

    Λ(η, x, b) = V(η) − f − b·E(X/n − x)⁺ + Σ κ_i·(left side_i − right side_i).

The prices (`cut_lines.level_prices`) make Λ as level as can be at the centre of the cell, and Λ is bounded over the cell by Taylor's formula: value, gradient and
second derivatives at the centre, and for the third derivatives a bound of every term of the sums. So the bound is above the best profit in the
cell by no more than a constant times the square of the cell's size, and by less where prices exist that make Λ level: at the best line of all.
V and −c are concave: they lie below their tangents. Counts at which the line leaves the floor inside the cell have no derivative; their terms are
bounded by their largest values. q has no third derivative in the effort: it rises like η or η² at every monitor.

The slope of c′/q′ lies between bounds that hold in all of the cell (`cut_lines.incentive_bends`), or c′/q′ itself does.

Up to what the bound holds: rounding; and, for more than `cut_lines.EVERY` checks, counts inside a cell, whose largest values are summed by a Gauss rule over the counts.

References
----------
A. Neumaier, Interval Methods for Systems of Equations (1990): centred forms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from annolib.contracts.linear.branch.cells import CellBounds
from annolib.contracts.linear.branch.cut_lines import LOCAL, PARTICIPATION, level_prices
from annolib.contracts.linear.branch.differences import Changes, changes
from annolib.contracts.linear.branch.keen import keen_from
from annolib.contracts.linear.branch.laws import (
    column,
    largest_product,
    nodes,
    product_range,
    smallest_product,
    total,
)
from annolib.contracts.linear.branch.slopes import least_slope

_ROUGH = 0.5  # a change of wage by so much of its risk tolerance is beyond Taylor's formula
_NEWTON = 3  # steps to the line at the centre; any line there gives a bound
_TINY = (
    1e-6  # of what a slope adds to utility: what it adds to the incentive is at least that, for the prices
)
_CORNER, _SMALL = 5.0, 1e-3
_NEVER = 42.0  # −log of a chance below rounding: e⁻⁴² = 6e-19
_KEENER = 1e-6  # of the incentive: with so much more of it the agent works more than asked


@dataclass(frozen=True, eq=False)
class Place:
    """The centre of each cell, the distances to its sides, and what is known there of the effort; arrays (cells,), (cells, 1) or (cells, nodes)."""

    effort: np.ndarray
    share: np.ndarray
    d_effort: np.ndarray
    d_share: np.ndarray
    q: np.ndarray
    r: np.ndarray
    passes: np.ndarray
    fails: np.ndarray
    score: np.ndarray  # P′/P in q, at the centre and its range in the cell
    score_low: np.ndarray
    score_high: np.ndarray
    second: np.ndarray  # P″/P
    y_least: np.ndarray  # (k/n − x)⁺ in the cell
    y_most: np.ndarray
    clear: np.ndarray  # counts above the floor in all of the cell, but for a side of it
    incentive: (
        np.ndarray
    )  # c′/q′ at the centre, its slope there, and the least and the largest in the cell of either
    incentive_slope: np.ndarray
    incentives: tuple
    incentive_slopes: tuple


@dataclass(frozen=True, eq=False)
class _Line:
    """The line at the centre of each cell."""

    slope: np.ndarray
    y: np.ndarray
    rise: np.ndarray
    marginal: np.ndarray
    above: np.ndarray
    pay: np.ndarray  # E (X/n − x)⁺
    left: np.ndarray  # left sides of the constraints, their derivatives in b, and where those are positive
    left_b: np.ndarray
    useful: np.ndarray  # constraints that a steeper line meets better


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices of the constraints, (constraints, cells), and what goes with them."""

    shares: np.ndarray
    price: np.ndarray
    local: np.ndarray  # the price of the local constraint, and the sum of the others
    rest: np.ndarray
    others: np.ndarray  # Σ κ_e P_k(e), (cells, nodes)
    base: np.ndarray  # profit of the line at the centre
    alone: np.ndarray  # profit at the centre if one constraint were all there is, (constraints, cells)
    by_effort: (
        np.ndarray
    )  # slopes of left minus right sides in the effort and in the share, (constraints, cells)
    by_share: np.ndarray


@dataclass(frozen=True, eq=False)
class SlopeRange:
    """The slopes that matter in each cell, and what they mean for wages, (cells, nodes)."""

    low: np.ndarray
    high: np.ndarray
    up: np.ndarray  # from the slope at the centre
    down: np.ndarray
    d_slope: np.ndarray
    wage_least: np.ndarray
    rise_least: np.ndarray
    rise_most: np.ndarray
    averse: np.ndarray
    curved: np.ndarray
    move: np.ndarray  # of a wage, in all of the cell
    both: np.ndarray
    smooth: np.ndarray  # counts above the floor in all of the cell, by steps that Taylor's formula bears
    at_floor: np.ndarray


@dataclass(frozen=True, eq=False)
class Derivatives:
    """First and second derivatives in (q, x, b) of the sums over the counts in Λ, arrays (cells,)."""

    q: np.ndarray
    x: np.ndarray
    b: np.ndarray
    qq: np.ndarray
    qx: np.ndarray
    qb: np.ndarray
    xx: np.ndarray
    xb: np.ndarray
    bb: np.ndarray


@dataclass(frozen=True, eq=False)
class Sizes:
    """Bounds in the cell, for each count: of |P|'s and of its score's derivatives along the cell, and of utility's; arrays (cells, nodes)."""

    f: tuple  # P′, P″, P‴ over P, times the way
    g: tuple  # P″, P‴, P⁗ over P, likewise; `score` is |P′/P|
    score: np.ndarray
    u: tuple  # utility and its first three derivatives
    d_q: np.ndarray  # the way in q, and what its bend adds, (cells,)
    d_qq: np.ndarray
    changes: Changes


def taylor_bounds(lines, cells, law, slopes, profit):
    """Bounds of what lines of these cells earn whose slope lies in a range.

    Parameters
    ----------
    lines : CutLines
    cells : Cells
    law : Laws
        Of these cells.
    slopes : tuple of array
        No slope below the first or above the second is worth looking at.
    profit : float
        The profit to beat.

    Returns
    -------
    CellBounds
    """
    place = place_of(lines, cells, law)
    needed = lines.needed(place.effort, place.incentive)
    at = line_at(lines, law, place, cells.slope, needed, slopes[1])
    # every count that ever happens is a node: utility is measured from its mean, which keeps digits
    whole = (
        (cells.share_high <= 0)
        | (lines.every_count)
        | never_at_floor(lines, cells.effort_low, cells.share_high)
    )
    level = np.where(whole, total(law.mid, at.rise), 0.0)  # mean utility above the floor
    priced = priced_at(lines, law, place, at, level, needed, cells.effort_low == cells.effort_high)
    range_, none = slope_range(lines, cells, law, place, at, level, slopes)
    by_effort, by_share, by_slope, curvature = _second_order(lines, law, place, at, level, priced, range_)
    unclear = _jumps(law, place, at, level, priced, range_) + by_slope + curvature
    unclear += remainder_of(law, place, priced, range_, sizes_of(lines, cells, law, place, range_))
    value = priced.base + np.where(priced.price != 0, priced.price * (at.left - needed), 0.0).sum(axis=0)
    bound = value + by_effort + by_share + unclear
    bound = np.where(np.isfinite(bound) & np.isfinite(priced.shares).all(axis=0), bound, np.inf)
    owed = _owed(lines, place, value - profit, by_effort, by_share, unclear)
    return CellBounds(
        np.where(none, -np.inf, bound),
        np.where(at.useful, priced.alone, np.inf).min(axis=0),
        (at.left[LOCAL] > needed[LOCAL] * (1 + _KEENER)) & (cells.effort_low < cells.effort_high),
        at.slope,
        *owed,
    )


def place_of(lines, cells, law, centre=None):
    """The centres of cells, or other points (efforts, shares) in them around which they are described."""
    n, ev = lines.n, lines.evidence
    e0, e1, x0, x1 = cells.effort_low, cells.effort_high, cells.share_low, cells.share_high
    effort, share = ((e0 + e1) / 2, (x0 + x1) / 2) if centre is None else centre
    q, r = column(ev.success(effort)), column(ev.failure(effort))
    passes, fails = n * law.share, n * (1 - law.share)
    bends = lines.incentive_bends(e0, e1)
    score, information = passes / q - fails / r, passes / q**2 + fails / r**2
    return Place(
        effort,
        share,
        np.maximum(e1 - effort, effort - e0),
        np.maximum(x1 - share, share - x0),
        q,
        r,
        passes,
        fails,
        score,
        passes / column(ev.success(e1)) - fails / column(ev.failure(e1)),
        passes / column(ev.success(e0)) - fails / column(ev.failure(e0)),
        score * score - information,
        np.maximum(law.share - column(x1), 0),
        np.maximum(law.share - column(x0), 0),
        (law.share >= column(x1)) & (law.share > column(x0)),
        lines.needed_incentive(effort),
        bends.middle,
        lines.needed_incentives(e0, e1),
        bends.slopes,
    )


def line_at(lines, law, place, b, needed, b_hi):
    """Left sides of the constraints at the centre, at the least slope that meets them all (Newton's method from below)."""
    y = np.maximum(law.share - column(place.share), 0)
    above = ((y > 0) | place.clear).astype(float)
    weighted = law.mid * place.score
    for step in range(_NEWTON + 1):
        wage = column(b) * y
        rise = lines.rise(wage)
        marginal = np.where(above > 0, lines.marginal(wage), 0.0)
        per_slope = marginal * y
        own, own_b = total(law.mid, rise), total(law.mid, per_slope)
        left = np.stack([total(weighted, rise), own] + [own - total(p, rise) for p in law.others])
        left_b = np.stack(
            [total(weighted, per_slope), own_b] + [own_b - total(p, per_slope) for p in law.others]
        )
        useful = left_b > 1e-9 * own_b
        if step < _NEWTON:
            wanted = np.where(useful, b + (needed - left) / left_b, -np.inf).max(axis=0)
            b = np.clip(wanted, b / 4, np.minimum(4 * b, np.maximum(b_hi, 1e-300)))
    return _Line(b, y, rise, marginal, above, total(law.mid, y), left, left_b, useful)


def least_slopes(lines, cells, rounds):
    """The least slope at each of these points, cells without a width, that meets all constraints known, as far as so many rounds get."""
    with np.errstate(all="ignore"):
        law = nodes(lines, cells)
        place, b, no_limit = place_of(lines, cells, law), cells.slope, np.full(cells.size, np.inf)
        needed = lines.needed(place.effort, place.incentive)
        for _ in range(rounds):
            b = line_at(lines, law, place, b, needed, no_limit).slope
    return b


def priced_at(lines, law, place, at, level, needed, one_effort):
    """Prices: the shares θ of what each constraint alone would be worth."""
    problem, ev, b, rise = lines.problem, lines.evidence, at.slope, at.rise - column(level)
    q_slope, cost_slope = ev.slope(place.effort), problem.cost.slope(place.effort)
    tiny = _TINY * total(law.mid, at.marginal * at.y)
    per = at.pay / np.where(np.abs(at.left_b) > tiny, at.left_b, np.where(at.left_b < 0, -tiny, tiny))
    base = problem._value(place.effort) - lines.floor - at.pay * b
    alone = base + per * (at.left - needed)
    weighted, deviations = law.mid * place.score, len(lines.deviations)
    own_q, own_x = total(weighted, rise), -b * total(law.mid, at.marginal)
    left_q = np.stack([total(law.mid * place.second, rise)] + [own_q] * (1 + deviations))
    left_x = np.stack(
        [-b * total(weighted, at.marginal), own_x] + [own_x + b * total(p, at.marginal) for p in law.others]
    )
    needed_slope = np.stack([place.incentive_slope] + [cost_slope] * (1 + deviations))
    by_effort = problem._value_slope(place.effort) - q_slope * total(weighted, at.y) * b
    left_e = q_slope * left_q - needed_slope
    by_effort = by_effort + per * left_e
    by_share = b * total(law.mid, at.above) + per * left_x
    sign = np.sign(per)
    sign[LOCAL] *= one_effort  # inside (0, 1) the local price may have any sign
    shares = level_prices(alone, by_effort, by_share, place.d_effort, place.d_share, sign)
    price = shares * per
    others = sum((column(k) * p for k, p in zip(price[2:], law.others, strict=True)), 0.0)
    rest = price[PARTICIPATION:].sum(axis=0)
    return Priced(shares, price, price[LOCAL], rest, others, base, alone, left_e, left_x)


def slope_range(lines, cells, law, place, at, level, slopes):
    """The slopes that matter, and whether there is none."""
    b, (b_least, b_hi) = at.slope, slopes
    low = least_slope(lines, law, place, b, level, cells)
    low = np.maximum(low, b_least)
    # a larger slope below it leaves fewer at which the agent works as asked
    most = lines.needed_incentives(cells.effort_low, cells.effort_high)[1]
    b_hi = keen_from(lines, law, cells, (low, b_hi), most)
    none = (low >= b_hi) | (b_hi <= 0)
    return range_of(lines, cells, law, place, at, level, np.minimum(low, b), np.maximum(b_hi, b)), none


def range_of(lines, cells, law, place, at, level, low, high):
    """What slopes between these mean for wages: a `SlopeRange`."""
    up, down = high - at.slope, at.slope - low
    d_slope = np.maximum(up, down)
    wage_least = column(low) * place.y_least
    rise_least = lines.rise(wage_least) - column(level)
    rise_most = lines.rise(column(high) * place.y_most) - column(level)
    averse, curved = lines.aversion(wage_least)
    move = column(d_slope) * place.y_most + column(high * place.d_share)
    both = 2 * column(d_slope * place.d_share)
    smooth = (law.share >= column(cells.share_high)) & (averse * move < _ROUGH)
    return SlopeRange(
        low,
        high,
        up,
        down,
        d_slope,
        wage_least,
        rise_least,
        rise_most,
        averse,
        curved,
        move,
        both,
        smooth,
        place.y_most <= 0,
    )


def derivatives_at(lines, law, place, at, level, priced, range_):
    """`Derivatives`, over the counts that are above the floor in all of the cell."""
    b = at.slope
    score, second = place.score, place.second
    information = place.passes / place.q**2 + place.fails / place.r**2
    third = score * second - 2 * score * information
    third = third + 2 * (place.passes / place.q**3 - place.fails / place.r**3)
    a_rest, a_local = column(priced.rest), column(priced.local)
    weighted, on = law.mid * score, range_.smooth.astype(float)
    weight = law.mid * (a_rest + a_local * score) - priced.others
    weight_q = law.mid * (a_rest * score + a_local * second)
    weight_qq = law.mid * (a_rest * second + a_local * third)
    rise_on = (at.rise - column(level)) * (range_.smooth | range_.at_floor)
    marginal_on, y_on, mid_on = at.marginal * on, at.y * on, law.mid * on
    wage = column(b) * at.y
    bent = -np.where(on > 0, lines.aversion(wage)[0], 0.0) * marginal_on
    s_q = total(weight_q, rise_on) - b * total(weighted, y_on)
    s_x = -b * total(weight, marginal_on) + b * mid_on.sum(axis=1)
    s_b = total(weight, marginal_on * at.y) - total(law.mid, y_on)
    s_qq = total(weight_qq, rise_on) - b * total(law.mid * second, y_on)
    s_qx = -b * total(weight_q, marginal_on) + b * total(weighted, on)
    s_qb = total(weight_q, marginal_on * at.y) - total(weighted, y_on)
    s_xx = b * b * total(weight, bent)
    s_xb = -total(weight, marginal_on + bent * wage) + mid_on.sum(axis=1)
    s_bb = total(weight, bent * at.y * at.y)
    return Derivatives(s_q, s_x, s_b, s_qq, s_qx, s_qb, s_xx, s_xb, s_bb)


def _second_order(lines, law, place, at, level, priced, range_):
    """What Λ rises by over the cell, to second order.

    Four parts, arrays (cells,): by the gradient in the effort, in the share, in the slope (and all second derivatives with it), and by curvature.
    """
    ev, d_e, d_x = lines.evidence, place.d_effort, place.d_share
    s = derivatives_at(lines, law, place, at, level, priced, range_)
    q_slope, q_bend = ev.slope(place.effort), lines.bend(place.effort)
    steep = lines.problem._value_slope(place.effort) + q_slope * s.q
    steep = steep - priced.rest * lines.problem.cost.slope(place.effort)
    asked = product_range(priced.local, *place.incentive_slopes)
    by_effort = d_e * np.maximum(np.abs(steep - asked[0]), np.abs(steep - asked[1]))
    if not np.isfinite(by_effort).all():  # nothing is known of c″ there, but between which numbers c′/q′ is
        least, most = place.incentives
        apart = np.abs(priced.local) * np.maximum(most - place.incentive, place.incentive - least)
        by_effort = np.fmin(by_effort, d_e * np.abs(steep) + apart)
    by_share = d_x * np.abs(s.x)
    curvature = (
        0.5 * d_e**2 * np.maximum(q_slope**2 * s.qq + q_bend * s.q, 0)
        + 0.5 * d_x**2 * np.maximum(s.xx, 0)
        + d_e * d_x * np.abs(q_slope * s.qx)
    )
    by_slope = (
        np.maximum(s.b * range_.up, -s.b * range_.down)
        + (d_e * np.abs(q_slope * s.qb) + d_x * np.abs(s.xb)) * range_.d_slope
        + 0.5 * np.maximum(s.bb, 0) * range_.d_slope**2
    )
    return by_effort, by_share, by_slope, curvature


def sizes_of(lines, cells, law, place, range_):
    """`Sizes`: how much every term can change over the cell, order by order."""
    ev, smooth = lines.evidence, range_.smooth
    d_q = column(ev.slope(cells.effort_high) * place.d_effort)
    d_qq = column(lines.bend(cells.effort_high) * place.d_effort**2)
    h1, h2, h3, h4 = _score_polynomials(lines, cells, place)
    f = h1 * d_q, h2 * d_q**2 + h1 * d_qq, h3 * d_q**3 + 3 * h2 * d_q * d_qq
    g = h2 * d_q, h3 * d_q**2 + h2 * d_qq, h4 * d_q**3 + 3 * h3 * d_q * d_qq
    marginal_most = np.where(smooth, lines.marginal(range_.wage_least), 0.0)
    averse, curved = np.where(smooth, range_.averse, 0.0), np.where(smooth, range_.curved, 0.0)
    move, both = range_.move, range_.both
    largest = np.maximum(np.abs(range_.rise_least), np.abs(range_.rise_most))
    u0 = np.where(smooth | range_.at_floor, largest, 0.0)
    u1, u2 = marginal_most * move, marginal_most * (averse * move**2 + both)
    u3 = marginal_most * (curved * move**3 + 3 * averse * move * both)
    return Sizes(
        f, g, h1, (u0, u1, u2, u3), d_q[:, 0], d_qq[:, 0], changes(lines, cells, law, place.d_share, range_)
    )


def remainder_of(law, place, priced, range_, sizes):
    """Every term's third derivative, at its largest in the cell."""
    size, size_local = np.abs(column(priced.rest)), np.abs(column(priced.local))
    (f1, f2, f3), (u0, u1, u2, u3) = sizes.f, sizes.u
    p0 = law.most * (size + size_local * sizes.score) + np.abs(priced.others)
    p1, p2, p3 = (law.most * (size * f + size_local * g) for f, g in zip(sizes.f, sizes.g, strict=True))
    pay = range_.smooth * law.most
    plain = p3 * u0 + 3 * p2 * u1 + 3 * p1 * u2
    plain += pay * (f3 * column(range_.high) * place.y_most + 3 * f2 * range_.move + 3 * f1 * range_.both)
    bend = column(sizes.d_qq / np.maximum(sizes.d_q, 1e-300))
    rest = 3 * bend * (p1 * u1 + pay * f1 * range_.move)
    rest += p3 * np.where(range_.smooth | range_.at_floor, 0.0, np.abs(range_.rise_least))
    rest = rest.sum(axis=1) + _by_differences(place, priced, range_, sizes)
    return (np.fmin(plain.sum(axis=1), rest) + (p0 * u3).sum(axis=1)) / 6


def _by_differences(place, priced, range_, sizes):
    """The terms of the third derivative with derivatives in q, by differences of utility, but for those of the bend of q with one."""
    rest, local, c = np.abs(priced.rest), np.abs(priced.local), sizes.changes
    q, bend, d_x, d_b = sizes.d_q, sizes.d_qq, place.d_share, range_.d_slope
    three = q**3 * (rest * c.own[1] + local * c.own[2] + c.paid[1])
    three = three + 3 * q * bend * (rest * c.own[0] + local * c.own[1] + c.paid[0])
    slope = d_b * (rest * c.by_slope[0] + local * c.by_slope[1] + c.paid_by_slope[0])
    share = d_x * (rest * c.by_share[1] + local * c.by_share[2] + c.paid_by_share[1])
    moved = rest * c.moved[0] + local * c.moved[1] + c.paid_moved[0]
    return three + 3 * q * q * (slope + share) + 3 * q * moved


def _score_polynomials(lines, cells, place):
    """Bounds of |P′/P|, …, |P⁗/P| over each cell, derivatives in q."""
    ev, passes, fails = lines.evidence, place.passes, place.fails
    q0, q1 = column(ev.success(cells.effort_low)), column(ev.success(cells.effort_high))
    r0, r1 = column(ev.failure(cells.effort_low)), column(ev.failure(cells.effort_high))
    s = np.maximum(np.abs(place.score_low), np.abs(place.score_high))
    v = passes / q0**2 + fails / r1**2
    z = 2 * np.maximum(np.abs(passes / q1**3 - fails / r1**3), np.abs(passes / q0**3 - fails / r0**3))
    fourth = 6 * (passes / q0**4 + fails / r1**4)
    square = s * s
    return (
        s,
        np.maximum(square, v),
        s * (square + 3 * v) + z,
        square * (square + 6 * v) + 3 * v * v + 4 * s * z + fourth,
    )


def _jumps(law, place, at, level, priced, range_):
    """Counts at which the line may leave the floor, or that move too far: their largest values."""
    a_rest, a_local = column(priced.rest), column(priced.local)
    ends = a_local * place.score_low, a_local * place.score_high
    w_low, w_high = a_rest + np.minimum(*ends), a_rest + np.maximum(*ends)
    worth = (
        smallest_product(w_low, w_high, law.least, law.most) - priced.others,
        largest_product(w_low, w_high, law.least, law.most) - priced.others,
    )
    largest = largest_product(*worth, range_.rise_least, range_.rise_most)
    weight = law.mid * (a_rest + a_local * place.score) - priced.others
    now = weight * (at.rise - column(level)) - law.mid * (column(at.slope) * at.y)
    rough = (place.y_most > 0) & ~range_.smooth
    return np.where(rough, largest - law.least * range_.wage_least - now, 0.0).sum(axis=1)


def never_at_floor(lines, effort, share):
    """Is the chance of so small a share below rounding, at this effort and all above? By Chernoff's bound."""
    q, r = lines.evidence.success(effort), lines.evidence.failure(effort)
    share = np.clip(share, 0.0, 1.0)
    divergence = xlogy(share, share / q) + xlogy(1 - share, (1 - share) / r)
    return (share < q) & (lines.n * divergence > _NEVER)


def _owed(lines, place, unlevel, by_effort, by_share, unclear):
    """How much of the bound is owed to either side of a cell: to cut the right one.

    The sides are measured in their natural scales: of q, and of x, which moves wages less where it is far below 0. Where nearly all of the
    bound is that of the centre itself (`unlevel`), prices that level one side hide what it owes: a corner.
    """
    spread = np.sqrt(place.q * place.r / lines.n)[:, 0]
    d_q = lines.evidence.slope(place.effort + place.d_effort) * place.d_effort
    sizes = d_q / spread + 1e-300, place.d_share / (spread + np.maximum(-place.share, 0)) + 1e-300
    unclear = np.where(np.isfinite(unclear), unclear, 1.0)
    by_effort, by_share = (np.where(np.isfinite(a), a, 0.0) for a in (by_effort, by_share))
    corner = (unlevel > _CORNER * (by_effort + by_share + unclear)) & (np.maximum(*sizes) < _SMALL)
    unlevel = np.where(corner, unlevel, 0.0)
    effort, share = (size / sum(sizes) for size in sizes)
    return by_effort + unclear * effort + unlevel, by_share + unclear * share + unlevel
