"""Lesson 04: measure effort by self-consistency."""

from __future__ import annotations

from itertools import product
from math import sqrt

import numpy as np
from scipy.optimize import brentq

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
from annolib.monitors.many_labels import SelfConsistencyLabels
from annolib.monitors.two_labels import SelfConsistency


def _pass_by_enumeration(effort, kappa):
    """Both labels of every item written out, on items that are ½ ± √κ in equal parts."""

    def one(effort):
        passes = 0.0
        for preference in (0.5 - sqrt(kappa), 0.5 + sqrt(kappa)):
            left = effort * preference + (1 - effort) * 0.5
            chance = {"left": left, "right": 1 - left}
            passes += sum(chance[a] * chance[b] for a, b in product(chance, repeat=2) if a == b) / 2
        return passes

    return one(effort) if np.ndim(effort) == 0 else np.array([one(each) for each in effort])


def _rises(function):
    rates = [function(effort, 0.2) for effort in (0.0, 0.3, 0.6, 1.0)]
    return all(low < high for low, high in zip(rates, rates[1:], strict=False))


PASS_PROBABILITY = Exercise(
    name="pass_probability",
    reference=lambda effort, kappa: SelfConsistency(kappa).pass_probability(effort),
    oracle=_pass_by_enumeration,
    probes=(
        Case("no effort", 0.0, 0.2),
        Case("full effort on certain items", 1.0, 0.25),
        Case("half effort", 0.5, 0.15),
        Case("torn items", 0.8, 0.0),
        Case("an array of efforts", np.array([0.1, 0.6, 0.9]), 0.2),
    ),
    mistakes=(
        Mistake(
            "effort not squared",
            lambda effort, kappa: 0.5 + 2 * kappa * np.asarray(effort),
            "Effort enters once here. A pair shows care only when both labels were judged.",
        ),
        Mistake(
            "factor 2 missing",
            lambda effort, kappa: 0.5 + kappa * np.asarray(effort) ** 2,
            "At effort 1 and κ = ¼ both labels always agree; yours stops at ¾. Look at step 3 again.",
        ),
        Mistake(
            "kappa squared",
            lambda effort, kappa: 0.5 + 2 * kappa**2 * np.asarray(effort) ** 2,
            "κ is already the mean of a square. It enters as it is.",
        ),
        Mistake(
            "starts at zero",
            lambda effort, kappa: 2 * kappa * np.asarray(effort) ** 2,
            "At effort 0 two coin flips still agree half of the time.",
        ),
    ),
    properties=(Property("rises with effort", _rises, "More effort must make agreement more likely."),),
)


def _effort_from_rate(rate, kappa):
    return SelfConsistency(kappa).effort(rate)


def _effort_by_bisection(rate, kappa):
    def excess(effort):
        return _pass_by_enumeration(effort, kappa) - rate

    if excess(0.0) >= 0:
        return 0.0
    return 1.0 if excess(1.0) <= 0 else brentq(excess, 0, 1, xtol=1e-14)


EFFORT_FROM_RATE = Exercise(
    name="effort_from_rate",
    reference=_effort_from_rate,
    oracle=_effort_by_bisection,
    probes=(
        Case("the rate of the text", 0.75, 0.2),
        Case("chance", 0.5, 0.2),
        Case("below chance", 0.4, 0.2),
        Case("above the highest rate", 0.95, 0.2),
        Case("another strength", 0.6, 0.1),
    ),
    mistakes=(
        Mistake(
            "not clipped",
            lambda rate, kappa: float(np.sqrt(max(rate - 0.5, 0) / (2 * kappa))),
            "A rate above the ceiling gives more than full effort here. Clip η² to [0, 1].",
        ),
        Mistake(
            "nan below chance",
            lambda rate, kappa: min(1.0, sqrt((rate - 0.5) / (2 * kappa))) if rate >= 0.5 else float("nan"),
            "Below one half there is a negative number under the root. By luck that happens; the effort is then 0.",
        ),
        Mistake(
            "factor 2 forgotten",
            lambda rate, kappa: float(np.sqrt(np.clip((rate - 0.5) / kappa, 0, 1))),
            "A factor is missing: rate − ½ is 2κη², not κη².",
        ),
        Mistake(
            "kappa on top",
            lambda rate, kappa: float(np.sqrt(np.clip((rate - 0.5) / 2 * kappa, 0, 1))),
            "`/ 2 * kappa` divides by 2 and then multiplies by κ. Put 2κ into brackets.",
        ),
        Mistake(
            "distance to chance",
            lambda rate, kappa: float(np.sqrt(np.clip(abs(rate - 0.5) / (2 * kappa), 0, 1))),
            "The absolute value turns less agreement than luck into care. Below one half effort is 0.",
        ),
        Mistake(
            "no root",
            lambda rate, kappa: float(np.clip((rate - 0.5) / (2 * kappa), 0, 1)),
            "This is η². Take the root.",
        ),
        Mistake(
            "chance forgotten",
            lambda rate, kappa: float(np.sqrt(np.clip(rate / (2 * kappa), 0, 1))),
            "Take the ½ of the coin flips off the rate first.",
        ),
    ),
)


def _strength(agreements, pairs, labels):
    return max(agreements / pairs - 1 / labels, 0.0)


def _strength_by_monitor(agreements, pairs, labels):
    """The strength at which the library's monitor lets full effort pass at the pool's rate, by bisection."""
    rate = agreements / pairs
    if rate <= 1 / labels:
        return 0.0

    def above(strength):
        return SelfConsistencyLabels(strength, labels).pass_probability(1.0) - rate

    return brentq(above, 0, 1 - 1 / labels, xtol=1e-13)


CONCENTRATION_FROM_POOL = Exercise(
    name="concentration_from_pool",
    reference=_strength,
    oracle=_strength_by_monitor,
    probes=(
        Case("Halyard's pool", 360, 400, 2),
        Case("the same rate, three labels", 360, 400, 3),
        Case("all repeats agree", 50, 50, 3),
        Case("fewer than random labels", 20, 100, 2),
        Case("no repeat agrees", 0, 30, 3),
        Case("one pair", 1, 1, 2),
    ),
    mistakes=(
        Mistake(
            "kappa",
            lambda agreements, pairs, labels: max(agreements / pairs - 1 / labels, 0.0) / 2,
            "This is κ, which stands in the formula for two labels only. Asked is Γ, the concentration for K labels.",
        ),
        Mistake(
            "below zero",
            lambda agreements, pairs, labels: agreements / pairs - 1 / labels,
            "A concentration below 0 does not exist: luck alone makes it, so give 0 there.",
        ),
        Mistake(
            "always two labels",
            lambda agreements, pairs, labels: max(agreements / pairs - 0.5, 0.0),
            "Random labels agree in half of the cases only if there are two: use `labels`.",
        ),
        Mistake(
            "chance forgotten",
            lambda agreements, pairs, labels: agreements / pairs,
            "This is the rate. Random labels agree as well: take their share away.",
        ),
        Mistake(
            "corrected for chance",
            lambda agreements, pairs, labels: max(agreements / pairs - 1 / labels, 0.0) / (1 - 1 / labels),
            "This is agreement beyond chance, as a share of what is possible. The concentration is not divided.",
        ),
        Mistake(
            "root",
            lambda agreements, pairs, labels: sqrt(max(agreements / pairs - 1 / labels, 0.0)),
            "No root here: effort is 1, and the concentration enters as it is.",
        ),
    ),
)


def _same_verdict(first, second, swapped):
    other = {"left": "right", "right": "left", "tie": "tie"}
    return np.array([(other[f] if s else f) == g for f, g, s in zip(first, second, swapped, strict=True)])


def _same_by_contents(first, second, swapped):
    """Name the two answers A and B and follow what each label says about them."""
    verdicts = []
    for one, two, exchanged in zip(first, second, swapped, strict=True):
        showings = (
            {"left": "A", "right": "B"},
            {"left": "B", "right": "A"} if exchanged else {"left": "A", "right": "B"},
        )
        liked = [shown.get(label, "neither") for shown, label in zip(showings, (one, two), strict=True)]
        verdicts.append(liked[0] == liked[1])
    return np.array(verdicts)


def _tie_swaps(first, second, swapped):
    equal = np.asarray(first) == np.asarray(second)
    return np.where(np.asarray(swapped), ~equal, equal)


def _equal_or_opposite(first, second, swapped):
    return _same_verdict(first, second, ~np.asarray(swapped))


def _one_after_the_other(first, second, swapped):
    turned, swapped = np.array(first, dtype=object), np.asarray(swapped)
    turned[swapped & (turned == "left")] = "right"
    turned[swapped & (turned == "right")] = "left"
    return turned == np.asarray(second)


def _swapped_ties_disagree(first, second, swapped):
    return _same_verdict(first, second, swapped) & ~((np.asarray(first) == "tie") & np.asarray(swapped))


SAME_VERDICT = Exercise(
    name="same_verdict",
    reference=_same_verdict,
    oracle=_same_by_contents,
    probes=(
        Case(
            "sides kept",
            np.array(["left", "right", "tie", "left"]),
            np.array(["left", "left", "tie", "tie"]),
            np.array([False] * 4),
        ),
        Case(
            "sides swapped",
            np.array(["left", "right", "left", "right"]),
            np.array(["right", "left", "left", "right"]),
            np.array([True] * 4),
        ),
        Case(
            "ties, sides swapped",
            np.array(["tie", "tie", "left", "right"]),
            np.array(["tie", "left", "tie", "tie"]),
            np.array([True] * 4),
        ),
        Case(
            "always left, half of the sides swapped",
            np.array(["left"] * 4),
            np.array(["left"] * 4),
            np.array([True, False, True, False]),
        ),
    ),
    mistakes=(
        Mistake(
            "equal buttons",
            lambda first, second, swapped: np.asarray(first) == np.asarray(second),
            "This compares buttons. After a swap the same button is the opposite verdict.",
        ),
        Mistake(
            "ties taken for opposite",
            _tie_swaps,
            "After a swap, different buttons are not enough: tie and left differ, and still are two verdicts. "
            "And two ties agree.",
        ),
        Mistake(
            "swap the wrong way round",
            _equal_or_opposite,
            "The labels are exchanged where the sides were kept. Exchange them where `swapped` is True.",
        ),
        Mistake(
            "one exchange after the other",
            _one_after_the_other,
            "All left or all right after the swap: the second exchange turns back what the first one did. "
            "Look up each label once.",
        ),
        Mistake(
            "two swapped ties disagree",
            _swapped_ties_disagree,
            "A tie means the same verdict on both sides: two ties agree, swapped or not.",
        ),
        Mistake(
            "ignores swapped pairs",
            lambda first, second, swapped: (np.asarray(first) == np.asarray(second)) & ~np.asarray(swapped),
            "Every swapped pair counts as disagreement here. Translate the label instead.",
        ),
    ),
)


def _corrected(agreement, left, right, tie, swapped):
    chance = (1 - swapped) * (left**2 + right**2 + tie**2) + swapped * (2 * left * right + tie**2)
    return (agreement - chance) / (1 - chance) if chance < 1 else float("nan")


def _corrected_by_enumeration(agreement, left, right, tie, swapped):
    """Two labels drawn from the habits, all nine pairs of them, for both kinds of showing."""
    shares = {"left": left, "right": right, "tie": tie}
    mirror = {"left": "right", "right": "left", "tie": "tie"}
    chance = 0.0
    for first, second in product(shares, repeat=2):
        weight = shares[first] * shares[second]
        chance += weight * ((1 - swapped) * (first == second) + swapped * (mirror[first] == second))
    return float("nan") if chance > 1 - 1e-12 else (agreement - chance) / (1 - chance)


def _only_difference(agreement, left, right, tie, swapped):
    value = _corrected(agreement, left, right, tie, swapped)
    chance = (1 - swapped) * (left**2 + right**2 + tie**2) + swapped * (2 * left * right + tie**2)
    return agreement - chance if value == value else float("nan")


def _one_way_only(agreement, left, right, tie, swapped):
    chance = (1 - swapped) * (left**2 + right**2 + tie**2) + swapped * (left * right + tie**2)
    return (agreement - chance) / (1 - chance) if chance < 1 else float("nan")


def _guards_tie_only(agreement, left, right, tie, swapped):
    if tie == 1:
        return float("nan")
    chance = (1 - swapped) * (left**2 + right**2 + tie**2) + swapped * (2 * left * right + tie**2)
    return (agreement - chance) / (1 - chance)


def _unguarded(name, chance, message):
    """The mistake `name` in the formula, made by somebody who also forgot the case of certain agreement."""

    def wrong(agreement, left, right, tie, swapped):
        same, across = left**2 + right**2 + tie**2, 2 * left * right + tie**2
        by_habit = chance(same, across, swapped)
        return (agreement - by_habit) / (1 - by_habit)

    guard = " And where habits alone give certain agreement, return nan before you divide."
    return Mistake(f"{name}, no guard", wrong, message + guard)


def _difference_unguarded(agreement, left, right, tie, swapped):
    return agreement - (1 - swapped) * (left**2 + right**2 + tie**2) - swapped * (2 * left * right + tie**2)


def _uniform_chance(agreement, left, right, tie, swapped):
    return (agreement - 1 / 3) / (2 / 3)


CORRECTED_AGREEMENT = Exercise(
    name="corrected_agreement",
    reference=_corrected,
    oracle=_corrected_by_enumeration,
    probes=(
        Case("a bit of everything, sides kept", 0.8, 0.4, 0.4, 0.2, 0.0),
        Case("half of the sides swapped", 0.8, 0.6, 0.1, 0.3, 0.5),
        Case("always left, all swapped", 0.0, 1.0, 0.0, 0.0, 1.0),
        Case("always tie", 1.0, 0.0, 0.0, 1.0, 0.5),
        Case("always left, sides kept", 1.0, 1.0, 0.0, 0.0, 0.0),
        Case("a strong habit, sides kept", 0.9, 0.8, 0.1, 0.1, 0.0),
        Case("less agreement than chance", 0.2, 0.5, 0.25, 0.25, 0.0),
        Case("every repeat agrees, with no habit", 1.0, 0.4, 0.3, 0.3, 0.5),
        Case("mixed labels, no repeat agrees", 0.0, 0.3, 0.3, 0.4, 1.0),
    ),
    mistakes=(
        Mistake(
            "full agreement unknown",
            lambda agreement, left, right, tie, swapped: (
                float("nan") if agreement == 1 else _corrected(agreement, left, right, tie, swapped)
            ),
            "Full agreement is no reason for nan: it is 1 wherever the chance agreement is below 1. "
            "Look at the chance, not at the agreement.",
        ),
        Mistake(
            "ignores the swap",
            lambda agreement, left, right, tie, swapped: _corrected(agreement, left, right, tie, 0.0),
            "The chance agreement does not change with `swapped`. Mix the two formulas.",
        ),
        Mistake(
            "weights exchanged",
            lambda agreement, left, right, tie, swapped: _corrected(agreement, left, right, tie, 1 - swapped),
            "The weights are exchanged: `swapped` belongs to 2lr + t², one label left and the other one right.",
        ),
        Mistake(
            "one way only",
            _one_way_only,
            "Left first and right then, or right first and left then: two ways to agree after a swap, so 2lr.",
        ),
        Mistake(
            "only always-tie guarded",
            _guards_tie_only,
            "Always-tie is not the only habit with chance agreement 1: with the sides kept, always-left has it too. "
            "Compare the chance with 1, and not the share of ties.",
        ),
        Mistake(
            "not divided",
            _only_difference,
            "Divide by 1 − chance, so that full agreement gives 1.",
        ),
        _unguarded(
            "ignores the swap",
            lambda same, across, swapped: same,
            "The chance agreement does not change with `swapped`. Mix the two formulas.",
        ),
        _unguarded(
            "weights exchanged",
            lambda same, across, swapped: swapped * same + (1 - swapped) * across,
            "The weights are exchanged: `swapped` belongs to 2lr + t², one label left and the other one right.",
        ),
        Mistake(
            "not divided, no guard",
            _difference_unguarded,
            "Divide by 1 − chance, so that full agreement gives 1. "
            "And where habits alone give certain agreement, return nan before you divide.",
        ),
        Mistake(
            "uniform chance",
            _uniform_chance,
            "A third is the chance of a random clicker. Use this annotator's own shares.",
        ),
    ),
)

JUDGE_WORKER = Rubric(
    name="judge_worker",
    criteria=(
        "It compares sides kept with sides swapped, with the counts.",
        "It names the possible habit, and does not call it bad taste or dishonesty.",
        "It says what the counts do not show: few pairs, accidental repeats, no reason why.",
        "It proposes a next step that could prove the verdict wrong.",
    ),
    model_answer=(
        "With the sides kept, worker 20 repeats 16 of 18 labels; with the sides swapped only 3 of 18. "
        "That looks like a habit of the side, and hardly like a judgement of the answers. "
        "The pairs are few and hang together, the repeats were accidents, and nothing says why. "
        "Ask, then show 40 new repeats, half of them swapped and all spaced, before anything is decided."
    ),
)

QUIZ = (
    Question(
        "Everybody is torn on the items: κ is near 0. What does a repeat tell about effort?",
        ("A lot.", "Almost nothing.", "Only whether the sides were swapped."),
        "Almost nothing.",
        "The curve ½ + 2κη² is flat then: careful people flip a coin as well.",
    ),
    Question(
        "An annotator passes 40 of 40 checks. What may you conclude?",
        (
            "Effort is 1.",
            "The pass rate is high; the effort may be 1, somewhat less, or a fixed rule.",
            "The annotator has good taste.",
        ),
        "The pass rate is high; the effort may be 1, somewhat less, or a fixed rule.",
        "At the ceiling the estimate is 1, whatever lies behind it.",
    ),
    Question(
        "Why swap the sides of a repeat?",
        (
            "It makes the item harder.",
            "It tells a repeated verdict from a repeated button.",
            "It removes ties.",
        ),
        "It tells a repeated verdict from a repeated button.",
        "Always-left passes each unswapped repeat and fails each swapped one.",
    ),
    Question(
        "You take κ = .25, but the items are less certain. What happens to the estimated effort?",
        ("Too low.", "Too high.", "Nothing."),
        "Too low.",
        "The same pass rate is read off a steeper curve, so it needs less effort.",
    ),
    Question(
        "Somebody always prefers the longer answer. What does self-consistency say?",
        ("Full effort.", "No effort.", "It depends on the sides."),
        "Full effort.",
        "A fixed rule is consistent. The monitor separates careless from attentive, not good from bad taste.",
    ),
)

VARIANTS = (
    Variant(
        "pass_probability",
        "An annotator makes effort {effort:.2f} on items of strength κ = {kappa:.2f}. With which chance do both labels of "
        "a repeated item agree? Give three decimals.",
        lambda rng: {"effort": between(rng, 0.2, 0.95, 2), "kappa": between(rng, 0.05, 0.25, 2)},
    ),
    Variant(
        "effort_from_rate",
        "On items of strength κ = {kappa:.2f} an annotator agrees with earlier labels in {rate:.1%} of the repeats. Which "
        "effort passes a check just as often? Give three decimals.",
        lambda rng: {"rate": between(rng, 0.52, 0.68, 3), "kappa": between(rng, 0.1, 0.25, 2)},
        lambda rate, kappa: (rate, kappa),
    ),
)

LESSON = LessonDefinition(
    number=4,
    title="Measure effort by self-consistency",
    minutes_to_read=35,
    minutes_to_do=40,
    exercises=(
        PASS_PROBABILITY,
        CONCENTRATION_FROM_POOL,
        EFFORT_FROM_RATE,
        SAME_VERDICT,
        CORRECTED_AGREEMENT,
    ),
    quiz=QUIZ,
    rubrics=(JUDGE_WORKER,),
    variants=VARIANTS,
)
