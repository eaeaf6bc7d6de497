"""Lesson 09: pay a threshold bonus."""

from __future__ import annotations

from functools import lru_cache
from math import comb, erf, exp, isnan, lgamma, log, pi, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc
from scipy.stats import binom, norm

from annolib.agency.reference import reference_problem
from annolib.contracts.best_answers import best_answer
from annolib.contracts.forms import Binary
from annolib.course.definitions import (
    Case,
    Exercise,
    LessonDefinition,
    Mistake,
    Question,
    Rubric,
    Variant,
    between,
)
from annolib.monitors.two_labels import SelfConsistency

FIRST_BEST = 0.5106530944  # the effort asked for in the story


def _failure(threshold, n, q):
    return betainc(n - threshold + 1, threshold, 1 - np.asarray(q))


def _local_bonus(threshold, n, effort, kappa):
    density = n * binom.pmf(threshold - 1, n - 1, 0.5 + 2 * kappa * effort**2)
    return effort / (4 * kappa * effort * density)


def _local_bonus_by_complex_step(threshold, n, effort, kappa):
    """Differentiate the sum over all counts and the cost themselves, by a step into the complex plane; many checks in logarithms."""
    if n > 400:
        q = _q(effort, kappa)
        ways = lgamma(n + 1) - lgamma(threshold) - lgamma(n - threshold + 1)
        return 1 / (4 * kappa * exp(ways + (threshold - 1) * log(q) + (n - threshold) * log(1 - q)))
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
        Case("as in the story", 57, 100, 0.511, 0.15),
        Case("ten thousand checks", 5687, 10_000, 0.511, 0.15),
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
            "one short of n checks",
            lambda t, n, e, k: e / (4 * k * e * n * binom.pmf(t - 1, n, _q(e, k))),
            "t - 1 passes is right, but among the *other* checks: how many are there beside the one that decides?",
        ),
        Mistake(
            "normal density",
            lambda t, n, e, k: (
                e / (4 * k * e * n * norm.pdf(t, n * _q(e, k), np.sqrt(n * _q(e, k) * (1 - _q(e, k)))))
            ),
            "This takes the normal density at the threshold, which section 4 does on purpose. Here the exact chance "
            "is asked for: `binom.pmf`.",
        ),
        Mistake(
            "normal density, half a check lower",
            lambda t, n, e, k: (
                e / (4 * k * e * n * norm.pdf(t - 0.5, n * _q(e, k), np.sqrt(n * _q(e, k) * (1 - _q(e, k)))))
            ),
            "This is the normal density with its half step: near, but the exact chance is asked for: `binom.pmf`.",
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
            "kappa of the story",
            lambda t, n, e, k: _local_bonus(t, n, e, 0.15),
            "This uses κ = 0.15 whatever `kappa` is: give it to q and to its slope.",
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


_SOME = np.linspace(0.05, 1, 951)


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
        Case("as in the story", 57, 100, 0.15),
        Case("a lenient threshold", 53, 100, 0.15),
        Case("many checks, a lenient threshold", 550, 1000, 0.15),
        Case("many checks, a strict threshold", 580, 1000, 0.15),
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
            "cost doubled",
            lambda t, n, k: 2 * _stopping_bonus(t, n, k),
            "Twice too large: the cost of effort is η²/2.",
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
            "the larger of two bonuses",
            lambda t, n, k: max(_stopping_bonus(t, n, k), _local_bonus(t, n, FIRST_BEST, k)),
            "This is the larger of two: what stops shirking, and what is right at the margin. "
            "Only the first is asked for; with a lenient threshold the margin asks for more.",
            tolerance=0.02,
        ),
        Mistake(
            "kappa of the story",
            lambda t, n, k: _stopping_bonus(t, n, 0.15),
            "This uses κ = 0.15 whatever `kappa` is: `reach` takes it as its last argument.",
        ),
        Mistake(
            "effort 0 too",
            lambda t, n, k: float("nan"),
            "At effort 0 you divide nothing by nothing. Start the efforts at 0.05.",
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


def _keeps(threshold, n, effort, kappa):
    """Does the bonus that is right at the margin also pay for the whole effort?"""
    rise = _failure(threshold, n, 0.5) - _failure(threshold, n, _q(effort, kappa))
    return _local_bonus(threshold, n, effort, kappa) * rise >= effort**2 / 2


def _thresholds(n, effort, kappa):
    return np.arange(n // 2, int(n * _q(effort, kappa)) + 1)


def _lenient_threshold(n, effort, kappa):
    thresholds = _thresholds(n, effort, kappa)
    return int(thresholds[_keeps(thresholds, n, effort, kappa)].max())


def _lenient_by_counting_down(n, effort, kappa):
    """From the mean down, with sums over counts; each count in logarithms."""
    q = _q(effort, kappa)

    def log_chance(k, n, q):
        return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(q) + (n - k) * log(1 - q)

    start = int(n * q)
    rise = sum(exp(log_chance(k, n, q)) - exp(log_chance(k, n, 0.5)) for k in range(start + 1, n + 1))
    for threshold in range(start, 0, -1):
        rise += exp(log_chance(threshold, n, q)) - exp(log_chance(threshold, n, 0.5))
        slope = n * exp(log_chance(threshold - 1, n - 1, q)) * 4 * kappa * effort
        if effort * rise >= slope * effort**2 / 2:
            return threshold
    return 0


def _of_all_numbers(n, effort, kappa):
    """Far beyond the mean the density rounds to 0 and the bonus to infinity, which always pays."""
    numbers = np.arange(1, n + 1)
    with np.errstate(all="ignore"):
        q = _q(effort, kappa)
        bonus = effort / (n * binom.pmf(numbers - 1, n - 1, q) * 4 * kappa * effort)
        rise = binom.sf(numbers - 1, n, q) - binom.sf(numbers - 1, n, 0.5)
        return int(numbers[bonus * rise >= effort**2 / 2].max())


def _short_range(n, effort, kappa):
    thresholds = _thresholds(n, effort, kappa)[:-1]
    return int(thresholds[_keeps(thresholds, n, effort, kappa)].max())


def _crossing(n, effort, kappa):
    """The real threshold at which both conditions hold with equality."""

    def over(t):
        q = _q(effort, kappa)
        rise = betainc(n - t + 1, t, 0.5) - betainc(n - t + 1, t, 1 - q)
        slope = exp(lgamma(n + 1) - lgamma(t) - lgamma(n - t + 1) + (t - 1) * log(q) + (n - t) * log(1 - q))
        return rise - slope * 4 * kappa * effort * effort / 2

    return brentq(over, n / 2, n * _q(effort, kappa))


def _by_normal(n, effort, kappa):
    q = _q(effort, kappa)
    information = (4 * kappa * effort) ** 2 / (q * (1 - q))
    return n * q - _place(effort**2 / 2, effort, n, q, information) * np.sqrt(n * q * (1 - q))


LENIENT_THRESHOLD = Exercise(
    name="lenient_threshold",
    reference=_lenient_threshold,
    oracle=_lenient_by_counting_down,
    probes=(
        Case("as in the story", 100, 0.511, 0.15),
        Case("few checks", 30, 0.511, 0.15),
        Case("fifty checks", 50, 0.511, 0.15),
        Case("stronger items", 71, 0.6, 0.2),
        Case("many checks", 400, 0.511, 0.15),
        Case("ten thousand checks", 10_000, 0.511, 0.15),
    ),
    mistakes=(
        Mistake(
            "all numbers",
            _of_all_numbers,
            "With 10,000 checks you went far beyond the passes that effort reaches: there the chance that one check decides "
            "rounds to 0, and the bonus to infinity. Search the range that is given.",
        ),
        Mistake(
            "round()",
            lambda n, e, k: round(_crossing(n, e, k)),
            "`round()` goes to the nearest whole number, and that may lie beyond the place where the two bonuses meet. "
            "Try the whole numbers themselves.",
        ),
        Mistake(
            "round() of the normal formula",
            lambda n, e, k: round(_by_normal(n, e, k)),
            "This rounds the place that the normal law gives: near, and one off in some cases. "
            "Use the exact chances, and try the whole numbers themselves.",
        ),
        Mistake(
            "rounded up",
            lambda n, e, k: _lenient_threshold(n, e, k) + 1,
            "One too strict: at this threshold the bonus that is right at the margin no longer pays for the whole effort.",
        ),
        Mistake(
            "the mean",
            lambda n, e, k: int(n * _q(e, k)),
            "This is the number of passes to be expected. There the bonus at the margin is too small for the whole effort.",
        ),
        Mistake(
            "one short of the range",
            _short_range,
            "Python's ranges end one before their end: `range(a, b + 1)` looks at b as well.",
        ),
        Mistake(
            "kappa of the story",
            lambda n, e, k: _lenient_threshold(n, e, 0.15),
            "This uses κ = 0.15 whatever `kappa` is: give it to both functions.",
        ),
        Mistake(
            "smallest threshold",
            lambda n, e, k: int(
                _thresholds(n, e, k)[np.nan_to_num(_keeps(_thresholds(n, e, k), n, e, k)).astype(bool)].min()
            ),
            "This is the smallest threshold that holds, and a miserable one: everybody passes. Take the largest.",
        ),
        Mistake(
            "place in the list",
            lambda n, e, k: _lenient_threshold(n, e, k) - 1,
            "One too lenient: the place in a list that starts at 1 is one less than the number that stands there.",
        ),
        Mistake(
            "luck forgotten",
            lambda n, e, k: int(
                _thresholds(n, e, k)[
                    _local_bonus(_thresholds(n, e, k), n, e, k)
                    * (1 - _failure(_thresholds(n, e, k), n, _q(e, k)))
                    >= e**2 / 2
                ].max()
            ),
            "Somebody without effort reaches a lenient threshold by luck. The bonus pays only for the rise above that.",
        ),
    ),
)


def _place(cost, slope, n, q, information, luck=1.0, spread=None):
    """The smallest z of a grid at which the bonus at the margin pays for the whole effort, normal laws throughout."""
    z = np.linspace(-1, 8, 90_001)
    bonus = slope / (norm.pdf(z) * np.sqrt(n * information))
    spread = np.sqrt(n * q * (1 - q)) if spread is None else spread
    lucky = (n * q - z * spread - n / 2) / np.sqrt(n / 4)
    enough = bonus * (norm.cdf(z) - luck * norm.sf(lucky)) >= cost
    return float(z[np.argmax(enough)])


def _place_by_bisection(cost, slope, n, q, information):
    def cdf(x):
        return (1 + erf(x / sqrt(2))) / 2

    def over(z):
        density = exp(-z * z / 2) / sqrt(2 * pi)
        lucky = (n * q - z * sqrt(n * q * (1 - q)) - n / 2) / (sqrt(n) / 2)
        return slope * (cdf(z) - cdf(-lucky)) - cost * density * sqrt(n * information)

    low = next(z for z in np.arange(-1, 8, 0.01) if over(z + 0.01) >= 0)
    return brentq(over, low, low + 0.01, xtol=1e-12)


LENIENCY = Exercise(
    name="leniency",
    reference=_place,
    oracle=_place_by_bisection,
    tolerance=1.1e-2,
    probes=(
        Case("as in the story", 0.13, 0.51, 100, 0.578, 0.385),
        Case("few checks", 0.13, 0.51, 30, 0.578, 0.385),
        Case("many checks", 0.13, 0.51, 10_000, 0.578, 0.385),
        Case("more effort", 0.32, 0.8, 200, 0.692, 1.08),
        Case("experts: above the mean", 0.13, 0.51, 20, 0.653, 0.397),
        Case("ten million checks", 0.13, 0.51, 10_000_000, 0.578, 0.385),
        Case("strong items, few checks", 0.32, 0.8, 10, 0.82, 4.336),
    ),
    mistakes=(
        Mistake(
            "cost and slope exchanged",
            lambda c, s, n, q, i: _place(s, c, n, q, i),
            "Cost and slope are exchanged: the slope c′ sets the bonus at the margin, and the cost c must be paid back.",
        ),
        Mistake(
            "luck forgotten",
            lambda c, s, n, q, i: _place(c, s, n, q, i, luck=0.0),
            "With few checks somebody without effort passes by luck. Take P at effort 0 away from P at the effort asked for.",
        ),
        Mistake(
            "formula for many checks",
            lambda c, s, n, q, i: float(np.sqrt(2 * np.log(c * np.sqrt(n * i) / (s * sqrt(2 * pi))))),
            "This is the closed form for very many checks, when nobody fails and nobody is lucky. Below 250 checks of the "
            "story it is the root of a negative number: search for z instead.",
        ),
        Mistake(
            "root forgotten",
            lambda c, s, n, q, i: _place(c, s * np.sqrt(n * i) / (n * i), n, q, i),
            "The slope of the chance is √(n𝓘)·φ(z): n and the information stand under a root.",
        ),
        Mistake(
            "information forgotten",
            lambda c, s, n, q, i: _place(c, s * np.sqrt(i), n, q, i),
            "The information of a check is missing in the slope of the chance.",
        ),
        Mistake(
            "sign",
            lambda c, s, n, q, i: -_place(c, s, n, q, i),
            "The sign: z counts how far the threshold lies *below* the mean.",
        ),
        Mistake(
            "threshold returned",
            lambda c, s, n, q, i: n * q - _place(c, s, n, q, i) * np.sqrt(n * q * (1 - q)),
            "This is the threshold. Asked for is how far it lies below the mean, in standard deviations.",
            tolerance=2e-2,
        ),
        Mistake(
            "holds from the start",
            lambda c, s, n, q, i: -1.0,
            "−1 comes back: the condition holds from the start, so your bonus is too large. Is n in it, and the density φ(z)?",
        ),
        Mistake(
            "the luck's spread for both",
            lambda c, s, n, q, i: _place(c, s, n, q, i, spread=np.sqrt(n) / 2),
            "In y the distance z is counted in standard deviations of somebody who works, √(nq(1 − q)); only the division is by √n/2.",
        ),
        Mistake(
            "luck turned round",
            lambda c, s, n, q, i: _mirrored(c, s, n, q, i),
            "A clicker reaches the threshold with chance Φ(−y). You take Φ(y) off.",
        ),
        Mistake(
            "from 0 on",
            lambda c, s, n, q, i: max(_place(c, s, n, q, i), 0.0),
            "Your search starts at 0. With good checks the threshold may lie above the mean: start at −1.",
        ),
        Mistake(
            "up to 3",
            lambda c, s, n, q, i: _up_to(3.0, c, s, n, q, i),
            "Your search ends at 3. With millions of checks z is larger: go on to 8.",
        ),
        Mistake(
            "grid of tenths",
            lambda c, s, n, q, i: float(np.ceil(10 * _place(c, s, n, q, i) - 1e-9) / 10),
            "Your grid is too coarse: its steps are tenths. Take thousandths.",
        ),
    ),
)


def _mirrored(cost, slope, n, q, information):
    z = np.linspace(-1, 8, 90_001)
    bonus = slope / (norm.pdf(z) * np.sqrt(n * information))
    lucky = (n * q - z * np.sqrt(n * q * (1 - q)) - n / 2) / np.sqrt(n / 4)
    return float(z[np.argmax(bonus * (norm.cdf(z) - norm.cdf(lucky)) >= cost)])


def _up_to(end, cost, slope, n, q, information):
    """What a search that ends there gives: its first number, −1, where nothing holds."""
    place = _place(cost, slope, n, q, information)
    return place if place <= end else -1.0


STRENGTHS = np.arange(150, 119, -1) / 1000
PROBLEM = reference_problem(floor=-0.1)


def _works(contract, kappa):
    answer = best_answer(PROBLEM, SelfConsistency(float(kappa)), contract)
    return answer.accepts and answer.effort > 0.05


def _weakest_strength(contract):
    last = float("nan")
    for kappa in STRENGTHS:
        if not _works(contract, kappa):
            break
        last = float(kappa)
    return last


def _weakest_by_sums(contract):
    """Payoffs at 2,001 efforts from sums over counts in logarithms."""
    low, high = (1 - exp(-wage) for wage in (contract.low, contract.high))
    last = float("nan")
    for kappa in STRENGTHS:
        payoff = low + (high - low) * (
            _rises_by_sums(contract.threshold, contract.n, float(kappa))
            + _luck_by_sums(contract.threshold, contract.n)
        )
        payoff = payoff - _FINE**2 / 2
        best = np.argmax(payoff)
        if payoff[best] < -1e-12 or _FINE[best] < 0.05:
            return last
        last = float(kappa)
    return last


def _luck_by_sums(threshold, n):
    return sum(comb(n, k) for k in range(threshold, n + 1)) / 2**n


@lru_cache(maxsize=4096)
def _on_grid(contract, kappa):
    """The agent's best effort and payoff, on a grid of a thousand."""
    low, high = (1 - exp(-wage) for wage in (contract.low, contract.high))
    effort = np.linspace(0, 1, 1001)
    missed = _failure(contract.threshold, contract.n, _q(effort, kappa))
    payoff = high - (high - low) * missed - effort**2 / 2
    return float(effort[np.argmax(payoff)]), float(payoff.max())


def _down_while(holds):
    def answer(contract):
        last = float("nan")
        for kappa in STRENGTHS:
            if not holds(*_on_grid(contract, float(kappa))):
                return last
            last = float(kappa)
        return last

    return answer


_down_to = _down_while(lambda effort, payoff: payoff >= -1e-12 and effort > 0.05)


def _lasting(contract, strengths):
    last = float("nan")
    for kappa in strengths:
        effort, payoff = _on_grid(contract, float(kappa))
        if not (payoff >= -1e-12 and effort > 0.05):
            break
        last = float(kappa)
    return last


def _from_149(contract):
    return _lasting(contract, STRENGTHS[1:])


def _below(contract):
    return _lasting(contract, np.arange(150, 0, -1) / 1000)


def _first_that_fails(contract):
    last = _down_to(contract)
    return 0.15 if isnan(last) else round(last - 0.001, 3)


WEAKEST_STRENGTH = Exercise(
    name="weakest_strength",
    reference=_weakest_strength,
    oracle=_weakest_by_sums,
    tolerance=4e-4,
    seconds=60.0,
    probes=(
        Case("a deposit of six euros", Binary(54, -0.06, 0.21, 100)),
        Case("less deposit, more pay", Binary(55, -0.04, 0.24, 100)),
        Case("refused before it is shirked", Binary(55, -0.07, 0.25, 100)),
        Case("no deposit, and shirked", Binary(57, 0.0, 0.31, 100)),
        Case("nobody takes it", Binary(58, -0.08, 0.2, 100)),
        Case("stands at 0.150 only", Binary(55, -0.0558, 0.2148, 100)),
        Case("stands to the end", Binary(53, -0.02, 0.3, 100)),
    ),
    mistakes=(
        Mistake(
            "refusals forgotten",
            _down_while(lambda effort, payoff: effort > 0.05),
            "Somebody who does not take the contract does not work either: look at `accepts`.",
        ),
        Mistake(
            "only refusals",
            _down_while(lambda effort, payoff: payoff >= -1e-12),
            "Who takes the contract may still click: look at the effort as well.",
        ),
        Mistake(
            "first that fails",
            _first_that_fails,
            "This is the first strength at which nobody works. The last one that held is asked for.",
        ),
        Mistake(
            "0.150 never tried",
            _from_149,
            "Your list starts at 0.149: 0.150 is the first strength to try.",
        ),
        Mistake(
            "0.120 never tried",
            lambda contract: max(_down_to(contract), 0.121),
            "Your list ends at 0.121: Python's ranges leave out their end. Try 0.120 as well.",
        ),
        Mistake(
            "below 0.120",
            _below,
            "You go on below 0.120. The last strength to try is 0.120.",
        ),
        Mistake(
            "0.150 for nothing",
            lambda contract: float(np.nan_to_num(_down_to(contract), nan=0.15)),
            "Where nobody works even at 0.150 you return 0.150: start with `float('nan')`.",
        ),
        Mistake(
            "distance from the plan",
            lambda contract: 0.15 - _down_to(contract),
            "This is the margin, 0.15 less the strength. Return the strength itself.",
        ),
        Mistake(
            "0 in place of nothing",
            lambda contract: float(np.nan_to_num(_down_to(contract))),
            "Where nobody works even at 0.15 there is no such strength: return `float('nan')`, and not 0.",
        ),
    ),
)

MEND_CLAUSE = Rubric(
    name="mend_clause",
    criteria=(
        "It says what the annotator would do under the clause, with the numbers: effort 0, for 9 euros.",
        "It compares the bonus with the one that stops shirking at this threshold.",
        "It says how often somebody who works as asked would miss the threshold.",
        "It proposes another threshold and other amounts, with a margin, and says down to which strength they stand.",
        "It names one thing that the model leaves out.",
    ),
    model_answer=(
        "The bonus of 12 euros is worth 0.10 in utility, and 60 passes would need about 0.29 to make any effort better "
        "than none. So the annotator clicks and takes the 9 euros. Somebody who works as asked misses 60 in about 63 of "
        "100 batches, so the clause punishes bad luck. I would keep a deposit of 6 euros below 54 passes and pay 21 euros "
        "from there on: that costs 1.7 euros of the best profit on paper, and stands down to a strength of .134, "
        "but with less than that nobody takes it. The model knows one effort for the whole batch: somebody who can watch "
        "the count may stop working once the threshold is safe."
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
        "Why is the bonus from 57 of 100 passes so small at the margin?",
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
        "What does a deposit change in threshold pay on 100 checks?",
        (
            "It takes back the rent that luck gives to a clicker.",
            "It makes one threshold right at the margin that was not.",
            "It frightens the annotator into full effort.",
        ),
        "It takes back the rent that luck gives to a clicker.",
        "Without one the rent is more than half of the gap with 30 to 100 checks; with 1,000 there is next to none, and a deposit changes nothing.",
    ),
    Question(
        "The best contract on paper meets a strength that is a thousandth lower than planned. What does it buy?",
        ("A little less effort.", "Nothing.", "A little more effort, for the same pay."),
        "Nothing.",
        "It leaves the annotator not a cent above walking away, so the slightest loss of passes ends it. Leave a margin.",
    ),
)


VARIANTS = (
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
    Variant(
        "local_bonus",
        "The bonus is paid from {threshold} of {n} checks on, κ is {kappa:.2f}, and effort η costs η²/2. Which bonus, in "
        "utility, is right at the margin at effort {effort:.2f}? Give three decimals.",
        lambda rng: {
            "threshold": int(rng.integers(44, 50)),
            "n": 80,
            "effort": between(rng, 0.4, 0.7, 2),
            "kappa": between(rng, 0.12, 0.2, 2),
        },
    ),
)

LESSON = LessonDefinition(
    number=9,
    title="Pay a threshold bonus",
    minutes_to_read=35,
    minutes_to_do=40,
    exercises=(LOCAL_BONUS, STOPPING_BONUS, LENIENT_THRESHOLD, LENIENCY, WEAKEST_STRENGTH),
    quiz=QUIZ,
    rubrics=(MEND_CLAUSE,),
    variants=VARIANTS,
)
