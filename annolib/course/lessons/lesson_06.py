"""Lesson 06: plan the checks."""

from __future__ import annotations

from math import ceil, comb, floor, sqrt
from statistics import NormalDist

import numpy as np
from scipy.stats import binom, false_discovery_control

from annolib.course.definitions import Case, Exercise, LessonDefinition, Mistake, Property, Question, Rubric
from annolib.numerics.tails import upper_tail
from annolib.planning.sample_size import critical_count, normal_size, smallest_size

_LOW, _HIGH = 0.536, 0.756  # pass probabilities at efforts .3 and .8 on items of strength .2


def _z(error):
    return -NormalDist().inv_cdf(error)


def _exact_tail(count, checks, q):
    """P(X ≥ count), every term written out."""
    return sum(comb(checks, k) * q**k * (1 - q) ** (checks - k) for k in range(count, checks + 1))


def _critical_by_terms(checks, q0, alpha):
    return next(c for c in range(checks + 2) if _exact_tail(c, checks, q0) <= alpha)


def _critical(checks, q0, alpha):
    return int(critical_count(checks, q0, alpha))


def _strictly_below(checks, q0, alpha):
    return next(c for c in range(checks + 2) if upper_tail(c, checks, q0) < alpha)


def _first_rare_count(checks, q0, alpha):
    above = range(ceil(checks * q0), checks + 2)
    return next(c for c in above if binom.pmf(c, checks, q0) <= alpha)


CRITICAL_COUNT = Exercise(
    name="critical_count",
    reference=_critical,
    oracle=_critical_by_terms,
    probes=(
        Case("sixty checks at effort .3", 60, _LOW, 0.05),
        Case("a fair coin", 10, 0.5, 0.05),
        Case("too few checks to reject at all", 3, 0.5, 0.05),
        Case("a stricter level", 40, 0.6, 0.01),
        Case("a milder level", 25, 0.55, 0.1),
        Case("four fair coins, at the very level: all heads in one case of sixteen", 4, 0.5, 0.0625),
    ),
    mistakes=(
        Mistake(
            "one too low",
            lambda checks, q0, alpha: _critical(checks, q0, alpha) - 1,
            "Yours is one too low: with this count the careless one still passes too often. "
            "`binom.sf(c, …)` is the chance of MORE than c.",
        ),
        Mistake(
            "less than alpha",
            _strictly_below,
            "A count that is reached with probability exactly alpha is good enough: “at most alpha” is <=, not <.",
        ),
        Mistake(
            "two-sided",
            lambda checks, q0, alpha: _critical(checks, q0, alpha / 2),
            "This spends half of α on counts that are too low. Nobody passes by few agreements: the test has one side.",
        ),
        Mistake(
            "one count, not the tail",
            _first_rare_count,
            "This asks that the count itself be rare. The careless one passes with any higher count as well: add them up.",
        ),
        Mistake(
            "lower tail",
            lambda checks, q0, alpha: int(binom.ppf(alpha, checks, q0)),
            "This is the low end of what a careless annotator reaches. You want the high end.",
        ),
        Mistake(
            "never above the number of checks",
            lambda checks, q0, alpha: min(_critical(checks, q0, alpha), checks),
            "Three fair coins all show heads in one case of eight. So three checks cannot reject at 5%: "
            "the critical count is then one more than the number of checks.",
        ),
        Mistake(
            "normal curve",
            lambda checks, q0, alpha: ceil(checks * q0 + _z(alpha) * sqrt(checks * q0 * (1 - q0))),
            "This is the normal approximation. Use the binomial tail itself.",
        ),
    ),
)


def _power(checks, q0, q1, alpha):
    return float(upper_tail(_critical(checks, q0, alpha), checks, q1))


def _power_by_terms(checks, q0, q1, alpha):
    return _exact_tail(_critical_by_terms(checks, q0, alpha), checks, q1)


def _normal_power(checks, q0, q1, alpha):
    reach = sqrt(checks) * (q1 - q0) - _z(alpha) * sqrt(q0 * (1 - q0))
    return NormalDist().cdf(reach / sqrt(q1 * (1 - q1)))


def _more_care_more_power(function):
    powers = [function(40, 0.55, q1, 0.05) for q1 in (0.55, 0.6, 0.7, 0.9)]
    return all(low < high for low, high in zip(powers, powers[1:], strict=False))


POWER = Exercise(
    name="power",
    reference=_power,
    oracle=_power_by_terms,
    probes=(
        Case("sixty checks, effort .3 against .8", 60, _LOW, _HIGH, 0.05),
        Case("few checks", 10, 0.5, 0.9, 0.05),
        Case("too few to reject at all", 3, 0.5, 0.9, 0.05),
        Case("a stricter level", 40, 0.6, 0.8, 0.01),
    ),
    mistakes=(
        Mistake(
            "the miss",
            lambda checks, q0, q1, alpha: 1 - _power(checks, q0, q1, alpha),
            "This is the chance that the careful one FAILS. Power is one minus that.",
        ),
        Mistake(
            "the size",
            lambda checks, q0, q1, alpha: float(upper_tail(_critical(checks, q0, alpha), checks, q0)),
            "This is the chance that the CARELESS one passes. Set the line with q0, then look at q1.",
        ),
        Mistake(
            "more than the critical count",
            lambda checks, q0, q1, alpha: float(binom.sf(_critical(checks, q0, alpha), checks, q1)),
            "The critical count itself passes too. Here it is left out.",
        ),
        Mistake(
            "line drawn with q1",
            lambda checks, q0, q1, alpha: float(upper_tail(_critical(checks, q1, alpha), checks, q1)),
            "The line is drawn for the careless one, with q0, before anybody is tested.",
        ),
        Mistake(
            "normal curve",
            _normal_power,
            "This is the normal approximation. Use the binomial tail itself.",
        ),
    ),
    properties=(
        Property(
            "rises with q1", _more_care_more_power, "A more careful annotator must pass with a higher chance."
        ),
    ),
)


def _powers(q0, q1, alpha, longest):
    n = np.arange(1, longest + 1)
    return n, upper_tail(critical_count(n, q0, alpha), n, q1)


def _needed(q0, q1, alpha, beta, longest):
    found = smallest_size(q0, q1, alpha, beta).checks
    if found > longest:
        raise ValueError("the reference needs a longer list")
    return int(found)


def _needed_backwards(q0, q1, alpha, beta, longest):
    """From the longest downwards, with every binomial term written out, until the power is too low."""
    n = longest
    while n > 0 and _power_by_terms(n, q0, q1, alpha) >= 1 - beta:
        n -= 1
    return n + 1


def _needed_first(q0, q1, alpha, beta, longest):
    n, power = _powers(q0, q1, alpha, longest)
    return int(n[power >= 1 - beta][0])


def _needed_run(q0, q1, alpha, beta, longest):
    n, power = _powers(q0, q1, alpha, longest)
    good = power >= 1 - beta
    return int(n[:-2][good[:-2] & good[1:-1] & good[2:]][0])


def _needed_enough(q0, q1, alpha, beta, longest):
    n, power = _powers(q0, q1, alpha, longest)
    return int(n[power < 1 - beta][-1]) + 1


CHECKS_NEEDED = Exercise(
    name="checks_needed",
    reference=_needed,
    oracle=_needed_backwards,
    probes=(
        Case("effort .3 against .8", _LOW, _HIGH, 0.05, 0.1, 90),
        Case("a coin against a sure hand", 0.5, 0.9, 0.05, 0.1, 60),
        Case("stricter on both sides", 0.5, 0.8, 0.01, 0.05, 90),
        Case("milder power", 0.55, 0.8, 0.05, 0.2, 90),
        Case("checks that nearly everybody passes: long teeth", 0.9, 0.99, 0.1, 0.3, 60),
    ),
    mistakes=(
        Mistake(
            "the first n",
            _needed_first,
            "This stops at the first n that reaches the power. The saw takes it away again a few checks later: "
            "look at all the n up to `longest`.",
        ),
        Mistake(
            "a run is enough",
            _needed_run,
            "This stops after a few n in a row that reach the power. A tooth can be longer than that run, "
            "and the dip comes after it: only the last n that fails, of all up to `longest`, decides.",
        ),
        Mistake(
            "the last failure",
            lambda q0, q1, alpha, beta, longest: _needed_enough(q0, q1, alpha, beta, longest) - 1,
            "This is the last n that fails. The answer is the next one.",
        ),
        Mistake(
            "alpha for beta",
            lambda q0, q1, alpha, beta, longest: _needed_enough(q0, q1, alpha, alpha, longest),
            "The wanted power is 1 − beta. Yours compares with 1 − alpha.",
        ),
        Mistake(
            "roles of the errors exchanged",
            lambda q0, q1, alpha, beta, longest: _needed_enough(q0, q1, beta, alpha, longest),
            "alpha and beta are exchanged: alpha draws the line, beta is what the careful one may lose.",
        ),
        Mistake(
            "power of beta",
            lambda q0, q1, alpha, beta, longest: _needed_enough(q0, q1, alpha, 1 - beta, longest),
            "This asks for a power of beta only. Beta is the chance to fail: the power must be 1 − beta.",
        ),
    ),
)


def _reach(q0, q1, alpha, beta):
    return (_z(alpha) * sqrt(q0 * (1 - q0)) + _z(beta) * sqrt(q1 * (1 - q1))) / (q1 - q0)


def _normal_by_bisection(q0, q1, alpha, beta):
    """The whole number from which the power of the normal approximation is enough."""
    return next(n for n in range(1, 10**6) if _normal_power(n, q0, q1, alpha) >= 1 - beta)


NORMAL_CHECKS = Exercise(
    name="normal_checks",
    reference=lambda q0, q1, alpha, beta: ceil(normal_size(q0, q1, alpha, beta)),
    oracle=_normal_by_bisection,
    probes=(
        Case("effort .3 against .8", _LOW, _HIGH, 0.05, 0.1),
        Case("closer efforts", 0.6, 0.7, 0.05, 0.2),
        Case("stricter on both sides", 0.5, 0.8, 0.01, 0.002),
        Case("just above a whole number", 0.5, 0.75, 0.05, 0.1),
    ),
    mistakes=(
        Mistake(
            "two-sided",
            lambda q0, q1, alpha, beta: ceil(_reach(q0, q1, alpha / 2, beta) ** 2),
            "z is taken at α/2. The test has one side: take it at α.",
        ),
        Mistake(
            "one spread for both",
            lambda q0, q1, alpha, beta: ceil(((_z(alpha) + _z(beta)) * sqrt(q0 * (1 - q0)) / (q1 - q0)) ** 2),
            "The careful one has a spread of their own: √(q₁(1 − q₁)) goes with z_β.",
        ),
        Mistake(
            "not squared",
            lambda q0, q1, alpha, beta: ceil(_reach(q0, q1, alpha, beta)),
            "This is √n. Square it.",
        ),
        Mistake(
            "rounded down",
            lambda q0, q1, alpha, beta: floor(_reach(q0, q1, alpha, beta) ** 2),
            "Rounded down, the power falls short. Round up.",
        ),
        Mistake(
            "rounded to the nearest",
            lambda q0, q1, alpha, beta: round(_reach(q0, q1, alpha, beta) ** 2),
            "Rounded to the nearest whole number, the power falls short half of the time. Round up.",
        ),
        Mistake(
            "not rounded",
            lambda q0, q1, alpha, beta: _reach(q0, q1, alpha, beta) ** 2,
            "Nobody can buy part of a check. Round up to a whole number.",
        ),
        Mistake(
            "errors exchanged",
            lambda q0, q1, alpha, beta: ceil(_reach(q0, q1, beta, alpha) ** 2),
            "z_α goes with the spread of the careless one, z_β with that of the careful one.",
        ),
        Mistake(
            "lower quantiles of opposite sign",
            lambda q0, q1, alpha, beta: ceil(
                ((_z(alpha) * sqrt(q0 * (1 - q0)) - _z(beta) * sqrt(q1 * (1 - q1))) / (q1 - q0)) ** 2
            ),
            "The two distances are subtracted here. Between the two means they add up.",
        ),
    ),
)


def _named(p_values, rate):
    return false_discovery_control(np.asarray(p_values)) <= rate


def _named_by_counting(p_values, rate):
    """The largest k such that k of the values are at most rate·k/m, counted out."""
    p, m = list(p_values), len(p_values)
    for k in range(m, 0, -1):
        bound = rate * k / m
        if sum(value <= bound for value in p) >= k:
            return np.array([value <= bound for value in p])
    return np.zeros(m, dtype=bool)


def _stops_early(p_values, rate):
    p = np.asarray(p_values)
    order = np.argsort(p)
    fits = p[order] <= rate * np.arange(1, p.size + 1) / p.size
    named = np.zeros(p.size, dtype=bool)
    named[order[: p.size if fits.all() else int(np.argmin(fits))]] = True
    return named


def _only_below_the_line(p_values, rate):
    p = np.asarray(p_values)
    return p <= rate * (np.argsort(np.argsort(p)) + 1) / p.size


def _strictly_below_the_line(p_values, rate):
    p = np.sort(p_values)
    fits = np.flatnonzero(p < rate * np.arange(1, p.size + 1) / p.size)
    return np.asarray(p_values) <= (p[fits[-1]] if fits.size else -1)


def _from_zero(p_values, rate):
    p = np.sort(p_values)
    fits = np.flatnonzero(p <= rate * np.arange(p.size) / p.size)
    return np.asarray(p_values) <= (p[fits[-1]] if fits.size else -1)


NAMED = Exercise(
    name="named",
    reference=_named,
    oracle=_named_by_counting,
    probes=(
        Case("in order", np.array([0.001, 0.04, 0.2, 0.6]), 0.1),
        Case("not in order", np.array([0.7, 0.002, 0.3, 0.011, 0.9]), 0.1),
        Case("above the line, and below it again", np.array([0.03, 0.035, 0.04, 0.5, 0.9]), 0.1),
        Case("low ones are many", np.array([0.08, 0.05, 0.09, 0.06]), 0.1),
        Case("nobody", np.array([0.04, 0.3, 0.5, 0.7, 0.95]), 0.1),
        Case("a stricter rate", np.array([0.011, 0.002, 0.019, 0.4]), 0.02),
        Case("one value exactly on its bound", np.array([0.5, 0.0625, 0.3, 0.9]), 0.25),
    ),
    mistakes=(
        Mistake(
            "each for itself",
            lambda p_values, rate: np.asarray(p_values) <= rate,
            "This compares each value with the rate itself. With many people that names too many.",
        ),
        Mistake(
            "Bonferroni",
            lambda p_values, rate: np.asarray(p_values) <= rate / len(p_values),
            "This is Bonferroni's rule: safe against a single false name, and far stricter. "
            "Here the bound grows with the rank.",
        ),
        Mistake(
            "stops at the first failure",
            _stops_early,
            "This stops at the first value above the line. Look for the LAST value on or below it; "
            "everything before that is named too.",
        ),
        Mistake(
            "only those below the line",
            _only_below_the_line,
            "A value above the line is named as well, if a later one lies on or below the line.",
        ),
        Mistake(
            "sorted order given back",
            lambda p_values, rate: np.sort(_named(p_values, rate))[::-1],
            "The verdicts come in the order of the sorted values: other people would be named. "
            "Give them back in the order in which the values came.",
        ),
        Mistake(
            "strictly below the line",
            _strictly_below_the_line,
            "A value that lies exactly on its bound counts: “at most” is <=, not <.",
        ),
        Mistake(
            "ranks from zero",
            _from_zero,
            "The smallest p-value has rank 1. Yours starts at 0, so its bound is 0.",
        ),
    ),
)

HALYARD_PLAN = Rubric(
    name="halyard_plan",
    criteria=(
        "It names both efforts, both error rates and the number of checks, and the numbers fit together.",
        "It says where κ comes from and what happens to the errors if it is lower.",
        "It says how the checks are taken: one pair per item, half of them swapped, spaced, fixed in advance.",
        "It says how many careful people of a hundred fail, and what happens to those who fail.",
        "It says what is done because many people are tested at once.",
        "It limits what a verdict means: effort on these items, not taste or honesty.",
    ),
    model_answer=(
        "Everybody gets 46 repeated items, one pair per item, half of them with swapped sides, hours apart. "
        "From 31 agreements on the person counts as careful: at κ = .2 somebody with effort .3 gets there in 4% of the "
        "cases, somebody with effort .8 misses it in 7%. "
        "κ is measured on a trusted pool first; if it may be as low as .1, we buy 187 checks or choose clearer items. "
        "Of a hundred careful people about seven fail, so nobody is dismissed for it: they learn the count, and take a "
        "second test on new items, which lets a careless person through in about 8% of the cases altogether. "
        "Whoever is named in a report as below effort .8 is named at a false discovery rate of 10% over everybody tested. "
        "The verdict is about effort on these items in this week, and says nothing about taste."
    ),
)

QUIZ = (
    Question(
        "A test at level 5% says “careful”. What is at most 5%?",
        (
            "The chance that this annotator is careless.",
            "The chance that a careless annotator gets this verdict.",
            "The chance that a careful annotator fails.",
        ),
        "The chance that a careless annotator gets this verdict.",
        "The level speaks about tests of careless people. How many of those who pass are careless also depends on "
        "how many careless people there are.",
    ),
    Question(
        "With 60 checks the power is higher than with 62. Why?",
        (
            "More checks make people tired.",
            "The critical count is a whole number, so the level cannot be used up with every n.",
            "The normal approximation is too rough.",
        ),
        "The critical count is a whole number, so the level cannot be used up with every n.",
        "Where the line moves up by one, the size falls well below 5%, and the careful one pays for it.",
    ),
    Question(
        "The items are half as strong as planned: κ = .1, not .2. How many checks does the same plan take?",
        ("About as many.", "About twice as many.", "About four times as many."),
        "About four times as many.",
        "q₁ − q₀ is proportional to κ, and n goes with one over its square.",
    ),
    Question(
        "A planner runs the fixed test after every check and stops as soon as it says “careful”. What is the size?",
        ("Still at most 5%.", "More than with one look.", "Less than with one look."),
        "More than with one look.",
        "Each look is a new chance to cross the line. The sequential test has bounds that are made for looking.",
    ),
    Question(
        "A hundred people are tested at 5% for an effort below .8, and five are named. How many of them are wrongly named?",
        ("None.", "All five.", "Perhaps none, perhaps all: it depends on the crowd."),
        "Perhaps none, perhaps all: it depends on the crowd.",
        "If all hundred sit right at .8, about that many are named by chance alone; if all are far below, every name is right.",
    ),
)

LESSON = LessonDefinition(
    number=6,
    title="Plan the checks",
    minutes_to_read=25,
    minutes_to_do=35,
    exercises=(CRITICAL_COUNT, POWER, CHECKS_NEEDED, NORMAL_CHECKS, NAMED),
    quiz=QUIZ,
    rubrics=(HALYARD_PLAN,),
)
