"""Bounds of what lines of a cell earn: no line breaks them, and they close in on the best line."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.cells import Cells, CutLines
from annolib.numerics.binomials import log_pmf


def _offered(problem, monitor, n, share, slope):
    floor = problem.utility.lowest_wage if problem.floor is None else problem.floor
    counts = PassLaw.from_monitor(monitor).counts
    return al.best_answer(
        problem, monitor, al.contracts.Linear(floor - slope * share, slope, problem.floor, n, counts)
    )


def _cell(*ends):
    return Cells(*(np.array([float(x)]) for x in ends))


def _problem(naive, rng):
    """A random problem whose lines can be described by a share and a slope."""
    problem, monitor = naive.random_problem(rng, floor=bool(rng.random() < 0.8))
    if problem.floor is None:
        if isinstance(problem.utility, al.CRRA) and problem.utility.aversion < 1:
            return problem, monitor
        problem = problem.with_floor(0.2)
    return problem, monitor


@pytest.mark.parametrize("seed", range(40))
def test_no_line_earns_more_than_the_bound_of_its_cell(naive, seed):
    """Lines at random, the agent's answer by `best_answer`, cells of all sizes around both."""
    rng = np.random.default_rng(71_000 + seed)
    problem, monitor = _problem(naive, rng)
    n = int(rng.choice([1, 2, 4, 9, 25, 80, 350, 700]))
    evidence = PassLaw.from_monitor(monitor)
    lines = CutLines(problem, evidence, n, (0.0, float(rng.uniform(0.05, 0.6))))
    top = (n - 1) / n if problem.floor is not None else 0.0
    tried = 0
    for _ in range(40):
        q = float(evidence.success(rng.uniform(0.2, 1)))
        slope = np.exp(rng.normal(0.3, 0.8))
        paid = float(problem.utility.wage(max(problem.outside, problem.floor_utility))) + 0.3 * abs(
            rng.normal()
        )
        share = min(q - (paid - (problem.floor or 0.0)) / slope, top)
        answer = _offered(problem, monitor, n, share, slope)
        if not answer.accepts or answer.effort < 1e-3 or answer.effort > 0.999:
            continue
        size = 10.0 ** rng.uniform(-5, -0.7, 2)
        low, high = (
            max(answer.effort - size[0] * rng.random(), 1e-4),
            min(answer.effort + size[0] * rng.random(), 1.0),
        )
        below, above = share - size[1] * rng.random(), min(share + size[1] * rng.random(), top)
        cell = _cell(low, high, below, above, slope * np.exp(rng.normal(0, 0.2)))
        bound = lines.bounds(cell, answer.profit - abs(rng.normal()) * 0.05 - 1e-9).bound[0]
        assert bound >= answer.profit - 1e-8  # `best_answer` knows the effort to about that
        tried += 1
    if not tried:
        pytest.skip("the agent takes none of these lines")


@pytest.mark.parametrize("n", [12, 100, 1000])
def test_bounds_close_in_with_the_square_of_the_size(reference, n):
    """Around the best line, where it just pays for an effort inside (0, 1): a tenth of the size, a hundredth of the excess."""
    problem, monitor = reference[0].with_floor(-0.3), reference[1]
    pay = al.second_best(problem, monitor, n, "linear")
    share = (problem.floor - pay.contract.base) / pay.contract.slope
    lines = CutLines(problem, PassLaw.from_monitor(monitor), n, (0.0,))
    excess = []
    for size in np.array([1e-3, 1e-4, 1e-5]):
        cell = _cell(pay.effort - size, pay.effort + size, share - size, share + size, pay.contract.slope)
        excess.append(lines.bounds(cell, pay.profit).bound[0] - pay.profit)
    assert excess[0] > 0 and excess[1] < 0.03 * excess[0] and excess[2] < 0.03 * excess[1]


def test_many_checks_in_blocks_are_summed_as_counts_are(reference, monkeypatch):
    """The same cells with every count a node and with blocks of counts."""
    from annolib.contracts.linear import cells as module

    problem, monitor = reference
    evidence, profit = PassLaw.from_monitor(monitor), 0.25
    rng = np.random.default_rng(5)
    effort, n = rng.uniform(0.4, 0.6, 200), 280
    share = np.round((evidence.success(effort) - rng.uniform(-0.5, 4, 200) * 0.03) * n) / n
    cells = Cells(effort - 0.002, effort + 0.002, share, share + 1 / n, np.full(200, 2.0))
    every = CutLines(problem, evidence, n, (0.0, 0.2)).bounds(cells, profit)
    monkeypatch.setattr(module, "_EVERY", 100)
    blocks = CutLines(problem, evidence, n, (0.0, 0.2)).bounds(cells, profit)
    np.testing.assert_allclose(blocks.relaxed, every.relaxed, atol=1e-12)
    np.testing.assert_allclose(blocks.slope, every.slope, rtol=1e-11)
    finite = np.isfinite(every.bound)
    assert finite.sum() > 10
    # the largest values inside a cell are bounded block by block: never below the bound with every count
    assert np.all(blocks.bound[finite] >= every.bound[finite] - 1e-12)
    np.testing.assert_allclose(blocks.bound[finite], every.bound[finite], rtol=2e-3)


def test_at_full_effort_more_incentive_than_needed_is_no_fault(reference):
    """There the agent cannot work more: cells that only hold full effort must not charge for too much incentive."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: 1.0 * e, floor=0.0)
    monitor, n = al.SelfConsistency(0.06), 5
    answer = _offered(problem, monitor, n, 0.6, 3.0791)
    slope = 3.0792
    share = 1.8476 / slope
    lines = CutLines(problem, PassLaw.from_monitor(monitor), n, (0.0,))
    bound = lines.bounds(_cell(1, 1, share - 1e-4, share + 1e-4, slope), 0.71).bound[0]
    assert bound >= 0.7142466 and answer.profit < 0.7142467


def _keen_cells(seed, size):
    """Random cells of a random kind of problem: (problem, evidence, lines, cells, slopes)."""
    rng = np.random.default_rng(33_000 + seed)
    utility = (al.CARA(1.0), al.CRRA(0.5), al.CRRA(2), al.RiskNeutral())[seed % 4]
    floor = 0.0 if seed % 4 in (0, 3) else 0.2
    outside = float(utility.utility(floor + 0.1))
    cost = al.PowerCost(rng.uniform(0.2, 0.6), 2)
    problem = al.Problem(utility, cost, lambda e: e * (2 - e), outside, floor)
    n = int((6, 25, 90, 400)[(seed // 2) % 4])
    evidence = PassLaw.from_monitor((al.SelfConsistency(0.15), al.Expert(0.2))[seed % 2])
    spread = 0.5 / np.sqrt(n)
    effort, width = rng.uniform(0.25, 0.9, size), 10 ** rng.uniform(-3, 0, size)
    share = np.clip(evidence.success(effort) + spread * rng.uniform(-3, 2, size), 0.01, (n - 1) / n - 0.01)
    high = np.minimum(effort + width * spread * 4, 0.999)
    cells = Cells(effort, high, share, np.minimum(share + width * spread, (n - 1) / n), np.full(size, 2.0))
    return (
        problem,
        evidence,
        CutLines(problem, evidence, n, (0.0, 0.15)),
        cells,
        np.exp(rng.uniform(-0.5, 3, size)),
    )


def _places(cells, i, number):
    for e in np.linspace(cells.effort_low[i], cells.effort_high[i], number):
        for x in np.linspace(cells.share_low[i], cells.share_high[i], number):
            yield float(e), float(x)


def _at(problem, evidence, n, effort, share, slope, others):
    """By plain sums: the agent's payoff, what he loses by each other effort, and the incentive in q."""
    counts = np.arange(n + 1.0)
    q, r = evidence.success(np.array([effort, *others])), evidence.failure(np.array([effort, *others]))
    law = np.exp(log_pmf(counts, n, q[:, None], r[:, None]))
    utility = problem.utility.utility(problem.floor + slope * np.maximum(counts / n - share, 0))
    payoff = law @ utility - problem.cost.cost(np.array([effort, *others]))
    pull = (law[0] * (counts / q[0] - (n - counts) / r[0])) @ utility
    return payoff[0], payoff[0] - payoff[1:], pull


@pytest.mark.parametrize("seed", range(8))
def test_the_incentive_of_a_cell_is_at_least_what_is_said(seed):
    """At a grid of its places, by plain sums; for CARA the least of its corners is the least."""
    problem, evidence, lines, cells, slope = _keen_cells(seed, 40)
    n, tight = lines.n, []
    above, past = (
        np.maximum(lines._nodes(cells).share - x[:, None], 0) for x in (cells.share_low, cells.share_high)
    )
    least = np.array(
        [
            min(_at(problem, evidence, n, e, x, slope[i], ())[2] for e, x in _places(cells, i, 5))
            for i in range(40)
        ]
    )
    with np.errstate(all="ignore"):
        law = lines._nodes(cells)
        assert not lines._incentive_exceeds(
            law, cells, slope, above, past, least + 1e-9 * np.abs(least)
        ).any()
        tight = lines._incentive_exceeds(law, cells, slope, above, past, 0.98 * least - 1e-9)
    assert tight.mean() > (0.99 if seed % 4 in (0, 3) else 0.3)


@pytest.mark.parametrize("seed", range(6))
def test_what_keeps_from_shirking_rises_with_the_share_by_no_more_than_is_said(seed):
    problem, evidence, lines, cells, slope = _keen_cells(seed, 60)
    above, past = (
        np.maximum(lines._nodes(cells).share - x[:, None], 0) for x in (cells.share_low, cells.share_high)
    )
    with np.errstate(all="ignore"):
        rises = lines._rise_with_share(
            lines._nodes(cells), cells, slope, above, past, lines.marginal(slope[:, None] * above)
        )
    assert (rises[1:] > 0).any() and (rises[1:] == 0).any()
    for i in range(60):
        for e in np.linspace(cells.effort_low[i], cells.effort_high[i], 3):
            keeps = [
                _at(problem, evidence, lines.n, e, x, slope[i], lines.deviations)[1]
                for x in np.linspace(cells.share_low[i], cells.share_high[i], 4)
            ]
            assert np.all(np.array(keeps) - keeps[0] <= rises[1:, i] + 1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_cells_called_too_keen_hold_no_line_for_their_efforts(seed):
    """On a grid of slopes at places of the cell: a line that pays and deters makes the agent work more than asked."""
    problem, evidence, lines, cells, b_hi = _keen_cells(seed, 200)
    ask = np.maximum(*(lines.needed_incentive(e) for e in (cells.effort_low, cells.effort_high)))
    with np.errstate(all="ignore"):
        keen = lines._too_keen(lines._nodes(cells), cells, b_hi, ask)
    assert 5 < keen.sum() < 200
    for i in np.flatnonzero(keen)[:20]:
        for e, x in _places(cells, i, 2):
            for slope in b_hi[i] * np.geomspace(0.03, 1, 25):
                own, keeps, pull = _at(problem, evidence, lines.n, e, x, slope, lines.deviations)
                holds = own >= problem.outside and np.all(keeps >= 0)
                assert not holds or pull > float(lines.needed_incentive(e))


@pytest.mark.parametrize("seed", range(8))
def test_the_density_of_a_cell_is_at_most_what_is_said(seed):
    """n·P(Y = ⌊nx⌋), Y ~ Binomial(n − 1, q), at a grid of places; where the cell is small, nearly that much."""
    _, evidence, lines, cells, _ = _keen_cells(seed, 60)
    n, said = lines.n, lines._density(cells)
    for i in range(60):
        seen = [
            n * np.exp(log_pmf(np.floor(n * x), n - 1, evidence.success(e), evidence.failure(e)))
            for e, x in _places(cells, i, 9)
        ]
        assert max(seen) <= said[i] and (said[i] <= 1.5 * max(seen) or n > 30)
