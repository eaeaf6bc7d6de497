"""Lesson 02: watch the true label fail."""

from __future__ import annotations

from math import log, prod

import numpy as np

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
from annolib.monitors import SelfConsistency
from annolib.preferences import agreement_with_majority

_NONE = np.nan


def _accuracies(says, belief):
    hit = np.where(says == 1, belief, 1 - belief)
    return np.nanmean(np.where(np.isnan(says), np.nan, hit), axis=1)


def _accuracies_one_by_one(says, belief):
    """Expected hits over labels, counted label by label."""
    found = []
    for row in says:
        given = [(said, chance) for said, chance in zip(row, belief, strict=True) if said == said]
        found.append(sum(chance if said else 1 - chance for said, chance in given) / len(given))
    return np.array(found)


# three workers, five items; nobody is asked about everything
_SAYS = np.array(
    [[1, 1, 0, 1, _NONE], [1, _NONE, 0, 0, 1], [0, 1, _NONE, _NONE, 0]],
)
_BELIEF = np.array([0.9, 0.8, 0.1, 0.6, 0.5])
_MANY = np.where(
    np.arange(48).reshape(6, 8) % 5 == 2, np.nan, (np.arange(48).reshape(6, 8) * 7 % 3 > 0) * 1.0
)

ACCURACIES = Exercise(
    name="accuracies",
    reference=_accuracies,
    oracle=_accuracies_one_by_one,
    probes=(
        Case("the truth is known", np.array([[1.0, 0, 1, 0], [1, 1, 1, 1]]), np.array([1.0, 0, 1, 0])),
        Case("the truth is believed", _SAYS[:2, :4], np.array([0.9, 0.8, 0.1, 0.6])),
        Case("nobody labels everything", _SAYS, _BELIEF),
        Case("six workers, eight items", _MANY, np.linspace(0.05, 0.95, 8)),
    ),
    mistakes=(
        Mistake(
            "missing labels count as second",
            lambda says, belief: np.where(says == 1, belief, 1 - belief).mean(axis=1),
            "A missing label is no label: you took `nan` for second. Leave these items out of the worker's mean.",
        ),
        Mistake(
            "divided by all items",
            lambda says, belief: (
                np.nansum(np.where(np.isnan(says), np.nan, np.where(says == 1, belief, 1 - belief)), axis=1)
                / says.shape[1]
            ),
            "You divided by the number of all items. Divide by the items that this worker labelled.",
        ),
        Mistake(
            "only first counts",
            lambda says, belief: np.nanmean(says * belief, axis=1),
            "A worker who says second hits as well, with chance 1 − b.",
        ),
        Mistake(
            "truth rounded",
            lambda says, belief: np.nanmean(
                np.where(np.isnan(says), np.nan, (says == 1) == (belief > 0.5)), axis=1
            ),
            "You rounded the beliefs to a truth. A belief of .6 makes first a hit of .6, and second one of .4.",
        ),
        Mistake(
            "over the wrong axis",
            lambda says, belief: np.nanmean(
                np.where(np.isnan(says), np.nan, np.where(says == 1, belief, 1 - belief)), axis=0
            ),
            "This is one number an item. Average along the items, so that one number a worker remains.",
        ),
        Mistake(
            "missed, not hit",
            lambda says, belief: 1 - _accuracies(says, belief),
            "This is the share of misses.",
        ),
        Mistake(
            "smoothed",
            lambda says, belief: (
                (np.nansum(np.where(np.isnan(says), 0, np.where(says == 1, belief, 1 - belief)), axis=1) + 1)
                / ((~np.isnan(says)).sum(axis=1) + 2)
            ),
            "You added a hit and a miss to each worker. The M step is the plain mean, without such smoothing.",
        ),
        Mistake(
            "one number for all",
            lambda says, belief: np.nanmean(
                np.where(np.isnan(says), np.nan, np.where(says == 1, belief, 1 - belief))
            ),
            "This is one number for the whole crowd. Each worker needs an own one: average along the items only.",
        ),
    ),
)


def _beliefs(says, accuracy):
    weight = np.log(accuracy / (1 - accuracy))
    votes = np.where(np.isnan(says), 0, 2 * says - 1)
    return 1 / (1 + np.exp(-(weight @ votes)))


def _beliefs_by_bayes(says, accuracy):
    """Bayes' rule with the products written out."""
    found = []
    for column in says.T:
        given = [(said, hit) for said, hit in zip(column, accuracy, strict=True) if said == said]
        first = prod(hit if said else 1 - hit for said, hit in given)
        second = prod(1 - hit if said else hit for said, hit in given)
        found.append(first / (first + second))
    return np.array(found)


_ACCURACY = np.array([0.9, 0.6, 0.3])


def _two_more_of_two_thousand(beliefs):
    """Workers of accuracy .6, two more for first than for second: odds of 1.5 squared."""
    says = np.repeat([1.0, 0.0], [1001, 999])[:, None]
    odds = 1.5**2
    return bool(np.allclose(beliefs(says, np.full(2000, 0.6)), odds / (1 + odds), atol=1e-6))


BELIEFS = Exercise(
    name="beliefs",
    reference=_beliefs,
    oracle=_beliefs_by_bayes,
    probes=(
        Case("the example of the text", np.array([[1.0], [0], [0]]), np.array([0.9, 0.6, 0.6])),
        Case("a worker below one half", np.array([[1.0, 0, 1], [1, 1, 0], [0, 1, 1]]), _ACCURACY),
        Case("nobody labels everything", _SAYS, _ACCURACY),
        Case("an item without a label", np.array([[1.0, _NONE], [0, _NONE]]), np.array([0.8, 0.7])),
        Case("six workers, eight items", _MANY, np.linspace(0.2, 0.95, 6)),
    ),
    mistakes=(
        Mistake(
            "plain vote",
            lambda says, accuracy: np.array(
                [np.nanmean(column) if np.isfinite(column).any() else 0.5 for column in says.T]
            ),
            "This is the plain vote. Somebody with accuracy .9 counts for more than somebody with .6.",
        ),
        Mistake(
            "weighted by accuracy",
            lambda says, accuracy: np.array(
                [
                    np.nansum(accuracy * column) / accuracy[np.isfinite(column)].sum()
                    if np.isfinite(column).any()
                    else 0.5
                    for column in says.T
                ]
            ),
            "You weighted by a. Bayes' rule weights by log(a/(1 − a)), which is 0 for a coin and negative below.",
        ),
        Mistake(
            "missing labels count as second",
            lambda says, accuracy: (
                1 / (1 + np.exp(-np.log(accuracy / (1 - accuracy)) @ np.where(says == 1, 1, -1)))
            ),
            "A missing label is no label: it must add 0 to the log odds of its item. You took `nan` for second.",
        ),
        Mistake(
            "missing labels spread",
            lambda says, accuracy: 1 / (1 + np.exp(-(np.log(accuracy / (1 - accuracy)) @ (2 * says - 1)))),
            "One missing label made the whole item `nan`. Let it add 0 to the log odds.",
        ),
        Mistake(
            "only first counts",
            lambda says, accuracy: (
                1 / (1 + np.exp(-(np.log(accuracy / (1 - accuracy)) @ np.nan_to_num(says))))
            ),
            "You added the weights of those who say first. Those who say second must be subtracted.",
        ),
        Mistake(
            "log odds, not chance",
            lambda says, accuracy: (
                np.log(accuracy / (1 - accuracy)) @ np.where(np.isnan(says), 0, 2 * says - 1)
            ),
            "These are the log odds. Turn them into a chance with σ.",
        ),
        Mistake(
            "turned round",
            lambda says, accuracy: 1 - _beliefs(says, accuracy),
            "This is the belief in second. Look at the sign in the exponent.",
        ),
        Mistake(
            "no negative weights",
            lambda says, accuracy: _beliefs(says, np.maximum(accuracy, 0.5)),
            "You let nobody count below 0. The model does: who is wrong more often than not is good evidence, reversed.",
        ),
        Mistake(
            "log of a only",
            lambda says, accuracy: (
                1 / (1 + np.exp(-(np.log(accuracy) @ np.where(np.isnan(says), 0, 2 * says - 1))))
            ),
            "The weight is log a − log(1 − a): what the label says for first, less what it says for second.",
        ),
        Mistake(
            "weights along the items",
            lambda says, accuracy: (
                1 / (1 + np.exp(-np.nansum(np.log(accuracy / (1 - accuracy)) * (2 * says - 1), axis=0)))
            ),
            "The table has a row for each worker, and numpy laid the weights along the items. "
            "Write `weight[:, None] * votes`, or `weight @ votes`.",
        ),
        Mistake(
            "mean of weights",
            lambda says, accuracy: (
                1
                / (
                    1
                    + np.exp(
                        -np.nansum(np.log(accuracy / (1 - accuracy))[:, None] * (2 * says - 1), axis=0)
                        / (~np.isnan(says)).sum(axis=0)
                    )
                )
            ),
            "You took the mean of the weights. Evidence adds up: two labels move the odds twice as far as one.",
        ),
        Mistake(
            "odds that are not even",
            lambda says, accuracy: (
                1
                / (
                    1
                    + np.exp(
                        -np.nansum(np.log(accuracy / (1 - accuracy))[:, None] * (2 * says - 1), axis=0)
                        - np.log(np.nanmean(says) / (1 - np.nanmean(says)))
                    )
                )
            ),
            "You began with the share of labels that are first. Both truths are equally likely: begin with even odds.",
        ),
        Mistake(
            "base ten",
            lambda says, accuracy: (
                1
                / (
                    1
                    + np.exp(
                        -(np.log10(accuracy / (1 - accuracy)) @ np.where(np.isnan(says), 0, 2 * says - 1))
                    )
                )
            ),
            "You mixed two logarithms: log10 for the weights and e in σ. Take the natural one for both.",
        ),
    ),
    properties=(
        Property(
            "stays between 0 and 1 when a hundred workers agree",
            lambda beliefs: bool(np.all(np.isfinite(beliefs(np.ones((100, 2)), np.full(100, 0.999))))),
            "A product of many chances becomes 0/0: add logarithms instead.",
        ),
        Property(
            "follows Bayes' rule when two thousand workers disagree",
            _two_more_of_two_thousand,
            "A product of two thousand chances is too small for a float: it becomes 0, and 0/0 in the end. "
            "Add logarithms instead.",
        ),
    ),
)


def _minority_weight(shared, certainty):
    settled = agreement_with_majority(shared, certainty).smaller
    return log(settled / (1 - settled))


def _minority_weight_by_items(shared, certainty):
    """Ten thousand items, a hit or a miss on each, in their expected numbers."""
    same, other = round(10_000 * shared), 10_000 - round(10_000 * shared)
    hits = same * (0.5 + certainty) + other * (0.5 - certainty)
    return log(hits) - log(10_000 - hits)


def _logit(chance):
    with np.errstate(divide="ignore"):
        return float(np.log(chance) - np.log1p(-chance))


def _settled(shared, certainty):
    return 0.5 + certainty * (2 * shared - 1)


MINORITY_WEIGHT = Exercise(
    name="minority_weight",
    reference=_minority_weight,
    oracle=_minority_weight_by_items,
    probes=(
        Case("the crowd of the text", 0.3, 0.35),
        Case("nothing in common", 0.0, 0.4),
        Case("half in common", 0.5, 0.4),
        Case("all in common", 1.0, 0.2),
        Case("mostly in common", 0.8, 0.45),
    ),
    mistakes=(
        Mistake(
            "accuracy, not weight",
            _settled,
            "This is the accuracy. Asked is the weight that it gives: log(a/(1 − a)).",
        ),
        Mistake(
            "the larger group's",
            lambda shared, certainty: log((0.5 + certainty) / (0.5 - certainty)),
            "This is the larger group's weight: it does not know s.",
        ),
        Mistake(
            "contested items forgotten",
            lambda shared, certainty: log((0.5 + certainty * shared) / (0.5 - certainty * shared)),
            "On the other items the smaller group leans away from the truth of the model: it is below ½ there.",
        ),
        Mistake(
            "shared items only",
            lambda shared, certainty: _logit(shared * (0.5 + certainty)),
            "Only the shared items are counted. On the others the smaller group hits too, with chance ½ − γ.",
        ),
        Mistake(
            "s − ½ for 2s − 1",
            lambda shared, certainty: _logit(0.5 + certainty * (shared - 0.5)),
            "You lost a factor 2: with all items shared the accuracy must be ½ + γ.",
        ),
        Mistake(
            "base ten",
            lambda shared, certainty: _minority_weight(shared, certainty) / log(10),
            "This is log10 of the odds. The E step needs the natural logarithm, `np.log`.",
        ),
        Mistake(
            "s for 1 − s",
            lambda shared, certainty: -_minority_weight(shared, certainty),
            "The sign is turned: s is the share of items on which both groups lean the same way.",
        ),
        Mistake(
            "only one log",
            lambda shared, certainty: log(_settled(shared, certainty)),
            "A weight is log a − log(1 − a). Yours is negative even for accuracies above one half.",
        ),
        Mistake(
            "no weight below a coin",
            lambda shared, certainty: max(0.0, _minority_weight(shared, certainty)),
            "The model does not stop at 0: below one half the weight is negative.",
        ),
    ),
)


def _repeat_agreement(p, effort):
    return SelfConsistency.from_preferences(np.ravel(p)).pass_probability(effort)


def _repeat_by_enumeration(p, effort):
    """Both labels, judged or flipped, all four outcomes, person by person and item by item."""
    agreeing = []
    for chance in np.ravel(p).tolist():
        left = effort * chance + (1 - effort) / 2
        agreeing.append(left * left + (1 - left) * (1 - left))
    return sum(agreeing) / len(agreeing)


_TASTES = np.array([[0.9, 0.2, 0.6], [0.1, 0.7, 0.5]])


def _agree(first, second):
    return float(np.mean(first * second + (1 - first) * (1 - second)))


def _label(p, effort):
    return 0.5 + effort * (np.asarray(p) - 0.5)


REPEAT_AGREEMENT = Exercise(
    name="repeat_agreement",
    reference=_repeat_agreement,
    oracle=_repeat_by_enumeration,
    probes=(
        Case("one person, one certain item, half effort", np.array([[1.0]]), 0.5),
        Case("two people of other tastes", _TASTES, 1.0),
        Case("the same with less care", _TASTES, 0.6),
        Case("no care", _TASTES, 0.0),
        Case("certain people, opposite tastes", np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0]]), 1.0),
    ),
    mistakes=(
        Mistake(
            "people averaged first",
            lambda p, effort: _agree(_label(p, effort).mean(axis=0), _label(p, effort).mean(axis=0)),
            "You averaged the people first. That is how often two strangers agree; here one person meets the item twice.",
        ),
        Mistake(
            "effort once",
            lambda p, effort: _agree(np.asarray(p), _label(p, effort)),
            "Both labels are the worker's, and either may be a coin flip: effort enters twice.",
        ),
        Mistake(
            "no effort",
            lambda p, effort: _agree(np.asarray(p), np.asarray(p)),
            "This takes full care for granted. A label is left with probability ½ + η(p − ½).",
        ),
        Mistake(
            "no coin flips",
            lambda p, effort: effort**2 * _agree(np.asarray(p), np.asarray(p)),
            "Two labels agree by luck too when one of them, or both, are coin flips.",
        ),
        Mistake(
            "effort on the chance",
            lambda p, effort: _agree(effort * np.asarray(p), effort * np.asarray(p)),
            "η·p forgets the coin: a label is left with probability ½ + η(p − ½), and half of the time without care.",
        ),
        Mistake(
            "all averaged first",
            lambda p, effort: _agree(np.mean(_label(p, effort)), np.mean(_label(p, effort))),
            "You averaged over people and items before you squared. Square for each person and item, then average.",
        ),
        Mistake(
            "both left only",
            lambda p, effort: float(np.mean(_label(p, effort) ** 2)),
            "Two labels also agree when both are right.",
        ),
        Mistake(
            "one number an item",
            lambda p, effort: (_label(p, effort) ** 2 + (1 - _label(p, effort)) ** 2).mean(axis=0),
            "This is one number an item. Average over people and items.",
        ),
        Mistake(
            "factor 2 missing",
            lambda p, effort: float(0.5 + effort**2 * np.mean((np.asarray(p) - 0.5) ** 2)),
            "A certain person at full effort must agree always; yours stops at ¾.",
        ),
    ),
)

SAME_LAW = Rubric(
    name="same_law",
    criteria=(
        "It says, for each world, with which chance one label on item i is left, and finds the same number.",
        "For world 2 it shows the step ½ + η(p − ½), and for world 1 that an own taste is drawn anew.",
        "It says why the labels of a table are independent in each world, so that the chances multiply.",
        "It uses that nobody labels an item twice, and says where.",
        "It concludes that every table has the same chance, so no method can tell the worlds apart.",
    ),
    model_answer=(
        "World 1: the taste of a for i is drawn, left with chance m, and a says it. "
        "World 2: a label is left with chance 1/2 + eta (p - 1/2), which is m. "
        "World 3: a careful person who is torn says left with chance m. "
        "Tastes are drawn for each person and item, coins and moods for each label. "
        "With one label for each person and item all labels are independent. "
        "So a table has the chance prod m or (1 - m), one factor a label, in each. "
        "A second label by a on i would use a's taste of world 1 again. "
        "What is equally likely in all worlds speaks for none of them."
    ),
)

GOLD_BY_MAJORITY = Rubric(
    name="gold_by_majority",
    criteria=(
        "It says what a label that six of eight people gave shows, and what it does not.",
        "It names who is hurt: a small group of careful people of another taste, and who is not: most clickers.",
        "It gives a number from this lesson: the share of such gold that a careful minority hits.",
        "It proposes a check that uses no other person's taste, and says what that check cannot tell.",
        "It says on which items a majority would still make a fair golden question.",
    ),
    model_answer=(
        "Six of eight shows that a label is popular, not that the others erred. "
        "Items on which tastes split win such a vote less often. "
        "So a careful minority of four in ten still hits 60% of the gold. "
        "One in ten hits 39%: careful people are let go, below a coin. "
        "A clicker hits half, and stays every second time or more. "
        "Repeats with swapped sides compare people with themselves; they cannot tell little care from torn items, nor a "
        "rule from a taste. "
        "Such gold is fair where taste is no reason to differ: a plain right answer."
    ),
)

QUIZ = (
    Question(
        "Dawid and Skene's model gives a worker an accuracy of .41. What does it do with this worker's labels?",
        ("It leaves them out.", "It counts them against what they say.", "It gives them a small weight."),
        "It counts them against what they say.",
        "The weight log(.41/.59) is negative, so a vote for first becomes evidence for second.",
    ),
    Question(
        "On the same items some workers take the longer answer in 85%, others in 15%. "
        "All share one taste, says a manager, some are only careless.",
        (
            "Possible: little care explains any share.",
            "Not possible, if luck is ruled out: carelessness pulls towards one half, never across.",
            "Possible, if the items are torn.",
        ),
        "Not possible, if luck is ruled out: carelessness pulls towards one half, never across.",
        "With one taste all shares on the same items lie on one side of one half, whatever the efforts.",
    ),
    Question(
        "A careful minority shares the majority's leaning on 65% of the items, γ = .35. What does a settled true label say?",
        ("Below a coin.", "Just a coin.", "Above a coin, and below the majority."),
        "Above a coin, and below the majority.",
        "½ + γ(2s − 1) is above one half as soon as s is.",
    ),
    Question(
        "Repeats of a crowd agree in 56%, labels of two strangers as well. What do you conclude?",
        (
            "The people are careless.",
            "Either little care or torn items; not many certain tastes.",
            "The people have many tastes.",
        ),
        "Either little care or torn items; not many certain tastes.",
        "Own, certain tastes would repeat. The other two worlds give repeats the same law.",
    ),
    Question(
        "What makes the fit put worker 58 on the right side and worker 15 on the wrong one?",
        ("The likelihood.", "The start: the majority vote.", "The answer key."),
        "The start: the majority vote.",
        "Turned upside down the fit has the same likelihood to the last digit.",
    ),
)

VARIANTS = (
    Variant(
        "minority_weight",
        "Two groups lean the same way on {shared:.0%} of the items, and every preference lies {certainty:.2f} from one "
        "half. Which weight does the E step give a careful voter of the smaller group, once the truth has settled on "
        "the majority? Give three decimals.",
        lambda rng: {"shared": between(rng, 0.05, 0.95, 2), "certainty": between(rng, 0.1, 0.45, 2)},
    ),
)

LESSON = LessonDefinition(
    number=2,
    title="Watch the true label fail",
    minutes_to_read=35,
    minutes_to_do=40,
    exercises=(ACCURACIES, BELIEFS, MINORITY_WEIGHT, REPEAT_AGREEMENT),
    quiz=QUIZ,
    rubrics=(SAME_LAW, GOLD_BY_MAJORITY),
    variants=VARIANTS,
)
