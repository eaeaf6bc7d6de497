"""The box around the line to beat: no line in it is better, and around a line that is not the best there is none."""

import numpy as np
import pytest
from scipy.optimize import brentq

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear import core as module
from annolib.contracts.linear.bound import tolerance
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.numerics.binomials import log_pmf

VALUES = {"bent": lambda e: 0.6 * e * (2 - e), "root": lambda e: 0.8 * np.sqrt(e + 0.01)}


def _problem(utility, value="bent", power=2, floor=0.0, scale=0.5):
    return al.Problem(
        utility, al.PowerCost(scale, power), VALUES[value], float(utility.utility(floor)), floor
    )


CASES = {
    "shirking, between two counts": (_problem(al.CARA(1.0)), al.SelfConsistency(0.15), 30),
    "shirking, at a count": (_problem(al.CARA(1.0)), al.SelfConsistency(0.15), 100),
    "many checks": (_problem(al.CARA(1.0)), al.SelfConsistency(0.15), 1000),
    "a floor above 0": (_problem(al.CRRA(2.0), floor=0.3, scale=0.2), al.Expert(0.1), 40),
    "cost of power 3": (_problem(al.CARA(1.0), power=3, scale=0.3), al.Expert(0.2), 60),
}


def _near(problem, monitor, n):
    """The best line as (effort, share, slope), its profit, and the lines."""
    pay = al.second_best(problem, monitor, n, "linear")
    share = (problem.floor - pay.contract.base) / pay.contract.slope
    others = (0.0, pay.certificate.deviation) if pay.certificate.deviation > 0.02 else (0.0,)
    lines = CutLines(problem, PassLaw.from_monitor(monitor), n, others)
    return (pay.effort, share, pay.contract.slope), pay.profit, lines


class Plain:
    """Lines by sums over all counts: the local constraint fixes the slope, the agent must not prefer the deviations."""

    def __init__(self, lines):
        self.lines, self.counts = lines, np.arange(lines.n + 1.0)

    def _law(self, effort):
        ev = self.lines.evidence
        return np.exp(log_pmf(self.counts, self.lines.n, ev.success(effort), ev.failure(effort)))

    def slope(self, effort, share, guess):
        """The slope near `guess` with the local incentive; NaN if there is none."""
        q, r = (float(of(effort)) for of in (self.lines.evidence.success, self.lines.evidence.failure))
        weight = self._law(effort) * (self.counts / q - (self.lines.n - self.counts) / r)
        y, ask = np.maximum(self.counts / self.lines.n - share, 0), float(self.lines.needed_incentive(effort))

        def off(b):
            return weight @ self.lines.problem.utility.utility_rise(self.lines.problem.floor, b * y) - ask

        low, high = 0.9 * guess, 1.1 * guess
        return brentq(off, low, high, xtol=1e-15, rtol=1e-14) if off(low) * off(high) < 0 else np.nan

    def spare(self, effort, share, slope):
        """The least of what the agent has over no pay and over no effort."""
        p = self.lines.problem
        rise = p.utility.utility_rise(p.floor, slope * np.maximum(self.counts / self.lines.n - share, 0))
        own = self._law(effort) @ rise - float(p.cost.cost(effort))
        others = [self._law(e) @ rise - float(p.cost.cost(e)) for e in self.lines.deviations]
        return min(own + p.floor_utility - p.outside, *(own - other for other in others))

    def profit(self, effort, share, slope):
        """What the line earns."""
        p = self.lines.problem
        pay = self._law(effort) @ np.maximum(self.counts / self.lines.n - share, 0)
        return float(p._value(effort)) - p.floor - slope * pay


@pytest.mark.parametrize("name", CASES)
def test_no_line_in_the_box_is_better(name):
    """Lines at random places of the box: none that holds earns more, and some that hold earn nearly as much."""
    problem, monitor, n = CASES[name]
    near, profit, lines = _near(problem, monitor, n)
    slack = tolerance(problem, al.first_best(problem), profit)
    box = module.core(lines, near, profit, slack)
    assert box is not None
    (least, most), (low, high), excess = box
    assert least < near[0] < most and low <= near[1] + 1e-12 and near[1] <= high + 1e-12 and excess <= slack
    plain, rng, kept = Plain(lines), np.random.default_rng(7), []
    for _ in range(400):
        size = 10 ** rng.uniform(-3, 0)
        effort = near[0] + size * rng.uniform(least - near[0], most - near[0])
        share = near[1] + size * rng.uniform(low - near[1], high - near[1])
        slope = plain.slope(effort, share, near[2])
        if np.isfinite(slope) and plain.spare(effort, share, slope) >= 0:
            kept.append(plain.profit(effort, share, slope))
    assert len(kept) > 30 and max(kept) <= profit + slack + 1e-13
    assert max(kept) > profit - 1e-3


@pytest.mark.parametrize("name", ["shirking, between two counts", "many checks"])
@pytest.mark.parametrize("away", [-1e-3, 1e-3, 1e-4])
def test_around_a_line_that_is_not_the_best_there_is_no_box(name, away):
    """On the curve of lines that just deter shirking, a little more or less effort: better lines are next to it."""
    problem, monitor, n = CASES[name]
    (effort, share, slope), profit, lines = _near(problem, monitor, n)
    plain = Plain(lines)
    effort = effort + away

    def spare(x):
        return plain.spare(effort, x, plain.slope(effort, x, slope))

    places = share + np.linspace(-2, 2, 41) * abs(away)
    value = np.array([spare(x) for x in places])
    turn = np.flatnonzero((value[1:] < 0) != (value[:-1] < 0))
    if not turn.size:
        pytest.skip("shirking does not bind here")
    share = brentq(spare, places[turn[0]], places[turn[0] + 1], xtol=1e-15)
    slope = plain.slope(effort, share, slope)
    worse = plain.profit(effort, share, slope)
    assert worse < profit
    assert module.core(lines, (effort, share, slope), worse, 1e-12) is None


@pytest.mark.parametrize("away", [-1, 1])
def test_at_the_next_count_there_is_no_box(away):
    """The line that just deters shirking and leaves the floor one count off the best: better lines are on one side of it only."""
    problem, monitor, n = CASES["shirking, at a count"]
    (effort, share, slope), profit, lines = _near(problem, monitor, n)
    plain, share = Plain(lines), (np.round(n * share) + away) / n

    def spare(e):
        return plain.spare(e, share, plain.slope(e, share, slope))

    places = effort + np.linspace(-0.08, 0.08, 65)
    value = np.array([spare(e) for e in places])
    turn = np.flatnonzero((value[1:] < 0) != (value[:-1] < 0))
    effort = brentq(spare, places[turn[0]], places[turn[0] + 1], xtol=1e-15)
    slope = plain.slope(effort, share, slope)
    worse = plain.profit(effort, share, slope)
    assert profit - 0.01 < worse < profit
    assert module.core(lines, (effort, share, slope), worse, 1e-12) is None


@pytest.mark.parametrize("name", ["shirking, between two counts"])
def test_what_a_box_may_hold_is_at_least_what_it_holds(name):
    """Boxes around a worse line that reach to better ones: the excess shown is at least that of the best of them, found on a fine curve."""
    problem, monitor, n = CASES[name]
    (effort, share, slope), _, lines = _near(problem, monitor, n)
    plain, curve = Plain(lines), []
    for e in effort + np.linspace(-4e-3, 4e-3, 161):

        def spare(x, e=e):
            return plain.spare(e, x, plain.slope(e, x, slope))

        around = share + np.linspace(-5e-3, 5e-3, 21)
        value = np.array([spare(x) for x in around])
        turn = np.flatnonzero((value[1:] < 0) != (value[:-1] < 0))
        if turn.size:
            x = brentq(spare, around[turn[0]], around[turn[0] + 1], xtol=1e-15)
            curve.append((e, x, b := plain.slope(e, x, slope), plain.profit(e, x, b)))
    curve = np.array(curve)
    assert curve.shape[0] > 100
    tried = 0
    for i in range(0, curve.shape[0], 20):
        e, x, b, worse = curve[i]
        for size, narrow in (
            (3e-3, 1),
            (1e-3, 1),
            (3e-4, 1),
            (1e-4, 1),
            (1e-3, 0.1),
            (3e-4, 0.1),
            (1e-4, 0.02),
        ):
            down, up = (min(size * narrow, way) for way in module._to_next_counts(n, x, False))
            one = np.ones(1)
            cells = Cells(
                (e - size) * one,
                (e + size) * one,
                (x - min(size, down)) * one,
                (x + min(size, up)) * one,
                b * one,
            )
            shown = module._excess(lines, cells, (e, x), one, worse - 1e-9)[0]
            inside = (np.abs(curve[:, 0] - e) <= size) & (np.abs(curve[:, 1] - x) <= min(down, up))
            assert shown >= curve[inside, 3].max() - worse
            tried += np.isfinite(shown)
    assert tried > 10


@pytest.mark.parametrize("corner", [False, True])
def test_no_way_near_the_curve_rises_higher_than_is_said(corner):
    """Models at random, and ways z = s·(1, u) + v with v as long as it may be: value, gradient, curvature and third order at their worst."""
    rng, known, tight = np.random.default_rng(11), 0, []
    for _ in range(400):
        d, u = 10 ** rng.uniform(-2, 0), rng.normal(size=2)
        full = d * np.array([1, *u])
        square = np.array([0, *(10 ** rng.uniform(-3, -0.3) * d * rng.random(2))])
        side = np.array([d, *(np.abs(full[1:]) * rng.uniform(0.3, 1, 2) + square[1:])])
        hessian = rng.normal(size=(3, 3)) * 10 ** rng.uniform(-1, 1)
        hessian = hessian + hessian.T
        hessian -= (4 * rng.random() + 1) * np.outer(full, full) / d**2
        gradient, cube = 0.1 * rng.normal(size=3) * d**2 * (rng.random() < 0.5), 0.3 * rng.random() * d**2
        down, up = np.ones(3), np.ones(3)
        if corner:
            gradient[1], up[1] = 3 * rng.random() * d, 0.0
            gradient[0] = gradient[2] = 0.0
        one = lambda a: np.asarray(a, dtype=float)[None]  # noqa: E731
        model = module._Model(*(one(a) for a in (0.0, gradient, hessian, side, down, up)))
        ways = module._Ways(one(u), one(square[1:]), one(np.zeros(2)))
        place = type("Place", (), {"d_effort": one(d)})
        with np.errstate(all="ignore"):
            shown = module._highest(model, one(cube), ways, place)[0]
        if not np.isfinite(shown):
            continue
        known += 1
        s = np.concatenate([d * rng.uniform(-1, 1, 600), np.linspace(-d, d, 101)])
        sign, t = rng.choice([-1.0, 0.0, 1.0], size=(s.size, 3)), rng.choice([0.0, 1.0], size=s.size)
        for _ in range(25):  # v and t go together, from a small or a large t
            z = s[:, None] * full / d + sign * square * np.minimum(t, 1)[:, None] ** 2
            t = (np.abs(z) / side).max(axis=1)
        inside = (t <= 1) & (
            np.abs(z - s[:, None] * full / d) <= square * t[:, None] ** 2 * (1 + 1e-9) + 1e-300
        ).all(axis=1)
        inside &= ((-down * side <= z) & (z <= up * side)).all(axis=1)
        rise = (z / side) @ gradient + 0.5 * np.einsum("ij,jk,ik->i", z, hessian, z) + cube * t**3
        most = max(rise[inside].max(initial=0.0), 0.0)
        assert most <= shown + 1e-12 * d**2
        tight.append(shown - most <= 1e-9 * d**2)
    assert known > 150 and sum(tight) > 20


def test_the_largest_value_of_a_cubic():
    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(2, 4000)) * 10 ** rng.uniform(-2, 1, (2, 4000))
    three = rng.exponential(size=4000) * 10 ** rng.uniform(-3, 1, 4000)
    t = np.linspace(0, 1, 501)[:, None]
    most = (one * t + two * t**2 + three * t**3).max(axis=0)
    shown = module._highest_cubic(one, two, three)
    assert np.all(shown >= most - 1e-12)
    np.testing.assert_allclose(shown[(one <= 0) & (most == 0)], 0, atol=1e-12)
    loose = shown - most <= 0.5 * (np.abs(one) + np.abs(two) + three)
    assert loose.mean() > 0.95


def test_how_far_the_share_may_move():
    assert module._to_next_counts(10, 0.34, False) == (pytest.approx(0.04), pytest.approx(0.06))
    assert module._to_next_counts(10, 0.3, True) == (pytest.approx(0.1), pytest.approx(0.1))
    assert module._to_next_counts(10, 0.0, True) == (np.inf, pytest.approx(0.1))
    assert module._to_next_counts(10, -0.2, False) == (np.inf, pytest.approx(0.2))


def test_values_lie_below_their_tangents_by_what_is_said():
    """Φ = V − κ·c at all efforts of a box, for values whose second derivative is not constant."""
    from annolib.contracts.linear.branch.laws import nodes
    from annolib.contracts.linear.branch.taylor import place_of

    for name, value in VALUES.items():
        problem = _problem(al.CARA(1.0), name, power=3)
        lines = CutLines(problem, PassLaw.from_monitor(al.Expert(0.1)), 20, (0.0,))
        effort, size = np.array([0.3, 0.5, 0.7]), np.array([0.2, 0.01, 1e-3])
        cells = Cells(effort - size, effort + size, np.full(3, 0.4), np.full(3, 0.45), np.ones(3))
        place, rest = place_of(lines, cells, nodes(lines, cells)), np.array([0.0, 1.0, 3.0])
        concave, lost = module._concavity(lines, place, rest)
        for z in np.linspace(-1, 1, 2001)[:, None] * size:
            phi = value(effort + z) - rest * problem.cost.cost(effort + z)
            slope = problem._value_slope(effort) - rest * problem.cost.slope(effort)
            below = value(effort) - rest * problem.cost.cost(effort) + slope * z - phi
            assert np.all(below >= 0.5 * concave * z**2 - lost - 1e-15)
        second = 2 * below / z**2  # at the far side
        assert np.all(concave > 0.6 * second) and np.all(lost < 1e-6 * size**2)
