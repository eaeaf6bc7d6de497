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


def divides_then_multiplies(rate, kappa):
    return math.sqrt(min(1.0, max(0.0, rate - 0.5) / 2 * kappa))


def without_a_sign(rate, kappa):
    return min(1.0, math.sqrt(abs(rate - 0.5) / (2 * kappa)))


def squared_effort(rate, kappa):
    return min(1.0, max(0.0, (rate - 0.5) / (2 * kappa)))


def keeps_luck(rate, kappa):
    return min(1.0, math.sqrt(rate / (2 * kappa)))


def strength_by_counts(agreements, pairs, labels):
    extra = (agreements * labels - pairs) / (pairs * labels)
    return extra if extra > 0 else 0.0


def strength_by_clip(agreements, pairs, labels):
    return np.clip(np.divide(agreements, pairs) - np.divide(1, labels), 0, 1)


def strength_of_two(agreements, pairs, labels):
    return strength_by_counts(agreements, pairs, labels) / 2


def strength_signed(agreements, pairs, labels):
    return (agreements * labels - pairs) / (pairs * labels)


def strength_over_half(agreements, pairs, labels):
    return strength_by_counts(agreements, pairs, 2)


def pool_rate(agreements, pairs, labels):
    return agreements / pairs


def kappa_like(agreements, pairs, labels):
    return strength_by_counts(agreements, pairs, labels) * labels / (labels - 1)


def rooted_strength(agreements, pairs, labels):
    return math.sqrt(strength_by_counts(agreements, pairs, labels))


def unknown_at_one(agreement, left, right, tie, swapped):
    return float("nan") if agreement >= 1 else corrected_by_matrix(agreement, left, right, tie, swapped)


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


def exchanges_twice(first, second, swapped):
    turned = ["right" if x and f == "left" else f for f, x in zip(first, swapped, strict=True)]
    turned = ["left" if x and f == "right" else f for f, x in zip(turned, swapped, strict=True)]
    return np.array([f == s for f, s in zip(turned, second, strict=True)])


def ties_are_no_verdict(first, second, swapped):
    opposite = {("left", "right"), ("right", "left")}
    pairs = zip(first, second, swapped, strict=True)
    return np.array([(f, s) in opposite if x else f == s for f, s, x in pairs])


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


def left_before_right(agreement, left, right, tie, swapped):
    chance = tie**2 + (1 - swapped) * (left**2 + right**2) + swapped * left * right
    return math.nan if chance == 1 else (agreement - chance) / (1 - chance)


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


def corrected_for_kept_unguarded(agreement, left, right, tie, swapped):
    chance = left * left + right * right + tie * tie
    return (agreement - chance) / (1 - chance)


def mixes_backwards_unguarded(agreement, left, right, tie, swapped):
    same, across = left**2 + right**2 + tie**2, tie**2 + 2 * left * right
    chance = same * swapped + across * (1 - swapped)
    return (agreement - chance) / (1 - chance)


def difference_unguarded(agreement, left, right, tie, swapped):
    kept, exchanged = left * left + right * right, 2 * left * right
    return agreement - (kept * (1 - swapped) + exchanged * swapped + tie * tie)


def third(agreement, left, right, tie, swapped):
    return 1.5 * agreement - 0.5


RIGHT = {
    "pass_probability": [pass_by_labels],
    "effort_from_rate": [effort_by_cases],
    "concentration_from_pool": [strength_by_counts, strength_by_clip],
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
        "kappa on top": divides_then_multiplies,
        "distance to chance": without_a_sign,
        "no root": squared_effort,
        "chance forgotten": keeps_luck,
    },
    "concentration_from_pool": {
        "kappa": strength_of_two,
        "below zero": strength_signed,
        "always two labels": strength_over_half,
        "chance forgotten": pool_rate,
        "corrected for chance": kappa_like,
        "root": rooted_strength,
    },
    "same_verdict": {
        "equal buttons": same_button,
        "ties taken for opposite": other_button,
        "swap the wrong way round": swaps_the_kept,
        "one exchange after the other": exchanges_twice,
        "two swapped ties disagree": ties_are_no_verdict,
        "ignores swapped pairs": fails_the_swapped,
    },
    "corrected_agreement": {
        "full agreement unknown": unknown_at_one,
        "ignores the swap": corrected_for_kept,
        "weights exchanged": mixes_backwards,
        "one way only": left_before_right,
        "only always-tie guarded": afraid_of_ties,
        "not divided": difference_only,
        "ignores the swap, no guard": corrected_for_kept_unguarded,
        "weights exchanged, no guard": mixes_backwards_unguarded,
        "not divided, no guard": difference_unguarded,
        "uniform chance": third,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
