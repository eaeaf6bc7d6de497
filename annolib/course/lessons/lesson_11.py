"""Lesson 11: find the best pay."""

from __future__ import annotations

from functools import lru_cache
from math import comb, exp, fsum, inf, log

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr

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
from annolib.numerics.binomials import log_pmf


def _moments(utilities, effort, kappa):
    values = np.asarray(utilities, dtype=float)
    checks, chance = values.size - 1, 0.5 + 2 * kappa * effort**2
    law = np.exp(log_pmf(np.arange(checks + 1.0), checks, chance, 1 - chance))
    score = 4 * kappa * effort * (np.arange(checks + 1) - checks * chance) / (chance * (1 - chance))
    return values, checks, chance, law, score


def _score_covariance(utilities, effort, kappa):
    values, _, _, law, score = _moments(utilities, effort, kappa)
    return float(np.sum(law * score * values))


def _slope_by_one_more_check(utilities, effort, kappa):
    """n q′ Σ P_{n−1}(k) (v_{k+1} − v_k): what one more pass is worth, averaged over the other checks."""
    checks, chance = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    fewer = [comb(checks - 1, k) * chance**k * (1 - chance) ** (checks - 1 - k) for k in range(checks)]
    rise = fsum(p * float(utilities[k + 1] - utilities[k]) for k, p in enumerate(fewer))
    return checks * 4 * kappa * effort * rise


def _correlation(utilities, effort, kappa):
    values, _, _, law, score = _moments(utilities, effort, kappa)
    spread = np.sqrt(law @ values**2 - (law @ values) ** 2) * np.sqrt(law @ score**2)
    return _score_covariance(utilities, effort, kappa) / float(spread) if spread > 0 else 0.0


def _unweighted(utilities, effort, kappa):
    values, _, _, _, score = _moments(utilities, effort, kappa)
    return float(np.mean((score - score.mean()) * (values - values.mean())))


def _plain_mean(utilities, effort, kappa):
    values, _, _, _, score = _moments(utilities, effort, kappa)
    return float(np.mean(score * values))


def _normal_weights(utilities, effort, kappa):
    values, checks, chance, _, score = _moments(utilities, effort, kappa)
    away = (np.arange(checks + 1) - checks * chance) / np.sqrt(checks * chance * (1 - chance))
    density = np.exp(-(away**2) / 2) / np.sqrt(2 * np.pi * checks * chance * (1 - chance))
    return float(np.sum(density * score * values))


def _sample_covariance(utilities, effort, kappa):
    values, _, _, _, score = _moments(utilities, effort, kappa)
    return float(np.cov(values, score)[0, 1])


def _sample_correlation(utilities, effort, kappa):
    values, _, _, _, score = _moments(utilities, effort, kappa)
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.corrcoef(values, score)[0, 1])


def _score_of_passes_only(utilities, effort, kappa):
    return _score_covariance(utilities, effort, kappa) * (0.5 - 2 * kappa * effort**2)


def _surplus_in_sd(utilities, effort, kappa):
    values, checks, chance, law, _ = _moments(utilities, effort, kappa)
    away = (np.arange(checks + 1) - checks * chance) / np.sqrt(checks * chance * (1 - chance))
    return float(np.sum(law * away * values))


def _one_check_too_many(utilities, effort, kappa):
    values, _, chance, _, _ = _moments(utilities, effort, kappa)
    counts, checks = np.arange(values.size), values.size
    law = np.exp(log_pmf(counts + 0.0, checks, chance, 1 - chance))
    score = 4 * kappa * effort * (counts - checks * chance) / (chance * (1 - chance))
    return float(np.sum(law * score * values))


SCORE_COVARIANCE = Exercise(
    name="score_covariance",
    reference=_score_covariance,
    oracle=_slope_by_one_more_check,
    probes=(
        Case("a line in utility, 10 checks", np.linspace(0, 1, 11), 0.5, 0.15),
        Case("a bonus at 6 of 10", (np.arange(11) >= 6) * 1.0, 0.5, 0.15),
        Case("a flat wage", np.ones(6), 0.7, 0.2),
        Case("one check", np.array([0.0, 2.0]), 0.8, 0.25),
        Case("a curve", np.sqrt(np.arange(31.0)), 0.3, 0.2),
        Case("pay for the best count only", np.array([0.0, 0.0, 0.0, 0.0, 1.0]), 0.6, 0.1),
    ),
    mistakes=(
        Mistake(
            "slope of q left out",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa) / (4 * kappa * effort)
            ),
            "This is the covariance with the score about q. The score about effort has the factor q′.",
        ),
        Mistake(
            "correlation",
            _correlation,
            "This is a correlation. Do not divide by the standard deviations.",
        ),
        Mistake(
            "counts not weighted",
            _unweighted,
            "All counts weigh the same here. Weigh each by its probability, `binom.pmf`.",
        ),
        Mistake(
            "plain mean of the products",
            _plain_mean,
            "This is the mean over the counts as if all were equally likely. A count of 0 is not: weigh with `binom.pmf`.",
        ),
        Mistake(
            "plain sum of the products",
            lambda utilities, effort, kappa: _plain_mean(utilities, effort, kappa) * len(utilities),
            "The products are added without their probabilities: weigh each with `binom.pmf`.",
        ),
        Mistake(
            "the normal density",
            _normal_weights,
            "The counts are weighed with a normal density. At few checks the binomial law differs: `binom.pmf`.",
        ),
        Mistake(
            "score of one check",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa) / (len(utilities) - 1)
            ),
            "The score is divided by n here. It is the sum over all checks.",
        ),
        Mistake(
            "divided by the standard deviation",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa)
                * np.sqrt((0.5 + 2 * kappa * effort**2) * (0.5 - 2 * kappa * effort**2))
            ),
            "The score has q(1 − q) below, not its root.",
        ),
        Mistake(
            "q(1 − q) left out",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa)
                * ((0.5 + 2 * kappa * effort**2) * (0.5 - 2 * kappa * effort**2))
            ),
            "This weighs q′ times the surplus of passes. The score divides that by q(1 − q).",
        ),
        Mistake(
            "np.cov",
            _sample_covariance,
            "`np.cov` takes every count as one observation. The counts are not equally likely: weigh with `binom.pmf`.",
        ),
        Mistake(
            "np.corrcoef",
            _sample_correlation,
            "`np.corrcoef` gives a correlation of equally likely counts. Asked for is the covariance, weighed with `binom.pmf`.",
        ),
        Mistake(
            "1 − q left out of the score",
            _score_of_passes_only,
            "The score has q(1 − q) below; yours has q alone.",
        ),
        Mistake(
            "half of q′",
            lambda utilities, effort, kappa: _score_covariance(utilities, effort, kappa) / 2,
            "This is half of it: q = ½ + 2κη² has the slope 4κη.",
        ),
        Mistake(
            "a surplus in standard deviations",
            _surplus_in_sd,
            "This measures the passes in standard deviations, √(nq(1 − q)). The score is q′(k − nq)/(q(1 − q)).",
        ),
        Mistake(
            "as many checks as utilities",
            _one_check_too_many,
            "n + 1 utilities belong to n checks: 0, 1, …, n passes. Yours counts one check too many.",
        ),
        Mistake(
            "one strength for all",
            lambda utilities, effort, kappa: _score_covariance(utilities, effort, 0.15),
            "With κ = 0.15 yours is right. The strength is an argument: use `kappa`.",
        ),
    ),
)


def _holmstrom_wages(scores, lam, mu, lowest, aversion=1.0):
    price = np.maximum(lam + mu * np.asarray(scores, dtype=float), np.exp(aversion * lowest))
    return np.log(price) / aversion


def _wages_by_search(scores, lam, mu, lowest, aversion=1.0):
    """Count by count: the wage at which one more unit of money costs 1 and brings λ + μs times its utility, by bisection."""

    def one(score):
        def lacking(wage):
            return 1 - (lam + mu * float(score)) * exp(-aversion * wage)

        if lacking(lowest) >= 0:
            return lowest
        high = lowest + 1.0
        while lacking(high) < 0:
            high += 1.0
        return brentq(lacking, lowest, high, xtol=1e-14)

    return np.array([one(score) for score in scores])


def _price(scores, lam, mu):
    return lam + mu * np.asarray(scores, dtype=float)


def _uncut(scores, lam, mu, lowest, aversion=1.0):
    with np.errstate(all="ignore"):
        return np.log(_price(scores, lam, mu)) / aversion


def _nan_where_cut(scores, lam, mu, lowest, aversion=1.0):
    with np.errstate(all="ignore"):
        above = _price(scores, lam, mu) > np.exp(aversion * lowest)
        return np.where(above, np.log(_price(scores, lam, mu)) / aversion, np.nan)


def _cut_with(lowest_price):
    """Somebody who cuts the price at another number than e^(a·lowest)."""

    def answer(scores, lam, mu, lowest, aversion=1.0):
        with np.errstate(all="ignore"):
            return np.log(np.maximum(_price(scores, lam, mu), lowest_price(lowest, aversion))) / aversion

    return answer


HOLMSTROM_WAGES = Exercise(
    name="holmstrom_wages",
    reference=_holmstrom_wages,
    oracle=_wages_by_search,
    probes=(
        Case("the lowest wage 0", np.linspace(-20, 20, 9), 1.14, 0.042, 0.0),
        Case("a deposit", np.linspace(-40, 20, 9), 1.17, 0.03, -0.2),
        Case("a lowest wage above 0", np.linspace(-20, 20, 9), 1.2, 0.05, 0.3),
        Case("bad counts of negative price", np.array([-60.0, -30.0, 0.0, 30.0]), 1.1, 0.05, -0.4),
        Case("a more cautious agent", np.linspace(-10, 10, 5), 1.3, 0.06, -0.1, 2.0),
        Case("hardly cautious, no price on the score", np.array([-1.0, 0.0, 1.0]), 1.25, 0.0, 0.0, 0.5),
    ),
    mistakes=(
        Mistake(
            "utilities",
            lambda scores, lam, mu, lowest, aversion=1.0: (
                -np.expm1(-aversion * _holmstrom_wages(scores, lam, mu, lowest, aversion)) / aversion
            ),
            "These are utilities. Asked for are wages: solve e^(aw) = λ + μs for w.",
        ),
        Mistake(
            "prices",
            lambda scores, lam, mu, lowest, aversion=1.0: np.maximum(
                _price(scores, lam, mu), np.exp(aversion * lowest)
            ),
            "This is λ + μs, the price of utility. The wage is the one at which a unit of utility costs so much.",
        ),
        Mistake(
            "the wage of log utility",
            lambda scores, lam, mu, lowest, aversion=1.0: np.maximum(_price(scores, lam, mu), lowest),
            "Pay straight in the score is best for u = log w, where h′ is the wage itself. Here h′ = e^(aw).",
        ),
        Mistake(
            "no lowest wage",
            _uncut,
            "Nothing is cut. Where λ + μs is below the price at the lowest wage, pay the lowest wage.",
        ),
        Mistake(
            "cut at 0",
            _cut_with(lambda lowest, aversion: 1.0),
            "You never pay below 0. The lowest wage is an argument: with a deposit it is negative.",
        ),
        Mistake(
            "a wage as a price",
            _cut_with(lambda lowest, aversion: lowest),
            "The price is cut at a wage. The price that belongs to the lowest wage is e^(a·lowest).",
        ),
        Mistake(
            "cut at the price of aversion 1",
            _cut_with(lambda lowest, aversion: exp(lowest)),
            "With a = 1 yours is right. The price at the lowest wage is e^(a·lowest), with the a.",
        ),
        Mistake(
            "aversion forgotten",
            lambda scores, lam, mu, lowest, aversion=1.0: _holmstrom_wages(scores, lam, mu, lowest),
            "With a = 1 yours is right. Solve e^(aw) = λ + μs once more, with the a in it.",
        ),
        Mistake(
            "times the aversion",
            lambda scores, lam, mu, lowest, aversion=1.0: (
                aversion**2 * _holmstrom_wages(scores, lam, mu, lowest, aversion)
            ),
            "The logarithm is multiplied by a. Whoever is more cautious gets flatter pay: divide by it.",
        ),
        Mistake(
            "a squared",
            lambda scores, lam, mu, lowest, aversion=1.0: np.maximum(
                np.log(np.maximum(_price(scores, lam, mu), 1e-300)) / aversion**2, lowest
            ),
            "The logarithm is divided by a². From e^(aw) = λ + μs comes one a only.",
        ),
        Mistake(
            "prices exchanged",
            lambda scores, lam, mu, lowest, aversion=1.0: _holmstrom_wages(scores, mu, lam, lowest, aversion),
            "λ and μ are exchanged: μ stands with the score.",
        ),
        Mistake(
            "the score turned round",
            lambda scores, lam, mu, lowest, aversion=1.0: _holmstrom_wages(
                scores, lam, -mu, lowest, aversion
            ),
            "Your pay falls with the score: it punishes the counts that speak for effort.",
        ),
        Mistake(
            "utilities, whatever the aversion",
            lambda scores, lam, mu, lowest, aversion=1.0: (
                -np.expm1(-_holmstrom_wages(scores, lam, mu, lowest, aversion))
            ),
            "These are utilities 1 − e^(−w). Asked for are the wages w.",
        ),
        Mistake(
            "nan at the lowest wage",
            _nan_where_cut,
            "Bad counts get nan here. They get the lowest wage: take the larger price before the logarithm.",
        ),
        Mistake(
            "cut and added",
            lambda scores, lam, mu, lowest, aversion=1.0: (
                np.log(np.maximum(_price(scores, lam, mu), 1.0)) / aversion + lowest
            ),
            "The lowest wage is added to all wages here. It is where the wages are cut, not where they start.",
        ),
    ),
    properties=(
        Property(
            "hands back an array",
            lambda function: isinstance(function(np.array([-1.0, 2.0]), 1.1, 0.05, 0.0), np.ndarray),
            "The numbers are right. Return them as an array, for the cells below take wages out of it by their counts.",
        ),
    ),
)


@lru_cache(maxsize=64)
def _kept_laws(n, efforts, kappa):
    q = (0.5 + 2 * kappa * np.frombuffer(efforts) ** 2)[:, None]
    return np.exp(log_pmf(np.arange(n + 1.0), n, q, 1 - q))


def _laws(n, efforts, kappa):
    """The laws of the passes, a row for each effort; grids are met again and again, so they are kept."""
    return _kept_laws(n, np.asarray(efforts, dtype=float).tobytes(), float(kappa))


def _gains(wages, asked, kappa, efforts):
    values = -np.expm1(-np.asarray(wages, dtype=float))
    efforts = np.append(efforts, asked)
    payoffs = _laws(values.size - 1, efforts, kappa) @ values - efforts**2 / 2
    return payoffs[:-1] - payoffs[-1]


def _on_a_grid(points):
    """`largest_gain` by so many efforts, evenly spaced."""
    efforts = np.linspace(0, 1, points)
    return lambda wages, asked, kappa: max(float(_gains(wages, asked, kappa, efforts).max()), 0.0)


def _largest_gain(wages, asked, kappa):
    return _on_a_grid(2001)(wages, asked, kappa)


def _gain_by_sums(wages, asked, kappa):
    """Every payoff written out in exact integers, on a grid and then around its three highest points."""
    n, values = len(wages) - 1, [1 - exp(-float(w)) for w in wages]
    ways = [comb(n, k) for k in range(n + 1)]

    def payoff(effort):
        q = 0.5 + 2 * kappa * effort**2
        law = (ways[k] * q**k * (1 - q) ** (n - k) for k in range(n + 1))
        return fsum(p * v for p, v in zip(law, values, strict=True)) - effort**2 / 2

    coarse = [i / 100 for i in range(101)]
    peaks = sorted(coarse, key=payoff)[-3:]
    fine = {min(max(peak + j / 2500, 0.0), 1.0) for peak in peaks for j in range(-25, 26)}
    return max(map(payoff, [asked, *coarse, *fine])) - payoff(asked)


def _valley(n, start, rise):
    """Nothing up to `start` passes, then `rise` more for each."""
    return np.maximum(np.arange(n + 1.0) - start, 0) * rise


def _within_005(wages, asked, kappa):
    near = np.clip(np.linspace(asked - 0.05, asked + 0.05, 201), 0, 1)
    return max(float(_gains(wages, asked, kappa, near).max()), 0.0)


def _idle_gain(wages, asked, kappa):
    return float(_gains(wages, asked, kappa, np.zeros(1))[0])


def _end_gain(wages, asked, kappa):
    return max(float(_gains(wages, asked, kappa, np.array([0.0, 1.0])).max()), 0.0)


def _largest_payoff(wages, asked, kappa):
    efforts = np.linspace(0, 1, 2001)
    values = -np.expm1(-np.asarray(wages, dtype=float))
    return float((_laws(values.size - 1, efforts, kappa) @ values - efforts**2 / 2).max())


def _free_gain(wages, asked, kappa):
    values, efforts = -np.expm1(-np.asarray(wages, dtype=float)), np.append(np.linspace(0, 1, 2001), asked)
    worth = _laws(values.size - 1, efforts, kappa) @ values
    return float(worth.max() - worth[-1])


def _gain_of(value):
    """The gain where the worth of a law of passes is something else than the expected utility."""

    def answer(wages, asked, kappa):
        efforts = np.append(np.linspace(0, 1, 2001), asked)
        wages = np.asarray(wages, dtype=float)
        payoffs = value(_laws(wages.size - 1, efforts, kappa), wages) - efforts**2 / 2
        return float(payoffs.max() - payoffs[-1])

    return answer


def _best_other(wages, asked, kappa):
    efforts = np.linspace(0, 1, 2001)
    return float(efforts[_gains(wages, asked, kappa, efforts).argmax()])


def _gain_at_cost(cost):
    def answer(wages, asked, kappa):
        values = -np.expm1(-np.asarray(wages, dtype=float))
        efforts = np.append(np.linspace(0, 1, 2001), asked)
        payoffs = _laws(values.size - 1, efforts, kappa) @ values - cost(efforts)
        return float(payoffs.max() - payoffs[-1])

    return answer


def _by_bounded_search(wages, asked, kappa):
    """One call of a bounded optimiser over [0, 1], as a learner writes it."""
    found = minimize_scalar(
        lambda effort: -float(_gains(wages, asked, kappa, np.array([effort]))[0]),
        bounds=(0, 1),
        method="bounded",
    )
    return max(-float(found.fun), 0.0)


LARGEST_GAIN = Exercise(
    name="largest_gain",
    reference=_largest_gain,
    oracle=_gain_by_sums,
    probes=(
        Case("idling gains", _valley(60, 31, 0.035), 0.51, 0.15),
        Case("the best deviation is near 1", _valley(30, 17, 0.13), 0.5, 0.15),
        Case("a flat wage", np.full(11, 0.2), 0.6, 0.2),
        Case("a bonus that nobody beats by much", np.where(np.arange(61) >= 33, 0.244, -0.086), 0.51, 0.15),
        Case("a line with a deposit", np.linspace(-0.94, 0.97, 61), 0.5, 0.15),
        Case("asked for less than the best effort, not far away", np.linspace(-1.5, 1.0, 31), 0.3, 0.2),
        Case("asked for too much", np.where(np.arange(41) >= 22, 0.3, 0.0), 0.9, 0.25),
        Case("one check", np.array([0.0, 0.5]), 0.4, 0.25),
        Case("a steep hill: 300 checks", np.where(np.arange(301) >= 195, 0.4, 0.0), 0.3, 0.25),
    ),
    tolerance=1e-4,
    mistakes=(
        Mistake(
            "idling only",
            _idle_gain,
            "This compares with effort 0 only. The best deviation may lie anywhere, also above the effort asked for.",
        ),
        Mistake(
            "idling or nothing",
            lambda wages, asked, kappa: max(_idle_gain(wages, asked, kappa), 0.0),
            "Effort 0 is one deviation of many. Try all of [0, 1]: asked for too little, the agent may want to work more.",
        ),
        Mistake(
            "the two ends only",
            _end_gain,
            "This tries the efforts 0 and 1. The best deviation may lie between them.",
        ),
        Mistake(
            "small steps only",
            _within_005,
            "Small steps are tried only. That is what the slope has ruled out already: look at all of [0, 1].",
            tolerance=2e-3,
        ),
        Mistake(
            "the payoff itself",
            _largest_payoff,
            "This is the largest payoff. Subtract the payoff of the effort asked for.",
        ),
        Mistake(
            "effort for nothing",
            _free_gain,
            "The cost of effort is missing: it is saved by a deviation downwards, and paid by one upwards.",
        ),
        Mistake(
            "in money",
            _gain_of(lambda law, wages: law @ wages),
            "This counts in money. The agent counts utility: weigh u(w), not w.",
        ),
        Mistake(
            "utility of the mean wage",
            _gain_of(lambda law, wages: -np.expm1(-(law @ wages))),
            "This takes the utility of the mean wage. Take the mean of the utilities: the risk is in the difference.",
        ),
        Mistake(
            "the effort",
            _best_other,
            "This is the effort of the best deviation. Asked for is what it gains.",
        ),
        Mistake(
            "a local optimiser",
            _by_bounded_search,
            "This stops at a local maximum: an optimiser climbs one hill. Try all efforts of a fine grid.",
            tolerance=2e-4,
        ),
        Mistake(
            "a coarse grid",
            _on_a_grid(11),
            "Eleven efforts are too few: between two of them the payoff may rise. Take a thousand.",
        ),
        Mistake(
            "steps of 0.05",
            _on_a_grid(21),
            "Steps of 0.05 are too wide to come within 0.0001: take a thousand efforts.",
        ),
        Mistake(
            "steps of 0.01",
            _on_a_grid(101),
            "With steps of 0.01 the top of a steep hill is missed by more than 0.0001: take a thousand efforts.",
        ),
        Mistake(
            "cost twice as large",
            _gain_at_cost(lambda effort: effort**2),
            "Effort costs η²/2; here it costs η².",
        ),
        Mistake(
            "cost straight in effort",
            _gain_at_cost(lambda effort: effort / 2),
            "Effort costs η²/2, not η/2.",
        ),
        Mistake(
            "one strength for all",
            lambda wages, asked, kappa: _largest_gain(wages, asked, 0.15),
            "With κ = 0.15 yours is right. The strength is an argument: use `kappa`.",
        ),
    ),
    properties=(
        Property(
            "the effort that is best gains nothing over itself",
            lambda function: abs(function(np.full(11, 0.3), 1e-9, 0.15)) < 1e-4,
            "For a flat wage and effort near 0 nothing is better, so the gain is 0.",
        ),
    ),
)


def _edges(cuts):
    return np.concatenate([[-np.inf], np.sort(np.asarray(cuts, dtype=float)), [np.inf]])


def _cells(cuts):
    """Chances of the cells, and chance times mean."""
    edges = _edges(cuts)
    return np.diff(ndtr(edges)), -np.diff(np.exp(-0.5 * edges**2) / np.sqrt(2 * np.pi))


def _share_kept(cuts):
    masses, moments = _cells(cuts)
    return float(np.sum(moments**2 / masses))


def _share_by_integrals(cuts):
    """Both moments of every cell by numerical integration."""

    def density(x):
        return exp(-x * x / 2) / 2.5066282746310002

    edges, kept = [-inf, *sorted(float(cut) for cut in cuts), inf], []
    for a, b in zip(edges, edges[1:], strict=False):
        mass, _ = quad(density, a, b, epsabs=1e-13)
        moment, _ = quad(lambda x: x * density(x), a, b, epsabs=1e-13)
        kept.append(moment**2 / mass)
    return fsum(kept)


def _of_cells(formula):
    def answer(cuts):
        with np.errstate(all="ignore"):
            return float(formula(*_cells(cuts)))

    return answer


def _unsorted(cuts):
    edges = np.concatenate([[-np.inf], np.asarray(cuts, dtype=float), [np.inf]])
    density = np.exp(-0.5 * edges**2) / np.sqrt(2 * np.pi)
    with np.errstate(all="ignore"):
        return float(np.sum(np.diff(density) ** 2 / np.diff(ndtr(edges))))


def _inner_cells(cuts):
    masses, moments = _cells(cuts)
    return float(np.sum(moments[1:-1] ** 2 / masses[1:-1]))


SHARE_KEPT = Exercise(
    name="share_kept",
    reference=_share_kept,
    oracle=_share_by_integrals,
    probes=(
        Case("one cut in the middle", np.array([0.0])),
        Case("one cut, lenient", np.array([-1.3])),
        Case("two cuts", np.array([-0.6, 0.6])),
        Case("two cuts, not balanced", np.array([-1.5, 0.2])),
        Case("three cuts, in another order", np.array([0.9, -1.0, 0.1])),
        Case("a list", [0.5, -0.5]),
        Case("no cut: flat pay", np.array([])),
        Case("many cuts", np.linspace(-2.5, 2.5, 21)),
    ),
    mistakes=(
        Mistake(
            "what is lost",
            _of_cells(lambda masses, moments: 1 - np.sum(moments**2 / masses)),
            "This is the share that is lost. Asked for is what the cells keep.",
        ),
        Mistake(
            "the factor of the gap",
            _of_cells(lambda masses, moments: 1 / np.sum(moments**2 / masses)),
            "This is 1/kept, the factor of the gap. Asked for is the share itself.",
        ),
        Mistake(
            "not divided by the chance",
            _of_cells(lambda masses, moments: np.sum(moments**2)),
            "φ(a) − φ(b) is chance times mean. Chance times squared mean is its square divided by the chance.",
        ),
        Mistake(
            "means not weighed",
            _of_cells(lambda masses, moments: np.sum((moments / masses) ** 2)),
            "The squared means are added without the chances of their cells.",
        ),
        Mistake(
            "means averaged",
            _of_cells(lambda masses, moments: np.mean((moments / masses) ** 2)),
            "The cells are not equally likely: weigh each squared mean with the chance of its cell.",
        ),
        Mistake(
            "absolute means",
            _of_cells(lambda masses, moments: np.sum(np.abs(moments))),
            "The means are not squared. What is kept is a variance.",
        ),
        Mistake(
            "a root on top",
            _of_cells(lambda masses, moments: np.sqrt(np.sum(moments**2 / masses))),
            "This is a standard deviation, or a correlation. Asked for is the share of the variance.",
        ),
        Mistake(
            "order of the cuts",
            _unsorted,
            "With sorted cuts yours is right. They may come in any order: sort them first.",
        ),
        Mistake(
            "outer cells forgotten",
            _inner_cells,
            "The two outer cells are missing: they reach to −∞ and ∞.",
        ),
        Mistake(
            "a uniform score",
            lambda cuts: 1 - 1 / (len(cuts) + 1) ** 2,
            "This is for a uniform score with equal cells. The score of many checks is normal, and the cuts matter.",
        ),
    ),
)


def _pass_weights(chances, rises):
    chances, rises = np.asarray(chances, dtype=float), np.asarray(rises, dtype=float)
    weights = rises / (chances * (1 - chances))
    return weights / weights[0]


def _weights_by_odds(chances, rises):
    """How fast the log-odds of a pass rise with effort: what one more pass adds to d log P/dη, by differences."""
    step = 1e-5

    def odds(q):
        return log(q) - log(1 - q)

    pairs = zip(chances, rises, strict=True)
    grown = [
        (odds(float(q) + step * float(r)) - odds(float(q) - step * float(r))) / (2 * step) for q, r in pairs
    ]
    return np.array(grown) / grown[0]


def _weighing(formula, relative=True):
    def answer(chances, rises):
        q, r = np.asarray(chances, dtype=float), np.asarray(rises, dtype=float)
        weights = formula(q, r)
        return weights / weights[0] if relative else weights

    return answer


PASS_WEIGHTS = Exercise(
    name="pass_weights",
    reference=_pass_weights,
    oracle=_weights_by_odds,
    tolerance=1e-6,
    probes=(
        Case("repeats and golden questions", np.array([0.578, 0.755]), np.array([0.306, 0.5])),
        Case("golden questions first", np.array([0.755, 0.578]), np.array([0.5, 0.306])),
        Case("three kinds", np.array([0.6, 0.9, 0.7]), np.array([0.4, 0.2, 0.1])),
        Case("nearly sure passes", np.array([0.5, 0.98]), np.array([0.3, 0.3])),
        Case("one kind", np.array([0.7]), np.array([0.4])),
        Case("an expert beside a repeat", np.array([0.55, 0.65]), np.array([0.2, 0.5])),
    ),
    mistakes=(
        Mistake(
            "all alike",
            _weighing(lambda q, r: np.ones_like(q)),
            "All passes count alike here. A pass of the kind that tells more must weigh more.",
        ),
        Mistake(
            "slopes only",
            _weighing(lambda q, r: r),
            "This weighs by q′. The score divides that by q(1 − q), the luck in one check.",
        ),
        Mistake(
            "information",
            _weighing(lambda q, r: r**2 / (q * (1 - q))),
            "This is the information 𝓘 of a check. In the weight of a pass q′ stands once, not squared.",
        ),
        Mistake(
            "standard deviations",
            _weighing(lambda q, r: r / np.sqrt(q * (1 - q))),
            "This divides by the standard deviation. The score has q(1 − q) below, not its root.",
        ),
        Mistake(
            "one over the variance",
            _weighing(lambda q, r: 1 / (q * (1 - q))),
            "Weights 1/variance are for measuring one thing with several rulers. Here each kind moves with effort by its own q′.",
        ),
        Mistake(
            "variance on top",
            _weighing(lambda q, r: r * q * (1 - q)),
            "With yours the luckier check weighs more: q(1 − q) belongs below the line.",
        ),
        Mistake(
            "chance of failing only",
            _weighing(lambda q, r: r / (1 - q)),
            "This is q′/(1 − q). The score has q(1 − q) below.",
        ),
        Mistake(
            "chance of passing only",
            _weighing(lambda q, r: r / q),
            "This is q′/q, what a pass adds. But a failure takes away q′/(1 − q): together q′/(q(1 − q)).",
        ),
        Mistake(
            "not relative",
            _weighing(lambda q, r: r / (q * (1 - q)), relative=False),
            "The weights are right, up to a factor: divide by the first, so that a pass of the first kind counts 1.",
        ),
        Mistake(
            "shares",
            lambda chances, rises: _pass_weights(chances, rises) / _pass_weights(chances, rises).sum(),
            "These sum to 1. Divide by the first weight, so that a pass of the first kind counts 1.",
        ),
        Mistake(
            "upside down",
            lambda chances, rises: 1 / _pass_weights(chances, rises),
            "This is how many passes of each kind weigh as much as one of the first: turn it round.",
        ),
        Mistake(
            "divided by the largest",
            lambda chances, rises: _pass_weights(chances, rises) / _pass_weights(chances, rises).max(),
            "The largest weight is 1 here. Divide by the first, so that a pass of the first kind counts 1.",
        ),
        Mistake(
            "divided by the last",
            lambda chances, rises: _pass_weights(chances, rises) / _pass_weights(chances, rises)[-1],
            "The last weight is 1 here. Divide by the first.",
        ),
    ),
)

SIGN_ONE = Rubric(
    name="sign_one",
    criteria=(
        "It names one draft, and says in cents what that loses against the least of the three.",
        "It weighs the line against the steps: 17 cents a batch against a deposit of 20 euros (14 would do) in place of 8.",
        "It rejects the fine: nobody can pay it, a lost file or one remembered answer decides, the formula knows no limits.",
        "It names an assumption to check before signing, such as κ or the cost of effort, and leaves a margin.",
        "It names a way to game the chosen draft without effort, and what would catch it.",
    ),
    model_answer=(
        "I sign B: it loses 91 cents a batch against effort seen, 17 more than the line, but it takes a deposit of 8 euros, and "
        "our people cannot put down 20; whoever can ask for 14 should sign the line. "
        "C loses more even on paper, and nobody pays 4,700 euros: one lost file ruins an honest person, and whoever notes one "
        "answer is safe from the fine, so nobody works. "
        "B stands on an edge: idling leaves as much as work, and at κ = 0.145 more. So I would measure κ with trusted people "
        "first, and have B solved for a little less; only starting its steps a pass lower would pay idlers too. "
        "B can be gamed by a fixed rule such as *the longer one*: swap the sides of the repeats, and mix in golden questions "
        "that the rule gets wrong."
    ),
)

QUIZ = (
    Question(
        "Pay has the right slope at the effort asked for. What follows?",
        (
            "The agent chooses that effort.",
            "To first order no step pays; any other effort may still be better.",
            "The agent works less than asked.",
        ),
        "To first order no step pays; any other effort may still be better.",
        "The slope is 0 at the top of a hill and at the bottom of a valley, and another hill may be higher.",
    ),
    Question(
        "In h′(v) = λ + μs, what does μ price?",
        ("The agent's coming.", "The luck of the agent.", "A little more effort: the incentive."),
        "A little more effort: the incentive.",
        "λ prices the agent's coming, μ the covariance of pay and score, ν the deviation to effort 0.",
    ),
    Question(
        "A number is known for each batch, and effort does not change its chances. Does it belong in the pay?",
        ("Never.", "If it changes how the passes are to be read.", "Always."),
        "If it changes how the passes are to be read.",
        "A coin does not; the difficulty of the batch does. Asked is whether the score changes.",
    ),
    Question(
        "60 checks and a deposit: by the rule, how far above the best pay is one threshold, and how far are two?",
        ("57% and 23%.", "5% and 1%.", "100% and 50%."),
        "57% and 23%.",
        "One threshold keeps 64% of the score and two keep 81%; the gap is about one over that; where idling tempts, as with many checks, the rule is off.",
    ),
    Question(
        "Which condition does the bound C_lin/(n𝓘) need?",
        (
            "That pay is a line.",
            "That the utility of pay is bounded below.",
            "That the agent is risk neutral.",
        ),
        "That the utility of pay is bounded below.",
        "Without it a huge fine that is hardly ever paid does better, on paper.",
    ),
)

VARIANTS = (
    Variant(
        "share_kept",
        "The score of a batch is standard normal. Pay has thresholds at {low:.2f} and {high:.2f} standard deviations. "
        "Which share of the variance of the score do its three cells keep? Give three decimals.",
        lambda rng: {"low": between(rng, -1.8, -0.2, 2), "high": between(rng, 0.1, 1.6, 2)},
        arguments=lambda low, high: (np.array([low, high]),),
    ),
    Variant(
        "pass_weights",
        "At the agreed effort a repeat agrees with probability {q:.2f} and an expert's check with {other:.2f}. A little "
        "more effort raises these at rates {rise:.2f} and {faster:.2f}. How many passes of a repeat does one pass of the "
        "expert's check weigh in the best pay? Give two decimals.",
        lambda rng: {
            "q": between(rng, 0.53, 0.68, 2),
            "other": between(rng, 0.7, 0.92, 2),
            "rise": between(rng, 0.15, 0.4, 2),
            "faster": between(rng, 0.3, 0.8, 2),
        },
        arguments=lambda q, other, rise, faster: (np.array([q, other]), np.array([rise, faster])),
        part=1,
        tolerance=6e-3,
    ),
)

LESSON = LessonDefinition(
    number=11,
    title="Find the best pay",
    minutes_to_read=25,
    minutes_to_do=50,
    exercises=(SCORE_COVARIANCE, HOLMSTROM_WAGES, LARGEST_GAIN, SHARE_KEPT, PASS_WEIGHTS),
    quiz=QUIZ,
    rubrics=(SIGN_ONE,),
    variants=VARIANTS,
)
