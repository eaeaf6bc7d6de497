"""Answers to lesson 04, written apart from its definition."""

import math

import numpy as np


def pass_by_labels(effort, kappa):
    shift = np.asarray(effort) * math.sqrt(kappa)
    left = 0.5 + shift
    return left**2 + (1 - left) ** 2


def effort_once(effort, kappa):
    return 0.5 + 2 * np.multiply(effort, kappa)


def half_the_slope(effort, kappa):
    return 0.5 + np.square(effort) * kappa


def strength_squared(effort, kappa):
    return 0.5 + 2 * np.square(np.multiply(effort, kappa))


def no_luck(effort, kappa):
    return np.square(effort) * kappa * 2


def effort_by_cases(rate, kappa):
    if rate <= 0.5:
        return 0.0
    if rate >= 0.5 + 2 * kappa:
        return 1.0
    return math.sqrt((rate - 0.5) / 2 / kappa)


def no_upper_edge(rate, kappa):
    return math.sqrt(max(0.0, (rate - 0.5) / (2 * kappa)))


def no_lower_edge(rate, kappa):
    square = (rate - 0.5) / (2 * kappa)
    return float("nan") if square < 0 else min(1.0, math.sqrt(square))


def forgets_two(rate, kappa):
    return math.sqrt(min(1.0, max(0.0, rate - 0.5) / kappa))


def squared_effort(rate, kappa):
    return min(1.0, max(0.0, (rate - 0.5) / (2 * kappa)))


def keeps_luck(rate, kappa):
    return min(1.0, math.sqrt(rate / (2 * kappa)))


def wilson(passes, checks, z):
    middle = (passes + z * z / 2) / (checks + z * z)
    half = z / (checks + z * z) * math.sqrt(passes * (checks - passes) / checks + z * z / 4)
    return middle - half, middle + half


def bounds_by_shares(passes, checks, kappa, z=1.96):
    return tuple(effort_by_cases(rate, kappa) for rate in wilson(passes, checks, z))


def wald_bounds(passes, checks, kappa, z=1.96):
    rate = passes / checks
    half = z * math.sqrt(rate * (1 - rate) / checks)
    return effort_by_cases(rate - half, kappa), effort_by_cases(rate + half, kappa)


def undivided_bounds(passes, checks, kappa, z=1.96):
    ends = (end * (1 + z * z / checks) for end in wilson(passes, checks, z))
    return tuple(effort_by_cases(end, kappa) for end in ends)


def thin_bounds(passes, checks, kappa, z=1.96):
    n = checks + z * z
    middle, half = (passes + z * z / 2) / n, z / n * math.sqrt(passes * (checks - passes) / checks)
    return effort_by_cases(middle - half, kappa), effort_by_cases(middle + half, kappa)


def rate_bounds(passes, checks, kappa, z=1.96):
    return wilson(passes, checks, z)


def high_first(passes, checks, kappa, z=1.96):
    low, high = bounds_by_shares(passes, checks, kappa, z)
    return high, low


def always_95(passes, checks, kappa, z=1.96):
    return bounds_by_shares(passes, checks, kappa, 1.96)


def verdict_by_numbers(first, second, swapped):
    code = {"left": 1, "right": -1, "tie": 0}
    sign = np.where(swapped, -1, 1)
    return np.array([code[f] for f in first]) * sign == np.array([code[s] for s in second])


def same_button(first, second, swapped):
    return np.array([f == s for f, s in zip(first, second, strict=True)])


def other_button(first, second, swapped):
    return np.array([(f != s) if x else (f == s) for f, s, x in zip(first, second, swapped, strict=True)])


def swaps_the_kept(first, second, swapped):
    return verdict_by_numbers(first, second, [not x for x in swapped])


def fails_the_swapped(first, second, swapped):
    return np.array([f == s and not x for f, s, x in zip(first, second, swapped, strict=True)])


def corrected_by_matrix(agreement, left, right, tie, swapped):
    shares = np.array([left, right, tie])
    mirror = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    chance = float(shares @ ((1 - swapped) * np.eye(3) + swapped * mirror) @ shares)
    return float("nan") if math.isclose(chance, 1) else 1 - (1 - agreement) / (1 - chance)


def corrected_for_kept(agreement, left, right, tie, swapped):
    chance = left * left + right * right + tie * tie
    return (agreement - chance) / (1 - chance) if chance != 1 else float("nan")


def mixes_backwards(agreement, left, right, tie, swapped):
    return corrected_by_matrix(agreement, left, right, tie, 1 - swapped)


def difference_only(agreement, left, right, tie, swapped):
    shares = np.array([left, right, tie])
    mirror = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    chance = float(shares @ ((1 - swapped) * np.eye(3) + swapped * mirror) @ shares)
    return float("nan") if math.isclose(chance, 1) else agreement - chance


def afraid_of_ties(agreement, left, right, tie, swapped):
    if tie == 1:
        return math.nan
    kept = left * left + right * right + tie * tie
    chance = kept + swapped * (2 * left * right + tie * tie - kept)
    return (agreement - chance) / (1 - chance)


def third(agreement, left, right, tie, swapped):
    return 1.5 * agreement - 0.5


RIGHT = {
    "pass_probability": [pass_by_labels],
    "effort_from_rate": [effort_by_cases],
    "effort_bounds": [bounds_by_shares],
    "same_verdict": [verdict_by_numbers],
    "corrected_agreement": [corrected_by_matrix],
}
WRONG = {
    "pass_probability": {
        "effort not squared": effort_once,
        "factor 2 missing": half_the_slope,
        "kappa squared": strength_squared,
        "starts at zero": no_luck,
    },
    "effort_from_rate": {
        "not clipped": no_upper_edge,
        "nan below chance": no_lower_edge,
        "factor 2 forgotten": forgets_two,
        "no root": squared_effort,
        "chance forgotten": keeps_luck,
    },
    "effort_bounds": {
        "Wald interval": wald_bounds,
        "not divided": undivided_bounds,
        "z missing under the root": thin_bounds,
        "rates, not efforts": rate_bounds,
        "ends exchanged": high_first,
        "z fixed": always_95,
    },
    "same_verdict": {
        "equal buttons": same_button,
        "ties taken for opposite": other_button,
        "swap the wrong way round": swaps_the_kept,
        "ignores swapped pairs": fails_the_swapped,
    },
    "corrected_agreement": {
        "ignores the swap": corrected_for_kept,
        "weights exchanged": mixes_backwards,
        "only always-tie guarded": afraid_of_ties,
        "not divided": difference_only,
        "uniform chance": third,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
