"""Functions as polynomials between their kinks: ranges against dense grids and closed forms, what is left unknown, and what a bump does."""

import numpy as np
import pytest

from annolib.agency.costs import ConvexCost, MoneyCost, PowerCost
from annolib.agency.pieces import pieces_of
from annolib.agency.unknown_agent import MixedCost

RNG = np.random.default_rng(2026)


def random_slope(rng):
    """An increasing function with its first two derivatives: a sum of powers, exponentials and smooth steps."""
    parts = []
    for kind in rng.integers(0, 3, rng.integers(1, 4)):
        a, b, c = rng.uniform(0.1, 2), rng.uniform(0.5, 40), rng.uniform(0.1, 0.9)
        if kind == 0:
            k = rng.choice([2.0, 3.0, 5.5, 12.0])
            parts.append(
                (
                    lambda e, a=a, k=k: a * e**k,
                    lambda e, a=a, k=k: a * k * e ** (k - 1),
                    lambda e, a=a, k=k: a * k * (k - 1) * e ** (k - 2),
                )
            )
        elif kind == 1:
            b = b / 10
            parts.append([lambda e, a=a, b=b, k=k: a * b**k * np.exp(b * e) for k in range(3)])
        else:
            parts.append(
                (
                    lambda e, a=a, b=b, c=c: a * (1 + np.tanh(b * (e - c))),
                    lambda e, a=a, b=b, c=c: a * b / np.cosh(b * (e - c)) ** 2,
                    lambda e, a=a, b=b, c=c: -2 * a * b**2 * np.tanh(b * (e - c)) / np.cosh(b * (e - c)) ** 2,
                )
            )
    return [lambda e, k=k: sum(part[k](e) for part in parts) for k in range(3)]


def boxes(rng, count=60):
    low = rng.uniform(0, 1, count)
    return low, np.minimum(low + 10.0 ** rng.uniform(-6, -0.5, count), 1.0)


@pytest.mark.parametrize("seed", range(40))
def test_ranges_hold_on_a_dense_grid_and_are_not_loose(seed):
    rng = np.random.default_rng(seed)
    function, first, second = random_slope(rng)
    pieces = pieces_of(function)
    assert pieces.known.all()
    low, high = boxes(rng)
    found, x = pieces.ranges(low, high), low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 301)
    scale = np.abs(second(np.linspace(0, 1, 301))).max() + function(1.0)
    # derivatives of a polynomial through rounded values are off by what rounding does to them, no more
    for (least, most), true, slack in ((found.first, first(x), 1e-10), (found.second, second(x), 1e-6)):
        assert (least <= true.min(axis=1) + slack * scale).all()
        assert (true.max(axis=1) <= most + slack * scale).all()
    small = high - low < 1e-3
    spread = (np.ptp(first(x), axis=1) + 1e-9 * scale)[small]
    assert np.median((found.first[1] - found.first[0])[small] / spread) < 1.5


@pytest.mark.parametrize("seed", range(12))
def test_a_function_is_the_parabolas_that_its_ranges_say(seed):
    rng = np.random.default_rng(100 + seed)
    function, *_ = random_slope(rng)
    at, jump = rng.uniform(0.2, 0.8), rng.choice([0.0, 0.3])
    kinked = lambda e: function(e) + jump * (e > at)  # noqa: E731
    low, high = boxes(rng)
    found = pieces_of(kinked, (at,) if jump else ()).ranges(low, high)
    x, m = low[:, None] + (high - low)[:, None] * np.linspace(1e-9, 1, 301), ((low + high) / 2)[:, None]
    rest = kinked(x) - kinked(m) - (x - m) * found.middle[:, None]
    least, most = (end[:, None] for end in found.second)
    clear = np.isfinite(most[:, 0])
    assert (clear | ((low < at) & (at < high))).all()  # only a kink inside hides anything
    error = (found.error + 2e-15 * kinked(high))[clear, None]
    rest, square = rest[clear], ((x - m) ** 2 / 2)[clear]
    assert (rest <= most[clear] * square + error).all() and (rest >= least[clear] * square - error).all()


HARD = {
    "a root at the end": (lambda e: 1.01 * e**0.01, (), 1e-9),
    "a root inside": (lambda e: 2 + np.sign(e - 0.3) * np.sqrt(np.abs(e - 0.3)), (), 1e-3),
    "c″ jumps": (lambda e: 2 * np.maximum(e - 0.3, 0), (), 1e-9),
    "a kink that nobody told": (lambda e: e + (e > 0.41), (), 1e-9),
    "a kink that is known": (lambda e: e + (e > 0.41), (0.41,), 0.0),
    "a very high power": (lambda e: 60 * e**59, (), 0.0),
    "a table": (lambda e: np.interp(e, np.linspace(0, 1, 14), np.linspace(0, 1, 14) ** 2), (), 1e-8),
}


@pytest.mark.parametrize("name", HARD)
def test_only_next_to_points_without_derivatives_nothing_is_known(name):
    function, kinks, most = HARD[name]
    pieces = pieces_of(function, kinks)
    assert np.diff(pieces.edges)[~pieces.known].sum() <= most


@pytest.mark.parametrize(
    "function",
    [lambda e: e + 1e-6 * np.sin(1e9 * e), lambda e: np.floor(e * 1e4) / 1e4],
    ids=["noise", "stairs"],
)
def test_noise_is_not_taken_for_a_polynomial(function):
    found = pieces_of(function).ranges(*boxes(RNG))
    assert (found.first[0] == 0).all() and np.isinf(found.first[1]).all() and np.isinf(found.second[1]).all()


def test_a_bump_between_five_points_of_a_box_is_seen():
    """c″ of 1 with a bump of 300 on a two-hundredth of the range, which ends, middle and quarters of the box miss."""
    at, wide = 0.5631, 0.002
    slope = lambda e: e + 0.5 * (1 + np.tanh((e - at) / wide))  # noqa: E731
    found = pieces_of(slope).ranges(0.5, 0.6)
    steepest = 1 + 0.5 / wide
    assert steepest <= found.first[1][0] < 1.5 * steepest
    five = np.linspace(0.5, 0.6, 5)
    assert (1 + 0.5 / wide / np.cosh((five - at) / wide) ** 2).max() < 1.01


@pytest.mark.parametrize("power", [1.0, 1.01, 1.5, 2.0, 2.5, 3.0, 8.0, 200.0])
def test_powers_have_closed_forms_and_agree_with_their_polynomials(power):
    cost = PowerCost(0.3, power)
    same = ConvexCost(cost.cost, cost.slope)
    low, high = (0.05 + 0.95 * x for x in boxes(RNG))
    found, theirs = cost.bends(low, high), same.bends(low, high)
    x = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 101)
    first, factor = cost.curvature(x), 0.3 * power * (power - 1) * (power - 2)
    second = factor * x ** (power - 3)
    for (least, most), true in ((found.first, first), (found.second, second)):
        assert least == pytest.approx(true.min(axis=1), rel=1e-12, abs=1e-300)
        assert most == pytest.approx(true.max(axis=1), rel=1e-12, abs=1e-300)
    size = 1e-9 * abs(cost.curvature(1.0)) + 1e-10
    assert (theirs.first[0] <= first.min(axis=1) + size).all() and (
        first.max(axis=1) <= theirs.first[1] + size
    ).all()
    assert found.middle == pytest.approx(theirs.middle, rel=1e-7, abs=size)


def test_money_mixtures_and_multiples_are_put_together_of_their_parts():
    one, other = PowerCost(0.5, 2.5), ConvexCost(lambda e: np.expm1(2 * e), lambda e: 2 * np.exp(2 * e))
    low, high = (np.maximum(x, 0.01) for x in boxes(RNG))
    mixed = MixedCost(one, other, 0.25).bends(low, high)
    for name in ("first", "second"):
        for side in (0, 1):
            parts = [getattr(cost.bends(low, high), name)[side] for cost in (one, other)]
            assert getattr(mixed, name)[side] == pytest.approx(0.75 * parts[0] + 0.25 * parts[1], rel=1e-13)
    assert (MoneyCost(other).bends(low, high).first[1] == other.bends(low, high).first[1]).all()
    assert (MixedCost(one, other, 1.0).bends(low, high).first[1] == other.bends(low, high).first[1]).all()
    assert np.isfinite(MixedCost(PowerCost(1, 1.5), other, 1.0).bends(np.zeros(1), np.ones(1)).first[1]).all()
