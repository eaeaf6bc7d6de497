"""Agreement against statsmodels, against enumeration of all pairs, and where nothing can be said."""

import itertools
import math
import warnings
from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

import annolib as al

LABELS = ("left", "right", "tie")
labels = st.sampled_from(LABELS)
maybe = st.sampled_from((*LABELS, None))
pairs = st.lists(st.tuples(labels, labels), min_size=1, max_size=40)
matrices = st.integers(2, 6).flatmap(
    lambda raters: st.lists(st.lists(maybe, min_size=raters, max_size=raters), min_size=1, max_size=15)
)


def same(seen, expected):
    """Equal up to rounding, NaN equal to NaN (or to None)."""
    if expected is None or math.isnan(expected):
        return math.isnan(seen)
    return seen == pytest.approx(float(expected), abs=1e-12)


# --- two annotators ---------------------------------------------------------------------------------------


@given(pairs)
def test_percent_agreement_counts_equal_labels(both):
    first, second = zip(*both, strict=True)
    assert same(al.percent_agreement(first, second), Fraction(sum(a == b for a, b in both), len(both)))


@given(pairs)
def test_cohen_kappa_by_all_pairs(both):
    """Chance: an item's first label against any item's second label, all n² of them."""
    first, second = zip(*both, strict=True)
    seen = Fraction(sum(a == b for a, b in both), len(both))
    chance = Fraction(sum(a == b for a, b in itertools.product(first, second)), len(both) ** 2)
    expected = None if chance == 1 else (seen - chance) / (1 - chance)
    assert same(al.cohen_kappa(first, second), expected)
    assert same(al.cohen_kappa(second, first), expected)


@pytest.mark.parametrize("seed", range(5))
def test_cohen_kappa_is_that_of_statsmodels(seed):
    rng = np.random.default_rng(seed)
    first = rng.choice(LABELS, 200, p=[0.5, 0.3, 0.2])
    second = np.where(rng.random(200) < 0.6, first, rng.choice(LABELS, 200))
    expected = cohens_kappa(pd.crosstab(first, second).to_numpy(), return_results=False)
    assert al.cohen_kappa(first, second) == pytest.approx(expected, rel=1e-12)


def test_two_annotators_with_missing_labels():
    first, second = ["left", None, "tie", "left", np.nan], ["left", "tie", None, "right", np.nan]
    assert al.percent_agreement(first, second) == 0.5
    assert al.cohen_kappa(first, second) == al.cohen_kappa(["left", "left"], ["left", "right"])
    assert al.percent_agreement(pd.Series([1, 2]), np.array([1, 3])) == 0.5


@pytest.mark.parametrize("measure", [al.percent_agreement, al.cohen_kappa])
def test_two_annotators_must_label_the_same_items(measure):
    with pytest.raises(ValueError, match=r"same items; saw shapes \(2,\) and \(1,\)"):
        measure(["left", "tie"], ["left"])
    with pytest.raises(ValueError, match="two sequences of labels"):
        measure([["left"]], [["left"]])


# --- chance correction ------------------------------------------------------------------------------------


@given(st.floats(0, 1), st.floats(0, 0.99))
def test_corrected_agreement_is_1_if_perfect_and_0_at_chance(agreement, chance):
    corrected = al.corrected_agreement(agreement, chance)
    assert corrected <= 1 + 1e-12
    assert corrected * (1 - chance) + chance == pytest.approx(agreement, abs=1e-12)
    assert al.corrected_agreement(chance, chance) == 0 and al.corrected_agreement(1.0, chance) == 1


def test_corrected_agreement_over_a_table():
    seen = al.corrected_agreement([0.9, 1.0, np.nan, 0.2], [0.5, 1.0, 0.5, 0.6])
    np.testing.assert_allclose(seen, [0.8, np.nan, np.nan, -1.0])
    assert al.corrected_agreement([0.9, 0.5], 0.5).tolist() == pytest.approx([0.8, 0])


@pytest.mark.parametrize(
    ("agreement", "chance", "message"),
    [
        (1.2, 0.5, r"agreement must lie in \[0, 1\]; saw 1.2"),
        (0.5, -0.1, "chance must lie"),
        (np.inf, 0.5, "agreement"),
    ],
)
def test_shares_outside_the_range_are_refused(agreement, chance, message):
    with pytest.raises(ValueError, match=message):
        al.corrected_agreement(agreement, chance)


def test_something_that_is_no_share_is_refused():
    with pytest.raises(TypeError, match="agreement must be a number"):
        al.corrected_agreement("high", 0.5)


# --- many annotators --------------------------------------------------------------------------------------


def alpha_by_all_pairs(matrix):
    """Krippendorff's α, one ordered pair of labels at a time."""
    units = [[label for label in row if label is not None] for row in matrix]
    units = [unit for unit in units if len(unit) >= 2]
    pooled = [label for unit in units for label in unit]
    if len(set(pooled)) < 2:
        return None
    observed = sum(
        Fraction(sum(a != b for a, b in itertools.permutations(unit, 2)), len(unit) - 1) for unit in units
    ) / len(pooled)
    expected = Fraction(
        sum(a != b for a, b in itertools.permutations(pooled, 2)), len(pooled) * (len(pooled) - 1)
    )
    return 1 - observed / expected


@given(matrices)
def test_alpha_by_all_pairs(matrix):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert same(al.krippendorff_alpha(al.label_counts(matrix)), alpha_by_all_pairs(matrix))


def test_alpha_of_krippendorffs_own_example():
    """Krippendorff (2011), "Computing Krippendorff's alpha-reliability", nominal, with missing labels: .743."""
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    assert al.krippendorff_alpha(al.label_counts(np.array(rows, object).T)) == pytest.approx(0.743, abs=5e-4)


@given(st.integers(2, 7), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_fleiss_kappa_is_that_of_statsmodels(raters, categories, seed):
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(raters, rng.dirichlet(np.ones(categories)), size=12)
    if (counts.sum(axis=0) > 0).sum() < 2:
        assert math.isnan(al.fleiss_kappa(counts))
    else:
        assert al.fleiss_kappa(counts) == pytest.approx(statsmodels_fleiss(counts), abs=1e-12)


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_alpha_and_fleiss_differ_by_the_small_sample_correction(raters, seed):
    """With N = items · raters labels, 1 − α = (1 − κ)(N − 1)/N."""
    counts = np.random.default_rng(seed).multinomial(raters, [0.4, 0.4, 0.2], size=9)
    if (counts.sum(axis=0) > 0).sum() > 1:
        total = counts.sum()
        expected = 1 - (1 - al.fleiss_kappa(counts)) * (total - 1) / total
        assert al.krippendorff_alpha(counts) == pytest.approx(expected, abs=1e-12)


def test_within_annotator_alpha_is_what_effort_makes_of_it():
    """α of an annotator's own repeats → η² Var(p) / (μ(1 − μ)); 100,000 items, five errors of about .0032."""
    rng = np.random.default_rng(9)
    p = rng.beta(2, 1, size=100_000)
    items, annotator = al.Items.from_probability(p), al.Attentive(0.8)
    twice = np.stack([annotator.label(items, False, rng=rng) for _ in range(2)], axis=1)
    left = 0.5 + 0.8 * (p.mean() - 0.5)
    expected = 0.64 * p.var() / (left * (1 - left))
    assert al.krippendorff_alpha(al.label_counts(twice)) == pytest.approx(expected, abs=0.016)


@pytest.mark.parametrize(
    ("measure", "counts"),
    [
        (al.fleiss_kappa, [[3, 0], [3, 0]]),
        (al.fleiss_kappa, np.zeros((0, 2))),
        (al.krippendorff_alpha, [[3, 0], [2, 0]]),
        (al.krippendorff_alpha, [[1, 0], [0, 1]]),
        (al.krippendorff_alpha, [[0, 0]]),
        (al.krippendorff_alpha, np.zeros((0, 3))),
        (al.krippendorff_alpha, np.zeros((3, 0))),
    ],
)
def test_where_nothing_can_be_said_the_answer_is_nan_without_a_warning(measure, counts):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(measure(counts))


@pytest.mark.parametrize(("first", "second"), [([], []), (["tie"] * 7, ["tie"] * 7), ([None], ["tie"])])
def test_two_annotators_without_information(first, second):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(al.cohen_kappa(first, second))
    agreement = al.percent_agreement(first, second)
    assert agreement == 1 if len(first) == 7 else math.isnan(agreement)


@pytest.mark.parametrize("number", [*range(1, 60), 997])
def test_shares_that_do_not_sum_to_1_in_floating_point(number):
    """One label only: exactly no information. All different and all equal: exactly perfect."""
    assert math.isnan(al.cohen_kappa(["tie"] * number, ["tie"] * number))
    assert math.isnan(al.fleiss_kappa([[7, 0]] * number))
    names = [f"label {place}" for place in range(number + 1)]
    assert al.cohen_kappa(names, names) == 1
    assert al.fleiss_kappa(3 * np.eye(number + 1, dtype=int)) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: al.fleiss_kappa([[2, 0], [1, 0]]),
            "same number of labels, at least 2, for every item; saw 1 to 2",
        ),
        (lambda: al.fleiss_kappa([[1, 0], [0, 1]]), "saw 1 to 1. Use krippendorff_alpha"),
        (lambda: al.fleiss_kappa([2, 0]), r"counts must have shape \(items, categories\); saw \(2,\)"),
        (lambda: al.krippendorff_alpha([[0.5, 0.5]]), "counts must be a whole number"),
        (lambda: al.krippendorff_alpha([[-1, 3]]), "counts must be a whole number of at least 0; saw -1"),
    ],
)
def test_bad_counts_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@given(matrices)
def test_order_of_items_annotators_and_labels_does_not_matter(matrix):
    alpha = al.krippendorff_alpha(al.label_counts(matrix))
    turned = [row[::-1] for row in matrix[::-1]]
    renamed = [[{"left": "c", "right": "a", "tie": "b"}.get(label) for label in row] for row in turned]
    assert same(al.krippendorff_alpha(al.label_counts(renamed)), alpha)
    pooled = Counter(label for row in matrix for label in row if label)
    assert al.label_counts(matrix).sum().to_dict() == dict(pooled)


# --- whose label goes with whose --------------------------------------------------------------------------


@pytest.mark.parametrize("measure", [al.percent_agreement, al.cohen_kappa])
def test_two_series_are_paired_by_their_index(measure):
    one = pd.Series(["left", "tie", "left", "right"], index=list("ijkl"))
    assert measure(one, one.iloc[::-1]) == measure(one.iloc[::-1], one) == 1
    assert measure(one, one.to_numpy()[::-1]) == measure(one.tolist(), one.tolist()[::-1]) < 1
    other = pd.Series(["left", "left", "left", "right"], index=list("ijkl"))
    assert measure(one, other.iloc[[2, 0, 3, 1]]) == measure(one.to_numpy(), other.to_numpy())


@pytest.mark.parametrize("measure", [al.percent_agreement, al.cohen_kappa, al.rank_correlation])
def test_series_about_other_items_are_refused_and_the_remedies_work(measure):
    first, second = pd.Series([1, 2, 3, 4], list("ijkl")), pd.Series([1, 2, 4, 3], list("ijkx"))
    options = {"rng": 1} if measure is al.rank_correlation else {}
    names = ("x", "y") if options else ("first", "second")
    with pytest.raises(
        ValueError, match=f"{names[0]} and {names[1]} must have the same index.*saw 'l' in one"
    ) as caught:
        measure(first, second, **options)
    for remedy in (
        f"{names[0]}, {names[1]} = {names[0]}.align({names[1]}, join='inner')",
        f"{names[1]} = {names[1]}.to_numpy()",
    ):
        assert remedy in str(caught.value)
        space = {names[0]: first, names[1]: second}
        exec(remedy, space)
        measure(space[names[0]], space[names[1]], **options)
    with pytest.raises(ValueError, match="saw 'i' twice in an index"):
        measure(first, pd.Series([1, 2, 3, 4], list("iikl")), **options)


def test_other_functions_of_two_series_pair_them_as_well():
    chance = pd.Series([0.5, 0.2], ["a", "b"])
    assert al.corrected_agreement(chance.iloc[::-1], chance).tolist() == [0, 0]
    assert al.shared_strength(chance, chance.iloc[::-1]) == al.shared_strength(chance, chance) > 0
    x = pd.Series([1.0, 2, 3, 5], list("abcd"))
    assert al.rank_correlation(x, x.iloc[::-1], rng=1).estimate == pytest.approx(1)


def test_labels_that_cannot_be_compared_are_refused():
    with pytest.raises(TypeError, match="labels that can be compared; unhashable type: 'list'"):
        al.cohen_kappa([["a"], "b"], ["a", "b"])
