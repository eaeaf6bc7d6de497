"""Questions with numbers of their own beside those of the lessons: for exams and homework.

Each key comes from the library; the tests compute it by another formula. A lesson that is rewritten keeps these.
"""

from __future__ import annotations

import math

import annolib as al
from annolib.course.definitions import Exercise, LessonDefinition, Property, Rubric, Variant, between

_DIGITS = {"two": 5e-3, "three": 5e-4, "four": 5e-5, "five": 5e-6}
_FINITE = (Property("is a finite number", lambda value: math.isfinite(value)),)


def firm(value):
    """The firm of the lessons on contracts, with V(η) = value · η(2 − η), c(η) = η²/2 and u(w) = 1 − e^(−w)."""
    return al.Problem(
        al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda effort: value * effort * (2 - effort), floor=0.0
    )


_FIRM = "A batch is worth {value:.2f} η(2 − η), effort costs η²/2, and u(w) = 1 − e^(−w). "
_CHECKS = "A self check has strength κ = {kappa:.2f}. "


def _rent(chance, cost):
    """What the worker keeps of the cheapest pay that makes work worth its cost, with no wage below 0."""
    problem = al.Problem(al.RiskNeutral(), cost=[0, cost], value=[0, 100], floor=0.0)
    seen = al.Outcomes([[0.5, 0.5], [1 - chance, chance]])
    return al.second_best(problem, seen, family="optimal").rent


def _weight(effort, monitor):
    """How much the score of a pass exceeds the score of a failure: q′/(q(1 − q))."""
    passes = monitor.pass_probability(effort)
    return math.sqrt(monitor.fisher_information(effort) / (passes * (1 - passes)))


def _strengths(kappa, width):
    return al.MonitorRange(al.SelfConsistency(kappa - width), al.SelfConsistency(kappa + width))


# lesson, name, text, how the numbers are drawn, the key
_ASKED = (
    (
        2,
        "agreement_of_two",
        "Somebody works with effort {effort:.2f}, and when judging says left on an item with chance {own:.2f}. A colleague "
        "always judges, and says left with chance {other:.2f}. How often do their labels of this item agree? Give three "
        "decimals.",
        lambda rng: {
            "effort": between(rng, 0.2, 0.9, 2),
            "own": between(rng, 0.6, 0.95, 2),
            "other": between(rng, 0.1, 0.9, 2),
        },
        lambda effort, own, other: al.Expert.from_preferences([own], [other]).pass_probability(effort),
    ),
    (
        3,
        "noisy_accuracy",
        "A model agrees with {share:.1%} of the labels that attentive people give. With how large a share of labels does it "
        "agree that are given with effort {effort:.2f}, and else by coin? Give three decimals.",
        lambda rng: {"share": between(rng, 0.6, 0.95, 3), "effort": between(rng, 0.2, 0.9, 2)},
        lambda share, effort: al.label_law(share, effort),
    ),
    (
        4,
        "standard_error",
        "Effort {effort:.2f}, strength κ = {kappa:.2f}, {checks} self checks: what is the standard error of the estimated "
        "effort, by the Fisher information? Give three decimals.",
        lambda rng: {
            "effort": between(rng, 0.3, 0.9, 2),
            "kappa": between(rng, 0.1, 0.24, 2),
            "checks": int(rng.integers(40, 400)),
        },
        lambda effort, kappa, checks: (
            1 / math.sqrt(checks * al.SelfConsistency(kappa).fisher_information(effort))
        ),
    ),
    (
        4,
        "three_labels",
        "There are three labels: left, right and tie. On items of strength Γ = {strength:.2f} somebody works with effort "
        "{effort:.2f}. How often does a repeat agree? Give three decimals.",
        lambda rng: {"strength": between(rng, 0.2, 0.6, 2), "effort": between(rng, 0.2, 0.95, 2)},
        lambda strength, effort: al.SelfConsistencyLabels(concentration=strength).pass_probability(effort),
    ),
    (
        5,
        "golden_information",
        "A golden question is answered as expected with chance ½ + {gamma:.2f} η. How much does one tell about effort "
        "{effort:.2f}? Give its Fisher information with three decimals.",
        lambda rng: {"gamma": between(rng, 0.2, 0.48, 2), "effort": between(rng, 0.2, 0.9, 2)},
        lambda gamma, effort: al.Golden(gamma).fisher_information(effort),
    ),
    (
        6,
        "error_exponent",
        "The careless pass a check with chance {low:.2f}, the careful with {high:.2f}. Both errors of the best test fall "
        "like e^(−E n). What is E, the Chernoff information? Give four decimals.",
        lambda rng: {"low": between(rng, 0.5, 0.6, 2), "high": between(rng, 0.68, 0.9, 2)},
        lambda low, high: al.chernoff_information(low, high),
    ),
    (
        7,
        "upper_limit",
        "{passes} of {checks} self checks passed, on items of strength κ = {kappa:.2f}. Up to which effort does the 95% "
        "Wilson interval reach? Give three decimals.",
        lambda rng: {
            "passes": int(rng.integers(31, 37)),
            "checks": int(rng.integers(56, 66)),
            "kappa": between(rng, 0.18, 0.25, 2),
        },
        lambda passes, checks, kappa: (
            al.estimate_effort(passes, checks, al.SelfConsistency(kappa), confidence=0.95).high
        ),
    ),
    (
        8,
        "first_best_effort",
        _FIRM + "Which effort would the firm buy if it could see it? Give three decimals.",
        lambda rng: {"value": between(rng, 0.4, 0.9, 2)},
        lambda value: al.first_best(firm(value)).effort,
    ),
    (
        8,
        "gain_of_seeing",
        _FIRM
        + "The outside option is worth 0. What does the firm earn if it sees effort? Give three decimals.",
        lambda rng: {"value": between(rng, 0.4, 0.9, 2)},
        lambda value: al.first_best(firm(value)).profit,
    ),
    (
        9,
        "waste_of_failing",
        _FIRM
        + "What does one missed threshold waste, K = h(0) − h(ū) + h′(ū)Δ\\*, at the first best? Give four decimals.",
        lambda rng: {"value": between(rng, 0.4, 0.9, 2)},
        lambda value: al.rates.failure_waste(firm(value)),
    ),
    (
        9,
        "rent_of_luck",
        "Nobody minds risk, no wage is below 0, and there is one check. Work costs {cost:.2f} and passes it with chance "
        "{chance:.2f}; a click passes it with chance ½. What does the worker keep, beyond the cost of work, of the cheapest "
        "pay that makes work worthwhile? Give three decimals.",
        lambda rng: {"chance": between(rng, 0.6, 0.95, 2), "cost": between(rng, 0.1, 0.9, 2)},
        _rent,
    ),
    (
        10,
        "price_of_risk",
        _FIRM + _CHECKS + "What does not seeing effort cost with the best line and {checks} checks, by "
        "C/(n 𝓘)? Give five decimals.",
        lambda rng: {
            "value": between(rng, 0.4, 0.9, 2),
            "kappa": between(rng, 0.1, 0.24, 2),
            "checks": int(rng.integers(20, 200)) * 5,
        },
        lambda value, kappa, checks: al.rates.linear_gap(firm(value), al.SelfConsistency(kappa), checks),
    ),
    (
        10,
        "deposit_for_a_line",
        _FIRM
        + _CHECKS
        + "Which deposit lets a line do its work with {checks} checks, by the rule sd · G(x) = −u(w₀)? Give "
        "three decimals.",
        lambda rng: {
            "value": between(rng, 0.5, 0.8, 2),
            "kappa": between(rng, 0.1, 0.2, 2),
            "checks": int(rng.integers(20, 100)),
        },
        lambda value, kappa, checks: al.rates.deposit_rule(firm(value), al.SelfConsistency(kappa), checks),
    ),
    (
        11,
        "weight_of_a_pass",
        "Pay may count passes of self checks, κ = {kappa:.2f}, and of golden questions, answered as expected with chance "
        "½ + ½ η. At effort {effort:.2f}, how many golden passes should one self pass be worth? Give three decimals.",
        lambda rng: {"kappa": between(rng, 0.1, 0.24, 2), "effort": between(rng, 0.3, 0.8, 2)},
        lambda kappa, effort: _weight(effort, al.SelfConsistency(kappa)) / _weight(effort, al.Golden(0.5)),
    ),
    (
        11,
        "gap_of_two_kinds",
        _FIRM
        + "The firm buys {own} self checks, κ = {kappa:.2f}, and {golden} golden questions, passed with chance "
        "½ + ½ η. What does not seeing effort cost with the best line, to leading order? Give five decimals.",
        lambda rng: {
            "value": between(rng, 0.4, 0.9, 2),
            "kappa": between(rng, 0.1, 0.2, 2),
            "own": int(rng.integers(10, 60)) * 10,
            "golden": int(rng.integers(5, 30)) * 10,
        },
        lambda value, kappa, own, golden: (
            al.rates.linear_constant(firm(value))
            / (
                own * al.rates.information(firm(value), al.SelfConsistency(kappa))
                + golden * al.rates.information(firm(value), al.Golden(0.5))
            )
        ),
    ),
    (
        12,
        "leniency",
        _FIRM
        + _CHECKS
        + "With {checks} checks, how many standard deviations below the expected passes does the best "
        "threshold stand, by z = √(2 log(Δ\\*√(n𝓘)/(c′√(2π))))? Give three decimals.",
        lambda rng: {
            "value": between(rng, 0.5, 0.8, 2),
            "kappa": between(rng, 0.12, 0.22, 2),
            "checks": int(rng.integers(2, 50)) * 1000,
        },
        lambda value, kappa, checks: al.rates.threshold_leniency(
            firm(value), al.SelfConsistency(kappa), checks
        ),
    ),
    (
        12,
        "checks_for_two_efforts",
        "An agent either clicks, and passes each check with chance ½, or works, and passes with chance {chance:.2f}. The "
        "floor is what the agent has elsewhere, so the loss falls like e^(−E n), with E the Chernoff information. By this "
        "law, from how many checks on is the loss {parts} times smaller? Give a whole number, rounded up.",
        lambda rng: {"chance": between(rng, 0.56, 0.8, 2), "parts": int(rng.choice([10, 20, 50, 100, 1000]))},
        lambda chance, parts: math.ceil(math.log(parts) / al.chernoff_information(0.5, chance)),
    ),
    (
        13,
        "pilot_error",
        "People of effort 1 repeat {repeats} items of strength κ = {kappa:.2f}. What is the standard error of the strength "
        "that you estimate from their agreement, as a share of κ? Give three decimals.",
        lambda rng: {"repeats": int(rng.integers(10, 100)) * 10, "kappa": between(rng, 0.1, 0.22, 2)},
        lambda repeats, kappa: al.rates.pilot(firm(0.6), al.SelfConsistency(kappa), repeats).error,
    ),
    (
        13,
        "margin_in_passes",
        _FIRM
        + "The strength lies in {kappa:.2f} ± {width:.2f}. By how many of {checks} passes must a threshold be lowered to "
        "hold at the weakest strength, by n · 2η² · Δκ at the first best? Give two decimals.",
        lambda rng: {
            "value": between(rng, 0.5, 0.8, 2),
            "kappa": between(rng, 0.12, 0.2, 2),
            "width": between(rng, 0.01, 0.03, 2),
            "checks": int(rng.integers(10, 40)) * 100,
        },
        lambda value, kappa, width, checks: float(
            al.rates.robust_margin(firm(value), _strengths(kappa, width), checks)
        ),
    ),
)


def more_questions(number):
    """Return the questions of lesson `number` that stand here, as a definition that `variants.draw` takes.

    >>> [one.exercise for one in more_questions(5).variants]
    ['golden_information']
    """
    rows = [row[1:] for row in _ASKED if row[0] == number]
    exercises = tuple(Exercise(name, reference=answer, properties=_FINITE) for name, _, _, answer in rows)
    variants = tuple(Variant(name, text, draw, tolerance=_asked_for(text)) for name, text, draw, _ in rows)
    return LessonDefinition(number, "More questions", 0, 0, exercises=exercises, variants=variants)


def _asked_for(text):
    """The largest error of an answer with the digits that the text asks for."""
    digits = next((word for word in _DIGITS if f"{word} decimals" in text), None)
    return _DIGITS[digits] if digits else 0.0


# for each half of the course: the question, what a good answer does, one good answer
IN_WORDS = {
    1: (
        (
            "An annotator agrees with the majority in 61% of the items, the others in 80% on average. "
            "The manager wants to pay less. Answer in four to six sentences.",
            Rubric(
                "below_the_majority",
                (
                    "It says that agreement with the majority mixes care and taste.",
                    "It describes a careful annotator of a minority taste who would get this number.",
                    "It names a check that tells care from taste, with what it needs.",
                ),
                "The number mixes two things: how carefully somebody judges, and whether they judge as most others do. "
                "A careful person whose taste differs on a fifth of the items gets it as well. "
                "Repeat fifty items hours apart, half of them with the sides swapped: who reads repeats the verdict, "
                "whatever the taste. "
                "Until then the number says whom to look at, and not whom to pay less.",
            ),
        ),
        (
            "A worker repeats every verdict in 40 of 40 checks. Name two ways to get there without reading, and for each "
            "the change of the checks that would show it.",
            Rubric(
                "perfect_without_care",
                (
                    "It names a habit of sides, and swaps the sides of a random half of the repeats.",
                    "It names a habit that survives swapping, such as always-tie or the longer answer.",
                    "It says what shows that second habit: own shares of labels, golden questions, or an expert.",
                ),
                "Always-left repeats itself perfectly while the sides stay; swap the sides of a random half and it "
                "contradicts itself. "
                "Always-tie and the longer answer survive the swap. "
                "Correct the agreement for the worker's own shares of labels, which unmasks always-tie, and put in golden "
                "questions whose answer is the shorter one, which unmasks the other.",
            ),
        ),
        (
            "A firm finds that labels of half the effort cost its reward model two points of accuracy, and concludes that "
            "care does not matter. Answer in four to six sentences.",
            Rubric(
                "accuracy_hides_effort",
                (
                    "It says that careless labels shrink the fitted weights and keep their direction.",
                    "It says that the loss shows in how many labels are needed.",
                    "It says against which test labels accuracy was measured, and what noisy ones would do.",
                ),
                "Coin flips shrink the weights towards 0 and leave their direction, so the order of two answers survives. "
                "What is lost is information: at half the effort it takes several times as many labels to learn as much. "
                "Two points may be much or little, by how many labels there were. "
                "And ask what the test was: against labels as careless as these, accuracy falls in a straight line.",
            ),
        ),
    ),
    2: (
        (
            "A contract satisfies the first-order condition at the effort that the firm wants. Say why the agent may still "
            "not choose it, and which single other effort you would try first.",
            Rubric(
                "local_is_not_global",
                (
                    "It says that the condition looks at small changes only.",
                    "It names idleness, effort 0, as the deviation to try.",
                    "It says what the firm changes: a larger bonus with a lower threshold, or a deposit.",
                ),
                "The condition says that a little more or less effort gains nothing. "
                "Far away the payoff may have a second hill: at effort 0 nothing is spent, and luck still passes checks. "
                "Compare with idleness first. "
                "If it wins, raise the bonus and lower the threshold, so that work is rarely unlucky, or ask for a deposit.",
            ),
        ),
        (
            "A firm pays 60 euros from 18 of 30 agreements on. Its model says that effort pays by a hair. "
            "Name the three numbers that you would not trust, and mend the clause.",
            Rubric(
                "at_the_cliff",
                (
                    "It names strength, cost of effort and risk aversion, or others that nobody measured.",
                    "It says that an error on one side costs little and on the other side everything.",
                    "It gives a margin: a larger bonus or a lower threshold, with what it costs.",
                    "It proposes a pilot that measures one of the numbers.",
                ),
                "Nobody measured the cost of effort, the dislike of risk or the strength of these items. "
                "If one of them is a little worse than assumed, clicking pays better and all effort stops; if it is "
                "better, the firm pays a few euros too much. "
                "So leave a margin: raise the bonus, or pay from 17 on, and compute the profit of that for the weakest "
                "strength you believe in. "
                "Let trusted people repeat some hundred items first, which gives the strength and its error.",
            ),
        ),
        (
            "One paper says that the loss from not seeing effort falls like 1/√(n log n), another says e^(−n). "
            "Both are right. Say when each is, and which of the two your firm should count on.",
            Rubric(
                "two_rates",
                (
                    "It ties the slow law to a threshold with a floor and effort that can be changed a little.",
                    "It ties the fast law to a few levels of effort that lie well apart.",
                    "It says that with many levels the fast law starts late.",
                    "It says something about the numbers of checks at which people work.",
                ),
                "The slow law is that of a threshold with a floor, where effort can be lowered a little at a time: the "
                "threshold must be lenient, and lenience is paid. "
                "The fast law is that of a few efforts far apart, which enough checks tell apart almost surely. "
                "With many levels close together the fast law starts only once neighbours can be told apart. "
                "With a hundred checks neither law has begun, and the exact number decides.",
            ),
        ),
    ),
}
