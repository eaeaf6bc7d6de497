"""The reward model against statsmodels, finite differences, closed forms and invariances."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from annolib.preferences import bradley_terry
from annolib.reward import fit_reward_model, name_columns
from annolib.reward.model import agreeing_share


def made(seed, pairs=120, features=3, most=4):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(pairs, features)) * rng.uniform(0.2, 5, features)
    labels = rng.integers(0, most + 1, pairs)
    left = rng.binomial(labels, expit(0.3 + x @ rng.normal(size=features) / np.abs(x).mean()))
    return x, left, labels - left


@pytest.mark.parametrize("side", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_without_ridge_it_is_the_logit_of_statsmodels(seed, side):
    sm = pytest.importorskip("statsmodels.api")
    x, left, right = made(seed)
    kept = left + right > 0
    design = sm.add_constant(x[kept], has_constant="add") if side else x[kept]
    theirs = sm.GLM(np.column_stack([left, right])[kept], design, family=sm.families.Binomial()).fit(
        tol=1e-13
    )
    ours = fit_reward_model(x, left, right, ridge=0, side=side)
    scale = np.r_[np.ones(int(side)), ours.scale]
    seen = ours.to_frame().to_numpy() / scale[:, None]
    np.testing.assert_allclose(seen, np.column_stack([theirs.params, theirs.bse]), rtol=1e-7)
    assert ours.converged and ours.residual < 1e-7
    np.testing.assert_allclose(ours.scale, np.sqrt((x[kept] ** 2).mean(axis=0)))


@pytest.mark.parametrize("side", [True, False])
def test_clustered_errors_are_those_of_statsmodels(side):
    sm = pytest.importorskip("statsmodels.api")
    x, left, right = made(7, pairs=90)
    groups = np.arange(90) // 3
    rows = np.repeat(np.arange(90), left + right)
    said = np.concatenate([np.r_[np.ones(a), np.zeros(b)] for a, b in zip(left, right, strict=True)])
    design = sm.add_constant(x[rows], has_constant="add") if side else x[rows]
    kind = {"groups": groups[rows], "use_correction": False}
    theirs = sm.Logit(said, design).fit(disp=0, tol=1e-13, cov_type="cluster", cov_kwds=kind)
    ours = fit_reward_model(x, left, right, ridge=0, side=side, clusters=groups)
    count = len(np.unique(groups[rows]))
    scale = np.r_[np.ones(int(side)), ours.scale]
    seen = ours.to_frame()["standard_error"].to_numpy() / scale
    np.testing.assert_allclose(seen, theirs.bse * np.sqrt(count / (count - 1)), rtol=1e-6)


@pytest.mark.parametrize("ridge", [0.0, 0.5, 7.0])
def test_the_slope_vanishes_at_the_answer_by_finite_differences(ridge):
    x, left, right = made(2)
    model = fit_reward_model(x, left, right, ridge=ridge)
    scaled = x / model.scale

    def height(beta):
        p = expit(beta[0] + scaled @ beta[1:])
        return left @ np.log(p) + right @ np.log(1 - p) - ridge / 2 * (beta[1:] ** 2).sum()

    assert model.residual < 1e-6  # what a last step below 1e-9 leaves
    top = np.r_[model.side, model.weights]
    for place in range(len(top)):
        step = np.zeros(len(top))
        step[place] = 1e-5
        assert abs(height(top + step) - height(top - step)) / 2e-5 < 1e-5
        assert height(top + 100 * step) < height(top) > height(top - 100 * step)


def test_ridge_errors_are_the_scatter_of_repeated_fits():
    """le Cessie and van Houwelingen's H⁻¹FH⁻¹ describes how the estimate scatters, bias apart."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(400, 2))
    p = expit(x @ [0.6, -0.4])
    fits = []
    for _ in range(600):
        left = rng.binomial(3, p)
        fits.append(fit_reward_model(x, left, 3 - left, ridge=150, side=False))
    scatter = np.std([one.weights for one in fits], axis=0)
    stated = np.mean([one.standard_errors for one in fits], axis=0)
    np.testing.assert_allclose(stated, scatter, rtol=0.1)


def test_clustered_errors_hold_where_labels_of_an_item_lean_on_each_other():
    """Each item is one label said six times: the plain error is √6 too small, the clustered one is right."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(500, 1))
    plain, clustered, seen = [], [], []
    for _ in range(200):
        left = 6 * rng.binomial(1, expit(x[:, 0]))
        fits = [
            fit_reward_model(x, left, 6 - left, 0, side=False, clusters=c) for c in (None, np.arange(500))
        ]
        plain.append(fits[0].standard_errors[0])
        clustered.append(fits[1].standard_errors[0])
        seen.append(fits[0].weights[0])
    assert np.mean(clustered) / np.std(seen) == pytest.approx(1, abs=0.12)
    assert np.mean(plain) / np.std(seen) == pytest.approx(6**-0.5, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 1.0]))
def test_swapping_the_sides_of_every_pair_turns_the_side_and_nothing_else(seed, ridge):
    x, left, right = made(seed, pairs=200)
    one, other = fit_reward_model(x, left, right, ridge), fit_reward_model(-x, right, left, ridge)
    np.testing.assert_allclose(other.weights, one.weights, atol=1e-8)
    assert other.side == pytest.approx(-one.side, abs=1e-8)
    np.testing.assert_allclose(other.probability(-x), 1 - one.probability(x), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-3, 1e3))
def test_units_do_not_matter(seed, unit):
    x, left, right = made(seed, pairs=200)
    one, other = fit_reward_model(x, left, right), fit_reward_model(x * unit, left, right)
    np.testing.assert_allclose(other.logits(x * unit), one.logits(x), atol=1e-7)
    np.testing.assert_allclose(other.standard_errors, one.standard_errors, rtol=1e-6)


def test_clusters_without_a_label_do_not_count():
    rng = np.random.default_rng(6)
    x, left = rng.normal(size=(40, 2)), rng.integers(4, size=40)
    groups = np.arange(40) // 8
    few = fit_reward_model(x, left, 3 - left, clusters=groups)
    wide = np.r_[x, 9 * np.ones((4, 2))], np.r_[left, 0, 0, 0, 0], np.r_[3 - left, 0, 0, 0, 0]
    more = fit_reward_model(*wide, clusters=np.r_[groups, 10, 11, 12, 13])
    np.testing.assert_allclose(few.covariance, more.covariance, rtol=1e-9)
    np.testing.assert_allclose(few.weights, more.weights, rtol=1e-9)


def test_order_of_rows_and_splitting_of_counts_do_not_matter():
    x, left, right = made(3)
    model = fit_reward_model(x, left, right, ridge=0)
    halves = fit_reward_model(np.vstack([x, x]), np.r_[left, left * 0], np.r_[right * 0, right], ridge=0)
    np.testing.assert_allclose(halves.logits(x), model.logits(x), atol=1e-8)
    turned = fit_reward_model(x[::-1], left[::-1], right[::-1])
    np.testing.assert_allclose(turned.weights, fit_reward_model(x, left, right).weights, atol=1e-10)


def test_closed_form_of_one_feature():
    model = fit_reward_model([[2.0]] * 2 + [[-2.0]], [30, 15, 10], [10, 5, 30], ridge=0, side=False)
    assert model.weights[0] == pytest.approx(logit(75 / 100)) and model.scale[0] == 2
    assert model.standard_errors[0] == pytest.approx((100 * 0.75 * 0.25) ** -0.5)
    np.testing.assert_allclose(
        model.probability([[2.0], [-2.0]]), bradley_terry(np.log(3) * np.array([1, -1]))
    )
    assert model.accuracy([[2.0], [-2.0], [0.0]], [3, 1, 1], [1, 0, 1]) == pytest.approx(4 / 7)


def test_names_alone_are_the_leaderboard():
    """With a tiny ridge and no side, the fit on names is `fit_bradley_terry`."""
    from annolib import fit_bradley_terry

    wins = np.array([[0, 5, 3], [2, 0, 4], [1, 3, 0]])
    left, right = np.nonzero(wins)
    names = np.array(["a", "b", "c"])
    x = name_columns(names[left], names[right])
    model = fit_reward_model(x, wins[left, right], 0 * left, ridge=1e-9, side=False)
    ratings = model.weights / model.scale
    np.testing.assert_allclose(ratings - ratings.mean(), fit_bradley_terry(wins).ratings, atol=1e-6)
    assert list(x.columns) == ["a", "b", "c"] and (x.sum(axis=1) == 0).all()


def test_names_on_both_sides_cancel_and_indices_must_agree():
    assert name_columns(["a"], ["a"]).to_numpy().tolist() == [[0.0]]
    left = pd.Series(["a", "b"], index=[3, 5])
    assert name_columns(left, left[::-1].set_axis([3, 5])).index.tolist() == [3, 5]
    with pytest.raises(ValueError, match="right must have the index of left"):
        name_columns(left, left[::-1])
    with pytest.raises(ValueError, match="as long as each other; saw 2 and 1"):
        name_columns(["a", "b"], ["c"])


def test_frames_keep_their_names_and_their_index():
    x, left, right = made(4)
    frame = pd.DataFrame(x, columns=["words", "code", "empty"])
    model = fit_reward_model(frame, pd.Series(left), pd.Series(right))
    assert model.names == ("words", "code", "empty")
    assert model.to_frame().index.tolist() == ["left side", "words", "code", "empty"]
    assert "words" in model._repr_html_() and "3 features" in repr(model)
    with pytest.raises(ValueError, match="left must have the index of features"):
        fit_reward_model(frame, pd.Series(left)[::-1], right)
    with pytest.raises(ValueError, match="features must have the columns"):
        model.logits(frame[["code", "words", "empty"]])
    np.testing.assert_allclose(model.logits(frame), model.logits(x))
    assert fit_reward_model(frame, list(left), list(right)).weights == pytest.approx(model.weights)
    with pytest.raises(ValueError, match="read-only"):
        model.weights[0] = 1


def test_a_feature_that_never_differs_gets_weight_zero():
    x, left, right = made(6)
    x[:, 1] = 0
    model = fit_reward_model(x, left, right)
    assert model.weights[1] == 0 and model.scale[1] == 1
    with pytest.raises(ValueError, match="depend on each other.*Use ridge=1, or leave columns out"):
        fit_reward_model(x, left, right, ridge=0)


def test_separated_labels_have_no_finite_maximum():
    x, left, right = np.array([[1.0], [2.0], [-1.0]]), [2, 1, 0], [0, 0, 3]
    with pytest.raises(ValueError, match="no finite maximum.*Use ridge=1"):
        fit_reward_model(x, left, right, ridge=0)
    assert fit_reward_model(x, left, right, ridge=1).converged
    with pytest.raises(ValueError, match="no finite maximum"):  # quasi-separation: one tie on the border
        fit_reward_model([[1.0], [0.0], [-1.0]], [1, 1, 0], [0, 1, 1], ridge=0, side=False)


def test_columns_that_differ_only_where_nobody_labelled_depend_on_each_other():
    x = np.array([[1.0, 2.0], [-1.0, -2.0], [3.0, 1.0]])
    with pytest.raises(ValueError, match="depend on each other"):
        fit_reward_model(x, [3, 1, 0], [1, 3, 0], ridge=0, side=False)


def test_accuracy_and_likelihood_are_those_of_the_probabilities():
    """Features in very unequal units, and a ridge that shows: neither belongs into a score."""
    x, left, right = made(4)
    x = x * [1.0, 1e3, 1e-3]
    model = fit_reward_model(x, left, right, ridge=5)
    p = model.probability(x)
    assert model.log_likelihood == pytest.approx((left * np.log(p) + right * np.log(1 - p)).sum(), rel=1e-12)
    agreeing = np.where(p > 0.5, left, right).sum() / (left + right).sum()
    assert model.accuracy(x, left, right) == pytest.approx(agreeing, rel=1e-12)


def test_a_hard_but_finite_maximum_is_reached():
    x = np.r_[np.linspace(-30, 30, 400), 0.5, -0.5][:, None]
    left = (x[:, 0] > 0).astype(int)
    left[-2:] = [0, 1]
    model = fit_reward_model(x, left, 1 - left, ridge=0)
    assert model.converged and model.residual < 1e-8


def test_a_full_newton_step_may_overshoot_and_is_halved():
    """Newton's method without halving runs away from 0 on these counts."""
    x, left, right = [[2.5], [0.4], [0.4], [0.0]], [100, 0, 1000, 0], [1, 1, 10, 10]
    model = fit_reward_model(x, left, right, ridge=0.001)
    assert model.converged and model.residual < 1e-8


def test_an_unfinished_fit_says_so():
    x, left, right = made(1)
    model = fit_reward_model(x, left, right, max_iterations=1)
    assert not model.converged and model.message.startswith("not converged after 1 iterations, residual")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"features": np.ones(5)}, "features must be a table of shape"),
        ({"features": np.ones((5, 0))}, "features must be a table of shape"),
        ({"features": [[np.nan]] * 5}, "features must lie in .* without gaps"),
        ({"features": [["a"]] * 5}, "features must be a number or an array"),
        ({"left": [1, 2]}, "left must hold one value for each of the 5 pairs; saw shape"),
        ({"left": [-1, 1, 1, 1, 1]}, "left must lie in .* Count the labels"),
        ({"right": [0] * 5}, "Every label is left.*side=False"),
        ({"left": [0] * 5, "right": [0] * 5}, "at least one label"),
        ({"ridge": -1}, "ridge must lie in"),
        ({"clusters": ["a"] * 5}, "clusters must name at least 2 groups"),
        ({"clusters": ["a"]}, "clusters must hold one value for each of the 5 pairs"),
    ],
)
def test_bad_input(change, message):
    sound = {"features": np.arange(5.0)[:, None] - 2.1, "left": [1, 0, 1, 2, 1], "right": [1, 1, 0, 1, 1]}
    with pytest.raises((TypeError, ValueError), match=message):
        fit_reward_model(**{**sound, **change})


def test_columns_of_one_name_are_refused():
    frame = pd.DataFrame(np.eye(3) - 0.3, columns=["a", "a", "b"])
    with pytest.raises(ValueError, match="different column names"):
        fit_reward_model(frame, [1, 1, 0], [0, 1, 1])


def test_scoring_wants_labels_and_the_columns_of_the_fit():
    x, left, right = made(1)
    model = fit_reward_model(x, left, right)
    with pytest.raises(ValueError, match="at least one label; saw none"):
        model.accuracy(x, 0 * left, 0 * right)
    with pytest.raises(ValueError, match="features must have 3 columns as in the fit; saw 2"):
        model.logits(x[:, :2])
    assert agreeing_share(np.zeros(2), np.array([3, 1]), np.array([1, 1])) == 0.5
