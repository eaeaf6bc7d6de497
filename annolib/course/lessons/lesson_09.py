"""Lesson 09: pay a threshold bonus."""

from __future__ import annotations

from functools import lru_cache
from math import comb, erfc, exp, fsum, isclose, lgamma, pi, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, ndtr
from scipy.stats import binom, norm

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


def _failure(threshold, n, q):
    return betainc(n - threshold + 1, threshold, 1 - np.asarray(q))


def _failure_by_sum(threshold, n, q):
    """The binomial probabilities of all counts below the threshold, one by one."""
    if np.ndim(q):
        return np.array([_failure_by_sum(threshold, n, float(each)) for each in q])
    return fsum(comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(threshold))


FAILURE_CHANCE = Exercise(
    name="failure_chance",
    reference=_failure,
    oracle=_failure_by_sum,
    probes=(
        Case("three coins, at least two", 2, 3, 0.5),
        Case("twenty checks", 14, 20, 0.7),
        Case("a strict threshold", 190, 300, 0.578),
        Case("a lenient one", 165, 300, 0.578),
        Case("an array of chances", 12, 20, np.array([0.5, 0.6, 0.8])),
    ),
    mistakes=(
        Mistake(
            "chance of passing",
            lambda threshold, n, q: betainc(threshold, n - threshold + 1, np.asarray(q)),
            "This is the chance to reach the threshold. Asked for is the chance to miss it.",
        ),
        Mistake(
            "threshold counted as missed",
            lambda threshold, n, q: binom.cdf(threshold, n, q),
            "Whoever passes exactly `threshold` checks has reached it. Count only what lies below.",
        ),
        Mistake(
            "chance not turned round",
            lambda threshold, n, q: betainc(n - threshold + 1, threshold, np.asarray(q)),
            "You count failures now, and a failure has chance 1 - q.",
        ),
        Mistake(
            "counts not turned round",
            lambda threshold, n, q: betainc(threshold, n - threshold + 1, 1 - np.asarray(q)),
            "This asks for `threshold` failures. How many failures does it take to miss?",
        ),
        Mistake(
            "normal approximation",
            lambda threshold, n, q: ndtr(
                (threshold - n * np.asarray(q)) / np.sqrt(n * np.asarray(q) * (1 - np.asarray(q)))
            ),
            "This is the normal approximation. It is close, but the small chances decide here: use the binomial law.",
        ),
        Mistake(
            "normal approximation at the half",
            lambda threshold, n, q: ndtr(
                (threshold - 0.5 - n * np.asarray(q)) / np.sqrt(n * np.asarray(q) * (1 - np.asarray(q)))
            ),
            "This is the normal approximation with its half step: nearer, and still not the binomial law.",
        ),
    ),
    properties=(
        Property(
            "keeps the digits of a tiny chance",
            lambda function: isclose(function(40, 200, 0.7), _failure_by_sum(40, 200, 0.7), rel_tol=1e-6),
            "At threshold 40 of 200 and q = 0.7 the chance is tiny but not 0. Do not subtract from 1.",
        ),
    ),
)


def _local_bonus(threshold, n, effort, kappa):
    density = n * binom.pmf(threshold - 1, n - 1, 0.5 + 2 * kappa * effort**2)
    return effort / (4 * kappa * effort * density)


def _local_bonus_by_complex_step(threshold, n, effort, kappa):
    """Differentiate the sum over all counts and the cost themselves, by a step into the complex plane."""
    step = effort + 1e-30j
    q = 0.5 + 2 * kappa * step**2
    passes = sum(comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(threshold, n + 1))
    return (step**2 / 2).imag / passes.imag


def _q(effort, kappa):
    return 0.5 + 2 * kappa * effort**2


LOCAL_BONUS = Exercise(
    name="local_bonus",
    reference=_local_bonus,
    oracle=_local_bonus_by_complex_step,
    probes=(
        Case("near the mean", 115, 200, 0.5, 0.15),
        Case("a lenient threshold", 100, 200, 0.5, 0.15),
        Case("few checks", 7, 10, 0.8, 0.2),
        Case("all must pass", 10, 10, 0.6, 0.25),
        Case("another effort", 220, 300, 0.9, 0.15),
    ),
    mistakes=(
        Mistake(
            "slope in q",
            lambda t, n, e, k: e / (n * binom.pmf(t - 1, n - 1, _q(e, k))),
            "This takes the slope against q. The agent chooses effort: multiply the slope by q′(η).",
        ),
        Mistake(
            "pmf at the threshold",
            lambda t, n, e, k: e / (4 * k * e * n * binom.pmf(t, n, _q(e, k))),
            "A check decides when the *other* n - 1 checks stand one short of the threshold.",
        ),
        Mistake(
            "number of checks forgotten",
            lambda t, n, e, k: e / (4 * k * e * binom.pmf(t - 1, n - 1, _q(e, k))),
            "Each of the n checks can be the one that decides: a factor n is missing.",
        ),
        Mistake(
            "cost in place of its slope",
            lambda t, n, e, k: e**2 / 2 / (4 * k * e * n * binom.pmf(t - 1, n - 1, _q(e, k))),
            "The margin compares slopes: c′(η) = η, not c(η) = η²/2.",
        ),
        Mistake(
            "chance in place of its slope",
            lambda t, n, e, k: e / (1 - _failure(t, n, _q(e, k))),
            "This divides by the chance to pass. Divide by how fast it rises with effort.",
        ),
        Mistake(
            "whole cost over the chance",
            lambda t, n, e, k: e**2 / 2 / (1 - _failure(t, n, _q(e, k))),
            "This pays back the whole effort. At the margin only the slopes count; the whole comes in section 3.",
        ),
        Mistake(
            "slope of q halved",
            lambda t, n, e, k: e / (2 * k * e * n * binom.pmf(t - 1, n - 1, _q(e, k))),
            "The factor n and the count are right. Differentiate q(η) = ½ + 2κη² again.",
        ),
        Mistake(
            "upside down",
            lambda t, n, e, k: 4 * k * n * binom.pmf(t - 1, n - 1, _q(e, k)),
            "Solve Δ·P′(η) = c′(η) for Δ: this is its inverse.",
        ),
    ),
)

_FINE = np.linspace(0, 1, 2001)


@lru_cache(maxsize=32)
def _rises_by_sums(threshold, n, kappa):
    """P(X ≥ t) − P(X ≥ t | no effort) on the fine grid, by sums over counts."""
    k = np.arange(threshold, n + 1)
    ways = np.array([lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1) for j in k])
    q = _q(_FINE, kappa)[:, None]
    with np.errstate(divide="ignore"):
        logs = ways + k * np.log(q) + np.where(k == n, 0.0, (n - k) * np.log(np.maximum(1 - q, 1e-300)))
    reached = np.exp(logs).sum(axis=1)
    return reached - reached[0]


def _best_by_sums(threshold, bonus, n, kappa):
    return float(_FINE[np.argmax(bonus * _rises_by_sums(threshold, n, kappa) - _FINE**2 / 2)])


def _payoffs(threshold, bonus, n, kappa, effort):
    return -bonus * _failure(threshold, n, _q(effort, kappa)) - effort**2 / 2


_GRID = np.linspace(0, 1, 1001)
_SOME = np.linspace(0.05, 1, 951)


def _best_effort(threshold, bonus, n, kappa):
    return float(_GRID[np.argmax(_payoffs(threshold, bonus, n, kappa, _GRID))])


def _climb_from_above(threshold, bonus, n, kappa):
    payoff, place = _payoffs(threshold, bonus, n, kappa, _GRID), 1000
    while place and payoff[place - 1] >= payoff[place]:
        place -= 1
    return float(_GRID[place])


BEST_EFFORT = Exercise(
    name="best_effort",
    reference=_best_effort,
    oracle=_best_by_sums,
    tolerance=2e-3,
    probes=(
        Case("a small bonus, a strict threshold", 86, 0.205, 150, 0.15),
        Case("a larger bonus", 36, 0.4, 60, 0.15),
        Case("a lenient threshold", 33, 0.6, 60, 0.15),
        Case("few checks", 12, 0.9, 20, 0.15),
        Case("no bonus", 14, 0.0, 20, 0.15),
    ),
    mistakes=(
        Mistake(
            "payoff returned",
            lambda t, b, n, k: float(np.max(b + _payoffs(t, b, n, k, _GRID))),
            "This is the best payoff. Return the effort at which it is reached: `np.argmax` finds the place.",
        ),
        Mistake(
            "place returned",
            lambda t, b, n, k: int(np.argmax(_payoffs(t, b, n, k, _GRID))),
            "This is the place in the array. Look up the effort that stands there.",
        ),
        Mistake(
            "cost forgotten",
            lambda t, b, n, k: float(_GRID[np.argmax(-b * _failure(t, n, _q(_GRID, k)))]),
            "Effort is free here. Take its cost η²/2 off.",
        ),
        Mistake(
            "cost doubled",
            lambda t, b, n, k: float(_GRID[np.argmax(_payoffs(t, b, n, k, _GRID) - _GRID**2 / 2)]),
            "The cost is η²/2; this takes η² off.",
        ),
        Mistake(
            "effort not squared in q",
            lambda t, b, n, k: float(
                _GRID[np.argmax(-b * _failure(t, n, 0.5 + 2 * k * _GRID) - _GRID**2 / 2)]
            ),
            "Here a check passes with chance ½ + 2κη. Both labels must be judged, so the effort counts squared.",
        ),
        Mistake(
            "bonus for missing",
            lambda t, b, n, k: float(_GRID[np.argmax(b * _failure(t, n, _q(_GRID, k)) - _GRID**2 / 2)]),
            "This pays the bonus for missing the threshold. A miss loses the bonus: mind the sign.",
        ),
        Mistake(
            "the first hump from above",
            _climb_from_above,
            "This finds a hump and stops. There may be another one further down: compare all efforts.",
        ),
        Mistake(
            "grid of hundredths",
            lambda t, b, n, k: float(_GRID[::10][np.argmax(_payoffs(t, b, n, k, _GRID[::10]))]),
            "Your grid of efforts is too coarse: its steps are hundredths. Take a thousand.",
        ),
    ),
)


def _stopping(threshold, n, kappa):
    rise = _failure(threshold, n, 0.5) - _failure(threshold, n, _q(_SOME, kappa))
    return _SOME**2 / 2 / rise


def _stopping_bonus(threshold, n, kappa):
    return float(np.min(_stopping(threshold, n, kappa)))


def _stopping_by_bisection(threshold, n, kappa):
    """Raise the bonus until some effort is as good as none, with payoffs from sums over counts."""
    rise = _rises_by_sums(threshold, n, kappa)

    def advantage(bonus):
        return np.max((bonus * rise - _FINE**2 / 2)[20:])

    return brentq(advantage, 1e-6, 100)


STOPPING_BONUS = Exercise(
    name="stopping_bonus",
    reference=_stopping_bonus,
    oracle=_stopping_by_bisection,
    tolerance=1e-4,
    probes=(
        Case("a lenient threshold", 560, 1000, 0.15),
        Case("a strict threshold", 580, 1000, 0.15),
        Case("few checks", 14, 20, 0.25),
        Case("few checks, weak items", 70, 120, 0.1),
    ),
    mistakes=(
        Mistake(
            "luck forgotten",
            lambda t, n, k: float(np.min(_stopping(t, n, k) * _luck(t, n, k))),
            "Somebody without effort passes by luck now and then. The bonus buys only the rise above that.",
        ),
        Mistake(
            "effort returned",
            lambda t, n, k: float(_SOME[np.argmin(_stopping(t, n, k))]),
            "This is the effort that needs the smallest bonus. Return the bonus.",
            tolerance=0.02,
        ),
        Mistake(
            "slope of the cost",
            lambda t, n, k: float(np.min(_stopping(t, n, k) / (_SOME / 2))),
            "The whole cost η²/2 must be paid back here, and not its slope.",
        ),
        Mistake(
            "full effort only",
            lambda t, n, k: float(_stopping(t, n, k)[-1]),
            "This bonus makes *full* effort worth its cost. A smaller effort needs less: take the smallest over all.",
        ),
        Mistake(
            "largest",
            lambda t, n, k: float(np.max(_stopping(t, n, k))),
            "This is the largest over the efforts. One effort that beats none is enough.",
        ),
        Mistake(
            "first-best effort only",
            lambda t, n, k: float(_stopping(t, n, k)[np.argmin(abs(_SOME - 0.511))]),
            "This bonus makes *one* effort worth its cost, the first best. Another may need less: take the smallest.",
            tolerance=4e-3,
        ),
        Mistake(
            "grid of hundredths",
            lambda t, n, k: float(np.min(_stopping(t, n, k)[::10])),
            "Nearly: your grid of efforts is too coarse. Its steps are hundredths; take a thousand.",
        ),
    ),
)


def _luck(threshold, n, kappa):
    """Rise above luck, as a share of the chance to pass."""
    missed = _failure(threshold, n, _q(_SOME, kappa))
    return (_failure(threshold, n, 0.5) - missed) / (1 - missed)


def _leniency(n, information, slope, cost):
    return np.sqrt(2 * np.log(cost * np.sqrt(np.asarray(n) * information) / (slope * sqrt(2 * pi))))


def _lenient_gap(n, information, slope, cost, waste):
    return waste * ndtr(-_leniency(n, information, slope, cost))


def _lenient_by_roots(n, information, slope, cost, waste):
    """Solve for the density at the threshold by bisection; the tail by the error function."""
    if np.ndim(n):
        return np.array([_lenient_by_roots(float(each), information, slope, cost, waste) for each in n])
    wanted = slope / (cost * sqrt(n * information))
    z = brentq(lambda z: exp(-z * z / 2) / sqrt(2 * pi) - wanted, 0, 40, xtol=1e-14)
    return waste * erfc(z / sqrt(2)) / 2


LENIENT_GAP = Exercise(
    name="lenient_gap",
    reference=_lenient_gap,
    oracle=_lenient_by_roots,
    probes=(
        Case("as in the story, each failure wastes 1", 1000, 0.4, 0.5, 0.13, 1.0),
        Case("more checks", 100_000, 0.4, 0.5, 0.13, 1.0),
        Case("another waste", 5000, 0.2, 0.3, 0.2, 3.0),
        Case("an array of checks", np.array([1000.0, 20_000.0]), 0.4, 0.5, 0.13, 2.0),
    ),
    mistakes=(
        Mistake(
            "density, not tail",
            lambda n, i, s, c, w: w * norm.pdf(_leniency(n, i, s, c)),
            "This is the density at the threshold. The failures are the whole tail below it: Φ(−z).",
        ),
        Mistake(
            "the other tail",
            lambda n, i, s, c, w: w * ndtr(_leniency(n, i, s, c)),
            "This is the chance to reach the threshold. Failures lie below −z.",
        ),
        Mistake(
            "z not rooted",
            lambda n, i, s, c, w: w * ndtr(-(_leniency(n, i, s, c) ** 2)),
            "This uses z². Take the root.",
        ),
        Mistake(
            "factor 2 forgotten",
            lambda n, i, s, c, w: w * ndtr(-_leniency(n, i, s, c) / sqrt(2)),
            "φ(z) falls like e^(−z²/2): solving for z brings a factor 2 under the root.",
        ),
        Mistake(
            "√(2π) forgotten",
            lambda n, i, s, c, w: w * ndtr(-_leniency(np.asarray(n) * 2 * pi, i, s, c)),
            "The normal density has the factor 1/√(2π); it is missing in the logarithm.",
        ),
        Mistake(
            "root of n forgotten",
            lambda n, i, s, c, w: w * ndtr(-_leniency((np.asarray(n) * i) ** 2, 1.0, s, c)),
            "n and the information stand under a root inside the logarithm.",
        ),
        Mistake(
            "the law for large z",
            lambda n, i, s, c, w: w * s / c / np.sqrt(i * np.asarray(n) * np.log(n)),
            "This is the law of step 5, and it is far off at such n. Step 4 has the price.",
        ),
        Mistake(
            "waste forgotten",
            lambda n, i, s, c, w: ndtr(-_leniency(n, i, s, c)),
            "This is the chance of a failure. Each failure wastes K.",
        ),
    ),
)

MEND_CLAUSE = Rubric(
    name="mend_clause",
    criteria=(
        "It says what the annotator would do under the clause, with the numbers: effort 0, for 9 euros.",
        "It compares the bonus with the one that stops shirking at this threshold.",
        "It says how often somebody who works as asked would miss the threshold.",
        "It proposes another threshold and other amounts, and says why both constraints hold.",
        "It names one thing that the model leaves out.",
    ),
    model_answer=(
        "The bonus of 12 euros is worth 0.10 in utility, and 590 passes would need about 0.20 to make any effort "
        "better than none. So the annotator clicks at random and takes the 9 euros. Somebody who works as asked misses "
        "590 in about 76 of 100 batches, so the clause punishes bad luck. Pay nothing below 559 passes and 15.72 euros "
        "from there on: both constraints hold, and a miss is down to one batch in ten. The model knows one effort "
        "for the whole batch: somebody who can watch the count may stop working once the threshold is safe."
    ),
)

QUIZ = (
    Question(
        "A bonus makes the slope of the agent's payoff zero at the effort asked for. What is certain?",
        (
            "The agent chooses that effort.",
            "Small changes of effort change the payoff little; another effort may be far better.",
            "The bonus is too large.",
        ),
        "Small changes of effort change the payoff little; another effort may be far better.",
        "A slope is local. With two humps the agent takes the higher one.",
    ),
    Question(
        "Why is the bonus from 570 passes so small at the margin?",
        (
            "Because many annotators reach it.",
            "Because near the mean one more passed check often decides.",
            "Because the checks are cheap.",
        ),
        "Because near the mean one more passed check often decides.",
        "The chance to pass is steepest there, so a small bonus gives the slope, and too little for the whole effort.",
    ),
    Question(
        "The number of checks grows. Where does the best threshold go?",
        (
            "To the expected passes, measured in standard deviations.",
            "Further below the expected passes, measured in standard deviations.",
            "Above the expected passes.",
        ),
        "Further below the expected passes, measured in standard deviations.",
        "z grows like √(log n): ever more lenient in standard deviations, though ever closer as a share of n.",
    ),
    Question(
        "Gaps from 10³ to 10⁶ checks are fitted by a power of n, and the exponent is −0.59. What follows?",
        (
            "The law 1/√(n log n) is refuted.",
            "Nothing against the law: logarithms look like a power over three decades.",
            "The solver is inexact.",
        ),
        "Nothing against the law: logarithms look like a power over three decades.",
        "K·Φ(−z) has the same limit and agrees with the exact gaps within 2 % all along.",
    ),
    Question(
        "Without a floor a fine of 85,000 euros beats the bonus on paper. Why is it no contract?",
        (
            "The arithmetic is wrong.",
            "It stands on a chance that no real process has, and on money that nobody can collect.",
            "Annotators like risk.",
        ),
        "It stands on a chance that no real process has, and on money that nobody can collect.",
        "Any ordinary accident is likelier than 10^-375, and then the fine is due.",
    ),
)


def _batch(rng):
    """A batch whose threshold lies near the passes to be expected."""
    n, q = int(rng.integers(40, 161)), between(rng, 0.55, 0.8, 2)
    return {"n": n, "q": q, "threshold": round(n * q) - int(rng.integers(0, 7))}


VARIANTS = (
    Variant(
        "failure_chance",
        "The bonus is paid from {threshold} of {n} checks on, and each check passes with chance {q:.2f}. How likely is a "
        "batch without bonus? Give three decimals.",
        _batch,
        lambda n, q, threshold: (threshold, n, q),
    ),
    Variant(
        "stopping_bonus",
        "The bonus is paid from {threshold} of {n} checks on, κ is {kappa:.2f}, and effort η costs η²/2. What is the "
        "smallest bonus, in utility, at which some effort of 0.05 or more is as good as none? Give three decimals.",
        lambda rng: {
            "threshold": int(rng.integers(66, 76)),
            "n": 120,
            "kappa": between(rng, 0.12, 0.25, 2),
        },
    ),
)

LESSON = LessonDefinition(
    number=9,
    title="Pay a threshold bonus",
    minutes_to_read=40,
    minutes_to_do=65,
    exercises=(FAILURE_CHANCE, LOCAL_BONUS, BEST_EFFORT, STOPPING_BONUS, LENIENT_GAP),
    quiz=QUIZ,
    rubrics=(MEND_CLAUSE,),
    variants=VARIANTS,
)
