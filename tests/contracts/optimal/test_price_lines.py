"""What no contract can earn: price lines against contracts, against dense sampling, and against slopes by differences."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import annolib as al
from annolib.agency.costs import ConvexCost
from annolib.agency.unknown_agent import MixedCost
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.family import AnyWage
from annolib.contracts.optimal.price_lines import (
    PriceLine,
    ceilings_of,
    highest_bend,
    line_between,
    lines_from,
    power_sum,
    product,
    values_of,
)
from tests.contracts.kinked_costs import dipped


def solved(problem, monitor, n, effort, deviations=(0.0,)):
    best = al.first_best(problem)
    family = AnyWage(problem, PassLaw.from_monitor(monitor), n, best)
    with np.errstate(all="ignore"):
        found = family.implement(effort, deviations, search=False)
    return best, family, found


def lines_of(problem, monitor, n, effort):
    best, family, found = solved(problem, monitor, n, effort)
    lines = lines_from(family, effort, found.lottery.prices, found.pay.deviations)
    _, _, other = solved(problem, monitor, n, effort + 0.02)
    next_line = lines_from(family, effort + 0.02, other.lottery.prices, other.pay.deviations)[0]
    return best, family, found, [*lines, line_between(lines[0], next_line)]


CASES = [(30, 0.6), (300, 0.53), (1000, 0.51), (30_000, 0.511)]


@pytest.mark.parametrize(("n", "effort"), CASES)
def test_a_line_touches_what_its_effort_can_earn(reference, n, effort):
    best, _, found, lines = lines_of(*reference, n, effort)
    for line in lines:
        assert line.value(np.array([effort]))[0] == pytest.approx(best.profit - found.gap, abs=1e-13)


@pytest.mark.parametrize(("n", "effort"), [(30, 0.6), (1000, 0.51), (30_000, 0.511)])
@pytest.mark.parametrize("cost", [None, ConvexCost(lambda e: 0.4 * e**2 + 0.1 * e, lambda e: 0.8 * e + 0.1)])
def test_many_lines_at_once_are_each_line_alone(reference, n, effort, cost):
    """With and without deviations, with slopes and without, in any order of rows."""
    problem, monitor = reference
    if cost is not None:
        problem = al.Problem(problem.utility, cost, problem.value, floor=0.0)
    _, family, found, lines = lines_of(problem, monitor, n, effort)
    prices = found.lottery.prices
    lines += lines_from(family, effort, prices[:2], ())
    lines += lines_from(family, effort, np.append(prices[:2], [1e-3, 2e-3]), (0.0, 0.2))
    rng = np.random.default_rng(n)
    which = rng.integers(len(lines), size=12)
    low = effort + 0.05 * rng.uniform(-1, 1, 12)
    high = low + 0.02 * rng.random(12)
    with np.errstate(all="ignore"):
        values = values_of(lines, which, low)
        tops, middles = ceilings_of(lines, which, low, high)
        for i, k in enumerate(which):
            one = slice(i, i + 1)
            top, middle = lines[k].ceilings(low[one], high[one])
            assert values[i] == pytest.approx(lines[k].value(low[one])[0], rel=1e-12)
            assert (tops[i], middles[i]) == pytest.approx((top[0], middle[0]), rel=1e-12)


@pytest.mark.parametrize(("n", "effort"), CASES)
def test_no_solved_effort_earns_more_than_a_line_says(reference, n, effort):
    best, family, _, lines = lines_of(*reference, n, effort)
    for other in effort + np.array([-0.03, -0.01, 0.005, 0.03]):
        with np.errstate(all="ignore"):
            earned = best.profit - family.implement(float(other)).gap
        for line in lines:
            if line.allowed(np.array([other]))[0]:
                assert line.value(np.array([other]))[0] >= earned - 1e-13


@pytest.mark.parametrize("cost", ["power", "function", "bent function"])
@pytest.mark.parametrize(("n", "effort"), CASES)
def test_ceilings_hold_and_are_close_on_small_boxes(reference, n, effort, cost):
    problem, monitor = reference
    if cost != "power":
        convex = ConvexCost(lambda e: 0.5 * e**2, lambda e: 1.0 * e)
        if cost == "bent function":  # here the slope of the cost is no straight line
            convex = ConvexCost(lambda e: 0.4 * e**2.6, lambda e: 1.04 * e**1.6)
        problem = al.Problem(problem.utility, convex, problem.value, problem.outside, problem.floor)
    _, family, found, lines = lines_of(problem, monitor, n, effort)
    unit = 1 / np.sqrt(n * float(family.evidence.information(effort)))
    for half in (0.2, 0.02):
        low = np.clip(effort + unit * np.array([-0.6, -0.1, 0.3]), 0.02, 0.95)
        high = np.minimum(low + 2 * half * unit, 1.0)
        for line in lines:
            with np.errstate(all="ignore"):
                top, middle = line.ceilings(low, high)
                dense = np.array([line.value(np.linspace(a, b, 17)) for a, b in zip(low, high, strict=True)])
            assert np.all(top >= dense.max(axis=1) - 1e-14)
            np.testing.assert_allclose(middle, dense[:, 8], atol=1e-12)
            if half == 0.02:
                assert np.all(top - dense.max(axis=1) < 0.02 * found.gap)


@pytest.mark.parametrize(("n", "effort"), CASES)
def test_slopes_are_those_of_differences(reference, n, effort):
    for line in lines_of(*reference, n, effort)[3]:
        step = 1e-5
        values = line.value(np.array([effort - step, effort + step]))
        assert line.slope(effort) == pytest.approx((values[1] - values[0]) / (2 * step), abs=2e-6)


def test_the_slope_of_a_line_is_that_of_the_best_profit(reference):
    """Envelope theorem."""
    _, family, _, lines = lines_of(*reference, 300, 0.53)
    gaps = [family.implement(0.53 + step, search=False).gap for step in (-1e-5, 1e-5)]
    assert lines[0].slope(0.53) == pytest.approx(-(gaps[1] - gaps[0]) / 2e-5, rel=1e-5)


def test_sums_of_powers():
    rng = np.random.default_rng(3)
    one, other = (
        [(c, a) for c, a in zip(rng.normal(size=3), (0.0, 1.0, 1.5), strict=True)] for _ in range(2)
    )
    z = np.linspace(0.2, 0.9, 7)
    np.testing.assert_allclose(power_sum(product(one, other), z), power_sum(one, z) * power_sum(other, z))
    bends = [sum(a * (a - 1) * c * x ** (a - 2) for c, a in one) for x in np.linspace(0.3, 0.4, 50)]
    assert max(bends) <= highest_bend(one, np.array([0.3]), np.array([0.4]))[0] + 1e-12


def peak_of(line, start, unit):
    """Where U is largest near `start`, by ever denser grids; None at the end of the search."""
    low, high = max(start - 4 * unit, 0.02), min(start + 4 * unit, 0.98)
    for _ in range(8):
        grid = np.linspace(low, high, 21)
        i = int(np.argmax(line.value(grid)))
        if i in (0, 20):
            return None
        low, high = grid[i - 1], grid[i + 1]
    return float(grid[i])


@pytest.mark.parametrize(("n", "effort"), CASES[:3])
def test_ceilings_hold_where_the_peak_lies_inside(reference, n, effort):
    """There the ends of the box say nothing: the bound must be the top of the parabola."""
    _, family, _, lines = lines_of(*reference, n, effort)
    unit = 1 / np.sqrt(n * float(family.evidence.information(effort)))
    peaks = 0
    for line in lines:
        with np.errstate(all="ignore"):
            peak = peak_of(line, effort, unit)
            if peak is None:
                continue
            for width in np.array([0.02, 0.1, 0.3]) * unit:
                low = peak - width * np.array([0.5, 0.3, 0.15, 0.8])
                high = low + width
                top, _ = line.ceilings(low, high)
                dense = np.array([line.value(np.linspace(a, b, 201)) for a, b in zip(low, high, strict=True)])
                assert np.all(dense.max(axis=1) > dense[:, [0, -1]].max(axis=1) + 1e-12)
                assert np.all(top >= dense.max(axis=1) - 1e-14)
                peaks += 1
    assert peaks >= 3


def parabola(value, slope, bend):
    """A price line that is a parabola about the middle of [−1, 1] · half, in η itself."""

    def taylor(low, high):
        return np.array([value]), np.array([slope]), np.array([bend]), np.zeros(1)

    return SimpleNamespace(family=SimpleNamespace(evidence=SimpleNamespace(power=1.0)), _taylor=taylor)


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-8, 8), st.floats(0.01, 0.5))
@example(0.0, 0.0, -2.0, 0.5)
@example(0.0, 0.5, -2.0, 0.5)
@example(0.0, -0.5, -2.0, 0.5)
@example(0.0, -1.0, 0.0, 0.5)
@example(0.0, 0.0, 2.0, 0.5)
def test_the_ceiling_is_the_top_of_the_parabola(value, slope, bend, half):
    ends = np.array([0.5 - half]), np.array([0.5 + half])
    bound, middle = PriceLine.ceilings(parabola(value, slope, bend), *ends)
    t = np.linspace(-half, half, 20_001)
    dense = (value + slope * t + bend / 2 * t * t).max()
    assert dense - 1e-12 <= bound[0] <= dense + 1e-7 and middle[0] == value


@pytest.mark.parametrize("power", [2, 3])
@pytest.mark.parametrize(("n", "effort"), [(30, 0.6), (300, 0.53), (1000, 0.51)])
def test_bends_of_a_box_bound_those_of_its_points(reference, n, effort, power):
    """A box of no width has the second derivative itself, as differences of slopes show; a wide one lies above all of them."""
    problem, monitor = reference
    cost = al.PowerCost(0.5, power)
    problem = al.Problem(problem.utility, cost, problem.value, problem.outside, problem.floor)
    _, family, _, lines = lines_of(problem, monitor, n, effort)
    ev = family.evidence
    unit = 1 / np.sqrt(n * float(ev.information(effort)))

    def slope(e):  # in z, without V, which is left out of the bend
        rise = problem._value_slope(e) * e ** (1 - ev.power) / ev.power
        return line._taylor(e, e)[1] - rise

    for line in lines:
        with np.errstate(all="ignore"):
            points = effort + unit * np.linspace(-0.7, 0.7, 29)
            exact = line._taylor(points, points)[2]
            step = 1e-5
            gap = (points + step) ** ev.power - (points - step) ** ev.power
            differences = (slope(points + step) - slope(points - step)) / gap
            scale = np.abs(exact).max()
            smooth = np.abs(np.diff(exact, prepend=exact[0])) < 0.3 * scale  # at the kink of pay it jumps
            assert smooth.sum() > 20
            assert np.median(np.abs(exact - differences)[smooth]) < 1e-5 * scale
            for width in (0.02, 0.2, 0.8):
                low = effort + unit * np.array([-0.6, -0.25, -0.5 * width, 0.1])
                high = low + width * unit
                bend = line._taylor(low, high)[2]
                inside = np.linspace(low, high, 33, axis=1)
                own = line._taylor(inside.ravel(), inside.ravel())[2].reshape(inside.shape)
                assert np.all(bend >= own.max(axis=1) - 1e-10 * scale)


@pytest.mark.parametrize("effort", [0.7, 0.97])
def test_boxes_up_to_an_effort_that_passes_for_certain_have_a_ceiling(effort):
    """There scores have no bound: monotone parts must do, and they close as the box gets small."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=-0.1)
    _, _, _, lines = lines_of(problem, al.Golden(0.5), 16, effort)
    for line in lines:
        for width in (0.1, 1e-3, 1e-6):
            low, high = np.array([1 - width]), np.array([1.0])
            if not (line.allowed(low) & line.allowed(high))[0]:
                continue
            with np.errstate(all="ignore"):
                top, _ = line.ceilings(low, high)
                plain = line._plain(low, high)
                inside = line.value(
                    1 - width * np.append(np.linspace(1e-3, 1, 200), np.geomspace(1e-9, 1e-3, 20))
                )
            assert np.isfinite(top[0]) and top[0] >= inside.max() - 1e-13 and plain[0] >= inside.max() - 1e-13
            assert width > 1e-3 or top[0] - inside.max() < 50 * width


@pytest.mark.parametrize("seed", range(6))
def test_monotone_parts_bound_boxes_anywhere(reference, seed):
    """With slopes, with deviations, with a cost that is no power: never below what lies in the box."""
    rng = np.random.default_rng(seed)
    problem, monitor = reference
    if seed % 2:
        cost = ConvexCost(lambda e: 0.4 * np.expm1(e), lambda e: 0.4 * np.exp(e))
        problem = al.Problem(problem.utility, cost, problem.value, floor=0.0)
    effort, checked = rng.uniform(0.5, 0.65), 0
    for line in lines_of(problem, monitor, 30, effort)[3]:
        low = effort + rng.uniform(-0.1, 0.1, 8)
        high = low + 10 ** rng.uniform(-4, -1, 8)
        allowed = line.allowed(low) & line.allowed(high)
        low, high = low[allowed], high[allowed]
        with np.errstate(all="ignore"):
            plain = line._plain(low, high)
            inside = np.array(
                [line.value(np.linspace(a, b, 101)).max() for a, b in zip(low, high, strict=True)]
            )
        checked += low.size
        assert np.all(plain >= inside - 1e-13)
    assert checked > 8


def test_monotone_parts_take_the_value_of_the_high_end(reference):
    """Value that rises elsewhere by a known sum raises the bound by what it is at the high end."""
    _, family, _, lines = lines_of(*reference, 30, 0.6)
    problem = family.problem
    more = al.Problem(problem.utility, problem.cost, lambda e: problem.value(e) + 0.3 * e, floor=0.0)
    low, high = np.array([0.5, 0.6]), np.array([0.7, 0.61])
    for line in lines:
        with np.errstate(all="ignore"):
            richer = replace(line, family=replace(family, problem=more))._plain(low, high)
            assert richer - line._plain(low, high) == pytest.approx(0.3 * high, abs=1e-12)


_STAIRS = 2.0**22
FUNCTIONS = {
    "a dip": dipped(0.5342, 0.001).cost,
    "a step": ConvexCost(
        lambda e: e**2 / 4 + np.logaddexp(0, 900 * (e - 0.53)) / 9000,
        lambda e: e / 2 + 0.1 / (1 + np.exp(-900 * (e - 0.53))),
    ),
    "exponential": ConvexCost(lambda e: np.expm1(3 * e) / 30, lambda e: np.exp(3 * e) / 10),
    "mixed": MixedCost(al.PowerCost(0.4, 2.5), al.PowerCost(0.5, 2), 0.3),
    "stairs": ConvexCost(lambda e: e**2 / 2, lambda e: (np.floor(np.asarray(e) * _STAIRS) + 0.5) / _STAIRS),
    "a power": ConvexCost(lambda e: 0.4 * e**2.5, lambda e: e**1.5),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("monitor", [al.Expert(0.2), al.SelfConsistency(0.15)], ids=["expert", "repeats"])
def test_ceilings_hold_for_costs_given_as_functions(name, monitor):
    """Every effort of a box, a dense grid of them, has a value below the ceiling of the box, at five sample points or between."""
    problem = al.Problem(al.CARA(1.0), FUNCTIONS[name], lambda e: 0.6 * e * (2 - e), floor=-1.0)
    n, rng = 12, np.random.default_rng(3)
    _, _, _, lines = lines_of(problem, monitor, n, 0.5)
    low = np.concatenate([[0.47, 0.5, 0.515, 0.51, 0.529], rng.uniform(0.4, 0.6, 8)])
    high = np.concatenate([[0.57, 0.56, 0.525, 0.5305, 0.531], low[5:] + 10 ** rng.uniform(-5, -1, 8)])
    for line in lines:
        ceiling, _ = line.ceilings(low, high)
        inside = np.linspace(low, high, 401, axis=1)
        dense = line.value(inside.ravel()).reshape(inside.shape).max(axis=1)
        assert (dense <= ceiling + 1e-13).all()
        assert (ceiling[high - low < 1e-3] - dense[high - low < 1e-3] < 1e-3).all()
