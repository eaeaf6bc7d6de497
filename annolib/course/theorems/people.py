"""What does not tell effort: agreement with the majority, and how well a model does that learnt from the labels."""

from __future__ import annotations

import numpy as np

from annolib.course.theorems.entries import PAPER, Counter, Entry, Seen, Shown
from annolib.preferences.taste_groups import agreement_with_majority


def _voters():
    settled = agreement_with_majority(0.3, 0.4)
    many = agreement_with_majority(0.3, 0.4, others=1001)
    return Seen(1001, many.smaller / settled.smaller - 1)


def _one_taste():
    same = agreement_with_majority(1.0, 0.4)
    words = f"one taste: careful people agree in {same.smaller:.0%}, coin flippers in {same.coin:.0%}"
    return Counter(same.smaller > same.coin, words)


def _fit(pairs, effort, features=4, seed=1):
    """Weights of a Bradley-Terry model by Newton's method, on labels of that effort, and the true ones."""
    rng = np.random.default_rng(seed)
    true = np.array([1.0, -0.5, 0.8, 0.2])[:features]
    x = rng.standard_normal((pairs, features))
    p = 1 / (1 + np.exp(-x @ true))
    left = rng.random(pairs) < 0.5 + effort * (p - 0.5)
    weights = np.zeros(features)
    for _ in range(20):
        q = 1 / (1 + np.exp(-x @ weights))
        weights += np.linalg.solve((x * (q * (1 - q))[:, None]).T @ x, x.T @ (left - q))
    return weights, true


def _misordered(pairs, effort):
    """The share of pairs that the fitted weights order otherwise than the true ones: the angle over π."""
    weights, true = _fit(pairs, effort)
    cosine = weights @ true / np.linalg.norm(weights) / np.linalg.norm(true)
    return float(np.arccos(min(cosine, 1.0)) / np.pi)


def _few_labels():
    few, many = _misordered(200, 0.4), _misordered(100_000, 0.4)
    return Counter(
        few > 10 * many, f"200 pairs in place of 100,000: {few:.1%} are ordered wrongly, not {many:.1%}"
    )


ENTRIES = (
    Entry(
        name="Heterogeneity",
        statement="Where tastes differ, agreement with the majority does not order people by effort: with a minority of 40 % who lean "
        "the other way on 70 % of the items, careful people of the minority agree in 34 %, coin flippers in 50 %.",
        condition="groups of unequal size whose tastes differ",
        source=PAPER + ", heterogeneity",
        shown=(
            Shown(1, "simulation and formula differ by less than 0.02"),
            Shown(2, "yours and the library's agree"),
        ),
        check=_voters,
        allowed=1e-6,
        counter=_one_taste,
    ),
    Entry(
        name="Downstream accuracy",
        statement=r"With labels of law $\frac12 + \eta(p - \frac12)$ the fitted Bradley-Terry weights point in the same direction for "
        r"every $\eta > 0$; the error is the share of pairs that they order wrongly at $\eta = 0.4$.",
        condition="features with a normal law, and many labels",
        source=PAPER + ", downstream performance",
        shown=(Shown(3, "69% at effort 1 and at .4"), Shown(3, "clean yardsticks stand still to .4")),
        check=lambda: Seen(100_000, _misordered(100_000, 0.4)),
        allowed=0.01,
        counter=_few_labels,
    ),
)
