"""Answers to lesson 03, written apart from its definition."""

import math

import numpy as np


def flip_label_by_label(left, right, effort, rng):
    new_left, new_right = [], []
    for lefts, rights in zip(left, right, strict=True):
        said = np.r_[np.ones(int(lefts)), np.zeros(int(rights))]
        coin = rng.random(len(said)) < 0.5
        kept = np.where(rng.random(len(said)) < effort, said, coin)
        new_left.append(int(kept.sum()))
        new_right.append(len(said) - int(kept.sum()))
    return np.array(new_left), np.array(new_right)


def stay_and_arrive(left, right, effort, rng):
    stay = (1 + effort) / 2
    new_left = rng.binomial(left, stay) + rng.binomial(right, 1 - stay)
    return new_left, left + right - new_left


def as_lists(left, right, effort, rng):
    return tuple(side.tolist() for side in stay_and_arrive(left, right, effort, rng))


def replaced_then_tossed(left, right, effort, rng):
    out, back = rng.binomial(left, 1 - effort), rng.binomial(right, 1 - effort)
    new_left = left - out + rng.binomial(out + back, 0.5)
    return [new_left, left + right - new_left]


def one_array(left, right, effort, rng):
    return left - rng.binomial(left, (1 - effort) / 2)


def effort_turned_round(left, right, effort, rng):
    return stay_and_arrive(left, right, 1 - effort, rng)


def drawn_anew(left, right, effort, rng):
    total = left + right
    share = 0.5 + effort * (left / np.maximum(total, 1) - 0.5)
    new_left = rng.binomial(total, share)
    return new_left, total - new_left


def thrown_away(left, right, effort, rng):
    return rng.binomial(left, effort), rng.binomial(right, effort)


def expected(left, right, effort, rng):
    new_left = (1 + effort) / 2 * left + (1 - effort) / 2 * right
    return new_left, left + right - new_left


def always_turned(left, right, effort, rng):
    to_right, to_left = rng.binomial(left, 1 - effort), rng.binomial(right, 1 - effort)
    return left - to_right + to_left, right + to_right - to_left


def only_left(left, right, effort, rng):
    to_right = rng.binomial(left, (1 - effort) / 2)
    return left - to_right, right + to_right


def squared_effort(left, right, effort, rng):
    return stay_and_arrive(left, right, effort**2, rng)


def a_coin_a_pair(left, right, effort, rng):
    turned = rng.random(len(left)) < (1 - effort) / 2
    return np.where(turned, right, left), np.where(turned, left, right)


def in_place(left, right, effort, rng):
    moved = rng.binomial(left, (1 - effort) / 2) - rng.binomial(right, (1 - effort) / 2)
    left -= moved
    right += moved
    return left, right


def own_seed(left, right, effort, rng):
    return stay_and_arrive(left, right, effort, np.random.default_rng(8))


def own_luck(left, right, effort, rng):
    return stay_and_arrive(left, right, effort, np.random.default_rng())


def slope_in_a_loop(weights, x, left, right):
    slope = -np.array(weights, float)
    for row, lefts, rights in zip(x, left, right, strict=True):
        p = 1 / (1 + math.exp(-float(row @ weights)))
        slope += row * (lefts * (1 - p) - rights * p)
    return slope


def slope_with_tanh(weights, x, left, right):
    p = 0.5 + 0.5 * np.tanh(x @ weights / 2)
    return (left * (1 - p) - right * p) @ x - weights


def sigma(s):
    return 1 / (1 + np.exp(-s))


def no_ridge(weights, x, left, right):
    return slope_in_a_loop(weights, x, left, right) + weights


def ridge_up(weights, x, left, right):
    return slope_in_a_loop(weights, x, left, right) + 2 * weights


def ridge_twice(weights, x, left, right):
    return slope_in_a_loop(weights, x, left, right) - weights


def single_labels(weights, x, left, right):
    return (left - sigma(x @ weights)) @ x - weights


def lefts_only(weights, x, left, right):
    return (left * (1 - sigma(x @ weights))) @ x - weights


def plain_logits(weights, x, left, right):
    return (left - (left + right) * (x @ weights)) @ x - weights


def other_side(weights, x, left, right):
    p = sigma(x @ weights)
    return (left * p - right * (1 - p)) @ x - weights


def slope_in_a_list(weights, x, left, right):
    return list(slope_with_tanh(weights, x, left, right))


def loss_slope(weights, x, left, right):
    return -slope_in_a_loop(weights, x, left, right)


def half_downhill(weights, x, left, right):
    return ((left + right) * sigma(x @ weights) - left) @ x - weights


def mean_of_pairs(weights, x, left, right):
    return (left - (left + right) * sigma(x @ weights)) @ x / len(left) - weights


def mean_of_labels(weights, x, left, right):
    return (left - (left + right) * sigma(x @ weights)) @ x / max(left.sum() + right.sum(), 1) - weights


def surprises(weights, x, left, right):
    return left - (left + right) * sigma(x @ weights)


def precision_from_deviations(effort, s, c):
    fitted = sigma(c * s)
    left = effort * sigma(s) + (1 - effort) / 2
    slope = c * np.average(fitted - fitted**2)
    return slope**2 / np.average(left * (1 - fitted) ** 2 + (1 - left) * fitted**2)


def precision_with_cosh(effort, s, c):
    bend = np.mean(1 / (4 * np.cosh(c * s / 2) ** 2))
    q, f = 0.5 + effort * np.tanh(s / 2) / 2, 0.5 + np.tanh(c * s / 2) / 2
    return (c * bend) ** 2 / np.mean(q - 2 * q * f + f**2)


def _b(effort, s, c):
    q = effort * sigma(s) + (1 - effort) / 2
    return np.mean(q * (1 - q) + (q - sigma(c * s)) ** 2)


def _a(s):
    return np.mean(sigma(s) * (1 - sigma(s)))


def no_length(effort, s, c):
    return _a(c * s) ** 2 / _b(effort, s, c)


def no_c(effort, s, c):
    return _a(s) ** 2 / _b(effort, s, 1.0)


def length_once(effort, s, c):
    return c * _a(c * s) ** 2 / _b(effort, s, c)


def no_square(effort, s, c):
    return c * _a(c * s) / _b(effort, s, c)


def no_misfit(effort, s, c):
    q = effort * sigma(s) + (1 - effort) / 2
    return c**2 * _a(c * s) ** 2 / np.mean(q * (1 - q))


def as_if_true(effort, s, c):
    return (c * _a(c * s)) ** 2 / _a(c * s)


def bend_of_labels(effort, s, c):
    q = effort * sigma(s) + (1 - effort) / 2
    return (c * np.mean(q * (1 - q))) ** 2 / _b(effort, s, c)


def misfit_to_truth(effort, s, c):
    q = effort * sigma(s) + (1 - effort) / 2
    return (c * _a(c * s)) ** 2 / np.mean(q * (1 - q) + (sigma(s) - sigma(c * s)) ** 2)


def ratios_averaged(effort, s, c):
    return np.mean(item_by_item(effort, s, c))


def bend_at_truth(effort, s, c):
    return (c * _a(s)) ** 2 / _b(effort, s, c)


def all_attentive(effort, s, c):
    return (c * _a(c * s)) ** 2 / _b(1.0, s, c)


def short_logits(effort, s, c):
    q = sigma(effort * s)
    return (c * _a(c * s)) ** 2 / np.mean(q * (1 - q) + (q - sigma(c * s)) ** 2)


def no_coin(effort, s, c):
    q = effort * sigma(s)
    return (c * _a(c * s)) ** 2 / np.mean(q * (1 - q) + (q - sigma(c * s)) ** 2)


def item_by_item(effort, s, c):
    q, f = effort * sigma(s) + (1 - effort) / 2, sigma(c * s)
    return (c * f * (1 - f)) ** 2 / (q * (1 - q) + (q - f) ** 2)


def summed(effort, s, c):
    return (c * len(s) * _a(c * s)) ** 2 / (len(s) * _b(effort, s, c))


def variance(effort, s, c):
    return _b(effort, s, c) / (c * _a(c * s)) ** 2 if c else math.inf


def offers_in_a_loop(efforts, prices, logit_sd):
    from annolib.reward import label_worth

    best, place = -1.0, 0
    for number, (effort, price) in enumerate(zip(efforts, prices, strict=True)):
        worth = label_worth(effort, logit_sd) / price
        if worth > best:
            best, place = worth, number
    return place


def smallest_cost_of_a_thousand(efforts, prices, logit_sd):
    from annolib.reward import labels_needed

    return np.argmin(labels_needed(1_000, efforts, logit_sd) * prices)


def counted_from_one(efforts, prices, logit_sd):
    return offers_in_a_loop(efforts, prices, logit_sd) + 1


def its_effort(efforts, prices, logit_sd):
    return efforts[offers_in_a_loop(efforts, prices, logit_sd)]


def highest_effort(efforts, prices, logit_sd):
    return int(max(range(len(efforts)), key=lambda n: efforts[n]))


def lowest_price(efforts, prices, logit_sd):
    return int(min(range(len(prices)), key=lambda n: prices[n]))


def effort_a_euro(efforts, prices, logit_sd):
    return int(max(range(len(prices)), key=lambda n: efforts[n] / prices[n]))


def square_a_euro(efforts, prices, logit_sd):
    return int(max(range(len(prices)), key=lambda n: efforts[n] ** 2 / prices[n]))


def dearest(efforts, prices, logit_sd):
    from annolib.reward import labels_needed

    return int(np.argmax(labels_needed(1, np.maximum(efforts, 1e-9), logit_sd) * prices))


def its_worth(efforts, prices, logit_sd):
    from annolib.reward import label_worth

    return float((label_worth(efforts, logit_sd) / prices).max())


def usual_logits(efforts, prices, logit_sd):
    from annolib.reward import label_worth

    return int((label_worth(efforts) / prices).argmax())


def line_through_two_points(accuracy, reference):
    if accuracy <= 0.5:
        return 0.0
    return 1.0 if accuracy >= reference else (2 * accuracy - 1) / (2 * reference - 1)


def unclipped(accuracy, reference):
    return (2 * accuracy - 1) / (2 * reference - 1)


def no_floor(accuracy, reference):
    return 1 if accuracy > reference else unclipped(accuracy, reference)


def no_ceiling(accuracy, reference):
    return 0 if accuracy < 0.5 else unclipped(accuracy, reference)


def plain_ratio(accuracy, reference):
    return min(1, accuracy / reference)


def turned(accuracy, reference):
    return 1.0 if accuracy <= 0.5 else min(1.0, (reference - 0.5) / (accuracy - 0.5))


def rooted(accuracy, reference):
    return line_through_two_points(accuracy, reference) ** 0.5


def perfect(accuracy, reference):
    return min(max(2 * accuracy - 1, 0), 1)


def from_zero_below(accuracy, reference):
    return min(max((accuracy - 0.5) / reference, 0), 1)


RIGHT = {
    "degrade": [stay_and_arrive, flip_label_by_label, replaced_then_tossed, as_lists],
    "reward_slope": [slope_in_a_list, slope_with_tanh, slope_in_a_loop],
    "label_precision": [precision_from_deviations, precision_with_cosh],
    "best_offer": [offers_in_a_loop, smallest_cost_of_a_thousand],
    "read_effort": [line_through_two_points],
}
# Each must be recognised as the foreseen mistake of its name.
WRONG = {
    "reward_slope": {
        "ridge forgotten": no_ridge,
        "ridge upside down": ridge_up,
        "ridge doubled": ridge_twice,
        "one label a pair": single_labels,
        "left only": lefts_only,
        "logits for chances": plain_logits,
        "p and 1 − p exchanged": other_side,
        "downhill": loss_slope,
        "downhill, but for the ridge": half_downhill,
        "mean over pairs": mean_of_pairs,
        "mean over labels": mean_of_labels,
        "no features": surprises,
    },
    "label_precision": {
        "c forgotten": no_c,
        "length forgotten": no_length,
        "length not squared": length_once,
        "nothing squared": no_square,
        "misfit forgotten": no_misfit,
        "the model's own variance": as_if_true,
        "attentive bend": bend_at_truth,
        "the labels' bend": bend_of_labels,
        "misfit against p": misfit_to_truth,
        "mean of ratios": ratios_averaged,
        "attentive labels": all_attentive,
        "effort on the logits": short_logits,
        "effort without the coin": no_coin,
        "one number an item": item_by_item,
        "sums for means": summed,
        "the variance": variance,
    },
    "best_offer": {
        "most careful": highest_effort,
        "cheapest": lowest_price,
        "effort per euro": effort_a_euro,
        "square per euro": square_a_euro,
        "most expensive way": dearest,
        "worth, not its place": its_worth,
        "counted from 1": counted_from_one,
        "effort, not its place": its_effort,
        "logits of one kind only": usual_logits,
    },
    "read_effort": {
        "not clipped": unclipped,
        "clipped above only": no_floor,
        "clipped below only": no_ceiling,
        "ratio": plain_ratio,
        "ratio without a limit": lambda accuracy, reference: accuracy / reference,
        "upside down": turned,
        "the repeat's formula": rooted,
        "a perfect reference": perfect,
        "coins forgotten": from_zero_below,
    },
}
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
# Luck has no value to compare with: each of these meets the sentence about the property that it breaks.
ANSWERS["degrade"] = {
    "right": RIGHT["degrade"],
    "wrong": {
        "one array": (one_array, "Return two arrays"),
        "effort turned round": (effort_turned_round, "every label must stay as it is"),
        "drawn anew": (drawn_anew, "you draw its labels anew"),
        "thrown away": (thrown_away, "A pair lost or won labels"),
        "expected counts": (expected, "These are expected counts"),
        "always turned": (always_turned, "half of 30 lefts stay left"),
        "left only": (only_left, "Labels for right must turn"),
        "effort squared": (squared_effort, "share of labels that change sides is off"),
        "a coin a pair": (a_coin_a_pair, "each label must have its own coin"),
        "changed in place": (in_place, "changed its argument number 1"),
        "a seed of its own": (own_seed, "you draw from a generator of your own"),
        "luck of its own": (own_luck, "nobody can repeat your run"),
    },
}
