"""Degraded labels have the law of less effort, and the study measures what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from annolib.reward import degradation_study, degrade_labels, fit_reward_model, hold_out
from annolib.reward.degradation import _majorities

COUNTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=20)


@given(COUNTS, st.floats(0, 1), st.integers(0, 99))
def test_no_label_is_lost_and_full_effort_changes_nothing(counts, effort, seed):
    left, right = np.array(counts).T
    new = degrade_labels(left, right, effort, rng=seed)
    assert (new[0] + new[1] == left + right).all() and min(new[0].min(), new[1].min()) >= 0
    same = degrade_labels(left, right, 1, rng=seed)
    assert (same[0] == left).all() and (same[1] == right).all()


@pytest.mark.parametrize("effort", [0.0, 0.3, 0.8])
def test_mean_and_variance_are_those_of_single_labels(effort):
    """Each of 30 + 10 labels changes sides with (1 − η)/2, each on its own."""
    left, right = np.full(40_000, 30), np.full(40_000, 10)
    new, _ = degrade_labels(left, right, effort, rng=4)
    change = (1 - effort) / 2
    assert new.mean() == pytest.approx(30 * (1 - change) + 10 * change, abs=0.1)
    assert new.var() == pytest.approx(40 * change * (1 - change), rel=0.05)


def test_degrading_twice_multiplies_effort():
    left, right = np.full(40_000, 20), np.zeros(40_000, int)
    twice, _ = degrade_labels(*degrade_labels(left, right, 0.8, rng=1), 0.5, rng=2)
    once, _ = degrade_labels(left, right, 0.4, rng=3)
    assert twice.mean() == pytest.approx(once.mean(), abs=0.05)
    assert twice.var() == pytest.approx(once.var(), rel=0.05)


def test_a_habit_takes_the_place_of_the_coin():
    """Of 30 lefts a share 1 − η goes to the habit's side: all, none, or half where the habit is a coin."""
    left, right = np.full(30_000, 30), np.zeros(30_000, int)
    habit = np.repeat([-2.5, 0, 1], 10_000)
    new, other = degrade_labels(left, right, 0.4, habit=habit, rng=5)
    assert ((new + other) == 30).all()
    assert np.split(new, 3)[2].tolist() == [30] * 10_000
    assert [part.mean() for part in np.split(new, 3)[:2]] == pytest.approx([30 * 0.4, 30 * 0.7], abs=0.1)
    mirrored = degrade_labels(right, left, 0.4, habit=-habit, rng=5)[1]
    assert mirrored.mean() == pytest.approx(new.mean(), abs=0.1)
    coins = degrade_labels(left, right, 0.4, habit=np.zeros(30_000), rng=6)
    assert (coins[0] == degrade_labels(left, right, 0.4, rng=6)[0]).all()


def test_a_habit_turns_both_yardsticks_round():
    """A model learns the habit: it agrees with more of the careless labels, and with fewer of the clean ones."""
    x, left, right = made()
    table = degradation_study(x, left, right, np.arange(600), (1, 0.3), 20, habit=-x[:, 0], rng=2)
    mean = table.groupby("effort").mean()
    assert mean.as_they_were[0.3] < 0.5 < mean.as_they_were[1.0] < mean.degraded[0.3]


def test_a_habit_needs_a_number_for_each_pair():
    with pytest.raises(ValueError, match="habit must have the shape of left"):
        degrade_labels([1, 2], [0, 0], 0.5, habit=[1], rng=1)
    with pytest.raises(ValueError, match="habit must hold one value for each of the 600 pairs"):
        degradation_study(*made(), np.arange(600), habit=np.ones(599), rng=1)


def test_bad_labels_and_effort():
    with pytest.raises(ValueError, match="left must be a whole number"):
        degrade_labels([0.5], [1], 0.5, rng=1)
    with pytest.raises(ValueError, match="effort must lie in"):
        degrade_labels([1], [1], 1.5, rng=1)


def made(pairs=600, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(pairs, 4))
    left = rng.binomial(3, expit(x @ [1.2, -0.8, 0, 0]))
    return x, left, 3 - left


def test_the_study_follows_the_straight_line():
    """Against equally degraded labels accuracy is ½ + η(a − ½), a that of the same model against the clean ones."""
    table = degradation_study(*made(), np.arange(600), splits=40, rng=2)
    mean = table.groupby("effort").mean()
    assert len(table) == 200 and mean.index.tolist() == [0.2, 0.4, 0.6, 0.8, 1.0]
    for effort, row in mean.iterrows():
        assert row.degraded == pytest.approx(0.5 + effort * (row.as_they_were - 0.5), abs=0.012)
    full = table[table.effort == 1]
    assert (full.degraded == full.as_they_were).all()
    assert mean.loc[0.6, "as_they_were"] > mean.loc[1.0, "as_they_were"] - 0.02
    assert (mean.majority > mean.as_they_were).all()


def test_the_study_is_a_fit_and_a_score_by_hand():
    x, left, right = made(200)
    groups = np.arange(200) // 2
    row = degradation_study(x, left, right, groups, efforts=[1], splits=1, rng=5).iloc[0]
    held = hold_out(groups, 0.25, rng=5)
    scale = np.sqrt((x**2).mean(axis=0))
    model = fit_reward_model(x[~held], left[~held], right[~held], ridge=1e-12)
    near = model.accuracy(x[held], left[held], right[held])
    assert row.as_they_were == pytest.approx(near, abs=0.02) and scale.shape == (4,)


def test_the_study_holds_out_whole_groups_and_penalises_the_weights_alone():
    """A strong ridge, a pull of the left side, groups of eight: the penalised maximum by scipy, the score by hand."""
    x, left, right = made(240)
    x[:, 2] *= 20
    left, right, groups = left + 1, right, np.arange(240) // 8
    z = np.c_[np.ones(240), x / np.sqrt((x**2).mean(axis=0))]

    def loss(beta, on, ridge):
        s = z[on] @ beta
        return (
            left[on] @ np.logaddexp(0, -s) + right[on] @ np.logaddexp(0, s) + ridge / 2 * beta[1:] @ beta[1:]
        )

    for seed, ridge in enumerate((0.1, 60, 600)):
        options = dict(efforts=[1], splits=1, share=0.4, ridge=ridge, rng=seed)
        row = degradation_study(x, left, right, groups, **options).iloc[0]
        held = hold_out(groups, 0.4, rng=seed)
        toward_left = z[held] @ minimize(loss, np.zeros(5), args=(~held, ridge)).x > 0
        agreeing = np.where(toward_left, left[held], right[held]).sum() / (4 * held.sum())
        assert row.as_they_were == row.degraded == pytest.approx(agreeing, abs=1e-12)


def test_unlabelled_pairs_change_nothing_and_keep_thins_the_training():
    x, left, right = made(200)
    wide = [np.r_[part, part[:50] * 0] for part in (x, left, right)]
    for one, other in (({}, {}), ({"keep": 1.0}, {})):
        a = degradation_study(x, left, right, np.arange(200), splits=3, rng=5, **one)
        b = degradation_study(*wide, np.arange(250), splits=3, rng=5, **other)
        assert a.equals(b)
    habit = x[:, 1]
    a = degradation_study(x, left, right, np.arange(200), splits=3, habit=habit, rng=5)
    b = degradation_study(*wide, np.arange(250), splits=3, habit=np.r_[habit, habit[:50]], rng=5)
    assert a.equals(b)
    few = degradation_study(x, left, right, np.arange(200), efforts=[1], splits=30, keep=0.03, rng=5)
    many = degradation_study(x, left, right, np.arange(200), efforts=[1], splits=30, rng=5)
    assert few.as_they_were.mean() < many.as_they_were.mean() - 0.01


def test_majorities_need_three_labels_and_no_draw():
    left, right = np.array([2, 3, 1, 2, 0, 2]), np.array([0, 0, 3, 2, 3, 1])
    assert [side.tolist() for side in _majorities(left, right)] == [[0, 1, 0, 0, 0, 1], [0, 0, 1, 0, 1, 0]]


def test_bad_study():
    x, left, right = made(20)
    with pytest.raises(ValueError, match="groups must hold one value for each of the 20 pairs"):
        degradation_study(x, left, right, np.arange(3), rng=1)
    with pytest.raises(ValueError, match="efforts must lie in"):
        degradation_study(x, left, right, np.arange(20), efforts=(2,), rng=1)
    with pytest.raises(ValueError, match="splits must be a whole number of at least 1"):
        degradation_study(x, left, right, np.arange(20), splits=0, rng=1)
    with pytest.raises(ValueError, match="keep must lie in"):
        degradation_study(x, left, right, np.arange(20), keep=-1, rng=1)
    for ridge in (-5, np.nan, np.inf):
        with pytest.raises(ValueError, match="ridge"):
            degradation_study(x, left, right, np.arange(20), ridge=ridge, rng=1)
