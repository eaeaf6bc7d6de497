"""Lesson 03: watch downstream hide effort."""

from __future__ import annotations

from math import exp, log, pi, sqrt

import numpy as np
from scipy.special import expit

from annolib.course.definitions import (
    Case,
    Exercise,
    LessonDefinition,
    Mistake,
    Property,
    Question,
    Rubric,
    Variant,
    between,
)
from annolib.reward import degrade_labels, label_worth

# Exercise 1: coin flips on top of real labels. Luck is judged by its mean and its scatter.

_MANY = np.full(4_000, 30)
_NONE = np.zeros(4_000, int)


def _degraded(function, left, right, effort, seed=0):
    new = function(left.copy(), right.copy(), effort, np.random.default_rng(seed))
    return np.asarray(new[0]), np.asarray(new[1])


def _gives_two_arrays(function):
    try:
        one, other = _degraded(function, np.array([4, 0, 2]), np.array([1, 3, 2]), 0.5)
    except (TypeError, ValueError, IndexError):
        return False
    return one.shape == other.shape == (3,)


def _stays(function, left, right):
    one, other = _degraded(function, left, right, 1.0)
    return bool(np.array_equal(one, left) and np.array_equal(other, right))


def _keeps_the_number(function):
    efforts = (0.0, 0.3, 0.8)
    news = [
        _degraded(function, np.array([40, 0, 7, 1]), np.array([0, 25, 7, 0]), e, seed=e != 0) for e in efforts
    ]
    totals = [one + other for one, other in news]
    positive = all(min(one.min(), other.min()) >= 0 for one, other in news)
    return positive and all(np.allclose(total, [40, 25, 14, 1]) for total in totals)


def _whole(function):
    one, _ = _degraded(function, np.arange(50), np.arange(50)[::-1].copy(), 0.37)
    return bool(np.allclose(one, np.round(one)))


def _near(seen, mean, variance):
    """Six standard errors of a mean over 4,000 pairs of independent luck."""
    return abs(np.mean(seen) - mean) < 6 * sqrt(variance / 4_000)


def _coin_lands_on_either_side(function):
    one, other = _degraded(function, _MANY, _NONE, 0.0)
    return _near(one, 15, 7.5) and _near(other, 15, 7.5)


def _both_sides_alike(function):
    from_left = _degraded(function, _MANY, _NONE, 0.4)[1]
    from_right = _degraded(function, _NONE, _MANY, 0.4, seed=1)[0]
    return _near(from_left - from_right.mean(), 0, 2 * 30 * 0.25)


def _right_share_of_coins(function):
    one, _ = _degraded(function, _MANY, _NONE, 0.4)
    mixed, _ = _degraded(function, _MANY, _MANY // 3, 0.8, seed=2)
    return _near(one, 30 * 0.7, 30 * 0.21) and _near(mixed, 30 * 0.9 + 10 * 0.1, 40 * 0.09)


def _each_label_on_its_own(function):
    spread = np.var(_degraded(function, _MANY, _NONE, 0.4, seed=3)[0]) / (30 * 0.21)
    between = np.var(_degraded(function, _MANY, _MANY // 3, 0.5, seed=4)[0]) / (40 * 0.1875)
    return 0.75 < spread < 1.35 and 0.75 < between < 1.35


def _new_luck_from_another_generator(function):
    one, other = (_degraded(function, _MANY, _NONE, 0.4, seed=seed)[0] for seed in (5, 6))
    return not np.array_equal(one, other)


def _same_luck_from_the_same_generator(function):
    one, other = (_degraded(function, _MANY, _NONE, 0.4, seed=7)[0] for _ in range(2))
    return bool(np.array_equal(one, other))


DEGRADE = Exercise(
    name="degrade",
    reference=lambda left, right, effort, rng: degrade_labels(left, right, effort, rng=rng),
    probes=(Case("three pairs", np.array([4, 0, 2]), np.array([1, 3, 2]), 0.5, np.random.default_rng(1)),),
    properties=(
        Property(
            "gives the new left and the new right counts",
            _gives_two_arrays,
            "Return two arrays, the new counts for left and for right: `return new_left, new_right`.",
        ),
        Property(
            "at effort 1 nothing changes",
            lambda f: _stays(f, np.array([7, 0, 3]), np.array([0, 5, 0])),
            "At effort 1 every label must stay as it is. How often does a label stay at effort η?",
        ),
        Property(
            "at effort 1 nothing changes, on mixed pairs either",
            lambda f: _stays(f, np.arange(40) % 7, np.arange(40) % 5),
            "At effort 1 a pair with labels on both sides changed: you draw its labels anew. Turn single labels.",
        ),
        Property(
            "keeps the number of labels of each pair",
            _keeps_the_number,
            "A pair lost or won labels. What leaves one side must arrive on the other.",
        ),
        Property(
            "gives whole numbers",
            _whole,
            "These are expected counts, not coin flips: labels come in whole numbers. `rng.binomial` draws.",
        ),
        Property(
            "a coin leaves half of the labels where they are",
            _coin_lands_on_either_side,
            "At effort 0 every label is a fair coin, so half of 30 lefts stay left. A coin often says what was said.",
        ),
        Property(
            "right labels are degraded as well",
            _both_sides_alike,
            "Labels for right must turn as often as labels for left.",
        ),
        Property(
            "the share of turned labels",
            _right_share_of_coins,
            "The share of labels that change sides is off. A label is replaced with probability 1 − η; what then?",
        ),
        Property(
            "each label has a coin of its own",
            _each_label_on_its_own,
            "The average is right, the scatter is not: each label must have its own coin, not each pair.",
        ),
        Property(
            "another generator brings other luck",
            _new_luck_from_another_generator,
            "Two generators gave the same coins: you draw from a generator of your own. Use `rng`.",
        ),
        Property(
            "the same generator brings the same luck",
            _same_luck_from_the_same_generator,
            "Twice the same generator gave other coins, so nobody can repeat your run. Draw from `rng` only.",
        ),
    ),
)

# Exercise 2: the slope of the penalised log likelihood.


def _slope(weights, x, left, right):
    p = expit(x @ weights)
    return x.T @ (left - (left + right) * p) - weights


def _slope_by_single_labels(weights, x, left, right):
    """Central differences of the log likelihood written label by label, refined by Richardson's rule."""

    def height(w):
        total = -sum(float(one) ** 2 for one in w) / 2
        for row, lefts, rights in zip(x, left, right, strict=True):
            s = float(sum(a * b for a, b in zip(row, w, strict=True)))
            total -= lefts * log(1 + exp(-s)) + rights * log(1 + exp(s))
        return total

    slope = []
    for place in range(len(weights)):
        moved = []
        for step in (2e-3, 1e-3):
            move = np.zeros(len(weights))
            move[place] = step
            moved.append((height(weights + move) - height(weights - move)) / (2 * step))
        slope.append((4 * moved[1] - moved[0]) / 3)
    return np.array(slope)


_X = np.array([[1.0, -0.5], [0.2, 0.8], [-1.2, 0.1], [0.0, 1.5]])

REWARD_SLOPE = Exercise(
    name="reward_slope",
    reference=_slope,
    oracle=_slope_by_single_labels,
    probes=(
        Case("no weights yet", np.zeros(2), _X, np.array([3, 0, 1, 2]), np.array([1, 2, 4, 0])),
        Case("some weights", np.array([0.7, -1.1]), _X, np.array([3, 0, 1, 2]), np.array([1, 2, 4, 0])),
        Case(
            "a pair without labels", np.array([0.3, 0.4]), _X, np.array([0, 1, 1, 5]), np.array([0, 2, 0, 0])
        ),
        Case("one feature", np.array([2.0]), _X[:, :1], np.array([1, 1, 0, 1]), np.array([0, 0, 1, 0])),
        Case("no labels at all", np.array([0.5, -2.0]), _X, np.zeros(4, int), np.zeros(4, int)),
    ),
    mistakes=(
        Mistake(
            "ridge forgotten",
            lambda w, x, left, right: _slope(w, x, left, right) + w,
            "The likelihood is right. The last term of the formula, the ridge, has a slope too.",
        ),
        Mistake(
            "ridge upside down",
            lambda w, x, left, right: _slope(w, x, left, right) + 2 * w,
            "The ridge pulls weights towards 0: its slope has the other sign.",
        ),
        Mistake(
            "ridge doubled",
            lambda w, x, left, right: _slope(w, x, left, right) - w,
            "Mind the ½ in front of the ridge when you take its slope.",
        ),
        Mistake(
            "one label a pair",
            lambda w, x, left, right: x.T @ (left - expit(x @ w)) - w,
            "Each pair has its own number of labels: the model expects (l + r) p of them on the left, not p.",
        ),
        Mistake(
            "left only",
            lambda w, x, left, right: x.T @ (left - left * expit(x @ w)) - w,
            "Labels for right pull as well: each has the slope −p.",
        ),
        Mistake(
            "logits for chances",
            lambda w, x, left, right: x.T @ (left - (left + right) * (x @ w)) - w,
            "You compare counts with logits. Turn the logit into a chance first, with σ.",
        ),
        Mistake(
            "p and 1 − p exchanged",
            lambda w, x, left, right: x.T @ (left * expit(x @ w) - right * (1 - expit(x @ w))) - w,
            "You exchanged p and 1 − p: a label for left that the model expected, with p near 1, hardly pulls.",
        ),
        Mistake(
            "downhill",
            lambda w, x, left, right: -_slope(w, x, left, right),
            "This is the slope of the loss. Here we climb the likelihood: turn the sign.",
        ),
        Mistake(
            "downhill, but for the ridge",
            lambda w, x, left, right: -_slope(w, x, left, right) - 2 * w,
            "The likelihood's part has the wrong sign: a label for left the model did not expect pushes the logit up.",
        ),
        Mistake(
            "mean over pairs",
            lambda w, x, left, right: (_slope(w, x, left, right) + w) / len(x) - w,
            "You averaged over the pairs. The log likelihood is a sum over labels.",
        ),
        Mistake(
            "mean over labels",
            lambda w, x, left, right: (_slope(w, x, left, right) + w) / max((left + right).sum(), 1) - w,
            "You divided by the number of labels. The log likelihood is a sum.",
        ),
        Mistake(
            "no features",
            lambda w, x, left, right: left - (left + right) * expit(x @ w),
            "These are the surprises, one a pair. The chain rule multiplies each by its features and adds them up.",
        ),
    ),
    tolerance=1e-5,
)

# Exercise 3: the precision that a label buys.


def _precision(effort, s, c):
    p, fitted = expit(s), expit(c * s)
    q = 0.5 + effort * (p - 0.5)
    return (c * np.mean(fitted * (1 - fitted))) ** 2 / np.mean(q * (1 - q) + (q - fitted) ** 2)


def _precision_by_labels(effort, s, c):
    """Both labels of every item written out; the bend by a step in the imaginary direction."""
    bend, square = 0.0, 0.0
    for one in np.asarray(s, float):
        bend += (1 / (1 + np.exp(-(c * one + 1e-30j)))).imag / 1e-30
        fitted, p = 1 / (1 + exp(-c * one)), 1 / (1 + exp(-one))
        left = effort * p + (1 - effort) / 2
        square += sum(chance * (label - fitted) ** 2 for label, chance in ((1, left), (0, 1 - left)))
    return (c * bend / len(s)) ** 2 / (square / len(s))


_LOGITS = np.array([-2.1, -0.4, 0.3, 0.9, 1.6, -1.2])


def _parts(effort, s, c):
    p, fitted = expit(s), expit(c * s)
    return 0.5 + effort * (p - 0.5), fitted, np.mean(fitted * (1 - fitted))


LABEL_PRECISION = Exercise(
    name="label_precision",
    reference=_precision,
    oracle=_precision_by_labels,
    probes=(
        Case("attentive labels", 1.0, _LOGITS, 1.0),
        Case("effort .6", 0.6, _LOGITS, 0.53),
        Case("hardly any effort", 0.1, _LOGITS, 0.08),
        Case("no effort", 0.0, _LOGITS, 0.0),
        Case("torn items", 0.5, _LOGITS / 50, 0.5),
        Case("decided items", 0.7, 6 * _LOGITS, 0.2),
    ),
    mistakes=(
        Mistake(
            "c forgotten",
            lambda effort, s, c: _precision(effort, s, 1.0),
            "Your result does not know c: the fit predicts σ(cs), and its arrow has the length c.",
        ),
        Mistake(
            "length forgotten",
            lambda effort, s, c: (
                _parts(effort, s, c)[2] ** 2
                / np.mean(
                    _parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0])
                    + np.subtract(*_parts(effort, s, c)[:2]) ** 2
                )
            ),
            "This is A²/B. A short arrow is turned by less: the length c belongs into the square.",
        ),
        Mistake(
            "length not squared",
            lambda effort, s, c: _precision(effort, s, c) / c if c else 0.0,
            "The length c stands inside the square, beside A.",
        ),
        Mistake(
            "nothing squared",
            lambda effort, s, c: (
                c
                * _parts(effort, s, c)[2]
                / np.mean(
                    _parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0])
                    + np.subtract(*_parts(effort, s, c)[:2]) ** 2
                )
            ),
            "Square c·A: precision is one over a variance, and c·A scales a deviation.",
        ),
        Mistake(
            "misfit forgotten",
            lambda effort, s, c: (
                (c * _parts(effort, s, c)[2]) ** 2
                / np.mean(_parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0]))
            ),
            "B has two terms: the coin of the label, q(1 − q), and the misfit of the model, (q − σ(cs))².",
        ),
        Mistake(
            "the model's own variance",
            lambda effort, s, c: c**2 * _parts(effort, s, c)[2],
            "You took σ(cs)(1 − σ(cs)) for B as well, as if the model were true. The labels follow q.",
        ),
        Mistake(
            "attentive bend",
            lambda effort, s, c: (
                (c * np.mean(expit(s) * (1 - expit(s)))) ** 2
                / np.mean(
                    _parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0])
                    + np.subtract(*_parts(effort, s, c)[:2]) ** 2
                )
            ),
            "A is taken at the logits of the fit, c·s, and not at the true ones.",
        ),
        Mistake(
            "the labels' bend",
            lambda effort, s, c: (
                (c * np.mean(_parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0]))) ** 2
                * _precision(effort, s, c)
                / (c * _parts(effort, s, c)[2]) ** 2
                if c
                else 0.0
            ),
            "A says how sharply the likelihood of the model bends: take σ(cs) there, and q in B.",
        ),
        Mistake(
            "misfit against p",
            lambda effort, s, c: (
                (c * _parts(effort, s, c)[2]) ** 2
                / np.mean(
                    _parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0]) + (expit(s) - expit(c * s)) ** 2
                )
            ),
            "The misfit in B is how far the model's chance is from the label's: q − σ(cs), not p − σ(cs).",
        ),
        Mistake(
            "mean of ratios",
            lambda effort, s, c: float(
                np.mean(
                    (c * expit(c * s) * (1 - expit(c * s))) ** 2
                    / (
                        _parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0])
                        + (_parts(effort, s, c)[0] - expit(c * s)) ** 2
                    )
                )
            ),
            "You divided item by item and took the mean last. A and B are means, each taken over all items first.",
        ),
        Mistake(
            "attentive labels",
            lambda effort, s, c: _precision(1.0, s, c),
            "Effort does not enter here. The label is left with probability q, and q holds the effort.",
        ),
        Mistake(
            "effort on the logits",
            lambda effort, s, c: (
                (c * _parts(effort, s, c)[2]) ** 2
                / np.mean(
                    expit(effort * s) * (1 - expit(effort * s)) + (expit(effort * s) - expit(c * s)) ** 2
                )
            ),
            "Carelessness mixes a coin into the chance: q = ½ + η(p − ½). It does not shorten the logit.",
        ),
        Mistake(
            "effort without the coin",
            lambda effort, s, c: (
                (c * _parts(effort, s, c)[2]) ** 2
                / np.mean(
                    effort * expit(s) * (1 - effort * expit(s)) + (effort * expit(s) - expit(c * s)) ** 2
                )
            ),
            "A label that is not a judgement is left half of the time: q = ηp + (1 − η)/2.",
        ),
        Mistake(
            "one number an item",
            lambda effort, s, c: (
                (c * expit(c * s) * (1 - expit(c * s))) ** 2
                / (
                    _parts(effort, s, c)[0] * (1 - _parts(effort, s, c)[0])
                    + (_parts(effort, s, c)[0] - expit(c * s)) ** 2
                )
            ),
            "A and B are means over the items. Take both before you divide.",
        ),
        Mistake(
            "sums for means",
            lambda effort, s, c: _precision(effort, s, c) * len(s),
            "You took sums over the items. A and B are means.",
        ),
        Mistake(
            "the variance",
            lambda effort, s, c: 1 / _precision(effort, s, c) if c else np.inf,
            "This is the variance. Precision is one over it.",
        ),
    ),
)

# Exercise 4: which labels to buy.


def _best_offer(efforts, prices, logit_sd):
    return int(np.argmax(np.asarray(label_worth(efforts, logit_sd)) / prices))


def _worth_by_bisection(effort, sd, nodes=801):
    """The worth of a label from the sums written out, with the shrinkage found by halving."""
    z = np.linspace(-8, 8, nodes)
    weight = np.exp(-(z**2) / 2) / sqrt(2 * pi)
    weight, s = weight / weight.sum(), sd * z

    def precision(eta):
        q, low, high = eta / (1 + np.exp(-s)) + (1 - eta) / 2, 0.0, 1.5
        for _ in range(60):
            c = (low + high) / 2
            low, high = (c, high) if weight @ (s * (q - 1 / (1 + np.exp(-c * s)))) > 0 else (low, c)
        f = 1 / (1 + np.exp(-c * s))
        return (c * (weight @ (f * (1 - f)))) ** 2 / (weight @ (q * (1 - f) ** 2 + (1 - q) * f**2))

    return precision(effort) / precision(1.0)


def _best_offer_one_by_one(efforts, prices, logit_sd):
    per_euro = [
        _worth_by_bisection(float(e), logit_sd) / float(p) for e, p in zip(efforts, prices, strict=True)
    ]
    return per_euro.index(max(per_euro))


BEST_OFFER = Exercise(
    name="best_offer",
    reference=_best_offer,
    oracle=_best_offer_one_by_one,
    probes=(
        Case("half the care at half the price", np.array([0.5, 1.0]), np.array([0.5, 1.0]), 1.0),
        Case("three offers", np.array([0.9, 0.7, 0.3]), np.array([0.6, 0.28, 0.1]), 1.0),
        Case("care that is too dear", np.array([1.0, 0.8, 0.6]), np.array([3.0, 0.9, 0.7]), 1.0),
        Case("between the square and the exact form", np.array([1.0, 0.6]), np.array([1.0, 0.34]), 1.0),
        Case("the same on torn items", np.array([1.0, 0.6]), np.array([1.0, 0.34]), 0.2),
        Case("decided items", np.array([0.6, 1.0, 0.8]), np.array([0.3, 1.0, 0.6]), 3.0),
        Case("nothing for nothing", np.array([0.0, 0.4]), np.array([0.01, 2.0]), 1.0),
    ),
    mistakes=(
        Mistake(
            "most careful",
            lambda efforts, prices, logit_sd: int(np.argmax(efforts)),
            "The most careful labels are not always the best buy. Divide what a label is worth by its price.",
        ),
        Mistake(
            "cheapest",
            lambda efforts, prices, logit_sd: int(np.argmin(prices)),
            "The cheapest label may teach next to nothing. Divide what it is worth by its price.",
        ),
        Mistake(
            "effort per euro",
            lambda efforts, prices, logit_sd: int(np.argmax(efforts / prices)),
            "This takes worth for proportional to effort. A label of half the effort is worth far less than half.",
        ),
        Mistake(
            "square per euro",
            lambda efforts, prices, logit_sd: int(np.argmax(efforts**2 / prices)),
            "η² is the worth on torn items only. Where people are decided a careless label is worth less.",
        ),
        Mistake(
            "most expensive way",
            lambda efforts, prices, logit_sd: int(
                np.argmax(prices / np.maximum(label_worth(efforts, logit_sd), 1e-12))
            ),
            "You took the worst buy: the least worth for a euro. Asked is the most.",
        ),
        Mistake(
            "worth, not its place",
            lambda efforts, prices, logit_sd: float(
                np.max(np.asarray(label_worth(efforts, logit_sd)) / prices)
            ),
            "This is the worth per euro of the best offer. Give its place in the list: 0 is the first.",
        ),
        Mistake(
            "counted from 1",
            lambda efforts, prices, logit_sd: _best_offer(efforts, prices, logit_sd) + 1,
            "You count places from 1. In Python the first offer is number 0.",
        ),
        Mistake(
            "effort, not its place",
            lambda efforts, prices, logit_sd: float(efforts[_best_offer(efforts, prices, logit_sd)]),
            "This is the effort of the best offer. Give its place in the list: 0 is the first.",
        ),
        Mistake(
            "logits of one kind only",
            lambda efforts, prices, logit_sd: int(np.argmax(np.asarray(label_worth(efforts)) / prices)),
            "Hand logit_sd on: how much a careless label is worth depends on how decided people are.",
        ),
    ),
)

# Exercise 5: effort read off an accuracy.


def _read_effort(accuracy, reference):
    return float(np.clip((accuracy - 0.5) / (reference - 0.5), 0, 1))


def _read_effort_by_halving(accuracy, reference):
    """The effort whose noisy labels agree that often: judged ones at the reference, coins at one half."""
    low, high = 0.0, 1.0
    for _ in range(60):
        effort = (low + high) / 2
        below = effort * reference + (1 - effort) / 2 < accuracy
        low, high = (effort, high) if below else (low, effort)
    return low if low > 1e-15 else 0.0


READ_EFFORT = Exercise(
    name="read_effort",
    reference=_read_effort,
    oracle=_read_effort_by_halving,
    probes=(
        Case("halfway", 0.6, 0.7),
        Case("full effort", 0.7, 0.7),
        Case("little effort", 0.52, 0.8),
        Case("better than the reference", 0.75, 0.7),
        Case("worse than a coin", 0.45, 0.7),
        Case("a strong model", 0.8, 0.95),
        Case("a coin", 0.5, 0.6),
    ),
    mistakes=(
        Mistake(
            "not clipped",
            lambda accuracy, reference: (accuracy - 0.5) / (reference - 0.5),
            "Luck can carry an accuracy beyond the reference or below ½. An effort stays within 0 and 1.",
        ),
        Mistake(
            "clipped above only",
            lambda accuracy, reference: min((accuracy - 0.5) / (reference - 0.5), 1),
            "An accuracy below ½ gives a negative number. No effort is below 0.",
        ),
        Mistake(
            "clipped below only",
            lambda accuracy, reference: max((accuracy - 0.5) / (reference - 0.5), 0),
            "An accuracy above the reference gives more than 1. No effort is above 1.",
        ),
        Mistake(
            "ratio",
            lambda accuracy, reference: min(accuracy / reference, 1),
            "A coin agrees half of the time without any effort: count from ½, not from 0.",
        ),
        Mistake(
            "ratio without a limit",
            lambda accuracy, reference: accuracy / reference,
            "Accuracy over reference counts from 0. A coin already has ½ of both: count from there.",
        ),
        Mistake(
            "upside down",
            lambda accuracy, reference: float(np.clip((reference - 0.5) / max(accuracy - 0.5, 1e-12), 0, 1)),
            "Turn the fraction: the accuracy seen stands above.",
        ),
        Mistake(
            "the repeat's formula",
            lambda accuracy, reference: sqrt(max(0.0, min(1.0, (accuracy - 0.5) / (reference - 0.5)))),
            "No root here: only one of the two sides, the label, holds the effort.",
        ),
        Mistake(
            "a perfect reference",
            lambda accuracy, reference: float(np.clip(2 * accuracy - 1, 0, 1)),
            "This takes the model for perfect. At full effort it agrees with the share `reference`.",
        ),
        Mistake(
            "coins forgotten",
            lambda accuracy, reference: float(np.clip((accuracy - 0.5) / reference, 0, 1)),
            "Above you count from ½, below from 0. At full effort the answer must be 1.",
        ),
    ),
)

ANSWER_THE_MANAGER = Rubric(
    name="answer_the_manager",
    criteria=(
        "It says against which labels the 69% were measured, or asks.",
        "It says what clean test labels would have hidden, with one number of this lesson.",
        "It says what noisy test labels would have shown, and which number one must know to read it.",
        "It names one thing besides effort that moves accuracy: the features, the prompts, the number of labels.",
        "It proposes one check of effort that needs no reference from the model.",
    ),
    model_answer=(
        "Against which labels did you measure the 69%? "
        "If somebody careful labelled the test once, the number hardly moves: here six coins in ten judgements cost it "
        "less than a point. "
        "If this quarter's own labels are the test, coin flips would have shown, along a half plus effort times a minus "
        "a half. "
        "To read that you must know a, what attentive labels would give. "
        "New prompts alone move it by several points; a better model hides a fall. "
        "A habit in place of coins can even make it rise. "
        "Show everybody some items twice, sides swapped: that asks no model."
    ),
)

QUIZ = (
    Question(
        "Six of ten training labels of a model of eight weights become coin flips. The test labels stay. "
        "What does its accuracy do?",
        ("It falls by 60%.", "It hardly moves.", "It falls to one half."),
        "It hardly moves.",
        "The coins favour no side: the fitted direction hardly turns, and accuracy asks for the side only.",
    ),
    Question(
        "The same, and the test labels are degraded as well. The model agreed with 70% of them at full effort. And now?",
        ("With 70%.", "With 58%.", "With 28%."),
        "With 58%.",
        "½ + .4 · .2: a judged label agrees as before, a coin half of the time.",
    ),
    Question(
        "What is a label of effort ½ worth to the model, on torn items?",
        ("Half an attentive label.", "A quarter of one.", "Nothing."),
        "A quarter of one.",
        "Worth is η² there; where people are decided it is less: .17 at a standard deviation of 2.",
    ),
    Question(
        "A model agrees with 60% of held-out labels of its own crowd. How careful is the crowd?",
        ("Effort .6.", "Effort .2.", "One must know what attentive labels would give."),
        "One must know what attentive labels would give.",
        "A weak model with careful people and a strong one with careless people both give 60%.",
    ),
    Question(
        "When does held-out accuracy tell about effort?",
        (
            "When the test labels come from the same people, and the reference is known.",
            "Whenever the test set is large.",
            "When the test labels are as clean as possible.",
        ),
        "When the test labels come from the same people, and the reference is known.",
        "Then, if careless people flip coins, the model is an expert of known strength, and each label of theirs is a check.",
    ),
)

VARIANTS = (
    Variant(
        "label_precision",
        "Three items have the true logits {s1:.1f}, {s2:.1f} and {s3:.1f}; the labels are given with effort {effort:.2f}, "
        "and the fit is {c:.2f} times as long as the truth. What does one label add to the precision of the direction, "
        "(c A)² / B? Give four decimals.",
        lambda rng: {
            "effort": between(rng, 0.3, 0.9, 2),
            "s1": between(rng, -2.5, -0.5, 1),
            "s2": between(rng, -0.4, 0.4, 1),
            "s3": between(rng, 0.5, 2.5, 1),
            "c": between(rng, 0.4, 0.9, 2),
        },
        lambda effort, s1, s2, s3, c: (effort, np.array([s1, s2, s3]), c),
        tolerance=5e-5,
    ),
)

LESSON = LessonDefinition(
    number=3,
    title="Watch downstream hide effort",
    minutes_to_read=40,
    minutes_to_do=35,
    exercises=(DEGRADE, REWARD_SLOPE, LABEL_PRECISION, BEST_OFFER, READ_EFFORT),
    quiz=QUIZ,
    rubrics=(ANSWER_THE_MANAGER,),
    variants=VARIANTS,
)
