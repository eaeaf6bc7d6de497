"""Cells in which every line makes the agent work more than asked: by plain sums at a grid of their places."""

import numpy as np
import pytest
from scipy.optimize import brentq

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.branch.keen import (
    density,
    incentive_exceeds,
    later_is_worse,
    rise_with_share,
    too_keen,
)
from annolib.contracts.linear.branch.laws import nodes
from annolib.numerics.binomials import log_pmf


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
        np.maximum(nodes(lines, cells).share - x[:, None], 0) for x in (cells.share_low, cells.share_high)
    )
    least = np.array(
        [
            min(_at(problem, evidence, n, e, x, slope[i], ())[2] for e, x in _places(cells, i, 5))
            for i in range(40)
        ]
    )
    with np.errstate(all="ignore"):
        law = nodes(lines, cells)
        assert not incentive_exceeds(
            lines, law, cells, slope, above, past, least + 1e-9 * np.abs(least)
        ).any()
        tight = incentive_exceeds(lines, law, cells, slope, above, past, 0.98 * least - 1e-9)
    assert tight.mean() > (0.99 if seed % 4 in (0, 3) else 0.3)


@pytest.mark.parametrize("seed", range(6))
def test_what_keeps_from_shirking_rises_with_the_share_by_no_more_than_is_said(seed):
    problem, evidence, lines, cells, slope = _keen_cells(seed, 60)
    above, past = (
        np.maximum(nodes(lines, cells).share - x[:, None], 0) for x in (cells.share_low, cells.share_high)
    )
    with np.errstate(all="ignore"):
        rises = rise_with_share(
            lines, nodes(lines, cells), cells, slope, above, past, lines.marginal(slope[:, None] * above)
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
        keen = too_keen(lines, nodes(lines, cells), cells, b_hi, ask)
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
    n, said = lines.n, density(lines, cells)
    for i in range(60):
        seen = [
            n * np.exp(log_pmf(np.floor(n * x), n - 1, evidence.success(e), evidence.failure(e)))
            for e, x in _places(cells, i, 9)
        ]
        assert max(seen) <= said[i] and (said[i] <= 1.5 * max(seen) or n > 30)


def _smallest_slopes(problem, evidence, n, effort, shares, others):
    """For each share the smallest slope with the incentive c′/q′, what the agent keeps and loses by each other effort; by plain sums."""
    counts = np.arange(n + 1.0)
    q, r = evidence.success(np.array([effort, *others])), evidence.failure(np.array([effort, *others]))
    law = np.exp(log_pmf(counts, n, q[:, None], r[:, None]))
    score, ask = (
        counts / q[0] - (n - counts) / r[0],
        float(problem.cost.slope(effort) / evidence.slope(effort)),
    )
    slopes = np.geomspace(0.05, 60, 800)
    found = []
    for x in shares:
        y = np.maximum(counts / n - x, 0)

        def pull(b, y=y):
            return (
                problem.utility.utility_rise(problem.floor, np.multiply.outer(b, y)) @ (law[0] * score) - ask
            )

        over = np.flatnonzero(pull(slopes) >= 0)
        if not over.size or over[0] == 0:
            continue
        b = brentq(pull, slopes[over[0] - 1], slopes[over[0]], xtol=1e-14)
        means = law @ problem.utility.utility_rise(problem.floor, b * y)
        found.append([means[0], *(means[0] - means[1:])])
    return np.array(found)


@pytest.mark.parametrize("seed", range(12))
def test_lines_that_leave_the_floor_later_are_worse_for_the_agent_and_against_shirking(seed):
    """Along the smallest slopes with the incentive of one effort, where that is claimed: CARA, log and risk-neutral agents."""
    rng = np.random.default_rng(52_000 + seed)
    utility = (al.CARA(1.0), al.CRRA(1.0), al.RiskNeutral(), al.CARA(2.0))[seed % 4]
    floor, n = rng.uniform(0.05, 0.5), int((3, 12, 60)[seed // 4])
    cost = al.PowerCost(rng.uniform(0.03, 0.3), 2)
    problem = al.Problem(utility, cost, lambda e: e, float(utility.utility(floor)), floor)
    evidence = PassLaw.from_monitor((al.SelfConsistency(0.15), al.Expert(0.2))[seed % 2])
    lines, tried = CutLines(problem, evidence, n, (0.0,)), 0
    shares = np.linspace(0, (n - 1) / n, 40)
    whole = Cells(*(np.full(1, x) for x in (0.3, 0.4, 0.0, 0.5, 1.0)))
    assert later_is_worse(lines, whole).all()
    assert not later_is_worse(lines, Cells(*(np.full(1, x) for x in (0.3, 0.4, -0.1, 0.5, 1.0)))).any()
    for effort in rng.uniform(0.2, 0.95, 6):
        kept = _smallest_slopes(
            problem, evidence, n, effort, shares, effort * np.array([0.0, 0.3, 0.6, 0.9, 0.99])
        )
        tried += len(kept)
        if len(kept) > 1:
            assert np.diff(kept, axis=0).max() <= 1e-11
    assert tried > 20


def test_nothing_is_claimed_of_other_powers():
    """An uncut richer line under root utility may leave more to shirk for: only CARA, log and risk-neutral agents are known."""
    for utility in (al.CRRA(0.5), al.CRRA(2.0)):
        problem = al.Problem(utility, al.PowerCost(0.3, 2), lambda e: e, float(utility.utility(0.3)), 0.3)
        lines = CutLines(problem, PassLaw.from_monitor(al.Expert(0.2)), 9, (0.0,))
        assert not later_is_worse(lines, Cells(*(np.full(1, x) for x in (0.3, 0.4, 0.1, 0.5, 1.0)))).any()


@pytest.mark.parametrize("seed", range(9))
def test_wide_cells_called_too_keen_hold_no_line_with_the_incentive_asked_for(seed):
    """Up to the last count, on a fine grid of slopes at places of the cell: where the incentive is c′/q′ the line pays or deters too little."""
    rng = np.random.default_rng(54_000 + seed)
    utility, n = (al.CARA(1.0), al.CRRA(1.0), al.RiskNeutral())[seed % 3], (5, 20, 80)[seed // 3]
    floor, size = 0.2, 500
    problem = al.Problem(utility, al.PowerCost(0.3, 2), lambda e: e, float(utility.utility(floor)), floor)
    evidence = PassLaw.from_monitor((al.SelfConsistency(0.15), al.Expert(0.2))[seed % 2])
    lines, spread = CutLines(problem, evidence, n, (0.0, 0.15)), 0.5 / np.sqrt(n)
    effort = rng.uniform(0.25, 0.9, size)
    share = np.clip(evidence.success(effort) + spread * rng.uniform(-4, 2, size), 0.0, (n - 1) / n - 0.01)
    cells = Cells(
        effort, np.minimum(effort + rng.uniform(0, 0.2, size), 0.99), share,
        np.minimum(share + spread * rng.uniform(1, 6, size), (n - 1) / n), np.full(size, 2.0),
    )  # fmt: skip
    b_hi = np.exp(rng.uniform(0, 3, size))
    ask = np.maximum(*(lines.needed_incentive(e) for e in (cells.effort_low, cells.effort_high)))
    with np.errstate(all="ignore"):
        keen = too_keen(lines, nodes(lines, cells), cells, b_hi, ask)
    assert keen.sum() > 3
    counts, met = np.arange(n + 1.0), 0
    for i in np.flatnonzero(keen)[:40]:
        for e, x in _places(cells, i, 4):
            others = np.array([e, *lines.deviations])
            q, r = evidence.success(others), evidence.failure(others)
            law = np.exp(log_pmf(counts, n, q[:, None], r[:, None]))
            rise = utility.utility_rise(
                floor, np.geomspace(0.01, b_hi[i], 400)[:, None] * np.maximum(counts / n - x, 0)
            )
            pull = rise @ (law[0] * (counts / q[0] - (n - counts) / r[0])) - float(lines.needed_incentive(e))
            means, cost = rise @ law.T, problem.cost.cost(others)
            holds = means[:, 0] >= cost[0] + problem.outside - lines.floor_utility
            holds &= (means[:, :1] - means[:, 1:] >= cost[0] - cost[1:]).all(axis=1)
            turn = np.flatnonzero((pull[1:] >= 0) != (pull[:-1] >= 0))
            met += turn.size
            assert not np.any(holds[turn] & holds[turn + 1])
    assert met > 5
