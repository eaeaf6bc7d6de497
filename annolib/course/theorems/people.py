"""The first half of the course: what does not tell effort, what does, and how many checks it takes."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from annolib.course.theorems.entries import HERE, PAPER, Counter, Entry, Seen, Shown
from annolib.monitors.comparison import self_consistency_margin
from annolib.monitors.two_labels import Expert, Golden, SelfConsistency
from annolib.planning.sample_size import smallest_size
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


def _spread(monitor, effort, n):
    """Standard deviation of the estimate q⁻¹(passes/n), clipped to [0, 1], by a sum over counts."""
    q = float(monitor.pass_probability(effort))
    reach = 12 * np.sqrt(n * q * (1 - q))
    k = np.arange(max(0, int(n * q - reach)), min(n, int(n * q + reach)) + 1)
    chance, estimate = binom.pmf(k, n, q), np.asarray(monitor.effort(k / n))
    mean = chance @ estimate
    return float(np.sqrt(chance @ (estimate - mean) ** 2))


def _efficient(monitor, formula, effort=0.7, n=1_000_000):
    exact = 1 / np.sqrt(n * formula(effort))
    return Seen(n, _spread(monitor, effort, n) / exact - 1)


def _self_information(e, k=0.15):
    return 64 * k**2 * e**2 / (1 - 16 * k**2 * e**4)


def _expert_information(e, r=0.15):
    return 16 * r**2 / (1 - 16 * r**2 * e**2)


def _idle():
    ratio = _spread(SelfConsistency(0.15), 0.0, 1_000) / _spread(SelfConsistency(0.15), 0.0, 16_000)
    return Counter(
        abs(ratio - 2) < 0.1,
        f"effort 0: 16 times the checks make the estimate {ratio:.2f} times as sharp, not 4 times",
    )


def _no_taste():
    told = float(Expert(0.0).fisher_information(0.7))
    return Counter(told == 0, f"an expert who shares no taste, ρ = 0: information {told:g}")


def _border():
    wrong = 0
    grid = np.linspace(0.02, 0.98, 25)
    for kappa in np.linspace(0.01, 0.25, 25):
        for rho in np.linspace(0.01, 0.25, 25):
            own, expert = SelfConsistency(kappa), Expert(rho)
            tells = own.fisher_information(grid) > expert.fisher_information(grid)
            wrong += int(np.sum(tells != (self_consistency_margin(grid, kappa, rho) > 0)))
    return Seen(None, wrong / 25**3)


def _priced():
    dear, cheap = (float(self_consistency_margin(0.4, 0.15, 0.15, ratio)) for ratio in (1.0, 0.2))
    words = f"effort 0.4, κ = ρ = 0.15: the margin per check is {dear:.4f}, per euro with experts at five times the price {cheap:.4f}"
    return Counter(dear < 0 < cheap, words)


def _needed(monitor, error=1e-4, low=0.3, high=0.8):
    q = monitor.pass_probability(np.array([low, high]))
    return smallest_size(float(q[0]), float(q[1]), error, error).checks


def _quadrupled(weak, strong):
    """Checks at half the strength over checks at the full one, against 4."""
    few, many = _needed(strong), _needed(weak)
    return Seen(int(many), many / few / 4 - 1)


def _pairs_of_one_item():
    labels, s = 6, 0.858
    left = np.arange(labels + 1)
    chance = binom.pmf(left, labels, s)
    agreeing = (left * (left - 1) + (labels - left) * (labels - left - 1)) / 2
    q, pairs = s**2 + (1 - s) ** 2, labels * (labels - 1) / 2
    ratio = float(chance @ agreeing**2 - (chance @ agreeing) ** 2) / (pairs * q * (1 - q))
    words = f"15 pairs from six labels of one item: the variance is {ratio:.1f} times that of 15 independent checks"
    return Counter(ratio > 2, words)


def _gold_is_hard():
    clear, torn = (float(Golden(g).fisher_information(0.7)) for g in (0.5, 0.1))
    return Counter(
        torn < clear / 10,
        f"golden questions on which people are torn, γ = 0.1: information {torn:.3f}, not {clear:.2f}",
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
    Entry(
        name="Information of a self check",
        statement=r"$\mathcal{I}(\eta) = 64\kappa^2\eta^2/(1 - 16\kappa^2\eta^4)$: the estimate from $n$ checks has the standard error "
        r"$1/\sqrt{n\mathcal{I}}$.",
        condition=r"$0 < \eta$",
        source=PAPER + ", self-consistency monitoring",
        shown=(Shown(5, "the scatter agrees with the formula within a tenth"),),
        check=lambda: _efficient(SelfConsistency(0.15), _self_information),
        allowed=1e-4,
        counter=_idle,
    ),
    Entry(
        name="Information of an expert check",
        statement=r"$\mathcal{I}(\eta) = 16\rho^2/(1 - 16\rho^2\eta^2)$, and the standard error of the estimate follows.",
        condition=r"annotator and expert share taste, $\rho \ne 0$",
        source=PAPER + ", expert monitoring",
        shown=(Shown(5, "the ratio"),),
        check=lambda: _efficient(Expert(0.15), _expert_information),
        allowed=1e-4,
        counter=_no_taste,
    ),
    Entry(
        name="Which check tells more",
        statement=r"A self check tells more than an expert check iff $4\kappa^2\eta^2 - 48\kappa^2\rho^2\eta^4 - \rho^2 > 0$; the error is "
        "the share of a grid on which inequality and information differ.",
        condition="both cost the same",
        source=HERE,
        shown=(Shown(5, "inequality and search agree"),),
        check=_border,
        allowed=0.0,
        counter=_priced,
        proof="Put both informations over a common denominator; the sign is that of the numerator.",
    ),
    Entry(
        name="Sample complexity of self checks",
        statement=r"To tell $\eta_0$ from $\eta_1$ takes $\Theta\big(\log(1/\delta)/(\kappa^2(\eta_1^2 - \eta_0^2)^2)\big)$ checks: half the "
        "strength takes four times as many, the error is against 4.",
        condition="checks are independent: one pair an item",
        source=PAPER + ", version 2",
        shown=(Shown(6, "half the kappa, four times the checks"),),
        check=lambda: _quadrupled(SelfConsistency(0.02), SelfConsistency(0.04)),
        allowed=0.02,
        counter=_pairs_of_one_item,
    ),
    Entry(
        name="Sample complexity of expert checks",
        statement=r"$\Theta\big(\log(1/\delta)/(\rho^2(\eta_1 - \eta_0)^2)\big)$ checks: half the shared strength takes four times as many.",
        condition="the items are clear to annotator and expert alike; shown by golden questions",
        source=PAPER + ", version 2",
        shown=(Shown(6, "half the kappa, four times the checks"),),
        check=lambda: _quadrupled(Expert(0.02), Expert(0.04)),
        allowed=0.02,
        counter=_gold_is_hard,
    ),
)
