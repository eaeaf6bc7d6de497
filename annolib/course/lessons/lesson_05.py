"""Lesson 05: compare two monitors."""

from __future__ import annotations

from itertools import combinations, product
from math import inf, sqrt

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
from annolib.monitors.known_items import ItemChecks
from annolib.monitors.two_labels import Expert, SelfConsistency
from annolib.planning.item_choice import choose_items

_STEP = 1e-30


def _same_label(left, other):
    """Chance that two independent labels agree, all four pairs written out; works for complex numbers too."""
    chances = ({"left": left, "right": 1 - left}, {"left": other, "right": 1 - other})
    return sum(chances[0][a] * chances[1][b] for a, b in product(chances[0], repeat=2) if a == b)


def _one_label(effort, preference):
    return effort * preference + (1 - effort) * 0.5


def _expert_by_enumeration(effort, p, e):
    passes = [_same_label(_one_label(effort, own), other) for own, other in zip(p, e, strict=True)]
    return float(sum(passes) / len(passes))


def _self_rate(effort, kappa):
    """On items that are ½ ± √κ in equal parts."""
    halves = (0.5 - sqrt(kappa), 0.5 + sqrt(kappa))
    return sum(_same_label(_one_label(effort, p), _one_label(effort, p)) for p in halves) / 2


def _expert_rate(effort, rho):
    """An annotator and an expert who lean by √|ρ| each."""
    lean = sqrt(abs(rho))
    return _same_label(_one_label(effort, 0.5 + lean), 0.5 + (lean if rho >= 0 else -lean))


def _numeric_information(rate, effort, strength):
    """Variance of the score of one check: the slope by a step in the imaginary direction, exact to rounding."""
    slope = rate(effort + _STEP * 1j, strength).imag / _STEP
    passes = rate(effort, strength)
    scores = ((slope / passes, passes), (-slope / (1 - passes), 1 - passes))
    return sum(score**2 * weight for score, weight in scores)


EXPERT_PASS_PROBABILITY = Exercise(
    name="expert_pass_probability",
    reference=lambda effort, p, e: Expert.from_preferences(p, e).pass_probability(effort),
    oracle=_expert_by_enumeration,
    probes=(
        Case("the item of the text", 0.5, np.array([0.9]), np.array([0.8])),
        Case("no effort", 0.0, np.array([0.9, 0.2, 0.7]), np.array([0.8, 0.1, 0.6])),
        Case("full effort, several items", 1.0, np.array([0.9, 0.2, 0.7]), np.array([0.8, 0.6, 0.95])),
        Case("opposite tastes", 0.8, np.array([0.9, 0.2]), np.array([0.1, 0.7])),
        Case("an expert who is torn", 0.7, np.array([0.9, 0.3, 0.6]), np.array([0.5, 0.5, 0.5])),
    ),
    mistakes=(
        Mistake(
            "effort squared",
            lambda effort, p, e: 0.5 + 2 * np.mean((p - 0.5) * (e - 0.5)) * effort**2,
            "Effort enters once here: only one of the two labels is the annotator's.",
        ),
        Mistake(
            "product of means",
            lambda effort, p, e: 0.5 + 2 * np.mean(p - 0.5) * np.mean(e - 0.5) * effort,
            "You multiplied two averages. Multiply item by item first, and average the products.",
        ),
        Mistake(
            "np.cov",
            lambda effort, p, e: 0.5 + 2 * np.cov(p, e)[0, 1] * effort,
            "`np.cov` takes away the means of p and e, and divides by one less. Here ½ is taken away from each: "
            "people who both lean to left agree, however little they vary.",
        ),
        Mistake(
            "covariance",
            lambda effort, p, e: 0.5 + 2 * np.mean((p - np.mean(p)) * (e - np.mean(e))) * effort,
            "This is a covariance: it takes away the means of p and e. Take away ½ from each.",
        ),
        Mistake(
            "factor 2 missing",
            lambda effort, p, e: 0.5 + np.mean((p - 0.5) * (e - 0.5)) * effort,
            "At effort 1, when both are certain of the same side, the check must pass always; yours stops at ¾.",
        ),
        Mistake(
            "no coin flips",
            lambda effort, p, e: effort * np.mean(p * e + (1 - p) * (1 - e)),
            "A label that is a coin flip still agrees with the expert half of the time.",
        ),
        Mistake(
            "distances alone",
            lambda effort, p, e: 0.5 + 2 * effort * np.mean(np.abs(p - 0.5) * np.abs(e - 0.5)),
            "Where the two lean to different sides the check fails more often than not: disagreement must count "
            "negative. Keep the signs.",
        ),
        Mistake(
            "certain sides",
            lambda effort, p, e: 0.5 + effort * (np.mean((p > 0.5) == (e > 0.5)) - 0.5),
            "This takes both people for certain. Somebody with p = .6 chooses the other side in four of ten labels.",
        ),
    ),
)


def _self_information(effort, kappa):
    return SelfConsistency(kappa).fisher_information(effort)


def _self_information_by_score(effort, kappa):
    if np.ndim(effort):
        return np.array([_numeric_information(_self_rate, float(one), kappa) for one in effort])
    return _numeric_information(_self_rate, effort, kappa)


def _rate(effort, kappa):
    return 0.5 + 2 * kappa * np.asarray(effort) ** 2


SELF_INFORMATION = Exercise(
    name="self_information",
    reference=_self_information,
    oracle=_self_information_by_score,
    probes=(
        Case("no effort", 0.0, 0.2),
        Case("half effort", 0.5, 0.15),
        Case("high effort on certain items", 0.9, 0.25),
        Case("torn items", 0.8, 0.01),
        Case("an array of efforts", np.array([0.2, 0.6, 0.95]), 0.2),
    ),
    mistakes=(
        Mistake(
            "slope not squared",
            lambda effort, kappa: (
                4 * kappa * np.asarray(effort) / (_rate(effort, kappa) * (1 - _rate(effort, kappa)))
            ),
            "Square the slope.",
        ),
        Mistake(
            "upside down",
            lambda effort, kappa: (
                _rate(effort, kappa) * (1 - _rate(effort, kappa)) / (4 * kappa * np.asarray(effort)) ** 2
            ),
            "The fraction is upside down: this is the variance of an estimate from one check. Information is one over it.",
        ),
        Mistake(
            "only the squared slope",
            lambda effort, kappa: (4 * kappa * np.asarray(effort)) ** 2,
            "A steep curve is only half of it: divide by the variance q(1 − q) of one check.",
        ),
        Mistake(
            "no slope",
            lambda effort, kappa: 1 / (_rate(effort, kappa) * (1 - _rate(effort, kappa))),
            "The variance stands below, and on top belongs the squared slope: a flat curve tells nothing.",
        ),
        Mistake(
            "multiplied by the variance",
            lambda effort, kappa: (
                (4 * kappa * np.asarray(effort)) ** 2 * _rate(effort, kappa) * (1 - _rate(effort, kappa))
            ),
            "You multiplied by q(1 − q). The luckier a check, the less it tells: divide by it.",
        ),
        Mistake(
            "slope of the wrong curve",
            lambda effort, kappa: (
                (2 * kappa * np.asarray(effort)) ** 2 / (_rate(effort, kappa) * (1 - _rate(effort, kappa)))
            ),
            "The slope of η² is 2η. A factor is lost, and it is squared afterwards.",
        ),
        Mistake(
            "divided by q",
            lambda effort, kappa: (4 * kappa * np.asarray(effort)) ** 2 / _rate(effort, kappa),
            "The variance of one check is q(1 − q), not q.",
        ),
        Mistake(
            "the expert's",
            lambda effort, kappa: 16 * kappa**2 / (1 - 16 * kappa**2 * np.asarray(effort) ** 2),
            "This is the information of an expert check. The slope of ½ + 2κη² depends on η.",
        ),
    ),
)


def _break_even(effort, kappa, rho):
    return Expert(rho).fisher_information(effort) / _self_information(effort, kappa)


def _break_even_by_score(effort, kappa, rho):
    own = _numeric_information(_self_rate, effort, kappa)
    return _numeric_information(_expert_rate, effort, rho) / own if own else inf


def _worth_of_a_self_check(effort, kappa, rho):
    price = float(_break_even(effort, kappa, rho))
    return 1 / price


BREAK_EVEN_PRICE = Exercise(
    name="break_even_price",
    reference=_break_even,
    oracle=_break_even_by_score,
    probes=(
        Case("Halyard's experts, low effort", 0.3, 0.1, 0.14),
        Case("Halyard's experts, high effort", 0.8, 0.1, 0.14),
        Case("certain items", 0.95, 0.25, 0.25),
        Case("opposite taste", 0.4, 0.15, -0.1),
        Case("an expert of no shared taste", 0.6, 0.2, 0.0),  # last: upside down, this one only raises
    ),
    mistakes=(
        Mistake(
            "turned round",
            lambda effort, kappa, rho: 1 / _break_even(effort, kappa, rho) if rho else inf,
            "This is what a self check is worth in expert checks: the ratio is upside down. "
            "Asked is the price of an expert check.",
        ),
        Mistake(
            "turned round, and divided by nothing",
            _worth_of_a_self_check,
            "The ratio is upside down: with ρ = 0 it divides by 0, while such a check is worth a price of 0.",
        ),
        Mistake(
            "in euros",
            lambda effort, kappa, rho: 0.2 * _break_even(effort, kappa, rho),
            "Yours is a fifth of it: your price is in euros, or already divided by Halyard's 5. Let a self check cost 1.",
        ),
        Mistake(
            "times Halyard's price",
            lambda effort, kappa, rho: 5 * _break_even(effort, kappa, rho),
            "Yours is five times it. Halyard's price does not enter: asked is the price at which both checks tell the same.",
        ),
        Mistake(
            "never below one",
            lambda effort, kappa, rho: max(1.0, _break_even(effort, kappa, rho)),
            "You let no price fall below 1. Near full effort an expert check is worth less than a self check.",
        ),
        Mistake(
            "standard errors",
            lambda effort, kappa, rho: sqrt(_break_even(effort, kappa, rho)),
            "This is the ratio of standard errors. Money buys checks, and information adds up over checks.",
        ),
        Mistake(
            "slopes",
            lambda effort, kappa, rho: (rho / (2 * kappa * effort)) ** 2,
            "The squared slopes are right. Each has to be divided by its own q(1 − q).",
        ),
        Mistake(
            "strengths",
            lambda effort, kappa, rho: (rho / kappa) ** 2,
            "This does not change with effort. Near effort 0 a self check is nearly worthless.",
        ),
    ),
    properties=(
        Property(
            "falls as effort grows",
            lambda price: price(0.3, 0.2, 0.15) > price(0.6, 0.2, 0.15) > price(0.9, 0.2, 0.15),
            "The more careful the annotators, the less an expert check may cost.",
        ),
    ),
)


def _best_items(p, budget):
    return [int(item) for item in choose_items(ItemChecks.self_consistency(p), budget).chosen]


def _best_items_by_force(p, budget):
    """Every set of that size, with the numeric information of a self check on each of its items."""

    def rate(effort, preference):
        left = _one_label(effort, preference)
        return _same_label(left, left)

    told = [_numeric_information(rate, 0.6, float(one)) for one in p]
    best = max(combinations(range(len(told)), budget), key=lambda chosen: sum(told[item] for item in chosen))
    return sorted(best, key=lambda item: -told[item])


def _from_the_end(p, budget):
    return [int(item) for item in np.argsort(np.abs(p - 0.5))[-budget:][::-1]]


BEST_ITEMS = Exercise(
    name="best_items",
    reference=_best_items,
    oracle=_best_items_by_force,
    probes=(
        Case("both sides of one half", np.array([0.5, 0.1, 0.8, 0.65, 0.97]), 3),
        Case("certain right", np.array([0.55, 0.02, 0.4, 0.9]), 2),
        Case("nearly a draw", np.array([0.3, 0.7004, 0.6]), 1),
        Case("one only", np.array([0.7, 0.25, 0.6]), 1),
        Case("all of them", np.array([0.3, 0.9, 0.55]), 3),
        Case("no budget", np.array([0.3, 0.9, 0.55]), 0),
    ),
    mistakes=(
        Mistake(
            "largest p",
            lambda p, budget: [int(item) for item in np.argsort(-p)[:budget]],
            "An item that everybody attentive answers with right, p near 0, is as clear as one with p near 1.",
        ),
        Mistake(
            "torn items",
            lambda p, budget: [int(item) for item in np.argsort(np.abs(p - 0.5))[:budget]],
            "These are the items on which careful people flip a coin as well. Take the other end.",
        ),
        Mistake(
            "preferences, not numbers",
            lambda p, budget: [float(one) for one in p[np.argsort(-np.abs(p - 0.5))[:budget]]],
            "These are the preferences of the items. Give their places in the list: 0 is the first.",
        ),
        Mistake(
            "budget ignored",
            lambda p, budget: [int(item) for item in np.argsort(-np.abs(p - 0.5))],
            "All items are here. Keep as many as the budget pays.",
        ),
        Mistake(
            "counted from one",
            lambda p, budget: [item + 1 for item in _best_items(p, budget)],
            "Yours are one too high: the first item has number 0.",
        ),
        Mistake(
            "the best one last",
            lambda p, budget: _from_the_end(p, budget)[::-1],
            "`[-budget:]` of an ascending order puts the best item last, and with budget 0 it keeps all. "
            "Sort by the negative distance, and count from the front.",
        ),
        Mistake(
            "everything for nothing",
            lambda p, budget: _from_the_end(p, budget),
            "With budget 0 yours gives all items: `[-0:]` is the whole list. Count from the front.",
        ),
        Mistake(
            "in the order of the list",
            lambda p, budget: sorted(_best_items(p, budget)),
            "The right items, in the order of the list. Put the most informative one first.",
        ),
    ),
)

CRITICISE_RANKING = Rubric(
    name="criticise_ranking",
    criteria=(
        "It says that the list measures effort times shared taste, so that a low rank need not be little care.",
        "It names one thing besides care that moves the list, such as ties, with the evidence of section 6.",
        "It says what the list could still be good for.",
        "It advises which check to buy for whom and for which budget, with two numbers of section 4.",
        "It names what the advised check is blind to.",
        "It proposes how to find out that the advice is wrong.",
    ),
    model_answer=(
        "The list measures effort times shared taste, so a low rank need not be little care. "
        "It falls with ties: GPT-4 hardly ever says tie, and worker 107 goes up once ties are left out. "
        "It may still show whom to look at first, or a taste that the product needs. "
        "For 10 euros a person buy nothing: at .7 self checks are off by .29, and .5 written for everybody by .20. "
        "For 200 euros buy self checks if nobody below .7 is kept: off by .06, the expert by .12; at .3 the expert is "
        "nearer. "
        "Self checks miss a wrong κ, and a rule such as the longer one, even with the sides swapped. "
        "Give everybody golden questions too: if the expert's list foretells them better, I was wrong."
    ),
)

QUIZ = (
    Question(
        "Effort is near 0, and ρ is not. Which check tells more about effort?",
        ("The self check.", "The expert check.", "Both the same."),
        "The expert check.",
        "Near effort 0 the curve ½ + 2κη² is flat, while ½ + 2ρη already rises.",
    ),
    Question(
        "Certain items, an expert of the same taste, effort near 1. What is one self check worth?",
        ("Half an expert check.", "One expert check.", "Two expert checks."),
        "Two expert checks.",
        "It fails twice as often, because either label can slip, and near full effort failures are the news.",
    ),
    Question(
        "ρ is 0 and the annotator works with full effort. How often does an expert check pass?",
        ("Half of the time.", "Always.", "Never."),
        "Half of the time.",
        "The line ½ + 2ρη is flat then: nothing about effort comes through.",
    ),
    Question(
        "An expert check tells 3 times as much as a self check and costs 5 times as much. You buy hundreds: which?",
        ("Expert checks.", "Self checks.", "It makes no difference."),
        "Self checks.",
        "Per unit of cost the expert check tells 3/5 of what the self check tells, and many checks add up.",
    ),
    Question(
        "A worker agrees with an expert in 40 of 100 labels. What may that mean?",
        (
            "The worker is careless.",
            "Taste, a habit such as many ties, or care: the count does not tell which.",
            "The expert is wrong.",
        ),
        "Taste, a habit such as many ties, or care: the count does not tell which.",
        "The rate moves with ρη: only the product shows.",
    ),
)

VARIANTS = (
    Variant(
        "self_information",
        "How much does one self check tell about effort {effort:.2f}, on items of strength κ = {kappa:.2f}? Give its Fisher "
        "information with three decimals.",
        lambda rng: {"effort": between(rng, 0.3, 0.9, 2), "kappa": between(rng, 0.08, 0.24, 2)},
    ),
    Variant(
        "break_even_price",
        "At effort {effort:.2f} self checks run on items of strength κ = {kappa:.2f}, and checks by an expert have ρ = "
        "{rho:.2f}. How many self checks may one expert check cost at most? Give three decimals.",
        lambda rng: {
            "effort": between(rng, 0.3, 0.9, 2),
            "kappa": between(rng, 0.1, 0.24, 2),
            "rho": between(rng, 0.06, 0.2, 2),
        },
    ),
)

LESSON = LessonDefinition(
    number=5,
    title="Compare two monitors",
    minutes_to_read=35,
    minutes_to_do=40,
    exercises=(EXPERT_PASS_PROBABILITY, SELF_INFORMATION, BREAK_EVEN_PRICE, BEST_ITEMS),
    quiz=QUIZ,
    rubrics=(CRITICISE_RANKING,),
    variants=VARIANTS,
)
