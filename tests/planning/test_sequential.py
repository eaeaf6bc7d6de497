"""The sequential test: against gambler's ruin, a linear system, all paths, and simulation."""

import itertools

import numpy as np
import pytest

import annolib as al

SELF = al.SelfConsistency(kappa=0.2)


def test_a_cut_test_is_the_sum_over_all_paths():
    test = al.sequential_test(SELF, 0.2, 0.9, maximum=9)
    for effort in (0.2, 0.9):
        q = SELF.pass_probability(effort)
        careful = mean = 0.0
        for path in itertools.product([False, True], repeat=9):
            weight = np.prod(np.where(path, q, 1 - q))
            verdict, used, _ = test.follow(path)
            careful += weight * (verdict == "careful")
            mean += weight * used
        row = test.characteristic(effort).iloc[0]
        assert row["careful"] == pytest.approx(careful, rel=1e-12)
        assert row["mean_checks"] == pytest.approx(mean, rel=1e-12)
        assert row["careful"] + row["careless"] == pytest.approx(1, rel=1e-12)


MONITORS = [SELF, al.Expert(-0.2), al.Golden(), al.SelfConsistencyLabels(0.4)]


@pytest.mark.parametrize("monitor", MONITORS, ids=repr)
@pytest.mark.parametrize("maximum", [None, 40])
def test_simulated_runs_agree(monitor, maximum):
    test = al.sequential_test(monitor, 0.3, 0.8, maximum=maximum)
    for effort in (0.3, 0.6, 0.8):
        careful, used = test.simulate(effort, 20_000, rng=5)
        row = test.characteristic(effort).iloc[0]
        noise = np.sqrt(row["careful"] * row["careless"] / 20_000)
        assert abs(careful.mean() - row["careful"]) < 4 * noise + 1e-9
        assert abs(used.mean() - row["mean_checks"]) < 4 * used.std() / np.sqrt(20_000)


@pytest.mark.parametrize(("alpha", "beta"), [(0.05, 0.1), (0.01, 0.01), (0.2, 0.05)])
def test_walds_bounds_hold_and_the_test_is_cheaper_than_a_fixed_number(alpha, beta):
    test = al.sequential_test(SELF, 0.3, 0.8, alpha, beta)
    assert test.size <= alpha / (1 - beta) and test.miss <= beta / (1 - alpha)
    assert test.size + test.miss <= alpha + beta
    fixed = al.plan_checks(SELF, 0.3, 0.8, alpha, beta)
    assert max(test.mean_null, test.mean_alternative) < fixed.checks
    assert (
        0.7 < test.wald_null / test.mean_null < 1 and 0.7 < test.wald_alternative / test.mean_alternative < 1
    )


def test_walds_approximation_is_good_where_steps_are_small():
    test = al.sequential_test(SELF, 0.5, 0.6)
    assert test.wald_null == pytest.approx(test.mean_null, rel=0.03)
    assert test.wald_alternative == pytest.approx(test.mean_alternative, rel=0.03)
    assert test.size == pytest.approx(0.05, rel=0.05) and test.miss == pytest.approx(0.1, rel=0.06)


def test_one_failure_decides_where_full_effort_never_fails():
    test = al.sequential_test(al.Golden(), 0.5, 1.0)
    needed = 11  # 0.75^11 ≤ 0.05 / 0.9
    assert test.size == pytest.approx(0.75**needed) and test.miss == 0
    assert test.mean_alternative == needed
    assert test.mean_null == pytest.approx((1 - 0.75**needed) / 0.25)
    assert test.follow([True, True, False, True])[:2] == ("careless", 3)
    assert test.follow([True] * 20)[:2] == ("careful", needed)
    assert np.isnan(test.wald_null)


def test_following_outcomes_matches_the_stop_table():
    test = al.sequential_test(SELF, 0.3, 0.8)
    table = test.stop_table(range(1, 60))
    rng = np.random.default_rng(3)
    for _ in range(50):
        passed = rng.random(59) < 0.65
        verdict, used, path = test.follow(passed)
        assert path.size == used + 1
        k = np.cumsum(passed)[: used - 1]
        earlier = table.iloc[: used - 1]
        assert not (k <= earlier["careless_at_most"].fillna(-1).to_numpy()).any()
        assert not (k >= earlier["careful_at_least"].fillna(1000).to_numpy()).any()
        if verdict == "careful":
            assert path[-1] >= test.band.upper
        elif verdict == "careless":
            assert path[-1] <= -test.band.lower
        else:
            assert used == 59
    assert table["careless_at_most"].isna().tolist()[:3] == [True] * 3
    mirrored = al.sequential_test(al.Expert(-0.2), 0.3, 0.8)
    straight = al.sequential_test(al.Expert(0.2), 0.3, 0.8)
    assert mirrored.follow([False] * 30)[:2] == straight.follow([True] * 30)[:2]


def test_views():
    test = al.sequential_test(SELF, 0.3, 0.8)
    assert "20.3 checks on average at 0.3" in repr(test) and len(test.to_frame()) == 1
    assert "at most 30 checks" in repr(al.sequential_test(SELF, 0.3, 0.8, maximum=30))


def test_bad_input():
    with pytest.raises(ValueError, match="alpha and beta must add up to less than 1"):
        al.sequential_test(SELF, 0.3, 0.8, 0.5, 0.5)
    with pytest.raises(ValueError, match="maximum must be a whole number of at least 1; saw 0"):
        al.sequential_test(SELF, 0.3, 0.8, maximum=0)
    with pytest.raises(ValueError, match="null must be below alternative"):
        al.sequential_test(SELF, 0.8, 0.3)
    with pytest.raises(ValueError, match="passed must be a list of outcomes"):
        al.sequential_test(SELF, 0.3, 0.8).follow([[True]])
