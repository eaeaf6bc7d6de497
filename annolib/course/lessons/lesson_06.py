"""Lesson 06: plan the checks."""

from __future__ import annotations

from itertools import combinations, product
from math import ceil, comb, sqrt
from statistics import NormalDist

import numpy as np
from scipy.stats import binom, false_discovery_control

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
from annolib.numerics.tails import upper_tail
from annolib.planning.sample_size import critical_count

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


def _line_of_the_bell(checks, q0, alpha):
    return checks * q0 + _z(alpha) * sqrt(checks * q0 * (1 - q0))


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
            lambda checks, q0, alpha: ceil(_line_of_the_bell(checks, q0, alpha)),
            "This is the normal approximation. Use the binomial tail itself.",
        ),
        Mistake(
            "normal curve, not rounded",
            lambda checks, q0, alpha: _line_of_the_bell(checks, q0, alpha),
            "This is the line of the normal curve, and no whole number. Use the exact tail, `binom.sf`, at whole counts.",
        ),
        Mistake(
            "normal curve, rounded",
            lambda checks, q0, alpha: round(_line_of_the_bell(checks, q0, alpha)),
            "This is the line of the normal curve, rounded to the nearest count. Use the exact tail, `binom.sf`.",
        ),
        Mistake(
            "normal curve, rounded down",
            lambda checks, q0, alpha: int(_line_of_the_bell(checks, q0, alpha)),
            "This is the line of the normal curve, cut to a whole number. Use the exact tail, `binom.sf`.",
        ),
    ),
)


def _needed(powers, beta):
    too_weak = np.flatnonzero(np.asarray(powers) < 1 - beta)
    return int(too_weak[-1]) + 2 if too_weak.size else 1


def _last_too_weak(powers, beta):
    return int(np.flatnonzero(np.asarray(powers) < 1 - beta)[-1])


def _needed_backwards(powers, beta):
    """From the longest downwards, until the power is too low."""
    n = len(powers)
    while n > 0 and powers[n - 1] >= 1 - beta:
        n -= 1
    return n + 1


def _needed_first(powers, beta):
    return next(n for n, power in enumerate(powers, 1) if power >= 1 - beta)


def _needed_run(powers, beta):
    good = np.append(np.asarray(powers) >= 1 - beta, [True, True])
    return int(np.flatnonzero(good[:-2] & good[1:-1] & good[2:])[0]) + 1


def _saw(q0, q1, alpha, longest):
    """The powers of 1, 2, … checks, every binomial term written out."""
    return np.array([_exact_tail(_critical_by_terms(n, q0, alpha), n, q1) for n in range(1, longest + 1)])


CHECKS_NEEDED = Exercise(
    name="checks_needed",
    reference=_needed,
    oracle=_needed_backwards,
    probes=(
        Case("effort .3 against .8", _saw(_LOW, _HIGH, 0.05, 70), 0.1),
        Case("stricter on both sides", _saw(0.5, 0.8, 0.01, 60), 0.05),
        Case("checks that nearly everybody passes: long teeth", _saw(0.9, 0.99, 0.1, 60), 0.3),
        Case("a power that is just enough", np.array([0.5, 0.9, 0.8, 0.9, 0.95]), 0.1),
        Case("nothing fails", np.array([0.95, 0.97, 0.96]), 0.1),
        Case("a list, not an array", [0.2, 0.7, 0.6, 0.8, 0.9, 0.85, 0.99], 0.25),
    ),
    mistakes=(
        Mistake(
            "the first n",
            _needed_first,
            "This stops at the first n that reaches the power. The saw takes it away again a few checks later: "
            "look at all the numbers of the list.",
        ),
        Mistake(
            "a run is enough",
            _needed_run,
            "This stops after a few n in a row that reach the power. A tooth can be longer than that run, "
            "and the dip comes after it: only the last n that fails decides.",
        ),
        Mistake(
            "the last failure",
            lambda powers, beta: _needed(powers, beta) - 1,
            "This is the last n that fails. The answer is the next one.",
        ),
        Mistake(
            "the last failure, if there is one",
            lambda powers, beta: _last_too_weak(powers, beta) + 1,
            "This is the last n that fails: the answer is the next one. "
            "And where nothing fails there is no last failure: one check is enough then.",
        ),
        Mistake(
            "counted from one",
            lambda powers, beta: _needed(powers, beta) + 1,
            "Yours is one too high. Place 0 of the list belongs to one check.",
        ),
        Mistake(
            "counted from one, if anything fails",
            lambda powers, beta: _last_too_weak(powers, beta) + 3,
            "Yours is one too high, for place 0 of the list belongs to one check. "
            "And where nothing fails, one check is enough.",
        ),
        Mistake(
            "the place of the last failure",
            lambda powers, beta: _last_too_weak(powers, beta),
            "This is the place of the last failure, which counts from 0. The answer is the number of checks after it, "
            "and 1 where nothing fails.",
        ),
        Mistake(
            "something always fails",
            lambda powers, beta: _last_too_weak(powers, beta) + 2,
            "Right where something fails. Where nothing does, there is no last failure: one check is enough then.",
        ),
        Mistake(
            "power of beta",
            lambda powers, beta: _needed(powers, 1 - beta),
            "This asks for a power of beta only. Beta is the chance to fail: the power must be 1 − beta.",
        ),
        Mistake(
            "just enough is too little",
            lambda powers, beta: _needed_backwards([p - 1e-12 for p in powers], beta),
            "A power of exactly 1 − beta is enough: “at least” is >=.",
        ),
    ),
)


def _variance_of_pairs(labels, s):
    left = np.arange(labels + 1)
    agreeing = (left * (left - 1) + (labels - left) * (labels - left - 1)) / 2
    chance = binom.pmf(left, labels, s)
    return float(np.sum(chance * agreeing**2) - np.sum(chance * agreeing) ** 2)


def _variance_by_sequences(labels, s):
    """Every sequence of labels, every pair of it."""
    mean = square = 0.0
    for said in product((0, 1), repeat=labels):
        chance = 1.0
        for one in said:
            chance *= s if one else 1 - s
        agreeing = sum(one == other for one, other in combinations(said, 2))
        mean, square = mean + chance * agreeing, square + chance * agreeing**2
    return square - mean**2


def _agreeing(labels):
    return lambda left: (left * (left - 1) + (labels - left) * (labels - left - 1)) / 2


def _about_its_mean(labels, s):
    left = np.arange(labels)
    chance, count = binom.pmf(left, labels, s), _agreeing(labels)(left)
    return float(np.sum(chance * (count - np.sum(chance * count)) ** 2))


def _spread(labels, s, agreeing, most=None):
    left = np.arange(labels + 1 if most is None else most)
    chance, count = binom.pmf(left, labels, s), agreeing(left)
    return float(np.sum(chance * count**2) - np.sum(chance * count) ** 2)


def _pass_chance(s):
    return s**2 + (1 - s) ** 2


VARIANCE_OF_PAIRS = Exercise(
    name="variance_of_pairs",
    reference=_variance_of_pairs,
    oracle=_variance_by_sequences,
    probes=(
        Case("one pair", 2, 0.8),
        Case("six labels", 6, 0.858),
        Case("leaning to right", 5, 0.3),
        Case("a torn item", 4, 0.5),
        Case("always left", 6, 1.0),
        Case("one label makes no pair", 1, 0.7),
    ),
    mistakes=(
        Mistake(
            "independent pairs",
            lambda labels, s: labels * (labels - 1) / 2 * _pass_chance(s) * (1 - _pass_chance(s)),
            "This takes the pairs for independent checks. They share labels: list the numbers of lefts instead.",
        ),
        Mistake(
            "left only",
            lambda labels, s: _spread(labels, s, lambda left: left * (left - 1) / 2),
            "Two rights agree as well.",
        ),
        Mistake(
            "pairs counted twice",
            lambda labels, s: 4 * _variance_of_pairs(labels, s),
            "You counted each pair twice, once from either side: k labels have k(k − 1)/2 pairs.",
        ),
        Mistake(
            "a standard deviation",
            lambda labels, s: sqrt(max(_variance_of_pairs(labels, s), 0)),
            "This is the standard deviation. Asked is its square.",
        ),
        Mistake(
            "the share of pairs",
            lambda labels, s: _variance_of_pairs(labels, s) / max(labels * (labels - 1) / 2, 1) ** 2,
            "This is the variance of the share of agreeing pairs. Asked is that of their number.",
        ),
        Mistake(
            "per pair",
            lambda labels, s: _variance_of_pairs(labels, s) / max(labels * (labels - 1) / 2, 1),
            "You divided by the number of pairs. Asked is the variance of the whole number that agrees.",
        ),
        Mistake(
            "divided by no pairs",
            lambda labels, s: _variance_of_pairs(labels, s) / (labels * (labels - 1) / 2),
            "You divided by the number of pairs, and one label has none. Asked is the variance of the number that agrees.",
        ),
        Mistake(
            "divided by no pairs, in NumPy",
            lambda labels, s: _variance_of_pairs(labels, s) / np.float64(labels * (labels - 1) / 2),
            "You divided by the number of pairs, which gives nan where one label has none. "
            "Asked is the variance of the number that agrees.",
        ),
        Mistake(
            "the last count left out",
            lambda labels, s: _spread(labels, s, _agreeing(labels), most=labels),
            "The number of lefts goes from 0 to `labels`, both included: `np.arange(labels + 1)`.",
        ),
        Mistake(
            "the last count left out, about its mean",
            lambda labels, s: _about_its_mean(labels, s),
            "`np.arange(labels)` ends one too early: all labels may be left. Take `np.arange(labels + 1)`.",
        ),
        Mistake(
            "the mean",
            lambda labels, s: labels * (labels - 1) / 2 * _pass_chance(s),
            "This is the mean number of agreeing pairs. The variance is the mean squared distance from it.",
        ),
        Mistake(
            "the mean square",
            lambda labels, s: (
                _variance_of_pairs(labels, s) + (labels * (labels - 1) / 2 * _pass_chance(s)) ** 2
            ),
            "Take the mean away before you square.",
        ),
        Mistake(
            "all counts alike",
            lambda labels, s: float(
                np.var([_pairs(left) + _pairs(labels - left) for left in range(labels + 1)])
            ),
            "Not every number of lefts is equally likely: weigh each by its binomial chance.",
        ),
        Mistake(
            "simulated",
            lambda labels, s: float(
                np.var(_agreeing(labels)(np.random.default_rng(6).binomial(labels, s, 100_000)))
            ),
            "Near, but a simulation never gives it exactly. Exact, please: sum over all numbers of lefts, "
            "each weighed by its chance.",
            tolerance=0.1,
        ),
    ),
)


def _pairs(count):
    return count * (count - 1) / 2


def _wald(passed, q0, q1, alpha, beta, high=None, low=None):
    high = (1 - beta) / alpha if high is None else high
    low = beta / (1 - alpha) if low is None else low
    steps = np.where(passed, np.log(q1 / q0), np.log((1 - q1) / (1 - q0)))
    ratio = np.cumsum(steps)
    over = np.flatnonzero((ratio >= np.log(high)) | (ratio <= np.log(low)))
    if over.size == 0:
        return "undecided", len(passed)
    return ("careful" if ratio[over[0]] >= np.log(high) else "careless"), int(over[0]) + 1


def _wald_by_products(passed, q0, q1, alpha, beta):
    """Likelihoods of both, multiplied check by check."""
    careless = careful = 1.0
    for n, one in enumerate(passed, 1):
        careless *= q0 if one else 1 - q0
        careful *= q1 if one else 1 - q1
        if careful * alpha >= careless * (1 - beta):
            return "careful", n
        if careful * (1 - alpha) <= careless * beta:
            return "careless", n
    return "undecided", len(passed)


def _judged_at_the_end(passed, q0, q1, alpha, beta):
    ratio = np.sum(np.where(passed, np.log(q1 / q0), np.log((1 - q1) / (1 - q0))))
    high, low = np.log((1 - beta) / alpha), np.log(beta / (1 - alpha))
    return ("careful" if ratio >= high else "careless" if ratio <= low else "undecided"), len(passed)


def _one_bound_first(passed, q0, q1, alpha, beta, upper):
    ratio = np.cumsum(np.where(passed, np.log(q1 / q0), np.log((1 - q1) / (1 - q0))))
    over = np.flatnonzero(ratio >= np.log((1 - beta) / alpha))
    under = np.flatnonzero(ratio <= np.log(beta / (1 - alpha)))
    order = (("careful", over), ("careless", under)) if upper else (("careless", under), ("careful", over))
    return next(((verdict, int(at[0]) + 1) for verdict, at in order if at.size), ("undecided", len(passed)))


def _failures_up(passed, q0, q1, alpha, beta):
    passed = np.asarray(passed)
    ratio = np.cumsum(np.where(passed, np.log(q1 / q0), -np.log((1 - q1) / (1 - q0))))
    over = np.flatnonzero(ratio >= np.log((1 - beta) / alpha))
    return ("careful", int(over[0]) + 1) if over.size else ("undecided", len(passed))


def _outcomes(text):
    return np.array([one == "1" for one in text])


SEQUENTIAL_VERDICT = Exercise(
    name="sequential_verdict",
    reference=_wald,
    oracle=_wald_by_products,
    probes=(
        Case("nine passes in a row", _outcomes("1111111111"), _LOW, _HIGH, 0.05, 0.1),
        Case("four failures first, then passes", _outcomes("0000" + "1" * 30), _LOW, _HIGH, 0.05, 0.1),
        Case("undecided", _outcomes("110101"), _LOW, _HIGH, 0.05, 0.1),
        Case("careful, and then a bad day", _outcomes("1101111111111" + "0" * 12), _LOW, _HIGH, 0.05, 0.1),
        Case("just over the upper bound", _outcomes("01111" * 4), _LOW, _HIGH, 0.05, 0.1),
        Case("just over the lower bound", _outcomes("000001"), 0.5, 0.8, 0.2, 0.01),
        Case("other errors", _outcomes("10110111101111011111111"), 0.5, 0.8, 0.01, 0.2),
        Case("stricter against missing", _outcomes("010010001000000"), 0.5, 0.8, 0.2, 0.01),
        Case("one outcome", _outcomes("1"), _LOW, _HIGH, 0.05, 0.1),
    ),
    mistakes=(
        Mistake(
            "judged at the end",
            _judged_at_the_end,
            "This looks at the ratio after the last check only. The first bound that is crossed decides.",
        ),
        Mistake(
            "upper bound first",
            lambda *given: _one_bound_first(*given, upper=True),
            "This looks for the upper bound first, and at the lower one only if the upper is never reached. "
            "The bound that is crossed first in time decides.",
        ),
        Mistake(
            "lower bound first",
            lambda *given: _one_bound_first(*given, upper=False),
            "This looks for the lower bound first, and at the upper one only if the lower is never reached. "
            "The bound that is crossed first in time decides.",
        ),
        Mistake(
            "counted from zero",
            lambda *given: (_wald(*given)[0], _wald(*given)[1] - (_wald(*given)[0] != "undecided")),
            "Place 0 is the first check: count from 1.",
        ),
        Mistake(
            "failures pull up",
            _failures_up,
            "A failure is likelier for the careless one: its step goes down.",
        ),
        Mistake(
            "one over the errors",
            lambda passed, q0, q1, alpha, beta: _wald(passed, q0, q1, alpha, beta, 1 / alpha, beta),
            "The bounds are log((1 − β)/α) and log(β/(1 − α)): each looks at both errors.",
        ),
        Mistake(
            "one over alpha",
            lambda passed, q0, q1, alpha, beta: _wald(passed, q0, q1, alpha, beta, high=1 / alpha),
            "Your upper bound is log(1/α), a little too high: it is log((1 − β)/α).",
        ),
        Mistake(
            "beta alone",
            lambda passed, q0, q1, alpha, beta: _wald(passed, q0, q1, alpha, beta, low=beta),
            "Your lower bound is log β, a little too low: it is log(β/(1 − α)).",
        ),
        Mistake(
            "errors exchanged",
            lambda passed, q0, q1, alpha, beta: _wald(passed, q0, q1, beta, alpha),
            "α and β are exchanged: α bounds the careless one who passes.",
        ),
        Mistake(
            "verdicts exchanged",
            lambda *given: (
                {"careful": "careless", "careless": "careful"}.get(_wald(*given)[0], "undecided"),
                _wald(*given)[1],
            ),
            "The ratio is large when the careful one is likelier: the upper bound says careful.",
        ),
        Mistake(
            "the verdict alone",
            lambda *given: _wald(*given)[0],
            "Give the number of checks as well: `return verdict, n`.",
        ),
    ),
    parts=("the verdict", "the number of checks"),
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


def _holm(p_values, rate):
    p = np.asarray(p_values)
    order = np.argsort(p)
    fits = p[order] <= rate / (p.size - np.arange(p.size))
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


def _under(p_values, rate):
    p = np.sort(p_values)
    return np.flatnonzero(p <= rate * np.arange(1, p.size + 1) / p.size)


def _by_their_number(p_values, rate, nobody=None):
    p, count = np.sort(p_values), _under(p_values, rate).size
    if not count and nobody is None:
        return np.zeros(p.size, dtype=bool)
    return np.asarray(p_values) <= p[count - 1]


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
        Case("two clear ones", np.array([0.6, 0.02, 0.032, 0.7]), 0.1),
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
            "This is Bonferroni's rule: safe against even one wrong name, and far stricter. "
            "Here the bound grows with the rank.",
        ),
        Mistake(
            "Holm",
            _holm,
            "This is Holm's rule: it keeps the chance of even one wrong name, as Bonferroni's does, and is stricter. "
            "Here the bound is rate · rank / m, and the last value below it decides.",
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
            "Give them back in the order in which the values came. "
            "(`p_values.sort()` also changes what the caller gave you; `np.sort` makes a copy.)",
        ),
        Mistake(
            "the order turned round",
            lambda p_values, rate: np.sort(_named(p_values, rate))[::-1][np.argsort(p_values)],
            "The right number of names, the wrong people: `order` says where each sorted value came from, so write "
            "`named[order] = verdicts`, not `verdicts[order]`.",
        ),
        Mistake(
            "counts the values below the line",
            _by_their_number,
            "Yours counts how many values lie on or below their bounds. Values above theirs are named too, if a later "
            "one is below: the rank of the LAST one below decides.",
        ),
        Mistake(
            "counts, and takes the last of none",
            lambda p_values, rate: _by_their_number(p_values, rate, nobody=-1),
            "Yours counts the values below their bounds, where the rank of the LAST one below decides; and with none "
            "below, place −1 is the largest value, so that everybody is named.",
        ),
        Mistake(
            "somebody is always named",
            lambda p_values, rate: np.asarray(p_values) <= np.sort(p_values)[_under(p_values, rate)[-1]],
            "Right where somebody is named. If no value lies on or below its bound there is no last one: name nobody then.",
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
        "It names both efforts, both error rates after all tries, the number of checks and the line, and they fit together.",
        "It says what happens to those who fail.",
        "It says how the checks are taken: one pair per item, half of them swapped, hours apart, their number fixed in advance.",
        "It says where κ comes from, and what happens to the errors if it is lower and if it is higher.",
        "It says what is done because many people are tested at once.",
        "It limits what a verdict means: effort on these items, not taste or honesty.",
    ),
    model_answer=(
        "Everybody gets 46 repeated items, a number fixed in advance, and from 32 agreements on is careful; four may be lost. "
        "Each item makes one pair, half of the pairs with swapped sides, hours apart. "
        "Whoever fails may try once more on 46 new items. "
        "At strength .2 effort .3 passes in 4% after two tries, and effort .8 fails in 2%. "
        "The strength comes from a trusted pool: if lower, careful people fail; if higher, careless pass. "
        "If it may lie anywhere from .1 to .2, we take one test of 263 checks with the line at 155, and no second try. "
        "Benjamini and Hochberg name, from the first tests of all 100 at a rate of 10%, those below .8: a name opens a second look. "
        "The verdict is about effort on these items in this month, not about taste."
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
        "A hundred people are tested at 5% for an effort below .8, and four are named. How many of them are wrongly named?",
        ("None.", "All five.", "Perhaps none, perhaps all: it depends on the crowd."),
        "Perhaps none, perhaps all: it depends on the crowd.",
        "If all hundred sit right at .8, about that many are named by chance alone; if all are far below, every name is right.",
    ),
)

VARIANTS = (
    Variant(
        "critical_count",
        "A careless annotator passes each of {checks} checks with chance {q0:.2f}, independently. From which number of "
        "passes on does somebody count as careful, if the careless may get there with probability {alpha:.0%} at most?",
        lambda rng: {
            "checks": int(rng.integers(20, 81)),
            "q0": between(rng, 0.5, 0.6, 2),
            "alpha": float(rng.choice([0.01, 0.02, 0.05, 0.1])),
        },
        tolerance=0.0,
    ),
    Variant(
        "variance_of_pairs",
        "An item is labelled {labels} times, each time left with chance {s:.2f}. What is the variance of the number of "
        "agreeing pairs among its labels? Give three decimals.",
        lambda rng: {"labels": int(rng.integers(3, 8)), "s": between(rng, 0.2, 0.8, 2)},
    ),
)

LESSON = LessonDefinition(
    number=6,
    title="Plan the checks",
    minutes_to_read=30,
    minutes_to_do=45,
    exercises=(CRITICAL_COUNT, CHECKS_NEEDED, VARIANCE_OF_PAIRS, SEQUENTIAL_VERDICT, NAMED),
    quiz=QUIZ,
    rubrics=(HALYARD_PLAN,),
    variants=VARIANTS,
)
