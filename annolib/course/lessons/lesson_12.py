"""Lesson 12: compare the gaps."""

from __future__ import annotations

from math import ceil, comb, erf, erfc, exp, fsum, log, pi, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, ndtr, rel_entr
from scipy.stats import norm

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


def _leniency(n, information, cost, slope):
    ratio = cost * np.sqrt(np.asarray(n, dtype=float) * information) / (slope * sqrt(2 * pi))
    return np.sqrt(2 * np.log(np.where(ratio > 1, ratio, np.nan)))


def _many(n, information, cost, slope, waste):
    return waste * ndtr(-_leniency(n, information, cost, slope))


def _many_by_roots(n, information, cost, slope, waste):
    """Solve for the density at the threshold by bisection; the tail by the error function."""
    if np.ndim(n):
        return np.array([_many_by_roots(float(each), information, cost, slope, waste) for each in n])
    wanted = slope / (cost * sqrt(n * information))
    if wanted >= 1 / sqrt(2 * pi):
        return float("nan")
    z = brentq(lambda z: exp(-z * z / 2) / sqrt(2 * pi) - wanted, 0, 40, xtol=1e-14)
    return waste * erfc(z / sqrt(2)) / 2


def _many_kept(n, information, cost, slope, waste):
    ratio = cost * np.sqrt(np.asarray(n, dtype=float) * information) / (slope * sqrt(2 * pi))
    return waste * ndtr(-np.sqrt(2 * np.log(np.maximum(ratio, 1))))


def _many_with(change):
    """The formula with the leniency changed."""
    return lambda n, i, c, s, w: w * ndtr(-change(n, i, c, s))


MANY_CHECKS_GAP = Exercise(
    name="many_checks_gap",
    reference=_many,
    oracle=_many_by_roots,
    probes=(
        Case("as in the story, each failure wastes 1", 1000, 0.4, 0.13, 0.5, 1.0),
        Case("more checks", 100_000, 0.4, 0.13, 0.5, 1.0),
        Case("another waste", 5000, 0.2, 0.2, 0.3, 3.0),
        Case("an array of checks", np.array([1000.0, 20_000.0]), 0.4, 0.13, 0.5, 2.0),
        Case("an array that begins with too few checks", np.array([50.0, 3000.0]), 0.4, 0.13, 0.5, 1.0),
        Case("too few checks", 100, 0.4, 0.13, 0.5, 1.0),
        Case("just enough checks", 300, 0.4, 0.13, 0.5, 1.0),
    ),
    mistakes=(
        Mistake(
            "a number where the formula has none",
            _many_kept,
            "With too few checks no threshold has the density that is asked for: give `np.nan` there, so that nobody uses the number.",
        ),
        Mistake(
            "nothing lost where the formula has no value",
            lambda n, i, c, s, w: np.nan_to_num(_many(n, i, c, s, w)),
            "With too few checks this says that nothing is lost. The formula has no value there: give `np.nan`.",
        ),
        Mistake(
            "the tail by its law",
            lambda n, i, c, s, w: w * norm.pdf(_leniency(n, i, c, s)) / _leniency(n, i, c, s),
            "φ(z)/z is the tail for large z only. Take Φ(−z) itself: `ndtr`.",
        ),
        Mistake(
            "density, not tail",
            lambda n, i, c, s, w: w * norm.pdf(_leniency(n, i, c, s)),
            "This is the density at the threshold. The failures are the whole tail below it: Φ(−z).",
        ),
        Mistake(
            "the other tail",
            lambda n, i, c, s, w: w * ndtr(_leniency(n, i, c, s)),
            "This is the chance to reach the threshold. Failures lie below −z.",
        ),
        Mistake(
            "z not rooted",
            _many_with(lambda n, i, c, s: _leniency(n, i, c, s) ** 2),
            "This uses z². Take the root.",
        ),
        Mistake(
            "factor 2 forgotten",
            _many_with(lambda n, i, c, s: _leniency(n, i, c, s) / sqrt(2)),
            "φ(z) falls like e^(−z²/2): solving for z brings a factor 2 under the root.",
        ),
        Mistake(
            "√(2π) forgotten",
            _many_with(lambda n, i, c, s: _leniency(np.asarray(n) * 2 * pi, i, c, s)),
            "The normal density has the factor 1/√(2π); it is missing in the logarithm.",
        ),
        Mistake(
            "√2 in place of √(2π)",
            _many_with(lambda n, i, c, s: _leniency(np.asarray(n) * pi, i, c, s)),
            "The density at its top is 1/√(2π), with π under the root.",
        ),
        Mistake(
            "root of n forgotten",
            _many_with(lambda n, i, c, s: _leniency((np.asarray(n) * i) ** 2, 1.0, c, s)),
            "n and the information stand under a root inside the logarithm.",
        ),
        Mistake(
            "information outside the root",
            _many_with(lambda n, i, c, s: _leniency(np.asarray(n) * i, i, c, s)),
            "The information stands under the root, as n does: √(n𝓘).",
        ),
        Mistake(
            "slope and cost exchanged",
            _many_with(lambda n, i, c, s: _leniency(n, i, s, c)),
            "Slope and cost are exchanged: the whole cost Δ* stands above, its slope c′ below.",
        ),
        Mistake(
            "the law for large z",
            lambda n, i, c, s, w: w * s / c / np.sqrt(i * np.asarray(n) * np.log(n)),
            "This is the law of the last step, and it is far off at such n. The step before has the loss.",
        ),
        Mistake(
            "waste forgotten",
            lambda n, i, c, s, w: ndtr(-_leniency(n, i, c, s)),
            "This is the chance of a failure. Each failure wastes K.",
        ),
    ),
)

_Z = np.arange(0, 6, 0.001)


def _few_terms(n, effort, kappa):
    """Bonus, chance to pass and chance of luck on the grid of z; what follows is shared with the mistakes."""
    q = 0.5 + 2 * kappa * effort**2
    spread = sqrt(n * q * (1 - q))
    bonus = effort * spread / (np.exp(-(_Z**2) / 2) / sqrt(2 * pi) * n * 4 * kappa * effort)
    luck = ndtr(-(n * q - _Z * spread - n / 2) / sqrt(n / 4))
    return bonus, ndtr(_Z), luck


def _value(effort):
    return 0.6 * effort * (2 - effort)


def _few(n, effort, kappa, terms=_few_terms, wage=lambda v: -np.log1p(-v), chance=None, first=0, spent=None):
    bonus, passed, luck = terms(n, effort, kappa)
    enough = np.flatnonzero(bonus * (passed - luck) >= (effort**2 / 2 if spent is None else spent))
    if enough.size == 0 or bonus[enough[first]] >= 1:
        return float("-inf")
    at = enough[first]
    return float(100 * (_value(effort) - wage(bonus[at]) * (passed[at] if chance is None else chance)))


def _few_by_roots(n, effort, kappa):
    """The same crossing as a root, with the error function in place of tables."""
    q = 0.5 + 2 * kappa * effort * effort
    spread, steep = sqrt(n * q * (1 - q)), 4 * kappa * n

    def normal(x):
        return (1 + erf(x / sqrt(2))) / 2

    def bonus(z):
        return spread * sqrt(2 * pi) * exp(z * z / 2) / steep

    def lead(z):
        lucky = 1 - normal((n * q - z * spread - n / 2) / sqrt(n / 4))
        return bonus(z) * (normal(z) - lucky) - effort * effort / 2

    grid = [-1 + 0.01 * k for k in range(701)]
    below = next(k for k, z in enumerate(grid) if lead(z) >= 0)
    z = grid[0] if below == 0 else brentq(lead, grid[below - 1], grid[below])
    return 100 * (0.6 * effort * (2 - effort) + log(1 - bonus(z)) * normal(z))


def _few_no_luck(n, effort, kappa):
    bonus, passed, luck = _few_terms(n, effort, kappa)
    return bonus, passed, 0 * luck


def _few_centred(n, effort, kappa):
    """The idle's luck taken at the same z."""
    bonus, passed, _ = _few_terms(n, effort, kappa)
    q = 0.5 + 2 * kappa * effort**2
    spread = sqrt(n * q * (1 - q))
    return bonus, passed, ndtr(-(n * q - _Z * spread - n / 2) / spread)


def _few_slope_in_q(n, effort, kappa):
    bonus, passed, luck = _few_terms(n, effort, kappa)
    return bonus * 4 * kappa * effort, passed, luck


def _few_flat_density(n, effort, kappa):
    bonus, passed, luck = _few_terms(n, effort, kappa)
    return bonus / sqrt(2 * pi), passed, luck


def _few_linear_q(n, effort, kappa):
    q = 0.5 + 2 * kappa * effort
    spread = sqrt(n * q * (1 - q))
    bonus = effort * spread / (np.exp(-(_Z**2) / 2) / sqrt(2 * pi) * n * 2 * kappa)
    return bonus, ndtr(_Z), ndtr(-(n * q - _Z * spread - n / 2) / sqrt(n / 4))


FEW_CHECKS_PROFIT = Exercise(
    name="few_checks_profit",
    reference=_few,
    oracle=_few_by_roots,
    tolerance=5e-3,
    probes=(
        Case("thirty checks", 30, 0.6, 0.15),
        Case("thirty checks, less asked for", 30, 0.5, 0.15),
        Case("a hundred checks", 100, 0.55, 0.15),
        Case("stronger items", 40, 0.5, 0.2),
        Case("a thousand checks", 1000, 0.51, 0.15),
    ),
    mistakes=(
        Mistake(
            "luck forgotten",
            lambda n, e, k: _few(n, e, k, _few_no_luck),
            "Somebody who idles reaches the threshold now and then: take Φ(−y) off.",
        ),
        Mistake(
            "luck in the wrong spread",
            lambda n, e, k: _few(n, e, k, _few_centred),
            "The passes of somebody who idles have their own spread, √n/2: y is measured in it.",
        ),
        Mistake(
            "bonus paid for sure",
            lambda n, e, k: _few(n, e, k, chance=1.0),
            "The wage is paid to those who reach the threshold, with chance Φ(z).",
        ),
        Mistake(
            "paid to those who miss",
            lambda n, e, k: (
                100 * _value(e) - (100 * _value(e) - _few(n, e, k, chance=1.0)) * (1 - _share(n, e, k))
            ),
            "You pay those who miss. Φ(z) is the chance to reach a threshold z standard deviations below the mean.",
        ),
        Mistake(
            "utility in place of money",
            lambda n, e, k: _few(n, e, k, wage=lambda v: v),
            "The bonus is counted in utility. Halyard pays money: h(Δ) = −log(1 − Δ).",
        ),
        Mistake(
            "the last z",
            lambda n, e, k: (
                _few(n, e, k, first=-1) if np.isfinite(_few(n, e, k, first=-1)) else float("-inf")
            ),
            "Any larger z works as well and costs more. Take the smallest.",
        ),
        Mistake(
            "the slope of the cost",
            lambda n, e, k: _few(n, e, k, spent=e),
            "The whole cost η²/2 must be paid back, and not its slope.",
        ),
        Mistake(
            "slope in q",
            lambda n, e, k: _few(n, e, k, _few_slope_in_q),
            "This takes the slope against q. The agent chooses effort: q′(η) = 4κη belongs into the bonus.",
        ),
        Mistake(
            "density without its constant",
            lambda n, e, k: _few(n, e, k, _few_flat_density),
            "The normal density is e^(−z²/2)/√(2π); the constant is missing.",
        ),
        Mistake(
            "effort not squared in q",
            lambda n, e, k: _few(n, e, k, _few_linear_q),
            "Here a check passes with chance ½ + 2κη. Both labels must be judged, so the effort counts squared.",
        ),
        Mistake(
            "units, not euros",
            lambda n, e, k: _few(n, e, k) / 100,
            "One unit is 100 euros; the profit is asked for in euros.",
        ),
        Mistake(
            "value forgotten",
            lambda n, e, k: _few(n, e, k) - 100 * _value(e),
            "This is what Halyard pays. What the effort is worth to it belongs to a profit.",
        ),
    ),
)


def _share(n, effort, kappa):
    """Φ(z) at the crossing."""
    bonus, passed, luck = _few_terms(n, effort, kappa)
    return float(passed[np.flatnonzero(bonus * (passed - luck) >= effort**2 / 2)[0]])


def _divergence(x, q):
    return float(rel_entr(x, q) + rel_entr(1 - x, 1 - q))


def _chernoff(low, high):
    x = log((1 - low) / (1 - high)) / log(high * (1 - low) / (low * (1 - high)))
    return _divergence(x, low)


def _turned_chernoff(low, high):
    x = brentq(lambda x: _divergence(low, x) - _divergence(high, x), low, high, xtol=1e-15)
    return _divergence(low, x)


def _gridded(low, high, size):
    """The largest of the smaller exponents on so many shares, as a learner takes them."""
    x = np.linspace(low, high, size)
    return max(min(_divergence(one, low), _divergence(one, high)) for one in x)


def _exponent(q_low, q_high, deposit):
    return _divergence(q_low, q_high) if deposit > 0 else _chernoff(q_low, q_high)


def _exponent_by_definition(q_low, q_high, deposit):
    """Logarithms written out; the best of all mixtures of both laws by ternary search."""
    if deposit > 0:
        return q_low * log(q_low / q_high) + (1 - q_low) * log((1 - q_low) / (1 - q_high))

    def mixed(s):
        return -log(q_low**s * q_high ** (1 - s) + (1 - q_low) ** s * (1 - q_high) ** (1 - s))

    low, high = 0.0, 1.0
    for _ in range(200):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        low, high = (a, high) if mixed(a) < mixed(b) else (low, b)
    return mixed((low + high) / 2)


def _bhattacharyya(low, high):
    return -log(sqrt(low * high) + sqrt((1 - low) * (1 - high)))


CLOSING_EXPONENT = Exercise(
    name="closing_exponent",
    reference=_exponent,
    oracle=_exponent_by_definition,
    tolerance=1e-5,
    probes=(
        Case("a deposit", 0.5, 0.9, 0.05),
        Case("no deposit", 0.5, 0.9, 0.0),
        Case("as in the story, a deposit", 0.5, 0.578, 0.05),
        Case("as in the story, no deposit", 0.5, 0.578, 0.0),
        Case("a tiny deposit", 0.6, 0.95, 0.001),
        Case("a low and a high chance", 0.2, 0.95, 0.0),
    ),
    mistakes=(
        Mistake(
            "the divergence the other way round",
            lambda a, b, d: _divergence(b, a) if d > 0 else _chernoff(a, b),
            "This is KL(q_high‖q_low). The threshold sits near the shirker's share, and the worker has to miss it: "
            "how unlikely is q_low for somebody with q_high?",
        ),
        Mistake(
            "Chernoff for both",
            lambda a, b, d: _chernoff(a, b),
            "With a deposit luck may be left to the shirker, so the threshold goes down to the shirker's share: the exponent is a divergence.",
        ),
        Mistake(
            "divergence for both",
            lambda a, b, d: _divergence(a, b),
            "Without a deposit the shirker's luck must vanish as well: the threshold lies between both shares.",
        ),
        Mistake(
            "deposit the wrong way round",
            lambda a, b, d: _exponent(a, b, 1.0 - (d > 0)),
            "Exchanged: a deposit is what lets the threshold go down to the shirker's share.",
        ),
        Mistake(
            "half way",
            lambda a, b, d: _divergence(a, b) if d > 0 else _divergence((a + b) / 2, a),
            "The middle of the two shares is not where both divergences are equal.",
        ),
        Mistake(
            "the root of the product",
            lambda a, b, d: _divergence(a, b) if d > 0 else _bhattacharyya(a, b),
            "This is Bhattacharyya's distance, the mixture in equal parts. Take the x at which both divergences are equal.",
        ),
        Mistake(
            "a quarter of the divergence",
            lambda a, b, d: _divergence(a, b) if d > 0 else _divergence(a, b) / 4,
            "A quarter is what it comes to for close shares. These are not close: find x.",
        ),
        Mistake(
            "passes only",
            lambda a, b, d: float(rel_entr(a, b)) if d > 0 else _chernoff(a, b),
            "A check may also fail: the divergence has a second term, with 1 − q.",
        ),
        Mistake(
            "binary digits",
            lambda a, b, d: _exponent(a, b, d) / log(2),
            "This is in bits. The law e^(−nE) takes natural logarithms.",
        ),
        Mistake(
            "the square of the difference",
            lambda a, b, d: 2 * (b - a) ** 2 if d > 0 else _chernoff(a, b),
            "This is Hoeffding's bound. It holds, and is not the exponent itself.",
        ),
        Mistake(
            "the other way round for both",
            lambda a, b, d: _divergence(b, a) if d > 0 else _turned_chernoff(a, b),
            "KL(x‖q) and KL(q‖x) differ. The share x that is seen comes first, the chance q that it is measured against second.",
        ),
        Mistake(
            "the other way round without a deposit",
            lambda a, b, d: _divergence(a, b) if d > 0 else _turned_chernoff(a, b),
            "Without a deposit x comes first: KL(x‖q_low) and KL(x‖q_high) are to be equal.",
        ),
        Mistake(
            "a coarse grid",
            lambda a, b, d: _divergence(a, b) if d > 0 else _gridded(a, b, 1001),
            "A thousand shares are too few for five digits: take a hundred thousand, or search the root.",
        ),
        Mistake(
            "a minus sign",
            lambda a, b, d: -_exponent(a, b, d),
            "The exponent E of e^(−nE) is positive.",
        ),
    ),
)

_SIZES = np.arange(1, 30_001)


def _shows(levels, effort, information, cost, slope, product=lambda d, z: d * z, steps=-1, z_of=_leniency):
    d = effort / (levels + steps) * np.sqrt(_SIZES * information)
    with np.errstate(all="ignore"):
        enough = product(d, z_of(_SIZES, information, cost, slope)) >= 1
    return int(_SIZES[np.argmax(enough)]) if enough.any() else int(_SIZES[-1])


def _shows_by_root(levels, effort, information, cost, slope):
    """Where the product is 1, as a root in log n, and the next whole number."""
    first = 2 * pi * (slope / cost) ** 2 / information

    def lead(log_n):
        n = exp(log_n)
        z = sqrt(max(2 * log(cost * sqrt(n * information) / (slope * sqrt(2 * pi))), 0.0))
        return effort / (levels - 1) * sqrt(n * information) * z - 1

    return ceil(exp(brentq(lead, log(first) + 1e-12, log(1e9), xtol=1e-13)))


LEVELS_SHOW = Exercise(
    name="levels_show",
    reference=_shows,
    oracle=_shows_by_root,
    tolerance=1e-9,
    probes=(
        Case("nine levels", 9, 0.51, 0.385, 0.13, 0.51),
        Case("thirty-three levels", 33, 0.51, 0.385, 0.13, 0.51),
        Case("five levels", 5, 0.51, 0.385, 0.13, 0.51),
        Case("sixty-five levels, another agent", 65, 0.7, 0.5, 0.2, 0.6),
        Case("weaker items", 17, 0.51, 0.15, 0.13, 0.51),
    ),
    mistakes=(
        Mistake(
            "levels in place of steps",
            lambda *given: _shows(*given, steps=0),
            "Count the steps: between 9 levels there are 8.",
        ),
        Mistake(
            "the step alone",
            lambda *given: _shows(*given, product=lambda d, z: d),
            "This asks that the step be one standard deviation. The threshold is lenient: d times z must be 1.",
        ),
        Mistake(
            "the leniency alone",
            lambda *given: _shows(*given, product=lambda d, z: z),
            "The levels do not come in here. Multiply the leniency by the step.",
        ),
        Mistake(
            "information outside the root",
            lambda m, e, i, c, s: _shows(m, e, i, c, s, product=lambda d, z: d * z * sqrt(i)),
            "The information stands under the root, as n does: d = δ√(n𝓘).",
        ),
        Mistake(
            "information forgotten",
            lambda m, e, i, c, s: _shows(m, e, i, c, s, product=lambda d, z: d * z / sqrt(i)),
            "One check has the information 𝓘: d = δ√(n𝓘).",
        ),
        Mistake(
            "the leniency by its law",
            lambda *given: _shows(*given, z_of=lambda n, *rest: np.sqrt(np.log(n))),
            "√(log n) is z for endless n. Take z itself, from section 1.",
        ),
        Mistake(
            "steps of the whole range",
            lambda m, e, i, c, s: _shows(m, 1.0, i, c, s),
            "The levels end at the effort asked for, not at 1: one step is effort/(levels − 1).",
        ),
        Mistake(
            "the square of z",
            lambda *given: _shows(*given, product=lambda d, z: d * z**2),
            "This multiplies by z². Take the root.",
        ),
        Mistake(
            "factor 2 forgotten",
            lambda *given: _shows(*given, product=lambda d, z: d * z / sqrt(2)),
            "In z a factor 2 under the root is missing.",
        ),
        Mistake(
            "slope and cost exchanged",
            lambda m, e, i, c, s: _shows(m, e, i, s, c),
            "Slope and cost are exchanged in z: the whole cost stands above, its slope below.",
        ),
        Mistake(
            "one too low",
            lambda *given: _shows(*given) - 1,
            "Yours is the last n at which the product is below 1. The next one is asked for.",
        ),
        Mistake(
            "one too high",
            lambda *given: _shows(*given) + 1,
            "Yours is one too high. Place 0 of an array that starts at 1 belongs to one check.",
        ),
    ),
)

_EFFORTS = np.linspace(0, 1, 1001)


def _reached(threshold, n, kappa, effort):
    return betainc(threshold, n - threshold + 1, 0.5 + 2 * kappa * np.asarray(effort) ** 2)


def _free(threshold, wage, n, kappa, worth=None, efforts=_EFFORTS, cost=0.5, paid=None):
    chance = _reached(threshold, n, kappa, efforts)
    gain = -np.expm1(-wage) if worth is None else worth
    best = efforts[np.argmax(gain * chance - cost * efforts**2)]
    spent = wage * (_reached(threshold, n, kappa, best) if paid is None else paid)
    return float(100 * (_value(best) - spent))


def _free_by_sums(threshold, wage, n, kappa):
    """The binomial law term by term, every effort of a grid of halves of a thousandth."""
    k = np.arange(threshold, n + 1)
    ways = np.array([float(log(comb(n, int(j)))) for j in k])
    efforts = np.linspace(0, 1, 2001)
    q = 0.5 + 2 * kappa * efforts**2
    rest = np.log(np.maximum(1 - q, 1e-300))
    chance = np.exp(ways + np.outer(np.log(q), k) + np.outer(rest, n - k)).sum(axis=1)
    best = int(np.argmax((1 - exp(-wage)) * chance - efforts * efforts / 2))
    return 100 * fsum([0.6 * efforts[best] * (2 - efforts[best]), -wage * chance[best]])


def _as_asked(threshold, wage, n, kappa, effort=0.5106530944):
    return float(100 * (_value(effort) - wage * _reached(threshold, n, kappa, effort)))


def _linear_free(threshold, wage, n, kappa):
    chance = betainc(threshold, n - threshold + 1, 0.5 + 2 * kappa * _EFFORTS)
    at = int(np.argmax(-np.expm1(-wage) * chance - _EFFORTS**2 / 2))
    return float(100 * (_value(_EFFORTS[at]) - wage * chance[at]))


def _best_for_the_firm(threshold, wage, n, kappa):
    return float(np.max(100 * (_value(_EFFORTS) - wage * _reached(threshold, n, kappa, _EFFORTS))))


PROFIT_ANY_EFFORT = Exercise(
    name="profit_any_effort",
    reference=_free,
    oracle=_free_by_sums,
    tolerance=3e-3,
    probes=(
        Case("a thousand checks", 548, 0.1437, 1000, 0.15),
        Case("a hundred checks", 59, 0.39, 100, 0.15),
        Case("three thousand checks", 1627, 0.1397, 3000, 0.15),
        Case("too small a wage", 59, 0.1, 100, 0.15),
        Case("stronger items", 40, 0.3, 60, 0.22),
        Case("a generous wage", 31, 0.9, 60, 0.25),
    ),
    mistakes=(
        Mistake(
            "works as asked",
            _as_asked,
            "This takes it that the annotator works as asked. Free to choose, the annotator does what is best under the contract.",
        ),
        Mistake(
            "one pass more",
            lambda t, w, n, k: _free(t + 1, w, n, k),
            "`binom.sf(k, …)` is the chance of more than k. The wage is paid from the threshold on: ask for threshold − 1.",
        ),
        Mistake(
            "cost forgotten",
            lambda t, w, n, k: _free(t, w, n, k, cost=0.0),
            "Effort is free here. The annotator pays η²/2 for it.",
        ),
        Mistake(
            "two levels",
            lambda t, w, n, k: _free(t, w, n, k, efforts=np.array([0.0, 0.5106530944])),
            "This annotator has two levels of effort only. Try all efforts from 0 to 1.",
        ),
        Mistake(
            "the firm chooses",
            _best_for_the_firm,
            "This is the effort that Halyard would like best. The annotator chooses.",
        ),
        Mistake(
            "money in place of utility",
            lambda t, w, n, k: _free(t, w, n, k, worth=w),
            "The annotator weighs utility: the wage w is worth 1 − e^(−w).",
        ),
        Mistake(
            "utility paid",
            lambda t, w, n, k: _free(t, w, n, k) + 100 * (w + np.expm1(-w)) * _paid_share(t, w, n, k),
            "Halyard pays money, not utility: take the wage itself off.",
        ),
        Mistake(
            "wage paid for sure",
            lambda t, w, n, k: _free(t, w, n, k, paid=1.0),
            "The wage is paid only where the threshold is reached.",
        ),
        Mistake(
            "cost doubled",
            lambda t, w, n, k: _free(t, w, n, k, cost=1.0),
            "The cost is η²/2; this takes η² off.",
        ),
        Mistake(
            "effort not squared in q",
            _linear_free,
            "Here a check passes with chance ½ + 2κη. Both labels must be judged, so the effort counts squared.",
        ),
        Mistake(
            "units, not euros",
            lambda t, w, n, k: _free(t, w, n, k) / 100,
            "One unit is 100 euros; the profit is asked for in euros.",
        ),
    ),
)


def _paid_share(threshold, wage, n, kappa):
    chance = _reached(threshold, n, kappa, _EFFORTS)
    return float(chance[np.argmax(-np.expm1(-wage) * chance - _EFFORTS**2 / 2)])


ANSWER_BOARD = Rubric(
    name="answer_board",
    criteria=(
        "It says under which condition the law 1/n for lines is true, and that a floor of 0 breaks it at 30 checks, with the numbers.",
        "It says that the exponential law needs finitely many levels of effort, and what is lost where people may choose any effort.",
        "It compares losses in euros at the number of checks that is bought, and not rates.",
        "It says up to which number more checks are worth their price, and holds what a pilot saves in 200 batches against its 300 euros.",
        "It names one thing that no law of the lesson covers.",
    ),
    model_answer=(
        "The better rate is for lines that may take money back. With no wage below 0 the line loses 25.6 euros at 30 checks and "
        "the threshold 15.9, so we keep the threshold, or ask for a deposit. The exponential law is for people with two levels of effort. "
        "Ours can work a little less: that contract promises next to nothing at 100,000 checks and then loses 8.6 euros, more than with 1,000. "
        "More checks are right today: from 30 to 70 they cost 4 euros a batch and save more than twice as much; beyond that, with κ known, "
        "they are not worth ten cents. And with 70 checks a pilot for 300 euros saves up to 2.66 in each of 200 batches: buy both. No law here covers somebody who games the checks or watches the count."
    ),
)

QUIZ = (
    Question(
        "One kind of pay loses like 1/n, another like 1/√(n log n). Which one loses less with 30 checks?",
        (
            "The first.",
            "The second.",
            "The rates do not say: it takes constants, conditions and the n from which each law shows.",
        ),
        "The rates do not say: it takes constants, conditions and the n from which each law shows.",
        "With the floor at 0 the line loses more than the threshold up to about 25,000 checks, though its law falls faster.",
    ),
    Question(
        "What does the exponential law take for granted?",
        (
            "That effort has a few levels, far enough apart for n checks to tell neighbours apart.",
            "That the firm is patient.",
            "That the floor is below the outside option.",
        ),
        "That effort has a few levels, far enough apart for n checks to tell neighbours apart.",
        "With levels so close that the step times the leniency is well below 1, a threshold loses nearly as with any effort. "
        "The floor only decides which exponent it is.",
    ),
    Question(
        "Two levels of effort. What does a small deposit change?",
        (
            "Nothing.",
            "The exponent: the threshold may go down to the shirker's share.",
            "The constant in front of the exponential only.",
        ),
        "The exponent: the threshold may go down to the shirker's share.",
        "Without it the shirker's luck must vanish too, and the exponent is the Chernoff information, here about a quarter.",
    ),
    Question(
        "A contract was written for two levels of effort; people can choose any. From 1,000 checks on more are bought. What happens to the loss?",
        (
            "It vanishes.",
            "It stays.",
            "It grows.",
        ),
        "It grows.",
        "The threshold settles halfway between idling and work, and the noise that made people aim above it vanishes: they work just enough to clear it.",
    ),
    Question(
        "1,000 checks are bought already, and κ is known to within .01. What should the next euro buy?",
        (
            "More checks of the same people.",
            "A better estimate of κ.",
            "A line in place of the threshold.",
        ),
        "A better estimate of κ.",
        "Not knowing κ costs about two euros a batch, not seeing effort fourteen cents.",
    ),
)

VARIANTS = (
    Variant(
        "many_checks_gap",
        "One check has the information {information:.2f}. The effort asked for costs {cost:.2f}, with slope {slope:.2f}, and a failure "
        "wastes {waste:.1f}. What does the best threshold lose with {n:,} checks, by the formula for many checks? Give three decimals.",
        lambda rng: {
            "n": int(rng.integers(15, 80)) * 100,
            "information": between(rng, 0.2, 0.6, 2),
            "slope": between(rng, 0.4, 0.6, 2),
            "cost": between(rng, 0.1, 0.2, 2),
            "waste": between(rng, 2, 9, 1),
        },
        lambda n, information, cost, slope, waste: (n, information, cost, slope, waste),
        tolerance=1e-3,
    ),
    Variant(
        "closing_exponent",
        "Somebody who works passes a check with chance {q_high:.2f}, somebody who idles with chance {q_low:.2f}; there is nothing between, "
        "and no deposit. What is the exponent? Give four decimals.",
        lambda rng: {"q_low": between(rng, 0.4, 0.55, 2), "q_high": between(rng, 0.75, 0.95, 2)},
        lambda q_low, q_high: (q_low, q_high, 0.0),
        tolerance=1e-4,
    ),
)

LESSON = LessonDefinition(
    number=12,
    title="Compare the gaps",
    minutes_to_read=30,
    minutes_to_do=45,
    exercises=(MANY_CHECKS_GAP, FEW_CHECKS_PROFIT, CLOSING_EXPONENT, PROFIT_ANY_EFFORT, LEVELS_SHOW),
    quiz=QUIZ,
    rubrics=(ANSWER_BOARD,),
    variants=VARIANTS,
)
