"""The best bonus in the worst case or on average, against a naive search, published digits and random contracts."""

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.robust.bonuses import threshold
from annolib.contracts.robust.bonuses.threshold import Bonuses, best_bonus, likely_thresholds
from annolib.contracts.robust.family import Kind, Kinds

EFFORTS = np.linspace(0, 1, 2001)


def kinds_of(problem, strengths, weights=None):
    some = [
        Kind(problem, PassLaw.from_monitor(al.SelfConsistency(k)), w, k)
        for k, w in zip(strengths, weights or [1.0] * len(strengths), strict=True)
    ]
    return Kinds(tuple(some), weights is not None)


def naive(kinds, n, thresholds, bonuses):
    """The best aim over a grid of bonuses; every kind answers on a grid of efforts, as the firm likes least."""
    best = (-np.inf, None)
    utility = kinds.utility
    for t in thresholds:
        chances = [stats.binom.sf(t - 1, n, kind.evidence.success(EFFORTS)) for kind in kinds.kinds]
        for bonus in bonuses:
            payoffs = [
                bonus * p - k.problem.cost.cost(EFFORTS) for p, k in zip(chances, kinds.kinds, strict=True)
            ]
            low = max(
                [
                    kinds.floor_utility,
                    *(k.problem.outside - x.max() for k, x in zip(kinds.kinds, payoffs, strict=True)),
                ]
            )
            if low + bonus >= utility.highest:
                continue
            wages = utility.wage(np.array([low, low + bonus]))
            profits = []
            for p, x, kind in zip(chances, payoffs, kinds.kinds, strict=True):
                left = kind.problem.value(EFFORTS) - wages[0] - (wages[1] - wages[0]) * p
                profits.append(left[x >= x.max() - 1e-12].min())
            worth = float(kinds.aim(np.array(profits)))
            best = max(best, (worth, (t, bonus)), key=lambda found: found[0])
    return best


@pytest.mark.parametrize(
    "strengths, weights, floor, n",
    [
        ((0.13, 0.17), None, 0.0, 40),
        ((0.1, 0.15, 0.2), [0.3, 0.4, 0.3], 0.0, 60),
        ((0.14, 0.16), None, -0.2, 30),
    ],
)
def test_a_naive_search_finds_no_more_and_nearly_as_much(strengths, weights, floor, n):
    kinds = kinds_of(reference_problem(floor=floor), strengths, weights)
    flat = float(kinds.aim(kinds.flat()[1]))
    found = best_bonus(kinds, n, flat, 1e-11)
    assert found.bound - found.worth < 1e-10
    t = found.contract.threshold
    worth, _ = naive(kinds, n, range(max(t - 4, 1), min(t + 5, n)), np.linspace(0.05, 0.75, 281))
    assert worth <= found.bound + 1e-9  # a grid of efforts misses the best answer by 1e-7 or less in payoff
    assert worth >= found.worth - 3e-3
    bonus = float(np.diff(kinds.utility.utility(np.array([found.contract.low, found.contract.high])))[0])
    at, _ = naive(kinds, n, [t], [bonus * (1 + 1e-6)])
    assert at == pytest.approx(found.worth, abs=2e-4)


PUBLISHED = [  # floor, range, n, profit, threshold
    (0.0, (0.14, 0.16), 30, 0.0923807, 17),
    (0.0, (0.14, 0.16), 100, 0.2431339, 57),
    (0.0, (0.14, 0.16), 300, 0.2865863, 167),
    (0.0, (0.14, 0.16), 1000, 0.2956579, 553),
    (-0.2, (0.14, 0.16), 30, 0.2791655, None),
    (-0.2, (0.14, 0.16), 100, 0.2911928, None),
    (-0.2, (0.14, 0.16), 300, 0.2945702, None),
    (-0.2, (0.14, 0.16), 1000, 0.2957316, None),
    (0.0, (0.12, 0.18), 100, 0.1735556, None),
    (0.0, (0.12, 0.18), 300, 0.2398154, None),
    (0.0, (0.12, 0.18), 1000, 0.2567682, 542),
]


@pytest.mark.parametrize("floor, strengths, n, profit, threshold", PUBLISHED)
def test_reference_values(floor, strengths, n, profit, threshold):
    kinds = kinds_of(reference_problem(floor=floor), strengths)
    found = best_bonus(kinds, n, 0.0, 1e-11)
    assert found.worth == pytest.approx(profit, abs=5.1e-8) and found.bound - found.worth < 1e-10
    assert threshold is None or found.contract.threshold == threshold


def test_no_bonus_is_worth_paying_for_few_checks():
    found = best_bonus(kinds_of(reference_problem(), (0.12, 0.18)), 30, 0.0, 1e-11)
    assert found.contract is None and found.bound < 1e-10


def test_bounds_of_boxes_hold_at_bonuses_inside_them():
    rng = np.random.default_rng(5)
    bonuses = Bonuses(kinds_of(reference_problem(floor=-0.1), (0.12, 0.15, 0.18), [0.2, 0.5, 0.3]), 80)
    t = np.arange(30.0, 70.0)
    with np.errstate(all="ignore"):
        bonuses._prepare(t, 0.0)
        bonuses.t = t
        row, works, low, high = bonuses._first_boxes(t)
        keep = low > -20
        row, works, low, high = row[keep], works[:, keep], low[keep], high[keep]
        for _ in range(6):
            a, b = np.sort(low + (high - low) * rng.uniform(0, 1, (2, low.size)), axis=0)
            left, right = bonuses._node(row, a, works), bonuses._node(row, b, works)
            bound = bonuses._bound(row, left, right)
            inside = bonuses._node(row, a + (b - a) * rng.uniform(0, 1, a.size), works)
            worth = bonuses.kinds.aim(bonuses._profits(inside))
            assert np.all(worth <= bound + 1e-12) and np.isfinite(bound).any()
            tight = bonuses._bound(row, left, bonuses._node(row, a + (b - a) * 1e-4, works))
            near = np.isfinite(tight)
            assert np.median((tight - bonuses.kinds.aim(bonuses._profits(left)))[near]) < 1e-3


def test_thresholds_left_out_earn_nothing():
    kinds = kinds_of(reference_problem(), (0.14, 0.16))
    some, every = likely_thresholds(kinds, 4000, 0.28)
    assert every and some[0] > 1 and some[-1] < 4000
    rest = np.setdiff1d(np.arange(1, 4001), some)
    found = Bonuses(kinds, 4000).best(rest[:: max(rest.size // 150, 1)], 0.28, 1e-6)
    assert found.works.size == 0 and found.bound <= 0.28 + 1e-6
    assert likely_thresholds(kinds, 3_000_000, 0.28)[1] is False  # a sample only, and said so


def test_a_sample_of_thresholds_proves_nothing(monkeypatch):
    monkeypatch.setattr(threshold, "_THRESHOLDS", 30)
    found = best_bonus(kinds_of(reference_problem(), (0.14, 0.16)), 300, 0.0, 1e-9)
    assert (
        found.bound == np.inf and found.contract.threshold == 167
    )  # found all the same, near the best of the sample


def test_a_fine_without_limit_is_refused():
    with pytest.raises(al.NoBestContract, match="Give a floor"):
        best_bonus(kinds_of(reference_problem(floor=None), (0.14, 0.16)), 100, 0.0, 1e-9)


def test_slopes_lie_between_their_bounds():
    bonuses = Bonuses(kinds_of(reference_problem(floor=-0.3), (0.12, 0.18)), 80)
    t = np.arange(36.0, 50.0)
    with np.errstate(all="ignore"):
        bonuses._prepare(t, 0.0)
        bonuses.t = t
        row, works, low, high = bonuses._first_boxes(t)
        keep = works.all(axis=0) & (high - low > 0.3)
        row, works, low = row[keep], works[:, keep], low[keep] + 0.1
        at = [bonuses._node(row, low + d, works) for d in (0.0, 0.01, 0.01 + 1e-6, 0.02)]
        least, most = bonuses._slopes(row, at[0], at[3])
        seen = (bonuses._profits(at[2]) - bonuses._profits(at[1])) / 1e-6
        paid = bonuses.kinds.low_utility(at[1]["gain"]) > bonuses.kinds.floor_utility
    known = np.isfinite(least) & np.isfinite(most)
    assert known.sum() > 10 and paid.any()
    assert np.all(seen[known] >= least[known] - 1e-6) and np.all(seen[known] <= most[known] + 1e-6)
    short = bonuses._slopes(
        row, at[1], at[2]
    )  # looser above where the kind that only just accepts might be another
    assert np.allclose(short[0][known], seen[known], atol=1e-4)


@pytest.mark.parametrize("power, n", [(1.0, 4), (1.0, 10), (1.5, 2), (2.0, 1), (2.0, 2)])
@pytest.mark.parametrize("weights", [None, (0.3, 0.7)])
def test_bonuses_that_only_work_beyond_the_slope_at_full_effort(power, n, weights):
    """Where the bridge of the hull ends at full effort, D(1) is less than what makes anybody work."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, power), lambda e: 1.0 * e, 0.0, -0.5)
    kinds = kinds_of(problem, (0.2, 0.22), weights)
    worth, _ = naive(kinds, n, range(1, n + 1), np.geomspace(0.08, 1.2, 200))
    found = best_bonus(kinds, n, 0.0, 1e-12)
    assert worth > 0.8
    assert (
        worth - 1e-4 < found.worth < worth + 0.02
    )  # near 1 the naive agent's grid of efforts is off by 1e-4
    assert found.bound < found.worth + 1e-9
