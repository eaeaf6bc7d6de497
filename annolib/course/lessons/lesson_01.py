"""Lesson 01: read preference data."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from annolib.course.definitions import (
    Case,
    Exercise,
    LessonDefinition,
    Mistake,
    Property,
    Question,
    Rubric,
    Variant,
    between,
)
from annolib.preferences import models as preferences
from annolib.preferences.taste_groups import agreement_with_majority


def _left_rate(labels):
    labels = np.asarray(labels)
    decided = labels[labels != "tie"]
    return float(np.mean(decided == "left")) if decided.size else float("nan")


def _left_to_right(labels):
    labels = np.asarray(labels)
    right = np.sum(labels == "right")
    return float(np.sum(labels == "left") / right) if right else float("nan")


def _left_rate_by_counting(labels):
    left = right = 0
    for label in labels:
        left += label == "left"
        right += label == "right"
    return left / (left + right) if left + right else float("nan")


LEFT_RATE = Exercise(
    name="left_rate",
    reference=_left_rate,
    oracle=_left_rate_by_counting,
    probes=(
        Case("some of each", np.array(["left", "tie", "left", "right", "tie"])),
        Case("no ties", np.array(["right", "left", "right", "right"])),
        Case("always left", np.array(["left", "left", "left"])),
        Case("one label that is no tie", np.array(["tie", "left", "tie"])),
        Case("never left", np.array(["right", "tie", "right"])),
        Case(
            "one worker's rows of a table", pd.Series(["tie", "left", "right", "left"], index=[7, 3, 12, 5])
        ),
        Case("only ties", np.array(["tie", "tie"])),
    ),
    mistakes=(
        Mistake(
            "ties in the whole",
            lambda labels: float(np.mean(np.asarray(labels) == "left")),
            "Ties are still in the whole. Drop them before you take the share.",
        ),
        Mistake(
            "share of right",
            lambda labels: 1 - _left_rate(labels),
            "This is the share of right. Count the other side.",
        ),
        Mistake(
            "half a tie",
            lambda labels: float(
                np.mean((np.asarray(labels) == "left") + 0.5 * (np.asarray(labels) == "tie"))
            ),
            "A tie counted as half a left hides the habit. Leave ties out.",
        ),
        Mistake(
            "unknown without a left",
            lambda labels: _left_rate(labels) or float("nan"),
            "Somebody who never clicks left has the rate 0. Ask whether any label is no tie, not whether any is left.",
        ),
        Mistake(
            "by positions",
            lambda labels: _left_rate([labels[place] for place in range(len(labels))]),
            "A column of a table is asked for its row names by labels[i], and these need not start at 0. "
            "Loop over the labels themselves, or begin with np.asarray(labels).",
        ),
        Mistake(
            "left to right",
            _left_to_right,
            "This compares left with right. A share has the whole at the bottom: left and right together.",
        ),
        Mistake(
            "difference of shares",
            lambda labels: 2 * _left_rate(labels) - 1,
            "This is left minus right, over both. A share lies between 0 and 1.",
        ),
        Mistake(
            "unknown without a right",
            lambda labels: _left_rate(labels) if "right" in set(labels) else float("nan"),
            "Somebody who only clicks left has the rate 1. Ask whether any label is no tie, not whether any is right.",
        ),
        Mistake(
            "half for only ties",
            lambda labels: 0.5 if set(labels) == {"tie"} else _left_rate(labels),
            "With only ties the share is unknown: ½ would say that left and right were as frequent. Return float('nan').",
        ),
        Mistake(
            "zero for only ties",
            lambda labels: 0.0 if set(labels) == {"tie"} else _left_rate(labels),
            "With only ties the share is unknown, not 0. Return float('nan').",
        ),
    ),
)


def _pair_agreement(counts):
    counts = np.asarray(counts)
    totals = counts.sum(axis=1)
    return float((counts * (counts - 1)).sum() / (totals * (totals - 1)).sum())


def _pair_agreement_by_listing(counts):
    agreeing = pairs = 0
    for row in np.asarray(counts):
        labels = [label for label, count in enumerate(row) for _ in range(int(count))]
        for one, other in combinations(labels, 2):
            pairs += 1
            agreeing += one == other
    return agreeing / pairs


def _mean_of_items(counts):
    return float(np.mean([_pair_agreement([row]) for row in np.asarray(counts) if sum(row) > 1]))


def _mean_of_all_items(counts):
    rates = [_pair_agreement([row]) if sum(row) > 1 else float("nan") for row in np.asarray(counts)]
    return float(np.mean(rates))


def _weighted_by_labels(counts):
    kept = [row for row in np.asarray(counts) if sum(row) > 1]
    return float(np.average([_pair_agreement([row]) for row in kept], weights=[sum(row) for row in kept]))


def _with_itself(counts):
    counts = np.asarray(counts)
    return float((counts**2).sum() / (counts.sum(axis=1) ** 2).sum())


def _majority_share(counts):
    counts = np.asarray(counts)
    return float(counts.max(axis=1).sum() / counts.sum())


PAIR_AGREEMENT = Exercise(
    name="pair_agreement",
    reference=_pair_agreement,
    oracle=_pair_agreement_by_listing,
    probes=(
        Case("the item of the text", np.array([[3, 0, 1]])),
        Case("two items of different size", np.array([[3, 0, 1], [1, 1, 0]])),
        Case("an item with one label", np.array([[2, 2, 0], [0, 1, 0], [5, 1, 2]])),
        Case("all of one mind", np.array([[4, 0, 0], [0, 0, 3]])),
    ),
    mistakes=(
        Mistake(
            "mean of item rates",
            _mean_of_items,
            "You averaged the rates of the items, so a small item weighs as much as a large one. "
            "Sum the pairs over all items first.",
        ),
        Mistake(
            "weighted by labels",
            _weighted_by_labels,
            "You weighted the items' rates by their labels: that is the agreement in Krippendorff's alpha, which comes next. "
            "Here every pair counts once: sum the pairs over all items.",
        ),
        Mistake(
            "sums of columns",
            lambda counts: float(
                (np.asarray(counts) * (np.asarray(counts) - 1)).sum()
                / (np.asarray(counts).sum(axis=0) * (np.asarray(counts).sum(axis=0) - 1)).sum()
            ),
            "You summed each label over the items, `axis=0`. The labels of an item stand in its row: `axis=1`.",
        ),
        Mistake(
            "half on top only",
            lambda counts: _pair_agreement(counts) / 2,
            "This is half of it: c labels make c(c − 1)/2 agreeing pairs, and n labels n(n − 1)/2 pairs in all. Halve both or neither.",
        ),
        Mistake(
            "half at the bottom only",
            lambda counts: _pair_agreement(counts) * 2,
            "This is twice of it: n labels make n(n − 1)/2 pairs, and c of them c(c − 1)/2 agreeing ones. Halve both or neither.",
        ),
        Mistake(
            "all items as one",
            lambda counts: _pair_agreement([np.asarray(counts).sum(axis=0)]),
            "You threw the labels of all items together, so that labels of different items are paired. Pairs stay within "
            "an item.",
        ),
        Mistake(
            "mean of item rates, none for a single label",
            _mean_of_all_items,
            "An item with one label has no pairs and no rate, and its NaN spoils the mean. Do not average rates at "
            "all: sum the pairs over all items first.",
        ),
        Mistake(
            "mean of squared shares",
            lambda counts: float(
                np.mean([np.sum((np.asarray(row) / np.sum(row)) ** 2) for row in np.asarray(counts)])
            ),
            "This is a mean over items of squared shares: it pairs each label with itself, and a small item weighs as "
            "much as a large one. Count pairs, and sum them over all items.",
        ),
        Mistake(
            "operator precedence",
            lambda counts: float(
                (np.asarray(counts) * np.asarray(counts) - 1 / 2).sum()
                / (np.asarray(counts).sum(axis=1) ** 2 - 1 / 2).sum()
            ),
            "`c * c - 1 / 2` is c² − ½. Put the c − 1 into brackets.",
        ),
        Mistake(
            "pairs a label with itself",
            _with_itself,
            "Each label is paired with itself here. c labels make c(c − 1)/2 pairs, not c²/2.",
        ),
        Mistake(
            "share of the majority",
            _majority_share,
            "This is how many agree with the most common label. Count pairs of labels.",
        ),
        Mistake(
            "only unanimous items",
            lambda counts: float(np.mean(np.asarray(counts).max(axis=1) == np.asarray(counts).sum(axis=1))),
            "This counts items on which all agree. Pairs can agree on the other items too.",
        ),
    ),
)


def _logistic_by_worths(left, right):
    left, right = np.asarray(left, float), np.asarray(right, float)
    worth_left, worth_right = np.exp(left - right), 1.0
    return worth_left / (worth_left + worth_right)


def _moves_together(function):
    return np.allclose(function(1.3 + 7, 0.4 + 7), function(1.3, 0.4))


BRADLEY_TERRY = Exercise(
    name="bradley_terry",
    reference=lambda left, right: preferences.bradley_terry(np.asarray(left) - np.asarray(right)),
    oracle=_logistic_by_worths,
    probes=(
        Case("equal rewards", 1.0, 1.0),
        Case("left is better", 2.0, 0.5),
        Case("right is better", -1.0, 0.7),
        Case("arrays", np.array([0.0, 1.0, -2.0]), np.array([0.5, 0.0, 1.0])),
        Case("a table of all pairs", np.array([[0.0], [1.0], [-2.0]]), np.array([[0.5, 0.0]])),
    ),
    mistakes=(
        Mistake(
            "sides exchanged",
            lambda left, right: 1 / (1 + np.exp(np.asarray(left) - np.asarray(right))),
            "A higher left reward gives a lower chance of left here. Look at the sign in the exponent.",
        ),
        Mistake(
            "ratio of rewards",
            lambda left, right: np.asarray(left) / (np.asarray(left) + np.asarray(right)),
            "The odds are the ratio of the worths, and a worth is e to the reward.",
        ),
        Mistake(
            "probit",
            lambda left, right: ndtr(np.asarray(left) - np.asarray(right)),
            "This is the normal curve: Thurstone's model. Bradley-Terry has the logistic curve of step 2.",
        ),
        Mistake(
            "base ten",
            lambda left, right: 1 / (1 + 10.0 ** (np.asarray(right) - np.asarray(left))),
            "This takes powers of ten. A worth is e to the reward: use np.exp.",
        ),
        Mistake(
            "Elo",
            lambda left, right: 1 / (1 + 10.0 ** ((np.asarray(right) - np.asarray(left)) / 400)),
            "This is the scale of chess, 400 points for odds of ten. A worth is e to the reward: use np.exp.",
        ),
        Mistake(
            "operator precedence",
            lambda left, right: 1 / 1 + np.exp(np.asarray(right) - np.asarray(left)),
            "`1 / 1 + x` is 1 + x. Put the whole denominator into brackets.",
        ),
        Mistake(
            "one pair after the other",
            lambda left, right: np.array(
                [
                    1 / (1 + np.exp(worse - better))
                    for better, worse in zip(np.atleast_1d(left), np.atleast_1d(right), strict=False)
                ]
            ).squeeze(),
            "A later cell asks for all pairs of models at once, a column against a row. "
            "Compute with the arrays as they are, without a loop: numpy pairs them.",
        ),
        Mistake(
            "log odds",
            lambda left, right: np.asarray(left) - np.asarray(right),
            "The difference is the log odds. A chance lies between 0 and 1.",
        ),
        Mistake(
            "odds",
            lambda left, right: np.exp(np.asarray(left) - np.asarray(right)),
            "These are the odds. A chance is odds / (1 + odds).",
        ),
    ),
    properties=(
        Property(
            "stays the same when both rewards rise by the same amount",
            _moves_together,
            "Only the difference of the rewards may count.",
        ),
    ),
)


def _worth_step(wins, worth):
    games = wins + wins.T
    return wins.sum(axis=1) / (games / (worth[:, None] + worth)).sum(axis=1)


def _worth_step_by_loops(wins, worth):
    """Model by model, opponent by opponent."""
    found = []
    for one in range(len(worth)):
        won = expected = 0.0
        for other in range(len(worth)):
            won += wins[one][other]
            expected += (wins[one][other] + wins[other][one]) / (worth[one] + worth[other])
        found.append(won / expected)
    return np.array(found)


def _worths_in_turn(wins, worth):
    new = np.array(worth, float)
    for one in range(len(new)):
        new[one] = wins[one].sum() / ((wins[one] + wins[:, one]) / (new[one] + new)).sum()
    return new


_WINS = np.array([[0.0, 3, 1], [2, 0, 4.5], [0, 1, 0]])

WORTH_STEP = Exercise(
    name="worth_step",
    reference=_worth_step,
    oracle=_worth_step_by_loops,
    probes=(
        Case("two models, three wins to one", np.array([[0.0, 3], [1, 0]]), np.array([1.0, 1.0])),
        Case("three models of equal worth", _WINS, np.ones(3)),
        Case("three models of unequal worth", _WINS, np.array([0.5, 2.0, 0.3])),
        Case(
            "pairs that never met", np.array([[0.0, 2, 0], [1, 0, 3], [0, 2.5, 0]]), np.array([1.0, 0.7, 1.5])
        ),
    ),
    mistakes=(
        Mistake(
            "losses on top",
            lambda wins, worth: wins.sum(axis=0) / ((wins + wins.T) / (worth[:, None] + worth)).sum(axis=1),
            "On top stand the losses of each model. Row i of `wins` holds what i won: sum along the row.",
        ),
        Mistake(
            "wins for games",
            lambda wins, worth: wins.sum(axis=1) / (wins / (worth[:, None] + worth)).sum(axis=1),
            "At the bottom belong all games of a pair, won and lost: n_ij is wins plus its transpose.",
        ),
        Mistake(
            "own worth only",
            lambda wins, worth: wins.sum(axis=1) / ((wins + wins.T) / worth[:, None]).sum(axis=1),
            "You divided by the own worth only. Each pair is divided by the sum of both worths.",
        ),
        Mistake(
            "opponent's worth only",
            lambda wins, worth: wins.sum(axis=1) / ((wins + wins.T) / worth).sum(axis=1),
            "You divided by the opponent's worth only. Each pair is divided by the sum of both worths.",
        ),
        Mistake(
            "own worth twice",
            lambda wins, worth: wins.sum(axis=1) / ((wins + wins.T) / (worth + worth)).sum(axis=1),
            "`worth + worth` is twice one worth, a row and no table. Each pair needs the sum of its own two worths: "
            "`worth[:, None] + worth`.",
        ),
        Mistake(
            "new worths at once",
            _worths_in_turn,
            "You used the new worths of earlier models for later ones. That converges too, but the step here takes the "
            "old worths throughout.",
        ),
        Mistake(
            "share of wins",
            lambda wins, worth: wins.sum(axis=1) / (wins + wins.T).sum(axis=1),
            "This is the share of games won. It does not ask against whom, and never uses `worth`.",
        ),
        Mistake(
            "expected wins",
            lambda wins, worth: ((wins + wins.T) * worth[:, None] / (worth[:, None] + worth)).sum(axis=1),
            "These are the wins that the worths expect. The new worth is the wins seen, over the sum at the bottom.",
        ),
        Mistake(
            "multiplied by the old worth",
            lambda wins, worth: worth * _worth_step(wins, worth),
            "The old worth stands in the sums already: do not multiply by it again.",
        ),
        Mistake(
            "rescaled",
            lambda wins, worth: _worth_step(wins, worth) / _worth_step(wins, worth).sum(),
            "Right up to a factor: you rescaled the worths. Only their ratios count, so leave them as they come.",
        ),
        Mistake(
            "rescaled to a mean of 1",
            lambda wins, worth: _worth_step(wins, worth) / _worth_step(wins, worth).mean(),
            "Right up to a factor: you made the mean 1. Only ratios count, so leave the worths as they come.",
        ),
        Mistake(
            "rescaled to a geometric mean of 1",
            lambda wins, worth: _worth_step(wins, worth) / np.exp(np.log(_worth_step(wins, worth)).mean()),
            "Right up to a factor: you made the geometric mean 1, as the next cell does for the rewards. Leave the worths as they come.",
        ),
        Mistake(
            "expected wins at the bottom",
            lambda wins, worth: (
                wins.sum(axis=1) / ((wins + wins.T) * worth[:, None] / (worth[:, None] + worth)).sum(axis=1)
            ),
            "At the bottom you sum the expected wins, n w / (w + w). The own worth was taken in front: sum n / (w + w).",
        ),
        Mistake(
            "whole numbers",
            lambda wins, worth: np.floor(_worth_step(wins, worth)),
            "Your array holds whole numbers only and cuts the rest off: make it with `np.zeros(len(worth))`, floats.",
        ),
        Mistake(
            "rewards, not worths",
            lambda wins, worth: np.log(_worth_step(wins, worth)),
            "These are rewards, the logarithms of the worths. The next step needs the worths.",
        ),
    ),
)


def _minority_score(shared, certainty):
    return shared * (0.5 + certainty) + (1 - shared) * (0.5 - certainty)


def _both_random(shared, certainty):
    high, low = 0.5 + certainty, 0.5 - certainty
    return shared * (high * high + low * low) + (1 - shared) * 2 * high * low


def _minority_by_items(shared, certainty):
    """A thousand items, the first share of them leaning the same way for both groups."""
    same = round(1000 * shared)
    chances = [0.5 + certainty] * same + [0.5 - certainty] * (1000 - same)
    return sum(chances) / 1000


MINORITY_SCORE = Exercise(
    name="minority_score",
    reference=lambda shared, certainty: agreement_with_majority(shared, certainty).smaller,
    oracle=_minority_by_items,
    probes=(
        Case("the example of the text", 0.3, 0.4),
        Case("one taste for all", 1.0, 0.25),
        Case("opposite tastes", 0.0, 0.25),
        Case("everybody torn", 0.7, 0.0),
    ),
    mistakes=(
        Mistake(
            "larger group",
            lambda shared, certainty: 0.5 + certainty,
            "This is the score of the larger group. The smaller one is outvoted on contested items.",
        ),
        Mistake(
            "weights exchanged",
            lambda shared, certainty: _minority_score(1 - shared, certainty),
            "The two weights are exchanged: on shared items this annotator agrees with ½ + certainty.",
        ),
        Mistake(
            "never right on contested items",
            lambda shared, certainty: shared * (0.5 + certainty),
            "On contested items the annotator still agrees sometimes: with ½ − certainty.",
        ),
        Mistake(
            "both labels random",
            _both_random,
            "This is how often two careful annotators agree. The majority's label is settled; only "
            "this annotator's is random.",
        ),
        Mistake(
            "a coin on contested items",
            lambda shared, certainty: shared * (0.5 + certainty) + (1 - shared) * 0.5,
            "On contested items this annotator is no coin flipper, and leans away from the majority.",
        ),
        Mistake(
            "the text's numbers",
            lambda shared, certainty: _minority_score(shared, 0.4),
            "The .9 and .1 of the text stand in your function. They are ½ plus and minus the certainty that it is given.",
        ),
        Mistake(
            "certainty for the chance",
            lambda shared, certainty: shared * certainty + (1 - shared) * (1 - certainty),
            "The certainty is the distance from ½, not the chance itself: that is ½ + certainty.",
        ),
        Mistake(
            "labels are certain",
            lambda shared, certainty: shared,
            "This would hold if every preference were 0 or 1. Use the certainty.",
        ),
    ),
)

MAJORITY_RULE = Rubric(
    name="majority_rule",
    criteria=(
        "It says that agreement with the majority mixes care with taste.",
        "It gives a number of this lesson: a careful annotator who scores below a coin flipper.",
        "It says what the rule would do to the data or to the annotators.",
        "It proposes a way out that needs no majority.",
    ),
    model_answer=(
        "Agreement with the majority mixes two things: care, and sharing the larger group's taste. "
        "With a settled majority, a fully careful annotator of the smaller group scores 34 of 100, a coin flipper 50. "
        "Of 30 items the rule drops 95 in 100 of the first and 43 in 100 of the second, and teaches everybody to guess the others' "
        "opinion. Show some items again, and measure care by how often each annotator agrees with themselves."
    ),
)

QUIZ = (
    Question(
        "Two people give different labels to one item. What follows?",
        ("One of them is wrong.", "One of them is careless.", "Neither; tastes may differ."),
        "Neither; tastes may differ.",
        "Without a true label, a difference can be taste, a close call, or carelessness.",
    ),
    Question(
        "Bradley-Terry: both rewards rise by 3. What happens to the chance of left?",
        ("It rises.", "It stays.", "It depends on the rewards."),
        "It stays.",
        "Only the difference of the rewards counts.",
    ),
    Question(
        "What can a majority measure if everybody has the same taste?",
        ("Something about care.", "Nothing.", "Only the rewards."),
        "Something about care.",
        "With one taste, careful people agree with the majority more often than careless ones do.",
    ),
    Question(
        "Why do we keep ties when we count how often people agree?",
        (
            "It makes the table shorter.",
            "Dropping them would hide a habit and change the agreement.",
            "A tie is an error.",
        ),
        "Dropping them would hide a habit and change the agreement.",
        "Some workers say tie in most cases; what they do with it is part of how they label.",
    ),
    Question(
        "What does an assessment without a true label compare an annotator with?",
        ("The majority.", "The annotator's own repeated labels.", "An expert."),
        "The annotator's own repeated labels.",
        "That needs no true label and no shared taste.",
    ),
)

VARIANTS = (
    Variant(
        "pair_agreement",
        "Three answers were judged several times. The first got left {a} times and right {b} times, the second left {c} "
        "times and tie {d} times, the third right {e} times and tie once. Which share of the pairs of labels of one "
        "answer agrees, over all three together? Give three decimals.",
        lambda rng: {name: int(rng.integers(2, 8)) for name in "abcde"},
        lambda a, b, c, d, e: (np.array([[a, b, 0], [c, 0, d], [0, e, 1]]),),
    ),
    Variant(
        "minority_score",
        "Two groups of taste lean the same way on {shared:.0%} of the items, and every preference lies {certainty:.2f} "
        "from one half. How often does a careful annotator of the smaller group agree with the settled label of the "
        "majority? Give a share with three decimals.",
        lambda rng: {"shared": between(rng, 0.1, 0.9, 2), "certainty": between(rng, 0.15, 0.45, 2)},
    ),
)

LESSON = LessonDefinition(
    number=1,
    title="Read preference data",
    minutes_to_read=40,
    minutes_to_do=35,
    exercises=(LEFT_RATE, PAIR_AGREEMENT, BRADLEY_TERRY, WORTH_STEP, MINORITY_SCORE),
    quiz=QUIZ,
    rubrics=(MAJORITY_RULE,),
    variants=VARIANTS,
)
