"""Answers to lesson 07, written apart from its definition."""

from collections import Counter

import numpy as np
import pandas as pd


def by_counter(votes, own, least, share):
    rest = Counter(votes)
    rest.subtract([own])
    n = sum(rest.values())
    if n < least or n == 0:
        return ""
    for side in ("first", "second"):
        if rest[side] / n >= share:
            return side
    return ""


def by_cases(votes, own, least, share):
    first = votes["first"] - (own == "first")
    second = votes["second"] - (own == "second")
    n = first + second + votes["tie"] - (own == "tie")
    if n >= max(1, least):
        if first >= share * n:
            return "first"
        if second >= share * n:
            return "second"
    return ""


def own_vote(votes, own, least, share):
    n = sum(votes.values())
    top = max(("first", "second", "tie"), key=lambda side: votes[side])
    return "" if n < least or votes[top] / n < share or top == "tie" else top


def own_vote_in_share(votes, own, least, share):
    n = sum(votes.values())
    top = max(("first", "second", "tie"), key=lambda side: votes[side])
    return "" if n - 1 < least or votes[top] / n < share or top == "tie" else top


def own_vote_in_best(votes, own, least, share):
    n = sum(votes.values()) - 1
    sides = [side for side in ("first", "second") if n and n >= least and votes[side] >= share * n]
    return sides[0] if sides else ""


def enough_of_one_mind(votes, own, least, share):
    rest = dict(votes)
    rest[own] -= 1
    n = sum(rest.values())
    sides = [side for side in ("first", "second") if rest[side] >= least and rest[side] >= share * n]
    return sides[0] if sides else ""


def more_than_share(votes, own, least, share):
    rest = dict(votes)
    rest[own] -= 1
    n = sum(rest.values())
    sides = [side for side in ("first", "second") if n >= least and rest[side] > share * n]
    return sides[0] if sides else ""


def more_than_least(votes, own, least, share):
    rest = dict(votes)
    rest[own] -= 1
    n = sum(rest.values())
    sides = [side for side in ("first", "second") if n > least and rest[side] >= share * n]
    return sides[0] if sides else ""


def tie_too(votes, own, least, share):
    rest = dict(votes)
    rest[own] -= 1
    n = sum(rest.values())
    sides = [side for side in rest if n >= least and rest[side] >= share * n]
    return sides[0] if sides else ""


def one_other(votes, own, least, share):
    rest = dict(votes)
    rest[own] -= 1
    n = sum(rest.values())
    sides = [side for side in ("first", "second") if n and rest[side] >= share * n]
    return sides[0] if sides else ""


def no_ties(votes, own, least, share):
    rest = {side: votes[side] - (side == own) for side in ("first", "second")}
    n = sum(rest.values())
    sides = [side for side in rest if n and n >= least and rest[side] >= share * n]
    return sides[0] if sides else ""


def enough_agree(votes, own, least, share):
    rest = dict(votes)
    rest[own] -= 1
    top = max(rest, key=rest.get)
    return top if rest[top] >= least and top != "tie" else ""


def share_of_all(votes, own, least, share):
    rest = dict(votes)
    rest[own] -= 1
    everybody = sum(votes.values())
    sides = [side for side in ("first", "second") if rest[side] / everybody >= share]
    return sides[0] if sides and everybody > least else ""


def without_the_answer(votes, own, least, share):
    rest = dict(votes)
    del rest[own]
    top = max(rest, key=rest.get)
    enough = sum(rest.values()) >= least and rest[top] >= share * sum(rest.values())
    return top if enough and top != "tie" else ""


def by_binomials(effort, evidence):
    """From scipy's law of the counts, the binomial coefficients taken away again."""
    from scipy.special import xlog1py, xlogy

    eta = np.asarray(effort, float)
    terms = [xlogy(a, 1 / 3 + s * eta**d) + xlog1py(n - a, -(1 / 3 + s * eta**d)) for a, n, s, d in evidence]
    return np.sum(terms, axis=0)


def in_one_line(effort, evidence):
    def q(s, d):
        return s * effort**d + 1 / 3

    return sum(a * np.log(q(s, d)) + (n - a) * np.log(1 - q(s, d)) for a, n, s, d in evidence)


def passes_only(effort, evidence):
    return sum(a * np.log(1 / 3 + s * effort**d) for a, n, s, d in evidence)


def halves(effort, evidence):
    return sum(
        a * np.log(1 / 2 + s * effort**d) + (n - a) * np.log(1 / 2 - s * effort**d) for a, n, s, d in evidence
    )


def straight(effort, evidence):
    return in_one_line(effort, [(a, n, s, 1) for a, n, s, d in evidence])


def squared(effort, evidence):
    return in_one_line(effort, [(a, n, s, 2) for a, n, s, d in evidence])


def averaged(effort, evidence):
    return sum(in_one_line(effort, [(a, n, s, d)]) / n for a, n, s, d in evidence if n)


def multiplied(effort, evidence):
    chance = 1.0
    for a, n, s, d in evidence:
        q = 1 / 3 + s * effort**d
        chance = chance * q**a * (1 - q) ** (n - a)
    return np.log(chance)


def weighted_chances(effort, evidence):
    total = 0 * np.asarray(effort)
    for a, n, s, d in evidence:
        q = 1 / 3 + s * np.asarray(effort) ** d
        total = total + a * q + (n - a) * (1 - q)
    return total


def plain_likelihood(effort, evidence):
    total = 1 + 0 * np.asarray(effort)
    for a, n, s, d in evidence:
        q = 1 / 3 + s * np.asarray(effort) ** d
        total = total * q**a * (1 - q) ** (n - a)
    return total


def decimal(effort, evidence):
    return in_one_line(effort, evidence) / np.log(10)


def in_one_pot(effort, evidence):
    a, n = sum(row[0] for row in evidence), sum(row[1] for row in evidence)
    return in_one_line(effort, [(a, n, np.mean([row[2] for row in evidence]), evidence[0][3])])


def failures_are_checks(effort, evidence):
    return in_one_line(effort, [(a, a + n, s, d) for a, n, s, d in evidence])


def with_coefficient(effort, evidence):
    from scipy.special import gammaln

    constant = sum(gammaln(n + 1) - gammaln(a + 1) - gammaln(n - a + 1) for a, n, s, d in evidence)
    return in_one_line(effort, evidence) + constant


def by_logpmf(effort, evidence):
    from scipy.stats import binom

    return sum(binom.logpmf(a, n, 1 / 3 + s * np.asarray(effort) ** d) for a, n, s, d in evidence)


def product_to_the_power(effort, evidence):
    qs = [1 / 3 + (s * effort) ** d for a, n, s, d in evidence]
    return sum(a * np.log(q) + (n - a) * np.log(1 - q) for q, (a, n, s, d) in zip(qs, evidence, strict=True))


def by_efforts(low, high, weakest, strongest, required, power):
    """Translate pass rates into efforts, at the two ends of the range."""

    def effort(rate, strength):
        return max((rate - 1 / 3) / strength, 0) ** (1 / power)

    if effort(high, weakest) < required:
        return "careless"
    if effort(low, strongest) > required:
        return "careful"
    return "undecided"


def by_expected(low, high, weakest, strongest, required, power):
    expected = [1 / 3 + strength * required**power for strength in (weakest, strongest)]
    below, above = high < min(expected), low > max(expected)
    return {(True, False): "careless", (False, True): "careful"}.get((below, above), "undecided")


def judged(below, above):
    return "careless" if below else "careful" if above else "undecided"


def _expected(strength, required, power):
    return 1 / 3 + strength * required**power


def ends_crossed(low, high, weakest, strongest, required, power):
    return judged(high < _expected(strongest, required, power), low > _expected(weakest, required, power))


def only_strong(low, high, weakest, strongest, required, power):
    return judged(high < _expected(strongest, required, power), low > _expected(strongest, required, power))


def only_weak(low, high, weakest, strongest, required, power):
    return judged(high < _expected(weakest, required, power), low > _expected(weakest, required, power))


def mean_strength(low, high, weakest, strongest, required, power):
    expected = _expected(0.5 * weakest + 0.5 * strongest, required, power)
    return judged(high < expected, low > expected)


def point(low, high, weakest, strongest, required, power):
    rate = 0.5 * (low + high)
    return judged(rate < _expected(weakest, required, power), rate > _expected(strongest, required, power))


def limits_crossed(low, high, weakest, strongest, required, power):
    return judged(low < _expected(weakest, required, power), high > _expected(strongest, required, power))


def square_always(low, high, weakest, strongest, required, power):
    return by_expected(low, high, weakest, strongest, required, 2)


def line_always(low, high, weakest, strongest, required, power):
    return by_expected(low, high, weakest, strongest, required, 1)


def no_luck(low, high, weakest, strongest, required, power):
    return judged(high < weakest * required**power, low > strongest * required**power)


def coin(low, high, weakest, strongest, required, power):
    return judged(high < 0.5 + weakest * required**power, low > 0.5 + strongest * required**power)


def mix(repeat, golden, peer):
    return {"repeat": repeat, "golden": golden, "peer": peer}


RIGHT = {
    "golden_answer": [by_counter, by_cases],
    "log_likelihood": [by_binomials, in_one_line],
    "verdict": [by_efforts, by_expected],
    "mix": [mix(30, 10, 35), pd.Series(mix(28, 12, 34))],
}
WRONG = {
    "golden_answer": {
        "own vote counted": own_vote,
        "own vote in the share": own_vote_in_share,
        "own vote in the best count": own_vote_in_best,
        "least must agree": enough_of_one_mind,
        "strictly more": more_than_share,
        "strictly more others": more_than_least,
        "own vote in the whole": share_of_all,
        "everybody of the same answer dropped": without_the_answer,
        "ties allowed": tie_too,
        "any number of others": one_other,
        "ties left out": no_ties,
        "no share": enough_agree,
    },
    "log_likelihood": {
        "failures forgotten": passes_only,
        "two labels": halves,
        "power forgotten": straight,
        "always squared": squared,
        "means": averaged,
        "no logarithm": weighted_chances,
        "the likelihood itself": plain_likelihood,
        "product before the log": multiplied,
        "base ten": decimal,
        "binomial constant": with_coefficient,
        "binomial law": by_logpmf,
        "strength in the power": product_to_the_power,
        "everything pooled": in_one_pot,
        "checks taken for failures": failures_are_checks,
    },
    "verdict": {
        "ends swapped": ends_crossed,
        "strongest only": only_strong,
        "weakest only": only_weak,
        "middle of the range": mean_strength,
        "estimate in place of limits": point,
        "limits swapped": limits_crossed,
        "always squared": square_always,
        "power forgotten": line_always,
        "no chance level": no_luck,
        "chance of two labels": coin,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
ANSWERS["mix"] = {
    "right": RIGHT["mix"],
    "wrong": {
        "a list": ([28, 9, 33], "a dict with the three kinds"),
        "shares": (mix(0.4, 0.1, 0.5), "and not shares"),
        "repeats only": (mix(60, 0, 0), "only golden questions unmask it"),
        "golden only": (mix(0, 40, 0), "takes care there and nowhere else"),
        "peers on the way down": (mix(28, 9, 37), "a few more or fewer peers"),
        "repeats on the way down": (mix(29, 9, 33), "a few more or fewer repeats"),
        "golden nearly enough": (mix(28, 8, 33), "a few more or fewer golden questions"),
        "no peers": (mix(30, 12, 0), "Who copies still slips through"),
        "too many": (mix(60, 30, 60), "75 checks or fewer"),
    },
}
