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


def bell_bare(checks, q0, alpha):
    return NORMAL.inv_cdf(1 - alpha) * math.sqrt(checks * q0 * (1 - q0)) + checks * q0


def bell_to_the_nearest(checks, q0, alpha):
    return round(bell_bare(checks, q0, alpha))


def bell_below(checks, q0, alpha):
    return math.floor(bell_bare(checks, q0, alpha))


def after_the_last_failure(powers, beta):
    failures = [n for n, power in enumerate(powers, start=1) if power < 1 - beta]
    return max(failures, default=0) + 1


def first_success(powers, beta):
    return [power >= 1 - beta for power in powers].index(True) + 1


def a_run_of_successes(powers, beta):
    good = [power >= 1 - beta for power in powers] + [True, True]
    return next(n for n in range(1, len(powers) + 1) if all(good[n - 1 : n + 2]))


def last_failure(powers, beta):
    return after_the_last_failure(powers, beta) - 1


def place_of_failure(powers, beta):
    return [place for place, power in enumerate(powers) if power < 1 - beta][-1]


def number_of_failure(powers, beta):
    return place_of_failure(powers, beta) + 1


def after_some_failure(powers, beta):
    return place_of_failure(powers, beta) + 2


def two_after_some_failure(powers, beta):
    return place_of_failure(powers, beta) + 3


def counted_from_one(powers, beta):
    return after_the_last_failure(powers, beta) + 1


def little_power(powers, beta):
    return after_the_last_failure(powers, 1 - beta)


def more_than_enough(powers, beta):
    failures = [n for n, power in enumerate(powers, start=1) if power <= 1 - beta]
    return max(failures, default=0) + 1


def moments(labels, s, agreeing):
    chances = [math.comb(labels, k) * s**k * (1 - s) ** (labels - k) for k in range(labels + 1)]
    counts = [agreeing(k) for k in range(labels + 1)]
    mean = sum(c * a for c, a in zip(chances, counts, strict=True))
    return mean, sum(c * (a - mean) ** 2 for c, a in zip(chances, counts, strict=True))


def pairs_within(labels):
    return lambda k: math.comb(k, 2) + math.comb(labels - k, 2)


def variance_in_a_loop(labels, s):
    return moments(labels, s, pairs_within(labels))[1]


def variance_by_formula(labels, s):
    """Pairs of pairs: the same, sharing one label, or none (these do not move together)."""
    q, triple = s**2 + (1 - s) ** 2, s**3 + (1 - s) ** 3
    return math.comb(labels, 2) * (q - q**2) + labels * (labels - 1) * (labels - 2) * (triple - q**2)


def as_if_independent(labels, s):
    q = s**2 + (1 - s) ** 2
    return math.comb(labels, 2) * q * (1 - q)


def lefts_alone(labels, s):
    return moments(labels, s, lambda k: math.comb(k, 2))[1]


def both_ways(labels, s):
    return moments(labels, s, lambda k: k * (k - 1) + (labels - k) * (labels - k - 1))[1]


def deviation(labels, s):
    return variance_in_a_loop(labels, s) ** 0.5


def of_the_share(labels, s):
    return variance_in_a_loop(labels, s) / max(math.comb(labels, 2), 1) ** 2


def for_each_pair(labels, s):
    return variance_in_a_loop(labels, s) / max(math.comb(labels, 2), 1)


def for_each_of_no_pairs(labels, s):
    return variance_in_a_loop(labels, s) / math.comb(labels, 2)


def for_each_pair_in_arrays(labels, s):
    return np.float64(variance_in_a_loop(labels, s)) / np.arange(labels).sum()


def never_all_left(labels, s):
    left = np.arange(labels)
    chance, agree = binom.pmf(left, labels, s), [pairs_within(labels)(int(k)) for k in left]
    return np.dot(chance, np.square(agree)) - np.dot(chance, agree) ** 2


def never_all_left_about_the_mean(labels, s):
    left = np.arange(labels)
    chance, agree = binom.pmf(left, labels, s), np.array([pairs_within(labels)(int(k)) for k in left])
    return np.dot(chance, (agree - np.dot(chance, agree)) ** 2)


def by_drawing(labels, s):
    lefts = np.random.default_rng(1).binomial(labels, s, 20_000)
    return np.var([pairs_within(labels)(int(k)) for k in lefts])


def mean_of_pairs(labels, s):
    return moments(labels, s, pairs_within(labels))[0]


def mean_of_squares(labels, s):
    mean, variance = moments(labels, s, pairs_within(labels))
    return variance + mean**2


def unweighted(labels, s):
    return float(np.var([pairs_within(labels)(k) for k in range(labels + 1)]))


def check_by_check(passed, q0, q1, alpha, beta):
    ratio, n = 0.0, 0
    for n, one in enumerate(passed, start=1):
        ratio += math.log(q1 / q0) if one else math.log((1 - q1) / (1 - q0))
        if ratio >= math.log((1 - beta) / alpha):
            return "careful", n
        if ratio <= math.log(beta / (1 - alpha)):
            return "careless", n
    return "undecided", n


def by_the_library(passed, q0, q1, alpha, beta):
    ratio = np.cumsum(np.where(passed, np.log(q1) - np.log(q0), np.log1p(-q1) - np.log1p(-q0)))
    for n, value in enumerate(ratio, start=1):
        if not np.log(beta / (1 - alpha)) < value < np.log((1 - beta) / alpha):
            return ["careful" if value > 0 else "careless", n]
    return ["undecided", len(ratio)]


def at_the_end(passed, q0, q1, alpha, beta):
    wins = int(np.sum(passed))
    ratio = wins * math.log(q1 / q0) + (len(passed) - wins) * math.log((1 - q1) / (1 - q0))
    if ratio >= math.log((1 - beta) / alpha):
        return "careful", len(passed)
    return ("careless" if ratio <= math.log(beta / (1 - alpha)) else "undecided"), len(passed)


def bounds_in_turn(passed, q0, q1, alpha, beta, turn):
    ratio = np.cumsum([math.log(q1 / q0) if one else math.log((1 - q1) / (1 - q0)) for one in passed])
    crossed = {
        "careful": ratio >= math.log((1 - beta) / alpha),
        "careless": ratio <= math.log(beta / (1 - alpha)),
    }
    for verdict in turn:
        if crossed[verdict].any():
            return verdict, int(crossed[verdict].argmax()) + 1
    return "undecided", len(passed)


def careful_asked_first(*given):
    return bounds_in_turn(*given, turn=("careful", "careless"))


def careless_asked_first(*given):
    return bounds_in_turn(*given, turn=("careless", "careful"))


def from_place_zero(passed, q0, q1, alpha, beta):
    verdict, n = check_by_check(passed, q0, q1, alpha, beta)
    return verdict, n if verdict == "undecided" else n - 1


def always_up(passed, q0, q1, alpha, beta):
    ratio = 0.0
    for n, one in enumerate(passed, start=1):
        ratio += math.log(q1 / q0) if one else math.log((1 - q0) / (1 - q1))
        if ratio >= math.log((1 - beta) / alpha):
            return "careful", n
    return "undecided", len(passed)


def walk_to(passed, q0, q1, high, low):
    for n, ratio in enumerate(
        np.cumsum([math.log(q1 / q0) if one else math.log((1 - q1) / (1 - q0)) for one in passed]), start=1
    ):
        if ratio >= high or ratio <= low:
            return ("careful" if ratio >= high else "careless"), n
    return "undecided", len(passed)


def simple_upper_bound(passed, q0, q1, alpha, beta):
    return walk_to(passed, q0, q1, -math.log(alpha), math.log(beta / (1 - alpha)))


def simple_lower_bound(passed, q0, q1, alpha, beta):
    return walk_to(passed, q0, q1, math.log((1 - beta) / alpha), math.log(beta))


def simple_bounds(passed, q0, q1, alpha, beta):
    ratio = 0.0
    for n, one in enumerate(passed, start=1):
        ratio += math.log(q1 / q0) if one else math.log((1 - q1) / (1 - q0))
        if ratio >= -math.log(alpha):
            return "careful", n
        if ratio <= math.log(beta):
            return "careless", n
    return "undecided", len(passed)


def exchanged_errors(passed, q0, q1, alpha, beta):
    return check_by_check(passed, q0, q1, beta, alpha)


def exchanged_verdicts(passed, q0, q1, alpha, beta):
    verdict, n = check_by_check(passed, q0, q1, alpha, beta)
    return {"careful": "careless", "careless": "careful", "undecided": "undecided"}[verdict], n


def verdict_alone(passed, q0, q1, alpha, beta):
    return check_by_check(passed, q0, q1, alpha, beta)[0]


def named_by_bound(p_values, rate):
    p = np.asarray(p_values)
    bounds = rate * np.arange(p.size + 1) / p.size
    enough = [bound for k, bound in enumerate(bounds) if (p <= bound).sum() >= k]
    return p <= enough[-1] if enough[-1] > 0 else np.full(p.size, False)


def named_alone(p_values, rate):
    return np.array([p <= rate for p in p_values])


def named_by_bonferroni(p_values, rate):
    return np.array([p * len(p_values) <= rate for p in p_values])


def named_by_holm(p_values, rate):
    named = np.full(len(p_values), False)
    for done, person in enumerate(np.argsort(p_values)):
        if p_values[person] > rate / (len(p_values) - done):
            break
        named[person] = True
    return named


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


def named_by_sorting_in_place(p_values, rate):
    p_values.sort()
    return named_by_bound(p_values, rate)


def named_with_order_turned(p_values, rate):
    order = np.argsort(p_values)
    return named_by_bound(np.sort(p_values), rate)[order]


def named_by_count(p_values, rate):
    ordered = np.sort(p_values)
    ok = ordered <= rate * np.arange(1, ordered.size + 1) / ordered.size
    return p_values <= ordered[ok.sum() - 1] if ok.any() else np.full(ordered.size, False)


def named_by_count_of_none(p_values, rate):
    ordered = np.sort(p_values)
    return p_values <= ordered[(ordered <= rate * np.arange(1, ordered.size + 1) / ordered.size).sum() - 1]


def named_if_anybody(p_values, rate):
    ordered = np.sort(p_values)
    last = [k for k, p in enumerate(ordered) if p <= rate * (k + 1) / len(ordered)][-1]
    return p_values <= ordered[last]


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
    "checks_needed": [after_the_last_failure],
    "variance_of_pairs": [variance_in_a_loop, variance_by_formula],
    "sequential_verdict": [check_by_check, by_the_library],
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
        "normal curve, not rounded": bell_bare,
        "normal curve, rounded": bell_to_the_nearest,
        "normal curve, rounded down": bell_below,
    },
    "checks_needed": {
        "the first n": first_success,
        "a run is enough": a_run_of_successes,
        "the last failure": last_failure,
        "the last failure, if there is one": number_of_failure,
        "counted from one": counted_from_one,
        "counted from one, if anything fails": two_after_some_failure,
        "the place of the last failure": place_of_failure,
        "something always fails": after_some_failure,
        "power of beta": little_power,
        "just enough is too little": more_than_enough,
    },
    "variance_of_pairs": {
        "independent pairs": as_if_independent,
        "left only": lefts_alone,
        "pairs counted twice": both_ways,
        "a standard deviation": deviation,
        "the share of pairs": of_the_share,
        "per pair": for_each_pair,
        "divided by no pairs": for_each_of_no_pairs,
        "divided by no pairs, in NumPy": for_each_pair_in_arrays,
        "the last count left out": never_all_left,
        "the last count left out, about its mean": never_all_left_about_the_mean,
        "simulated": by_drawing,
        "the mean": mean_of_pairs,
        "the mean square": mean_of_squares,
        "all counts alike": unweighted,
    },
    "sequential_verdict": {
        "judged at the end": at_the_end,
        "upper bound first": careful_asked_first,
        "lower bound first": careless_asked_first,
        "counted from zero": from_place_zero,
        "failures pull up": always_up,
        "one over the errors": simple_bounds,
        "one over alpha": simple_upper_bound,
        "beta alone": simple_lower_bound,
        "errors exchanged": exchanged_errors,
        "verdicts exchanged": exchanged_verdicts,
        "the verdict alone": verdict_alone,
    },
    "named": {
        "each for itself": named_alone,
        "Bonferroni": named_by_bonferroni,
        "Holm": named_by_holm,
        "stops at the first failure": named_until_failure,
        "only those below the line": named_below_the_line,
        "sorted order given back": named_by_sorting_in_place,
        "the order turned round": named_with_order_turned,
        "counts the values below the line": named_by_count,
        "counts, and takes the last of none": named_by_count_of_none,
        "somebody is always named": named_if_anybody,
        "strictly below the line": named_strictly_below,
        "ranks from zero": named_from_rank_zero,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
