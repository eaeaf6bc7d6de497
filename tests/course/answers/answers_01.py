"""Answers to lesson 01, written apart from its definition."""

import numpy as np
from scipy.special import expit


def left_rate_by_list(labels):
    decided = [label for label in labels if label != "tie"]
    return decided.count("left") / len(decided) if decided else np.nan


def left_among_all(labels):
    return list(labels).count("left") / len(labels)


def right_among_decided(labels):
    decided = [label for label in labels if label != "tie"]
    return decided.count("right") / len(decided) if decided else np.nan


def ties_count_half(labels):
    worth = {"left": 1.0, "tie": 0.5, "right": 0.0}
    return sum(worth[label] for label in labels) / len(labels)


def zero_when_all_tie(labels):
    decided = [label for label in labels if label != "tie"]
    return decided.count("left") / max(len(decided), 1)


def agreement_by_squares(counts):
    counts = np.asarray(counts, dtype=float)
    totals = counts.sum(1)
    return float(((counts**2).sum() - counts.sum()) / ((totals**2).sum() - totals.sum()))


def average_of_rates(counts):
    rates = []
    for row in np.asarray(counts):
        n = row.sum()
        if n > 1:
            rates.append(sum(c * (c - 1) for c in row) / (n * (n - 1)))
    return float(sum(rates) / len(rates))


def average_with_nan(counts):
    counts = np.asarray(counts, dtype=float)
    pairs = counts.sum(axis=1) * (counts.sum(axis=1) - 1)
    agreeing = (counts * (counts - 1)).sum(axis=1)
    return float(np.mean(np.divide(agreeing, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)))


def with_replacement(counts):
    counts = np.asarray(counts)
    return float((counts * counts).sum() / (counts.sum(axis=1) * counts.sum(axis=1)).sum())


def share_on_top(counts):
    return sum(max(row) for row in counts) / sum(sum(row) for row in counts)


def unanimous_items(counts):
    return sum(max(row) == sum(row) for row in counts) / len(counts)


def logistic(left, right):
    return expit(np.subtract(left, right))


def wrong_way_round(left, right):
    return expit(np.subtract(right, left))


def raw_ratio(left, right):
    return np.divide(left, np.add(left, right))


def plain_difference(left, right):
    return np.subtract(left, right)


def exponential(left, right):
    return np.exp(left) / np.exp(right)


def agreement_by_loop(p, q):
    return sum(a * b + (1 - a) * (1 - b) for a, b in zip(p, q, strict=True)) / len(p)


def left_left(p, q):
    return float(np.dot(p, q) / len(p))


def means_first(p, q):
    a, b = sum(p) / len(p), sum(q) / len(q)
    return a * b + (1 - a) * (1 - b)


def nearness(p, q):
    return 1 - sum(abs(a - b) for a, b in zip(p, q, strict=True)) / len(p)


def differ(p, q):
    return sum(a * (1 - b) + b * (1 - a) for a, b in zip(p, q, strict=True)) / len(p)


def item_by_item(p, q):
    return np.array([a * b + (1 - a) * (1 - b) for a, b in zip(p, q, strict=True)])


def minority_in_one_line(shared, certainty):
    return 0.5 - certainty + 2 * shared * certainty


def majority_score(shared, certainty):
    return certainty + 0.5


def weights_the_wrong_way(shared, certainty):
    return 0.5 + certainty - 2 * shared * certainty


def as_in_exercise_4(shared, certainty):
    p, q = 0.5 + certainty, 0.5 - certainty
    return shared * agreement_by_loop([p], [p]) + (1 - shared) * agreement_by_loop([p], [q])


def coin_when_contested(shared, certainty):
    return 0.5 + shared * certainty


def only_shared(shared, certainty):
    return shared / 2 + shared * certainty


def ignores_certainty(shared, certainty):
    return shared


RIGHT = {
    "left_rate": [left_rate_by_list],
    "pair_agreement": [agreement_by_squares],
    "bradley_terry": [logistic],
    "chance_of_agreement": [agreement_by_loop],
    "minority_score": [minority_in_one_line],
}
WRONG = {
    "left_rate": {
        "ties in the whole": left_among_all,
        "share of right": right_among_decided,
        "half a tie": ties_count_half,
        "zero for only ties": zero_when_all_tie,
    },
    "pair_agreement": {
        "mean of item rates": average_of_rates,
        "mean of item rates, none for a single label": average_with_nan,
        "pairs a label with itself": with_replacement,
        "share of the majority": share_on_top,
        "only unanimous items": unanimous_items,
    },
    "bradley_terry": {
        "sides exchanged": wrong_way_round,
        "ratio of rewards": raw_ratio,
        "log odds": plain_difference,
        "odds": exponential,
    },
    "chance_of_agreement": {
        "both left only": left_left,
        "averages first": means_first,
        "distance of tastes": nearness,
        "disagreement": differ,
        "one value per item": item_by_item,
    },
    "minority_score": {
        "larger group": majority_score,
        "weights exchanged": weights_the_wrong_way,
        "never right on contested items": only_shared,
        "both labels random": as_in_exercise_4,
        "a coin on contested items": coin_when_contested,
        "labels are certain": ignores_certainty,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
