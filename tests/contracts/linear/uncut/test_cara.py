"""Lines of CARA and risk-neutral agents without a floor: closed forms against plain sums, and nothing falls below the bounds."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.uncut import cara
from annolib.contracts.linear.uncut.cara import ConstantAversion

MONITORS = [al.SelfConsistency(0.15), al.Expert(0.2), al.Golden(0.4), al.Golden(0.5)]


def drawn(seed, largest=60):
    """A problem, a monitor and a frontier that knows the efforts 0 and .3."""
    rng = np.random.default_rng(seed)
    problem = al.Problem(
        al.CARA(rng.uniform(0.3, 2)), al.PowerCost(rng.uniform(0.1, 0.4), rng.choice([1.0, 1.5, 2, 3])),
        lambda e: e * (2 - e) / 2,
    )  # fmt: skip
    monitor, n = MONITORS[seed % 4], int(rng.integers(1, largest))
    return (
        problem,
        monitor,
        ConstantAversion(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), (0.0, 0.3)),
        rng,
    )


def test_price_of_risk_is_what_a_line_costs_beyond_its_certainty_equivalent():
    n, averse, q, b = 7, 1.3, 0.7, 2.0
    k = np.arange(n + 1)
    wage = b * k / n
    at = binom.pmf(k, n, q)
    certain = -np.log(at @ np.exp(-averse * wage)) / averse
    y = -np.expm1(-averse * b / n) / (1 + q * np.expm1(-averse * b / n))
    assert cara.price_of_risk(n, averse, q, y) == pytest.approx(at @ wage - certain, rel=1e-12)


@pytest.mark.parametrize("q, y", [(0.6, 0.1), (0.3, 0.8), (0.5, 1.2), (0.9, 4.0)])
def test_slopes_of_the_price_of_risk_are_its_derivatives_and_hold_on_ranges(q, y):
    n, a, h = 9, 1.3, 1e-6
    by_q, by_y = cara.slopes_of_risk(n, a, (q, q), (1 - q, 1 - q), (y, y))
    assert by_q[0] == pytest.approx(by_q[1], rel=1e-12) and by_y[0] == pytest.approx(by_y[1], rel=1e-12)
    numbers = [cara.price_of_risk(n, a, *at) for at in ((q + h, y), (q - h, y), (q, y + h), (q, y - h))]
    assert by_q[0] == pytest.approx((numbers[0] - numbers[1]) / (2 * h), rel=1e-6)
    assert by_y[0] == pytest.approx((numbers[2] - numbers[3]) / (2 * h), rel=1e-6)
    wide = cara.slopes_of_risk(n, a, (q - 0.05, q + 0.05), (1.05 - q, 0.95 - q), (0.8 * y, 1.1 * y))
    for x in np.linspace(q - 0.05, q + 0.05, 5):
        for z in np.linspace(0.8 * y, 1.1 * y, 5):
            here = cara.slopes_of_risk(n, a, (x, x), (1 - x, 1 - x), (z, z))
            for inner, outer in zip(here, wide, strict=True):
                assert outer[0] <= inner[0] + 1e-12 and inner[1] <= outer[1] + 1e-12


@pytest.mark.parametrize("seed", range(8))
def test_the_line_for_an_effort_has_its_gap_and_its_incentive(seed):
    """From the wages of the line, by plain sums: the expected wage, the utility, the local incentive, the gains of other efforts."""
    problem, monitor, frontier, rng = drawn(4_900 + seed)
    frontier, seen = replace(frontier, deviations=(0.0, 0.3, 0.7, 1.0)), 0
    k = np.arange(frontier.n + 1)
    for effort in [*rng.uniform(0.05, 0.99, 12), 1.0]:
        gap = float(frontier.at(np.array([effort]))[0])
        if not np.isfinite(gap):
            continue
        base, slope, rent = frontier.line(effort)
        wages = base + slope * k / frontier.n
        q = monitor.pass_probability(np.array([effort, *frontier.deviations]))
        law = binom.pmf(k, frontier.n, q[:, None])
        mean = law @ problem.utility.utility(wages)
        best = al.first_best(problem).profit
        assert gap == pytest.approx(best - (float(problem.value(effort)) - law[0] @ wages), abs=1e-10)
        assert mean[0] == pytest.approx(float(problem.reservation(effort)) + rent, abs=1e-11) and rent >= 0
        gains = (
            mean[1:]
            - problem.cost.cost(np.array(frontier.deviations))
            - (mean[0] - problem.cost.cost(effort))
        )
        assert np.all(gains <= 1e-9)
        score = (k - frontier.n * q[0]) / max(q[0] * (1 - q[0]), 1e-300)
        if effort < 1:
            assert (law[0] * score) @ problem.utility.utility(wages) == pytest.approx(
                float(problem.cost.slope(effort) / monitor.slope(effort)), rel=1e-8
            )
        parts = frontier.parts(base, slope)
        assert parts[0].value(np.array([effort]))[0] == pytest.approx(mean[0], abs=1e-12)
        h = 1e-6
        if effort < 1:
            steep = (
                (parts[0].value(effort + h) - parts[0].value(effort - h)) / (2 * h) / monitor.slope(effort)
            )
            assert parts[0].slope(np.array([effort]))[0] == pytest.approx(steep, rel=1e-5)
        seen += 1
    assert seen > 2


@pytest.mark.parametrize("seed", range(12))
def test_no_line_has_a_smaller_gap_than_the_range_of_its_effort(seed):
    """Lines at random, the agent's answer from the wages, the gap from plain sums; ranges of all widths."""
    problem, monitor, frontier, rng = drawn(4_200 + seed)
    seen = 0
    for _ in range(40):
        line = al.contracts.Linear(rng.uniform(-1, 0.5), np.exp(rng.normal(0.5, 0.8)), None, frontier.n)
        answer = al.best_answer(problem, monitor, line)
        if answer.rent < 0 or answer.effort < 1e-3:
            continue
        width = 10 ** rng.uniform(-5, -0.3)
        low = np.array([max(answer.effort - rng.uniform(0, width), 1e-6)])
        high = np.array([min(answer.effort + rng.uniform(0, width), 1.0)])
        gap = frontier.between(low, high)[0]
        if answer.effort > 1 - 1e-6:
            gap = min(gap, frontier.points()[1][-1])
        assert gap <= frontier.best.profit - answer.profit + 1e-9
        seen += 1
    assert seen


@pytest.mark.parametrize("seed", range(12))
def test_ranges_hold_what_their_efforts_lose_and_close_in_on_it(seed):
    problem, monitor, frontier, rng = drawn(4_600 + seed, 300)
    for _ in range(60):
        centre, width = rng.uniform(0.02, 0.98), 10 ** rng.uniform(-6, -1)
        low, high = np.array([max(centre - width, 1e-4)]), np.array([min(centre + width, 0.9999)])
        inside = np.linspace(low[0], high[0], 41)
        found, least = frontier.between(low, high)[0], np.min(frontier.at(inside))
        assert found <= least + 1e-13
        with np.errstate(all="ignore"):
            rough = frontier._by_ends(low, high)[0]
        assert not rough > least + 1e-13
        if (
            np.isfinite(least)
            and width < 1e-3
            and frontier.deviations
            and least == np.min(replace(frontier, deviations=()).at(inside))
        ):
            assert least - found <= 50 * width**2 + 1e-13 and rough <= found


@pytest.mark.parametrize("power, n, scale", [(1.5, 60, 0.2), (1.2, 30, 0.3), (1.0, 8, 0.3)])
def test_ranges_where_no_effort_tempts_hold_what_their_efforts_lose(power, n, scale):
    """The agent has a rent there, and the line is steeper than participation asks for."""
    problem, monitor = (
        al.Problem(al.CARA(1.0), al.PowerCost(scale, power), lambda e: 0.8 * e * (2 - e)),
        al.SelfConsistency(0.15),
    )
    frontier = ConstantAversion(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    for low in np.linspace(0.3, 0.97, 20):
        for width in (3e-2, 1e-3, 1e-6):
            high = min(low + width, 0.9999)
            least = np.min(frontier.at(np.linspace(low, high, 21)))
            found = frontier.between(np.array([low]), np.array([high]))[0]
            assert found <= least * (1 + 1e-12)
            if width == 1e-6 and np.isfinite(least):
                assert frontier.line(low)[2] > 0 and found >= least * (1 - 1e-3)


@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("n", [1, 2, 30, 10**6])
def test_a_risk_neutral_agent_costs_no_risk(power, n):
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.3, power), lambda e: 0.6 * e * (2 - e))
    monitor = al.Expert(0.2)
    frontier = ConstantAversion(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    efforts = np.linspace(0.1, 1, 10)
    np.testing.assert_allclose(frontier.at(efforts), problem.loss(efforts, frontier.best), rtol=1e-14)
    base, slope, rent = frontier.line(0.4)
    assert rent == 0 and slope == pytest.approx(
        float(problem.cost.slope(0.4) / monitor.slope(0.4)), rel=1e-14
    )
    assert base + slope * float(monitor.pass_probability(0.4)) == pytest.approx(
        float(problem.cost.cost(0.4)), abs=1e-14
    )


def test_what_a_risk_neutral_agent_would_rather_do_is_out_of_reach():
    """Cost e^1.5 seen through agreements is concave in q: a line that holds inside tempts to no effort, or to all."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 1.5), lambda e: 0.6 * e * (2 - e))
    frontier = ConstantAversion(
        problem, PassLaw.from_monitor(al.SelfConsistency(0.15)), 30, al.first_best(problem)
    )
    assert (
        np.isinf(frontier.at(np.linspace(0.05, 0.95, 10))).all()
        and np.isfinite(frontier.at(np.ones(1))).all()
    )
    low = np.linspace(0.1, 0.9, 9)
    assert np.isinf(frontier.between(low, low + 0.005)).all()
    upwards = replace(frontier, deviations=(1.0,))
    assert np.isinf(upwards.between(low[:-2], low[:-2] + 0.005)).all() and np.isinf(upwards.at(low)).all()
    quadratic = replace(frontier, problem=replace(problem, cost=al.PowerCost(0.5, 3)), deviations=(0.0, 1.0))
    assert np.isfinite(quadratic.between(low, low + 0.02)).all() and np.isfinite(quadratic.at(low)).all()
