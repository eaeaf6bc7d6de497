"""The keys of the questions on the shelf, each by a formula or an algorithm that the library does not use for it."""

import math
from string import Formatter

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar

from annolib.course.checking.checks import NOT_RIGHT, RIGHT, judge
from annolib.course.shelf.exam import HALVES
from annolib.course.shelf.questions import IN_WORDS, more_questions
from annolib.course.variants import draw

SEEDS = [f"class, student {number}" for number in range(12)]
ASKED = [
    (lesson, one) for half in HALVES.values() for lesson in half for one in more_questions(lesson).variants
]
IDS = [f"{lesson:02d} {one.exercise}" for lesson, one in ASKED]


def density(z):
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def effort_of(value):
    """Where the marginal worth of effort is the marginal wage: h(u) = −log(1 − u), so h′ = 1/(1 − u)."""
    return brentq(lambda e: 2 * value * (1 - e) - e / (1 - e * e / 2), 0, 1)


def told(q, slope):
    return slope**2 / (q * (1 - q))


def self_told(value, kappa):
    effort = effort_of(value)
    return told(0.5 + 2 * kappa * effort**2, 4 * kappa * effort)


def line_constant(value):
    effort = effort_of(value)
    return 0.5 * effort**2 / (1 - effort**2 / 2) ** 2


def chernoff(low, high):
    found = minimize_scalar(
        lambda s: math.log(low**s * high ** (1 - s) + (1 - low) ** s * (1 - high) ** (1 - s)),
        bounds=(0, 1),
        method="bounded",
        options={"xatol": 1e-12},
    )
    return -found.fun


def wilson_high(passes, checks, kappa):
    """The largest q that a z test at 1.96 does not reject, and the effort there."""
    rate, z = passes / checks, 1.959963984540054
    q = brentq(lambda q: (q - rate) ** 2 - z * z * q * (1 - q) / checks, rate, 1)
    return min(math.sqrt(max(q - 0.5, 0) / (2 * kappa)), 1.0)


def deposit(value, kappa, checks):
    """By integrating how far idle pay is cut, with its own line: base and slope from h, all with normal luck."""
    effort = effort_of(value)
    u, q = effort**2 / 2, 0.5 + 2 * kappa * effort**2
    slope = effort / (4 * kappa * effort) / (1 - u)  # wage a unit of q
    idle = -math.log(1 - u) - slope * (q - 0.5)
    target, sd = -(1 - math.exp(-idle)), slope * math.sqrt(0.25 / checks)

    def lifted(by):
        return (
            quad(lambda luck: max(-(idle + by) - sd * luck, 0) * density(luck), -9, 9, limit=200)[0] - target
        )

    return brentq(lifted, -idle - 8 * sd, 5)


FORMULAS = {
    "agreement_of_two": lambda effort, own, other: (
        (s := effort * own + (1 - effort) / 2) * other + (1 - s) * (1 - other)
    ),
    "noisy_accuracy": lambda share, effort: effort * share + (1 - effort) / 2,
    "standard_error": lambda effort, kappa, checks: (
        math.sqrt((1 - 16 * kappa**2 * effort**4) / checks) / (8 * kappa * effort)
    ),
    "three_labels": lambda strength, effort: 1 / 3 + strength * effort**2,
    "golden_information": lambda gamma, effort: gamma**2 / (0.25 - gamma**2 * effort**2),
    "error_exponent": chernoff,
    "upper_limit": wilson_high,
    "first_best_effort": effort_of,
    "gain_of_seeing": lambda value: max(
        value * e * (2 - e) + math.log(1 - e * e / 2) for e in np.linspace(0, 1, 100_001)
    ),
    "waste_of_failing": lambda value: math.log(1 - (u := effort_of(value) ** 2 / 2)) + u / (1 - u),
    "rent_of_luck": lambda chance, cost: 0.5 * cost / (chance - 0.5),
    "price_of_risk": lambda value, kappa, checks: line_constant(value) / checks / self_told(value, kappa),
    "deposit_for_a_line": deposit,
    "weight_of_a_pass": lambda kappa, effort: (
        4 * kappa * effort / (0.25 - 4 * kappa**2 * effort**4) * (0.25 - effort**2 / 4) / 0.5
    ),
    "gap_of_two_kinds": lambda value, kappa, own, golden: (
        line_constant(value) / (own * self_told(value, kappa) + golden / (1 - effort_of(value) ** 2))
    ),
    "leniency": lambda value, kappa, checks: brentq(
        # where the density at −z makes the slope right with a bonus of Δ\* = η²/2, so that c′/Δ\* = 2/η
        lambda z: density(z) - 2 / effort_of(value) / math.sqrt(checks * self_told(value, kappa)),
        0,
        9,
    ),
    "checks_for_two_efforts": lambda chance, parts: math.ceil(math.log(parts) / chernoff(0.5, chance)),
    "pilot_error": lambda repeats, kappa: (
        math.sqrt((0.5 + 2 * kappa) * (0.5 - 2 * kappa) / repeats) / (2 * kappa)
    ),
    "margin_in_passes": lambda value, kappa, width, checks: checks * 2 * effort_of(value) ** 2 * width,
}


def test_every_question_has_its_formula():
    assert {one.exercise for _, one in ASKED} == set(FORMULAS) and len(ASKED) == len(FORMULAS)
    assert {lesson for lesson, _ in ASKED} == set(range(2, 14))


@pytest.mark.parametrize(("lesson", "template"), ASKED, ids=IDS)
def test_the_key_is_what_the_formula_says(lesson, template):
    for seed in SEEDS:
        one = next(d for d in draw(more_questions(lesson), seed) if d.name == f"own_{template.exercise}")
        expected = FORMULAS[template.exercise](**one.numbers)
        assert expected == pytest.approx(one.key, rel=1e-4, abs=2e-6), (seed, one.numbers)
        assert judge(one.exercise, one.key).state == RIGHT
        assert (
            judge(one.exercise, one.key + 3 * template.tolerance * max(1, one.key) + 1e-6).state == NOT_RIGHT
        )


@pytest.mark.parametrize(("lesson", "template"), ASKED, ids=IDS)
def test_the_text_shows_the_numbers_and_asks_for_digits(lesson, template):
    shown = {name for _, name, _, _ in Formatter().parse(template.text) if name}
    drawn = draw(more_questions(lesson), "a")
    assert shown == set(next(d for d in drawn if d.name == f"own_{template.exercise}").numbers)
    assert ("decimals" in template.text) == (template.tolerance > 0) != ("whole number" in template.text)
    keys = [
        next(d for d in draw(more_questions(lesson), seed) if d.name == f"own_{template.exercise}").key
        for seed in SEEDS
    ]
    assert len({round(key, 5) for key in keys}) > len(SEEDS) / 3


def test_questions_in_words_have_criteria_and_an_answer_that_is_longer_than_they_are():
    for half, questions in IN_WORDS.items():
        assert half in HALVES and len(questions) >= 3
        for text, rubric in questions:
            assert (
                len(rubric.criteria) in (3, 4) and rubric.model_answer.count(".") >= 3 and text.endswith(".")
            )
