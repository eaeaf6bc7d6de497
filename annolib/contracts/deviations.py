"""The agent's best effort under a given contract, found so that no effort can be missed.

The agent's payoff is W(η) = U(q(η)) − c(η). U is a sum of parts, each convex in q below a known point and concave above it:

- P(X ≥ t) has density ∝ q^(t−1)(1−q)^(n−t) in q, which rises up to (t−1)/(n−1) and falls beyond;
- for pay that is flat and then concave in the count, U″ changes sign at most once, from + to −: expectations under
  binomial laws do not add sign changes (variation diminution; Karlin, Total Positivity, 1968).

- any pay is the sum of a part convex in the count and one concave in it (`annolib.contracts.any_pay`).

On a box of efforts between two neighbouring points a convex part lies below its chord and a concave part below its
tangents, q (convex in η) below its chord and above its tangents, c above its tangents. That bounds W on the box with an error of second order
in its width. Boxes whose bound exceeds the best value found are cut into four until none does by more than the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_LIMIT = 20_000  # boxes in one round
_ROUNDS = 40
_MANY, _RELAXED = 2_000, 3e-10  # with so many boxes open, this tolerance does
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
class BestAnswer:
    """Where the payoff is largest, and a bound no effort exceeds."""

    effort: float
    payoff: float
    bound: float
    points: int


def best_answer(problem, evidence, parts, guesses=(), tolerance=1e-13):
    """The best effort in [0, 1] against U = Σ parts, with a bound on its payoff.

    Parameters
    ----------
    problem, evidence
        The agent and the checks.
    parts : sequence of Part
    guesses : efforts worth trying, such as the one the contract asks for.
    tolerance : float
        The bound exceeds the best payoff by no more than this, or than 3e-10 where that takes many boxes.
    """
    points = _first_points(evidence, parts, guesses)
    known = _evaluate(problem, evidence, parts, points)
    best_index = int(np.argmax(known["payoff"]))
    best, best_effort = known["payoff"][best_index], known["x"][best_index]
    total, settled = points.size, -np.inf
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
    return BestAnswer(float(best_effort), float(best), float(max(best, settled)), total)


def _split(left, inner, right):
    """The boxes between the ends and the cuts of the open ones."""
    lefts, rights = {}, {}
    for name in left:
        cuts = np.split(inner[name], _CUTS.size, axis=-1)
        lefts[name] = np.concatenate([left[name], *cuts], axis=-1)
        rights[name] = np.concatenate([*cuts, right[name]], axis=-1)
    return lefts, rights


def _first_points(evidence, parts, guesses):
    special = [x for part in parts for x in (part.convex_below, part.concave_above)]
    inside = evidence.effort(np.clip(special, evidence.start, evidence.start + evidence.gain))
    return np.unique(
        np.concatenate([np.linspace(0, 1, 13), inside, np.clip(np.asarray(guesses, float), 0, 1)])
    )


def _evaluate(problem, evidence, parts, x):
    values = np.array([part.value(x) for part in parts])
    return {
        "x": x,
        "q": evidence.hit(x),
        "q_slope": evidence.slope(x),
        "cost": problem.cost.cost(x),
        "cost_slope": problem.cost.slope(x),
        "value": values,
        "slope": np.array([part.slope(x) for part in parts]),
        "payoff": values.sum(axis=0) - problem.cost.cost(x),
    }


def _box_bounds(parts, left, right):
    """An upper bound of W on each box, from two lines that both lie above it."""
    width = right["x"] - left["x"]
    rise = right["q"] - left["q"]
    middle = (left["q"] + right["q"]) / 2
    from_left, from_right, gain_left, gain_right = (np.zeros_like(width) for _ in range(4))
    for i, part in enumerate(parts):
        low, high = left["value"][i], right["value"][i]
        convex, concave = middle <= part.convex_below, middle >= part.concave_above
        with np.errstate(divide="ignore", invalid="ignore"):
            chord = np.where(rise > 0, (high - low) / rise, 0.0)  # per q
        steep = [np.where(concave, end["slope"][i], np.where(convex, chord, 0.0)) for end in (left, right)]
        # where a part falls in q, the least that q rises by counts: the tangents of q
        up, down = (
            np.where(each >= 0, each * rise, each * end["q_slope"] * width)
            for each, end in zip(steep, (left, right), strict=True)
        )
        from_left += np.where(concave | convex, low, high)
        gain_left += np.where(np.isfinite(up), up, np.inf)
        known = np.isfinite(down)  # an infinite slope at the right end says nothing
        from_right += np.where(known, high, np.inf)
        gain_right += np.where(known, down, 0.0)
    slope_left = gain_left - left["cost_slope"] * width  # rise of the line through the left end
    slope_right = gain_right - right["cost_slope"] * width
    start, end = from_left - left["cost"], from_right - right["cost"]
    return _highest_of_lower(start, slope_left, end - slope_right, slope_right)


def _highest_of_lower(a, b, c, d):
    """max over s in [0, 1] of min(a + b s, c + d s)."""
    best = np.maximum(np.minimum(a, c), np.minimum(a + b, c + d))
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = (c - a) / (b - d)
        at_cross = np.where((cross > 0) & (cross < 1), a + b * cross, -np.inf)
    return np.maximum(best, at_cross)
