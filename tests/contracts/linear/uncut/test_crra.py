"""Lines of CRRA agents from logarithmic utility on: the best line of an effort by hand, and nothing falls below the bounds."""

from dataclasses import replace

import numpy as np
import pytest
from mpmath import mp, mpf
from scipy.optimize import brentq
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.uncut import crra
from annolib.contracts.linear.uncut.crra import ConstantRelativeAversion

MONITORS = [al.SelfConsistency(0.15), al.Golden(0.5), al.Golden(0.4)]


def terror(aversion, start=0.5, cost=0.3, gain=1.0, power=2.0):
    """A CRRA agent without a floor, whose cost is a share of what a wage at the start is worth."""
    utility = al.CRRA(aversion)
    outside = float(utility.utility(start))
    scale = cost / float(utility.marginal_wage(outside))
    return al.Problem(utility, al.PowerCost(scale, power), lambda e: gain * e * (2 - e), outside)


def frontier_of(problem, monitor, n, deviations=(0.0,)):
    return ConstantRelativeAversion(
        problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), deviations
    )


def drawn(seed, largest=40):
    rng = np.random.default_rng(seed)
    problem = terror(
        rng.choice([1.0, 1.2, 1.5, 2, 3, 5]),
        rng.uniform(0.3, 1),
        rng.uniform(0.1, 0.5),
        power=rng.choice([1.0, 1.5, 2, 3]),
    )
    monitor, n = MONITORS[seed % 3], int(rng.integers(1, largest))
    return problem, monitor, frontier_of(problem, monitor, n, (0.0, 0.4)), rng


@pytest.mark.parametrize("seed", range(9))
def test_the_line_for_an_effort_keeps_its_promises(seed):
    """From the wages: the expected wage and utility, the local incentive, the gains of the efforts that must not be preferred."""
    problem, monitor, frontier, rng = drawn(5_100 + seed)
    k, seen = np.arange(frontier.n + 1), 0
    for effort in rng.uniform(0.05, 0.99, 15):
        gap = float(frontier.at(np.array([effort]))[0])
        if not np.isfinite(gap):
            continue
        base, slope, rent = frontier.line(effort)
        wages = base + slope * k / frontier.n
        q = monitor.pass_probability(np.array([effort, *frontier.deviations]))
        law, size = binom.pmf(k, frontier.n, q[:, None]), abs(float(problem.reservation(effort))) + 1
        utility = problem.utility.utility(wages)
        mean = law @ utility
        assert gap == pytest.approx(
            frontier.best.profit - (float(problem.value(effort)) - law[0] @ wages), abs=1e-10
        )
        assert (
            mean[0] == pytest.approx(float(problem.reservation(effort)) + rent, abs=1e-10 * size)
            and rent >= 0
        )
        score = (k - frontier.n * q[0]) / (q[0] * (1 - q[0]))
        ask = float(problem.cost.slope(effort) / monitor.slope(effort))
        assert (law[0] * score) @ utility == pytest.approx(ask, rel=1e-8)
        gains = (
            mean[1:]
            - problem.cost.cost(np.array(frontier.deviations))
            - (mean[0] - problem.cost.cost(effort))
        )
        lower = np.array(frontier.deviations) < effort
        assert np.all(gains[lower] <= 1e-9 * size)
        parts = frontier.parts(base, slope)
        at = np.array([effort])
        assert sum(part.value(at)[0] for part in parts) == pytest.approx(mean[0], abs=1e-10 * size)
        assert sum(part.slope(at)[0] for part in parts) == pytest.approx(ask, rel=1e-8)
        seen += 1
    assert seen > 2


@pytest.mark.parametrize("seed", range(12))
def test_no_line_has_a_smaller_gap_than_the_range_of_its_effort(seed):
    """Lines around those that are best for some effort, the agent's answer by `best_answer`, ranges of all widths around it."""
    problem, monitor, frontier, rng = drawn(5_300 + seed)
    seen = 0
    for _ in range(40):
        effort = rng.uniform(0.05, 0.95, 1)
        shape = frontier.steep_enough(effort)
        if not np.isfinite(shape[0]):
            continue
        shape = shape + rng.uniform(-3, 0.5)
        slope = float(np.exp(frontier._paying_size(effort, shape) + np.abs(rng.normal(0, 0.1)))[0])
        line = al.contracts.Linear(slope * float(np.exp(shape[0])), slope, None, frontier.n)
        answer = al.best_answer(problem, monitor, line)
        if not answer.accepts or answer.effort < 1e-3:
            continue
        width = 10 ** rng.uniform(-6, -0.5)
        low = np.array([max(answer.effort - rng.uniform(0, width), 1e-6)])
        high = np.array([min(answer.effort + rng.uniform(0, width), 1.0)])
        gap = frontier.between(low, high)[0]
        lost = frontier.best.profit - answer.profit
        assert np.isfinite(gap) and gap <= lost + 1e-8  # `best_answer` knows the effort to about that
        seen += 1
    assert seen or not np.isfinite(frontier.at(np.linspace(0.05, 0.95, 50))).any()


@pytest.mark.parametrize("seed", range(12))
def test_ranges_hold_what_their_efforts_lose_and_close_in_on_it(seed):
    problem, monitor, frontier, rng = drawn(5_600 + seed, 120)
    closed = 0
    for _ in range(15):
        centre, width = rng.uniform(0.02, 0.98), 10 ** rng.uniform(-6, -1)
        low, high = np.array([max(centre - width, 1e-4)]), np.array([min(centre + width, 1.0)])
        inside = np.linspace(low[0], high[0], 31)
        found, least = frontier.between(low, high)[0], np.min(frontier.at(inside))
        assert found <= least + 1e-12
        alone = np.min(replace(frontier, deviations=()).at(inside))
        if np.isfinite(least) and width < 1e-4 and least == alone:
            closed += least - found <= 1e-9 + 1e4 * width**2
    assert closed or frontier.n == 1 or not frontier.convex


def line_by_hand(problem, monitor, n, effort, lowest=-15.0):
    """(profit, slope) of the line that just pays and has the local incentive, from plain sums and a root."""
    k, p, h = np.arange(n + 1), problem.utility.aversion - 1, 1e-6

    def power(log_theta, q):
        return binom.pmf(k, n, q) @ (np.exp(log_theta) + k / n) ** -p

    q, promise = float(monitor.pass_probability(effort)), -p * float(problem.reservation(effort))
    ask = float(problem.cost.slope(effort)) / float(monitor.slope(effort))

    def short(x):
        pull = (power(x, q - h) - power(x, q + h)) / (2 * h * p)
        return np.log(power(x, q) / pull * ask / promise)

    if promise <= 0 or not short(lowest) <= 0:
        return np.nan, np.nan
    theta = brentq(short, lowest, 5.0, xtol=1e-13)
    slope = (power(theta, q) / promise) ** (1 / p)
    return float(problem.value(effort)) - slope * (np.exp(theta) + q), slope


@pytest.mark.parametrize("aversion, start, n", [(2, 0.5, 10), (2, 1.0, 20), (3, 0.5, 15), (1.5, 1.0, 100)])
def test_the_best_line_of_each_effort_is_that_of_two_equations(aversion, start, n):
    problem, monitor = terror(aversion, start), al.SelfConsistency(0.15)
    frontier, seen = frontier_of(problem, monitor, n), 0
    for effort in np.linspace(0.1, 0.95, 8):
        profit, slope = line_by_hand(problem, monitor, n, effort)
        if np.isfinite(profit):
            assert frontier.best.profit - frontier.at(np.array([effort]))[0] == pytest.approx(
                profit, abs=1e-7
            )
            assert frontier.line(effort)[1] == pytest.approx(slope, rel=1e-4)
            seen += 1
    assert seen > 2


@pytest.mark.parametrize("aversion, n", [(1.0, 150), (1.0, 700), (2.0, 1_100)])
def test_what_threats_beyond_numbers_cost_is_the_limit_of_lines(aversion, n):
    """A base of e^(−10²⁰) and less, by hand in 50 digits: the two equations for the threat and the size, and the wage that they leave.

    Bounds of ranges lie below, and the lines that can be written down cost more.
    """
    problem, monitor = terror(aversion, 1.0, 0.5, 2.0), al.Expert(0.1)
    frontier, p = frontier_of(problem, monitor, n), aversion - 1
    deep = [e for e in np.linspace(0.2, 0.95, 31) if np.isneginf(frontier.steep_enough(np.array([e]))[0])]
    assert len(deep) > 3
    effort = deep[len(deep) // 3]
    with mp.workdps(50):
        q = mpf(float(monitor.pass_probability(effort)))
        r, ask = 1 - q, mpf(float(problem.cost.slope(effort) / monitor.slope(effort)))
        wanted = mpf(float(problem.reservation(effort)))
        law = [(mp.mpf(k) / n, mp.binomial(n, k) * q**k * r ** (n - k)) for k in range(1, n + 1)]
        if p:  # β^(−p) = A/M and G/M = T/A for the threat F = rⁿθ^(−p); the terms of the others do not feel θ
            promise = -p * wanted
            mean = mp.fsum(w * z**-p for z, w in law)
            pull = mp.fsum(w * (z * n / q - n * (1 - z) / r) * -(z**-p) for z, w in law) / p
            threat = (ask / promise * mean - pull) / (n / r / p - ask / promise)
            slope = ((mean + threat) / promise) ** (1 / mpf(p))
            size = threat / r**n
        else:  # −log θ = D/rⁿ, G = T, and log β = ū − E log z
            pull = mp.fsum(w * (z * n / q - n * (1 - z) / r) * mp.log(z) for z, w in law)
            threat = (ask - pull) * r / n
            slope = mp.e ** (wanted - mp.fsum(w * mp.log(z) for z, w in law) + threat)
            size = threat / r**n
        gap = mpf(frontier.best.profit) - (mpf(float(problem.value(effort))) - slope * q)
        assert size > 300 if not p else mp.log(size) > 690
    reached = frontier.reach(np.array([effort]))[0]
    assert reached == pytest.approx(float(gap), rel=1e-9) and np.isinf(frontier.at(np.array([effort]))[0])
    for width in (1e-2, 1e-4, 1e-6):
        low, high = np.array([effort - width]), np.array([effort + width])
        bound = frontier.between(low, high)[0]
        assert bound <= reached + 1e-13
    assert np.isinf(replace(frontier, threats=False).between(low, high)[0])
    assert reached - bound < 1e-3 * reached + 1e-5


def test_no_effort_is_bought_that_asks_for_more_than_any_threat_can_give():
    """Participation alone gives an incentive below n·A/(p·r): more than that no line has, near full effort."""
    problem, monitor = terror(3.0, 1.0, 0.45, power=8.0), al.Golden(0.3)
    frontier, effort = frontier_of(problem, monitor, 1), np.linspace(0.5, 1.0, 51)
    ask, promise = frontier.asked_and_promised(effort)
    none = (
        ask * 2 * monitor.failure_probability(effort) > promise
        if hasattr(monitor, "failure_probability")
        else None
    )
    q = monitor.pass_probability(effort)
    none = (promise <= 0) | (ask * 2 * (1 - q) > promise)
    assert none.any() and not none.all()
    assert np.isinf(frontier.at(effort[none])).all() and np.isfinite(frontier.at(effort[~none][:-1])).all()
    inside = np.flatnonzero(none)[2:-1]
    assert np.isinf(frontier.between(effort[inside], effort[inside] + 1e-4)).all()


def test_other_efforts_tempt_where_the_cost_is_not_convex_in_the_checks():
    """Two equations, of the local incentive and of indifference to no effort, from plain sums: the rent and the wage."""
    problem, monitor, n = terror(2.0, 0.5, 0.3, power=1.5), al.SelfConsistency(0.15), 10
    frontier = frontier_of(problem, monitor, n)
    assert not frontier.convex and frontier_of(terror(2.0, power=2.0), monitor, n).convex
    k, effort = np.arange(n + 1), 0.4
    q, q0 = float(monitor.pass_probability(effort)), 0.5
    law, idle = binom.pmf(k, n, q), binom.pmf(k, n, q0)
    ask, rise = float(problem.cost.slope(effort) / monitor.slope(effort)), float(problem.cost.cost(effort))
    score = (k - n * q) / (q * (1 - q))

    def size(log_theta):
        return ask / -((law * score) @ (np.exp(log_theta) + k / n) ** -1.0)

    def tempted(log_theta):
        return rise - size(log_theta) * -((law - idle) @ (np.exp(log_theta) + k / n) ** -1.0)

    log_theta = brentq(tempted, -12, 3)
    slope = 1 / size(log_theta)
    base, found, rent = frontier.line(effort)
    assert found == pytest.approx(slope, rel=1e-8) and base == pytest.approx(
        slope * np.exp(log_theta), rel=1e-7
    )
    assert rent > 1e-3 and rent == pytest.approx(
        -(law @ (1 / (base + slope * k / n))) - float(problem.reservation(effort)), abs=1e-9
    )
    found = frontier.between(np.array([effort - 1e-6]), np.array([effort + 1e-6]))[0]
    assert (
        frontier.at(np.array([effort]))[0] - found < 1e-4
        and found > replace(frontier, deviations=()).at(np.array([effort]))[0]
    )
    log = frontier_of(
        terror(1.0, 0.5, 0.3, power=1.5), monitor, n
    )  # log utility: the incentive fixes the shape, and no rent helps
    efforts = np.linspace(0.1, 0.9, 17)
    tempted = efforts[log._holds_off(efforts, efforts, 0.0, True) < log.steep_enough(efforts) - 0.1]
    assert (
        tempted.size
        and np.isinf(log.at(tempted)).all()
        and np.isinf(log.between(tempted - 1e-6, tempted + 1e-6)).all()
    )


def test_roots_stay_where_they_are():
    """Rows that are done are not moved while others go on."""
    goals = np.array([0.0, -3.0, 2.5, -40.0])
    found = crra._root(
        lambda x: (np.tanh((x - goals) / 5), (1 - np.tanh((x - goals) / 5) ** 2) / 5),
        np.zeros(4),
        -100.0,
        np.full(4, 50.0),
    )
    np.testing.assert_allclose(found, goals, atol=1e-12)
