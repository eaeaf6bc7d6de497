"""Bounds of blocks of thresholds on boxes of effort, held against plain sums over counts."""

from itertools import combinations, product

import mpmath
import numpy as np
import pytest
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.cheapest_lottery import utilities_at
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.tiered.blocks import BlockLines, Box, Law, law_error
from annolib.contracts.tiered.family import Tiers
from annolib.numerics.binomials import log_density, tails

MONITORS = (
    al.Golden(0.4),
    al.SelfConsistency(0.2),
    al.Expert(-0.2),
    al.SelfConsistencyLabels(0.5),
    al.Golden(0.5),
)
UTILITIES = (al.CARA(1.0), al.CRRA(0.5), al.CRRA(1), al.CRRA(2))


def random_family(rng, n):
    utility = UTILITIES[rng.integers(len(UTILITIES))]
    start = rng.uniform(0.4, 1.0)
    cost = al.PowerCost(
        rng.uniform(0.1, 0.4) / float(utility.marginal_wage(utility.utility(start))), rng.choice([1.5, 2, 3])
    )
    problem = al.Problem(
        utility,
        cost,
        lambda e: 0.8 * e * (2 - e),
        float(utility.utility(start)),
        float(start * rng.uniform(0.3, 1)),
    )
    monitor = MONITORS[rng.integers(len(MONITORS))]
    return Tiers(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), -1.0)


def family_of(reference):
    """The reference problem with 1,000 checks."""
    problem, monitor = reference
    return Tiers(problem, PassLaw.from_monitor(monitor), 1000, al.first_best(problem), -1.0)


def random_prices(rng, family, effort):
    """λ, β, ν and their slopes: of the size that programmes give."""
    problem, n = family.problem, family.n
    q = float(family.evidence.success(effort))
    level = float(problem.utility.marginal_wage(max(problem.floor_utility, problem.outside)))
    deviations = (0.0, float(np.clip(effort + rng.uniform(-0.3, 0.3), 0.01, 0.99)))[: rng.integers(3)]
    beta = level * rng.uniform(0.05, 0.5) / np.sqrt(n * q * (1 - q))
    paid, nu = level * rng.uniform(0.3, 1), level * rng.uniform(0.05, 0.5, len(deviations))
    moves = rng.uniform(-2, 2, 2 + len(deviations)) * np.array(
        [paid, beta, *nu]
    )  # none turns negative on a box
    if rng.random() < 0.4:
        moves[:] = 0
    return (paid, moves[0]), (beta, moves[1]), nu, moves[2:], deviations


def lines_of(family, effort, prices, first, last):
    (paid, paid_slope), (beta, beta_slope), nu, slopes, deviations = prices
    rows = len(first)

    def column(x):
        return np.full(rows, float(x))

    return BlockLines(
        family, column(effort), (column(paid), column(paid_slope)), (column(beta), column(beta_slope)), np.tile(nu, (rows, 1)),
        np.tile(slopes, (rows, 1)), deviations,
        first=np.array(first, dtype=float), last=np.array(last, dtype=float),
    )  # fmt: skip


def plain(family, start, prices, thresholds, effort):
    """U by sums over all counts."""
    (paid, paid_slope), (beta, beta_slope), nu, slopes, deviations = prices
    problem, ev, n = family.problem, family.evidence, family.n
    k = np.arange(n + 1)
    q, step = float(ev.success(effort)), float(ev.success(effort) - ev.success(start))
    r = float(ev.failure(effort))
    paid, beta, nu = paid + paid_slope * step, beta + beta_slope * step, nu + slopes * step
    p = binom.pmf(k, n, q)
    cell = np.searchsorted(thresholds, k, side="right")
    cost = problem.cost
    total = float(problem._value(effort)) - paid * (
        max(problem.outside, problem.floor_utility) + float(cost.cost(effort))
    )
    total -= beta * q * r / float(ev.slope(effort)) * float(cost.slope(effort))
    weight = p * (paid + beta * (k - n * q))
    for d, price in zip(deviations, nu, strict=True):
        total -= price * float(cost.cost(effort) - cost.cost(d))
        weight = weight + price * (p - binom.pmf(k, n, float(ev.success(d))))
    for i in range(len(thresholds) + 1):
        chance, pull = p[cell == i].sum(), weight[cell == i].sum()
        v = float(utilities_at(problem.utility, problem.floor_utility, np.array(pull / chance))[0])
        total += pull * v - chance * float(problem.utility.wage(v))
    return total


@pytest.mark.parametrize("seed", range(40))
def test_nothing_in_a_block_earns_more(seed):
    """All tuples of three blocks, one of them shared, at efforts all over a box."""
    rng = np.random.default_rng(7100 + seed)
    n = int(rng.integers(4, 30))
    family = random_family(rng, n)
    effort = rng.uniform(0.25, 0.85)
    prices = random_prices(rng, family, effort)
    cuts = np.sort(rng.choice(np.arange(1, n), 3, replace=False)).astype(float)
    first = [(cuts[0], cuts[0]), (cuts[0], cuts[1] + 1), (cuts[0], cuts[2])]
    last = [(cuts[2], cuts[2]), (cuts[1], cuts[2]), (cuts[0], cuts[2])]
    width = float(rng.choice([1e-4, 1e-2, 0.1]))
    low, high = max(effort - width, 0.02), min(effort + width, 0.99)
    lines = lines_of(family, effort, prices, first, last)
    with np.errstate(all="ignore"):
        top, middle, excess = lines.ceilings(np.full(3, low), np.full(3, high))
        corner, at_corner, bows = lines.corners(np.full(3, low), np.full(3, high), np.inf)
    assert np.isinf(corner[0])  # thresholds that share a place have no corners of their own
    assert np.isinf(bows[0]).any() or cuts[0] == cuts[2]
    assert corner[2] == pytest.approx(top[2], abs=1e-13)
    assert at_corner[2] == pytest.approx(middle[2], abs=1e-13)
    for row in range(3):
        for pair in combinations(range(1, n + 1), 2):
            if all(a <= t <= b for a, t, b in zip(first[row], pair, last[row], strict=True)):
                values = [plain(family, effort, prices, pair, e) for e in np.linspace(low, high, 7)]
                assert max(values) <= min(top[row], corner[row]) + 1e-13
        assert np.all(excess[row] >= 0)
    single = plain(family, effort, prices, (int(cuts[0]), int(cuts[2])), (low + high) / 2)
    assert middle[2] == pytest.approx(single, rel=1e-12, abs=1e-13)
    assert np.all(excess[2] == 0)


@pytest.mark.parametrize("seed", range(12))
def test_slopes_and_curvature_are_those_of_differences(seed):
    """On a box without width the bound of the second derivative is that of all terms but V."""
    rng = np.random.default_rng(7300 + seed)
    n = int(rng.integers(5, 60))
    family = random_family(rng, n)
    effort, power = rng.uniform(0.3, 0.8), family.evidence.power
    prices = random_prices(rng, family, effort)
    pair = np.sort(rng.choice(np.arange(1, n + 1), 2, replace=False)).astype(float)
    lines = lines_of(family, effort, prices, [pair], [pair])
    at, z, h = np.array([effort]), effort**power, 1e-4
    value, slope, bend, _ = (float(x[0]) for x in lines._taylor(at, at * (1 + 1e-13)))
    x = [float(lines.value(np.array([(z + step) ** (1 / power)]))[0]) for step in (-h, 0, h)]
    worth = [float(family.problem._value((z + step) ** (1 / power))) for step in (-h, 0, h)]
    assert value == pytest.approx(x[1], rel=1e-11)
    assert slope == pytest.approx((x[2] - x[0]) / (2 * h), rel=1e-3, abs=1e-4)
    x = np.array(x) - worth
    assert bend == pytest.approx((x[2] - 2 * x[1] + x[0]) / h**2, rel=2e-2, abs=2e-2)


@pytest.mark.parametrize("n", [7, 40])
def test_a_law_is_that_of_its_counts(n):
    family = random_family(np.random.default_rng(5), n)
    edges, efforts = np.array([[3.0, 3.0, 5.0, 7.0]]), np.array([0.6])
    law = Law.at(family, edges, efforts)
    q, k = float(law.q[0, 0]), np.arange(n + 1)
    p, h = binom.pmf(k, n, q), 1e-6
    for i, (a, b) in enumerate(zip([0, 3, 3, 5, 7], [3, 3, 5, 7, n + 1], strict=True)):
        assert law.p[0, i] == pytest.approx(p[a:b].sum(), rel=1e-12, abs=1e-15)
        assert law.moment[0, i] == pytest.approx((p * (k - n * q))[a:b].sum(), rel=1e-10, abs=1e-13)

        def moment(x, a=a, b=b):
            return (binom.pmf(k, n, x) * (k - n * x))[a:b].sum()

        assert law.moment_slope[0, i] == pytest.approx(
            (moment(q + h) - moment(q - h)) / (2 * h), rel=1e-5, abs=1e-6
        )
        slope = (binom.pmf(k, n, q + h)[a:b].sum() - binom.pmf(k, n, q - h)[a:b].sum()) / (2 * h)
        assert law.slope[0, i] == pytest.approx(slope, rel=1e-5, abs=1e-7)
        if b > a:
            assert law.mean[0, i] == pytest.approx((p * (k - n * q))[a:b].sum() / p[a:b].sum(), rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_intervals_hold_what_they_bound(seed):
    rng = np.random.default_rng(7500 + seed)
    n = int(rng.integers(6, 200))
    family = random_family(rng, n)
    effort = rng.uniform(0.3, 0.8)
    prices = random_prices(rng, family, effort)
    pair = np.sort(rng.choice(np.arange(1, n + 1), 4, replace=False)).astype(float)
    lines = lines_of(family, effort, prices, [pair[::2]], [pair[1::2]])
    edges, low, high = lines._edges(), np.array([effort - 0.02]), np.array([effort + 0.02])
    with np.errstate(all="ignore"):
        box = Box.of(lines, edges, low, high, lines._given(edges))
    for e in np.linspace(low[0], high[0], 9):
        law, q = Law.at(family, edges, np.array([e])), float(family.evidence.success(e))
        live = law.p > 1e-250
        for name, exact in (
            ("p", law.p),
            ("own", law.mean),
            ("mean", law.mean + n * (q - box.middle[:, None])),
        ):
            least, most = getattr(box, name)
            slack = 1e-9 * np.maximum(np.abs(exact), 1e-9)
            assert np.all((least - slack <= exact)[live]) and np.all((exact <= most + slack)[live])
        assert np.all(box.density[0] * (1 - 1e-9) <= law.density) and np.all(
            law.density <= box.density[1] * (1 + 1e-9)
        )


def test_a_bound_closes_in_as_boxes_shrink(reference):
    """With effort to the third order, with thresholds too; by corners to the second, but from a lower start."""
    family = family_of(reference)
    prices = ((1.0, 0.0), (0.04 / 15.7, 0.0), np.array([0.1]), np.zeros(1), (0.0,))
    over = []
    for width in (4e-3, 1e-3):
        lines = lines_of(family, 0.512, prices, [(551, 580)], [(551, 580)])
        low, high = np.array([0.512 - width]), np.array([0.512 + width])
        dense = max(float(lines.value(np.array([e]))[0]) for e in np.linspace(low[0], high[0], 33))
        over.append(float(lines.ceilings(low, high)[0][0]) - dense)
    assert 0 <= over[1] < over[0] / 12
    excess = [
        float(lines_of(family, 0.512, prices, [(551, 580)], [(551 + w, 580 + w)]).excess(low, low).sum())
        for w in (32, 8)
    ]
    assert 0 < excess[1] < excess[0] / 32
    blocks = [lines_of(family, 0.512, prices, [(551, 580)], [(551 + w, 580 + w)]) for w in (33, 9, 1)]
    bows = [float(block.bows(low, low).sum()) for block in blocks]
    assert 0 < bows[1] < bows[0] / 12
    assert bows[2] == 0
    tuples = [(t, s) for t in range(551, 561) for s in range(580, 590)]
    best = float(lines_of(family, 0.512, prices, tuples, tuples).value(np.full(100, low[0])).max())
    by_corners, freely = blocks[1].corners(low, low, np.inf)[0], blocks[1].ceilings(low, low)[0]
    assert best <= by_corners < freely


def _exact_tail(t, n, q, r):
    """P(X ≥ t) by its series, for t above the mean."""
    p = mpmath.exp(
        mpmath.loggamma(n + 1)
        - mpmath.loggamma(t + 1)
        - mpmath.loggamma(n - t + 1)
        + t * mpmath.log(q)
        + (n - t) * mpmath.log(r)
    )
    total, k = mpmath.mpf(0), t
    while k <= n and p > total * mpmath.mpf(10) ** -22:
        total, p, k = total + p, p * (n - k) / (k + 1) * q / r, k + 1
    return total


@pytest.mark.parametrize("n", [30, 1000, 25_000, 10**6])
def test_laws_are_off_by_no_more_than_is_allowed_for(n):
    with mpmath.workdps(40):
        for q in (0.503, 0.57, 0.9):
            exact_q, r = mpmath.mpf(q), mpmath.mpf(1 - q)
            for z in (-6.5, -1.0, 0.3, 2.0, 5.0):
                t = round(n * q + z * np.sqrt(n * q * (1 - q)))
                if not 1 <= t <= n:
                    continue
                density = mpmath.log(n) + mpmath.loggamma(n) - mpmath.loggamma(t) - mpmath.loggamma(n - t + 1)
                density += (t - 1) * mpmath.log(exact_q) + (n - t) * mpmath.log(r)
                assert abs(float(log_density(float(t), n, q, 1 - q) - density)) < law_error(n) / 3
                if z > 0:
                    exact = _exact_tail(t, n, exact_q, r)
                    assert abs(float(tails(float(t), n, q, 1 - q)[0] / exact - 1)) < law_error(n) / 3


def test_rounding_is_measured_by_what_changes_between_cells(reference):
    """A floor that is far away lifts all utilities: of that nothing is lost, and neither is at places without counts."""
    problem = al.Problem(
        al.CRRA(2.0), al.PowerCost(0.3, 2), lambda e: 0.8 * e * (2 - e), outside=-1.7, floor=0.0143
    )
    family = Tiers(problem, PassLaw.from_monitor(reference[1]), 675, al.first_best(problem), -1.0)
    prices = ((0.63, 0.0), (0.0068, 0.0), np.array([1.3e-3]), np.zeros(1), (0.0,))
    at, error = np.array([0.48]), []
    for last in ((382, 408), (383, 408)):
        lines = lines_of(family, 0.48, prices, [(382, 408)], [last])
        with np.errstate(all="ignore"):
            error.append(float(lines._taylor(at, at, bent=False)[3][0]))
    assert lines._level < -60  # the floor
    assert max(error) < 2e-13


@pytest.mark.parametrize("width", [2, 3, 9])
def test_the_excess_covers_pay_that_differs_from_count_to_count(reference, width):
    """Pay at will on a block's counts earns more than one wage for them all by no more than the excess: with two counts by nearly all of it."""
    family, n, utility = family_of(reference), 1000, reference[0].utility
    prices = ((1.1, 0.0), (0.04 / 15.7, 0.0), np.array([0.01]), np.zeros(1), (0.0,))
    effort, first = np.array([0.512]), 545
    excess = float(
        lines_of(family, effort[0], prices, [(first, 600)], [(first + width, 600)]).excess(effort, effort)[
            0, 0
        ]
    )
    k, q = np.arange(first, first + width), float(family.evidence.success(0.512))
    p, idle = binom.pmf(k, n, q), binom.pmf(k, n, 0.5)
    pull = p * (1.1 + prices[1][0] * (k - n * q)) + 0.01 * (p - idle)

    def earned(chance, weight):
        v = utilities_at(utility, family.problem.floor_utility, weight / chance)[0]
        return float((weight * v - chance * utility.wage(v)).sum())

    more = earned(p, pull) - earned(p.sum(keepdims=True), pull.sum(keepdims=True))
    assert 0 < more <= excess * (1 + 1e-9)
    if width == 2:
        assert excess < 1.2 * more


@pytest.mark.parametrize(
    ("seed", "turned"), [(seed, turned) for seed in range(12) for turned in (False, True)]
)
def test_corners_and_bows_cover_every_tuple(seed, turned):
    """Three blocks at one effort, with an incentive of either sign: every tuple between, by sums over counts."""
    rng = np.random.default_rng(8100 + seed)
    n = int(rng.integers(12, 40))
    family = random_family(rng, n)
    effort = rng.uniform(0.25, 0.85)
    prices = random_prices(rng, family, effort)
    if turned:  # then the score falls in the count, or rises and falls
        (beta, slope), *rest = prices[1:]
        prices = (prices[0], (-beta, -slope), *rest)
    ends = np.sort(rng.choice(np.arange(1, n + 1), 6, replace=False)).astype(float)
    first, last = ends[::2], np.minimum(ends[1::2], ends[::2] + 6)
    at = np.array([effort])
    with np.errstate(all="ignore"):
        bound, value, bows = lines_of(family, effort, prices, [first], [last]).corners(at, at, np.inf)
    every = np.array(list(product(*(np.arange(a, b + 1) for a, b in zip(first, last, strict=True)))))
    values = lines_of(family, effort, prices, every, every).value(np.full(len(every), effort))
    assert values.max() <= bound[0] + 1e-13
    assert values[0] == pytest.approx(plain(family, effort, prices, every[0], effort), rel=1e-11, abs=1e-13)
    corner = np.all((every == first) | (every == last), axis=1)
    assert value[0] == pytest.approx(values[corner].max(), abs=1e-13)
    assert bound[0] == pytest.approx(value[0] + bows.sum(), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_what_a_cell_is_paid_lies_in_its_range_wherever_the_thresholds_are(seed, monkeypatch):
    """Of every tuple of three blocks, at efforts all over a box."""
    rng, seen, bows = np.random.default_rng(8400 + seed), [], BlockLines._bows
    n = int(rng.integers(12, 40))
    family = random_family(rng, n)
    effort = rng.uniform(0.3, 0.8)
    prices = random_prices(rng, family, effort)
    ends = np.sort(rng.choice(np.arange(1, n + 1), 6, replace=False)).astype(float)
    first, last = ends[::2], np.maximum(ends[1::2], ends[::2] + 1)
    monkeypatch.setattr(BlockLines, "_bows", lambda *given: seen.append(given) or bows(*given))
    width = float(rng.choice([0.0, 1e-3]))
    with np.errstate(all="ignore"):
        lines = lines_of(family, effort, prices, [first], [last])
        lines.bows(np.array([effort - width]), np.array([effort + width]))
        line, box, ranges = seen[0]
        counts = last - first
        widths = np.diff(np.concatenate([[0], np.stack([first, last]).T.ravel(), [n + 1]]))[None]
        paid = [line._wage_range(box, widths, ranges, j) for j in range(4)]
    assert counts.min() > 0
    every = np.array(list(product(*(np.arange(a, b + 1) for a, b in zip(first, last, strict=True)))))
    every = every[np.all(np.diff(every, axis=1) > 0, axis=1)]
    tuples = lines_of(family, effort, prices, every, every)
    edges = np.repeat(every, 2, axis=1)
    for e in np.linspace(effort - width, effort + width, 3):
        law = Law.at(family, edges, np.full(len(every), e))
        base, beta, shirking = tuples._fixed(law.q[:, 0])
        x = base + beta * law.mean
        for j, other in enumerate(tuples._given(edges)):
            x = x - shirking[:, j, None] * other / np.maximum(law.p, 1e-290)
        v = tuples._utility(x)[:, ::2]
        for j, (low, high) in enumerate(paid):
            slack = 1e-9 * (1 + np.abs(v[:, j]))
            assert np.all(low - slack <= v[:, j]) and np.all(v[:, j] <= high + slack)


@pytest.mark.parametrize("first", [540, 555, 570])
def test_a_bow_is_what_a_place_between_may_add(reference, first):
    """Half of a block of two counts is a quarter of its range of x off the straight line between the corners; the bow is not much more."""
    family, at, utility, k = family_of(reference), np.array([0.512]), reference[0].utility, np.arange(1001)
    prices = ((1.1, 0.0), (0.02 / 15.7, 0.0), np.zeros(0), np.zeros(0), ())
    q = float(family.evidence.success(0.512))
    p, x = binom.pmf(k, 1000, q), 1.1 + prices[1][0] * (k - 1000 * q)
    block, below, above = slice(first, first + 2), slice(0, first), slice(first + 2, 1001)
    chance, pull = np.array([[p[i].sum(), (p * x)[i].sum()] for i in (block, below, above)]).T

    def earned(share, more=0.0):
        """A share of the block, and more of its pull, with the counts below; the rest with those above."""
        cells = chance[1] + share * chance[0], chance[2] + (1 - share) * chance[0]
        pulls = pull[1] + share * pull[0] + more, pull[2] + (1 - share) * pull[0] - more
        v = utilities_at(utility, family.problem.floor_utility, np.divide(pulls, cells))[0]
        return float(np.dot(pulls, v) - np.dot(cells, utility.wage(v)))

    share = p[first] / chance[0]
    real = earned(share, p[first] * x[first] - share * pull[0])
    straight = earned(share)
    assert straight <= share * earned(1.0) + (1 - share) * earned(0.0)
    bow = float(lines_of(family, 0.512, prices, [(first, 1000)], [(first + 2, 1000)]).bows(at, at)[0, 0])
    assert 0 < real - straight <= bow < 1.15 * (real - straight)


@pytest.mark.parametrize("seed", range(8))
def test_second_derivatives_all_over_a_box_are_bounded(seed):
    """Of all terms but V, at inner points, by differences; and x lies in its interval, with an incentive that moves fast."""
    rng = np.random.default_rng(7800 + seed)
    n = int(rng.integers(20, 400))
    family = random_family(rng, n)
    effort, power = rng.uniform(0.35, 0.75), family.evidence.power
    (paid, _), (beta, _), nu, _, deviations = random_prices(rng, family, effort)
    prices = ((paid, 0.0), (beta, 20 * beta), nu, 0 * nu, deviations)
    q = float(family.evidence.success(effort))
    middle = n * q + np.sqrt(n * q * (1 - q)) * rng.uniform(-1, 1)
    pair = np.clip(np.round(np.array([middle - 0.4 * np.sqrt(n), middle + 0.3 * np.sqrt(n)])), 1, n)
    lines, low, high = (
        lines_of(family, effort, prices, [pair], [pair]),
        np.array([effort - 0.04]),
        np.array([effort + 0.04]),
    )
    with np.errstate(all="ignore"):
        bend = float(lines._taylor(low, high)[2][0])
        edges = lines._edges()
        box = Box.of(lines, edges, low, high, lines._given(edges))
    h = 2e-4
    for e in np.linspace(low[0] + 0.002, high[0] - 0.002, 9):
        at = [(e**power + step) ** (1 / power) for step in (-h, 0, h)]
        u = [float(lines.value(np.array([x]))[0]) - float(family.problem._value(x)) for x in at]
        assert (u[2] - 2 * u[1] + u[0]) / h**2 <= bend + 1e-3 * abs(bend) + 1e-3
        law = Law.at(family, edges, np.array([e]))
        base, push, shirking = lines._fixed(law.q[:, 0])
        level = base - push * n * (law.q - box.middle[:, None])
        for (least, most), exact in ((box.level, level), (box.p, law.p)):
            assert np.all(least - 1e-12 * np.abs(exact) <= exact) and np.all(
                exact <= most + 1e-12 * np.abs(exact)
            )
        x = base + push * law.mean
        for j, other in enumerate(lines._given(edges)):
            x = x - shirking[:, j, None] * other / np.maximum(law.p, 1e-290)
        live = law.p > 1e-12
        slack = 1e-9 * np.abs(x)
        assert np.all((box.x[0] - slack <= x)[live]) and np.all((x <= box.x[1] + slack)[live])
