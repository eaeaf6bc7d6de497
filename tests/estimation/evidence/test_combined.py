"""One likelihood for all evidence: against the likelihoods that other modules compute, brute force and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

import annolib as al
from annolib.monitors.known_items import ItemChecks

SELF, GOLD = al.SelfConsistency(0.2), al.Golden(0.45)
REPEATS, GOLDEN = al.SelfConsistencyLabels(0.6), al.GoldenLabels(0.6)


@pytest.mark.parametrize(("passes", "checks"), [(45, 60), (12, 30), (30, 30), (3, 30), (16, 20)])
def test_one_part_is_the_likelihood_over_items_of_one_strength(passes, checks):
    """Another program: halving in t = η², which is concave."""
    items = ItemChecks(np.array([0.4]), SELF, SELF)
    other = al.estimate_effort_by_item([passes], items, checks=checks)
    found = al.combine_evidence({"repeats": (passes, checks, SELF)})
    assert (found.effort, found.low, found.high) == pytest.approx(
        (other.effort, other.low, other.high), abs=1e-6
    )
    assert found.status == other.status and np.isnan(found.disagreement_p)


@pytest.mark.parametrize(("passes", "checks"), [(39, 60), (47, 60), (31, 60)])
def test_a_pool_is_the_profile_over_two_binomials(passes, checks):
    """Another program: directions seen from the corner (chance, chance)."""
    other = al.estimate_effort_from_pool(passes, checks, 330, 400)
    found = al.combine_evidence({"repeats": al.Evidence(passes, checks, SELF, pool=(330, 400))})
    assert (found.effort, found.low, found.high) == pytest.approx(
        (other.effort, other.low, other.high), abs=1e-5
    )
    known = al.combine_evidence({"repeats": (passes, checks, al.SelfConsistency(0.1625))})
    assert found.high - found.low > known.high - known.low  # the pool's uncertainty is in it


def brute(parts, points=400_001):
    eta = np.linspace(0, 1, points)
    total = np.zeros(points)
    for passes, checks, monitor in parts:
        q = monitor.pass_probability(eta)
        with np.errstate(divide="ignore", invalid="ignore"):
            total += np.where(passes > 0, passes * np.log(q), 0)
            total += np.where(checks > passes, (checks - passes) * np.log1p(-q), 0)
    kept = eta[total >= total.max() - 1.9207294103]
    return eta[np.argmax(total)], kept[0], kept[-1]


counted = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
monitors = st.sampled_from(
    [
        SELF,
        GOLD,
        REPEATS,
        GOLDEN,
        al.SelfConsistency(0.25),
        al.Golden(),
        al.PeerLabels(0.3, 0.8),
        al.Expert(-0.15),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(counted, monitors), min_size=1, max_size=4))
def test_any_parts_are_brute_force(given_parts):
    parts = [(*counts, monitor) for counts, monitor in given_parts]
    found = al.combine_evidence({str(place): part for place, part in enumerate(parts)})
    if not any(checks for _, checks, _ in parts):
        assert (found.status, found.low, found.high) == ("no checks", 0, 1)
        return
    effort, low, high = brute(parts)
    assert found.log_likelihood(effort) == pytest.approx(0, abs=1e-6)  # two equal hills may change places
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-6)


@settings(max_examples=30, deadline=None)
@given(counted, counted, st.floats(0.01, 0.99))
def test_contributions_add_up_and_parts_may_be_split_and_exchanged(one, two, against):
    found = al.combine_evidence({"a": (*one, REPEATS), "b": (*two, GOLDEN)})
    table = found.contributions(against)
    if one[1] + two[1]:
        assert table["log_ratio"].sum() == pytest.approx(-found.log_likelihood(against), abs=1e-9)
        assert table["loss"].sum() * 2 == pytest.approx(found.disagreement, abs=1e-6) or one[1] * two[1] == 0
    turned = al.combine_evidence({"b": (*two, GOLDEN), "a": (*one, REPEATS)})
    halves = al.combine_evidence({"a": (*one, REPEATS), "b": (*two, GOLDEN), "c": (0, 0, SELF)})
    for other in (turned, halves):
        assert (other.low, other.high) == pytest.approx((found.low, found.high), abs=1e-9)
    doubled = al.combine_evidence({k: (2 * x, 2 * n, m) for k, (x, n, m) in {"a": (*one, REPEATS)}.items()})
    worth = al.combine_evidence({"a": al.Evidence(2 * one[0], 2 * one[1], REPEATS, design_effect=2)})
    plain = al.combine_evidence({"a": (*one, REPEATS)})
    assert (worth.low, worth.high) == pytest.approx((plain.low, plain.high), abs=1e-9)
    assert doubled.high - doubled.low <= plain.high - plain.low + 1e-9


def test_information_shares_are_those_of_the_monitors():
    found = al.combine_evidence({"repeats": (14, 20, REPEATS), "golden": (7, 11, GOLDEN)})
    weight = [20 * REPEATS.fisher_information(found.effort), 11 * GOLDEN.fisher_information(found.effort)]
    assert found.contributions()["share"].tolist() == pytest.approx(np.array(weight) / sum(weight))


def test_information_with_a_pool_is_the_inverse_variance_of_the_effort_from_it():
    part = al.Evidence(39, 60, SELF, pool=(330, 400))
    error = al.estimate_effort_from_pool(39, 60, 330, 400)
    assert part.information(error.effort) == pytest.approx(1 / error.standard_error**2, rel=1e-9)


@pytest.mark.parametrize("limit", [0.2, 0.6, 0.95])
def test_posterior_of_golden_questions_that_all_passed_is_a_closed_form(limit):
    """The likelihood ((1 + η)/2)ⁿ integrates to a power."""
    n = 17
    found = al.combine_evidence({"golden": (n, n, al.Golden())})
    assert found.probability_below(limit) == pytest.approx(
        ((1 + limit) ** (n + 1) - 1) / (2 ** (n + 1) - 1), rel=1e-10
    )


@pytest.mark.parametrize("required", [0.3, 0.6, 0.9])
def test_p_values_are_sums_over_all_outcomes(required):
    """Two parts: every outcome with its probability, ordered by the weighted count of passes."""
    first, second = (12, REPEATS), (9, GOLDEN)
    x, y = np.indices((13, 10)).reshape(2, -1)
    laws, weights = [], []
    for number, monitor in (first, second):
        q = monitor.pass_probability(required)
        laws.append(binom.pmf(np.arange(number + 1), number, q))
        weights.append(monitor.slope(required) / (q * (1 - q)))
    chance, score = laws[0][x] * laws[1][y], weights[0] * x + weights[1] * y
    for a, b in ((0, 0), (5, 4), (8, 7), (12, 9), (10, 2)):
        found = al.combine_evidence({"a": (a, *first), "b": (b, *second)}).p_values(required)
        seen = weights[0] * a + weights[1] * b
        exact = chance[score <= seen + 1e-9].sum(), chance[score >= seen - 1e-9].sum()
        assert found == pytest.approx(exact, abs=0.01)
        assert found[0] >= exact[0] - 1e-9 and found[1] >= exact[1] - 1e-9  # rounded to the safe side only


def test_one_part_is_the_exact_binomial_test():
    careless, careful = al.combine_evidence({"a": (33, 60, SELF)}).p_values(0.6)
    q = SELF.pass_probability(0.6)
    assert (careless, careful) == pytest.approx((binom.cdf(33, 60, q), binom.sf(32, 60, q)))
    opposed = al.combine_evidence({"a": (27, 60, al.Expert(-0.2))}).p_values(0.6)
    ally = al.combine_evidence({"a": (33, 60, al.Expert(0.2))}).p_values(0.6)
    assert opposed == pytest.approx(ally)


def test_a_pool_takes_its_limits_and_their_error():
    part = al.Evidence(33, 60, SELF, pool=(330, 400))
    careless, careful = al.combine_evidence({"a": part}).p_values(0.6)
    low, high = proportion_confint(330, 400, alpha=0.01, method="beta")
    q = [0.5 + (end - 0.5) * 0.36 for end in (low, high)]
    assert careless == pytest.approx(binom.cdf(33, 60, q[0]) + 0.005)
    assert careful == pytest.approx(binom.sf(32, 60, q[1]) + 0.005)


def test_dependent_checks_count_less_and_are_rounded_to_the_safe_side():
    part = al.Evidence(33, 61, SELF, design_effect=2)  # 16.5 of 30
    careless, careful = al.combine_evidence({"a": part}).p_values(0.6)
    q = SELF.pass_probability(0.6)
    assert (careless, careful) == pytest.approx((binom.cdf(17, 30, q), binom.sf(15, 30, q)))


def test_verdicts_err_no_more_than_they_say():
    """Somebody exactly at the required effort: every outcome of 12 repeats and 8 golden questions."""
    required = 0.6
    wrong = {"careless": 0.0, "careful": 0.0, "undecided": 0.0}
    for a in range(13):
        for b in range(9):
            said = al.combine_evidence({"a": (a, 12, REPEATS), "b": (b, 8, GOLDEN)}).verdict(required, 0.1)
            chance = binom.pmf(a, 12, REPEATS.pass_probability(required)) * binom.pmf(
                b, 8, GOLDEN.pass_probability(required)
            )
            wrong[said] += chance
    assert 0.04 < wrong["careless"] <= 0.1 and 0.04 < wrong["careful"] <= 0.1
    assert al.combine_evidence({"a": (0, 0, SELF)}).verdict(0.5) == "undecided"


def test_parts_that_contradict_each_other_are_told():
    """A rule: repeats agree always, golden questions fail."""
    rule = al.combine_evidence({"repeats": (20, 20, REPEATS), "golden": (1, 11, GOLDEN)})
    assert rule.disagreement_p < 0.001 and "contradict" in rule.message
    one = al.combine_evidence({"repeats": (16, 20, REPEATS), "golden": (8, 11, GOLDEN)})
    assert one.disagreement_p > 0.3 and "contradict" not in one.message


def test_a_wall_of_probability_zero():
    """Golden questions that full effort never misses: one miss rules out effort 1, and the interval ends before it."""
    found = al.combine_evidence(
        {"golden": (39, 40, al.Golden()), "repeats": (40, 40, al.SelfConsistency(0.25))}
    )
    assert found.low < found.effort < found.high < 1 and found.log_likelihood(1.0) == -np.inf
    assert found.log_likelihood(found.high) == pytest.approx(-1.9207294103, abs=1e-6)


def test_what_says_nothing_is_owned():
    nothing = al.combine_evidence({"a": (3, 5, al.SelfConsistency(0.0))})
    assert (
        nothing.status == "not identified"
        and (nothing.low, nothing.high) == (0, 1)
        and np.isnan(nothing.effort)
    )
    assert nothing.contributions(0.5)["log_ratio"].tolist() == [0]
    some = al.combine_evidence({"a": (3, 5, al.SelfConsistency(0.0)), "b": (9, 11, GOLD)})
    alone = al.combine_evidence({"b": (9, 11, GOLD)})
    assert (some.effort, some.low, some.high) == (alone.effort, alone.low, alone.high)
    assert "golden 9 of 11" in repr(al.combine_evidence({"golden": (9, 11, GOLD)}))
    assert "<table" in alone._repr_html_()


@pytest.mark.parametrize(
    ("evidence", "error", "words"),
    [
        ([], TypeError, "evidence must map each kind"),
        ({}, TypeError, "evidence must map each kind"),
        ({"golden": (3, 5)}, TypeError, r"evidence\['golden'\] is \(3, 5\).*passes, checks, monitor"),
        ({"golden": (3, 5, 0.5)}, TypeError, r"evidence\['golden'\]: monitor must be a monitor"),
        ({"golden": (6, 5, GOLD)}, ValueError, r"evidence\['golden'\]: passes must not exceed checks"),
        ({"golden": ([1, 2], 5, GOLD)}, TypeError, "one annotator at a time"),
    ],
)
def test_bad_evidence(evidence, error, words):
    with pytest.raises(error, match=words):
        al.combine_evidence(evidence)


def test_bad_arguments_of_a_part():
    for effect in (0.5, np.inf, np.nan, [1, 2]):
        with pytest.raises(ValueError, match="design_effect"):
            al.Evidence(3, 5, GOLD, design_effect=effect)
    with pytest.raises(TypeError, match="pool must be .passes, checks."):
        al.Evidence(3, 5, GOLD, pool=5)
    with pytest.raises(ValueError, match="passes must not exceed"):
        al.Evidence(3, 5, GOLD, pool=(5, 3))
    with pytest.raises(ValueError, match="confidence"):
        al.combine_evidence({"a": (3, 5, GOLD)}, confidence=1)
