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


def left_rate_by_counts(labels):
    left, right = (sum(label == side for label in labels) for side in ("left", "right"))
    return left / (left + right) if left + right > 0 else float("nan")


def nan_without_left(labels):
    decided = [label for label in labels if label != "tie"]
    return decided.count("left") / len(decided) if "left" in decided else np.nan


def by_position(labels):
    left = right = 0
    for place in range(len(labels)):
        left += labels[place] == "left"
        right += labels[place] == "right"
    return left / (left + right) if left + right else np.nan


def odds_of_left(labels):
    left, right = (sum(label == side for label in labels) for side in ("left", "right"))
    return left / right if right else np.nan


def balance(labels):
    left, right = (sum(label == side for label in labels) for side in ("left", "right"))
    return (left - right) / (left + right) if left + right else np.nan


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


def squared_shares(counts):
    counts = np.asarray(counts)
    return float(np.mean(((counts / counts.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)))


def no_brackets(counts):
    counts = np.asarray(counts)
    totals = counts.sum(axis=1)
    return float((counts * counts - 1 / 2).sum() / (totals * totals - 1 / 2).sum())


def share_on_top(counts):
    return sum(max(row) for row in counts) / sum(sum(row) for row in counts)


def unanimous_items(counts):
    return sum(max(row) == sum(row) for row in counts) / len(counts)


def logistic(left, right):
    return expit(np.subtract(left, right))


def by_tanh(left, right):
    return (1 + np.tanh((np.asarray(left) - right) / 2)) / 2


def normal_curve(left, right):
    from scipy.stats import norm

    return norm.cdf(np.subtract(left, right))


def tens(left, right):
    return 10 ** np.asarray(left, float) / (10 ** np.asarray(left, float) + 10 ** np.asarray(right, float))


def chess(left, right):
    return 1 / (1 + 10 ** (np.subtract(right, left) / 400))


def one_plus(left, right):
    return 1 + np.exp(np.subtract(right, left))


def pair_by_pair(left, right):
    if np.ndim(left) == 0:
        return expit(left - right)
    return np.squeeze([expit(x - y) for x, y in zip(left, right, strict=False)])


def wrong_way_round(left, right):
    return expit(np.subtract(right, left))


def raw_ratio(left, right):
    return np.divide(left, np.add(left, right))


def plain_difference(left, right):
    return np.subtract(left, right)


def exponential(left, right):
    return np.exp(left) / np.exp(right)


def worth_by_matrix(wins, worth):
    pairs = np.add.outer(worth, worth)
    return np.sum(wins, axis=1) / np.sum((wins + np.transpose(wins)) / pairs, axis=1)


def worth_in_a_loop(wins, worth):
    new = []
    for i, row in enumerate(wins):
        below = sum((row[j] + wins[j, i]) / (worth[i] + worth[j]) for j in range(len(worth)) if j != i)
        new.append(row.sum() / below)
    return np.array(new)


def _below(wins, worth):
    return ((wins + wins.T) / np.add.outer(worth, worth)).sum(axis=1)


def losses(wins, worth):
    return wins.T.sum(axis=1) / _below(wins, worth)


def only_wins(wins, worth):
    return wins.sum(axis=1) / (wins / np.add.outer(worth, worth)).sum(axis=1)


def own_worth(wins, worth):
    return worth * wins.sum(axis=1) / (wins + wins.T).sum(axis=1)


def their_worth(wins, worth):
    return wins.sum(axis=1) / ((wins + wins.T) @ (1 / worth))


def win_share(wins, worth):
    return wins.sum(axis=1) / (wins.sum(axis=0) + wins.sum(axis=1))


def expected(wins, worth):
    return worth * _below(wins, worth)


def times_worth(wins, worth):
    return worth * wins.sum(axis=1) / _below(wins, worth)


def summing_to_one(wins, worth):
    new = wins.sum(axis=1) / _below(wins, worth)
    return new / np.sum(new)


def around_one(wins, worth):
    new = wins.sum(axis=1) / _below(wins, worth)
    return new * len(new) / np.sum(new)


def logs(wins, worth):
    return np.log(wins.sum(axis=1)) - np.log(_below(wins, worth))


def minority_in_one_line(shared, certainty):
    return 0.5 - certainty + 2 * shared * certainty


def majority_score(shared, certainty):
    return certainty + 0.5


def weights_the_wrong_way(shared, certainty):
    return 0.5 + certainty - 2 * shared * certainty


def _agree(p, q):
    return p * q + (1 - p) * (1 - q)


def two_random_labels(shared, certainty):
    p, q = 0.5 + certainty, 0.5 - certainty
    return shared * _agree(p, p) + (1 - shared) * _agree(p, q)


def coin_when_contested(shared, certainty):
    return 0.5 + shared * certainty


def only_shared(shared, certainty):
    return shared / 2 + shared * certainty


def ignores_certainty(shared, certainty):
    return shared


def down_the_columns(counts):
    totals = counts.sum(axis=0)
    return (counts * (counts - 1) / 2).sum() / (totals * (totals - 1) / 2).sum()


def halved_on_top(counts):
    totals = counts.sum(axis=1)
    return (counts * (counts - 1) / 2).sum() / (totals * (totals - 1)).sum()


def halved_below(counts):
    totals = counts.sum(axis=1)
    return (counts * (counts - 1)).sum() / (totals * (totals - 1) / 2).sum()


def logs_around_zero(wins, worth):
    new = worth_by_matrix(wins, worth)
    return new / np.prod(new) ** (1 / len(new))


def seen_over_expected(wins, worth):
    share = worth[:, None] / (worth[:, None] + worth[None, :])
    return wins.sum(axis=1) / np.sum((wins + wins.T) * share, axis=1)


def into_whole_numbers(wins, worth):
    out = np.zeros(len(worth), dtype=int)
    out[:] = worth_by_matrix(wins, worth)
    return out


RIGHT = {
    "left_rate": [left_rate_by_list, left_rate_by_counts],
    "pair_agreement": [agreement_by_squares],
    "bradley_terry": [logistic, by_tanh],
    "worth_step": [worth_by_matrix, worth_in_a_loop],
    "minority_score": [minority_in_one_line],
}


def nan_without_right(labels):
    counts = {side: sum(label == side for label in labels) for side in ("left", "right")}
    return counts["left"] / sum(counts.values()) if counts["right"] else np.nan


def half_when_all_tie(labels):
    decided = [label == "left" for label in labels if label != "tie"]
    return sum(decided) / len(decided) if decided else 0.5


def krippendorffs_agreement(counts):
    total = weight = 0
    for row in np.asarray(counts):
        n = row.sum()
        if n > 1:
            total += n * (row * (row - 1)).sum() / (n * (n - 1))
            weight += n
    return total / weight


def one_big_item(counts):
    pooled = np.asarray(counts).sum(axis=0)
    return (pooled * (pooled - 1)).sum() / (pooled.sum() * (pooled.sum() - 1))


def twice_one_worth(wins, worth):
    games = wins + wins.T
    return wins.sum(axis=1) / np.sum(games / (2 * worth), axis=1)


def model_after_model(wins, worth):
    fresh = [float(one) for one in worth]
    for i, row in enumerate(wins):
        fresh[i] = sum(row) / sum((row[j] + wins[j][i]) / (fresh[i] + fresh[j]) for j in range(len(row)))
    return np.array(fresh)


def of_the_text(shared, certainty):
    return 0.9 * shared + 0.1 * (1 - shared)


def certain_share(shared, certainty):
    return 1 - certainty + shared * (2 * certainty - 1)


WRONG = {
    "left_rate": {
        "ties in the whole": left_among_all,
        "share of right": right_among_decided,
        "half a tie": ties_count_half,
        "unknown without a left": nan_without_left,
        "unknown without a right": nan_without_right,
        "half for only ties": half_when_all_tie,
        "by positions": by_position,
        "left to right": odds_of_left,
        "difference of shares": balance,
        "zero for only ties": zero_when_all_tie,
    },
    "pair_agreement": {
        "mean of item rates": average_of_rates,
        "weighted by labels": krippendorffs_agreement,
        "sums of columns": down_the_columns,
        "half on top only": halved_on_top,
        "half at the bottom only": halved_below,
        "all items as one": one_big_item,
        "mean of item rates, none for a single label": average_with_nan,
        "pairs a label with itself": with_replacement,
        "mean of squared shares": squared_shares,
        "operator precedence": no_brackets,
        "share of the majority": share_on_top,
        "only unanimous items": unanimous_items,
    },
    "bradley_terry": {
        "sides exchanged": wrong_way_round,
        "ratio of rewards": raw_ratio,
        "probit": normal_curve,
        "base ten": tens,
        "Elo": chess,
        "operator precedence": one_plus,
        "one pair after the other": pair_by_pair,
        "log odds": plain_difference,
        "odds": exponential,
    },
    "worth_step": {
        "losses on top": losses,
        "wins for games": only_wins,
        "own worth only": own_worth,
        "opponent's worth only": their_worth,
        "share of wins": win_share,
        "own worth twice": twice_one_worth,
        "new worths at once": model_after_model,
        "expected wins": expected,
        "multiplied by the old worth": times_worth,
        "rescaled": summing_to_one,
        "rescaled to a geometric mean of 1": logs_around_zero,
        "expected wins at the bottom": seen_over_expected,
        "whole numbers": into_whole_numbers,
        "rescaled to a mean of 1": around_one,
        "rewards, not worths": logs,
    },
    "minority_score": {
        "larger group": majority_score,
        "weights exchanged": weights_the_wrong_way,
        "never right on contested items": only_shared,
        "both labels random": two_random_labels,
        "a coin on contested items": coin_when_contested,
        "labels are certain": ignores_certainty,
        "the text's numbers": of_the_text,
        "certainty for the chance": certain_share,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
