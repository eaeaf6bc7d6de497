"""One likelihood for all evidence: against the likelihoods that other modules compute, brute force and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

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


counted = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


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


@pytest.mark.parametrize("limit", [0.2, 0.6, 0.95])
def test_posterior_of_golden_questions_that_all_passed_is_a_closed_form(limit):
    """The likelihood ((1 + η)/2)ⁿ integrates to a power."""
    n = 17
    found = al.combine_evidence({"golden": (n, n, al.Golden())})
    assert found.probability_below(limit) == pytest.approx(
        ((1 + limit) ** (n + 1) - 1) / (2 ** (n + 1) - 1), rel=1e-10
    )


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


def test_disagreement_is_a_likelihood_ratio_with_a_degree_less_than_parts():
    """Three parts, 1/3 + strength · effort to the power, on a fine grid; the bound is that of Wilks."""
    parts = {"repeats": (18, 20, 0.6, 2), "golden": (7, 20, 0.6, 1), "more golden": (9, 15, 0.5, 1)}
    grid = np.linspace(0, 1, 200_001)
    chances = {kind: 1 / 3 + strength * grid**power for kind, (_, _, strength, power) in parts.items()}
    each = [
        parts[kind][0] * np.log(q) + (parts[kind][1] - parts[kind][0]) * np.log(1 - q)
        for kind, q in chances.items()
    ]
    lost = 2 * (sum(one.max() for one in each) - sum(each).max())
    monitors = {1: al.GoldenLabels, 2: al.SelfConsistencyLabels}
    found = al.combine_evidence(
        {kind: (a, n, monitors[power](s)) for kind, (a, n, s, power) in parts.items()}
    )
    assert found.disagreement == pytest.approx(lost, rel=1e-6)
    assert found.disagreement_p == pytest.approx(np.exp(-lost / 2), rel=1e-6)  # chi-square of two degrees
