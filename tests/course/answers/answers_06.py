"""Answers to lesson 06, written apart from its definition."""

import math
from statistics import NormalDist

import numpy as np
from scipy.stats import binom

NORMAL = NormalDist()


def line_by_quantile(checks, q0, alpha):
    return int(binom.isf(alpha, checks, q0)) + 1


def line_one_early(checks, q0, alpha):
    c = 0
    while binom.sf(c, checks, q0) > alpha:
        c += 1
    return c


def line_strictly_below_alpha(checks, q0, alpha):
    counts = np.arange(checks + 2)
    return int(counts[binom.sf(counts - 1, checks, q0) < alpha].min())


def line_with_two_sides(checks, q0, alpha):
    return line_by_quantile(checks, q0, alpha / 2)


def line_at_a_rare_count(checks, q0, alpha):
    c = math.ceil(checks * q0)
    while binom.pmf(c, checks, q0) > alpha:
        c += 1
    return c


def line_at_the_low_end(checks, q0, alpha):
    c = 0
    while binom.cdf(c, checks, q0) < alpha:
        c += 1
    return c


def line_within_reach(checks, q0, alpha):
    counts = np.arange(checks + 1)
    fits = counts[binom.sf(counts - 1, checks, q0) <= alpha]
    return int(fits[0]) if fits.size else checks


def line_of_the_bell(checks, q0, alpha):
    spread = math.sqrt(checks * q0 * (1 - q0))
    return math.ceil(checks * q0 + NORMAL.inv_cdf(1 - alpha) * spread)


def power_by_the_lower_side(checks, q0, q1, alpha):
    return 1 - float(binom.cdf(line_by_quantile(checks, q0, alpha) - 1, checks, q1))


def careful_fails(checks, q0, q1, alpha):
    return float(binom.cdf(line_by_quantile(checks, q0, alpha) - 1, checks, q1))


def careless_passes(checks, q0, q1, alpha):
    return float(binom.sf(line_by_quantile(checks, q0, alpha) - 1, checks, q0))


def beyond_the_line(checks, q0, q1, alpha):
    return float(binom.sf(line_by_quantile(checks, q0, alpha), checks, q1))


def line_for_the_careful(checks, q0, q1, alpha):
    return careless_passes(checks, q1, q1, alpha)


def power_of_the_bell(checks, q0, q1, alpha):
    line = checks * q0 + NORMAL.inv_cdf(1 - alpha) * math.sqrt(checks * q0 * (1 - q0))
    return 1 - NORMAL.cdf((line - checks * q1) / math.sqrt(checks * q1 * (1 - q1)))


def failures(q0, q1, alpha, beta, longest):
    return [n for n in range(1, longest + 1) if power_by_the_lower_side(n, q0, q1, alpha) < 1 - beta]


def after_the_last_failure(q0, q1, alpha, beta, longest):
    return max(failures(q0, q1, alpha, beta, longest)) + 1


def first_success(q0, q1, alpha, beta, longest):
    failed = set(failures(q0, q1, alpha, beta, longest))
    return next(n for n in range(1, longest + 1) if n not in failed)


def a_run_of_successes(q0, q1, alpha, beta, longest):
    failed = set(failures(q0, q1, alpha, beta, longest))
    return next(n for n in range(1, longest + 1) if not failed & {n, n + 1, n + 2})


def last_failure(q0, q1, alpha, beta, longest):
    return max(failures(q0, q1, alpha, beta, longest))


def same_error_twice(q0, q1, alpha, beta, longest):
    return after_the_last_failure(q0, q1, alpha, alpha, longest)


def errors_exchanged(q0, q1, alpha, beta, longest):
    return after_the_last_failure(q0, q1, beta, alpha, longest)


def little_power(q0, q1, alpha, beta, longest):
    return after_the_last_failure(q0, q1, alpha, 1 - beta, longest)


def distance(q0, q1, first, second):
    low, high = NORMAL.inv_cdf(1 - first), NORMAL.inv_cdf(1 - second)
    return (low * math.sqrt(q0 - q0**2) + high * math.sqrt(q1 - q1**2)) / (q1 - q0)


def bell_rounded(q0, q1, alpha, beta):
    return int(np.ceil(distance(q0, q1, alpha, beta) ** 2))


def bell_with_two_sides(q0, q1, alpha, beta):
    return bell_rounded(q0, q1, alpha / 2, beta)


def bell_with_one_spread(q0, q1, alpha, beta):
    total = NORMAL.inv_cdf(1 - alpha) + NORMAL.inv_cdf(1 - beta)
    return math.ceil(total**2 * q0 * (1 - q0) / (q1 - q0) ** 2)


def bell_not_squared(q0, q1, alpha, beta):
    return math.ceil(distance(q0, q1, alpha, beta))


def bell_cut(q0, q1, alpha, beta):
    return int(distance(q0, q1, alpha, beta) ** 2)


def bell_to_the_nearest(q0, q1, alpha, beta):
    return int(np.rint(distance(q0, q1, alpha, beta) ** 2))


def bell_with_a_fraction(q0, q1, alpha, beta):
    return distance(q0, q1, alpha, beta) ** 2


def bell_exchanged(q0, q1, alpha, beta):
    return bell_rounded(q0, q1, beta, alpha)


def bell_subtracted(q0, q1, alpha, beta):
    return math.ceil(distance(q0, q1, alpha, 1 - beta) ** 2)


def named_by_bound(p_values, rate):
    p = np.asarray(p_values)
    bounds = rate * np.arange(p.size + 1) / p.size
    enough = [bound for k, bound in enumerate(bounds) if (p <= bound).sum() >= k]
    return p <= enough[-1] if enough[-1] > 0 else np.full(p.size, False)


def named_alone(p_values, rate):
    return np.array([p <= rate for p in p_values])


def named_by_bonferroni(p_values, rate):
    return np.array([p * len(p_values) <= rate for p in p_values])


def named_until_failure(p_values, rate):
    named = np.full(len(p_values), False)
    for rank, person in enumerate(np.argsort(p_values), start=1):
        if p_values[person] > rate * rank / len(p_values):
            break
        named[person] = True
    return named


def named_below_the_line(p_values, rate):
    named = np.full(len(p_values), False)
    for rank, person in enumerate(np.argsort(p_values), start=1):
        named[person] = p_values[person] <= rate * rank / len(p_values)
    return named


def named_in_sorted_order(p_values, rate):
    return named_by_bound(np.sort(p_values), rate)


def named_strictly_below(p_values, rate):
    ordered, last = sorted(p_values), -1.0
    for rank, value in enumerate(ordered, start=1):
        if value < rate * rank / len(ordered):
            last = value
    return np.array([p <= last for p in p_values])


def named_from_rank_zero(p_values, rate):
    ordered, last = np.sort(p_values), -1.0
    for rank, value in enumerate(ordered):
        if value <= rate * rank / len(ordered):
            last = value
    return np.asarray(p_values) <= last


RIGHT = {
    "critical_count": [line_by_quantile],
    "power": [power_by_the_lower_side],
    "checks_needed": [after_the_last_failure],
    "normal_checks": [bell_rounded],
    "named": [named_by_bound],
}
WRONG = {
    "critical_count": {
        "one too low": line_one_early,
        "less than alpha": line_strictly_below_alpha,
        "two-sided": line_with_two_sides,
        "one count, not the tail": line_at_a_rare_count,
        "lower tail": line_at_the_low_end,
        "never above the number of checks": line_within_reach,
        "normal curve": line_of_the_bell,
    },
    "power": {
        "the miss": careful_fails,
        "the size": careless_passes,
        "more than the critical count": beyond_the_line,
        "line drawn with q1": line_for_the_careful,
        "normal curve": power_of_the_bell,
    },
    "checks_needed": {
        "the first n": first_success,
        "a run is enough": a_run_of_successes,
        "the last failure": last_failure,
        "alpha for beta": same_error_twice,
        "roles of the errors exchanged": errors_exchanged,
        "power of beta": little_power,
    },
    "normal_checks": {
        "two-sided": bell_with_two_sides,
        "one spread for both": bell_with_one_spread,
        "not squared": bell_not_squared,
        "rounded down": bell_cut,
        "rounded to the nearest": bell_to_the_nearest,
        "not rounded": bell_with_a_fraction,
        "errors exchanged": bell_exchanged,
        "lower quantiles of opposite sign": bell_subtracted,
    },
    "named": {
        "each for itself": named_alone,
        "Bonferroni": named_by_bonferroni,
        "stops at the first failure": named_until_failure,
        "only those below the line": named_below_the_line,
        "sorted order given back": named_in_sorted_order,
        "strictly below the line": named_strictly_below,
        "ranks from zero": named_from_rank_zero,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
