"""Price lines of single tuples: they touch where they start, and hold for every other tuple and effort."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.tiered.blocks import Law
from annolib.contracts.tiered.family import Tiers
from annolib.contracts.tiered.prices import MANY, Pool


def family_of(reference, n):
    problem, monitor = reference
    return Tiers(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), -1.0)


def ends(*tuples):
    return np.array(tuples, dtype=float)


@pytest.mark.parametrize(
    ("n", "thresholds", "effort"), [(30, (18, 24), 0.6), (100, (58, 67), 0.57), (1000, (551, 580), 0.512)]
)
def test_lines_touch_where_they_start_and_bound_the_rest(reference, n, thresholds, effort):
    family, pool = family_of(reference, n), None
    with np.errstate(all="ignore"):
        pay = family.implement_everywhere(family.implement_on_grid(thresholds, effort))
        pool = Pool(family, 2)
        pool.add(thresholds, effort, pay.lottery.prices, pay.deviations)
        own = ends(thresholds)
        here, no = np.array([effort]), np.zeros(1, bool)
        every = np.arange(pool.size)[:, None]
        edges = np.repeat(own, 2, axis=1)
        values = pool._values(
            every, edges, [Law.at(family, edges, np.array([d])).p for d in pool.deviations], here
        )
        assert values[:, 0] == pytest.approx(family.best.profit - pay.gap, abs=1e-12)
        which, value, _ = pool.lowest(own, own, here, here, no)
        lines = pool.rows(which, own, own)
        assert lines.value(here)[0] == pytest.approx(value[0], abs=1e-13)
        for other in ((thresholds[0] - 1, thresholds[1]), (thresholds[0], thresholds[1] + 1)):
            for e in effort + np.array([-0.02, 0.0, 0.03]):
                rival = family.implement(other, float(e), pay.deviations)
                _, bound, _ = pool.lowest(ends(other), ends(other), np.array([e]), np.array([e]), no)
                assert rival is None or bound[0] >= family.best.profit - rival.gap - 1e-12


def test_the_last_line_bends_least(reference):
    family = family_of(reference, 1000)
    with np.errstate(all="ignore"):
        pay = family.implement((551, 580), 0.512)
        pool = Pool(family, 2)
        pool.add((551, 580), 0.512, pay.lottery.prices, pay.deviations)
        own, at = np.repeat(ends((551, 580)), pool.size, axis=0), np.full(pool.size, 0.512)
        bend = pool.rows(np.arange(pool.size), own, own)._taylor(at, at * (1 + 1e-12))[2]
    assert pool.size == 3 and bend[2] < min(bend[:2])


def test_a_line_is_used_only_where_its_prices_have_their_sign(reference):
    family, pool, one = family_of(reference, 100), None, ends((58, 67))
    pool = Pool(family, 2)
    pool.add((58, 67), 0.57, np.array([0.5, 0.1, 0.2]), (0.0,))
    pool.participation[:, 1] = -100.0  # λ falls to 0 a little further up
    no, yes = np.zeros(1, bool), np.ones(1, bool)
    assert pool.lowest(one, one, np.array([0.57]), np.array([0.571]), no)[0][0] >= 0
    none = np.array([-1]), np.array([np.inf]), np.array([np.inf])
    assert pool.lowest(one, one, np.array([0.57]), np.array([0.7]), no) == none
    pool.participation[:, 1], pool.incentive[:] = (
        0.0,
        [-1e-3, 0.0],
    )  # full effort: an incentive that is too strong may not cost
    assert pool.lowest(one, one, np.array([1.0]), np.array([1.0]), yes)[0][0] == -1
    assert pool.lowest(one, one, np.array([1.0]), np.array([1.0]), no)[0][0] >= 0


def test_deviations_that_tempted_nearby_come_along(reference):
    family, pool = family_of(reference, 100), None
    pool = Pool(family, 2)
    assert pool.tempting((58, 67), 0.57) == ()
    with np.errstate(all="ignore"):
        pool.add((58, 67), 0.57, np.array([0.5, 0.1, 0.2, 0.0, 0.3]), (0.0, 0.3, 0.5))
    assert pool.tempting((58, 67), 0.57) == (0.0, 0.5)  # those with a price
    assert pool.tempting((58, 68), 0.58) == (0.0, pytest.approx(0.51))
    assert pool.tempting((58, 67), 0.9) == pool.tempting((20, 30), 0.57) == ()  # too far away
    with np.errstate(all="ignore"):
        pool.add((58, 67), 0.57, np.array([0.5, 0.1, 0.2]), (0.0,))
    assert pool.tempting((58, 67), 0.57) == (0.0,)  # of those as near, the last


@pytest.mark.parametrize(("cost", "where"), [(1.0, "idle"), (1.5, "between")])
def test_the_line_for_certain_effort_touches(cost, where):
    """Full effort passes for certain: what it earns where nothing below n passes pays more than the floor."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.3, cost), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    family, n = Tiers(problem, PassLaw.from_monitor(al.Golden(0.5)), 3, al.first_best(problem), -1.0), 3
    pool = Pool(family, 2)
    with np.errstate(all="ignore"):
        pool.add_certain()
    efforts = np.linspace(0, 1, 200_001)[:-1]
    needed = (0.3 - problem.cost.cost(efforts)) / (1 - family.evidence.success(efforts) ** n)
    v = max(float(needed.max()), 0.3)  # utility for n passes: no effort tempts, and the agent takes part
    earned = 0.6 - float(problem.utility.wage(v))
    one = ends((n, n))
    which, value, _ = pool.lowest(one, one, np.ones(1), np.ones(1), np.ones(1, bool))
    assert which[0] == 0 and value[0] == pytest.approx(earned, abs=1e-11)
    assert (0 < efforts[np.argmax(needed)] < 0.99) == (where == "between")


def test_of_many_lines_the_last_near_ones_and_the_first_and_certain_ones_are_tried(reference):
    family, pool = family_of(reference, 100), None
    pool = Pool(family, 2)
    with np.errstate(all="ignore"):
        for effort in [0.3, *[0.57] * 12]:
            pool.add((58, 67), effort, np.array([0.5, 0.1, 0.2]), (0.0,))
        one = ends((58, 67))
        near = set(pool._near(one, one, np.array([0.57])).ravel())
    assert pool.size > len(near) == MANY
    assert {0, 1, 2} <= near and set(range(pool.size - MANY + 3, pool.size)) <= near
    pool.certain = 4
    assert set(np.flatnonzero(pool.programme == 4)) <= set(pool._near(one, one, np.array([0.57])).ravel())


def test_prices_beyond_measure_have_no_line_beside_them(reference):
    """At some prices numbers overflow: there is no neighbouring programme to aim at, and no error either."""
    family = family_of(reference, 100)
    pool = Pool(family, 2)
    with np.errstate(all="ignore"):
        pool.add((58, 67), 0.57, np.array([1e200, 1e190, 1e200]), (0.0,))
    assert pool.size == 2
