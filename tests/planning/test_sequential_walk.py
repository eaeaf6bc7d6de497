"""The walk inside a band: against gambler's ruin, a linear system, and single steps."""

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
