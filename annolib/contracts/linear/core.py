"""A box around the line to beat in which no line is better: shown at once, by concavity.

Bounds of first order in the distance cannot close a cell that holds the best line itself before it is tiny, nor its neighbours (the cluster
problem of branch and bound). Second derivatives can. Let z be the way from the line to beat in (η, x, b), t the largest of its parts in units of
the sides of the box, and

    g(z) = left − right side of the local constraint,      h(z) = the same of another constraint, with the price κ > 0.

A line for an effort inside (0, 1) has g = 0 and h ≥ 0. Its profit is at most Λ − κ·h (`branch.taylor`), so if it earns more than the profit to beat,
κ·h is no more than Λ gains, which is of second order. So ∇g·z and ∇h·z are both small, and better lines are near a curve:

    z = s·(1, u) + v,     |v| ≤ square·t²,     u from ∇g·(1, u) = ∇h·(1, u) = 0.

The box may be cut down to these z, a few times over. Along the curve Λ has the second derivative (1, u)ᵀ∇²Λ(1, u). Where that is negative, and the
box small enough for the terms of third order to be smaller, no line in it earns more than Λ at its centre: the second-order condition of a
maximum under constraints, with every remainder bounded. Where the line to beat leaves the floor at a whole count, Λ has a corner: the parts of the box
below and above are looked at one by one.

V and −c are known by their slopes: Φ = V − (Σ κ)·c is concave, so on each of a few nested steps its slope is at most that at the near end.
Summed up, Φ lies below its tangent by ½w·z² at all steps, w > 0, but for a last step of next to nothing.

References
----------
K. Du, R. B. Kearfott, "The cluster problem in multivariate global optimization", Journal of Global Optimization 5 (1994), 253-265.
J. Nocedal, S. J. Wright, Numerical Optimization (2006), section 12.5: second-order conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import LOCAL, PARTICIPATION
from annolib.contracts.linear.branch.laws import column, nodes, total
from annolib.contracts.linear.branch.taylor import (
    derivatives_at,
    line_at,
    never_at_floor,
    place_of,
    priced_at,
    range_of,
    remainder_of,
    sizes_of,
    slope_range,
)

# the largest box, in standard deviations of the share of passes; how often it is halved
_WIDEST, _SIZES = 0.25, 10
_KINK = 1e-9  # so close to a kink of the cost no box is tried
_LEVELS = 1e-6  # weight of the gradient in the share, when prices are to level the effort alone
_CONTRACTIONS = 3  # times a box is cut down to the ways near the curve
_STEPS = 0.5 ** (np.arange(137) / 8)  # nested steps from the side of a box to its centre
_LAST = 97  # of them: beyond, what is lost by a bend of Φ is next to nothing


def core(lines, near, profit, slack):
    """The largest box around a line in which no line earns more than `profit` + `slack`.

    Parameters
    ----------
    lines : CutLines
    near : tuple of float
        (effort, share, slope) of the line.
    profit, slack : float
        The profit to beat, and the excess that counts as none.

    Returns
    -------
    tuple or None
        ((lowest, highest effort), (lowest, highest share), excess): no line in it earns more than `profit` + excess; None if no box is found.
    """
    effort, share, slope = near
    kink = min((abs(effort - x) for x in lines.problem.cost.kinks), default=np.inf)
    if not 0 < effort < 1 or kink < _KINK:
        return None
    q = float(lines.evidence.success(effort))
    spread = _WIDEST * np.sqrt(q * (1 - q) / lines.n) * 0.5 ** np.arange(_SIZES)
    wide = np.minimum(spread / float(lines.evidence.slope(effort)), 0.5 * min(effort, 1 - effort, kink))
    count = lines.n * share
    at_count = abs(count - np.round(count)) < 1e-7 and count > -0.5
    if at_count:
        share = float(np.round(count) / lines.n)
    below, above = _to_next_counts(lines.n, share, at_count)
    down, up = np.minimum(spread, below), np.minimum(spread, above)
    zero, one = np.zeros(_SIZES), np.ones(_SIZES)
    parts = [(down, zero), (zero, up)] if at_count else [(down, up)]
    cells = Cells.joined(
        [
            Cells(effort - wide, effort + wide, share - low, share + high, slope * one)
            for low, high in parts
            for _ in range(2)
        ]
    )
    weights = np.tile(np.repeat([1.0, _LEVELS], _SIZES), len(parts))
    excess = _excess(lines, cells, (effort, share), weights, profit)
    excess = excess.reshape(len(parts), 2, _SIZES).min(axis=1).max(axis=0)
    closed = np.flatnonzero(excess <= slack)
    if not closed.size:
        return None
    i = closed[0]
    high = max(part[1][i] for part in parts)
    low = max(part[0][i] for part in parts)
    return (effort - wide[i], effort + wide[i]), (share - low, share + high), float(max(excess[i], 0.0))


def _to_next_counts(n, share, at_count):
    """How far the share may move, down and up, before the line leaves the floor at another count; without limit below 0."""
    count = n * share
    if at_count:
        return (np.inf if np.round(count) == 0 else 1 / n), 1 / n
    if count < 0:
        return np.inf, -share
    return (count - np.floor(count)) / n, (np.ceil(count) - count) / n


@dataclass(frozen=True, eq=False)
class _Model:
    """profit(z) − profit to beat ≤ value + G·z + ½ zᵀHz, but for third derivatives, in a box with these sides; arrays of boxes.

    G is in units of the sides, H is not. `down` and `up` say how far z may go to either side, at most 1 of its units.
    """

    value: np.ndarray
    gradient: np.ndarray  # (boxes, 3)
    hessian: np.ndarray  # (boxes, 3, 3)
    side: np.ndarray  # (boxes, 3)
    down: np.ndarray
    up: np.ndarray


@dataclass(frozen=True, eq=False)
class _Constraint:
    """A constraint around the line: ±at + way·z, up to ½·bend·t²; arrays of boxes."""

    at: np.ndarray
    way: np.ndarray  # (boxes, 3)
    bend: np.ndarray


@np.errstate(all="ignore")
def _excess(lines, cells, near, weights, profit):
    """How much more than `profit` lines of these boxes may earn, as said at the top; inf where nothing is shown."""
    centre = tuple(np.full(cells.size, x) for x in near)
    law = nodes(lines, cells)
    place = place_of(lines, cells, law, centre)
    bends = lines.incentive_bends(cells.effort_low, cells.effort_high)
    pay = total(law.low, np.maximum(law.share - column(cells.share_high), 0) + 0 * law.low)
    most = (lines.problem._value(cells.effort_high) - lines.floor - profit) / pay
    needed = lines.needed(place.effort, place.incentive)
    at = line_at(lines, law, place, cells.slope, needed, most)
    whole = lines.every_count | (cells.share_high <= 0)
    whole = whole | never_at_floor(lines, cells.effort_low, cells.share_high)
    level = np.where(whole, total(law.mid, at.rise), 0.0)
    weighed = replace(place, d_share=place.d_share * weights)
    priced = priced_at(lines, law, weighed, at, level, needed, np.zeros(cells.size, bool))
    range_, none = slope_range(lines, cells, law, place, at, level, (np.zeros(cells.size), most))
    rough = ((place.y_most > 0) & ~place.clear).any(axis=1)
    value = priced.base + np.where(priced.price != 0, priced.price * (at.left - needed), 0.0).sum(axis=0)
    for _ in range(_CONTRACTIONS):
        sizes = sizes_of(lines, cells, law, place, range_)
        parts = _constraints(law, place, at, priced, range_, sizes, needed, bends)
        s = derivatives_at(lines, law, place, at, level, priced, range_)
        model = _lagrangian(lines, cells, place, priced, range_, s, value - profit, bends)
        ways = _ways(law, place, range_, sizes, model, priced, *parts)
        reach = np.abs(ways.along) * column(place.d_effort) + ways.square + ways.rest
        share, slope = np.where(np.isfinite(reach), reach, np.inf).T
        cells = replace(
            cells,
            share_low=np.maximum(cells.share_low, place.share - share),
            share_high=np.minimum(cells.share_high, place.share + share),
        )
        low = np.maximum(range_.low, at.slope - slope)
        high = np.minimum(range_.high, at.slope + slope)
        place = _narrower(place, cells, law)
        range_ = range_of(lines, cells, law, place, at, level, low, high)
    sizes = sizes_of(lines, cells, law, place, range_)
    local, other, price = _constraints(law, place, at, priced, range_, sizes, needed, bends)
    s = derivatives_at(lines, law, place, at, level, priced, range_)
    model = _lagrangian(lines, cells, place, priced, range_, s, value - profit, bends)
    cube = remainder_of(law, place, priced, range_, sizes)
    along = _ways(law, place, range_, sizes, model, priced, local, other, price)
    found = _highest(model, cube, along, place)
    rough |= ((place.y_most > 0) & ~range_.smooth).any(axis=1)
    known = ~rough & np.isfinite(found) & np.isfinite(priced.price).all(axis=0)
    return np.where(none, 0.0, np.where(known, found, np.inf))


def _narrower(place, cells, law):
    """The same place in cells with other ranges of shares."""
    return replace(
        place,
        d_share=np.maximum(cells.share_high - place.share, place.share - cells.share_low),
        y_least=np.maximum(law.share - column(cells.share_high), 0),
        y_most=np.maximum(law.share - column(cells.share_low), 0),
    )


@dataclass(frozen=True, eq=False)
class _Ways:
    """Where better lines are: z = s·(1, u) + v, |s| up to the side in the effort, |v| up to `square`·t² + `rest`; arrays (boxes, 2) for share and slope."""

    along: np.ndarray
    square: np.ndarray
    rest: np.ndarray


def _ways(law, place, range_, sizes, model, priced, local, other, price):
    """Better lines are near a curve: two equations for the share and the slope, to second order.

    The local constraint is 0, so ∇g·z is small; the other is ≥ 0, and by the prices a line that earns more must nearly break it.
    """
    (f1, f2, _), side = sizes.f, np.stack([place.d_effort, place.d_share, range_.d_slope], axis=1)
    paid = f2 * column(range_.high) * place.y_most + 2 * f1 * range_.move + range_.both
    paid_bend = (range_.smooth * law.most * paid).sum(axis=1)
    steep = np.maximum(model.gradient * model.up, -model.gradient * model.down).sum(axis=1)
    only = (priced.price[PARTICIPATION:] != 0).sum(axis=0) == 1
    kept = 0.5 * np.maximum(other.bend, (paid_bend + np.abs(priced.local) * local.bend) / price)
    kept_rest = other.at + (np.maximum(model.value, 0) + steep) / price
    goal = np.stack([0.5 * local.bend, np.where(only & (price > 0), kept, np.inf)], axis=1)
    rest = np.stack([local.at, kept_rest], axis=1)
    ways = np.stack([local.way / side, other.way / side], axis=1)  # (boxes, 2, 3)
    (a, b), (c, d) = ways[:, :, 1:].transpose(1, 2, 0)
    inverse = np.array([[d, -b], [-c, a]]).transpose(2, 0, 1) / (a * d - b * c)[:, None, None]
    along = -(inverse @ ways[:, :, :1])[:, :, 0]
    size = np.abs(inverse)
    return _Ways(along, (size @ goal[:, :, None])[:, :, 0], (size @ rest[:, :, None])[:, :, 0])


def _lagrangian(lines, cells, place, priced, range_, s, value, bends):
    """Λ around the line, but for its third derivatives: a `_Model`."""
    ev, problem, e = lines.evidence, lines.problem, place.effort
    q_slope, q_bend = ev.slope(e), lines.bend(e)
    concave, lost = _concavity(lines, place, priced.rest)
    steep = problem._value_slope(e) - priced.rest * problem.cost.slope(e)
    steep = steep + q_slope * s.q - priced.local * place.incentive_slope
    asked = np.abs(priced.local) * bends.turn
    lost = lost + np.abs(priced.local) * bends.error
    two = q_slope**2 * s.qq + q_bend * s.q - concave + asked
    hessian = np.stack(
        [two, q_slope * s.qx, q_slope * s.qb, q_slope * s.qx, s.xx, s.xb, q_slope * s.qb, s.xb, s.bb], axis=1
    )
    side = np.stack([place.d_effort, place.d_share, range_.d_slope], axis=1)
    down = np.stack([e - cells.effort_low, place.share - cells.share_low, range_.down], axis=1) / side
    up = np.stack([cells.effort_high - e, cells.share_high - place.share, range_.up], axis=1) / side
    hessian = hessian.reshape(-1, 3, 3)
    gradient = np.stack([steep, s.x, s.b], axis=1) * side
    return _Model(value + lost, gradient, hessian, side, down, up)


def _around(place):
    """Efforts on nested steps from both sides of each box to its centre, (2, steps, boxes), and the steps."""
    steps = _STEPS[:, None] * place.d_effort
    return np.stack([np.maximum(place.effort - steps, 0), np.minimum(place.effort + steps, 1)]), steps


def _concavity(lines, place, rest):
    """w and what is lost: Φ = V − rest·c lies below its tangent by ½w·z², up to what is lost."""
    problem, (efforts, steps) = lines.problem, _around(place)

    def slope(effort):
        return problem._value_slope(effort) - rest * problem.cost.slope(effort)

    fall = np.maximum((slope(place.effort) - slope(efforts)) * np.array([-1.0, 1.0])[:, None, None], 0)
    below = np.cumsum((fall[:, 1:] * -np.diff(steps, axis=0))[:, ::-1], axis=1)[:, ::-1]  # at steps 0, 1, …
    concave = (2 * below[:, :_LAST] / steps[:_LAST] ** 2).min(axis=(0, 1))
    return concave, 0.5 * concave * steps[_LAST - 1] ** 2


def _constraints(law, place, at, priced, range_, sizes, needed, bends):
    """The local constraint, the other one with the largest price, and that price."""
    rows = np.arange(place.effort.size)
    side = np.stack([place.d_effort, place.d_share, range_.d_slope], axis=1)
    (f1, f2, _), (g1, g2, _), (u0, u1, u2, _) = sizes.f, sizes.g, sizes.u
    c, d_q, d_qq, d_x, d_b = sizes.changes, sizes.d_q, sizes.d_qq, place.d_share, range_.d_slope
    local_bend = (law.most * (g2 * u0 + 2 * g1 * u1)).sum(axis=1)
    local_steps = d_q**2 * c.own[1] + d_qq * c.own[0] + 2 * d_q * (d_x * c.by_share[1] + d_b * c.by_slope[0])
    local_bend = np.fmin(local_bend, local_steps) + (law.most * sizes.score * u2).sum(axis=1)
    own_bend = np.fmin(
        (law.most * f2 * u0).sum(axis=1), d_q**2 * c.own[0] + d_qq * (law.most * sizes.score * u0).sum(axis=1)
    )
    own_bend = own_bend + (law.most * (2 * f1 * u1 + u2)).sum(axis=1)
    cost_bend = bends.cost_turn * place.d_effort**2
    turns = [
        local_bend + bends.turn * place.d_effort**2,
        own_bend + cost_bend,
    ]
    turns += [own_bend + cost_bend + total(p, u2) for p in law.others]
    other = np.argmax(priced.price[PARTICIPATION:], axis=0) + PARTICIPATION

    def row(index):
        way = np.stack([each[index, rows] for each in (priced.by_effort, priced.by_share, at.left_b)], axis=1)
        off = np.abs(at.left - needed)[index, rows] + np.where(index == LOCAL, bends.error, 0.0)
        return _Constraint(off, way * side, np.stack(turns)[index, rows])

    return row(np.full(rows.size, LOCAL)), row(other), priced.price[other, rows]


def _highest(model, cube, ways, place):
    """An upper bound of profit over the box, less the profit to beat; inf where v may be half as long as the box.

    In units of the sides each part of z is at most r·τ + p·t², τ = |s|/d. For p < ½ and t ≤ 1 that leaves t ≤ c·τ, with c = 1 for the effort and
    the smaller root of p·c² − c + r = 0 for the others, and

        profit ≤ value + c·steep·τ + ½ τ²·(1, u)ᵀH(1, u) + τ³·(c³·cube + what v ≤ square·c²·τ² adds).

    What `rest` adds is next to nothing (`slip`), as the line to beat keeps its equations to rounding. At a corner a better line is on one
    side of the count only, where Λ falls with the share: by pull·|u|·τ.
    """
    d = column(place.d_effort)
    full = np.concatenate([d, ways.along * d], axis=1)
    square, rest = (np.concatenate([0 * d, x], axis=1) for x in (ways.square, ways.rest))
    p, r = square / model.side, np.abs(full) / model.side
    small = 5 * (rest / model.side).max(axis=1)
    root = 2 * r / (1 + np.sqrt(np.maximum(1 - 4 * p * r, 0)))  # (1 − √(1 − 4pr))/2p
    c = column(root.max(axis=1))
    off = square * c**2
    size, across = np.abs(model.hessian), np.abs(np.einsum("ijk,ik->ij", model.hessian, full))
    bent = 0.5 * np.einsum("ij,ijk,ik->i", full, model.hessian, full)
    cube = cube * c[:, 0] ** 3 + (across * off).sum(axis=1)
    cube = cube + 0.5 * np.einsum("ij,ijk,ik->i", off, size, off)
    steep = np.maximum(model.gradient * model.up, -model.gradient * model.down)
    slip = (across * rest).sum(axis=1) + np.einsum("ij,ijk,ik->i", rest, size, off + rest)
    slip = slip + 8 * small * (cube + (across * (off + model.side)).sum(axis=1) + steep.sum(axis=1))
    steep = steep * c
    for on_side, sign in ((model.up[:, 1] == 0, 1.0), (model.down[:, 1] == 0, -1.0)):  # a corner at a count
        pull = sign * model.gradient[:, 1] / model.side[:, 1]
        way = np.abs(full[:, 1])
        on_side = on_side & (pull > 0) & (off[:, 1] < 0.5 * way)
        steep[:, 1] = np.where(on_side, -pull * way, steep[:, 1])
        bent = bent + np.where(on_side, pull * off[:, 1], 0.0)
        slip = slip + np.where(on_side, 3 * pull * (rest[:, 1] + 8 * small * off[:, 1]), 0.0)
    rise = _highest_cubic(steep.sum(axis=1), bent, cube)
    known = (p < 0.5).all(axis=1) & (4 * p * r < 0.96).all(axis=1) & (small < 0.02) & (rise >= 0)
    return np.where(known, model.value + rise + slip, np.inf)


def _highest_cubic(one, two, three):
    """An upper bound of one·t + two·t² + three·t³ over t in [0, 1], three ≥ 0: where the slope at 0 is positive, by a parabola."""
    end = one + two + three
    parabola = np.where(one < -2 * (two + three), one**2 / (-4 * (two + three)), np.maximum(end, one))
    return np.where(one <= 0, np.maximum(end, 0.0), parabola)
