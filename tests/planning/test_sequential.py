"""The sequential test: against gambler's ruin, a linear system, all paths, and simulation."""

import itertools

import numpy as np
import pytest

import annolib as al
from annolib.planning.sequential_walk import Band, walk

SELF = al.SelfConsistency(kappa=0.2)


@pytest.mark.parametrize("q", [0.3, 0.45, 0.55, 0.8])
def test_equal_steps_are_the_gamblers_ruin(q):
    """Steps ±1 from 0 with bounds 7 and −4: the closed form of the ruin problem."""
    stops = walk(Band(up=1.0, down=1.0, upper=7.0, lower=4.0), [q])
    ratio = (1 - q) / q
    won = (1 - ratio**4) / (1 - ratio**11)
    assert stops.won[0] == pytest.approx(won, rel=1e-10)
    assert stops.lost[0] == pytest.approx(1 - won, rel=1e-10)
    assert stops.mean[0] == pytest.approx((11 * won - 4) / (2 * q - 1), rel=1e-9)


@pytest.mark.parametrize(("up", "down", "upper", "lower"), [(1, 2, 9, 7), (3, 2, 11, 12), (2, 5, 20, 17)])
def test_whole_number_steps_are_an_absorbing_chain(up, down, upper, lower):
    """States are the values between the bounds; verdict and mean solve a linear system."""
    states = np.arange(-lower + 1, upper)
    for q in (0.4, 0.6):
        inside, won = np.zeros((states.size, states.size)), np.zeros(states.size)
        for row, value in enumerate(states):
            for step, chance in ((up, q), (-down, 1 - q)):
                if value + step >= upper:
                    won[row] += chance
                elif value + step > -lower:
                    inside[row, value + step + lower - 1] += chance
        system = np.eye(states.size) - inside
        start = lower - 1
        stops = walk(Band(float(up), float(down), float(upper), float(lower)), [q])
        assert stops.won[0] == pytest.approx(np.linalg.solve(system, won)[start], rel=1e-10)
        assert stops.mean[0] == pytest.approx(np.linalg.solve(system, np.ones(states.size))[start], rel=1e-9)


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


def step_by_step(band, q, maximum):
    """The walk without leaps: one check after the other, for one success probability."""
    inside, won, lost, mean = {0: 1.0}, 0.0, 0.0, 0.0
    for n in range(1, maximum + 1):
        mean += sum(inside.values())
        stepped = {}
        for k, chance in inside.items():
            stepped[k] = stepped.get(k, 0) + chance * (1 - q)
            stepped[k + 1] = stepped.get(k + 1, 0) + chance * q
        low, high = (int(end) for end in band.counts(n))
        won += sum(chance for k, chance in stepped.items() if k >= high)
        lost += sum(chance for k, chance in stepped.items() if k <= low)
        inside = {k: chance for k, chance in stepped.items() if low < k < high}
    return won, lost, mean, inside


@pytest.mark.parametrize("maximum", [1, 31, 32, 33, 700, 1_500])
@pytest.mark.parametrize("efforts", [(0.3, 0.8), (0.5, 0.6), (0.5, 0.53)])
def test_leaps_over_many_checks_are_the_single_steps(maximum, efforts):
    test = al.sequential_test(SELF, *efforts, maximum=1)
    for q in (0.55, 0.7):
        won, lost, mean, inside = step_by_step(test.band, q, maximum)
        stops = walk(test.band, [q, 0.6], maximum)
        assert (stops.won[0], stops.lost[0], stops.mean[0]) == pytest.approx((won, lost, mean), rel=1e-11)
        found = dict(zip(stops.inside_counts.tolist(), stops.inside[0].tolist(), strict=True))
        assert {k: v for k, v in found.items() if v} == pytest.approx(inside, rel=1e-10)


def test_close_efforts_are_a_matter_of_leaps():
    """Without them this test of .5 against .51 takes over a million steps; nearly all of them leap."""
    from annolib.planning import sequential_walk

    counted, plain = [], sequential_walk._steps
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequential_walk, "_steps", lambda *given: counted.append(1) or plain(*given))
        test = al.sequential_test(SELF, 0.5, 0.53)
    assert len(counted) < 150  # of 4,436 strides of 32 checks
    assert test.size == pytest.approx(0.0496087, abs=1e-6) and test.mean_null == pytest.approx(
        6263.9059, abs=1e-3
    )
