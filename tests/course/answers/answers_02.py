"""Answers to lesson 02, written apart from its definition."""

import math

import numpy as np


def hits_by_sums(says, belief):
    first, second = np.nan_to_num(says), np.nan_to_num(1 - says)
    return (first @ belief + second @ (1 - belief)) / (first + second).sum(axis=1)


def hits_in_a_loop(says, belief):
    found = np.empty(len(says))
    for w, row in enumerate(says):
        there = ~np.isnan(row)
        found[w] = np.mean(1 - np.abs(row[there] - belief[there]))
    return found


def nan_is_second(says, belief):
    return np.mean((says == 1) * belief + (says != 1) * (1 - belief), axis=1)


def by_all_items(says, belief):
    first, second = np.nan_to_num(says), np.nan_to_num(1 - says)
    return (first @ belief + second @ (1 - belief)) / len(belief)


def first_only(says, belief):
    return np.nanmean(belief * says, axis=1)


def rounded(says, belief):
    return hits_by_sums(says, np.where(belief > 0.5, 1.0, 0.0))


def per_item(says, belief):
    return np.nanmean(1 - np.abs(says - belief), axis=0)


def misses(says, belief):
    return np.nanmean(np.abs(says - belief), axis=1)


def smoothed(says, belief):
    first, second = np.nan_to_num(says), np.nan_to_num(1 - says)
    return (first @ belief + second @ (1 - belief) + 1) / ((first + second).sum(axis=1) + 2)


def hits_in_a_list(says, belief):
    return [float(one) for one in hits_in_a_loop(says, belief)]


def whole_crowd(says, belief):
    return np.nanmean(1 - np.abs(says - belief))


def odds_by_logs(says, accuracy):
    first = np.nansum(
        np.where(says == 1, np.log(accuracy)[:, None], 0)
        + np.where(says == 0, np.log1p(-accuracy)[:, None], 0),
        axis=0,
    )
    second = np.nansum(
        np.where(says == 1, np.log1p(-accuracy)[:, None], 0)
        + np.where(says == 0, np.log(accuracy)[:, None], 0),
        axis=0,
    )
    return 1 / (1 + np.exp(second - first))


def odds_one_by_one(says, accuracy):
    found = []
    for column in says.T:
        total = 0.0
        for said, hit in zip(column, accuracy, strict=True):
            if not np.isnan(said):
                total += math.log(hit / (1 - hit)) * (1 if said else -1)
        found.append((1 + math.tanh(total / 2)) / 2)
    return np.array(found)


def share_of_first(says, accuracy):
    return np.where(
        np.isnan(says).all(axis=0),
        0.5,
        np.nan_to_num(says).sum(axis=0) / np.maximum((~np.isnan(says)).sum(axis=0), 1),
    )


def share_by_accuracy(says, accuracy):
    there = (~np.isnan(says)) * accuracy[:, None]
    total = there.sum(axis=0)
    return np.where(
        total > 0, (np.nan_to_num(says) * accuracy[:, None]).sum(axis=0) / np.where(total > 0, total, 1), 0.5
    )


def _from(accuracy, votes):
    return 1 / (1 + np.exp(-np.log(accuracy / (1 - accuracy)) @ votes))


def nan_votes_second(says, accuracy):
    return _from(accuracy, np.where(says == 1, 1, -1))


def nan_spreads(says, accuracy):
    return _from(accuracy, 2 * says - 1)


def adds_first(says, accuracy):
    return _from(accuracy, np.where(says == 1, 1, 0))


def log_odds(says, accuracy):
    return np.log(accuracy / (1 - accuracy)) @ np.nan_to_num(2 * says - 1)


def second_true(says, accuracy):
    return _from(accuracy, -np.nan_to_num(2 * says - 1))


def cut_at_zero(says, accuracy):
    weight = np.clip(np.log(accuracy / (1 - accuracy)), 0, None)
    return 1 / (1 + np.exp(-(weight @ np.nan_to_num(2 * says - 1))))


def half_weight(says, accuracy):
    return 1 / (1 + np.exp(-(np.log(accuracy) @ np.nan_to_num(2 * says - 1))))


def along_the_items(says, accuracy):
    weight = np.log(accuracy / (1 - accuracy))
    return 1 / (1 + np.exp(-(weight * np.nan_to_num(2 * says - 1)).sum(axis=0)))


def mean_weight(says, accuracy):
    weight = np.log(accuracy / (1 - accuracy))
    return 1 / (1 + np.exp(-np.nanmean(weight[:, None] * (2 * says - 1), axis=0)))


def prior_of_labels(says, accuracy):
    share = np.nanmean(says)
    odds = np.log(accuracy / (1 - accuracy)) @ np.nan_to_num(2 * says - 1) + np.log(share / (1 - share))
    return 1 / (1 + np.exp(-odds))


def beliefs_in_a_list(says, accuracy):
    return odds_by_logs(says, accuracy).tolist()


def decimal(says, accuracy):
    return 1 / (1 + np.exp(-(np.log10(accuracy / (1 - accuracy)) @ np.nan_to_num(2 * says - 1))))


def products(says, accuracy):
    first = np.prod(
        np.where(np.isnan(says), 1, np.where(says == 1, accuracy[:, None], 1 - accuracy[:, None])), axis=0
    )
    second = np.prod(
        np.where(np.isnan(says), 1, np.where(says == 0, accuracy[:, None], 1 - accuracy[:, None])), axis=0
    )
    return first / (first + second)


def overflowing(says, accuracy):
    """Powers of odds, which leave the range of numbers when a hundred people agree."""
    odds = (
        np.prod(
            np.where(np.isnan(says), 1, (accuracy / (1 - accuracy))[:, None] ** (2 * says - 1)) ** 2, axis=0
        )
        ** 0.5
    )
    return odds / (1 + odds)


def weight_by_logit(shared, certainty):
    return 2 * math.atanh(2 * certainty * (2 * shared - 1))


def weight_by_kinds(shared, certainty):
    hit = shared * (0.5 + certainty) + (1 - shared) * (0.5 - certainty)
    return math.log(hit) - math.log(1 - hit)


def grade_only(shared, certainty):
    return 0.5 - certainty + 2 * certainty * shared


def of_the_larger(shared, certainty):
    return math.log1p(2 * certainty) - math.log1p(-2 * certainty)


def shared_only(shared, certainty):
    grade = shared * (0.5 + certainty) + (1 - shared) * 0.5
    return math.log(grade / (1 - grade))


def hits_of_shared(shared, certainty):
    grade = shared * (0.5 + certainty)
    with np.errstate(divide="ignore"):
        return np.log(grade / (1 - grade))


def half_the_slope(shared, certainty):
    return 2 * math.atanh(2 * certainty * (shared - 0.5))


def in_tens(shared, certainty):
    grade = 0.5 + certainty * (2 * shared - 1)
    return math.log10(grade / (1 - grade))


def turned(shared, certainty):
    return 2 * math.atanh(2 * certainty * (1 - 2 * shared))


def one_log(shared, certainty):
    return math.log(0.5 + certainty * (2 * shared - 1))


def not_below_zero(shared, certainty):
    return max(weight_by_logit(shared, certainty), 0)


def by_variance(p, effort):
    return 0.5 + 2 * effort**2 * np.mean((np.asarray(p) - 0.5) ** 2)


def by_spread(p, effort):
    """1 − 2m(1 − m) + 2 Var, item by item, as in the text."""
    left = 0.5 + effort * (np.asarray(p) - 0.5)
    mean = left.mean(axis=0)
    return np.mean(1 - 2 * mean * (1 - mean) + 2 * left.var(axis=0))


def strangers(p, effort):
    mean = (0.5 + effort * (np.asarray(p) - 0.5)).mean(axis=0)
    return np.mean(1 - 2 * mean * (1 - mean))


def effort_once(p, effort):
    return 0.5 + 2 * effort * np.mean((np.asarray(p) - 0.5) ** 2)


def full_care(p, effort):
    return by_variance(p, 1.0)


def judged_only(p, effort):
    return effort**2 * np.mean(1 - 2 * np.asarray(p) * (1 - np.asarray(p)))


def effort_times_p(p, effort):
    left = effort * np.asarray(p)
    return np.mean(left**2 + (1 - left) ** 2)


def one_mean(p, effort):
    left = 0.5 + effort * (np.mean(p) - 0.5)
    return left**2 + (1 - left) ** 2


def left_twice(p, effort):
    return np.mean((0.5 + effort * (np.asarray(p) - 0.5)) ** 2)


def item_by_item(p, effort):
    left = 0.5 + effort * (np.asarray(p) - 0.5)
    return np.mean(1 - 2 * left * (1 - left), axis=0)


def half_of_it(p, effort):
    return 0.5 + effort**2 * np.mean((np.asarray(p) - 0.5) ** 2)


RIGHT = {
    "accuracies": [hits_in_a_list, hits_by_sums, hits_in_a_loop],
    "beliefs": [beliefs_in_a_list, odds_by_logs, odds_one_by_one],
    "minority_weight": [weight_by_logit, weight_by_kinds],
    "repeat_agreement": [by_variance, by_spread],
}
WRONG = {
    "accuracies": {
        "missing labels count as second": nan_is_second,
        "divided by all items": by_all_items,
        "only first counts": first_only,
        "truth rounded": rounded,
        "over the wrong axis": per_item,
        "missed, not hit": misses,
        "smoothed": smoothed,
        "one number for all": whole_crowd,
    },
    "beliefs": {
        "plain vote": share_of_first,
        "weighted by accuracy": share_by_accuracy,
        "missing labels count as second": nan_votes_second,
        "missing labels spread": nan_spreads,
        "only first counts": adds_first,
        "log odds, not chance": log_odds,
        "turned round": second_true,
        "no negative weights": cut_at_zero,
        "log of a only": half_weight,
        "weights along the items": along_the_items,
        "mean of weights": mean_weight,
        "odds that are not even": prior_of_labels,
        "base ten": decimal,
    },
    "minority_weight": {
        "accuracy, not weight": grade_only,
        "the larger group's": of_the_larger,
        "contested items forgotten": shared_only,
        "shared items only": hits_of_shared,
        "s − ½ for 2s − 1": half_the_slope,
        "base ten": in_tens,
        "s for 1 − s": turned,
        "only one log": one_log,
        "no weight below a coin": not_below_zero,
    },
    "repeat_agreement": {
        "people averaged first": strangers,
        "effort once": effort_once,
        "no effort": full_care,
        "no coin flips": judged_only,
        "effort on the chance": effort_times_p,
        "all averaged first": one_mean,
        "both left only": left_twice,
        "one number an item": item_by_item,
        "factor 2 missing": half_of_it,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
ANSWERS["beliefs"]["wrong"]["products that overflow"] = (overflowing, "A product of many chances")
ANSWERS["beliefs"]["wrong"]["products that vanish"] = (products, "A product of two thousand")
