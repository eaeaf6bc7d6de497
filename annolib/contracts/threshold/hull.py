"""The best effort for one threshold and a cost of any convex shape, by the lower convex hull of (P(X ≥ t), c).

Against a bonus Δ the agent maximises ΔP(η) − c(η): a supporting line of slope Δ to the points (P(η), c(η)). So an effort can be had
iff it lies on their lower convex hull, and the least bonus that buys it, the cheapest one, is the slope of the hull on its left. The
hull of a grid of efforts shows where the best effort is and which lower effort tempts; both are then looked at ever closer.
"""

from __future__ import annotations

import numpy as np

from annolib.numerics.roots import bracketed_root

_ZOOMS, _POINTS = 6, 41
_GRID = np.unique(
    np.concatenate([np.linspace(0, 1, 301), np.geomspace(1e-6, 0.03, 30), 1 - np.geomspace(1e-6, 0.03, 30)])
)
_BRIDGE, _WIDEST = (
    1e-6,
    1e-3,
)  # a shorter bridge is rounding; how far from the grid's best the level point is looked for
_BESIDE = 1e-13  # how far below an effort its left derivative is taken


def lower_hull(x, y):
    """Indices of the corners of the lower convex hull of points sorted by x (Andrew's monotone chain).

    Examples
    --------
    >>> lower_hull(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 2.0, 1.0, 3.0])).tolist()
    [0, 2, 3]
    """
    kept = []
    for i in range(x.size):
        while len(kept) >= 2:
            a, b = kept[-2], kept[-1]
            if (y[b] - y[a]) * (x[i] - x[b]) < (y[i] - y[b]) * (x[b] - x[a]):
                break
            kept.pop()
        while kept and x[kept[-1]] == x[i] and y[i] <= y[kept[-1]]:
            kept.pop()
        if not kept or x[i] > x[kept[-1]]:
            kept.append(i)
    return np.array(kept)


def cheapest_on_hull(family, t):
    """The best effort for one threshold: gap, effort, log_bonus, and where another effort is as good, net payoff and that effort."""
    cost = family.problem.cost
    grid = np.concatenate([_GRID, cost.turns])
    efforts = np.unique(np.concatenate([grid[grid >= cost.free_effort], [cost.free_effort], cost.kinks]))
    for _ in range(_ZOOMS):
        option, around = _best_corner(family, t, efforts)
        if not around:
            break
        efforts = np.unique(
            np.concatenate([efforts, *(np.linspace(low, high, _POINTS) for low, high in around)])
        )
        efforts = efforts[np.r_[True, np.diff(efforts) > 0]]
        if max(high - low for low, high in around) < 1e-7:
            break
    if not around:
        return option
    if np.isnan(option["shirk"]) or option["effort"] - option["shirk"] < _BRIDGE:
        return _inside(family, t, option, around[0])
    return _at_bridge(family, t, option, around)


def bridged(family, t, option, shirk):
    """The same effort where `shirk` turns out to tempt more than a grid could tell: the contract that leaves the agent indifferent."""
    near = [(max(x - 1e-6, 0.0), min(x + 1e-6, 1.0)) for x in (option["effort"], shirk)]
    return _at_bridge(family, t, {**option, "shirk": float(shirk)}, near)


def _inside(family, t, option, around):
    """The same where no bridge ends: the root of the gap's slope, which may also jump there."""
    at = lambda x: np.array([x])  # noqa: E731
    low, high = around
    with np.errstate(all="ignore"):
        while high - low < _WIDEST:  # the gap is so flat that its rounding hid where it is level
            ends = family.gap_slope(np.full(2, t), np.array([low, high]))
            if not (ends[0] >= 0 or ends[1] <= 0):
                break
            width = 2 * (high - low) + 1e-12
            lower = max(low - width * (ends[0] >= 0), 1e-12)
            if _idle_is_better(family, t, lower):
                break
            higher = min(high + width * (ends[1] <= 0), 1.0)
            if (lower, higher) == (low, high):  # nowhere left to go
                break
            low, high = lower, higher
            if high == 1 and ends[1] <= 0:
                break
        effort = bracketed_root(lambda x: family.gap_slope(t, x), at(low), at(high))
        efforts = np.concatenate([effort, np.nextafter(effort, 0), np.nextafter(effort, 1)])
        gaps = family.terms_and_gap(np.full(3, t), efforts)["gap"]
        bonus = family.log_bonus(t, efforts)
    i = int(np.nanargmin(np.append(gaps, option["gap"])))
    if i == 3:
        return option
    own = {"gap": float(gaps[i]), "effort": float(efforts[i]), "log_bonus": float(bonus[i])}
    return {**option, **own, "net": np.nan, "shirk": np.nan}


def _idle_is_better(family, t, effort):
    """Would the agent rather do what costs nothing, at the bonus that makes this effort stationary?"""
    cost, at = family.problem.cost, np.array([effort])
    (odds, fails), (idle, idle_fails) = family.tails(t, at), family.tails(t, np.array([cost.free_effort]))
    rise = np.where(fails < 0.5, idle_fails - fails, odds - idle)
    return bool(np.exp(family.log_bonus(t, at))[0] * rise[0] < cost.cost(at)[0] * (1 - 1e-12))


def _at_bridge(family, t, option, around):
    """The same with both ends of the bridge to all digits: where the local slopes are that of the bridge, unless c has a kink there."""
    cost, at = family.problem.cost, lambda x: np.array([x])
    effort, shirk = option["effort"], option["shirk"]

    def log_chord(high, low):
        (high_odds, high_fail), (low_odds, low_fail) = family.tails(t, high), family.tails(t, low)
        rise = np.where(high_fail < 0.5, low_fail - high_fail, high_odds - low_odds)
        return np.log(cost.cost(high) - cost.cost(low)) - np.log(rise)

    with np.errstate(all="ignore"):
        for _ in range(3):
            lead = lambda x: family.log_bonus(t, x) - log_chord(x, at(shirk))  # noqa: B023, E731
            effort = _root_near(lead, *around[0], effort)
            bonus = log_chord(at(effort), at(shirk))
            short = lambda x: family.log_bonus(t, x) - bonus  # noqa: B023, E731
            if shirk > cost.free_effort:
                shirk = _root_near(short, *around[1], shirk)
        bonus = log_chord(at(effort), at(shirk))
        net = np.exp(bonus) * family.tails(t, at(shirk))[0] - cost.cost(at(shirk))
        gap = family.terms_and_gap(t, at(effort), bonus, net)["gap"]
    if not np.isfinite(gap[0]):
        return option
    return {
        "gap": float(gap[0]),
        "effort": effort,
        "log_bonus": float(bonus[0]),
        "net": float(net[0]),
        "shirk": shirk,
    }


def _root_near(function, low, high, otherwise):
    """The root of an increasing function between low and high or close by; `otherwise` if there is none (a kink)."""
    width = high - low
    for _ in range(6):
        ends = function(np.array([low, high]))
        if ends[0] < 0 < ends[1]:
            return float(bracketed_root(function, np.array([low]), np.array([high]))[0])
        low, high = max(low - width * (ends[0] >= 0), 0.0), min(high + width * (ends[1] <= 0), 1.0)
        width *= 3
    return otherwise


def _best_corner(family, t, efforts):
    """The best corner of the hull of these efforts, and the intervals around it and around the effort that tempts."""
    with np.errstate(all="ignore"):
        success, fail = family.tails(t, efforts)
        cost = family.problem.cost.cost(efforts)
        # the hull in P or in −F, whichever keeps digits: slopes are the same
        across = np.where(success[-1] < 0.5, success, -fail)
        corner = lower_hull(across, cost)
        here, left = corner[1:], corner[:-1]
        rise = np.where(fail[here] < 0.5, fail[left] - fail[here], success[here] - success[left])
        chord = (cost[here] - cost[left]) / rise
        beside = here - left == 1
        local = np.exp(family.log_bonus(t, np.maximum(efforts[here] - _BESIDE, 0.0)))
        bonus = np.where(beside & (local >= chord * (1 - 1e-9)), np.fmax(local, chord), chord)
        net = bonus * success[left] - cost[left]
        priced = family.terms_and_gap(
            t, efforts[here], np.log(bonus), np.where(beside, bonus * success[here] - cost[here], net)
        )["gap"]
    nothing = {"gap": np.inf, "effort": np.nan, "log_bonus": np.nan, "net": np.nan, "shirk": np.nan}
    priced = np.where(np.isnan(priced), np.inf, priced)
    if not here.size or not np.isfinite(priced).any():
        return nothing, []
    i = int(np.argmin(priced))
    bridge = not beside[i]
    option = {
        "gap": float(priced[i]), "effort": float(efforts[here[i]]), "log_bonus": float(np.log(bonus[i])),
        "net": float(net[i]) if bridge else np.nan, "shirk": float(efforts[left[i]]) if bridge else np.nan,
    }  # fmt: skip
    near = lambda k: (efforts[max(k - 1, 0)], efforts[min(k + 1, efforts.size - 1)])  # noqa: E731
    return option, [near(here[i])] + ([near(left[i])] if bridge else [])
