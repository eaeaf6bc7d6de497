"""The agent's best effort under a given contract: `proved_optimum`, so that no effort can be missed, and `most_tempting_deviation`, a quick search.

The agent's payoff is W(η) = U(q(η)) − c(η), U(q) = E v(X). U is a sum of parts, each convex in q below a known point and concave above it:

- P(X ≥ t) has density ∝ q^(t−1)(1−q)^(n−t) in q, which rises up to (t−1)/(n−1) and falls beyond;
- for pay that is flat and then concave in the count, U″ changes sign at most once, from + to −: expectations under
  binomial laws do not add sign changes (variation diminution; Karlin, Total Positivity, 1968);
- any pay is the sum of a part convex in the count and one concave in it (`annolib.contracts.incentives.parts`).

The proof is branch and bound. Let z = η^power: q is linear in z. On a box of efforts [η₁, η₂] every part lies below a line in z:

    convex:   below its chord;    concave:   below its tangent at either end;    else it only increases: below its value at η₂.

The cost lies above a line in z. It is convex in some variable y, so c(y) ≥ c(y₁) + c′(y₁)(y − y₁); and y is concave in z, so y lies above its
chord in z, which may take its place as c′ ≥ 0. The same holds from y₂. The variable y is (`_cost_scale`)

- z, where c is a power of effort at least that of q: c is convex in z;
- c itself, where its power is smaller (or the same): c is concave in z;
- η for any other cost: c is convex in η and η concave in z.

So W lies below two lines in z, one from each end, and the highest point of the lower of the two bounds it on the box (`_box_bounds`). The
error is of second order in the width, and there is none where U and −c are both convex in z: an agent indifferent among many efforts costs no
more boxes than another. Boxes whose bound exceeds the best value found are cut into four until none does by more than the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.agency.costs import PowerCost

_LIMIT = 20_000  # boxes in one round
_ROUNDS = 40
_MANY, _RELAXED = 2_000, 3e-10  # with so many boxes open, this tolerance does
_ROUNDING, _HOPELESS = 8 * np.finfo(float).eps, 1e-4  # of the parts; where it is so large no more boxes help
_CUTS = np.array([[0.25], [0.5], [0.75]])  # an open box is cut into four


@dataclass(frozen=True)
class Part:
    """One part of U: arrays in, arrays out.

    Attributes
    ----------
    value, slope : callable
        The part and its derivative in q, as functions of effort.
    convex_below, concave_above : float
        In q; between them the part is only known to increase.
    """

    value: object
    slope: object
    convex_below: float
    concave_above: float


@dataclass(frozen=True)
class ProvedOptimum:
    """Where the payoff is largest (effort, payoff), a bound that no effort exceeds, and how many points were looked at."""

    effort: float
    payoff: float
    bound: float
    points: int


def proved_optimum(problem, evidence, parts, guesses=(), tolerance=1e-13):
    """The best effort in [0, 1] against U = Σ parts, with a bound on its payoff.

    Parameters
    ----------
    problem, evidence
        The agent and the checks.
    parts : sequence of Part
    guesses : efforts worth trying, such as the one the contract asks for.
    tolerance : float
        The bound exceeds the best payoff by no more than this, or than 3e-10 where that takes many boxes, or than the rounding of payoffs beyond measure.
    """
    points = _first_points(evidence, parts, guesses)
    known = _evaluate(problem, evidence, parts, points)
    best_index = int(np.argmax(known["payoff"]))
    best, best_effort = known["payoff"][best_index], known["x"][best_index]
    total, settled = points.size, -np.inf
    with np.errstate(
        all="ignore"
    ):  # where parts are beyond measure their sum is not known more closely than this
        rounding = _ROUNDING * np.abs(known["value"][:, best_index]).max(initial=0.0)
    if _HOPELESS < rounding < np.inf:
        tolerance = max(tolerance, rounding)
    left = {name: value[..., :-1] for name, value in known.items()}
    right = {name: value[..., 1:] for name, value in known.items()}
    for _ in range(_ROUNDS):
        bounds = _box_bounds(parts, left, right)
        opened = bounds > best + tolerance
        opened &= right["x"] - left["x"] > 4e-16
        settled = max(settled, bounds[~opened].max(initial=-np.inf))
        if not opened.any():
            break
        if opened.sum() > _MANY and tolerance < _RELAXED:  # an agent all but indifferent among many efforts
            tolerance = _RELAXED
            continue
        if opened.sum() > _LIMIT:
            settled = max(settled, bounds[opened].max())
            break
        left = {name: value[..., opened] for name, value in left.items()}
        right = {name: value[..., opened] for name, value in right.items()}
        inner = _evaluate(problem, evidence, parts, (left["x"] + (right["x"] - left["x"]) * _CUTS).ravel())
        total += inner["x"].size
        peak = int(np.argmax(inner["payoff"]))
        if inner["payoff"][peak] > best:
            best, best_effort = inner["payoff"][peak], inner["x"][peak]
        left, right = _split(left, inner, right)
    else:
        settled = max(settled, bounds[opened].max(initial=-np.inf))
    return ProvedOptimum(float(best_effort), float(best), float(max(best, settled)), total)


def _split(left, inner, right):
    """The boxes between the ends and the cuts of the open ones."""
    lefts, rights = {}, {}
    for name in left:
        cuts = np.split(inner[name], _CUTS.size, axis=-1)
        lefts[name] = np.concatenate([left[name], *cuts], axis=-1)
        rights[name] = np.concatenate([*cuts, right[name]], axis=-1)
    return lefts, rights


def _first_points(evidence, parts, guesses):
    """A few efforts, the guesses, and where the parts turn from convex to concave: no box then straddles a turn."""
    special = [x for part in parts for x in (part.convex_below, part.concave_above)]
    inside = evidence.effort(np.clip(special, evidence.at_no_effort, evidence.at_no_effort + evidence.gain))
    return np.unique(
        np.concatenate([np.linspace(0, 1, 13), inside, np.clip(np.asarray(guesses, float), 0, 1)])
    )


def _evaluate(problem, evidence, parts, x):
    """All that `_box_bounds` needs at efforts x; "value" and "slope" (in z) have a line for each part, "scale" is y."""
    values, cost = np.array([part.value(x) for part in parts]), problem.cost.cost(x)
    scale, cost_slope = _cost_scale(problem.cost, evidence.power, x)
    return {
        "x": x,
        "q": evidence.success(x),
        "z": x**evidence.power,
        "cost": cost,
        "scale": scale,
        "cost_slope": cost_slope,
        "value": values,
        "slope": evidence.gain * np.array([part.slope(x) for part in parts]),
        "payoff": values.sum(axis=0) - cost,
    }


def _cost_scale(cost, power, x):
    """y, a variable concave in z = x^power in which the cost is convex, and dc/dy."""
    if isinstance(cost, PowerCost):
        ratio = cost.power / power
        if ratio <= 1:
            return cost.cost(x), np.ones_like(x)
        return x**power, cost.scale * ratio * x ** (cost.power - power)
    return x, cost.slope(x)


def _box_bounds(parts, left, right):
    """An upper bound of W on each box, from two lines in z that both lie above it."""
    rise = right["z"] - left["z"]
    middle = (left["q"] + right["q"]) / 2
    from_left, from_right, gain_left, gain_right = (np.zeros_like(rise) for _ in range(4))
    for i, part in enumerate(parts):
        low, high = left["value"][i], right["value"][i]
        convex, concave = middle <= part.convex_below, middle >= part.concave_above
        up, down = (
            np.where(concave, end["slope"][i] * rise, np.where(convex, high - low, 0.0))
            for end in (left, right)
        )
        from_left += np.where(concave | convex, low, high)
        gain_left += np.where(np.isfinite(up), up, np.inf)
        known = np.isfinite(down)  # an infinite slope at the right end says nothing
        from_right += np.where(known, high, np.inf)
        gain_right += np.where(known, down, 0.0)
    longer = right["scale"] - left["scale"]
    slope_left = gain_left - left["cost_slope"] * longer  # rise of the line through the left end
    slope_right = gain_right - right["cost_slope"] * longer
    start, end = from_left - left["cost"], from_right - right["cost"]
    return _highest_of_lower(start, slope_left, end - slope_right, slope_right)


def _highest_of_lower(a, b, c, d):
    """max over s in [0, 1] of min(a + b s, c + d s); an infinite b leaves the other line alone."""
    best = np.where(b == np.inf, np.maximum(c, c + d), np.maximum(np.minimum(a, c), np.minimum(a + b, c + d)))
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = (c - a) / (b - d)
        at_cross = np.where((cross > 0) & (cross < 1), a + b * cross, -np.inf)
    return np.maximum(best, at_cross)


_GRID = np.concatenate([[0.0], np.geomspace(1e-3, 0.05, 5), np.linspace(0.075, 1, 38)])
_NEAR = np.array([0.03, 0.02, 0.012, 0.006, 0.002])
_DEVIATIONS = np.array([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20])
_PEAKS = 4  # peaks that are looked at more closely
_SAME = 1e-15  # of the largest difference in payoff: none


def most_tempting_deviation(payoff, effort, scale=np.inf):
    """The effort, other than `effort`, at a peak of the payoff with the largest gain, and that gain.

    A search, not a proof: solvers ask it which deviation to add next, and `proved_optimum` has the last word. `payoff` takes an array of
    efforts. The highest peaks of a grid, denser around `effort`, are refined by zooming between their neighbours. `scale`: the change of
    effort that moves the mean count by one standard deviation, 1/√(n𝓘). Pay may turn as quickly, so steps of it are looked at where small.
    """
    near = _NEAR if 2 * scale > _NEAR[0] else np.concatenate([_NEAR, scale * _DEVIATIONS])
    points = np.clip(np.concatenate([_GRID, effort - near, effort + near, [effort]]), 0, 1)
    x = np.unique(points)
    gains = payoff(x)
    here = int(np.searchsorted(x, effort))
    gains = gains - gains[here]
    padded = np.concatenate([[-np.inf], gains, [-np.inf]])
    highest = (gains >= padded[:-2]) & (gains >= padded[2:])
    same = _SAME * (
        1 + np.abs(gains).max()
    )  # where pay hardly turns every point is a peak: its ends stand for a plateau
    level = (np.abs(gains - padded[:-2]) <= same) & (np.abs(gains - padded[2:]) <= same)
    peaks = np.flatnonzero(highest & ~level) if np.any(highest & ~level) else np.flatnonzero(highest)
    peaks = peaks[peaks != here]
    if not peaks.size:  # the payoff only falls: the nearest other effort stands for all
        peaks = np.array([here - 1 if here else here + 1])
    peaks = peaks[np.argsort(-gains[peaks], kind="stable")][:_PEAKS]
    other, gain = float(x[peaks[0]]), float(gains[peaks[0]])
    close = peaks[gains[peaks] > -1e-3 * (1 + abs(gain))]
    left, right = x[np.maximum(close - 1, 0)], x[np.minimum(close + 1, x.size - 1)]
    own = float(payoff(np.array([effort]))[0]) if close.size else 0.0
    for _ in range(6 if close.size else 0):
        inner = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, 17)
        values = payoff(inner.ravel()).reshape(inner.shape) - own
        values = np.where(np.abs(inner - effort) < 1e-9, -np.inf, values)
        j = np.argmax(values, axis=1)
        rows = np.arange(close.size)
        left, right = inner[rows, np.maximum(j - 1, 0)], inner[rows, np.minimum(j + 1, 16)]
        best = int(np.argmax(values[rows, j]))
        if values[best, j[best]] > gain:
            other, gain = float(inner[best, j[best]]), float(values[best, j[best]])
    return other, gain
