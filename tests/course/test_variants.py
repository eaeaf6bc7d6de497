"""Questions with numbers of one's own: the key against the exercise's oracle and against the library, for many seeds."""

import math
from itertools import combinations, product
from string import Formatter

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

import annolib as al
from annolib.course import Lesson, variant
from annolib.course.checking.checks import NOT_RIGHT, RIGHT, judge
from annolib.course.definitions import LessonDefinition, Variant, load_definition
from annolib.course.variants import draw

NUMBERS = range(1, 11)
SEEDS = [f"class, student {number}" for number in range(25)]
VARIANTS = [(number, each) for number in NUMBERS for each in load_definition(number).variants]
IDS = [f"{number:02d} {each.exercise}" for number, each in VARIANTS]


def pairs_that_agree(a, b, c, d, e):
    items = [(a, b), (c, d), (e, 1)]
    agreeing = sum(math.comb(count, 2) for item in items for count in item)
    return agreeing / sum(math.comb(sum(item), 2) for item in items)


def precision(effort, s1, s2, s3, c):
    """The information about the length of the fit from its slope and the variance of the slope, by differences."""
    s, step = np.array([s1, s2, s3]), 1e-5
    q = 0.5 + effort * (1 / (1 + np.exp(-s)) - 0.5)

    def p(logit):
        return 1 / (1 + np.exp(-c * logit))

    bend = np.mean((p(s + step) - p(s - step)) / (2 * step)) / c
    return (c * bend) ** 2 / np.mean(q * (1 - p(s)) ** 2 + (1 - q) * p(s) ** 2)


def loglik(effort, a, b, kappa, c, d, rho):
    chances = ((a, b, 1 / 3 + kappa * effort**2), (c, d, 1 / 3 + rho * effort))
    return sum(stats.binom.logpmf(k, n, q) - math.log(math.comb(n, k)) for k, n, q in chances)


def variance_by_listing(labels, s):
    """Over all ways in which the labels can fall."""
    mean = square = 0.0
    for fall in product((0, 1), repeat=labels):
        chance = s ** sum(fall) * (1 - s) ** (labels - sum(fall))
        agreeing = sum(one == other for one, other in combinations(fall, 2))
        mean, square = mean + chance * agreeing, square + chance * agreeing**2
    return square - mean**2


def stops(threshold, n, kappa):
    """The smallest bonus at which an agent with a fine grid of efforts prefers some effort to none."""
    efforts = np.linspace(0.05, 1, 951)
    rise = stats.binom.sf(
        threshold - 1, n, al.SelfConsistency(kappa).pass_probability(efforts)
    ) - stats.binom.sf(threshold - 1, n, 0.5)
    return np.min(efforts**2 / 2 / rise)


LIBRARY = {
    "pair_agreement": pairs_that_agree,
    "minority_score": lambda shared, certainty: 0.5 + certainty * (2 * shared - 1),
    "minority_weight": lambda shared, certainty: np.log(1 / (1 - (0.5 + (2 * shared - 1) * certainty)) - 1),
    "label_precision": precision,
    "pass_probability": lambda effort, kappa: al.SelfConsistency(kappa).pass_probability(effort),
    "effort_from_rate": lambda rate, kappa: brentq(
        lambda effort: al.SelfConsistency(kappa).pass_probability(effort) - rate, 0, 1
    ),
    "self_information": lambda effort, kappa: al.SelfConsistency(kappa).fisher_information(effort),
    "break_even_price": lambda effort, kappa, rho: (
        al.Expert(rho).fisher_information(effort) / al.SelfConsistency(kappa).fisher_information(effort)
    ),
    "critical_count": lambda checks, q0, alpha: stats.binom.isf(alpha, checks, q0) + 1,
    "variance_of_pairs": variance_by_listing,
    "log_likelihood": loglik,
    "certainty_equivalent": lambda low, high, chance, aversion: al.CARA(aversion).wage(
        chance * al.CARA(aversion).utility(high) + (1 - chance) * al.CARA(aversion).utility(low)
    ),
    "local_bonus": lambda threshold, n, effort, kappa: (
        1 / (4 * kappa * stats.beta.pdf(0.5 + 2 * kappa * effort**2, threshold, n - threshold + 1))
    ),
    "stopping_bonus": stops,
    "expected_utility": lambda base, slope, checks, chance: (
        stats.binom.pmf(np.arange(checks + 1), checks, chance)
        @ (1 - np.exp(-base - slope * np.arange(checks + 1) / checks))
    ),
    "deposit_for": lambda shortfall, spread: next(
        euros
        for euros in range(1, 1000)
        if stats.norm.expect(lambda wage, d=euros: wage + d, loc=-shortfall, scale=spread, lb=-euros) <= euros
    ),
}


def test_each_lesson_has_a_question_with_other_numbers():
    assert {number for number, _ in VARIANTS} == set(NUMBERS)
    assert {each.exercise for _, each in VARIANTS} == set(LIBRARY)


@pytest.mark.parametrize(("number", "template"), VARIANTS, ids=IDS)
def test_the_key_is_what_oracle_and_library_say(number, template):
    exercise = load_definition(number).exercise(template.exercise)
    for seed in SEEDS[:8] if template.exercise == "stopping_bonus" else SEEDS:
        one = next(each for each in variant(number, seed) if each.name == f"own_{template.exercise}")
        given = template.arguments(**one.numbers) if template.arguments else tuple(one.numbers.values())
        expected = exercise.oracle(*given)
        expected = expected if template.part is None else expected[template.part]
        near = max(1.0, abs(one.key)) * max(template.tolerance, 1e-9) / 2
        assert math.isfinite(one.key)
        assert abs(float(expected) - one.key) <= near, (seed, one)
        assert abs(float(LIBRARY[template.exercise](**one.numbers)) - one.key) <= near, (seed, one)
        assert judge(one.exercise, one.key).state == RIGHT
        assert judge(one.exercise, one.key + 3 * near + 1e-6).state == NOT_RIGHT


@pytest.mark.parametrize(("number", "template"), VARIANTS, ids=IDS)
def test_the_text_shows_all_digits_and_students_get_different_numbers(number, template):
    drawn = [next(d for d in variant(number, seed) if d.name == f"own_{template.exercise}") for seed in SEEDS]
    for one in drawn:
        fields = {name: spec for _, name, spec, _ in Formatter().parse(template.text) if name}
        assert set(fields) == set(one.numbers) or set(one.numbers) - set(fields) == set()
        for name, spec in fields.items():
            shown = format(one.numbers[name], spec)
            value = float(shown.rstrip("%")) / (100 if shown.endswith("%") else 1)
            assert value == pytest.approx(one.numbers[name], abs=1e-12), (name, shown)
    assert len({one.text for one in drawn}) > 0.8 * len(SEEDS)
    assert len({round(one.key, 4) for one in drawn}) > 0.4 * len(SEEDS)


def test_the_same_seed_gives_the_same_numbers_and_lessons_do_not_share_them():
    assert variant(5, "a") == variant(5, "a") != variant(5, "b")
    assert variant(5, 7) == variant(5, "7")
    assert variant(4, "a")[0].numbers["effort"] == 0.52  # on every machine


def test_a_question_on_no_exercise_is_the_authors_mistake():
    with pytest.raises(KeyError, match="has no exercise 'nothing'"):
        LessonDefinition(1, "T", 1, 1, variants=(Variant("nothing", "?", lambda rng: {}),))
    assert draw(LessonDefinition(1, "T", 1, 1), 3) == ()


def test_a_lesson_asks_and_checks_its_own_questions(capsys):
    lesson = Lesson(4)
    with pytest.raises(KeyError):
        lesson.check("own_pass_probability", 0.5)
    lesson.variant("class, anna")
    one = variant(4, "class, anna")[0]
    assert one.text in capsys.readouterr().out
    assert lesson.check("own_pass_probability", 0.9999) == 0.9999  # the key is not handed out
    said = capsys.readouterr().out
    assert "Not right yet" in said and str(round(one.key, 3))[:4] not in said
    lesson.check("own_pass_probability", round(one.key, 3))
    scores = {score.exercise: score for score in lesson.outcomes()}
    assert (scores["own_pass_probability"].state, scores["own_pass_probability"].tries) == (RIGHT, 2)
    assert repr(one.key) not in repr(one)
